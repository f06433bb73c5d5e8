import Basics
import Records

extension LetterFailure: SQLConvertible {}

/// The queries about mail on its way out.
enum OutboxRecords {
  /// A member wants a mail about new notices at a moment. One that waits already comes earlier when it must; one that
  /// failed keeps its pause.
  static func want(
    _ member: MemberID, at moment: Moment, queued now: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO mail_outbox (id, member, matter, state, queued_at, try_at, attempts)
      VALUES (?, ?, 'notices', 'waiting', ?, ?, 0)
      ON CONFLICT (member) WHERE state = 'waiting' AND matter = 'notices' DO UPDATE SET
        try_at = CASE WHEN mail_outbox.attempts = 0 AND excluded.try_at < mail_outbox.try_at
          THEN excluded.try_at ELSE mail_outbox.try_at END
      """, MailID.random(), member, now, moment)
  }

  /// The mail about notices that waits for a member and has not failed goes at another moment, or not at all.
  static func replan(_ member: MemberID, at moment: Moment?, now: Moment, _ transaction: any WriteTransaction) throws {
    let sql = "WHERE member = ? AND matter = 'notices' AND state = 'waiting' AND attempts = 0 AND lease IS NULL"
    guard let moment else {
      try transaction.execute("UPDATE mail_outbox SET state = 'needless', ended_at = ? " + sql, now, member)
      return
    }
    if try transaction.execute("UPDATE mail_outbox SET try_at = ? " + sql, moment, member) == 0 {
      try want(member, at: moment, queued: now, transaction)
    }
  }

  static func insert(_ mail: Mail, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO mail_outbox (id, member, matter, content, state, queued_at, try_at, attempts)
      VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?)
      """, mail.id, mail.member, mail.matter, mail.content, mail.queuedAt, mail.tryAt, mail.attempts)
  }

  /// What waits for a member and is of no use any more.
  static func end(of member: MemberID, _ matter: Mail.Matter?, at now: Moment, _ transaction: any WriteTransaction)
    throws
  {
    let sql =
      "UPDATE mail_outbox SET state = 'needless', content = NULL, lease = NULL, ended_at = ? "
      + "WHERE member = ? AND state = 'waiting'"
    if let matter {
      try transaction.execute(sql + " AND matter = ?", now, member, matter)
    } else {
      try transaction.execute(sql, now, member)
    }
  }

  static func count(_ matter: Mail.Matter, of member: MemberID, since: Moment, _ transaction: any ReadTransaction)
    throws
    -> Int
  {
    try transaction.value(
      Int.self, "SELECT COUNT(*) FROM mail_outbox WHERE member = ? AND matter = ? AND queued_at > ?", member, matter,
      since) ?? 0
  }

  // MARK: One server at a time

  static func isAnyDue(at now: Moment, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row(
      """
      SELECT 1 AS found FROM mail_outbox
      WHERE state = 'waiting' AND try_at <= ? AND (lease IS NULL OR lease_until < ?) LIMIT 1
      """, now, now) != nil
  }

  /// Takes what is due, the longest waiting first. What another server holds is left to it: the condition is looked at
  /// again for each row in the moment in which it is changed.
  static func take(_ lease: String, at now: Moment, limit: Int, _ transaction: any WriteTransaction) throws -> [Mail] {
    try transaction.execute(
      """
      UPDATE mail_outbox SET lease = ?, lease_until = ? WHERE id IN (
        SELECT id FROM mail_outbox WHERE state = 'waiting' AND try_at <= ? AND (lease IS NULL OR lease_until < ?)
        ORDER BY try_at, id LIMIT ?)
      AND state = 'waiting' AND (lease IS NULL OR lease_until < ?)
      """, lease, now + OutboxRules.lease, now, now, limit, now)
    return try transaction.rows(
      "SELECT * FROM mail_outbox WHERE lease = ? AND state = 'waiting' ORDER BY try_at, id", lease
    ).map { row in
      Mail(
        id: try row.get("id"), member: try row.get("member"), matter: try row.get("matter"),
        content: try row.optional("content"), queuedAt: try row.get("queued_at"), tryAt: try row.get("try_at"),
        attempts: try row.get("attempts"))
    }
  }

  /// Keeps what is held for longer.
  /// - Parameter mail: one; `nil` for all.
  /// - Returns: how many are still held.
  @discardableResult
  static func renew(_ lease: String, _ mail: MailID?, at now: Moment, _ transaction: any WriteTransaction) throws -> Int
  {
    let sql = "UPDATE mail_outbox SET lease_until = ? WHERE lease = ? AND state = 'waiting'"
    guard let mail else { return try transaction.execute(sql, now + OutboxRules.lease, lease) }
    return try transaction.execute(sql + " AND id = ?", now + OutboxRules.lease, lease, mail)
  }

  /// Gives back what is held; it waits for others or for a later moment.
  static func release(_ lease: String, _ mail: MailID, tryAt: Moment? = nil, _ transaction: any WriteTransaction) throws
  {
    if let tryAt {
      try transaction.execute("UPDATE mail_outbox SET try_at = ? WHERE id = ? AND lease = ?", tryAt, mail, lease)
    }
    try transaction.execute(
      "UPDATE mail_outbox SET lease = NULL, lease_until = NULL WHERE id = ? AND lease = ?", mail, lease)
  }

  /// How a mail that is held ended.
  /// - Returns: false when it is not held any more.
  static func end(
    _ mail: MailID, _ lease: String, _ state: Mail.State, failure: LetterFailure? = nil, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      UPDATE mail_outbox SET state = ?, content = NULL, failure = ?, attempts = attempts + ?, ended_at = ?,
        lease = NULL, lease_until = NULL WHERE id = ? AND lease = ? AND state = 'waiting'
      """, state, failure, failure == nil ? 0 : 1, now, mail, lease) == 1
  }

  static func retry(
    _ mail: MailID, _ lease: String, _ failure: LetterFailure, at moment: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      UPDATE mail_outbox SET failure = ?, attempts = attempts + 1, try_at = ?, lease = NULL, lease_until = NULL
      WHERE id = ? AND lease = ? AND state = 'waiting'
      """, failure, moment, mail, lease)
  }

  // MARK: For who keeps the installation

  static func overview(at now: Moment, today: Moment, _ transaction: any ReadTransaction) throws -> OutboxOverview {
    func count(_ condition: String, _ values: any SQLBindable...) throws -> Int {
      try transaction.rows("SELECT COUNT(*) AS n FROM mail_outbox WHERE " + condition, values).first?.get("n") ?? 0
    }
    return OutboxOverview(
      waiting: try count("state = 'waiting' AND (try_at <= ? OR attempts > 0)", now),
      failing: try count("state = 'waiting' AND attempts > 0"),
      later: try count("state = 'waiting' AND try_at > ? AND attempts = 0", now),
      sentToday: try count("state = 'sent' AND ended_at >= ?", today),
      refused: try count("state = 'refused'"), givenUp: try count("state = 'given_up'"),
      oldest: try transaction.value(
        Moment.self,
        "SELECT MIN(queued_at) FROM mail_outbox WHERE state = 'waiting' AND (try_at <= ? OR attempts > 0)", now),
      lastFailure: try transaction.row(
        "SELECT failure FROM mail_outbox WHERE state = 'waiting' AND attempts > 0 ORDER BY try_at DESC LIMIT 1"
      )?.optional("failure"),
      lastSent: try transaction.value(Moment.self, "SELECT MAX(ended_at) FROM mail_outbox WHERE state = 'sent'"))
  }

  /// Everything that failed is tried now, also what was given up: of that, only what has something left to say and no newer
  /// mail in its place.
  /// - Returns: how many.
  static func retryAll(at now: Moment, _ transaction: any WriteTransaction) throws -> Int {
    let failing = try transaction.execute(
      "UPDATE mail_outbox SET try_at = ? WHERE state = 'waiting' AND attempts > 0 AND lease IS NULL", now)
    // What they held is free for a new mail.
    try transaction.execute(
      "UPDATE notices SET mail = NULL WHERE read_at IS NULL AND mail IN (SELECT id FROM mail_outbox WHERE state = 'given_up')"
    )
    let members = try transaction.rows(
      "SELECT DISTINCT member FROM mail_outbox WHERE state = 'given_up' AND matter = 'notices'"
    ).map { try $0.get("member", as: MemberID.self) }
    var again = 0
    for member in members where try NoticeRecords.nextMail(of: member, transaction) != nil {
      try want(member, at: now, queued: now, transaction)
      again += 1
    }
    try transaction.execute("UPDATE mail_outbox SET state = 'needless' WHERE state = 'given_up'")
    return failing + again
  }

  static func deleteEnded(before moment: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM mail_outbox WHERE ended_at < ?", moment)
  }
}
