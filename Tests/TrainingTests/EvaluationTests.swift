import Basics
import Foundation
import TestSupport
import Testing

@testable import Training

private func near(_ value: Double?, _ expected: Double, _ within: Double = 0.000_05) -> Bool {
  value.map { abs($0 - expected) < within } ?? false
}

@Suite struct PairedResultTests {
  /// Lee et al. 2021: 54.7 before, 84.5 after a week, 50.0 after six months.
  @Test func thePublishedCourse() {
    #expect(near(PairedResult.gain(pre: 0.547, post: 0.845), 0.6578))
    #expect(near(PairedResult.retention(pre: 0.547, post: 0.845, follow: 0.5), -0.1577))
  }

  @Test func pairsOnly() {
    let result = PairedResult(
      pre: ["a": 0.2, "b": 0.4, "c": 0.6, "d": 0], post: ["a": 0.6, "b": 0.6, "c": 0.9, "x": 1])
    #expect(result.matched == 3)
    #expect(result.attrition == 0.25)
    #expect(near(result.preMean, 0.4))
    #expect(near(result.postMean, 0.7))
    #expect(near(result.gain, 0.5))
    // Differences .4, .2, .3: mean .3, sd .1, t = .3/.1·√3.
    #expect(near(result.sdDifference, 0.1))
    #expect(near(result.t, 5.19615))
    #expect(near(result.dZ, 3))
    #expect(near(result.gZ, 3 * (1 - 3.0 / 7)))
    // With two degrees of freedom the distribution is known: p = 1 − t/√(t² + 2).
    #expect(near(result.p, 1 - 5.196152 / (27.0 + 2).squareRoot(), 0.000_001))
    #expect(near(result.ciLow, 0.3 - 4.302653 * 0.1 / 3.0.squareRoot()))
    #expect(result.isTooFewToJudge)
    #expect(result.reasons["retention"] == "not_followed")
  }

  /// Tables of the t distribution.
  @Test(arguments: [(1.0, 12.7062), (5, 2.57058), (10, 2.22814), (29, 2.04523), (100, 1.98397), (1000, 1.96234)])
  func criticalValues(_ df: Double, _ expected: Double) {
    #expect(near(StudentT.critical(0.95, df: df), expected, 0.000_1))
    #expect(near(StudentT.twoSidedP(expected, df: df), 0.05, 0.000_01))
  }

  @Test func whatCannotBeComputedSaysWhy() {
    let none = PairedResult(pre: ["a": 0.5], post: ["b": 0.5])
    #expect(none.gain == nil)
    #expect(none.reasons["gain"] == "no_matched")
    #expect(none.attrition == 1)
    #expect(PairedResult(pre: [String: Double](), post: [:]).reasons["attrition"] == "no_pre")
    let one = PairedResult(pre: ["a": 0.5], post: ["a": 0.75])
    #expect(one.gain == 0.5)
    #expect(one.t == nil)
    #expect(one.reasons["t"] == "one_matched")
    let full = PairedResult(pre: ["a": 1, "b": 1], post: ["a": 1, "b": 0.5])
    #expect(full.gain == nil)
    #expect(full.reasons["gain"] == "full_before")
    #expect(full.t != nil)
    let same = PairedResult(pre: ["a": 0.2, "b": 0.2], post: ["a": 0.4, "b": 0.4], follow: ["a": 0.3])
    #expect(same.t == nil)
    #expect(same.reasons["d_z"] == "no_spread")
    #expect(same.reasons["d_av"] == "no_spread")
    #expect(near(same.retention, 0.5))
    #expect(PairedResult(pre: ["a": 0.2], post: ["a": 0.2], follow: ["a": 1]).reasons["retention"] == "no_change")
  }

  @Test func noNonsenseNumbers() {
    let seed = testSeed("paired")
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let steps = [0.0, 0.2, 0.4, 0.6, 0.8, 1]
      func scores() -> [Int: Double] {
        let people = (0..<Int.random(in: 0...12, using: &random)).map { _ in Int.random(in: 0..<12, using: &random) }
        return people.reduce(into: [:]) { $0[$1] = steps.randomElement(using: &random) }
      }
      let result = PairedResult(pre: scores(), post: scores(), follow: scores())
      let all = [
        result.attrition, result.preMean, result.postMean, result.gain, result.t, result.p, result.dZ, result.dAv,
        result.gZ, result.ciLow, result.ciHigh, result.retention,
      ]
      let isFinite = all.compactMap(\.self).allSatisfy(\.isFinite)
      #expect(isFinite, "seed \(seed)")
      if let p = result.p { #expect((0...1).contains(p), "seed \(seed)") }
      if let low = result.ciLow, let high = result.ciHigh, let mean = result.meanDifference {
        #expect(low <= mean && mean <= high, "seed \(seed)")
      }
    }
  }
}
