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
    guard !release.tables.isEmpty else { throw FactFileProblem("there is no table") }
    let own = try release.tables.map { try Released($0, isAdditive: release.isAdditive) }
    let earlier = try others.flatMap { other in
      try other.tables.map { try Released($0, isAdditive: other.isAdditive) }
    }
    let attack: ReleaseAttack
    do { attack = try ReleaseAttack(own, earlier: earlier, enough: isQuick ? threshold : nil) } catch let problem
      as ReleaseAttack.Contradiction
    { throw FactFileProblem(problem.says) } catch let problem as LinearBounds.TooLarge { throw problem.problem }
    let outgrown = attack.outgrown
    // A release that was rounded or perturbed shows no cell as it is; what it hides is in its method. That it was is
    // seen in its counts: what a file says of itself is only a claim.
    let isExact = release.protection.map { !Self.isMoved(own, by: $0) } ?? true

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
        let interval = attack.interval(table, index)
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

  /// Whether counts are as the method that a release names leaves them.
  private static func isMoved(_ own: [Released], by protection: TableDocument.Protection) -> Bool {
    let published = own.lazy.flatMap { table in
      table.cube.counts.indices.lazy.filter { !table.hidden.contains($0) }.map { table.cube.counts[$0] }
    }
    switch TableProtection.Method(rawValue: protection.method) {
    case .round: return protection.base.map { base in base > 1 && published.allSatisfy { $0 % base == 0 } } ?? false
    case .cellkey: return !published.contains { $0 > 0 && $0 < protection.threshold }
    case .suppress, nil: return false
    }
  }

  static func differences(_ own: [Released], _ earlier: [Released], _ threshold: Int) -> [Difference] {
    var before: [ReleaseAttack.Key: Int] = [:]
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
}

extension LinearBounds.TooLarge {
  var problem: FactFileProblem {
    FactFileProblem(
      "\(unknowns) hidden cells hang together, more than the \(LinearBounds.mostUnknowns) that can be attacked at once; "
        + "leave a dimension out")
  }
}
