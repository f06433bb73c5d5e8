import Basics
import CountryPack
import Records

/// The queries about the clocks of a case.
enum CaseClockRecords {
  static func caseID(of id: CaseClockID, _ transaction: any ReadTransaction) throws -> CaseID? {
    try transaction.value(CaseID.self, "SELECT case_id FROM case_clocks WHERE id = ?", id)
  }

  static func clockID(of id: CaseClockEventID, _ transaction: any ReadTransaction) throws -> CaseClockID? {
    try transaction.value(CaseClockID.self, "SELECT clock FROM case_clock_events WHERE id = ?", id)
  }

  /// Whether one of a kind has not ended yet.
  static func hasLive(_ kind: String, of id: CaseID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row(
      "SELECT 1 AS live FROM case_clocks WHERE case_id = ? AND kind = ? AND ended_day IS NULL", id, kind) != nil
  }

  static func insert(
    _ clock: CaseClock, of id: CaseID, agency: AgencyID, due: CalendarDay?, document: [UInt8]?, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO case_clocks (id, case_id, agency, kind, start_day, days, counts, warn_days, extend_days, acts,
        by_document, member, due_day, revision, document, recorded_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)
      """, clock.id, id, agency, clock.kind, clock.start, clock.terms.days, clock.terms.counts.rawValue,
      clock.terms.warnDays, clock.terms.extendDays, clock.terms.acts, clock.terms.isByDocument, clock.member, due,
      document, now)
  }

  /// Writes the revision after the one that was seen. Whether nobody was faster.
  static func update(
    _ id: CaseClockID, seen revision: Int, due: CalendarDay?, ended: CalendarDay?, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "UPDATE case_clocks SET due_day = ?, ended_day = ?, revision = revision + 1 WHERE id = ? AND revision = ?", due,
      ended, id, revision) == 1
  }

  static func insert(
    _ event: CaseClockEvent, place: Int, of clock: CaseClockID, case id: CaseID, agency: AgencyID, reason: [UInt8]?,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO case_clock_events (id, clock, case_id, agency, move, day, days, reason, made_by, made_at, place)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, event.id, clock, id, agency, event.move, event.day, event.days, reason, event.member, event.at, place)
  }

  struct Sealed {
    var clock: CaseClock
    var document: [UInt8]?
    /// As the clock's events, in their order.
    var reasons: [[UInt8]?]
  }

  /// The live ones first, by the day they began.
  static func clocks(of id: CaseID, _ transaction: any ReadTransaction) throws -> [Sealed] {
    let rows = try transaction.rows(
      """
      SELECT * FROM case_clocks WHERE case_id = ?
      ORDER BY CASE WHEN ended_day IS NULL THEN 0 ELSE 1 END, start_day, id
      """, id)
    guard !rows.isEmpty else { return [] }
    let events = try transaction.rows(
      "SELECT * FROM case_clock_events WHERE case_id = ? ORDER BY place, made_at, day, id", id)
    return try rows.map { row in
      var clock = CaseClock(
        id: try row.get("id"), kind: try row.get("kind"), start: try row.get("start_day"),
        terms: CaseClock.Terms(
          days: try row.get("days"), counts: try row.get("counts", as: String.self) == "working" ? .working : .calendar,
          warnDays: try row.get("warn_days"), extendDays: try row.get("extend_days"), acts: try row.get("acts"),
          isByDocument: try row.get("by_document")),
        member: try row.get("member"), ended: try row.optional("ended_day"), revision: try row.get("revision"))
      var reasons: [[UInt8]?] = []
      for event in events where try event.get("clock", as: CaseClockID.self) == clock.id {
        clock.events.append(
          CaseClockEvent(
            id: try event.get("id"), move: try event.get("move"), day: try event.get("day"),
            days: try event.optional("days"), member: try event.get("made_by"), at: try event.get("made_at")))
        reasons.append(try event.optional("reason"))
      }
      return Sealed(clock: clock, document: try row.optional("document"), reasons: reasons)
    }
  }
}
