import Foundation
import Statistics
import Testing

@Suite struct IntervalTests {
  /// R. G. Newcombe, *Two-sided confidence intervals for the single proportion*, Statistics in Medicine 17 (1998),
  /// 857–872, table I, method 3.
  @Test(arguments: [
    (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718),
  ]) func sharesAreThoseOfThePaper(_ count: Int, _ all: Int, _ low: Double, _ high: Double) throws {
    let interval = try #require(Interval.share(count, of: all))
    #expect(abs(interval.low - low) < 0.00005 && abs(interval.high - high) < 0.00005, "\(interval)")
  }

  /// Garwood's limits at 95 %, as tables of the exact Poisson interval print them.
  @Test(arguments: [
    (0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (20, 12.217, 30.888),
    (100, 81.364, 121.627),
  ]) func countsAreThoseOfTheTables(_ count: Int, _ low: Double, _ high: Double) throws {
    let interval = try #require(Interval.count(count))
    #expect(abs(interval.low - low) < 0.0006 && abs(interval.high - high) < 0.0006, "\(interval)")
  }

  /// The limits are where the tails of the Poisson law hold 2.5 % each: summed here term by term.
  @Test(arguments: [1, 3, 12, 81, 700]) func tailsHoldWhatTheyShould(_ count: Int) throws {
    let interval = try #require(Interval.count(count))
    func below(_ mean: Double, _ most: Int) -> Double {
      // Logarithms, so that large means do not underflow.
      var (logTerm, sum) = (-mean, 0.0)
      for k in 0...most {
        if k > 0 { logTerm += log(mean / Double(k)) }
        sum += exp(logTerm)
      }
      return sum
    }
    #expect(abs(below(interval.high, count) - 0.025) < 1e-6)
    #expect(abs(1 - below(interval.low, count - 1) - 0.025) < 1e-6)
  }

  @Test func whatHasNoIntervalSaysSo() {
    #expect(Interval.share(1, of: 0) == nil && Interval.share(5, of: 4) == nil && Interval.count(-1) == nil)
    #expect(Interval.share(20, of: 20)?.high == 1)
    #expect(Rate(count: 3, population: 0) == nil)
  }

  @Test func aRateIsPerHundredThousand() throws {
    let rate = try #require(Rate(count: 20, population: 3_089_473))
    #expect(abs(rate.value - 0.64736) < 0.00001)
    let interval = try #require(rate.interval)
    #expect(abs(interval.low - 12.2165 * 100_000 / 3_089_473) < 0.0001)
    #expect(interval.low < rate.value && rate.value < interval.high)
  }
}
