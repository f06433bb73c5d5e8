import CountryPack

/// The minutes of a week, from Monday midnight, in which a desk is open.
struct WeekHours {
  private var open: [Bool]

  init(_ hours: Mechanism.OpeningHours) {
    switch hours {
    case .always: open = Array(repeating: true, count: 10_080)
    case .weekly(let windows):
      open = Array(repeating: false, count: 10_080)
      for window in windows {
        for day in window.days {
          for minute in window.from..<max(window.from, window.until) { open[day * 1440 + minute] = true }
        }
      }
    }
  }

  func union(_ other: WeekHours) -> WeekHours {
    var both = self
    for minute in both.open.indices where other.open[minute] { both.open[minute] = true }
    return both
  }

  /// Minutes, going round from Sunday to Monday.
  var longestClosure: Int {
    guard let first = open.firstIndex(of: true) else { return 10_080 }
    var (longest, current) = (0, 0)
    for step in 1...10_080 {
      if open[(first + step) % 10_080] {
        longest = max(longest, current)
        current = 0
      } else {
        current += 1
      }
    }
    return longest
  }
}
