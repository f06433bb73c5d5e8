import Accounts
import Basics
import CountryPack
import Statistics

/// The registry of figures published elsewhere: each as printed, with all that is needed to judge it and what can't be so
/// about it; and the code book of facts.
struct FigurePages: RoomPages {
  let desks: Desks

  func add(to routes: Routes) {
    routes.get("/statistics/figures", figures)
    routes.get("/statistics/facts", book)
    routes.get("/statistics/reproduction", ReproductionPages(desks: desks).page)
  }

  private func figures(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let registry = FigureRegistry(desks.pack, today: visit.dates.today)
    let words = visit.words
    return .page(
      "statistics/figures",
      [
        "heading": Heading(
          title: words("statistics.figures.title"),
          lead: words(
            "statistics.figures.lead",
            ["count": String(desks.pack.figures.count), "found": String(registry.found.count)])
        ).view, "tabs": StatisticsTabs.view(visit, actor, current: "/statistics/figures"),
        "reproduction": actor.may(.readCounts) ? "/statistics/reproduction" : String?.none as Any,
        "figures": desks.pack.figures.map { FigureView.view($0, registry, visit.words, visit.dates) },
      ] as [String: Any])
  }

  // MARK: The code book

  private func book(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let words = visit.words
    let terms = FactTerms(visit.language, words, desks.pack)
    return .page(
      "statistics/facts",
      [
        "heading": Heading(title: words("statistics.book.title"), lead: words("statistics.book.lead")).view,
        "tabs": StatisticsTabs.view(visit, actor, current: "/statistics/facts"),
        "dictionary": terms.dictionary(terms.allCodes).view,
      ] as [String: Any])
  }
}

/// The pack's figures with what the checks find about them.
struct FigureRegistry {
  let findings: [String: [FigureFinding]]
  let values: [String: PrintedNumber]

  /// - Parameter today: nothing can be dated later.
  init(_ pack: CountryPack, today: CalendarDay) {
    let figures = pack.figures.compactMap(Figure.init)
    values = Dictionary(figures.map { ($0.id, $0.value) }) { first, _ in first }
    findings = Dictionary(grouping: FigureChecks.findings(figures, today: today), by: \.id)
  }

  var found: [FigureFinding] { findings.values.flatMap { $0 } }

  /// The smallest count that gives a share as printed.
  func count(_ figure: PackFigure) -> Int? {
    guard let n = figure.n, let value = values[figure.id], case .share(let per) = FigureUnit(figure.unit) else {
      return nil
    }
    return AttainableShare.count(giving: value, of: n, per: per)
  }
}

extension Figure {
  /// A figure of the pack as the checks read it; `nil` when its value is no number.
  init?(_ pack: PackFigure) {
    guard let value = PrintedNumber(pack.value, isCount: FigureUnit(pack.unit) == .count) else { return nil }
    self.init(id: pack.id, value: value, unit: pack.unit, n: pack.n)
    population = pack.population
    place = pack.place
    period = pack.period
    kind = pack.kind.rawValue
    source = pack.source
    sourceDate = pack.sourceDate
    olderThan = pack.olderThan
    readOn = pack.readOn?.description ?? ""
    list = pack.list
    isExhaustive = pack.isExhaustive
    partOf = pack.partOf
  }
}

/// One figure of the registry on a page.
enum FigureView {
  static func view(
    _ figure: PackFigure, _ registry: FigureRegistry, _ words: Words, _ dates: Dates
  ) -> [String: Any] {
    let language = words.language
    var view: [String: Any] = [
      "id": figure.id, "label": figure.label[language], "value": value(figure, words),
      "facts": Definitions([
        (words("statistics.figures.population"), figure.populationName[language]),
        (words("statistics.figures.n"), figure.n.map(String.init) ?? ""),
        (words("statistics.figures.place"), figure.place), (words("statistics.figures.period"), figure.period),
        (words("statistics.figures.kind"), words("statistics.figures.kind_\(figure.kind.rawValue)")),
        (words("statistics.figures.source"), figure.sourceName[language]),
        (words("statistics.figures.source_date"), figure.sourceDate),
        (words("statistics.figures.read_on"), figure.readOn.map { dates.day($0) } ?? ""),
        (words("statistics.figures.confidence"), words("statistics.figures.confidence_\(figure.confidence.rawValue)")),
      ]).view, "quotation": figure.quotation,
      "findings": (registry.findings[figure.id] ?? []).map { sentence($0, words) },
    ]
    view["note"] = figure.note?[language]
    return view
  }

  /// `38.3 % de los casos`; the number exactly as it was printed.
  static func value(_ figure: PackFigure, _ words: Words) -> String {
    let key = "statistics.figures.unit." + String(figure.unit.map { $0.isLetter ? $0 : "_" })
    return figure.value + " " + (words.has(key) ? words(key) : figure.unit)
  }

  static func sentence(_ finding: FigureFinding, _ words: Words) -> String {
    words("statistics.figures.cannot", ["reason": words(finding.reason)])
  }
}
