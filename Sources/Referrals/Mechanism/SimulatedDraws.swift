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
      // Erlang's distribution of four phases: the sum of four logarithms is the logarithm of the product.
      var product = Product(generator.next() | 1)
      for _ in 0..<3 { product.multiply(by: generator.next() | 1) }
      return Self.scaled(mean, product.negatedLogarithm / 4)
    }
  }

  static func scaled(_ mean: Int64, _ factor: UInt64) -> Int64 {
    let product = UInt64(max(0, mean)).multipliedFullWidth(by: factor)
    return Int64(product.high << 32 | product.low >> 32)
  }

  /// −ln(x / 2⁶⁴) in units of 2⁻³², for x above 0.
  static func negatedLogarithm(_ x: UInt64) -> UInt64 { Product(x).negatedLogarithm }

  /// A product of numbers x / 2⁶⁴, each above 0.
  struct Product {
    /// From 2⁶³ on: a number from 1 to 2.
    private var mantissa: UInt64
    /// How often it is halved.
    private var halvings: UInt64

    init(_ x: UInt64) {
      let zeros = UInt64(x.leadingZeroBitCount)
      mantissa = x << zeros
      halvings = zeros + 1
    }

    mutating func multiply(by x: UInt64) {
      let other = Product(x)
      let product = mantissa.multipliedFullWidth(by: other.mantissa)
      halvings += other.halvings
      if product.high >> 63 == 1 {
        mantissa = product.high
        halvings -= 1
      } else {
        mantissa = product.high << 1 | product.low >> 63
      }
    }

    /// In units of 2⁻³². The binary logarithm digit by digit, by squaring (Knuth, The Art of Computer Programming 1,
    /// section 1.2.2, has the method in its exercises).
    var negatedLogarithm: UInt64 {
      var (power, fraction) = (mantissa, UInt64(0))
      for _ in 0..<32 {
        let square = power.multipliedFullWidth(by: power)
        fraction <<= 1
        if square.high >> 63 == 1 {
          fraction |= 1
          power = square.high
        } else {
          power = square.high << 1 | square.low >> 63
        }
      }
      let binary = (halvings << 32) - fraction
      // ln 2 in units of 2⁻³².
      let product = binary.multipliedFullWidth(by: 2_977_044_472)
      return product.high << 32 | product.low >> 32
    }
  }
}
