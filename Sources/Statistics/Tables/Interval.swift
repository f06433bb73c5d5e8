import Foundation

/// Between which values a share or a rate lies, if what was counted is taken for what chance gave.
///
/// A count of cases that agencies know of is no sample. The interval says how far such a number would sway by chance
/// alone; it says nothing of cases nobody knows of. It is made of numbers that are shown, so it gives nothing away that
/// they don't.
public struct Interval: Hashable, Sendable {
  public var low: Double
  public var high: Double

  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// Of a share, by Wilson's score method without correction (E. B. Wilson, *Probable inference, the law of succession,
  /// and statistical inference*, JASA 22, 1927, 209–212; recommended by Newcombe, Statistics in Medicine 17, 1998).
  ///
  ///     Interval.share(81, of: 263)  // 0.2553 to 0.3662
  ///
  /// - Parameters:
  ///   - count: from 0 to `all`.
  ///   - confidence: between 0 and 1.
  /// - Returns: `nil` when there is nothing to be a share of, or the count is no part of it.
  public static func share(_ count: Int, of all: Int, confidence: Double = 0.95) -> Interval? {
    guard all > 0, (0...all).contains(count), confidence > 0, confidence < 1 else { return nil }
    let z = normalQuantile(0.5 + confidence / 2)
    let (n, x) = (Double(all), Double(count))
    let middle = (x + z * z / 2) / (n + z * z)
    let half = z / (n + z * z) * (x * (n - x) / n + z * z / 4).squareRoot()
    return Interval(low: count == 0 ? 0 : max(0, middle - half), high: count == all ? 1 : min(1, middle + half))
  }

  /// Of the mean of which a count is one draw, by the exact Poisson method (F. Garwood, *Fiducial limits for the Poisson
  /// distribution*, Biometrika 28, 1936, 437–442).
  ///
  ///     Interval.count(10)  // 4.795 to 18.390
  ///
  /// - Returns: `nil` for a negative count.
  public static func count(_ count: Int, confidence: Double = 0.95) -> Interval? {
    guard count >= 0, confidence > 0, confidence < 1 else { return nil }
    let tail = (1 - confidence) / 2
    // Half of the quantiles of chi-squared with twice as many degrees of freedom are those of the gamma law.
    return Interval(
      low: count == 0 ? 0 : gammaQuantile(tail, shape: Double(count)),
      high: gammaQuantile(1 - tail, shape: Double(count) + 1))
  }

  /// The point below which a standard normal value lies with a probability.
  static func normalQuantile(_ probability: Double) -> Double {
    bisect(from: -40, to: 40) { 0.5 * erfc(-$0 / 2.0.squareRoot()) < probability }
  }

  /// By Newton's steps from the approximation of Wilson and Hilferty (1931), kept between what is known to lie below
  /// and above.
  static func gammaQuantile(_ probability: Double, shape: Double) -> Double {
    let z = normalQuantile(probability)
    var (low, high) = (0.0, shape + 40 * shape.squareRoot() + 100)
    var x = shape * pow(max(0.01, 1 - 1 / (9 * shape) + z / (3 * shape.squareRoot())), 3)
    for _ in 0..<200 {
      let below = lowerGamma(shape, x)
      if below < probability { low = x } else { high = x }
      let slope = exp((shape - 1) * log(x) - x - lgamma(shape))
      let next = x - (below - probability) / slope
      let step = next > low && next < high ? next : (low + high) / 2
      let isDone = abs(step - x) <= 1e-12 * x
      x = step
      if isDone { break }
    }
    return x
  }

  private static func bisect(from low: Double, to high: Double, _ isBelow: (Double) -> Bool) -> Double {
    var (low, high) = (low, high)
    // Each step halves; below the last digit nothing changes any more.
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if middle == low || middle == high { break }
      if isBelow(middle) { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The regularised lower incomplete gamma function: by its series below the mean, by the continued fraction above it
  /// (Abramowitz and Stegun 6.5.29 and 6.5.31).
  static func lowerGamma(_ shape: Double, _ x: Double) -> Double {
    guard x > 0 else { return 0 }
    let scale = exp(shape * log(x) - x - lgamma(shape))
    if x < shape + 1 {
      var (sum, term, n) = (1 / shape, 1 / shape, shape)
      for _ in 0..<100_000 {
        n += 1
        term *= x / n
        sum += term
        if term < sum * 1e-16 { break }
      }
      return min(1, sum * scale)
    }
    // Lentz's way of the continued fraction.
    var b = x + 1 - shape
    var (c, d) = (1e300, 1 / b)
    var h = d
    for i in 1..<100_000 {
      let a = -Double(i) * (Double(i) - shape)
      b += 2
      d = 1 / (abs(a * d + b) < 1e-300 ? 1e-300 : a * d + b)
      c = abs(b + a / c) < 1e-300 ? 1e-300 : b + a / c
      h *= d * c
      if abs(d * c - 1) < 1e-15 { break }
    }
    return max(0, 1 - scale * h)
  }
}

/// A rate with what it is a rate of.
public struct Rate: Hashable, Sendable {
  public static let base = 100_000
  public var count: Int
  /// People among whom it was counted; above 0.
  public var population: Int

  public init?(count: Int, population: Int) {
    guard count >= 0, population > 0 else { return nil }
    self.count = count
    self.population = population
  }

  /// Per 100,000.
  public var value: Double { per(Double(count)) }

  /// Per 100,000, by the exact Poisson method.
  public var interval: Interval? {
    Interval.count(count).map { Interval(low: per($0.low), high: per($0.high)) }
  }

  private func per(_ count: Double) -> Double { count * Double(Self.base) / Double(population) }
}
