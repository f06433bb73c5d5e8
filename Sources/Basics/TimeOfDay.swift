/// A time of the day without seconds or zone, written `08:30`.
public struct TimeOfDay: Hashable, Sendable, Comparable, LosslessStringConvertible {
  /// Minutes since midnight, 0...1439.
  public let minutes: Int

  public static let midnight = TimeOfDay(unchecked: 0)

  private init(unchecked minutes: Int) { self.minutes = minutes }

  /// `nil` outside of 0...1439.
  public init?(minutes: Int) {
    guard (0..<1440).contains(minutes) else { return nil }
    self.minutes = minutes
  }

  /// Reads `hh:mm` from 00:00 to 23:59; `nil` for anything else.
  public init?(_ description: String) {
    let digits = Array(description.utf8)
    guard digits.count == 5, digits[2] == UInt8(ascii: ":"),
      [0, 1, 3, 4].allSatisfy({ (48...57).contains(digits[$0]) })
    else { return nil }
    let values = digits.map { Int($0) - 48 }
    let (hours, minutes) = (values[0] * 10 + values[1], values[3] * 10 + values[4])
    guard hours < 24, minutes < 60 else { return nil }
    self.minutes = hours * 60 + minutes
  }

  public var description: String {
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return two(minutes / 60) + ":" + two(minutes % 60)
  }

  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.minutes < rhs.minutes }
}

extension Moment {
  /// The moment of a day and a time at an offset from UTC.
  public init(_ day: CalendarDay, _ time: TimeOfDay, offsetFromUTC: Span) {
    self.init(milliseconds: Int64(day.daysSince1970) * 86_400_000 + Int64(time.minutes) * 60_000)
    self = self - offsetFromUTC
  }
}
