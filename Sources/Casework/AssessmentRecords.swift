import Basics
import Records

/// The queries about assessments.
enum AssessmentRecords {
  struct Sealed {
    var assessment: Assessment
    var content: [UInt8]
  }

  static func caseID(of id: AssessmentID, _ transaction: any ReadTransaction) throws -> CaseID? {
    try transaction.value(CaseID.self, "SELECT case_id FROM case_assessments WHERE id = ?", id)
  }

  /// How many of a kind a case has: what somebody who compares with the last one has seen.
  static func count(of id: CaseID, _ kind: AssessmentKind, _ transaction: any ReadTransaction) throws -> Int {
    try transaction.value(
      Int.self, "SELECT COUNT(*) FROM case_assessments WHERE case_id = ? AND kind = ?", id, kind) ?? 0
  }

  static func insert(
    _ assessment: Assessment, of id: CaseID, agency: AgencyID, content: [UInt8]?, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO case_assessments (id, case_id, agency, kind, level, day, due_day, content, is_latest, recorded_by,
        recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)
      """, assessment.id, id, agency, assessment.kind, assessment.level, assessment.day, assessment.due, content,
      assessment.recordedBy, now)
    try setLatest(of: id, assessment.kind, transaction)
  }

  static func remove(_ id: AssessmentID, of caseID: CaseID, _ transaction: any WriteTransaction) throws -> Bool {
    guard
      let kind = try transaction.value(
        AssessmentKind.self, "SELECT kind FROM case_assessments WHERE id = ? AND case_id = ?", id, caseID)
    else { return false }
    try transaction.execute("DELETE FROM case_assessments WHERE id = ?", id)
    try setLatest(of: caseID, kind, transaction)
    return true
  }

  /// Only the latest of a kind says when to look again.
  private static func setLatest(of id: CaseID, _ kind: AssessmentKind, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      UPDATE case_assessments SET is_latest = CASE WHEN id = (
        SELECT id FROM case_assessments WHERE case_id = ? AND kind = ? ORDER BY day DESC, recorded_at DESC, id DESC
        LIMIT 1) THEN 1 ELSE 0 END WHERE case_id = ? AND kind = ?
      """, id, kind, id, kind)
  }

  /// The newest first.
  static func assessments(of id: CaseID, _ transaction: any ReadTransaction) throws -> [Sealed] {
    try transaction.rows(
      "SELECT * FROM case_assessments WHERE case_id = ? ORDER BY day DESC, recorded_at DESC, id DESC", id
    ).map { row in
      Sealed(
        assessment: Assessment(
          id: try row.get("id"), kind: try row.get("kind"), level: try row.get("level"), day: try row.get("day"),
          due: try row.get("due_day"), recordedBy: try row.get("recorded_by")), content: try row.get("content"))
    }
  }
}
