import Foundation

/// Student's t distribution, through the regularised incomplete beta function.
enum StudentT {
  /// The chance that |T| is at least |t|.
  static func twoSidedP(_ t: Double, df: Double) -> Double {
    t.isInfinite ? 0 : incompleteBeta(df / (df + t * t), df / 2, 0.5)
  }

  /// The t that |T| stays below with the given chance, for example 0.95.
  static func critical(_ coverage: Double, df: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    while twoSidedP(high, df: df) > 1 - coverage { high *= 2 }
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if twoSidedP(middle, df: df) > 1 - coverage { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// I_x(a, b) by its continued fraction, evaluated after Lentz.
  static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    // The fraction converges fast on this side only.
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let scale: Double = lgamma(a + b) - lgamma(a) - lgamma(b)
    let front: Double = exp(scale + a * log(x) + b * log(1 - x)) / a
    let tiny = 1e-300
    var (c, d) = (1.0, 1 / away(1 - (a + b) * x / (a + 1), tiny))
    var fraction = d
    for step in 1...500 {
      let m = Double(step)
      let even: Double = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      let odd: Double = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      for term in [even, odd] {
        d = 1 / away(1 + term * d, tiny)
        c = away(1 + term / c, tiny)
        fraction *= c * d
      }
      if abs(c * d - 1) < 1e-15 { break }
    }
    return front * fraction
  }

  private static func away(_ value: Double, _ tiny: Double) -> Double { abs(value) < tiny ? tiny : value }
}
