import Basics
import Records

/// The queries about notices and how members want to be told.
enum NoticeRecords {
  // MARK: Notices

  /// - Returns: false when this member was told of this event before.
  static func insert(
    _ notice: Notice, of member: MemberID, event: String, mailAt: Moment?, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      INSERT INTO notices (id, member, event, kind, about_kind, about, at, silent, mail_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (member, event) DO NOTHING
      """, notice.id, member, event, notice.kind, notice.about.kind, notice.about.id, notice.at, notice.isSilent, mailAt
    ) == 1
  }

  static func list(_ member: MemberID, limit: Int, offset: Int, _ transaction: any ReadTransaction) throws -> [Notice] {
    try transaction.rows(
      "SELECT * FROM notices WHERE member = ? ORDER BY at DESC, id LIMIT ? OFFSET ?", member, limit, offset
    ).compactMap(notice)
  }

  static func count(_ member: MemberID, _ transaction: any ReadTransaction) throws -> Int {
    try transaction.value(Int.self, "SELECT COUNT(*) FROM notices WHERE member = ?", member) ?? 0
  }

  static func unread(_ member: MemberID, _ transaction: any ReadTransaction) throws -> Int {
    try transaction.value(
      Int.self, "SELECT COUNT(*) FROM notices WHERE member = ? AND read_at IS NULL AND silent = 0", member) ?? 0
  }

  static func notice(_ id: NoticeID, of member: MemberID, _ transaction: any ReadTransaction) throws -> Notice? {
    try transaction.row("SELECT * FROM notices WHERE id = ? AND member = ?", id, member).flatMap(notice)
  }

  /// Marks one as read, or all up to a moment. What was read before stays as it is.
  static func setRead(_ id: NoticeID, of member: MemberID, at now: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "UPDATE notices SET read_at = ? WHERE id = ? AND member = ? AND read_at IS NULL", now, id, member)
  }

  static func setAllRead(
    of member: MemberID, upTo moment: Moment, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "UPDATE notices SET read_at = ? WHERE member = ? AND read_at IS NULL AND at <= ?", now, member, moment)
  }

  /// - Parameter member: whose; `nil` for everybody's.
  /// - Parameter kinds: which; `nil` for all.
  static func settle(
    _ about: NoticeSubject, _ kinds: Set<NoticeKind>?, of member: MemberID?, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    var sql = "UPDATE notices SET read_at = ? WHERE about_kind = ? AND about = ? AND read_at IS NULL"
    var values: [any SQLBindable] = [now, about.kind, about.id]
    if let member {
      sql += " AND member = ?"
      values.append(member)
    }
    if let kinds {
      guard !kinds.isEmpty else { return }
      sql += " AND kind IN (" + places(kinds.count) + ")"
      values += kinds.map(\.rawValue).sorted() as [any SQLBindable]
    }
    try transaction.execute(sql, values)
  }

  /// Whether a member has something unread about a thing.
  static func hasUnread(_ about: NoticeSubject, of member: MemberID, _ transaction: any ReadTransaction) throws -> Bool
  {
    try transaction.row(
      "SELECT 1 AS found FROM notices WHERE about_kind = ? AND about = ? AND member = ? AND read_at IS NULL LIMIT 1",
      about.kind, about.id, member) != nil
  }

  /// How many unread and when the newest came, of those members who have any.
  static func standings(_ members: [MemberID], _ transaction: any ReadTransaction) throws -> [MemberID: (Int, Moment)] {
    guard !members.isEmpty else { return [:] }
    return try transaction.rows(
      """
      SELECT member, COUNT(*) AS unread, MAX(at) AS newest FROM notices
      WHERE read_at IS NULL AND silent = 0 AND member IN (\(places(members.count))) GROUP BY member
      """, members
    ).reduce(into: [:]) { $0[try $1.get("member")] = (try $1.get("unread"), try $1.get("newest")) }
  }

  static func deleteOlder(than moment: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM notices WHERE at < ?", moment)
  }

  // MARK: What of them is mailed

  /// Puts what is due of a member's unread notices into a mail.
  static func collect(_ mail: MailID, of member: MemberID, at now: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "UPDATE notices SET mail = ? WHERE member = ? AND mail IS NULL AND read_at IS NULL AND mail_at <= ?", mail,
      member,
      now)
  }

  /// The kinds of those in a mail that are still unread, one for each.
  static func unread(in mail: MailID, _ transaction: any ReadTransaction) throws -> [NoticeKind] {
    try transaction.rows("SELECT kind FROM notices WHERE mail = ? AND read_at IS NULL", mail).compactMap {
      NoticeKind(rawValue: try $0.get("kind"))
    }
  }

  /// When the next of a member's unread notices that are in no mail is due.
  static func nextMail(of member: MemberID, _ transaction: any ReadTransaction) throws -> Moment? {
    try transaction.value(
      Moment.self, "SELECT MIN(mail_at) FROM notices WHERE member = ? AND mail IS NULL AND read_at IS NULL", member)
  }

  /// Unread notices that are in no mail yet.
  static func unmailed(of member: MemberID, since: Moment, _ transaction: any ReadTransaction) throws -> [Notice] {
    try transaction.rows(
      "SELECT * FROM notices WHERE member = ? AND mail IS NULL AND read_at IS NULL AND at >= ?", member, since
    ).compactMap(notice)
  }

  static func setMail(
    _ id: NoticeID, at moment: Moment?, isSilent: Bool, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute("UPDATE notices SET mail_at = ?, silent = ? WHERE id = ?", moment, isSilent, id)
  }

  // MARK: Choices

  /// What members chose, and whether mail reaches them; members who never chose are not in it.
  static func choices(_ members: [MemberID], _ transaction: any ReadTransaction) throws -> [MemberID: NoticeChoices] {
    guard !members.isEmpty else { return [:] }
    return try transaction.rows(
      "SELECT * FROM notice_choices WHERE member IN (\(places(members.count)))", members
    ).reduce(into: [:]) { $0[try $1.get("member")] = try choices($1) }
  }

  /// - Returns: false when somebody changed it meanwhile.
  static func store(
    _ choices: NoticeChoices, of member: MemberID, from revision: Int, _ transaction: any WriteTransaction
  ) throws -> Bool {
    let values: [any SQLBindable] = [
      choices.codedWays, choices.waiting.map(\.rawValue).sorted().joined(separator: ","),
      choices.quiet?.from.description, choices.quiet?.until.description, choices.dailyAt.description,
      choices.showsInBrowser, Int(choices.offsetFromUTC.milliseconds / 60_000), revision + 1,
    ]
    if revision == 0 {
      return try transaction.execute(
        """
        INSERT INTO notice_choices (ways, waiting, quiet_from, quiet_until, daily_at, browser, offset_minutes, revision,
          member) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (member) DO NOTHING
        """, values + [member]) == 1
    }
    return try transaction.execute(
      """
      UPDATE notice_choices SET ways = ?, waiting = ?, quiet_from = ?, quiet_until = ?, daily_at = ?, browser = ?,
        offset_minutes = ?, revision = ? WHERE member = ? AND revision = ?
      """, values + [member, revision]) == 1
  }

  private static func choices(_ row: Row) throws -> NoticeChoices {
    let from: String? = try row.optional("quiet_from")
    let until: String? = try row.optional("quiet_until")
    var quiet: NoticeChoices.QuietHours?
    if let from = from.flatMap({ TimeOfDay($0) }), let until = until.flatMap({ TimeOfDay($0) }) {
      quiet = NoticeChoices.QuietHours(from: from, until: until)
    }
    return NoticeChoices(
      ways: NoticeChoices.ways(coded: try row.get("ways")),
      waiting: Set(
        try row.get("waiting", as: String.self).split(separator: ",").compactMap { NoticeKind(rawValue: String($0)) }),
      quiet: quiet, dailyAt: TimeOfDay(try row.get("daily_at", as: String.self)) ?? .midnight,
      showsInBrowser: try row.get("browser"), offsetFromUTC: .minutes(try row.get("offset_minutes")),
      revision: try row.get("revision"))
  }

  /// `nil` for what a newer version stored.
  private static func notice(_ row: Row) throws -> Notice? {
    guard let kind = NoticeKind(rawValue: try row.get("kind")),
      let about = NoticeSubject(kind: try row.get("about_kind"), id: try row.get("about"))
    else { return nil }
    return Notice(
      id: try row.get("id"), kind: kind, about: about, at: try row.get("at"), readAt: try row.optional("read_at"),
      isSilent: try row.get("silent"))
  }

  static func places(_ count: Int) -> String { Array(repeating: "?", count: count).joined(separator: ", ") }
}
