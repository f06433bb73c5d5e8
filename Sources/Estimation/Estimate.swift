/// The ways to estimate.
public enum EstimationMethod: String, CaseIterable, Sendable, Hashable {
  case independence, stepwise
  case aicStepwise = "aic-stepwise"
  case bic, graphs, latent, panel
}

/// One method's answer. Never shown without its interval, its model and its warnings.
public struct Estimate: Hashable, Sendable {
  public var method: EstimationMethod
  public var observed: Double
  public var hidden: Double
  public var total: Double
  public var lower: Double
  public var upper: Double
  /// What kind of interval it is and what it holds.
  public var interval: String
  public var model: String
  public var warnings: [String]
}

/// What to estimate with.
public struct EstimationSettings: Hashable, Sendable {
  /// How many lists one interaction may join, for `bic`.
  public var maxOrder: Int?
  /// Resamples of a bootstrap interval; 0 for an interval given the model only.
  public var bootstrap = 1000
  public var seed: UInt64 = 1
  public var latent = LatentClass.Settings()
  /// The largest total of `graphs`; ten times what independence says unless told.
  public var cap: Int?
  /// How many hidden numbers `graphs` looks at; all up to 60,000 unless told.
  public var gridPoints: Int?
  public init() {}
}

/// Runs a method on a table.
public struct Estimator: Sendable {
  public let table: HistoryTable
  public let settings: EstimationSettings
  private let progress: @Sendable (Double) -> Void

  /// Throws `HistoryProblem` when the table allows no estimate by any method.
  public init(
    _ table: HistoryTable, settings: EstimationSettings = EstimationSettings(),
    progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) throws(HistoryProblem) {
    if let problem = table.findings().problem { throw HistoryProblem(problem) }
    self.table = table
    self.settings = settings
    self.progress = progress
  }

  /// One method's estimate.
  ///
  /// - Parameter method: any but the panel.
  ///
  /// Throws `HistoryProblem` with the reason when the method gives none, `CancellationError` when cancelled.
  public func estimate(_ method: EstimationMethod) async throws -> Estimate {
    switch method {
    case .independence: try wald()
    case .stepwise: try await resampled(method, .stepwise(p: 0.02))
    case .aicStepwise: try profile()
    case .bic: try await lowestBIC()
    case .graphs: try graphs()
    case .latent: try await latent()
    case .panel: throw HistoryProblem("the panel is no single method")
    }
  }

  /// Why even independence gives no estimate, in words.
  func impossible() -> HistoryProblem {
    let model = LogLinearModel.independence(lists: table.lists.count)
    return HistoryProblem(
      Existence(model, counts: table.counts).words(table) ?? "the fit does not settle, so there is no estimate")
  }

  private func wald() throws -> Estimate {
    var chooser = ModelChooser(.independence, lists: table.lists.count)
    guard let fit = chooser.fit(table.counts) else { throw impossible() }
    let limits = fit.interval()
    return result(
      .independence, fit, limits, "95 % Wald on the logarithm of the hidden number, given the model: chance only",
      ["that the lists find people independently of one another is assumed, and hardly ever true"])
  }

  private func resampled(_ method: EstimationMethod, _ choice: ModelChoice) async throws -> Estimate {
    var chooser = ModelChooser(choice, lists: table.lists.count)
    guard let fit = chooser.fit(table.counts) else { throw impossible() }
    guard settings.bootstrap > 0,
      let bootstrap = try await BootstrapInterval.make(
        choice, table, resamples: settings.bootstrap, seed: settings.seed, progress: progress)
    else {
      return result(
        method, fit, fit.interval(), "95 % Wald given the model: the choice of the model is left out",
        ["the interval takes the chosen model for certain and is too narrow"])
    }
    var warnings: [String] = []
    if bootstrap.isSaturated {
      warnings.append("the table is small: the 95 and the 90 per cent limits coincide, so the interval is rough")
    }
    if bootstrap.failed > 0 {
      warnings.append(
        "\(bootstrap.failed) of \(bootstrap.resamples) resamples allow no estimate; they count as without end")
    }
    return result(
      method, fit, bootstrap.interval(),
      "95 % BCa bootstrap, \(bootstrap.resamples) resamples, the choice of the model repeated in each", warnings)
  }

  private func profile() throws -> Estimate {
    var chooser = ModelChooser(.aicStepwise(p: 0.05), lists: table.lists.count)
    guard let fit = chooser.fit(table.counts) else { throw impossible() }
    guard let interval = ProfileInterval(fit.model, table) else {
      throw HistoryProblem("the likelihood of \(fit.model.notation) does not settle")
    }
    var answer = result(
      .aicStepwise, fit, (interval.lower, interval.upper), "95 % profile likelihood, given the model: chance only",
      ["the interval takes the chosen model for certain and is too narrow"])
    (answer.total, answer.hidden) = (interval.estimate, interval.estimate - table.observed)
    if !interval.upper.isFinite { throw HistoryProblem("the likelihood of \(fit.model.notation) never falls off") }
    return answer
  }

  private func lowestBIC() async throws -> Estimate {
    let lists = table.lists.count
    let all = try ModelRanking(table, maxOrder: settings.maxOrder)
    let ranking = all.models
    guard !ranking.isEmpty else { throw impossible() }
    let top = ranking.prefix(lists <= 3 ? ranking.count : lists == 4 ? 20 : 100).map(\.model)
    var answer = try await resampled(.bic, .lowestBIC(top))
    let close = ranking.filter { $0.bic <= ranking[0].bic + 2 }.map(\.total)
    if let low = close.min(), let high = close.max(), close.count > 1 {
      answer.warnings.append(
        "\(close.count) models are as good within 2 units of BIC; their totals run from \(Self.count(low)) to "
          + "\(Self.count(high))")
    }
    answer.warnings.append(
      "\(ranking.count) of \(all.considered) hierarchical models have an estimate; the bootstrap chooses among the best "
        + "\(top.count)")
    return answer
  }

  private func graphs() throws -> Estimate {
    guard table.lists.count <= 5 else {
      throw HistoryProblem("graphs are averaged for up to five lists; merge two that are alike (--merge A+B)")
    }
    var chooser = ModelChooser(.independence, lists: table.lists.count)
    let rough = chooser.total(table.counts)
    let cap = settings.cap ?? Int(min(5e6, 10 * (rough.isFinite ? rough : table.observed * 10)))
    let width = cap - Int(table.observed.rounded())
    guard
      let average = GraphAverage(table, cap: cap, gridPoints: settings.gridPoints ?? (width > 60_000 ? 20_000 : nil))
    else {
      throw HistoryProblem("the cap \(cap) on the total is not above the \(Self.count(table.observed)) cases observed")
    }
    var warnings = ["totals above \(cap) were not considered: that cap is part of the prior"]
    if average.weightAtCap > 0.001 {
      warnings.append("the cap decides the upper limit; another cap gives another answer (--cap)")
    }
    return Estimate(
      method: .graphs, observed: table.observed, hidden: average.median - table.observed, total: average.median,
      lower: average.lower, upper: average.upper,
      interval: "95 % posterior over \(average.graphs) decomposable graphs; the total is the median",
      model: "\(average.bestGraph.notation) has \(Int((average.bestGraphWeight * 100).rounded())) % of the weight",
      warnings: warnings)
  }

  private func latent() async throws -> Estimate {
    guard table.lists.count >= 3 else { throw HistoryProblem("classes can't be told apart with two lists") }
    let latent = try await LatentClass.run(
      table, settings: settings.latent, seed: settings.seed, progress: progress)
    guard latent.mixes else {
      let medians = latent.chainMedians.map(Self.count)
      throw HistoryProblem(
        "the chains do not agree (R-hat \(Self.rounded(latent.scaleReduction)), at most 1.05 is accepted; medians "
          + "\(medians.joined(separator: ", "))), so nothing is printed; more sweeps may help, mostly they do not")
    }
    var warnings: [String] = []
    if latent.cappedShare > 0.001 {
      warnings.append(
        "\(Self.rounded(latent.cappedShare * 100)) % of the draws were kept below \(Int(settings.latent.most)) times the "
          + "observed number; that cap is part of the prior")
    }
    return Estimate(
      method: .latent, observed: table.observed, hidden: latent.median - table.observed, total: latent.median,
      lower: latent.lower, upper: latent.upper,
      interval:
        "95 % posterior, \(settings.latent.chains) chains of \(settings.latent.sweeps) sweeps after "
        + "\(settings.latent.burnIn), R-hat \(Self.rounded(latent.scaleReduction)); the total is the median",
      model: "latent class, up to \(settings.latent.classes) classes", warnings: warnings)
  }

  private func result(
    _ method: EstimationMethod, _ fit: PoissonFit, _ limits: (lower: Double, upper: Double), _ interval: String,
    _ warnings: [String]
  ) -> Estimate {
    var all = table.findings().warnings + warnings
    if !fit.atMinusInfinity.isEmpty {
      let names = fit.atMinusInfinity.map { table.names($0) }.joined(separator: ", ")
      all.append("at minus infinity, because nobody stands on both: \(names)")
    }
    if !limits.upper.isFinite {
      all.append("the interval has no upper end: more than one resample in forty allows no estimate")
    }
    return Estimate(
      method: method, observed: fit.observed, hidden: fit.hidden, total: fit.total, lower: limits.lower,
      upper: limits.upper, interval: interval, model: describe(fit.model), warnings: all)
  }

  /// The notation and what joins what.
  private func describe(_ model: LogLinearModel) -> String {
    let joined = model.generators.filter { $0.nonzeroBitCount > 1 }.map { table.names($0) }
    return model.notation + (joined.isEmpty ? "" : " " + joined.joined(separator: ", "))
  }

  static func count(_ number: Double) -> String { number.isFinite ? String(Int(number.rounded())) : "without end" }

  static func rounded(_ number: Double) -> String {
    number.isFinite ? "\((number * 100).rounded() / 100)" : "without end"
  }
}
