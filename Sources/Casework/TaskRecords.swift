import Basics
import Records

/// The queries about what is due. `case_tasks` repeats what stands in the tables of actions, follow-ups and
/// assessments of open cases, so that one index answers what is due in an agency of a million cases.
enum TaskRecords {
  /// Brings a case's tasks up to date, and its next due day with them. A closed case has none.
  static func refresh(_ id: CaseID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM case_tasks WHERE case_id = ?", id)
    for source in CaseworkSchema.taskSources + CaseworkSchema.furtherTaskSources + [DataProtectionSchema.taskSource] {
      try transaction.execute(source + " AND c.id = ?", id)
    }
    try transaction.execute(
      "UPDATE cases SET due_day = (SELECT MIN(t.due_day) FROM case_tasks t WHERE t.case_id = cases.id) WHERE id = ?",
      id)
  }

  /// One page of an agency's tasks; the page begins after the cursor's row.
  static func page(
    _ agency: AgencyID, opener: MemberID?, _ filter: TaskFilter, after cursor: TaskCursor?, limit: Int,
    _ transaction: any ReadTransaction
  ) throws -> [CaseTask] {
    var conditions = ["t.agency = ?"]
    var values: [any SQLBindable] = [agency]
    func add(_ condition: String, _ more: any SQLBindable...) {
      conditions.append(condition)
      values += more
    }
    if let member = filter.member { add("t.member = ?", member) }
    if let opener { add("c.opened_by = ?", opener) }
    if let until = filter.until { add("t.due_day <= ?", until) }
    if let cursor { add("(t.due_day, t.kind, t.id) > (?, ?, ?)", cursor.due, cursor.kind, cursor.id) }
    return try transaction.rows(
      """
      SELECT t.kind, t.id, t.case_id, c.code, t.due_day, t.member FROM case_tasks t JOIN cases c ON c.id = t.case_id
      WHERE \(conditions.joined(separator: " AND ")) ORDER BY t.due_day, t.kind, t.id LIMIT ?
      """, values + [limit]
    ).map { row in
      CaseTask(
        kind: try row.get("kind"), id: try row.get("id"), caseID: try row.get("case_id"), code: try row.get("code"),
        due: try row.get("due_day"), member: try row.get("member"))
    }
  }

  /// The consents of open cases that end in a time, the nearest first.
  /// - Parameter day: the last day on which a consent that ends at a moment holds.
  static func endingConsents(
    _ agency: AgencyID, opener: MemberID?, member: MemberID?, after: Moment, until: Moment, limit: Int,
    day: (Moment) -> CalendarDay, _ transaction: any ReadTransaction
  ) throws -> [CaseTask] {
    var conditions = [
      "c.agency = ?", "s.withdrawn_at IS NULL", "s.until > ?", "s.until <= ?", "c.status = 'open'",
    ]
    var values: [any SQLBindable] = [agency, after, until]
    if let member {
      conditions.append("s.given_by = ?")
      values.append(member)
    }
    if let opener {
      conditions.append("c.opened_by = ?")
      values.append(opener)
    }
    return try transaction.rows(
      """
      SELECT s.id, s.case_id, c.code, s.until, s.given_by FROM consents s JOIN cases c ON c.id = s.case_id
      WHERE \(conditions.joined(separator: " AND ")) ORDER BY s.until, s.id LIMIT ?
      """, values + [limit]
    ).map { row in
      CaseTask(
        kind: .consent, id: try row.get("id"), caseID: try row.get("case_id"), code: try row.get("code"),
        due: day(try row.get("until")), member: try row.get("given_by"))
    }
  }

  // MARK: Calendar links

  static func calendar(of member: MemberID, _ transaction: any ReadTransaction) throws -> (serial: Int, isOn: Bool)? {
    try transaction.row("SELECT serial, link_hash FROM case_calendar_links WHERE member = ?", member).map {
      (try $0.get("serial"), try $0.optional("link_hash", as: [UInt8].self) != nil)
    }
  }

  /// - Parameter linkHash: `nil` when there is to be no link any more.
  static func setCalendar(
    _ member: MemberID, serial: Int, linkHash: [UInt8]?, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO case_calendar_links (member, serial, link_hash) VALUES (?, ?, ?)
      ON CONFLICT (member) DO UPDATE SET serial = excluded.serial, link_hash = excluded.link_hash
      """, member, serial, linkHash)
  }

  /// Whom a calendar link was made for.
  static func calendarOwner(_ linkHash: [UInt8], _ transaction: any ReadTransaction) throws -> (
    member: MemberID, agency: AgencyID
  )? {
    try transaction.row(
      """
      SELECT m.id, m.agency FROM case_calendar_links l JOIN members m ON m.id = l.member WHERE l.link_hash = ?
      """, linkHash
    ).map { (try $0.get("id"), try $0.get("agency")) }
  }
}
