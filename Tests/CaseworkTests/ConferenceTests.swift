import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import Casework

@Suite struct ConferenceRulesTests {
  @Test func everyMoveFromEveryState() {
    let allowed: [Conference.State: [ConferenceMove: Conference.State]] = [
      .planned: [.change: .planned, .hold: .held, .cancel: .cancelled], .held: [.decide: .held], .cancelled: [:],
    ]
    for state in Conference.State.allCases {
      for move in ConferenceMove.allCases {
        do {
          #expect(try ConferenceRules.next(move, from: state) == allowed[state]?[move])
        } catch {
          #expect(allowed[state]?[move] == nil && error.kind == .conflict, "\(move) from \(state)")
        }
      }
      #expect(ConferenceRules.moves(from: state) == Set(allowed[state]?.keys.map { $0 } ?? []))
    }
  }

  @Test func aSeatRestsOnALiveConsentThatNamesConferences() {
    let (agency, now) = (AgencyID.random(), Moment(milliseconds: 1_000_000))
    func consent(_ kinds: Set<DataKind>, until: Moment?, withdrawn: Bool = false, to recipient: AgencyID? = nil)
      -> Consent
    {
      Consent(
        id: .random(), caseID: .random(), agency: .random(), basis: .consent, purpose: "coordination",
        recipient: recipient ?? agency, kinds: kinds, until: until, decidedBy: .person, language: .spanish,
        interpreter: false, readAloud: false, witness: false, namesWall: false, givenAt: now, givenBy: .random(),
        withdrawnAt: withdrawn ? now : nil)
    }
    let later = now + .days(1)
    let good = consent([.conference, .needs], until: later)
    let longer = consent([.conference], until: later + .days(9))
    let others = [
      consent([.needs, .plan], until: later), consent([.conference], until: now),
      consent([.conference], until: later, withdrawn: true), consent([.conference], until: later, to: .random()),
    ]
    #expect(ConferenceRules.basis(of: agency, among: others, at: now) == nil)
    #expect(ConferenceRules.basis(of: agency, among: others + [good], at: now)?.id == good.id)
    #expect(ConferenceRules.basis(of: agency, among: [good, longer], at: now)?.id == longer.id)
    #expect(ConferenceRules.basis(of: agency, among: [good, longer], at: later)?.id == longer.id)
  }
}

@Suite struct ConferenceDeskTests {
  private func request(_ town: Town, guests: Set<AgencyID> = [], day: Int = 3) -> ConferenceRequest {
    ConferenceRequest(
      day: town.desk.today.adding(days: day), members: [town.worker.member, town.supervisor.member], guests: guests,
      ConferenceContent(agenda: "Dónde vivirá", place: "A las 10, sala 2"))
  }

  @Test(arguments: TestEngine.available) func aConferenceGoesItsWholeWay(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, id) = (town.desk, try await town.opened().id)
      let (conference, north) = (ConferenceID.random(), town.north.agency)
      // No consent that names conferences, no seat: also with every other kind.
      try await town.shared(id, to: north, Set(DataKind.allCases).subtracting([.conference]))
      #expect(
        try await refusal {
          try await desk.putConference(town.worker, id, id: conference, request(town, guests: [north]), seen: 0)
        }?.wrongFields == ["guests"])
      let consent = ConsentID.random()
      try await desk.giveConsent(town.worker, id, id: consent, town.consent(to: north, [.conference], days: 20))
      for _ in 0..<2 {
        try await desk.putConference(town.worker, id, id: conference, request(town, guests: [north]), seen: 0)
      }
      #expect(try await desk.tasks(town.worker).tasks.map(\.kind) == [.conference])
      // The guest finds the day and the code, and reads the agenda.
      let invitation = try #require(try await desk.invitations(town.north).first)
      #expect(invitation.id == conference && invitation.agency == town.worker.agency)
      #expect(try await desk.invitations(town.south).isEmpty)
      #expect(try await desk.file(town.north, id).conferences.map(\.content?.agenda) == ["Dónde vivirá"])
      // A second conference without them stays closed to them.
      let alone = ConferenceID.random()
      try await desk.putConference(town.worker, id, id: alone, request(town, day: 9), seen: 0)
      #expect(try await desk.file(town.north, id).conferences.map(\.id) == [conference])
      #expect(try await desk.file(town.worker, id).conferences.count == 2)
      // Two change it at once.
      var later = request(town, guests: [north], day: 4)
      later.content.agenda = "Dónde vivirá y con qué"
      try await desk.putConference(town.supervisor, id, id: conference, later, seen: 1)
      #expect(
        try await refusal { try await desk.putConference(town.worker, id, id: conference, later, seen: 1) }?.phrase.key
          == "error.edited_meanwhile")
      let decision = ConferenceDecisionID.random()
      func decide(_ agency: AgencyID? = nil, by actor: Actor? = nil) async throws {
        try await desk.addDecision(
          actor ?? town.worker, id, conference, id: decision,
          ConferenceDecisionRequest(
            "Buscar un cuarto", owner: town.supervisor.member, agency: agency, due: desk.today.adding(days: 10)))
      }
      #expect(try await refusal { try await decide() }?.phrase.key == "error.conference_not_held")
      town.time.move(.days(4))
      let report = ConferenceReport(
        day: desk.today, members: [town.worker.member], guests: [north], minutes: "Quiere vivir con su hermana.")
      try await desk.holdConference(town.worker, id, conference, report, seen: 2)
      #expect(
        try await refusal { try await desk.holdConference(town.worker, id, conference, report, seen: 3) }?.phrase.key
          == "error.conference_held")
      #expect(try await refusal { try await decide(town.south.agency) }?.wrongFields == ["agency"])
      for _ in 0..<2 { try await decide(north) }
      var file = try await desk.file(town.worker, id)
      var held = try #require(file.conferences.first { $0.id == conference })
      #expect(held.members.first { $0.who == town.worker.member }?.attended == true)
      #expect(held.members.first { $0.who == town.supervisor.member }?.attended == false)
      #expect(held.guests == [.init(north, consent: consent, attended: true)])
      #expect(held.content?.agenda == "Dónde vivirá y con qué" && held.minutes == "Quiere vivir con su hermana.")
      #expect(held.decisions.map(\.words) == ["Buscar un cuarto"])
      #expect(
        try await desk.tasks(town.worker, TaskFilter(member: town.supervisor.member)).tasks.map(\.kind) == [.decision])
      #expect(try await desk.file(town.north, id).conferences.first?.minutes != nil)
      try await desk.finishDecision(town.supervisor, id, decision, on: desk.today, result: "Ya lo tiene")
      #expect(
        try await refusal {
          try await desk.finishDecision(town.worker, id, decision, on: desk.today, result: "")
        }?.phrase.key == "error.decision_done")
      file = try await desk.file(town.worker, id)
      held = try #require(file.conferences.first { $0.id == conference })
      #expect(held.decisions.first?.result == "Ya lo tiene")
      // The person takes the consent back: the guest reads nothing more, also of what was.
      try await desk.withdrawConsent(town.worker, consent)
      #expect(try await desk.file(town.north, id).conferences.isEmpty)
    }
  }

  @Test(arguments: TestEngine.available) func whoseConsentEndedCantHaveCome(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, id) = (town.desk, try await town.opened().id)
      let (conference, consent) = (ConferenceID.random(), ConsentID.random())
      try await desk.giveConsent(
        town.worker, id, id: consent, town.consent(to: town.north.agency, [.conference], days: 20))
      try await desk.putConference(
        town.worker, id, id: conference, request(town, guests: [town.north.agency]), seen: 0)
      try await desk.withdrawConsent(town.worker, consent)
      #expect(try await desk.invitations(town.north).isEmpty)
      #expect(try await refusal { _ = try await desk.file(town.north, id) } == .notFound)
      let came = ConferenceReport(
        day: desk.today, members: [town.worker.member], guests: [town.north.agency], minutes: "Vinieron")
      #expect(
        try await refusal { try await desk.holdConference(town.worker, id, conference, came, seen: 1) }?.wrongFields
          == ["guests"])
      try await desk.cancelConference(town.worker, id, conference, seen: 1)
      #expect(try await desk.tasks(town.worker).tasks.isEmpty)
      #expect(try await desk.file(town.worker, id).conferences.first?.content?.agenda == "Dónde vivirá")
      #expect(
        try await refusal { try await desk.cancelConference(town.worker, id, conference, seen: 2) }?.phrase.key
          == "error.conference_cancelled")
    }
  }

  @Test(arguments: TestEngine.available) func othersPlanNothing(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, id) = (town.desk, try await town.opened(town.officer).id)
      for (actor, kind) in [
        (town.officer, Refusal.Kind.forbidden), (town.coordinator, .forbidden), (town.north, .notFound),
      ] {
        #expect(
          try await refusal { try await desk.putConference(actor, id, id: .random(), request(town), seen: 0) }?.kind
            == kind)
      }
      let conference = ConferenceID.random()
      try await desk.putConference(town.worker, id, id: conference, request(town), seen: 0)
      let other = try await town.opened().id
      #expect(
        try await refusal { try await desk.cancelConference(town.worker, other, conference, seen: 1) } == .notFound)
      #expect(
        try await refusal {
          try await desk.putConference(town.worker, other, id: conference, request(town), seen: 0)
        }?.kind == .conflict)
      var stranger = request(town)
      stranger.members = [town.north.member]
      stranger.content.agenda = " "
      stranger.day = desk.today.adding(days: -1)
      #expect(
        try await refusal { try await desk.putConference(town.worker, id, id: .random(), stranger, seen: 0) }?
          .wrongFields == ["members", "agenda", "day"])
    }
  }
}
