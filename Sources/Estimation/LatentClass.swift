/// A Bayesian latent class model with stick-breaking weights (Manrique-Vallier 2016): people differ in how likely they
/// are to reach each list, in up to `classes` kinds. Several chains; where they do not agree, there is no result.
public struct LatentClass: Hashable, Sendable {
  public struct Settings: Hashable, Sendable {
    public var classes = 10
    public var chains = 4
    public var burnIn = 40_000
    public var sweeps = 40_000
    /// The hidden number is kept to this many times the observed one, as the reference implementation does silently.
    public var most = 20.0
    public init() {}
  }

  public let mean: Double
  public let median: Double
  public let lower: Double
  public let upper: Double
  /// Gelman and Rubin's statistic over split chains of the logarithm of the hidden number; 1 when the chains agree.
  public let scaleReduction: Double
  /// Medians of the chains, so that everybody sees what disagreement means.
  public let chainMedians: [Double]
  /// The share of draws that had to be kept back from the cap.
  public let cappedShare: Double

  public var mixes: Bool { scaleReduction <= 1.05 }

  /// Runs the chains on all cores. Throws `CancellationError` when the task is cancelled.
  public static func run(
    _ table: HistoryTable, settings: Settings = Settings(), seed: UInt64, level: Double = 0.95,
    progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws -> LatentClass {
    let chains = try await inParallel(settings.chains, progress: progress) { number in
      var chain = LatentChain(table, settings: settings, draws: RandomDraws(seed: seed, part: number), number: number)
      return try chain.run()
    }
    let observed = table.observed
    let all = chains.flatMap(\.hidden).sorted()
    return LatentClass(
      mean: observed + all.reduce(0, +) / Double(max(1, all.count)), median: observed + quantile(all, 0.5),
      lower: observed + quantile(all, (1 - level) / 2), upper: observed + quantile(all, 1 - (1 - level) / 2),
      scaleReduction: splitScaleReduction(chains.map { $0.hidden.map { SteadyMath.log($0 + 1) } }),
      chainMedians: chains.map { observed + quantile($0.hidden.sorted(), 0.5) },
      cappedShare: Double(chains.reduce(0) { $0 + $1.capped }) / Double(max(1, all.count)))
  }

  /// The potential scale reduction over halves of chains.
  static func splitScaleReduction(_ chains: [[Double]]) -> Double {
    let halves = chains.flatMap { [Array($0.prefix($0.count / 2)), Array($0.suffix($0.count / 2))] }
    let length = Double(halves.first?.count ?? 0)
    guard length > 1, halves.count > 1 else { return .infinity }
    let means = halves.map { $0.reduce(0, +) / length }
    let variances = zip(halves, means).map { half, mean in
      half.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) } / (length - 1)
    }
    let grand = means.reduce(0, +) / Double(means.count)
    let between = length * means.reduce(0.0) { $0 + ($1 - grand) * ($1 - grand) } / Double(means.count - 1)
    let within = variances.reduce(0, +) / Double(variances.count)
    guard within > 0 else { return between > 0 ? .infinity : 1 }
    return (((length - 1) / length * within + between / length) / within).squareRoot()
  }
}

/// One Gibbs chain.
struct LatentChain {
  private let lists: Int
  private let settings: LatentClass.Settings
  private let histories: [(history: Int, count: Int)]
  private let observed: Int
  private var draws: RandomDraws
  /// By class, then list.
  private var chances: [Double]
  private var weights: [Double]
  private var concentration = 0.2
  private var profile: [Double]
  private var members: [Int]
  private var caught: [Int]

  init(_ table: HistoryTable, settings: LatentClass.Settings, draws: RandomDraws, number: Int) {
    lists = table.lists.count
    self.settings = settings
    self.draws = draws
    let (listCount, classes) = (lists, settings.classes)
    histories = table.counts.enumerated().compactMap { $1 > 0 ? ($0, Int($1.rounded())) : nil }
    observed = histories.reduce(0) { $0 + $1.count }
    profile = Array(repeating: 0, count: classes)
    members = Array(repeating: 0, count: classes)
    caught = Array(repeating: 0, count: classes * listCount)
    weights = Array(repeating: 1 / Double(classes), count: classes)
    chances = Array(repeating: 0.5, count: classes * listCount)
    // Starts that lie apart: chains that were only ever close would agree about anything.
    let level = 0.01 * Double(1 << (number % 4))
    for place in chances.indices { chances[place] = min(0.9, level * (0.2 + 1.6 * self.draws.uniform())) }
  }

  mutating func run() throws -> (hidden: [Double], capped: Int) {
    var (kept, capped) = ([Double](), 0)
    kept.reserveCapacity(settings.sweeps)
    for sweep in 0..<(settings.burnIn + settings.sweeps) {
      if sweep % 256 == 0 { try Task.checkCancellation() }
      let (hidden, wasCapped) = step()
      if sweep >= settings.burnIn {
        kept.append(Double(hidden))
        if wasCapped { capped += 1 }
      }
    }
    return (kept, capped)
  }

  private mutating func step() -> (hidden: Int, wasCapped: Bool) {
    let classes = settings.classes
    for place in members.indices { members[place] = 0 }
    for place in caught.indices { caught[place] = 0 }
    for (history, count) in histories { share(history, count) }
    var missing = 0.0
    for k in 0..<classes { missing += chance(of: 0, k) }
    missing = min(missing, 1 - 1e-12)
    let most = settings.most * Double(observed)
    let odds = missing / (1 - missing)
    var (hidden, tries) = (Int.max, 0)
    while Double(hidden) > most, tries < 50 {
      let mean = draws.gamma(Double(observed)) * odds
      hidden = mean > 4 * most + 100 ? Int.max : draws.poisson(mean)
      tries += 1
    }
    if Double(hidden) > most { hidden = Int(most) }
    share(0, hidden)
    var later = members.reduce(0, +)
    var (stick, logStick) = (1.0, 0.0)
    for k in 0..<classes {
      for list in 0..<lists {
        let hit = caught[k * lists + list]
        chances[k * lists + list] = draws.beta(1 + Double(hit), 1 + Double(members[k] - hit))
      }
      later -= members[k]
      guard k < classes - 1 else {
        weights[k] = stick
        break
      }
      let (a, b) = (
        draws.gamma(1 + Double(members[k])), max(draws.gamma(concentration + Double(later)), 1e-300)
      )
      weights[k] = stick * a / (a + b)
      logStick += SteadyMath.log(b) - SteadyMath.log(a + b)
      stick = SteadyMath.exp(logStick)
    }
    concentration = max(1e-6, draws.gamma(0.25 + Double(classes - 1)) / (0.25 - logStick))
    return (hidden, tries > 1)
  }

  /// The chance to be of class k and to have this history.
  private func chance(of history: Int, _ k: Int) -> Double {
    var product = weights[k]
    for list in 0..<lists {
      let chance = chances[k * lists + list]
      product *= history.holds(list) ? chance : 1 - chance
    }
    return product
  }

  /// Shares the cases of a history out among the classes.
  private mutating func share(_ history: Int, _ count: Int) {
    var rest = 0.0
    for k in profile.indices {
      profile[k] = chance(of: history, k)
      rest += profile[k]
    }
    var left = count
    for k in profile.indices where left > 0 {
      let drawn = profile[k] >= rest || k == profile.count - 1 ? left : draws.binomial(left, profile[k] / rest)
      rest -= profile[k]
      guard drawn > 0 else { continue }
      left -= drawn
      members[k] += drawn
      for list in 0..<lists where history.holds(list) { caught[k * lists + list] += drawn }
    }
  }
}
