import Basics
import Foundation

/// A published number with all that is needed to judge it.
public struct Figure: Hashable, Sendable {
  public var id: String
  public var value: PrintedNumber
  public var unit: FigureUnit
  /// The unit's words.
  public var unitText: String
  /// What a share is a share of; `nil` when nobody said.
  public var n: Int?
  public var population = ""
  public var place = ""
  /// As printed: a year, a day, or two of them with "/" between.
  public var period = ""
  public var kind = ""
  public var source = ""
  /// As printed.
  public var sourceDate = ""
  /// A date the text calls more recent than the source.
  public var olderThan = ""
  public var readOn = ""
  /// The list of shares or counts it is one part of.
  public var list = ""
  /// Whether the list names every part once, so that shares must make 100.
  public var isExhaustive = false
  /// The id of the figure it is a part of.
  public var partOf = ""
  /// Counted from 1, in the file it came from.
  public var line = 0

  public init(id: String, value: PrintedNumber, unit: String, n: Int? = nil) {
    self.id = id
    self.value = value
    self.unit = FigureUnit(unit)
    self.unitText = unit
    self.n = n
  }
}

/// Something that can't be so as printed.
public struct FigureFinding: Hashable, Sendable, Codable {
  public enum Check: String, Hashable, Sendable, Codable, CaseIterable {
    case attainableShare = "attainable_share"
    case partsExceedWhole = "parts_exceed_whole"
    case sharesOfWhole = "shares_of_whole"
    case impossibleDate = "impossible_date"
    case sourcesContradict = "sources_contradict"
  }
  public var id: String
  public var check: Check
  public var says: String
  /// The reason for the string catalogs, without "can't be so as printed, because".
  public var reason: Phrase

  init(_ id: String, _ check: Check, because reason: String, _ phrase: Phrase) {
    self.id = id
    self.check = check
    self.says = "can't be so as printed, because \(reason)"
    self.reason = phrase
  }

  private enum CodingKeys: String, CodingKey { case id, check, says }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(String.self, forKey: .id)
    check = try container.decode(Check.self, forKey: .check)
    says = try container.decode(String.self, forKey: .says)
    reason = Phrase("")
  }
}

/// Days a printed date can mean: a year means all its days.
struct PrintedDate {
  var first: CalendarDay
  var last: CalendarDay

  /// Reads 2007, 2007-05, 2007-05-31, 31/5/2007, and ranges with "/", "–" or "to" between two of the first three.
  init?(_ text: String) {
    let text = text.trimmingCharacters(in: .whitespaces)
    if let single = Self.single(text) {
      self = single
      return
    }
    for separator in ["/", "–", "—", " to ", " a ", " - ", ".."] {
      let parts = text.components(separatedBy: separator)
      if parts.count == 2, let from = Self.single(parts[0]), let until = Self.single(parts[1]) {
        self.init(first: from.first, last: until.last)
        return
      }
    }
    let years = text.split(separator: "-")
    guard years.count == 2, years[0].count == 4, years[1].count == 4, let from = Self.single(String(years[0])),
      let until = Self.single(String(years[1]))
    else { return nil }
    self.init(first: from.first, last: until.last)
  }

  private init(first: CalendarDay, last: CalendarDay) {
    self.first = first
    self.last = last
  }

  private static func single(_ text: String) -> PrintedDate? {
    let text = text.trimmingCharacters(in: .whitespaces)
    if let day = CalendarDay(text) { return PrintedDate(first: day, last: day) }
    if let month = CalendarMonth(text), let first = CalendarDay(year: month.year, month: month.month, day: 1) {
      let last = (28...31).reversed().lazy.compactMap { CalendarDay(year: month.year, month: month.month, day: $0) }
      return PrintedDate(first: first, last: last.first ?? first)
    }
    if text.count == 4, let year = Int(text), let first = CalendarDay(year: year, month: 1, day: 1),
      let last = CalendarDay(year: year, month: 12, day: 31)
    {
      return PrintedDate(first: first, last: last)
    }
    let parts = text.split(separator: "/").map { Int($0) }
    guard parts.count == 3, let day = parts[0], let month = parts[1], let year = parts[2],
      let date = CalendarDay(year: year, month: month, day: day)
    else { return nil }
    return PrintedDate(first: date, last: date)
  }
}
