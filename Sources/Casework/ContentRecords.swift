import Basics
import Records

/// The queries about what is sealed of a person and of a case: a row for each kind of data, each with its own revision.
enum ContentRecords {
  struct Sealed: Sendable {
    var kind: DataKind
    var revision: Int
    var blob: [UInt8]
    /// Under whose name a person's content was sealed; `nil` for the agency that holds it.
    var origin: AgencyID?

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
      SELECT i.person, i.kind, i.revision, i.sealed, p.origin FROM person_contents i JOIN persons p ON p.id = i.person
      WHERE i.kind = 'identity' AND i.person IN (\(CaseRecords.marks(ids.count)))
      """, ids
    ).reduce(into: [:]) { found, row in
      var sealed = try Sealed(row)
      sealed.origin = try row.optional("origin")
      found[try row.get("person")] = sealed
    }
  }

  /// Writes the revision after the one that was seen, and keeps what stood there before. Whether nobody was faster.
  ///
  /// - Parameter keepsChange: whether it is a change that the history shows; a file's first content is none.
  static func put(
    _ kind: DataKind, of summary: CaseSummary, seen revision: Int, _ blob: [UInt8], keepsChange: Bool = true,
    by member: MemberID, at now: Moment, _ transaction: any WriteTransaction
  ) throws -> Bool {
    let (table, changes, column): (String, String, String) =
      kind.belongsToPerson
      ? ("person_contents", "person_content_changes", "person")
      : ("case_contents", "case_content_changes", "case_id")
    let id = kind.belongsToPerson ? summary.person.description : summary.id.description
    if revision > 0 {
      let kept = try transaction.execute(
        """
        INSERT INTO \(changes) (\(column), kind, revision, replaced, changed_by, changed_at)
        SELECT \(column), kind, revision + 1, sealed, ?, ? FROM \(table) WHERE \(column) = ? AND kind = ? AND revision = ?
        """, member, now, id, kind, revision)
      return try kept == 1
        && transaction.execute(
          "UPDATE \(table) SET revision = revision + 1, sealed = ? WHERE \(column) = ? AND kind = ? AND revision = ?",
          blob, id, kind, revision) == 1
    }
    let isNew =
      try transaction.execute(
        """
        INSERT INTO \(table) (\(column), kind, revision, sealed) VALUES (?, ?, 1, ?)
        ON CONFLICT (\(column), kind) DO NOTHING
        """, id, kind, blob) == 1
    if isNew, keepsChange {
      try transaction.execute(
        """
        INSERT INTO \(changes) (\(column), kind, revision, replaced, changed_by, changed_at)
        VALUES (?, ?, 1, NULL, ?, ?)
        """, id, kind, member, now)
    }
    return isNew
  }
}
