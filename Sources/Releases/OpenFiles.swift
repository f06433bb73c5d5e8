import Basics
import Casework
import Foundation

/// A published table as files: CSV with a row of HXL hashtags, and a spreadsheet. One row a cell, with every name beside
/// its code, so that nothing needs a second file to be read.
extension OpenTable {
  /// The hashtags are those of HXL 1.1 (hxlstandard.org, dictionary): `#adm1`, `#country`, `#date`, `#affected`, with the
  /// attributes `+code`, `+name`, `+year`, `+origin`, `+dest`, `+num` and languages as `+i_es`; for what it has no tag,
  /// extension tags `#x_…` as it allows.
  static func tag(_ column: String) -> String {
    switch FactField(rawValue: column) {
    case .year: "#date+year"
    case .province: "#adm1"
    case .origin: "#country+origin"
    case .destination: "#country+dest"
    case .sector: "#x_sector"
    default: "#x_\(column)"
    }
  }

  private var head: [(name: String, tag: String)] {
    var head: [(String, String)] = []
    for dimension in dimensions {
      let tag = Self.tag(dimension.column)
      head.append((dimension.column, tag + "+code"))
      head.append((dimension.column + "_es", tag + "+name+i_es"))
      head.append((dimension.column + "_en", tag + "+name+i_en"))
    }
    return head + [
      ("count", measure.code == FactMeasure.persons.rawValue ? "#affected+num" : "#x_cases+num"),
      ("hidden", "#x_hidden"), ("share", "#x_share+num"), ("share_of", "#x_denominator+num"),
    ] + further.map { ($0.name, $0.tag) }
  }

  /// What tables of before did not have, so that a file of theirs stays byte for byte what it was.
  private var further: [(name: String, tag: String, value: (Cell) -> Spreadsheet.Cell)] {
    func number(_ value: Double?) -> Spreadsheet.Cell { value.map(Spreadsheet.Cell.number) ?? "" }
    var further: [(name: String, tag: String, value: (Cell) -> Spreadsheet.Cell)] = []
    if cells.contains(where: { $0.shareLow != nil }) {
      further.append(("share_low_95", "#x_share+min+num", { number($0.shareLow) }))
      further.append(("share_high_95", "#x_share+max+num", { number($0.shareHigh) }))
    }
    if cells.contains(where: { $0.rate != nil }) {
      further.append(("rate_per_100000", "#x_rate+num", { number($0.rate) }))
      further.append(("rate_low_95", "#x_rate+min+num", { number($0.rateLow) }))
      further.append(("rate_high_95", "#x_rate+max+num", { number($0.rateHigh) }))
      further.append(("population", "#population+num", { $0.population.map(Spreadsheet.Cell.count) ?? "" }))
    }
    return further
  }

  private var lines: [[Spreadsheet.Cell]] {
    let names = dimensions.map { dimension in
      Dictionary(dimension.codes.map { ($0.code, $0.name) }) { first, _ in first }
    }
    let further = further
    return cells.map { cell in
      var line: [Spreadsheet.Cell] = []
      for (place, code) in cell.at.enumerated() {
        let name = code.flatMap { names[place][$0] } ?? ReleaseText(es: "Total", en: "Total")
        line += [.text(code ?? "total"), .text(name.es), .text(name.en)]
      }
      return line + [
        cell.count.map(Spreadsheet.Cell.count) ?? "", .text(cell.hidden == true ? "yes" : "no"),
        cell.share.map(Spreadsheet.Cell.number) ?? "", cell.of.map(Spreadsheet.Cell.count) ?? "",
      ] + further.map { $0.value(cell) }
    }
  }

  /// Comma-separated, UTF-8, lines ended by CR LF (RFC 4180); the second line holds the HXL hashtags.
  public var csv: String {
    let rows = [head.map { Spreadsheet.Cell.text($0.name) }, head.map { .text($0.tag) }] + lines
    return rows.map { row in row.map(Self.written).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func written(_ cell: Spreadsheet.Cell) -> String {
    switch cell {
    case .count(let count): return String(count)
    case .number(let number): return String(number)
    case .day(let day): return day.description
    case .minute(let moment, _): return moment.date.formatted(.iso8601)
    case .text(let text):
      // What a spreadsheet could take for a formula is text here.
      let safe = text.first.map { "=+-@".contains($0) } == true ? "'" + text : text
      guard safe.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return safe }
      return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
  }

  /// The table, and beside it where it comes from and what it may be used for.
  public func spreadsheet(_ language: Language, source: String) -> Spreadsheet {
    let about: [[String]] =
      [
        [title[language]], [source], [measure.name[language]], [denominator[language]],
        [protection.says[language]],
        [licence.name[language], licence.address],
      ] + conditions.map { [$0.name[language], $0.codes.map { $0.name[language] }.joined(separator: ", ")] }
      + (correction.map { [[$0[language]]] } ?? [])
      + (populations ?? []).map { [$0.name[language], $0.on.description, $0.source, $0.address, $0.certainty] }
    return Spreadsheet(
      sheets: [
        .init(
          name: language == .english ? "Table" : "Tabla",
          rows: [head.map { .text($0.name) }, head.map { .text($0.tag) }] + lines)
      ] + layerSheets(language) + [.init(name: language == .english ? "About" : "Acerca de", texts: about)])
  }

  /// Of a table of three columns a sheet for each layer and one of all, as a person reads it: rows down, columns across.
  private func layerSheets(_ language: Language) -> [Spreadsheet.Sheet] {
    guard dimensions.count == 3 else { return [] }
    let total = "Total"
    let (rows, columns) = (dimensions[0].codes.map { $0 } + [nil], dimensions[1].codes.map { $0 } + [nil])
    return (dimensions[2].codes.map { $0 } + [nil]).enumerated().map { number, layer in
      let name = layer?.name[language] ?? total
      let first = Spreadsheet.Cell.text("\(dimensions[2].name[language]): \(name)")
      return Spreadsheet.Sheet(
        name: "\(number + 1) \(name)",
        rows: [[first] + columns.map { .text($0?.name[language] ?? total) }]
          + rows.map { row in
            [.text(row?.name[language] ?? total)]
              + columns.map { column in
                let cell = cell(row?.code, column?.code, layer: layer?.code)
                return cell?.count.map(Spreadsheet.Cell.count) ?? .text("×")
              }
          })
    }
  }
}
