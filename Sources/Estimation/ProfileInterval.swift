/// The multinomial likelihood's own maximum and profile interval for a model, as Rcapture gives it: for each total the
/// model is fitted to the table with the hidden cell filled in.
public struct ProfileInterval: Hashable, Sendable {
  public let estimate: Double
  public let lower: Double
  /// Infinite when the likelihood never falls off.
  public let upper: Double

  /// - Parameter level: for example 0.95.
  public init?(_ model: LogLinearModel, _ table: HistoryTable, level: Double = 0.95) {
    var fitter = PoissonFitter(lists: table.lists.count)
    guard let start = fitter.fit(model, table.counts), start.hidden > 0 else { return nil }
    let observed = table.observed
    var failed = false
    func likelihood(_ hidden: Double) -> Double {
      guard let fit = fitter.fit(model, table.counts, errors: false, fixedHidden: hidden) else {
        failed = true
        return -.infinity
      }
      let total = observed + hidden
      // Of the multinomial with this total, without what does not change.
      var sum = SteadyMath.logGamma(total + 1) - SteadyMath.logGamma(hidden + 1)
      for history in table.counts.indices {
        let count = history == 0 ? hidden : table.counts[history]
        if count > 0 { sum += count * SteadyMath.log(fit.means[history] / total) }
      }
      return sum
    }
    let spread = max(start.standardError, 1e-4)
    let centre = SteadyMath.log(start.hidden)
    let best = Self.maximum(centre - 2 * spread, centre + 2 * spread) { likelihood(SteadyMath.exp($0)) }
    let drop = {
      let z = SteadyMath.normalQuantile(0.5 + level / 2); return z * z / 2
    }()
    let height = likelihood(SteadyMath.exp(best)) - drop
    func crossing(_ direction: Double) -> Double? {
      var (inside, outside) = (best, best + direction * spread)
      for _ in 0..<60 where likelihood(SteadyMath.exp(outside)) > height {
        (inside, outside) = (outside, outside + direction * spread)
      }
      guard likelihood(SteadyMath.exp(outside)) <= height else { return nil }
      for _ in 0..<50 {
        let middle = (inside + outside) / 2
        if likelihood(SteadyMath.exp(middle)) > height { inside = middle } else { outside = middle }
      }
      return SteadyMath.exp(inside)
    }
    estimate = observed + SteadyMath.exp(best)
    lower = observed + (crossing(-1) ?? 0)
    upper = crossing(1).map { observed + $0 } ?? .infinity
    if failed { return nil }
  }

  /// Golden section.
  private static func maximum(_ from: Double, _ to: Double, _ f: (Double) -> Double) -> Double {
    let ratio = 0.6180339887498949
    var (low, high) = (from, to)
    var (a, b) = (high - ratio * (high - low), low + ratio * (high - low))
    var (fa, fb) = (f(a), f(b))
    for _ in 0..<60 {
      if fa > fb {
        (high, b, fb) = (b, a, fa)
        a = high - ratio * (high - low)
        fa = f(a)
      } else {
        (low, a, fa) = (a, b, fb)
        b = low + ratio * (high - low)
        fb = f(b)
      }
    }
    return (low + high) / 2
  }
}
