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
    try transaction.rows("\(columns) ORDER BY plans.code, plans.version").map(head)
  }

  static func head(_ id: StoredPlanID, _ transaction: any ReadTransaction) throws -> StoredPlan? {
    try transaction.row("\(columns) WHERE plans.id = ?", id).map(head)
  }

  private static let columns = """
    SELECT plans.*, (SELECT MIN(one.from_day) FROM plans one WHERE one.code = plans.code) AS began FROM plans
    """

  private static func head(_ row: Row) throws -> StoredPlan {
    let note: String? = try row.optional("note_es")
    var head = Plan(
      code: try row.get("code"), version: try row.get("version"), name: try text(row, "name"),
      level: try row.get("level"), place: try row.get("place"), from: try day(row, "from_day"),
      until: try optionalDay(row, "until_day"), note: note == nil ? nil : try text(row, "note"),
      source: try row.get("source"), certainty: try certainty(row))
    head.began = try day(row, "began")
    return StoredPlan(id: try row.get("id"), head: head)
  }

  /// Reads a plan's parts into its head. An indicator's values are those of all versions up to this one.
  ///
  /// - Parameters:
  ///   - isWhole: without it, activities come without result, evidence and money: what an overview needs.
  ///   - memory: of short activities.
  static func fill(
    _ plan: inout Plan, _ id: StoredPlanID, isWhole: Bool, memory: PlanMemory? = nil,
    _ transaction: any ReadTransaction
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
    let history = """
      SELECT plan_values.* FROM plan_values JOIN plans ON plans.id = plan_values.plan
      WHERE plans.code = ? AND plans.version <= ? AND plan_values.is_struck = 0
      ORDER BY plan_values.day, plan_values.id
      """
    for row in try transaction.rows(history, plan.code, plan.version) {
      values[try row.get("indicator"), default: []].append(try value(row))
    }
    plan.indicators = try transaction.rows("SELECT * FROM plan_indicators WHERE plan = ? ORDER BY code", id).map {
      row in
      var indicator = try indicator(row)
      revisions[indicator.code] = try row.get("revision")
      indicator.values = values[indicator.code] ?? []
      return indicator
    }
    func read() throws -> PlanMemory.Short { try activities(id, isWhole: isWhole, transaction) }
    let short = try isWhole ? read() : memory?.activities(of: id, transaction, orRead: read) ?? read()
    plan.activities = short.activities
    return short.revisions.merging(revisions) { $1 }
  }

  private static func indicator(_ row: Row) throws -> PlanIndicator {
    PlanIndicator(
      code: try row.get("code"), objective: try row.get("objective"), name: try text(row, "name"),
      unit: try text(row, "unit"), baseline: try row.optional("baseline").map(PlanNumber.init(thousandths:)),
      target: try row.optional("target").map(PlanNumber.init(thousandths:)), falls: try row.get("falls"),
      source: try row.get("source"), howMeasured: try text(row, "how"), live: try row.optional("live"))
  }

  private static func activities(
    _ id: StoredPlanID, isWhole: Bool, _ transaction: any ReadTransaction
  ) throws -> PlanMemory.Short {
    let short =
      "code, objective, name_es, name_en, lead_by, provinces, from_day, until_day, depends_on, state, done_on, revision"
    let columns = isWhole ? short + ", partners, canton, result, evidence" : short
    var money: [String: [PlanMoney]] = [:]
    if isWhole {
      for row in try transaction.rows("SELECT * FROM plan_money WHERE plan = ? AND is_struck = 0 ORDER BY day, id", id)
      {
        money[try row.get("activity"), default: []].append(try amount(row))
      }
    }
    let sql = "SELECT \(columns) FROM plan_activities WHERE plan = ? ORDER BY from_day, code"
    var revisions: [String: Int] = [:]
    let activities = try transaction.rows(sql, id).map { row in
      let activity = try activity(row, isWhole: isWhole, money)
      revisions[activity.code] = try row.get("revision")
      return activity
    }
    return PlanMemory.Short(activities: activities, revisions: revisions)
  }

  /// Reads one activity of a short plan whole.
  static func complete(
    _ plan: inout Plan, _ code: String, in id: StoredPlanID, _ transaction: any ReadTransaction
  ) throws {
    guard let place = plan.activities.firstIndex(where: { $0.code == code }),
      let row = try transaction.row("SELECT * FROM plan_activities WHERE plan = ? AND code = ?", id, code)
    else { return }
    let money = try transaction.rows(
      "SELECT * FROM plan_money WHERE plan = ? AND activity = ? AND is_struck = 0 ORDER BY day, id", id, code
    ).map(amount)
    plan.activities[place] = try activity(row, isWhole: true, [code: money])
  }

  private static func activity(_ row: Row, isWhole: Bool, _ money: [String: [PlanMoney]]) throws -> PlanActivity {
    var activity = PlanActivity(
      code: try row.get("code"), objective: try row.get("objective"), name: try text(row, "name"),
      lead: try row.get("lead_by"), provinces: try list(row, "provinces"), from: try day(row, "from_day"),
      until: try day(row, "until_day"), dependsOn: try list(row, "depends_on"), state: try row.get("state"),
      doneOn: try optionalDay(row, "done_on"))
    guard isWhole else { return activity }
    activity.partners = try list(row, "partners")
    activity.canton = try row.get("canton")
    activity.result = try row.get("result")
    activity.evidence = try row.get("evidence")
    activity.money = money[activity.code] ?? []
    return activity
  }

  /// What was done or dropped under earlier versions and is not in this one, with its money; of one that several hold
  /// the newest.
  static func past(_ plan: Plan, _ transaction: any ReadTransaction) throws -> PlanPast {
    var past = PlanPast()
    let here = Set(plan.activities.map(\.code))
    let earlier = "JOIN plans ON plans.id = t.plan WHERE plans.code = ? AND plans.version < ?"
    let rows = try transaction.rows(
      """
      SELECT t.* FROM plan_activities t \(earlier) AND t.state IN ('done', 'dropped')
      ORDER BY plans.version DESC, t.from_day, t.code
      """, plan.code, plan.version)
    guard !rows.isEmpty else { return past }
    var money: [StoredPlanID: [String: [PlanMoney]]] = [:]
    for row in try transaction.rows(
      "SELECT t.* FROM plan_money t \(earlier) AND t.is_struck = 0 ORDER BY t.day, t.id", plan.code, plan.version)
    {
      money[try row.get("plan"), default: [:]][try row.get("activity"), default: []].append(try amount(row))
    }
    for row in rows {
      let home: StoredPlanID = try row.get("plan")
      let activity = try activity(row, isWhole: true, money[home] ?? [:])
      guard !here.contains(activity.code), past.homes[activity.code] == nil else { continue }
      past.homes[activity.code] = home
      past.activities.append(activity)
    }
    past.activities.sort { ($0.from, $0.code) < ($1.from, $1.code) }
    return past
  }

  static func hasActivity(_ code: String, in id: StoredPlanID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT code FROM plan_activities WHERE plan = ? AND code = ?", id, code) != nil
  }

  static func value(_ row: Row) throws -> PlanValue {
    PlanValue(
      day: try day(row, "day"), value: PlanNumber(thousandths: try row.get("number")), source: try row.get("source"))
  }

  static func amount(_ row: Row) throws -> PlanMoney {
    PlanMoney(
      kind: try row.get("kind"), source: try row.get("source"), currency: try row.get("currency"),
      amount: Money(cents: try row.get("cents")), day: try day(row, "day"))
  }

  /// Sums by kind, source and currency, made by the store.
  static func money(_ id: StoredPlanID, _ transaction: any ReadTransaction) throws -> PlanMoneyTable {
    let sql = """
      SELECT kind, source, currency, CAST(SUM(cents) AS BIGINT) AS cents, MIN(day) AS day FROM plan_money
      WHERE plan = ? AND is_struck = 0 GROUP BY kind, source, currency
      """
    return PlanMoneyTable(try transaction.rows(sql, id).map(amount))
  }

  /// What happened after a moment to a version and to those before it, oldest first.
  static func changes(upTo plan: Plan, since: Moment, _ transaction: any ReadTransaction) throws -> [PlanChange] {
    try transaction.rows(
      """
      SELECT plan_changes.* FROM plan_changes JOIN plans ON plans.id = plan_changes.plan
      WHERE plans.code = ? AND plans.version <= ? AND plan_changes.changed_at >= ?
      ORDER BY plan_changes.changed_at, plan_changes.id
      """, plan.code, plan.version, since
    ).map { row in
      PlanChange(
        plan: try row.get("plan"), at: try row.get("changed_at"), kind: try row.get("kind"), part: try row.get("part"),
        state: try row.optional("state"))
    }
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
    if text.isEmpty { return [] }
    return text.utf8.contains(UInt8(ascii: " ")) ? text.split(separator: " ").map(String.init) : [text]
  }

  private static func certainty(_ row: Row) throws -> Certainty {
    guard let certainty = Certainty(rawValue: try row.get("certainty")) else {
      throw DatabaseFailure.malformed(column: "certainty")
    }
    return certainty
  }
}
