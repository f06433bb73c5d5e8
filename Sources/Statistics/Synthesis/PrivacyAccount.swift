import Foundation

/// What noise a promise of (ε, δ) needs.
public enum PrivacyAccount {
  /// The chance that a standard normal variable is below x.
  static func normal(below x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  /// Above what value a standard normal variable lies with this chance.
  static func normal(above chance: Double) -> Double {
    var (low, high) = (-40.0, 40.0)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if 0.5 * erfc(middle / 2.0.squareRoot()) > chance { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The δ of Gaussian noise at ε, exactly (Balle and Wang 2018; composed as in Dong, Roth and Su 2019).
  /// - Parameter mu: √(Σ 1/σᵢ²) over all releases at sensitivity 1.
  public static func delta(mu: Double, epsilon: Double) -> Double {
    guard mu > 0 else { return 0 }
    return normal(below: mu / 2 - epsilon / mu) - exp(epsilon) * normal(below: -mu / 2 - epsilon / mu)
  }

  /// The greatest μ that keeps (ε, δ).
  public static func mu(epsilon: Double, delta: Double) -> Double {
    var (low, high) = (0.0, 1000.0)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if self.delta(mu: middle, epsilon: epsilon) <= delta { low = middle } else { high = middle }
    }
    return low
  }

  /// The δ at ε of what is ρ-zero-concentrated (Canonne, Kamath and Steinke 2020, corollary 13): the least over α > 1 of
  /// exp((α − 1)(αρ − ε)) / (α − 1) · (1 − 1/α)^α. It holds for discrete Gaussian noise to the letter.
  public static func delta(rho: Double, epsilon: Double) -> Double {
    func logarithm(_ alpha: Double) -> Double {
      (alpha - 1) * (alpha * rho - epsilon) - log(alpha - 1) + alpha * log1p(-1 / alpha)
    }
    var (low, high) = (1.0 + 1e-9, (epsilon + 1) / (2 * rho) + 2)
    for _ in 0..<300 {
      let (a, b) = (low + (high - low) / 3, high - (high - low) / 3)
      if logarithm(a) < logarithm(b) { high = b } else { low = a }
    }
    return min(1, exp(logarithm((low + high) / 2)))
  }

  /// The greatest ρ that keeps (ε, δ).
  public static func rho(epsilon: Double, delta: Double) -> Double {
    var (low, high) = (0.0, epsilon * epsilon + 10 * epsilon)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if middle > 0, self.delta(rho: middle, epsilon: epsilon) <= delta { low = middle } else { high = middle }
    }
    return low
  }
}
