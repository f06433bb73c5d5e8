import Accounts
import Basics
import CountryPack
import Records
import Vault

/// What supervisors do about a decision: review it, record another body's, and answer an appeal against it.
extension ScreeningDesk {
  /// A supervisor agrees, asks for more or disagrees, with the reason. Never who interviewed or decided.
  ///
  /// - Parameters:
  ///   - review: the identifier of the review to make; the same again changes nothing.
  ///   - verdict: a `Review.Verdict`.
  ///   - questions: what to ask, as `topic/indicator`; needed to ask for more while a question is open.
  ///
  /// Throws `Refusal`: `.fields`, `.forbidden`, or `.conflict` when there is nothing to review.
  public func review(
    _ actor: Actor, _ id: ScreeningID, _ review: ReviewID, verdict typedVerdict: String, reason typed: String,
    questions: Set<String> = []
  ) async throws {
    try actor.require(.decideIdentification)
    var problems: [FieldProblem] = []
    let verdict = Review.Verdict(rawValue: typedVerdict)
    if verdict == nil { problems.append(FieldProblem("verdict", "error.screening_choose")) }
    let reason = FreeText.read(typed, "reason", isRequired: verdict != .agrees, &problems)
    guard problems.isEmpty, let verdict else { throw Refusal.fields(problems) }
    let term = pack.identification.clock
    try await sitting(actor, id, "screening.review") { sitting in
      if try DecisionRecords.reviewExists(review, sitting.transaction) {
        guard sitting.file.reviews.contains(where: { $0.id == review && $0.member == actor.member }) else {
          throw Refusal.conflict
        }
        return sitting.changes = false
      }
      try sitting.make(.review(verdict), term)
      let open = openQuestions(sitting.file)
      guard questions.isSubset(of: open) else {
        throw Refusal.fields([FieldProblem("questions", "error.screening_code")])
      }
      if verdict == .asksMore, questions.isEmpty, !open.isEmpty {
        throw Refusal.fields([FieldProblem("questions", "error.review_questions")])
      }
      let content = Review.Content(
        reason: reason, questions: verdict == .asksMore ? open.filter(questions.contains) : [])
      try DecisionRecords.insert(
        .init(
          id: review, verdict: verdict, member: actor.member, at: sitting.now,
          decision: sitting.file.decisions.last?.id,
          content: try sitting.key.sealValue(content, at: .review(sitting.screening, review))), sitting.screening,
        sitting.transaction)
      sitting.screening.review = verdict
    }
  }

  /// What can still be asked, as `topic/indicator`, in the order of the interview: what has no answer, or is not known.
  public func openQuestions(_ file: ScreeningFile) -> [String] {
    asked(file).topics.flatMap { topic in
      topic.indicators.filter {
        let answer = file.topic(topic.code).value.answers[$0.code] ?? .notAsked
        return answer == .notAsked || answer == .unknown
      }.map { topic.code + "/" + $0.code }
    }
  }

  /// Keeps the formal decision of another body, as its paper says. It is told apart from one's own.
  ///
  /// Throws `Refusal`: `.fields`, `.forbidden`, or `.conflict` while the interview is not finished or an appeal is open.
  public func recordDecision(
    _ actor: Actor, _ id: ScreeningID, _ decision: DecisionID, kind typedKind: String, _ received: ReceivedDecision,
    reason typed: String
  ) async throws {
    try actor.require(.decideIdentification)
    var problems: [FieldProblem] = []
    let kind = Decision.Kind(rawValue: typedKind).flatMap { $0.isFormal ? $0 : nil }
    if kind == nil { problems.append(FieldProblem("decision", "error.screening_choose")) }
    let paper = read(received, &problems)
    let reason = FreeText.read(typed, "reason", isRequired: true, &problems)
    guard problems.isEmpty, let kind, let paper else { throw Refusal.fields(problems) }
    let term = pack.identification.clock
    try await sitting(actor, id, "screening.decision_received") { sitting in
      if sitting.wasDone(decision) { return sitting.changes = false }
      try sitting.make(.record(kind), term)
      try sitting.keep(decision, kind, reason: reason, body: nil, paper: paper)
    }
  }

  /// Writes down that a decision which says no is appealed, by the person or for them. Always possible, at any time,
  /// for everybody who can see the interview.
  ///
  /// - Parameters:
  ///   - appeal: the identifier of the appeal; the same again changes nothing.
  ///   - side: an `Appeal.Side`.
  ///
  /// Throws `Refusal`: `.fields`, or `.conflict` when the decision says no no, or an appeal is open already.
  public func appeal(
    _ actor: Actor, _ id: ScreeningID, _ appeal: AppealID, side typedSide: String, grounds typed: String
  ) async throws {
    var problems: [FieldProblem] = []
    let side = Appeal.Side(rawValue: typedSide)
    if side == nil { problems.append(FieldProblem("side", "error.screening_code")) }
    let grounds = FreeText.read(typed, "grounds", isRequired: true, &problems)
    guard problems.isEmpty, let side else { throw Refusal.fields(problems) }
    let term = pack.identification.clock
    try await sitting(actor, id, "screening.appeal") { sitting in
      if sitting.file.appeals.contains(where: { $0.id == appeal && $0.member == actor.member }) {
        return sitting.changes = false
      }
      guard let decision = sitting.file.decisions.last?.id,
        try !DecisionRecords.appealExists(appeal, sitting.transaction)
      else { throw Refusal.conflict }
      try sitting.make(.appeal, term)
      try DecisionRecords.insert(
        .init(
          id: appeal, decision: decision, side: side, member: actor.member, at: sitting.now,
          grounds: try sitting.key.sealValue(grounds, at: .appeal(sitting.screening, appeal, "grounds"))),
        sitting.screening, sitting.transaction)
      sitting.screening.appealSince = sitting.now
    }
  }

  /// Answers the open appeal, with reasons: by another member than who decided, or with another body's paper.
  ///
  /// - Parameters:
  ///   - decision: the identifier of the decision that the answer may make; the same again changes nothing.
  ///   - ruling: `stands`, or the `Decision.Kind` in its place, which must be better for the person.
  ///   - received: the paper, when another body answered.
  ///
  /// Throws `Refusal`: `.fields`, `.forbidden`, or `.conflict` when no appeal is open, or the answer would worsen things.
  public func answerAppeal(
    _ actor: Actor, _ id: ScreeningID, _ decision: DecisionID, ruling typedRuling: String,
    received: ReceivedDecision? = nil, reason typed: String
  ) async throws {
    try actor.require(.decideIdentification)
    var problems: [FieldProblem] = []
    let ruling: Ruling? = typedRuling == "stands" ? .stands : Decision.Kind(rawValue: typedRuling).map(Ruling.replaced)
    if ruling == nil { problems.append(FieldProblem("ruling", "error.screening_choose")) }
    let paper = received.flatMap { read($0, &problems) }
    let reason = FreeText.read(typed, "reason", isRequired: true, &problems)
    guard problems.isEmpty, let ruling else { throw Refusal.fields(problems) }
    let term = pack.identification.clock
    try await sitting(actor, id, "screening.appeal_answer") { sitting in
      if sitting.wasDone(decision) { return sitting.changes = false }
      guard let appeal = sitting.file.openAppeal, let before = sitting.screening.decision else {
        // Pressed twice: it stands already.
        if let last = sitting.file.appeals.last, last.answeredBy == actor.member, ruling == .stands, last.stands == true
        {
          return sitting.changes = false
        }
        throw Refusal(.conflict, Phrase("error.screening_moved_on"))
      }
      try sitting.make(paper == nil ? .answer(ruling) : .recordAnswer(ruling), term)
      var made: DecisionID?
      if case .replaced(let kind) = ruling {
        try sitting.keep(
          decision, kind, reason: reason, body: kind.isFormal ? sitting.file.ownBody : nil, paper: paper)
        made = decision
      } else if paper != nil {
        try sitting.keep(decision, before, reason: reason, body: nil, paper: paper)
        made = decision
      }
      let sealed =
        made == nil
        ? try sitting.key.sealValue(reason, at: .appeal(sitting.screening, appeal.id, "reason")) : nil
      guard
        try DecisionRecords.answer(
          appeal.id, by: actor.member, stands: ruling == .stands, with: made, reason: sealed, at: sitting.now,
          sitting.transaction)
      else { throw Refusal.conflict }
      sitting.screening.appealSince = nil
    }
  }

  /// What a paper says, if it can be so: of a body of the pack that could decide on that day, and arrived by today.
  private func read(_ received: ReceivedDecision, _ problems: inout [FieldProblem]) -> Sitting.Paper? {
    let before = problems.count
    let today = day(office.clock.now())
    let (decidedOn, receivedOn) = (CalendarDay(received.decidedOn), CalendarDay(received.receivedOn))
    if decidedOn.map({ $0 <= today }) != true { problems.append(FieldProblem("decided_on", "error.decision_day")) }
    if receivedOn.map({ $0 <= today && $0 >= decidedOn ?? $0 }) != true {
      problems.append(FieldProblem("received_on", "error.decision_received_day"))
    }
    let body = pack.identification.body(received.body)
    if body.map({ body in decidedOn.map(body.isInForce) ?? true }) != true {
      problems.append(FieldProblem("body", "error.decision_body"))
    }
    let document = FreeText.read(received.document, "document", limit: 200, isRequired: true, &problems)
    guard problems.count == before, let decidedOn, let receivedOn else { return nil }
    return Sitting.Paper(body: received.body, decidedOn: decidedOn, receivedOn: receivedOn, document: document)
  }
}
