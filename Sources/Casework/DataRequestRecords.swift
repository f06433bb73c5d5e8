import Basics
import Records

/// The queries about requests of the person, and about restrictions.
enum DataRequestRecords {
  struct Sealed {
    var request: DataRequest
    var words: [UInt8]?
    /// Of the agency's key to which the words of a paper's request are sealed; others have the case's key.
    var epoch: Int?
    var reason: [UInt8]?
  }

  static func insert(
    _ request: DataRequest, agency: AgencyID, words: [UInt8]?, epoch: Int? = nil, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO data_requests (id, case_id, agency, kind, asked_day, due_day, words, epoch, by_paper, recorded_by,
        recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, request.id, request.caseID, agency, request.kind, request.askedOn, request.due, words, epoch,
      request.isByPaper, request.recordedBy, now)
    try TaskRecords.refresh(request.caseID, transaction)
  }

  /// How many that came by paper wait for an answer.
  static func openByPaper(of id: CaseID, _ transaction: any ReadTransaction) throws -> Int {
    try transaction.value(
      Int.self, "SELECT COUNT(*) FROM data_requests WHERE case_id = ? AND by_paper = 1 AND answer IS NULL", id) ?? 0
  }

  static func request(_ id: DataRequestID, agency: AgencyID, _ transaction: any ReadTransaction) throws -> Sealed? {
    try transaction.row(
      """
      SELECT r.*, c.code FROM data_requests r LEFT JOIN cases c ON c.id = r.case_id WHERE r.id = ? AND r.agency = ?
      """, id, agency
    ).map(sealed)
  }

  static func requests(of id: CaseID, _ transaction: any ReadTransaction) throws -> [Sealed] {
    try transaction.rows(
      """
      SELECT r.*, c.code FROM data_requests r LEFT JOIN cases c ON c.id = r.case_id WHERE r.case_id = ?
      ORDER BY r.recorded_at DESC, r.id
      """, id
    ).map(sealed)
  }

  /// Unanswered ones of an agency, the nearest term first.
  static func open(_ agency: AgencyID, limit: Int, _ transaction: any ReadTransaction) throws -> [DataRequest] {
    try transaction.rows(
      """
      SELECT r.*, c.code FROM data_requests r LEFT JOIN cases c ON c.id = r.case_id
      WHERE r.agency = ? AND r.answer IS NULL ORDER BY r.due_day, r.id LIMIT ?
      """, agency, limit
    ).map { try sealed($0).request }
  }

  private static func sealed(_ row: Row) throws -> Sealed {
    Sealed(
      request: DataRequest(
        id: try row.get("id"), caseID: try row.get("case_id"), code: try row.optional("code"),
        kind: try row.get("kind"), askedOn: try row.get("asked_day"), due: try row.get("due_day"),
        recordedBy: try row.get("recorded_by"), isByPaper: try row.get("by_paper"), answer: try row.optional("answer"),
        ground: try row.optional("ground"),
        answeredBy: try row.optional("answered_by"), answeredAt: try row.optional("answered_at")),
      words: try row.optional("words"), epoch: try row.optional("epoch"), reason: try row.optional("reason"))
  }

  /// Whether it was still open.
  static func answer(
    _ id: DataRequestID, of caseID: CaseID, _ answer: DataRequest.Reply, ground: DataRequest.Ground?, reason: [UInt8]?,
    by member: MemberID, at now: Moment, _ transaction: any WriteTransaction
  ) throws -> Bool {
    let isAnswered =
      try transaction.execute(
        """
        UPDATE data_requests SET answer = ?, ground = ?, reason = ?, answered_by = ?, answered_at = ?
        WHERE id = ? AND answer IS NULL
        """, answer, ground, reason, member, now, id) == 1
    if isAnswered { try TaskRecords.refresh(caseID, transaction) }
    return isAnswered
  }

  static func isErasureGranted(_ id: CaseID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row(
      """
      SELECT 1 AS found FROM data_requests WHERE case_id = ? AND kind = 'erase' AND answer = 'granted' LIMIT 1
      """, id) != nil
  }

  // MARK: Restrictions

  static func restrict(
    _ id: CaseID, agency: AgencyID, by member: MemberID, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO case_restrictions (case_id, agency, set_by, set_at) VALUES (?, ?, ?, ?)
      ON CONFLICT (case_id) DO NOTHING
      """, id, agency, member, now)
  }

  /// Whether there was one.
  static func liftRestriction(_ id: CaseID, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute("DELETE FROM case_restrictions WHERE case_id = ?", id) == 1
  }

  static func restricted(since id: CaseID, _ transaction: any ReadTransaction) throws -> Moment? {
    try transaction.row("SELECT set_at FROM case_restrictions WHERE case_id = ?", id)?.get("set_at")
  }
}
