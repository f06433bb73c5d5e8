import Basics
import Records

/// The queries about providers' codes and looks.
enum OutsideRecords {
  static func insert(
    _ code: OutsideCode, tag: [UInt8], verifier: [UInt8], envelope: [UInt8], by member: MemberID, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute("DELETE FROM referral_codes WHERE expires_at <= ?", now)
    try transaction.execute(
      """
      INSERT INTO referral_codes (id, referral, code_tag, word_verifier, envelope, made_by, made_at, expires_at,
        wrong_words) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)
      """, code.id, code.referral, tag, verifier, envelope, member, now, code.expiresAt)
  }

  static func code(tag: [UInt8], _ transaction: any ReadTransaction) throws -> (
    code: OutsideCode, verifier: [UInt8], envelope: [UInt8]
  )? {
    try transaction.row("SELECT * FROM referral_codes WHERE code_tag = ?", tag).map { row in
      let code = OutsideCode(
        id: try row.get("id"), referral: try row.get("referral"), expiresAt: try row.get("expires_at"),
        wrongWords: try row.get("wrong_words"))
      return (code, try row.get("word_verifier"), try row.get("envelope"))
    }
  }

  static func setWrongWords(_ id: ReferralCodeID, _ count: Int, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE referral_codes SET wrong_words = ? WHERE id = ?", count, id)
  }

  /// Ends every code and look of a referral, with their copies of the envelope.
  static func end(of referral: ReferralID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM referral_looks WHERE referral = ?", referral)
    try transaction.execute("DELETE FROM referral_codes WHERE referral = ?", referral)
  }

  static func insertLook(
    _ hash: [UInt8], _ code: OutsideCode, envelope: [UInt8], until: Moment, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute("DELETE FROM referral_looks WHERE expires_at <= ?", now)
    try transaction.execute(
      "INSERT INTO referral_looks (token_hash, code, referral, envelope, expires_at) VALUES (?, ?, ?, ?, ?)", hash,
      code.id, code.referral, envelope, until)
  }

  static func look(_ hash: [UInt8], at now: Moment, _ transaction: any ReadTransaction) throws -> (
    code: ReferralCodeID, referral: ReferralID, envelope: [UInt8]
  )? {
    try transaction.row("SELECT * FROM referral_looks WHERE token_hash = ? AND expires_at > ?", hash, now).map {
      (try $0.get("code"), try $0.get("referral"), try $0.get("envelope"))
    }
  }

  /// - Returns: whether there was one.
  static func deleteLook(_ hash: [UInt8], _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute("DELETE FROM referral_looks WHERE token_hash = ?", hash) == 1
  }
}
