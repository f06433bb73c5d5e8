import Basics
import CountryPack

/// Adds time to a moment: all of it, or only the hours in which desks work. Pure.
///
///     let calendar = WorkingCalendar(pack)
///     calendar.add(.hours(8), to: friday, counting: .working)   // Monday, where Friday has less than 8 hours left
public struct WorkingCalendar: Hashable, Sendable {
  public var hours: ReferralContent.Hours
  public var holidays: Set<CalendarDay>
  public var offsetFromUTC: Span
  /// No row of days without work is longer; a calendar without any working day counts all time instead.
  private static let longestBreak = 366

  public init(hours: ReferralContent.Hours, holidays: Set<CalendarDay>, offsetFromUTC: Span) {
    self.hours = hours
    self.holidays = holidays
    self.offsetFromUTC = offsetFromUTC
  }

  public init(_ pack: CountryPack) {
    self.init(
      hours: pack.referrals.hours, holidays: pack.identification.holidays,
      offsetFromUTC: pack.offsetFromUTC)
  }

  /// When so much counted time will have passed. A time that is not positive is no time: the moment itself.
  public func add(_ span: Span, to start: Moment, counting: DecisionTerm.Counting) -> Moment {
    guard span.milliseconds > 0 else { return start }
    guard counting == .working, hours.from < hours.until, !hours.days.isEmpty else { return start + span }
    var left = span.milliseconds
    var day = CalendarDay(start, offsetFromUTC: offsetFromUTC)
    var idle = 0
    while idle <= Self.longestBreak {
      if isWorkday(day) {
        idle = 0
        let (opens, closes) = (moment(day, hours.from), moment(day, hours.until))
        let from = max(opens, start)
        if from < closes {
          let open = (closes - from).milliseconds
          if left <= open { return from + Span(milliseconds: left) }
          left -= open
        }
      } else {
        idle += 1
      }
      day = day.adding(days: 1)
    }
    return start + span
  }

  public func isWorkday(_ day: CalendarDay) -> Bool {
    // The first of January 1970 was a Thursday.
    let weekday = ((day.daysSince1970 + 3) % 7 + 7) % 7
    return hours.days.contains(weekday) && !holidays.contains(day)
  }

  private func moment(_ day: CalendarDay, _ minutes: Int) -> Moment {
    Moment(milliseconds: Int64(day.daysSince1970) * 86_400_000) + .minutes(minutes) - offsetFromUTC
  }
}
