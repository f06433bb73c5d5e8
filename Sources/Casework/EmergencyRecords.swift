import Basics
import Records

/// The queries about files opened in an emergency.
enum EmergencyRecords {
  struct Sealed {
    var opening: EmergencyOpening
    var reason: [UInt8]?
    var words: [UInt8]?
  }

  static func insert(_ opening: EmergencyOpening, reason: [UInt8], _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO emergency_openings (id, case_id, owner, agency, member, basis, reason, opened_at, until, review_due)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, opening.id, opening.caseID, opening.agency, opening.agency, opening.member, opening.basis, reason,
      opening.openedAt, opening.until, opening.reviewDue)
  }

  private static let columns = """
    SELECT o.*, c.code FROM emergency_openings o LEFT JOIN cases c ON c.id = o.case_id
    """

  static func opening(_ id: EmergencyID, owner: AgencyID, _ transaction: any ReadTransaction) throws -> Sealed? {
    try transaction.row(columns + " WHERE o.id = ? AND o.owner = ?", id, owner).map(sealed)
  }

  /// The newest first; unreviewed ones only, or those already reviewed.
  static func openings(of owner: AgencyID, reviewed: Bool, limit: Int, _ transaction: any ReadTransaction) throws
    -> [EmergencyOpening]
  {
    try transaction.rows(
      columns + " WHERE o.owner = ? AND o.verdict IS \(reviewed ? "NOT NULL" : "NULL") "
        + "ORDER BY o.opened_at DESC, o.id LIMIT ?", owner, limit
    ).map { try sealed($0).opening }
  }

  /// What a member has open of a case at a moment.
  static func live(_ id: CaseID, _ member: MemberID, at now: Moment, _ transaction: any ReadTransaction) throws
    -> EmergencyOpening?
  {
    try transaction.rows(
      columns + " WHERE o.case_id = ? AND o.member = ? ORDER BY o.opened_at DESC, o.id", id, member
    ).map { try sealed($0).opening }.first { $0.isLive(at: now) }
  }

  private static func sealed(_ row: Row) throws -> Sealed {
    Sealed(
      opening: EmergencyOpening(
        id: try row.get("id"), caseID: try row.get("case_id"), code: try row.optional("code"),
        agency: try row.get("agency"), member: try row.get("member"), basis: try row.get("basis"),
        openedAt: try row.get("opened_at"), until: try row.get("until"), endedAt: try row.optional("ended_at"),
        reviewDue: try row.get("review_due"), verdict: try row.optional("verdict"),
        reviewedBy: try row.optional("reviewed_by"), reviewedAt: try row.optional("reviewed_at")),
      reason: try row.optional("reason"), words: try row.optional("words"))
  }

  /// Ends it, if it has not ended, and keeps what a supervisor thinks of it. Whether nobody was faster.
  static func review(
    _ id: EmergencyID, _ verdict: EmergencyOpening.Verdict, words: [UInt8], by member: MemberID, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      UPDATE emergency_openings SET verdict = ?, words = ?, reviewed_by = ?, reviewed_at = ?,
        ended_at = CASE WHEN until > ? THEN ? ELSE ended_at END
      WHERE id = ? AND verdict IS NULL
      """, verdict, words, member, now, now, now, id) == 1
  }
}
