import Basics

/// When a service can be reached, as HSDS writes it: a small part of iCalendar's recurrence (RFC 5545).
public struct DirectorySchedule: Hashable, Sendable {
  public enum Weekday: Int, Hashable, Sendable, CaseIterable, Comparable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday

    /// Of a day counted from 1970-01-01, a Thursday.
    public init(dayNumber: Int) { self = Self(rawValue: ((dayNumber + 3) % 7 + 7) % 7) ?? .monday }

    /// As iCalendar writes it.
    public var code: String { ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][rawValue] }

    public init?(code: String) {
      guard let day = Self.allCases.first(where: { $0.code == code }) else { return nil }
      self = day
    }

    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
  }

  /// The second Monday, the last Friday (−1), or every Monday of a month.
  public struct MonthlyWeekday: Hashable, Sendable {
    public var weekday: Weekday
    /// 1...5 from the month's beginning, −5...−1 from its end; `nil` for each of them.
    public var ordinal: Int?
    public init(_ weekday: Weekday, ordinal: Int? = nil) {
      self.weekday = weekday
      self.ordinal = ordinal
    }
  }

  public enum Rule: Hashable, Sendable {
    /// On these days, sorted, at least one.
    case weekly([Weekday])
    case monthly(weekdays: [MonthlyWeekday], dates: [Int])
    /// In words only, or in a way that is not computed here.
    case described
  }

  /// From `opens` to before `closes`. Where it closes no later than it opens, it closes on the next day; the same time
  /// twice is a whole day.
  public struct Hours: Hashable, Sendable {
    public var opens: TimeOfDay
    public var closes: TimeOfDay
    public init(_ opens: TimeOfDay, _ closes: TimeOfDay) {
      self.opens = opens
      self.closes = closes
    }

    /// Minutes it is open; 23:59 is written for midnight by many.
    var length: Int {
      let end = closes.minutes == 1439 ? 1440 : closes.minutes
      return end > opens.minutes ? end - opens.minutes : end + 1440 - opens.minutes
    }
  }

  public enum Holidays: String, Hashable, Sendable, CaseIterable {
    case notStated = "not_stated"
    case open
    case closed
  }

  public var rule: Rule
  /// `nil` when the days are known but not the times.
  public var hours: Hours?
  public var validFrom: CalendarDay?
  public var validTo: CalendarDay?
  /// Every how many weeks or months, counted from `start`; 1...52.
  public var interval: Int
  /// Never `nil` when the interval is more than 1.
  public var start: CalendarDay?
  /// Minutes from UTC, −720...840; `nil` for the country's own.
  public var offsetMinutes: Int?
  public var holidays: Holidays
  public var note: String?

  public init(
    _ rule: Rule, _ hours: Hours? = nil, validFrom: CalendarDay? = nil, validTo: CalendarDay? = nil,
    interval: Int = 1, start: CalendarDay? = nil, offsetMinutes: Int? = nil, holidays: Holidays = .notStated,
    note: String? = nil
  ) {
    self.rule = rule
    self.hours = hours
    self.validFrom = validFrom
    self.validTo = validTo
    self.interval = start == nil ? 1 : interval
    self.start = start
    self.offsetMinutes = offsetMinutes
    self.holidays = holidays
    self.note = note
  }

  /// Around the clock on every day, holidays too.
  public static let always = DirectorySchedule(
    .weekly(Weekday.allCases), Hours(.midnight, .midnight), holidays: .open)

  /// Whether it opens on a day, by its rule alone.
  func occurs(_ dayNumber: Int) -> Bool {
    if let validFrom, dayNumber < validFrom.daysSince1970 { return false }
    if let validTo, dayNumber > validTo.daysSince1970 { return false }
    if let start, dayNumber < start.daysSince1970 { return false }
    let weekday = Weekday(dayNumber: dayNumber)
    switch rule {
    case .described: return false
    case .weekly(let days):
      guard days.contains(weekday) else { return false }
      guard interval > 1, let start else { return true }
      // Weeks begin on Monday.
      let weeks =
        (dayNumber - weekday.rawValue) - (start.daysSince1970 - Weekday(dayNumber: start.daysSince1970).rawValue)
      return (weeks / 7).isMultiple(of: interval)
    case .monthly(let weekdays, let dates):
      let day = CalendarDay(daysSince1970: dayNumber)
      if interval > 1, let start {
        guard (day.year * 12 + day.month - start.year * 12 - start.month).isMultiple(of: interval) else { return false }
      }
      let next = CalendarDay(daysSince1970: dayNumber - day.day + 1).adding(months: 1)
      let length = next.daysSince1970 - dayNumber + day.day - 1
      if dates.contains(day.day) || dates.contains(day.day - length - 1) { return true }
      return weekdays.contains { one in
        guard one.weekday == weekday else { return false }
        guard let ordinal = one.ordinal else { return true }
        return ordinal > 0 ? (day.day - 1) / 7 + 1 == ordinal : (length - day.day) / 7 + 1 == -ordinal
      }
    }
  }
}
