import Basics
import Records

/// The queries about issuer keys, signed credentials and withdrawn certificates.
enum CertificateRecords {
  // MARK: Keys

  struct Key {
    var known: IssuerKeyFile.Key
    /// The private half under the root secret; `nil` once it is out of use.
    var sealed: [UInt8]?
  }

  /// In the order of their beginnings.
  static func keys(_ transaction: any ReadTransaction) throws -> [Key] {
    try transaction.rows("SELECT * FROM issuer_keys ORDER BY from_second, public_key").compactMap { row in
      guard let publicKey = Multikey.decode(try row.get("public_key", as: String.self)) else { return nil }
      return Key(
        known: IssuerKeyFile.Key(
          publicKey: publicKey, address: try row.get("address"), from: try row.get("from_second"),
          until: try row.optional("until_second"), withdrawnFrom: try row.optional("withdrawn_second")),
        sealed: try row.optional("sealed"))
    }
  }

  static func insert(_ key: Key, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO issuer_keys (public_key, address, from_second, sealed) VALUES (?, ?, ?, ?)",
      Multikey.encode(key.known.publicKey), key.known.address, key.known.from, key.sealed)
  }

  /// Ends a key's use and forgets its private half.
  static func end(_ publicKey: [UInt8], at second: Int64, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "UPDATE issuer_keys SET sealed = NULL, until_second = COALESCE(until_second, ?) WHERE public_key = ?", second,
      Multikey.encode(publicKey))
  }

  static func withdraw(_ publicKey: [UInt8], from second: Int64, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "UPDATE issuer_keys SET withdrawn_second = ? WHERE public_key = ?", second, Multikey.encode(publicKey))
  }

  /// How many certificates hold on a day, by the agency that issued them.
  static func valid(on day: CalendarDay, _ transaction: any ReadTransaction) throws -> [AgencyID: Int] {
    let rows = try transaction.rows(
      """
      SELECT agency, COUNT(*) AS number FROM certificates WHERE valid_until IS NULL OR valid_until >= ? GROUP BY agency
      """, day)
    return try Dictionary(rows.map { (try $0.get("agency"), try $0.get("number")) }) { first, _ in first }
  }

  // MARK: Credentials

  struct Signed {
    /// Sixteen random bytes that stand for the person.
    var subject: [UInt8]
    var publicKey: [UInt8]
    var second: Int64
  }

  static func signed(_ certificate: CertificateID, _ transaction: any ReadTransaction) throws -> Signed? {
    try transaction.row("SELECT * FROM certificate_credentials WHERE certificate = ?", certificate).flatMap { row in
      guard let key = Multikey.decode(try row.get("issuer_key", as: String.self)) else { return nil }
      return Signed(subject: try row.get("subject"), publicKey: key, second: try row.get("signed_second"))
    }
  }

  static func set(_ signed: Signed, of certificate: CertificateID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO certificate_credentials (certificate, subject, issuer_key, signed_second) VALUES (?, ?, ?, ?)
      ON CONFLICT (certificate) DO UPDATE SET issuer_key = excluded.issuer_key, signed_second = excluded.signed_second
      """, certificate, signed.subject, Multikey.encode(signed.publicKey), signed.second)
  }

  static func issuedAt(_ certificate: CertificateID, _ transaction: any ReadTransaction) throws -> Moment? {
    try transaction.value(Moment.self, "SELECT issued_at FROM certificates WHERE id = ?", certificate)
  }

  // MARK: Withdrawn

  /// Moves a certificate to the withdrawn ones; the person can be given another.
  static func withdraw(
    _ id: CertificateID, _ reason: WithdrawalReason, by member: MemberID, at moment: Moment,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    let moved = try transaction.execute(
      """
      INSERT INTO withdrawn_certificates (id, participant, cohort, agency, issued_on, valid_until, attended, held, code,
        issued_by, issued_at, reason, withdrawn_by, withdrawn_at)
      SELECT id, participant, cohort, agency, issued_on, valid_until, attended, held, code, issued_by, issued_at,
        CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BIGINT)
      FROM certificates WHERE id = ?
      """, reason, member, moment, id)
    return try transaction.execute("DELETE FROM certificates WHERE id = ?", id) == 1 && moved == 1
  }

  static func withdrawn(_ id: CertificateID, _ transaction: any ReadTransaction) throws -> WithdrawnCertificate? {
    try transaction.row("SELECT * FROM withdrawn_certificates WHERE id = ?", id).map(withdrawn)
  }

  /// The newest first.
  static func withdrawn(of cohort: CohortID, _ transaction: any ReadTransaction) throws -> [WithdrawnCertificate] {
    try transaction.rows(
      "SELECT * FROM withdrawn_certificates WHERE cohort = ? ORDER BY withdrawn_at DESC, id", cohort
    ).map(withdrawn)
  }

  private static func withdrawn(_ row: Row) throws -> WithdrawnCertificate {
    WithdrawnCertificate(
      certificate: try TrainingRecords.certificate(row), reason: try row.get("reason"), at: try row.get("withdrawn_at"))
  }

  static func withdrawn(_ transaction: any ReadTransaction) throws -> [CertificateID] {
    try transaction.rows("SELECT id FROM withdrawn_certificates ORDER BY id").map { try $0.get("id") }
  }
}

extension WithdrawalReason: SQLConvertible {}
