import Basics
import Foundation
import Records
import Statistics

/// The queries about releases of synthetic records.
enum RecordsRecords {
  static func insert(_ release: RecordsRelease, file: [UInt8], _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO record_releases (id, slug, version, state, revision, title_es, title_en, note_es, note_en, choice,
        report, counted_on, drafted_by, drafted_at, reason_es, reason_en)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '')
      """, release.id, release.slug, release.version, release.state, release.revision, release.title.es,
      release.title.en, release.note.es, release.note.en, try written(release.choice), try written(release.report),
      release.countedOn, release.draftedBy, release.draftedAt)
    try transaction.execute(
      "INSERT INTO record_release_files (release_id, content) VALUES (?, ?)", release.id, file)
  }

  static func release(_ id: RecordsID, _ transaction: any ReadTransaction) throws -> RecordsRelease? {
    try transaction.row("SELECT * FROM record_releases WHERE id = ?", id).map(release)
  }

  /// All versions of an address that were not discarded, the newest first.
  static func versions(_ slug: ReleaseSlug, _ transaction: any ReadTransaction) throws -> [RecordsRelease] {
    try transaction.rows(
      "SELECT * FROM record_releases WHERE slug = ? AND state <> 'discarded' ORDER BY version DESC", slug
    ).map(release)
  }

  /// What waits for somebody else, the newest first.
  static func atWork(_ transaction: any ReadTransaction) throws -> [RecordsRelease] {
    try transaction.rows(
      "SELECT * FROM record_releases WHERE state = 'checked' ORDER BY drafted_at DESC, id"
    ).map(release)
  }

  /// Everything that was ever published, withdrawn or not, the newest first.
  static func ledger(_ transaction: any ReadTransaction) throws -> [RecordsRelease] {
    try transaction.rows(
      "SELECT * FROM record_releases WHERE published_at IS NOT NULL ORDER BY published_at DESC, id"
    ).map(release)
  }

  /// `nil` when it was discarded or withdrawn.
  static func file(_ id: RecordsID, _ transaction: any ReadTransaction) throws -> [UInt8]? {
    try transaction.row("SELECT content FROM record_release_files WHERE release_id = ?", id).map {
      try $0.get("content")
    }
  }

  // MARK: Moving. Each answers whether the release was still at the revision.

  static func publish(
    _ release: RecordsRelease, by member: MemberID, at now: Moment, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      UPDATE record_releases SET state = 'published', revision = revision + 1, published_by = ?, published_at = ?
      WHERE id = ? AND revision = ? AND state = 'checked'
      """, member, now, release.id, release.revision) == 1
  }

  static func discard(
    _ release: RecordsRelease, because reason: ReleaseText, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute("DELETE FROM record_release_files WHERE release_id = ?", release.id)
    return try transaction.execute(
      """
      UPDATE record_releases SET state = 'discarded', revision = revision + 1, reason_es = ?, reason_en = ?
      WHERE id = ? AND revision = ? AND state = 'checked'
      """, reason.es, reason.en, release.id, release.revision) == 1
  }

  static func withdraw(
    _ release: RecordsRelease, because reason: ReleaseText, by member: MemberID, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute("DELETE FROM record_release_files WHERE release_id = ?", release.id)
    return try transaction.execute(
      """
      UPDATE record_releases SET state = 'withdrawn', revision = revision + 1, withdrawn_by = ?, withdrawn_at = ?,
        reason_es = ?, reason_en = ? WHERE id = ? AND revision = ? AND state = 'published'
      """, member, now, reason.es, reason.en, release.id, release.revision) == 1
  }

  // MARK: Reading

  private static func release(_ row: Row) throws -> RecordsRelease {
    let (choice, report): (String, String) = (try row.get("choice"), try row.get("report"))
    return RecordsRelease(
      id: try row.get("id"), slug: try row.get("slug"), version: try row.get("version"), state: try row.get("state"),
      revision: try row.get("revision"), title: ReleaseText(es: try row.get("title_es"), en: try row.get("title_en")),
      note: ReleaseText(es: try row.get("note_es"), en: try row.get("note_en")),
      choice: try JSONDecoder().decode(RecordsChoice.self, from: Data(choice.utf8)),
      report: try JSONDecoder().decode(SynthesisReport.self, from: Data(report.utf8)),
      countedOn: try row.get("counted_on"), draftedBy: try row.get("drafted_by"),
      draftedAt: try row.get("drafted_at"), publishedBy: try row.optional("published_by"),
      publishedAt: try row.optional("published_at"), withdrawnAt: try row.optional("withdrawn_at"),
      reason: ReleaseText(es: try row.get("reason_es"), en: try row.get("reason_en")))
  }

  private static func written(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
