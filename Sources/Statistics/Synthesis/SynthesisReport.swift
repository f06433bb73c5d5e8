/// What a synthetic file gives away and what it is good for. It compares with the real facts: it stays in the house.
public struct SynthesisReport: Codable, Sendable, Hashable {
  public struct Privacy: Codable, Sendable, Hashable {
    public var guarantee: String
    public var k: Int?
    public var epsilon: Double?
    public var delta: Double?
    public var unit: String?
    public var accounting: String?
    public var codesArePublic: Bool?
    public var lengths: [PrivateCounts.Spent]?
    /// A seeded file is for trials: who knows the seed knows the noise.
    public var isSeeded = false
    /// Synthetic rows that equal a real row which no other real row equals.
    public var rowsEqualToAUniqueRealRow = 0

    init(guarantee: String, k: Int?) {
      self.guarantee = guarantee
      self.k = k
    }
  }

  /// Everything about combinations of one length.
  public struct Length: Codable, Sendable, Hashable {
    public var length: Int
    /// Different combinations in the real file, those of them with at least k rows, and those in the synthetic file.
    public var real = 0
    public var realAtLeastK = 0
    public var synthetic = 0
    /// In both, and rarer than k in the real file.
    public var leaked = 0
    /// In the synthetic file and rarer than k there.
    public var rareInSynthetic = 0
    /// At least k real rows, none in the synthetic file.
    public var lost = 0
    /// In the synthetic file, in no real row.
    public var fabricated = 0
    /// Mean of |real − synthetic| over all with at least k real rows, the lost ones too.
    public var meanAbsoluteError = 0.0
    public var meanRealCount = 0.0
    /// Mean of synthetic/real, at most 1, over the same.
    public var preservation = 0.0
    /// lost/realAtLeastK and fabricated/synthetic.
    public var lostShare = 0.0
    public var fabricatedShare = 0.0

    init(length: Int) { self.length = length }
  }

  public var privacy: Privacy
  /// The lengths up to the reporting length, and the next one.
  public var lengths: [Length]
  public var realRecords: Int
  public var syntheticRecords: Int
  public var columns: Int
  public var realFilledPerRecord: Double
  public var syntheticFilledPerRecord: Double

  init(
    real: CodedFacts, synthetic: CodedFacts, k: Int, length: Int, privacy: Privacy,
    progress: @escaping (Double) throws -> Void
  ) throws {
    self.privacy = privacy
    self.privacy.rowsEqualToAUniqueRealRow = Self.uniqueMatches(real, synthetic)
    realRecords = real.rowCount
    syntheticRecords = synthetic.rowCount
    columns = real.names.count
    realFilledPerRecord = Self.filled(real)
    syntheticFilledPerRecord = Self.filled(synthetic)
    let longest = min(length + 1, CombinationCounts.longestLength, real.names.count)
    var found = (1...longest).map { Length(length: $0) }
    let walk = CombinationWalk(files: [real, synthetic], longest: longest, progress: progress)
    try walk.run { attributes, first, second in
      let place = attributes.count - 1
      if first > 0 { found[place].real += 1 }
      if second > 0 {
        found[place].synthetic += 1
        if second < k { found[place].rareInSynthetic += 1 }
        if first == 0 { found[place].fabricated += 1 } else if first < k { found[place].leaked += 1 }
      }
      if first >= k {
        found[place].realAtLeastK += 1
        if second == 0 { found[place].lost += 1 }
        found[place].meanAbsoluteError += abs(Double(first) - Double(second))
        found[place].meanRealCount += Double(first)
        found[place].preservation += min(1, Double(second) / Double(first))
      }
    }
    for place in found.indices {
      let all = Double(max(1, found[place].realAtLeastK))
      found[place].meanAbsoluteError /= all
      found[place].meanRealCount /= all
      found[place].preservation /= all
      found[place].lostShare = Double(found[place].lost) / all
      found[place].fabricatedShare = Double(found[place].fabricated) / Double(max(1, found[place].synthetic))
    }
    lengths = found
  }

  private static func filled(_ facts: CodedFacts) -> Double {
    let filled = facts.cells.reduce(0) { $0 + $1.count { $0 > 0 } }
    return Double(filled) / Double(max(1, facts.rowCount))
  }

  private static func uniqueMatches(_ real: CodedFacts, _ synthetic: CodedFacts) -> Int {
    func hashes(_ facts: CodedFacts) -> [UInt64] {
      var hashes = [UInt64](repeating: 0xcbf2_9ce4_8422_2325, count: facts.rowCount)
      for cells in facts.cells {
        for row in hashes.indices {
          hashes[row] = (hashes[row] ^ UInt64(cells[row])) &* 0x9E37_79B9_7F4A_7C15
          hashes[row] ^= hashes[row] >> 29
        }
      }
      return hashes
    }
    var times: [UInt64: Int32] = [:]
    for hash in hashes(real) { times[hash, default: 0] += 1 }
    return hashes(synthetic).count { times[$0] == 1 }
  }
}
