import Basics

/// Draws from the distributions that resampling and Gibbs sampling need, the same on every platform.
struct RandomDraws {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// A stream of its own for part `index` of a work that is shared out, so that the number of cores changes nothing.
  init(seed: UInt64, part index: Int) {
    var mixer = SeededGenerator(seed: seed ^ 0x5DEE_CE66_D1A4_B087)
    let first = mixer.next()
    generator = SeededGenerator(seed: first &+ UInt64(index) &* 0xD134_2543_DE82_EF95)
    _ = generator.next()
  }

  /// Above 0 and below 1.
  mutating func uniform() -> Double { (Double(generator.next() >> 11) + 0.5) * 0x1p-53 }

  mutating func normal() -> Double {
    while true {
      let (u, v) = (2 * uniform() - 1, 2 * uniform() - 1)
      let s = u * u + v * v
      if s < 1, s > 0 { return u * (-2 * SteadyMath.log(s) / s).squareRoot() }
    }
  }

  /// Gamma with this shape and scale 1 (Marsaglia and Tsang 2000).
  mutating func gamma(_ shape: Double) -> Double {
    if shape < 1 { return SteadyMath.exp(logGammaDraw(shape)) }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      let u = uniform()
      if u < 1 - 0.0331 * x * x * x * x { return d * v }
      if SteadyMath.log(u) < 0.5 * x * x + d * (1 - v + SteadyMath.log(v)) { return d * v }
    }
  }

  private mutating func logGammaDraw(_ shape: Double) -> Double {
    SteadyMath.log(gamma(shape + 1)) + SteadyMath.log(uniform()) / shape
  }

  mutating func beta(_ a: Double, _ b: Double) -> Double {
    let (x, y) = (gamma(a), gamma(b))
    return x + y > 0 ? x / (x + y) : 0.5
  }

  /// Binomial: inversion where few are expected, else transformed rejection (Hörmann 1993, BTRS).
  mutating func binomial(_ n: Int, _ p: Double) -> Int {
    if n <= 0 || p <= 0 { return 0 }
    if p >= 1 { return n }
    if p > 0.5 { return n - binomial(n, 1 - p) }
    let (count, q) = (Double(n), 1 - p)
    if count * p < 10 {
      // q is at least one half and n p below 10, so that q to the n is at least about 1e-6.
      var (term, u, k) = (SteadyMath.exp(count * SteadyMath.log(q)), uniform(), 0)
      let ratio = p / q
      while u > term, k < n {
        u -= term
        k += 1
        term *= ratio * (count - Double(k) + 1) / Double(k)
      }
      return k
    }
    let spread = (count * p * q).squareRoot()
    let b = 1.15 + 2.53 * spread
    let a = -0.0873 + 0.0248 * b + 0.01 * p
    let (centre, alpha) = (count * p + 0.5, (2.83 + 5.1 / b) * spread)
    let (border, mode) = (0.92 - 4.2 / b, ((count + 1) * p).rounded(.down))
    let logOdds = SteadyMath.log(p / q)
    let top = SteadyMath.logGamma(mode + 1) + SteadyMath.logGamma(count - mode + 1)
    while true {
      let (u, v) = (uniform() - 0.5, uniform())
      let us = 0.5 - abs(u)
      let k = ((2 * a / us + b) * u + centre).rounded(.down)
      guard k >= 0, k <= count else { continue }
      if us >= 0.07, v <= border { return Int(k) }
      let height = SteadyMath.log(v * alpha / (a / (us * us) + b))
      let ratio =
        top - SteadyMath.logGamma(k + 1) - SteadyMath.logGamma(count - k + 1) + (k - mode) * logOdds
      if height <= ratio { return Int(k) }
    }
  }

  /// Poisson: multiplication where few are expected, else transformed rejection (Hörmann 1993, PTRS).
  mutating func poisson(_ mean: Double) -> Int {
    guard mean > 0 else { return 0 }
    if mean < 10 {
      let limit = SteadyMath.exp(-mean)
      var (product, k) = (uniform(), 0)
      while product > limit {
        product *= uniform()
        k += 1
      }
      return k
    }
    let b = 0.931 + 2.53 * mean.squareRoot()
    let a = -0.059 + 0.02483 * b
    let inverse = 1.1239 + 1.1328 / (b - 3.4)
    let (border, logMean) = (0.9277 - 3.6224 / (b - 2), SteadyMath.log(mean))
    while true {
      let (u, v) = (uniform() - 0.5, uniform())
      let us = 0.5 - abs(u)
      let k = ((2 * a / us + b) * u + mean + 0.43).rounded(.down)
      if us >= 0.07, v <= border { return Int(k) }
      guard k >= 0, us >= 0.013 || v <= us else { continue }
      if SteadyMath.log(v * inverse / (a / (us * us) + b)) <= k * logMean - mean - SteadyMath.logGamma(k + 1) {
        return Int(k)
      }
    }
  }

  /// How often each place is drawn in `total` draws with these weights.
  mutating func multinomial(_ total: Int, weights: [Double]) -> [Double] {
    var (left, rest) = (total, weights.reduce(0, +))
    return weights.map { weight in
      guard left > 0, weight > 0 else { return 0 }
      let drawn = weight >= rest ? left : binomial(left, weight / rest)
      left -= drawn
      rest -= weight
      return Double(drawn)
    }
  }
}
