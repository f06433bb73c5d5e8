import Basics
import Records

/// The queries about what was changed.
enum HistoryRecords {
  struct FactChange {
    var mark: DataProtectionDesk.ChangeMark
    var replaced: CaseFacts
  }

  struct ContentChange {
    var mark: DataProtectionDesk.ChangeMark
    var kind: DataKind
    /// The revision that the change made.
    var revision: Int
    /// What stood there before; `nil` for nothing.
    var replaced: [UInt8]?
  }

  /// The newest first.
  static func facts(of id: CaseID, _ transaction: any ReadTransaction) throws -> [FactChange] {
    try transaction.rows("SELECT * FROM case_fact_changes WHERE case_id = ? ORDER BY revision DESC", id).map { row in
      FactChange(
        mark: try mark(row),
        replaced: CaseFacts(
          kind: try row.get("kind"), province: try row.get("province"), form: try row.optional("form"),
          ageBand: try row.get("age_band"), sex: try row.optional("sex")))
    }
  }

  /// Of the case and of its person, the newest of each kind first.
  static func contents(of summary: CaseSummary, _ transaction: any ReadTransaction) throws -> [ContentChange] {
    let rows =
      try transaction.rows(
        """
        SELECT kind, revision, replaced, changed_by, changed_at FROM case_content_changes WHERE case_id = ?
        ORDER BY kind, revision DESC
        """, summary.id)
      + transaction.rows(
        """
        SELECT kind, revision, replaced, changed_by, changed_at FROM person_content_changes WHERE person = ?
        ORDER BY kind, revision DESC
        """, summary.person)
    return try rows.map { row in
      ContentChange(
        mark: try mark(row), kind: try row.get("kind"), revision: try row.get("revision"),
        replaced: try row.optional("replaced"))
    }
  }

  private static func mark(_ row: Row) throws -> DataProtectionDesk.ChangeMark {
    DataProtectionDesk.ChangeMark(at: try row.get("changed_at"), member: try row.get("changed_by"))
  }
}
