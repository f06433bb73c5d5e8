import Basics
import Records

/// The queries about breaches, and what the audit log says of them.
enum BreachRecords {
  struct Sealed {
    var breach: Breach
    var words: [UInt8]
  }

  static func insert(_ breach: Breach, words: [UInt8], at now: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO breaches (id, agency, known_on, from_day, until_day, member, words, recorded_by, recorded_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, breach.id, breach.agency, breach.knownOn, breach.from, breach.until, breach.member, words, breach.recordedBy,
      now)
  }

  static func breach(_ id: BreachID, agency: AgencyID, _ transaction: any ReadTransaction) throws -> Sealed? {
    try transaction.row("SELECT * FROM breaches WHERE id = ? AND agency = ?", id, agency).map {
      try sealed($0, transaction)
    }
  }

  /// The newest first; those that are not closed, or all.
  static func breaches(of agency: AgencyID, open: Bool, _ transaction: any ReadTransaction) throws -> [Breach] {
    try transaction.rows(
      """
      SELECT * FROM breaches WHERE agency = ? \(open ? "AND closed_at IS NULL" : "")
      ORDER BY known_on DESC, id LIMIT 200
      """, agency
    ).map { try sealed($0, transaction).breach }
  }

  private static func sealed(_ row: Row, _ transaction: any ReadTransaction) throws -> Sealed {
    let id: BreachID = try row.get("id")
    let told = try transaction.rows("SELECT notice, told_on FROM breach_notices WHERE breach = ?", id)
      .reduce(into: [String: CalendarDay]()) { $0[try $1.get("notice")] = try $1.get("told_on", as: CalendarDay.self) }
    return Sealed(
      breach: Breach(
        id: id, agency: try row.get("agency"), knownOn: try row.get("known_on"), from: try row.get("from_day"),
        until: try row.get("until_day"), member: try row.optional("member"), recordedBy: try row.get("recorded_by"),
        closedAt: try row.optional("closed_at"), told: told), words: try row.get("words"))
  }

  /// Whether nobody had been told yet.
  static func tell(
    _ notice: String, of id: BreachID, on day: CalendarDay, by member: MemberID, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      INSERT INTO breach_notices (breach, notice, told_on, recorded_by, recorded_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (breach, notice) DO NOTHING
      """, id, notice, day, member, now) == 1
  }

  /// Whether it was still open.
  static func close(_ id: BreachID, by member: MemberID, at now: Moment, _ transaction: any WriteTransaction) throws
    -> Bool
  {
    try transaction.execute(
      "UPDATE breaches SET closed_by = ?, closed_at = ? WHERE id = ? AND closed_at IS NULL", member, now, id) == 1
  }

  // MARK: What was opened

  static let mostCases = 10_000

  /// The agency's own cases that were opened in a time, by the log: by one member or by anybody, of any agency.
  static func opened(
    of agency: AgencyID, by member: MemberID?, from: Moment, until: Moment, _ transaction: any ReadTransaction
  ) throws -> [BreachedCase] {
    let who = member == nil ? "" : "AND a.member = ?"
    let values: [any SQLBindable] = [agency, from, until] + (member.map { [$0] } ?? [])
    return try transaction.rows(
      """
      SELECT a.object_id, c.code, COUNT(*) AS number, MIN(a.at) AS first, MAX(a.at) AS last FROM audit_entries a
      LEFT JOIN cases c ON c.id = a.object_id
      WHERE a.agency = ? AND a.at >= ? AND a.at < ? AND a.object_kind = 'case' AND a.object_id <> ''
        AND a.decision = 'allowed' AND a.action LIKE '%.read' \(who)
      GROUP BY a.object_id, c.code ORDER BY MIN(a.at), a.object_id LIMIT \(mostCases)
      """, values
    ).map { row in
      BreachedCase(
        caseID: try row.get("object_id"), code: try row.optional("code"), count: try row.get("number"),
        first: try row.get("first"), last: try row.get("last"))
    }
  }

  /// How often a list or a search with names was shown.
  static func lists(
    of agency: AgencyID, by member: MemberID?, from: Moment, until: Moment, _ transaction: any ReadTransaction
  ) throws -> Int {
    let who = member == nil ? "" : "AND member = ?"
    let values: [any SQLBindable] = [agency, from, until] + (member.map { [$0] } ?? [])
    return try transaction.rows(
      """
      SELECT COUNT(*) AS number FROM audit_entries
      WHERE agency = ? AND at >= ? AND at < ? AND action IN ('case.list', 'person.search') \(who)
      """, values
    ).first?.get("number") ?? 0
  }
}
