import Basics
import Foundation

/// Counts of combinations under differential privacy: adding or taking away any one record changes the chance of any
/// result by at most the factor e^ε, but for the chance δ.
///
/// The steps follow Gopi, Mahabadi and Yekhanin as the Synthetic Data Showcase has them (record count; per length the
/// combinations whose parts survived, each record giving a bounded number of them; noise; a threshold), with discrete
/// noise, public bounds, exact composition and, where code lists are public, no δ for hiding which codes occur.
public struct PrivateCounts: Sendable {
  public enum Accounting: String, Sendable, Codable, CaseIterable {
    /// Exact for continuous Gaussian noise, with 1 % to spare for the discrete one, which differs by far less.
    case gaussian
    /// Zero-concentrated privacy, which holds for the discrete noise to the letter and needs more of it.
    case zcdp
  }

  public struct Settings: Sendable {
    public var epsilon: Double
    /// `nil` for 1/(n ln n) of the noisy record count.
    public var delta: Double?
    public var length: Int
    /// Whether the code lists of all columns are known to everyone.
    public var codesArePublic = false
    /// The share of spurious combinations that is put up with: 1 keeps all whose noisy count is above 0; less raises
    /// the threshold.
    public var fabrication = 1.0
    public var accounting = Accounting.gaussian

    public init(epsilon: Double, delta: Double? = nil, length: Int) {
      (self.epsilon, self.delta, self.length) = (epsilon, delta, length)
    }
  }

  /// What was spent on one length.
  public struct Spent: Codable, Sendable, Hashable {
    public var length: Int
    /// σ² of the noise on each count.
    public var variance: Double
    /// The most combinations one record could give.
    public var perRecord: Int
    public var candidates: Int
    public var kept: Int
    public var threshold: Double
  }

  public private(set) var counts: CombinationCounts
  /// With noise.
  public private(set) var recordCount: Int
  public private(set) var delta: Double
  public private(set) var spent: [Spent] = []

  private static let forCount = 0.005
  private static let forBounds = 0.03
  /// The share of records that should give all their combinations.
  private static let percentile = 0.99

  public init(
    _ facts: CodedFacts, _ settings: Settings, using generator: inout some RandomNumberGenerator,
    progress: (Double) throws -> Void = { _ in }
  ) throws {
    let epsilon = settings.epsilon
    let billion = 1_000_000_000
    // Rounded down, so that never more is spent than is said.
    let countRate = max(1, Int(epsilon * Self.forCount * Double(billion)))
    recordCount = max(0, facts.rowCount + DiscreteNoise.laplace(countRate, over: billion, &generator))
    let n = Double(max(3, recordCount))
    delta = settings.delta ?? 1 / (n * log(n))
    let gaussianEpsilon = epsilon * (1 - Self.forCount - Self.forBounds)
    let gaussianDelta = settings.codesArePublic ? delta : delta / 2
    let mu =
      switch settings.accounting {
      case .gaussian: PrivacyAccount.mu(epsilon: gaussianEpsilon * 0.99, delta: gaussianDelta * 0.99)
      case .zcdp: (2 * PrivacyAccount.rho(epsilon: gaussianEpsilon, delta: gaussianDelta)).squareRoot()
      }
    // Long combinations are many and small, so they get less noise: σᵢ in proportion to 1/i.
    let scale = (1...settings.length).reduce(0.0) { $0 + Double($1 * $1) }.squareRoot() / mu
    counts = CombinationCounts(attributeCount: facts.attributeCount, longest: settings.length)
    var survivors: [[Int]] = []
    for length in 1...settings.length {
      try progress(Double(length - 1) / Double(settings.length))
      let candidates = length == 1 ? Self.singles(facts, settings) : extend(survivors, facts)
      guard !candidates.isEmpty else { break }
      let counting = CandidateCounting(facts, candidates, length, kept: counts)
      let perRecord = Self.bound(
        counting.listLengths(), rows: facts.rowCount,
        rate: epsilon * Self.forBounds / Double(settings.length), &generator)
      let raw = counting.counts(perRecord: perRecord, &generator)
      let wanted = scale * scale / Double(length * length) * Double(perRecord)
      let variance = wanted < 1e6 ? (Int((wanted * 1024).rounded(.up)), 1024) : (Int(wanted.rounded(.up)), 1)
      let deviation = (Double(variance.0) / Double(variance.1)).squareRoot()
      let threshold: Double
      if length == 1, !settings.codesArePublic {
        // A code that one record alone has must not show but for δ/2 (Δ of them at once).
        let chance = -expm1(log1p(-delta / 2) / Double(perRecord))
        threshold = 1 + deviation * PrivacyAccount.normal(above: chance)
      } else if settings.fabrication < 1 {
        let share = length == 1 ? 1 : min(1, Double(survivors.count) / Double(candidates.count))
        threshold = deviation * PrivacyAccount.normal(above: max(1e-9, settings.fabrication * share / 2))
      } else {
        threshold = 0
      }
      survivors = []
      for (index, candidate) in candidates.enumerated() {
        let noisy = raw[index] + DiscreteNoise.gaussian(variance: variance, &generator)
        guard noisy > 0, Double(noisy) > threshold else { continue }
        // No combination is more frequent than its parts.
        counts.set(candidate, min(noisy, smallestPart(candidate)))
        survivors.append(candidate)
      }
      spent.append(
        Spent(
          length: length, variance: deviation * deviation, perRecord: perRecord, candidates: candidates.count,
          kept: survivors.count, threshold: threshold))
    }
  }

  private static func singles(_ facts: CodedFacts, _ settings: Settings) -> [[Int]] {
    if settings.codesArePublic { return (0..<facts.attributeCount).map { [$0] } }
    var occurs = [Bool](repeating: false, count: facts.attributeCount)
    for (column, cells) in facts.cells.enumerated() {
      for cell in cells where cell > 0 { occurs[facts.firstAttribute[column] + Int(cell) - 1] = true }
    }
    return occurs.indices.filter { occurs[$0] }.map { [$0] }
  }

  /// Combinations one longer, all of whose parts survived.
  private func extend(_ survivors: [[Int]], _ facts: CodedFacts) -> [[Int]] {
    let singles = (0..<counts.attributeCount).filter { counts.count($0) > 0 }
    let length = (survivors.first?.count ?? 0) + 1
    return survivors.flatMap { survivor -> [[Int]] in
      let last = survivor[survivor.count - 1]
      return singles.compactMap { attribute in
        guard attribute > last, facts.columnOfAttribute[attribute] != facts.columnOfAttribute[last] else { return nil }
        guard length < 3 || survivor.allSatisfy({ counts.count($0, attribute) > 0 }) else { return nil }
        let longer = survivor + [attribute]
        // With three attributes the pairs are all there is to look at.
        return longer.count < 4 || survivor.indices.allSatisfy { counts.count(without($0, longer)) > 0 } ? longer : nil
      }
    }
  }

  private func without(_ place: Int, _ combination: [Int]) -> [Int] {
    var shorter = combination
    shorter.remove(at: place)
    return shorter
  }

  private func smallestPart(_ candidate: [Int]) -> Int {
    guard candidate.count > 1 else { return .max }
    return candidate.indices.reduce(Int.max) { least, left in
      min(least, counts.count(without(left, candidate)))
    }
  }

  /// How many combinations a record may give: near the percentile of what records have, by the exponential mechanism
  /// (McSherry and Talwar 2007) over rungs that depend on the columns only. One record moves a score by at most 1.
  private static func bound(
    _ histogram: [Int], rows: Int, rate: Double, _ generator: inout some RandomNumberGenerator
  ) -> Int {
    var rungs: [Int] = []
    var rung = 1
    while rung < histogram.count - 1 {
      rungs.append(rung)
      rung = max(rung + 1, rung * 27 / 25)
    }
    rungs.append(max(1, histogram.count - 1))
    var sums: [Int] = []
    var sum = 0
    for count in histogram {
      sum += count
      sums.append(sum)
    }
    var best = (rung: 1, value: -Double.infinity)
    for rung in rungs {
      let score = -abs(Double(sums[min(rung, sums.count - 1)]) - percentile * Double(rows))
      let uniform = (Double(generator.next() >> 11) + 0.5) / Double(1 << 53)
      let value = rate / 2 * score - log(-log(uniform))
      if value > best.value { best = (rung, value) }
    }
    return best.rung
  }
}

/// Goes through the records and counts those of the candidates that each has.
private struct CandidateCounting {
  private let facts: CodedFacts
  private let length: Int
  private let kept: CombinationCounts
  private var places: CombinationCounts
  private let candidateCount: Int

  init(_ facts: CodedFacts, _ candidates: [[Int]], _ length: Int, kept: CombinationCounts) {
    self.facts = facts
    self.length = length
    self.kept = kept
    candidateCount = candidates.count
    places = CombinationCounts(attributeCount: facts.attributeCount, longest: length)
    for (index, candidate) in candidates.enumerated() { places.set(candidate, index + 1) }
  }

  /// How many records have 0, 1, 2 … of the candidates, up to what the columns allow.
  func listLengths() -> [Int] {
    let columns = facts.names.count
    let most = (0..<length).reduce(1) { $0 * (columns - $1) / ($1 + 1) }
    var histogram = [Int](repeating: 0, count: most + 1)
    forEachList { histogram[$0.count] += 1 }
    return histogram
  }

  func counts(perRecord: Int, _ generator: inout some RandomNumberGenerator) -> [Int] {
    var counts = [Int](repeating: 0, count: candidateCount)
    forEachList { list in
      if list.count <= perRecord {
        for place in list { counts[place] += 1 }
      } else {
        for index in 0..<perRecord {
          list.swapAt(index, Int.random(in: index..<list.count, using: &generator))
          counts[list[index]] += 1
        }
      }
    }
    return counts
  }

  private func forEachList(_ body: (inout [Int]) -> Void) {
    var list: [Int] = []
    var usable: [Int] = []
    for row in 0..<facts.rowCount {
      list.removeAll(keepingCapacity: true)
      usable.removeAll(keepingCapacity: true)
      for column in facts.cells.indices {
        let code = Int(facts.cells[column][row])
        guard code > 0 else { continue }
        let attribute = facts.firstAttribute[column] + code - 1
        if length == 1 || kept.count(attribute) > 0 { usable.append(attribute) }
      }
      for (x, a) in usable.enumerated() {
        if length == 1 {
          note(places.count(a), &list)
          continue
        }
        for y in (x + 1)..<max(x + 1, usable.count) {
          let b = usable[y]
          if length == 2 {
            note(places.count(a, b), &list)
            continue
          }
          guard kept.count(a, b) > 0 else { continue }
          for z in (y + 1)..<max(y + 1, usable.count) {
            let c = usable[z]
            if length == 3 {
              note(places.count(a, b, c), &list)
              continue
            }
            guard kept.count(a, b, c) > 0 else { continue }
            for d in usable[(z + 1)...] { note(places.count([a, b, c, d]), &list) }
          }
        }
      }
      body(&list)
    }
  }

  private func note(_ place: Int, _ list: inout [Int]) { if place > 0 { list.append(place - 1) } }
}
