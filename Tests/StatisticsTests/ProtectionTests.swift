import Basics
import Statistics
import Testing

/// A seed that a failing test names.
let seeds = (0..<24).map { UInt64($0) &* 7919 &+ 11 }

func randomCube(_ seed: UInt64, _ sizes: [Int], largest: Int) -> CountCube {
  var generator = SeededGenerator(seed: seed)
  let axes = sizes.enumerated().map { number, size in
    CountCube.Axis(column: "c\(number)", codes: (0..<size).map { "v\($0)" })
  }
  return CountCube(axes: axes) { _ in
    Int.random(in: 0..<10, using: &generator) < 3 ? 0 : Int.random(in: 0...largest, using: &generator)
  }
}

func document(_ cubes: CountCube...) -> TableDocument { TableDocument(tables: cubes.map { TableDocument.Table($0) }) }

@Suite struct SuppressionAttacks {
  @Test(arguments: seeds) func nothingHiddenCanBeWorkedOut(_ seed: UInt64) throws {
    for (sizes, largest) in [([7], 30), ([4, 5], 25), ([3, 2], 400), ([6, 4, 3], 20), ([3, 2, 2, 2], 60)] {
      let cube = randomCube(seed, sizes, largest: largest)
      let release = try TableProtection.release(document(cube), method: .suppress, threshold: 10, seed: seed)
      let audit = try ReleaseAudit(release, threshold: 10)
      #expect(audit.safe, "seed \(seed), \(sizes): \(audit.says)")
      #expect(audit.smallPublished == 0)
      let read = try release.tables[0].cube()
      for cell in audit.cells {
        let index = try #require(cube.index(codes: cell.at))
        let truth = cube.counts[index]
        #expect(cell.least <= truth && cell.greatest.map { truth <= $0 } != false, "the attack must not miss the truth")
        if (1..<10).contains(truth) { #expect(cell.greatest.map { $0 >= truth + 10 } != false) }
      }
      for index in cube.counts.indices where !read.hidden.contains(index) {
        #expect(read.cube.counts[index] == cube.counts[index])
      }
    }
  }

  @Test(arguments: seeds.prefix(8)) func sisterTablesOfOneFileAreProtectedTogether(_ seed: UInt64) throws {
    let cube = randomCube(seed, [4, 3, 3], largest: 20)
    func sum(_ first: Int, _ second: Int) -> CountCube {
      CountCube(axes: [cube.axes[first], cube.axes[second]]) { place in
        var codes = [String?](repeating: nil, count: 3)
        codes[first] = cube.axes[first].codes[place[0]]
        codes[second] = cube.axes[second].codes[place[1]]
        return cube.index(codes: codes).map { cube.counts[$0] } ?? 0
      }
    }
    let release = try TableProtection.release(
      document(sum(0, 1), sum(0, 2), sum(1, 2)), method: .suppress, threshold: 10, seed: seed)
    let audit = try ReleaseAudit(release, threshold: 10)
    #expect(audit.safe, "seed \(seed): \(audit.says)")
  }

  @Test func primarySuppressionAloneIsCaught() throws {
    let cube = CountCube(axes: [.init(column: "a", codes: ["x", "y"]), .init(column: "b", codes: ["p", "q"])]) {
      place in
      [[3, 40], [50, 60]][place[0]][place[1]]
    }
    let naive = TableDocument(tables: [TableDocument.Table(cube, hidden: [0])])
    let audit = try ReleaseAudit(naive, threshold: 10)
    #expect(!audit.safe)
    #expect(audit.cells.map(\.verdict) == ["recoverable"])
    #expect(audit.cells[0].least == 3)
    #expect(try !ReleaseAudit(document(cube), threshold: 10).safe)
  }

  @Test func anEarlierReleaseGivesTheHiddenCellBack() throws {
    let cube = randomCube(5, [4, 4], largest: 25)
    let release = try TableProtection.release(document(cube), method: .suppress, threshold: 10, seed: 1)
    let audit = try ReleaseAudit(release, threshold: 10, others: [document(cube)])
    #expect(audit.recoverable == audit.hidden && audit.hidden > 0)
  }

  @Test func smallGrowthSinceAnEarlierReleaseIsFound() throws {
    let before = CountCube(axes: [.init(column: "a", codes: ["x", "y"])]) { [40, 50][$0[0]] }
    let now = CountCube(axes: [.init(column: "a", codes: ["x", "y"])]) { [41, 80][$0[0]] }
    let audit = try ReleaseAudit(document(now), threshold: 10, others: [document(before)])
    #expect(audit.differences.map(\.now) == [41])
    #expect(!audit.safe)
  }

  @Test func tablesThatContradictEachOtherAreRefused() throws {
    let one = CountCube(axes: [.init(column: "a", codes: ["x", "y"])]) { [40, 50][$0[0]] }
    let other = CountCube(axes: [.init(column: "a", codes: ["x", "y"])]) { [50, 40][$0[0]] }
    #expect(throws: FactFileProblem.self) { try ReleaseAudit(document(one, other), threshold: 10) }
  }
}

@Suite struct RoundingTests {
  @Test(arguments: seeds) func totalsStaySumsAndCellsStayNear(_ seed: UInt64) throws {
    for (sizes, base) in [([6], 5), ([5, 4], 10), ([7, 6], 3), ([4, 3, 3], 10)] {
      let cube = randomCube(seed, sizes, largest: 40)
      let rounded = Rounding.round(cube, base: base, seed: seed)
      var sums = 0
      for index in cube.counts.indices {
        #expect(rounded.counts[index].isMultiple(of: base), "seed \(seed)")
        if sizes.count <= 2 || cube.isInner(index) {
          #expect(abs(rounded.counts[index] - cube.counts[index]) < base, "seed \(seed)")
        }
        if cube.isInner(index) { sums += rounded.counts[index] }
      }
      #expect(rounded.counts.last == sums)
      #expect(rounded == Rounding.round(cube, base: base, seed: seed))
      #expect(try TableDocument.Table(rounded).cube().cube == rounded)
    }
  }

  /// Cox's procedure moves no cell in the mean: 4,000 roundings, bound at five standard errors.
  @Test func nothingMovesInTheMean() {
    let cube = randomCube(3, [3, 3], largest: 20)
    var sums = [Int](repeating: 0, count: cube.counts.count)
    let times = 4000
    for seed in 0..<times {
      for (index, count) in Rounding.round(cube, base: 10, seed: UInt64(seed) &* 104_729).counts.enumerated() {
        sums[index] += count
      }
    }
    for index in cube.counts.indices {
      let mean = Double(sums[index]) / Double(times)
      #expect(abs(mean - Double(cube.counts[index])) < 5 * 5 / Double(times).squareRoot(), "cell \(index)")
    }
  }
}

@Suite struct CellKeyTests {
  /// The mean over evenly spread keys is the count itself.
  @Test(arguments: [1, 3, 9, 10, 11, 14, 15, 20, 500]) func theMeanStays(_ count: Int) {
    var law = CellKey(threshold: 10, deviation: 5)
    let results = (0..<10_000).map { law.perturb(count, key: (Double($0) + 0.5) / 10_000) }
    #expect(abs(Double(results.reduce(0, +)) / 10_000 - Double(count)) < 0.01)
    #expect(results.allSatisfy { $0 == 0 || $0 >= 10 })
    #expect(results.allSatisfy { abs($0 - count) <= max(5, 9) })
  }

  @Test func theSameCellHasTheSameNumberInEveryTable() throws {
    let cube = randomCube(9, [4, 3], largest: 60)
    let margin = CountCube(axes: [cube.axes[0]]) { cube[cube.axes[0].codes[$0[0]], nil] ?? 0 }
    let release = try TableProtection.release(document(cube, margin), method: .cellkey, threshold: 10, seed: 4)
    let (wide, narrow) = (try release.tables[0].exactCounts(), try release.tables[1].exactCounts())
    for code in cube.axes[0].codes { #expect(wide[[code, nil]] == narrow[[code]]) }
    let additive = try TableProtection.release(
      document(cube), method: .cellkey, threshold: 10, isAdditive: true, seed: 4)
    _ = try additive.tables[0].cube()
  }
}

extension TableDocument.Table {
  func exactCounts() throws -> [[String?]: Int] {
    Dictionary(uniqueKeysWithValues: cells.map { ($0.at, $0.count ?? -1) })
  }
}
