/// The bias-corrected and accelerated bootstrap interval, the whole choice of the model repeated in every resample
/// (Efron 1987; Chan, Silverman and Vincent 2021).
public struct BootstrapInterval: Hashable, Sendable {
  public let estimate: Double
  public let resamples: Int
  public let acceleration: Double
  public let bias: Double
  /// Resamples without an estimate, taken as without end.
  public let failed: Int
  private let sorted: [Double]

  /// The interval of a level, for example 0.95.
  public func interval(_ level: Double = 0.95) -> (lower: Double, upper: Double) {
    (limit((1 - level) / 2), limit(1 - (1 - level) / 2))
  }

  /// The 95 and the 90 per cent limit coincide: the table is too small for the resamples to tell them apart.
  public var isSaturated: Bool {
    let (wide, narrow) = (interval(0.95), interval(0.90))
    return wide.lower == narrow.lower || wide.upper == narrow.upper
  }

  /// Shared out among the cores; every resample has its own random stream, so that the digits depend on the seed alone.
  ///
  /// - Parameter progress: called with the share that is done.
  ///
  /// Throws `CancellationError` when the task is cancelled.
  public static func make(
    _ choice: ModelChoice, _ table: HistoryTable, resamples: Int, seed: UInt64,
    progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws -> BootstrapInterval? {
    let lists = table.lists.count
    var chooser = ModelChooser(choice, lists: lists)
    let estimate = chooser.total(table.counts)
    guard estimate.isFinite else { return nil }
    let (counts, whole) = (table.counts, Int(table.observed.rounded()))
    let chunk = 25
    let starts = Array(stride(from: 0, to: resamples, by: chunk))
    let totals = try await inParallel(starts.count, progress: progress) { index in
      var chooser = ModelChooser(choice, lists: lists)
      return (starts[index]..<min(resamples, starts[index] + chunk)).map { number in
        var draws = RandomDraws(seed: seed, part: number)
        return chooser.total(draws.multinomial(whole, weights: counts))
      }
    }.flatMap { $0 }
    let below = Double(totals.count { $0 < estimate }) / Double(max(1, resamples))
    let jackknife: [(weight: Double, total: Double)] = counts.indices.filter { counts[$0] > 0 }.map { history in
      var fewer = counts
      fewer[history] = max(0, fewer[history] - 1)
      return (counts[history], chooser.total(fewer))
    }.filter { $0.total.isFinite }
    let weight = jackknife.reduce(0) { $0 + $1.weight }
    let mean = jackknife.reduce(0) { $0 + $1.weight * $1.total } / max(weight, 1)
    let (cubes, squares) = jackknife.reduce((0.0, 0.0)) { sums, part in
      let r = mean - part.total
      return (sums.0 + part.weight * r * r * r, sums.1 + part.weight * r * r)
    }
    let acceleration = squares > 0 ? cubes / (6 * squares * squares.squareRoot()) : 0
    let share = min(max(below, 0.5 / Double(resamples + 1)), 1 - 0.5 / Double(resamples + 1))
    return BootstrapInterval(
      estimate: estimate, resamples: resamples, acceleration: acceleration, bias: SteadyMath.normalQuantile(share),
      failed: totals.count { !$0.isFinite }, sorted: totals.sorted())
  }

  private func limit(_ level: Double) -> Double {
    let z = bias + SteadyMath.normalQuantile(level)
    return quantile(sorted, SteadyMath.normal(below: bias + z / (1 - acceleration * z)))
  }
}

/// A quantile of sorted values, nearly median-unbiased (type 8 of Hyndman and Fan 1996).
func quantile(_ sorted: [Double], _ share: Double) -> Double {
  guard let first = sorted.first, let last = sorted.last else { return .nan }
  let place = (Double(sorted.count) + 1.0 / 3) * share + 1.0 / 3
  let whole = place.rounded(.down)
  if whole < 1 { return first }
  if whole >= Double(sorted.count) { return last }
  let (low, high) = (sorted[Int(whole) - 1], sorted[Int(whole)])
  let part = place - whole
  return part < 1e-12 || low == high ? low : low + part * (high - low)
}

/// Runs parts of a work on all cores and gives their results in order.
func inParallel<Part: Sendable>(
  _ count: Int, progress: @escaping @Sendable (Double) -> Void = { _ in },
  _ work: @escaping @Sendable (Int) throws -> Part
) async throws -> [Part] {
  var parts = [Part?](repeating: nil, count: count)
  var done = 0
  try await withThrowingTaskGroup(of: (Int, Part).self) { group in
    for index in 0..<count {
      group.addTask {
        try Task.checkCancellation()
        return (index, try work(index))
      }
    }
    for try await (index, part) in group {
      parts[index] = part
      done += 1
      progress(Double(done) / Double(count))
    }
  }
  return parts.compactMap { $0 }
}
