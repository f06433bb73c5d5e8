import Basics
import Records
import Synchronization

/// The activities of plans as a server read them last, short as an overview needs them, so that a page of a plan of
/// thousands costs no reading of thousands of rows.
///
/// Every answer is that of the transaction it is asked in: how many activities there are and the sum of their revisions
/// stand in an index, and no change leaves both as they were.
public final class PlanMemory: Sendable {
  struct Short: Sendable {
    var activities: [PlanActivity]
    /// By the activity's code.
    var revisions: [String: Int]
  }

  private struct State: Equatable {
    var count: Int
    var revisions: Int
  }

  private let kept = Mutex<[StoredPlanID: (state: State, short: Short)]>([:])

  /// More plans than a country has in force at once; one more begins from nothing.
  private static let mostPlans = 40

  public init() {}

  /// - Parameter read: reads them from the store.
  func activities(
    of id: StoredPlanID, _ transaction: any ReadTransaction, orRead read: () throws -> Short
  ) throws -> Short {
    // What a write transaction sees may yet be undone.
    guard !(transaction is any WriteTransaction) else { return try read() }
    let state = try Self.state(of: id, transaction)
    if let known = kept.withLock({ $0[id] }), known.state == state { return known.short }
    let short = try read()
    kept.withLock { kept in
      if kept.count >= Self.mostPlans { kept = [:] }
      kept[id] = (state, short)
    }
    return short
  }

  private static func state(of id: StoredPlanID, _ transaction: any ReadTransaction) throws -> State {
    let sql = """
      SELECT COUNT(*) AS number, CAST(COALESCE(SUM(revision), 0) AS BIGINT) AS revisions FROM plan_activities
      WHERE plan = ?
      """
    let row = try transaction.row(sql, id)
    return State(count: try row?.get("number") ?? 0, revisions: try row?.get("revisions") ?? 0)
  }
}
