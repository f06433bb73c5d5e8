import Accounts
import Basics
import CountryPack
import Records
import Vault

/// One round as its person sees it.
public struct FollowUpRound: Hashable, Sendable {
  public var round: FollowUpPlan.Round
  public var opens: CalendarDay
  public var closes: CalendarDay
  public var state: FollowUpState
  /// In the order they are asked.
  public var questions: [FollowUpQuestion]
  /// The marks of those that have an answer.
  public var marks: [String: Double]

  public var next: FollowUpQuestion? { questions.first { marks[$0.name] == nil } }
}

/// What a personal link leads to after the course.
public struct FollowUpSeat: Hashable, Sendable {
  public var participant: Participant
  public var cohort: Cohort
  /// Empty for somebody who never took part.
  public var rounds: [FollowUpRound]
  public var changes: [Refresher]
  /// Whether a telephone number is kept. Which one, nobody can read here.
  public var hasPhone: Bool

  public var open: FollowUpRound? { rounds.first { $0.state == .open } }
}

/// The desk for people without an account, after the course: three questions at a time, their number, what changed.
public struct FollowUpDesk: Sendable {
  let training: TrainingOffice
  private var office: Office { training.office }

  public init(_ office: Office, _ pack: CountryPack) { training = TrainingOffice(office, pack) }

  public func seat(_ link: Token) async throws -> FollowUpSeat {
    let training = self.training
    return try await office.database.read { try training.followUpSeat(link, $0) }
  }

  /// Answers one question of the round that is open. A question answered before keeps its first answer.
  ///
  /// - Parameter response: `nil` says "I don't know".
  /// - Returns: whether this was the first time.
  ///
  /// Throws `Refusal` `.conflict` when no round is open, `.invalid` for a question that the round doesn't ask.
  @discardableResult
  public func answer(_ link: Token, _ question: String, _ response: QuestionResponse?, language: Language) async throws
    -> Bool
  {
    let training = self.training
    return try await office.database.write { transaction in
      let seat = try training.followUpSeat(link, transaction)
      if let done = seat.rounds.last(where: { $0.state == .answered }), done.marks[question] != nil,
        seat.open == nil
      {
        return false
      }
      guard let open = seat.open else { throw Refusal(.conflict, Phrase("error.training_no_round")) }
      return try training.answer(
        [question: response], seat.participant, seat.cohort, open, by: .link, doer: .visitor, language, transaction)
    }
  }

  /// Questions in words, by their names: as the class's paper has them, else as the pack has them today.
  public func questions(_ names: [String], of cohort: Cohort, _ language: Language) async throws -> [String:
    GiftQuestion]
  {
    let training = self.training
    return try await office.database.read { try training.questions(names, cohort, language, $0) }
  }

  /// Keeps a telephone number for the questions after the course, or takes it back.
  ///
  /// - Parameter typed: empty to take it back.
  ///
  /// Throws `.invalid` for what is no number.
  public func setPhone(_ link: Token, _ typed: String) async throws {
    let training = self.training
    try await office.database.write { transaction in
      let seat = try training.followUpSeat(link, transaction)
      try training.setPhone(typed, seat.participant, transaction)
      try transaction.record(
        AuditEntry(
          at: training.office.clock.now(), doer: .visitor, action: typed.isEmpty ? "phone.remove" : "phone.give",
          objectKind: "participant", objectID: seat.participant.id.description))
    }
  }

  /// A lesson that somebody may read again: their own, or one that is told of as changed.
  public func lesson(_ link: Token, _ id: String) async throws -> TrainingLesson {
    let seat = try await seat(link)
    let phase = training.pack.training.phase(seat.cohort.phase)
    let isOwn = phase.map { training.pack.training.lessons(taughtIn: $0).contains { $0.id == id } } ?? false
    guard seat.participant.status == .enrolled, isOwn || seat.changes.contains(where: { $0.lesson == id }),
      let lesson = training.pack.training.lesson(id)
    else { throw Refusal.notFound }
    return lesson
  }
}

extension TrainingOffice {
  func followUpSeat(_ link: Token, _ transaction: any ReadTransaction) throws -> FollowUpSeat {
    guard let participant = try TrainingRecords.participant(linkHash: link.hash, transaction),
      participant.status != .withdrawn, let cohort = try TrainingRecords.cohort(participant.cohort, transaction)
    else { throw Refusal.notFound }
    let marks = try TrainingRecords.marks(participant.id, transaction)
    let attendance = try TrainingRecords.attendance(cohort.id, transaction)[participant.id] ?? [:]
    let isAsked =
      participant.status == .enrolled && FollowUpRules.tookPart(attendance, answered: Set(marks.keys))
    return FollowUpSeat(
      participant: participant, cohort: cohort,
      rounds: isAsked
        ? rounds(
          participant.id, cohort, followUpBank(cohort), marks, try AfterRecords.answers(participant.id, transaction))
        : [],
      changes: today > cohort.until
        ? RefresherRules.changes(
          since: cohort.until, taught: try AfterRecords.versions(of: cohort.id, transaction), pack: pack, on: today)
        : [],
      hasPhone: try AfterRecords.hasPhone(participant.id, transaction))
  }

  /// What a class can be asked: the phase's questions, and those of its own test.
  func names(_ cohort: Cohort) -> [String] {
    let bank = bank(cohort.phase)?.names ?? []
    return bank + Set(cohort.questions).subtracting(bank).sorted()
  }

  func followUpBank(_ cohort: Cohort) -> FollowUpBank { FollowUpBank(names(cohort), test: cohort.questions) }

  func questions(_ names: [String], _ cohort: Cohort, _ language: Language, _ transaction: any ReadTransaction) throws
    -> [String: GiftQuestion]
  {
    let (paper, bank) = (try paper(cohort, transaction), bank(cohort.phase))
    return names.reduce(into: [:]) { $0[$1] = paper.question($1, language) ?? bank?.question($1, language) }
  }

  /// All rounds of one person, with the questions of each as they are drawn from what is known.
  func rounds(
    _ participant: ParticipantID, _ cohort: Cohort, _ bank: FollowUpBank, _ marks: [TestOccasion: [String: Double]],
    _ answers: [Int: [AfterRecords.Answer]]
  ) -> [FollowUpRound] {
    let plan = pack.after.plan
    var earlier: [[String: Double]] = []
    return plan.rounds.map { round in
      let given = answers[round.day] ?? []
      let marksNow = Dictionary(given.map { ($0.question, $0.mark) }) { first, _ in first }
      var questions = FollowUpRules.questions(
        bank, tested: marks[.post] ?? marks[.pre] ?? [:], earlier: earlier, plan: plan,
        seed: FollowUpRules.seed(participant))
      // What was answered stays part of its round, whatever the pack asks today.
      if given.count >= questions.count, Set(questions.map(\.name)) != Set(marksNow.keys), !given.isEmpty {
        questions = given.map { FollowUpQuestion($0.question, isAnchor: $0.isAnchor) }
      }
      earlier.append(marksNow)
      return FollowUpRound(
        round: round, opens: FollowUpRules.opens(round, cohort.until),
        closes: FollowUpRules.closes(round, cohort.until),
        state: FollowUpRules.state(
          round, ended: cohort.until, answered: given.count, asked: questions.count, on: today),
        questions: questions, marks: marksNow)
    }
  }

  /// Stores answers of one open round. Throws for a question that it doesn't ask.
  func answer(
    _ responses: [String: QuestionResponse?], _ participant: Participant, _ cohort: Cohort, _ open: FollowUpRound,
    by way: FollowUpWay, doer: AuditEntry.Doer, _ language: Language, _ transaction: any WriteTransaction
  ) throws -> Bool {
    let now = office.clock.now()
    let texts = try questions(Array(responses.keys), cohort, language, transaction)
    var isNew = false
    for (name, response) in responses.sorted(by: { $0.key < $1.key }) {
      guard let asked = open.questions.first(where: { $0.name == name }), response?.isSmall ?? true,
        let question = texts[name]
      else { throw Refusal(.invalid, Phrase("error.training_unknown_question")) }
      let (blob, epoch) = try seal(
        response, of: participant.agency, table: "follow_up_answers", column: "response",
        row: "\(participant.id)/\(open.round.day)/\(name)", transaction)
      let answer = AfterRecords.Answer(
        question: name, isAnchor: asked.isAnchor, mark: Marking.mark(question, response) ?? 0, way: way, at: now)
      isNew =
        try AfterRecords.insert(
          answer, response: blob, epoch: epoch, participant.id, round: open.round.day, transaction) || isNew
    }
    guard isNew else {
      // Nothing was changed, and a write owes an entry only for what it changed.
      return false
    }
    try transaction.record(
      AuditEntry(
        at: now, doer: doer, action: "follow_up.answer", objectKind: "participant",
        objectID: participant.id.description))
    return true
  }

  func setPhone(_ typed: String, _ participant: Participant, _ transaction: any WriteTransaction) throws {
    let now = office.clock.now()
    guard !typed.isEmpty else {
      return try AfterRecords.set(phone: nil, epoch: 0, participant.id, at: now, transaction)
    }
    guard let phone = PhoneNumber(typed, callingCode: pack.after.plan.callingCode) else {
      throw Refusal.fields([FieldProblem("phone", "error.training_phone")])
    }
    let (blob, epoch) = try seal(
      phone.text, of: participant.agency, table: "participant_phones", column: "phone",
      row: participant.id.description, transaction)
    try AfterRecords.set(phone: blob, epoch: epoch, participant.id, at: now, transaction)
  }
}
