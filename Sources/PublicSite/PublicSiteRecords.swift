import Basics
import Records

extension SiteText.Kind: SQLConvertible {}
extension SiteRelease.Kind: SQLConvertible {}

/// The queries about what editors write.
enum PublicSiteRecords {
  // MARK: Reading

  static func text(_ id: SiteTextID, _ transaction: any ReadTransaction) throws -> SiteText? {
    try transaction.row("SELECT * FROM site_texts WHERE id = ?", id).map { try filled(try head($0), transaction) }
  }

  static func text(slug: String, _ transaction: any ReadTransaction) throws -> SiteText? {
    try transaction.row("SELECT * FROM site_texts WHERE slug = ?", slug).map { try filled(try head($0), transaction) }
  }

  /// Every text with its versions' titles and without their bodies, for lists of editors.
  static func texts(_ transaction: any ReadTransaction) throws -> [SiteText] {
    let columns = """
      id, site_text, language, number, title, summary, office, address, phone, mail, embargo, source, writer, agency,
      written_at
      """
    return try all(
      versions: try transaction.rows("SELECT \(columns) FROM site_versions ORDER BY number"), transaction)
  }

  /// Every text of which something was ever public, with the words that were, and no others.
  static func opened(_ moment: Moment, _ transaction: any ReadTransaction) throws -> [SiteText] {
    let sql = """
      SELECT * FROM site_versions WHERE id IN (
        SELECT version FROM site_releases WHERE cancelled_at IS NULL AND opens <= ?) ORDER BY number
      """
    return try all(versions: try transaction.rows(sql, moment), transaction).filter { !$0.versions.isEmpty }
  }

  private static func all(versions rows: [Row], _ transaction: any ReadTransaction) throws -> [SiteText] {
    var versions: [SiteTextID: [SiteVersion]] = [:]
    for row in rows { versions[try row.get("site_text"), default: []].append(try version(row)) }
    var releases: [SiteTextID: [SiteRelease]] = [:]
    for row in try transaction.rows("SELECT * FROM site_releases ORDER BY released_at, id") {
      releases[try row.get("site_text"), default: []].append(try release(row))
    }
    var withdrawals: [SiteTextID: [SiteWithdrawal]] = [:]
    for row in try transaction.rows("SELECT * FROM site_withdrawals ORDER BY withdrawn_at") {
      withdrawals[try row.get("site_text"), default: []].append(try withdrawal(row))
    }
    return try transaction.rows("SELECT * FROM site_texts ORDER BY place, slug").map { row in
      var text = try head(row)
      text.versions = versions[text.id] ?? []
      text.releases = releases[text.id] ?? []
      text.withdrawals = withdrawals[text.id] ?? []
      return text
    }
  }

  /// Whether a slug is another text's.
  static func isTaken(_ slug: String, but id: SiteTextID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT id FROM site_texts WHERE slug = ? AND id <> ?", slug, id) != nil
  }

  private static func filled(_ head: SiteText, _ transaction: any ReadTransaction) throws -> SiteText {
    var text = head
    text.versions = try transaction.rows(
      "SELECT * FROM site_versions WHERE site_text = ? ORDER BY language, number", text.id
    ).map(version)
    text.releases = try transaction.rows(
      "SELECT * FROM site_releases WHERE site_text = ? ORDER BY released_at, id", text.id
    ).map(release)
    text.withdrawals = try transaction.rows(
      "SELECT * FROM site_withdrawals WHERE site_text = ? ORDER BY withdrawn_at", text.id
    ).map(withdrawal)
    return text
  }

  private static func head(_ row: Row) throws -> SiteText {
    let holder: MemberID? = try row.optional("holder")
    let note: String = try row.get("holder_note")
    return SiteText(
      id: try row.get("id"), kind: try row.get("kind"), slug: try row.get("slug"), place: try row.get("place"),
      packPage: try row.optional("pack_page"), original: try row.get("original"), closes: try row.optional("closes"),
      holder: holder.map { SiteText.Holder($0, note: note) }, revision: try row.get("revision"))
  }

  private static func version(_ row: Row) throws -> SiteVersion {
    let office: String? = try row.optional("office")
    let press = try office.map { office in
      PressDetails(
        office: office, address: try row.get("address"), phone: try row.get("phone"), mail: try row.get("mail"),
        embargo: try row.optional("embargo"))
    }
    // Lists leave the body out.
    let body: String = (try? row.get("body")) ?? ""
    return SiteVersion(
      id: try row.get("id"), language: try row.get("language"), number: try row.get("number"),
      title: try row.get("title"), summary: try row.get("summary"), body: body, press: press,
      source: try row.optional("source"), writer: try row.get("writer"), agency: try row.get("agency"),
      writtenAt: try row.get("written_at"))
  }

  private static func release(_ row: Row) throws -> SiteRelease {
    SiteRelease(
      id: try row.get("id"), language: try row.get("language"), version: try row.get("version"),
      opens: try row.get("opens"), kind: try row.get("kind"), note: try row.get("note"),
      by: try row.get("released_by"), at: try row.get("released_at"), cancelledAt: try row.optional("cancelled_at"))
  }

  private static func withdrawal(_ row: Row) throws -> SiteWithdrawal {
    SiteWithdrawal(
      at: try row.get("withdrawn_at"),
      reason: LocalizedText(es: try row.get("reason_es"), en: try row.get("reason_en")),
      by: try row.get("withdrawn_by"))
  }

  // MARK: Writing

  static func insert(_ text: SiteText, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO site_texts (id, kind, slug, place, pack_page, original, closes, holder, holder_note, revision)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, text.id, text.kind, text.slug, text.place, text.packPage, text.original, text.closes, text.holder?.member,
      text.holder?.note ?? "", text.revision)
  }

  /// Changes what may change of a text. Answers whether nobody was faster.
  static func update(_ text: SiteText, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute(
      """
      UPDATE site_texts SET slug = ?, place = ?, closes = ?, holder = ?, holder_note = ?, revision = revision + 1
      WHERE id = ? AND revision = ?
      """, text.slug, text.place, text.closes, text.holder?.member, text.holder?.note ?? "", text.id, text.revision)
      == 1
  }

  static func insert(_ version: SiteVersion, of text: SiteTextID, _ transaction: any WriteTransaction) throws {
    let press = version.press
    try transaction.execute(
      """
      INSERT INTO site_versions (id, site_text, language, number, title, summary, body, office, address, phone, mail,
        embargo, source, writer, agency, written_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, version.id, text, version.language, version.number, version.title, version.summary, version.body,
      press?.office, press?.address ?? "", press?.phone ?? "", press?.mail ?? "", press?.embargo, version.source,
      version.writer, version.agency, version.writtenAt)
  }

  static func insert(_ release: SiteRelease, of text: SiteTextID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO site_releases (id, site_text, language, version, opens, kind, note, released_by, released_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, release.id, text, release.language, release.version, release.opens, release.kind, release.note, release.by,
      release.at)
  }

  static func cancel(_ release: SiteReleaseID, at moment: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE site_releases SET cancelled_at = ? WHERE id = ?", moment, release)
  }

  static func insert(_ withdrawal: SiteWithdrawal, of text: SiteTextID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO site_withdrawals (site_text, withdrawn_at, reason_es, reason_en, withdrawn_by) VALUES (?, ?, ?, ?, ?)
      """, text, withdrawal.at, withdrawal.reason[.spanish], withdrawal.reason[.english], withdrawal.by)
  }
}
