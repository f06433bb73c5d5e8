/// All hierarchical models of a table that have an estimate, lowest BIC first.
public struct ModelRanking: Sendable {
  public let models: [(model: LogLinearModel, bic: Double, total: Double)]
  /// How many were looked at.
  public let considered: Int

  /// - Parameter maxOrder: how many lists an interaction may join; all but one unless told, two for six lists.
  ///
  /// Throws `HistoryProblem` when the models are too many.
  public init(_ table: HistoryTable, maxOrder: Int? = nil) throws(HistoryProblem) {
    let lists = table.lists.count
    let order = min(max(1, maxOrder ?? (lists == 6 ? 2 : lists - 1)), lists - 1)
    guard let all = LogLinearModel.all(lists: lists, order: order) else {
      throw HistoryProblem(
        es: "los modelos jerárquicos de \(lists) listas más allá de pares son demasiados; limítelos a pares (orden 2)",
        en: "the hierarchical models of \(lists) lists beyond pairs are too many; keep to pairs (order 2)")
    }
    considered = all.count
    var chooser = ModelChooser(.independence, lists: lists)
    models = chooser.lowestBIC(all, table.counts, support(table.counts))
  }

  /// The model that a rule chooses; `nil` when there is no estimate.
  public static func chosen(_ choice: ModelChoice, _ table: HistoryTable) -> LogLinearModel? {
    var chooser = ModelChooser(choice, lists: table.lists.count)
    return chooser.choose(table.counts)
  }
}

/// One model, or one rule, fitted to a table.
public enum ModelFit {
  public static func fit(_ choice: ModelChoice, _ table: HistoryTable) -> PoissonFit? {
    var chooser = ModelChooser(choice, lists: table.lists.count)
    return chooser.fit(table.counts)
  }

  /// The fit of a given model; `nil` when it has no estimate.
  public static func fit(_ model: LogLinearModel, _ table: HistoryTable) -> PoissonFit? {
    fit(.lowestBIC([model]), table)
  }
}
