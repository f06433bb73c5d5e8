import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Identification
import Practice
import Records
import Referrals
import Synchronization
import TestSupport
import Testing
import Training
import Vault

private let someone = PracticeDoor.Visitor.member(.random())

/// A clock that a test moves on.
private final class MovingClock: Sendable {
  let moment = Mutex(Moment(milliseconds: 1_205_159_000_000))
  var clock: Clock { Clock { self.moment.withLock { $0 } } }
  func pass(_ span: Span) { moment.withLock { $0 = $0 + span } }
}

private func refused(_ kind: Refusal.Kind, _ work: () async throws -> some Sendable) async -> Bool {
  do {
    _ = try await work()
    return false
  } catch let refusal as Refusal { return refusal.kind == kind } catch { return false }
}

@Suite struct PracticeDeskTests {
  // MARK: Tickets

  @Test(arguments: TestEngine.available) func aTicketBeginsOnceAndNobodyElseIsSeen(_ engine: Engine) async throws {
    try await withPractice(engine) { house in
      let ticket = try await house.ticket(someone)
      let token = try await house.desk.begin(ticket, PracticeHouse.names)
      let actor = try #require(try await SignInDesk(house.office).actor(for: token))
      #expect(await refused(.notFound) { try await house.desk.begin(ticket, PracticeHouse.names) })
      let other = try await house.begin(.member(.random()))
      #expect(other.agency != actor.agency)
      // Each sees its own two desks and itself.
      let agencies = AgencyDesk(house.office)
      let seen = try await agencies.directory(actor)
      #expect(seen.count == 3)
      #expect(Set(seen.map(\.id)).isDisjoint(with: try await agencies.directory(other).map(\.id)))
      #expect(try await agencies.agencies(.console).count == 6)
      #expect(try await house.desk.attempt(actor).path == ["stop"])
    }
  }

  @Test(arguments: TestEngine.available) func aTicketIsUsedOnceByManyHandsAtOnce(_ engine: Engine) async throws {
    try await withPractice(engine) { house in
      let ticket = try await house.ticket(someone)
      let begun = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<12 {
          group.addTask { (try? await house.desk.begin(ticket, PracticeHouse.names)) != nil }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(begun == 1)
    }
  }

  @Test(arguments: TestEngine.available) func aTicketExpires(_ engine: Engine) async throws {
    let time = MovingClock()
    try await withPractice(engine, clock: time.clock) { house in
      let ticket = try await house.ticket(someone)
      time.pass(.minutes(9))
      #expect(try house.desk.exercise(of: ticket).exercise.id == "night-bus")
      time.pass(.minutes(1))
      #expect(await refused(.notFound) { try await house.desk.begin(ticket, PracticeHouse.names) })
      #expect(try await house.door.attempts(of: someone).isEmpty)
    }
  }

  @Test func aChangedOrForeignTicketIsNone() throws {
    let ticket = PracticeTicket(
      id: .random(), attempt: .random(), exercise: "night-bus", language: .spanish, person: "p", group: nil,
      until: Moment(milliseconds: 1))
    let seal = PracticeSeal(live: .random())
    let text = try seal.seal(ticket)
    #expect(seal.open(text) == ticket)
    #expect(PracticeSeal(live: .random()).open(text) == nil)
    // Nothing of it can be read on the way, and every letter counts.
    #expect(!text.contains("night") && !text.contains(ticket.attempt.description))
    let letters = Array(text)
    for place in letters.indices.dropLast() {
      var changed = letters
      changed[place] = changed[place] == "A" ? "B" : "A"
      #expect(seal.open(String(changed)) == nil)
    }
    for junk in ["", "x", String(repeating: "A", count: 100), String(repeating: "é", count: 60), text + "é"] {
      #expect(seal.open(junk) == nil)
    }
  }

  @Test(arguments: TestEngine.available) func onlyTheOwnAttemptIsGoneOnWith(_ engine: Engine) async throws {
    try await withPractice(engine) { house in
      let actor = try await house.begin(someone)
      let attempt = try await house.desk.attempt(actor).id
      #expect(await refused(.notFound) { try await house.ticket(.member(.random()), goingOnWith: attempt) })
      #expect(await refused(.notFound) { try await house.ticket(someone, goingOnWith: .random()) })
      #expect(await refused(.notFound) { try await house.ticket(someone, "no-such") })
      try await house.desk.choose(actor, 1, seen: 1)
      let again = try await house.desk.begin(try await house.ticket(someone, goingOnWith: attempt), PracticeHouse.names)
      let back = try #require(try await SignInDesk(house.office).actor(for: again))
      #expect(back.member == actor.member)
      #expect(try await house.desk.attempt(back).path == ["stop", "aside"])
    }
  }

  @Test(arguments: TestEngine.available) func nobodyFillsTheStoreWithBeginnings(_ engine: Engine) async throws {
    let time = MovingClock()
    try await withPractice(engine, clock: time.clock) { house in
      for _ in 0..<30 { _ = try await house.begin(someone) }
      #expect(await refused(.tooMany) { try await house.begin(someone) })
      _ = try await house.begin(.member(.random()))
      time.pass(.days(1))
      _ = try await house.begin(someone)
    }
  }

  // MARK: The story

  @Test(arguments: TestEngine.available) func choicesAreTakenOnce(_ engine: Engine) async throws {
    try await withPractice(engine) { house in
      let actor = try await house.begin(someone)
      #expect(await refused(.notFound) { try await house.desk.choose(actor, 7, seen: 1) })
      try await house.desk.choose(actor, 0, seen: 1)
      // A second click changes nothing; another choice comes too late.
      try await house.desk.choose(actor, 0, seen: 1)
      #expect(await refused(.conflict) { try await house.desk.choose(actor, 1, seen: 1) })
      #expect(try await house.desk.attempt(actor).path == ["stop", "aloud"])
      try await house.desk.choose(actor, 0, seen: 2)
      try await house.desk.choose(actor, 0, seen: 3)
      #expect(try await house.desk.attempt(actor).path == ["stop", "aloud", "aside", "house"])
      #expect(await refused(.notFound) { try await house.desk.choose(actor, 0, seen: 4) })
      _ = try await house.desk.finish(actor)
      #expect(await refused(.conflict) { try await house.desk.choose(actor, 0, seen: 4) })
    }
  }

  // MARK: The work tool

  @Test(arguments: TestEngine.available) func whatWasDoneIsSeenAndScored(_ engine: Engine) async throws {
    try await withPractice(engine) { house in
      let actor = try await house.begin(someone)
      let work = Work(house, actor)
      let screening = try await work.screen()
      #expect(try await house.desk.attempt(actor).firstSafety?["private_place"] == .no)
      let caseID = try await work.open(from: screening)
      let agencies = try await AgencyDesk(house.office).directory(actor)
      let shelter = try #require(agencies.first { $0.name.hasPrefix("Casa Prueba") })
      let family = try #require(agencies.first { $0.name.hasPrefix("Mesa Familia") })
      try await work.consent(caseID, to: shelter.id, [.identity, .contact, .needs, .health])
      try await work.consent(caseID, to: family.id, [.needs])
      // The first asks back by its script and then accepts; the other declines.
      let sent = try await work.refer(caseID, to: shelter.id)
      try await house.desk.follow(actor, isScreening: false)
      var view = try await work.referrals.view(actor, sent)
      #expect(view.referral.state == .asked && view.events.contains { $0.note == "¿Viene solo?" })
      try await work.referrals.make(
        .reply("Sí"), actor, sent, event: .random(), revision: view.referral.revision)
      try await house.desk.follow(actor, isScreening: false)
      view = try await work.referrals.view(actor, sent)
      #expect(view.referral.state == .accepted)
      let declined = try await work.refer(caseID, to: family.id)
      try await house.desk.follow(actor, isScreening: false)
      #expect(try await work.referrals.view(actor, declined).referral.declineReason == "outside_mandate")
      try await house.desk.choose(actor, 0, seen: 1)

      let score = try await house.desk.finish(actor)
      func verdict(_ key: String) -> ExercisePoint.Verdict? { score.points.first { $0.key == key }?.verdict }
      #expect(score.instrument == "ilo-adult-labour")
      #expect(score.sensitivity.map { [$0.found, $0.of] } == [1, 2])
      #expect(verdict("indicator:ilo-adult-labour:deceptive_recruitment/DR02") == .denied)
      #expect(verdict("safety:private_place") == .right && verdict("safety:controlling_companion") == .wrong)
      #expect(verdict("decision:decision") == .right && verdict("opening:case") == .right)
      #expect(verdict("consent:protection") == .right && verdict("consent:kinds") == .tooWide)
      #expect(verdict("consent:family-desk") == .wrong)
      #expect(verdict("referral:housing") == .tooSlow && verdict("referral:family-desk") == .wrong)
      #expect(verdict("step:aloud") == .unsafe && verdict("step:aside") == .missed)
      // It stays, whatever is done afterwards.
      try await work.consent(caseID, to: shelter.id, [.identity])
      #expect(try await house.desk.finish(actor) == score)
      #expect(try await house.desk.attempt(actor).score == score)
    }
  }

  @Test(arguments: TestEngine.available) func aClassIsCountedByItsPersonsFirstAttempts(_ engine: Engine) async throws {
    try await withPractice(engine) { house in
      let (cohort, other) = (CohortID.random(), CohortID.random())
      let person = PracticeDoor.Visitor.participant(.random(), cohort)
      for choice in [0, 1] {
        let actor = try await house.begin(person)
        try await house.desk.choose(actor, choice, seen: 1)
        _ = try await house.desk.finish(actor)
      }
      _ = try await house.begin(.participant(.random(), cohort))
      let points = try #require(try await house.door.points(ofClass: cohort)["night-bus"])
      #expect(points.persons == 1 && points.isTooFewToJudge)
      #expect(points.rows.contains { $0.key == "step:aloud" && $0.missed == 1 })
      #expect(try await house.door.points(ofClass: other).isEmpty)
      #expect(try await house.door.attempts(of: person).count == 2)
    }
  }

  // MARK: Erasing

  @Test(arguments: TestEngine.available) func idleContentIsErasedAndThePointsStay(_ engine: Engine) async throws {
    let time = MovingClock()
    try await withPractice(engine, clock: time.clock) { house in
      var agencies: [String] = []
      var people: [PracticeDoor.Visitor] = []
      for isFinished in [true, false] {
        let visitor = PracticeDoor.Visitor.participant(.random(), .random())
        people.append(visitor)
        let actor = try await house.begin(visitor)
        let work = Work(house, actor)
        let caseID = try await work.open(from: try await work.screen())
        let directory = try await AgencyDesk(house.office).directory(actor)
        let shelter = try #require(directory.first { $0.name.hasPrefix("Casa Prueba") })
        try await work.consent(caseID, to: shelter.id, [.identity, .contact, .needs])
        _ = try await work.refer(caseID, to: shelter.id)
        try await house.desk.follow(actor, isScreening: false)
        agencies += directory.map(\.id.description) + [actor.member.description, caseID.description]
        if isFinished { _ = try await house.desk.finish(actor) }
      }
      time.pass(.days(30))
      try await house.desk.eraseIdle()
      #expect(try await house.door.attempts(of: people[0]).first?.isErased == false)
      time.pass(.minutes(1))
      try await house.desk.eraseIdle()
      let left = try await house.door.attempts(of: people[0])
      #expect(left.map(\.isErased) == [true] && left.first?.score != nil)
      #expect(try await house.door.attempts(of: people[1]).isEmpty)
      #expect(await refused(.notFound) { try await house.ticket(people[0], goingOnWith: left[0].id) })
      // Only the audit log and the attempt's own line still name them, by random identifiers.
      let content = try await wholeContent(of: house.office.database, engine)
      #expect(content["agencies"]?.isEmpty == true && content["members"]?.isEmpty == true)
      for (table, rows) in content where !table.hasPrefix("audit_") && table != "practice_attempts" {
        for row in rows { #expect(!agencies.contains { row.contains($0) }, "\(table)") }
      }
    }
  }
}

/// What a trainee does in the work tool.
private struct Work {
  let house: PracticeHouse
  let actor: Actor
  let screenings: ScreeningDesk
  let cases: CaseDesk
  let referrals: ReferralDesk

  init(_ house: PracticeHouse, _ actor: Actor) {
    self.house = house
    self.actor = actor
    screenings = ScreeningDesk(house.office, house.pack)
    cases = CaseDesk(
      house.office, house.pack, whenConsentEnds: ReferralDesk.consentEnded, whenCaseCloses: ReferralDesk.caseClosed)
    referrals = ReferralDesk(house.office, house.pack)
  }

  /// Not private at first, and nobody seems to control: one right, one wrong. Then put right.
  func screen() async throws -> ScreeningID {
    let id = ScreeningID.random()
    try await screenings.begin(actor, id, ScreeningForm(province: "EC-P", age: "25"))
    var safety = Dictionary(
      uniqueKeysWithValues: house.pack.safetyQuestions.map { ($0.code, $0.stopsOn == .yes ? FourWayAnswer.no : .yes) })
    safety["private_place"] = .no
    try await screenings.answerSafety(actor, id, safety, seen: 0)
    try await house.desk.follow(actor, isScreening: true)
    safety["private_place"] = .yes
    try await screenings.answerSafety(actor, id, safety, seen: 1)
    try await house.desk.follow(actor, isScreening: true)
    try await screenings.save(
      actor, id, topic: "deceptive_recruitment", ["DR01": .yes, "DR02": .no], note: "", seen: 0)
    try await screenings.finish(actor, id)
    try await screenings.decide(actor, id, .random(), kind: "presumed", reason: "Se vio y se oyó.")
    return id
  }

  func open(from screening: ScreeningID) async throws -> CaseID {
    let id = CaseID.random()
    try await cases.open(
      actor, id: id, from: screening,
      CaseOpening(
        person: .new(.random(), PersonIdentity(givenNames: "Colibrí"), SafeContact(how: "teléfono")),
        kind: "trafficking", province: "EC-P", ageBand: "18-29", narrative: "Lo que contó",
        needs: Needs(codes: ["housing"])))
    return id
  }

  func consent(_ id: CaseID, to agency: AgencyID, _ kinds: Set<DataKind>) async throws {
    let today = CalendarDay(house.office.clock.now(), offsetFromUTC: house.pack.offsetFromUTC)
    try await cases.giveConsent(
      actor, id, id: .random(),
      ConsentRequest(
        purpose: "protection", recipient: agency, kinds: kinds, until: today.adding(days: 60), decidedBy: .person,
        language: .spanish, explained: ConsentRequest.allExplained))
  }

  func refer(_ id: CaseID, to agency: AgencyID) async throws -> ReferralID {
    let referral = ReferralID.random()
    try await referrals.send(
      actor, id: referral,
      NewReferral(caseID: id, to: agency, need: "housing", purpose: "protection", urgency: "normal"))
    return referral
  }
}
