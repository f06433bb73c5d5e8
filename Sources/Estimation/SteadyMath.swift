/// Elementary functions from additions and multiplications alone, so that the same seed gives the same digits on every
/// platform: the mathematical libraries of operating systems differ in the last digit, and a sampler carries that
/// digit on. Relative error about 1e-15.
enum SteadyMath {
  private static let ln2High = 0x1.62e42fee00000p-1
  private static let ln2Low = 0x1.a39ef35793c76p-33

  /// The natural logarithm; minus infinity at 0.
  static func log(_ x: Double) -> Double {
    guard x > 0, x.isFinite else { return x == 0 ? -.infinity : (x > 0 ? x : .nan) }
    var (value, exponent) = (x, 0)
    if value < 0x1p-1000 { (value, exponent) = (value * 0x1p100, -100) }
    let bits = value.bitPattern
    exponent += Int(bits >> 52) - 1023
    var part = Double(bitPattern: (bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000)
    if part > 1.4142135623730951 { (part, exponent) = (part * 0.5, exponent + 1) }
    let f = (part - 1) / (part + 1)
    let s = f * f
    var sum = 1.0 / 23
    sum = sum * s + 1.0 / 21
    sum = sum * s + 1.0 / 19
    sum = sum * s + 1.0 / 17
    sum = sum * s + 1.0 / 15
    sum = sum * s + 1.0 / 13
    sum = sum * s + 1.0 / 11
    sum = sum * s + 1.0 / 9
    sum = sum * s + 1.0 / 7
    sum = sum * s + 1.0 / 5
    sum = sum * s + 1.0 / 3
    let whole = Double(exponent)
    return whole * ln2High + (2 * f + (2 * f * s * sum + whole * ln2Low))
  }

  /// e to the x; 0 and infinity beyond what a double holds.
  static func exp(_ x: Double) -> Double {
    if x > 709.7 { return .infinity }
    if x < -708 { return 0 }
    if x.isNaN { return x }
    let k = (x * 1.4426950408889634).rounded()
    let r = (x - k * ln2High) - k * ln2Low
    var sum = 1.0 / 6_227_020_800
    sum = sum * r + 1.0 / 479_001_600
    sum = sum * r + 1.0 / 39_916_800
    sum = sum * r + 1.0 / 3_628_800
    sum = sum * r + 1.0 / 362_880
    sum = sum * r + 1.0 / 40_320
    sum = sum * r + 1.0 / 5040
    sum = sum * r + 1.0 / 720
    sum = sum * r + 1.0 / 120
    sum = sum * r + 1.0 / 24
    sum = sum * r + 1.0 / 6
    sum = sum * r + 0.5
    sum = sum * r + 1
    sum = sum * r + 1
    return sum * Double(bitPattern: UInt64(Int(k) + 1023) << 52)
  }

  /// The logarithm of the gamma function, for x above 0 (Stirling's series after shifting).
  static func logGamma(_ x: Double) -> Double {
    var (x, product) = (x, 1.0)
    while x < 10 {
      product *= x
      x += 1
    }
    let s = 1 / (x * x)
    var sum = 1.0 / 156
    sum = -691.0 / 360_360 + sum * s
    sum = 1.0 / 1188 + sum * s
    sum = -1.0 / 1680 + sum * s
    sum = 1.0 / 1260 + sum * s
    sum = -1.0 / 360 + sum * s
    sum = 1.0 / 12 + sum * s
    return (x - 0.5) * log(x) - x + 0.9189385332046727 + sum / x - log(product)
  }

  /// The chance that a standard normal variable is below z.
  static func normal(below z: Double) -> Double {
    if z > 0 { return 1 - normal(below: -z) }
    if z < -38 { return 0 }
    let density = 0.3989422804014327 * exp(-z * z / 2)
    if z > -3 {
      var (term, sum, n) = (z, z, 1.0)
      while abs(term) > 1e-17 * abs(sum), n < 400 {
        n += 2
        term *= z * z / n
        sum += term
      }
      return 0.5 + density * sum
    }
    var fraction = 0.0
    for n in stride(from: 120.0, through: 1, by: -1) { fraction = n / (-z + fraction) }
    return density / (-z + fraction)
  }

  /// The value below which a standard normal variable lies with this chance (Newton on the distribution function).
  static func normalQuantile(_ p: Double) -> Double {
    if p <= 0 { return -.infinity }
    if p >= 1 { return .infinity }
    if p > 0.5 { return -normalQuantile(1 - p) }
    // Abramowitz and Stegun 26.2.23 to start from.
    let t = (-2 * log(p)).squareRoot()
    var z =
      -(t - (2.515517 + t * (0.802853 + t * 0.010328))
        / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))))
    for _ in 0..<4 {
      let density = 0.3989422804014327 * exp(-z * z / 2)
      guard density > 0 else { break }
      let error = (normal(below: z) - p) / density
      z -= error / (1 + z * error / 2)
    }
    return z
  }

  /// The smaller of the two tails of a Poisson variable with this mean, the count included.
  static func poissonTail(_ count: Double, mean: Double) -> Double {
    guard mean > 0 else { return count > 0 ? 0 : 1 }
    var term = exp(count * log(mean) - mean - logGamma(count + 1))
    var (sum, k) = (term, count)
    if count < mean {
      while k > 0, term > sum * 1e-18 {
        term *= k / mean
        k -= 1
        sum += term
      }
    } else {
      while term > sum * 1e-18 {
        k += 1
        term *= mean / k
        sum += term
      }
    }
    return min(1, sum)
  }
}
