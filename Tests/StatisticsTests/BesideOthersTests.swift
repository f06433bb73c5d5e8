import Basics
import Statistics
import Testing

/// Tables that are asked for one by one: each is attacked together with the number of all cases and with every column's
/// counts, as the other tables of the same facts show them.
@Suite struct TablesBesideOthers {
  private let threshold = 10
  /// Sizes, the largest count, and how many of ten cells have none.
  private static let shapes: [([Int], largest: Int, noughts: Int)] = [
    ([7], 30, 3), ([3], 6, 2), ([4, 5], 25, 3), ([3, 2], 400, 3), ([5, 4], 4, 5), ([5, 5], 90, 8), ([4, 1], 20, 3),
    ([2, 2], 12, 3), ([6, 4, 3], 20, 3), ([3, 1, 4], 15, 4), ([4, 3, 3], 4, 7), ([3, 2, 2, 2], 60, 3),
  ]

  private func cube(_ seed: UInt64, _ sizes: [Int], _ largest: Int, _ noughts: Int) -> CountCube {
    var generator = SeededGenerator(seed: seed)
    let axes = sizes.enumerated().map { number, size in
      CountCube.Axis(column: "c\(number)", codes: (0..<size).map { "v\($0)" })
    }
    return CountCube(axes: axes) { _ in
      Int.random(in: 0..<10, using: &generator) < noughts ? 0 : Int.random(in: 0...largest, using: &generator)
    }
  }

  /// One column of a cube as a table of its own.
  private func column(_ cube: CountCube, _ axis: Int) -> CountCube {
    CountCube(axes: [cube.axes[axis]]) { place in
      var codes = [String?](repeating: nil, count: cube.axes.count)
      codes[axis] = cube.axes[axis].codes[place[0]]
      return cube.index(codes: codes).map { cube.counts[$0] } ?? 0
    }
  }

  /// A table as somebody gets it who asks for it.
  private func asked(_ cube: CountCube) throws -> TableDocument.Table {
    try TableProtection.besideOthers(document(cube), threshold: threshold).tables[0]
  }

  private func attack(_ tables: [TableDocument.Table]) throws -> ReleaseAudit {
    try ReleaseAudit(
      TableDocument(
        tables: tables, protection: .init(method: "suppress", threshold: threshold, says: "")), threshold: threshold)
  }

  @Test(arguments: seeds) func neitherTheTotalNorAColumnNarrowsWhatATableHides(_ seed: UInt64) throws {
    print("tables beside others, seed \(seed)")
    for (sizes, largest, noughts) in Self.shapes {
      let cube = cube(seed, sizes, largest, noughts)
      let columns = try sizes.indices.map { try asked(column(cube, $0)) }
      // The number of all cases, in a table of a column that this one has not.
      let total = try #require(cube.counts.last)
      let all = CountCube(axes: [.init(column: "year", codes: ["2007"])]) { _ in total }
      let table = try asked(cube)
      let audit = try attack([table] + columns + [asked(all)])
      let note: Comment = "seed \(seed), \(sizes) to \(largest)"
      #expect(audit.safe && audit.smallPublished == 0, "\(note): \(audit.says)")
      for cell in audit.cells where cell.table == 0 {
        let truth = try #require(cube.index(codes: cell.at).map { cube.counts[$0] })
        #expect(cell.least <= truth && cell.greatest.map { truth <= $0 } != false, "\(note): the truth is excluded")
        guard (1..<threshold).contains(truth), let greatest = cell.greatest else { continue }
        // What a column that shows its count leaves of room, and what one that hides it does.
        let room = cell.at.enumerated().reduce(total) { room, step in
          guard let code = step.element else { return room }
          let cells = columns[step.offset].cells.filter { $0.at[0] != nil }
          let shown = cells.first { $0.at[0] == code }?.count
          return min(room, shown ?? (total - cells.reduce(0) { $0 + ($1.count ?? 0) }))
        }
        #expect(
          greatest >= (room - truth < threshold ? threshold : truth + threshold), "\(note): \(cell.at), room \(room)")
      }
    }
  }

  /// What tables have in common of total and columns, they show and hide alike.
  @Test(arguments: seeds) func everyTableShowsTheSameOfTotalAndColumns(_ seed: UInt64) throws {
    for (sizes, largest, noughts) in Self.shapes {
      let cube = cube(seed, sizes, largest, noughts)
      let table = try asked(cube)
      let total = try #require(cube.counts.last)
      #expect(table.cells.last?.count == (total >= threshold || total == 0 ? total : nil), "seed \(seed), \(sizes)")
      guard total >= threshold else { continue }
      for axis in sizes.indices {
        for cell in try asked(column(cube, axis)).cells {
          let same = table.cells.first { other in
            other.at.enumerated().allSatisfy { $1 == ($0 == axis ? cell.at[0] : nil) }
          }
          #expect(same?.count == cell.count, "seed \(seed), \(sizes): column \(axis), \(cell.at)")
        }
      }
    }
  }

  /// 81 cases of which one table shows 76: whoever has the 81 from another table takes the one from the other.
  @Test func whatATotalWouldGiveBackIsHiddenToo() throws {
    for codes in [[76, 5], [76, 5, 0], [60, 16, 5], [40, 32, 9], [78, 1, 2]] {
      let cube = CountCube(axes: [.init(column: "form", codes: codes.indices.map { "f\($0)" })]) { codes[$0[0]] }
      let table = try asked(cube)
      #expect(table.cells.last?.count == 81)
      let hidden = zip(codes, table.cells).filter { $1.count == nil }.map(\.0)
      let small = codes.filter { (1..<threshold).contains($0) }
      #expect(Set(small).isSubset(of: hidden) && hidden.count > 1, "\(codes)")
      #expect(hidden.reduce(0, +) >= (small.max() ?? 0) + threshold, "\(codes)")
    }
    // Records that share no code: only a change of both codes at once keeps the total.
    let axes = ["origin", "destination"].map { CountCube.Axis(column: $0, codes: ["CO", "EC"]) }
    let cube = CountCube(axes: axes) { [[5, 0], [0, 76]][$0[0]][$0[1]] }
    let table = try asked(cube)
    #expect(table.cells.compactMap(\.count).allSatisfy { $0 == 0 || $0 == 81 } && table.cells.last?.count == 81)
    let audit = try attack([table, asked(column(cube, 0)), asked(column(cube, 1))])
    #expect(audit.safe && audit.cells.allSatisfy { $0.greatest.map { $0 >= 15 } != false }, "\(audit.says)")
  }

  @Test func fewerCasesThanTheThresholdAreNoNumberAtAll() throws {
    let axes = ["form", "sex"].map { CountCube.Axis(column: $0, codes: ["a", "b"]) }
    let table = try asked(CountCube(axes: axes) { [[4, 0], [2, 3]][$0[0]][$0[1]] })
    #expect(table.cells.allSatisfy { $0.count == nil || $0.count == 0 })
  }

  @Test func aDenseTableHidesNoMoreThanItMust() {
    let cube = randomCube(77, [24, 8, 5], largest: 4000)
    let hidden = Suppression(cube, besideOthers: threshold).hidden[0]
    #expect(hidden.count < cube.counts.count / 20)
  }
}
