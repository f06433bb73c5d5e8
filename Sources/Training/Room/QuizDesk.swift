import Accounts
import Basics
import CountryPack
import Records
import Vault

/// The desk of quizzes in the room: the trainer leads, phones follow, paper is typed in by `PaperDesk`.
public struct QuizDesk: Sendable {
  let training: TrainingOffice
  let intake: Intake<any WriteTransaction>
  private let outlook: Intake<any ReadTransaction>
  private var office: Office { training.office }

  init(_ training: TrainingOffice) {
    self.training = training
    intake = .writes(to: training.office.database)
    outlook = .reads(of: training.office.database)
  }

  // MARK: The trainer

  /// Opens a quiz with picked questions, or with some that are drawn: the lesson's, and the agency's own of a course that
  /// teaches it. The quiz keeps them as they are now. Asked again with the same id, it answers the one that exists.
  ///
  /// - Parameters:
  ///   - lesson: the lesson's id whose questions are asked.
  ///   - picked: names of questions; none means a draw.
  ///   - count: how many are drawn, 1 to 50.
  public func open(
    _ actor: Actor, id: QuizID, in cohort: CohortID, lesson: String, picked: [String], count: Int
  ) async throws -> Quiz {
    try actor.require(.manageTraining)
    guard let bank = training.lessonBank(lesson) else {
      throw Refusal.fields([FieldProblem("lesson", "error.training_quiz_lesson")])
    }
    let unknown = Refusal.fields([FieldProblem("questions", "error.training_unknown_question")])
    guard picked.count <= QuizRules.mostQuestions else { throw unknown }
    guard !picked.isEmpty || (1...QuizRules.mostQuestions).contains(count) else {
      throw Refusal.fields([FieldProblem("count", "error.training_quiz_count")])
    }
    let (training, now) = (self.training, office.clock.now())
    return try await office.database.write { transaction in
      _ = try training.owned(actor, cohort, transaction)
      if let existing = try QuizRecords.quiz(id, transaction) {
        guard existing.cohort == cohort else { throw Refusal.notFound }
        return existing
      }
      let own = try training.ownQuestions(of: actor.agency, lesson: lesson, transaction)
      let paper =
        picked.isEmpty
        ? bank.drawPaper(count, with: own, using: training.office.randomness) : bank.paper(picked, with: own)
      guard picked.isEmpty || Set(picked) == Set(paper.names) else { throw unknown }
      let quiz = Quiz(id: id, cohort: cohort, lesson: lesson, questions: paper.names, step: 0, openedAt: now)
      try QuizRecords.insert(quiz, by: actor.member, transaction)
      try QuestionRecords.keep(paper, for: .quiz(id), transaction)
      try training.note(actor, "quiz.open", "quiz", id.description, transaction)
      return quiz
    }
  }

  /// The cohort's quizzes, the newest first.
  public func quizzes(_ actor: Actor, _ cohort: CohortID) async throws -> [Quiz] {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.read { transaction in
      _ = try training.owned(actor, cohort, transaction)
      return try QuizRecords.quizzes(cohort, transaction)
    }
  }

  /// A quiz with its questions and how many answered the present one.
  public func quiz(_ actor: Actor, _ id: QuizID) async throws -> (
    quiz: Quiz, paper: QuestionPaper, cohort: Cohort, answered: Int, enrolled: Int
  ) {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.read { transaction in
      let (quiz, cohort) = try Self.own(actor, id, training, transaction)
      return (
        quiz, try training.paper(quiz, transaction), cohort,
        try quiz.question.map { try QuizRecords.count(id, $0, transaction) } ?? 0,
        try TrainingRecords.count(quiz.cohort, .enrolled, transaction)
      )
    }
  }

  /// How the answers to a question fall. Opens them to count them, which is an entry in the audit log.
  public func tally(_ actor: Actor, _ id: QuizID, _ name: String) async throws -> QuizTally {
    try actor.require(.manageTraining)
    let training = self.training
    let (question, cohort, answers) = try await office.database.write { transaction in
      let (quiz, cohort) = try Self.own(actor, id, training, transaction)
      guard quiz.questions.contains(name),
        let question = try training.paper(quiz, transaction).question(name, .spanish)
      else { throw Refusal.notFound }
      try training.note(actor, "quiz.count", "quiz", id.description, transaction)
      return (question, cohort, try QuizRecords.answers(id, name, transaction))
    }
    return QuizTally(
      question,
      answers.map { answer in
        let opened: QuestionResponse?? = try? training.open(
          answer.response, epoch: answer.epoch, of: cohort.agency, Self.address(answer), for: actor)
        return (opened ?? nil, answer.mark)
      })
  }

  /// Leads on: one step from the one that the page showed. A move that was made already changes nothing.
  public func move(_ actor: Actor, _ id: QuizID, _ move: QuizRules.Move, from step: Int) async throws {
    try actor.require(.manageTraining)
    let training = self.training
    try await office.database.write { transaction in
      let (quiz, _) = try Self.own(actor, id, training, transaction)
      guard quiz.step == step, let next = QuizRules.step(move, from: step, questions: quiz.questions.count),
        try QuizRecords.move(id, from: step, to: next, transaction)
      else { return }
      try training.note(actor, "quiz.\(move.rawValue)", "quiz", id.description, transaction)
    }
  }

  static func own(_ actor: Actor, _ id: QuizID, _ training: TrainingOffice, _ transaction: any ReadTransaction) throws
    -> (quiz: Quiz, cohort: Cohort)
  {
    guard let quiz = try QuizRecords.quiz(id, transaction) else { throw Refusal.notFound }
    return (quiz, try training.owned(actor, quiz.cohort, transaction))
  }

  static func address(_ answer: QuizRecords.Answer) -> (table: String, row: String) {
    ("quiz_answers", "\(answer.quiz)/\(answer.question)/\(answer.participant)")
  }

  // MARK: The phones

  /// What a personal link follows.
  public struct Follower: Sendable {
    public var cohort: CohortID
    /// The newest quiz, while it runs or was opened today.
    public var quiz: Quiz?
    /// The quiz's questions.
    public var paper: QuestionPaper?
    /// The mark of what this seat answered to the present question.
    public var mark: Double?
    /// How many questions this seat answered, and the sum of the marks.
    public var answered: Int
    public var total: Double
  }

  /// Where the quiz is, for a phone that comes in late or comes back.
  public func follow(_ link: Token) async throws -> Follower {
    let training = self.training
    return try await outlook.run { transaction in
      guard let person = try TrainingRecords.participant(linkHash: link.hash, transaction),
        person.status == .enrolled
      else { throw Refusal.notFound }
      guard let quiz = try QuizRecords.newest(person.cohort, transaction),
        quiz.stage != .over || training.day(quiz.openedAt) == training.today
      else { return Follower(cohort: person.cohort, mark: nil, answered: 0, total: 0) }
      let marks = try QuizRecords.marks(quiz.id, person.id, transaction)
      return Follower(
        cohort: person.cohort, quiz: quiz, paper: try training.paper(quiz, transaction),
        mark: quiz.question.flatMap { marks[$0]?.mark }, answered: marks.count,
        total: marks.values.map(\.mark).reduce(0, +))
    }
  }

  /// How far a quiz has come: all that a waiting phone asks, again and again.
  public func step(_ id: QuizID) async throws -> Int {
    try await outlook.run { transaction in
      guard let step = try QuizRecords.step(id, transaction) else { throw Refusal.notFound }
      return step
    }
  }

  /// Stores an answer, once: the first stays.
  ///
  /// - Returns: whether this was the first.
  ///
  /// Throws `Refusal` `.conflict` when the question is not asked any more, `.invalid` for an answer that is none.
  @discardableResult
  public func answer(
    _ link: Token, _ id: QuizID, _ name: String, _ response: QuestionResponse, language: Language
  ) async throws -> Bool {
    try await answer(link, id, name, language) { _ in response }
  }

  /// The same, with an answer that is read out of a form once its question is known.
  @discardableResult
  public func answer(
    _ link: Token, _ id: QuizID, _ name: String, _ language: Language,
    reading read: (GiftQuestion) throws -> QuestionResponse
  ) async throws -> Bool {
    let (training, now) = (self.training, office.clock.now())
    let (person, quiz, paper, key) = try await outlook.run { transaction in
      guard let person = try TrainingRecords.participant(linkHash: link.hash, transaction),
        person.status == .enrolled, let quiz = try QuizRecords.quiz(id, transaction), quiz.cohort == person.cohort
      else { throw Refusal.notFound }
      return (person, quiz, try training.paper(quiz, transaction), try training.sealingKey(person.agency, transaction))
    }
    guard let question = paper.question(name, language), quiz.questions.contains(name) else { throw Refusal.notFound }
    let over = Refusal(.conflict, Phrase("error.training_quiz_moved_on"))
    guard quiz.asks(name) else { throw over }
    let response = try read(question)
    guard response.isSmall else { throw Refusal(.invalid, Phrase("error.training_unknown_question")) }
    var answer = QuizRecords.Answer(
      quiz: id, question: name, participant: person.id, mark: Marking.mark(question, response) ?? 0, response: [],
      epoch: key.epoch)
    // Outside of the transaction: sealing costs more than writing.
    answer.response = try training.sealed(response, with: key, of: person.agency, Self.address(answer))
    return try await intake.run { [answer] transaction in
      guard try QuizRecords.step(id, transaction) == quiz.step else { throw over }
      guard try QuizRecords.insert(answer, at: now, transaction) else { return false }
      try transaction.record(
        AuditEntry(
          at: now, doer: .visitor, action: "quiz.answer", objectKind: "participant",
          objectID: answer.participant.description))
      return true
    }
  }
}

extension Quiz {
  /// The name of the question that is asked or shown.
  public var question: String? {
    switch stage {
    case .asking(let place), .showing(let place): questions.indices.contains(place) ? questions[place] : nil
    case .waiting, .over: nil
    }
  }

  /// Whether the question can be answered now.
  public func asks(_ name: String) -> Bool {
    guard case .asking = stage else { return false }
    return question == name
  }
}

extension QuizDesk {
  /// The questions to pick from for a lesson: the pack's, then the agency's own; none for a lesson that does not exist.
  public func questions(_ actor: Actor, ofLesson lesson: String, _ language: Language) async throws -> [GiftQuestion] {
    try actor.require(.manageTraining)
    guard let bank = training.lessonBank(lesson) else { return [] }
    let training = self.training
    let own = try await office.database.read { transaction in
      try training.ownQuestions(of: actor.agency, lesson: lesson, transaction)
    }
    let paper = bank.paper(bank.names + own.map(\.name), with: own)
    return paper.names.compactMap { paper.question($0, language) }
  }
}
