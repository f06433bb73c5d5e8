import Basics
import Statistics
import Testing

/// Attacks on tables of three columns, on their margins as tables of their own, and on what is seen by going deeper.
@Suite struct CubeAttacks {
  private let threshold = 10

  /// A margin of a cube as a table of its own.
  private func margin(_ cube: CountCube, _ kept: [Int]) -> CountCube {
    CountCube(axes: kept.map { cube.axes[$0] }) { place in
      var codes = [String?](repeating: nil, count: cube.axes.count)
      for (number, axis) in kept.enumerated() { codes[axis] = cube.axes[axis].codes[place[number]] }
      return cube.index(codes: codes).map { cube.counts[$0] } ?? 0
    }
  }

  /// One layer of a cube as a table that is filtered by the layer's code.
  private func slice(_ cube: CountCube, _ axis: Int, _ code: String) -> TableDocument {
    let kept = cube.axes.indices.filter { $0 != axis }
    let layer = CountCube(axes: kept.map { cube.axes[$0] }) { place in
      var codes = [String?](repeating: code, count: cube.axes.count)
      for (number, axis) in kept.enumerated() { codes[axis] = cube.axes[axis].codes[place[number]] }
      return cube.index(codes: codes).map { cube.counts[$0] } ?? 0
    }
    return TableDocument(tables: [TableDocument.Table(layer, where: [cube.axes[axis].column: [code]])])
  }

  /// The cube, its three margins and its three single columns in one file: whatever sums are solved together, no small
  /// count is bounded more narrowly than by the threshold above it, and the truth is never excluded.
  @Test(arguments: seeds) func theCubeAndItsMarginsTogetherGiveNothingAway(_ seed: UInt64) throws {
    print("cube seed \(seed)")
    let cube = randomCube(seed, [5, 4, 3], largest: 22)
    let all = [cube] + [[0, 1], [0, 2], [2, 1], [0], [1], [2]].map { margin(cube, $0) }
    let exact = TableDocument(tables: all.map { TableDocument.Table($0) })
    let release = try TableProtection.release(exact, method: .suppress, threshold: threshold, seed: seed)
    let audit = try ReleaseAudit(release, threshold: threshold)
    #expect(audit.safe && audit.smallPublished == 0, "seed \(seed): \(audit.says)")
    for cell in audit.cells {
      let index = try #require(all[cell.table].index(codes: cell.at))
      let truth = all[cell.table].counts[index]
      #expect(cell.least <= truth && cell.greatest.map { truth <= $0 } != false, "seed \(seed): the truth is excluded")
      #expect(cell.least != cell.greatest, "seed \(seed): \(cell.at)")
      if (1..<threshold).contains(truth) {
        #expect(cell.greatest.map { $0 >= truth + threshold } != false, "seed \(seed): \(cell.at)")
      }
    }
    // The same cell is shown or hidden alike wherever it stands, so a drill-down never says another number.
    var shown: [Set<String>: Int?] = [:]
    for table in release.tables {
      for cell in table.cells {
        let conditions = Set(
          zip(table.dimensions, cell.at).compactMap { dimension, code in code.map { "\(dimension.column)=\($0)" } })
        if let other = shown.updateValue(cell.count, forKey: conditions) {
          #expect(other == cell.count, "seed \(seed): \(conditions.sorted())")
        }
      }
    }
  }

  /// Whoever goes deeper publishes the whole, a margin, and one layer after another. The ledger lets pass what it lets
  /// pass; of all that passed, no count from 1 to below the threshold comes out by any sum.
  @Test(arguments: seeds.prefix(10)) func goingDeeperStepByStepGivesNothingAway(_ seed: UInt64) throws {
    let cube = randomCube(seed, [4, 3, 3], largest: 25)
    let codes = Dictionary(uniqueKeysWithValues: cube.axes.map { ($0.column, $0.codes) })
    var steps = [[0, 1], [0], [0, 2]].map { TableDocument(tables: [TableDocument.Table(margin(cube, $0))]) }
    steps += cube.axes[2].codes.map { slice(cube, 2, $0) }
    steps.append(TableDocument(tables: [TableDocument.Table(cube)]))
    var generator = SeededGenerator(seed: seed)
    steps.shuffle(using: &generator)
    var published: [TableDocument] = []
    for step in steps {
      let release = try TableProtection.release(step, method: .suppress, threshold: threshold, seed: seed)
      if try LedgerCheck(release, threshold: threshold, earlier: published, codes: codes).isSafe {
        published.append(release)
      }
    }
    print("drill-down seed \(seed): \(published.count) of \(steps.count) published")
    #expect(!published.isEmpty)
    try expectNothingComesOut(published, cube, "seed \(seed)")
  }

  /// An attacker of our own, who knows nothing of the program's: puts every published number where it belongs in the
  /// cube, then subtracts along every line until nothing more comes out.
  private func expectNothingComesOut(_ published: [TableDocument], _ cube: CountCube, _ note: String) throws {
    var known: [Int: Int] = [:]
    var wasShown: Set<Int> = []
    for table in published.flatMap(\.tables) {
      for cell in table.cells {
        guard let count = cell.count else { continue }
        var codes = [String?](repeating: nil, count: cube.axes.count)
        for (axis, whole) in cube.axes.enumerated() {
          codes[axis] = table.where?[whole.column]?.first
          if let place = table.dimensions.firstIndex(where: { $0.column == whole.column }) {
            codes[axis] = cell.at[place]
          }
        }
        let index = try #require(cube.index(codes: codes))
        #expect(cube.counts[index] == count)
        known[index] = count
        wasShown.insert(index)
      }
    }
    var grows = true
    while grows {
      grows = false
      for index in cube.counts.indices {
        let place = cube.codes(index)
        for axis in cube.axes.indices where place[axis] == nil {
          let parts = cube.axes[axis].codes.compactMap { code in
            var codes = place
            codes[axis] = code
            return cube.index(codes: codes)
          }
          let line = [index] + parts
          let open = line.filter { known[$0] == nil }
          if known[index] == 0 {
            for part in open { (known[part], grows) = (0, true) }
          } else if open.count == 1 {
            let sum = parts.reduce(0) { $0 + (known[$1] ?? 0) }
            known[open[0]] = open[0] == index ? sum : (known[index] ?? 0) - sum
            grows = true
          }
        }
      }
    }
    for (index, count) in known where !wasShown.contains(index) {
      #expect(!(1..<threshold).contains(count), "\(note): \(cube.codes(index)) comes out as \(count)")
    }
    for index in wasShown { #expect(!(1..<threshold).contains(cube.counts[index]), "\(note)") }
  }

  @Test(arguments: seeds.prefix(12)) func marginsOfThreeColumnsStaySums(_ seed: UInt64) throws {
    let cube = randomCube(seed, [6, 4, 3], largest: 40)
    for method in [TableProtection.Method.suppress, .round] {
      let release = try TableProtection.release(document(cube), method: method, threshold: threshold, seed: seed)
      // Reading refuses margins that disagree; here they are added up once more by hand.
      let cells = try release.tables[0].exactCounts()
      for (at, count) in cells where at[2] == nil && count >= 0 {
        let parts = cube.axes[2].codes.map { cells[[at[0], at[1], $0]] ?? -1 }
        if parts.allSatisfy({ $0 >= 0 }) { #expect(parts.reduce(0, +) == count, "seed \(seed): \(at)") }
        #expect(parts.filter { $0 >= 0 }.reduce(0, +) <= count, "seed \(seed): \(at)")
      }
    }
  }

  /// What is hidden says nothing by itself: the shown cells of a cube are exact, and so many stay shown.
  @Test func aLargeCubeKeepsWhatIsLarge() {
    let cube = randomCube(77, [24, 8, 5], largest: 4000)
    let hidden = Suppression([cube], threshold: threshold).hidden[0]
    #expect(hidden.count < cube.counts.count / 20)
    for index in cube.counts.indices where (1..<threshold).contains(cube.counts[index]) {
      #expect(hidden.contains(index))
    }
  }
}
