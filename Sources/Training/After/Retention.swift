import Foundation

/// What remains of what a course gave: ρ = (follow − pre) / (post − pre) over the same people, with its interval.
///
/// The interval is Fieller's for a ratio of two means of the same people (Fieller 1954). Where the change in the course is
/// itself not clearly different from nought it has no bounds, and none are given.
public struct Retention: Hashable, Sendable {
  public struct Person: Hashable, Sendable {
    public var pre: Double
    public var post: Double
    /// The mean mark of the round's anchors.
    public var follow: Double

    /// Fractions of the full mark.
    public init(pre: Double, post: Double, follow: Double) {
      self.pre = pre
      self.post = post
      self.follow = follow
    }
  }

  /// People with all three.
  public private(set) var matched: Int
  public private(set) var preMean: Double?
  public private(set) var postMean: Double?
  public private(set) var followMean: Double?
  public private(set) var rho: Double?
  public private(set) var low: Double?
  public private(set) var high: Double?
  /// Why a measure is `nil`: `no_matched`, `no_change`, `one_matched`, `no_bounds`.
  public private(set) var reasons: [String: String] = [:]

  public var isTooFewToJudge: Bool { matched < PairedResult.fewestToJudge }

  public init(_ people: [Person]) {
    matched = people.count
    guard !people.isEmpty else {
      for measure in ["retention", "interval"] { reasons[measure] = "no_matched" }
      return
    }
    let (pre, post, follow) = (
      people.map(\.pre).stableMean, people.map(\.post).stableMean, people.map(\.follow).stableMean
    )
    (preMean, postMean, followMean) = (pre, post, follow)
    rho = PairedResult.retention(pre: pre, post: post, follow: follow)
    guard rho != nil else {
      for measure in ["retention", "interval"] { reasons[measure] = "no_change" }
      return
    }
    guard people.count > 1 else {
      reasons["interval"] = "one_matched"
      return
    }
    let n = Double(people.count)
    let kept = people.map { $0.follow - $0.pre }
    let gained = people.map { $0.post - $0.pre }
    let (top, bottom) = (follow - pre, post - pre)
    let products = zip(kept, gained).map { ($0 - top) * ($1 - bottom) }.sorted().reduce(0, +)
    let square = pow(StudentT.critical(0.95, df: n - 1), 2)
    let a = bottom * bottom - square * pow(gained.deviation, 2) / n
    let b = top * bottom - square * products / (n - 1) / n
    let c = top * top - square * pow(kept.deviation, 2) / n
    guard a > 1e-12 else {
      reasons["interval"] = "no_bounds"
      return
    }
    let root = max(0, b * b - a * c).squareRoot()
    (low, high) = ((b - root) / a, (b + root) / a)
  }
}
