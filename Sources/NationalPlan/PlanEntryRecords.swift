import Basics
import Records

/// The queries about single amounts and values, struck ones too.
extension NationalPlanRecords {
  static func amounts(
    of activity: String, in id: StoredPlanID, _ transaction: any ReadTransaction
  ) throws -> [PlanEntry] {
    try transaction.rows("SELECT * FROM plan_money WHERE plan = ? AND activity = ? ORDER BY day, id", id, activity)
      .map(moneyEntry)
  }

  static func values(
    of indicator: String, upTo plan: Plan, _ transaction: any ReadTransaction
  ) throws -> [PlanEntry] {
    try transaction.rows(
      """
      SELECT plan_values.* FROM plan_values JOIN plans ON plans.id = plan_values.plan
      WHERE plans.code = ? AND plans.version <= ? AND plan_values.indicator = ? ORDER BY plan_values.day, plan_values.id
      """, plan.code, plan.version, indicator
    ).map(valueEntry)
  }

  static func entry(
    _ entry: PlanEntryID, in id: StoredPlanID, _ transaction: any ReadTransaction
  ) throws -> PlanEntry? {
    try transaction.row("SELECT * FROM plan_money WHERE id = ? AND plan = ?", entry, id).map(moneyEntry)
      ?? transaction.row("SELECT * FROM plan_values WHERE id = ? AND plan = ?", entry, id).map(valueEntry)
  }

  /// Answers whether it was not struck yet.
  static func strike(_ entry: PlanEntry, _ transaction: any WriteTransaction) throws -> Bool {
    let table =
      switch entry.content {
      case .money: "plan_money"
      case .value: "plan_values"
      }
    return try transaction.execute(
      "UPDATE \(table) SET is_struck = ? WHERE id = ? AND is_struck = ?", true, entry.id, false) == 1
  }

  private static func moneyEntry(_ row: Row) throws -> PlanEntry {
    PlanEntry(
      id: try row.get("id"), plan: try row.get("plan"), part: try row.get("activity"),
      content: .money(try amount(row)), isStruck: try row.get("is_struck"))
  }

  private static func valueEntry(_ row: Row) throws -> PlanEntry {
    PlanEntry(
      id: try row.get("id"), plan: try row.get("plan"), part: try row.get("indicator"),
      content: .value(try value(row)), isStruck: try row.get("is_struck"))
  }
}
