import Basics

/// All applicable methods side by side, what happens when a list is left out or two are merged, and a plain verdict.
public struct EstimationPanel: Hashable, Sendable {
  public enum Verdict: String, Hashable, Sendable {
    case agree, disagree
    case notEstimable = "not_estimable"
  }

  /// A method's answer or why there is none.
  public struct Line: Hashable, Sendable {
    public var method: EstimationMethod
    public var estimate: Estimate?
    public var reason: LocalizedText?

    public init(method: EstimationMethod, estimate: Estimate? = nil, reason: LocalizedText? = nil) {
      (self.method, self.estimate, self.reason) = (method, estimate, reason)
    }
  }

  /// The stepwise total of a changed set of lists.
  public struct Variant: Hashable, Sendable {
    /// What was done, for example the list left out.
    public var name: String
    public var isMerge: Bool
    public var observed: Double
    /// `nil` when the changed table has no estimate.
    public var total: Double?
  }

  public var observed: Double
  public var lines: [Line]
  public var variants: [Variant]
  public var verdict: Verdict
  public var reasons: [Reason]
  public var warnings: [LocalizedText]

  /// From the lowest to the highest limit of the methods that answered; `nil` where the verdict is that nothing can be
  /// estimated.
  public var range: (lower: Double, upper: Double)? {
    guard verdict != .notEstimable else { return nil }
    return limits
  }

  private var limits: (lower: Double, upper: Double)? {
    let found = lines.compactMap(\.estimate)
    guard let lower = found.map(\.lower).min(), let upper = found.map(\.upper).max() else { return nil }
    return (lower, upper)
  }

  /// Why the verdict is what it is.
  public enum Reason: Hashable, Sendable {
    case noOverlapOfIntervals(EstimationMethod, EstimationMethod)
    case pointsApart(lowest: EstimationMethod, low: Double, highest: EstimationMethod, high: Double)
    case pointsClose(low: Double, high: Double)
    case listDecides(name: String, without: Double, with: Double)
    case mergeDecides(name: String, merged: Double, before: Double)
    case tooFewMethods(Int)
    /// No method that counts on the data alone answers; what the others give comes from their priors.
    case onlyPriors
    case noAnswer(EstimationMethod)
    case wide(lower: Double, upper: Double)
  }

  /// Runs the panel.
  ///
  /// - Parameter methods: which are run; with fewer than three the verdict can't be that they agree.
  ///
  /// Throws `HistoryProblem` when the table allows no estimate at all, `CancellationError`.
  public static func make(
    _ table: HistoryTable, settings: EstimationSettings,
    methods chosen: Set<EstimationMethod> = Set(EstimationMethod.single),
    progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws -> EstimationPanel {
    let methods = EstimationMethod.single.filter(chosen.contains)
    var lines: [Line] = []
    for (index, method) in methods.enumerated() {
      let estimator = try Estimator(table, settings: settings) { part in
        progress((Double(index) + part) / Double(methods.count))
      }
      do { lines.append(Line(method: method, estimate: try await estimator.estimate(method))) } catch let problem
        as HistoryProblem
      { lines.append(Line(method: method, reason: problem.words)) }
      progress(Double(index + 1) / Double(methods.count))
    }
    let variants = try self.variants(table)
    var panel = EstimationPanel(
      observed: table.observed, lines: lines, variants: variants, verdict: .notEstimable, reasons: [],
      warnings: table.findings().warnings)
    panel.judge()
    return panel
  }

  static func variants(_ table: HistoryTable) throws -> [Variant] {
    guard table.lists.count > 2 else { return [] }
    func variant(_ name: String, _ isMerge: Bool, _ changed: HistoryTable) -> Variant {
      var chooser = ModelChooser(.stepwise(p: 0.02), lists: changed.lists.count)
      let total = changed.findings().problem == nil ? chooser.total(changed.counts) : .infinity
      return Variant(name: name, isMerge: isMerge, observed: changed.observed, total: total.isFinite ? total : nil)
    }
    var found: [Variant] = []
    for list in table.lists.indices { found.append(variant(table.lists[list], false, try table.without(list))) }
    for pair in LogLinearModel.pairs(table.lists.count) {
      let both = table.lists.indices.filter { pair.holds($0) }
      found.append(variant(table.names(pair), true, try table.merging(both[0], both[1])))
    }
    return found
  }

  /// Agreement asks for three methods at least, points within a quarter of the lowest, intervals that all share a value, and no
  /// list that alone moves the total by more than a third.
  mutating func judge() {
    reasons = lines.filter { $0.estimate == nil }.map { .noAnswer($0.method) }
    let found = lines.compactMap(\.estimate).filter { $0.total.isFinite }
    guard found.count >= 2 else {
      verdict = .notEstimable
      reasons.append(.tooFewMethods(found.count))
      return
    }
    // Averaged graphs and latent classes always give something: where the likelihood itself has no greatest value, they only
    // repeat what they were told beforehand.
    let counting = lines.filter { ![.graphs, .latent].contains($0.method) }
    if counting.count >= 2, counting.allSatisfy({ $0.estimate == nil }) {
      verdict = .notEstimable
      reasons.append(.onlyPriors)
      return
    }
    guard let low = found.min(by: { $0.total < $1.total }), let high = found.max(by: { $0.total < $1.total }) else {
      return
    }
    var agree = found.count >= 3
    if !agree { reasons.append(.tooFewMethods(found.count)) }
    if high.total > 1.25 * low.total {
      agree = false
      reasons.append(
        .pointsApart(lowest: low.method, low: low.total, highest: high.method, high: high.total))
    } else {
      reasons.append(.pointsClose(low: low.total, high: high.total))
    }
    if let first = found.max(by: { $0.lower < $1.lower }), let second = found.min(by: { $0.upper < $1.upper }),
      first.lower > second.upper
    {
      agree = false
      reasons.append(.noOverlapOfIntervals(second.method, first.method))
    }
    if let whole = found.first(where: { $0.method == .stepwise })?.total {
      for variant in variants {
        // Leaving a list out changes who is counted; merging does not.
        guard let total = variant.total, total > whole * 4 / 3 || total < whole * 3 / 4 else { continue }
        agree = false
        reasons.append(
          variant.isMerge
            ? .mergeDecides(name: variant.name, merged: total, before: whole)
            : .listDecides(name: variant.name, without: total, with: whole))
      }
    }
    if let range = limits, range.upper > 3 * range.lower {
      agree = false
      reasons.append(.wide(lower: range.lower, upper: range.upper))
    }
    verdict = agree ? .agree : .disagree
  }
}

extension EstimationPanel.Reason {
  /// The reason as a sentence.
  public func words(_ language: Language = .english) -> String {
    let isSpanish = language == .spanish
    func n(_ number: Double) -> String { GroupedNumber.text(number, language) }
    func m(_ method: EstimationMethod) -> String { method.name(language) }
    switch self {
    case .noOverlapOfIntervals(let first, let second):
      return isSpanish
        ? "los intervalos de \(m(first)) y de \(m(second)) no se tocan"
        : "the intervals of \(m(first)) and \(m(second)) do not touch"
    case .pointsApart(let lowest, let low, let highest, let high):
      return isSpanish
        ? "\(m(lowest)) da \(n(low)) y \(m(highest)) da \(n(high)): decide el método más que el azar"
        : "\(m(lowest)) gives \(n(low)) and \(m(highest)) gives \(n(high)): the method decides more than chance"
    case .pointsClose(let low, let high):
      return isSpanish ? "los métodos dan de \(n(low)) a \(n(high))" : "the methods give \(n(low)) to \(n(high))"
    case .listDecides(let name, let without, let with):
      return isSpanish
        ? "sin la lista «\(name)» el total pasa de \(n(with)) a \(n(without))"
        : "without the list “\(name)” the total goes from \(n(with)) to \(n(without))"
    case .mergeDecides(let name, let merged, let before):
      return isSpanish
        ? "con las listas «\(name)» contadas como una el total pasa de \(n(before)) a \(n(merged))"
        : "with the lists “\(name)” counted as one the total goes from \(n(before)) to \(n(merged))"
    case .tooFewMethods(let count):
      return isSpanish
        ? "solo \(count) métodos dan un resultado" : "only \(count) methods give an answer"
    case .onlyPriors:
      return isSpanish
        ? "ningún método que se apoya solo en los datos da un resultado; lo que dan los otros sale de sus supuestos previos"
        : "no method that rests on the data alone gives an answer; what the others give comes from their priors"
    case .noAnswer(let method):
      return isSpanish ? "\(m(method)): sin resultado" : "\(m(method)): no answer"
    case .wide(let lower, let upper):
      return isSpanish
        ? "los intervalos van de \(n(lower)) a \(n(upper))" : "the intervals run from \(n(lower)) to \(n(upper))"
    }
  }
}

extension EstimationMethod {
  public func name(_ language: Language) -> String {
    let isSpanish = language == .spanish
    return switch self {
    case .independence: isSpanish ? "independencia" : "independence"
    case .stepwise: isSpanish ? "paso a paso" : "stepwise"
    case .aicStepwise: isSpanish ? "paso a paso por AIC" : "AIC stepwise"
    case .bic: isSpanish ? "menor BIC" : "lowest BIC"
    case .graphs: isSpanish ? "promedio de grafos" : "averaged graphs"
    case .latent: isSpanish ? "clases latentes" : "latent classes"
    case .panel: isSpanish ? "panel" : "panel"
    }
  }
}

extension EstimationPanel.Verdict {
  /// The verdict as a sentence.
  public func words(_ language: Language = .english) -> String {
    let isSpanish = language == .spanish
    return switch self {
    case .agree: isSpanish ? "Los métodos coinciden." : "The methods agree."
    case .disagree:
      isSpanish
        ? "Los métodos no coinciden: no publique una sola cifra."
        : "The methods disagree: do not publish one number."
    case .notEstimable: isSpanish ? "No se puede estimar." : "Not estimable."
    }
  }
}
