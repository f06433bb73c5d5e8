/// What everything published together says about what is hidden: each hidden cell an unknown, each sum an equation.
struct ReleaseAttack {
  /// The conditions a case must meet to be counted in a cell: the same in whatever table it stands.
  struct Key: Hashable {
    var conditions: Set<String>

    /// Column and codes, sorted; without what is counted.
    var parts: [LedgerCheck.Condition] {
      conditions.sorted().compactMap { condition in
        let parts = condition.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] != "counts" else { return nil }
        return LedgerCheck.Condition(column: String(parts[0]), codes: parts[1].split(separator: "|").map(String.init))
      }
    }
  }

  /// Tables that no facts can have given.
  struct Contradiction: Error {
    var says: String
  }

  let own: [Released]
  /// Earlier tables whose published counts agree with the release's where both have the same cell.
  let sisters: [Released]
  /// Earlier tables that describe facts which have changed since.
  let outgrown: [Released]
  private let known: [Key: Int]
  /// Cells that nobody published and that stand in some sum.
  let numbers: [Key: Int]
  private let bounds: [LinearBounds.Interval]

  /// - Parameters:
  ///   - codes: for columns that tables are filtered by, all codes that occur in the facts. With them a filtered table and
  ///     one of everything are known to be parts of one another; without them only tables that count the column are.
  ///   - enough: see `LinearBounds`.
  /// - Throws: `Contradiction` for tables that can't describe the same facts; `LinearBounds.TooLarge` when too many cells
  ///   hang together.
  init(_ own: [Released], earlier: [Released], codes: [String: [String]] = [:], enough: Int?) throws {
    self.own = own
    var published: [Key: Int] = [:]
    for table in own { table.forEachPublished { published[$0] = $1 } }
    sisters = earlier.filter { $0.agrees(with: published) }
    outgrown = earlier.filter { !$0.agrees(with: published) }
    let together = own + sisters

    var known: [Key: Int] = [:]
    for table in together {
      try table.forEachPublished { key, count in
        if let other = known.updateValue(count, forKey: key), other != count {
          throw Contradiction(
            says: "two tables give different counts, \(other) and \(count), for the same cell "
              + "(\(key.conditions.sorted().joined(separator: ", ")))")
        }
      }
    }
    var system = CellSystem(known: known)
    for table in together { system.add(table) }
    try system.link(together.flatMap(\.filters), codes: codes)
    do {
      bounds = try LinearBounds.bounds(system.numbers.count, system.equations, enough: enough)
    } catch is LinearBounds.Infeasible {
      throw Contradiction(says: "the tables contradict each other: no counts satisfy all their sums")
    }
    self.known = known
    numbers = system.numbers
  }

  /// What anyone can work out about a hidden cell.
  func interval(_ table: Released, _ index: Int) -> LinearBounds.Interval { interval(table.key(index)) }

  func interval(_ key: Key) -> LinearBounds.Interval {
    if let count = known[key] { return LinearBounds.Interval(least: count, greatest: count) }
    return numbers[key].map { bounds[$0] } ?? LinearBounds.Interval(least: 0, greatest: nil)
  }
}

/// The equations between the cells of several tables.
private struct CellSystem {
  typealias Key = ReleaseAttack.Key
  let known: [Key: Int]
  private(set) var numbers: [Key: Int] = [:]
  private(set) var equations: [LinearBounds.Equation] = []
  private var seen: Set<[Int]> = []
  /// A ledger that grows beyond this is not attacked in reasonable time.
  static let mostEquations = 50_000

  init(known: [Key: Int]) { self.known = known }

  mutating func add(_ table: Released) {
    let keys = table.cube.counts.indices.map(table.key)
    for axis in table.cube.axes.indices {
      table.cube.forEachLine(axis) { total, cells in add(cells.map { keys[$0] }, is: keys[total]) }
    }
  }

  /// The parts make the whole.
  private mutating func add(_ parts: [Key], is whole: Key) {
    var sum = 0
    var terms: [(unknown: Int, factor: Double)] = []
    func put(_ key: Key, _ factor: Int) {
      if let count = known[key] {
        sum -= factor * count
      } else {
        let number = numbers[key] ?? numbers.count
        numbers[key] = number
        terms.append((number, Double(factor)))
      }
    }
    for part in parts { put(part, 1) }
    put(whole, -1)
    guard !terms.isEmpty, seen.insert(terms.map { Int($0.factor) * ($0.unknown + 1) } + [sum]).inserted else { return }
    equations.append(.init(terms: terms, sum: Double(sum)))
  }

  /// A filtered table's cells are parts of the same cells without the filter, and sums of its codes.
  mutating func link(_ filters: [Released.Filter], codes: [String: [String]]) throws {
    let columns = Dictionary(grouping: Set(filters), by: \.column)
    guard !columns.isEmpty else { return }
    var open = Array(known.keys) + Array(numbers.keys)
    // Codes that no table names are one unknown together: nobody can tell them apart.
    var named = columns.mapValues { filters in Set(filters.flatMap(\.codes)) }
    for condition in Set(open.flatMap(\.conditions)) {
      let parts = condition.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2, !parts[1].contains("|") { named[parts[0]]?.insert(parts[1]) }
    }
    let parts = codes.filter { columns[$0.key] != nil }.map { column, all in
      let rest = all.filter { named[column]?.contains($0) != true }
      return (column, all.filter { named[column]?.contains($0) == true }.map { [$0] } + (rest.isEmpty ? [] : [rest]))
    }
    let partsOf = Dictionary(uniqueKeysWithValues: parts)
    var done: Set<Key> = []
    while let key = open.popLast() {
      guard done.insert(key).inserted else { continue }
      for (column, filters) in columns {
        guard let condition = key.conditions.first(where: { $0.hasPrefix(column + "=") }) else { continue }
        var rest = key
        rest.conditions.remove(condition)
        func with(_ codes: [String]) -> Key {
          var key = rest
          key.conditions.insert(Released.condition(column, codes))
          return key
        }
        var fresh: [Key] = []
        for filter in filters where filter.codes.count > 1 && with(filter.codes) == key {
          fresh += filter.codes.map { with([$0]) }
          add(fresh, is: key)
        }
        // Everything is the sum over all codes, where somebody has said something about everything.
        if let all = partsOf[column], known[rest] != nil || numbers[rest] != nil {
          let parts = all.map(with)
          add(parts, is: rest)
          fresh += parts
        }
        open += fresh.filter { !done.contains($0) }
      }
      if equations.count > Self.mostEquations {
        throw LinearBounds.TooLarge(unknowns: numbers.count)
      }
    }
  }
}

/// A table that is or was to be published, ready for the attack.
struct Released {
  struct Filter: Hashable {
    var column: String
    var codes: [String]
  }

  let cube: CountCube
  let hidden: Set<Int>
  let filters: [Filter]
  private let base: Set<String>
  private let words: [[String]]

  init(_ table: TableDocument.Table, isAdditive: Bool) throws {
    (cube, hidden, _) = try table.cube(isAdditive: isAdditive)
    if let bad = hidden.isEmpty ? nil : Self.disagreement(cube, hidden) {
      throw FactFileProblem(
        "the table “\(table.title ?? "")”: its margins disagree at "
          + "(\(cube.codes(bad).map { $0 ?? "total" }.joined(separator: ", ")))")
    }
    filters = (table.where ?? [:]).map { Filter(column: $0.key, codes: $0.value.sorted()) }
      .sorted { $0.column < $1.column }
    base = Set(["counts=\(table.measure ?? "cases")"] + filters.map { Self.condition($0.column, $0.codes) })
    words = cube.axes.map { axis in axis.codes.map { Self.condition(axis.column, [$0]) } }
  }

  static func condition(_ column: String, _ codes: [String]) -> String {
    column + "=" + codes.sorted().joined(separator: "|")
  }

  func key(_ index: Int) -> ReleaseAttack.Key {
    var conditions = base
    for (axis, place) in cube.place(index).enumerated() where place < words[axis].count {
      conditions.insert(words[axis][place])
    }
    return ReleaseAttack.Key(conditions: conditions)
  }

  func forEachPublished(_ body: (ReleaseAttack.Key, Int) throws -> Void) rethrows {
    for index in cube.counts.indices where !hidden.contains(index) { try body(key(index), cube.counts[index]) }
  }

  /// Whether nothing published here differs.
  func agrees(with published: [ReleaseAttack.Key: Int]) -> Bool {
    cube.counts.indices.allSatisfy { index in
      hidden.contains(index) || published[key(index)].map { $0 == cube.counts[index] } != false
    }
  }

  /// A sum of published cells that is not their published total.
  private static func disagreement(_ cube: CountCube, _ hidden: Set<Int>) -> Int? {
    var found: Int?
    for axis in cube.axes.indices {
      cube.forEachLine(axis) { total, cells in
        guard found == nil, !hidden.contains(total) else { return }
        let sum = cells.filter { !hidden.contains($0) }.reduce(0) { $0 + cube.counts[$1] }
        let isWhole = cells.allSatisfy { !hidden.contains($0) }
        if isWhole ? sum != cube.counts[total] : sum > cube.counts[total] { found = total }
      }
    }
    return found
  }
}
