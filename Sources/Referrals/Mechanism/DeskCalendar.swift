import Basics
import CountryPack

/// When a desk works, as open time that can be counted and added. Times are milliseconds since the midnight with which
/// a simulation begins.
///
/// A year of 365 days comes round again and again, with the holidays of the first; the days of the week go on.
struct DeskCalendar {
  static let day: Int64 = 86_400_000

  /// Open time before each day of the period, and in all of it; empty where it is always open.
  private var before: [Int64] = []
  /// By day of the period: which of `kinds`.
  private var kind: [Int] = []
  /// By day of the week, and none for holidays: windows that follow one another.
  private var kinds: [[(from: Int64, until: Int64)]] = []

  var isAlwaysOpen: Bool { before.isEmpty }

  /// - Parameters:
  ///   - holidays: none for a desk that does not keep them.
  ///   - start: the day of time 0.
  init(_ hours: Mechanism.OpeningHours, holidays: Set<CalendarDay>, start: CalendarDay) {
    var windows: [Mechanism.OpeningHours.Window] = []
    switch hours {
    case .always:
      if holidays.isEmpty { return }
      windows = [.init(days: Array(0..<7), from: 0, until: 1440)]
    case .weekly(let written): windows = written
    }
    kinds = (0..<7).map { day in Self.merged(windows.filter { $0.days.contains(day) }) } + [[]]
    // The first of January 1970 was a Thursday, the third day after Monday.
    let weekday = ((start.daysSince1970 + 3) % 7 + 7) % 7
    let free = Set(holidays.map { (($0.daysSince1970 - start.daysSince1970) % 365 + 365) % 365 })
    let plain = (0..<7).map { (weekday + $0) % 7 }
    let whole = free.isEmpty ? plain : (0..<2555).map { free.contains($0 % 365) ? 7 : (weekday + $0) % 7 }
    // A desk whose every day is a holiday would never answer.
    kind = whole.allSatisfy { kinds[$0].isEmpty } ? plain : whole
    before = [0]
    for day in kind { before.append(before[before.count - 1] + kinds[day].reduce(0) { $0 + $1.until - $1.from }) }
  }

  /// Working days: from Monday to Friday, without holidays, around the clock.
  static func workingDays(holidays: Set<CalendarDay>, start: CalendarDay) -> DeskCalendar {
    DeskCalendar(
      .weekly([.init(days: Array(0..<5), from: 0, until: 1440)]), holidays: holidays, start: start)
  }

  private static func merged(_ windows: [Mechanism.OpeningHours.Window]) -> [(from: Int64, until: Int64)] {
    var merged: [(from: Int64, until: Int64)] = []
    for window in windows.sorted(by: { ($0.from, $0.until) < ($1.from, $1.until) }) {
      let (from, until) = (Int64(window.from) * 60_000, Int64(window.until) * 60_000)
      if let last = merged.last, from <= last.until {
        merged[merged.count - 1].until = max(last.until, until)
      } else {
        merged.append((from, until))
      }
    }
    return merged
  }

  func isOpen(_ time: Int64) -> Bool {
    guard !isAlwaysOpen else { return true }
    let (day, rest) = time.quotientAndRemainder(dividingBy: Self.day)
    return kinds[kind[Int(day % Int64(kind.count))]].contains { $0.from <= rest && rest < $0.until }
  }

  /// The time itself while it is open.
  func nextOpening(_ time: Int64) -> Int64 { isOpen(time) ? time : add(1, to: time) - 1 }

  /// Open time from time 0 on.
  func openTime(until time: Int64) -> Int64 {
    guard !isAlwaysOpen else { return time }
    let (day, rest) = time.quotientAndRemainder(dividingBy: Self.day)
    let (rounds, place) = day.quotientAndRemainder(dividingBy: Int64(kind.count))
    let today = kinds[kind[Int(place)]].reduce(0) { $0 + max(0, min($1.until, rest) - $1.from) }
    return rounds * before[kind.count] + before[Int(place)] + today
  }

  /// When so much open time will have passed: at least one millisecond.
  func add(_ work: Int64, to time: Int64) -> Int64 {
    guard !isAlwaysOpen else { return time + work }
    let target = openTime(until: time) + max(1, work)
    let round = before[kind.count]
    let rounds = (target - 1) / round
    let rest = target - rounds * round
    var (low, high) = (0, kind.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if before[middle] < rest { low = middle } else { high = middle }
    }
    var left = rest - before[low]
    let base = (rounds * Int64(kind.count) + Int64(low)) * Self.day
    for window in kinds[kind[low]] {
      let length = window.until - window.from
      if left <= length { return base + window.from + left }
      left -= length
    }
    return base + Self.day
  }
}
