import Basics
import Records

/// A supervisor's look at an interview and what was decided on it: a step of its own, kept with the rest.
public struct Review: Hashable, Sendable {
  public enum Verdict: String, Hashable, Sendable, CaseIterable {
    case agrees
    /// Something must be asked first.
    case asksMore = "asks_more"
    case disagrees
  }

  public var id: ReviewID
  public var verdict: Verdict
  public var member: MemberID
  public var at: Moment
  /// The decision that was reviewed; `nil` when there was none yet.
  public var decision: DecisionID?
  public var content: Content

  /// What is sealed of it.
  public struct Content: Hashable, Sendable, Codable {
    public var reason = ""
    /// What to ask, as `topic/indicator`.
    public var questions: [String] = []
  }
}

/// Somebody asks that a decision which says no be looked at again.
public struct Appeal: Hashable, Sendable {
  /// Who asks for it.
  public enum Side: String, Hashable, Sendable, CaseIterable {
    case person, guardian, representative
    /// Somebody who works with the person, in their interest.
    case helper
  }

  public var id: AppealID
  public var decision: DecisionID
  public var side: Side
  /// Who wrote it down.
  public var member: MemberID
  public var at: Moment
  public var grounds: String
  public var answeredAt: Moment?
  public var answeredBy: MemberID?
  /// Whether the decision stood; `nil` while the appeal is open.
  public var stands: Bool?
  /// The decision made by the answer, or the body's paper; `nil` when the own agency let the decision stand.
  public var answer: DecisionID?
  /// Why it stands; the reason of another decision stands with it.
  public var reason: String

  public var isOpen: Bool { answeredAt == nil }
}

/// What a paper of another body says, as typed.
public struct ReceivedDecision: Hashable, Sendable {
  /// A code of the pack's bodies.
  public var body: String
  public var decidedOn: String
  public var receivedOn: String
  /// The document's number, as it stands there. Sealed.
  public var document: String

  public init(body: String, decidedOn: String, receivedOn: String, document: String) {
    self.body = body
    self.decidedOn = decidedOn
    self.receivedOn = receivedOn
    self.document = document
  }
}

public enum ReviewEntity {}
public enum AppealEntity {}
public enum ClockEventEntity {}
public typealias ReviewID = Identifier<ReviewEntity>
public typealias AppealID = Identifier<AppealEntity>
public typealias ClockEventID = Identifier<ClockEventEntity>

extension Review.Verdict: SQLConvertible {}
extension Appeal.Side: SQLConvertible {}
extension DecisionClock.Move: SQLConvertible {}
