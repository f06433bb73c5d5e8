/// How wrong the linkage is, from pairs that a person looked at (or that a model of the scores stands for).
public struct LinkageError: Hashable, Sendable {
  /// Some of so many.
  public struct Share: Hashable, Sendable {
    public let wrong: Int
    public let looked: Int

    /// `nil` unless 0 ≤ wrong ≤ looked and something was looked at.
    public init?(wrong: Int, looked: Int) {
      guard wrong >= 0, looked > 0, wrong <= looked else { return nil }
      (self.wrong, self.looked) = (wrong, looked)
    }

    /// The mean of its distribution under Jeffreys' prior.
    var mean: Double { (Double(wrong) + 0.5) / (Double(looked) + 1) }

    func draw(_ draws: inout RandomDraws) -> Double {
      draws.beta(Double(wrong) + 0.5, Double(looked - wrong) + 0.5)
    }
  }

  /// True pairs that were not linked, of all true pairs looked at.
  public let missed: Share
  /// Links that are wrong, of all links looked at.
  public let wrongly: Share

  public init(missed: Share, wrongly: Share) {
    self.missed = missed
    self.wrongly = wrongly
  }
}

/// Turns the overlap table that a faulty linkage gives back into the one a faultless linkage would have given.
///
/// False links are taken out first: each link of a history is wrong with the same chance, and a wrong one joined one
/// record to the rest. Missed links are then inverted: each pair of a person's records goes unlinked with the same
/// chance, so that the person falls into pieces as the linkage's solver would leave them, and the true table is the
/// likeliest that gives the pieces seen (expectation and maximisation, after Ding and Fienberg 1994). Both chances are
/// taken as equal for all pairs of lists and as independent from pair to pair.
public struct OverlapCorrection: Sendable {
  private let lists: Int
  /// Per number of lists: the chance-free patterns as (missing links, pieces with their weight).
  private let pieces: [[Piece]]

  private struct Piece {
    var present: Int
    var links: Int
    /// Weight by set, in the member numbering.
    var weights: [(set: Int, weight: Double)]
  }

  public init(lists: Int) {
    self.lists = lists
    pieces = (0...lists).map { Self.patterns($0) }
  }

  /// The corrected counts.
  public func corrected(_ counts: [Double], missed: Double, falseShare: Double) -> [Double] {
    let clean = withoutFalse(counts, falseShare)
    guard missed > 0 else { return clean }
    // Which pieces a person on each set of lists leaves.
    var effects = [[(Int, Double)]](repeating: [], count: counts.count)
    for set in 1..<counts.count {
      let members = (0..<lists).filter { set.holds($0) }
      var sums: [Int: Double] = [:]
      for pattern in pieces[members.count] {
        var chance = 1.0
        for _ in 0..<pattern.present { chance *= 1 - missed }
        for _ in pattern.present..<pattern.links { chance *= missed }
        for (small, weight) in pattern.weights { sums[small, default: 0] += chance * weight }
      }
      effects[set] = sums.sorted { $0.key < $1.key }.map { small, weight in
        var full = 0
        for (place, list) in members.enumerated() where small.holds(place) { full |= 1 << list }
        return (full, weight)
      }
    }
    var truth = clean
    for _ in 0..<300 {
      var expected = [Double](repeating: 0, count: counts.count)
      for set in 1..<counts.count where truth[set] > 0 {
        for (piece, weight) in effects[set] { expected[piece] += truth[set] * weight }
      }
      var change = 0.0
      for set in 1..<counts.count where truth[set] > 0 {
        var (ratio, whole) = (0.0, 0.0)
        for (piece, weight) in effects[set] {
          if expected[piece] > 0 { ratio += weight * clean[piece] / expected[piece] }
          whole += weight
        }
        let next = truth[set] * ratio / whole
        change = max(change, abs(next - truth[set]) / (1 + truth[set]))
        truth[set] = next < 1e-6 ? 0 : next
      }
      if change < 1e-9 { break }
    }
    return truth
  }

  private func withoutFalse(_ counts: [Double], _ share: Double) -> [Double] {
    guard share > 0 else { return counts }
    var clean = counts
    for size in stride(from: lists, through: 2, by: -1) {
      for set in 1..<counts.count where set.nonzeroBitCount == size && clean[set] > 0 {
        var sound = 1.0
        for _ in 1..<size { sound *= 1 - share }
        let broken = clean[set] * (1 - sound)
        clean[set] -= broken
        for list in 0..<lists where set.holds(list) {
          clean[1 << list] += broken / Double(size)
          clean[set & ~(1 << list)] += broken / Double(size)
        }
      }
    }
    return clean
  }

  /// Every pattern of links among `size` records, with the groups that a greedy solver makes of it: two groups are
  /// joined only when every pair between them is linked, links taken in any order. For five and six records the orders
  /// are sampled, for fewer all orders that matter are equally likely by symmetry and sampled the same way.
  private static func patterns(_ size: Int) -> [Piece] {
    let pairs = LogLinearModel.pairs(size)
    var draws = RandomDraws(seed: 0xA11CE)
    return (0..<(1 << pairs.count)).map { pattern in
      let links = pairs.indices.filter { pattern.holds($0) }.map { pairs[$0] }
      let isWhole = links.count == pairs.count
      let orders = isWhole || links.count < 2 ? 1 : (size < 5 ? 60 : 4)
      var weights: [Int: Double] = [:]
      for _ in 0..<orders {
        var order = links
        for place in order.indices.reversed() where place > 0 {
          order.swapAt(place, Int(draws.uniform() * Double(place + 1)))
        }
        for group in solved(order, links: Set(links), size) { weights[group, default: 0] += 1 / Double(orders) }
      }
      return Piece(
        present: links.count, links: pairs.count,
        weights: weights.sorted { $0.key < $1.key }.map { (set: $0.key, weight: $0.value) })
    }
  }

  private static func solved(_ order: [Int], links: Set<Int>, _ size: Int) -> [Int] {
    var groups = (0..<size).map { 1 << $0 }
    for link in order {
      let touched = groups.filter { $0 & link != 0 }
      guard touched.count == 2 else { continue }
      var isComplete = true
      for first in 0..<size where touched[0].holds(first) {
        for second in 0..<size where touched[1].holds(second) && !links.contains((1 << first) | (1 << second)) {
          isComplete = false
        }
      }
      guard isComplete else { continue }
      groups.removeAll { touched.contains($0) }
      groups.append(touched[0] | touched[1])
    }
    return groups
  }
}

/// An estimate whose interval holds the linkage's errors beside chance and the choice of the model.
public struct CorrectedEstimate: Hashable, Sendable {
  /// From the corrected table.
  public let total: Double
  public let lower: Double
  public let upper: Double
  /// From the table as it was linked.
  public let uncorrected: Double
  public let observed: Double
  public let model: LogLinearModel
  public let failed: Int

  /// Draws error rates from what the clerical sample leaves open, resamples the table, corrects, chooses the model
  /// again and fits: the totals of all draws pooled.
  public static func make(
    _ choice: ModelChoice, _ table: HistoryTable, error: LinkageError, resamples: Int, seed: UInt64,
    level: Double = 0.95, progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws -> CorrectedEstimate? {
    let lists = table.lists.count
    let correction = OverlapCorrection(lists: lists)
    let centre = correction.corrected(table.counts, missed: error.missed.mean, falseShare: error.wrongly.mean)
    var chooser = ModelChooser(choice, lists: lists)
    let uncorrected = chooser.total(table.counts)
    guard let fit = chooser.fit(centre) else { return nil }
    let (counts, whole) = (table.counts, Int(table.observed.rounded()))
    let starts = Array(stride(from: 0, to: resamples, by: 25))
    let totals = try await inParallel(starts.count, progress: progress) { index in
      var chooser = ModelChooser(choice, lists: lists)
      return (starts[index]..<min(resamples, starts[index] + 25)).map { number in
        var draws = RandomDraws(seed: seed, part: number)
        let (missed, wrong) = (error.missed.draw(&draws), error.wrongly.draw(&draws))
        let drawn = draws.multinomial(whole, weights: counts)
        return chooser.total(correction.corrected(drawn, missed: missed, falseShare: wrong))
      }
    }.flatMap { $0 }.sorted()
    return CorrectedEstimate(
      total: fit.total, lower: quantile(totals, (1 - level) / 2), upper: quantile(totals, 1 - (1 - level) / 2),
      uncorrected: uncorrected, observed: centre.reduce(0, +), model: fit.model,
      failed: totals.count { !$0.isFinite })
  }
}
