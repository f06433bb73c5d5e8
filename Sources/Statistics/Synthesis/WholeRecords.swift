import Basics

/// Synthetic records that hold k at every length: each is a set of attributes that at least k real cases have together.
///
/// One record is made for each real case, from that case's attributes: it grows by the attribute whose combinations the
/// synthetic file still lacks most, as long as at least k real cases have all of it. What k cases share, all parts of
/// it are shared by as many, so no combination of any length is rarer than k; and records stay whole, so that counting
/// them counts cases. (The row-seeded method of the Synthetic Data Showcase gives the same guarantee, but takes what is
/// left over for further records.)
struct WholeRecords {
  /// How much a combination that the file has too rarely counts beside one that it lacks.
  private static let repeated = 0.05
  private let facts: CodedFacts
  private let k: Int
  private let length: Int
  private let real: CombinationCounts
  private var made: CombinationCounts
  /// For each attribute a bit a row.
  private var rowsOfAttribute: [[UInt64]]
  private var generator: SeededGenerator

  /// - Parameter real: the combinations of `facts` that occur at least `k` times, up to `length`.
  init(_ facts: CodedFacts, real: CombinationCounts, k: Int, seed: UInt64) {
    self.facts = facts
    self.k = k
    self.real = real
    length = min(3, real.longest)
    made = CombinationCounts(attributeCount: facts.attributeCount, longest: length)
    let words = (facts.rowCount + 63) / 64
    rowsOfAttribute = [[UInt64]](repeating: [UInt64](repeating: 0, count: words), count: facts.attributeCount)
    generator = SeededGenerator(seed: seed)
    for row in 0..<facts.rowCount {
      for attribute in facts.attributes(ofRow: row) { rowsOfAttribute[attribute][row >> 6] |= 1 << UInt64(row & 63) }
    }
  }

  /// As many records as real ones, rounded down to a multiple of k, so that the number itself tells nothing.
  mutating func records(progress: (Double) throws -> Void) throws -> [[Int]] {
    var order = Array(0..<facts.rowCount)
    order.shuffle(using: &generator)
    let wanted = facts.rowCount / k * k
    var records: [[Int]] = []
    records.reserveCapacity(wanted)
    // More of them cover more; what they cost grows with the rows.
    let tries = facts.rowCount > 60_000 ? 2 : facts.rowCount > 20_000 ? 6 : 24
    for row in order {
      if records.count == wanted { break }
      if records.count & 0x3FF == 0 { try progress(Double(records.count) / Double(max(1, wanted))) }
      let attributes = facts.attributes(ofRow: row).filter { real.count($0) >= k }
      guard !attributes.isEmpty else { continue }
      var best: (record: [Int], need: Double) = ([], -1)
      for _ in 0..<tries {
        let grown = grow(attributes)
        if grown.need > best.need { best = grown }
      }
      remember(best.record)
      records.append(best.record.sorted())
    }
    records.shuffle(using: &generator)
    return records
  }

  private mutating func grow(_ attributes: [Int]) -> (record: [Int], need: Double) {
    var record: [Int] = []
    var rest = attributes
    var total = 0.0
    var rows: [UInt32] = []
    while !rest.isEmpty {
      var best: (place: Int, score: Double, need: Double)?
      var shared = [Int](repeating: 0, count: rest.count)
      if record.count < 3, record.count < real.longest {
        for (place, attribute) in rest.enumerated() { shared[place] = joint(record, attribute) }
      } else {
        if rows.isEmpty { rows = commonRows(record) }
        for (place, attribute) in rest.enumerated() { shared[place] = self.count(rows, attribute) }
      }
      for place in rest.indices where shared[place] >= k {
        let need = lack(record, rest[place])
        // The first by chance, so that the tries differ; then what is lacking most, with a little chance.
        let chance = Double(generator.next() >> 11) / Double(1 << 53)
        let score = record.isEmpty ? chance : (need + 0.02) * (0.8 + 0.4 * chance)
        if best.map({ score > $0.score }) != false { best = (place, score, need) }
      }
      guard let best else { break }
      let chosen = rest[best.place]
      record.append(chosen)
      total += best.need
      if !rows.isEmpty { rows = rows.filter { has($0, chosen) } }
      rest = rest.indices.filter { shared[$0] >= k && $0 != best.place }.map { rest[$0] }
    }
    return (record, total)
  }

  private func joint(_ record: [Int], _ attribute: Int) -> Int {
    switch record.count {
    case 0: real.count(attribute)
    case 1: real.count(record[0], attribute)
    default: real.count(record[0], record[1], attribute)
    }
  }

  private func has(_ row: UInt32, _ attribute: Int) -> Bool {
    let column = facts.columnOfAttribute[attribute]
    return Int(facts.cells[column][Int(row)]) == attribute - facts.firstAttribute[column] + 1
  }

  private func commonRows(_ record: [Int]) -> [UInt32] {
    var words = rowsOfAttribute[record[0]]
    for attribute in record.dropFirst() {
      rowsOfAttribute[attribute].withUnsafeBufferPointer { other in
        words.withUnsafeMutableBufferPointer { words in for index in words.indices { words[index] &= other[index] } }
      }
    }
    var rows: [UInt32] = []
    for (index, word) in words.enumerated() where word != 0 {
      var rest = word
      while rest != 0 {
        rows.append(UInt32(index << 6 + rest.trailingZeroBitCount))
        rest &= rest - 1
      }
    }
    return rows
  }

  private func count(_ rows: [UInt32], _ attribute: Int) -> Int {
    let column = facts.columnOfAttribute[attribute]
    let code = UInt16(attribute - facts.firstAttribute[column] + 1)
    return facts.cells[column].withUnsafeBufferPointer { cells in
      rows.reduce(0) { $0 + (cells[Int($1)] == code ? 1 : 0) }
    }
  }

  /// How much the synthetic file lacks the combinations that the attribute would make: 1 for each that it does not have
  /// at all, little for those of which it has too few.
  private func lack(_ record: [Int], _ attribute: Int) -> Double {
    func missing(_ made: Int, _ real: Int) -> Double {
      made == 0 ? 1 : Self.repeated * max(0, 1 - Double(made) / Double(max(1, real)))
    }
    var sum = missing(made.count(attribute), real.count(attribute))
    guard length >= 2 else { return sum }
    for (place, other) in record.enumerated() {
      sum += missing(made.count(other, attribute), real.count(other, attribute))
      guard length >= 3 else { continue }
      for third in record[..<place] {
        sum += missing(made.count(third, other, attribute), real.count(third, other, attribute))
      }
    }
    return sum
  }

  private mutating func remember(_ record: [Int]) {
    let record = record.sorted()
    for (x, a) in record.enumerated() {
      made.set([a], made.count(a) + 1)
      guard length >= 2 else { continue }
      for (y, b) in record[..<x].enumerated() {
        made.set([b, a], made.count(b, a) + 1)
        guard length >= 3 else { continue }
        for c in record[..<y] { made.set([c, b, a], made.count(c, b, a) + 1) }
      }
    }
  }
}
