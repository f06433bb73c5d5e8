import Accounts
import Basics

/// A count as it stands in the store.
public struct StoredProsecution: Hashable, Sendable, Identifiable {
  public var id: ProsecutionCountID
  public var count: ProsecutionCount
  public var revision: Int
  /// Taken back: it stays to be read and counts nowhere.
  public var isWithdrawn: Bool
  public var enteredAt: Moment
  public var agency: AgencyID

  public init(
    id: ProsecutionCountID, count: ProsecutionCount, revision: Int = 1, isWithdrawn: Bool = false, enteredAt: Moment,
    agency: AgencyID
  ) {
    (self.id, self.count, self.revision, self.isWithdrawn) = (id, count, revision, isWithdrawn)
    (self.enteredAt, self.agency) = (enteredAt, agency)
  }
}

/// What a count said before it was put right or taken back.
public struct ProsecutionVersion: Hashable, Sendable {
  public var revision: Int
  public var count: ProsecutionCount
  public var replacedAt: Moment
  /// Who put it right. Only colleagues see the name; others see the agency.
  public var member: MemberID
  public var agency: AgencyID
  public var why: String
}

/// How an import went, or would go.
public struct ProsecutionImport: Hashable, Sendable {
  public var rows: Int
  /// Rows that would be stored.
  public var new: Int
  /// Rows that the store has already, word for word.
  public var known: Int
  public var findings: [ProsecutionFinding]
  public var isSound: Bool { !findings.contains { $0.weight == .error } }
}
