import Basics
import Records

/// The queries about referrals, the only ones.
enum ReferralRecords {
  // MARK: One referral

  static func insert(_ referral: Referral, envelope: [UInt8], _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO referrals (id, case_id, from_agency, from_name, from_province, to_agency, to_name, to_province, need,
        purpose, urgency, state, sent_at, due_at, consent, basis_until, clock_at, envelope, revision)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, referral.id, referral.caseID, referral.from.agency, referral.from.name, referral.from.province,
      referral.to.agency, referral.to.name, referral.to.province, referral.need, referral.purpose, referral.urgency,
      referral.state, referral.sentAt, referral.dueAt, referral.consent, referral.basisUntil,
      referral.clockAt, envelope, referral.revision)
  }

  /// Stores whole rows as they are, with an envelope that nobody can open: for filling a store that is measured.
  static func insertMany(_ referrals: [Referral], _ transaction: any WriteTransaction) throws {
    try transaction.insert(
      into: "referrals",
      [
        "id", "case_id", "from_agency", "from_name", "from_province", "to_agency", "to_name", "to_province", "need",
        "purpose", "urgency", "state", "sent_at", "due_at", "answered_at", "ended_at", "answer_seen_at", "claimed_by",
        "consent", "decline_reason", "outcome", "clock_step", "clock_at", "envelope", "revision",
      ],
      referrals.map { one in
        [
          one.id, one.caseID, one.from.agency, one.from.name, one.from.province, one.to.agency, one.to.name,
          one.to.province, one.need, one.purpose, one.urgency, one.state, one.sentAt, one.dueAt, one.answeredAt,
          one.endedAt, one.answerSeenAt, one.claimedBy, one.consent, one.declineReason, one.outcome, one.clockStep,
          one.clockAt, [UInt8](repeating: 0, count: 300), one.revision,
        ]
      })
  }

  static func referral(_ id: ReferralID, _ transaction: any ReadTransaction) throws -> Referral? {
    try transaction.row("SELECT * FROM referrals WHERE id = ?", id).map(referral)
  }

  static func envelope(_ id: ReferralID, _ transaction: any ReadTransaction) throws -> [UInt8]? {
    try transaction.value([UInt8].self, "SELECT envelope FROM referrals WHERE id = ?", id)
  }

  /// Stores what a move changed.
  /// - Returns: false when another move came first.
  static func update(_ referral: Referral, from revision: Int, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute(
      """
      UPDATE referrals SET state = ?, opened_at = ?, answered_at = ?, begun_at = ?, completed_at = ?, ended_at = ?,
        answer_seen_at = ?, claimed_by = ?, decline_reason = ?, suggested = ?, suggested_name = ?, outcome = ?,
        interrupt_reason = ?, remaining_need = ?, outside = ?, clock_step = ?, clock_at = ?,
        revision = ?
      WHERE id = ? AND revision = ?
      """, referral.state, referral.openedAt, referral.answeredAt, referral.begunAt, referral.completedAt,
      referral.endedAt, referral.answerSeenAt, referral.claimedBy, referral.declineReason, referral.suggested?.agency,
      referral.suggested?.name, referral.outcome, referral.interruptReason, referral.remainingNeed, referral.isOutside,
      referral.clockStep, referral.clockAt, referral.revision, referral.id, revision) == 1
  }

  /// Notes that the sending agency saw the newest answer; no move of its own.
  static func setAnswerSeen(_ id: ReferralID, at now: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE referrals SET answer_seen_at = ? WHERE id = ?", now, id)
  }

  // MARK: Events

  /// The member who sent a referral.
  static func sender(of id: ReferralID, _ transaction: any ReadTransaction) throws -> MemberID? {
    try transaction.row("SELECT member FROM referral_events WHERE referral = ? AND move = 'send'", id)?.optional(
      "member")
  }

  static func insert(
    _ event: ReferralEvent, of referral: ReferralID, roles: String, note: [UInt8]?, noteEpoch: Int? = nil,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO referral_events (id, referral, at, move, state, agency, agency_name, member, roles, note, note_epoch,
        code, revision)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, event.id, referral, event.at, event.move, event.state, event.agency, event.agencyName, event.member, roles,
      note, noteEpoch, event.code, event.revision)
    try WebhookQueue.note(event, of: referral, transaction)
  }

  /// Which referral an event belongs to and which agency's it is.
  static func owner(of event: ReferralEventID, _ transaction: any ReadTransaction) throws -> (
    referral: ReferralID, agency: AgencyID?
  )? {
    try transaction.row("SELECT referral, agency FROM referral_events WHERE id = ?", event).map {
      (try $0.get("referral"), try $0.optional("agency"))
    }
  }

  static func events(_ id: ReferralID, _ transaction: any ReadTransaction) throws -> [(
    event: ReferralEvent, note: [UInt8]?, epoch: Int?
  )] {
    try transaction.rows("SELECT * FROM referral_events WHERE referral = ? ORDER BY revision", id).map { row in
      let note: [UInt8]? = try row.optional("note")
      let event = ReferralEvent(
        id: try row.get("id"), at: try row.get("at"), move: try row.get("move"), state: try row.get("state"),
        agency: try row.optional("agency"), agencyName: try row.get("agency_name"), member: try row.optional("member"),
        code: try row.optional("code"), revision: try row.get("revision"), note: nil, hasNote: note != nil)
      return (event, note, try row.optional("note_epoch"))
    }
  }

  // MARK: The clock

  /// Referrals whose clock has a step to make, the longest waiting first.
  static func due(at now: Moment, limit: Int, _ transaction: any ReadTransaction) throws -> [Referral] {
    try transaction.rows(
      "SELECT * FROM referrals WHERE clock_at <= ? ORDER BY clock_at, id LIMIT ?", now, limit
    ).map(referral)
  }

  static func isAnyDue(at now: Moment, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS found FROM referrals WHERE clock_at <= ? LIMIT 1", now) != nil
  }

  /// What is taken on and whose consent ran out by its date, without anybody having been told, the longest first.
  static func baseless(at now: Moment, limit: Int, _ transaction: any ReadTransaction) throws -> [Referral] {
    try transaction.rows(
      """
      SELECT * FROM referrals WHERE basis_told IS NULL AND \(isTakenOn) AND basis_until <= ?
      ORDER BY basis_until, id LIMIT ?
      """, now, limit
    ).map(referral)
  }

  /// - Returns: false when it was noted before.
  static func setBasisTold(_ id: ReferralID, at now: Moment, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute(
      "UPDATE referrals SET basis_told = ? WHERE id = ? AND basis_told IS NULL", now, id) == 1
  }

  /// Notes how far the clock of a referral has come and when it goes on.
  /// - Returns: false when it stands differently from what was read: somebody else made the step.
  static func setClock(
    _ referral: Referral, from before: Referral, _ transaction: any WriteTransaction
  ) throws -> Bool {
    let (sql, values) =
      before.clockStep.map { (" = ?", [$0 as any SQLBindable]) } ?? (" IS NULL", [])
    return try transaction.execute(
      "UPDATE referrals SET clock_step = ?, clock_at = ? WHERE id = ? AND revision = ? AND clock_step" + sql,
      [referral.clockStep, referral.clockAt, referral.id, before.revision] + values) == 1
  }

  /// - Parameter agency: who had it in hand.
  static func insert(
    _ due: ReferralClock.Due, of id: ReferralID, at now: Moment, agency: AgencyID, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO referral_steps (referral, step, due_at, at, agency) VALUES (?, ?, ?, ?, ?)", id, due.step, due.at,
      now, agency)
    // The supervisor hears when the time for the answer has passed.
    if due.step == .supervisor { try WebhookQueue.noteOverdue(id, to: agency, at: now, transaction) }
  }

  static func steps(_ id: ReferralID, _ transaction: any ReadTransaction) throws -> [ReferralStep] {
    let named = try DutyRecords.named(id, transaction)
    return try transaction.rows("SELECT * FROM referral_steps WHERE referral = ? ORDER BY step", id).map {
      let step: ReferralClock.Step = try $0.get("step")
      return ReferralStep(
        step: step, at: try $0.get("at"), agency: try $0.get("agency"), members: named[step] ?? [])
    }
  }

  // MARK: Lists

  /// Whose referrals a list holds.
  enum Scope {
    case to(AgencyID)
    case from(AgencyID)
    case either(AgencyID)
    /// Where the agency has to do the next thing: at its desk, or asked by the other one.
    case inHand(AgencyID)
    case everyone
  }

  /// - Parameter member: who asks, for what they have in hand themselves.
  static func list(
    _ scope: Scope, _ filter: ReferralFilter, of member: MemberID, at now: Moment, limit: Int, offset: Int,
    _ transaction: any ReadTransaction
  ) throws -> [Referral] {
    let (condition, values) = condition(scope, filter, of: member, at: now)
    return try transaction.rows(
      "SELECT * FROM referrals WHERE \(condition) ORDER BY \(order(filter)) LIMIT ? OFFSET ?", values + [limit, offset]
    ).map(referral)
  }

  /// The newest first, from behind a place: what is sent or changes meanwhile neither repeats nor hides any.
  static func list(
    _ scope: Scope, _ filter: ReferralFilter, of member: MemberID, after place: ReferralPlace?, at now: Moment,
    limit: Int, _ transaction: any ReadTransaction
  ) throws -> [Referral] {
    let (condition, values) = condition(scope, filter, of: member, at: now)
    let behind = place == nil ? "" : " AND (sent_at < ? OR (sent_at = ? AND id > ?))"
    let from: [any SQLBindable] = place.map { [$0.sentAt, $0.sentAt, $0.id] } ?? []
    return try transaction.rows(
      "SELECT * FROM referrals WHERE \(condition)\(behind) ORDER BY sent_at DESC, id LIMIT ?", values + from + [limit]
    ).map(referral)
  }

  static func count(
    _ scope: Scope, _ filter: ReferralFilter, of member: MemberID, at now: Moment, _ transaction: any ReadTransaction
  ) throws -> Int {
    let (condition, values) = condition(scope, filter, of: member, at: now)
    return try transaction.rows("SELECT COUNT(*) AS n FROM referrals WHERE \(condition)", values).first?.get("n") ?? 0
  }

  /// The referrals of a case that an agency has a part in, newest first.
  static func ofCase(_ id: CaseID, agency: AgencyID, _ transaction: any ReadTransaction) throws -> [Referral] {
    try transaction.rows(
      """
      SELECT * FROM referrals WHERE case_id = ? AND (from_agency = ? OR to_agency = ?) ORDER BY sent_at DESC, id
      """, id, agency, agency
    ).map(referral)
  }

  /// Every live referral of a case, of all agencies: for the system's own moves and for the end of access.
  static func live(of id: CaseID, _ transaction: any ReadTransaction) throws -> [Referral] {
    try transaction.rows(
      """
      SELECT * FROM referrals WHERE case_id = ? AND \(isLive) ORDER BY sent_at, id
      """, id
    ).map(referral)
  }

  static func identifiers(of id: CaseID, _ transaction: any ReadTransaction) throws -> [ReferralID] {
    try transaction.rows("SELECT id FROM referrals WHERE case_id = ? ORDER BY id", id).map { try $0.get("id") }
  }

  /// Deletes what is sealed of a referral.
  static func forgetContent(of id: ReferralID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE referrals SET envelope = ? WHERE id = ?", [UInt8](), id)
    try transaction.execute("UPDATE referral_events SET note = NULL WHERE referral = ?", id)
  }

  /// Late is what was answered after its time, or waits beyond it.
  static func counts(since: Moment, now: Moment, _ transaction: any ReadTransaction) throws -> [ReferralFact] {
    try transaction.rows(
      """
      SELECT from_agency, to_agency, to_province, troubled, COUNT(*) AS number FROM (
        SELECT from_agency, to_agency, to_province,
          CASE WHEN state = 'declined' OR answered_at > due_at
            OR state = 'expired' OR (\(isWaiting) AND due_at < ?) THEN 1 ELSE 0 END AS troubled
        FROM referrals WHERE sent_at >= ?) AS judged
      GROUP BY from_agency, to_agency, to_province, troubled ORDER BY from_agency, to_agency, to_province, troubled
      """, now, since
    ).map { row in
      ReferralFact(
        from: try row.get("from_agency"), to: try row.get("to_agency"), province: try row.get("to_province"),
        isTroubled: try row.get("troubled"), count: try row.get("number"))
    }
  }

  static func count(sentBy agency: AgencyID, from: Moment, until: Moment, _ transaction: any ReadTransaction) throws
    -> Int
  {
    try transaction.value(
      Int.self, "SELECT COUNT(*) FROM referrals WHERE from_agency = ? AND sent_at >= ? AND sent_at < ?", agency, from,
      until) ?? 0
  }

  /// Where two agencies' parts make a list, the filter stands in each of them, so that each is found by its own index.
  private static func condition(
    _ scope: Scope, _ filter: ReferralFilter, of member: MemberID, at now: Moment
  ) -> (String, [any SQLBindable]) {
    let (which, values) = condition(filter, of: member, at: now)
    func both(_ to: String, _ from: String, _ agency: AgencyID) -> (String, [any SQLBindable]) {
      ("((\(to) AND \(which)) OR (\(from) AND \(which)))", [agency] + values + [agency] + values)
    }
    return switch scope {
    case .to(let agency): ("to_agency = ? AND " + which, [agency] + values)
    case .from(let agency): ("from_agency = ? AND " + which, [agency] + values)
    case .either(let agency): both("to_agency = ?", "from_agency = ?", agency)
    case .inHand(let agency):
      both("to_agency = ? AND state <> 'asked'", "from_agency = ? AND state = 'asked'", agency)
    case .everyone: (which, values)
    }
  }

  // To the letter as the partial indexes of `ReferralSchema.lists` say it: the embedded engine compares the conditions.
  static let isWaiting = "state IN ('sent', 'seen', 'asked')"
  private static let isTakenOn = "state IN ('accepted', 'in_service')"
  private static let isLive = "state IN ('sent', 'seen', 'asked', 'accepted', 'in_service')"
  private static let isNews = "answer_seen_at IS NULL AND (answered_at IS NOT NULL OR state IN ('asked', 'expired'))"
  /// Always so. Without a bound on the first or second column of their index the embedded engine counts what is open by
  /// walking a whole other one.
  private static let byDeadline = " AND due_at > 0"

  private static func condition(_ filter: ReferralFilter, of member: MemberID, at now: Moment) -> (
    String, [any SQLBindable]
  ) {
    switch filter {
    case .waiting: return (isWaiting + byDeadline, [])
    case .new: return (isWaiting + byDeadline + " AND claimed_by IS NULL", [])
    case .mine: return ("claimed_by = ? AND " + isLive, [member])
    case .overdue: return (isWaiting + byDeadline + " AND due_at < ?", [now])
    case .escalated: return (isWaiting + byDeadline + " AND clock_step >= ?", [ReferralClock.Step.supervisor])
    case .unanswered: return (isWaiting + byDeadline + " AND clock_step >= ?", [ReferralClock.Step.sender])
    case .accepted: return (isTakenOn + byDeadline, [])
    case .ended: return ("NOT " + isLive, [])
    case .news:
      return (isNews, [])
    case .all: return ("1 = 1", [])
    }
  }

  private static func order(_ filter: ReferralFilter) -> String {
    switch filter {
    case .waiting, .new, .mine, .overdue, .escalated, .unanswered, .accepted: "due_at, id"
    case .ended: "ended_at DESC, id"
    case .news, .all: "sent_at DESC, id"
    }
  }

  static func referral(_ row: Row) throws -> Referral {
    let suggested: AgencyID? = try row.optional("suggested")
    let suggestedName: String? = try row.optional("suggested_name")
    return Referral(
      id: try row.get("id"), caseID: try row.get("case_id"),
      from: Referral.Side(
        agency: try row.get("from_agency"), name: try row.get("from_name"), province: try row.get("from_province")),
      to: Referral.Side(
        agency: try row.get("to_agency"), name: try row.get("to_name"), province: try row.get("to_province")),
      need: try row.get("need"), purpose: try row.get("purpose"), urgency: try row.get("urgency"),
      state: try row.get("state"), sentAt: try row.get("sent_at"), dueAt: try row.get("due_at"),
      openedAt: try row.optional("opened_at"), answeredAt: try row.optional("answered_at"),
      begunAt: try row.optional("begun_at"), completedAt: try row.optional("completed_at"),
      endedAt: try row.optional("ended_at"), answerSeenAt: try row.optional("answer_seen_at"),
      claimedBy: try row.optional("claimed_by"), consent: try row.get("consent"),
      basisUntil: try row.optional("basis_until"), declineReason: try row.optional("decline_reason"),
      suggested: suggested.map { Referral.Suggestion(agency: $0, name: suggestedName ?? "") },
      outcome: try row.optional("outcome"), interruptReason: try row.optional("interrupt_reason"),
      remainingNeed: try row.optional("remaining_need"), isOutside: try row.get("outside", as: Int.self) == 1,
      clockStep: try row.optional("clock_step"), clockAt: try row.optional("clock_at"),
      revision: try row.get("revision"))
  }
}
