import Foundation

/// A class before and after, as one thing: only people who answered both are compared.
///
/// Scores are fractions of the full mark. What can't be computed is `nil`, and `reasons` says why, by the measure's
/// name: `no_matched`, `one_matched`, `full_before` (nobody could gain), `no_spread` (all differences equal),
/// `no_change` (nothing to retain), `not_followed`.
///
/// Sources: class gain, Hake 1998; paired effects, Lakens 2013 (d_z, d_av, Hedges' g_z).
public struct PairedResult: Hashable, Sendable {
  /// Below this number of matched people the class is too small to judge.
  public static let fewestToJudge = 10

  public private(set) var matched = 0
  /// The share of those who answered before and not after.
  public private(set) var attrition: Double?
  public private(set) var preMean: Double?
  public private(set) var postMean: Double?
  /// (post − pre) / (1 − pre) on the matched means.
  public private(set) var gain: Double?
  public private(set) var meanDifference: Double?
  public private(set) var sdDifference: Double?
  public private(set) var t: Double?
  public private(set) var df: Int?
  public private(set) var p: Double?
  /// The 95 % interval of the mean difference.
  public private(set) var ciLow: Double?
  public private(set) var ciHigh: Double?
  public private(set) var dZ: Double?
  public private(set) var dAv: Double?
  public private(set) var gZ: Double?
  /// (follow − pre) / (post − pre), on those who answered all three.
  public private(set) var retention: Double?
  public private(set) var reasons: [String: String] = [:]

  public var isTooFewToJudge: Bool { matched < Self.fewestToJudge }

  /// - Parameters:
  ///   - pre: the fraction each participant reached before; likewise the others.
  public init<Key: Hashable>(pre: [Key: Double], post: [Key: Double], follow: [Key: Double]? = nil) {
    let pairs = pre.compactMap { key, before in post[key].map { (before: before, after: $0) } }
    matched = pairs.count
    if pre.isEmpty {
      reasons["attrition"] = "no_pre"
    } else {
      attrition = 1 - Double(matched) / Double(pre.count)
    }
    retain(pre, post, follow)
    guard matched > 0 else {
      lack(["pre_mean", "post_mean", "gain", "mean_difference"] + Self.spreadMeasures, "no_matched")
      return
    }
    let (before, after) = (pairs.map(\.before).stableMean, pairs.map(\.after).stableMean)
    let difference = after - before
    (preMean, postMean, meanDifference) = (before, after, difference)
    gain = Self.gain(pre: before, post: after)
    if gain == nil { lack(["gain"], "full_before") }
    guard matched > 1 else {
      lack(Self.spreadMeasures, "one_matched")
      return
    }
    let (n, df) = (Double(matched), matched - 1)
    let sd = pairs.map { $0.after - $0.before }.deviation
    let average = ((pow(pairs.map(\.before).deviation, 2) + pow(pairs.map(\.after).deviation, 2)) / 2).squareRoot()
    (sdDifference, self.df) = (sd, df)
    if average > 1e-12 { dAv = difference / average } else { lack(["d_av"], "no_spread") }
    guard sd > 1e-12 else {
      lack(["t", "p", "ci_low", "ci_high", "d_z", "g_z"], "no_spread")
      return
    }
    let effect = difference / sd
    let statistic = effect * n.squareRoot()
    let margin = StudentT.critical(0.95, df: Double(df)) * sd / n.squareRoot()
    (t, p) = (statistic, StudentT.twoSidedP(statistic, df: Double(df)))
    (ciLow, ciHigh) = (difference - margin, difference + margin)
    dZ = effect
    gZ = effect * (1 - 3 / (4 * Double(df) - 1))
  }

  /// The class gain from two means; `nil` when everything was known before.
  public static func gain(pre: Double, post: Double) -> Double? {
    1 - pre > 1e-12 ? (post - pre) / (1 - pre) : nil
  }

  /// What is left of a change; `nil` when there was none.
  public static func retention(pre: Double, post: Double, follow: Double) -> Double? {
    abs(post - pre) > 1e-12 ? (follow - pre) / (post - pre) : nil
  }

  private static let spreadMeasures = ["sd_difference", "t", "df", "p", "ci_low", "ci_high", "d_z", "d_av", "g_z"]

  private mutating func retain<Key: Hashable>(_ pre: [Key: Double], _ post: [Key: Double], _ follow: [Key: Double]?) {
    guard let follow else { return lack(["retention"], "not_followed") }
    let all = pre.keys.filter { post[$0] != nil && follow[$0] != nil }
    guard !all.isEmpty else { return lack(["retention"], "no_matched") }
    func mean(_ scores: [Key: Double]) -> Double { all.compactMap { scores[$0] }.stableMean }
    retention = Self.retention(pre: mean(pre), post: mean(post), follow: mean(follow))
    if retention == nil { lack(["retention"], "no_change") }
  }

  private mutating func lack(_ measures: [String], _ reason: String) {
    for measure in measures { reasons[measure] = reason }
  }
}

extension [Double] {
  /// The mean of the sorted values, so that the order they come in changes no digit.
  var stableMean: Double { isEmpty ? 0 : sorted().reduce(0, +) / Double(count) }

  /// The sample's standard deviation (n − 1).
  var deviation: Double {
    guard count > 1 else { return 0 }
    let mean = stableMean
    return (map { ($0 - mean) * ($0 - mean) }.sorted().reduce(0, +) / Double(count - 1)).squareRoot()
  }
}
