import Basics
import Foundation
import Statistics
import Testing

func inventedFacts(_ seed: UInt64, rows: Int, sizes: [Int] = [3, 2, 4, 5, 2, 3]) -> CodedFacts {
  var generator = SeededGenerator(seed: seed)
  let cells = sizes.map { size in
    (0..<rows).map { _ in
      // Skewed, with blanks.
      let draw = Int.random(in: 0..<(size * 2), using: &generator)
      return UInt16(draw > size ? draw % 2 : draw)
    }
  }
  return CodedFacts(
    names: sizes.indices.map { "c\($0)" }, codes: sizes.map { size in (1...size).map { "v\($0)" } }, cells: cells)
}

/// All combinations with their counts, one row after another.
func bruteForce(_ facts: CodedFacts, longest: Int) -> [[Int]: Int] {
  var counts: [[Int]: Int] = [:]
  for row in 0..<facts.rowCount {
    var sets: [[Int]] = [[]]
    var attribute = 0
    for column in facts.names.indices {
      let code = Int(facts.cells[column][row])
      if code > 0 { sets += sets.filter { $0.count < longest }.map { $0 + [attribute + code - 1] } }
      attribute += facts.codes[column].count
    }
    for set in sets where !set.isEmpty { counts[set, default: 0] += 1 }
  }
  return counts
}

@Suite struct Combinations {
  @Test(arguments: seeds.prefix(6)) func agreeWithCountingRowByRow(_ seed: UInt64) throws {
    let facts = inventedFacts(seed, rows: 400)
    for longest in 1...4 {
      let expected = bruteForce(facts, longest: longest)
      let counts = try CombinationCounts(facts, longest: longest)
      #expect(counts.sizes.reduce(0, +) == expected.count)
      for (combination, count) in expected { #expect(counts.count(combination) == count) }
      let frequent = try CombinationCounts(facts, longest: longest, least: 10)
      #expect(frequent.sizes.reduce(0, +) == expected.count { $0.value >= 10 })
    }
  }

  @Test func workWithMoreCodesThanTablesHold() throws {
    let facts = inventedFacts(3, rows: 2000, sizes: [500, 400, 3, 300])
    let expected = bruteForce(facts, longest: 4)
    let counts = try CombinationCounts(facts, longest: 4)
    #expect(counts.sizes.reduce(0, +) == expected.count)
    for (combination, count) in expected.prefix(5000) { #expect(counts.count(combination) == count) }
  }
}

@Suite struct SyntheticRecords {
  @Test(arguments: seeds.prefix(8)) func wholeRecordsHoldKAtEveryLength(_ seed: UInt64) throws {
    let facts = inventedFacts(seed, rows: 600)
    let k = 7
    let result = try Synthesis.make(facts, .wholeRecords(k: k), length: 3, seed: seed)
    // The rows as they were written, against the real rows, for all lengths there are.
    let real = bruteForce(facts, longest: facts.names.count)
    for combination in bruteForce(result.records, longest: facts.names.count).keys {
      #expect(real[combination, default: 0] >= k, "seed \(seed): \(combination)")
    }
    #expect(abs(Double(result.records.rowCount) / 600 - 1) <= 0.1)
    #expect(result.report.lengths.allSatisfy { $0.leaked == 0 && $0.fabricated == 0 })
  }

  @Test(arguments: seeds.prefix(8)) func aggregatesHoldKUpToTheReportingLength(_ seed: UInt64) throws {
    let facts = inventedFacts(seed, rows: 600)
    for length in 1...4 {
      let result = try Synthesis.make(facts, .aggregates(k: 9), length: length, seed: seed)
      let real = bruteForce(facts, longest: length)
      for combination in bruteForce(result.records, longest: length).keys {
        #expect(real[combination, default: 0] >= 9, "seed \(seed), length \(length): \(combination)")
      }
    }
  }

  @Test func equalSeedsGiveEqualFilesAndOthersDiffer() throws {
    let facts = inventedFacts(2, rows: 500)
    for method in [
      Synthesis.Method.wholeRecords(k: 5), .aggregates(k: 5), .differentiallyPrivate(.init(epsilon: 4, length: 2)),
    ] {
      let first = try Synthesis.make(facts, method, length: 2, seed: 1)
      let second = try Synthesis.make(facts, method, length: 2, seed: 1)
      #expect(first.records.csv == second.records.csv)
      #expect(first.report == second.report)
      #expect(try Synthesis.make(facts, method, length: 2, seed: 2).records.csv != first.records.csv)
    }
  }

  @Test func parametersAreChecked() {
    let facts = inventedFacts(1, rows: 50)
    for (method, length) in [
      (Synthesis.Method.wholeRecords(k: 1), 2), (.aggregates(k: 0), 2), (.wholeRecords(k: 51), 2),
      (.wholeRecords(k: 5), 0), (.wholeRecords(k: 5), 7), (.differentiallyPrivate(.init(epsilon: 0, length: 2)), 2),
      (.differentiallyPrivate(.init(epsilon: -1, length: 2)), 2),
      (.differentiallyPrivate(.init(epsilon: 1, delta: 1, length: 2)), 2),
    ] {
      #expect(throws: FactFileProblem.self) { try Synthesis.make(facts, method, length: length, seed: 1) }
    }
    #expect(throws: FactFileProblem.self) {
      try Synthesis.make(inventedFacts(1, rows: 50, sizes: [2, 2]), .wholeRecords(k: 5), length: 3, seed: 1)
    }
  }

  @Test func breakingOffGivesNothing() {
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try Synthesis.make(inventedFacts(1, rows: 900), .wholeRecords(k: 5), length: 3, seed: 1) { done in
        if done > 0.3 { throw Stop() }
      }
    }
  }

  @Test(arguments: [1.0, 4.0]) func privateRecordsComeFromPrivateCounts(_ epsilon: Double) throws {
    let facts = inventedFacts(4, rows: 3000)
    let result = try Synthesis.make(
      facts, .differentiallyPrivate(.init(epsilon: epsilon, length: 3)), length: 3, seed: 5)
    let counts = try #require(result.counts)
    for combination in bruteForce(result.records, longest: 3).keys { #expect(counts.count(combination) > 0) }
    #expect(abs(result.records.rowCount - 3000) < 1500)
    #expect(result.report.privacy.lengths?.count == 3)
  }
}

@Suite struct NoiseAndAccount {
  /// 200,000 draws against the law: a chi-square over the middle values and the two tails.
  @Test(arguments: [(1, 2), (4, 1), (30, 1)]) func theDiscreteGaussianFollowsItsLaw(
    _ numerator: Int, _ denominator: Int
  ) {
    var generator = SeededGenerator(seed: 99)
    let variance = Double(numerator) / Double(denominator)
    let reach = Int((variance.squareRoot() * 2.5).rounded(.up))
    let draws = 200_000
    var counts = [Int](repeating: 0, count: 2 * reach + 3)
    for _ in 0..<draws {
      let value = DiscreteNoise.gaussian(variance: (numerator, denominator), &generator)
      counts[min(max(value, -reach - 1), reach + 1) + reach + 1] += 1
    }
    let weights = (-200...200).map { exp(-Double($0 * $0) / (2 * variance)) }
    let sum = weights.reduce(0, +)
    var statistic = 0.0
    for (place, count) in counts.enumerated() {
      let value = place - reach - 1
      let chance =
        abs(value) <= reach
        ? weights[value + 200] / sum
        : (reach + 1...200).reduce(0) { $0 + weights[$1 + 200] } / sum
      let expected = chance * Double(draws)
      statistic += (Double(count) - expected) * (Double(count) - expected) / expected
    }
    let freedom = Double(counts.count - 1)
    #expect(statistic < freedom + 5 * (2 * freedom).squareRoot(), "chi-square \(statistic) of \(freedom)")
  }

  @Test func theDiscreteLaplaceFollowsItsLaw() {
    var generator = SeededGenerator(seed: 7)
    let draws = 200_000
    var zero = 0
    var absolute = 0
    for _ in 0..<draws {
      let value = DiscreteNoise.laplace(1, over: 2, &generator)
      if value == 0 { zero += 1 }
      absolute += abs(value)
    }
    let q = exp(-0.5)
    #expect(abs(Double(zero) / Double(draws) - (1 - q) / (1 + q)) < 0.006)
    #expect(abs(Double(absolute) / Double(draws) - 2 * q / (1 - q * q)) < 0.03)
  }

  /// The same with every value: a chi-square over the middle ones and the two tails.
  @Test(arguments: [(1, 1), (1, 4)]) func everyValueOfTheDiscreteLaplaceFollowsItsLaw(_ rate: Int, _ over: Int) {
    var generator = SeededGenerator(seed: 31)
    let q = exp(-Double(rate) / Double(over))
    let (reach, draws) = (2 * over + 3, 200_000)
    var counts = [Int](repeating: 0, count: 2 * reach + 3)
    for _ in 0..<draws {
      let value = DiscreteNoise.laplace(rate, over: over, &generator)
      counts[min(max(value, -reach - 1), reach + 1) + reach + 1] += 1
    }
    var statistic = 0.0
    for (place, count) in counts.enumerated() {
      let distance = abs(place - reach - 1)
      let mass = (1 - q) / (1 + q) * pow(q, Double(distance))
      let expected = (distance <= reach ? mass : mass / (1 - q)) * Double(draws)
      statistic += (Double(count) - expected) * (Double(count) - expected) / expected
    }
    let freedom = Double(counts.count - 1)
    #expect(statistic < freedom + 5 * (2 * freedom).squareRoot(), "chi-square \(statistic) of \(freedom)")
  }

  @Test func theAccountsAgreeWithKnownValues() {
    // Balle and Wang 2018: at ε = 0 δ is 2Φ(μ/2) − 1.
    #expect(abs(PrivacyAccount.delta(mu: 1, epsilon: 0) - 0.382_924_9) < 1e-6)
    for (epsilon, delta) in [(1.0, 1e-5), (4.0, 1e-6), (0.1, 1e-4)] {
      let mu = PrivacyAccount.mu(epsilon: epsilon, delta: delta)
      #expect(abs(PrivacyAccount.delta(mu: mu, epsilon: epsilon) / delta - 1) < 1e-6)
      let rho = PrivacyAccount.rho(epsilon: epsilon, delta: delta)
      // The letter-true account asks for more noise than the exact one, and less than the older bound.
      let old = (epsilon + log(1 / delta)).squareRoot() - log(1 / delta).squareRoot()
      #expect((2 * rho).squareRoot() < mu)
      #expect(rho > old * old)
    }
  }

  /// Two files that differ by one record: no event's chance may differ by more than (ε, δ) allows.
  @Test func neighboursAreHardToTellApart() throws {
    let facts = inventedFacts(8, rows: 60, sizes: [2, 2])
    let neighbour = CodedFacts(
      names: facts.names, codes: facts.codes, cells: facts.cells.map { Array($0.dropLast()) })
    let (epsilon, delta, runs) = (1.0, 0.01, 3000)
    func share(_ facts: CodedFacts, _ seed: UInt64) throws -> [Int: Double] {
      var generator = SeededGenerator(seed: seed)
      var found: [Int: Double] = [:]
      for _ in 0..<runs {
        let counts = try PrivateCounts(facts, .init(epsilon: epsilon, delta: delta, length: 1), using: &generator)
        let event = min(9, (0..<4).reduce(0) { $0 + counts.counts.count($1) } / 20)
        found[event, default: 0] += 1 / Double(runs)
      }
      return found
    }
    let (with, without) = (try share(facts, 1), try share(neighbour, 2))
    for event in 0...9 {
      let (p, q) = (with[event, default: 0], without[event, default: 0])
      #expect(p <= exp(epsilon) * q + delta + 0.04 && q <= exp(epsilon) * p + delta + 0.04, "event \(event)")
    }
  }
}
