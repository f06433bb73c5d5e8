import Basics
import Records

/// The queries about services and follow-ups.
enum CareRecords {
  // MARK: Services

  static func insert(
    _ service: ServiceRecord, of id: CaseID, agency: AgencyID, detail: [UInt8]?, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO case_services (id, case_id, agency, service, day, provider, amount_cents, outcome, detail,
        recorded_by, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, service.id, id, agency, service.service, service.day, service.provider, service.amountCents,
      service.outcome, detail, service.recordedBy, now)
    try FactRecords.refresh(id, transaction)
  }

  static func caseID(ofService id: ServiceRecordID, _ transaction: any ReadTransaction) throws -> CaseID? {
    try transaction.value(CaseID.self, "SELECT case_id FROM case_services WHERE id = ?", id)
  }

  /// The newest first, each with its sealed detail.
  static func services(of id: CaseID, _ transaction: any ReadTransaction) throws -> [(ServiceRecord, [UInt8]?)] {
    try transaction.rows(
      "SELECT * FROM case_services WHERE case_id = ? ORDER BY day DESC, recorded_at DESC, id DESC", id
    ).map { row in
      let service = ServiceRecord(
        id: try row.get("id"), service: try row.get("service"), day: try row.get("day"),
        provider: try row.optional("provider"), amountCents: try row.optional("amount_cents"),
        outcome: try row.optional("outcome"), recordedBy: try row.get("recorded_by"))
      return (service, try row.optional("detail"))
    }
  }

  // MARK: Follow-ups

  struct SealedFollowUp {
    var followUp: FollowUp
    var note: [UInt8]?
    var result: [UInt8]?
  }

  static func insert(
    _ followUp: FollowUp, of id: CaseID, agency: AgencyID, note: [UInt8]?, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO case_follow_ups (id, case_id, agency, due_day, note, planned_by, planned_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """, followUp.id, id, agency, followUp.due, note, followUp.plannedBy, now)
  }

  static func caseID(ofFollowUp id: FollowUpID, _ transaction: any ReadTransaction) throws -> CaseID? {
    try transaction.value(CaseID.self, "SELECT case_id FROM case_follow_ups WHERE id = ?", id)
  }

  /// Open ones first, by the day they are due.
  static func followUps(of id: CaseID, _ transaction: any ReadTransaction) throws -> [SealedFollowUp] {
    try transaction.rows(
      """
      SELECT * FROM case_follow_ups WHERE case_id = ?
      ORDER BY CASE WHEN done_day IS NULL THEN 0 ELSE 1 END, due_day, id
      """, id
    ).map { row in
      SealedFollowUp(
        followUp: FollowUp(
          id: try row.get("id"), due: try row.get("due_day"), done: try row.optional("done_day"),
          plannedBy: try row.get("planned_by")),
        note: try row.optional("note"), result: try row.optional("result"))
    }
  }

  /// Whether it was still open.
  static func finish(
    _ id: FollowUpID, of caseID: CaseID, on day: CalendarDay, result: [UInt8]?, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "UPDATE case_follow_ups SET done_day = ?, result = ? WHERE id = ? AND case_id = ? AND done_day IS NULL", day,
      result, id, caseID) == 1
  }
}
