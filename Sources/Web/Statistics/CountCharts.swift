import Basics
import Casework
import CountryPack
import Statistics

/// Tables, bars and the tile map of the coordinator's page. Each picture stands beside its table and says no more.
struct CountCharts {
  let facts: [CaseFact]
  let terms: CaseTerms
  let pack: CountryPack

  private var words: Words { terms.words }

  var total: Int { facts.reduce(0) { $0 + $1.count } }

  /// Counts with a column for open and one for closed.
  private func table(_ rows: [Category] = [], _ value: (CaseFact) -> Category) -> CountTable {
    CountTable(
      facts.map { CountedFact(row: value($0), column: .code($0.status.rawValue), count: $0.count) }, rows: rows,
      columns: CaseStatus.allCases.map { .code($0.rawValue) })
  }

  private func codes(_ list: PackList) -> [Category] { (pack.lists[list] ?? []).map { .code($0.code) } }

  private func name(_ category: Category, _ name: (String) -> String) -> String {
    switch category {
    case .code(let code): name(code)
    case .unknown: words("statistics.unknown")
    case .notAsked: words("casework.not_asked")
    }
  }

  /// A table with open, closed, all, the share of what is known, and a bar.
  private func shown(_ table: CountTable, _ title: String, _ column: String, _ label: (String) -> String)
    -> DataTable
  {
    let open = Category.code(CaseStatus.open.rawValue)
    let closed = Category.code(CaseStatus.closed.rawValue)
    return DataTable(
      caption: words(title),
      columns: [column, "statistics.column.open", "statistics.column.closed", "statistics.column.all"].map {
        words($0)
      } + [words("statistics.column.share", ["known": String(table.known)]), words("statistics.column.bar")],
      rows: table.rows.map { row in
        [
          .text(name(row, label)), .number(String(table[row, open])), .number(String(table[row, closed])),
          .number(String(table[row])), .number(share(table.share(of: row))),
          .bar(table.largestRow == 0 ? 0 : Double(table[row]) * 100 / Double(table.largestRow)),
        ]
      },
      total: [
        .text(words("statistics.total")), .number(String(table.total(column: open))),
        .number(String(table.total(column: closed))), .number(String(table.total)), .text(""), .text(""),
      ])
  }

  /// `38,3 %`; a dash where there is no share.
  private func share(_ share: Share?) -> String {
    guard let perMille = share?.perMille else { return "–" }
    return "\(perMille / 10)" + words("statistics.decimal") + "\(perMille % 10) %"
  }

  // MARK: Tables

  var byStatus: DataTable {
    let table = CountTable(
      facts.map { CountedFact(row: .code($0.status.rawValue), count: $0.count) },
      rows: CaseStatus.allCases.map { .code($0.rawValue) })
    return DataTable(
      caption: words("statistics.by_status"),
      columns: [
        words("statistics.column.status"), words("statistics.column.all"),
        words("statistics.column.share", ["known": String(table.known)]), words("statistics.column.bar"),
      ],
      rows: table.rows.map { row in
        [
          .text(name(row) { words("casework.status.\($0)") }), .number(String(table[row])),
          .number(share(table.share(of: row))),
          .bar(table.largestRow == 0 ? 0 : Double(table[row]) * 100 / Double(table.largestRow)),
        ]
      })
  }

  private var provinces: CountTable { table { .code($0.facts.province) } }

  var byProvince: DataTable {
    let table = provinces
    let sorted = CountTable(
      facts.map { CountedFact(row: .code($0.facts.province), column: .code($0.status.rawValue), count: $0.count) },
      rows: table.rows.sorted { (table[$1], $0) < (table[$0], $1) },
      columns: CaseStatus.allCases.map { .code($0.rawValue) })
    return shown(sorted, "statistics.by_province", "casework.facts.province", terms.province)
  }

  var byForm: DataTable {
    shown(table(codes(.exploitation)) { Category($0.facts.form) }, "statistics.by_form", "casework.facts.form") {
      terms.name(.exploitation, $0)
    }
  }

  var byAge: DataTable {
    shown(table(codes(.ageBands)) { .code($0.facts.ageBand) }, "statistics.by_age", "casework.facts.age_band") {
      terms.name(.ageBands, $0)
    }
  }

  private var monthTable: CountTable {
    // Months without a case have their place too, but no more than a year of them between two that have one.
    let numbers = Set(facts.map { $0.month.year * 12 + $0.month.month - 1 }).sorted()
    let filled = zip(numbers, numbers.dropFirst()).flatMap { first, next in
      next - first > 13 ? [first] : Array(first..<next)
    }
    let rows = (filled + numbers.suffix(1)).compactMap { number in
      CalendarMonth(year: number / 12, month: number % 12 + 1).map { Category.code($0.description) }
    }
    return table(rows) { .code($0.month.description) }
  }

  var byMonth: DataTable {
    shown(monthTable, "statistics.by_month", "statistics.column.month") { code in
      CalendarMonth(code).map(terms.visit.dates.month) ?? code
    }
  }

  // MARK: Pictures

  /// Columns by month; the tallest has 100 units, its count above it.
  var months: [String: Any] {
    let table = monthTable
    let largest = max(1, table.largestRow)
    // Few months are drawn wide, many narrow.
    let width = max(22, min(52, 720 / max(1, table.rows.count)))
    return [
      "width": String(max(1, table.rows.count) * width), "column": String(width - 6),
      "bars": table.rows.enumerated().map { index, row in
        let height = table[row] * 100 / largest
        let month = name(row) { $0 }
        return [
          "x": String(index * width + 3), "y": String(120 - height), "height": String(height),
          "middle": String(index * width + width / 2), "count": String(table[row]), "countY": String(115 - height),
          "isFirst": month.hasSuffix("-01") || index == 0, "year": String(month.prefix(4)),
        ] as [String: Any]
      },
    ]
  }

  /// The provinces as tiles at their places, darker with more cases; the count stands in each.
  var map: [String: Any] {
    let table = provinces
    let largest = max(1, table.largestRow)
    let side = 64
    let columns = (pack.provinces.map(\.tileColumn).max() ?? 0) + 1
    let rows = (pack.provinces.map(\.tileRow).max() ?? 0) + 1
    return [
      "width": String(columns * side), "height": String(rows * side),
      "tiles": pack.provinces.map { province in
        let count = table[.code(province.iso)]
        // Five steps; the first is for none at all.
        let shade = count == 0 ? 0 : 1 + min(3, count * 4 / (largest + 1))
        return [
          "x": String(province.tileColumn * side + 2), "y": String(province.tileRow * side + 2),
          "middle": String(province.tileColumn * side + side / 2), "nameY": String(province.tileRow * side + 24),
          "countY": String(province.tileRow * side + 48),
          "short": String(province.iso.split(separator: "-").last ?? ""),
          "name": province.name[terms.visit.language], "count": String(count), "shade": String(shade),
        ] as [String: Any]
      },
    ]
  }
}
