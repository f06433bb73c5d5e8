import Basics
import CountryPack
import TestSupport
import Testing

@testable import Identification

@Suite struct DecisionClockTests {
  private static let offset = Span.hours(-5)

  private func day(_ written: String) throws -> CalendarDay { try #require(CalendarDay(written)) }

  /// Noon of a day, plus hours.
  private func at(_ written: String, hour: Int = 12) throws -> Moment {
    Moment(milliseconds: Int64(try day(written).daysSince1970) * 86_400_000) + .hours(hour + 5)
  }

  private func content(
    _ days: Int = 5, _ counts: DecisionTerm.Counting = .working, warn: Int = 1, extend: Int = 3,
    certainty: Certainty = .verified, holidays: Set<CalendarDay> = []
  ) -> IdentificationContent {
    IdentificationContent(
      clock: DecisionTerm(
        days: days, counts: counts, warnDays: warn, extendDays: extend, source: "", certainty: certainty),
      holidays: holidays)
  }

  private func read(
    _ events: [DecisionClock.Event] = [], since start: Moment?, now: Moment, _ content: IdentificationContent,
    decision: Decision.Kind? = .presumed
  ) -> DecisionClock.Reading? {
    DecisionClock.reading(
      events, since: start, decision: decision, content, now: now, offsetFromUTC: Self.offset)
  }

  private func event(_ move: DecisionClock.Move, _ written: String, hour: Int = 12) throws -> DecisionClock.Event {
    DecisionClock.Event(move, at: try at(written, hour: hour), by: MemberID.random())
  }

  @Test func weekendsAndHolidaysDoNotCount() throws {
    // 2026-11-25 is a Wednesday: Thu, Fri, Mon, Tue, Wed.
    let start = try at("2026-11-25")
    #expect(read(since: start, now: start, content())?.due == (try day("2026-12-02")))
    #expect(
      read(since: start, now: start, content(holidays: [try day("2026-11-27"), try day("2026-11-28")]))?.due
        == (try day("2026-12-03")))
    #expect(read(since: start, now: start, content(5, .calendar))?.due == (try day("2026-11-30")))
    // Late in the evening in Quito it is the next day in UTC; the day of the country counts.
    #expect(
      read(since: try at("2026-11-25", hour: 23), now: start, content())?.due == (try day("2026-12-02")))
  }

  @Test func itWarnsIsDueAndIsOverdue() throws {
    let start = try at("2026-11-25")
    let expected: [(String, DecisionClock.Alarm, Int)] = [
      ("2026-11-25", .running, 5), ("2026-11-26", .running, 4), ("2026-11-29", .running, 3),
      ("2026-11-30", .running, 2), ("2026-12-01", .warned, 1), ("2026-12-02", .due, 0), ("2026-12-03", .overdue, 0),
      ("2027-12-03", .overdue, 0),
    ]
    for (today, alarm, left) in expected {
      let reading = try #require(read(since: start, now: try at(today, hour: 23), content()))
      #expect(reading.alarm == alarm && reading.daysLeft == left, "\(today)")
    }
  }

  @Test func aPauseStopsItAndTheDaysThatWereLeftAreLeft() throws {
    let start = try at("2026-11-25")
    // Thursday counts; from Friday to Tuesday it stands; Wednesday counts again.
    let paused = try event(.suspend, "2026-11-27")
    let standing = try #require(read([paused], since: start, now: try at("2026-12-20"), content()))
    #expect(standing.alarm == .suspended && standing.due == nil && standing.daysLeft == 4)
    let events = [paused, try event(.resume, "2026-12-02")]
    let reading = try #require(read(events, since: start, now: try at("2026-12-02"), content()))
    #expect(reading.due == (try day("2026-12-07")) && reading.alarm == .running && reading.daysLeft == 3)
    // Within one day it costs nothing.
    let short = [try event(.suspend, "2026-11-27", hour: 9), try event(.resume, "2026-11-27", hour: 15)]
    #expect(read(short, since: start, now: start, content())?.due == (try day("2026-12-02")))
    // What was done before it began anew is over.
    #expect(
      read([try event(.suspend, "2026-11-20")], since: start, now: start, content())?.due == (try day("2026-12-02")))
  }

  @Test func itIsExtendedByWhatThePackSays() throws {
    let start = try at("2026-11-25")
    let reading = try #require(
      read([try event(.extend, "2026-12-02")], since: start, now: try at("2026-12-04"), content()))
    let extended = try day("2026-12-07")
    #expect(reading.isExtended && reading.due == extended && reading.alarm == .warned)
  }

  @Test func aTimeThatNobodyVerifiedInformsAndMarksNothing() throws {
    let start = try at("2026-11-25")
    let late = try at("2027-11-25")
    for certainty in Certainty.allCases {
      let reading = try #require(read(since: start, now: late, content(certainty: certainty)))
      #expect((reading.alarm == .informs) == (certainty == .unverified))
      let state = DecisionClock.state(
        [], since: start, decision: .presumed, content(certainty: certainty).clock)
      #expect((state == .informs) == (certainty == .unverified))
    }
    for move in DecisionClock.Move.allCases {
      #expect(throws: Refusal.self) {
        try DecisionClock.next(move, from: .informs, content(certainty: .unverified).clock)
      }
    }
  }

  @Test func itRunsWhileSomethingIsPresumedOnly() throws {
    let start = try at("2026-11-25")
    for decision in Decision.Kind.allCases {
      let runs = decision == .presumed || decision == .needsMoreInformation
      #expect((read(since: start, now: start, content(), decision: decision) != nil) == runs, "\(decision)")
    }
    #expect(read(since: nil, now: start, content()) == nil)
    #expect(read(since: start, now: start, IdentificationContent()) == nil)
  }

  /// Against a count day by day, for random pauses, holidays and terms.
  @Test func againstASlowCount() throws {
    let seed = testSeed("decision clock")
    var generator = SeededGenerator(seed: seed)
    let start = try at("2026-11-25")
    let first = try day("2026-11-25")
    for round in 0..<600 {
      let holidays = Set((0..<4).map { _ in first.adding(days: Int.random(in: 0...40, using: &generator)) })
      let content = content(
        Int.random(in: 1...15, using: &generator), Bool.random(using: &generator) ? .working : .calendar,
        warn: 0, holidays: holidays)
      let days = Int.random(in: 0...4, using: &generator)
      let places = (0..<days * 2).map { _ in Int.random(in: 0...30, using: &generator) }.sorted()
      let events = places.enumerated().map { index, place in
        DecisionClock.Event(
          index % 2 == 0 ? .suspend : .resume, at: start + .days(place) + .minutes(index), by: MemberID.random())
      }
      let term = try #require(content.clock)
      // Weekdays by a table of the month, not by the engine's arithmetic: 2026-11-25 is a Wednesday.
      var (left, due, place) = (term.days, first, 0)
      while left > 0 {
        place += 1
        due = first.adding(days: place)
        let isOff = [3, 4].contains(place % 7) || holidays.contains(due)
        if term.counts == .working, isOff { continue }
        if places.count(where: { $0 <= place }) % 2 == 1 { continue }
        left -= 1
      }
      let reading = try #require(read(events, since: start, now: start + .days(35), content))
      #expect(reading.due == due, "seed \(seed) round \(round)")
      #expect(
        reading.alarm == (due < first.adding(days: 35) ? .overdue : due == first.adding(days: 35) ? .due : .running),
        "seed \(seed) round \(round)")
    }
  }
}
