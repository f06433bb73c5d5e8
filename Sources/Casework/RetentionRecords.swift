import Basics
import Records

/// The queries about holds, proposals and erasures.
enum RetentionRecords {
  // MARK: What runs out

  /// Closed cases in the order in which they were closed.
  /// - Parameter agency: of one agency only.
  static func closed(
    before moment: Moment, agency: AgencyID?, limit: Int, _ transaction: any ReadTransaction
  ) throws -> [CaseSummary] {
    let own = agency == nil ? "" : "agency = ? AND"
    let values: [any SQLBindable] = agency.map { [$0] } ?? []
    return try transaction.rows(
      """
      SELECT * FROM cases WHERE \(own) closed_at IS NOT NULL AND closed_at < ? ORDER BY closed_at, id LIMIT ?
      """, values + [moment, limit]
    ).map(CaseRecords.summary)
  }

  static func held(_ ids: [CaseID], _ transaction: any ReadTransaction) throws -> Set<CaseID> {
    guard !ids.isEmpty else { return [] }
    return try Set(
      transaction.rows(
        "SELECT case_id FROM case_holds WHERE lifted_at IS NULL AND case_id IN (\(CaseRecords.marks(ids.count)))", ids
      ).map { try $0.get("case_id") })
  }

  static func proposed(_ ids: [CaseID], _ transaction: any ReadTransaction) throws -> Set<CaseID> {
    guard !ids.isEmpty else { return [] }
    return try Set(
      transaction.rows(
        "SELECT case_id FROM case_erasures WHERE outcome IS NULL AND case_id IN (\(CaseRecords.marks(ids.count)))", ids
      ).map { try $0.get("case_id") })
  }

  // MARK: Holds

  struct SealedHold {
    var hold: CaseHold
    var reason: [UInt8]
    var liftReason: [UInt8]?
  }

  static func insert(_ hold: CaseHold, agency: AgencyID, reason: [UInt8], _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO case_holds (id, case_id, agency, reason, placed_by, placed_at) VALUES (?, ?, ?, ?, ?, ?)", hold.id,
      hold.caseID, agency, reason, hold.placedBy, hold.placedAt)
  }

  /// The newest first.
  static func holds(of id: CaseID, _ transaction: any ReadTransaction) throws -> [SealedHold] {
    try transaction.rows("SELECT * FROM case_holds WHERE case_id = ? ORDER BY placed_at DESC, id DESC", id).map { row in
      SealedHold(
        hold: CaseHold(
          id: try row.get("id"), caseID: try row.get("case_id"), placedBy: try row.get("placed_by"),
          placedAt: try row.get("placed_at"), liftedBy: try row.optional("lifted_by"),
          liftedAt: try row.optional("lifted_at")), reason: try row.get("reason"),
        liftReason: try row.optional("lift_reason"))
    }
  }

  /// Whether it still held.
  static func lift(
    _ id: HoldID, of caseID: CaseID, reason: [UInt8], by member: MemberID, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      UPDATE case_holds SET lifted_by = ?, lifted_at = ?, lift_reason = ?
      WHERE id = ? AND case_id = ? AND lifted_at IS NULL
      """, member, now, reason, id, caseID) == 1
  }

  // MARK: Proposals

  static func insert(_ erasure: CaseErasure, agency: AgencyID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO case_erasures (id, case_id, agency, ground, schedule, proposed_by, proposed_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """, erasure.id, erasure.caseID, agency, erasure.ground, erasure.schedule, erasure.proposedBy, erasure.proposedAt)
  }

  static func erasure(_ id: ErasureID, agency: AgencyID, _ transaction: any ReadTransaction) throws -> CaseErasure? {
    try transaction.row(
      """
      SELECT e.*, c.code FROM case_erasures e LEFT JOIN cases c ON c.id = e.case_id WHERE e.id = ? AND e.agency = ?
      """, id, agency
    ).map(erasure)
  }

  /// The newest first.
  static func erasures(of agency: AgencyID, waiting: Bool, limit: Int, _ transaction: any ReadTransaction) throws
    -> [CaseErasure]
  {
    try transaction.rows(
      """
      SELECT e.*, c.code FROM case_erasures e LEFT JOIN cases c ON c.id = e.case_id
      WHERE e.agency = ? AND e.outcome IS \(waiting ? "NULL" : "NOT NULL") ORDER BY e.proposed_at DESC, e.id LIMIT ?
      """, agency, limit
    ).map(erasure)
  }

  private static func erasure(_ row: Row) throws -> CaseErasure {
    CaseErasure(
      id: try row.get("id"), caseID: try row.get("case_id"), code: try row.optional("code"),
      ground: try row.get("ground"), schedule: try row.optional("schedule"), proposedBy: try row.get("proposed_by"),
      proposedAt: try row.get("proposed_at"), decidedBy: try row.optional("decided_by"),
      decidedAt: try row.optional("decided_at"), outcome: try row.optional("outcome"))
  }

  /// Whether it still waited.
  static func decide(
    _ id: ErasureID, _ outcome: ErasureOutcome, by member: MemberID, at now: Moment, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "UPDATE case_erasures SET outcome = ?, decided_by = ?, decided_at = ? WHERE id = ? AND outcome IS NULL", outcome,
      member, now, id) == 1
  }

  // MARK: Erasing

  /// How many cases agree with one in all codes, and without form and sex; what was kept of others counts.
  static func alike(_ summary: CaseSummary, _ transaction: any ReadTransaction) throws -> (all: Int, coarse: Int) {
    let facts = summary.facts
    var counts = (all: 0, coarse: 0)
    for table in ["cases", "kept_case_facts"] {
      let rows = try transaction.rows(
        """
        SELECT form, sex, COUNT(*) AS number FROM \(table)
        WHERE month = ? AND province = ? AND agency = ? AND status = ? AND kind = ? AND age_band = ? GROUP BY form, sex
        """, summary.month, facts.province, summary.agency, summary.status, facts.kind, facts.ageBand)
      for row in rows {
        let number: Int = try row.get("number")
        counts.coarse += number
        if try row.optional("form", as: String.self) == facts.form,
          try row.optional("sex", as: String.self) == facts.sex
        {
          counts.all += number
        }
      }
    }
    return counts
  }

  static func keep(_ facts: CaseFacts, of summary: CaseSummary, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO kept_case_facts (agency, status, month, kind, province, form, age_band, sex)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """, summary.agency, summary.status, summary.month, facts.kind, facts.province, facts.form, facts.ageBand,
      facts.sex)
  }

  /// Deletes the sealed words of what outlives the case.
  static func forgetWords(of id: CaseID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE data_requests SET words = NULL, reason = NULL WHERE case_id = ?", id)
    try transaction.execute("UPDATE emergency_openings SET reason = NULL, words = NULL WHERE case_id = ?", id)
  }

  static func hasOtherCases(_ person: PersonID, than id: CaseID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS found FROM cases WHERE person = ? AND id <> ? LIMIT 1", person, id) != nil
  }

  static func summaries(_ ids: [CaseID], _ transaction: any ReadTransaction) throws -> [CaseSummary] {
    guard !ids.isEmpty else { return [] }
    return try transaction.rows("SELECT * FROM cases WHERE id IN (\(CaseRecords.marks(ids.count)))", ids)
      .map(CaseRecords.summary)
  }
}
