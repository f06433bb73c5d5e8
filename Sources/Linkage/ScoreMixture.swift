import Basics
import Foundation

/// How many links are wrong and how many are missing, read off the scores alone: those of different people fall off
/// exponentially, those of the same person form a hill. A stand-in for a clerical sample, and said to be one.
public struct ScoreMixture: Hashable, Sendable {
  /// The share of pairs at or above the threshold that are of different people.
  public let falseShare: Double
  /// The share of the hill that lies below the threshold.
  public let missedShare: Double

  /// - Parameters:
  ///   - scores: of all candidate pairs down to `floor`, each record's best pair only.
  ///   - floor: at least 0.05 below the threshold.
  ///
  /// `nil` when there is too little to tell two kinds apart.
  public init?(scores: [Double], threshold: Double, floor: Double) {
    let scores = scores.filter { $0 >= floor && $0 <= 1 }
    guard scores.count >= 50, threshold - floor >= 0.05 else { return nil }
    var (share, rate, mean, spread) = (0.5, 1 / 0.03, 0.9, 0.06)
    var weights = [Double](repeating: 0, count: scores.count)
    for _ in 0..<500 {
      // Of the hill only what lies between the floor and 1 is seen.
      let seen = max(1e-6, Self.below((1 - mean) / spread) - Self.below((floor - mean) / spread))
      var (sum, moment, tail) = (0.0, 0.0, 0.0)
      for (place, score) in scores.enumerated() {
        let z = (score - mean) / spread
        let hill = share * exp(-z * z / 2) / (spread * 2.5066282746310002) / seen
        let slope = (1 - share) * rate * exp(-rate * (score - floor))
        weights[place] = hill / max(hill + slope, 1e-300)
        sum += weights[place]
        moment += weights[place] * score
        tail += (1 - weights[place]) * (score - floor)
      }
      guard sum > 5, Double(scores.count) - sum > 5 else { return nil }
      let next = moment / sum
      var square = 0.0
      for (place, score) in scores.enumerated() { square += weights[place] * (score - next) * (score - next) }
      let change = abs(next - mean)
      (share, mean) = (sum / Double(scores.count), next)
      spread = max(0.005, (square / sum).squareRoot())
      rate = (Double(scores.count) - sum) / max(tail, 1e-9)
      if change < 1e-9 { break }
    }
    guard mean > threshold else { return nil }
    let linked = scores.indices.filter { scores[$0] >= threshold }
    let wrong = linked.reduce(0) { $0 + 1 - weights[$1] }
    falseShare = linked.isEmpty ? 0 : wrong / Double(linked.count)
    missedShare = Self.below((threshold - mean) / spread)
  }

  private static func below(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }
}

/// A sample of pairs for a person to look at, in the house that has the names.
public enum ClericalSample {
  /// Which of so many things are looked at, in order; all of them when there are not more than asked for.
  public static func indices(of whole: Int, count: Int, seed: UInt64) -> [Int] {
    guard whole > count else { return Array(0..<whole) }
    var generator = SeededGenerator(seed: seed)
    var chosen: Set<Int> = []
    // Floyd's algorithm: each subset of the size is as likely as every other.
    for top in (whole - count)..<whole {
      let draw = Int(generator.next() % UInt64(top + 1))
      chosen.insert(chosen.contains(draw) ? top : draw)
    }
    return chosen.sorted()
  }
}
