import Basics
import Records

/// The queries about persons and the index they are found by.
enum PersonRecords {
  static func insert(
    _ id: PersonID, agency: AgencyID, by member: MemberID, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO persons (id, agency, made_by, made_at, tag_rule) VALUES (?, ?, ?, ?, ?)", id, agency, member, now,
      tagRule)
  }

  /// Whether there is such a person, also one who was merged into another.
  static func exists(_ id: PersonID, agency: AgencyID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS found FROM persons WHERE id = ? AND agency = ?", id, agency) != nil
  }

  /// Under whose name the person's contents were sealed, when another agency holds them now.
  static func origin(_ id: PersonID, _ transaction: any ReadTransaction) throws -> AgencyID? {
    try transaction.row("SELECT origin FROM persons WHERE id = ?", id).flatMap { try $0.optional("origin") }
  }

  static func setTags(_ id: PersonID, _ tags: Set<Int>, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM person_tags WHERE person = ?", id)
    try add(tags.map { PersonTag(tag: $0, person: id) }, transaction)
  }

  /// The tags of persons who have none yet. Rows that lie together in the index are best given together.
  static func add(_ tags: [PersonTag], _ transaction: any WriteTransaction) throws {
    try transaction.insert(into: "person_tags", ["tag", "person"], tags.map { [$0.tag, $0.person] })
  }

  /// One row of the index of names.
  struct PersonTag: Sendable {
    var tag: Int
    var person: PersonID
  }

  /// The rule by which tags are made; a change of the sounds or of the keys is another one.
  static let tagRule = 2

  /// People whose tags were made by an older rule.
  static func taggedBefore(agency: AgencyID, limit: Int, _ transaction: any ReadTransaction) throws -> [PersonID] {
    try transaction.rows(
      "SELECT id FROM persons WHERE agency = ? AND tag_rule < ? AND merged_into IS NULL LIMIT ?", agency, tagRule, limit
    ).map { try $0.get("id") }
  }

  static func setTagRule(_ ids: [PersonID], _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "UPDATE persons SET tag_rule = ? WHERE id IN (\(CaseRecords.marks(ids.count)))", [tagRule] + ids)
  }

  // MARK: Finding

  /// Those of many tags that anybody has. A tag is made with its agency's key: none is another agency's too.
  static func inUse(_ tags: [Int], _ transaction: any ReadTransaction) throws -> [Int] {
    guard !tags.isEmpty else { return [] }
    let padded = padded(tags)
    return try transaction.rows(
      """
      WITH asked (tag) AS (VALUES \(Array(repeating: "(?)", count: padded.count).joined(separator: ", ")))
      SELECT DISTINCT tag FROM asked
      WHERE EXISTS (SELECT 1 FROM person_tags p WHERE p.tag = asked.tag)
      """, padded
    ).map { try $0.get("tag") }
  }

  /// How many rows have one of the tags, counted up to a limit.
  static func reach(_ tags: [Int], limit: Int, _ transaction: any ReadTransaction) throws -> Int {
    guard !tags.isEmpty else { return 0 }
    let padded = padded(tags)
    return try transaction.value(
      """
      SELECT COUNT(*) AS number FROM (
        SELECT 1 FROM person_tags WHERE tag IN (\(CaseRecords.marks(padded.count))) LIMIT ?) AS reached
      """, padded + [limit]) ?? 0
  }

  /// Persons of an agency that have one of the tags of every group.
  ///
  /// - Parameters:
  ///   - groups: the first one is gone through, the others are looked up for each of its persons: the rarest first.
  ///   - opener: only those with a case that this member opened.
  static func candidates(
    _ groups: [[Int]], agency: AgencyID, opener: MemberID?, limit: Int, _ transaction: any ReadTransaction
  ) throws -> [PersonID] {
    guard let first = groups.first, groups.allSatisfy({ !$0.isEmpty }) else { return [] }
    let padded = groups.map(padded)
    var conditions = ["a.tag IN (\(CaseRecords.marks(padded[0].count)))"]
    var values: [any SQLBindable] = padded[0]
    for group in padded.dropFirst() {
      conditions.append(hasOne(of: group))
      values += group
    }
    if let opener {
      conditions.append("EXISTS (SELECT 1 FROM cases c WHERE c.person = a.person AND c.agency = ? AND c.opened_by = ?)")
      values += [agency, opener]
    }
    // A person can have several tags of the first group.
    values.append(limit * min(first.count, 3))
    var seen: Set<PersonID> = []
    return try transaction.rows(
      "SELECT a.person FROM person_tags a WHERE \(conditions.joined(separator: " AND ")) LIMIT ?", values
    ).map { try $0.get("person") }.filter { seen.insert($0).inserted }
  }

  /// Counted and not `EXISTS`: that PostgreSQL would join, reading all of the most frequent tag.
  private static func hasOne(of tags: [Int]) -> String {
    guard tags.count > 4 else {
      // By the tree of tags: the persons asked for come in its order, so the same few pages are read.
      let one = "(SELECT COUNT(*) FROM person_tags b WHERE b.tag = ? AND b.person = a.person) > 0"
      return "(" + tags.map { _ in one }.joined(separator: " OR ") + ")"
    }
    // The sign keeps SQLite from looking up each of hundreds of tags instead of reading the person's few.
    return """
      (SELECT COUNT(*) FROM person_tags b WHERE b.person = a.person
        AND +b.tag IN (\(CaseRecords.marks(tags.count)))) > 0
      """
  }

  /// Few different lengths, so that the engines keep their statements prepared: the last tag again and again.
  private static func padded(_ tags: [Int]) -> [Int] {
    guard let last = tags.last else { return [] }
    let places = [1, 2, 4, 16, 64, 256, 512].first { tags.count <= $0 } ?? (tags.count + 511) / 512 * 512
    return tags + Array(repeating: last, count: places - tags.count)
  }
}

extension ReadTransaction {
  fileprivate func value<Value: SQLReadable>(_ sql: String, _ values: [any SQLBindable]) throws -> Value? {
    try rows(sql, values).first?.optional("number")
  }
}
