import Basics

/// Estimates by group (sex, age, form), small groups kept inside.
///
/// Each group is fitted with the model that the whole table chose: groups are too thin to choose one, and models that
/// differ from group to group would make the groups incomparable.
public struct GroupedEstimates: Sendable {
  public struct Group: Hashable, Sendable {
    public var name: String
    public var observed: Double
    public var estimate: Estimate
  }

  public var groups: [Group]
  /// How many groups were joined because they are small or can't be estimated by themselves; not which.
  public var joined: Int
  public var warnings: [LocalizedText]

  /// - Parameters:
  ///   - least: groups with fewer observed cases are joined, at least 10.
  ///   - restName: what the joined groups are called.
  public init(
    _ groups: [(name: String, table: HistoryTable)], model: LogLinearModel, least: Int = 50, restName: String = "rest"
  ) {
    let least = Double(max(10, least))
    var (sound, rest): ([Group], [HistoryTable]) = ([], [])
    var names: [(String, HistoryTable)] = []
    for (name, table) in groups {
      if table.observed >= least, let estimate = Self.estimate(table, model) {
        sound.append(Group(name: name, observed: table.observed, estimate: estimate))
        names.append((name, table))
      } else {
        rest.append(table)
      }
    }
    // One small group alone could be worked out from the total: the smallest sound one joins it.
    if rest.count == 1, rest[0].observed < least,
      let smallest = sound.indices.min(by: { sound[$0].observed < sound[$1].observed })
    {
      sound.remove(at: smallest)
      rest.append(names.remove(at: smallest).1)
    }
    joined = rest.count
    warnings = []
    if let first = rest.first {
      let sum = rest.dropFirst().reduce(first.counts) { zip($0, $1.counts).map { $0 + $1 } }
      let table = first.with(counts: sum)
      if table.observed >= least, let estimate = Self.estimate(table, model) {
        sound.append(Group(name: restName, observed: table.observed, estimate: estimate))
      } else {
        warnings.append(
          LocalizedText(
            es: "\(rest.count) grupos son demasiado pequeños para mostrarse, solos o juntos",
            en: "\(rest.count) groups are too small to be shown, alone or together"))
      }
    }
    self.groups = sound
  }

  private static func estimate(_ table: HistoryTable, _ model: LogLinearModel) -> Estimate? {
    guard table.findings().problem == nil else { return nil }
    var chooser = ModelChooser(.lowestBIC([model]), lists: table.lists.count)
    guard let fit = chooser.fit(table.counts) else { return nil }
    let limits = fit.interval()
    return Estimate(
      method: .stepwise, observed: fit.observed, hidden: fit.hidden, total: fit.total, lower: limits.lower,
      upper: limits.upper,
      interval: LocalizedText(
        es: "95 % de Wald, dado el modelo de la tabla entera", en: "95 % Wald, given the model of the whole table"),
      model: LocalizedText(es: model.notation, en: model.notation), warnings: table.findings().warnings)
  }
}
