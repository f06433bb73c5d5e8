import Basics
import Records

/// The queries about plans as they were when they were agreed.
extension PlanRecords {
  static func keep(
    version: Int, of id: CaseID, agency: AgencyID, _ content: [UInt8]?, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO case_plan_versions (case_id, version, agency, content, kept_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (case_id, version) DO UPDATE SET content = excluded.content
      """, id, version, agency, content, now)
  }

  /// The newest first.
  static func versions(of id: CaseID, _ transaction: any ReadTransaction) throws -> [(version: Int, content: [UInt8])] {
    try transaction.rows(
      "SELECT version, content FROM case_plan_versions WHERE case_id = ? ORDER BY version DESC", id
    ).map { (try $0.get("version"), try $0.get("content")) }
  }
}
