import Foundation

/// How the questions of a test behaved: their difficulty, how well they part people, and the test's reliability.
///
/// All figures are fractions. What can't be computed is `nil` with its reason by the measure's name: `one_item`,
/// `no_spread`, `not_right_or_wrong`, `no_people`.
///
/// Sources: Kuder and Richardson 1937 (KR-20), Cronbach 1951 (α); discrimination from the upper and lower 27 % after
/// Kelley 1939; discriminative efficiency as in Moodle's quiz statistics.
public struct ItemAnalysis: Hashable, Sendable {
  /// Below this number of people α and KR-20 are printed with the note that they are too few to judge.
  public static let fewestToJudge = 30

  public struct Item: Hashable, Sendable {
    public var name: String
    public var facility: Double?
    /// Mean of the upper 27 % minus mean of the lower 27 % by total score. People tied at the border count with equal
    /// shares, so that the order of the rows changes nothing.
    public var discrimination: Double?
    public var correlationWithTotal: Double?
    public var correlationWithRest: Double?
    /// Covariance with the rest, of the largest that these marks could have.
    public var efficiency: Double?
    public var alphaIfDeleted: Double?
    public var reasons: [String: String] = [:]
  }

  public private(set) var n: Int
  public private(set) var k: Int
  public private(set) var alpha: Double?
  public private(set) var kr20: Double?
  /// Standard error of measurement, as a fraction of the full mark.
  public private(set) var sem: Double?
  public private(set) var items: [Item] = []
  public private(set) var reasons: [String: String] = [:]
  public var isTooFewToJudge: Bool { n < Self.fewestToJudge }

  /// - Parameters:
  ///   - marks: one column an item, one value a person; all columns equally long.
  ///   - maxima: the full mark of each item, above 0.
  public init(names: [String], marks: [[Double]], maxima: [Double]) {
    (n, k) = (marks.first?.count ?? 0, names.count)
    guard n > 0 else {
      for measure in ["alpha", "kr20", "sem"] { reasons[measure] = "no_people" }
      items = names.map { Item(name: $0) }
      return
    }
    var totals = [Double](repeating: 0, count: n)
    for column in marks { for index in column.indices { totals[index] += column[index] } }
    let variances = marks.map(Self.variance)
    let total = Self.variance(totals)
    let sum = variances.reduce(0, +)
    alpha = Self.alpha(k, sum: sum, total: total)
    if alpha == nil { reasons["alpha"] = k < 2 ? "one_item" : "no_spread" }
    let isRightOrWrong = zip(marks, maxima).allSatisfy { column, full in column.allSatisfy { $0 == 0 || $0 == full } }
    // With marks of 0 and 1 KR-20 is α; it is not defined for others, nor for items of unequal weight.
    if isRightOrWrong, Set(maxima).count <= 1 {
      kr20 = alpha
      reasons["kr20"] = reasons["alpha"]
    } else {
      reasons["kr20"] = "not_right_or_wrong"
    }
    let full = maxima.reduce(0, +)
    if let alpha, n > 1 {
      let deviation = (total * Double(n) / Double(n - 1)).squareRoot()
      sem = deviation * max(0, 1 - alpha).squareRoot() / full
    } else {
      reasons["sem"] = reasons["alpha"] ?? "no_spread"
    }
    let borders = Self.shares(totals)
    items = names.indices.map { index in
      item(
        names[index], marks[index], maxima[index], totals: totals, borders: borders, own: variances[index], sum: sum)
    }
  }

  private func item(
    _ name: String, _ marks: [Double], _ full: Double, totals: [Double], borders: (upper: [Double], lower: [Double]),
    own: Double, sum: Double
  ) -> Item {
    let rest = zip(totals, marks).map { $0 - $1 }
    let restVariance = Self.variance(rest)
    var item = Item(name: name)
    item.facility = marks.reduce(0, +) / Double(n) / full
    item.discrimination = (Self.weighted(marks, borders.upper) - Self.weighted(marks, borders.lower)) / full
    item.correlationWithTotal = Self.correlation(marks, totals)
    item.correlationWithRest = Self.correlation(marks, rest)
    let largest = Self.covariance(marks.sorted(), rest.sorted())
    if largest > 1e-12 { item.efficiency = Self.covariance(marks, rest) / largest }
    item.alphaIfDeleted = Self.alpha(k - 1, sum: sum - own, total: restVariance)
    if item.correlationWithTotal == nil { item.reasons["point_biserial_total"] = "no_spread" }
    if item.correlationWithRest == nil { item.reasons["point_biserial_rest"] = k < 2 ? "one_item" : "no_spread" }
    if item.efficiency == nil { item.reasons["discriminative_efficiency"] = k < 2 ? "one_item" : "no_spread" }
    if item.alphaIfDeleted == nil { item.reasons["alpha_if_deleted"] = k < 3 ? "one_item" : "no_spread" }
    return item
  }

  // MARK: Sums

  private static func alpha(_ k: Int, sum: Double, total: Double) -> Double? {
    guard k > 1, total > 1e-12 else { return nil }
    return Double(k) / Double(k - 1) * (1 - sum / total)
  }

  private static func variance(_ values: [Double]) -> Double { covariance(values, values) }

  /// Over n: all ratios here are the same with n − 1.
  private static func covariance(_ x: [Double], _ y: [Double]) -> Double {
    let (meanX, meanY) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    var sum = 0.0
    for index in x.indices { sum += (x[index] - meanX) * (y[index] - meanY) }
    return sum / Double(x.count)
  }

  private static func correlation(_ x: [Double], _ y: [Double]) -> Double? {
    let spread = variance(x) * variance(y)
    return spread > 1e-18 ? covariance(x, y) / spread.squareRoot() : nil
  }

  /// How much each person belongs to the upper and to the lower 27 %.
  private static func shares(_ totals: [Double]) -> (upper: [Double], lower: [Double]) {
    let size = max(1, Int((0.27 * Double(totals.count)).rounded()))
    let sorted = totals.sorted()
    func share(_ border: Double, _ isInside: (Double) -> Bool) -> [Double] {
      let inside = totals.count(where: isInside)
      let tied = totals.count { $0 == border }
      let part = Double(size - inside) / Double(tied)
      return totals.map { isInside($0) ? 1 : $0 == border ? part : 0 }
    }
    let (low, high) = (sorted[size - 1], sorted[sorted.count - size])
    return (share(high) { $0 > high }, share(low) { $0 < low })
  }

  private static func weighted(_ marks: [Double], _ weights: [Double]) -> Double {
    var (sum, weight) = (0.0, 0.0)
    for index in marks.indices {
      sum += marks[index] * weights[index]
      weight += weights[index]
    }
    return sum / weight
  }
}
