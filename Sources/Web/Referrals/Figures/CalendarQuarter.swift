import Basics

/// A quarter of a year, written `2026-4`: the only period that figures about referrals are counted for. There is no month
/// and no year beside it, because sums over the one would give back what is hidden of the other.
struct CalendarQuarter: Hashable, Sendable, Comparable, LosslessStringConvertible {
  let year: Int
  /// 1 to 4.
  let number: Int

  /// The quarter that a day lies in.
  init(_ day: CalendarDay) {
    year = day.year
    number = (day.month - 1) / 3 + 1
  }

  init?(_ description: String) {
    let parts = description.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].count == 4, parts[1].count == 1, let year = Int(parts[0]),
      let number = Int(parts[1]), (1...4).contains(number), (1801...2998).contains(year)
    else { return nil }
    self.year = year
    self.number = number
  }

  private init(count: Int) {
    year = count / 4
    number = count % 4 + 1
  }

  var description: String { "\(year)-\(number)" }

  static func < (lhs: Self, rhs: Self) -> Bool { (lhs.year, lhs.number) < (rhs.year, rhs.number) }

  /// The quarter so many later.
  func adding(_ quarters: Int) -> CalendarQuarter { CalendarQuarter(count: year * 4 + number - 1 + quarters) }

  private var firstDay: CalendarDay {
    CalendarDay(year: year, month: number * 3 - 2, day: 1) ?? CalendarDay(daysSince1970: 0)
  }

  /// Its first moment at the given offset from UTC.
  func begin(offsetFromUTC: Span) -> Moment {
    Moment(milliseconds: Int64(firstDay.daysSince1970) * 86_400_000) - offsetFromUTC
  }

  var months: ClosedRange<CalendarMonth> { firstDay.monthOnly...firstDay.adding(months: 2).monthOnly }
}
