import Accounts
import Basics
import CountryPack
import Records

extension NationalPlanRecords {
  static func insert(
    _ plan: Plan, _ id: StoredPlanID, by member: MemberID, at now: Moment, entryID: () -> PlanEntryID,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO plans (id, code, version, name_es, name_en, level, place, from_day, until_day, note_es, note_en, source,
        certainty, taken_at, taken_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, id, plan.code, plan.version, plan.name[.spanish], plan.name[.english], plan.level, plan.place,
      plan.from.daysSince1970, plan.until?.daysSince1970, plan.note?[.spanish], plan.note?[.english], plan.source,
      plan.certainty.rawValue, now, member)
    try transaction.insert(
      into: "plan_axes", ["plan", "code", "place", "name_es", "name_en", "source", "certainty"],
      plan.axes.enumerated().map { place, axis in
        [
          id, axis.code, place, axis.name[.spanish], axis.name[.english], axis.source, axis.certainty.rawValue,
        ]
      })
    for objective in plan.objectives { try put(objective, in: id, revision: 0, transaction) }
    for indicator in plan.indicators {
      try put(indicator, in: id, revision: 0, transaction)
      for value in indicator.values { try insert(value, entryID(), of: indicator.code, in: id, transaction) }
    }
    try transaction.insert(
      into: "plan_activities", activityColumns,
      plan.activities.map { ([id] as [any SQLBindable]) + values($0) + ([1] as [any SQLBindable]) })
    try transaction.insert(
      into: "plan_money", ["id", "plan", "activity", "kind", "source", "currency", "cents", "day"],
      plan.activities.flatMap { activity in
        activity.money.map { money in
          [
            entryID(), id, activity.code, money.kind, money.source, money.currency, money.amount.cents,
            money.day.daysSince1970,
          ]
        }
      })
  }

  static func end(_ id: StoredPlanID, on day: CalendarDay?, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE plans SET until_day = ? WHERE id = ?", day?.daysSince1970, id)
  }

  /// Adds a part seen at revision 0, or changes one. Answers whether nobody was faster.
  @discardableResult
  static func put(
    _ objective: PlanObjective, in id: StoredPlanID, revision: Int, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try put(
      "plan_objectives", ["axis", "name_es", "name_en"],
      [objective.axis, objective.name[.spanish], objective.name[.english]], objective.code, in: id, revision,
      transaction)
  }

  @discardableResult
  static func put(
    _ one: PlanIndicator, in id: StoredPlanID, revision: Int, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try put(
      "plan_indicators",
      [
        "objective", "name_es", "name_en", "unit_es", "unit_en", "baseline", "target", "falls", "source", "how_es",
        "how_en", "live",
      ],
      [
        one.objective, one.name[.spanish], one.name[.english], one.unit[.spanish], one.unit[.english],
        one.baseline?.thousandths, one.target?.thousandths, one.falls, one.source, one.howMeasured[.spanish],
        one.howMeasured[.english], one.live,
      ], one.code, in: id, revision, transaction)
  }

  @discardableResult
  static func put(
    _ activity: PlanActivity, in id: StoredPlanID, revision: Int, _ transaction: any WriteTransaction
  ) throws -> Bool {
    let columns = activityColumns.dropFirst(2).dropLast()
    return try put(
      "plan_activities", Array(columns), Array(values(activity).dropFirst()), activity.code, in: id, revision,
      transaction)
  }

  private static let activityColumns = [
    "plan", "code", "objective", "name_es", "name_en", "lead_by", "partners", "provinces", "canton", "from_day",
    "until_day", "depends_on", "state", "done_on", "result", "evidence", "revision",
  ]

  /// The code first, in the order of the columns.
  private static func values(_ one: PlanActivity) -> [any SQLBindable] {
    [
      one.code, one.objective, one.name[.spanish], one.name[.english], one.lead, one.partners.joined(separator: " "),
      one.provinces.joined(separator: " "), one.canton, one.from.daysSince1970, one.until.daysSince1970,
      one.dependsOn.joined(separator: " "), one.state, one.doneOn?.daysSince1970, one.result, one.evidence,
    ]
  }

  private static func put(
    _ table: String, _ columns: [String], _ values: [any SQLBindable], _ code: String, in id: StoredPlanID,
    _ revision: Int, _ transaction: any WriteTransaction
  ) throws -> Bool {
    if revision == 0 {
      let places = Array(repeating: "?", count: columns.count + 3).joined(separator: ", ")
      let head: [any SQLBindable] = [id, code, 1]
      return try transaction.execute(
        """
        INSERT INTO \(table) (plan, code, revision, \(columns.joined(separator: ", "))) VALUES (\(places))
        ON CONFLICT (plan, code) DO NOTHING
        """, head + values) == 1
    }
    let sets = columns.map { "\($0) = ?" }.joined(separator: ", ")
    let rest: [any SQLBindable] = [revision + 1, id, code, revision]
    return try transaction.execute(
      "UPDATE \(table) SET \(sets), revision = ? WHERE plan = ? AND code = ? AND revision = ?", values + rest) == 1
  }

  /// Answers whether it is new.
  @discardableResult
  static func insert(
    _ value: PlanValue, _ entry: PlanEntryID, of indicator: String, in id: StoredPlanID,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      INSERT INTO plan_values (id, plan, indicator, day, number, source) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO NOTHING
      """, entry, id, indicator, value.day.daysSince1970, value.value.thousandths, value.source) == 1
  }

  /// Answers whether it is new.
  @discardableResult
  static func insert(
    _ money: PlanMoney, _ entry: PlanEntryID, of activity: String, in id: StoredPlanID,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      INSERT INTO plan_money (id, plan, activity, kind, source, currency, cents, day) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO NOTHING
      """, entry, id, activity, money.kind, money.source, money.currency, money.amount.cents, money.day.daysSince1970)
      == 1
  }

  static func insert(
    _ change: PlanChange, _ entry: PlanEntryID, by agency: AgencyID, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO plan_changes (id, plan, changed_at, kind, part, state, agency) VALUES (?, ?, ?, ?, ?, ?, ?)", entry,
      change.plan, change.at, change.kind, change.part, change.state, agency)
  }
}
