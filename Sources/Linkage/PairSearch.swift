import Basics
import CSimilarity

/// Two records that may be the same person.
public struct CandidatePair: Hashable, Sendable {
  public var firstList: Int
  public var first: Int
  public var secondList: Int
  public var second: Int
  /// Dice's coefficient of the filters, 0 to 1; 2 when sound document numbers agree.
  public var score: Double

  public init(firstList: Int, first: Int, secondList: Int, second: Int, score: Double) {
    (self.firstList, self.first, self.secondList, self.second) = (firstList, first, secondList, second)
    self.score = score
  }
}

/// Compares every record of a list with every record of another.
///
/// Dice's coefficient at least T is the same as a Hamming distance of at most (1 - T) times the ones of both filters. The
/// first 512 bits alone rule almost every pair out.
public enum PairSearch {
  /// Beyond so many candidates the threshold separates nothing.
  public static let mostCandidates = 20_000_000

  /// All pairs between different lists with a score of at least `threshold`, in the order of the lists and records.
  ///
  /// - Parameter blocking: compares only pairs that agree somewhere, and loses some; every pair unless told.
  ///
  /// Throws `LinkageProblem` when they are too many, `CancellationError` when the task is cancelled.
  public static func candidates(
    _ lists: [EncodedList], threshold: Double, blocking: FilterBlocking? = nil,
    progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws -> [CandidatePair] {
    var found: [CandidatePair] = []
    let all = lists.indices.flatMap { first in lists.indices.filter { $0 > first }.map { (first, $0) } }
    let whole = all.reduce(0.0) { $0 + Double(lists[$1.0].count) * Double(lists[$1.1].count) }
    var done = 0.0
    for (first, second) in all {
      let (before, part) = (done, Double(lists[first].count) * Double(lists[second].count))
      found += try await between(lists, first, second, threshold, blocking) {
        progress((before + $0 * part) / max(1, whole))
      }
      done += part
      guard found.count <= mostCandidates else { throw tooMany(threshold) }
    }
    return found
  }

  private static func tooMany(_ threshold: Double) -> LinkageProblem {
    LinkageProblem(
      es: "más de \(mostCandidates) pares alcanzan \(threshold); un umbral que distinga personas es más alto",
      en: "more than \(mostCandidates) pairs reach \(threshold); a threshold that separates people is higher")
  }

  private static func between(
    _ lists: [EncodedList], _ firstList: Int, _ secondList: Int, _ threshold: Double, _ blocking: FilterBlocking?,
    progress: @escaping @Sendable (Double) -> Void
  ) async throws -> [CandidatePair] {
    let (a, b) = (lists[firstList], lists[secondList])
    guard a.count > 0, b.count > 0 else { return [] }
    if let blocking {
      var found = try await alike(a, b, firstList, secondList, threshold, blocking, progress: progress)
      addDocuments(a, b, firstList, secondList, &found)
      return found
    }
    let filters = PackedFilters(b, threshold: threshold)
    let (rows, words) = (256, a.words)
    let starts = Array(stride(from: 0, to: a.count, by: rows))
    let aWeights = (0..<a.count).map { row in
      a.filters[(row * words)..<((row + 1) * words)].reduce(0) { $0 + $1.nonzeroBitCount }
    }
    var found = try await inParallel(starts.count, progress: progress) { index in
      let range = starts[index]..<min(a.count, starts[index] + rows)
      var pairs: [CandidatePair] = []
      filters.near(a.filters, range, aWeights, threshold: threshold) { row, column, distance in
        let sum = Double(aWeights[row] + filters.weights[column])
        guard sum > 0 else { return }
        let score = (sum - Double(distance)) / sum
        guard score >= threshold else { return }
        pairs.append(
          CandidatePair(firstList: firstList, first: row, secondList: secondList, second: column, score: score))
      }
      guard pairs.count <= mostCandidates else { throw tooMany(threshold) }
      return pairs
    }.flatMap { $0 }
    addDocuments(a, b, firstList, secondList, &found)
    return found
  }

  /// The pairs that agree in all picked places of a table, compared.
  private static func alike(
    _ a: EncodedList, _ b: EncodedList, _ firstList: Int, _ secondList: Int, _ threshold: Double,
    _ blocking: FilterBlocking, progress: @escaping @Sendable (Double) -> Void
  ) async throws -> [CandidatePair] {
    let words = a.words
    let tables = blocking.picked([a, b])
    func weights(_ list: EncodedList) -> [Int] {
      (0..<list.count).map { row in
        list.filters[(row * words)..<((row + 1) * words)].reduce(0) { $0 + $1.nonzeroBitCount }
      }
    }
    let (aWeights, bWeights) = (weights(a), weights(b))
    let found = try await inParallel(tables.count, progress: progress) { index in
      let table = FilterTable(b, tables[index])
      var near: [UInt64: Int] = [:]
      for row in 0..<a.count {
        if row % 4096 == 0 { try Task.checkCancellation() }
        for record in table.alike(a.filters, at: row * words) {
          let (column, sum) = (Int(record), Double(aWeights[row] + bWeights[Int(record)]))
          let most = Int(((1 - threshold) * sum).rounded(.up))
          var (distance, word) = (0, 0)
          while word < words, distance <= most {
            distance += (a.filters[row * words + word] ^ b.filters[column * words + word]).nonzeroBitCount
            word += 1
          }
          guard word == words, sum > 0, (sum - Double(distance)) / sum >= threshold else { continue }
          near[UInt64(row) << 32 | UInt64(column)] = distance
        }
        guard near.count <= mostCandidates else { throw tooMany(threshold) }
      }
      return near
    }
    // Most true pairs agree in several tables.
    let all = found.reduce(into: [UInt64: Int]()) { $0.merge($1) { first, _ in first } }
    guard all.count <= mostCandidates else { throw tooMany(threshold) }
    return all.sorted { $0.key < $1.key }.map { key, distance in
      let (row, column) = (Int(key >> 32), Int(key & 0xFFFF_FFFF))
      let sum = Double(aWeights[row] + bWeights[column])
      return CandidatePair(
        firstList: firstList, first: row, secondList: secondList, second: column,
        score: (sum - Double(distance)) / sum)
    }
  }

  /// The exact pass: equal tags of sound document numbers that stand once in each list.
  private static func addDocuments(
    _ a: EncodedList, _ b: EncodedList, _ firstList: Int, _ secondList: Int, _ found: inout [CandidatePair]
  ) {
    func places(_ list: EncodedList) -> [String: Int] {
      var places: [String: Int] = [:]
      for (place, tag) in list.documents.enumerated() {
        if let tag { places[tag] = places[tag] == nil ? place : -1 }
      }
      return places
    }
    let (own, other) = (places(a), places(b))
    var same: [Int: Int] = [:]
    for (tag, place) in own where place >= 0 {
      if let match = other[tag], match >= 0 { same[place] = match }
    }
    guard !same.isEmpty else { return }
    found.removeAll { same[$0.first] == $0.second }
    for (first, second) in same.sorted(by: { $0.key < $1.key }) {
      found.append(
        CandidatePair(firstList: firstList, first: first, secondList: secondList, second: second, score: 2))
    }
    found.sort { ($0.first, $0.second) < ($1.first, $1.second) }
  }
}

/// The filters of a list, eight side by side, word by word.
struct PackedFilters: Sendable {
  let words: Int
  let weights: [Int]
  private let filters: [UInt64]
  private let limits: [Int64]

  init(_ list: EncodedList, threshold: Double) {
    let words = list.bits / 64
    let (count, blocks, source) = (list.count, (list.count + 7) / 8, list.filters)
    weights = (0..<count).map { row in
      source[(row * words)..<((row + 1) * words)].reduce(0) { $0 + $1.nonzeroBitCount }
    }
    var packed = [UInt64](repeating: 0, count: blocks * words * 8)
    // Places without a record are never near.
    var limits = [Int64](repeating: -1 << 40, count: blocks * 8)
    for row in 0..<count {
      for word in 0..<words { packed[(row / 8 * words + word) * 8 + row % 8] = source[row * words + word] }
      limits[row] = Self.limit(weights[row], threshold)
    }
    (self.words, filters, self.limits) = (words, packed, limits)
  }

  /// A filter's share of the greatest distance, in 65,536ths, rounded up: what is let through is judged exactly after.
  static func limit(_ ones: Int, _ threshold: Double) -> Int64 {
    Int64(((1 - threshold) * Double(ones) * 65_536).rounded(.up)) + 1
  }

  /// After how many words at most one pair in three hundred is still near, by looking at some.
  private func frontWords(_ rows: [UInt64], _ range: Range<Int>, _ rowWeights: [Int], threshold: Double) -> Int {
    let steps = Array(stride(from: min(8, words), to: words, by: 4)) + [words]
    var (near, looked) = ([Int](repeating: 0, count: steps.count), 0)
    for row in stride(from: range.lowerBound, to: range.upperBound, by: max(1, range.count / 16)) {
      let own = Self.limit(rowWeights[row], threshold)
      for column in stride(from: 0, to: weights.count, by: max(1, weights.count / 64)) {
        let most = own + limits[column]
        var (distance, word) = (0, 0)
        looked += 1
        for (place, end) in steps.enumerated() {
          while word < end {
            distance +=
              (rows[row * words + word] ^ filters[(column / 8 * words + word) * 8 + column % 8]).nonzeroBitCount
            word += 1
          }
          guard Int64(distance) << 16 <= most else { break }
          near[place] += 1
        }
      }
    }
    return steps.indices.first { near[$0] * 300 <= looked }.map { steps[$0] } ?? words
  }

  /// Calls `body` with row, column and distance of every pair that may reach the threshold.
  func near(
    _ rows: [UInt64], _ range: Range<Int>, _ rowWeights: [Int], threshold: Double, _ body: (Int, Int, Int) -> Void
  ) {
    let blocks = limits.count / 8
    let front = frontWords(rows, range, rowWeights, threshold: threshold)
    // So many filters stay in the second cache while all rows of the range pass over them.
    let tile = max(16, 2048 / words)
    var found = [UInt32](repeating: 0, count: tile * 8)
    var distances = found
    for start in stride(from: 0, to: blocks, by: tile) {
      for row in range {
        let hits = rows.withUnsafeBufferPointer { rows in
          // The range lies within the rows, and there are rows.
          amparo_near(
            rows.baseAddress.map { $0 + row * words }, words, front, filters, limits,
            Self.limit(rowWeights[row], threshold),
            start, min(tile, blocks - start), &found, &distances)
        }
        for hit in 0..<hits { body(row, Int(found[hit]), Int(distances[hit])) }
      }
    }
  }
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
