import Basics
import Records

/// The queries about what is sealed of a person and of a case: a row for each kind of data, each with its own revision.
enum ContentRecords {
  struct Sealed {
    var kind: DataKind
    var revision: Int
    var blob: [UInt8]

    init(_ row: Row) throws {
      kind = try row.get("kind")
      revision = try row.get("revision")
      blob = try row.get("sealed")
    }
  }

  /// Everything sealed of a case and its person.
  static func contents(_ summary: CaseSummary, _ transaction: any ReadTransaction) throws -> [DataKind: Sealed] {
    let rows =
      try transaction.rows("SELECT kind, revision, sealed FROM person_contents WHERE person = ?", summary.person)
      + transaction.rows("SELECT kind, revision, sealed FROM case_contents WHERE case_id = ?", summary.id)
    return try rows.map(Sealed.init).reduce(into: [:]) { $0[$1.kind] = $1 }
  }

  static func identities(_ ids: [PersonID], _ transaction: any ReadTransaction) throws -> [PersonID: Sealed] {
    guard !ids.isEmpty else { return [:] }
    return try transaction.rows(
      """
      SELECT person, kind, revision, sealed FROM person_contents
      WHERE kind = 'identity' AND person IN (\(CaseRecords.marks(ids.count)))
      """, ids
    ).reduce(into: [:]) { $0[try $1.get("person")] = try Sealed($1) }
  }

  /// Writes the revision after the one that was seen. Whether nobody was faster.
  static func put(
    _ kind: DataKind, of summary: CaseSummary, seen revision: Int, _ blob: [UInt8], _ transaction: any WriteTransaction
  ) throws -> Bool {
    let (table, column): (String, String) =
      kind.belongsToPerson ? ("person_contents", "person") : ("case_contents", "case_id")
    let id = kind.belongsToPerson ? summary.person.description : summary.id.description
    if revision > 0 {
      return try transaction.execute(
        "UPDATE \(table) SET revision = revision + 1, sealed = ? WHERE \(column) = ? AND kind = ? AND revision = ?",
        blob,
        id, kind, revision) == 1
    }
    return try transaction.execute(
      """
      INSERT INTO \(table) (\(column), kind, revision, sealed) VALUES (?, ?, 1, ?)
      ON CONFLICT (\(column), kind) DO NOTHING
      """, id, kind, blob) == 1
  }
}
