import Basics
import Records

/// The query about cases by their risk; one index answers it, level by level.
enum RiskQueueRecords {
  static func cases(
    _ agency: AgencyID, level: String, opener: MemberID?, limit: Int, _ transaction: any ReadTransaction
  ) throws -> [RiskGroup.Case] {
    var values: [any SQLBindable] = [agency, level]
    if let opener { values.append(opener) }
    return try transaction.rows(
      """
      SELECT c.*, s.due_day AS look_day FROM case_assessments s JOIN cases c ON c.id = s.case_id
      WHERE s.agency = ? AND s.kind = 'risk' AND s.is_latest = 1 AND s.level = ? AND c.status = 'open'
        \(opener == nil ? "" : "AND c.opened_by = ?")
      ORDER BY s.due_day, s.id LIMIT ?
      """, values + [limit]
    ).map { RiskGroup.Case(summary: try CaseRecords.summary($0), due: try $0.get("look_day")) }
  }
}
