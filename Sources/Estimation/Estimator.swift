import Basics

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
    case .panel: throw HistoryProblem(es: "el panel no es un método solo", en: "the panel is no single method")
    }
  }

  /// Why even independence gives no estimate, in words.
  func impossible() -> HistoryProblem {
    let model = LogLinearModel.independence(lists: table.lists.count)
    return HistoryProblem(
      Existence(model, counts: table.counts).words(table)
        ?? LocalizedText(
          es: "el ajuste no converge, así que no hay estimación", en: "the fit does not settle, so there is no estimate"
        ))
  }

  private func wald() throws -> Estimate {
    var chooser = ModelChooser(.independence, lists: table.lists.count)
    guard let fit = chooser.fit(table.counts) else { throw impossible() }
    let limits = fit.interval()
    return result(
      .independence, fit, limits,
      LocalizedText(
        es: "95 % de Wald sobre el logaritmo del número oculto, dado el modelo: solo el azar",
        en: "95 % Wald on the logarithm of the hidden number, given the model: chance only"),
      [
        LocalizedText(
          es: "se supone que las listas encuentran a las personas con independencia unas de otras, y casi nunca es así",
          en: "that the lists find people independently of one another is assumed, and hardly ever true")
      ])
  }

  private func resampled(_ method: EstimationMethod, _ choice: ModelChoice) async throws -> Estimate {
    var chooser = ModelChooser(choice, lists: table.lists.count)
    guard let fit = chooser.fit(table.counts) else { throw impossible() }
    guard settings.bootstrap > 0,
      let bootstrap = try await BootstrapInterval.make(
        choice, table, resamples: settings.bootstrap, seed: settings.seed, progress: progress)
    else {
      return result(
        method, fit, fit.interval(),
        LocalizedText(
          es: "95 % de Wald dado el modelo: no cuenta la elección del modelo",
          en: "95 % Wald given the model: the choice of the model is left out"),
        [Self.tooNarrow])
    }
    var warnings: [LocalizedText] = []
    if bootstrap.isSaturated {
      warnings.append(
        LocalizedText(
          es: "la tabla es pequeña: los límites del 95 y del 90 por ciento coinciden, así que el intervalo es tosco",
          en: "the table is small: the 95 and the 90 per cent limits coincide, so the interval is rough"))
    }
    if bootstrap.failed > 0 {
      warnings.append(
        LocalizedText(
          es: "\(bootstrap.failed) de \(bootstrap.resamples) remuestras no permiten estimar; cuentan como sin fin",
          en: "\(bootstrap.failed) of \(bootstrap.resamples) resamples allow no estimate; they count as without end"))
    }
    return result(
      method, fit, bootstrap.interval(),
      LocalizedText(
        es: "95 % bootstrap BCa, \(bootstrap.resamples) remuestras, la elección del modelo repetida en cada una",
        en: "95 % BCa bootstrap, \(bootstrap.resamples) resamples, the choice of the model repeated in each"), warnings)
  }

  private func profile() throws -> Estimate {
    var chooser = ModelChooser(.aicStepwise(p: 0.05), lists: table.lists.count)
    guard let fit = chooser.fit(table.counts) else { throw impossible() }
    guard let interval = ProfileInterval(fit.model, table) else {
      throw HistoryProblem(
        es: "la verosimilitud de \(fit.model.notation) no converge",
        en: "the likelihood of \(fit.model.notation) does not settle")
    }
    var answer = result(
      .aicStepwise, fit, (interval.lower, interval.upper),
      LocalizedText(
        es: "95 % por perfil de verosimilitud, dado el modelo: solo el azar",
        en: "95 % profile likelihood, given the model: chance only"), [Self.tooNarrow])
    (answer.total, answer.hidden) = (interval.estimate, interval.estimate - table.observed)
    guard interval.upper.isFinite else {
      throw HistoryProblem(
        es: "la verosimilitud de \(fit.model.notation) nunca decae",
        en: "the likelihood of \(fit.model.notation) never falls off")
    }
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
        LocalizedText(
          es: "\(close.count) modelos son igual de buenos a menos de 2 unidades de BIC; sus totales van de "
            + "\(Self.count(low, .spanish)) a \(Self.count(high, .spanish))",
          en: "\(close.count) models are as good within 2 units of BIC; their totals run from \(Self.count(low)) to "
            + "\(Self.count(high))"))
    }
    answer.warnings.append(
      LocalizedText(
        es:
          "\(ranking.count) de \(all.considered) modelos jerárquicos tienen estimación; las remuestras eligen entre los "
          + "\(top.count) mejores",
        en:
          "\(ranking.count) of \(all.considered) hierarchical models have an estimate; the bootstrap chooses among the "
          + "best \(top.count)"))
    return answer
  }

  private func graphs() throws -> Estimate {
    guard table.lists.count <= 5 else {
      throw HistoryProblem(
        es: "los grafos se promedian hasta con cinco listas; cuente como una dos que se parezcan, así: A+B",
        en: "graphs are averaged for up to five lists; merge two that are alike, as A+B")
    }
    var chooser = ModelChooser(.independence, lists: table.lists.count)
    let rough = chooser.total(table.counts)
    let cap = settings.cap ?? Int(min(5e6, 10 * (rough.isFinite ? rough : table.observed * 10)))
    let width = cap - Int(table.observed.rounded())
    guard
      let average = GraphAverage(table, cap: cap, gridPoints: settings.gridPoints ?? (width > 60_000 ? 20_000 : nil))
    else {
      throw HistoryProblem(
        es:
          "el tope \(Self.count(Double(cap), .spanish)) del total no supera los \(Self.count(table.observed, .spanish)) casos observados",
        en:
          "the cap \(Self.count(Double(cap))) on the total is not above the \(Self.count(table.observed)) cases observed"
      )
    }
    var warnings = [
      LocalizedText(
        es:
          "no se consideraron totales mayores que \(Self.count(Double(cap), .spanish)): ese tope es parte de lo supuesto de antemano",
        en: "totals above \(Self.count(Double(cap))) were not considered: that cap is part of the prior")
    ]
    if average.weightAtCap > 0.001 {
      warnings.append(
        LocalizedText(
          es: "el tope decide el límite superior; otro tope da otra respuesta",
          en: "the cap decides the upper limit; another cap gives another answer"))
    }
    let weight = Int((average.bestGraphWeight * 100).rounded())
    return Estimate(
      method: .graphs, observed: table.observed, hidden: average.median - table.observed, total: average.median,
      lower: average.lower, upper: average.upper,
      interval: LocalizedText(
        es: "95 % a posteriori sobre \(average.graphs) grafos descomponibles; el total es la mediana",
        en: "95 % posterior over \(average.graphs) decomposable graphs; the total is the median"),
      model: LocalizedText(
        es: "\(average.bestGraph.notation) tiene el \(weight) % del peso",
        en: "\(average.bestGraph.notation) has \(weight) % of the weight"),
      warnings: warnings)
  }

  private func latent() async throws -> Estimate {
    guard table.lists.count >= 3 else {
      throw HistoryProblem(
        es: "con dos listas no se distinguen clases", en: "classes can't be told apart with two lists")
    }
    let latent = try await LatentClass.run(
      table, settings: settings.latent, seed: settings.seed, progress: progress)
    guard latent.mixes else {
      let scale = Self.rounded(latent.scaleReduction)
      func medians(_ language: Language) -> String {
        latent.chainMedians.map { Self.count($0, language) }.joined(separator: ", ")
      }
      throw HistoryProblem(
        es:
          "las cadenas no coinciden (R-hat \(scale), se acepta 1.05 como máximo; medianas \(medians(.spanish))), así que "
          + "no se muestra nada; más vueltas pueden ayudar, casi nunca lo hacen",
        en:
          "the chains do not agree (R-hat \(scale), at most 1.05 is accepted; medians \(medians(.english))), so nothing "
          + "is printed; more sweeps may help, mostly they do not")
    }
    var warnings: [LocalizedText] = []
    if latent.cappedShare > 0.001 {
      let (share, most) = (Self.rounded(latent.cappedShare * 100), Int(settings.latent.most))
      warnings.append(
        LocalizedText(
          es:
            "el \(share) % de los sorteos se mantuvo por debajo de \(most) veces lo observado; ese tope es parte de lo "
            + "supuesto de antemano",
          en: "\(share) % of the draws were kept below \(most) times the observed number; that cap is part of the prior"
        ))
    }
    return Estimate(
      method: .latent, observed: table.observed, hidden: latent.median - table.observed, total: latent.median,
      lower: latent.lower, upper: latent.upper,
      interval: LocalizedText(
        es: "95 % a posteriori, \(settings.latent.chains) cadenas de \(settings.latent.sweeps) vueltas tras "
          + "\(settings.latent.burnIn), R-hat \(Self.rounded(latent.scaleReduction)); el total es la mediana",
        en: "95 % posterior, \(settings.latent.chains) chains of \(settings.latent.sweeps) sweeps after "
          + "\(settings.latent.burnIn), R-hat \(Self.rounded(latent.scaleReduction)); the total is the median"),
      model: LocalizedText(
        es: "clases latentes, hasta \(settings.latent.classes)",
        en: "latent class, up to \(settings.latent.classes) classes"), warnings: warnings)
  }

  private func result(
    _ method: EstimationMethod, _ fit: PoissonFit, _ limits: (lower: Double, upper: Double),
    _ interval: LocalizedText, _ warnings: [LocalizedText]
  ) -> Estimate {
    var all = table.findings().warnings + warnings
    if !fit.atMinusInfinity.isEmpty {
      let names = fit.atMinusInfinity.map { table.names($0) }.joined(separator: ", ")
      all.append(
        LocalizedText(
          es: "en menos infinito, porque nadie está en ambas: \(names)",
          en: "at minus infinity, because nobody stands on both: \(names)"))
    }
    if !limits.upper.isFinite {
      all.append(
        LocalizedText(
          es: "el intervalo no tiene límite superior: más de una remuestra de cada cuarenta no permite estimar",
          en: "the interval has no upper end: more than one resample in forty allows no estimate"))
    }
    return Estimate(
      method: method, observed: fit.observed, hidden: fit.hidden, total: fit.total, lower: limits.lower,
      upper: limits.upper, interval: interval, model: describe(fit.model), warnings: all)
  }

  /// The notation and what joins what.
  private func describe(_ model: LogLinearModel) -> LocalizedText {
    let joined = model.generators.filter { $0.nonzeroBitCount > 1 }.map { table.names($0) }
    let words = model.notation + (joined.isEmpty ? "" : " " + joined.joined(separator: ", "))
    return LocalizedText(es: words, en: words)
  }

  private static let tooNarrow = LocalizedText(
    es: "el intervalo da por cierto el modelo elegido y es demasiado estrecho",
    en: "the interval takes the chosen model for certain and is too narrow")

  static func count(_ number: Double, _ language: Language = .english) -> String {
    GroupedNumber.text(number, language)
  }

  static func rounded(_ number: Double) -> String {
    number.isFinite ? "\((number * 100).rounded() / 100)" : "∞"
  }
}
