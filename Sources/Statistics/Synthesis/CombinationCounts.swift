/// How often each combination of up to four attributes occurs.
///
/// Up to three attributes the counts stand in tables that are indexed directly, as long as these stay small; else, and
/// for four, in a hash table.
public struct CombinationCounts: Sendable {
  public let attributeCount: Int
  public let longest: Int
  private var singles: [Int32]
  private var pairs: [Int32]
  private var triples: [Int32]
  private let triplesAreDense: Bool
  private var keys: [UInt64] = []
  private var values: [Int32] = []
  private var used = 0
  private let choose2: [Int]
  private let choose3: [Int]
  /// How many combinations of each length have a count.
  public private(set) var sizes: [Int]

  public static let longestLength = 4
  private static let mostDense = 12_000_000

  public init(attributeCount: Int, longest: Int) {
    self.attributeCount = attributeCount
    self.longest = longest
    choose2 = (0...attributeCount).map { $0 * ($0 - 1) / 2 }
    choose3 = (0...attributeCount).map { $0 * ($0 - 1) * ($0 - 2) / 6 }
    triplesAreDense = longest >= 3 && choose3[attributeCount] <= Self.mostDense
    singles = [Int32](repeating: 0, count: attributeCount)
    pairs = [Int32](
      repeating: 0, count: longest >= 2 && choose2[attributeCount] <= Self.mostDense ? choose2[attributeCount] : 0)
    triples = [Int32](repeating: 0, count: triplesAreDense ? choose3[attributeCount] : 0)
    sizes = [Int](repeating: 0, count: longest + 1)
  }

  /// Counts the combinations that occur at least `least` times.
  /// - Parameter progress: told the share that is done; throws to break off.
  public init(
    _ facts: CodedFacts, longest: Int, least: Int = 1, progress: @escaping (Double) throws -> Void = { _ in }
  ) throws {
    self.init(attributeCount: facts.attributeCount, longest: longest)
    var counts = self
    self = CombinationCounts(attributeCount: 0, longest: 0)
    let walk = CombinationWalk(files: [facts], longest: longest, least: UInt32(least), progress: progress)
    try walk.run { attributes, count, _ in counts.set(attributes, Int(count)) }
    self = counts
  }

  public func count(_ a: Int) -> Int { Int(singles[a]) }

  /// In any order.
  public func count(_ a: Int, _ b: Int) -> Int {
    let (low, high) = a < b ? (a, b) : (b, a)
    return pairs.isEmpty ? find(key(low, high)) : Int(pairs[choose2[high] + low])
  }

  /// In any order.
  public func count(_ a: Int, _ b: Int, _ c: Int) -> Int {
    var (x, y, z) = (a, b, c)
    if x > y { swap(&x, &y) }
    if y > z { swap(&y, &z) }
    if x > y { swap(&x, &y) }
    return triplesAreDense ? Int(triples[choose3[z] + choose2[y] + x]) : find(key(x, y, z))
  }

  /// In rising order.
  public func count(_ attributes: [Int]) -> Int {
    switch attributes.count {
    case 1: count(attributes[0])
    case 2: count(attributes[0], attributes[1])
    case 3: count(attributes[0], attributes[1], attributes[2])
    default: find(attributes.reduce(0) { $0 << 16 | UInt64($1 + 1) })
    }
  }

  /// - Parameter attributes: in rising order.
  mutating func set(_ attributes: UnsafeBufferPointer<Int32>, _ count: Int) {
    let value = Int32(clamping: count)
    var isNew = true
    switch attributes.count {
    case 1:
      let place = Int(attributes[0])
      isNew = singles[place] == 0
      singles[place] = value
    case 2 where !pairs.isEmpty:
      let place = choose2[Int(attributes[1])] + Int(attributes[0])
      isNew = pairs[place] == 0
      pairs[place] = value
    case 3 where triplesAreDense:
      let place = choose3[Int(attributes[2])] + choose2[Int(attributes[1])] + Int(attributes[0])
      isNew = triples[place] == 0
      triples[place] = value
    default:
      isNew = put(attributes.reduce(0) { $0 << 16 | UInt64($1 + 1) }, value)
    }
    if isNew, value != 0 { sizes[attributes.count] += 1 }
  }

  mutating func set(_ attributes: [Int], _ count: Int) {
    attributes.map { Int32($0) }.withUnsafeBufferPointer { set($0, count) }
  }

  /// The same combinations with other counts.
  func mapped(_ change: (Int32) -> Int32) -> CombinationCounts {
    var result = self
    result.singles = singles.map(change)
    result.pairs = pairs.map(change)
    result.triples = triples.map(change)
    result.values = values.map(change)
    return result
  }

  private func key(_ a: Int, _ b: Int) -> UInt64 { UInt64(a + 1) << 16 | UInt64(b + 1) }
  private func key(_ a: Int, _ b: Int, _ c: Int) -> UInt64 { key(a, b) << 16 | UInt64(c + 1) }

  private func slot(_ key: UInt64) -> Int {
    var hash = key &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash >> 32
    var slot = Int(truncatingIfNeeded: hash) & (keys.count - 1)
    while keys[slot] != 0, keys[slot] != key { slot = (slot + 1) & (keys.count - 1) }
    return slot
  }

  private func find(_ key: UInt64) -> Int { keys.isEmpty ? 0 : Int(values[slot(key)]) }

  private mutating func put(_ key: UInt64, _ value: Int32) -> Bool {
    if (used + 1) * 4 > keys.count * 3 { grow() }
    let place = slot(key)
    let isNew = keys[place] == 0
    if isNew { used += 1 }
    keys[place] = key
    values[place] = value
    return isNew
  }

  private mutating func grow() {
    let (oldKeys, oldValues) = (keys, values)
    let size = max(1024, keys.count * 2)
    keys = [UInt64](repeating: 0, count: size)
    values = [Int32](repeating: 0, count: size)
    for (index, key) in oldKeys.enumerated() where key != 0 {
      let place = slot(key)
      keys[place] = key
      values[place] = oldValues[index]
    }
  }
}
