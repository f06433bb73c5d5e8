/// An attack on a release: everything published, here and in sister tables, against every hidden cell.
public struct ReleaseAudit: Codable, Sendable, Hashable {
  /// A hidden cell and what anyone can work out about it.
  public struct HiddenCell: Codable, Sendable, Hashable {
    public var table: Int
    public var at: [String?]
    public var least: Int
    /// Absent when there is no upper bound.
    public var greatest: Int?
    /// `recoverable`: one value only. `small`: surely from 1 to below the threshold. `narrow`: within fewer values
    /// than the threshold. `protected` otherwise.
    public var verdict: String
  }
  /// A cell that grew by a small number since an earlier release.
  public struct Difference: Codable, Sendable, Hashable {
    public var table: Int
    public var at: [String?]
    public var earlier: Int
    public var now: Int
  }

  public var safe: Bool
  public var threshold: Int
  public var hidden: Int
  public var published: Int
  public var recoverable: Int
  public var small: Int
  public var narrow: Int
  /// Counts from 1 to below the threshold that stand there openly.
  public var smallPublished: Int
  public var narrowest: Int?
  public var cells: [HiddenCell]
  public var differences: [Difference]
  public var says: String

  /// - Parameters:
  ///   - release: the tables that are, or would be, published.
  ///   - others: what was published before. Tables whose published counts agree with the release where both have the
  ///     same cell are taken to describe the same facts, and all equations are used together; the others to describe
  ///     facts that have grown since, so that small growth shows who was added.
  ///   - isQuick: whether it is enough to know of each hidden cell that it has several values: much faster for large
  ///     tables, and the intervals are then only what was seen.
  /// - Throws: `FactFileProblem` for tables that contradict themselves or each other.
  public init(_ release: TableDocument, threshold: Int, others: [TableDocument] = [], isQuick: Bool = false) throws {
    let own = try release.tables.map { try Released($0, isAdditive: release.isAdditive) }
    let earlier = try others.flatMap { other in
      try other.tables.map { try Released($0, isAdditive: other.isAdditive) }
    }
    var published: [Key: Int] = [:]
    for table in own { table.forEachPublished { published[$0] = $1 } }
    let sisters = earlier.filter { $0.agrees(with: published) }
    let outgrown = earlier.filter { !$0.agrees(with: published) }
    // A release that was rounded or perturbed shows no cell as it is; what it hides is in its method.
    let isExact = release.protection.map { $0.method == "suppress" } ?? true

    var known: [Key: Int] = [:]
    for table in own + sisters {
      try table.forEachPublished { key, count in
        if let other = known.updateValue(count, forKey: key), other != count {
          throw FactFileProblem(
            "two tables give different counts, \(other) and \(count), for the same cell "
              + "(\(key.conditions.joined(separator: ", ")))")
        }
      }
    }
    var numbers: [Key: Int] = [:]
    var equations: Set<[Int]> = []
    var system: [LinearBounds.Equation] = []
    for table in own + sisters {
      let numbered = table.cube.counts.indices.map { index -> (known: Int?, unknown: Int) in
        guard table.hidden.contains(index) else { return (table.cube.counts[index], -1) }
        let key = table.key(index)
        if let value = known[key] { return (value, -1) }
        let number = numbers[key] ?? numbers.count
        numbers[key] = number
        return (nil, number)
      }
      for axis in table.cube.axes.indices {
        table.cube.forEachLine(axis) { total, cells in
          var sum = 0
          var terms: [(unknown: Int, factor: Double)] = []
          for cell in cells {
            if let count = numbered[cell].known { sum -= count } else { terms.append((numbered[cell].unknown, 1)) }
          }
          if let count = numbered[total].known { sum += count } else { terms.append((numbered[total].unknown, -1)) }
          guard !terms.isEmpty, equations.insert(terms.map { Int($0.factor) * ($0.unknown + 1) } + [sum]).inserted
          else {
            return
          }
          system.append(.init(terms: terms, sum: Double(sum)))
        }
      }
    }
    let bounds: [LinearBounds.Interval]
    do {
      bounds = try LinearBounds.bounds(numbers.count, system, enough: isQuick ? threshold : nil)
    } catch is LinearBounds.Infeasible {
      throw FactFileProblem("the tables contradict each other: no counts satisfy all their sums")
    } catch let problem as LinearBounds.TooLarge {
      throw FactFileProblem(
        "\(problem.unknowns) hidden cells hang together, more than the \(LinearBounds.mostUnknowns) that can be attacked at "
          + "once; leave a dimension out")
    }

    var cells: [HiddenCell] = []
    var shown = 0
    var smallPublished = 0
    for (number, table) in own.enumerated() {
      for index in table.cube.counts.indices {
        guard table.hidden.contains(index) else {
          shown += 1
          if isExact, (1..<threshold).contains(table.cube.counts[index]) { smallPublished += 1 }
          continue
        }
        let key = table.key(index)
        let interval =
          known[key].map { LinearBounds.Interval(least: $0, greatest: $0) } ?? numbers[key].map { bounds[$0] }
          ?? .init(least: 0, greatest: nil)
        let verdict =
          if interval.least == interval.greatest {
            "recoverable"
          } else if interval.least > 0,
            let greatest = interval.greatest, greatest < threshold
          { "small" } else if let greatest = interval.greatest, greatest - interval.least < threshold { "narrow" } else
          {
            "protected"
          }
        cells.append(
          HiddenCell(
            table: number, at: table.cube.codes(index), least: interval.least, greatest: interval.greatest,
            verdict: verdict))
      }
    }
    self.threshold = threshold
    self.cells = cells
    self.published = shown
    self.smallPublished = smallPublished
    hidden = cells.count
    recoverable = cells.count { $0.verdict == "recoverable" }
    small = cells.count { $0.verdict == "small" }
    narrow = cells.count { $0.verdict == "narrow" }
    narrowest = cells.compactMap { cell in cell.greatest.map { $0 - cell.least } }.min()
    differences = isExact ? Self.differences(own, outgrown, threshold) : []
    safe = recoverable + small + smallPublished + differences.count == 0
    says = ""
    says = sentence
  }

  private static func differences(_ own: [Released], _ earlier: [Released], _ threshold: Int) -> [Difference] {
    var before: [Key: Int] = [:]
    for table in earlier { table.forEachPublished { before[$0] = $1 } }
    return own.enumerated().flatMap { number, table in
      table.cube.counts.indices.compactMap { index in
        guard !table.hidden.contains(index), let earlier = before[table.key(index)],
          (1..<threshold).contains(abs(table.cube.counts[index] - earlier))
        else { return nil }
        return Difference(
          table: number, at: table.cube.codes(index), earlier: earlier, now: table.cube.counts[index])
      }
    }
  }

  private var sentence: String {
    var words = ["\(hidden) cells are hidden, \(published) published."]
    if recoverable > 0 { words.append("\(recoverable) hidden cells can be worked out exactly.") }
    if small > 0 { words.append("\(small) hidden cells are surely between 1 and \(threshold - 1).") }
    if smallPublished > 0 { words.append("\(smallPublished) counts below \(threshold) stand there openly.") }
    if !differences.isEmpty {
      words.append("\(differences.count) cells differ from an earlier release by less than \(threshold).")
    }
    if narrow > 0 { words.append("\(narrow) hidden cells lie within fewer than \(threshold) values.") }
    if safe { words.append("No hidden cell can be worked out.") }
    return words.joined(separator: " ")
  }

  /// The conditions a case must meet to be counted in a cell: the same in whatever table it stands.
  private struct Key: Hashable {
    var conditions: [String]
  }

  private struct Released {
    let cube: CountCube
    let hidden: Set<Int>
    private let base: [String]
    private let words: [[String]]

    init(_ table: TableDocument.Table, isAdditive: Bool) throws {
      (cube, hidden, _) = try table.cube(isAdditive: isAdditive)
      if let bad = hidden.isEmpty ? nil : Self.disagreement(cube, hidden) {
        throw FactFileProblem(
          "the table “\(table.title ?? "")”: its margins disagree at "
            + "(\(cube.codes(bad).map { $0 ?? "total" }.joined(separator: ", ")))")
      }
      base =
        ["counts=\(table.measure ?? "cases")"]
        + (table.where ?? [:]).map { "\($0.key)=\($0.value.sorted().joined(separator: "|"))" }
      words = cube.axes.map { axis in axis.codes.map { "\(axis.column)=\($0)" } }
    }

    func key(_ index: Int) -> Key {
      var conditions = base
      for (axis, place) in cube.place(index).enumerated() where place < words[axis].count {
        conditions.append(words[axis][place])
      }
      return Key(conditions: conditions.sorted())
    }

    func forEachPublished(_ body: (Key, Int) throws -> Void) rethrows {
      for index in cube.counts.indices where !hidden.contains(index) { try body(key(index), cube.counts[index]) }
    }

    /// Whether nothing published here differs.
    func agrees(with published: [Key: Int]) -> Bool {
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
}
