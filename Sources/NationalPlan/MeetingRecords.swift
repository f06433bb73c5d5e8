import Basics
import Records

/// The queries about meetings, institutions and the report's texts.
enum MeetingRecords {
  /// Newest first.
  static func meetings(_ id: StoredPlanID, _ transaction: any ReadTransaction) throws -> [PlanMeeting] {
    try transaction.rows("SELECT * FROM plan_meetings WHERE plan = ? ORDER BY day DESC, id", id).map(meeting)
  }

  /// Of a version and of those before it, newest first, each with the version under which it was held.
  static func meetings(upTo plan: Plan, _ transaction: any ReadTransaction) throws -> [(
    version: StoredPlanID, meeting: PlanMeeting
  )] {
    try transaction.rows(
      """
      SELECT plan_meetings.* FROM plan_meetings JOIN plans ON plans.id = plan_meetings.plan
      WHERE plans.code = ? AND plans.version <= ? ORDER BY plan_meetings.day DESC, plan_meetings.id
      """, plan.code, plan.version
    ).map { (try $0.get("plan"), try meeting($0)) }
  }

  private static func meeting(_ row: Row) throws -> PlanMeeting {
    PlanMeeting(
      id: try row.get("id"), day: try NationalPlanRecords.day(row, "day"), title: try row.get("title"),
      minutes: try row.get("minutes"), revision: try row.get("revision"))
  }

  /// By the day they are due.
  static func decisions(_ id: StoredPlanID, _ transaction: any ReadTransaction) throws -> [PlanDecision] {
    try transaction.rows("SELECT * FROM plan_decisions WHERE plan = ? ORDER BY due, id", id).map(decision)
  }

  /// Of a version and of those before it, by the day they are due.
  static func decisions(upTo plan: Plan, _ transaction: any ReadTransaction) throws -> [PlanDecision] {
    try transaction.rows(
      """
      SELECT plan_decisions.* FROM plan_decisions JOIN plans ON plans.id = plan_decisions.plan
      WHERE plans.code = ? AND plans.version <= ? ORDER BY plan_decisions.due, plan_decisions.id
      """, plan.code, plan.version
    ).map(decision)
  }

  private static func decision(_ row: Row) throws -> PlanDecision {
    PlanDecision(
      id: try row.get("id"), meeting: try row.get("meeting"), words: try row.get("words"),
      owner: try row.get("owner_code"), due: try NationalPlanRecords.day(row, "due"),
      activity: try row.get("activity"), doneOn: try NationalPlanRecords.optionalDay(row, "done_on"),
      revision: try row.get("revision"))
  }

  /// Adds a meeting seen at revision 0, or changes one. Answers whether nobody was faster.
  static func put(_ meeting: PlanMeeting, in id: StoredPlanID, _ transaction: any WriteTransaction) throws -> Bool {
    if meeting.revision == 0 {
      return try transaction.execute(
        """
        INSERT INTO plan_meetings (id, plan, day, title, minutes, revision) VALUES (?, ?, ?, ?, ?, 1)
        ON CONFLICT (id) DO NOTHING
        """, meeting.id, id, meeting.day.daysSince1970, meeting.title, meeting.minutes) == 1
    }
    return try transaction.execute(
      """
      UPDATE plan_meetings SET day = ?, title = ?, minutes = ?, revision = revision + 1
      WHERE id = ? AND plan = ? AND revision = ?
      """, meeting.day.daysSince1970, meeting.title, meeting.minutes, meeting.id, id, meeting.revision) == 1
  }

  static func put(_ one: PlanDecision, in id: StoredPlanID, _ transaction: any WriteTransaction) throws -> Bool {
    if one.revision == 0 {
      return try transaction.execute(
        """
        INSERT INTO plan_decisions (id, plan, meeting, words, owner_code, due, activity, done_on, revision)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (id) DO NOTHING
        """, one.id, id, one.meeting, one.words, one.owner, one.due.daysSince1970, one.activity,
        one.doneOn?.daysSince1970) == 1
    }
    return try transaction.execute(
      """
      UPDATE plan_decisions SET words = ?, owner_code = ?, due = ?, activity = ?, done_on = ?, revision = revision + 1
      WHERE id = ? AND plan = ? AND revision = ?
      """, one.words, one.owner, one.due.daysSince1970, one.activity, one.doneOn?.daysSince1970, one.id, id,
      one.revision) == 1
  }

  // MARK: Institutions

  static func institutions(_ transaction: any ReadTransaction) throws -> [PlanInstitution] {
    var found: [String: PlanInstitution] = [:]
    func one(_ code: String) -> PlanInstitution { found[code] ?? PlanInstitution(code: code, names: []) }
    for row in try transaction.rows("SELECT * FROM plan_institution_names ORDER BY from_day, id") {
      let code: String = try row.get("institution")
      var institution = one(code)
      institution.names.append(
        .init(
          name: try NationalPlanRecords.text(row, "name"), from: try NationalPlanRecords.optionalDay(row, "from_day"),
          until: try NationalPlanRecords.optionalDay(row, "until_day"), source: try row.get("source")))
      found[code] = institution
    }
    for row in try transaction.rows("SELECT * FROM plan_successions ORDER BY institution, successor") {
      let code: String = try row.get("institution")
      var institution = one(code)
      institution.successions.append(
        .init(
          successor: try row.get("successor"), kind: try row.get("kind"),
          day: try NationalPlanRecords.optionalDay(row, "day"), source: try row.get("source")))
      found[code] = institution
    }
    return found.values.sorted { $0.code < $1.code }
  }

  /// Answers whether it is new.
  @discardableResult
  static func insert(
    _ name: PlanInstitution.Name, _ entry: PlanEntryID, of code: String, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      INSERT INTO plan_institution_names (id, institution, name_es, name_en, from_day, until_day, source)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
      """, entry, code, name.name[.spanish], name.name[.english], name.from?.daysSince1970, name.until?.daysSince1970,
      name.source) == 1
  }

  /// Ends the name that was borne until now, the day before another begins.
  static func endName(of code: String, on day: CalendarDay, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "UPDATE plan_institution_names SET until_day = ? WHERE institution = ? AND (until_day IS NULL OR until_day > ?)",
      day.daysSince1970, code, day.daysSince1970)
  }

  @discardableResult
  static func insert(
    _ succession: PlanInstitution.Succession, of code: String, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      INSERT INTO plan_successions (institution, successor, kind, day, source) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (institution, successor) DO NOTHING
      """, code, succession.successor, succession.kind, succession.day?.daysSince1970, succession.source) == 1
  }

  /// Answers whether it was there.
  static func delete(succession successor: String, of code: String, _ transaction: any WriteTransaction) throws -> Bool
  {
    try transaction.execute(
      "DELETE FROM plan_successions WHERE institution = ? AND successor = ?", code, successor) == 1
  }

  // MARK: The report

  static func reportTexts(_ id: StoredPlanID, _ year: Int, _ transaction: any ReadTransaction) throws -> [ReportText] {
    try transaction.rows(
      "SELECT * FROM plan_report_texts WHERE plan = ? AND year = ? ORDER BY section, language", id, year
    ).map { row in
      ReportText(
        section: try row.get("section"), language: try row.get("language"), words: try row.get("words"),
        revision: try row.get("revision"))
    }
  }

  static func put(_ text: ReportText, of year: Int, in id: StoredPlanID, _ transaction: any WriteTransaction) throws
    -> Bool
  {
    if text.revision == 0 {
      return try transaction.execute(
        """
        INSERT INTO plan_report_texts (plan, year, section, language, words, revision) VALUES (?, ?, ?, ?, ?, 1)
        ON CONFLICT (plan, year, section, language) DO NOTHING
        """, id, year, text.section, text.language, text.words) == 1
    }
    return try transaction.execute(
      """
      UPDATE plan_report_texts SET words = ?, revision = revision + 1
      WHERE plan = ? AND year = ? AND section = ? AND language = ? AND revision = ?
      """, text.words, id, year, text.section, text.language, text.revision) == 1
  }
}
