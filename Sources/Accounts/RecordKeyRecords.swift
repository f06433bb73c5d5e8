import Basics
import Records
import Vault

/// The queries about wraps of record keys.
enum RecordKeyRecords {
  struct Wrap: Sendable {
    var epoch: Int
    var basis: String
    var expires: Int64?
    var signed: SignedWrap
    var grantorKey: [UInt8]
  }

  static func insert(
    _ subject: RecordSubject, _ kind: String, recipient: AgencyID, epoch: Int, basis: String, expires: Moment?,
    held: Bool, signed: SignedWrap, grantor: MemberID, grantorKey: [UInt8], at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    let sealed = try boxed(signed.sealed, subject.description, kind, recipient, basis, transaction)
    try transaction.execute(
      """
      INSERT INTO record_key_wraps (subject, data_kind, recipient, basis, epoch, expires_at, held, sealed, signature,
        grantor, grantor_key, granted_at, boxed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
      ON CONFLICT (subject, data_kind, recipient, basis) DO UPDATE SET epoch = excluded.epoch,
        expires_at = excluded.expires_at, held = excluded.held, sealed = excluded.sealed,
        signature = excluded.signature, grantor = excluded.grantor, grantor_key = excluded.grantor_key,
        granted_at = excluded.granted_at, boxed = excluded.boxed
      """, subject.description, kind, recipient, basis, epoch, expires, held, sealed, signed.signature, grantor,
      grantorKey, now)
  }

  /// Puts a wrap into the box that opens only while the subject is not erased.
  ///
  /// Throws `Refusal` `.noBasis` when it was: nothing is ever sealed for it again.
  private static func boxed(
    _ sealed: [UInt8], _ subject: String, _ kind: String, _ recipient: AgencyID, _ basis: String,
    _ transaction: any WriteTransaction
  ) throws -> [UInt8] {
    guard let key = try ErasureKeyRecords.openOrMake(subject, transaction) else {
      throw Refusal(.noBasis, Phrase("error.no_basis"))
    }
    return try key.seal(
      sealed, context: ErasureKeyRecords.context(subject, kind, recipient.description, basis))
  }

  /// A wrap as it was before it was boxed; `nil` when it can't be had any more.
  private static func unboxed(_ row: Row, _ subject: String, _ kind: String, _ recipient: AgencyID, _ basis: String)
    throws -> [UInt8]?
  {
    let sealed: [UInt8] = try row.get("sealed")
    guard try row.get("boxed", as: Bool.self) else { return sealed }
    let context = ErasureKeyRecords.context(subject, kind, recipient.description, basis)
    return try row.optional("secret", as: [UInt8].self).flatMap(ErasureKey.init)
      .flatMap { try? $0.open(sealed, context: context) }
  }

  /// A wrap of a new record to its own agency, in its box.
  struct FreshWrap: Sendable {
    var subject: String
    var kind: String
    var boxed: [UInt8]
    var signature: [UInt8]
  }

  /// Many wraps at once; one that is there already is refused by the store.
  static func insert(
    _ wraps: [FreshWrap], recipient: AgencyID, epoch: Int, grantor: MemberID, grantorKey: [UInt8], at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.insert(
      into: "record_key_wraps",
      [
        "subject", "data_kind", "recipient", "basis", "epoch", "expires_at", "held", "sealed", "signature", "grantor",
        "grantor_key", "granted_at", "boxed",
      ],
      wraps.map {
        [
          $0.subject, $0.kind, recipient, "", epoch, SQLValue.null, false, $0.boxed, $0.signature, grantor, grantorKey,
          now, true,
        ]
      })
  }

  /// Whether there is a key of this kind, whoever can open it.
  static func exists(_ subject: RecordSubject, _ kind: String, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row(
      "SELECT 1 AS found FROM record_key_wraps WHERE subject = ? AND data_kind = ? LIMIT 1", subject.description, kind)
      != nil
  }

  /// Wraps an agency may open now, by subject, its own first; only those whose signing key is known to be the grantor's.
  static func live(
    _ subjects: [RecordSubject], _ kind: String, recipient: AgencyID, at now: Moment, _ transaction: any ReadTransaction
  ) throws -> [String: [Wrap]] {
    var wraps: [String: [Wrap]] = [:]
    for start in stride(from: 0, to: subjects.count, by: 500) {
      var names = subjects[start..<min(start + 500, subjects.count)].map(\.description)
      // Few different lengths, so that the engines keep the statement prepared: the last name again and again.
      let places = [1, 25, 100, 500].first { names.count <= $0 } ?? names.count
      if let last = names.last { names += Array(repeating: last, count: places - names.count) }
      for row in try transaction.rows(
        """
        SELECT w.subject, w.epoch, w.basis, w.expires_at, w.sealed, w.boxed, w.signature, w.grantor_key, e.secret
        FROM record_key_wraps w JOIN signing_keys k ON k.public_key = w.grantor_key AND k.member = w.grantor
        LEFT JOIN record_erasure_keys e ON e.subject = w.subject
        WHERE w.subject IN (\(Array(repeating: "?", count: places).joined(separator: ", ")))
          AND w.data_kind = ? AND w.recipient = ? AND w.held = 0 AND (w.expires_at IS NULL OR w.expires_at > ?)
        ORDER BY w.subject, w.basis
        """, names + [kind, recipient, now])
      {
        let (subject, basis): (String, String) = (try row.get("subject"), try row.get("basis"))
        guard let sealed = try unboxed(row, subject, kind, recipient, basis) else { continue }
        wraps[subject, default: []].append(
          Wrap(
            epoch: try row.get("epoch"), basis: basis, expires: try row.optional("expires_at"),
            signed: SignedWrap(sealed: sealed, signature: try row.get("signature")),
            grantorKey: try row.get("grantor_key")))
      }
    }
    return wraps
  }

  /// An agency's wraps on a basis that are held back, or that work.
  static func wraps(
    _ subject: RecordSubject, recipient: AgencyID, basis: String, held: Bool, _ transaction: any ReadTransaction
  ) throws -> [(kind: String, sealed: [UInt8])] {
    try transaction.rows(
      """
      SELECT w.data_kind, w.sealed, w.boxed, e.secret FROM record_key_wraps w
      LEFT JOIN record_erasure_keys e ON e.subject = w.subject
      WHERE w.subject = ? AND w.recipient = ? AND w.basis = ? AND w.held = ?
      """, subject.description, recipient, basis, held
    ).compactMap { row in
      let kind: String = try row.get("data_kind")
      return try unboxed(row, subject.description, kind, recipient, basis).map { (kind, $0) }
    }
  }

  /// Holds one wrap back, boxed, or lets it work again, as it was sealed. One that is so already stays as it is.
  static func setHeld(
    _ held: Bool, _ subject: RecordSubject, _ kind: String, recipient: AgencyID, basis: String, sealed: [UInt8],
    _ transaction: any WriteTransaction
  ) throws {
    let sealed = try boxed(sealed, subject.description, kind, recipient, basis, transaction)
    try transaction.execute(
      """
      UPDATE record_key_wraps SET held = ?, sealed = ?, boxed = 1
      WHERE subject = ? AND data_kind = ? AND recipient = ? AND basis = ? AND held = ?
      """, held, sealed, subject.description, kind, recipient, basis, !held)
  }

  /// What other agencies hold of a subject.
  struct Share {
    var kind: String
    var recipient: AgencyID
    var basis: String
    var until: Moment?
    var held: Bool
  }

  static func shares(of subject: RecordSubject, _ transaction: any ReadTransaction) throws -> [Share] {
    try transaction.rows(
      """
      SELECT data_kind, recipient, basis, expires_at, held FROM record_key_wraps WHERE subject = ? AND basis <> ''
      ORDER BY data_kind, recipient, basis
      """, subject.description
    ).map { row in
      Share(
        kind: try row.get("data_kind"), recipient: try row.get("recipient"), basis: try row.get("basis"),
        until: try row.optional("expires_at"), held: try row.get("held"))
    }
  }

  static func delete(
    _ subject: RecordSubject, _ kind: String, recipient: AgencyID, basis: String, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "DELETE FROM record_key_wraps WHERE subject = ? AND data_kind = ? AND recipient = ? AND basis = ?",
      subject.description, kind, recipient, basis)
  }

  /// The kinds of data of a subject that an agency has a wrap of its own for, resting on no basis.
  static func ownKinds(_ subject: RecordSubject, of agency: AgencyID, _ transaction: any ReadTransaction) throws
    -> [String]
  {
    try transaction.rows(
      "SELECT data_kind FROM record_key_wraps WHERE subject = ? AND recipient = ? AND basis = '' ORDER BY data_kind",
      subject.description, agency
    ).map { try $0.get("data_kind") }
  }

  static func deleteOwn(_ subject: RecordSubject, _ kind: String, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "DELETE FROM record_key_wraps WHERE subject = ? AND data_kind = ? AND basis = ''", subject.description, kind)
  }

  static func delete(
    _ subject: RecordSubject, recipient: AgencyID?, basis: String, _ transaction: any WriteTransaction
  ) throws {
    if let recipient {
      try transaction.execute(
        "DELETE FROM record_key_wraps WHERE subject = ? AND basis = ? AND recipient = ?", subject.description, basis,
        recipient)
    } else {
      try transaction.execute(
        "DELETE FROM record_key_wraps WHERE subject = ? AND basis = ?", subject.description, basis)
    }
  }

  static func deleteAll(_ subject: RecordSubject, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM record_key_wraps WHERE subject = ?", subject.description)
    try ErasureKeyRecords.destroy(subject.description, transaction)
  }
}
