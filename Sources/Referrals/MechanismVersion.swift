import Accounts
import Basics
import CountryPack
import Records

public enum MechanismVersionEntity {}
public typealias MechanismVersionID = Identifier<MechanismVersionEntity>

/// One version of a mechanism. Only the text of a draft that nobody has signed is changed, on the screen: any other text
/// is another version.
public struct MechanismVersion: Hashable, Sendable {
  public enum Purpose: String, Hashable, Sendable, CaseIterable, SQLConvertible {
    /// A territory's own, to be signed and adopted.
    case territory
    /// Made in a training session: compared and tried out, never adopted.
    case exercise
  }

  public enum State: String, Hashable, Sendable, CaseIterable, SQLConvertible {
    case draft
    /// What the territory works by.
    case adopted
    /// Another version was adopted after it.
    case replaced
    case discarded
  }

  public var id: MechanismVersionID
  /// The mechanism's code in its file: versions of one mechanism share it.
  public var code: String
  public var name: String
  public var day: CalendarDay
  public var purpose: Purpose
  public var state: State
  /// Who brought it in.
  public var agency: AgencyID
  public var member: MemberID
  public var readAt: Moment
  public var adoptedAt: Moment?
  /// The gaps that those who adopted it knew of.
  public var knownGaps: Int?
  /// Counts up when the agencies behind its desks change, when it is adopted and when it is discarded.
  public var revision: Int
}

/// That an agency stands behind a version.
public struct MechanismSignature: Hashable, Sendable {
  public var agency: AgencyID
  public var member: MemberID
  public var signedAt: Moment
}

/// One version with everything that can be said of it.
public struct MechanismLook: Sendable {
  public var version: MechanismVersion
  public var mechanism: Mechanism
  public var check: MechanismCheck
  /// Which agency stands behind which desk, by the desk's code.
  public var agencies: [String: AgencyID]
  public var signatures: [MechanismSignature]
  /// The version to compare it with: the adopted one, else the one read before it.
  public var before: MechanismVersion?
  /// What this actor may do now.
  public var moves: [MechanismMove]
}

public enum MechanismMove: String, Hashable, Sendable, CaseIterable {
  /// Saying which agency stands behind which desk.
  case name
  case sign, unsign, adopt, discard
}

/// Which move is possible with a version, by whom: pure, tried for every combination.
public enum MechanismRules {
  /// What stands in the way.
  public enum Obstacle: String, Hashable, Sendable, CaseIterable {
    /// The actor's role or agency does not allow it.
    case forbidden
    /// It is adopted, replaced or discarded already.
    case notDraft = "not_draft"
    /// Made for practice: nobody signs or adopts it.
    case exercise
    /// A desk without an agency behind it.
    case unnamed
    /// An agency that is named has not signed.
    case unsigned
    /// The agency has signed before, or has not.
    case already
  }

  public struct Situation: Hashable, Sendable {
    public var state: MechanismVersion.State
    public var purpose: MechanismVersion.Purpose
    /// Whether every desk has its agency.
    public var isNamed: Bool
    /// Whether every agency named has signed.
    public var isSigned: Bool

    public init(_ state: MechanismVersion.State, _ purpose: MechanismVersion.Purpose, isNamed: Bool, isSigned: Bool) {
      self.state = state
      self.purpose = purpose
      self.isNamed = isNamed
      self.isSigned = isSigned
    }
  }

  /// Who asks.
  public struct Standing: Hashable, Sendable {
    /// May bring mechanisms in and adopt them.
    public var keeps: Bool
    /// May sign for the own agency.
    public var signs: Bool
    /// The own agency stands behind a desk.
    public var isNamed: Bool
    /// The own agency has signed.
    public var hasSigned: Bool
    /// Brought it in, or is of the agency that did.
    public var isOwner: Bool

    public init(keeps: Bool, signs: Bool, isNamed: Bool, hasSigned: Bool, isOwner: Bool) {
      self.keeps = keeps
      self.signs = signs
      self.isNamed = isNamed
      self.hasSigned = hasSigned
      self.isOwner = isOwner
    }
  }

  /// `nil` when the move is possible.
  public static func obstacle(to move: MechanismMove, in situation: Situation, by standing: Standing) -> Obstacle? {
    switch move {
    case .name, .adopt: if !standing.keeps { return .forbidden }
    case .sign, .unsign: if !standing.signs || !standing.isNamed { return .forbidden }
    case .discard:
      // Whoever made an exercise throws it away; a territory's draft only who keeps mechanisms.
      if !(standing.keeps || situation.purpose == .exercise && standing.isOwner) { return .forbidden }
    }
    guard situation.state == .draft else { return .notDraft }
    if move == .discard { return nil }
    guard situation.purpose == .territory else { return .exercise }
    switch move {
    case .sign: return standing.hasSigned ? .already : nil
    case .unsign: return standing.hasSigned ? nil : .already
    case .adopt: return !situation.isNamed ? .unnamed : situation.isSigned ? nil : .unsigned
    case .name, .discard: return nil
    }
  }
}
