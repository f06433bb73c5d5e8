import ArgumentParser
import Foundation
import Statistics

struct TableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table",
    abstract: "Count coded facts by one or more columns, with every total.",
    discussion: """
      One row of the file is one case. A column called id, case_id, record_id or case must not repeat a value and is \
      never counted. Blank and not_asked mean that nobody asked, unknown and -99 that nobody knows: both stand apart \
      and shares leave them out of their denominator, which is named.

        amparo table facts.csv --rows form --columns province --where year=2007 --json
        amparo table facts.csv --rows form --columns province --layers age_band

      What it prints is exact and must not leave the house: amparo protect makes it fit to be published.
      """)

  @Argument(help: "A CSV file (commas or semicolons, UTF-8), or - for standard input.") var facts: String
  @Option(help: "One column, or several with commas.") var rows: String
  @Option(help: "One column, or several with commas.") var columns: String?
  @Option(help: "One column: a table for each of its codes and one of all, counted as one cube.") var layers: String?
  @Option(name: .customLong("where"), help: "column=code or column=code,code; may be repeated.") var filters: [String] =
    []
  @Option(help: "What one row of the file is.") var measure = "cases"
  @Option(help: "The table's title.") var title: String?
  @Flag(help: "Print one JSON object, which amparo protect reads.") var json = false

  func run() throws {
    func names(_ text: String?) -> [String] {
      (text ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
    guard !names(rows).isEmpty else { throw CommandFailure(message: "--rows names no column", code: 64) }
    if layers != nil, names(columns).isEmpty || names(layers).count != 1 {
      throw CommandFailure(message: "--layers names one column, and only where --columns names some", code: 64)
    }
    let axes = names(rows) + names(columns) + names(layers)
    let filter = try FactFile.filter(filters)
    let cube = try FactFile.naming(facts) {
      var reader = try FactFile.reader(facts)
      return try CountCube(FactTable(&reader, columns: axes, where: filter), by: axes)
    }
    let named = filter.mapValues { $0.sorted().map(FactCodes.text) }
    let heading = title ?? self.heading(axes, named)
    if json {
      let table = TableDocument.Table(
        cube, title: heading, measure: measure, where: named.isEmpty ? nil : named, shares: true)
      return try printJSON(TableDocument(tables: [table]))
    }
    guard layers != nil, let last = cube.axes.last else { return print(TableText(cube, title: heading).text) }
    for code in last.codes.map(Optional.some) + [nil] {
      print(TableText(cube, title: "\(heading); \(last.column): \(code ?? "total")", layer: .some(code)).text + "\n")
    }
  }

  private func heading(_ axes: [String], _ filter: [String: [String]]) -> String {
    let conditions = filter.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.joined(separator: " or "))" }
    return "\(measure) by \(axes.joined(separator: " and "))"
      + (conditions.isEmpty ? "" : "; only \(conditions.joined(separator: ", "))")
  }
}

/// A table in words and columns, for a person at a terminal. The first axis runs down, the others across.
struct TableText {
  let text: String

  /// - Parameter layer: the code of the last axis whose table it is, or nil for all of them; left out, the last axis runs
  ///   across like the others.
  init(_ cube: CountCube, title: String, hidden: Set<Int> = [], layer: String?? = nil) {
    let down = cube.axes[0].codes.map(Optional.some) + [nil]
    var across: [[String?]] = [[]]
    for axis in cube.axes.dropFirst().dropLast(layer == nil ? 0 : 1) {
      across = across.flatMap { codes in (axis.codes.map(Optional.some) + [nil]).map { codes + [$0] } }
    }
    let head = across.map { codes in codes.isEmpty ? "count" : codes.map { $0 ?? "total" }.joined(separator: " / ") }
    var lines = [[cube.axes[0].column] + head]
    for row in down {
      lines.append(
        [row ?? "total"]
          + across.map { codes in
            guard let index = cube.index(codes: [row] + codes + (layer.map { [$0] } ?? [])) else { return "" }
            return hidden.contains(index) ? "×" : String(cube.counts[index])
          })
    }
    let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let rows = lines.map { line in
      zip(line, widths).enumerated().map { place, cell in
        let blanks = String(repeating: " ", count: cell.1 - cell.0.count)
        return place == 0 ? cell.0 + blanks : blanks + cell.0
      }.joined(separator: "  ")
    }
    text = ([title] + rows).joined(separator: "\n")
  }
}
