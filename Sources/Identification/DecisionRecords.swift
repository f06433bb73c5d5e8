import Basics
import Records

/// The queries about decisions on screenings: reviews, appeals, the clock, and through whose hands an interview went.
enum DecisionRecords {
  struct SealedDecision {
    var id: DecisionID
    var kind: Decision.Kind
    var member: MemberID
    var at: Moment
    var outcome: Outcome?
    var body: String?
    var decidedOn: CalendarDay?
    var receivedOn: CalendarDay?
    var document: [UInt8]?
    var reason: [UInt8]
  }

  static func insert(
    _ decision: SealedDecision, _ screening: Screening, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO screening_decisions (id, screening, agency, member, decision, outcome, decided_at, reason, body,
        decided_on, received_on, document)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, decision.id, screening.id, screening.agency, decision.member, decision.kind, decision.outcome, decision.at,
      decision.reason, decision.body, decision.decidedOn, decision.receivedOn, decision.document)
  }

  /// Oldest first.
  static func decisions(_ id: ScreeningID, _ transaction: any ReadTransaction) throws -> [SealedDecision] {
    try transaction.rows("SELECT * FROM screening_decisions WHERE screening = ? ORDER BY decided_at, id", id).map {
      SealedDecision(
        id: try $0.get("id"), kind: try $0.get("decision"), member: try $0.get("member"), at: try $0.get("decided_at"),
        outcome: try $0.optional("outcome"), body: try $0.optional("body"), decidedOn: try $0.optional("decided_on"),
        receivedOn: try $0.optional("received_on"), document: try $0.optional("document"),
        reason: try $0.get("reason"))
    }
  }

  static func decisionExists(_ id: DecisionID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS found FROM screening_decisions WHERE id = ?", id) != nil
  }

  // MARK: Reviews

  struct SealedReview {
    var id: ReviewID
    var verdict: Review.Verdict
    var member: MemberID
    var at: Moment
    var decision: DecisionID?
    var content: [UInt8]
  }

  static func insert(_ review: SealedReview, _ screening: Screening, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO screening_reviews (id, screening, agency, member, verdict, decision, reviewed_at, content)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """, review.id, screening.id, screening.agency, review.member, review.verdict, review.decision, review.at,
      review.content)
  }

  /// Oldest first.
  static func reviews(_ id: ScreeningID, _ transaction: any ReadTransaction) throws -> [SealedReview] {
    try transaction.rows("SELECT * FROM screening_reviews WHERE screening = ? ORDER BY reviewed_at, id", id).map {
      SealedReview(
        id: try $0.get("id"), verdict: try $0.get("verdict"), member: try $0.get("member"),
        at: try $0.get("reviewed_at"), decision: try $0.optional("decision"), content: try $0.get("content"))
    }
  }

  static func reviewExists(_ id: ReviewID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS found FROM screening_reviews WHERE id = ?", id) != nil
  }

  // MARK: Appeals

  struct SealedAppeal {
    var id: AppealID
    var decision: DecisionID
    var side: Appeal.Side
    var member: MemberID
    var at: Moment
    var grounds: [UInt8]
    var answeredAt: Moment?
    var answeredBy: MemberID?
    var stands: Bool?
    var answer: DecisionID?
    var reason: [UInt8]?
  }

  static func insert(_ appeal: SealedAppeal, _ screening: Screening, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO screening_appeals (id, screening, agency, decision, side, member, appealed_at, grounds)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """, appeal.id, screening.id, screening.agency, appeal.decision, appeal.side, appeal.member, appeal.at,
      appeal.grounds)
  }

  /// Answers an appeal that is open.
  /// - Returns: whether it still was.
  static func answer(
    _ id: AppealID, by member: MemberID, stands: Bool, with decision: DecisionID?, reason: [UInt8]?, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      UPDATE screening_appeals SET answered_at = ?, answered_by = ?, stands = ?, answer = ?, reason = ?
      WHERE id = ? AND answered_at IS NULL
      """, now, member, stands, decision, reason, id) == 1
  }

  /// Oldest first.
  static func appeals(_ id: ScreeningID, _ transaction: any ReadTransaction) throws -> [SealedAppeal] {
    try transaction.rows("SELECT * FROM screening_appeals WHERE screening = ? ORDER BY appealed_at, id", id).map {
      SealedAppeal(
        id: try $0.get("id"), decision: try $0.get("decision"), side: try $0.get("side"), member: try $0.get("member"),
        at: try $0.get("appealed_at"), grounds: try $0.get("grounds"), answeredAt: try $0.optional("answered_at"),
        answeredBy: try $0.optional("answered_by"), stands: try $0.optional("stands"),
        answer: try $0.optional("answer"), reason: try $0.optional("reason"))
    }
  }

  static func appealExists(_ id: AppealID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS found FROM screening_appeals WHERE id = ?", id) != nil
  }

  // MARK: The clock

  struct SealedClockEvent {
    var id: ClockEventID
    var screening: ScreeningID
    var move: DecisionClock.Move
    var member: MemberID
    var at: Moment
    var reason: [UInt8]

    /// Without its reason, which needs a key.
    var event: DecisionClock.Event { .init(move, at: at, by: member) }
  }

  static func insert(_ event: SealedClockEvent, _ screening: Screening, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO screening_clock (id, screening, agency, member, move, moved_at, reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
      event.id, screening.id, screening.agency, event.member, event.move, event.at, event.reason)
  }

  /// Oldest first.
  static func clock(_ ids: [ScreeningID], _ transaction: any ReadTransaction) throws -> [SealedClockEvent] {
    guard !ids.isEmpty else { return [] }
    let places = ids.map { _ in "?" }.joined(separator: ", ")
    return try transaction.rows(
      "SELECT * FROM screening_clock WHERE screening IN (\(places)) ORDER BY moved_at, id",
      ids.map { $0 as any SQLBindable }
    ).map {
      SealedClockEvent(
        id: try $0.get("id"), screening: try $0.get("screening"), move: try $0.get("move"),
        member: try $0.get("member"), at: try $0.get("moved_at"), reason: try $0.get("reason"))
    }
  }

  static func clockEventExists(_ id: ClockEventID, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS found FROM screening_clock WHERE id = ?", id) != nil
  }

  // MARK: Hands

  /// Keeps who conducted an interview before it was handed over.
  static func insertHand(
    _ id: ScreeningID, _ member: MemberID, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO screening_hands (screening, member, until) VALUES (?, ?, ?)
      ON CONFLICT (screening, member) DO UPDATE SET until = excluded.until
      """, id, member, now)
  }

  static func hands(_ id: ScreeningID, _ transaction: any ReadTransaction) throws -> Set<MemberID> {
    Set(try transaction.rows("SELECT member FROM screening_hands WHERE screening = ?", id).map { try $0.get("member") })
  }
}
