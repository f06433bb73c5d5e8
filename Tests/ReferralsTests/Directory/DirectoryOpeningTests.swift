import Basics
import Testing

@testable import Referrals

/// All times on the clock of America/Guayaquil, five hours behind UTC all year.
@Suite struct DirectoryOpeningTests {
  private let christmas = CalendarDay(year: 2026, month: 12, day: 25)
  private var calendar: DirectoryCalendar {
    DirectoryCalendar(offsetMinutes: -300, holidays: Set([christmas].compactMap(\.self)))
  }

  private func at(_ day: String, _ time: String) throws -> Moment {
    Moment(
      try #require(CalendarDay(day)), try #require(TimeOfDay(time)), offsetFromUTC: .minutes(-300))
  }

  private func hours(_ opens: String, _ closes: String) throws -> DirectorySchedule.Hours {
    .init(try #require(TimeOfDay(opens)), try #require(TimeOfDay(closes)))
  }

  @Test func weekdaysByTheCountrysClock() throws {
    let office = DirectorySchedule(
      .weekly([.monday, .tuesday, .wednesday, .thursday, .friday]), try hours("08:00", "17:00"))
    // 2026-11-30 is a Monday.
    #expect(
      calendar.opening([office], at: try at("2026-11-30", "07:59")) == .closed(opens: try at("2026-11-30", "08:00")))
    #expect(
      calendar.opening([office], at: try at("2026-11-30", "08:00")) == .open(until: try at("2026-11-30", "17:00")))
    #expect(
      calendar.opening([office], at: try at("2026-11-30", "17:00")) == .closed(opens: try at("2026-12-01", "08:00")))
    #expect(
      calendar.opening([office], at: try at("2026-12-05", "10:00")) == .closed(opens: try at("2026-12-07", "08:00")))
    // 22:00 of Monday in Guayaquil is Tuesday in UTC: still Monday's hours.
    let late = DirectorySchedule(.weekly([.monday]), try hours("20:00", "23:00"))
    #expect(
      calendar.state(
        [late],
        at: Moment(
          try #require(CalendarDay("2026-12-01")), try #require(TimeOfDay("03:00")), offsetFromUTC: .seconds(0)))
        == .open)
    #expect(calendar.state([late], at: try at("2026-12-01", "21:00")) == .closed)
  }

  @Test func overMidnight() throws {
    let night = DirectorySchedule(.weekly([.friday]), try hours("20:00", "06:00"))
    // 2026-12-04 is a Friday.
    for (day, time, state) in [
      ("2026-12-04", "19:59", DirectoryCalendar.State.closed), ("2026-12-04", "20:00", .open),
      ("2026-12-04", "23:59", .open), ("2026-12-05", "00:00", .open), ("2026-12-05", "05:59", .open),
      ("2026-12-05", "06:00", .closed), ("2026-12-05", "20:00", .closed), ("2026-12-04", "03:00", .closed),
    ] {
      #expect(calendar.state([night], at: try at(day, time)) == state, "\(day) \(time)")
    }
    #expect(calendar.opening([night], at: try at("2026-12-05", "01:00")) == .open(until: try at("2026-12-05", "06:00")))
  }

  @Test func wholeDaysAndMidnightWrittenAs2359() throws {
    #expect(calendar.opening([.always], at: try at("2026-12-25", "03:00")) == .open(until: nil))
    let written = DirectorySchedule(
      .weekly(DirectorySchedule.Weekday.allCases), try hours("00:00", "23:59"), holidays: .open)
    #expect(calendar.opening([written], at: try at("2026-12-01", "23:59")) == .open(until: nil))
    let day = DirectorySchedule(.weekly([.tuesday]), try hours("00:00", "00:00"))
    #expect(calendar.opening([day], at: try at("2026-12-01", "12:00")) == .open(until: try at("2026-12-02", "00:00")))
  }

  @Test func hoursThatFollowAtOnceAreTakenTogether() throws {
    let parts = [
      DirectorySchedule(.weekly([.tuesday]), try hours("08:00", "12:00")),
      DirectorySchedule(.weekly([.tuesday]), try hours("12:00", "16:00")),
    ]
    #expect(calendar.opening(parts, at: try at("2026-12-01", "09:00")) == .open(until: try at("2026-12-01", "16:00")))
  }

  @Test func holidays() throws {
    let friday = try hours("08:00", "17:00")
    let noon = try at("2026-12-25", "12:00")
    func state(_ holidays: DirectorySchedule.Holidays) -> DirectoryCalendar.State {
      calendar.state([DirectorySchedule(.weekly([.friday]), friday, holidays: holidays)], at: noon)
    }
    #expect(state(.open) == .open)
    #expect(state(.closed) == .closed)
    #expect(state(.notStated) == .holiday)
    #expect(
      calendar.opening([DirectorySchedule(.weekly([.friday]), friday, holidays: .closed)], at: noon)
        == .closed(opens: try at("2027-01-01", "08:00")))
    // The night before a holiday belongs to the day on which it began.
    let night = DirectorySchedule(.weekly([.thursday]), try hours("20:00", "06:00"), holidays: .closed)
    #expect(calendar.state([night], at: try at("2026-12-25", "05:00")) == .open)
    // The night that begins on a holiday does not open, also not after midnight.
    let next = DirectorySchedule(.weekly([.friday]), try hours("20:00", "06:00"), holidays: .closed)
    #expect(calendar.state([next], at: try at("2026-12-26", "02:00")) == .closed)
  }

  @Test func anotherOffset() throws {
    // Galápagos, six hours behind UTC.
    let island = DirectorySchedule(.weekly([.tuesday]), try hours("08:00", "17:00"), offsetMinutes: -360)
    #expect(calendar.state([island], at: try at("2026-12-01", "08:30")) == .closed)
    #expect(calendar.state([island], at: try at("2026-12-01", "09:00")) == .open)
    #expect(calendar.state([island], at: try at("2026-12-01", "17:30")) == .open)
  }

  @Test func monthsWeeksAndDates() throws {
    let nine = try hours("09:00", "10:00")
    let second = DirectorySchedule(.monthly(weekdays: [.init(.monday, ordinal: 2)], dates: []), nine)
    let last = DirectorySchedule(.monthly(weekdays: [.init(.friday, ordinal: -1)], dates: []), nine)
    let dates = DirectorySchedule(.monthly(weekdays: [], dates: [-1, 15]), nine)
    let fortnight = DirectorySchedule(
      .weekly([.tuesday]), nine, interval: 2, start: try #require(CalendarDay("2026-12-01")))
    let limited = DirectorySchedule(
      .weekly([.tuesday]), nine, validFrom: try #require(CalendarDay("2026-12-08")),
      validTo: try #require(CalendarDay("2026-12-15")))
    func days(_ schedule: DirectorySchedule) throws -> [Int] {
      let first = try #require(CalendarDay("2026-12-01")).daysSince1970
      return (0..<31).filter { schedule.occurs(first + $0) }.map { $0 + 1 }
    }
    #expect(try days(second) == [14])
    #expect(try days(last) == [25])
    #expect(try days(dates) == [15, 31])
    #expect(try days(fortnight) == [1, 15, 29])
    #expect(try days(limited) == [8, 15])
  }

  @Test func whatIsNotStatedIsNeverOpenOrClosed() throws {
    let noon = try at("2026-12-01", "12:00")
    #expect(calendar.opening([], at: noon) == .notStated)
    #expect(calendar.opening([DirectorySchedule(.described, note: "Llamar antes")], at: noon) == .notStated)
    #expect(calendar.opening([DirectorySchedule(.weekly([.tuesday]))], at: noon) == .notStated)
    #expect(calendar.opening([DirectorySchedule(.weekly([.monday]))], at: noon) == .closed(opens: nil))
    let closed = DirectorySchedule(.weekly([.monday]), try hours("08:00", "09:00"))
    #expect(calendar.state([closed, DirectorySchedule(.described)], at: noon) == .notStated)
  }

  /// The day of the week against the calendar, for each day of forty years, also before 1970.
  @Test func weekdays() throws {
    var expected = try #require(DirectorySchedule.Weekday.allCases.firstIndex(of: .thursday))
    for day in 0..<14_610 {
      #expect(DirectorySchedule.Weekday(dayNumber: day).rawValue == expected)
      expected = (expected + 1) % 7
    }
    #expect(DirectorySchedule.Weekday(dayNumber: -1) == .wednesday)
    #expect(DirectorySchedule.Weekday(dayNumber: -8) == .wednesday)
  }
}
