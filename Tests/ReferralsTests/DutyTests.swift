import Accounts
import Basics
import Records
import TestSupport
import Testing

@testable import Referrals

private let ecuador = Span.hours(-5)

@Suite struct DutyRosterTests {
  private let ana = MemberID.random()
  private let berta = MemberID.random()

  /// A moment of the week of 7 January 2008, a Monday, as the clock on the wall in Ecuador says it.
  private func at(_ weekday: Int, _ hour: Int, _ minute: Int = 0, week: Int = 0) -> Moment {
    let monday = Moment(milliseconds: 13_885 * 86_400_000)
    return monday + .days(weekday + 7 * week) + .minutes(hour * 60 + minute) - ecuador
  }

  private func shift(_ member: MemberID, _ weekday: Int, _ from: Int, _ until: Int) throws -> DutyRoster.Shift {
    .init(
      id: .random(), member: member, weekday: weekday, from: try #require(TimeOfDay(minutes: from * 60)),
      until: try #require(TimeOfDay(minutes: until % 24 * 60)))
  }

  /// Every quarter of an hour of two weeks against the pattern written out a second time.
  @Test func theWeekComesRoundAgain() throws {
    let roster = DutyRoster(
      shifts: try [
        shift(ana, 0, 8, 17), shift(berta, 0, 12, 20), shift(ana, 4, 22, 6), shift(berta, 6, 20, 4),
        shift(ana, 2, 0, 24),
      ])
    for quarter in 0..<(14 * 96) {
      let (weekday, hour) = (quarter / 96 % 7, quarter % 96 / 4)
      var expected: Set<MemberID> = []
      if weekday == 0, (8..<17).contains(hour) { expected.insert(ana) }
      if weekday == 0, (12..<20).contains(hour) { expected.insert(berta) }
      if weekday == 4 && hour >= 22 || weekday == 5 && hour < 6 { expected.insert(ana) }
      // From Sunday night into Monday.
      if weekday == 6 && hour >= 20 || weekday == 0 && hour < 4 { expected.insert(berta) }
      if weekday == 2 { expected.insert(ana) }
      let moment = at(0, 0) + .minutes(15 * quarter)
      #expect(roster.onDuty(at: moment, offsetFromUTC: ecuador) == expected, "\(weekday) \(hour)")
      // Long before the epoch the week is the same.
      #expect(roster.onDuty(at: moment - .days(7 * 3000), offsetFromUTC: ecuador) == expected)
    }
  }

  @Test func aShiftHoldsFromItsFirstMinuteToJustBeforeItsLast() throws {
    let roster = DutyRoster(shifts: [try shift(ana, 0, 8, 17)])
    let (begin, end) = (at(0, 8), at(0, 17))
    let millisecond = Span(milliseconds: 1)
    #expect(roster.onDuty(at: begin - millisecond, offsetFromUTC: ecuador).isEmpty)
    #expect(roster.onDuty(at: begin, offsetFromUTC: ecuador) == [ana])
    #expect(roster.onDuty(at: end - millisecond, offsetFromUTC: ecuador) == [ana])
    #expect(roster.onDuty(at: end, offsetFromUTC: ecuador).isEmpty)
    // The wall in Ecuador counts, not Greenwich's.
    #expect(roster.onDuty(at: begin, offsetFromUTC: .hours(0)) == [ana])
    #expect(roster.onDuty(at: at(0, 3), offsetFromUTC: .hours(0)) == [ana])
    #expect(roster.onDuty(at: at(0, 3), offsetFromUTC: ecuador).isEmpty)
  }

  @Test func aSingleChangeReplacesThePattern() throws {
    var roster = DutyRoster(shifts: [try shift(ana, 0, 8, 17)])
    roster.changes = [
      .init(id: .random(), member: berta, from: at(0, 10), until: at(0, 12)),
      .init(id: .random(), member: nil, from: at(0, 14), until: at(0, 15)),
      .init(id: .random(), member: berta, from: at(5, 9), until: at(5, 10)),
    ]
    let expected: [(Moment, Set<MemberID>)] = [
      (at(0, 9), [ana]), (at(0, 10), [berta]), (at(0, 12), [ana]), (at(0, 14), []), (at(0, 15), [ana]),
      (at(5, 9), [berta]), (at(5, 10), []), (at(0, 10, week: 1), [ana]),
    ]
    for (moment, members) in expected {
      #expect(roster.onDuty(at: moment, offsetFromUTC: ecuador) == members)
    }
  }

  @Test func outOfHoursAnswersOnlyWhenNobodyIsOnDuty() throws {
    let other = AgencyID.random()
    var roster = DutyRoster()
    #expect(roster.duty(at: at(0, 9), offsetFromUTC: ecuador) == .everybody)
    roster.shifts = [try shift(ana, 0, 8, 17)]
    let cases: [(DutyRoster.OutOfHours, DutyRoster.Duty)] = [
      (.nobody, .nobody), (.own([berta]), .onCall([berta])), (.own([]), .nobody),
      (.agency(other, agreed: true), .agency(other)), (.agency(other, agreed: false), .nobody),
    ]
    for (value, answer) in cases {
      roster.outOfHours = value
      #expect(roster.duty(at: at(0, 9), offsetFromUTC: ecuador) == .members([ana]))
      #expect(roster.duty(at: at(1, 9), offsetFromUTC: ecuador) == answer)
    }
    // Who has left is on no roster.
    #expect(roster.kept(to: [berta]).onDuty(at: at(0, 9), offsetFromUTC: ecuador).isEmpty)
  }
}

@Suite struct DutyDeskTests {
  private func hour(_ hour: Int) throws -> TimeOfDay { try #require(TimeOfDay(minutes: hour * 60)) }

  private func ids() -> [Int: DutyShiftID] {
    Dictionary(uniqueKeysWithValues: (0..<7).map { ($0, DutyShiftID.random()) })
  }

  @Test(arguments: TestEngine.available) func aSupervisorKeepsIt(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let desk = DutyDesk(world.office, world.pack)
      #expect(try await desk.roster(world.desk).now == .everybody)
      let ids = ids()
      try await desk.add(world.chief, ids, member: world.colleague.member, from: try hour(8), until: try hour(17))
      try await desk.add(world.chief, ids, member: world.colleague.member, from: try hour(8), until: try hour(17))
      let view = try await desk.roster(world.desk)
      // The world's clock stands at 16:20 of a Thursday.
      #expect(view.roster.shifts.count == 7 && view.now == .members([world.colleague.member]))
      #expect(view.names[world.colleague.member] == "colleague")
      world.time.move(.hours(2))
      #expect(try await desk.roster(world.desk).now == .nobody)

      let change = DutyChangeID.random()
      let now = world.now
      try await desk.change(world.chief, change, member: world.desk.member, from: now, until: now + .hours(1))
      try await desk.change(world.chief, change, member: world.desk.member, from: now, until: now + .hours(1))
      #expect(try await desk.roster(world.desk).now == .members([world.desk.member]))
      try await desk.remove(world.chief, change: change)
      try await desk.remove(world.chief, change: change)
      #expect(try await desk.roster(world.desk).now == .nobody)
      for (from, until) in [(now, now), (now - .hours(2), now - .hours(1)), (now, now + .days(63))] {
        #expect(
          await refusal {
            try await desk.change(world.chief, .random(), member: nil, from: from, until: until)
          }?.fields.map(\.field) == ["until_day"])
      }
      // Only members who answer referrals here; only who leads the desk writes.
      for member in [world.reader.member, world.worker.member, .random()] {
        #expect(
          await refusal {
            try await desk.add(
              world.chief, [0: .random()], member: member, from: try hour(8), until: try hour(9))
          }?.fields.map(\.field) == ["member"])
      }
      for actor in [world.desk, world.worker, world.coordinator] {
        #expect(
          await refusal {
            try await desk.add(
              actor, [0: .random()], member: world.desk.member, from: try hour(8), until: try hour(9))
          }?.kind == .forbidden)
        #expect(await refusal { try await desk.setOutOfHours(actor, .nobody) }?.kind == .forbidden)
      }
      // Another agency's supervisor removes nothing here.
      let first = try #require(ids[0])
      try await desk.remove(world.senderDesk, shift: first)
      #expect(try await desk.roster(world.desk).roster.shifts.count == 7)
      try await desk.remove(world.chief, shift: first)
      #expect(try await desk.roster(world.desk).roster.shifts.count == 6)
      let actions = try await world.office.database.read { try AuditLog.entries($0) }.map(\.entry.action)
        .filter { $0.hasPrefix("duty.") }
      #expect(actions == ["duty.add_shift", "duty.add_change", "duty.remove_change", "duty.remove_shift"])
    }
  }

  @Test(arguments: TestEngine.available) func anotherAgencyAnswersOnlyWhenItAgreed(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let desk = DutyDesk(world.office, world.pack)
      let (own, other) = (world.desk.agency, world.senderDesk.agency)
      try await desk.setOutOfHours(world.chief, .agency(other, agreed: true))
      // What the form says of an agreement counts for nothing.
      #expect(try await desk.roster(world.desk).now == .nobody)
      #expect(try await desk.standing(world.worker, of: own) == .closed)
      let asked = try await desk.roster(world.senderDesk).asked
      #expect(asked.map(\.agency) == [own] && asked.allSatisfy { !$0.agrees })
      try await desk.answer(world.senderDesk, to: own, agrees: true)
      #expect(try await desk.roster(world.desk).now == .agency(other))
      #expect(try await desk.standing(world.worker, of: own) == .elsewhere(other))
      // Asked again, what was agreed stays; taken back, it ends.
      try await desk.setOutOfHours(world.chief, .agency(other, agreed: false))
      #expect(try await desk.roster(world.desk).now == .agency(other))
      try await desk.answer(world.senderDesk, to: own, agrees: false)
      #expect(try await desk.roster(world.desk).now == .nobody)
      #expect(await refusal { try await desk.answer(world.chief, to: other, agrees: true) }?.kind == .notFound)
      #expect(await refusal { try await desk.setOutOfHours(world.chief, .agency(own, agreed: true)) }?.kind == .invalid)
      try await desk.setOutOfHours(world.chief, .own([world.colleague.member]))
      #expect(try await desk.roster(world.desk).now == .onCall([world.colleague.member]))
      #expect(try await desk.roster(world.senderDesk).asked.isEmpty)
      try await desk.setOutOfHours(world.chief, .nobody)
      #expect(try await desk.roster(world.desk).now == .everybody)
      #expect(try await desk.standing(world.worker, of: own) == .answers)
    }
  }

  @Test(arguments: TestEngine.available) func theReminderNamesWhoIsOnDuty(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let desk = DutyDesk(world.office, world.pack)
      try await desk.add(
        world.chief, ids(), member: world.colleague.member, from: try hour(0), until: try hour(0))
      let (free, claimed) = (try await world.reach(.seen), try await world.reach(.seen))
      try await world.make(.claim, world.desk, claimed.id)
      world.time.move(.hours(12))
      try await world.timekeeper.run()
      func reminded(_ id: ReferralID) async throws -> [[MemberID]] {
        try await world.office.database.read { try ReferralRecords.steps(id, $0) }.map(\.members)
      }
      #expect(try await reminded(free.id) == [[world.colleague.member]])
      #expect(try await reminded(claimed.id) == [[world.desk.member]])
    }
  }
}
