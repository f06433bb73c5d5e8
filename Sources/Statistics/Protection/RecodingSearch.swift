/// Seeks the moves that no box expresses: one record takes a cell's codes; where a column's count must stay as it is,
/// another record hands the code over and takes what the first one had.
///
/// A record that changes its code between two hidden counts of a column needs nobody to hand anything over. No move
/// changes how many records there are.
struct RecodingSearch {
  private let cube: CountCube
  private let table: MoveTable
  private let margins: SharedMargins
  /// Inner cells with records, and where they stand.
  private let occupied: [(cell: Int, place: [Int])]

  /// How many records are tried that take the cell's codes, and on each axis how many that hand one over: a few first.
  private static let efforts = [(bases: 6, givers: 2), (bases: 24, givers: 4)]

  /// One record's change from a cell to another.
  private struct Recoding {
    var from: [Int]
    var to: [Int]
  }
  private struct Move {
    var changes: [(cell: Int, by: Int)]
    var gain: Int
    var cost: Float
    /// The cost of what is hidden anew for what it gives; of two that hide nothing the one that gives more.
    var score: Float { (cost + 0.01) / Float(gain) }
  }

  init(_ cube: CountCube, _ table: MoveTable, _ margins: SharedMargins) {
    (self.cube, self.table, self.margins) = (cube, table, margins)
    occupied = cube.counts.indices.filter { cube.counts[$0] > 0 && cube.isInner($0) }.map { ($0, cube.place($0)) }
  }

  /// Makes the cheapest move found by which the cell at a place grows.
  /// - Parameter hidesMore: `false` takes only a move that changes what is hidden already, and does not look long for it.
  /// - Returns: by how much; 0 where there is no move.
  func grow(_ target: [Int], by need: Int, hidesMore: Bool = true) -> Int {
    let axes = target.indices.filter { target[$0] < cube.axes[$0].codes.count }
    let filled = table.filled.filter(cube.isInner).sorted().map { (cell: $0, place: cube.place($0)) }
    let free = (occupied + filled).filter { cell, place in
      table.left[cell] > 0 && axes.contains { place[$0] != target[$0] }
    }
    // Those that need least from others first, then what is hidden already, then what is large.
    func first(_ most: Int, _ some: [(cell: Int, place: [Int])]) -> [[Int]] {
      var best: [(place: [Int], rank: (Int, Float, Int, Int))] = []
      for (cell, place) in some {
        let rank = (axes.count { !isFree($0, place[$0], target[$0]) }, table.cost[cell], -table.left[cell], cell)
        guard best.count < most || rank < best[most - 1].rank else { continue }
        best.insert((place, rank), at: best.firstIndex { rank < $0.rank } ?? best.count)
        if best.count > most { best.removeLast() }
      }
      return best.map(\.place)
    }
    var best: Move?
    for effort in hidesMore ? Self.efforts[...] : Self.efforts.prefix(1) where best == nil {
      let bases = first(effort.bases, free)
      let givers = axes.map { axis in first(effort.givers, free.filter { isFree(axis, $0.place[axis], target[axis]) }) }
      for base in bases { seek(base, axes, givers, target, need, &best) }
    }
    guard let best, hidesMore || best.cost == 0 else { return 0 }
    for (cell, by) in best.changes { table.change(cell, by: by * best.gain) }
    return best.gain
  }

  /// The moves in which one record takes the target's codes, with whoever hands over what its column must keep.
  private func seek(
    _ base: [Int], _ axes: [Int], _ givers: [[[Int]]], _ target: [Int], _ need: Int, _ best: inout Move?
  ) {
    let own = cube.index(target)
    var goal = target
    for axis in target.indices where !axes.contains(axis) { goal[axis] = base[axis] }
    var recodings = [Recoding(from: base, to: goal)]
    func choose(_ number: Int) {
      guard number < axes.count else {
        if let move = move(recodings, own, need), move.score < best?.score ?? .infinity { best = move }
        return
      }
      let axis = axes[number]
      if isFree(axis, base[axis], target[axis]) { choose(number + 1) }
      guard base[axis] != target[axis] else { return }
      for giver in givers[number] where giver != base {
        let before = recodings
        if let same = recodings.dropFirst().firstIndex(where: { $0.from == giver }) {
          recodings[same].to[axis] = base[axis]
        } else {
          var to = giver
          to[axis] = base[axis]
          recodings.append(Recoding(from: giver, to: to))
        }
        choose(number + 1)
        recodings = before
      }
    }
    choose(0)
  }

  /// Whether a record may change one code of an axis into the other without anybody handing it over.
  private func isFree(_ axis: Int, _ code: Int, _ other: Int) -> Bool {
    code == other || margins.isHidden[axis][code] && margins.isHidden[axis][other]
  }

  /// What recodings change in all cells and totals, unless they change what is known.
  private func move(_ recodings: [Recoding], _ own: Int, _ need: Int) -> Move? {
    var raw: [(cell: Int, by: Int)] = []
    raw.reserveCapacity(recodings.count * 2 << cube.axes.count)
    for totals in 0..<(1 << cube.axes.count) {
      for recoding in recodings {
        var (from, to) = (0, 0)
        for axis in cube.axes.indices {
          let isTotal = totals >> axis & 1 == 1
          from += (isTotal ? cube.axes[axis].codes.count : recoding.from[axis]) * cube.strides[axis]
          to += (isTotal ? cube.axes[axis].codes.count : recoding.to[axis]) * cube.strides[axis]
        }
        if from != to {
          raw.append((from, -1))
          raw.append((to, 1))
        }
      }
    }
    raw.sort { $0.cell < $1.cell }
    var changes: [(cell: Int, by: Int)] = []
    for change in raw {
      if let last = changes.last, last.cell == change.cell {
        changes[changes.count - 1].by += change.by
      } else {
        changes.append(change)
      }
    }
    changes.removeAll { $0.by == 0 }
    var (cost, gain, grows): (Float, Int, Bool) = (0, need, false)
    for (cell, by) in changes {
      cost += table.cost[cell]
      if by < 0 { gain = min(gain, table.left[cell] / -by) }
      if cell == own { grows = by == 1 }
      if cost == .infinity || gain == 0 { return nil }
    }
    return grows ? Move(changes: changes, gain: gain, cost: cost) : nil
  }
}
