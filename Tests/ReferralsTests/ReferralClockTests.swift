import Basics
import CountryPack
import Foundation
import TestSupport
import Testing

@testable import Referrals

private let packFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "Packs/ecuador")

@Suite struct ReferralClockTests {
  private let pack: CountryPack
  init() throws { pack = try CountryPack.load(from: packFolder) }

  /// Monday, 1 December 2008, 16:00 in Quito.
  private let monday = Moment(milliseconds: 1_228_165_200_000)

  private func referral(_ urgency: String, _ state: Referral.State = .sent, until: Moment? = nil) -> Referral {
    let side = Referral.Side(agency: .random(), name: "Casa", province: "EC-P")
    return Referral(
      id: .random(), caseID: .random(), from: side, to: side, need: "shelter", purpose: "assistance", urgency: urgency,
      state: state, sentAt: monday, dueAt: ReferralClock(pack).deadline(urgency, from: monday) ?? monday,
      consent: .random(), basisUntil: until, revision: 1)
  }

  @Test func theUrgenciesOfThePackGiveTheDeadline() {
    let clock = ReferralClock(pack)
    #expect(clock.deadline("urgent", from: monday) == monday + .hours(1))
    #expect(clock.deadline("high", from: monday) == monday + .hours(24))
    #expect(clock.deadline("normal", from: monday) == monday + .hours(72))
    #expect(clock.deadline("x", from: monday) == nil)
  }

  @Test func eachIsToldInOrder() {
    let clock = ReferralClock(pack)
    let plan = clock.plan(referral("high"))
    #expect(plan.map(\.step) == ReferralClock.Step.allCases)
    #expect(plan.map { ($0.at - monday).milliseconds / 3_600_000 } == [12, 24, 36, 48, 24 + 720])
    var waiting = referral("high")
    #expect(clock.due(waiting, at: monday + .hours(12) - .seconds(1)).isEmpty)
    #expect(clock.due(waiting, at: monday + .hours(12)).map(\.step) == [.reminder])
    // A server that stood still: the reminder would only repeat what the supervisor is told.
    #expect(clock.due(waiting, at: monday + .hours(40)).map(\.step) == [.supervisor, .sender])
    waiting.clockStep = .supervisor
    #expect(clock.next(waiting) == .init(step: .sender, at: monday + .hours(36)))
    for state in Referral.State.allCases where !state.isWaiting {
      #expect(clock.next(referral("high", state)) == nil)
      #expect(clock.due(referral("high", state), at: monday + .days(365)).isEmpty)
    }
  }

  @Test func aConsentThatRunsOutBringsTheEndForward() {
    let clock = ReferralClock(pack)
    let short = referral("normal", until: monday + .hours(10))
    #expect(clock.next(short) == .init(step: .end, at: monday + .hours(10)))
    #expect(clock.due(short, at: monday + .days(2)).map(\.step) == [.end])
    let longer = referral("normal", until: monday + .hours(80))
    #expect(clock.due(longer, at: monday + .days(10)).map(\.step) == [.supervisor, .end])
  }

  /// However seldom somebody looks, each step is made once, none too early, and the order holds.
  @Test func anyRhythmOfLookingMakesTheSameSteps() {
    var generator = SeededGenerator(seed: testSeed("referral-clock"))
    let clock = ReferralClock(pack)
    for _ in 0..<500 {
      let urgency = ["urgent", "high", "normal"].randomElement(using: &generator) ?? "high"
      let until = Bool.random(using: &generator) ? monday + .hours(.random(in: 1..<2000, using: &generator)) : nil
      var waiting = referral(urgency, until: until)
      let plan = Dictionary(uniqueKeysWithValues: clock.plan(waiting).map { ($0.step, $0.at) })
      var (made, now) = ([ReferralClock.Step](), monday)
      while waiting.state.isWaiting {
        now = now + .minutes(.random(in: 1..<6000, using: &generator))
        for due in clock.due(waiting, at: now) {
          #expect(due.at <= now && due.at == plan[due.step])
          made.append(due.step)
          waiting.clockStep = due.step
          if due.step == .end { waiting.state = .expired }
        }
        if let next = clock.next(waiting) { #expect(next.at > now) }
      }
      #expect(made == Array(Set(made)).sorted())
      #expect(made.last == .end)
      let end = plan[.end] ?? now
      for step in ReferralClock.Step.allCases where step != .end && step != .reminder {
        #expect(made.contains(step) == ((plan[step] ?? now) < end), "\(step)")
      }
    }
  }

  @Test func aPackThatChangedItsHoursMovesNoDeadlineThatWasPromised() {
    var changed = pack
    changed.lists[.urgencies] = pack.lists[.urgencies]?.map { term in
      var term = term
      term.details["hours"] = "2"
      return term
    }
    let plan = ReferralClock(changed).plan(referral("high"))
    #expect(plan.map { ($0.at - monday).milliseconds / 3_600_000 } == [12, 24, 36, 48, 24 + 720])
    changed.lists[.urgencies] = []
    #expect(ReferralClock(changed).plan(referral("high")) == plan)
  }

  @Test func workingTimeSkipsNightsWeekendsAndHolidays() {
    let holiday = CalendarDay(monday, offsetFromUTC: pack.offsetFromUTC).adding(days: 1)
    let calendar = WorkingCalendar(
      hours: .init(days: [0, 1, 2, 3, 4], from: 480, until: 1020), holidays: [holiday],
      offsetFromUTC: pack.offsetFromUTC)
    func add(_ span: Span) -> Int64 {
      (calendar.add(span, to: monday, counting: .working) - monday).milliseconds / 60_000
    }
    #expect(add(.minutes(60)) == 60)
    // One hour is left on Monday; Tuesday is a holiday; Wednesday begins at eight.
    #expect(add(.minutes(61)) == 40 * 60 + 1)
    // 1 + 9 + 9 + 9 hours to the end of Friday; the next is Monday's first.
    #expect(add(.hours(28)) == (4 * 24 + 1) * 60)
    #expect(add(.minutes(28 * 60 + 1)) == (6 * 24 + 16) * 60 + 1)
    #expect(calendar.add(.hours(28), to: monday, counting: .calendar) == monday + .hours(28))
    #expect(calendar.add(.seconds(0), to: monday, counting: .working) == monday)
    // Who begins outside of the hours begins with the next ones.
    let night = monday + .hours(6)
    #expect(calendar.add(.minutes(1), to: night, counting: .working) == monday + .minutes(40 * 60 + 1))
  }

  @Test func aCalendarWithoutWorkCountsAllTime() {
    let days = (0..<1_000).map { CalendarDay(monday, offsetFromUTC: .hours(0)).adding(days: $0) }
    let never = WorkingCalendar(
      hours: .init(days: Set(0..<7), from: 0, until: 1440), holidays: Set(days), offsetFromUTC: .hours(0))
    #expect(never.add(.hours(3), to: monday, counting: .working) == monday + .hours(3))
    let empty = WorkingCalendar(hours: .init(days: [], from: 0, until: 0), holidays: [], offsetFromUTC: .hours(0))
    #expect(empty.add(.hours(3), to: monday, counting: .working) == monday + .hours(3))
  }

  /// Adding piece by piece is adding at once.
  @Test func addingIsTheSameInPieces() {
    var generator = SeededGenerator(seed: testSeed("working-calendar"))
    for _ in 0..<300 {
      let from = Int.random(in: 0..<1000, using: &generator)
      let days = Set((0..<7).filter { _ in Bool.random(using: &generator) }).union([3])
      let today = CalendarDay(monday, offsetFromUTC: .hours(-5))
      let holidays = Set(
        (0..<40).filter { _ in Int.random(in: 0..<8, using: &generator) == 0 }.map(today.adding(days:)))
      let calendar = WorkingCalendar(
        hours: .init(days: days, from: from, until: .random(in: (from + 1)...1440, using: &generator)),
        holidays: holidays, offsetFromUTC: .hours(-5))
      let start = monday + .minutes(.random(in: -5000..<5000, using: &generator))
      let (first, second) = (
        Span.minutes(.random(in: 1..<3000, using: &generator)), Span.minutes(.random(in: 1..<3000, using: &generator))
      )
      let whole = calendar.add(
        Span(milliseconds: first.milliseconds + second.milliseconds), to: start, counting: .working)
      let half = calendar.add(first, to: start, counting: .working)
      #expect(calendar.add(second, to: half, counting: .working) == whole)
      #expect(half > start && whole > half)
    }
  }
}
