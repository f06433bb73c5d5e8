import Accounts
import Basics
import Records
import TestSupport
import Testing

@testable import Casework

@Suite struct FindDeskTests {
  private func person(
    _ given: String, _ surnames: String = "", other: String = "", document: String = "", birth: Int = 1980
  ) -> CaseOpening {
    CaseOpening(
      person: .new(
        .random(),
        PersonIdentity(
          givenNames: given, surnames: surnames, otherNames: other, birth: .year(birth), documentNumber: document),
        SafeContact()), kind: "trafficking", province: "EC-P", form: "begging")
  }

  @Test(arguments: TestEngine.available) func aPersonIsFoundAsTheirNameIsSaid(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let jose = try await town.opened(nil, person("José Guadalupe", "Quishpe de la Cruz", document: "0102030405"))
      for (given, surnames) in [
        ("Pedro", "Tipán"), ("José", "Zambrano"), ("Guadalupe", "Cruz"), ("Josefina", "Quispe"), ("María", "Jácome"),
      ] {
        try await town.opened(nil, person(given, surnames))
      }
      for (typed, reason) in [
        ("Jose Quispe", MatchReason.soundsAlike), ("CRUZ quishpe", .surnamesSwapped), ("Pepe Quishpe", .nickname),
        ("lupita kispe", .nickname), ("Jose Quisphe", .oneLetter), ("josé quishp", .oneLetter),
        ("Delacruz Quishpe José", .surnamesSwapped), ("guadalupe QUISHPE", .sameName),
      ] {
        let found = try await town.desk.search(town.worker, name: typed).matches
        #expect(found.first?.person == jose.person, "\(typed)")
        #expect(found.first?.reasons.contains(reason) == true, "\(typed)")
      }
      #expect(try await town.desk.search(town.worker, name: "Jsoe Quisphe").matches.isEmpty)
      #expect(try await town.desk.search(town.worker, name: "jose").matches.count == 2)
      #expect(
        try await town.desk.search(town.worker, name: "", document: "010203040-5").matches.map(\.person)
          == [jose.person])
    }
  }

  @Test(arguments: TestEngine.available) func theBestAgreementStandsFirst(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let near = try await town.opened(nil, person("Rosa", "Gonzalo"))
      let alike = try await town.opened(nil, person("Rosa", "Gonzalez"))
      let same = try await town.opened(nil, person("Rosa", "Gonzáles"))
      let paper = try await town.opened(nil, person("Otra", "Persona", document: "77"))
      let found = try await town.desk.search(town.worker, name: "rosa gonzales", document: "77").matches
      #expect(found.map(\.person) == [paper.person, same.person, alike.person])
      #expect(!found.map(\.person).contains(near.person))
      #expect(found.map(\.reasons) == [[.sameDocument], [.sameName], [.soundsAlike]])
    }
  }

  @Test(arguments: TestEngine.available) func whoIsMeantIsAskedWithMoreOrFewerNames(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let first = try await town.opened(nil, person("María Fernanda", "Zambrano Vera"))
      try await town.opened(nil, person("María", "Chimbo"))
      try await town.opened(nil, person("Luis", "Zambrano"))
      for (given, surnames) in [
        ("Fernanda", "Vera Zambrano"), ("Maria", "Sambrano"), ("Mary", "Vera"), ("Fernada", "Zambrano"),
        ("María Elena", "Vera Ponce"), ("Fernanda María", "Zambrno"),
      ] {
        let known = try await town.desk.alreadyKnown(town.worker, givenNames: given, surnames: surnames).matches
        #expect(known.map(\.person) == [first.person], "\(given) \(surnames)")
      }
      let exact = try await town.desk.alreadyKnown(
        town.worker, givenNames: "María Elena", surnames: "Vera Ponce")
      #expect(exact.matches.first?.reasons == [.partOfName])
    }
  }

  @Test(arguments: TestEngine.available) func onlyWhatTheActorMayReadTurnsUpAndNoNameIsStored(_ engine: Engine)
    async throws
  {
    try await withTown(engine) { town in
      try await town.opened(town.officer, person("Luz", "Chimborazo"))
      try await town.opened(town.worker, person("Luz", "Chimborazo"))
      try await town.opened(town.north, person("Luz", "Chimborazo"))
      for (actor, count) in [
        (town.officer, 1), (town.secondOfficer, 0), (town.worker, 2), (town.supervisor, 2), (town.north, 1),
        (town.south, 0),
      ] {
        for typed in ["luz chimborazo", "chinborazo", "luz chimboraso", "Luz Chimborzo"] {
          #expect(try await town.desk.search(actor, name: typed).matches.count == count, "\(typed)")
        }
      }
      #expect(try await refusal { _ = try await town.desk.search(town.coordinator, name: "luz") } == .forbidden)
      let rows = try await wholeContent(of: town.office.database, engine)
      #expect((rows["person_tags"] ?? []).count == 6)
      for (table, rows) in rows {
        for row in rows { #expect(!row.lowercased().contains("chimbora"), "\(table)") }
      }
      // The same name has other tags in another agency.
      let tags = try await town.office.database.read { transaction in
        try transaction.rows("SELECT DISTINCT tag FROM person_tags").count
      }
      #expect(tags == 4)
    }
  }

  @Test(arguments: TestEngine.available) func tagsOfAnOlderRuleAreMadeAnew(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let old = try await town.opened(nil, person("Luz", "Chimborazo"))
      try await town.office.database.write { transaction in
        try transaction.execute("UPDATE persons SET tag_rule = 1")
        try transaction.execute("UPDATE person_tags SET tag = tag % 1000")
        try transaction.record(.test())
      }
      // Another agency's search leaves them alone.
      #expect(try await town.desk.search(town.north, name: "luz").matches.isEmpty)
      #expect(try await town.desk.search(town.worker, name: "chimborazo luz").matches.map(\.person) == [old.person])
      let rows = try await wholeContent(of: town.office.database, engine)["person_tags"] ?? []
      #expect(rows.count == 2)
    }
  }

  @Test(arguments: TestEngine.available) func aSearchIsCutAndSaysSo(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      for number in 0..<53 { try await town.opened(nil, person("María", "Tipán \(number % 2 == 0 ? "Vera" : "")")) }
      let found = try await town.desk.search(town.worker, name: "maria tipan")
      #expect(found.matches.count == 50 && found.isCut)
      let fewer = try await town.desk.search(town.worker, name: "maria tipan vera")
      #expect(fewer.matches.count == 27 && !fewer.isCut)
    }
  }

  @Test(arguments: TestEngine.available) func listsAreNarrowedByEveryCodeAndKept(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      var all: [CaseSummary] = []
      let (kinds, forms, provinces) = (
        ["trafficking", "child_labour"], ["begging", "labour", nil], ["EC-P", "EC-O", "EC-G"]
      )
      for number in 0..<60 {
        var request = person("Persona")
        request.kind = kinds[number % 2]
        request.form = forms[number % 3]
        request.province = provinces[number / 2 % 3]
        let made = try await town.opened(number % 5 == 0 ? town.officer : town.worker, request)
        if number % 4 == 0 {
          try await town.desk.planFollowUp(
            town.worker, made.id, id: .random(), due: town.desk.today.adding(days: number % 12), note: "")
        }
        if number % 7 == 3 { try await town.close(made.id, leavingOpen: true) }
        all.append(made)
      }
      let stored = try await town.office.database.read { [all] transaction in
        try all.compactMap { try CaseRecords.summary($0.id, transaction) }
      }
      let today = town.desk.today
      for show in CaseChoice.Show.allCases {
        for kind in [nil, "trafficking"] {
          for form in [nil, "labour"] {
            for province in [nil, "EC-G"] {
              for worker in [nil, town.officer.member] {
                let choice = CaseChoice(show: show, kind: kind, form: form, province: province, worker: worker)
                var seen: [CaseID] = []
                var cursor: CaseCursor?
                repeat {
                  let page = try await town.desk.workList(town.supervisor, choice.filter(on: today), after: cursor)
                  seen += page.rows.map(\.summary.id)
                  cursor = page.next
                } while cursor != nil
                let expected = stored.filter { summary in
                  let isShown =
                    switch show {
                    case .open: summary.status == .open
                    case .closed: summary.status == .closed
                    case .due: summary.due.map { $0 <= today } == true
                    case .week: summary.due.map { $0 <= today.adding(days: 7) } == true
                    case .all: true
                    }
                  return isShown && (kind == nil || summary.facts.kind == kind)
                    && (form == nil || summary.facts.form == form)
                    && (province == nil || summary.facts.province == province)
                    && (worker == nil || summary.openedBy == worker)
                }
                #expect(Set(seen) == Set(expected.map(\.id)) && seen.count == expected.count, "\(choice)")
              }
            }
          }
        }
      }
      // Officers have their own cases only, whomever they name.
      let others = CaseChoice(show: .all, worker: town.worker.member)
      #expect(try await town.desk.workList(town.officer, others.filter(on: today)).rows.isEmpty)

      let id = SavedListID.random()
      let choice = CaseChoice(show: .week, province: "EC-G")
      for _ in 0..<2 { try await town.desk.saveList(town.worker, id: id, name: "Guayas, esta semana", choice) }
      #expect(
        try await town.desk.savedLists(town.worker) == [SavedList(id: id, name: "Guayas, esta semana", choice: choice)])
      #expect(try await town.desk.savedLists(town.supervisor).isEmpty)
      let content = try await wholeContent(of: town.office.database, engine)
      #expect(content["case_lists"]?.contains { $0.contains("Guayas") } == false)
      #expect(
        try await refusal {
          try await town.desk.saveList(town.worker, id: .random(), name: "", CaseChoice(kind: "x", province: "x"))
        }?.wrongFields == ["kind", "province"])
      #expect(try await refusal { try await town.desk.removeList(town.supervisor, id) } == .notFound)
      try await town.desk.removeList(town.worker, id)
      #expect(try await town.desk.savedLists(town.worker).isEmpty)
      for _ in 0..<20 { try await town.desk.saveList(town.worker, id: .random(), name: "Lista", CaseChoice()) }
      #expect(
        try await refusal { try await town.desk.saveList(town.worker, id: .random(), name: "Más", CaseChoice()) }?
          .phrase.key == "error.too_many_lists")
    }
  }

  @Test(arguments: TestEngine.available) func linksAreSeenFromBothSidesAndRevealNothing(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let mother = try await town.opened(nil, person("Ana", "Lema"))
      let child = try await town.opened(nil, person("Sisa", "Lema", birth: 2000))
      let officers = try await town.opened(town.officer, person("Luz", "Lema"))
      let abroad = try await town.opened(town.north, person("Tamia", "Lema"))
      let link = CaseLinkID.random()
      for _ in 0..<2 {
        try await town.desk.link(
          town.worker, mother.id, id: link, to: child.code.description.lowercased(), kind: "child")
      }
      town.time.move(.minutes(1))
      try await town.desk.link(town.worker, child.id, id: .random(), to: officers.code.description, kind: "sibling")
      var seen = try await town.desk.related(town.worker, mother.id)
      #expect(seen.links.map(\.kind) == ["child"] && seen.links.map(\.name) == ["Sisa Lema"])
      #expect(seen.family.map(\.other.id) == [officers.id] && seen.mayLink)
      seen = try await town.desk.related(town.worker, child.id)
      #expect(seen.links.map(\.kind) == ["parent", "sibling"] && seen.family.isEmpty)
      // An officer sees neither the cases of others nor the family behind them.
      let own = try await town.desk.related(town.officer, officers.id)
      #expect(own.links.isEmpty && own.family.isEmpty && !own.mayLink)
      #expect(try await refusal { _ = try await town.desk.related(town.north, mother.id) } == .notFound)
      for (code, field) in [
        (abroad.code.description, "code"), ("ZZZZ-ZZZZ", "code"), (mother.code.description, "code"), ("", "code"),
        (child.code.description, "code"),
      ] {
        #expect(
          try await refusal {
            try await town.desk.link(town.worker, mother.id, id: .random(), to: code, kind: "child")
          }?.wrongFields == [field], "\(code)")
      }
      #expect(
        try await refusal {
          try await town.desk.link(town.worker, child.id, id: .random(), to: mother.code.description, kind: "parent")
        }?.fields.map(\.phrase.key) == ["error.link_exists"])
      #expect(
        try await refusal {
          try await town.desk.link(town.officer, officers.id, id: .random(), to: child.code.description, kind: "child")
        } == .forbidden)
      // The same person's cases belong together without a link.
      let again = try await town.opened(
        nil, CaseOpening(person: .existing(mother.person), kind: "trafficking", province: "EC-O"))
      #expect(try await town.desk.related(town.worker, again.id).ofPerson.map(\.id) == [mother.id])
      #expect(
        try await refusal {
          try await town.desk.link(town.worker, mother.id, id: .random(), to: again.code.description, kind: "child")
        }?.fields.map(\.phrase.key) == ["error.link_same_person"])
      #expect(try await refusal { try await town.desk.unlink(town.north, abroad.id, link) } == .notFound)
      try await town.desk.unlink(town.supervisor, child.id, link)
      #expect(try await town.desk.related(town.worker, mother.id).links.isEmpty)
      let actions = try await town.desk.history(town.worker, mother.id).map(\.action)
      #expect(actions.contains("case.link") && actions.contains("case.unlink"))
    }
  }
}
