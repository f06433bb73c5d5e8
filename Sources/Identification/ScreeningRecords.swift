import Basics
import Records

/// The queries about screenings. Each names the agency whose rows it may see.
enum ScreeningRecords {
  private static let columns = """
    s.*, (SELECT COALESCE(SUM(p.answered), 0) FROM screening_parts p WHERE p.screening = s.id) AS answered
    """

  static func insert(_ screening: Screening, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO screenings (id, agency, member, province, age_group, sex, exploitation, interpreter, questions,
        instrument, instrument_version, status, begun_at, touched_at, first_screening)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, screening.id, screening.agency, screening.member, screening.province, screening.ageGroup, screening.sex,
      screening.exploitation, screening.interpreter, screening.questions, screening.instrument,
      screening.instrumentVersion, screening.status, screening.begunAt, screening.touchedAt, screening.first)
  }

  /// The screenings of the same person, this one too, newest first.
  static func related(_ screening: Screening, _ transaction: any ReadTransaction) throws -> [Screening] {
    let first = screening.first ?? screening.id
    return try transaction.rows(
      """
      SELECT \(columns) FROM screenings s
      WHERE s.agency = ? AND (s.id = ? OR s.first_screening = ? OR s.attached_case = ?)
      ORDER BY s.begun_at DESC, s.id LIMIT 50
      """, screening.agency, first, first, screening.attachedCase
    ).map(self.screening)
  }

  static func screening(_ id: ScreeningID, agency: AgencyID, _ transaction: any ReadTransaction) throws -> Screening? {
    try transaction.row("SELECT \(columns) FROM screenings s WHERE s.id = ? AND s.agency = ?", id, agency)
      .map(screening)
  }

  static func counts(since: Moment, unfinished: Moment, _ transaction: any ReadTransaction) throws -> [ScreeningFact] {
    try transaction.rows(
      """
      SELECT agency, province, has_result, COUNT(*) AS number FROM (
        SELECT agency, province,
          CASE WHEN outcome IN ('indicators_found', 'indicators_not_found') OR decision <> 'needs_more_information' THEN 1 ELSE 0 END
            AS has_result
        FROM screenings WHERE begun_at >= ? AND status <> 'safety_stopped'
          AND (status IN ('finished', 'decided') OR begun_at < ?)) AS judged
      GROUP BY agency, province, has_result ORDER BY agency, province, has_result
      """, since, unfinished
    ).map { row in
      ScreeningFact(
        agency: try row.get("agency"), province: try row.get("province"), hasResult: try row.get("has_result"),
        count: try row.get("number"))
    }
  }

  /// Whether any agency has a screening of this name.
  static func exists(_ id: ScreeningID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS found FROM screenings WHERE id = ?", id) != nil
  }

  /// Dangers first, the oldest of them at the top; then the newest screenings.
  static func list(_ filter: ScreeningFilter, agency: AgencyID, member: MemberID?, _ transaction: any ReadTransaction)
    throws -> [Screening]
  {
    var (conditions, values): ([String], [any SQLBindable]) = (["s.agency = ?"], [agency])
    if let member {
      conditions.append("s.member = ?")
      values.append(member)
    }
    if !filter.statuses.isEmpty {
      let statuses = filter.statuses.sorted { $0.rawValue < $1.rawValue }
      conditions.append("s.status IN (\(statuses.map { _ in "?" }.joined(separator: ", ")))")
      values += statuses as [any SQLBindable]
    }
    if filter.onlyDangers { conditions.append("s.danger_since IS NOT NULL") }
    if filter.onlyUnattached { conditions.append("s.attached_case IS NULL") }
    if filter.awaitsReview {
      let formal = Decision.Kind.allCases.filter(\.isFormal)
      conditions.append("s.decision NOT IN (\(formal.map { _ in "?" }.joined(separator: ", ")))")
      values += formal as [any SQLBindable]
      conditions.append("s.review IS NULL")
    }
    if filter.onlyAppeals { conditions.append("s.appeal_since IS NOT NULL") }
    if filter.onlyAskedForMore {
      conditions.append("s.review = ?")
      values.append(Review.Verdict.asksMore)
    }
    if filter.onClock {
      let ended = Decision.Kind.allCases.filter { $0.isFormal || $0 == .notPresumedNow }
      conditions.append("s.clock_since IS NOT NULL")
      conditions.append("s.decision NOT IN (\(ended.map { _ in "?" }.joined(separator: ", ")))")
      values += ended as [any SQLBindable]
    }
    // With a clock, the oldest first: it is due first.
    let order = filter.onClock ? "s.clock_since" : "s.begun_at DESC"
    return try transaction.rows(
      """
      SELECT \(columns) FROM screenings s WHERE \(conditions.joined(separator: " AND "))
      ORDER BY CASE WHEN s.danger_since IS NULL THEN 1 ELSE 0 END, s.danger_since, \(order), s.id
      LIMIT ? OFFSET ?
      """, values + [filter.limit, filter.offset]
    ).map(screening)
  }

  private static func screening(_ row: Row) throws -> Screening {
    Screening(
      id: try row.get("id"), agency: try row.get("agency"), member: try row.get("member"),
      province: try row.get("province"), ageGroup: try row.get("age_group"), sex: try row.optional("sex"),
      exploitation: try row.optional("exploitation"), interpreter: try row.get("interpreter"),
      questions: try row.get("questions"), instrument: try row.get("instrument"),
      instrumentVersion: try row.get("instrument_version"), status: try row.get("status"),
      begunAt: try row.get("begun_at"), touchedAt: try row.get("touched_at"),
      finishedAt: try row.optional("finished_at"), decidedAt: try row.optional("decided_at"),
      outcome: try row.optional("outcome"), pattern: try row.optional("pattern"),
      decision: try row.optional("decision"), dangerSince: try row.optional("danger_since"),
      attachedCase: try row.optional("attached_case"), answered: try row.get("answered"),
      first: try row.optional("first_screening"), secondsSpent: try row.get("seconds_spent"),
      review: try row.optional("review"), appealSince: try row.optional("appeal_since"),
      clockSince: try row.optional("clock_since"), isDecisionReceived: try row.get("decision_received"))
  }

  /// Stores the codes and states of a screening that may change.
  ///
  /// - Parameter status: the state it was loaded in; another one by now changes nothing.
  /// - Returns: whether the row was changed.
  static func update(_ screening: Screening, from status: Screening.Status, _ transaction: any WriteTransaction) throws
    -> Bool
  {
    try transaction.execute(
      """
      UPDATE screenings SET province = ?, age_group = ?, sex = ?, exploitation = ?, interpreter = ?, questions = ?,
        instrument = ?, instrument_version = ?, status = ?, touched_at = ?, finished_at = ?, decided_at = ?,
        outcome = ?, pattern = ?, decision = ?, danger_since = ?, member = ?, seconds_spent = ?, review = ?,
        appeal_since = ?, clock_since = ?, decision_received = ?
      WHERE id = ? AND agency = ? AND status = ?
      """, screening.province, screening.ageGroup, screening.sex, screening.exploitation, screening.interpreter,
      screening.questions, screening.instrument, screening.instrumentVersion, screening.status, screening.touchedAt,
      screening.finishedAt, screening.decidedAt, screening.outcome, screening.pattern, screening.decision,
      screening.dangerSince, screening.member, screening.secondsSpent, screening.review, screening.appealSince,
      screening.clockSince, screening.isDecisionReceived, screening.id, screening.agency, status) == 1
  }

  static func attach(
    _ id: ScreeningID, agency: AgencyID, to caseID: CaseID, at now: Moment, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      UPDATE screenings SET attached_case = ?, attached_at = ? WHERE id = ? AND agency = ? AND attached_case IS NULL
      """, caseID, now, id, agency) == 1
  }

  // MARK: Parts

  struct Part {
    var revision: Int
    var content: [UInt8]
  }

  static func parts(_ id: ScreeningID, _ transaction: any ReadTransaction) throws -> [String: Part] {
    try transaction.rows("SELECT part, revision, content FROM screening_parts WHERE screening = ?", id).reduce(
      into: [:]
    ) { $0[try $1.get("part")] = Part(revision: try $1.get("revision"), content: try $1.get("content")) }
  }

  /// - Returns: whether the part still had the revision before this one.
  static func save(
    _ id: ScreeningID, part: String, _ content: Part, answered: Int, at now: Moment, _ transaction: any WriteTransaction
  ) throws -> Bool {
    if content.revision == 1 {
      return try transaction.execute(
        """
        INSERT INTO screening_parts (screening, part, revision, answered, content, saved_at) VALUES (?, ?, 1, ?, ?, ?)
        ON CONFLICT (screening, part) DO NOTHING
        """, id, part, answered, content.content, now) == 1
    }
    return try transaction.execute(
      """
      UPDATE screening_parts SET revision = ?, answered = ?, content = ?, saved_at = ?
      WHERE screening = ? AND part = ? AND revision = ?
      """, content.revision, answered, content.content, now, id, part, content.revision - 1) == 1
  }

  // MARK: Dangers

  struct SealedDanger {
    var reportedAt: Moment
    var reportedBy: MemberID
    var settledAt: Moment?
    var settledBy: MemberID?
    var reason: [UInt8]?
  }

  /// Oldest first.
  static func dangers(_ id: ScreeningID, _ transaction: any ReadTransaction) throws -> [SealedDanger] {
    try transaction.rows("SELECT * FROM screening_dangers WHERE screening = ? ORDER BY reported_at", id).map {
      SealedDanger(
        reportedAt: try $0.get("reported_at"), reportedBy: try $0.get("reported_by"),
        settledAt: try $0.optional("settled_at"), settledBy: try $0.optional("settled_by"),
        reason: try $0.optional("reason"))
    }
  }

  static func insertDanger(
    _ id: ScreeningID, by member: MemberID, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO screening_dangers (screening, reported_at, reported_by) VALUES (?, ?, ?)", id, now, member)
  }

  static func settleDanger(
    _ id: ScreeningID, since: Moment, by member: MemberID, reason: [UInt8], at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      UPDATE screening_dangers SET settled_at = ?, settled_by = ?, reason = ?
      WHERE screening = ? AND reported_at = ? AND settled_at IS NULL
      """, now, member, reason, id, since)
  }
}
