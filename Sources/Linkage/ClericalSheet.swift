import Basics

/// A random sample of pairs around the threshold, for somebody who holds both files to judge: the same person, two
/// people, can't say. Drawn by stratum, so that few judgements tell much about the pairs that are doubtful, and shown in
/// an order that says nothing of what the linkage decided.
public struct ClericalSheet: Sendable {
  public enum Stratum: Int, CaseIterable, Sendable {
    /// Linked, and well above the threshold.
    case sure
    /// Linked just above it.
    case link
    /// Not linked, and just below it or turned away.
    case near
    /// Not linked, further below.
    case far

    public var isLinked: Bool { self == .sure || self == .link }
  }

  public enum Verdict: String, CaseIterable, Sendable {
    case same
    case different
    case unsure
  }

  public struct Pair: Hashable, Sendable {
    public var stratum: Stratum
    public var firstList: Int
    public var firstID: String
    public var secondList: Int
    public var secondID: String
  }

  /// How far from the threshold a pair is still near it.
  public static let near = 0.05
  /// How far below the threshold pairs are looked for.
  public static let depth = 0.13

  /// To be judged, in random order.
  public let pairs: [Pair]
  /// How many pairs there are of each stratum.
  public let wholes: [Stratum: Int]

  /// The lowest score of a pair that can come into the sample.
  public static func floor(_ threshold: Double) -> Double { max(0.5, threshold - depth) }

  /// - Parameters:
  ///   - pairs: all candidates down to `floor`.
  ///   - groups: what was linked of them.
  ///   - each: how many of each stratum.
  ///   - seed: the same seed draws the same pairs in the same order.
  public init(
    _ pairs: [CandidatePair], _ groups: [PairSolver.Group], _ lists: [EncodedList], threshold: Double, each: Int,
    seed: UInt64
  ) {
    var groupOf: [PairSolver.Record: Int] = [:]
    for (number, group) in groups.enumerated() { for record in group.records { groupOf[record] = number } }
    var strata: [Stratum: [Int]] = [:]
    for (place, pair) in pairs.enumerated() {
      let one = groupOf[.init(list: pair.firstList, index: pair.first)]
      let other = groupOf[.init(list: pair.secondList, index: pair.second)]
      let isLinked = one != nil && one == other
      let stratum: Stratum =
        isLinked
        ? (pair.score >= threshold + Self.near ? .sure : .link)
        : (pair.score >= threshold - Self.near ? .near : .far)
      strata[stratum, default: []].append(place)
    }
    var drawn: [Pair] = []
    for stratum in Stratum.allCases {
      let places = strata[stratum] ?? []
      let own = seed &+ UInt64(stratum.rawValue) &* 0x9E37_79B9_7F4A_7C15
      for chosen in ClericalSample.indices(of: places.count, count: each, seed: own) {
        let pair = pairs[places[chosen]]
        drawn.append(
          Pair(
            stratum: stratum, firstList: pair.firstList, firstID: lists[pair.firstList].ids[pair.first],
            secondList: pair.secondList, secondID: lists[pair.secondList].ids[pair.second]))
      }
    }
    var generator = SeededGenerator(seed: seed ^ 0x5EED)
    for place in drawn.indices.dropFirst().reversed() {
      drawn.swapAt(place, Int(generator.next() % UInt64(place + 1)))
    }
    self.pairs = drawn
    wholes = strata.mapValues(\.count)
  }

  /// What the verdicts say of the linkage; pairs that nobody could judge, or did, count for nothing.
  ///
  /// `nil` when no link was judged or no pair is the same person.
  public func rates(_ verdicts: [Int: Verdict]) -> SampledErrorRates? {
    var kinds = Stratum.allCases.map { SampledErrorRates.Kind(same: 0, looked: 0, whole: wholes[$0] ?? 0) }
    for (place, verdict) in verdicts where pairs.indices.contains(place) && verdict != .unsure {
      kinds[pairs[place].stratum.rawValue].looked += 1
      if verdict == .same { kinds[pairs[place].stratum.rawValue].same += 1 }
    }
    let linked = Stratum.allCases.filter(\.isLinked).map { kinds[$0.rawValue] }
    let below = Stratum.allCases.filter { !$0.isLinked }.map { kinds[$0.rawValue] }
    return SampledErrorRates(links: linked, below: below)
  }
}

extension SampledErrorRates {
  /// From strata of links and strata of pairs below the threshold. Each stratum counts by how many pairs it has; how sure
  /// that is, by the sample's size after that weighting (Kish 1965), rounded to whole pairs.
  ///
  /// A stratum that has pairs and none judged is left out of both, as if it were like the others of its kind. `nil` when
  /// no link was judged or no pair is the same person.
  public init?(links: [Kind], below: [Kind]) {
    let (links, below) = (links.filter { $0.looked > 0 }, below.filter { $0.looked > 0 })
    func same(_ kind: Kind) -> Double { Double(kind.whole) * Double(kind.same) / Double(kind.looked) }
    let (right, lost) = (links.reduce(0) { $0 + same($1) }, below.reduce(0) { $0 + same($1) })
    let whole = links.reduce(0) { $0 + Double($1.whole) }
    guard whole > 0, right + lost > 0 else { return nil }
    func size(_ kinds: [Kind], _ weight: (Kind) -> Double) -> Int {
      let sum = kinds.reduce(0) { $0 + weight($1) }
      let squares = kinds.reduce(0) { $0 + weight($1) * weight($1) / Double($1.looked) }
      return squares > 0 ? max(1, Int((sum * sum / squares).rounded())) : 0
    }
    let linksLooked = size(links) { Double($0.whole) }
    // True pairs are what missed links are a share of: those seen, weighted by what they stand for.
    let pairsLooked = Self.judgedSame(links + below)
    missed = (Int((lost / (right + lost) * Double(pairsLooked)).rounded()), pairsLooked)
    wrongly = (Int(((whole - right) / whole * Double(linksLooked)).rounded()), linksLooked)
  }

  /// The effective number of true pairs that were seen.
  private static func judgedSame(_ kinds: [Kind]) -> Int {
    let found = kinds.filter { $0.same > 0 }
    let sum = found.reduce(0) { $0 + Double($1.whole) * Double($1.same) / Double($1.looked) }
    let squares = found.reduce(0) { total, kind in
      let each = Double(kind.whole) / Double(kind.looked)
      return total + each * each * Double(kind.same)
    }
    return squares > 0 ? max(1, Int((sum * sum / squares).rounded())) : 0
  }

  /// Wilson's 95 % interval of a share (1927): never below 0 or above 1, and never a point where nothing was wrong.
  public static func interval(wrong: Int, looked: Int) -> (lower: Double, upper: Double) {
    guard looked > 0 else { return (0, 1) }
    let (n, p, z) = (Double(looked), Double(wrong) / Double(looked), 1.959963984540054)
    let middle = p + z * z / (2 * n)
    let spread = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    let whole = 1 + z * z / n
    return (max(0, (middle - spread) / whole), min(1, (middle + spread) / whole))
  }
}
