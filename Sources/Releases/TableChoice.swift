import Basics
import Casework
import CountryPack

/// What a table shows and how it is protected. It stands in the table's address: codes, no person.
public struct TableChoice: Hashable, Sendable, Codable {
  public enum Protection: String, Hashable, Sendable, CaseIterable, Codable {
    /// Small counts are hidden, and others with them.
    case suppress
    /// Every count goes to a multiple.
    case round
    /// Counts as they are: for work inside the mechanism. No file, no release.
    case inside
  }

  public var rows: FactField
  public var columns: FactField?
  /// One table for each code of this column, and one of all; only where there are columns.
  public var layers: FactField?
  /// The codes a case must have, by column, sorted; `unknown` and `not_asked` are codes here.
  public var filter: [FactField: [String]]
  public var measure: FactMeasure
  public var protection: Protection

  /// More codes than this in one filter and nobody can read what was counted.
  public static let mostCodes = 30

  public init(
    rows: FactField = .form, columns: FactField? = nil, layers: FactField? = nil,
    filter: [FactField: [String]] = [:], measure: FactMeasure = .cases, protection: Protection = .suppress
  ) {
    self.rows = rows
    self.columns = columns
    self.layers = columns == nil ? nil : layers
    self.filter = filter.mapValues { Set($0).sorted() }.filter { !$0.value.isEmpty }
    self.measure = measure
    self.protection = protection
  }

  /// The columns that are counted, in their order.
  public var axes: [FactField] { [rows] + [columns, layers].compactMap { $0 } }

  /// Reads a choice from named values as they stand in an address; what is left out is what it is at first.
  ///
  /// Throws `Refusal` of the kind `.invalid` with the wrong fields.
  public init(_ values: (String) -> [String], _ pack: CountryPack) throws(Refusal) {
    var problems: [FieldProblem] = []
    func one<Value>(_ name: String, _ first: Value, _ parse: (String) -> Value?) -> Value {
      let given = values(name).filter { !$0.isEmpty }
      guard let text = given.first else { return first }
      guard given.count == 1, let value = parse(text) else {
        problems.append(FieldProblem(name, "error.unknown_code"))
        return first
      }
      return value
    }
    let rows = one("rows", FactField.form, FactField.init)
    let columns = one("columns", FactField?.none) { $0 == "none" ? .some(nil) : FactField(rawValue: $0).map { $0 } }
    let layers = one("layers", FactField?.none) { $0 == "none" ? .some(nil) : FactField(rawValue: $0).map { $0 } }
    if columns == rows { problems.append(FieldProblem("columns", "error.same_column")) }
    if let layers {
      if columns == nil { problems.append(FieldProblem("layers", "error.layers_without_columns")) }
      if [rows, columns].contains(layers) { problems.append(FieldProblem("layers", "error.same_column")) }
    }
    let measure = one("measure", FactMeasure.cases, FactMeasure.init)
    let protection = one("protection", Protection.suppress, Protection.init)
    var filter: [FactField: [String]] = [:]
    for field in FactField.allCases {
      let codes = values(field.rawValue).filter { !$0.isEmpty }
      guard !codes.isEmpty else { continue }
      // A column that is counted is not filtered as well: its rows can be read one by one.
      if [rows, columns, layers].contains(field) { continue }
      if codes.count > Self.mostCodes || !codes.allSatisfy({ field.knows($0, pack) }) {
        problems.append(FieldProblem(field.rawValue, "error.unknown_code"))
      } else {
        filter[field] = codes
      }
    }
    guard problems.isEmpty else { throw Refusal.fields(problems) }
    self.init(
      rows: rows, columns: columns, layers: layers, filter: filter, measure: measure, protection: protection)
  }

  /// Name and value, in a fixed order: the address's query.
  public var query: [(name: String, value: String)] {
    [("rows", rows.rawValue)] + (columns.map { [("columns", $0.rawValue)] } ?? [])
      + (layers.map { [("layers", $0.rawValue)] } ?? [])
      + filter.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { field, codes in
        codes.map { (field.rawValue, $0) }
      } + [("measure", measure.rawValue), ("protection", protection.rawValue)]
  }

  /// The filter as a table names it.
  public var conditions: [String: [String]]? {
    filter.isEmpty ? nil : Dictionary(uniqueKeysWithValues: filter.map { ($0.key.rawValue, $0.value) })
  }

  /// One text for one choice, without how it is protected.
  public var subject: String {
    query.filter { $0.name != "protection" }.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
  }
}

extension FactField {
  /// Whether a code can stand in the column.
  public func knows(_ code: String, _ pack: CountryPack) -> Bool {
    if [FactCode.unknown, FactCode.notAsked].contains(code) || ownCodes.contains(code) { return true }
    switch self {
    case .year: return code.count == 4 && code.allSatisfy { ("0"..."9").contains($0) }
    case .province: return pack.province(iso: code) != nil
    default: return list.map { pack.term($0, code) != nil } ?? false
    }
  }

  /// The pack's codes in their order, then those of this room.
  public func codes(_ pack: CountryPack) -> [String] {
    let packs = self == .province ? pack.provinces.map(\.iso) : list.map { pack.lists[$0]?.map(\.code) ?? [] } ?? []
    return packs + ownCodes
  }

  /// Codes as a table lists them: as the pack does, years by time, what is not known last.
  public func sorted(_ codes: some Collection<String>, _ pack: CountryPack) -> [String] {
    let order = Dictionary(
      self.codes(pack).enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    func rank(_ code: String) -> (Int, Int, String) {
      switch code {
      case FactCode.unknown: (2, 0, code)
      case FactCode.notAsked: (3, 0, code)
      default: (0, order[code] ?? Int.max, code)
      }
    }
    return codes.sorted { rank($0) < rank($1) }
  }
}

/// The ways in which a column has no code.
public enum FactCode {
  public static let unknown = "unknown"
  public static let notAsked = "not_asked"
}
