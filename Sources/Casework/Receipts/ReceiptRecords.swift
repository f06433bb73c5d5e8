import Basics
import Records

/// The queries about receipts and looks by receipt.
enum ReceiptRecords {
  // MARK: Receipts

  static func insert(
    _ receipt: Receipt, tag: [UInt8], verifier: [UInt8], _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO person_receipts (id, case_id, agency, code_tag, word_verifier, made_by, made_at, expires_at,
        wrong_words) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)
      """, receipt.id, receipt.caseID, receipt.agency, tag, verifier, receipt.madeBy, receipt.madeAt,
      receipt.expiresAt)
  }

  static func receipt(tag: [UInt8], _ transaction: any ReadTransaction) throws -> (Receipt, verifier: [UInt8])? {
    try transaction.row("SELECT * FROM person_receipts WHERE code_tag = ?", tag).map {
      (try receipt($0), try $0.get("word_verifier"))
    }
  }

  /// The newest of a case.
  static func newest(of id: CaseID, _ transaction: any ReadTransaction) throws -> Receipt? {
    try transaction.row(
      "SELECT * FROM person_receipts WHERE case_id = ? ORDER BY made_at DESC, id DESC LIMIT 1", id
    ).map(receipt)
  }

  static func setWrongWords(_ id: ReceiptID, _ count: Int, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE person_receipts SET wrong_words = ? WHERE id = ?", count, id)
  }

  /// Ends those of a case that still work, and every look by them.
  static func end(of id: CaseID, at now: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      DELETE FROM person_receipt_sessions WHERE receipt IN (SELECT id FROM person_receipts WHERE case_id = ?)
      """, id)
    try transaction.execute(
      "UPDATE person_receipts SET ended_at = ? WHERE case_id = ? AND ended_at IS NULL", now, id)
  }

  private static func receipt(_ row: Row) throws -> Receipt {
    Receipt(
      id: try row.get("id"), caseID: try row.get("case_id"), agency: try row.get("agency"),
      madeBy: try row.get("made_by"), madeAt: try row.get("made_at"), expiresAt: try row.get("expires_at"),
      endedAt: try row.optional("ended_at"), wrongWords: try row.get("wrong_words"))
  }

  // MARK: Looks

  static func insertSession(
    _ hash: [UInt8], _ receipt: ReceiptID, until: Moment, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute("DELETE FROM person_receipt_sessions WHERE expires_at <= ?", now)
    try transaction.execute(
      "INSERT INTO person_receipt_sessions (token_hash, receipt, expires_at) VALUES (?, ?, ?)", hash, receipt, until)
  }

  static func receipt(session hash: [UInt8], at now: Moment, _ transaction: any ReadTransaction) throws -> Receipt? {
    try transaction.row(
      """
      SELECT r.* FROM person_receipt_sessions s JOIN person_receipts r ON r.id = s.receipt
      WHERE s.token_hash = ? AND s.expires_at > ?
      """, hash, now
    ).map(receipt).flatMap { $0.works(at: now) ? $0 : nil }
  }

  /// Whether there was one.
  static func deleteSession(_ hash: [UInt8], _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute("DELETE FROM person_receipt_sessions WHERE token_hash = ?", hash) == 1
  }

  // MARK: What is held

  /// The kinds of which something was written, and how many files there are.
  static func held(_ summary: CaseSummary, _ transaction: any ReadTransaction) throws -> (Set<DataKind>, files: Int) {
    var held = Set(try ContentRecords.contents(summary, transaction).keys)
    func add(_ kind: DataKind, _ table: String) throws {
      if try transaction.row("SELECT 1 AS found FROM \(table) WHERE case_id = ? LIMIT 1", summary.id) != nil {
        held.insert(kind)
      }
    }
    try add(.exploitation, "case_exploitation_events")
    try add(.exploitation, "case_perpetrators")
    try add(.needs, "case_services")
    try add(.plan, "case_goals")
    try add(.narrative, "case_follow_ups")
    for row in try transaction.rows("SELECT DISTINCT kind FROM case_assessments WHERE case_id = ?", summary.id) {
      held.insert(try row.get("kind", as: String.self) == "needs" ? .needs : .safety)
    }
    let files = try transaction.rows(
      "SELECT kind, COUNT(*) AS number FROM case_attachments WHERE case_id = ? GROUP BY kind", summary.id)
    for row in files { held.insert(try row.get("kind")) }
    return (held, try files.reduce(0) { try $0 + $1.get("number", as: Int.self) })
  }
}
