import Basics
@testable import Estimation
import Foundation
import Testing

@Suite struct EstimationProperties {
  private static let choices: [ModelChoice] = [.independence, .stepwise(p: 0.02), .aicStepwise(p: 0.05)]

  @Test(arguments: seeds) func orderAndNamesOfListsChangeNothing(_ seed: UInt64) throws {
    let table = try #require(simulated(seed, total: 3000, chances: [0.1, 0.2, 0.15, 0.08], spread: 1))
    var generator = SeededGenerator(seed: seed)
    let order = table.lists.indices.shuffled(using: &generator)
    var counts = table.counts
    for history in 1..<counts.count {
      var moved = 0
      for (to, from) in order.enumerated() where history >> from & 1 == 1 { moved |= 1 << to }
      counts[moved] = table.counts[history]
    }
    let other = try HistoryTable(lists: order.map { "X\($0)" }, counts: counts)
    for choice in Self.choices {
      let (first, second) = (ModelFit.fit(choice, table), ModelFit.fit(choice, other))
      #expect(isNear(first?.total ?? 0, second?.total, 1e-7), "seed \(seed) \(choice)")
    }
    let graphs = (GraphAverage(table, cap: 9000, gridPoints: 200), GraphAverage(other, cap: 9000, gridPoints: 200))
    #expect(isNear(graphs.0?.mean ?? 0, graphs.1?.mean, 1e-9), "seed \(seed)")
    let best = (try ModelRanking(table).models[0], try ModelRanking(other).models[0])
    #expect(isNear(best.0.bic, best.1.bic, 1e-9), "seed \(seed)")
  }

  @Test func anEmptyHistoryChangesNothing() throws {
    let text = try Published.text("uk2013_4")
    let longer = text + "0,1,1,0,0\n".replacing("0,1,1,0,0", with: "1,0,1,1,0")
    #expect(try HistoryFile.read(text).table == HistoryFile.read(longer).table)
  }

  /// Against solving the score equations by a general method: the fitted margins equal the observed ones.
  @Test(arguments: seeds) func marginsAreMet(_ seed: UInt64) throws {
    let table = try #require(simulated(seed, total: 1500, chances: [0.1, 0.25, 0.15, 0.2], spread: 1))
    for model in LogLinearModel.all(lists: 4, order: 3) ?? [] {
      guard let fit = ModelFit.fit(model, table) else { continue }
      for term in 1..<16 where model.contains(term) && table.onAll(term) > 0 {
        let margin = (1..<16).filter { $0 & term == term }.reduce(0) { $0 + fit.means[$1] }
        #expect(isNear(margin, table.onAll(term), 1e-5), "seed \(seed) \(model.notation) \(term)")
      }
    }
  }

  /// The programme's verdict against looking for a positive table with the same margins by proportional fitting, which
  /// converges to one with zeros exactly when no estimate exists.
  @Test(arguments: seeds) func existenceAgreesWithProportionalFitting(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var counts = (0..<8).map { _ in Double(max(0, Int.random(in: -4..<6, using: &generator))) }
    counts[0] = 0
    for model in LogLinearModel.all(lists: 3, order: 2) ?? [] {
      let existence = Existence(model, counts: counts)
      guard !existence.isAmbiguous, counts[1...].contains(where: { $0 > 0 }) else { continue }
      let impossible = PoissonFitter.impossible(model, counts)
      guard !impossible.contains(where: { $0.nonzeroBitCount == 1 }) else { continue }
      var x = (0..<8).map { cell in cell == 0 || impossible.contains { cell & $0 == $0 } ? 0.0 : 1.0 }
      let kept = x.indices.filter { x[$0] > 0 }
      let margins = (0..<8).filter { model.contains($0) && !impossible.contains($0) }
      for _ in 0..<3000 {
        for margin in margins {
          for isInside in [true, false] where margin > 0 || isInside {
            let cells = kept.filter { ($0 & margin == margin) == isInside }
            let (sum, wanted) = (cells.reduce(0) { $0 + x[$1] }, cells.reduce(0) { $0 + counts[$1] })
            guard sum > 0 else { continue }
            for cell in cells { x[cell] *= wanted / sum }
          }
        }
      }
      let low = kept.map { x[$0] }.min() ?? 0
      // Fitted counts that fall like one over the number of rounds are on their way to zero.
      #expect(existence.hasNone == (low < 0.02), "seed \(seed) \(model.notation) \(counts) \(low)")
    }
  }

  @Test(arguments: seeds.prefix(6)) func knownPopulationsAreFound(_ seed: UInt64) throws {
    let table = try #require(simulated(seed, total: 5000, chances: [0.2, 0.3, 0.15, 0.25]))
    let fit = try #require(ModelFit.fit(.independence, table))
    #expect(abs(fit.total - 5000) < 500, "seed \(seed): \(fit.total)")
  }

  @Test func seedsRepeatAndCoresChangeNothing() async throws {
    let table = try Published.table("uk2013_4")
    var settings = LatentClass.Settings()
    (settings.burnIn, settings.sweeps, settings.chains) = (300, 300, 3)
    let first = try await LatentClass.run(table, settings: settings, seed: 5)
    #expect(try await LatentClass.run(table, settings: settings, seed: 5) == first)
    #expect(try await LatentClass.run(table, settings: settings, seed: 6) != first)
    #expect(first.lower >= table.observed && first.lower <= first.median && first.median <= first.upper)
  }

  /// Chains far too short never agree; then nothing is printed.
  @Test func chainsThatDoNotAgreeAreRefused() async throws {
    var settings = EstimationSettings()
    (settings.latent.burnIn, settings.latent.sweeps) = (50, 200)
    let estimator = try Estimator(Published.table("netherlands_6"), settings: settings)
    await #expect(throws: HistoryProblem.self) { _ = try await estimator.estimate(.latent) }
  }

  @Test func elementaryFunctionsAreRight() {
    for x in [1e-300, 1e-9, 0.3, 0.9999, 1, 1.41421, 2, 10.5, 12345.678, 1e200] {
      #expect(abs(SteadyMath.log(x) - log(x)) <= 1e-15 * max(1, abs(log(x))) * 2)
      #expect(
        abs(SteadyMath.logGamma(min(x, 1e15)) - lgamma(min(x, 1e15))) <= 1e-12 * max(1, abs(lgamma(min(x, 1e15)))))
    }
    for x in [-700, -40.5, -1, -1e-9, 0, 0.5, 1, 20.25, 700] {
      #expect(abs(SteadyMath.exp(x) / exp(x) - 1) < 4e-15)
    }
    for z in [-20, -5, -3.01, -2.99, -1, 0, 0.3, 2, 4] {
      #expect(abs(SteadyMath.normal(below: z) / (0.5 * erfc(-z / 2.0.squareRoot())) - 1) < 1e-12)
      if abs(z) < 8 { #expect(abs(SteadyMath.normalQuantile(SteadyMath.normal(below: z)) - z) < 1e-9) }
    }
    #expect(SteadyMath.poissonTail(0, mean: 0) == 1 && SteadyMath.poissonTail(2, mean: 0) == 0)
    #expect(abs(SteadyMath.poissonTail(0, mean: 3) - exp(-3)) < 1e-15)
  }

  @Test(arguments: seeds.prefix(4)) func drawsHaveTheirMoments(_ seed: UInt64) {
    var draws = RandomDraws(seed: seed)
    func check(_ name: String, mean: Double, variance: Double, _ draw: () -> Double) {
      let values = (0..<20_000).map { _ in draw() }
      let average = values.reduce(0, +) / 20_000
      let spread = values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / 20_000
      #expect(abs(average - mean) < 5 * (variance / 20_000).squareRoot(), "seed \(seed) \(name): \(average)")
      #expect(abs(spread / variance - 1) < 0.1, "seed \(seed) \(name): \(spread)")
    }
    for (n, p) in [(8, 0.3), (500, 0.01), (500, 0.2), (4000, 0.9)] {
      let mean = Double(n) * p
      check("binomial \(n) \(p)", mean: mean, variance: mean * (1 - p)) { Double(draws.binomial(n, p)) }
    }
    for mean in [0.5, 7, 40, 3000] { check("poisson", mean: mean, variance: mean) { Double(draws.poisson(mean)) } }
    for shape in [0.4, 1.5, 30] { check("gamma", mean: shape, variance: shape) { draws.gamma(shape) } }
    check("beta", mean: 0.25, variance: 0.25 * 0.75 / 9) { draws.beta(2, 6) }
  }
}
