import Basics
import Records

/// The queries about messages from the public.
enum TipRecords {
  /// What of a message is sealed: `nil` once it was taken back.
  struct Sealed {
    var epoch: Int
    var agencyKey: [UInt8]
    var codeKey: [UInt8]
    var content: [UInt8]
    var contact: [UInt8]?
  }

  // MARK: Messages

  static func insert(_ tip: Tip, _ sealed: Sealed, codeTag: [UInt8], _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO tips (id, agency, province, day, danger, state, unread, passing, language, has_contact, code_tag, epoch,
        agency_key, code_key, content, contact, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, tip.id, tip.agency, tip.province, tip.day.daysSince1970, tip.danger, tip.state, tip.isUnread, tip.passing,
      tip.language, tip.hasContact, codeTag, sealed.epoch, sealed.agencyKey, sealed.codeKey, sealed.content,
      sealed.contact, tip.revision)
  }

  static func tip(_ id: TipID, _ transaction: any ReadTransaction) throws -> (Tip, Sealed?)? {
    try transaction.row("SELECT * FROM tips WHERE id = ?", id).map(read)
  }

  static func tip(codeTag: [UInt8], _ transaction: any ReadTransaction) throws -> (Tip, Sealed?)? {
    try transaction.row("SELECT * FROM tips WHERE code_tag = ?", codeTag).map(read)
  }

  /// What the desk has to do first stands first: unread danger, what else is unread, then the oldest.
  /// - Parameter open: those that are not over, or those that are.
  static func list(_ agency: AgencyID, open: Bool, limit: Int, offset: Int, _ transaction: any ReadTransaction) throws
    -> [Tip]
  {
    let order =
      open ? "unread DESC, CASE WHEN danger = 'yes' THEN 0 ELSE 1 END, day, id" : "ended_on DESC, id"
    return try transaction.rows(
      """
      SELECT * FROM tips WHERE agency = ? AND state \(open ? "NOT IN" : "IN") ('closed', 'withdrawn')
      ORDER BY \(order) LIMIT ? OFFSET ?
      """, agency, limit, offset
    ).map { try read($0).0 }
  }

  static func counts(_ agency: AgencyID, _ transaction: any ReadTransaction) throws -> [TipState: Int] {
    try transaction.rows("SELECT state, COUNT(*) AS number FROM tips WHERE agency = ? GROUP BY state", agency)
      .reduce(into: [:]) { $0[try $1.get("state")] = try $1.get("number") }
  }

  /// How many lie unread, and how many of those speak of danger.
  static func waiting(_ agency: AgencyID, _ transaction: any ReadTransaction) throws -> (all: Int, danger: Int) {
    let rows = try transaction.rows(
      "SELECT danger, COUNT(*) AS number FROM tips WHERE agency = ? AND unread = 1 GROUP BY danger", agency)
    return try rows.reduce(into: (all: 0, danger: 0)) { sum, row in
      let number: Int = try row.get("number")
      sum.all += number
      if try row.get("danger", as: FourWayAnswer.self) == .yes { sum.danger += number }
    }
  }

  /// Stores what is plain, if nobody was faster.
  static func update(_ tip: Tip, from revision: Int, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute(
      """
      UPDATE tips SET agency = ?, state = ?, unread = ?, passing = ?, outcome = ?, ended_on = ?, case_id = ?,
        has_contact = ?, revision = ? WHERE id = ? AND revision = ?
      """, tip.agency, tip.state, tip.isUnread, tip.passing, tip.outcome, tip.endedOn?.daysSince1970, tip.caseID,
      tip.hasContact, tip.revision, tip.id, revision) == 1
  }

  static func setAgencyKey(_ id: TipID, _ sealed: [UInt8], epoch: Int, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE tips SET agency_key = ?, epoch = ? WHERE id = ?", sealed, epoch, id)
  }

  static func forgetContact(_ id: TipID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE tips SET contact = NULL WHERE id = ?", id)
  }

  /// Leaves codes and days of a message, and nothing that anybody wrote.
  static func empty(_ id: TipID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      UPDATE tips SET code_tag = NULL, epoch = NULL, agency_key = NULL, code_key = NULL, content = NULL, contact = NULL
      WHERE id = ?
      """, id)
    try transaction.execute("DELETE FROM tip_messages WHERE tip = ?", id)
  }

  static func delete(_ id: TipID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM tip_messages WHERE tip = ?", id)
    try transaction.execute("DELETE FROM tips WHERE id = ?", id)
  }

  /// Those that ended on a day or before.
  static func ended(by day: CalendarDay, limit: Int, _ transaction: any ReadTransaction) throws -> [Tip] {
    try transaction.rows(
      "SELECT * FROM tips WHERE ended_on IS NOT NULL AND ended_on <= ? ORDER BY ended_on, id LIMIT ?",
      day.daysSince1970, limit
    ).map { try read($0).0 }
  }

  private static func read(_ row: Row) throws -> (Tip, Sealed?) {
    let tip = Tip(
      id: try row.get("id"), agency: try row.get("agency"), province: try row.optional("province"),
      day: CalendarDay(daysSince1970: try row.get("day")), danger: try row.get("danger"), state: try row.get("state"),
      isUnread: try row.get("unread"), passing: try row.get("passing"), language: try row.get("language"),
      outcome: try row.optional("outcome"),
      endedOn: try row.optional("ended_on", as: Int.self).map(CalendarDay.init(daysSince1970:)),
      caseID: try row.optional("case_id"), hasContact: try row.get("has_contact"), revision: try row.get("revision"))
    guard let content: [UInt8] = try row.optional("content") else { return (tip, nil) }
    return (
      tip,
      Sealed(
        epoch: try row.get("epoch"), agencyKey: try row.get("agency_key"), codeKey: try row.get("code_key"),
        content: content, contact: try row.optional("contact"))
    )
  }

  // MARK: The conversation

  struct Piece {
    var id: TipMessageID
    var kind: TipMessage.Kind
    var agency: AgencyID
    var day: CalendarDay
    var sealed: [UInt8]?
  }

  static func pieces(_ id: TipID, _ transaction: any ReadTransaction) throws -> [Piece] {
    try transaction.rows("SELECT * FROM tip_messages WHERE tip = ? ORDER BY number", id).map { row in
      Piece(
        id: try row.get("id"), kind: try row.get("kind"), agency: try row.get("agency"),
        day: CalendarDay(daysSince1970: try row.get("day")), sealed: try row.optional("sealed"))
    }
  }

  /// Of which message a piece is; `nil` when there is no such piece.
  static func owner(of piece: TipMessageID, _ transaction: any ReadTransaction) throws -> TipID? {
    try transaction.row("SELECT tip FROM tip_messages WHERE id = ?", piece).map { try $0.get("tip") }
  }

  static func insert(_ piece: Piece, number: Int, of id: TipID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO tip_messages (id, tip, number, kind, agency, day, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)", piece.id,
      id, number, piece.kind, piece.agency, piece.day.daysSince1970, piece.sealed)
  }

  // MARK: Who receives

  struct Setting {
    var agency: AgencyID
    var isOpen: Bool
    var provinces: Set<String>
    var answerDays: Int
    var revision: Int
  }

  static func settings(_ transaction: any ReadTransaction) throws -> [Setting] {
    try transaction.rows("SELECT * FROM tip_receivers ORDER BY agency").map(setting)
  }

  static func setting(_ agency: AgencyID, _ transaction: any ReadTransaction) throws -> Setting? {
    try transaction.row("SELECT * FROM tip_receivers WHERE agency = ?", agency).map(setting)
  }

  private static func setting(_ row: Row) throws -> Setting {
    Setting(
      agency: try row.get("agency"), isOpen: try row.get("is_open"),
      provinces: Set(try row.get("provinces", as: String.self).split(separator: ",").map(String.init)),
      answerDays: try row.get("answer_days"), revision: try row.get("revision"))
  }

  /// Stores a setting seen at a revision. Answers whether nobody was faster.
  static func put(_ setting: Setting, _ transaction: any WriteTransaction) throws -> Bool {
    let provinces = setting.provinces.sorted().joined(separator: ",")
    if setting.revision == 0 {
      return try transaction.execute(
        """
        INSERT INTO tip_receivers (agency, is_open, provinces, answer_days, revision) VALUES (?, ?, ?, ?, 1)
        ON CONFLICT (agency) DO NOTHING
        """, setting.agency, setting.isOpen, provinces, setting.answerDays) == 1
    }
    return try transaction.execute(
      """
      UPDATE tip_receivers SET is_open = ?, provinces = ?, answer_days = ?, revision = revision + 1
      WHERE agency = ? AND revision = ?
      """, setting.isOpen, provinces, setting.answerDays, setting.agency, setting.revision) == 1
  }
}
