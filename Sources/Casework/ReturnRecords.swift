import Basics
import Records

/// The queries about returns.
enum ReturnRecords {
  static func caseID(of id: PersonReturnID, _ transaction: any ReadTransaction) throws -> CaseID? {
    try transaction.value(CaseID.self, "SELECT case_id FROM case_returns WHERE id = ?", id)
  }

  static func returnID(of id: ReturnStepID, _ transaction: any ReadTransaction) throws -> PersonReturnID? {
    try transaction.value(PersonReturnID.self, "SELECT return_id FROM case_return_steps WHERE id = ?", id)
  }

  static func insert(
    _ new: PersonReturn, of id: CaseID, agency: AgencyID, content: [UInt8]?, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO case_returns (id, case_id, agency, state, country, departure_day, receiver, content, revision,
        planned_by, planned_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)
      """, new.id, id, agency, new.state, new.country, new.departure, new.receiver, content, new.plannedBy, now)
  }

  /// Writes the revision after the one that was seen. Whether nobody was faster.
  static func update(
    _ id: PersonReturnID, seen revision: Int, _ state: PersonReturn.State, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "UPDATE case_returns SET state = ?, revision = revision + 1 WHERE id = ? AND revision = ?", state, id, revision)
      == 1
  }

  static func insert(
    _ step: ReturnStep, of stored: PersonReturnID, case id: CaseID, agency: AgencyID, words: [UInt8]?,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO case_return_steps (id, return_id, case_id, agency, move, day, decided_by, way, assessment, words,
        made_by, made_at, number)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT COUNT(*) FROM case_return_steps WHERE return_id = ?))
      """, step.id, stored, id, agency, step.move, step.day, step.decidedBy, step.way, step.assessment, words,
      step.member, step.at, stored)
  }

  struct Sealed {
    var stored: PersonReturn
    var content: [UInt8]
    /// As the steps, in their order.
    var words: [[UInt8]?] = []
  }

  /// The newest first.
  static func returns(of id: CaseID, _ transaction: any ReadTransaction) throws -> [Sealed] {
    let rows = try transaction.rows(
      "SELECT * FROM case_returns WHERE case_id = ? ORDER BY planned_at DESC, id DESC", id)
    guard !rows.isEmpty else { return [] }
    let steps = try transaction.rows(
      "SELECT * FROM case_return_steps WHERE case_id = ? ORDER BY return_id, number", id)
    return try rows.map { row in
      var sealed = Sealed(
        stored: PersonReturn(
          id: try row.get("id"), state: try row.get("state"), country: try row.get("country"),
          departure: try row.get("departure_day"), receiver: try row.optional("receiver"),
          plannedBy: try row.get("planned_by"), revision: try row.get("revision")), content: try row.get("content"))
      for step in steps where try step.get("return_id", as: PersonReturnID.self) == sealed.stored.id {
        sealed.stored.steps.append(
          ReturnStep(
            id: try step.get("id"), move: try step.get("move"), day: try step.get("day"),
            decidedBy: try step.optional("decided_by"), way: try step.optional("way"),
            assessment: try step.optional("assessment"), member: try step.get("made_by"), at: try step.get("made_at")))
        sealed.words.append(try step.optional("words"))
      }
      return sealed
    }
  }
}
