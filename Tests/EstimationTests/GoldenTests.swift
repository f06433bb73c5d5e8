import Basics
import Estimation
import Foundation
import Testing

/// Reference values: published ones and ones measured with other programs (`Tests/Fixtures/mse/golden.csv`).
@Suite struct GoldenTests {
  @Test func fittedTotalsAndIntervals() throws {
    var seen = 0
    for row in try Published.golden() {
      let choice: ModelChoice
      switch row.method {
      case "poisson-main": choice = .independence
      case "stepwise p=0.001": choice = .stepwise(p: 0.001)
      case "stepwise p=0.02": choice = .stepwise(p: 0.02)
      case "stepwise p=0.05": choice = .stepwise(p: 0.05)
      default: continue
      }
      seen += 1
      let fit = try #require(ModelFit.fit(choice, try Published.table(row.dataset)))
      let limits = fit.interval()
      #expect(isNear(fit.total, row.n, 1e-6), "\(row) \(fit.total)")
      // The other program stops its iterations earlier; its standard errors are good to six digits.
      #expect(isNear(limits.lower, row.lower, 1e-5) && isNear(limits.upper, row.upper, 1e-5), "\(row) \(limits)")
      if let deviance = row.detail.split(separator: "deviance ").last.flatMap({ Double($0) }) {
        #expect(isNear(fit.deviance, deviance, 1e-6), "\(row)")
      }
      let atMinusInfinity = row.detail.contains("at -inf")
      #expect(fit.atMinusInfinity.isEmpty != atMinusInfinity, "\(row)")
    }
    #expect(seen == 20)
  }

  @Test func profileIntervals() throws {
    var seen = 0
    for row in try Published.golden() {
      let choice: ModelChoice
      switch row.method {
      case "multinomial main, profile CI": choice = .independence
      case "AIC stepwise, p=0.05": choice = .aicStepwise(p: 0.05)
      case "AIC stepwise, p=0.001": choice = .aicStepwise(p: 0.001)
      default: continue
      }
      seen += 1
      let table = try Published.table(row.dataset)
      let model = try #require(ModelRanking.chosen(choice, table))
      let profile = try #require(ProfileInterval(model, table))
      #expect(isNear(profile.estimate, row.n, 1e-3), "\(row) \(profile)")
      #expect(isNear(profile.lower, row.lower, 1e-3) && isNear(profile.upper, row.upper, 1e-3), "\(row) \(profile)")
      if let range = row.detail.split(separator: "80% [").last?.dropLast().split(separator: ", ") {
        let narrow = try #require(ProfileInterval(model, table, level: 0.8))
        #expect(isNear(narrow.lower, Double(range[0]), 1e-3) && isNear(narrow.upper, Double(range[1]), 1e-3), "\(row)")
      }
    }
    #expect(seen == 15)
  }

  @Test func hierarchicalFits() throws {
    var seen = 0
    for row in try Published.golden() where row.method == "hierarchical fit" || row.method.hasPrefix("lowest BIC") {
      seen += 1
      let notation = try #require(row.detail.split(separator: "]").first?.dropFirst())
      let generators = notation.split(separator: ",").map { set in
        set.compactMap { $0.wholeNumberValue }.reduce(0) { $0 | 1 << ($1 - 1) }
      }
      let table = try Published.table(row.dataset)
      let model = LogLinearModel(lists: table.lists.count, generators: generators)
      #expect(model.notation == "[\(notation)]")
      let fit = try #require(ModelFit.fit(model, table))
      let words = row.detail.replacing(";", with: "").split(separator: " ")
      let deviance = words.firstIndex(of: "deviance").flatMap { Double(words[$0 + 1]) }
      let bic = words.firstIndex(of: "BIC").flatMap { Double(words[$0 + 1]) }
      #expect(isNear(fit.total, row.n, 1e-6) && isNear(fit.deviance, deviance, 1e-6) && isNear(fit.bic, bic, 1e-6))
    }
    #expect(seen == 8)
  }

  @Test func lowestBICOfAllModels() throws {
    let table = try Published.table("uk2013_5")
    let all = try ModelRanking(table, maxOrder: 4)
    #expect(all.considered == 6893 && all.models.count == 6519)
    #expect(all.models.first?.model.notation == "[123,25,34]")
    #expect(isNear(all.models[0].total, 25311.2906, 1e-7))
    let pairs = try ModelRanking(table, maxOrder: 2)
    #expect(pairs.considered == 1024 && pairs.models.count == 1024)
    #expect(isNear(pairs.models[0].total, 22991.3313, 1e-7))
    let netherlands = try ModelRanking(Published.table("netherlands_5"), maxOrder: 2)
    #expect(isNear(netherlands.models[0].total, 48012.7263, 1e-7))
    #expect(isNear(try ModelRanking(Published.table("uk2013_4")).models[0].total, 11987.0876, 1e-7))
  }

  @Test func averagedGraphs() throws {
    var seen = 0
    for row in try Published.golden() where row.method == "decomposable graphs, model averaged" {
      let numbers = row.detail.split { !$0.isNumber && $0 != "." }.compactMap { Double($0) }
      let (cap, points, median) = (
        Int(numbers[0]), Int(numbers[1]),
        numbers.first { $0 > 10_000 && $0 < 60_000 && $0 != numbers[0] && $0 != numbers[1] }
      )
      seen += 1
      let average = try #require(GraphAverage(Published.table(row.dataset), cap: cap, gridPoints: points))
      // The grids of the two programs round to neighbouring whole numbers.
      #expect(isNear(average.mean, row.n, 1e-4), "\(row) \(average.mean)")
      #expect(isNear(average.median, median, 1e-3), "\(row) \(average.median)")
      #expect(isNear(average.lower, row.lower, 1e-3), "\(row) \(average.lower)")
      #expect(isNear(average.upper, row.upper, 1e-3), "\(row) \(average.upper)")
    }
    #expect(seen == 6)
  }

  @Test func existenceCodes() throws {
    var seen = 0
    for row in try Published.golden() where row.method.hasPrefix("existence code") {
      seen += 1
      let table = try Published.table(row.dataset)
      let lists = table.lists.count
      var generators: [Int] = row.detail.dropFirst().dropLast().split(separator: ",").map { set in
        set.compactMap { $0.wholeNumberValue }.reduce(0) { $0 | 1 << ($1 - 1) }
      }
      if row.method.hasSuffix("all pairs") {
        generators = (0..<lists).flatMap { first in (0..<first).map { 1 << first | 1 << $0 } }
      }
      let model = LogLinearModel(lists: lists, generators: generators)
      let existence = Existence(model, counts: table.counts)
      #expect(Double(existence.code) == row.n, "\(row) \(model.notation)")
      let words = existence.words(table)
      #expect((words == nil) == (existence.code == 0))
      #expect(existence.hasNone == (words?[.english].contains("no estimate exists") ?? false))
      #expect(existence.isAmbiguous == (words?[.spanish].contains("no es identificable") ?? false))
    }
    #expect(seen == 9)
  }

  /// Every row of the reference file is compared by one of these tests, or it is noise or another's method and said so.
  @Test func noReferenceRowIsForgotten() throws {
    let compared = [
      "poisson-main", "stepwise p=0.001", "stepwise p=0.02", "stepwise p=0.05", "multinomial main, profile CI",
      "AIC stepwise, p=0.05", "AIC stepwise, p=0.001", "hierarchical fit", "lowest BIC, order<=2",
      "lowest BIC, order<=4",
      "decomposable graphs, model averaged", "existence code", "existence code, all pairs",
      "stepwise p=0.02 BCa bootstrap",
    ]
    // Random numbers of other programs, rounded prints, and methods that are not ours.
    let others = [
      "latent class K=10", "latent class, 500 chains", "Bayes threshold order 2", "decomposable graphs", "independence",
      "stepwise bootstrap", "greedy downhill BIC, all orders", "official annual mean", "official range",
    ]
    for row in try Published.golden() {
      #expect(compared.contains(row.method) || others.contains(row.method), "\(row)")
    }
  }

  @Test func modelCounts() {
    #expect(LogLinearModel.all(lists: 3, order: 3)?.count == 8)
    #expect(LogLinearModel.all(lists: 4, order: 4)?.count == 113)
    #expect(LogLinearModel.all(lists: 5, order: 5)?.count == 6893)
    #expect(LogLinearModel.all(lists: 6, order: 2)?.count == 32_768)
    #expect(LogLinearModel.all(lists: 6, order: 3) == nil)
  }

  /// Against enumerating every family of sets and keeping the closed ones.
  @Test func enumerationAgreesWithBruteForce() {
    for lists in 2...4 {
      let sets = (1..<(1 << lists)).filter { $0.nonzeroBitCount > 1 }
      var families: Set<[Int]> = []
      for family in 0..<(1 << sets.count) {
        let chosen = sets.indices.filter { family >> $0 & 1 == 1 }.map { sets[$0] }
        let isClosed = chosen.allSatisfy { set in
          sets.allSatisfy { $0 & set != $0 || chosen.contains($0) }
        }
        if isClosed, chosen.count < sets.count { families.insert(chosen) }
      }
      let found = LogLinearModel.all(lists: lists, order: lists) ?? []
      #expect(Set(found.map { model in sets.filter { model.contains($0) } }) == families)
      #expect(found.count == families.count)
    }
  }

  /// The reference interval comes from other random numbers: 1,000 resamples leave some per cent of noise.
  @Test(arguments: [
    ("uk2013_5", 8784.78, 14700.55, -0.0121811), ("uk2013_4", 9027.772, 13481.59, -0.0125022),
  ])
  func bootstrapIntervals(_ name: String, _ lower: Double, _ upper: Double, _ acceleration: Double) async throws {
    let table = try Published.table(name)
    let found = try #require(
      try await BootstrapInterval.make(.stepwise(p: 0.02), table, resamples: 1000, seed: 1234))
    #expect(isNear(found.acceleration, acceleration, 1e-4))
    #expect(isNear(found.interval().lower, lower, 0.12) && isNear(found.interval().upper, upper, 0.12))
    let again = try await BootstrapInterval.make(.stepwise(p: 0.02), table, resamples: 1000, seed: 1234)
    #expect(again == found)
  }
}
