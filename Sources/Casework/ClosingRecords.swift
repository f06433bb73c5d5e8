import Basics
import Records

/// The queries about closings: proposals and their answers, closures, reopenings.
enum ClosingRecords {
  // MARK: Proposals

  static func caseID(of id: ClosingProposalID, _ transaction: any ReadTransaction) throws -> CaseID? {
    try transaction.value(CaseID.self, "SELECT case_id FROM case_closing_proposals WHERE id = ?", id)
  }

  /// Whether no other one waits.
  static func insert(
    _ proposal: ClosingProposal, of id: CaseID, agency: AgencyID, summary: [UInt8]?, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      INSERT INTO case_closing_proposals (id, case_id, agency, reason, summary, proposed_by, proposed_at)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """, proposal.id, id, agency, proposal.reason, summary, proposal.proposedBy, proposal.proposedAt) == 1
  }

  /// Whether it still waited.
  static func answer(
    _ id: ClosingProposalID, _ answer: ClosingProposal.Answer, words: [UInt8]?, by member: MemberID, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      UPDATE case_closing_proposals SET answer = ?, words = ?, answered_by = ?, answered_at = ?
      WHERE id = ? AND answer IS NULL
      """, answer, words, member, now, id) == 1
  }

  struct SealedProposal {
    var proposal: ClosingProposal
    var summary: [UInt8]?
    var words: [UInt8]?
  }

  /// The newest first.
  static func proposals(of id: CaseID, _ transaction: any ReadTransaction) throws -> [SealedProposal] {
    try transaction.rows(
      "SELECT * FROM case_closing_proposals WHERE case_id = ? ORDER BY proposed_at DESC, id DESC", id
    ).map { row in
      SealedProposal(
        proposal: ClosingProposal(
          id: try row.get("id"), reason: try row.get("reason"), proposedBy: try row.get("proposed_by"),
          proposedAt: try row.get("proposed_at"), answer: try row.optional("answer"),
          answeredBy: try row.optional("answered_by"), answeredAt: try row.optional("answered_at")),
        summary: try row.optional("summary"), words: try row.optional("words"))
    }
  }

  /// What waits for a supervisor of an agency, the oldest first.
  static func toAnswer(_ agency: AgencyID, limit: Int, _ transaction: any ReadTransaction) throws -> [ClosingToAnswer] {
    let proposals = try transaction.rows(
      """
      SELECT p.case_id, c.code, p.proposed_at AS since, p.proposed_by AS member
      FROM case_closing_proposals p JOIN cases c ON c.id = p.case_id WHERE p.agency = ? AND p.answer IS NULL
      ORDER BY p.proposed_at, p.id LIMIT ?
      """, agency, limit
    ).map { try toAnswer($0, isReopening: false) }
    let reopenings = try transaction.rows(
      """
      SELECT k.case_id, c.code, k.reopened_at AS since, k.reopened_by AS member
      FROM case_closures k JOIN cases c ON c.id = k.case_id WHERE c.agency = ? AND k.unconfirmed = 1
      ORDER BY k.reopened_at, k.case_id LIMIT ?
      """, agency, limit
    ).map { try toAnswer($0, isReopening: true) }
    return proposals + reopenings
  }

  private static func toAnswer(_ row: Row, isReopening: Bool) throws -> ClosingToAnswer {
    ClosingToAnswer(
      caseID: try row.get("case_id"), code: try row.get("code"), since: try row.get("since"),
      member: try row.get("member"), isReopening: isReopening)
  }

  // MARK: Closures

  struct SealedClosure {
    var closure: Closure
    /// Of closings of before; later ones have it in the proposal.
    var summary: [UInt8]?
    var reopenReason: [UInt8]?
  }

  /// The newest first.
  static func closures(of id: CaseID, _ transaction: any ReadTransaction) throws -> [SealedClosure] {
    try transaction.rows("SELECT * FROM case_closures WHERE case_id = ? ORDER BY number DESC", id).map { row in
      SealedClosure(
        closure: Closure(
          number: try row.get("number"), reason: try row.get("reason"), closedAt: try row.get("closed_at"),
          closedBy: try row.get("closed_by"), proposal: try row.optional("proposal"),
          reopenedAt: try row.optional("reopened_at"), reopenedBy: try row.optional("reopened_by"),
          isUnconfirmed: try row.get("unconfirmed"), confirmedBy: try row.optional("confirmed_by")),
        summary: try row.optional("summary"), reopenReason: try row.optional("reopen_reason"))
    }
  }

  /// Whether the case was still open.
  static func close(_ id: CaseID, _ closure: Closure, _ transaction: any WriteTransaction) throws -> Bool {
    guard
      try transaction.execute(
        "UPDATE cases SET status = 'closed', closed_at = ?, closure_reason = ? WHERE id = ? AND status = 'open'",
        closure.closedAt, closure.reason, id) == 1
    else { return false }
    try transaction.execute(
      "INSERT INTO case_closures (case_id, number, reason, closed_at, closed_by, proposal) VALUES (?, ?, ?, ?, ?, ?)",
      id, closure.number, closure.reason, closure.closedAt, closure.closedBy, closure.proposal)
    try FactRecords.refresh(id, transaction)
    return true
  }

  /// Whether the case was still closed.
  /// - Parameter isUnconfirmed: a supervisor has still to look at it.
  static func reopen(
    _ id: CaseID, by member: MemberID, reason: [UInt8]?, isUnconfirmed: Bool, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    guard
      try transaction.execute(
        "UPDATE cases SET status = 'open', closed_at = NULL, closure_reason = NULL WHERE id = ? AND status = 'closed'",
        id) == 1
    else { return false }
    try transaction.execute(
      """
      UPDATE case_closures SET reopened_at = ?, reopened_by = ?, reopen_reason = ?, unconfirmed = ?
      WHERE case_id = ? AND reopened_at IS NULL
      """, now, member, reason, isUnconfirmed, id)
    try FactRecords.refresh(id, transaction)
    return true
  }

  /// Whether a reopening still waited to be looked at.
  @discardableResult
  static func confirm(_ id: CaseID, by member: MemberID, at now: Moment, _ transaction: any WriteTransaction) throws
    -> Bool
  {
    try transaction.execute(
      """
      UPDATE case_closures SET unconfirmed = 0, confirmed_by = ?, confirmed_at = ?
      WHERE case_id = ? AND unconfirmed = 1
      """, member, now, id) > 0
  }

  /// What would be left undone, from the case's tasks. Looking again at something is not a thing left undone.
  static func leftOpen(of id: CaseID, _ transaction: any ReadTransaction) throws -> LeftOpen {
    let rows = try transaction.rows(
      "SELECT kind, COUNT(*) AS number FROM case_tasks WHERE case_id = ? GROUP BY kind", id)
    return LeftOpen(
      counts: try rows.reduce(into: [:]) { counts, row in
        let kind: CaseTask.Kind = try row.get("kind")
        // What the person asked about their data is answered after the closing as well.
        if !kind.isAssessment, kind != .personRequest { counts[kind] = try row.get("number", as: Int.self) }
      })
  }
}
