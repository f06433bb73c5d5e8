/// Whether tables may be published beside everything that was published before: the attack on all of it together.
///
///     let check = try LedgerCheck(release, threshold: 10, earlier: published, codes: ["year": ["2006", "2007"]])
///     check.isSafe
public struct LedgerCheck: Hashable, Sendable {
  /// A column and the codes of it that count.
  public struct Condition: Hashable, Sendable {
    public var column: String
    public var codes: [String]

    public init(column: String, codes: [String]) {
      self.column = column
      self.codes = codes
    }

    var text: String { column + "=" + codes.joined(separator: "|") }
  }

  /// Something that anyone could work out.
  public struct Finding: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      /// A hidden cell has one possible value.
      case recoverable
      /// A hidden cell is surely from 1 to below the threshold.
      case small
      /// A count from 1 to below the threshold stands there openly.
      case open
      /// A cell differs from an earlier release by less than the threshold: it shows who was added or taken away.
      case difference
    }
    public var kind: Kind
    /// What a case must be to be counted in the cell; none for everything. The cell need not stand in any table: that
    /// two of them leave it over is enough.
    public var conditions: [Condition]
    /// The index of the earlier release that a difference is from.
    public var earlier: Int?
    /// What an attacker knows of it; `nil` above means without bound.
    public var least: Int
    public var greatest: Int?
  }

  public var findings: [Finding] = []
  /// Cells of the release that are hidden, and that are shown.
  public var hidden = 0
  public var published = 0
  /// Indices of the earlier releases that describe the same facts, and of those whose facts have changed since.
  public var compared: [Int] = []
  public var changed: [Int] = []

  public var isSafe: Bool { findings.isEmpty }

  /// - Parameters:
  ///   - release: what is to be published.
  ///   - threshold: counts from 1 to one below it are small.
  ///   - earlier: everything that was ever published of these facts, withdrawn releases too: what was public stays known.
  ///     Of rounded and perturbed releases nothing exact is known; they are left out.
  ///   - codes: for columns that tables are filtered by, all codes that occur in the facts.
  /// - Throws: `FactFileProblem` for tables that contradict themselves, or more than can be attacked at once.
  public init(
    _ release: TableDocument, threshold: Int, earlier: [TableDocument], codes: [String: [String]] = [:]
  ) throws {
    let own = try release.tables.map { try Released($0, isAdditive: release.isAdditive) }
    let isExact = release.protection.map { $0.method == TableProtection.Method.suppress.rawValue } ?? true
    for table in own {
      for index in table.cube.counts.indices {
        if table.hidden.contains(index) {
          hidden += 1
          continue
        }
        published += 1
        let count = table.cube.counts[index]
        if isExact, (1..<threshold).contains(count) {
          findings.append(Finding(kind: .open, conditions: table.key(index).parts, least: count, greatest: count))
        }
      }
    }
    // A rounded number gives no equation, and takes nothing away from what the others hide.
    guard isExact else { return }
    var before: [(number: Int, table: Released)] = []
    for (number, document) in earlier.enumerated() where document.protection?.method == "suppress" {
      for table in document.tables { before.append((number, try Released(table, isAdditive: true))) }
    }
    var sisters: [(number: Int, table: Released)] = []
    do {
      do {
        let attack = try ReleaseAttack(own, earlier: before.map(\.table), codes: codes, enough: threshold)
        sisters = note(attack, own, before, threshold)
      } catch is ReleaseAttack.Contradiction {
        // Facts that changed without changing any cell that two tables share: each is then tried for itself.
        for one in before {
          do {
            let attack = try ReleaseAttack(own, earlier: [one.table], codes: codes, enough: threshold)
            sisters += note(attack, own, [one], threshold)
          } catch is ReleaseAttack.Contradiction { continue }
        }
      }
    } catch let problem as LinearBounds.TooLarge { throw problem.problem }
    compared = Set(sisters.map(\.number)).sorted()
    changed = Set(before.map(\.number)).subtracting(compared).sorted()
    findings = Set(findings).sorted { one, other in
      let (left, right) = (one.conditions.map(\.text), other.conditions.map(\.text))
      return (one.kind.rawValue, left.joined(), one.least) < (other.kind.rawValue, right.joined(), other.least)
    }
  }

  /// Writes down what an attack finds.
  /// - Returns: the earlier tables that describe the same facts.
  private mutating func note(
    _ attack: ReleaseAttack, _ own: [Released], _ before: [(number: Int, table: Released)], _ threshold: Int
  ) -> [(number: Int, table: Released)] {
    var published: [ReleaseAttack.Key: Int] = [:]
    for table in own { table.forEachPublished { published[$0] = $1 } }
    let sisters = before.filter { $0.table.agrees(with: published) }
    let hidden = Set((own + sisters.map(\.table)).flatMap { table in table.hidden.map(table.key) })
    for key in hidden.union(attack.numbers.keys) {
      let interval = attack.interval(key)
      let kind: Finding.Kind
      if interval.least == interval.greatest {
        // That nobody is counted points at nobody. A count as large as one that may be shown points at nobody either,
        // unless it was hidden: then it was needed to hide another one.
        guard interval.least > 0, hidden.contains(key) || interval.least < threshold else { continue }
        kind = .recoverable
      } else if let greatest = interval.greatest, interval.least > 0, greatest < threshold {
        kind = .small
      } else {
        continue
      }
      findings.append(
        Finding(kind: kind, conditions: key.parts, least: interval.least, greatest: interval.greatest))
    }
    for one in before where !one.table.agrees(with: published) {
      findings += ReleaseAudit.differences(own, [one.table], threshold).map { difference in
        let table = own[difference.table]
        let parts = table.cube.index(codes: difference.at).map { table.key($0).parts } ?? []
        return Finding(
          kind: .difference, conditions: parts, earlier: one.number, least: difference.earlier,
          greatest: difference.now)
      }
    }
    return sisters
  }
}
