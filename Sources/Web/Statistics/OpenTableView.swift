import Casework
import Releases
import Statistics

/// A published table as the public reads it: from the published document and nothing else.
struct OpenTableView {
  let open: OpenTable
  let terms: FactTerms

  init(_ open: OpenTable, _ terms: FactTerms) {
    self.open = open
    self.terms = terms
  }

  private var hasRates: Bool { open.populations != nil }
  private var total: String { terms.words("statistics.total") }

  /// What shares and rates are of.
  var notes: [String] {
    let populations = (open.populations ?? []).map { population in
      terms.words(
        "statistics.rates.population_published",
        [
          "name": population.name[terms.language], "source": population.source, "address": population.address,
          "certainty": terms.words("statistics.rates.certainty_\(population.certainty)"),
        ])
    }
    let intervals = open.cells.contains { $0.shareLow != nil } ? [terms.words("statistics.tables.share_interval")] : []
    return [open.denominator[terms.language]] + intervals
      + (hasRates ? populations + [terms.words("statistics.rates.interval")] : [])
  }

  var tables: [DataTable] {
    let title = open.title[terms.language]
    guard open.dimensions.count > 2 else { return [table(nil, title)] }
    let layers = open.dimensions[2]
    return layers.codes.map { layer in
      table(layer.code, "\(title) · \(layers.name[terms.language]): \(layer.name[terms.language])")
    } + [table(nil, "\(title) · \(total)")]
  }

  /// Of all layers together.
  var table: DataTable { table(nil, open.title[terms.language]) }

  private func number(_ cell: OpenTable.Cell?) -> DataTable.Cell {
    .number(cell?.count.map(terms.number) ?? terms.words("statistics.tables.hidden"))
  }

  private func share(_ cell: OpenTable.Cell?) -> DataTable.Cell {
    guard let count = cell?.count, let all = cell?.of else { return .number("–") }
    let share = Share(count: count, denominator: all)
    return .number(cell?.shareLow == nil ? terms.share(share) : terms.shareWithInterval(share))
  }

  private func rate(_ cell: OpenTable.Cell?) -> DataTable.Cell {
    guard let count = cell?.count else { return number(nil) }
    return .number(terms.rate(cell?.population.flatMap { Rate(count: count, population: $0) }))
  }

  private func table(_ layer: String?, _ caption: String) -> DataTable {
    let language = terms.language
    let rows = open.dimensions[0]
    guard open.dimensions.count > 1 else {
      let largest = max(1, rows.codes.compactMap { open.cell($0.code)?.count }.max() ?? 1)
      func rates(_ cell: OpenTable.Cell?) -> [DataTable.Cell] { hasRates ? [rate(cell)] : [] }
      return DataTable(
        caption: caption,
        columns: [rows.name[language], open.measure.name[language], terms.words("statistics.open.share")]
          + (hasRates ? [terms.words("statistics.rates.column")] : []) + [terms.words("statistics.column.bar")],
        rows: rows.codes.map { code in
          let cell = open.cell(code.code)
          return [.text(code.name[language]), number(cell), share(cell)] + rates(cell) + [
            cell?.count.map { .bar(Double($0) * 100 / Double(largest)) } ?? .text("")
          ]
        }, total: [.text(total), number(open.cell(nil)), .text("")] + rates(open.cell(nil)) + [.text("")])
    }
    let columns = open.dimensions[1]
    let shown: [OpenTable.Code?] = columns.codes.map { $0 } + [nil]
    return DataTable(
      caption: caption,
      columns: [rows.name[language]] + shown.map { $0?.name[language] ?? total },
      rows: rows.codes.map { code in
        [.text(code.name[language])] + shown.map { number(open.cell(code.code, $0?.code, layer: layer)) }
      }, total: [.text(total)] + shown.map { number(open.cell(nil, $0?.code, layer: layer)) })
  }
}
