import Basics
import Records

/// The queries about persons and the index they are found by.
enum PersonRecords {
  static func insert(
    _ id: PersonID, agency: AgencyID, by member: MemberID, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO persons (id, agency, made_by, made_at) VALUES (?, ?, ?, ?)", id, agency, member, now)
  }

  static func exists(_ id: PersonID, agency: AgencyID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS found FROM persons WHERE id = ? AND agency = ?", id, agency) != nil
  }

  static func setTags(_ id: PersonID, agency: AgencyID, _ tags: Set<Int>, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM person_index WHERE person = ?", id)
    for tag in tags.sorted() {
      try transaction.execute("INSERT INTO person_index (agency, tag, person) VALUES (?, ?, ?)", agency, tag, id)
    }
  }

  /// Persons of an agency that have all of the tags.
  /// - Parameter opener: only those with a case that this member opened.
  static func candidates(
    _ tags: Set<Int>, agency: AgencyID, opener: MemberID?, limit: Int, _ transaction: any ReadTransaction
  ) throws -> [PersonID] {
    guard !tags.isEmpty else { return [] }
    let own = opener == nil ? "" : "AND person IN (SELECT c.person FROM cases c WHERE c.agency = ? AND c.opened_by = ?)"
    let owned: [any SQLBindable] = opener.map { [agency, $0] } ?? []
    return try transaction.rows(
      """
      SELECT person FROM person_index WHERE agency = ? AND tag IN (\(CaseRecords.marks(tags.count))) \(own)
      GROUP BY person HAVING COUNT(*) = ? ORDER BY person LIMIT ?
      """, [agency] + tags.sorted() + owned + [tags.count, limit]
    ).map { try $0.get("person") }
  }
}
