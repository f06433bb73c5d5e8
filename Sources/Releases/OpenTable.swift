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
    dimensions = zip(choice.axes, [table.rows, table.columns]).map { field, shown in
      Dimension(column: field.rawValue, name: names.column(field), codes: codes(field, shown))
    }
    let columns: [String?] = choice.columns == nil ? [nil] : table.columns.map { $0 } + [nil]
    let rows: [String?] = table.rows.map { $0 } + [nil]
    cells = rows.flatMap { row in
      columns.map { column in
        let count = table.count(row, column)
        let share = row.flatMap { table.share($0, column) }
        return Cell(
          at: choice.columns == nil ? [row] : [row, column], count: count, hidden: count == nil ? true : nil,
          share: share?.fraction.map { ($0 * 10_000).rounded() / 10_000 }, of: share?.denominator)
      }
    }
    let rules = table.document.protection
    protection = Protection(
      method: choice.protection.rawValue, threshold: rules?.threshold ?? 1, base: rules?.base,
      hiddenCells: cells.count { $0.hidden == true }, says: names.says(choice.protection))
    licence = Licence(
      code: pack.statistics.licence.code, name: text(pack.statistics.licence.name),
      address: pack.statistics.licence.address)
  }

  public func cell(_ row: String?, _ column: String? = nil) -> Cell? {
    cells.first { $0.at == (dimensions.count > 1 ? [row, column] : [row]) }
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
