import Basics
import Records

/// The queries about drafts of referrals, the only ones. They lie apart from what was sent: no list, count, clock or
/// figure of referrals can come upon one.
enum ReferralDraftRecords {
  static func draft(_ id: ReferralID, _ transaction: any ReadTransaction) throws -> ReferralDraft? {
    try transaction.row("SELECT * FROM referral_drafts WHERE id = ?", id).map(draft)
  }

  static func words(_ id: ReferralID, _ transaction: any ReadTransaction) throws -> [UInt8]? {
    try transaction.value([UInt8].self, "SELECT words FROM referral_drafts WHERE id = ?", id)
  }

  static func insert(_ draft: ReferralDraft, words: [UInt8], _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO referral_drafts (id, case_id, agency, member, to_agency, need, purpose, urgency, words, saved_at, state,
        revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, draft.id, draft.caseID, draft.agency, draft.member, draft.codes.to, draft.codes.need, draft.codes.purpose,
      draft.codes.urgency, words, draft.savedAt, draft.state, draft.revision)
  }

  /// - Returns: false when somebody else came first.
  static func update(
    _ draft: ReferralDraft, words: [UInt8], from revision: Int, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      UPDATE referral_drafts SET member = ?, to_agency = ?, need = ?, purpose = ?, urgency = ?, words = ?, saved_at = ?,
        state = ?, revision = ? WHERE id = ? AND revision = ?
      """, draft.member, draft.codes.to, draft.codes.need, draft.codes.purpose, draft.codes.urgency, words,
      draft.savedAt, draft.state, draft.revision, draft.id, revision) == 1
  }

  static func delete(_ id: ReferralID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM referral_drafts WHERE id = ?", id)
  }

  /// What an agency is writing, what was kept last first.
  static func open(_ agency: AgencyID, _ transaction: any ReadTransaction) throws -> [ReferralDraft] {
    try transaction.rows(
      "SELECT * FROM referral_drafts WHERE agency = ? AND state = 'draft' ORDER BY saved_at DESC, id LIMIT 200", agency
    ).map(draft)
  }

  static func of(_ id: CaseID, _ transaction: any ReadTransaction) throws -> [ReferralDraft] {
    try transaction.rows("SELECT * FROM referral_drafts WHERE case_id = ? ORDER BY saved_at DESC, id", id).map(draft)
  }

  private static func draft(_ row: Row) throws -> ReferralDraft {
    ReferralDraft(
      id: try row.get("id"), caseID: try row.get("case_id"), agency: try row.get("agency"),
      member: try row.get("member"),
      codes: ReferralDraft.Codes(
        to: try row.optional("to_agency"), need: try row.get("need"), purpose: try row.get("purpose"),
        urgency: try row.get("urgency")),
      savedAt: try row.get("saved_at"), state: try row.get("state"), revision: try row.get("revision"))
  }
}
