import Foundation

/// A day of the Gregorian calendar without time or zone, written `2007-03-09`.
public struct CalendarDay: Hashable, Sendable, Codable, Comparable, LosslessStringConvertible {
  public let year: Int
  public let month: Int
  public let day: Int

  /// `nil` when there is no such day, or the year lies outside 1800...2999.
  public init?(year: Int, month: Int, day: Int) {
    guard (1800...2999).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.length(ofMonth: month, year: year)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// Reads `yyyy-mm-dd`; `nil` for anything else.
  public init?(_ description: String) {
    let parts = description.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
      parts.allSatisfy({ $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// The day on which a moment falls, at the given offset from UTC (Ecuador's mainland: −5 hours all year).
  public init(_ moment: Moment, offsetFromUTC: Span) {
    let days = Int((moment + offsetFromUTC).milliseconds.flooredQuotient(by: 86_400_000))
    self.init(daysSince1970: days)
  }

  /// Days since 1970-01-01 (negative before). Algorithm: Howard Hinnant, "chrono-compatible low-level date algorithms".
  public init(daysSince1970 days: Int) {
    let z = days + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shifted + 2) / 5 + 1
    month = shifted < 10 ? shifted + 3 : shifted - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  public var daysSince1970: Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  public func adding(days: Int) -> CalendarDay { CalendarDay(daysSince1970: daysSince1970 + days) }

  /// The same day so many months later, or the last of that month where it has no such day; the same day unchanged where
  /// the year would lie outside 1800...2999.
  public func adding(months: Int) -> CalendarDay {
    let months = year * 12 + month - 1 + months
    let (year, month) = (months / 12, months % 12 + 1)
    return CalendarDay(year: year, month: month, day: min(day, Self.length(ofMonth: month, year: year))) ?? self
  }

  /// Whole years from this day to another, as an age is counted.
  public func years(until other: CalendarDay) -> Int {
    other.year - year - ((other.month, other.day) < (month, day) ? 1 : 0)
  }

  public var monthOnly: CalendarMonth { CalendarMonth(unchecked: year, month) }

  public var description: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }

  public static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.year, lhs.month, lhs.day) < (rhs.year, rhs.month, rhs.day)
  }

  public init(from decoder: any Decoder) throws { self = try decodeFromText(decoder) }
  public func encode(to encoder: any Encoder) throws { try encodeAsText(self, to: encoder) }

  private static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    default: 31
    }
  }
}

/// A month of a year, written `2007-03`: the finest date that coded, publishable fields may hold.
public struct CalendarMonth: Hashable, Sendable, Codable, Comparable, LosslessStringConvertible {
  public let year: Int
  public let month: Int

  public init?(year: Int, month: Int) {
    guard CalendarDay(year: year, month: month, day: 1) != nil else { return nil }
    self.init(unchecked: year, month)
  }

  fileprivate init(unchecked year: Int, _ month: Int) {
    self.year = year
    self.month = month
  }

  public init?(_ description: String) {
    guard let day = CalendarDay(description + "-01") else { return nil }
    self = day.monthOnly
  }

  public var description: String { "\(padded(year, 4))-\(padded(month, 2))" }
  public static func < (lhs: Self, rhs: Self) -> Bool { (lhs.year, lhs.month) < (rhs.year, rhs.month) }

  public init(from decoder: any Decoder) throws { self = try decodeFromText(decoder) }
  public func encode(to encoder: any Encoder) throws { try encodeAsText(self, to: encoder) }
}

private func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Int64 {
  /// The quotient rounded towards negative infinity.
  fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}

private func decodeFromText<Value: LosslessStringConvertible>(_ decoder: any Decoder) throws -> Value {
  let container = try decoder.singleValueContainer()
  guard let value = Value(try container.decode(String.self)) else {
    throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a \(Value.self)")
  }
  return value
}

private func encodeAsText(_ value: some LosslessStringConvertible, to encoder: any Encoder) throws {
  var container = encoder.singleValueContainer()
  try container.encode(value.description)
}
