/// How many cases stand on exactly which of the lists: one count for each capture history but the empty one, which is
/// what is to be estimated.
public struct HistoryTable: Hashable, Sendable {
  /// More lists are merged first: from seven on the models are too many and the overlaps too thin.
  public static let mostLists = 6

  public let lists: [String]
  /// By history: bit `i` is set when the case stands on list `i`. Place 0 is 0.
  public private(set) var counts: [Double]

  /// - Parameters:
  ///   - lists: two to six names.
  ///   - counts: 2 to the number of lists; place 0 must be 0.
  ///
  /// Throws `HistoryProblem` in plain words.
  public init(lists: [String], counts: [Double]) throws(HistoryProblem) {
    guard lists.count >= 2 else {
      throw HistoryProblem("an estimate needs at least two lists; with one list nothing says how many it misses")
    }
    guard lists.count <= Self.mostLists else {
      throw HistoryProblem(
        "\(lists.count) lists are more than \(Self.mostLists); merge those that are alike (--merge A+B)")
    }
    guard counts.count == 1 << lists.count, counts[0] == 0,
      counts.allSatisfy({ $0 >= 0 && $0.isFinite })
    else { throw HistoryProblem("the counts do not fit the lists") }
    guard counts.reduce(0, +) <= 1e9 else { throw HistoryProblem("more than a thousand million cases") }
    self.lists = lists
    self.counts = counts
  }

  /// The cases on any list.
  public var observed: Double { counts.reduce(0, +) }

  /// The cases on every list of the set, and perhaps on more.
  public func onAll(_ set: Int) -> Double {
    var sum = 0.0
    for (history, count) in counts.enumerated() where history & set == set { sum += count }
    return sum
  }

  /// Histories that occur, one bit each.
  var support: UInt64 {
    var bits: UInt64 = 0
    for (history, count) in counts.enumerated() where count > 0 { bits |= 1 << UInt64(history) }
    return bits
  }

  /// The names of a set of lists.
  public func names(_ set: Int) -> String {
    lists.indices.filter { set.holds($0) }.map { lists[$0] }.joined(separator: "+")
  }

  /// The same with other counts, as resampling makes them.
  func with(counts: [Double]) -> HistoryTable {
    var table = self
    table.counts = counts
    return table
  }

  /// Without a list; cases on that list alone leave the table.
  public func without(_ list: Int) throws(HistoryProblem) -> HistoryTable {
    var kept = [Double](repeating: 0, count: counts.count / 2)
    for (history, count) in counts.enumerated() {
      let low = history & ((1 << list) - 1)
      kept[low | (history >> (list + 1)) << list] += count
    }
    kept[0] = 0
    var names = lists
    names.remove(at: list)
    return try HistoryTable(lists: names, counts: kept)
  }

  /// With two lists counted as one.
  public func merging(_ first: Int, _ second: Int) throws(HistoryProblem) -> HistoryTable {
    let (low, high) = (min(first, second), max(first, second))
    var merged = [Double](repeating: 0, count: counts.count / 2)
    for (history, count) in counts.enumerated() where count > 0 {
      let joined = history | (history >> high & 1) << low
      merged[joined & ((1 << high) - 1) | (joined >> (high + 1)) << high] += count
    }
    var names = lists
    names[low] = "\(lists[low])+\(lists[high])"
    names.remove(at: high)
    return try HistoryTable(lists: names, counts: merged)
  }

  /// What stands in the way of any estimate, and what weakens it, in words.
  public func findings() -> (problem: String?, warnings: [String]) {
    var warnings: [String] = []
    guard observed > 0 else { return ("no case stands on any list", []) }
    for list in lists.indices where onAll(1 << list) == 0 {
      return ("the list “\(lists[list])” is empty; leave it out", [])
    }
    var overlaps = 0
    for first in lists.indices {
      for second in lists.indices where second > first {
        let both = onAll(1 << first | 1 << second)
        if both > 0 { overlaps += 1 }
        for (inner, outer) in [(first, second), (second, first)] where both > 0 && both == onAll(1 << inner) {
          let twins = both == onAll(1 << outer)
          if lists.count == 2 {
            return (
              twins
                ? "both lists hold the same cases, so nothing says how many are missed"
                : "every case of “\(lists[inner])” also stands on “\(lists[outer])”: one list inside another says that "
                  + "nothing is hidden, which is no estimate",
              []
            )
          }
          if !(twins && inner == second) {
            warnings.append(
              "every case of “\(lists[inner])” also stands on “\(lists[outer])”; they are hardly two sources, merge them"
            )
          }
        }
      }
    }
    guard overlaps > 0 else {
      return (
        "no case stands on two lists; without any overlap the hidden number can be anything, so nothing is printed", []
      )
    }
    let multiple = counts.enumerated().reduce(0.0) { $0 + ($1.offset.nonzeroBitCount > 1 ? $1.element : 0) }
    if multiple < 10 {
      warnings.append("only \(Int(multiple.rounded())) cases stand on two lists or more; everything hangs on them")
    }
    if lists.count == 2 {
      warnings.append(
        "two lists can't show whether they find the same people more often than chance; independence is assumed, "
          + "not tested")
    }
    for first in lists.indices {
      for second in lists.indices where second > first && onAll(1 << first | 1 << second) == 0 {
        warnings.append("no case stands on both “\(lists[first])” and “\(lists[second])”")
      }
    }
    return (nil, warnings)
  }
}

/// What is wrong with a table of histories, in one sentence.
public struct HistoryProblem: Error, Hashable, Sendable {
  /// Counted from 1; 0 when the whole table is meant.
  public var line: Int
  public var message: String

  public init(line: Int = 0, _ message: String) {
    self.line = line
    self.message = message
  }
}
