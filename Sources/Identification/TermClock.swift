import Basics
import CountryPack

/// Counts the days of a term that can pause: pure. The clock of a decision and the clocks of a case are read by it.
public struct TermClock: Hashable, Sendable {
  /// What a work list shows.
  public enum Alarm: String, Hashable, Sendable, CaseIterable {
    /// The term is not verified: nothing is ever late by it.
    case informs
    case running
    /// Few days are left.
    case warned
    /// Today is the last day.
    case due
    case overdue
    case suspended
  }

  /// The beginning of a pause, or its end.
  public struct Turn: Hashable, Sendable {
    public var day: CalendarDay
    public var suspends: Bool

    public init(_ day: CalendarDay, suspends: Bool) {
      self.day = day
      self.suspends = suspends
    }
  }

  public struct Count: Hashable, Sendable {
    /// The last day; `nil` while the clock is suspended.
    public var due: CalendarDay?
    /// Days that count and are left after today.
    public var daysLeft: Int
  }

  public var counts: DecisionTerm.Counting
  /// Days without work beside Saturdays and Sundays.
  public var holidays: Set<CalendarDay>

  public init(_ counts: DecisionTerm.Counting, holidays: Set<CalendarDay>) {
    self.counts = counts
    self.holidays = holidays
  }

  /// Where so many days lead, counted from the day after the start.
  ///
  /// A day counts when the clock runs at its end, so that a pause within one day costs nothing; with working days,
  /// Saturdays, Sundays and holidays never count.
  /// - Parameter turns: oldest first.
  public func count(_ days: Int, from start: CalendarDay, _ turns: [Turn], on today: CalendarDay) -> Count {
    let isSuspended = turns.last?.suspends == true
    func isCounted(_ day: CalendarDay) -> Bool {
      if counts == .working, day.isWeekend || holidays.contains(day) { return false }
      return turns.last { $0.day <= day }?.suspends != true
    }
    var (day, used, afterToday) = (start, 0, 0)
    while used < days, !isSuspended || day < today {
      day = day.adding(days: 1)
      guard isCounted(day) else { continue }
      used += 1
      if day > today { afterToday += 1 }
    }
    return isSuspended ? Count(due: nil, daysLeft: days - used) : Count(due: day, daysLeft: afterToday)
  }

  /// What a count means to who looks today.
  ///
  /// - Parameters:
  ///   - warnDays: with so many days left, or fewer, it warns.
  ///   - acts: whether the term may mark anything as due or late.
  public static func alarm(_ count: Count, warnDays: Int, acts: Bool, on today: CalendarDay) -> Alarm {
    guard let due = count.due else { return .suspended }
    guard acts else { return .informs }
    return today > due ? .overdue : today == due ? .due : count.daysLeft <= warnDays ? .warned : .running
  }
}

extension CalendarDay {
  /// Saturday or Sunday. 1970-01-01 was a Thursday.
  var isWeekend: Bool {
    let place = ((daysSince1970 + 3) % 7 + 7) % 7
    return place >= 5
  }
}
