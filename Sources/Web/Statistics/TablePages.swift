import Accounts
import Basics
import Casework
import CountryPack
import Releases
import Statistics

/// The table builder: rows, columns, filters and measure in the address; the table, its picture and its files protected.
struct TablePages: RoomPages {
  static let path = "/statistics/tables"
  let desks: Desks

  func add(to routes: Routes) {
    routes.get(Self.path, builder)
    routes.get(Self.path + ".csv") { visit in
      .file(try await open(visit).csv, name: "amparo-table.csv", type: "text/csv")
    }
    routes.get(Self.path + ".json") { visit in
      .file(try await open(visit).json, name: "amparo-table.json", type: "application/json")
    }
    routes.get(Self.path + ".xlsx") { visit in
      let table = try await open(visit)
      return .file(
        table.spreadsheet(visit.language, source: Self.source(table, visit)).bytes, name: "amparo-table.xlsx",
        type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    }
    routes.get(Self.path + ".svg") { visit in
      let (table, terms) = (try await built(visit), FactTerms(visit))
      let data = PictureData(table, terms, title: terms.title(table.choice), source: Self.source(table, visit))
      return .file(data.svg(Self.kind(visit), desks.pack), name: "amparo-table.svg", type: "image/svg+xml")
    }
  }

  static func choice(_ visit: Visit) throws(Refusal) -> TableChoice {
    try TableChoice({ visit.query.all($0) }, visit.frame.desks.pack)
  }

  static func query(_ choice: TableChoice) -> String {
    choice.query.map { "\($0.name)=\(Form.encoded($0.value))" }.joined(separator: "&")
  }

  static func kind(_ visit: Visit) -> PictureData.Kind {
    visit.query["picture"].flatMap { PictureData.Kind(rawValue: $0) } ?? .bars
  }

  // MARK: Files

  /// A table that may leave the house. Throws `Refusal` for one that is for inside.
  private func built(_ visit: Visit) async throws -> BuiltTable {
    let actor = try visit.actor()
    let choice = try Self.choice(visit)
    guard let table = try await desks.tables.table(actor, choice) else { throw Refusal.notFound }
    guard choice.protection != .inside else { throw Refusal(.conflict, Phrase("error.table_inside")) }
    return table
  }

  private func open(_ visit: Visit) async throws -> OpenTable {
    let table = try await built(visit)
    let screen = visit.frame.screen
    func title(_ language: Language) -> String {
      FactTerms(language, screen.words(language), desks.pack).title(table.choice)
    }
    return OpenTable(
      table, slug: "", version: 0, title: ReleaseText(es: title(.spanish), en: title(.english)), correction: nil,
      publishedOn: table.day, names: OpenTable.Names(screen, desks.pack), desks.pack)
  }

  static func source(_ table: BuiltTable, _ visit: Visit) -> String {
    let terms = FactTerms(visit)
    return visit.words(
      "statistics.tables.source",
      ["day": visit.dates.day(table.day), "says": terms.says(table.choice.protection)])
  }

  static func source(_ table: OpenTable, _ visit: Visit) -> String {
    visit.words(
      "statistics.tables.source",
      ["day": visit.dates.day(table.countedOn), "says": table.protection.says[visit.language]])
  }

  // MARK: The page

  private func builder(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.readCounts)
    let (words, terms) = (visit.words, FactTerms(visit))
    var model: [String: Any] = [
      "heading": Heading(title: words("statistics.tables.title"), lead: words("statistics.tables.lead")).view,
      "tabs": StatisticsTabs.view(visit, actor, current: Self.path),
    ]
    let codes = try await desks.tables.codes(actor)
    var status = Refusal?.none
    var choice = TableChoice()
    do { choice = try Self.choice(visit) } catch { status = error }
    model["finder"] = finder(choice, codes, terms)
    if let status {
      model["problem"] = words("statistics.tables.wrong")
      return .page("statistics/tables", model, status: status.kind.status)
    }
    guard let table = try await desks.tables.table(actor, choice) else {
      model["empty"] = words("statistics.tables.empty")
      return .page("statistics/tables", model)
    }
    let query = Self.query(choice)
    let isInside = choice.protection == .inside
    let showsShares = visit.query["show"] == "shares"
    model["isInside"] = isInside
    model["says"] = terms.says(choice.protection)
    model["denominator"] = terms.denominator(choice.rows, choice.measure)
    model["hidden"] =
      table.hiddenCells == 0
      ? nil
      : words(
        "statistics.tables.hidden_count", ["count": String(table.hiddenCells)])
    model["table"] = TableView(table, terms, showsShares: showsShares).table.view
    let data = PictureData(table, terms, title: terms.title(choice), source: Self.source(table, visit))
    model["charts"] = data.kinds.map { data.svg($0, desks.pack) }
    if choice.columns != nil {
      model["toggle"] = [
        "address": "\(Self.path)?\(query)" + (showsShares ? "" : "&show=shares"),
        "label": words(showsShares ? "statistics.tables.show_counts" : "statistics.tables.show_shares"),
      ]
    }
    if !isInside {
      model["files"] =
        ["csv", "xlsx", "json"].map {
          ["address": "\(Self.path).\($0)?\(query)", "label": words("statistics.files.\($0)")]
        }
        + data.kinds.map {
          [
            "address": "\(Self.path).svg?\(query)&picture=\($0.rawValue)",
            "label": words("statistics.files.svg_\($0.rawValue)"),
          ]
        }
      model["release"] = "/statistics/releases/new?\(query)"
    }
    return .page("statistics/tables", model)
  }

  /// The choices as a form without secrets: it is sent as an address that can be kept and handed on.
  private func finder(_ choice: TableChoice, _ codes: [FactField: [String]], _ terms: FactTerms) -> [String: Any] {
    let words = terms.words
    func select(_ name: String, _ label: String, _ options: [(String, String)], _ chosen: Set<String>) -> [String: Any]
    {
      [
        "name": name, "label": label,
        "options": options.map {
          ["value": $0.0, "label": $0.1, "chosen": chosen.contains($0.0)] as [String: Any]
        },
      ]
    }
    let fields = FactField.allCases.map { ($0.rawValue, terms.column($0)) }
    return [
      "action": Self.path,
      "selects": [
        select("rows", words("statistics.tables.rows"), fields, [choice.rows.rawValue]),
        select(
          "columns", words("statistics.tables.columns"), [("none", words("statistics.tables.no_columns"))] + fields,
          [choice.columns?.rawValue ?? "none"]),
        select(
          "measure", words("statistics.tables.measure"),
          FactMeasure.allCases.map { ($0.rawValue, terms.measure($0)) }, [choice.measure.rawValue]),
        select(
          "protection", words("statistics.tables.protection"),
          TableChoice.Protection.allCases.map { ($0.rawValue, words("statistics.protection." + $0.rawValue)) },
          [choice.protection.rawValue]),
      ],
      "filters": FactField.allCases.map { field in
        select(
          field.rawValue, terms.column(field),
          [("", words("statistics.tables.all"))] + (codes[field] ?? []).map { ($0, terms.code(field, $0)) },
          Set(choice.filter[field] ?? [""]))
      }, "isFiltered": !choice.filter.isEmpty,
    ]
  }
}

/// A built table as the page shows it.
struct TableView {
  let built: BuiltTable
  let terms: FactTerms
  let showsShares: Bool

  init(_ built: BuiltTable, _ terms: FactTerms, showsShares: Bool = false) {
    self.built = built
    self.terms = terms
    self.showsShares = showsShares
  }

  private var words: Words { terms.words }

  private func number(_ count: Int?) -> DataTable.Cell {
    count.map { .number(terms.number($0)) } ?? .number(words("statistics.tables.hidden"))
  }

  /// `Parte de los 81 casos cuya forma de explotación se conoce`.
  private func shareTitle(_ column: String? = nil) -> String {
    words(
      "statistics.tables.share_of",
      ["count": built.denominator(column).map(terms.number) ?? words("statistics.tables.hidden")])
  }

  var table: DataTable {
    let choice = built.choice
    let rows = built.rows
    guard let columns = choice.columns else {
      let largest = max(1, rows.compactMap { built.count($0) }.max() ?? 1)
      return DataTable(
        caption: terms.title(choice),
        columns: [
          terms.column(choice.rows), terms.measure(choice.measure), shareTitle(), words("statistics.column.bar"),
        ],
        rows: rows.map { row in
          [
            .text(terms.code(choice.rows, row)), number(built.count(row)), .number(terms.share(built.share(row))),
            built.count(row).map { .bar(Double($0) * 100 / Double(largest)) } ?? .text(""),
          ]
        }, total: [.text(words("statistics.total")), number(built.count(nil)), .text(""), .text("")])
    }
    let shown: [String?] = built.columns.map { $0 } + [nil]
    func cell(_ row: String, _ column: String?) -> DataTable.Cell {
      showsShares ? .number(terms.share(built.share(row, column))) : number(built.count(row, column))
    }
    return DataTable(
      caption: terms.title(choice),
      columns: [terms.column(choice.rows)]
        + shown.map { code in
          let name = code.map { terms.code(columns, $0) } ?? words("statistics.total")
          return showsShares ? name + " (" + shareTitle(code) + ")" : name
        },
      rows: rows.map { row in [.text(terms.code(choice.rows, row))] + shown.map { cell(row, $0) } },
      total: [.text(words("statistics.total"))] + shown.map { number(built.count(nil, $0)) })
  }
}
