import Accounts
import Basics
import CountryPack
import Foundation
import Records
import TestSupport
import Testing
import Vault

@testable import Training

/// A clock that a test can move.
final class MovingClock: @unchecked Sendable {
  // @unchecked Sendable: the lock guards its only variable.
  private let lock = NSLock()
  private var moment = Moment(milliseconds: Int64(day("2008-03-10").daysSince1970) * 86_400_000 + 50_000_000)
  func move(_ span: Span) { lock.withLock { moment = moment + span } }
  func move(days: Int) { lock.withLock { moment = moment + .days(days) } }
  var clock: Clock { Clock { self.lock.withLock { self.moment } } }
}

/// A school: an agency with a trainer, and another agency's trainer.
struct School {
  let office: Office
  let time = MovingClock()
  let pack: CountryPack
  let trainer: Actor
  let stranger: Actor
  let cohort = CohortID.random()

  var desk: CohortDesk { CohortDesk(office, pack) }
  var visitors: ParticipantDesk { ParticipantDesk(office, pack) }

  init(_ database: any Database) async throws {
    pack = try CountryPack.load(from: ecuador)
    office = Office(
      database: database, root: .random(), clock: time.clock, randomness: .seeded(7), passwordCost: .test)
    let agencies = AgencyDesk(office)
    let password = "una frase larga y buena"
    _ = try await agencies.setUp(
      name: "OIM Quito", kind: "international", province: "EC-P", administrator: "Ana", login: "ana", password: password
    )
    let office = self.office
    func actor(_ login: String) async throws -> Actor {
      guard
        case .signedIn(let token) = try await SignInDesk(office).signIn(login: login, password: password, client: "t"),
        let actor = try await SignInDesk(office).actor(for: token)
      else { throw Refusal.notFound }
      return actor
    }
    let other = try await agencies.create(
      .console, name: "Otra", kind: "ngo", province: "EC-O", administrator: "Olga", login: "olga")
    _ = try await MembersDesk(office).accept(other.invitation, password: password)
    for (inviter, login) in [("ana", "tere"), ("olga", "otto")] {
      let token = try await MembersDesk(office).invite(
        try await actor(inviter), name: "Capacitación", login: login, roles: [.trainer])
      _ = try await MembersDesk(office).accept(token, password: password)
    }
    trainer = try await actor("tere")
    stranger = try await actor("otto")
  }

  static let typed = NewCohort(
    phase: "quito-1", place: "Quito, sala 2", province: "EC-P", from: day("2008-03-10"), until: day("2008-03-14"),
    seats: 3, institutions: ["senami", "mte-sti"])

  func person(_ name: String, another: Bool = false) -> NewParticipant {
    NewParticipant(name: name, post: "Puesto canario", institution: "senami", province: "EC-P", isAnother: another)
  }

  /// Registers through the link and answers the personal link.
  func join(_ name: String) async throws -> Token {
    let link = try await desk.link(trainer, cohort)
    return try await visitors.register(link, id: .random(), person(name)).link
  }

  /// Right answers, or nothing at all.
  func responses(_ link: Token, right: Bool) async throws -> [String: QuestionResponse] {
    guard right else { return [:] }
    return try await visitors.questions(link, .spanish).reduce(into: [:]) { responses, question in
      guard let name = question.name else { return }
      switch question.body {
      case .trueFalse(let isTrue, _, _): responses[name] = .trueFalse(isTrue)
      case .choice(_, let choices): responses[name] = .chosen(Set(choices.indices.filter { choices[$0].weight > 0 }))
      case .short(let choices): responses[name] = .text(choices[0].text.text)
      case .numeric(let answers, _):
        switch answers.max(by: { $0.weight < $1.weight })?.target {
        case .value(let value, _): responses[name] = .text(String(value))
        case .range(let low, _): responses[name] = .text(String(low))
        default: responses[name] = .text("1")
        }
      case .matching(let pairs):
        responses[name] = .pairs(Dictionary(uniqueKeysWithValues: pairs.enumerated().map { ($0, $1.right) }))
      case .ordering(let steps, _):
        responses[name] = .order(Dictionary(uniqueKeysWithValues: steps.indices.map { ($0, $0) }))
      default: break
      }
    }
  }
}

func withSchool(_ engine: Engine, _ body: (School) async throws -> Void) async throws {
  try await withStore(engine, AccountsSchema.migrations + TrainingSchema.migrations) {
    let school = try await School($0)
    _ = try await school.desk.open(school.trainer, id: school.cohort, School.typed)
    try await body(school)
  }
}

func refusal(_ work: () async throws -> Void) async -> Refusal? {
  do {
    try await work()
    return nil
  } catch { return error as? Refusal }
}

@Suite struct CohortDeskTests {
  @Test(arguments: TestEngine.available) func aClassFromFirstDayToCertificate(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (desk, visitors, trainer) = (school.desk, school.visitors, school.trainer)
      let sessions = [TrainingSessionID.random(), .random()]
      for (index, id) in sessions.enumerated() {
        try await desk.addSession(
          trainer, id: id, to: school.cohort, day: day("2008-03-1\(index)"), title: "Jornada \(index + 1)")
      }
      let ana = try await school.join("Ana Canaria")
      let luz = ParticipantID.random()
      let byHand = try await desk.register(trainer, id: luz, in: school.cohort, school.person("Luz Canaria"))
      #expect(byHand.status == .enrolled)

      #expect(await refusal { _ = try await visitors.lesson(ana) }?.phrase.key == "error.training_test_first")
      #expect(try await visitors.submit(ana, .pre, [:], language: .spanish))
      #expect(try await visitors.lesson(ana).text[.spanish].hasPrefix("# Qué es la trata"))
      let right = try await school.responses(ana, right: true)
      #expect(right.count == 20)
      #expect(try await visitors.submit(ana, .post, right, language: .spanish))
      #expect(try await visitors.submit(byHand.link, .pre, [:], language: .english))
      let seat = try await visitors.seat(ana)
      #expect(seat.scores[.pre] == 0)
      #expect(seat.scores[.post] == 1)

      let result = try await desk.results(trainer, school.cohort)
      #expect(result.answeredBefore == 2)
      #expect(result.answeredAfter == 1)
      #expect(result.paired.matched == 1)
      #expect(result.paired.gain == 1)
      #expect(result.paired.attrition == 0.5)
      #expect(result.paired.isTooFewToJudge)
      #expect(result.items.map(\.post) == Array(repeating: 1, count: 20))

      let people = try await desk.participants(trainer, school.cohort)
      #expect(people.compactMap(\.identity?.name).sorted() == ["Ana Canaria", "Luz Canaria"])
      let anaID = try #require(people.first { $0.identity?.name == "Ana Canaria" }).participant.id
      try await desk.mark(trainer, sessions[0], [anaID: .present, luz: .present])
      try await desk.mark(trainer, sessions[1], [anaID: .present, luz: .excused])
      let number = CertificateID.random()
      #expect(
        await refusal { _ = try await desk.issueCertificate(trainer, id: number, for: anaID) }?.phrase.key
          == "error.training_attendance_rule")
      school.time.move(days: 1)
      let issued = try await desk.issueCertificate(trainer, id: number, for: anaID)
      #expect((issued.attended, issued.held) == (2, 2))
      #expect(try await desk.issueCertificate(trainer, id: .random(), for: anaID) == issued)
      #expect(
        await refusal { _ = try await desk.issueCertificate(trainer, id: .random(), for: luz) }?.kind == .conflict)
      #expect(try await desk.certificate(trainer, number).identity.name == "Ana Canaria")

      let check = try await visitors.check(number, name: "ana  CANARIA", code: issued.code.uppercased())
      #expect(check.nameAgrees == true)
      #expect(check.codeAgrees == true)
      #expect(check.paper.agency == "OIM Quito")
      let forged = try await visitors.check(number, name: "Luz Canaria", code: "00000-00000-00000")
      #expect(forged.nameAgrees == false)
      #expect(forged.codeAgrees == false)
      #expect(await refusal { _ = try await visitors.check(.random()) }?.kind == .notFound)
      #expect(try await visitors.certificate(ana, name: "Ana Canaria").certificate == issued)
      #expect(await refusal { _ = try await visitors.certificate(ana, name: "Otra") }?.fields.first?.field == "name")
      #expect(await refusal { _ = try await visitors.certificate(byHand.link, name: "Luz") }?.kind == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func doneTwiceIsDoneOnce(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (desk, visitors, trainer) = (school.desk, school.visitors, school.trainer)
      var other = School.typed
      other.place = "Otro lugar"
      let again = try await desk.open(trainer, id: school.cohort, other)
      #expect(again.place == "Quito, sala 2")
      #expect(try await desk.cohorts(trainer).count == 1)
      let link = try await desk.link(trainer, school.cohort)
      let id = ParticipantID.random()
      let first = try await visitors.register(link, id: id, school.person("Ana"))
      let second = try await visitors.register(link, id: id, school.person("Ana"))
      #expect(first.link.hash == second.link.hash)
      // The same name once more: said kindly, and possible for another person.
      let known = await refusal { _ = try await visitors.register(link, id: .random(), school.person("  ana ")) }
      #expect(known?.phrase.key == "error.training_already_registered")
      _ = try await visitors.register(link, id: .random(), school.person("Ana", another: true))
      #expect(try await desk.participants(trainer, school.cohort).count == 2)

      #expect(try await visitors.submit(first.link, .pre, [:], language: .spanish))
      let right = try await school.responses(first.link, right: true)
      #expect(try await !visitors.submit(first.link, .pre, right, language: .spanish))
      #expect(try await visitors.seat(first.link).scores[.pre] == 0)
    }
  }

  @Test(arguments: TestEngine.available) func manyAtOnceAreAllKept(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let link = try await school.desk.link(school.trainer, school.cohort)
      let visitors = school.visitors
      let statuses = try await withThrowingTaskGroup(of: Participant.Status.self) { group in
        for index in 0..<8 {
          let person = school.person("Persona \(index)a")
          group.addTask { try await visitors.register(link, id: .random(), person).status }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(statuses.count { $0 == .enrolled } == 3)
      #expect(statuses.count { $0 == .waiting } == 5)
    }
  }

  @Test(arguments: TestEngine.available) func whoWaitsMovesUp(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (desk, visitors, trainer) = (school.desk, school.visitors, school.trainer)
      var links: [Token] = []
      for name in ["Uno Uno", "Dos Dos", "Tres Tres", "Cuatro Cuatro"] {
        links.append(try await school.join(name))
        school.time.move(days: 0)
      }
      #expect(try await visitors.seat(links[3]).participant.status == .waiting)
      #expect(
        await refusal { try await visitors.submit(links[3], .pre, [:], language: .spanish) }?.phrase.key
          == "error.training_waiting_list")
      let first = try await visitors.seat(links[0]).participant.id
      try await desk.withdraw(trainer, first)
      #expect(await refusal { _ = try await visitors.seat(links[0]) }?.kind == .notFound)
      #expect(try await visitors.seat(links[3]).participant.status == .enrolled)
      #expect(await refusal { try await desk.withdraw(trainer, first) }?.kind == .conflict)
      let summary = try await desk.cohort(trainer, school.cohort)
      #expect((summary.enrolled, summary.waiting) == (3, 0))
    }
  }

  @Test(arguments: TestEngine.available) func timesAndLinksAndCodesAreChecked(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (desk, visitors, trainer) = (school.desk, school.visitors, school.trainer)
      let ana = try await school.join("Ana")
      let link = try await desk.link(trainer, school.cohort)
      for wrong in [Token(), ana] {
        #expect(await refusal { _ = try await visitors.invitation(wrong) }?.kind == .notFound)
        #expect(
          await refusal { _ = try await visitors.register(wrong, id: .random(), school.person("Eva")) }?.kind
            == .notFound)
      }
      for wrong in [Token(), link] {
        #expect(await refusal { _ = try await visitors.seat(wrong) }?.kind == .notFound)
        #expect(await refusal { try await visitors.submit(wrong, .pre, [:], language: .spanish) }?.kind == .notFound)
      }
      #expect(
        await refusal { try await visitors.submit(ana, .pre, ["otra": .text("x")], language: .spanish) }?.kind
          == .invalid)
      let long = QuestionResponse.text(String(repeating: "x", count: 3000))
      let name = try #require(try await visitors.questions(ana, .english).first?.name)
      #expect(
        await refusal { try await visitors.submit(ana, .pre, [name: long], language: .spanish) }?.kind == .invalid)
      #expect(
        await refusal { try await visitors.submit(ana, .post, [:], language: .spanish) }?.phrase.key
          == "error.training_test_not_yet")
      school.time.move(days: 5)
      #expect(
        await refusal { try await visitors.submit(ana, .pre, [:], language: .spanish) }?.phrase.key
          == "error.training_test_closed")
      #expect(
        await refusal { _ = try await visitors.register(link, id: .random(), school.person("Eva")) }?.phrase.key
          == "error.training_registration_over")
      school.time.move(days: 7)
      #expect(
        await refusal { try await visitors.submit(ana, .post, [:], language: .spanish) }?.phrase.key
          == "error.training_test_closed")
    }
  }

  @Test(arguments: TestEngine.available) func anotherAgencyFindsNothing(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (desk, stranger, cohort) = (school.desk, school.stranger, school.cohort)
      let link = try await school.join("Ana")
      let ana = try await school.visitors.seat(link).participant.id
      let session = TrainingSessionID.random()
      try await desk.addSession(school.trainer, id: session, to: cohort, day: day("2008-03-10"), title: "Uno")
      let tries: [() async throws -> Void] = [
        { _ = try await desk.open(stranger, id: cohort, School.typed) },
        { _ = try await desk.cohort(stranger, cohort) },
        { _ = try await desk.link(stranger, cohort) }, { _ = try await desk.participants(stranger, cohort) },
        { _ = try await desk.results(stranger, cohort) }, { try await desk.withdraw(stranger, ana) },
        { try await desk.mark(stranger, session, [ana: .present]) },
        { try await desk.addSession(stranger, id: .random(), to: cohort, day: day("2008-03-10"), title: "Dos") },
        { _ = try await desk.register(stranger, id: .random(), in: cohort, school.person("Eva")) },
        { _ = try await desk.issueCertificate(stranger, id: .random(), for: ana) },
      ]
      for (index, work) in tries.enumerated() { #expect(await refusal(work)?.kind == .notFound, "try \(index)") }
      #expect(try await desk.cohorts(stranger).isEmpty)
    }
  }

  /// Names, posts and free answers are nowhere in the store.
  @Test(arguments: TestEngine.available) func aStolenStoreTellsNoNames(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let link = try await school.join("Canaria Plumaamarilla")
      var random = school.office.randomness
      let cohort = try await school.visitors.seat(link).cohort
      let open = cohort.questions.randomElement(using: &random) ?? ""
      try await school.visitors.submit(link, .pre, [open: .text("respuestacanaria")], language: .spanish)
      _ = try await school.desk.participants(school.trainer, school.cohort)
      let dump = try await school.office.database.read { transaction in
        try ["cohorts", "participants", "test_answers", "training_sessions", "certificates", "audit_entries"].flatMap {
          try transaction.rows("SELECT * FROM \($0)").map { String(reflecting: $0) + Self.texts($0) }
        }.joined()
      }
      #expect(dump.contains("participant.register"))
      for canary in ["Canaria", "Plumaamarilla", "PLUMA", "canario", "respuestacanaria", link.exposedText] {
        #expect(!dump.contains(canary), "\(canary)")
      }
    }
  }

  /// Every value of a row with its bytes read as text.
  private static func texts(_ row: Row) -> String {
    Mirror(reflecting: row).children.compactMap { $0.value as? [SQLValue] }.flatMap { $0 }.map {
      switch $0 {
      case .text(let text): text
      case .blob(let bytes): String(decoding: bytes, as: UTF8.self)
      default: ""
      }
    }.joined(separator: "\n")
  }
}
