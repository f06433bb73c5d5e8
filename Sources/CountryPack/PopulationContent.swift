import Basics
import Foundation

/// How many people live in a country on a day, as somebody counted them: what rates are rates of.
public struct PackPopulation: Hashable, Sendable {
  /// The people by the codes of one column of the facts.
  public struct Part: Hashable, Sendable {
    /// As the facts name it: `province`, `sex`, `age_band`.
    public var column: String
    public var codes: [String: Int]
    public var certainty: Certainty
  }

  public var id: String
  public var name: LocalizedText
  public var day: CalendarDay
  /// The years of cases for which it serves.
  public var years: ClosedRange<Int>
  public var total: Int
  public var parts: [Part]
  public var source: String
  public var address: String
  public var readOn: CalendarDay
  public var certainty: Certainty

  /// Whether rates may be computed from it: never from memory, nor where sources disagree.
  public var isUsable: Bool { Self.isUsable(certainty) }

  static func isUsable(_ certainty: Certainty) -> Bool { certainty == .verified || certainty == .secondHand }

  /// How many people some codes of a column are; everybody without a column.
  ///
  /// - Returns: `nil` where nobody counted them so, or the count is not certain enough.
  public func people(_ column: String? = nil, codes: [String] = []) -> Int? {
    guard isUsable else { return nil }
    guard let column else { return total }
    guard let part = parts.first(where: { $0.column == column }), Self.isUsable(part.certainty) else { return nil }
    var sum = 0
    for code in Set(codes) {
      guard let people = part.codes[code] else { return nil }
      sum += people
    }
    return sum > 0 ? sum : nil
  }
}

extension CountryPack {
  /// The population that serves the cases of a year: the nearest one.
  public func population(year: Int) -> PackPopulation? {
    populations.filter { $0.isUsable && $0.years.contains(year) }.min {
      abs($0.day.year - year) < abs($1.day.year - year)
    }
  }
}

extension PackLoader {
  /// Reads `population.yaml`; a pack without it has no rates.
  /// - Parameter known: the codes of the columns by which people may be counted.
  func populations(_ known: [String: Set<String>]) -> [PackPopulation] {
    guard FileManager.default.fileExists(atPath: folder.appendingPathComponent("population.yaml").path) else {
      return []
    }
    let head = yaml("population.yaml")
    head?.allow("populations")
    return (head?.child("populations")?.items ?? []).map { item in
      item.allow("id", "name", "day", "years", "source", "address", "readOn", "certainty", "total", "by")
      let years = item.child("years")
      years?.allow("from", "until")
      let from = years?.number("from", in: 1800...2200) ?? 1800
      let until = years?.number("until", in: 1800...2200) ?? 1800
      if until < from { years?.note("“until” lies before “from”") }
      let total = item.number("total", in: 1...2_000_000_000)
      let parts = item.has("by") ? (item.child("by")?.items ?? []).map { part($0, total: total, known) } : []
      return PackPopulation(
        id: item.text("id"), name: item.localized("name", languages), day: item.day("day") ?? .unknown,
        years: from...max(from, until), total: total, parts: parts, source: item.text("source"),
        address: item.text("address"), readOn: item.day("readOn") ?? .unknown,
        certainty: item.value("certainty", or: .unverified))
    }
  }

  private func part(_ item: YAMLReader, total: Int, _ known: [String: Set<String>]) -> PackPopulation.Part {
    item.allow("column", "codes", "certainty")
    let codes = item.child("codes")
    var people: [String: Int] = [:]
    for key in codes?.keys ?? [] { people[key] = codes?.number(key, in: 1...2_000_000_000) }
    let column = item.text("column")
    if let codesOfColumn = known[column] {
      for code in people.keys.sorted() where !codesOfColumn.contains(code) {
        codes?.note("the pack has no “\(code)” in “\(column)”")
      }
    } else if !column.isEmpty {
      item.note("people are counted by \(known.keys.sorted().joined(separator: ", ")), not by “\(column)”")
    }
    let sum = people.values.reduce(0, +)
    if sum > total { item.note("the parts make \(sum), more than the whole, which is \(total)") }
    return PackPopulation.Part(
      column: column, codes: people, certainty: item.value("certainty", or: .unverified))
  }
}
