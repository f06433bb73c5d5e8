import Accounts
import Basics
import Records

/// The queries about transfers, the only ones.
enum TransferRecords {
  static func insert(_ transfer: CaseTransfer, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO case_transfers (id, case_id, kind, state, owner, owner_name, other, other_name, consent, until_at,
        made_by, made_at, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, transfer.id, transfer.caseID, transfer.kind, transfer.state, transfer.owner.agency, transfer.owner.name,
      transfer.other.agency, transfer.other.name, transfer.consent, transfer.until, transfer.madeBy, transfer.madeAt,
      transfer.revision)
  }

  /// - Returns: false when somebody else came first.
  static func update(_ transfer: CaseTransfer, from revision: Int, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute(
      """
      UPDATE case_transfers SET state = ?, consent = ?, until_at = ?, reason = ?, answered_by = ?, answered_at = ?,
        ended_at = ?, revision = ? WHERE id = ? AND revision = ?
      """, transfer.state, transfer.consent, transfer.until, transfer.reason, transfer.answeredBy,
      transfer.answeredAt, transfer.endedAt, transfer.revision, transfer.id, revision) == 1
  }

  static func setOwner(_ transfer: CaseTransfer, from revision: Int, _ transaction: any WriteTransaction) throws -> Bool
  {
    try transaction.execute(
      "UPDATE case_transfers SET owner = ?, owner_name = ?, revision = ? WHERE id = ? AND revision = ?",
      transfer.owner.agency, transfer.owner.name, transfer.revision, transfer.id, revision) == 1
  }

  /// - Parameter tenant: the name that the word's address is bound to.
  static func setWord(
    _ word: [UInt8]?, tenant: AgencyID, of id: CaseTransferID, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute("UPDATE case_transfers SET word = ?, tenant = ? WHERE id = ?", word, tenant, id)
  }

  static func word(_ id: CaseTransferID, _ transaction: any ReadTransaction) throws -> (
    word: [UInt8], tenant: AgencyID
  )? {
    guard let row = try transaction.row("SELECT word, tenant FROM case_transfers WHERE id = ?", id),
      let word: [UInt8] = try row.optional("word"), let tenant: AgencyID = try row.optional("tenant")
    else { return nil }
    return (word, tenant)
  }

  static func transfer(_ id: CaseTransferID, _ transaction: any ReadTransaction) throws -> CaseTransfer? {
    try transaction.row("SELECT * FROM case_transfers WHERE id = ?", id).map(transfer)
  }

  /// All of a case, the newest first.
  static func of(_ id: CaseID, _ transaction: any ReadTransaction) throws -> [CaseTransfer] {
    try transaction.rows("SELECT * FROM case_transfers WHERE case_id = ? ORDER BY made_at DESC, id", id).map(transfer)
  }

  /// What an agency has a part in: what waits first, then what is held jointly, then what has ended.
  static func of(_ agency: AgencyID, limit: Int, _ transaction: any ReadTransaction) throws -> [CaseTransfer] {
    try transaction.rows(
      """
      SELECT * FROM case_transfers WHERE owner = ? OR other = ?
      ORDER BY CASE WHEN state IN ('requested', 'offered') THEN 0 WHEN state = 'accepted' AND kind = 'joint' THEN 1
        ELSE 2 END, made_at DESC, id LIMIT ?
      """, agency, agency, limit
    ).map(transfer)
  }

  private static func transfer(_ row: Row) throws -> CaseTransfer {
    CaseTransfer(
      id: try row.get("id"), caseID: try row.get("case_id"), kind: try row.get("kind"), state: try row.get("state"),
      owner: .init(agency: try row.get("owner"), name: try row.get("owner_name")),
      other: .init(agency: try row.get("other"), name: try row.get("other_name")),
      consent: try row.optional("consent"), until: try row.optional("until_at"), reason: try row.optional("reason"),
      madeBy: try row.get("made_by"), madeAt: try row.get("made_at"), answeredBy: try row.optional("answered_by"),
      answeredAt: try row.optional("answered_at"), endedAt: try row.optional("ended_at"),
      revision: try row.get("revision"))
  }

  // MARK: The change of hands

  /// Whether something of the former owner's waits that can't be taken along.
  static func hasUnfinished(_ id: CaseID, _ transaction: any ReadTransaction) throws -> Bool {
    for sql in [
      "SELECT 1 AS found FROM case_closing_proposals WHERE case_id = ? AND answer IS NULL LIMIT 1",
      "SELECT 1 AS found FROM data_requests WHERE case_id = ? AND answer IS NULL LIMIT 1",
      "SELECT 1 AS found FROM case_erasures WHERE case_id = ? AND outcome IS NULL LIMIT 1",
    ] where try transaction.row(sql, id) != nil { return true }
    return false
  }

  /// The rows that say whose a case is. What was done keeps the name of who did it.
  static func changeHands(
    _ summary: CaseSummary, to agency: AgencyID, by member: MemberID, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    let id = summary.id
    guard
      try transaction.execute(
        """
        UPDATE cases SET agency = ?, origin = COALESCE(origin, agency), opened_by = ?, revision = revision + 1
        WHERE id = ? AND agency = ? AND status = 'open'
        """, agency, member, id, summary.agency) == 1
    else { return false }
    try transaction.execute(
      "UPDATE persons SET agency = ?, origin = COALESCE(origin, agency) WHERE id = ?", agency, summary.person)
    try transaction.execute("UPDATE case_assessments SET agency = ? WHERE case_id = ?", agency, id)
    try transaction.execute("UPDATE person_receipts SET agency = ? WHERE case_id = ?", agency, id)
    // Links lead to other cases of the former owner.
    try transaction.execute(
      "UPDATE case_links SET ended_by = ?, ended_at = ? WHERE (one = ? OR other = ?) AND ended_at IS NULL", member, now,
      id, id)
    // Whoever takes it over sees to what is due.
    try transaction.execute(
      "UPDATE case_actions SET responsible = ? WHERE case_id = ? AND done_day IS NULL", member, id)
    try TaskRecords.refresh(id, transaction)
    try transaction.execute("UPDATE case_tasks SET member = ? WHERE case_id = ?", member, id)
    try FactRecords.refresh(id, transaction)
    return true
  }
}
