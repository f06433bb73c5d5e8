import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import Casework

@Suite struct WallTests {
  /// What is written down to help a person, and to keep the person safe.
  private static let notes: Set<DataKind> = [.narrative, .needs, .health, .safety, .plan, .conference, .protection]

  /// Every kind of agency × every kind of data × every basis: the rule written a second time.
  @Test func theRuleHoldsForEveryCombination() throws {
    let pack = try Town.pack.get()
    let wall = pack.dataProtection.wall
    #expect(wall.agencyKinds == ["police", "prosecution", "migration"])
    for agency in try #require(pack.lists[.agencyKinds]).map(\.code) {
      for basis in LegalBasis.allCases {
        for isNamed in [true, false] {
          let closed = WallRules.closed(to: agency, on: basis, isNamed: isNamed, wall)
          for kind in DataKind.allCases {
            let investigates = ["police", "prosecution", "migration"].contains(agency)
            let isNote = Self.notes.contains(kind)
            #expect(closed.contains(kind) == (investigates && isNote && !(basis == .consent && isNamed)))
          }
        }
      }
    }
  }

  /// An agency of a kind with a case worker, beside the town's.
  private func join(_ town: Town, _ kind: String) async throws -> Actor {
    let (agencies, members, signIn) = (
      AgencyDesk(town.office), MembersDesk(town.office), SignInDesk(town.office)
    )
    let login = kind.replacing("_", with: "")
    let made = try await agencies.create(
      .console, name: "Institución \(kind)", kind: kind, province: "EC-P", administrator: kind, login: login + "admin")
    _ = try await members.accept(made.invitation, password: Town.password)
    func actor(_ login: String) async throws -> Actor {
      guard case .signedIn(let token) = try await signIn.signIn(login: login, password: Town.password, client: "t"),
        let actor = try await signIn.actor(for: token)
      else { throw Refusal.notFound }
      return actor
    }
    let link = try await members.invite(
      try await actor(login + "admin"), name: "Agente", login: login, roles: [.caseWorker])
    _ = try await members.accept(link, password: Town.password)
    return try await actor(login)
  }

  /// What an agency can read, by the desk and by the wraps themselves.
  private func readable(_ town: Town, _ actor: Actor, _ id: CaseID) async throws -> (
    desk: Set<DataKind>, keys: Set<DataKind>
  ) {
    let now = town.time.now
    let keys = try await town.office.database.read { transaction in
      let summary = try #require(try CaseAccess.summary(id, transaction))
      return try Set(
        DataKind.allCases.filter {
          try RecordKeys.open(CaseAccess.subject($0, summary), $0.rawValue, for: actor, at: now, transaction) != nil
        })
    }
    do {
      return (try await town.desk.file(actor, id).kinds, keys)
    } catch let refusal as Refusal where refusal == .notFound {
      return ([], keys)
    }
  }

  @Test(arguments: TestEngine.available, ["police", "prosecution", "migration", "health"])
  func noKeyOfANoteGoesToWhoInvestigates(_ engine: Engine, _ kind: String) async throws {
    try await withTown(engine) { town in
      let actor = try await join(town, kind)
      let isWalled = kind != "health"
      let notes = Self.notes
      let all = Set(DataKind.allCases)
      for basis in LegalBasis.allCases {
        for isNamed in [true, false] {
          let id = try await town.opened(nil, town.opening("Ana \(basis.rawValue)", "Paz")).id
          var request = town.consent(to: actor.agency, all)
          (request.basis, request.namesWall) = (basis, isNamed)
          if basis != .consent { request.document = "Oficio 7" }
          let consent = ConsentID.random()
          let opens = !isWalled || (basis == .consent && isNamed)
          let refused = try await refusal {
            try await town.desk.giveConsent(town.worker, id, id: consent, request)
          }
          #expect((refused == nil) == opens, "\(basis) \(isNamed)")
          if !opens {
            #expect(refused?.wrongFields == [basis == .consent ? "names_wall" : "kinds"])
            // What is no note of assistance can go.
            request.kinds = all.subtracting(notes)
            try await town.desk.giveConsent(town.worker, id, id: consent, request)
          }
          try await town.share(id, request.kinds, to: actor.agency, on: consent)
          let (desk, keys) = try await readable(town, actor, id)
          #expect(desk == request.kinds && keys == request.kinds, "\(basis) \(isNamed)")
          // Withdrawn: nothing, by either.
          try await town.desk.withdrawConsent(town.worker, consent)
          let after = try await readable(town, actor, id)
          #expect(after.desk.isEmpty && after.keys.isEmpty)
        }
      }
    }
  }

  @Test(arguments: TestEngine.available) func aLedgerOfBeforeTheWallGivesNoKeyEither(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let police = try await join(town, "police")
      let id = try await town.opened().id
      var request = town.consent(to: police.agency, [.identity, .narrative])
      request.namesWall = true
      let consent = ConsentID.random()
      try await town.desk.giveConsent(town.worker, id, id: consent, request)
      try await town.share(id, [.identity, .narrative], to: police.agency, on: consent)
      #expect(try await town.desk.file(police, id).kinds == [.identity, .narrative])
      // As it was written before there was the question.
      try await town.office.database.write {
        try $0.execute("UPDATE consents SET wall_named = 0")
        try $0.record(.test())
      }
      #expect(try await town.desk.file(police, id).kinds == [.identity])
      #expect(
        try await refusal { try await town.share(id, [.narrative], to: police.agency, on: consent) }?.kind == .noBasis)
    }
  }
}

@Suite struct EmergencyTests {
  private func protection(_ town: Town) -> DataProtectionDesk { DataProtectionDesk(town.office, town.pack) }
  private let reason = "La esperan en la terminal y hay que saber dónde está"

  @Test(arguments: TestEngine.available) func itOpensForHoursIsToldAndReviewedByAnother(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, cases) = (protection(town), town.desk)
      let summary = try await town.opened()
      let id = summary.id
      try await cases.editProtection(town.worker, id, ProtectedItems(shelter: "Calle 7"), seen: 0)
      let officer = town.officer
      #expect(try await refusal { _ = try await cases.file(officer, id) } == .notFound)
      let code = summary.code.description
      // Words and a basis are needed; consent is none.
      let refused = try await refusal {
        try await desk.openEmergency(officer, id: .random(), code: "x", basis: .consent, reason: "ya")
      }
      #expect(refused?.wrongFields == ["code", "basis", "reason"])
      // Who may read it anyway does not need it; who has no key is told the same as for a code that is none.
      for (actor, key) in [
        (town.worker, "error.emergency_not_needed"), (town.north, "error.emergency_no_path"),
      ] {
        #expect(
          try await refusal {
            try await desk.openEmergency(actor, id: .random(), code: code, basis: .vitalInterest, reason: reason)
          }?.phrase.key == key)
      }
      #expect(
        try await refusal {
          try await desk.openEmergency(
            officer, id: .random(), code: "0000-0000", basis: .vitalInterest, reason: reason)
        }?.phrase.key == "error.emergency_no_path")
      let opening = try await desk.openEmergency(
        officer, id: .random(), code: code, basis: .vitalInterest, reason: reason)
      #expect(opening.until == town.time.now + .hours(4))
      let file = try await cases.file(officer, id)
      #expect(file.identity?.value.givenNames == "Rosa" && file.emergencyUntil == opening.until)
      #expect(file.moves == [.read])
      #expect(try await cases.protection(officer, id).items?.value.shelter == "Calle 7")
      #expect(
        try await refusal { try await cases.edit(officer, id, .health("x"), seen: 0) }?.kind == .forbidden)
      // The supervisors see it at once, with everything that is read.
      let waiting = try await desk.emergencies(town.supervisor, reviewed: false)
      #expect(waiting.map(\.id) == [opening.id] && waiting[0].state(at: town.time.now) == .live)
      let review = try await desk.emergency(town.supervisor, opening.id)
      #expect(review.opening.reason == reason)
      #expect(review.readings.map(\.action).sorted() == ["case.read", "emergency.open", "protection.read"])
      // Another officer of the house has nothing of it.
      #expect(try await refusal { _ = try await cases.file(town.secondOfficer, id) } == .notFound)
      // It ends by itself, to the minute.
      town.time.move(.minutes(4 * 60 - 1))
      _ = try await cases.file(officer, id)
      town.time.move(.minutes(1))
      #expect(try await refusal { _ = try await cases.file(officer, id) } == .notFound)
      #expect(try await refusal { _ = try await cases.protection(officer, id) } == .notFound)
      let over = try await desk.emergencies(town.supervisor, reviewed: false)
      #expect(over.first?.state(at: town.time.now) == .unreviewed)
      // Reviewed with words, once, never by who opened it.
      #expect(
        try await refusal { try await desk.review(town.supervisor, opening.id, .justified, words: " ") }?.wrongFields
          == ["words"])
      #expect(
        try await refusal { try await desk.review(officer, opening.id, .justified, words: "Sí") }?.kind == .forbidden)
      #expect(
        try await refusal { try await desk.review(town.north, opening.id, .justified, words: "Sí") }?.kind == .forbidden
      )
      try await desk.review(town.supervisor, opening.id, .unjustified, words: "Bastaba llamar")
      #expect(
        try await refusal { try await desk.review(town.supervisor, opening.id, .justified, words: "No") }?.kind
          == .conflict)
      #expect(try await desk.emergencies(town.supervisor, reviewed: false).isEmpty)
      #expect(try await desk.emergency(town.supervisor, opening.id).opening.words == "Bastaba llamar")
    }
  }

  @Test(arguments: TestEngine.available) func aReviewEndsWhatIsStillOpen(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let desk = protection(town)
      let summary = try await town.opened()
      let opening = try await desk.openEmergency(
        town.officer, id: .random(), code: summary.code.description, basis: .legalDuty, reason: reason)
      _ = try await town.desk.file(town.officer, summary.id)
      try await desk.review(town.supervisor, opening.id, .justified, words: "Ya no hace falta")
      #expect(try await refusal { _ = try await town.desk.file(town.officer, summary.id) } == .notFound)
    }
  }
}

@Suite struct DataRequestTests {
  private func protection(_ town: Town) -> DataProtectionDesk { DataProtectionDesk(town.office, town.pack) }

  @Test(arguments: TestEngine.available) func aRequestHasItsTermAndAnAnswer(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let desk = protection(town)
      let id = try await town.opened().id
      let (first, today) = (DataRequestID.random(), town.desk.today)
      #expect(
        try await refusal {
          try await desk.record(town.worker, id, id: first, .access, askedOn: today.adding(days: 1), words: "")
        }?.wrongFields == ["asked"])
      try await desk.record(town.worker, id, id: first, .access, askedOn: today.adding(days: -2), words: "Quiero ver")
      try await desk.record(town.worker, id, id: first, .access, askedOn: today, words: "Otra vez")
      let open = try await desk.openRequests(town.supervisor)
      #expect(open.map(\.due) == [today.adding(days: 13)] && open[0].words == nil)
      #expect(try await desk.rights(town.worker, id).requests.map(\.words) == [nil])
      #expect(try await desk.request(town.worker, id, first).1.words == "Quiero ver")
      #expect(try await town.desk.history(town.worker, id).first?.action == "request.read")
      #expect(
        try await refusal {
          try await desk.answer(town.worker, first, .refused, ground: .identityUnclear, reason: "Falta")
        } == .forbidden)
      #expect(
        try await refusal { try await desk.answer(town.supervisor, first, .refused, reason: "No") }?.wrongFields
          == ["ground"])
      #expect(
        try await refusal {
          try await desk.answer(town.supervisor, first, .refused, ground: .identityUnclear, reason: "")
        }?.wrongFields == ["reason"])
      try await desk.answer(
        town.supervisor, first, .refused, ground: .identityUnclear, reason: "Falta saber quién lo pide (art. 18)")
      #expect(
        try await refusal { try await desk.answer(town.supervisor, first, .granted, reason: "") }?.kind == .conflict)
      #expect(try await desk.openRequests(town.supervisor).isEmpty)
      let kept = try await desk.request(town.supervisor, id, first).1
      #expect(kept.ground == .identityUnclear && kept.reason?.contains("art. 18") == true)
      #expect(try await refusal { _ = try await desk.rights(town.north, id) } == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func aRestrictionStopsSharingUntilItIsLifted(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let desk = protection(town)
      let id = try await town.opened().id
      let consent = try await town.shared(id, to: town.north.agency, [.identity])
      _ = try await town.desk.file(town.north, id)
      let request = DataRequestID.random()
      try await desk.record(town.worker, id, id: request, .restrict, askedOn: town.desk.today, words: "")
      try await desk.answer(town.supervisor, request, .granted, reason: "")
      #expect(try await refusal { _ = try await town.desk.file(town.north, id) } == .notFound)
      #expect(
        try await refusal { try await town.share(id, [.identity], to: town.north.agency, on: consent) }?.phrase.key
          == "error.restricted")
      _ = try await town.desk.file(town.worker, id)
      try await desk.liftRestriction(town.supervisor, id)
      _ = try await town.desk.file(town.north, id)
    }
  }

  @Test(arguments: TestEngine.available) func anErasureThatIsAskedForWaitsForASecondPerson(_ engine: Engine)
    async throws
  {
    try await withTown(engine) { town in
      let desk = protection(town)
      let summary = try await town.opened()
      let id = summary.id
      let request = DataRequestID.random()
      try await desk.record(town.worker, id, id: request, .erase, askedOn: town.desk.today, words: "Que no quede nada")
      #expect(
        try await refusal { try await desk.answer(town.supervisor, request, .granted, reason: "") }?.phrase.key
          == "error.erase_open")
      try await town.close(id, reason: "person_declined")
      try await desk.answer(town.supervisor, request, .granted, reason: "")
      let proposal = try #require(try await desk.erasures(town.supervisor, waiting: true).first)
      #expect(proposal.ground == .request && proposal.code == summary.code)
      // Who granted it does not confirm it: another supervisor does.
      #expect(try await refusal { try await desk.confirm(town.supervisor, proposal.id) }?.kind == .forbidden)
      let second = try await town.join("supervisor2", .supervisor)
      try await desk.confirm(second, proposal.id)
      #expect(try await refusal { _ = try await town.desk.file(town.worker, id) } == .notFound)
      // That it was asked and granted stays; the words don't.
      let left = try await town.office.database.read {
        try $0.rows("SELECT answer, words FROM data_requests").map {
          (try $0.get("answer", as: String.self), try $0.optional("words", as: [UInt8].self))
        }
      }
      #expect(left.count == 1 && left[0].0 == "granted" && left[0].1 == nil)
    }
  }
}

@Suite struct HistoryTests {
  @Test(arguments: TestEngine.available) func everyChangeShowsWhatStoodThereBefore(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let desk = DataProtectionDesk(town.office, town.pack)
      let cases = town.desk
      let id = try await town.opened().id
      town.time.move(.minutes(1))
      try await cases.edit(town.worker, id, .health("Fiebre"), seen: 0)
      town.time.move(.minutes(1))
      try await cases.edit(town.supervisor, id, .health("Sana"), seen: 1)
      town.time.move(.minutes(1))
      var identity = PersonIdentity(givenNames: "Rosa", surnames: "Quispe Andrade", birth: .year(1980))
      identity.surnames = "Quispe"
      try await cases.edit(town.worker, id, .identity(identity), seen: 1)
      town.time.move(.minutes(1))
      var facts = try await cases.file(town.worker, id).summary.facts
      facts.province = "EC-O"
      try await cases.edit(town.worker, id, .facts(facts), seen: 1)
      town.time.move(.minutes(1))
      try await cases.editProtection(town.worker, id, ProtectedItems(shelter: "Calle 7"), seen: 0)
      func changes(_ actor: Actor, _ filter: HistoryFilter = HistoryFilter(.changes)) async throws -> [[FieldChange]?] {
        try await desk.history(actor, id, filter).lines.flatMap(\.parts).map(\.fields)
      }
      let found = try await changes(town.supervisor)
      #expect(found.count == 5)
      // The newest first; where the person is kept safe is not shown.
      #expect(found[0] == nil)
      #expect(found[1]?.map(\.new) == [.province("EC-O")] && found[1]?.map(\.old) == [.province("EC-P")])
      #expect(
        found[2]?.contains(
          FieldChange(label: "casework.person.surnames", old: .text("Quispe Andrade"), new: .text("Quispe"))) == true)
      #expect(found[3] == [FieldChange(label: "casework.file.health", old: .text("Fiebre"), new: .text("Sana"))])
      #expect(found[4] == [FieldChange(label: "casework.file.health", old: .text(""), new: .text("Fiebre"))])
      // Who did it, and filters.
      let lines = try await desk.history(town.worker, id, HistoryFilter(.changes, member: town.supervisor.member)).lines
      #expect(lines.map(\.event.memberName) == ["Colega supervisor"])
      // Looking at old words is a reading too.
      let readings = try await desk.history(town.worker, id, HistoryFilter(.readings)).lines.map(\.event.action)
      #expect(readings.last == "case.read" && readings.dropLast().allSatisfy { $0 == "history.read" })
      let tomorrow = cases.today.adding(days: 1)
      #expect(try await desk.history(town.worker, id, HistoryFilter(from: tomorrow)).lines.isEmpty)
      #expect(try await refusal { _ = try await desk.history(town.north, id) } == .notFound)
      // Old words are sealed, as the new ones are.
      let content = try await wholeContent(of: town.office.database, engine)
      for (table, rows) in content {
        #expect(!rows.contains { $0.contains("Fiebre") || $0.contains("Andrade") }, "\(table)")
      }
      // What the second of two saw when they began.
      #expect(
        try await desk.part(town.worker, id, .health, revision: 1)
          == [FileField("casework.file.health", .text("Fiebre"))])
    }
  }

  @Test(arguments: TestEngine.available) func aLongHistoryComesInPages(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let desk = DataProtectionDesk(town.office, town.pack)
      let id = try await town.opened().id
      for _ in 0..<HistoryPage.size { _ = try await town.desk.file(town.worker, id) }
      let first = try await desk.history(town.worker, id)
      #expect(first.lines.count == HistoryPage.size && first.hasMore)
      let second = try await desk.history(town.worker, id, page: 1)
      #expect(second.lines.map(\.event.action).last == "case.open" && !second.hasMore)
    }
  }
}
