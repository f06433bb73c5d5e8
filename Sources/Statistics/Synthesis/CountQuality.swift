/// How near protected counts are to the real ones, by length.
public struct CountQuality: Codable, Sendable, Hashable {
  public var length: Int
  /// Of the real combinations that were compared, the share with a protected count.
  public var kept: Double
  /// Mean of |real − protected| over the kept ones.
  public var meanAbsoluteError: Double
}

extension CombinationCounts {
  /// - Parameter real: exact counts, only of combinations that are frequent enough to be compared.
  public func compared(with real: CombinationCounts, _ facts: CodedFacts) -> [CountQuality] {
    var all = [Int](repeating: 0, count: longest)
    var kept = all
    var error = all
    let walk = CombinationWalk(files: [facts], longest: longest)
    try? walk.run { attributes, _, _ in
      let combination = attributes.map { Int($0) }
      let truth = real.count(combination)
      guard truth > 0 else { return }
      let place = combination.count - 1
      all[place] += 1
      let count = self.count(combination)
      guard count > 0 else { return }
      kept[place] += 1
      error[place] += abs(count - truth)
    }
    return all.indices.map { place in
      CountQuality(
        length: place + 1, kept: Double(kept[place]) / Double(max(1, all[place])),
        meanAbsoluteError: Double(error[place]) / Double(max(1, kept[place])))
    }
  }
}
