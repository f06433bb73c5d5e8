/// The people that a linkage found on two lists or more, as somebody looks them over: each person's records, how alike
/// the least alike two of them are, and which other records were turned away. The most doubtful stand first.
public struct LinkageClusters: Hashable, Sendable {
  /// One person as the linkage sees them.
  public struct Cluster: Hashable, Sendable {
    /// In the order of the lists.
    public var records: [PairSolver.Record]
    /// The lowest score between two of its records.
    public var lowest: Double
    /// Records of other clusters, or of none, that reach the threshold with one of its records.
    public var rivals: Int

    public var isDoubtful: Bool { rivals > 0 }
  }

  public let clusters: [Cluster]

  /// - Parameter pairs: the candidates from the threshold on that `groups` were solved from.
  public init(_ groups: [PairSolver.Group], pairs: [CandidatePair]) {
    var groupOf: [PairSolver.Record: Int] = [:]
    for (number, group) in groups.enumerated() { for record in group.records { groupOf[record] = number } }
    var lowest = [Double](repeating: 2, count: groups.count)
    var rivals = [Set<PairSolver.Record>](repeating: [], count: groups.count)
    for pair in pairs {
      let first = PairSolver.Record(list: pair.firstList, index: pair.first)
      let second = PairSolver.Record(list: pair.secondList, index: pair.second)
      let (one, other) = (groupOf[first], groupOf[second])
      if let one, one == other {
        lowest[one] = min(lowest[one], pair.score)
      } else {
        if let one { rivals[one].insert(second) }
        if let other { rivals[other].insert(first) }
      }
    }
    clusters = groups.indices.map {
      Cluster(records: groups[$0].records, lowest: lowest[$0], rivals: rivals[$0].count)
    }.sorted {
      if $0.isDoubtful != $1.isDoubtful { return $0.isDoubtful }
      return ($0.lowest, $0.records[0]) < ($1.lowest, $1.records[0])
    }
  }

  public var doubtful: Int { clusters.count { $0.isDoubtful } }

  /// How many clusters there are by number of records, the smallest first.
  public var sizes: [(records: Int, clusters: Int)] {
    Dictionary(grouping: clusters, by: \.records.count).map { ($0.key, $0.value.count) }.sorted { $0.0 < $1.0 }
  }
}
