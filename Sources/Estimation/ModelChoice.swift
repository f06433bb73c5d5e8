/// How a model is chosen from the table itself; the same rule is run again on every resample.
public enum ModelChoice: Hashable, Sendable {
  case independence
  /// Pairs are added while the overlap is larger or smaller than the model expects (Chan, Silverman and Vincent 2021).
  case stepwise(p: Double)
  /// The best AIC while it falls and the new term's p-value stays small (Bales, Hesketh and Silverman 2015).
  case aicStepwise(p: Double)
  /// The lowest BIC of these models (Silverman, Chan and Vincent 2024).
  case lowestBIC([LogLinearModel])
}

/// Chooses and fits; holds the memory of both.
struct ModelChooser {
  let choice: ModelChoice
  private var fitter: PoissonFitter
  private var cache = ExistenceCache()
  private let pairs: [Int]

  init(_ choice: ModelChoice, lists: Int) {
    self.choice = choice
    fitter = PoissonFitter(lists: lists)
    pairs = LogLinearModel.pairs(lists)
  }

  /// The chosen model's fit with errors; `nil` when not even independence has an estimate.
  mutating func fit(_ counts: [Double]) -> PoissonFit? {
    guard let model = choose(counts) else { return nil }
    return fitter.fit(model, counts)
  }

  /// The chosen model's total, infinite when there is no estimate.
  mutating func total(_ counts: [Double]) -> Double {
    guard let model = choose(counts), let hidden = fitter.hidden(model, counts) else { return .infinity }
    return counts.reduce(0, +) + hidden
  }

  mutating func choose(_ counts: [Double]) -> LogLinearModel? {
    let start = LogLinearModel.independence(lists: fitter.lists)
    let support = support(counts)
    guard cache.isSound(start, counts: counts, support: support) else { return nil }
    switch choice {
    case .independence: return start
    case .stepwise(let limit): return stepwise(start, counts, support, limit)
    case .aicStepwise(let limit): return aicStepwise(start, counts, support, limit)
    case .lowestBIC(let models): return lowestBIC(models, counts, support).first?.model
    }
  }

  private mutating func stepwise(
    _ start: LogLinearModel, _ counts: [Double], _ support: UInt64, _ limit: Double
  ) -> LogLinearModel? {
    var (model, overlaps) = (start, counts)
    PoissonFitter.supersetSums(&overlaps, fitter.lists)
    while true {
      guard fitter.hidden(model, counts) != nil else { return nil }
      var expected = fitter.means
      expected[0] = 0
      PoissonFitter.supersetSums(&expected, fitter.lists)
      let candidates = pairs.filter { !model.contains($0) }.map { pair in
        (pair, SteadyMath.poissonTail(overlaps[pair], mean: expected[pair]))
      }.filter { $0.1 < limit }
      // Stable: of equal chances the first pair in the order 12, 13, …
      let sorted = candidates.enumerated().sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }
      guard
        let next = sorted.first(where: {
          cache.isSound(model.adding($0.element.0), counts: counts, support: support)
        })
      else { return model }
      model = model.adding(next.element.0)
    }
  }

  private mutating func aicStepwise(
    _ start: LogLinearModel, _ counts: [Double], _ support: UInt64, _ limit: Double
  ) -> LogLinearModel? {
    guard var current = fitter.fit(start, counts, errors: false) else { return nil }
    while true {
      var best: PoissonFit?
      for pair in pairs where !current.model.contains(pair) {
        let model = current.model.adding(pair)
        guard cache.isSound(model, counts: counts, support: support), let fit = fitter.fit(model, counts),
          fit.aic < best?.aic ?? current.aic
        else { continue }
        best = fit
      }
      guard let fit = best, let pair = pairs.first(where: { fit.model.contains($0) && !current.model.contains($0) }),
        !fit.atMinusInfinity.contains(pair)
      else { return current.model }
      let z = abs(fit.estimates[pair] / fit.errors[pair])
      guard 2 * SteadyMath.normal(below: -z) <= limit else { return current.model }
      current = fit
    }
  }

  /// The sound models with their BIC, best first.
  mutating func lowestBIC(
    _ models: [LogLinearModel], _ counts: [Double], _ support: UInt64
  ) -> [(model: LogLinearModel, bic: Double, total: Double)] {
    var found: [(model: LogLinearModel, bic: Double, total: Double)] = []
    for model in models where cache.isSound(model, counts: counts, support: support) {
      guard let fit = fitter.fit(model, counts, errors: false) else { continue }
      found.append((model, fit.bic, fit.total))
    }
    // Of equal BIC (models that differ in terms at minus infinity only differ in it) the smaller, then the first.
    return found.enumerated().sorted {
      ($0.element.bic, $0.element.model.parameters, $0.offset) < (
        $1.element.bic, $1.element.model.parameters, $1.offset
      )
    }.map(\.element)
  }
}
