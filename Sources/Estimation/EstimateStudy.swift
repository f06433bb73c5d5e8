import Basics

/// What one run is to find out, checked before it starts.
public struct EstimateQuestion: Hashable, Sendable {
  /// Which methods are run; the panel stands for those of `methods`.
  public var method: EstimationMethod
  /// The methods of a panel, in the order of `EstimationMethod`.
  public var methods: Set<EstimationMethod> = Set(EstimationMethod.single)
  public var settings: EstimationSettings
  /// Whether groups are estimated too; the columns that make them were named when the file was read.
  public var hasGroups = false
  /// Groups with fewer cases are joined, at least 10.
  public var least = 50
  /// What a person found in a sample of pairs.
  public var error: LinkageError?

  public init(_ method: EstimationMethod = .panel, settings: EstimationSettings = EstimationSettings()) {
    (self.method, self.settings) = (method, settings)
  }
}

/// Everything one run found: for a program, a terminal, a page or a sheet of paper.
public struct EstimateStudy: Sendable {
  public let question: EstimateQuestion
  public let table: HistoryTable
  public internal(set) var estimate: Estimate?
  public internal(set) var panel: EstimationPanel?
  public internal(set) var corrected: CorrectedEstimate?
  public internal(set) var groups: GroupedEstimates?

  /// What a file holds: the whole table and its groups.
  public typealias Tables = (table: HistoryTable, groups: [(name: String, table: HistoryTable)])

  /// Runs what is asked.
  ///
  /// - Parameter progress: called from several threads with the share that is done; the parts follow one another, so it
  ///   begins again with each.
  ///
  /// Throws `HistoryProblem` when the table allows no estimate, `CancellationError` when the task is cancelled.
  public static func run(
    _ read: Tables, _ question: EstimateQuestion, progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws -> EstimateStudy {
    var study = EstimateStudy(question: question, table: read.table)
    if question.method == .panel {
      study.panel = try await EstimationPanel.make(
        read.table, settings: question.settings, methods: question.methods, progress: progress)
    } else {
      let estimator = try Estimator(read.table, settings: question.settings, progress: progress)
      study.estimate = try await estimator.estimate(question.method)
    }
    if let error = question.error { study.corrected = try await corrected(read.table, question, error, progress) }
    if question.hasGroups { study.groups = try groups(read, question) }
    return study
  }

  private init(question: EstimateQuestion, table: HistoryTable) { (self.question, self.table) = (question, table) }

  private static func corrected(
    _ table: HistoryTable, _ question: EstimateQuestion, _ error: LinkageError,
    _ progress: @escaping @Sendable (Double) -> Void
  ) async throws -> CorrectedEstimate {
    let choice: ModelChoice =
      switch question.method {
      case .independence: .independence
      case .aicStepwise: .aicStepwise(p: 0.05)
      case .bic:
        .lowestBIC(try ModelRanking(table, maxOrder: question.settings.maxOrder).models.prefix(100).map(\.model))
      default: .stepwise(p: 0.02)
      }
    let resamples = question.settings.bootstrap == 0 ? 1000 : question.settings.bootstrap
    guard
      let found = try await CorrectedEstimate.make(
        choice, table, error: error, resamples: resamples, seed: question.settings.seed, progress: progress)
    else {
      throw HistoryProblem(
        es: "con estos errores de enlace la tabla corregida no permite estimar",
        en: "with these linkage errors the corrected table allows no estimate")
    }
    return found
  }

  private static func groups(_ read: Tables, _ question: EstimateQuestion) throws -> GroupedEstimates {
    guard let model = ModelRanking.chosen(.stepwise(p: 0.02), read.table) else {
      throw HistoryProblem(es: "la tabla entera no permite estimar", en: "the whole table allows no estimate")
    }
    return GroupedEstimates(read.groups, model: model, least: question.least)
  }
}
