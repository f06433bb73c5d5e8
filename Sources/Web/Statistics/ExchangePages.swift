import Accounts
import Basics
import Casework
import CountryPack
import Releases
import Statistics

/// Figures in the forms that others ask for: the tables of UNODC's questionnaire, SDG 16.2.2, and where records go out as
/// CTDC and HTCDS. All of it protected; nothing here is a publication.
struct ExchangePages: RoomPages {
  static let path = "/statistics/exports"
  let desks: Desks

  func add(to routes: Routes) {
    routes.get(Self.path, page)
    routes.get(Self.path + "/questionnaire.csv") { visit in
      .file(Array(try await questionnaire(visit).csv.utf8), name: "amparo-questionnaire.csv", type: "text/csv")
    }
    routes.get(Self.path + "/questionnaire.xlsx") { visit in
      .file(
        sheets(try await questionnaire(visit), visit).bytes, name: "amparo-questionnaire.xlsx",
        type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    }
    routes.get(Self.path + "/sdg-16-2-2.csv") { visit in
      guard let series = try await desks.exchange.sdg(try visit.actor()) else { throw Refusal.notFound }
      return .file(Array(series.csv.utf8), name: "amparo-sdg-16-2-2.csv", type: "text/csv")
    }
  }

  private func questionnaire(_ visit: Visit) async throws -> TableDocument {
    guard let document = try await desks.exchange.questionnaire(try visit.actor()) else { throw Refusal.notFound }
    return document
  }

  // MARK: The page

  private func page(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let words = visit.words
    let document = try await desks.exchange.questionnaire(actor)
    let series = try await desks.exchange.sdg(actor)
    func links(_ files: [(String, String)]) -> [HomeSection.Link] {
      files.map { .init(address: $0.0, label: words($0.1)) }
    }
    var sections = [
      ProtectionSection(
        title: words("statistics.exchange.questionnaire"), anchor: "questionnaire",
        lead: words("statistics.exchange.questionnaire_lead"),
        empty: document == nil ? words("statistics.tables.empty") : nil,
        paragraphs: [
          words(
            "statistics.exchange.not_held",
            ["list": VictimTables.notHeld.map { words("statistics.exchange.not_held_\($0)") }.joined(separator: ", ")])
        ],
        links: document == nil
          ? []
          : links([
            (Self.path + "/questionnaire.xlsx", "statistics.files.xlsx"),
            (Self.path + "/questionnaire.csv", "statistics.files.csv"),
          ]))
    ]
    sections += (document?.tables ?? []).enumerated().map { place, table in
      ProtectionSection(title: title(table, words), anchor: "table-\(place)", table: shown(table, visit))
    }
    sections.append(
      ProtectionSection(
        title: words("statistics.exchange.sdg"), anchor: "sdg", lead: words("statistics.exchange.sdg_lead"),
        table: series.map { shown($0, visit) },
        empty: document == nil ? words("statistics.tables.empty") : nil,
        paragraphs: populations(of: series).map(FactTerms(visit).population),
        links: document == nil ? [] : links([(Self.path + "/sdg-16-2-2.csv", "statistics.files.csv")])))
    sections.append(
      ProtectionSection(
        title: words("statistics.exchange.ctdc"), anchor: "ctdc", lead: words("statistics.exchange.ctdc_lead"),
        links: links(
          [(OpenRecordsPages.path, "statistics.open_records.title")]
            + (actor.may(.publishReleases) ? [(RecordsPages.path, "statistics.records.title")] : []))))
    sections.append(
      ProtectionSection(
        title: words("statistics.exchange.htcds"), anchor: "htcds", lead: words("statistics.exchange.htcds_lead"),
        links: actor.may(.readCase) ? links([("/cases/export", "statistics.exchange.htcds_link")]) : []))
    return ProtectionSection.page(
      Heading(title: words("statistics.exchange.title"), lead: words("statistics.exchange.lead")), sections,
      notice: FactTerms(visit).says(.suppress),
      further: ["tabs": StatisticsTabs.view(visit, actor, current: Self.path)])
  }

  /// Among whom the rates of a series are counted.
  private func populations(of series: SDGSeries?) -> [PackPopulation] {
    let years = Set((series?.lines ?? []).filter { $0.rate != nil }.compactMap { Int($0.year) })
    return years.compactMap(desks.pack.population(year:)).reduce(into: []) { unique, one in
      if !unique.contains(where: { $0.id == one.id }) { unique.append(one) }
    }
  }

  private func title(_ table: TableDocument.Table, _ words: Words) -> String {
    words(
      "statistics.tables.by",
      [
        "measure": words("statistics.measure.persons"),
        "columns": table.dimensions.map { column($0.column, words).lowercasedFirst }
          .joined(separator: words("statistics.and")),
      ])
  }

  private func column(_ name: String, _ words: Words) -> String {
    switch name {
    case VictimTables.profile: words("statistics.exchange.profile")
    case VictimTables.majority: words("statistics.exchange.age_group")
    default: FactField(rawValue: name).map { words("statistics.field." + $0.rawValue) } ?? name
    }
  }

  private func code(_ column: String, _ code: String, _ visit: Visit) -> String {
    switch code {
    case FactCode.unknown: return visit.words("statistics.unknown")
    case FactCode.notAsked: return visit.words("casework.not_asked")
    default: break
    }
    if column == VictimTables.majority { return visit.words("statistics.exchange.age_\(code)") }
    if column == VictimTables.profile { return visit.words("statistics.exchange.profile_\(code)") }
    return FactField(rawValue: column).map { FactTerms(visit).code($0, code) } ?? code
  }

  /// Year by year; rates only where a population is known.
  private func shown(_ series: SDGSeries, _ visit: Visit) -> DataTable {
    let (words, terms) = (visit.words, FactTerms(visit))
    return DataTable(
      caption: words("statistics.exchange.sdg"),
      columns: [
        words("statistics.field.year"), words("statistics.exchange.group"), words("statistics.measure.persons"),
        words("statistics.exchange.rate"),
      ],
      rows: series.lines.map { line in
        let group =
          line.by == "total"
          ? words("statistics.total") : column(line.by, words) + ": " + code(line.by, line.code, visit)
        return [
          .text(line.year), .text(group),
          .number(line.count.map(terms.number) ?? words("statistics.tables.hidden")),
          .number(line.rate.map { RecordsTerms(visit).decimal(($0 * 100).rounded() / 100) } ?? "–"),
        ]
      })
  }

  /// Rows down, columns across, totals last.
  private func shown(_ table: TableDocument.Table, _ visit: Visit) -> DataTable {
    let (words, terms) = (visit.words, FactTerms(visit))
    let cells = Dictionary(table.cells.map { ($0.at, $0.count) }) { first, _ in first }
    func cell(_ at: [String?]) -> DataTable.Cell {
      .number(cells[at].flatMap { $0 }.map(terms.number) ?? words("statistics.tables.hidden"))
    }
    let rows = table.dimensions[0]
    let across: [String?] = table.dimensions.count > 1 ? table.dimensions[1].codes.map { $0 } + [nil] : []
    func line(_ code: String?) -> [DataTable.Cell] {
      across.isEmpty ? [cell([code])] : across.map { cell([code, $0]) }
    }
    return DataTable(
      caption: title(table, words),
      columns: [column(rows.column, words)]
        + (across.isEmpty
          ? [words("statistics.measure.persons")]
          : across.map { $0.map { code(table.dimensions[1].column, $0, visit) } ?? words("statistics.total") }),
      rows: rows.codes.map { [.text(code(rows.column, $0, visit))] + line($0) },
      total: [.text(words("statistics.total"))] + line(nil))
  }

  private func sheets(_ document: TableDocument, _ visit: Visit) -> Spreadsheet {
    Spreadsheet(
      sheets: document.tables.enumerated().map { place, table in
        let data = shown(table, visit)
        let rows: [[Spreadsheet.Cell]] =
          [data.columns.map { .text($0) }]
          + (data.rows + [data.total ?? []]).map { row in
            row.map { cell in
              switch cell {
              case .text(let text): .text(text)
              case .number(let text):
                Int(text.replacing("\u{202f}", with: "")).map(Spreadsheet.Cell.count) ?? .text(text)
              default: ""
              }
            }
          }
        return Spreadsheet.Sheet(name: "\(place + 1) " + title(table, visit.words), rows: rows)
      })
  }
}
