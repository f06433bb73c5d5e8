import Basics
import Testing

@testable import Referrals

@Suite struct WeekOfHoursTests {
  private typealias Hours = DirectorySchedule.Hours

  private func time(_ text: String) throws -> TimeOfDay { try #require(TimeOfDay(text)) }

  @Test func hoursAreReadAsPeopleWriteThem() throws {
    let day = [Hours(try time("08:00"), try time("12:30")), Hours(try time("14:00"), try time("17:00"))]
    for text in ["08:00-12:30, 14:00-17:00", "8-12:30,14-17", " 8:00 – 12:30 , 14:00 – 17:00 "] {
      #expect(WeekOfHours.hours(text) == day, "\(text)")
    }
    #expect(WeekOfHours.text(day) == "08:00-12:30, 14:00-17:00")
    #expect(WeekOfHours.hours("  ") == [])
    #expect(WeekOfHours.hours("18:00-24:00") == [Hours(try time("18:00"), .midnight)])
    #expect(WeekOfHours.hours("22:00-06:00") == [Hours(try time("22:00"), try time("06:00"))])
    #expect(WeekOfHours.hours("0-24") == [Hours(.midnight, .midnight)])
  }

  @Test(arguments: [
    "8", "8-", "-8", "8-25", "8:7-9", "8:60-9", "24:00-6", "a-b", "8-12-14", "8-12,,14-17", "8-12, 11-14", "22-6, 8-9",
    "12-14, 8-10", "1-2,3-4,5-6,7-8,9-10", "８-９", "+8-9",
  ]) func whatIsNoTimeIsRefused(_ text: String) { #expect(WeekOfHours.hours(text) == nil) }

  /// What a form shows of a week and reads again gives the same hours.
  @Test func aWeekComesBack() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<300 {
      var days: [DirectorySchedule.Weekday: [Hours]] = [:]
      for day in DirectorySchedule.Weekday.allCases where Bool.random(using: &generator) {
        var times = Set<Int>()
        while times.count < 4 { times.insert(Int.random(in: 1..<1439, using: &generator)) }
        let sorted = try times.sorted().map { try #require(TimeOfDay(minutes: $0)) }
        days[day] = [Hours(sorted[0], sorted[1]), Hours(sorted[2], sorted[3])]
      }
      let week = WeekOfHours(days)
      let schedules = week.schedules(holidays: .closed)
      #expect(WeekOfHours(schedules, offsetMinutes: -300) == week, "seed \(seed)")
      for (day, hours) in week.days {
        #expect(WeekOfHours.hours(WeekOfHours.text(hours)) == hours, "seed \(seed), \(day)")
      }
    }
  }

  @Test func whatIsMoreThanAWeekIsLeftAlone() throws {
    let hours = Hours(try time("09:00"), try time("10:00"))
    let start = CalendarDay(daysSince1970: 20_000)
    let others: [DirectorySchedule] = [
      DirectorySchedule(.monthly(weekdays: [.init(.monday, ordinal: 1)], dates: []), hours),
      DirectorySchedule(.weekly([.monday]), hours, interval: 2, start: start), DirectorySchedule(.weekly([.monday])),
      DirectorySchedule(.weekly([.monday]), hours, validTo: start),
      DirectorySchedule(.weekly([.monday]), hours, offsetMinutes: -360),
      DirectorySchedule(.weekly([.monday]), hours, note: "con cita"), DirectorySchedule(.described, note: "con cita"),
    ]
    for schedule in others {
      #expect(WeekOfHours([schedule], offsetMinutes: -300) == nil, "\(String(describing: schedule))")
    }
    let plain = DirectorySchedule(.weekly([.monday]), hours, offsetMinutes: -300)
    #expect(WeekOfHours([plain], offsetMinutes: -300)?.days == [.monday: [hours]])
    #expect(
      WeekOfHours([plain, DirectorySchedule(.weekly([.friday]), hours, holidays: .open)], offsetMinutes: -300) == nil)
  }
}
