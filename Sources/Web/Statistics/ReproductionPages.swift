import Accounts
import Basics
import Casework
import CountryPack
import Releases
import Statistics

/// Figures of the registry beside what the ordinary table builder gives for the same cases of this system: printed and
/// counted, to the digit.
struct ReproductionPages: Sendable {
  let desks: Desks

  @Sendable func page(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.readCounts)
    let words = visit.words
    let registry = FigureRegistry(desks.pack, today: visit.dates.today)
    let figures = desks.pack.figures.filter { $0.facts["year"] != nil }
    var tables: [TableChoice: BuiltTable] = [:]
    var lines: [(figure: PackFigure, field: FactField, code: String?)] = []
    for figure in figures {
      // What is not the year names the row; the whole is the total of any table.
      let part = figure.facts.first { $0.key != "year" }.flatMap { name, code in
        FactField(rawValue: name).map { ($0, code) }
      }
      lines.append((figure, part?.0 ?? .form, part?.1))
      let choice = Self.choice(part?.0 ?? .form, figure)
      if tables[choice] == nil { tables[choice] = try await desks.tables.table(actor, choice) }
    }
    let year = figures.first?.facts["year"] ?? ""
    var model: [String: Any] = [
      "heading": Heading(
        title: words("statistics.reproduction.title"), lead: words("statistics.reproduction.lead", ["year": year]),
        back: .init(address: "/statistics/figures", label: words("statistics.figures.title"))
      ).view,
      "internal": words(
        "statistics.reproduction.internal", ["most": String(desks.pack.statistics.threshold - 1)]),
      "isDemonstration": visit.frame.settings.isDemonstration,
    ]
    if tables.isEmpty {
      model["empty"] = words("statistics.reproduction.none", ["year": year])
    } else {
      model["table"] = table(lines, tables, registry, visit).view
      model["links"] = [FactField.form, .province].map { field in
        [
          "address": TablePages.path + "?"
            + TablePages.query(TableChoice(rows: field, filter: [.year: [year]], protection: .inside)),
          "label": words("statistics.reproduction.by_\(field.rawValue)"),
        ]
      }
    }
    return .page("statistics/reproduction", model)
  }

  private static func choice(_ field: FactField, _ figure: PackFigure) -> TableChoice {
    TableChoice(rows: field, filter: [.year: [figure.facts["year"] ?? ""]], protection: .inside)
  }

  private func table(
    _ lines: [(figure: PackFigure, field: FactField, code: String?)], _ tables: [TableChoice: BuiltTable],
    _ registry: FigureRegistry, _ visit: Visit
  ) -> DataTable {
    let (words, terms) = (visit.words, FactTerms(visit))
    return DataTable(
      caption: words("statistics.reproduction.title"),
      columns: ["figure", "printed", "counted", "share", "verdict"].map { words("statistics.reproduction.\($0)") },
      rows: lines.map { figure, field, code in
        let built = tables[Self.choice(field, figure)]
        let count = code.map { built?.count($0) ?? 0 } ?? built?.count(nil) ?? 0
        let share = code.flatMap { built?.share($0) }
        return [
          .link(figure.label[visit.language], address: "/statistics/figures#\(figure.id)"),
          .number(FigureView.value(figure, words)), .number(terms.number(count)),
          .number(code == nil ? "" : terms.share(share)),
          .status(verdict(figure, count: count, share: share, registry, words)),
        ]
      })
  }

  private func verdict(
    _ figure: PackFigure, count: Int, share: Share?, _ registry: FigureRegistry, _ words: Words
  ) -> Status {
    let findings = registry.findings[figure.id] ?? []
    if let finding = findings.first(where: { $0.check == .attainableShare }) {
      let nearest = share.map { share in
        "\(share.count)/\(share.denominator) = " + FactTerms(words.language, words, desks.pack).share(share)
      }
      return Status(
        text: words(
          "statistics.reproduction.cannot", ["beside": nearest ?? finding.reason.values["beside"] ?? ""]),
        tone: .urgent)
    }
    guard let printed = registry.values[figure.id] else {
      return Status(text: words("statistics.reproduction.differs"), tone: .open)
    }
    let agrees: Bool
    switch FigureUnit(figure.unit) {
    case .count: agrees = printed.decimals == 0 && printed.digits == count
    case .share:
      // Shares here have one decimal.
      agrees = printed.decimals == 1 && share?.perMille == printed.digits
    }
    return Status(
      text: words(agrees ? "statistics.reproduction.agrees" : "statistics.reproduction.differs"),
      tone: agrees ? .done : .open)
  }
}
