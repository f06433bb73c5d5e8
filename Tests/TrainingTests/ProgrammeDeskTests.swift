import Accounts
import Basics
import CountryPack
import Foundation
import Records
import TestSupport
import Testing
import Vault

@testable import Training

extension School {
  fileprivate var programme: ProgrammeDesk { ProgrammeDesk(office, pack) }
  fileprivate var organising: OrganisingDesk { OrganisingDesk(office, pack) }
  fileprivate var lists: RegistrationDesk { RegistrationDesk(office, pack) }
  fileprivate var people: PeopleDesk { PeopleDesk(office, pack) }
  fileprivate func summary() async throws -> CohortSummary { try await desk.cohort(trainer, cohort) }
}

@Suite struct ProgrammeDeskTests {
  @Test(arguments: TestEngine.available) func aCohortChangesAndIsCalledOff(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (programme, trainer, id) = (school.programme, school.trainer, school.cohort)
      var seats: [Token] = []
      for name in ["Ana", "Eva", "Luz", "Sol", "Paz"] { seats.append(try await school.join(name)) }
      #expect(try await school.summary().waiting == 2)
      var typed = School.typed
      (typed.place, typed.seats) = ("Ibarra, casa", 4)
      try await programme.edit(trainer, id, revision: 1, typed)
      var now = try await school.summary()
      #expect((now.cohort.place, now.cohort.revision, now.enrolled, now.waiting) == ("Ibarra, casa", 2, 4, 1))
      // Somebody who saw the page of before.
      #expect(await refusal { try await programme.edit(trainer, id, revision: 1, typed) }?.kind == .conflict)
      // What would lose somebody is refused, all at once.
      try await programme.addSession(
        trainer, id: .random(), to: id, NewSession(day: day("2008-03-14"), title: "Última"))
      (typed.seats, typed.until, typed.institutions) = (2, day("2008-03-12"), ["mintur"])
      let refused = await refusal { try await programme.edit(trainer, id, revision: 2, typed) }
      #expect(Set(refused?.fields.map(\.field) ?? []) == ["seats", "until", "institutions"])
      #expect(
        await refusal { try await programme.edit(school.stranger, id, revision: 2, School.typed) }?.kind == .notFound)

      try await programme.cancel(trainer, id)
      try await programme.cancel(trainer, id)
      now = try await school.summary()
      #expect(now.cohort.isCancelled && now.cohort.revision == 3)
      #expect(try await school.visitors.seat(seats[0]).tests[.pre] == .closed)
      #expect(await refusal { _ = try await school.join("Ivo") }?.kind == .conflict)
      #expect(await refusal { try await programme.edit(trainer, id, revision: 3, School.typed) }?.kind == .conflict)
      #expect(await refusal { try await programme.cancel(school.stranger, id) }?.kind == .notFound)
      #expect(try await school.organising.calendar(seat: seats[0], .spanish).events.allSatisfy(\.isCancelled))
    }
  }

  @Test(arguments: TestEngine.available) func sessionsMoveAndGo(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (programme, trainer, id) = (school.programme, school.trainer, school.cohort)
      let session = TrainingSessionID.random()
      let typed = NewSession(day: day("2008-03-11"), title: "Tarde", begins: "13:00", ends: "16:30", room: "Sala 2")
      try await programme.addSession(trainer, id: session, to: id, typed)
      try await programme.addSession(trainer, id: session, to: id, NewSession(day: day("2008-03-11"), title: "Otra"))
      #expect(try await school.summary().sessions.map(\.title) == ["Tarde"])
      let wrong = NewSession(day: day("2009-01-01"), title: " ", begins: "16:00", ends: "13:00", room: "a\nb")
      #expect(
        await refusal { try await programme.edit(trainer, session, revision: 1, wrong) }?.fields.map(\.field)
          == ["title", "day", "ends", "room"])
      let half = NewSession(day: day("2008-03-11"), title: "Tarde", begins: "13:00")
      #expect(
        await refusal { try await programme.edit(trainer, session, revision: 1, half) }?.fields.map(\.field) == ["ends"]
      )
      var moved = typed
      moved.day = day("2008-03-10")
      try await programme.edit(trainer, session, revision: 1, moved)
      #expect(await refusal { try await programme.edit(trainer, session, revision: 1, moved) }?.kind == .conflict)
      #expect(
        await refusal { try await programme.edit(school.stranger, session, revision: 2, moved) }?.kind == .notFound)
      let ana = ParticipantID.random()
      _ = try await school.desk.register(trainer, id: ana, in: id, school.person("Ana"))
      try await school.desk.mark(trainer, session, [ana: .present])
      #expect(
        await refusal { try await programme.remove(trainer, session) }?.phrase.key == "error.training_session_marked")
      try await school.desk.mark(trainer, session, [ana: nil])
      try await programme.remove(trainer, session)
      #expect(try await school.summary().sessions.isEmpty)
      #expect(await refusal { try await programme.remove(trainer, session) }?.kind == .notFound)
      #expect(await refusal { try await school.desk.mark(trainer, session, [ana: .present]) }?.kind == .notFound)
      try await programme.cancel(trainer, id)
      let late = await refusal {
        try await school.desk.addSession(trainer, id: .random(), to: id, day: day("2008-03-10"), title: "Tarde")
      }
      #expect(late?.kind == .conflict)
    }
  }

  @Test(arguments: TestEngine.available) func anAgendaIsTakenOnce(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (programme, trainer, id) = (school.programme, school.trainer, school.cohort)
      let request = AgendaPointID.random()
      func take(_ request: AgendaPointID, _ from: String, _ code: String = "three-days") async throws {
        try await programme.takeAgenda(trainer, request: request, for: id, code, from: day(from), .spanish)
      }
      #expect(await refusal { try await take(request, "2008-03-13") }?.fields.map(\.field) == ["day"])
      #expect(await refusal { try await take(request, "2008-03-09") }?.fields.map(\.field) == ["day"])
      #expect(await refusal { try await take(request, "2008-03-10", "none") }?.fields.map(\.field) == ["agenda"])
      try await take(request, "2008-03-11")
      try await take(request, "2008-03-11")
      #expect(await refusal { try await take(.random(), "2008-03-11") }?.kind == .conflict)
      let sessions = try await school.summary().sessions
      #expect(sessions.map(\.begins?.description) == ["08:30", "13:15", "08:30", "13:30", "08:30", "13:00"])
      var points = try await programme.agenda(trainer, id)
      #expect(points.count == school.pack.training.agenda("three-days")?.items.count)
      #expect(points == points.sorted { ($0.day, $0.begins, $0.ends) < ($1.day, $1.begins, $1.ends) })
      await #expect(throws: Refusal.notFound) { try await programme.agenda(school.stranger, id) }

      var typed = NewAgendaPoint(
        day: day("2008-03-11"), begins: "08:30:00", ends: "09:00", title: "Apertura", course: "general")
      try await programme.edit(trainer, points[0].id, revision: 1, typed)
      #expect(await refusal { try await programme.edit(trainer, points[0].id, revision: 1, typed) }?.kind == .conflict)
      (typed.course, typed.trainer, typed.begins) = ("none", TrainerID.random().description, "")
      #expect(
        await refusal { try await programme.edit(trainer, points[0].id, revision: 2, typed) }?.fields.map(\.field)
          == ["begins", "course", "trainer"])
      try await programme.remove(trainer, points[1].id)
      points = try await programme.agenda(trainer, id)
      #expect(points.first?.title == "Apertura")

      // Emptied: the session with a mark stays, and another agenda fits.
      let ana = ParticipantID.random()
      _ = try await school.desk.register(trainer, id: ana, in: id, school.person("Ana"))
      try await school.desk.mark(trainer, sessions[0].id, [ana: .present])
      try await programme.clearAgenda(trainer, id)
      #expect(try await programme.agenda(trainer, id).isEmpty)
      #expect(try await school.summary().sessions.map(\.id) == [sessions[0].id])
      try await take(.random(), "2008-03-14", "half-day")
    }
  }

  @Test(arguments: TestEngine.available) func trainersKnowWhoTrainedThem(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (organising, trainer, id) = (school.organising, school.trainer, school.cohort)
      let (first, second) = (TrainerID.random(), TrainerID.random())
      try await organising.addTrainer(trainer, id: first, to: id, NewTrainer(name: "Rosa Canaria", organisation: "OIM"))
      try await organising.addTrainer(
        trainer, id: second, to: id,
        NewTrainer(
          member: trainer.member.description, trainedBy: first.description, trainedAt: id.description))
      try await organising.addTrainer(trainer, id: second, to: id, NewTrainer(name: "Otra"))
      let rows = try await organising.trainers(trainer, id)
      #expect(Set(rows.map(\.identity?.name)) == ["Rosa Canaria", "Capacitación"])
      let pupil = try #require(rows.first { $0.trainer.id == second }).trainer
      #expect(
        pupil.trainedBy == first && pupil.trainedAt == id
          && pupil.member == trainer.member)
      func fields(_ typed: NewTrainer) async -> [String]? {
        await refusal { try await organising.addTrainer(trainer, id: .random(), to: id, typed) }?.fields.map(\.field)
      }
      #expect(await fields(NewTrainer()) == ["name"])
      #expect(await fields(NewTrainer(member: trainer.member.description)) == ["member"])
      #expect(await fields(NewTrainer(member: school.stranger.member.description)) == ["member"])
      #expect(
        await fields(NewTrainer(name: "Eva", trainedBy: TrainerID.random().description, trainedAt: "x"))
          == ["trainedBy", "trainedAt"])
      let circle = await refusal {
        try await organising.setTraining(trainer, of: first, NewTrainer(trainedBy: second.description))
      }
      #expect(circle?.fields.map(\.field) == ["trainedBy"])
      try await organising.assign(trainer, first, to: id, false)
      #expect(try await organising.trainers(trainer, id).filter(\.isOfCohort).map(\.trainer.id) == [second])
      for work in [
        { try await organising.addTrainer(school.stranger, id: .random(), to: id, NewTrainer(name: "Eva")) },
        { try await organising.assign(school.stranger, first, to: id, true) },
        { try await organising.setTraining(school.stranger, of: first, NewTrainer()) },
        { _ = try await organising.budget(school.stranger, id) },
        { try await organising.setMaterials(school.stranger, id, []) },
      ] as [() async throws -> Void] {
        #expect(await refusal(work)?.kind == .notFound)
      }
    }
  }

  @Test(arguments: TestEngine.available) func moneyAddsUp(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (organising, trainer, id) = (school.organising, school.trainer, school.cohort)
      let line = BudgetLineID.random()
      let bus = NewBudgetLine(kind: "travel", planned: "0,10", spent: "", note: "Bus de Tulcán, canario")
      try await organising.addLine(trainer, id: line, to: id, bus)
      try await organising.addLine(trainer, id: line, to: id, bus)
      for _ in 0..<9 {
        try await organising.addLine(
          trainer, id: .random(), to: id, NewBudgetLine(kind: "meals", planned: "0.10", spent: "0.07"))
      }
      var budget = try await organising.budget(trainer, id)
      #expect((budget.planned, budget.spent) == (Money(cents: 100), Money(cents: 63)))
      #expect(budget.lines.first { $0.id == line }?.note == "Bus de Tulcán, canario")
      try await organising.edit(
        trainer, line, revision: 1, NewBudgetLine(kind: "travel", planned: "12", spent: "11,99", note: ""))
      #expect(await refusal { try await organising.edit(trainer, line, revision: 1, bus) }?.kind == .conflict)
      budget = try await organising.budget(trainer, id)
      #expect((budget.planned.description, budget.spent.description) == ("12.90", "12.62"))
      let wrong = NewBudgetLine(
        kind: "gold", planned: "1.250,00", spent: "-3", note: String(repeating: "x", count: 201))
      #expect(
        await refusal { try await organising.addLine(trainer, id: .random(), to: id, wrong) }?.fields.map(\.field)
          == ["kind", "planned", "spent", "note"])
      try await organising.remove(trainer, line)
      #expect(try await organising.budget(trainer, id).lines.count == 9)

      try await organising.setMaterials(
        trainer, id,
        [
          MaterialLine(kind: "water", needed: 30, isReady: true),
          MaterialLine(kind: "tests", needed: nil, isReady: false),
        ])
      let materials = try await organising.materials(trainer, id)
      #expect(materials.count == school.pack.lists[.materialKinds]?.count)
      #expect(materials.first { $0.kind == "water" }?.needed == 30)
      #expect(
        await refusal {
          try await organising.setMaterials(trainer, id, [MaterialLine(kind: "water", needed: -1, isReady: true)])
        }?.fields.map(\.field) == ["n.water"])
    }
  }

  @Test(arguments: TestEngine.available) func calendarsTellNoNames(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (organising, trainer, id) = (school.organising, school.trainer, school.cohort)
      #expect(try await organising.calendarLink(trainer) == nil)
      try await organising.renewCalendar(trainer)
      let link = try #require(try await organising.calendarLink(trainer))
      let seat = try await school.join("Ana Canaria")
      try await school.programme.addSession(
        trainer, id: .random(), to: id,
        NewSession(day: day("2008-03-11"), title: "Día 1", begins: "08:30", ends: "12:00"))
      let whole = try await organising.calendar(link, .spanish).text
      #expect(whole.contains("DTSTART:20080311T133000Z"))
      #expect(!whole.contains("Canaria"))
      let own = try await organising.calendar(seat: seat, .english)
      #expect(own.events.count == 1 && own.text.contains("SUMMARY:First phase"))
      try await organising.renewCalendar(trainer)
      #expect(await refusal { _ = try await organising.calendar(link, .spanish) }?.kind == .notFound)
      #expect(await refusal { _ = try await organising.calendar(Token(), .spanish) }?.kind == .notFound)
      #expect(await refusal { _ = try await organising.calendar(seat: link, .spanish) }?.kind == .notFound)
    }
  }
}

@Suite struct PeopleDeskTests {
  @Test(arguments: TestEngine.available) func aListIsRegisteredWholeOrNotAtAll(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (lists, trainer, id) = (school.lists, school.trainer, school.cohort)
      _ = try await school.join("Ana Pérez")
      let head = "nombre;cargo;institución;provincia;sexo\n"
      let text =
        head
        + "Eva Ruiz;Oficial;senami;Imbabura;Mujer\nANA PEREZ;Oficial;senami;EC-I;\nLuz;;senami;;\neva  ruiz;;senami;;\n"
      let look = try await lists.look(trainer, id, text)
      #expect(look.lines.map(\.double) == [.no, .registered, .no, .line(2)])
      #expect(try await school.desk.participants(trainer, id).count == 1)
      let request = CohortID.random()
      func register(_ text: String, _ choices: [Int: RegistrationList.Choice]) async throws -> RegistrationDesk.Outcome
      {
        try await lists.register(trainer, request: request, in: id, text, choices: choices)
      }
      #expect(
        await refusal { _ = try await register(text, [3: .skip]) }?.fields.first?.phrase.key
          == "error.training_list_doubles")
      #expect(
        await refusal { _ = try await register(text + "Sol;;mintur;;\n", [3: .skip, 5: .skip]) }?.fields.first?.phrase
          .key
          == "error.training_list_problems")
      #expect(try await school.desk.participants(trainer, id).count == 1)
      let done = try await register(text, [3: .skip, 5: .another])
      // Three seats, one taken: the third of the list waits.
      #expect((done.registered, done.waiting, done.skipped) == (2, 1, 1))
      // Sent twice, it is done once.
      let again = try await register(text, [3: .skip, 5: .another])
      #expect(again.registered + again.waiting == 3)
      let people = try await school.desk.participants(trainer, id)
      #expect(people.compactMap(\.identity?.name).sorted() == ["Ana Pérez", "Eva Ruiz", "Luz", "eva ruiz"])
      #expect(people.first { $0.identity?.name == "Eva Ruiz" }?.participant.sex == "female")
      #expect(people.first { $0.identity?.name == "Eva Ruiz" }?.participant.province == "EC-I")
      #expect(await refusal { _ = try await lists.look(school.stranger, id, text) }?.kind == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func fiveHundredLinesInSeconds(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let text = "nombre,institución\n" + (0..<500).map { "Persona Canaria \($0),senami\n" }.joined()
      let clock = ContinuousClock()
      let time = try await clock.measure {
        let done = try await school.lists.register(
          school.trainer, request: .random(), in: school.cohort, text, choices: [:])
        #expect(done.registered + done.waiting == 500)
      }
      #expect(time < .seconds(60), "\(time)")
      print("500 lines registered in \(time) on \(engine)")
    }
  }

  @Test(arguments: TestEngine.available) func onePersonInTwoCohortsIsCountedOnce(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (people, trainer) = (school.people, school.trainer)
      let later = CohortID.random()
      _ = try await school.desk.open(trainer, id: later, School.typed)
      func register(_ name: String, _ cohort: CohortID, _ document: String = "") async throws -> ParticipantID {
        let id = ParticipantID.random()
        var person = school.person(name)
        person.document = document
        _ = try await school.desk.register(trainer, id: id, in: cohort, person)
        return id
      }
      let ana = try await register("Ana María Pérez", school.cohort, "171234567-8")
      let eva = try await register("Eva Ruiz", school.cohort)
      let again = try await register("PEREZ Ana Maria", later)
      let other = try await register("Eva Ruiz", later)
      let renamed = try await register("Anita P.", later, "1712345678")
      #expect(try await people.overview(trainer).count.people == 5)
      var proposals = try await people.overview(trainer).proposals
      #expect(
        Set(proposals.map { Set([$0.one.id, $0.other.id]) }) == [
          [TraineeID(lettersOf: ana), TraineeID(lettersOf: again)],
          [TraineeID(lettersOf: eva), TraineeID(lettersOf: other)],
          [TraineeID(lettersOf: ana), TraineeID(lettersOf: renamed)],
        ])
      #expect(proposals.first?.reason == .document)
      #expect(
        Set([proposals.first?.one.identity?.name, proposals.first?.other.identity?.name]) == [
          "Ana María Pérez", "Anita P.",
        ])
      try await people.join(trainer, TraineeID(lettersOf: ana), TraineeID(lettersOf: again))
      try await people.join(trainer, TraineeID(lettersOf: ana), TraineeID(lettersOf: again))
      try await people.keepApart(trainer, TraineeID(lettersOf: other), TraineeID(lettersOf: eva))
      var overview = try await people.overview(trainer)
      #expect((overview.count.people, overview.count.participations) == (4, 5))
      #expect(overview.joined.map(\.participations.count) == [2])
      // Ana is in the later cohort now, so that “Anita P.” there can't be her; the pair kept apart stays apart.
      #expect(overview.proposals.isEmpty)
      #expect(
        await refusal { try await people.join(trainer, TraineeID(lettersOf: ana), TraineeID(lettersOf: renamed)) }?.kind
          == .conflict)
      try await people.part(trainer, TraineeID(lettersOf: ana))
      overview = try await people.overview(trainer)
      #expect(overview.count.people == 5)
      proposals = overview.proposals
      #expect(proposals.count == 2)
      for work in [
        { try await people.join(school.stranger, TraineeID(lettersOf: ana), TraineeID(lettersOf: again)) },
        { try await people.keepApart(school.stranger, TraineeID(lettersOf: ana), TraineeID(lettersOf: again)) },
        { try await people.part(school.stranger, TraineeID(lettersOf: ana)) },
        { try await people.join(trainer, TraineeID(lettersOf: ana), TraineeID(lettersOf: ana)) },
      ] as [() async throws -> Void] {
        #expect(await refusal(work)?.kind == .notFound)
      }
      #expect(try await people.overview(school.stranger).count.people == 0)
    }
  }

  /// A store from before people were known keeps its participants, and learns their names when somebody looks.
  @Test(arguments: TestEngine.available) func anOldStoreIsBroughtUp(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let later = CohortID.random()
      _ = try await school.desk.open(school.trainer, id: later, School.typed)
      let id = ParticipantID.random()
      _ = try await school.desk.register(school.trainer, id: id, in: school.cohort, school.person("Ana Pérez"))
      _ = try await school.desk.register(school.trainer, id: .random(), in: later, school.person("Ana Pérez"))
      try await school.office.database.write { transaction in
        try transaction.execute("UPDATE trainees SET name_tag = NULL WHERE id = ?", id)
        try transaction.record(
          AuditEntry(at: Moment(milliseconds: 0), doer: .visitor, action: "test", objectKind: "t", objectID: "t"))
      }
      #expect(try await school.people.overview(school.trainer).proposals.count == 1)
    }
  }
}
