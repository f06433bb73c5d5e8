import Basics

/// Which pairs are compared at all, for lists so large that comparing every pair takes too long.
///
/// Several times a few places of the filters are picked; two filters are compared when they agree in all picked places at
/// least once (hashing that keeps what is near together: Indyk and Motwani 1998, for such filters Durham 2012). Picking
/// needs no key and says no more than the filters themselves. It loses pairs, the more the less alike they are: `chance`
/// says how many.
public struct FilterBlocking: Hashable, Sendable {
  /// How often places are picked.
  public var tables = 96
  /// How many places at a time, at most 24.
  public var places = 20
  public var seed: UInt64 = 1

  public init() {}

  /// How likely a pair is compared that differs in a share of the picked places.
  public func chance(differing share: Double) -> Double {
    var agree = 1.0
    for _ in 0..<places { agree *= 1 - min(1, max(0, share)) }
    var never = 1.0
    for _ in 0..<tables { never *= 1 - agree }
    return 1 - never
  }

  /// The places of every table: among those that are one about as often as they are zero, since others tell nobody apart.
  func picked(_ lists: [EncodedList]) -> [[Int]] {
    guard let bits = lists.first?.bits else { return [] }
    var ones = [Int](repeating: 0, count: bits)
    for list in lists {
      // A few thousand people show how common a place is.
      for row in stride(from: 0, to: list.count, by: max(1, list.count / 4096)) {
        for place in 0..<bits where list.filters[row * list.words + place / 64] >> UInt64(place % 64) & 1 == 1 {
          ones[place] += 1
        }
      }
    }
    let looked = lists.reduce(0) { $0 + Array(stride(from: 0, to: $1.count, by: max(1, $1.count / 4096))).count }
    let order = (0..<bits).sorted { (abs(2 * ones[$0] - looked), $0) < (abs(2 * ones[$1] - looked), $1) }
    let useful = order.prefix(max(places, bits / 2))
    var generator = SeededGenerator(seed: seed)
    return (0..<tables).map { _ in Array(useful.shuffled(using: &generator).prefix(min(24, places))).sorted() }
  }
}

/// One table: the records of a list by what stands in the picked places.
struct FilterTable {
  private let places: [(word: Int, shift: UInt64)]
  private let words: Int
  private let starts: [Int32]
  private let records: [Int32]

  init(_ list: EncodedList, _ picked: [Int]) {
    (places, words) = (picked.map { ($0 / 64, UInt64($0 % 64)) }, list.words)
    var keys = [Int32](repeating: 0, count: list.count)
    var starts = [Int32](repeating: 0, count: 1 << picked.count + 1)
    for row in 0..<list.count {
      let key = Self.key(list.filters, row * words, places)
      keys[row] = Int32(key)
      starts[key + 1] += 1
    }
    for key in 1..<starts.count { starts[key] += starts[key - 1] }
    var (next, records) = (starts, [Int32](repeating: 0, count: list.count))
    for row in 0..<list.count {
      records[Int(next[Int(keys[row])])] = Int32(row)
      next[Int(keys[row])] += 1
    }
    (self.starts, self.records) = (starts, records)
  }

  /// The records that agree with a filter in every picked place.
  func alike(_ filters: [UInt64], at start: Int) -> ArraySlice<Int32> {
    let key = Self.key(filters, start, places)
    return records[Int(starts[key])..<Int(starts[key + 1])]
  }

  private static func key(_ filters: [UInt64], _ start: Int, _ places: [(word: Int, shift: UInt64)]) -> Int {
    filters.withUnsafeBufferPointer { filters in
      var key = 0
      for place in places { key = key << 1 | Int(filters[start + place.word] >> place.shift & 1) }
      return key
    }
  }
}
