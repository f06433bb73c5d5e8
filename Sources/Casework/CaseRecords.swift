import Basics
import Records

/// The queries about cases and their sealed content.
enum CaseRecords {
  static func insert(_ new: CaseSummary, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO cases (id, agency, code, person, kind, status, month, province, form, age_band, sex, screening,
        opened_by, opened_at, revision, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, new.id, new.agency, new.code, new.person, new.facts.kind, new.status, new.month, new.facts.province,
      new.facts.form, new.facts.ageBand, new.facts.sex, new.screening, new.openedBy, new.openedAt, new.revision,
      new.origin)
    try FactRecords.refresh(new.id, transaction)
  }

  static func summary(_ id: CaseID, _ transaction: any ReadTransaction) throws -> CaseSummary? {
    try transaction.row("SELECT * FROM cases WHERE id = ?", id).map(summary)
  }

  static func of(code: CaseCode, agency: AgencyID, _ transaction: any ReadTransaction) throws -> CaseSummary? {
    try transaction.row("SELECT * FROM cases WHERE code = ? AND agency = ?", code, agency).map(summary)
  }

  /// Those of the cases that there are.
  static func existing(_ ids: [CaseID], _ transaction: any ReadTransaction) throws -> Set<CaseID> {
    guard let last = ids.last else { return [] }
    // Few different lengths, so that the engines keep the statement prepared.
    let places = (ids.count + 99) / 100 * 100
    let asked = ids + Array(repeating: last, count: places - ids.count)
    return Set(
      try transaction.rows("SELECT id FROM cases WHERE id IN (\(marks(places)))", asked).map { try $0.get("id") })
  }

  static func isCodeTaken(_ code: CaseCode, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS taken FROM cases WHERE code = ?", code) != nil
  }

  static func of(code: CaseCode, _ transaction: any ReadTransaction) throws -> CaseSummary? {
    try transaction.row("SELECT * FROM cases WHERE code = ?", code).map(summary)
  }

  static func of(screening: ScreeningID, agency: AgencyID, _ transaction: any ReadTransaction) throws -> CaseSummary? {
    try transaction.row("SELECT * FROM cases WHERE screening = ? AND agency = ?", screening, agency).map(summary)
  }

  /// Whether a case of any agency came from a screening: also one that changed hands since.
  static func isTaken(_ screening: ScreeningID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS taken FROM cases WHERE screening = ?", screening) != nil
  }

  static func of(persons: [PersonID], agency: AgencyID, _ transaction: any ReadTransaction) throws
    -> [PersonID: [CaseSummary]]
  {
    guard !persons.isEmpty else { return [:] }
    // By the person and never by the agency, in whose order an engine would go through all its cases.
    let rows = try transaction.rows(
      """
      SELECT * FROM cases WHERE person IN (\(marks(persons.count))) AND (agency = ?) IS TRUE
      ORDER BY opened_at DESC, id DESC
      """, persons + [agency])
    return Dictionary(grouping: try rows.map(summary), by: \.person)
  }

  /// One page of an agency's cases; each order has its index, and the page begins after the cursor's row.
  static func page(
    _ agency: AgencyID, opener: MemberID?, _ filter: CaseFilter, after cursor: CaseCursor?,
    _ transaction: any ReadTransaction
  ) throws -> CasePage {
    var conditions = [filter.hasCode && filter.dueBy == nil ? "(agency = ?) IS TRUE" : "agency = ?"]
    var values: [any SQLBindable] = [agency]
    func add(_ condition: String, _ more: any SQLBindable...) {
      conditions.append(condition)
      values += more
    }
    // The filter that leaves fewest cases is looked up; the others are compared row by row, whatever an engine would
    // prefer: as a question about truth a comparison is kept out of the indices, and PostgreSQL still estimates it by the
    // column's values. Of a computed column it expects one row in two hundred, and sorts ten thousand to find them.
    let isOrderedByIndex = filter.dueBy != nil || filter.hasCode
    let status = filter.status ?? (filter.dueBy == nil ? nil : .open)
    var isLookedUp = isOrderedByIndex
    for (column, value) in [
      ("opened_by", (opener ?? filter.worker)?.description), ("form", filter.form), ("province", filter.province),
      ("kind", filter.kind), ("status", status?.rawValue),
    ] {
      guard let value else { continue }
      let isIndexed = column == "status" ? !isLookedUp || filter.dueBy != nil : !isLookedUp
      add(isIndexed ? "\(column) = ?" : "(\(column) = ?) IS TRUE", value)
      isLookedUp = true
    }
    if let opener, let worker = filter.worker, worker != opener { return CasePage(rows: [], next: nil) }
    let order: String
    if let day = filter.dueBy {
      order = "due_day, id"
      add("due_day <= ?", day)
      if case .due(let day, let id) = cursor { add("(due_day, id) > (?, ?)", day, id) }
    } else if filter.hasCode {
      order = "code"
      guard let prefix = CaseCode.prefix(filter.code) else { return CasePage(rows: [], next: nil) }
      add("code >= ? AND code <= ?", prefix, prefix + String(repeating: "Z", count: 8 - prefix.count))
      if case .code(let code) = cursor { add("code > ?", code) }
    } else {
      order = "opened_at DESC, id DESC"
      if case .opened(let moment, let id) = cursor { add("(opened_at, id) < (?, ?)", moment, id) }
    }
    var rows = try transaction.rows(
      "SELECT * FROM cases WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(order) LIMIT ?",
      values + [CaseDesk.pageSize + 1]
    ).map { CaseRow(summary: try summary($0), name: nil) }
    let isLast = rows.count <= CaseDesk.pageSize
    rows = Array(rows.prefix(CaseDesk.pageSize))
    return CasePage(rows: rows, next: isLast ? nil : rows.last.map { next(after: $0.summary, filter) })
  }

  private static func next(after last: CaseSummary, _ filter: CaseFilter) -> CaseCursor {
    if filter.dueBy != nil, let due = last.due { return .due(due, last.id) }
    return filter.hasCode ? .code(last.code) : .opened(last.openedAt, last.id)
  }

  static func summary(_ row: Row) throws -> CaseSummary {
    CaseSummary(
      id: try row.get("id"), agency: try row.get("agency"), code: try row.get("code"), person: try row.get("person"),
      facts: CaseFacts(
        kind: try row.get("kind"), province: try row.get("province"), form: try row.optional("form"),
        ageBand: try row.get("age_band"), sex: try row.optional("sex")),
      status: try row.get("status"), month: try row.get("month"), screening: try row.optional("screening"),
      openedBy: try row.get("opened_by"), openedAt: try row.get("opened_at"), closedAt: try row.optional("closed_at"),
      closureReason: try row.optional("closure_reason"), due: try row.optional("due_day"),
      revision: try row.get("revision"), origin: try row.optional("origin"))
  }

  /// Question marks for so many values.
  static func marks(_ count: Int) -> String { Array(repeating: "?", count: count).joined(separator: ", ") }

  // MARK: Changing

  /// Whether the row was still at the revision. What stood there is kept for the history.
  static func update(
    _ id: CaseID, _ facts: CaseFacts, seen revision: Int, by member: MemberID, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    let kept = try transaction.execute(
      """
      INSERT INTO case_fact_changes (case_id, revision, kind, province, form, age_band, sex, changed_by, changed_at)
      SELECT id, revision + 1, kind, province, form, age_band, sex, ?, ? FROM cases
      WHERE id = ? AND revision = ? AND status = 'open'
      """, member, now, id, revision)
    guard kept == 1 else { return false }
    let changed = try transaction.execute(
      """
      UPDATE cases SET kind = ?, province = ?, form = ?, age_band = ?, sex = ?, revision = revision + 1
      WHERE id = ? AND revision = ? AND status = 'open'
      """, facts.kind, facts.province, facts.form, facts.ageBand, facts.sex, id, revision)
    try FactRecords.refresh(id, transaction)
    return changed == 1
  }

  /// What the person's identity says about all of their open cases.
  /// - Parameter ageBand: `nil` leaves what stands there.
  static func setPerson(
    _ person: PersonID, sex: String?, ageBand: String?, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "UPDATE cases SET sex = COALESCE(?, sex), age_band = COALESCE(?, age_band) WHERE person = ? AND status = 'open'",
      sex, ageBand, person)
    try FactRecords.refresh(of: person, transaction)
  }

  // MARK: Figures

  static func counts(_ transaction: any ReadTransaction) throws -> [CaseFact] {
    let present = try transaction.rows(
      """
      SELECT agency, status, month, kind, province, form, age_band, sex, COUNT(*) AS number FROM cases
      GROUP BY month, province, agency, status, kind, form, age_band, sex
      ORDER BY month, province, agency
      """
    ).map(fact)
    // What is left of erased cases, where it singles nobody out.
    let kept = try transaction.rows(
      """
      SELECT agency, status, month, kind, province, form, age_band, sex, COUNT(*) AS number FROM kept_case_facts
      GROUP BY month, province, agency, status, kind, form, age_band, sex
      ORDER BY month, province, agency
      """
    ).map(fact)
    guard !kept.isEmpty else { return present }
    var further = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.count) })
    var all = present
    for index in all.indices {
      if let count = further.removeValue(forKey: all[index].key) { all[index].count += count }
    }
    return all + kept.filter { further[$0.key] != nil }
  }

  private static func fact(_ row: Row) throws -> CaseFact {
    CaseFact(
      agency: try row.get("agency"), status: try row.get("status"), month: try row.get("month"),
      facts: CaseFacts(
        kind: try row.get("kind"), province: try row.get("province"), form: try row.optional("form"),
        ageBand: try row.get("age_band"), sex: try row.optional("sex")), count: try row.get("number"))
  }
}

extension CaseFact {
  /// What two counts that can be added agree in.
  fileprivate var key: CaseFact {
    var key = self
    key.count = 0
    return key
  }
}
