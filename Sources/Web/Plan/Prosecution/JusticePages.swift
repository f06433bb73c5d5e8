import Basics
import CountryPack
import NationalPlan

/// Investigations, prosecutions and convictions for anybody: `/es/justice`. No small number is in what it is made from.
struct JusticePages: PublicRoom {
  /// So that the page stays light; older years are in the reports that are named.
  static let mostPeriods = 12
  var publicPages: [PublicPage] { [PublicPage(path: "justice", menu: "justice.menu", isAtFoot: true, make: justice)] }

  func publicEntries(_ visit: PublicVisit) async throws -> [PublicEntry] {
    let words = visit.words
    let stages = ProsecutionStage.allCases.map { words("prosecution.stage_about.\($0.rawValue)") }
    return [
      PublicEntry(
        path: "justice", title: words("justice.title"), description: words("justice.lead"),
        text: ([words("justice.lead")] + stages).joined(separator: " "))
    ]
  }

  private func justice(_ visit: PublicVisit) async throws -> PublicAnswer {
    let (published, terms) = try await visit.desks.prosecution.published()
    let screen = ProsecutionScreen(visit.words, visit.dates, terms)
    let groups = Dictionary(grouping: published.lines) { [$0.series.stage.rawValue, $0.offence] }
    var sections: [[String: Any]] = []
    for offence in terms.wholeOffences {
      for stage in ProsecutionStage.allCases {
        guard let lines = groups[[stage.rawValue, offence]] else { continue }
        let series = Set(lines.map(\.series)).sorted()
        sections.append([
          "title": visit.words("justice.section", ["stage": screen.stage(stage), "offence": screen.offence(offence)]),
          "about": visit.words("prosecution.stage_about.\(stage.rawValue)"), "anchor": "\(stage.rawValue)-\(offence)",
          "tables": series.map { one in
            table(lines.filter { $0.series == one }, one, screen, published.threshold).view
          }, "source": screen.sources(lines.flatMap(\.sources)),
        ])
      }
    }
    return .page(
      "public/justice",
      [
        "sections": sections, "hasSections": !sections.isEmpty,
        "threshold": visit.words("justice.threshold", ["number": String(published.threshold)]),
      ] as [String: Any], PublicAbout(title: visit.words("justice.title"), description: visit.words("justice.lead")))
  }

  private func table(
    _ lines: [PublicProsecution.Line], _ series: ProsecutionSeries, _ screen: ProsecutionScreen, _ threshold: Int
  ) -> DataTable {
    let words = screen.words
    let shown = lines.sorted { $1.period < $0.period }.prefix(Self.mostPeriods)
    let codes = screen.terms.offences.map(\.code).filter { code in
      shown.contains { $0.parts.contains { $0.offence == code } }
    }
    func number(_ number: Int?) -> String {
      number.map(screen.number) ?? words("plan.fewer_than", ["number": String(threshold)])
    }
    return DataTable(
      caption: screen.series(series, shown.first?.period),
      columns: [words("prosecution.period"), words("justice.total")]
        + codes.map { code in
          code == shown.first?.offence ? words("justice.not_told_apart") : screen.offence(code)
        },
      rows: shown.map { line in
        guard line.withheld == nil else {
          let reason = words("justice.withheld.\(line.withheld?.rawValue ?? "")")
          return [.text(screen.period(line.period)), .number(reason)] + codes.map { _ in .number("–") }
        }
        return [.text(screen.period(line.period)), .number(number(line.total))]
          + codes.map { code in
            line.parts.first { $0.offence == code }.map { .number(number($0.number)) } ?? .number("–")
          }
      })
  }
}
