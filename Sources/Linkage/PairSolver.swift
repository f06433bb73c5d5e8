/// Decides which candidate pairs are links.
public enum PairSolver {
  public enum Rule: String, CaseIterable, Sendable {
    /// By falling score; two groups are joined when every pair between them is a candidate.
    case greedy
    /// The same, and a group holds at most one record of each list.
    case oneToOne = "one-to-one"
  }

  /// One person as the linkage sees them: their records, (list, record), in the order of the lists.
  public struct Group: Hashable, Sendable {
    public var records: [Record]
  }

  public struct Record: Hashable, Sendable, Comparable {
    public var list: Int
    public var index: Int
    public init(list: Int, index: Int) { (self.list, self.index) = (list, index) }
    public static func < (lhs: Self, rhs: Self) -> Bool { (lhs.list, lhs.index) < (rhs.list, rhs.index) }
  }

  /// Groups of two records and more. Ties are broken by the order of lists and records, so that the same files always
  /// give the same groups.
  public static func groups(_ pairs: [CandidatePair], rule: Rule = .oneToOne) -> [Group] {
    let sorted = pairs.sorted {
      if $0.score != $1.score { return $0.score > $1.score }
      return ($0.firstList, $0.first, $0.secondList, $0.second) < ($1.firstList, $1.first, $1.secondList, $1.second)
    }
    struct Link: Hashable {
      var low: Record
      var high: Record
      init(_ a: Record, _ b: Record) { (low, high) = a < b ? (a, b) : (b, a) }
    }
    let links = Set(
      pairs.map {
        Link(Record(list: $0.firstList, index: $0.first), Record(list: $0.secondList, index: $0.second))
      })
    var groupOf: [Record: Int] = [:]
    var members: [[Record]] = []
    for pair in sorted {
      let ends = [Record(list: pair.firstList, index: pair.first), Record(list: pair.secondList, index: pair.second)]
      let places = ends.map { end -> Int in
        if let place = groupOf[end] { return place }
        members.append([end])
        groupOf[end] = members.count - 1
        return members.count - 1
      }
      guard places[0] != places[1] else { continue }
      let (into, from) = (members[places[0]], members[places[1]])
      if rule == .oneToOne, into.contains(where: { own in from.contains { $0.list == own.list } }) { continue }
      guard into.allSatisfy({ own in from.allSatisfy { links.contains(Link(own, $0)) } }) else { continue }
      members[places[0]] += from
      members[places[1]] = []
      for record in from { groupOf[record] = places[0] }
    }
    return members.filter { $0.count > 1 }.map { Group(records: $0.sorted()) }
      .sorted { $0.records[0] < $1.records[0] }
  }
}

/// What a linkage says about how the lists overlap.
public enum Overlap {
  /// Counts by capture history, bit `i` for list `i`; records in no group are on one list alone.
  public static func histories(_ groups: [PairSolver.Group], sizes: [Int]) -> [Int] {
    var counts = [Int](repeating: 0, count: 1 << sizes.count)
    var linked = [Int](repeating: 0, count: sizes.count)
    for group in groups {
      var history = 0
      for record in group.records {
        history |= 1 << record.list
        linked[record.list] += 1
      }
      counts[history] += 1
    }
    for (list, size) in sizes.enumerated() { counts[1 << list] += size - linked[list] }
    return counts
  }
}

/// How good a linkage is, against the truth.
public struct LinkageScore: Hashable, Sendable {
  public let right: Int
  public let wrong: Int
  public let missed: Int

  public init(found: Set<String>, truth: Set<String>) {
    right = found.intersection(truth).count
    wrong = found.count - right
    missed = truth.count - right
  }

  public init(right: Int, wrong: Int, missed: Int) { (self.right, self.wrong, self.missed) = (right, wrong, missed) }

  /// `nil` where nothing was found, or nothing is true.
  public var precision: Double? { right + wrong > 0 ? Double(right) / Double(right + wrong) : nil }
  public var recall: Double? { right + missed > 0 ? Double(right) / Double(right + missed) : nil }
  public var f1: Double? {
    2 * right + wrong + missed > 0 ? Double(2 * right) / Double(2 * right + wrong + missed) : nil
  }
}
