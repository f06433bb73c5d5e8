import Basics
import Records

/// The queries about sessions and failed sign-ins: the house's own books.
enum SessionRecords {
  struct Session {
    /// The hash of the token that the sign-in gave; it stays when tokens are renewed.
    var signIn: [UInt8]
    /// The hash of the token before, while this one was not used yet.
    var replaces: [UInt8]?
    var member: MemberID
    var keys: [UInt8]
    var renewedAt: Moment
    var seenAt: Moment
    var until: Moment
  }

  static func insert(_ session: Session, tokenHash: [UInt8], _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO sessions (token_hash, sign_in, replaces, member, keys, renewed_at, seen_at, until)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """, tokenHash, session.signIn, session.replaces, session.member, session.keys, session.renewedAt,
      session.seenAt, session.until)
  }

  static func session(_ tokenHash: [UInt8], _ transaction: any ReadTransaction) throws -> Session? {
    try transaction.row("SELECT * FROM sessions WHERE token_hash = ?", tokenHash).map {
      Session(
        signIn: try $0.optional("sign_in") ?? tokenHash, replaces: try $0.optional("replaces"),
        member: try $0.get("member"), keys: try $0.get("keys"), renewedAt: try $0.get("renewed_at"),
        seenAt: try $0.get("seen_at"), until: try $0.get("until"))
    }
  }

  static func touch(_ tokenHash: [UInt8], at moment: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE sessions SET seen_at = ? WHERE token_hash = ?", moment, tokenHash)
  }

  /// The new token arrived: the one before ends at the given moment.
  static func confirm(
    _ tokenHash: [UInt8], before: [UInt8], ends: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute("UPDATE sessions SET replaces = NULL WHERE token_hash = ?", tokenHash)
    try transaction.execute("UPDATE sessions SET until = ? WHERE token_hash = ? AND until > ?", ends, before, ends)
  }

  /// Whether a token was given in place of this one since a moment.
  static func hasSuccessor(_ tokenHash: [UInt8], since: Moment, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS found FROM sessions WHERE replaces = ? AND renewed_at > ?", tokenHash, since)
      != nil
  }

  /// Which of several sign-ins still hold, whatever token they have come to.
  static func living(_ signIns: [[UInt8]], at now: Moment, _ transaction: any ReadTransaction) throws -> Set<[UInt8]> {
    guard !signIns.isEmpty else { return [] }
    let places = NoticeRecords.places(signIns.count)
    return Set(
      try transaction.rows(
        "SELECT DISTINCT sign_in FROM sessions WHERE sign_in IN (\(places)) AND until > ? AND seen_at > ?",
        signIns + [now, now - SignInDesk.idle]
      ).map { try $0.get("sign_in") })
  }

  /// Ends every token of one sign-in.
  static func delete(signIn: [UInt8], _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM sessions WHERE sign_in = ? OR token_hash = ?", signIn, signIn)
  }

  static func deleteAll(of member: MemberID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM sessions WHERE member = ?", member)
  }

  static func deleteEnded(before seen: Moment, now: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM sessions WHERE seen_at < ? OR until < ?", seen, now)
  }

  /// How many tries there were; nobody else counts until the transaction ends.
  static func failures(_ tag: [UInt8], at moment: Moment, _ transaction: any WriteTransaction) throws -> (
    count: Int, last: Moment
  ) {
    let row = try transaction.row(
      """
      INSERT INTO sign_in_attempts (tag, failures, last_at) VALUES (?, 0, ?)
      ON CONFLICT (tag) DO UPDATE SET failures = sign_in_attempts.failures RETURNING failures, last_at
      """, tag, moment)
    return (try row?.get("failures") ?? 0, try row?.get("last_at") ?? moment)
  }

  /// The tries as they were counted; `nil` where there were none.
  static func counted(_ tag: [UInt8], _ transaction: any ReadTransaction) throws -> (count: Int, last: Moment)? {
    try transaction.row("SELECT failures, last_at FROM sign_in_attempts WHERE tag = ?", tag).map {
      (try $0.get("failures"), try $0.get("last_at"))
    }
  }

  /// Takes one counted try back.
  static func forgive(_ tag: [UInt8], _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "UPDATE sign_in_attempts SET failures = failures - 1 WHERE tag = ? AND failures > 0", tag)
  }

  static func setFailures(_ tag: [UInt8], _ count: Int, at moment: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO sign_in_attempts (tag, failures, last_at) VALUES (?, ?, ?)
      ON CONFLICT (tag) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at
      """, tag, count, moment)
  }
}
