import Basics
import Records

/// The queries about links between cases.
enum CaseLinkRecords {
  struct Link {
    var id: CaseLinkID
    var one: CaseID
    var other: CaseID
    /// What the other is to the one.
    var kind: String
  }

  static func insert(
    _ id: CaseLinkID, agency: AgencyID, one: CaseID, other: CaseID, kind: String, by member: MemberID, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO case_links (id, agency, one, other, kind, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)", id,
      agency, one, other, kind, member, now)
  }

  static func link(_ id: CaseLinkID, _ transaction: any ReadTransaction) throws -> Link? {
    try transaction.row("SELECT id, one, other, kind FROM case_links WHERE id = ?", id).map(link)
  }

  /// Those that were not taken back, from either side, the oldest first.
  static func live(of id: CaseID, _ transaction: any ReadTransaction) throws -> [Link] {
    try transaction.rows(
      """
      SELECT id, one, other, kind, made_at FROM case_links WHERE one = ? AND ended_at IS NULL
      UNION ALL SELECT id, one, other, kind, made_at FROM case_links WHERE other = ? AND ended_at IS NULL
      ORDER BY made_at, id
      """, id, id
    ).map(link)
  }

  /// Whether it was there.
  static func end(_ id: CaseLinkID, by member: MemberID, at now: Moment, _ transaction: any WriteTransaction) throws
    -> Bool
  {
    try transaction.execute(
      "UPDATE case_links SET ended_by = ?, ended_at = ? WHERE id = ? AND ended_at IS NULL", member, now, id) == 1
  }

  private static func link(_ row: Row) throws -> Link {
    Link(id: try row.get("id"), one: try row.get("one"), other: try row.get("other"), kind: try row.get("kind"))
  }
}
