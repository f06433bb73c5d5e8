import Accounts
import Basics
import Casework
import CountryPack
import Documents
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
      .file(try await picture(visit).svg, name: "amparo-table.svg", type: "image/svg+xml")
    }
    routes.get(Self.path + ".png") { visit in
      .file(try await picture(visit).png(visit.language), name: "amparo-table.png", type: "image/png")
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

  private func picture(_ visit: Visit) async throws -> Picture {
    let (table, terms) = (try await built(visit), FactTerms(visit))
    return PictureData(table, terms, title: terms.title(table.choice), source: Self.source(table, visit))
      .picture(Self.kind(visit), desks.pack)
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
    model["examples"] = Self.examples(terms)
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
    let mode = visit.query["show"].flatMap { TableView.Mode(rawValue: $0) } ?? .counts
    let view = TableView(table, terms, mode)
    model["isInside"] = isInside
    model["says"] = terms.says(choice.protection)
    model["notes"] = (table.showsOnlyTotals ? [words("statistics.tables.only_totals")] : []) + view.notes
    model["hidden"] =
      table.hiddenCells == 0
      ? nil
      : words(
        "statistics.tables.hidden_count", ["count": String(table.hiddenCells)])
    model["tables"] = view.tables.map(\.view)
    let data = PictureData(table, terms, title: terms.title(choice), source: Self.source(table, visit))
    model["charts"] = data.kinds.map { data.svg($0, desks.pack) }
    // A table of one column shows everything at once.
    model["hasModes"] = choice.columns != nil
    model["modes"] = TableView.Mode.allCases.map { one in
      [
        "address": "\(Self.path)?\(query)" + (one == .counts ? "" : "&show=\(one.rawValue)"),
        "label": words("statistics.tables.show_\(one.rawValue)"), "isCurrent": one == mode,
      ] as [String: Any]
    }
    if !isInside {
      model["files"] = Self.files("\(Self.path).", "?\(query)", data, words)
      model["release"] = "/statistics/releases/new?\(query)"
    }
    return .page("statistics/tables", model)
  }

  /// The files of a table, and of each of its pictures.
  static func files(_ before: String, _ after: String, _ data: PictureData, _ words: Words) -> [[String: String]] {
    let tables = ["csv", "xlsx", "json"].map {
      ["address": "\(before)\($0)\(after)", "label": words("statistics.files.\($0)")]
    }
    let pictures = data.kinds.flatMap { kind in
      ["svg", "png"].map { format in
        [
          "address": "\(before)\(format)\(after)&picture=\(kind.rawValue)",
          "label": words("statistics.files.\(format)_\(kind.rawValue)"),
        ]
      }
    }
    return tables + pictures
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
          "layers", words("statistics.tables.layers"), [("none", words("statistics.tables.no_columns"))] + fields,
          [choice.layers?.rawValue ?? "none"]),
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

  /// Tables that are asked for often, each with its picture.
  private static func examples(_ terms: FactTerms) -> [[String: String]] {
    [
      TableChoice(rows: .origin, columns: .destination), TableChoice(rows: .ageBand, columns: .sex),
      TableChoice(rows: .province), TableChoice(rows: .year),
      TableChoice(rows: .province, columns: .form, layers: .ageBand),
    ].map { ["address": "\(path)?\(query($0))", "label": terms.title($0)] }
  }
}
