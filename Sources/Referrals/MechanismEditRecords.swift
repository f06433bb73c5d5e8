import Accounts
import Basics
import Records

/// The queries about changes of drafts, the only ones.
enum MechanismEditRecords {
  /// How many changes of a draft are kept, to be taken back and to tell what changed meanwhile.
  static let most = 200

  static func insert(
    _ edit: MechanismEdit, of version: MechanismVersionID, before content: String, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO mechanism_edits (id, version, member, made_at, revision, kind, content) VALUES (?, ?, ?, ?, ?, ?, ?)
      """, edit.id, version, edit.member, edit.madeAt, edit.revision, edit.kind, content)
    try transaction.execute(
      "DELETE FROM mechanism_edits WHERE version = ? AND revision <= ?", version, edit.revision - most)
  }

  /// Whether the change was made, and to which version.
  static func version(of edit: MechanismEditID, _ transaction: any ReadTransaction) throws -> MechanismVersionID? {
    try transaction.row("SELECT version FROM mechanism_edits WHERE id = ?", edit).map { try $0.get("version") }
  }

  /// The newest change that was not taken back, with the file before it.
  static func last(of version: MechanismVersionID, _ transaction: any ReadTransaction) throws
    -> (edit: MechanismEdit, before: String)?
  {
    try transaction.row(
      "SELECT * FROM mechanism_edits WHERE version = ? AND kind = 'change' ORDER BY revision DESC LIMIT 1", version
    ).map { row in
      (
        MechanismEdit(
          id: try row.get("id"), member: try row.get("member"), madeAt: try row.get("made_at"),
          revision: try row.get("revision"), kind: try row.get("kind")), try row.get("content")
      )
    }
  }

  static func markUndone(_ edit: MechanismEditID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE mechanism_edits SET kind = 'undone' WHERE id = ?", edit)
  }

  /// The file as it was at a revision; `nil` where it has not changed since, or that is too long ago.
  static func content(
    of version: MechanismVersionID, at revision: Int, _ transaction: any ReadTransaction
  ) throws -> String? {
    try transaction.row(
      "SELECT content FROM mechanism_edits WHERE version = ? AND revision > ? ORDER BY revision LIMIT 1", version,
      revision
    ).map { try $0.get("content") }
  }

  /// Another text of a draft, and what of it stands beside it.
  ///
  /// - Returns: false when somebody else came first.
  static func rewrite(
    _ version: MechanismVersion, _ content: String, from revision: Int, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "UPDATE mechanism_versions SET name = ?, day = ?, content = ?, revision = ? WHERE id = ? AND revision = ?",
      version.name, version.day, content, version.revision, version.id, revision) == 1
  }

  /// Agencies behind desks that the text has no more stand behind nothing.
  static func keepAgencies(
    ofDesks desks: Set<String>, of version: MechanismVersionID, _ transaction: any WriteTransaction
  ) throws {
    for desk in try MechanismRecords.agencies(version, transaction).keys where !desks.contains(desk) {
      try transaction.execute("DELETE FROM mechanism_desks WHERE version = ? AND desk = ?", version, desk)
    }
  }

  static func codes(_ transaction: any ReadTransaction) throws -> [String] {
    try transaction.rows("SELECT DISTINCT code FROM mechanism_versions ORDER BY code").map { try $0.get("code") }
  }
}
