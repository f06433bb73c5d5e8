import Basics
import Records

/// The queries about sessions and failed sign-ins: the house's own books.
enum SessionRecords {
  struct Session {
    var member: MemberID
    var keys: [UInt8]
    var renewedAt: Moment
    var seenAt: Moment
    var until: Moment
  }

  static func insert(_ session: Session, tokenHash: [UInt8], _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO sessions (token_hash, member, keys, renewed_at, seen_at, until) VALUES (?, ?, ?, ?, ?, ?)",
      tokenHash, session.member, session.keys, session.renewedAt, session.seenAt, session.until)
  }

  static func session(_ tokenHash: [UInt8], _ transaction: any ReadTransaction) throws -> Session? {
    try transaction.row("SELECT * FROM sessions WHERE token_hash = ?", tokenHash).map {
      Session(
        member: try $0.get("member"), keys: try $0.get("keys"), renewedAt: try $0.get("renewed_at"),
        seenAt: try $0.get("seen_at"), until: try $0.get("until"))
    }
  }

  static func touch(_ tokenHash: [UInt8], at moment: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE sessions SET seen_at = ? WHERE token_hash = ?", moment, tokenHash)
  }

  @discardableResult
  static func delete(_ tokenHash: [UInt8], _ transaction: any WriteTransaction) throws -> Int {
    try transaction.execute("DELETE FROM sessions WHERE token_hash = ?", tokenHash)
  }

  static func deleteAll(of member: MemberID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM sessions WHERE member = ?", member)
  }

  static func deleteEnded(before seen: Moment, now: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM sessions WHERE seen_at < ? OR until < ?", seen, now)
  }

  static func failures(_ tag: [UInt8], _ transaction: any ReadTransaction) throws -> (count: Int, last: Moment)? {
    try transaction.row("SELECT failures, last_at FROM sign_in_attempts WHERE tag = ?", tag).map {
      (try $0.get("failures"), try $0.get("last_at"))
    }
  }

  static func setFailures(_ tag: [UInt8], _ count: Int, at moment: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO sign_in_attempts (tag, failures, last_at) VALUES (?, ?, ?)
      ON CONFLICT (tag) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at
      """, tag, count, moment)
  }
}
