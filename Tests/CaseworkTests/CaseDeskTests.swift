import Accounts
import Basics
import Records
import TestSupport
import Testing

@testable import Casework

@Suite struct CaseDeskTests {
  @Test(arguments: TestEngine.available) func aCaseIsOpenedOnceAndReadWithItsContent(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      var request = town.opening()
      request.narrative = "Relato"
      request.needs = Needs(codes: ["housing"], note: "Esta noche")
      let id = CaseID.random()
      let first = try await town.desk.open(town.worker, id: id, request)
      #expect(try await town.desk.open(town.worker, id: id, request) == first)
      #expect(first.facts.ageBand == "18-29")
      #expect(first.month == CalendarMonth("2007-11"))
      #expect(try await town.desk.workList(town.worker).rows.count == 1)
      let file = try await town.desk.file(town.worker, id)
      #expect(file.identity?.value.displayName == "Rosa Quispe Andrade")
      #expect(file.narrative == Revised("Relato", revision: 1))
      #expect(file.needs?.value.codes == ["housing"])
      #expect(file.health == nil)
      let actions = try await town.desk.history(town.worker, id).map(\.action)
      #expect(actions == ["case.read", "case.open"])
      #expect(try await town.desk.history(town.worker, id).first?.memberName == "Colega worker")
      // The same identifier from somebody else opens nothing and tells nothing.
      #expect(try await refusal { try await town.desk.open(town.north, id: id, request) }?.kind == .conflict)
    }
  }

  @Test(arguments: TestEngine.available) func wrongFieldsAreNamedAllAtOnceAndNothingIsStored(_ engine: Engine)
    async throws
  {
    try await withTown(engine) { town in
      let request = CaseOpening(
        person: .new(
          .random(), PersonIdentity(givenNames: "\u{202E}Rosa", documentKind: "loyalty_card"),
          SafeContact(how: String(repeating: "x", count: 301))), kind: "nothing", form: "nothing",
        narrative: String(repeating: "x", count: 20_001), needs: Needs(codes: ["gold"]))
      let problem = try await refusal { try await town.opened(nil, request) }
      #expect(
        problem?.wrongFields == [
          "given_names", "document_kind", "contact_how", "kind", "province", "form", "age_band", "narrative", "needs",
        ])
      #expect(try await town.desk.workList(town.worker).rows.isEmpty)
    }
  }

  @Test(arguments: TestEngine.available) func officersSeeTheCasesTheyOpenedAndOthersAgenciesNone(_ engine: Engine)
    async throws
  {
    try await withTown(engine) { town in
      let own = try await town.opened(town.officer, town.opening("Luz", "Chimbo"))
      let foreign = try await town.opened(town.worker)
      #expect(try await town.desk.file(town.officer, own.id).identity?.value.givenNames == "Luz")
      #expect(try await town.desk.list(town.officer).rows.map(\.summary.id) == [own.id])
      #expect(try await town.desk.list(town.worker).rows.count == 2)
      for (actor, id) in [
        (town.officer, foreign.id), (town.secondOfficer, own.id), (town.north, own.id), (town.worker, .random()),
      ] {
        #expect(try await refusal { _ = try await town.desk.file(actor, id) } == .notFound)
        #expect(try await refusal { _ = try await town.desk.history(actor, id) } == .notFound)
      }
      #expect(try await refusal { _ = try await town.desk.file(town.coordinator, own.id) } == .forbidden)
      #expect(try await refusal { _ = try await town.desk.list(town.coordinator) } == .forbidden)
      #expect(
        try await refusal { try await town.desk.edit(town.officer, own.id, .narrative("x"), seen: 0) } == .forbidden)
      // What they may search follows what they may see.
      #expect(try await town.desk.search(town.officer, name: "luz").matches.count == 1)
      #expect(try await town.desk.search(town.officer, name: "rosa").matches.isEmpty)
      #expect(try await town.desk.search(town.north, name: "luz").matches.isEmpty)
    }
  }

  @Test(arguments: TestEngine.available) func ofTwoEditorsTheSecondIsTold(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let id = try await town.opened().id
      try await town.desk.edit(town.worker, id, .narrative("Uno"), seen: 0)
      #expect(
        try await refusal { try await town.desk.edit(town.supervisor, id, .narrative("Dos"), seen: 0) }?.kind
          == .conflict)
      try await town.desk.edit(town.supervisor, id, .narrative("Dos"), seen: 1)
      // Another part is another matter.
      try await town.desk.edit(town.worker, id, .health("Bien"), seen: 0)
      let file = try await town.desk.file(town.worker, id)
      #expect(file.narrative == Revised("Dos", revision: 2))
      #expect(file.health == Revised("Bien", revision: 1))
      var facts = file.summary.facts
      facts.form = "labour"
      try await town.desk.edit(town.worker, id, .facts(facts), seen: file.summary.revision)
      #expect(
        try await refusal {
          try await town.desk.edit(town.worker, id, .facts(facts), seen: file.summary.revision)
        }?.kind == .conflict)
      facts.province = "EC-XX"
      #expect(
        try await refusal { try await town.desk.edit(town.worker, id, .facts(facts), seen: 2) }?.wrongFields
          == ["province"])
    }
  }

  @Test(arguments: TestEngine.available) func aPersonIsFoundByAnyNameAndHelpedAgain(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      var request = town.opening("Yéssica", "Gonzáles Vera")
      if case .new(let person, var identity, let contact) = request.person {
        identity.documentNumber = "171234567-8"
        request.person = .new(person, identity, contact)
      }
      let first = try await town.opened(nil, request)
      try await town.opened(nil, town.opening("Pedro", "Tipán"))
      for (typed, reasons) in [
        ("vera yessica", [MatchReason.sameName]), ("JESSICA GONZALEZ", [.soundsAlike]),
        ("vera gonzáles", [.surnamesSwapped]), ("yesica gonzlez", [.soundsAlike, .oneLetter]),
      ] {
        let found = try await town.desk.search(town.worker, name: typed).matches
        #expect(found.map(\.person) == [first.person], "\(typed)")
        #expect(found.first?.reasons == reasons, "\(typed)")
        #expect(found.first?.cases.map(\.id) == [first.id])
      }
      #expect(
        try await town.desk.search(town.worker, name: "", document: "1712345678").matches.first?.reasons
          == [.sameDocument])
      #expect(try await town.desk.search(town.worker, name: "", document: "999").matches.isEmpty)
      // Whether they are known is asked with more or fewer names than they gave before.
      for (given, surnames) in [("Yessica Paola", "Gonzalez"), ("Jessica", "Gonzalez Vera Mina"), ("Yéssica", "")] {
        let known = try await town.desk.alreadyKnown(town.worker, givenNames: given, surnames: surnames).matches
        #expect(known.map(\.person) == [first.person], "\(given) \(surnames)")
      }
      // The same person, a second case: nothing typed again.
      let again = try await town.opened(
        nil, CaseOpening(person: .existing(first.person), kind: "trafficking", province: "EC-O"))
      #expect(again.facts.ageBand == "18-29")
      #expect(again.facts.sex == "female")
      #expect(try await town.desk.search(town.worker, name: "vera").matches.first?.cases.count == 2)
      // A new name is found, the old one no longer.
      try await town.desk.edit(
        town.worker, again.id, .identity(PersonIdentity(givenNames: "Carmen", surnames: "Lema", birth: .year(1990))),
        seen: 1)
      #expect(try await town.desk.search(town.worker, name: "vera").matches.isEmpty)
      #expect(try await town.desk.search(town.worker, name: "carmen").matches.count == 1)
      #expect(try await town.desk.file(town.worker, first.id).summary.facts.ageBand == "12-17")
    }
  }

  @Test(arguments: TestEngine.available) func pagesGoOnWhereTheLastEnded(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      var codes: Set<CaseCode> = []
      for number in 0..<53 {
        if number % 3 == 0 { town.time.move(.minutes(1)) }
        let made = try await town.opened(nil, town.opening("Persona", "Número \(number)"))
        codes.insert(made.code)
        if number % 2 == 0 {
          try await town.desk.planFollowUp(
            town.worker, made.id, id: .random(), due: town.desk.today.adding(days: number % 5), note: "")
        }
      }
      for filter in [CaseFilter(), CaseFilter(status: .open), CaseFilter(dueBy: town.desk.today.adding(days: 9))] {
        var seen: [CaseSummary] = []
        var cursor: CaseCursor?
        repeat {
          let page = try await town.desk.list(town.worker, filter, after: cursor)
          #expect(page.rows.allSatisfy { $0.name?.hasPrefix("Persona Número") == true })
          #expect(page.rows.count <= 25)
          seen += page.rows.map(\.summary)
          cursor = page.next
        } while cursor != nil
        #expect(seen.count == (filter.dueBy == nil ? 53 : 27))
        #expect(Set(seen.map(\.id)).count == seen.count)
        if filter.dueBy != nil {
          #expect(seen.map(\.due) == seen.map(\.due).sorted { ($0 ?? .distant) < ($1 ?? .distant) })
        }
      }
      let some = try #require(codes.first)
      let typed = some.description.prefix(6).lowercased()
      let found = try await town.desk.workList(town.worker, CaseFilter(code: " " + typed))
      #expect(found.rows.map(\.summary.code).contains(some))
      #expect(found.rows.allSatisfy { $0.name == nil })
      #expect(try await town.desk.workList(town.worker, CaseFilter(code: "u")).rows.isEmpty)
      #expect(try await town.desk.workList(town.worker, CaseFilter(status: .closed)).rows.isEmpty)
    }
  }

  @Test(arguments: TestEngine.available) func servicesFollowUpsAndClosure(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, today) = (town.desk, town.desk.today)
      let id = try await town.opened().id
      let service = ServiceRecordID.random()
      let request = ServiceRequest(
        service: "shelter", day: today, provider: town.worker.agency, amountCents: 1250, outcome: "provided",
        detail: ServiceDetail(note: "Tres noches"))
      for _ in 0..<2 { try await desk.addService(town.worker, id, id: service, request) }
      let wrong = ServiceRequest(
        service: "x", day: today.adding(days: 1), provider: nil, amountCents: -1, outcome: "x")
      #expect(
        try await refusal { try await desk.addService(town.worker, id, id: .random(), wrong) }?.wrongFields
          == ["service", "day", "provider_name", "amount", "outcome"])
      let followUp = FollowUpID.random()
      for _ in 0..<2 {
        try await desk.planFollowUp(town.worker, id, id: followUp, due: today.adding(days: 2), note: "Llamar")
      }
      #expect(
        try await refusal {
          try await desk.planFollowUp(town.worker, id, id: .random(), due: today.adding(days: -1), note: "")
        }?.wrongFields == ["due"])
      var file = try await desk.file(town.worker, id)
      #expect(file.services.map(\.detail?.note) == ["Tres noches"])
      #expect(file.followUps.map(\.note) == ["Llamar"])
      #expect(file.summary.due == today.adding(days: 2))
      town.time.move(.days(3))
      #expect(try await desk.workList(town.worker, CaseFilter(dueBy: desk.today)).rows.first?.summary.id == id)
      #expect(file.summary.isOverdue(on: desk.today))

      func close(leaving: Bool = false) async throws -> Refusal? {
        try await refusal {
          try await town.close(id, summary: "Está bien", leavingOpen: leaving)
        }
      }
      #expect(try await close()?.wrongFields == ["leaving"])
      #expect(try await close(leaving: true) == nil)
      #expect(try await close(leaving: true)?.phrase.key == "error.case_closed")
      file = try await desk.file(town.worker, id)
      #expect(file.summary.due == nil)
      #expect(file.closures.first?.summary == "Está bien")
      #expect(file.moves == [.read, .withdrawConsent, .reopen])
      #expect(
        try await refusal { try await desk.addService(town.worker, id, id: .random(), request) }?.phrase.key
          == "error.case_closed")
      try await desk.reopen(town.worker, id, reason: "Volvió a llamar")
      #expect(
        try await refusal { try await desk.reopen(town.worker, id, reason: "Otra vez") }?.phrase.key
          == "error.case_open")
      #expect(try await desk.file(town.worker, id).summary.due == today.adding(days: 2))
      try await desk.finishFollowUp(town.worker, id, followUp, on: desk.today, result: "Contestó")
      #expect(
        try await refusal { try await desk.finishFollowUp(town.worker, id, followUp, on: desk.today, result: "") }?
          .phrase.key == "error.follow_up_done")
      #expect(try await close() == nil)
      file = try await desk.file(town.worker, id)
      #expect(file.closures.map(\.number) == [2, 1])
      #expect(file.followUps.first?.result == "Contestó")
    }
  }

  @Test(arguments: TestEngine.available) func ofTwoWhoCloseAtOnceOneIsTold(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      for _ in 0..<5 {
        let id = try await town.opened().id
        let results = try await withThrowingTaskGroup(of: Refusal.Kind?.self) { group in
          for actor in [town.worker, town.supervisor] {
            group.addTask {
              do {
                try await town.desk.proposeClosing(actor, id, id: .random(), reason: "moved", summary: "")
                return nil
              } catch let refusal as Refusal { return refusal.kind } catch DatabaseFailure.contended {
                return .conflict
              }
            }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count { $0 == nil } == 1)
        #expect(results.count { $0 == .conflict } == 1)
      }
    }
  }

  @Test(arguments: TestEngine.available) func coordinatorsCountWithoutReading(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      try await town.opened()
      try await town.opened()
      try await town.opened(town.north, town.opening("Inés", "Shiguango"))
      let counts = CountsDesk(town.office, town.pack)
      let facts = try await counts.facts(town.coordinator)
      #expect(facts.map(\.count).sorted() == [1, 2])
      #expect(facts.allSatisfy { $0.facts.form == "begging" && $0.month == CalendarMonth("2007-11") })
      #expect(try await refusal { _ = try await counts.facts(town.worker) } == .forbidden)
    }
  }
}

extension CalendarDay {
  fileprivate static let distant = CalendarDay(daysSince1970: 200_000)
}
