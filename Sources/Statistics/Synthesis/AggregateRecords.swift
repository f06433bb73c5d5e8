import Basics

/// Synthetic records made from nothing but protected counts of combinations: whatever protects the counts protects the
/// records. Every combination of a record up to the reporting length is one of the counts; longer ones are not looked at
/// (aggregate-seeded synthesis of the Synthetic Data Showcase, with another weight).
struct AggregateRecords {
  private let counts: CombinationCounts
  private let columnOfAttribute: [Int]
  private var pool: [Int]
  private var generator: SeededGenerator

  init(_ counts: CombinationCounts, columnOfAttribute: [Int], seed: UInt64) {
    self.counts = counts
    self.columnOfAttribute = columnOfAttribute
    pool = (0..<counts.attributeCount).map { counts.count($0) }
    generator = SeededGenerator(seed: seed)
  }

  /// - Parameter target: how many records to make; `nil` to go on until the single counts are used up.
  mutating func records(target: Int?, progress: (Double) throws -> Void) throws -> [[Int]] {
    let all = pool
    let whole = max(1, pool.reduce(0, +))
    var left = whole
    var records: [[Int]] = []
    guard pool.contains(where: { $0 > 0 }) else { return [] }
    while target.map({ records.count < $0 }) ?? (left > 0) {
      if records.count & 0x3FF == 0 {
        try progress(target.map { Double(records.count) / Double(max(1, $0)) } ?? 1 - Double(left) / Double(whole))
      }
      if left <= 0 {
        pool = all
        left = whole
      }
      let record = one()
      for attribute in record { pool[attribute] -= 1 }
      left -= record.count
      records.append(record.sorted())
    }
    return records
  }

  private mutating func one() -> [Int] {
    var candidates = pool.indices.filter { pool[$0] > 0 }
    // For each candidate the least count of a combination with it and what the record has, which bounds how many cases
    // can have all of it; up to the reporting length it is the count of the whole.
    var bounds = candidates.map { Double(counts.count($0)) }
    var record: [Int] = []
    while let place = draw(bounds) {
      let newest = candidates[place]
      let column = columnOfAttribute[newest]
      var kept = 0
      for index in candidates.indices {
        let candidate = candidates[index]
        guard columnOfAttribute[candidate] != column else { continue }
        let least = least(candidate, newest, record)
        guard least > 0 else { continue }
        candidates[kept] = candidate
        bounds[kept] = min(bounds[index], Double(least))
        kept += 1
      }
      candidates.removeLast(candidates.count - kept)
      bounds.removeLast(bounds.count - kept)
      record.append(newest)
    }
    return record
  }

  /// The least count of the combinations that hold both attributes and others of the record; 0 when one is absent.
  private func least(_ candidate: Int, _ newest: Int, _ record: [Int]) -> Int {
    guard counts.longest >= 2 else { return counts.count(candidate) }
    var least = counts.count(candidate, newest)
    guard least > 0, counts.longest >= 3 else { return least }
    for (place, other) in record.enumerated() {
      least = min(least, counts.count(candidate, newest, other))
      if least == 0 { return 0 }
      guard counts.longest >= 4 else { continue }
      for third in record[..<place] {
        least = min(least, counts.count([candidate, newest, other, third].sorted()))
        if least == 0 { return 0 }
      }
    }
    return least
  }

  private mutating func draw(_ weights: [Double]) -> Int? {
    let sum = weights.reduce(0, +)
    guard sum > 0 else { return nil }
    var at = Double(generator.next() >> 11) / Double(1 << 53) * sum
    for (place, weight) in weights.enumerated() {
      at -= weight
      if at < 0 { return place }
    }
    return weights.indices.last
  }
}
