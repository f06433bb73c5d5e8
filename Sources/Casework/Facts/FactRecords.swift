import Basics
import Records

/// The queries about coded facts. Every function that changes what they are made of calls `refresh`, in the same
/// transaction, so that no desk can forget it.
enum FactRecords {
  // MARK: Keeping up to date

  /// Brings a case's facts up to date.
  static func refresh(_ id: CaseID, _ transaction: any WriteTransaction) throws {
    try refresh("c.id = ?", [id], transaction)
  }

  /// Of many cases that were written at once.
  static func refresh(_ ids: [CaseID], _ transaction: any WriteTransaction) throws {
    for some in ids.chunked(200) { try refresh("c.id IN (\(CaseRecords.marks(some.count)))", some, transaction) }
  }

  /// Of all cases of a person.
  static func refresh(of person: PersonID, _ transaction: any WriteTransaction) throws {
    try refresh("c.person = ?", [person], transaction)
  }

  /// Of the cases that a joining of two records took part of.
  static func refresh(of merge: PersonMergeID, _ transaction: any WriteTransaction) throws {
    try refresh("c.id IN (SELECT case_id FROM person_merge_cases WHERE merge_id = ?)", [merge], transaction)
  }

  private static func refresh(_ condition: String, _ values: [any SQLBindable], _ transaction: any WriteTransaction)
    throws
  {
    // Writes wait for one another, so numbers go up in the order in which changes are seen.
    try transaction.execute("UPDATE fact_changes SET number = number + 1")
    try transaction.execute(
      """
      INSERT INTO case_facts (\(FactSchema.columns), change)
      SELECT \(FactSchema.selected), (SELECT number FROM fact_changes) FROM cases c WHERE \(condition)
      ON CONFLICT (case_id) DO UPDATE SET \(replaced)
      """, values)
  }

  private static let replaced = (["agency"] + FactField.allCases.map(\.rawValue) + ["change"])
    .map { "\($0) = excluded.\($0)" }.joined(separator: ", ")

  // MARK: Counting

  /// What is left of an erased case has only the columns that were kept; what nobody knows any more is unknown.
  private static func kept(_ field: FactField) -> String {
    switch field {
    case .year: "substr(month, 1, 4)"
    case .kind, .province, .status: field.rawValue
    case .ageBand: "age_band"
    case .form: "COALESCE(form, 'unknown')"
    case .sex: "COALESCE(sex, 'not_asked')"
    default: "'unknown'"
    }
  }

  static func counts(
    by fields: [FactField], where filter: [FactField: Set<String>], measure: FactMeasure,
    agency: AgencyID? = nil, _ transaction: any ReadTransaction
  ) throws -> [FactCount] {
    if filter.values.contains(where: \.isEmpty) { return [] }
    var all: [[String]: Int] = [:]
    func add(_ from: String, _ values: [any SQLBindable], _ column: (FactField) -> String) throws {
      let names = fields.map { column($0) + " AS " + $0.rawValue } + ["COUNT(*) AS number"]
      let grouping = fields.isEmpty ? "" : "GROUP BY " + fields.indices.map { String($0 + 1) }.joined(separator: ", ")
      let rows = try transaction.rows("SELECT \(names.joined(separator: ", ")) FROM \(from) \(grouping)", values)
      for row in rows {
        let number: Int = try row.get("number")
        if number > 0 { all[try fields.map { try row.get($0.rawValue) }, default: 0] += number }
      }
    }
    let present = condition(filter, agency, \.rawValue)
    switch measure {
    case .cases: try add("case_facts" + present.sql, present.values, \.rawValue)
    case .persons:
      // The first of a person's cases that fits.
      let columns = fields.map { "f.\($0.rawValue), " }.joined()
      let fits = condition(filter, agency, table: "f.") { "f." + $0.rawValue }
      try add(
        """
        (SELECT \(columns)ROW_NUMBER() OVER (PARTITION BY c.person ORDER BY c.opened_at, c.id) AS place
        FROM case_facts f JOIN cases c ON c.id = f.case_id\(fits.sql)) q WHERE place = 1
        """, fits.values, \.rawValue)
    }
    let erased = condition(filter, agency, kept)
    try add("kept_case_facts" + erased.sql, erased.values, kept)
    return all.map { FactCount(codes: $0.key, count: $0.value) }
      .sorted { $0.codes.lexicographicallyPrecedes($1.codes) }
  }

  private static func condition(
    _ filter: [FactField: Set<String>], _ agency: AgencyID?, table: String = "", _ column: (FactField) -> String
  ) -> (sql: String, values: [any SQLBindable]) {
    let sorted = filter.sorted { $0.key.rawValue < $1.key.rawValue }
    let conditions =
      (agency == nil ? [] : [table + "agency = ?"])
      + sorted.map { "\(column($0.key)) IN (\(CaseRecords.marks($0.value.count)))" }
    let codes: [any SQLBindable] = sorted.flatMap { $0.value.sorted() }
    return (
      conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "),
      (agency.map { [$0] } ?? []) + codes
    )
  }

  // MARK: For who keeps them in memory

  /// One row as it stands.
  struct KeptRow {
    var change: Int
    var id: CaseID
    var person: PersonID
    var openedAt: Moment
    /// In the order of `FactField.allCases`.
    var codes: [String]
  }

  /// The number of the newest change, and how many rows there are.
  static func state(_ transaction: any ReadTransaction) throws -> (change: Int, rows: Int) {
    let row = try transaction.row(
      "SELECT (SELECT number FROM fact_changes) AS change, (SELECT COUNT(*) FROM case_facts) AS number")
    return (try row?.get("change") ?? 0, try row?.get("number") ?? 0)
  }

  /// Rows in the order of their changes and cases, beginning behind one: a pair is compared as a pair, so that both
  /// engines go along the index whatever they know of the table.
  static func rows(
    behind place: (change: Int, id: String), atMost most: Int, _ transaction: any ReadTransaction
  ) throws -> [KeptRow] {
    let columns = FactField.allCases.map { "f." + $0.rawValue }.joined(separator: ", ")
    return try transaction.rows(
      """
      SELECT f.change, f.case_id, c.person, c.opened_at, \(columns)
      FROM case_facts f JOIN cases c ON c.id = f.case_id
      WHERE (f.change, f.case_id) > (?, ?) ORDER BY f.change, f.case_id LIMIT ?
      """, place.change, place.id, most
    ).map { row in
      KeptRow(
        change: try row.get("change"), id: try row.get("case_id"), person: try row.get("person"),
        openedAt: try row.get("opened_at"),
        codes: try FactField.allCases.map { try row.get($0.rawValue) })
    }
  }

  /// Of what is left of erased cases.
  static func keptCounts(
    by fields: [FactField], where filter: [FactField: Set<String>], _ transaction: any ReadTransaction
  ) throws -> [FactCount] {
    if filter.values.contains(where: \.isEmpty) { return [] }
    let names = fields.map { kept($0) + " AS " + $0.rawValue } + ["COUNT(*) AS number"]
    let grouping = fields.isEmpty ? "" : "GROUP BY " + fields.indices.map { String($0 + 1) }.joined(separator: ", ")
    let asked = filter.sorted { $0.key.rawValue < $1.key.rawValue }
    let only = asked.map { "\(kept($0.key)) IN (\(CaseRecords.marks($0.value.count)))" }.joined(separator: " AND ")
    return try transaction.rows(
      "SELECT \(names.joined(separator: ", ")) FROM kept_case_facts\(only.isEmpty ? "" : " WHERE " + only) \(grouping)",
      asked.flatMap { $0.value.sorted() }
    ).map { row in
      FactCount(codes: try fields.map { try row.get($0.rawValue) }, count: try row.get("number"))
    }
  }
}
