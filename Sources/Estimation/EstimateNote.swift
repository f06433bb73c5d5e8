import Basics

/// What an estimate says, for people who read paper: one page for a minister, an annex for a statistician.
public struct EstimateNote: Sendable {
  public enum Part: String, Hashable, Sendable, CaseIterable {
    /// The page for a minister.
    case page
    /// The annex for a statistician.
    case annex
  }

  /// What stands on paper, in order.
  public enum Block: Hashable, Sendable {
    case title(String)
    case heading(String)
    case paragraph(String)
    case points([String])
    case table([String], [[String]])
    case picture([Bar], observed: Double)
    case nextPage
  }

  /// One method's interval in the picture.
  public struct Bar: Hashable, Sendable {
    public var name: String
    public var lower: Double
    public var total: Double
    public var upper: Double
  }

  public let language: Language
  public private(set) var blocks: [Block] = []
  private let report: EstimateStudy

  /// - Parameters:
  ///   - language: English, or else Spanish.
  ///   - parts: what is written; one at least.
  public init(_ report: EstimateStudy, language: Language, parts: Set<Part> = Set(Part.allCases)) {
    self.report = report
    self.language = language == .english ? .english : .spanish
    if parts.contains(.page) { writeNote() }
    if parts == Set(Part.allCases) { blocks.append(.nextPage) }
    if parts.contains(.annex) { writeAnnex() }
  }

  func text(_ spanish: String, _ english: String) -> String { language == .spanish ? spanish : english }

  public var title: String { text("Cuántas personas no fueron encontradas", "How many people were never found") }

  private func count(_ number: Double) -> String { GroupedNumber.text(number, language) }

  /// Rounded to two leading digits: a minister's page must not look surer than it is.
  private func about(_ number: Double) -> String {
    guard number.isFinite, number > 0 else { return count(number) }
    var scale = 1.0
    while number / scale >= 100 { scale *= 10 }
    return count((number / scale).rounded() * scale)
  }

  private var lines: [EstimationPanel.Line] {
    report.panel?.lines ?? report.estimate.map { [.init(method: $0.method, estimate: $0, reason: nil)] } ?? []
  }

  /// The intervals of the methods that answered, in their order; the one with linkage errors last.
  public var bars: [Bar] {
    var bars = lines.compactMap { line in
      line.estimate.map { Bar(name: line.method.name(language), lower: $0.lower, total: $0.total, upper: $0.upper) }
    }
    if let corrected = report.corrected {
      bars.append(
        Bar(
          name: text("con errores de enlace", "with linkage errors"), lower: corrected.lower, total: corrected.total,
          upper: corrected.upper))
    }
    return bars
  }

  // MARK: The page

  private mutating func writeNote() {
    let table = report.table
    blocks.append(.title(title))
    blocks.append(
      .paragraph(
        text(
          "\(table.lists.count) instituciones conocieron a \(count(table.observed)) personas distintas. De cuántas veces sus "
            + "listas nombran a la misma persona se estima a cuántas no conoció ninguna.",
          "\(table.lists.count) institutions knew \(count(table.observed)) different people. From how often their lists name "
            + "the same person it is estimated how many none of them knew.")))
    if let panel = report.panel {
      blocks.append(.heading(panel.verdict.words(language)))
    }
    if let low = bars.map(\.lower).min(), let high = bars.map(\.upper).max() {
      blocks.append(
        .paragraph(
          text(
            "Los métodos dan en total entre \(about(low)) y \(about(high)) personas, encontradas o no. Cite siempre los dos "
              + "extremos y las suposiciones; una sola cifra diría más de lo que se sabe.",
            "The methods give between \(about(low)) and \(about(high)) people in all, found or not. Always quote both ends "
              + "and the assumptions; one number would say more than is known.")))
    }
    blocks.append(.picture(bars, observed: table.observed))
    if let panel = report.panel, !panel.reasons.isEmpty {
      blocks.append(.heading(text("Por qué", "Why")))
      blocks.append(.points(panel.reasons.prefix(5).map { sentence($0.words(language)) }))
    }
    blocks.append(.heading(text("Qué se da por supuesto", "What is taken for granted")))
    blocks.append(.points(EstimationAssumptions.sentences(language, linkage: report.corrected != nil)))
  }

  private func sentence(_ text: String) -> String {
    (text.first.map { $0.uppercased() } ?? "") + text.dropFirst() + "."
  }

  // MARK: The annex

  private mutating func writeAnnex() {
    blocks.append(.title(text("Anexo técnico", "Technical annex")))
    let names = report.table.lists.enumerated().map { "\($0 + 1) \($1)" }.joined(separator: ", ")
    blocks.append(.paragraph(text("Listas: ", "Lists: ") + names + "."))
    blocks.append(
      .table(
        [
          text("Método", "Method"), text("Total", "Total"), "95 %", text("Intervalo", "Interval"),
          text("Modelo", "Model"),
        ],
        lines.map { line in
          guard let estimate = line.estimate else {
            return [line.method.name(language), text("no da resultado", "gives no answer"), "", "", ""]
          }
          return [
            line.method.name(language), count(estimate.total), "\(count(estimate.lower)) – \(count(estimate.upper))",
            kind(line.method), estimate.model[language],
          ]
        }))
    if let corrected = report.corrected {
      blocks.append(
        .paragraph(
          text(
            "Con los errores de enlace: \(count(corrected.total)) (\(count(corrected.lower)) – \(count(corrected.upper))), "
              + "\(corrected.model.notation); tal como se enlazó, \(count(corrected.uncorrected)). El intervalo reúne el azar, "
              + "la elección del modelo y las dos tasas de error de la muestra revisada.",
            "With the linkage's errors: \(count(corrected.total)) (\(count(corrected.lower)) – \(count(corrected.upper))), "
              + "\(corrected.model.notation); as linked, \(count(corrected.uncorrected)). The interval pools chance, the "
              + "model's choice and both error rates of the clerical sample.")))
    }
    if let variants = report.panel?.variants, !variants.isEmpty {
      blocks.append(
        .heading(text("Sin una lista, o con dos como una (paso a paso)", "Without a list, or two as one (stepwise)")))
      blocks.append(
        .table(
          [text("Cambio", "Change"), text("Observadas", "Observed"), text("Total", "Total")],
          variants.map { variant in
            [
              variant.isMerge ? variant.name : text("sin ", "without ") + variant.name, count(variant.observed),
              variant.total.map(count) ?? text("no estimable", "not estimable"),
            ]
          }))
    }
    if let groups = report.groups {
      blocks.append(.heading(text("Por grupos", "By groups")))
      blocks.append(
        .table(
          [text("Grupo", "Group"), text("Observadas", "Observed"), text("Total", "Total"), "95 %"],
          groups.groups.map { group in
            [
              group.name, count(group.observed), count(group.estimate.total),
              "\(count(group.estimate.lower)) – \(count(group.estimate.upper))",
            ]
          }))
    }
    let settings = report.question.settings
    blocks.append(
      .paragraph(
        text(
          "Semilla \(settings.seed), \(settings.bootstrap) remuestras; la misma semilla da las mismas cifras. Los modelos sin "
            + "estimador (Fienberg y Rinaldo 2012) no se usan; pares de listas sin casos comunes quedan en menos infinito.",
          "Seed \(settings.seed), \(settings.bootstrap) resamples; the same seed gives the same digits. Models without an "
            + "estimate (Fienberg and Rinaldo 2012) are not used; pairs of lists without common cases stand at minus infinity."
        )))
  }

  private func kind(_ method: EstimationMethod) -> String {
    switch method {
    case .independence: text("Wald, dado el modelo", "Wald, given the model")
    case .stepwise, .bic: text("BCa, con la elección del modelo", "BCa, the model's choice in it")
    case .aicStepwise: text("perfil, dado el modelo", "profile, given the model")
    case .graphs, .latent: text("posterior", "posterior")
    case .panel: ""
    }
  }

  // MARK: Writing

  /// A whole page that loads nothing from elsewhere.
  public var html: String {
    func safe(_ text: String) -> String {
      text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
    var body = ""
    for block in blocks {
      switch block {
      case .title(let text): body += "<h1>\(safe(text))</h1>\n"
      case .heading(let text): body += "<h2>\(safe(text))</h2>\n"
      case .paragraph(let text): body += "<p>\(safe(text))</p>\n"
      case .points(let points): body += "<ul>\(points.map { "<li>\(safe($0))</li>" }.joined())</ul>\n"
      case .table(let head, let rows):
        let top = head.map { "<th scope=\"col\">\(safe($0))</th>" }.joined()
        let lines = rows.map { row in "<tr>\(row.map { "<td>\(safe($0))</td>" }.joined())</tr>" }.joined(
          separator: "\n")
        body +=
          "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>\(top)</tr></thead><tbody>\(lines)</tbody></table></div>\n"
      case .picture(let bars, let observed): body += picture(bars, observed, safe)
      case .nextPage: body += "<hr>\n"
      }
    }
    return """
      <!DOCTYPE html>
      <html lang="\(language.code)"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
      <title>\(safe(title))</title>
      <style>
      body{font:1rem/1.5 "Gentium Plus",Georgia,serif;color:#171c1f;background:#fff;max-width:44rem;margin:2rem auto;padding:0 1rem}
      h1{color:#1d5c63;line-height:1.2} table{border-collapse:collapse;width:100%} td,th{text-align:left;padding:.3rem .6rem .3rem 0;\
      border-bottom:1px solid #cfd8d8;vertical-align:top} svg{width:100%;min-width:34rem;height:auto} .scroll{overflow-x:auto}
      @media print{hr{break-after:page;border:0} body{margin:0}}
      </style></head><body>
      \(body)</body></html>

      """
  }

  /// The picture's scale: from nothing to the far end, capped where one interval would hide the others.
  public static func end(_ bars: [Bar], _ observed: Double) -> Double {
    let totals = bars.map(\.total).max() ?? observed
    return max(observed, min(bars.map(\.upper).filter(\.isFinite).max() ?? totals, 3 * totals)) * 1.02
  }

  private func picture(_ bars: [Bar], _ observed: Double, _ safe: (String) -> String) -> String {
    guard !bars.isEmpty else { return "" }
    let end = Self.end(bars, observed)
    func x(_ number: Double) -> Int { 190 + Int((min(number, end) / end * 420).rounded()) }
    let height = bars.count * 30 + 40
    let label = bars.map { "\($0.name) \(count($0.lower)) – \(count($0.upper))" }.joined(separator: "; ")
    var svg =
      "<svg viewBox=\"0 0 640 \(height)\" role=\"img\" aria-label=\"\(safe(label).replacing("\"", with: "&quot;"))\">\n"
    for (place, bar) in bars.enumerated() {
      let y = 20 + place * 30
      svg += "<text x=\"180\" y=\"\(y + 5)\" text-anchor=\"end\" font-size=\"14\">\(safe(bar.name))</text>"
      svg +=
        "<line x1=\"\(x(bar.lower))\" x2=\"\(x(bar.upper))\" y1=\"\(y)\" y2=\"\(y)\" stroke=\"#1d5c63\" stroke-width=\"6\"/>"
      svg += "<circle cx=\"\(x(bar.total))\" cy=\"\(y)\" r=\"6\" fill=\"#fff\" stroke=\"#171c1f\" stroke-width=\"2\"/>"
      if bar.upper > end { svg += "<text x=\"\(x(end) + 6)\" y=\"\(y + 5)\" font-size=\"14\">→</text>" }
    }
    let foot = height - 16
    svg +=
      "<line x1=\"\(x(observed))\" x2=\"\(x(observed))\" y1=\"6\" y2=\"\(foot - 8)\" stroke=\"#a88238\" stroke-dasharray=\"4 3\"/>"
    svg += "<text x=\"\(x(observed))\" y=\"\(foot + 6)\" font-size=\"13\">\(safe(seen(observed)))</text></svg></div>\n"
    return svg
  }

  public func seen(_ observed: Double) -> String { text("conocidas ", "known ") + count(observed) }
}
