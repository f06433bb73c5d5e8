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

  /// `38,3 % de los casos`, `más de 5200 personas`: the printed digits, as the language writes numbers.
  static func value(_ figure: PackFigure, _ words: Words) -> String {
    let key = "statistics.figures.unit." + String(figure.unit.map { $0.isLetter ? $0 : "_" })
    return number(figure, words) + " " + (words.has(key) ? words(key) : figure.unit)
  }

  /// The sources are in English. Where a comma is the decimal sign, “5,200” would be read as five and a bit.
  private static func number(_ figure: PackFigure, _ words: Words) -> String {
    let isCount = FigureUnit(figure.unit) == .count
    guard words.language != .english, let printed = PrintedNumber(figure.value, isCount: isCount) else {
      return figure.value
    }
    let scale = (0..<printed.decimals).reduce(1) { product, _ in product * 10 }
    var text = FactTerms.number(printed.digits / scale)
    if printed.decimals > 0 {
      let rest = String(printed.digits % scale)
      text += words("statistics.decimal") + String(repeating: "0", count: printed.decimals - rest.count) + rest
    }
    guard printed.isLowerBound else { return text }
    // “At least” is no “more than”: what has no words here stays as it was printed.
    guard figure.value.lowercased().hasPrefix("more than") else { return figure.value }
    return words("statistics.figures.more_than", ["number": text])
  }

  static func sentence(_ finding: FigureFinding, _ words: Words) -> String {
    var reason = finding.reason
    let sign = words("statistics.decimal")
    if sign != "." {
      for (key, value) in reason.values where !["id", "source", "other_source"].contains(key) {
        reason.values[key] = value.replacing(", ", with: "; ")
          .replacing(/([0-9])\.([0-9]{1,2})(?![0-9])/) { "\($0.1)\(sign)\($0.2)" }
      }
    }
    return words("statistics.figures.cannot", ["reason": words(reason)])
  }
}
