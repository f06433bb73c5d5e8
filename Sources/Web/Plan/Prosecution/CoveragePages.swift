import Accounts
import Basics
import CountryPack
import NationalPlan
import Training

/// The three Ps in one table, row by row comparable with the questionnaires that ask for them; gaps are shown as gaps.
struct CoveragePages {
  static let path = "/plan/coverage"
  /// More years than this make no table for a screen; the files have all.
  static let mostPeriods = 6
  let desks: Desks

  func add(to routes: Routes) {
    routes.get(Self.path, page)
    routes.get(Self.path + ".csv") { visit in
      let (coverage, screen) = try await read(visit)
      let rows = Coverage.Part.allCases.flatMap { part in
        lines(coverage, part, coverage.periods, screen).map { [title(part, visit.words)] + $0 }
      }
      let header = [visit.words("coverage.part")] + columns(coverage.periods, screen)
      return .file(CSVText.file([header] + rows, separator: ","), name: "amparo-coverage.csv", type: "text/csv")
    }
    routes.get(Self.path + ".xlsx") { visit in
      let (coverage, screen) = try await read(visit)
      let sheets = Coverage.Part.allCases.map { part in
        Spreadsheet.Sheet(
          name: title(part, visit.words),
          rows: [columns(coverage.periods, screen).map { .text($0) }]
            + lines(coverage, part, coverage.periods, screen).map { $0.map(Self.cell) })
      }
      return .file(
        Spreadsheet(sheets: sheets).bytes, name: "amparo-coverage.xlsx", type: ProsecutionFilePages.spreadsheetType)
    }
  }

  /// A plain number is a number in a spreadsheet too.
  private static func cell(_ text: String) -> Spreadsheet.Cell {
    text.utf8.allSatisfy { (48...57).contains($0) } ? Int(text).map { .count($0) } ?? .text(text) : .typed(text)
  }

  private func read(_ visit: Visit) async throws -> (Coverage, ProsecutionScreen) {
    let coverage = try await CoverageDesk(desks: desks).coverage(try visit.actor())
    return (coverage, ProsecutionScreen(visit, coverage.terms))
  }

  private func title(_ part: Coverage.Part, _ words: Words) -> String { words("coverage.part.\(part.rawValue)") }

  // MARK: The table

  private func columns(_ periods: [ProsecutionPeriod], _ screen: ProsecutionScreen) -> [String] {
    let words = screen.words
    return [words("coverage.what")] + periods.map(screen.period)
      + [
        words("coverage.today"), words("coverage.availability"), words("coverage.compares"), words("coverage.source"),
        words("coverage.from"),
      ]
  }

  private func lines(
    _ coverage: Coverage, _ part: Coverage.Part, _ periods: [ProsecutionPeriod], _ screen: ProsecutionScreen
  ) -> [[String]] {
    let words = screen.words
    return coverage.rows.filter { $0.part == part }.map { row in
      [row.term.name[screen.language]]
        + periods.map { period in
          row.values[period].map { text($0, period, screen) }
            ?? words(row.isNotYours ? "coverage.not_yours" : "coverage.gap")
        }
        + [
          row.today.map { text($0, nil, screen) } ?? "–",
          words("coverage.availability.\(row.availability(periods).rawValue)"),
          row.term.details["compares_\(screen.language.code)"] ?? row.term.details["compares_es"] ?? "",
          "\(row.term.source) (\(screen.certainty(row.term.certainty)))",
          words("coverage.from.\(row.take.kind)"),
        ]
    }
  }

  private func text(_ value: Coverage.Value, _ period: ProsecutionPeriod?, _ screen: ProsecutionScreen) -> String {
    let words = screen.words
    switch value {
    case .number(let number): return screen.number(number)
    case .share(let done, let all):
      return words("plan.done_of", ["done": screen.number(done), "all": screen.number(all)])
    case .hidden(let threshold): return words("plan.fewer_than", ["number": String(threshold)])
    case .figures(let figures):
      return figures.sorted { $0.key < $1.key }.map { series, figure in
        words(
          "coverage.figure",
          ["value": screen.figure(figure), "institution": screen.institution(series.institution, period)])
      }.joined(separator: "; ")
    }
  }

  private func page(_ visit: Visit) async throws -> Answer {
    let (coverage, screen) = try await read(visit)
    let words = visit.words
    let justice = ProsecutionScreen.address(for: try visit.actor(), visit.language)
    let periods = Array(coverage.periods.suffix(Self.mostPeriods))
    var sections = Coverage.Part.allCases.map { part in
      ProtectionSection(
        title: title(part, words), anchor: part.rawValue, lead: words("coverage.lead.\(part.rawValue)"),
        table: DataTable(
          caption: title(part, words), columns: columns(periods, screen),
          rows: lines(coverage, part, periods, screen).map { line in line.map { .text($0) } }))
    }
    sections.append(
      ProtectionSection(
        title: words("coverage.read"), anchor: "read",
        paragraphs: [
          words("prosecution.legend"), words("coverage.gaps"),
          words("plan.live_protected", ["number": String(desks.pack.statistics.threshold)]),
        ],
        links: [
          .init(address: Self.path + ".xlsx", label: words("prosecution.xlsx")),
          .init(address: Self.path + ".csv", label: words("prosecution.csv")),
          .init(address: justice, label: words("prosecution.title")),
        ]))
    return ProtectionSection.page(
      Heading(
        title: words("coverage.title"), lead: words("coverage.lead"),
        back: .init(address: NationalPlanPages.path, label: words("plan.title"))), sections)
  }
}
