import Basics

/// A moment as a form has it (`2026-03-09T15:04`), at the country's offset from UTC.
enum LocalMoment {
  /// `nil` when it is none. Seconds, which some browsers send, are read and dropped.
  static func read(_ text: String, offset: Span) -> Moment? {
    let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let day = CalendarDay(parts[0]), [5, 8].contains(parts[1].utf8.count),
      let time = TimeOfDay(String(parts[1].prefix(5)))
    else { return nil }
    return Moment(day, time, offsetFromUTC: offset)
  }

  static func written(_ moment: Moment?, offset: Span) -> String {
    guard let moment else { return "" }
    let day = CalendarDay(moment, offsetFromUTC: offset)
    let minutes = Int(((moment + offset).milliseconds - Int64(day.daysSince1970) * 86_400_000) / 60_000)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    return "\(day)T\(two(minutes / 60)):\(two(minutes % 60))"
  }
}
