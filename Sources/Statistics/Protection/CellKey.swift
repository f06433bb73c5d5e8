import Foundation

/// Perturbs each count by a small number that its cell key decides, so that the same cases get the same number in every
/// table (cell-key method: Fraser and Wooton 2005; Marley and Leaver 2011).
///
/// Up to the largest deviation the chances are those of greatest entropy that leave the mean where it is
/// (Giessing 2016). No result is negative, and none lies from 1 to below the threshold.
public struct CellKey {
  public let threshold: Int
  public let deviation: Int
  private var laws: [Int: [(result: Int, upTo: Double)]] = [:]

  /// - Parameters:
  ///   - threshold: smaller results than this are not published, except 0.
  ///   - deviation: how far a count at or above the threshold may be moved, at least 1.
  public init(threshold: Int, deviation: Int) {
    self.threshold = threshold
    self.deviation = deviation
  }

  /// The number to publish for a count whose cell key is from 0 to below 1.
  public mutating func perturb(_ count: Int, key: Double) -> Int {
    guard count > 0 else { return 0 }
    // Far from 0 all counts share one law.
    let near = min(count, threshold + deviation)
    let law = laws[near] ?? Self.law(near, threshold, deviation)
    laws[near] = law
    let result = law.first { key < $0.upTo }?.result ?? law.last?.result ?? near
    return result + count - near
  }

  static func law(_ count: Int, _ threshold: Int, _ deviation: Int) -> [(result: Int, upTo: Double)] {
    if count < threshold {
      // Only 0 and the threshold are left; in the mean the count stays what it is.
      let chance = Double(count) / Double(threshold)
      return [(0, 1 - chance), (threshold, 1)]
    }
    let results = Array(max(threshold, count - deviation)...(count + deviation))
    let steps = results.map { Double($0 - count) }
    // The flattest chances with mean 0 under a quadratic price have the form exp(a·step − step²/2s²); a by halving.
    let price = 2 * Double(deviation * deviation) / 4
    func chances(_ tilt: Double) -> [Double] {
      let raw = steps.map { exp(tilt * $0 - $0 * $0 / price) }
      let sum = raw.reduce(0, +)
      return raw.map { $0 / sum }
    }
    var (low, high) = (-60.0, 60.0)
    for _ in 0..<80 {
      let middle = (low + high) / 2
      let mean = zip(chances(middle), steps).reduce(0) { $0 + $1.0 * $1.1 }
      if mean < 0 { low = middle } else { high = middle }
    }
    var sum = 0.0
    return zip(results, chances((low + high) / 2)).map { result, chance in
      sum += chance
      return (result, sum)
    }
  }

  /// A key for a cell without record keys: decided by its conditions, so the same cell has the same key in each table.
  public static func key(_ conditions: [String], seed: UInt64) -> Double {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ seed
    for byte in conditions.sorted().joined(separator: "\u{1F}").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((hash ^ (hash >> 31)) >> 11) / Double(1 << 53)
  }
}
