import Accounts
import Basics
import CountryPack
import Records
import Vault

/// What is answered on paper: a test of the pair before and after, or a quiz.
public enum PaperKind: Hashable, Sendable {
  case test(TestOccasion)
  case quiz(QuizID)
}

/// The desk for answers on paper: what is printed, and typing the sheets in.
public struct PaperDesk: Sendable {
  let training: TrainingOffice
  private var office: Office { training.office }
  /// More lines than a class has people.
  public static let mostLines = 1000

  init(_ training: TrainingOffice) { self.training = training }

  /// What a page of sheets shows.
  public struct Pile: Sendable {
    public struct Sheet: Sendable {
      public var number: Int
      public var identity: ParticipantIdentity?
      public var institution: String
      /// The sum of the marks; `nil` when nothing was answered.
      public var score: Double?
      public var isOnPaper: Bool
    }

    public var cohort: Cohort
    public var questions: [GiftQuestion]
    public var sheets: [Sheet]
  }

  /// Everybody's sheet with what it earned. Reading the names is an entry in the audit log.
  public func pile(_ actor: Actor, _ cohort: CohortID, _ kind: PaperKind, _ language: Language) async throws -> Pile {
    try actor.require(.manageTraining)
    let training = self.training
    return try await office.database.write { transaction in
      let cohort = try training.owned(actor, cohort, transaction)
      let questions = try Self.questions(cohort, kind, language, training, transaction)
      try training.note(actor, "cohort.read", "cohort", cohort.id.description, transaction)
      let people = try training.numbered(cohort, for: actor, transaction)
      return Pile(
        cohort: cohort, questions: questions,
        sheets: try people.map { person in
          let known = try Self.known(person.participant.id, kind, transaction)
          return Pile.Sheet(
            number: person.number, identity: person.identity, institution: person.participant.institution,
            score: known.marks.isEmpty ? nil : known.marks.values.reduce(0, +), isOnPaper: known.isOnPaper)
        })
    }
  }

  /// What became of the lines that were typed.
  public struct Entered: Sendable {
    public var saved: [(number: Int, score: Double)] = []
    /// Lines that were not stored, as typed, and why.
    public var open: [(line: String, why: Phrase)] = []
    public var unreadable = 0
  }

  /// Stores the lines that hold, one a person; answers the others with what is wrong.
  ///
  /// A sheet that was typed before with the same marks changes nothing; one with other marks needs `!`. What was answered
  /// by phone stays. An unreadable answer counts as left blank.
  public func enter(_ actor: Actor, _ cohort: CohortID, _ kind: PaperKind, _ typed: String, _ language: Language)
    async throws -> Entered
  {
    try actor.require(.manageTraining)
    let lines = typed.split(whereSeparator: \.isNewline).filter { $0.contains { !$0.isWhitespace } }
    guard lines.count <= Self.mostLines else {
      throw Refusal.fields([FieldProblem("lines", "error.training_too_many_lines")])
    }
    guard !lines.isEmpty else { throw Refusal.fields([FieldProblem("lines", "error.missing")]) }
    let training = self.training
    return try await office.database.write { transaction in
      let cohort = try training.owned(actor, cohort, transaction)
      let questions = try Self.questions(cohort, kind, language, training, transaction)
      let numbers = try RoomRecords.numbers(cohort.id, transaction)
      let people = Dictionary(
        uniqueKeysWithValues: try TrainingRecords.participants(cohort.id, transaction).map(\.participant)
          .filter { $0.status == .enrolled }.compactMap { person in numbers[person.id].map { ($0, person) } })
      let read = lines.map { line in (line: String(line), sheet: Result { try PaperLine(line, questions) }) }
      let times = Dictionary(grouping: read.compactMap { try? $0.sheet.get().number }) { $0 }.mapValues(\.count)
      let key = try training.sealingKey(cohort.agency, transaction)
      var entered = Entered()
      for (line, sheet) in read {
        do {
          let sheet = try sheet.get()
          guard let person = people[sheet.number] else {
            throw Refusal(.invalid, Phrase("error.training_line_nobody", ["number": String(sheet.number)]))
          }
          guard times[sheet.number] == 1 else {
            throw Refusal(.invalid, Phrase("error.training_line_twice", ["number": String(sheet.number)]))
          }
          let score = try store(sheet, person, kind, questions, key, transaction)
          entered.saved.append((sheet.number, score))
          entered.unreadable += sheet.unreadable
        } catch let refusal as Refusal { entered.open.append((line, refusal.phrase)) }
      }
      if !entered.saved.isEmpty {
        try training.note(actor, "paper.enter", "cohort", cohort.id.description, transaction)
      }
      return entered
    }
  }

  /// Answers the sum of the marks.
  private func store(
    _ sheet: PaperLine, _ person: Participant, _ kind: PaperKind, _ questions: [GiftQuestion],
    _ key: TrainingOffice.SealingKey, _ transaction: any WriteTransaction
  ) throws -> Double {
    let now = office.clock.now()
    let known = try Self.known(person.id, kind, transaction)
    let marks = zip(questions, sheet.responses).map { Marking.mark($0, $1) ?? 0 }
    if !known.marks.isEmpty {
      guard known.isOnPaper else {
        throw Refusal(.conflict, Phrase("error.training_line_by_phone", ["number": String(sheet.number)]))
      }
      if zip(questions, marks).allSatisfy({ known.marks[$0.name ?? ""] == $1 }) { return marks.reduce(0, +) }
      guard sheet.corrects else {
        throw Refusal(.conflict, Phrase("error.training_line_other", ["number": String(sheet.number)]))
      }
    }
    switch kind {
    case .test(let occasion):
      try RoomRecords.deleteAnswers(person.id, occasion, transaction)
      try RoomRecords.setPaper(person.id, occasion, unreadable: sheet.unreadable, at: now, transaction)
    case .quiz(let quiz): try QuizRecords.deletePaper(quiz, person.id, transaction)
    }
    for (index, question) in questions.enumerated() {
      guard let name = question.name else { continue }
      let response = sheet.responses[index]
      let isStored: Bool
      switch kind {
      case .test(let occasion):
        let sealed = try training.sealed(
          response, with: key, of: person.agency, ("test_answers", "\(person.id)/\(occasion.rawValue)/\(name)"))
        isStored = try TrainingRecords.insert(
          .init(question: name, mark: marks[index], response: sealed, epoch: key.epoch), person.id, occasion, at: now,
          transaction)
      case .quiz(let quiz):
        var answer = QuizRecords.Answer(
          quiz: quiz, question: name, participant: person.id, mark: marks[index], response: [], epoch: key.epoch,
          isOnPaper: true)
        answer.response = try training.sealed(response, with: key, of: person.agency, QuizDesk.address(answer))
        isStored = try QuizRecords.insert(answer, at: now, transaction)
      }
      guard isStored else { throw DatabaseFailure.contended }
    }
    return marks.reduce(0, +)
  }

  private static func questions(
    _ cohort: Cohort, _ kind: PaperKind, _ language: Language, _ training: TrainingOffice,
    _ transaction: any ReadTransaction
  ) throws -> [GiftQuestion] {
    switch kind {
    case .test:
      let paper = try training.paper(cohort, transaction)
      return cohort.questions.compactMap { paper.question($0, language) }
    case .quiz(let id):
      guard let quiz = try QuizRecords.quiz(id, transaction), quiz.cohort == cohort.id else { throw Refusal.notFound }
      let paper = try training.paper(quiz, transaction)
      return quiz.questions.compactMap { paper.question($0, language) }
    }
  }

  /// What is stored of somebody already, and whether all of it came from paper.
  private static func known(_ person: ParticipantID, _ kind: PaperKind, _ transaction: any ReadTransaction) throws -> (
    marks: [String: Double], isOnPaper: Bool
  ) {
    switch kind {
    case .test(let occasion):
      let marks = try TrainingRecords.marks(person, transaction)[occasion] ?? [:]
      return (marks, try RoomRecords.isOnPaper(person, occasion, transaction))
    case .quiz(let quiz):
      let marks = try QuizRecords.marks(quiz, person, transaction)
      return (marks.mapValues(\.mark), marks.values.allSatisfy(\.isOnPaper))
    }
  }
}
