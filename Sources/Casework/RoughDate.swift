import Basics
import Foundation

/// A date as a person remembers it: a day, a month, or only a year. Written `2007-03-09`, `2007-03` or `2007`.
public enum RoughDate: Hashable, Sendable, LosslessStringConvertible {
  case day(CalendarDay)
  case month(CalendarMonth)
  /// From 1800 to 2999.
  case year(Int)

  /// `nil` for what is no day, month or year.
  public init?(_ text: String) {
    let text = text.trimmingCharacters(in: .whitespaces)
    if let day = CalendarDay(text) {
      self = .day(day)
    } else if let month = CalendarMonth(text) {
      self = .month(month)
    } else if text.utf8.count == 4, let first = CalendarDay(text + "-01-01") {
      self = .year(first.year)
    } else {
      return nil
    }
  }

  public var description: String {
    switch self {
    case .day(let day): day.description
    case .month(let month): month.description
    case .year(let year): String(year)
    }
  }

  /// The first day it may have been.
  public var earliest: CalendarDay {
    switch self {
    case .day(let day): day
    case .month(let month): first(month.year, month.month)
    case .year(let year): first(year, 1)
    }
  }

  /// The last day it may have been.
  public var latest: CalendarDay {
    switch self {
    case .day(let day): day
    case .month(let month):
      (month.month == 12 ? first(month.year + 1, 1) : first(month.year, month.month + 1)).adding(days: -1)
    case .year(let year): first(year + 1, 1).adding(days: -1)
    }
  }

  // Year and month come from a valid date; the calendar ends one year later than what can be written.
  private func first(_ year: Int, _ month: Int) -> CalendarDay {
    CalendarDay(year: year, month: month, day: 1) ?? CalendarDay(daysSince1970: 376_200)
  }
}

extension RoughDate: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = RoughDate(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a day, month or year")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
