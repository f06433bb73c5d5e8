/// Whole-number noise without rounding errors: the samplers of Canonne, Kamath and Steinke ("The Discrete Gaussian for
/// Differential Privacy", 2020, algorithms 1 to 3), on exact fractions.
public enum DiscreteNoise {
  /// True with the chance exp(−numerator/denominator).
  static func bernoulliExp(
    _ numerator: UInt128, _ denominator: UInt128, _ generator: inout some RandomNumberGenerator
  ) -> Bool {
    var rest = numerator
    while rest > denominator {
      if !bernoulliExpUpToOne(1, 1, &generator) { return false }
      rest -= denominator
    }
    return bernoulliExpUpToOne(rest, denominator, &generator)
  }

  private static func bernoulliExpUpToOne(
    _ numerator: UInt128, _ denominator: UInt128, _ generator: inout some RandomNumberGenerator
  ) -> Bool {
    var k: UInt128 = 1
    while below(denominator * k, &generator) < numerator { k += 1 }
    return k % 2 == 1
  }

  /// Evenly from 0 to below the bound.
  private static func below(_ bound: UInt128, _ generator: inout some RandomNumberGenerator) -> UInt128 {
    if bound <= UInt128(UInt64.max) { return UInt128(generator.next(upperBound: UInt64(bound))) }
    return UInt128.random(in: 0..<bound, using: &generator)
  }

  /// Chance of x in proportion to exp(−|x|·rate), the rate a fraction: noise for ε = rate at sensitivity 1.
  public static func laplace(
    _ numerator: Int, over denominator: Int, _ generator: inout some RandomNumberGenerator
  ) -> Int {
    let (s, t) = (UInt128(max(1, numerator)), UInt128(max(1, denominator)))
    while true {
      let u = below(t, &generator)
      guard bernoulliExp(u, t, &generator) else { continue }
      var v: UInt128 = 0
      while bernoulliExp(1, 1, &generator) { v += 1 }
      let magnitude = Int((u + t * v) / s)
      let isNegative = generator.next() & 1 == 1
      if isNegative, magnitude == 0 { continue }
      return isNegative ? -magnitude : magnitude
    }
  }

  /// Chance of x in proportion to exp(−x²/2σ²).
  /// - Parameter variance: σ² as a fraction; at most 2⁵⁰ over 1024.
  public static func gaussian(
    variance: (numerator: Int, denominator: Int), _ generator: inout some RandomNumberGenerator
  ) -> Int {
    let (p, q) = (Int128(variance.numerator), Int128(variance.denominator))
    let t = Int(Double(variance.numerator) / Double(variance.denominator)).squareRootRoundedDown + 1
    let wide = Int128(t)
    while true {
      let y = laplace(1, over: t, &generator)
      // exp(−(|y| − σ²/t)² / 2σ²) with σ² = p/q.
      let distance = Int128(abs(y)) * wide * q - p
      let numerator = UInt128(distance * distance)
      if bernoulliExp(numerator, UInt128(2 * p * q * wide * wide), &generator) { return y }
    }
  }
}

extension Int {
  fileprivate var squareRootRoundedDown: Int {
    var root = Int(Double(self).squareRoot())
    while root * root > self { root -= 1 }
    while (root + 1) * (root + 1) <= self { root += 1 }
    return root
  }
}
