/// A hierarchical log-linear model that contains every list by itself: which sets of lists have an effect of their own.
public struct LogLinearModel: Hashable, Sendable {
  public let lists: Int
  /// Bit `m` is set when the set of lists `m` is a term; bit 0 is the intercept.
  public let terms: UInt64

  /// All lists independent of one another.
  public static func independence(lists: Int) -> LogLinearModel {
    var bits: UInt64 = 1
    for list in 0..<lists { bits |= 1 << UInt64(1 << list) }
    return LogLinearModel(lists: lists, terms: bits)
  }

  /// The smallest hierarchical model with these sets of lists.
  public init(lists: Int, generators: [Int]) {
    var bits = Self.independence(lists: lists).terms
    for generator in generators {
      var subset = generator
      while subset > 0 {
        bits |= 1 << UInt64(subset)
        subset = (subset - 1) & generator
      }
    }
    self.init(lists: lists, terms: bits)
  }

  init(lists: Int, terms: UInt64) {
    self.lists = lists
    self.terms = terms
  }

  public var parameters: Int { terms.nonzeroBitCount }

  public func contains(_ set: Int) -> Bool { terms >> UInt64(set) & 1 == 1 }

  func adding(_ set: Int) -> LogLinearModel { LogLinearModel(lists: lists, terms: terms | 1 << UInt64(set)) }

  /// The sets that are in no larger one.
  public var generators: [Int] {
    (1..<(1 << lists)).filter { set in
      guard contains(set) else { return false }
      for list in 0..<lists where set & (1 << list) == 0 && contains(set | (1 << list)) { return false }
      return true
    }
  }

  /// The usual short form: `[12,13,4]`, lists counted from 1.
  public var notation: String {
    let sets: [String] = generators.map { set in
      (0..<lists).filter { set.holds($0) }.map { "\($0 + 1)" }.joined()
    }
    return "[" + sets.sorted().joined(separator: ",") + "]"
  }

  /// All pairs of lists in the order 12, 13, … 23, …
  static func pairs(_ lists: Int) -> [Int] {
    var pairs: [Int] = []
    for first in 0..<lists {
      for second in (first + 1)..<max(lists, first + 1) { pairs.append((1 << first) | (1 << second)) }
    }
    return pairs
  }

  /// Every hierarchical model up to an order of interaction, without the saturated one, which leaves nothing to test.
  ///
  /// - Parameter order: how many lists a term may join, at least 1.
  ///
  /// Returns `nil` when they are more than a million.
  public static func all(lists: Int, order: Int) -> [LogLinearModel]? {
    if lists == 6, order > 2 { return nil }
    let candidates = (1..<(1 << lists)).filter { $0.nonzeroBitCount >= 2 && $0.nonzeroBitCount <= order }
      .sorted { ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1) }
    let start = independence(lists: lists).terms
    var found: [UInt64] = []
    func extend(_ terms: UInt64, _ index: Int) {
      guard index < candidates.count else {
        found.append(terms)
        return
      }
      extend(terms, index + 1)
      let set = candidates[index]
      let isOpen = (0..<lists).allSatisfy { (list: Int) -> Bool in
        let bit = 1 << list
        return set & bit == 0 || (terms >> UInt64(set & ~bit)) & 1 == 1
      }
      if isOpen { extend(terms | 1 << UInt64(set), index + 1) }
    }
    extend(start, 0)
    return found.map { LogLinearModel(lists: lists, terms: $0) }.filter { $0.parameters < 1 << lists }
  }
}

extension Int {
  /// Whether a set of lists, a bit each, holds a list.
  func holds(_ list: Int) -> Bool { (self >> list) & 1 == 1 }
}
