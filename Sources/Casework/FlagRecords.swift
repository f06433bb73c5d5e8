import Basics
import Records

/// The queries about what colleagues ask one another to look at.
enum FlagRecords {
  struct Sealed {
    var flag: CaseFlag
    var words: [UInt8]?
    var answer: [UInt8]?
  }

  static func caseID(of id: CaseFlagID, _ transaction: any ReadTransaction) throws -> CaseID? {
    try transaction.value(CaseID.self, "SELECT case_id FROM case_flags WHERE id = ?", id)
  }

  static func insert(
    _ flag: CaseFlag, of id: CaseID, agency: AgencyID, words: [UInt8]?, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO case_flags (id, case_id, agency, member, due_day, words, raised_by, raised_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """, flag.id, id, agency, flag.member, flag.due, words, flag.raisedBy, flag.raisedAt)
  }

  /// Whether it still waited.
  static func resolve(
    _ id: CaseFlagID, answer: [UInt8]?, by member: MemberID, at now: Moment, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "UPDATE case_flags SET answer = ?, resolved_by = ?, resolved_at = ? WHERE id = ? AND resolved_at IS NULL", answer,
      member, now, id) == 1
  }

  /// Those that wait first, by the day.
  static func flags(of id: CaseID, _ transaction: any ReadTransaction) throws -> [Sealed] {
    try transaction.rows(
      """
      SELECT * FROM case_flags WHERE case_id = ?
      ORDER BY CASE WHEN resolved_at IS NULL THEN 0 ELSE 1 END, due_day, id
      """, id
    ).map { row in
      Sealed(
        flag: CaseFlag(
          id: try row.get("id"), member: try row.get("member"), due: try row.get("due_day"),
          raisedBy: try row.get("raised_by"), raisedAt: try row.get("raised_at"),
          resolvedBy: try row.optional("resolved_by"), resolvedAt: try row.optional("resolved_at")),
        words: try row.optional("words"), answer: try row.optional("answer"))
    }
  }
}
