import Basics
import CountryPack
import Records

extension PlanLevel: SQLConvertible {}
extension LiveMeasure: SQLConvertible {}
extension ActivityState: SQLConvertible {}
extension PlanMoney.Kind: SQLConvertible {}
extension PlanChange.Kind: SQLConvertible {}
extension ReportText.Section: SQLConvertible {}
extension PlanInstitution.Succession.Kind: SQLConvertible {}

/// The queries about plans: one a table, however many rows a plan has.
enum NationalPlanRecords {
  // MARK: Reading

  /// Every version of every plan without its parts, by code and version.
  static func heads(_ transaction: any ReadTransaction) throws -> [StoredPlan] {
    try transaction.rows("SELECT * FROM plans ORDER BY code, version").map(head)
  }

  static func head(_ id: StoredPlanID, _ transaction: any ReadTransaction) throws -> StoredPlan? {
    try transaction.row("SELECT * FROM plans WHERE id = ?", id).map(head)
  }

  private static func head(_ row: Row) throws -> StoredPlan {
    let note: String? = try row.optional("note_es")
    return StoredPlan(
      id: try row.get("id"),
      head: Plan(
        code: try row.get("code"), version: try row.get("version"), name: try text(row, "name"),
        level: try row.get("level"), place: try row.get("place"), from: try day(row, "from_day"),
        until: try optionalDay(row, "until_day"), note: note == nil ? nil : try text(row, "note"),
        source: try row.get("source"), certainty: try certainty(row)))
  }

  /// Reads a plan's parts into its head.
  ///
  /// - Parameter isWhole: without it, activities come without result, evidence and money: what an overview needs.
  static func fill(
    _ plan: inout Plan, _ id: StoredPlanID, isWhole: Bool, _ transaction: any ReadTransaction
  ) throws -> [String: Int] {
    var revisions: [String: Int] = [:]
    plan.axes = try transaction.rows("SELECT * FROM plan_axes WHERE plan = ? ORDER BY place", id).map { row in
      PlanAxis(
        code: try row.get("code"), name: try text(row, "name"), source: try row.get("source"),
        certainty: try certainty(row))
    }
    plan.objectives = try transaction.rows("SELECT * FROM plan_objectives WHERE plan = ? ORDER BY code", id).map {
      row in
      let objective = PlanObjective(
        code: try row.get("code"), axis: try row.get("axis"), name: try text(row, "name"))
      revisions[objective.code] = try row.get("revision")
      return objective
    }
    var values: [String: [PlanValue]] = [:]
    for row in try transaction.rows("SELECT * FROM plan_values WHERE plan = ? ORDER BY day, id", id) {
      values[try row.get("indicator"), default: []].append(
        PlanValue(
          day: try day(row, "day"), value: PlanNumber(thousandths: try row.get("number")),
          source: try row.get("source")))
    }
    plan.indicators = try transaction.rows("SELECT * FROM plan_indicators WHERE plan = ? ORDER BY code", id).map {
      row in
      var indicator = try indicator(row)
      revisions[indicator.code] = try row.get("revision")
      indicator.values = values[indicator.code] ?? []
      return indicator
    }
    plan.activities = try activities(id, isWhole: isWhole, &revisions, transaction)
    return revisions
  }

  private static func indicator(_ row: Row) throws -> PlanIndicator {
    PlanIndicator(
      code: try row.get("code"), objective: try row.get("objective"), name: try text(row, "name"),
      unit: try text(row, "unit"), baseline: try row.optional("baseline").map(PlanNumber.init(thousandths:)),
      target: try row.optional("target").map(PlanNumber.init(thousandths:)), falls: try row.get("falls"),
      source: try row.get("source"), howMeasured: try text(row, "how"), live: try row.optional("live"))
  }

  private static func activities(
    _ id: StoredPlanID, isWhole: Bool, _ revisions: inout [String: Int], _ transaction: any ReadTransaction
  ) throws -> [PlanActivity] {
    let short =
      "code, objective, name_es, name_en, lead_by, provinces, from_day, until_day, depends_on, state, done_on, revision"
    let columns = isWhole ? short + ", partners, canton, result, evidence" : short
    var money: [String: [PlanMoney]] = [:]
    if isWhole {
      for row in try transaction.rows("SELECT * FROM plan_money WHERE plan = ? ORDER BY day, id", id) {
        money[try row.get("activity"), default: []].append(try amount(row))
      }
    }
    let sql = "SELECT \(columns) FROM plan_activities WHERE plan = ? ORDER BY from_day, code"
    return try transaction.rows(sql, id).map { row in
      var activity = PlanActivity(
        code: try row.get("code"), objective: try row.get("objective"), name: try text(row, "name"),
        lead: try row.get("lead_by"), provinces: try list(row, "provinces"), from: try day(row, "from_day"),
        until: try day(row, "until_day"), dependsOn: try list(row, "depends_on"), state: try row.get("state"),
        doneOn: try optionalDay(row, "done_on"))
      revisions[activity.code] = try row.get("revision")
      guard isWhole else { return activity }
      activity.partners = try list(row, "partners")
      activity.canton = try row.get("canton")
      activity.result = try row.get("result")
      activity.evidence = try row.get("evidence")
      activity.money = money[activity.code] ?? []
      return activity
    }
  }

  static func hasActivity(_ code: String, in id: StoredPlanID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT code FROM plan_activities WHERE plan = ? AND code = ?", id, code) != nil
  }

  private static func amount(_ row: Row) throws -> PlanMoney {
    PlanMoney(
      kind: try row.get("kind"), source: try row.get("source"), currency: try row.get("currency"),
      amount: Money(cents: try row.get("cents")), day: try day(row, "day"))
  }

  /// Sums by kind, source and currency, made by the store.
  static func money(_ id: StoredPlanID, _ transaction: any ReadTransaction) throws -> PlanMoneyTable {
    let sql = """
      SELECT kind, source, currency, CAST(SUM(cents) AS BIGINT) AS cents, MIN(day) AS day FROM plan_money
      WHERE plan = ? GROUP BY kind, source, currency
      """
    return PlanMoneyTable(try transaction.rows(sql, id).map(amount))
  }

  /// What happened after a moment, oldest first.
  static func changes(_ id: StoredPlanID, since: Moment, _ transaction: any ReadTransaction) throws -> [PlanChange] {
    try transaction.rows(
      "SELECT * FROM plan_changes WHERE plan = ? AND changed_at >= ? ORDER BY changed_at, id", id, since
    ).map { row in
      PlanChange(
        at: try row.get("changed_at"), kind: try row.get("kind"), part: try row.get("part"),
        state: try row.optional("state"))
    }
  }

  // MARK: Writing

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

  static func end(_ id: StoredPlanID, on day: CalendarDay, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE plans SET until_day = ? WHERE id = ?", day.daysSince1970, id)
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
    _ change: PlanChange, _ entry: PlanEntryID, in id: StoredPlanID, by agency: AgencyID,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO plan_changes (id, plan, changed_at, kind, part, state, agency) VALUES (?, ?, ?, ?, ?, ?, ?)", entry,
      id, change.at, change.kind, change.part, change.state, agency)
  }

  // MARK: Columns

  static func text(_ row: Row, _ name: String) throws -> LocalizedText {
    LocalizedText(es: try row.get(name + "_es"), en: try row.get(name + "_en"))
  }

  static func day(_ row: Row, _ name: String) throws -> CalendarDay { CalendarDay(daysSince1970: try row.get(name)) }

  static func optionalDay(_ row: Row, _ name: String) throws -> CalendarDay? {
    try row.optional(name, as: Int.self).map { CalendarDay(daysSince1970: $0) }
  }

  private static func list(_ row: Row, _ name: String) throws -> [String] {
    let text: String = try row.get(name)
    return text.isEmpty ? [] : text.split(separator: " ").map(String.init)
  }

  private static func certainty(_ row: Row) throws -> Certainty {
    guard let certainty = Certainty(rawValue: try row.get("certainty")) else {
      throw DatabaseFailure.malformed(column: "certainty")
    }
    return certainty
  }
}
