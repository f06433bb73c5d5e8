import Accounts
import Basics
import Records

/// Erasing interviews, when the person they were held with is erased.
public enum ScreeningErasure {
  /// Destroys the keys of every interview that a case came from, and of those that were begun anew from one of them, and
  /// deletes their rows. An interview that belongs to another case stays. The caller records the entry.
  /// - Returns: how many.
  public static func erase(
    of caseID: CaseID, of agency: AgencyID, _ engine: Engine, _ transaction: any WriteTransaction
  ) throws -> Int {
    let all = try ScreeningErasureRecords.screenings(of: caseID, agency: agency, transaction)
    for id in all {
      try RecordKeys.destroy(ScreeningDesk.subject(id), transaction)
      try Cascade.delete(from: "screenings", where: "id", is: id.description, engine, transaction)
    }
    return all.count
  }
}

enum ScreeningErasureRecords {
  static func screenings(of caseID: CaseID, agency: AgencyID, _ transaction: any ReadTransaction) throws
    -> [ScreeningID]
  {
    let tied = try transaction.rows(
      """
      SELECT id, first_screening FROM screenings WHERE agency = ? AND (attached_case = ?
        OR id IN (SELECT screening FROM cases WHERE id = ? AND screening IS NOT NULL))
      """, agency, caseID, caseID)
    var found: Set<ScreeningID> = []
    for row in tied {
      let id: ScreeningID = try row.get("id")
      found.insert(id)
      let first = try row.optional("first_screening", as: ScreeningID.self) ?? id
      for other in try transaction.rows(
        """
        SELECT id FROM screenings WHERE agency = ? AND (id = ? OR first_screening = ?)
          AND (attached_case IS NULL OR attached_case = ?)
        """, agency, first, first, caseID)
      { found.insert(try other.get("id")) }
    }
    return found.sorted()
  }
}
