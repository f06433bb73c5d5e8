import Accounts
import Basics
import CountryPack
import Records
import Vault

extension ScreeningFile {
  /// What is known of the decision, as the rule asks for it.
  public func situation(_ term: DecisionTerm?) -> DecisionSituation {
    DecisionSituation(
      status: screening.status, decision: screening.decision, isReceived: screening.isDecisionReceived,
      formallyDecided: decisions.contains { $0.kind.isFormal }, appealIsOpen: screening.appealSince != nil,
      clock: DecisionClock.state(clock, since: screening.clockSince, decision: screening.decision, term))
  }

  public func standing(_ actor: Actor) -> DecisionStanding {
    let conducts = screening.member == actor.member
    return DecisionStanding(
      isInterviewer: conducts && actor.may(.conductScreening),
      hasInterviewed: conducts || hands.contains(actor.member), readsAll: actor.may(.readScreenings),
      decides: actor.may(.decideIdentification), isOfABody: ownBody != nil,
      madeTheDecision: decisions.last?.member == actor.member)
  }

  /// The appeal that waits for its answer.
  public var openAppeal: Appeal? { appeals.last { $0.isOpen } }
}

extension Sitting {
  /// Applies the rule for decisions.
  mutating func make(_ move: DecisionMove, _ term: DecisionTerm?) throws(Refusal) {
    isInterviewing = false
    screening.status = try DecisionRules.next(
      move, in: file.situation(term), by: file.standing(actor), term)
  }

  /// Whether this member made this very decision before: pressed twice.
  func wasDone(_ decision: DecisionID) -> Bool {
    file.decisions.contains { $0.id == decision && $0.member == actor.member }
  }

  /// What another body's paper says, checked.
  struct Paper {
    var body: String
    var decidedOn: CalendarDay
    var receivedOn: CalendarDay
    var document: String
  }

  /// Seals and stores a decision beside the earlier ones; from now on it counts.
  mutating func keep(
    _ decision: DecisionID, _ kind: Decision.Kind, reason: String, body: String?, paper: Paper? = nil
  ) throws {
    guard try !DecisionRecords.decisionExists(decision, transaction) else { throw Refusal.conflict }
    try DecisionRecords.insert(
      .init(
        id: decision, kind: kind, member: actor.member, at: now, outcome: screening.outcome,
        body: paper?.body ?? body, decidedOn: paper?.decidedOn, receivedOn: paper?.receivedOn,
        document: try paper.map { try key.sealValue($0.document, at: .decisionDocument(screening, decision)) },
        reason: try key.sealValue(reason, at: .decision(screening, decision))), screening, transaction)
    let wasFormal = screening.decision?.isFormal == true
    screening.decidedAt = now
    screening.decision = kind
    screening.isDecisionReceived = paper != nil
    screening.review = nil
    // The time runs from the first presumption; anew where a formal decision was undone.
    if kind == .presumed, screening.clockSince == nil || wasFormal { screening.clockSince = now }
  }
}

extension ScreeningDesk {
  /// Whether the actor may make a move now, by the very rule that decides when it is made.
  public func may(_ actor: Actor, _ move: DecisionMove, _ file: ScreeningFile) -> Bool {
    let term = pack.identification.clock
    do {
      _ = try DecisionRules.next(move, in: file.situation(term), by: file.standing(actor), term)
      return true
    } catch { return false }
  }

  /// How the time for the formal decision stands; `nil` where none runs.
  public func clock(_ file: ScreeningFile) -> DecisionClock.Reading? {
    clock(file.clock, file.screening)
  }

  /// The same for a work list, from codes alone.
  public func clocks(_ actor: Actor, _ screenings: [Screening]) async throws -> [ScreeningID: DecisionClock.Reading] {
    try requireAny(actor)
    let running = screenings.filter { $0.clockSince != nil && $0.agency == actor.agency }
    guard pack.identification.clock != nil, !running.isEmpty else { return [:] }
    let events = try await office.database.read { transaction in
      try DecisionRecords.clock(running.map(\.id), transaction).map { ($0.screening, $0.event) }
    }
    return running.reduce(into: [:]) { readings, screening in
      readings[screening.id] = clock(events.filter { $0.0 == screening.id }.map(\.1), screening)
    }
  }

  private func clock(_ events: [DecisionClock.Event], _ screening: Screening) -> DecisionClock.Reading? {
    DecisionClock.reading(
      events, since: screening.clockSince, decision: screening.decision, pack.identification,
      now: office.clock.now(), offsetFromUTC: pack.offsetFromUTC)
  }

  /// Suspends the clock, lets it run on, or extends it once, with the reason.
  ///
  /// - Parameters:
  ///   - event: the identifier of what will have happened; the same again changes nothing.
  ///   - move: a `DecisionClock.Move`.
  ///
  /// Throws `Refusal`: `.fields`, `.forbidden`, or `.conflict` where the clock does not allow it.
  public func moveClock(
    _ actor: Actor, _ id: ScreeningID, _ event: ClockEventID, move typedMove: String, reason typed: String
  ) async throws {
    try actor.require(.decideIdentification)
    var problems: [FieldProblem] = []
    let move = DecisionClock.Move(rawValue: typedMove)
    if move == nil { problems.append(FieldProblem("move", "error.screening_choose")) }
    let reason = FreeText.read(typed, "reason", isRequired: true, &problems)
    guard problems.isEmpty, let move else { throw Refusal.fields(problems) }
    let term = pack.identification.clock
    try await sitting(actor, id, "screening.clock_" + move.rawValue) { sitting in
      if try DecisionRecords.clockEventExists(event, sitting.transaction) { return sitting.changes = false }
      try sitting.make(.clock(move), term)
      try DecisionRecords.insert(
        .init(
          id: event, screening: id, move: move, member: actor.member, at: sitting.now,
          reason: try sitting.key.sealValue(reason, at: .clock(sitting.screening, event))), sitting.screening,
        sitting.transaction)
    }
  }
}
