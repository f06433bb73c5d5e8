import Basics
import Casework
import CountryPack
import Releases
import Statistics

/// A built table as the page shows it: one table, or one for each layer and one of all.
struct TableView {
  /// What stands in the cells.
  enum Mode: String, CaseIterable {
    case counts, shares, rates
  }

  let built: BuiltTable
  let terms: FactTerms
  let mode: Mode

  init(_ built: BuiltTable, _ terms: FactTerms, _ mode: Mode = .counts) {
    self.built = built
    self.terms = terms
    self.mode = mode
  }

  private var words: Words { terms.words }
  private var choice: TableChoice { built.choice }
  private var gap: RateBase.Gap? { RateBase(choice, terms.pack).gap(codes) }
  private var codes: [[String]] { [built.rows, built.columns, built.layers] }

  /// What stands below the tables: what shares and rates are of.
  var notes: [String] {
    var notes = [terms.denominator(choice.rows, choice.measure)]
    if mode == .shares || mode == .counts && choice.columns == nil {
      notes.append(words("statistics.tables.share_interval"))
    }
    if mode == .rates || mode == .counts && choice.columns == nil {
      if let gap {
        notes.append(words("statistics.rates.gap_\(gap.rawValue)"))
      } else {
        notes += RateBase(choice, terms.pack).populations(codes).map(terms.population)
        notes.append(words("statistics.rates.interval"))
      }
    }
    return notes
  }

  var tables: [DataTable] {
    guard let field = choice.layers else { return [table(nil, terms.title(choice))] }
    let title = terms.title(choice)
    return built.layers.map { layer in
      table(layer, "\(title) · \(terms.column(field)): \(terms.code(field, layer))")
    } + [table(nil, "\(title) · \(words("statistics.total"))")]
  }

  /// Of all layers together.
  var table: DataTable { table(nil, terms.title(choice)) }

  private func number(_ count: Int?) -> DataTable.Cell {
    .number(count.map(terms.number) ?? words("statistics.tables.hidden"))
  }

  /// `Parte de los 81 casos cuya forma de explotación se conoce`.
  private func shareTitle(_ column: String? = nil, _ layer: String? = nil) -> String {
    words(
      "statistics.tables.share_of",
      [
        "count": built.denominator(column, layer: layer).map(terms.number) ?? words("statistics.tables.hidden")
      ])
  }

  private func rate(_ row: String?, _ column: String?, _ layer: String?) -> DataTable.Cell {
    if built.count(row, column, layer: layer) == nil { return number(nil) }
    return .number(terms.rate(built.rate(row, column, layer: layer, in: terms.pack)))
  }

  private func table(_ layer: String?, _ caption: String) -> DataTable {
    guard let columns = choice.columns else { return narrow(caption) }
    let shown: [String?] = built.columns.map { $0 } + [nil]
    func cell(_ row: String?, _ column: String?) -> DataTable.Cell {
      switch mode {
      case .counts: number(built.count(row, column, layer: layer))
      case .shares:
        row.map { .number(terms.shareWithInterval(built.share($0, column, layer: layer))) }
          ?? number(built.count(nil, column, layer: layer))
      case .rates: rate(row, column, layer)
      }
    }
    return DataTable(
      caption: caption,
      columns: [terms.column(choice.rows)]
        + shown.map { code in
          let name = code.map { terms.code(columns, $0) } ?? words("statistics.total")
          return mode == .shares ? name + " (" + shareTitle(code, layer) + ")" : name
        },
      rows: built.rows.map { row in [.text(terms.code(choice.rows, row))] + shown.map { cell(row, $0) } },
      total: [.text(words("statistics.total"))] + shown.map { cell(nil, $0) })
  }

  /// A table of one column shows everything at once.
  private func narrow(_ caption: String) -> DataTable {
    let rows = built.rows
    let largest = max(1, rows.compactMap { built.count($0) }.max() ?? 1)
    let hasRates = gap == nil
    let rateTitle = hasRates ? [words("statistics.rates.column")] : []
    func rates(_ row: String?) -> [DataTable.Cell] { hasRates ? [rate(row, nil, nil)] : [] }
    return DataTable(
      caption: caption,
      columns: [terms.column(choice.rows), terms.measure(choice.measure), shareTitle()] + rateTitle + [
        words("statistics.column.bar")
      ],
      rows: rows.map { row in
        [
          .text(terms.code(choice.rows, row)), number(built.count(row)),
          .number(terms.shareWithInterval(built.share(row))),
        ] + rates(row) + [built.count(row).map { .bar(Double($0) * 100 / Double(largest)) } ?? .text("")]
      },
      total: [.text(words("statistics.total")), number(built.count(nil)), .text("")] + rates(nil) + [.text("")])
  }
}
