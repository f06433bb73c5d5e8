import Accounts
import Basics
import CountryPack
import Records

public enum MechanismEditEntity {}
public typealias MechanismEditID = Identifier<MechanismEditEntity>

/// One change of a draft on the screen, with the file as it was before.
public struct MechanismEdit: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable, SQLConvertible {
    case change
    /// A change that was taken back.
    case undone
    /// The taking back.
    case undo
  }

  public var id: MechanismEditID
  public var member: MemberID
  public var madeAt: Moment
  /// The draft's revision after it.
  public var revision: Int
  public var kind: Kind
}

/// A draft as it is designed on the screen.
public struct MechanismDesign: Sendable {
  public var version: MechanismVersion
  public var mechanism: Mechanism
  public var check: MechanismCheck
  /// What stands in the way of changing it; `nil` when this actor may.
  public var obstacle: MechanismDesignObstacle?
  /// The change that can be taken back, and what it did.
  public var last: MechanismEdit?
  public var lastDid: [MechanismDifference]
}

public enum MechanismDesignObstacle: String, Hashable, Sendable, CaseIterable {
  /// The actor's role or agency does not allow it.
  case forbidden
  /// It is adopted, replaced or discarded: another text is another version.
  case notDraft = "not_draft"
  /// An agency has signed this text.
  case signed
}

extension MechanismRules {
  /// Whether a version's text may be changed: only a draft that nobody has signed.
  ///
  /// `nil` when it may.
  public static func obstacleToDesign(
    _ state: MechanismVersion.State, _ purpose: MechanismVersion.Purpose, isSigned: Bool, by standing: Standing,
    teaches: Bool
  ) -> MechanismDesignObstacle? {
    let may = purpose == .territory ? standing.keeps : standing.isOwner && (standing.keeps || teaches)
    if !may { return .forbidden }
    if state != .draft { return .notDraft }
    return isSigned ? .signed : nil
  }
}
