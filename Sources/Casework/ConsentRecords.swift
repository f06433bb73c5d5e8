import Basics
import Records

/// The queries about consents and other bases.
enum ConsentRecords {
  static func insert(_ consent: Consent, document: [UInt8]?, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO consents (id, case_id, agency, basis, purpose, recipient, kinds, until, decided_by, language,
        interpreter, read_aloud, witness, wall_named, document, given_at, given_by)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, consent.id, consent.caseID, consent.agency, consent.basis, consent.purpose, consent.recipient,
      consent.kinds.sorted().map(\.rawValue).joined(separator: ","), consent.until, consent.decidedBy,
      consent.language, consent.interpreter, consent.readAloud, consent.witness, consent.namesWall, document,
      consent.givenAt, consent.givenBy)
  }

  static func consent(_ id: ConsentID, _ transaction: any ReadTransaction) throws -> Consent? {
    try transaction.row("SELECT * FROM consents WHERE id = ?", id).map(consent)
  }

  /// The newest first.
  static func consents(of id: CaseID, _ transaction: any ReadTransaction) throws -> [Consent] {
    try transaction.rows("SELECT * FROM consents WHERE case_id = ? ORDER BY given_at DESC, id DESC", id).map(consent)
  }

  static func documents(of id: CaseID, _ transaction: any ReadTransaction) throws -> [ConsentID: [UInt8]] {
    try transaction.rows("SELECT id, document FROM consents WHERE case_id = ? AND document IS NOT NULL", id)
      .reduce(into: [:]) { $0[try $1.get("id")] = try $1.get("document", as: [UInt8].self) }
  }

  /// Whether it was not withdrawn before.
  /// - Parameter member: `nil` when the person did it by receipt.
  static func withdraw(_ id: ConsentID, by member: MemberID? = nil, at now: Moment, _ transaction: any WriteTransaction)
    throws
    -> Bool
  {
    try transaction.execute(
      "UPDATE consents SET withdrawn_at = ?, withdrawn_by = ? WHERE id = ? AND withdrawn_at IS NULL", now, member, id)
      == 1
  }

  private static func consent(_ row: Row) throws -> Consent {
    let kinds: String = try row.get("kinds")
    return Consent(
      id: try row.get("id"), caseID: try row.get("case_id"), agency: try row.get("agency"),
      basis: try row.get("basis"), purpose: try row.get("purpose"), recipient: try row.get("recipient"),
      kinds: Set(kinds.split(separator: ",").compactMap { DataKind(rawValue: String($0)) }),
      until: try row.optional("until"), decidedBy: try row.optional("decided_by"),
      language: try row.optional("language"), interpreter: try row.get("interpreter"),
      readAloud: try row.get("read_aloud"), witness: try row.get("witness"),
      namesWall: try row.get("wall_named"), givenAt: try row.get("given_at"),
      givenBy: try row.get("given_by"), withdrawnAt: try row.optional("withdrawn_at"))
  }
}
