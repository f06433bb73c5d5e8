import Basics
import Casework
import CountryPack
import Foundation
import Statistics

/// A published table as the public reads it: complete in itself, in both languages, without looking anything up.
public struct OpenTable: Hashable, Sendable, Codable {
  public struct Code: Hashable, Sendable, Codable {
    public var code: String
    public var name: ReleaseText
  }
  public struct Dimension: Hashable, Sendable, Codable {
    public var column: String
    public var name: ReleaseText
    public var codes: [Code]
  }
  public struct Condition: Hashable, Sendable, Codable {
    public var column: String
    public var name: ReleaseText
    public var codes: [Code]
  }
  public struct Cell: Hashable, Sendable, Codable {
    /// One code a dimension; null means the total over it.
    public var at: [String?]
    /// Absent when hidden.
    public var count: Int?
    public var hidden: Bool?
    /// From 0 to 1, with four decimals; absent for totals, for what is not known, and where it would tell what is hidden.
    public var share: Double?
    /// What the share is a share of.
    public var of: Int?
    /// Where the share lies at 95 % (Wilson), with four decimals.
    public var shareLow: Double?
    public var shareHigh: Double?
    /// Per 100,000 people, and where it lies at 95 % (exact Poisson), with three decimals.
    public var rate: Double?
    public var rateLow: Double?
    public var rateHigh: Double?
    /// The people that the rate is a rate of.
    public var population: Int?
  }
  /// Where the people are from that rates are rates of.
  public struct Population: Hashable, Sendable, Codable {
    public var id: String
    public var name: ReleaseText
    public var on: CalendarDay
    public var source: String
    public var address: String
    /// `verified`, or `second_hand` for what was read in a copy.
    public var certainty: String
  }
  public struct Protection: Hashable, Sendable, Codable {
    public var method: String
    public var threshold: Int
    public var base: Int?
    public var hiddenCells: Int
    public var says: ReleaseText
  }
  public struct Licence: Hashable, Sendable, Codable {
    public var code: String
    public var name: ReleaseText
    public var address: String
  }

  public var format = "amparo-open-table-1"
  public var slug: String
  public var version: Int
  public var title: ReleaseText
  /// What was corrected since the version before.
  public var correction: ReleaseText?
  public var country: ReleaseText
  public var measure: Code
  /// What the shares are shares of.
  public var denominator: ReleaseText
  public var countedOn: CalendarDay
  public var publishedOn: CalendarDay
  public var codeBook: Int
  public var conditions: [Condition]
  public var dimensions: [Dimension]
  public var cells: [Cell]
  /// Absent where no cell has a rate.
  public var populations: [Population]?
  public var protection: Protection
  public var licence: Licence

  /// The words of the catalogs that a published table takes along.
  public struct Names: Sendable {
    public var column: @Sendable (FactField) -> ReleaseText
    /// A code's name, also of `unknown`, `not_asked` and the codes of the room.
    public var code: @Sendable (FactField, String) -> ReleaseText
    public var measure: @Sendable (FactMeasure) -> ReleaseText
    public var denominator: @Sendable (FactField, FactMeasure) -> ReleaseText
    /// How it was protected, in plain words.
    public var says: @Sendable (TableChoice.Protection) -> ReleaseText

    public init(
      column: @escaping @Sendable (FactField) -> ReleaseText,
      code: @escaping @Sendable (FactField, String) -> ReleaseText,
      measure: @escaping @Sendable (FactMeasure) -> ReleaseText,
      denominator: @escaping @Sendable (FactField, FactMeasure) -> ReleaseText,
      says: @escaping @Sendable (TableChoice.Protection) -> ReleaseText
    ) {
      self.column = column
      self.code = code
      self.measure = measure
      self.denominator = denominator
      self.says = says
    }
  }

  public init(
    _ table: BuiltTable, slug: String, version: Int, title: ReleaseText, correction: ReleaseText?,
    publishedOn: CalendarDay,
    names: Names, _ pack: CountryPack
  ) {
    let choice = table.choice
    func text(_ text: LocalizedText) -> ReleaseText { ReleaseText(es: text[.spanish], en: text[.english]) }
    func codes(_ field: FactField, _ codes: [String]) -> [Code] {
      codes.map { Code(code: $0, name: names.code(field, $0)) }
    }
    self.slug = slug
    self.version = version
    self.title = title
    self.correction = correction
    country = text(pack.name)
    measure = Code(code: choice.measure.rawValue, name: names.measure(choice.measure))
    denominator = names.denominator(choice.rows, choice.measure)
    countedOn = table.day
    self.publishedOn = publishedOn
    codeBook = FactField.bookVersion
    conditions = choice.filter.sorted { $0.key.rawValue < $1.key.rawValue }.map { field, chosen in
      Condition(column: field.rawValue, name: names.column(field), codes: codes(field, chosen))
    }
    dimensions = zip(choice.axes, [table.rows, table.columns, table.layers]).map { field, shown in
      Dimension(column: field.rawValue, name: names.column(field), codes: codes(field, shown))
    }
    func places(_ codes: [String]) -> [String?] { codes.map { $0 } + [nil] }
    let base = RateBase(choice, pack)
    let depth = choice.axes.count
    cells = places(table.rows).flatMap { row in
      (depth > 1 ? places(table.columns) : [nil]).flatMap { column in
        (depth > 2 ? places(table.layers) : [nil]).map { layer in
          let at = Array([row, column, layer].prefix(depth))
          let count = table.count(row, column, layer: layer)
          return Cell(
            at: at, count: count, share: row.flatMap { table.share($0, column, layer: layer) },
            rate: count.flatMap { count in base.people(at).flatMap { Rate(count: count, population: $0) } })
        }
      }
    }
    let used = base.populations([table.rows, table.columns, table.layers])
    populations =
      cells.contains { $0.rate != nil }
      ? used.map { one in
        Population(
          id: one.id, name: text(one.name), on: one.day, source: one.source, address: one.address,
          certainty: one.certainty.rawValue)
      } : nil
    let rules = table.document.protection
    protection = Protection(
      method: choice.protection.rawValue, threshold: rules?.threshold ?? 1, base: rules?.base,
      hiddenCells: cells.count { $0.hidden == true }, says: names.says(choice.protection))
    licence = Licence(
      code: pack.statistics.licence.code, name: text(pack.statistics.licence.name),
      address: pack.statistics.licence.address)
  }

  public func cell(_ row: String?, _ column: String? = nil, layer: String? = nil) -> Cell? {
    let at = Array([row, column, layer].prefix(dimensions.count))
    // They stand in the order of the codes, each axis' total last.
    var index = 0
    for (code, dimension) in zip(at, dimensions) {
      let codes = dimension.codes
      guard let place = code.map({ code in codes.firstIndex { $0.code == code } }) ?? codes.count else { return nil }
      index = index * (codes.count + 1) + place
    }
    if cells.indices.contains(index), cells[index].at == at { return cells[index] }
    return cells.first { $0.at == at }
  }

  /// The same content gives the same bytes.
  public var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }

  public init(json: String) throws { self = try JSONDecoder().decode(OpenTable.self, from: Data(json.utf8)) }
}

extension OpenTable.Cell {
  /// From numbers that are shown; `nil` for what is hidden.
  init(at: [String?], count: Int?, share: Share?, rate: Rate?) {
    func rounded(_ value: Double, _ scale: Double) -> Double { (value * scale).rounded() / scale }
    let bounds = share.flatMap { Interval.share($0.count, of: $0.denominator) }
    self.init(
      at: at, count: count, hidden: count == nil ? true : nil,
      share: share?.fraction.map { rounded($0, 10_000) }, of: share?.denominator,
      shareLow: bounds.map { rounded($0.low, 10_000) }, shareHigh: bounds.map { rounded($0.high, 10_000) },
      rate: rate.map { rounded($0.value, 1000) }, rateLow: rate?.interval.map { rounded($0.low, 1000) },
      rateHigh: rate?.interval.map { rounded($0.high, 1000) }, population: rate?.population)
  }
}
