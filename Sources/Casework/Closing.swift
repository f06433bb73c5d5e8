import Basics
import Records

public enum ClosingProposalEntity {}
public typealias ClosingProposalID = Identifier<ClosingProposalEntity>

/// One ending of a case; a reopened case can have several.
public struct Closure: Hashable, Sendable {
  public var number: Int
  /// A code of `closure-reasons`.
  public var reason: String
  /// Sealed.
  public var summary: String?
  public var closedAt: Moment
  /// Who approved it.
  public var closedBy: MemberID
  /// `nil` for closings of before, when one person closed alone.
  public var proposal: ClosingProposalID?
  public var reopenedAt: Moment?
  public var reopenedBy: MemberID?
  /// Why it was opened again. Sealed.
  public var reopenReason: String?
  /// Whether a supervisor has still to look at the reopening.
  public var isUnconfirmed = false
  public var confirmedBy: MemberID?
}

/// Somebody's word that a case can be closed. Another person answers it.
public struct ClosingProposal: Hashable, Sendable {
  public enum Answer: String, Hashable, Sendable, CaseIterable, SQLConvertible {
    case approved, refused
    /// By who proposed it.
    case takenBack = "taken_back"
  }

  public var id: ClosingProposalID
  /// A code of `closure-reasons`.
  public var reason: String
  /// How the person is and whom they can turn to. Sealed.
  public var summary: String?
  public var proposedBy: MemberID
  public var proposedAt: Moment
  /// `nil` while it waits.
  public var answer: Answer?
  /// What was said with the answer. Sealed.
  public var words: String?
  public var answeredBy: MemberID?
  public var answeredAt: Moment?
}

/// Where the closing of a case stands.
public struct Closing: Hashable, Sendable {
  public var state: ClosingState
  /// All of them, the newest first.
  public var proposals: [ClosingProposal]

  /// The one that waits for its answer.
  public var waiting: ClosingProposal? { proposals.first { $0.answer == nil } }
}

/// What would be left undone by a closing: how many of each, in the order of `CaseTask.Kind`.
public struct LeftOpen: Hashable, Sendable {
  public var counts: [CaseTask.Kind: Int]

  public var total: Int { counts.values.reduce(0, +) }
}

/// A case in which somebody waits for a supervisor: coded, so that a work list needs no key and names nobody.
public struct ClosingToAnswer: Hashable, Sendable {
  public var caseID: CaseID
  public var code: CaseCode
  /// Since when.
  public var since: Moment
  /// Who proposed it, or opened the case again.
  public var member: MemberID
  /// A reopening to be looked at afterwards, and not a proposal.
  public var isReopening: Bool
}
