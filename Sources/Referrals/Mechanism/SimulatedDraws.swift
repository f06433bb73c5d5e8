import Basics
import CountryPack

/// The chances of one case at one of its steps. Whole numbers only, so that every machine draws the same; each case and
/// step has chances of its own, so that a change elsewhere (one more place, one more person) leaves them as they were.
struct SimulatedDraws {
  enum Purpose: UInt64 {
    case arrival = 1
    case work = 2
    case way = 3
    case stay = 4
  }

  private var generator: SeededGenerator

  init(seed: UInt64, case number: Int, visit: Int, _ purpose: Purpose) {
    // Neighbouring numbers must not give neighbouring sequences: they are mixed twice.
    var mixed = SeededGenerator(seed: seed)
    var second = SeededGenerator(seed: mixed.next() ^ (UInt64(number) << 24 | UInt64(visit) << 8 | purpose.rawValue))
    generator = SeededGenerator(seed: second.next())
  }

  /// A whole number below `bound`, each as likely as the other.
  mutating func below(_ bound: UInt64) -> UInt64 { generator.next().multipliedFullWidth(by: bound).high }

  /// An exponential time of mean 1, in units of 2⁻³².
  mutating func exponential() -> UInt64 { Self.negatedLogarithm(generator.next() | 1) }

  /// A time of this mean and spread, in the unit of the mean.
  mutating func time(mean: Int64, _ spread: Mechanism.Duration.Spread) -> Int64 {
    switch spread {
    case .none: return mean
    case .wide: return Self.scaled(mean, exponential())
    case .moderate:
      // Erlang's distribution of four phases.
      let sum = exponential() + exponential() + exponential() + exponential()
      return Self.scaled(mean, sum / 4)
    }
  }

  static func scaled(_ mean: Int64, _ factor: UInt64) -> Int64 {
    let product = UInt64(max(0, mean)).multipliedFullWidth(by: factor)
    return Int64(product.high << 32 | product.low >> 32)
  }

  /// −ln(x / 2⁶⁴) in units of 2⁻³², for x above 0. The binary logarithm digit by digit, by squaring (Knuth, The Art of
  /// Computer Programming 1, 1.2.2, exercise 25 names the method).
  static func negatedLogarithm(_ x: UInt64) -> UInt64 {
    let zeros = x.leadingZeroBitCount
    var mantissa = x << UInt64(zeros)
    var fraction: UInt64 = 0
    for _ in 0..<32 {
      let square = mantissa.multipliedFullWidth(by: mantissa)
      fraction <<= 1
      if square.high >> 63 == 1 {
        fraction |= 1
        mantissa = square.high
      } else {
        mantissa = square.high << 1 | square.low >> 63
      }
    }
    let binary = (UInt64(1 + zeros) << 32) - fraction
    // ln 2 in units of 2⁻³².
    let product = binary.multipliedFullWidth(by: 2_977_044_472)
    return product.high << 32 | product.low >> 32
  }
}
