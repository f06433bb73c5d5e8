import Basics
import Records

/// The queries about members' e-mail addresses, which lie sealed.
enum MailAddressRecords {
  struct Stored {
    var address: [UInt8]?
    var confirmedAt: Moment?
    var refusedAt: Moment?
    var pending: [UInt8]?
    var codeTag: [UInt8]?
    var codeUntil: Moment?
    var codeTries: Int
  }

  /// Those of the members to whom mail can be sent.
  static func reachable(_ members: [MemberID], _ transaction: any ReadTransaction) throws -> Set<MemberID> {
    guard !members.isEmpty else { return [] }
    let rows = try transaction.rows(
      """
      SELECT member FROM mail_addresses WHERE confirmed_at IS NOT NULL AND refused_at IS NULL
        AND member IN (\(NoticeRecords.places(members.count)))
      """, members)
    return Set(try rows.map { try $0.get("member") })
  }

  static func stored(_ member: MemberID, _ transaction: any ReadTransaction) throws -> Stored? {
    try transaction.row("SELECT * FROM mail_addresses WHERE member = ?", member).map { row in
      Stored(
        address: try row.optional("address"), confirmedAt: try row.optional("confirmed_at"),
        refusedAt: try row.optional("refused_at"), pending: try row.optional("pending"),
        codeTag: try row.optional("code_tag"), codeUntil: try row.optional("code_until"),
        codeTries: try row.get("code_tries"))
    }
  }

  /// A new address waits for its code; the one in use stays in use.
  static func setPending(
    _ pending: [UInt8], code tag: [UInt8], until: Moment, of member: MemberID, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO mail_addresses (member, pending, code_tag, code_until, code_tries) VALUES (?, ?, ?, ?, 0)
      ON CONFLICT (member) DO UPDATE SET pending = excluded.pending, code_tag = excluded.code_tag,
        code_until = excluded.code_until, code_tries = 0
      """, member, pending, tag, until)
  }

  static func countTry(_ member: MemberID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE mail_addresses SET code_tries = code_tries + 1 WHERE member = ?", member)
  }

  static func confirm(_ member: MemberID, at now: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      UPDATE mail_addresses SET address = pending, confirmed_at = ?, refused_at = NULL, pending = NULL,
        code_tag = NULL, code_until = NULL, code_tries = 0 WHERE member = ?
      """, now, member)
  }

  static func setRefused(_ member: MemberID, at now: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE mail_addresses SET refused_at = ? WHERE member = ?", now, member)
  }

  static func delete(_ member: MemberID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM mail_addresses WHERE member = ?", member)
  }
}
