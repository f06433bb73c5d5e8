import Basics
import Foundation
import Records

/// The queries about releases.
enum ReleaseRecords {
  static func insert(_ release: Release, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO releases (id, slug, version, state, revision, title_es, title_en, note_es, note_en, choice,
        drafted_by, drafted_at, reason_es, reason_en) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '')
      """, release.id, release.slug, release.version, release.state, release.revision, release.title.es,
      release.title.en, release.note.es, release.note.en, try written(release.choice), release.draftedBy,
      release.draftedAt)
  }

  static func release(_ id: ReleaseID, _ transaction: any ReadTransaction) throws -> Release? {
    try transaction.row("SELECT * FROM releases WHERE id = ?", id).map(release)
  }

  static func release(_ slug: ReleaseSlug, version: Int, _ transaction: any ReadTransaction) throws -> Release? {
    try transaction.row(
      "SELECT * FROM releases WHERE slug = ? AND version = ? AND state <> 'discarded'", slug, version
    ).map(release)
  }

  /// All versions of an address that were not discarded, the newest first.
  static func versions(_ slug: ReleaseSlug, _ transaction: any ReadTransaction) throws -> [Release] {
    try transaction.rows(
      "SELECT * FROM releases WHERE slug = ? AND state <> 'discarded' ORDER BY version DESC", slug
    ).map(release)
  }

  /// What is being worked on, the newest first.
  static func atWork(_ transaction: any ReadTransaction) throws -> [Release] {
    try transaction.rows(
      "SELECT * FROM releases WHERE state IN ('draft', 'checked') ORDER BY drafted_at DESC, id"
    ).map(release)
  }

  /// Everything that was ever published, withdrawn or not, the newest first.
  static func ledger(_ transaction: any ReadTransaction) throws -> [Release] {
    try transaction.rows("SELECT * FROM releases WHERE published_at IS NOT NULL ORDER BY published_at DESC, id")
      .map(release)
  }

  // MARK: Moving. Each answers whether the release was still at the revision.

  static func freeze(_ release: Release, by member: MemberID, at now: Moment, _ transaction: any WriteTransaction)
    throws -> Bool
  {
    try transaction.execute(
      """
      UPDATE releases SET state = 'checked', revision = revision + 1, checked_by = ?, checked_at = ?, counted_on = ?,
        frozen = ?, reason_es = '', reason_en = '' WHERE id = ? AND revision = ? AND state = 'draft'
      """, member, now, release.countedOn, release.table, release.id, release.revision) == 1
  }

  static func publish(_ release: Release, by member: MemberID, at now: Moment, _ transaction: any WriteTransaction)
    throws -> Bool
  {
    try transaction.execute(
      """
      UPDATE releases SET state = 'published', revision = revision + 1, published_by = ?, published_at = ?, document = ?
      WHERE id = ? AND revision = ? AND state = 'checked'
      """, member, now, release.document, release.id, release.revision) == 1
  }

  static func sendBack(_ release: Release, because reason: ReleaseText, _ transaction: any WriteTransaction) throws
    -> Bool
  {
    try transaction.execute(
      """
      UPDATE releases SET state = 'draft', revision = revision + 1, checked_by = NULL, checked_at = NULL,
        counted_on = NULL, frozen = NULL, reason_es = ?, reason_en = ?
      WHERE id = ? AND revision = ? AND state = 'checked'
      """, reason.es, reason.en, release.id, release.revision) == 1
  }

  static func discard(_ release: Release, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute(
      """
      UPDATE releases SET state = 'discarded', revision = revision + 1, frozen = NULL
      WHERE id = ? AND revision = ? AND state IN ('draft', 'checked')
      """, release.id, release.revision) == 1
  }

  static func withdraw(
    _ release: Release, because reason: ReleaseText, by member: MemberID, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      UPDATE releases SET state = 'withdrawn', revision = revision + 1, withdrawn_by = ?, withdrawn_at = ?,
        reason_es = ?, reason_en = ? WHERE id = ? AND revision = ? AND state = 'published'
      """, member, now, reason.es, reason.en, release.id, release.revision) == 1
  }

  // MARK: Reading

  private static func release(_ row: Row) throws -> Release {
    let choice: String = try row.get("choice")
    return Release(
      id: try row.get("id"), slug: try row.get("slug"), version: try row.get("version"), state: try row.get("state"),
      revision: try row.get("revision"), title: ReleaseText(es: try row.get("title_es"), en: try row.get("title_en")),
      note: ReleaseText(es: try row.get("note_es"), en: try row.get("note_en")),
      choice: try JSONDecoder().decode(TableChoice.self, from: Data(choice.utf8)), draftedBy: try row.get("drafted_by"),
      draftedAt: try row.get("drafted_at"), checkedBy: try row.optional("checked_by"),
      countedOn: try row.optional("counted_on"), publishedBy: try row.optional("published_by"),
      publishedAt: try row.optional("published_at"), withdrawnAt: try row.optional("withdrawn_at"),
      reason: ReleaseText(es: try row.get("reason_es"), en: try row.get("reason_en")),
      table: try row.optional("frozen"), document: try row.optional("document"))
  }

  private static func written(_ choice: TableChoice) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(choice), as: UTF8.self)
  }
}
