import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import Referrals

/// Live referrals follow what was adopted: the desk, its time limit, who steps in, and nights and weekends.
@Suite struct MechanismRouteTests {
  /// `back` answers on workdays from 8 to 17, `front` always.
  private static let text = MechanismWorld.sound.replacing("version: 2026-11-30", with: "version: 2008-01-01")
    .replacing("[EC-U]", with: "[EC-P]").replacing("within: {hours: 24}", with: "within: {hours: 6}")
    .replacing(
      "kind: ngo\n    people: 1\n    hours: always",
      with: """
        kind: ngo
            people: 1
            hours:
              - {days: [mon, tue, wed, thu, fri], from: "08:00", until: "17:00"}
            outOfHours: front
            alternate: front
        """)

  private let front = AgencyID.random()
  private let back = AgencyID.random()

  private func guide(_ text: String = Self.text) throws -> (MechanismGuide, [MechanismGuide.Adopted]) {
    (
      MechanismGuide(terms: try MechanismWorld.terms, offsetFromUTC: .hours(-5)),
      [
        .init(
          version: .random(), mechanism: try MechanismWorld.read(text), agencies: ["front": front, "back": back])
      ]
    )
  }

  private func moment(_ day: String, _ hour: Int) throws -> Moment {
    let day = try #require(CalendarDay(day))
    return Moment(milliseconds: Int64(day.daysSince1970) * 86_400_000) + .hours(hour + 5)
  }

  private func question(_ need: String = "housing", province: String = "EC-P", sex: String? = "male")
    -> MechanismGuide.Question
  {
    .init(need: need, province: province, age: "18-29", sex: sex)
  }

  @Test func theResponsibleDeskOfTheTerritoryIsNamed() throws {
    let (guide, adopted) = try guide()
    // A Friday at ten.
    let now = try moment("2008-01-11", 10)
    for need in ["housing", "shelter"] {
      let route = try #require(guide.route(question(need), in: adopted, at: now))
      #expect(route.responsible.code == "back" && route.outOfHours == nil && route.answering.agency == back)
      #expect(route.alternate?.agency == front && route.limit?.minutes == 360)
      #expect(route.role(of: back) == .responsible && route.role(of: front) == .alternate)
      #expect(route.role(of: .random()) == nil)
      #expect(route.other(than: back)?.agency == front && route.other(than: front)?.agency == back)
    }
    #expect(guide.route(question("legal"), in: adopted, at: now) == nil)
    #expect(guide.route(question(province: "EC-O"), in: adopted, at: now) == nil)
    #expect(guide.route(question(), in: [], at: now) == nil)
    // Before its day it does not hold.
    #expect(guide.route(question(), in: adopted, at: try moment("2007-12-31", 10)) == nil)
  }

  @Test func whoIsNotTakenHasNoRoute() throws {
    let (guide, adopted) = try guide(
      Self.text.replacing("service: shelter", with: "service: shelter\n    ages: [18-29]\n    sexes: [female]"))
    let now = try moment("2008-01-11", 10)
    #expect(guide.route(question(sex: "female"), in: adopted, at: now) != nil)
    #expect(guide.route(question(sex: "male"), in: adopted, at: now) == nil)
    // What nobody asked promises nothing.
    #expect(guide.route(question(sex: nil), in: adopted, at: now) == nil)
  }

  /// Every hour of two weeks: the other desk exactly while the first stays closed beyond the limit of six hours.
  @Test func nightsAndWeekends() throws {
    let (guide, adopted) = try guide()
    let start = try moment("2008-01-07", 0)
    for hour in 0..<336 {
      let route = try #require(guide.route(question(), in: adopted, at: start + .hours(hour)))
      let (day, clock) = (hour / 24 % 7, hour % 24)
      let isOpen = day < 5 && (8..<17).contains(clock)
      // Hours until eight o'clock of the next workday.
      let untilOpening = clock < 8 && day < 5 ? 8 - clock : 24 - clock + 8 + (day < 4 ? 0 : (6 - day) * 24)
      let steps = !isOpen && untilOpening > 6
      #expect((route.outOfHours != nil) == steps, "\(day) \(clock)")
      #expect(route.answering.agency == (steps ? front : back))
      // Nobody takes over from itself.
      if steps { #expect(route.other(than: front)?.agency == back) }
    }
  }

  private func withAdopted(
    _ engine: Engine, _ body: (World, MechanismVersionID) async throws -> Void
  ) async throws {
    try await withWorld(engine) { world in
      let desk = MechanismDesk(world.office, world.pack)
      let (id, keeper) = (MechanismVersionID.random(), world.coordinator)
      try await desk.bring(keeper, id, Self.text, for: .territory)
      let agencies = ["front": world.third.agency, "back": world.desk.agency]
      try await desk.name(keeper, id, agencies, revision: 1)
      let now = world.now
      let signing = [world.third, world.chief]
      try await world.office.database.write { transaction in
        for actor in signing {
          try MechanismRecords.insert(
            MechanismSignature(agency: actor.agency, member: actor.member, signedAt: now), of: id, transaction)
        }
        try transaction.record(.test())
      }
      let gaps = try await desk.look(keeper, id).check.gaps
      try await desk.adopt(keeper, id, knownGaps: gaps, revision: 2)
      try await body(world, id)
    }
  }

  @Test(arguments: TestEngine.available) func aReferralFollowsAndRemembers(_ engine: Engine) async throws {
    try await withAdopted(engine) { world, id in
      let route = try await world.referrals.route(
        world.worker, need: "shelter", province: "EC-P", age: "18-29", sex: nil)
      #expect(route?.version == id && route?.answering.agency == world.desk.agency)
      #expect(
        await refusal {
          _ = try await world.referrals.route(
            world.desk, need: "shelter", province: "EC-P", age: "18-29", sex: nil)
        }?.kind == .forbidden)
      let sent = try await world.sent()
      let view = try await world.referrals.view(world.worker, sent.id)
      // Six hours of the mechanism are stricter than the pack's twenty-four.
      #expect(view.referral.dueAt == view.referral.sentAt + .hours(6))
      #expect(view.next == .init(step: .reminder, at: view.referral.sentAt + .hours(3)))
      let followed = try #require(view.followed)
      #expect(followed.version == id && followed.role == .responsible && followed.desk == "Fondo")
      #expect(followed.setsDeadline && followed.alternate?.agency == world.third.agency)
      #expect(try await world.referrals.view(world.desk, sent.id).followed == followed)

      // Urgent is stricter than the mechanism: the pack's hour stays.
      let second = ReferralID.random()
      try await world.referrals.send(
        world.worker, id: second, world.request(sent.caseID, to: world.desk, urgency: "urgent"))
      let urgent = try await world.referrals.view(world.worker, second)
      #expect(urgent.referral.dueAt == urgent.referral.sentAt + .hours(1) && urgent.followed?.setsDeadline == false)

      // To whom the mechanism does not name, and for what it does not promise, nothing is followed.
      var other = world.request(sent.caseID, to: world.desk)
      other.need = "legal"
      let third = ReferralID.random()
      try await world.referrals.send(world.worker, id: third, other)
      let free = try await world.referrals.view(world.worker, third)
      #expect(free.followed == nil && free.referral.dueAt == free.referral.sentAt + .hours(24))

      // What was sent keeps what it followed when another version is adopted or none holds any more.
      try await world.office.database.write {
        try $0.execute("UPDATE mechanism_versions SET state = 'replaced' WHERE id = ?", id)
        try $0.record(.test())
      }
      #expect(try await world.referrals.view(world.worker, sent.id).followed == followed)
      let fourth = ReferralID.random()
      try await world.referrals.send(world.worker, id: fourth, world.request(sent.caseID, to: world.desk))
      #expect(try await world.referrals.view(world.worker, fourth).followed == nil)
    }
  }

  @Test(arguments: TestEngine.available) func theAlternateIsWhatTheClockProposes(_ engine: Engine) async throws {
    try await withAdopted(engine) { world, _ in
      let caseID = try await world.openCase()
      _ = try await world.consent(caseID, to: world.third)
      let id = ReferralID.random()
      try await world.referrals.send(world.worker, id: id, world.request(caseID, to: world.third))
      let view = try await world.referrals.view(world.worker, id)
      #expect(view.followed?.role == .alternate && view.followed?.alternate?.agency == world.desk.agency)
      world.time.move(.hours(9))
      try await world.timekeeper.run()
      #expect(try await world.state(id).clockStep == .sender)
      #expect(try await world.referrals.outbox(world.worker, .unanswered).referrals.map(\.id) == [id])
    }
  }
}
