import Accounts
import Basics
import CountryPack
import Foundation
import Records
import Vault

/// The desk for people without an account: they come with a link. A link that is not ours finds nothing.
public struct ParticipantDesk: Sendable {
  let training: TrainingOffice
  private let intake: Intake<any WriteTransaction>
  private let outlook: Intake<any ReadTransaction>
  private var office: Office { training.office }

  public init(_ office: Office, _ pack: CountryPack) {
    training = TrainingOffice(office, pack)
    intake = .writes(to: office.database)
    outlook = .reads(of: office.database)
  }

  /// The cohort a registration link leads to, and how many seats are left.
  public func invitation(_ link: Token) async throws -> Invitation {
    let training = self.training
    return try await office.database.read { transaction in
      guard let cohort = try TrainingRecords.cohort(linkHash: link.hash, transaction) else { throw Refusal.notFound }
      let enrolled = try TrainingRecords.count(cohort.id, .enrolled, transaction)
      return Invitation(
        cohort: cohort, agency: try AgencyDesk.agency(cohort.agency, transaction)?.name ?? "",
        seatsLeft: max(0, cohort.seats - enrolled), isOpen: CohortRules.isOpen(cohort, on: training.today))
    }
  }

  /// Registers through the cohort's link. The name goes into the agency's drop box, which nobody here can open.
  public func register(_ link: Token, id: ParticipantID, _ typed: NewParticipant) async throws -> Registration {
    let training = self.training
    return try await office.database.write { transaction in
      guard let cohort = try TrainingRecords.cohort(linkHash: link.hash, transaction) else { throw Refusal.notFound }
      return try training.register(
        id, typed, in: cohort, doer: .visitor, action: "participant.register", transaction)
    }
  }

  /// What a personal link leads to.
  public func seat(_ link: Token) async throws -> Seat {
    let training = self.training
    return try await outlook.run { try training.seat(link, $0) }
  }

  /// Hands a test in, once. A question answered before keeps its first answer.
  ///
  /// - Parameters:
  ///   - responses: by the question's name; a question left out counts as answered with nothing.
  ///   - language: the language the questions were read in.
  /// - Returns: whether this was the first time.
  ///
  /// Throws `Refusal` `.conflict` before the test's time or after it, `.invalid` for a question the test doesn't have.
  @discardableResult
  public func submit(
    _ link: Token, _ occasion: TestOccasion, _ responses: [String: QuestionResponse], language: Language
  ) async throws -> Bool {
    try await submit(link, occasion, language) { _ in responses }
  }

  /// The same, with answers that are read out of a form once the questions are known.
  @discardableResult
  public func submit(
    _ link: Token, _ occasion: TestOccasion, _ language: Language,
    reading read: ([GiftQuestion]) throws -> [String: QuestionResponse]
  ) async throws -> Bool {
    let (training, now) = (self.training, office.clock.now())
    let (seat, paper, key) = try await outlook.run { transaction in
      let seat = try training.seat(link, transaction)
      return (
        seat, try training.paper(seat.cohort, transaction),
        try training.sealingKey(seat.participant.agency, transaction)
      )
    }
    let (person, names) = (seat.participant, seat.cohort.questions)
    if seat.tests[occasion] == .answered { return false }
    guard person.status == .enrolled else { throw Refusal(.conflict, Phrase("error.training_waiting_list")) }
    try Self.check(seat.tests[occasion])
    let responses = try read(names.compactMap { paper.question($0, language) })
    guard responses.keys.allSatisfy(names.contains), responses.values.allSatisfy(\.isSmall) else {
      throw Refusal(.invalid, Phrase("error.training_unknown_question"))
    }
    // Marked and sealed before the transaction, where everybody else would wait for it.
    let sealed = try training.sealed(responses, of: names, with: key, person, occasion)
    let answers = try names.map { name in
      guard let question = paper.question(name, language), let response = sealed[name] else { throw Refusal.notFound }
      return TrainingRecords.Answer(
        question: name, mark: Marking.mark(question, responses[name]) ?? 0, response: response, epoch: key.epoch)
    }
    return try await intake.run { transaction in
      guard try TrainingRecords.participant(person.id, transaction)?.participant.status == .enrolled else {
        throw Refusal.notFound
      }
      let answered = Set(try TrainingRecords.marks(person.id, transaction).keys)
      if answered.contains(occasion) { return false }
      try Self.check(CohortRules.testState(occasion, seat.cohort, answered: answered, on: training.today))
      for answer in answers {
        guard try TrainingRecords.insert(answer, person.id, occasion, at: now, transaction) else {
          throw DatabaseFailure.contended
        }
      }
      try transaction.record(
        AuditEntry(
          at: now, doer: .visitor, action: "test.\(occasion.rawValue)", objectKind: "participant",
          objectID: person.id.description))
      return true
    }
  }

  private static func check(_ state: TestState?) throws(Refusal) {
    switch state {
    case .open: return
    case .answered: throw Refusal.conflict
    case .notYet: throw Refusal(.conflict, Phrase("error.training_test_not_yet"))
    case .closed, nil: throw Refusal(.conflict, Phrase("error.training_test_closed"))
    }
  }

  /// The lesson of somebody's phase. Throws `.conflict` while the first test is still owed.
  public func lesson(_ link: Token) async throws -> TrainingLesson {
    let seat = try await seat(link)
    guard seat.participant.status == .enrolled else { throw Refusal(.conflict, Phrase("error.training_waiting_list")) }
    guard seat.isLessonOpen else { throw Refusal(.conflict, Phrase("error.training_test_first")) }
    guard let lesson = seat.lesson else { throw Refusal.notFound }
    return lesson
  }

  /// A seat with the questions of its test: what opening or sending a test reads, at once.
  public func test(_ link: Token, _ language: Language) async throws -> (seat: Seat, questions: [GiftQuestion]) {
    let training = self.training
    return try await outlook.run { transaction in
      let seat = try training.seat(link, transaction)
      let paper = try training.paper(seat.cohort, transaction)
      return (seat, seat.cohort.questions.compactMap { paper.question($0, language) })
    }
  }

  /// The questions of somebody's test, in the order they were drawn.
  public func questions(_ link: Token, _ language: Language) async throws -> [GiftQuestion] {
    let training = self.training
    return try await office.database.read { transaction in
      let cohort = try training.seat(link, transaction).cohort
      let paper = try training.paper(cohort, transaction)
      return cohort.questions.compactMap { paper.question($0, language) }
    }
  }

  /// The certificate behind a personal link, for whoever types the name it was issued to.
  ///
  /// The server can't open the name; the keyed code says whether it is the one.
  public func certificate(_ link: Token, name: String) async throws -> CertificatePaper {
    let training = self.training
    return try await office.database.read { transaction in
      guard let certificate = try training.seat(link, transaction).certificate,
        let paper = try training.paper(certificate, transaction)
      else { throw Refusal.notFound }
      guard training.isIssued(certificate, to: name) else {
        throw Refusal.fields([FieldProblem("name", "error.training_certificate_name")])
      }
      return paper
    }
  }

  /// What anybody can find out about a certificate: that it exists, what it is for, and whether a name or a code is
  /// the one it was issued with. The name itself is never told.
  public func check(_ id: CertificateID, name: String? = nil, code: String? = nil) async throws -> CertificateCheck {
    let training = self.training
    return try await office.database.read { transaction in
      guard let certificate = try TrainingRecords.certificate(id, transaction),
        let paper = try training.paper(certificate, transaction)
      else { throw Refusal.notFound }
      let typed = code.map { Array($0.lowercased().filter { $0.isLetter || $0.isNumber }.utf8) }
      let issued = Array(certificate.code.filter { $0 != "-" }.utf8)
      return CertificateCheck(
        paper: paper, nameAgrees: name.map { training.isIssued(certificate, to: $0) },
        codeAgrees: typed.map { equalInConstantTime($0, issued) })
    }
  }
}

/// Where a registration link leads.
public struct Invitation: Hashable, Sendable {
  public var cohort: Cohort
  public var agency: String
  public var seatsLeft: Int
  public var isOpen: Bool
}

/// Where a personal link leads. Shows no name: the page may be open on a borrowed phone.
public struct Seat: Hashable, Sendable {
  public var participant: Participant
  public var cohort: Cohort
  public var sessions: [TrainingSession]
  public var tests: [TestOccasion: TestState]
  /// The share of the full mark, for tests that were handed in.
  public var scores: [TestOccasion: Double]
  /// The mark of each question, by occasion.
  public var marks: [TestOccasion: [String: Double]]
  public var isLessonOpen: Bool
  public var lesson: TrainingLesson?
  public var certificate: Certificate?
}

public struct CertificateCheck: Hashable, Sendable {
  public var paper: CertificatePaper
  /// `nil` when no name was given.
  public var nameAgrees: Bool?
  public var codeAgrees: Bool?
}

extension TrainingOffice {
  func seat(_ link: Token, _ transaction: any ReadTransaction) throws -> Seat {
    guard let participant = try TrainingRecords.participant(linkHash: link.hash, transaction),
      participant.status != .withdrawn,
      let cohort = try TrainingRecords.cohort(participant.cohort, transaction)
    else { throw Refusal.notFound }
    let marks = try TrainingRecords.marks(participant.id, transaction)
    let answered = Set(marks.keys)
    let states = TestOccasion.allCases.map {
      ($0, CohortRules.testState($0, cohort, answered: answered, on: today))
    }
    return Seat(
      participant: participant, cohort: cohort, sessions: try TrainingRecords.sessions(cohort.id, transaction),
      tests: Dictionary(uniqueKeysWithValues: states),
      scores: marks.mapValues { $0.values.sorted().reduce(0, +) / Double(max(1, cohort.questions.count)) },
      marks: marks, isLessonOpen: CohortRules.isLessonOpen(cohort, answered: answered, on: today),
      lesson: pack.training.phase(cohort.phase).flatMap { pack.training.lesson($0.lesson) },
      certificate: try TrainingRecords.certificate(of: participant.id, transaction))
  }

  func isIssued(_ certificate: Certificate, to name: String) -> Bool {
    name.utf8.count <= 1024
      && equalInConstantTime(Array(certificate.code.utf8), Array(code(certificate.id, name: name).utf8))
  }
}

extension QuestionResponse {
  /// Nobody answers a question with a book.
  var isSmall: Bool {
    switch self {
    case .trueFalse: true
    case .chosen(let places): places.count <= 100
    case .text(let text): text.utf8.count <= 2000
    case .order(let places): places.count <= 100
    case .pairs(let pairs): pairs.count <= 100 && pairs.values.allSatisfy { $0.utf8.count <= 2000 }
    }
  }
}
