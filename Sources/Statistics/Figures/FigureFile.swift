import Foundation

extension Figure {
  /// Further names under which a column may stand.
  private static let columns: [String: [String]] = [
    "population": ["population", "figure", "measures", "what"],
    "place": ["place", "province", "country"],
    "period": ["period", "year"],
    "kind": ["kind"],
    "source": ["source"],
    "source_date": ["source_date", "source_year", "date_of_source", "published", "published_on", "date"],
    "older_than": ["older_than"],
    "read_on": ["read_on", "date_read", "read"],
    "list": ["list", "group"],
    "exhaustive": ["exhaustive"],
    "part_of": ["part_of", "parent", "whole"],
  ]

  /// Reads a file of figures: columns at least `id,value,unit,n`, values as printed.
  ///
  /// Throws `FactFileProblem` with the line for a missing column, a value or an n that is no number, an id that stands
  /// twice.
  public static func read(_ reader: inout DelimitedReader) throws -> [Figure] {
    let header = reader.header
    for name in ["id", "value", "unit", "n"] where !header.contains(name) {
      throw FactFileProblem(line: 1, "the column “\(name)” is missing; figures need id, value, unit and n")
    }
    let fields = columns.mapValues { names in names.lazy.compactMap { header.firstIndex(of: $0) }.first }
    var figures: [Figure] = []
    var lines: [String: Int] = [:]
    while try reader.next() {
      let line = reader.line
      func text(_ column: String) throws -> String {
        guard let field = fields[column].flatMap({ $0 }) ?? header.firstIndex(of: column) else { return "" }
        return try reader.text(field)
      }
      let id = try text("id")
      guard !id.isEmpty else { throw FactFileProblem(line: line, "the id is empty") }
      if let first = lines.updateValue(line, forKey: id) {
        throw FactFileProblem(line: line, "the id “\(id)” stands in line \(first) too")
      }
      let unit = try text("unit")
      guard !unit.isEmpty else { throw FactFileProblem(line: line, "the unit is empty") }
      let printed = try text("value")
      guard let value = PrintedNumber(printed, isCount: FigureUnit(unit) == .count) else {
        throw FactFileProblem(line: line, "the value “\(printed)” is no number")
      }
      let whole = try text("n")
      let n = PrintedNumber(whole, isCount: true).flatMap { $0.decimals == 0 && !$0.isLowerBound ? $0.digits : nil }
      guard whole.isEmpty || n.map({ $0 <= 1_000_000_000_000 }) == true else {
        throw FactFileProblem(line: line, "n, “\(whole)”, is no whole number")
      }
      var figure = Figure(id: id, value: value, unit: unit, n: n)
      figure.population = try text("population")
      figure.place = try text("place")
      figure.period = try text("period")
      figure.kind = try text("kind")
      figure.source = try text("source")
      figure.sourceDate = try text("source_date")
      figure.olderThan = try text("older_than")
      figure.readOn = try text("read_on")
      figure.list = try text("list")
      figure.isExhaustive = ["yes", "true", "1", "sí", "si"].contains(try text("exhaustive").lowercased())
      figure.partOf = try text("part_of")
      figure.line = line
      figures.append(figure)
    }
    return figures
  }
}
