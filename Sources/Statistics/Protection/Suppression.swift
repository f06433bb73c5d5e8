/// Hides small counts, and as many others as are needed so that no sum gives them back.
///
/// Primary: every count from 1 below the threshold, in the cells and in the totals. Complementary: for each of them a
/// *move* is sought, a way to add records to the table and take others away that changes hidden cells only. A move
/// takes per axis either one code (its total grows with it) or a pair (one code gains what another one loses, their
/// total stays), so it changes the corners of a box, as in the hypercube method (Giessing and Repsilber 2002, in the
/// τ-ARGUS manual). Cells that lose must have enough to lose. Whoever sees the release can't exclude the moved table;
/// so each primary cell can be larger by at least the threshold, whatever sums and programs an attacker uses, and no
/// hidden cell is determined.
public struct Suppression {
  public private(set) var cubes: [CountCube]
  /// Of each table, the hidden cells.
  public private(set) var hidden: [Set<Int>]
  private let threshold: Int
  private let union: [CountCube.Axis]
  private var tables: [Table]

  private struct Table {
    /// What can still be taken from a cell by the moves of the cell at work.
    var left: [Int]
    /// What hiding it costs; nothing once it is hidden.
    var cost: [Float]
    /// For each axis of the union its step, or nil when the table does not have it.
    var steps: [Int?]
  }

  /// - Parameters:
  ///   - cubes: tables of the same facts; an axis that stands in several has the same codes in each.
  ///   - threshold: counts from 1 to one below it are small; at least 2.
  public init(_ cubes: [CountCube], threshold: Int) {
    self.cubes = cubes
    self.threshold = threshold
    var union: [CountCube.Axis] = []
    for axis in cubes.flatMap(\.axes) where !union.contains(where: { $0.column == axis.column }) { union.append(axis) }
    self.union = union
    tables = cubes.map { cube in
      Table(
        left: cube.counts,
        cost: cube.counts.map { count in
          if count > 0, count < threshold { return 0 }
          // Hiding a nought protects only against who doesn't know that it must be one, so it costs more.
          return count == 0 ? 16 : 1 + Float(Int.bitWidth - count.leadingZeroBitCount) / 8
        },
        steps: union.map { axis in cube.axes.firstIndex { $0.column == axis.column }.map { cube.strides[$0] } })
    }
    hidden = []
    scratch = [(cell: Int, gains: Bool)](repeating: (0, true), count: 1 << union.count)
    for table in tables.indices {
      // Inner cells first, as they stand: what they hide often covers the totals.
      for cell in cubes[table].counts.indices where (1..<threshold).contains(cubes[table].counts[cell]) {
        protect(cell, in: table)
      }
    }
    hidden = tables.map { table in Set(table.cost.indices.filter { table.cost[$0] == 0 }) }
  }

  private var scratch: [(cell: Int, gains: Bool)]

  /// One axis of a move: the place that gains, and the place that loses or nil for "its total gains too".
  private struct Side {
    var gains: Int
    var loses: Int?
  }

  private mutating func protect(_ cell: Int, in table: Int) {
    let place = cubes[table].place(cell)
    let sides: [[Side]] = union.map { axis in
      guard let own = cubes[table].axes.firstIndex(where: { $0.column == axis.column }), place[own] < axis.codes.count
      else { return axis.codes.indices.map { Side(gains: $0, loses: nil) } }
      return [Side(gains: place[own], loses: nil)]
        + axis.codes.indices.filter { $0 != place[own] }.map { Side(gains: place[own], loses: $0) }
    }
    var need = threshold
    while true {
      useFreeMoves(sides, &need)
      guard need > 0, let (move, capacity) = bestMove(sides, need: need) else { break }
      apply(move, amount: capacity)
      need -= capacity
      if need == 0 { break }
    }
    for (table, cell) in touched { tables[table].left[cell] = cubes[table].counts[cell] }
    touched.removeAll(keepingCapacity: true)
  }

  private var touched: [(table: Int, cell: Int)] = []

  /// Goes through the moves that hide nothing more, and uses each as far as it can go.
  private mutating func useFreeMoves(_ sides: [[Side]], _ need: inout Int) {
    var moves = Moves(sides)
    repeat {
      guard let (_, capacity) = price(moves.move, below: .leastNonzeroMagnitude) else { continue }
      let gain = min(capacity, need)
      apply(moves.move, amount: gain)
      need -= gain
    } while need > 0 && moves.next()
  }

  /// The move that hides least for what it gives. The one that only adds always serves.
  private mutating func bestMove(_ sides: [[Side]], need: Int) -> (move: [Side], capacity: Int)? {
    var moves = Moves(sides)
    var best: (move: [Side], capacity: Int)?
    var bestScore = Float.infinity
    repeat {
      guard let (cost, capacity) = price(moves.move, below: bestScore * Float(need)) else { continue }
      let gain = min(capacity, need)
      // Many small steps would hide more in the end.
      if gain * 3 >= need, cost / Float(gain) < bestScore {
        (best, bestScore) = ((moves.move, gain), cost / Float(gain))
      }
    } while moves.next()
    return best
  }

  /// All moves, one side of each axis chosen.
  private struct Moves {
    private let sides: [[Side]]
    private var choice: [Int]
    var move: [Side]

    init(_ sides: [[Side]]) {
      self.sides = sides
      choice = [Int](repeating: 0, count: sides.count)
      move = sides.map { $0[0] }
    }

    mutating func next() -> Bool {
      for axis in sides.indices.reversed() {
        let isLast = choice[axis] + 1 == sides[axis].count
        choice[axis] = isLast ? 0 : choice[axis] + 1
        move[axis] = sides[axis][choice[axis]]
        if !isLast { return true }
      }
      return false
    }
  }

  /// What a move would hide and how far it can go; `nil` when it can't go at all or would cost too much.
  private mutating func price(_ move: [Side], below limit: Float) -> (cost: Float, capacity: Int)? {
    var cost: Float = 0
    var capacity = Int.max
    for table in tables.indices {
      let goesOn = forEachCorner(move, table) { cell, gains, left, price in
        cost += price[cell]
        if !gains { capacity = min(capacity, left[cell]) }
        return capacity > 0 && cost < limit
      }
      if !goesOn { return nil }
    }
    return (cost, capacity)
  }

  private mutating func apply(_ move: [Side], amount: Int) {
    for table in tables.indices {
      var cells: [(cell: Int, gains: Bool)] = []
      _ = forEachCorner(move, table) { cell, gains, _, _ in
        cells.append((cell, gains))
        return true
      }
      for (cell, gains) in cells {
        tables[table].cost[cell] = 0
        guard !gains else { continue }
        tables[table].left[cell] -= amount
        touched.append((table, cell))
      }
    }
  }

  /// The cells of one table that a move changes; none when a pair lies on an axis the table adds over. Stops when the
  /// body says false, and says so.
  private mutating func forEachCorner(
    _ move: [Side], _ table: Int,
    _ body: (_ cell: Int, _ gains: Bool, _ left: UnsafeBufferPointer<Int>, _ cost: UnsafeBufferPointer<Float>) -> Bool
  ) -> Bool {
    let steps = tables[table].steps
    var base = 0
    for (axis, side) in move.enumerated() {
      if let step = steps[axis] { base += side.gains * step } else if side.loses != nil { return true }
    }
    let union = union
    return tables[table].left.withUnsafeBufferPointer { left in
      tables[table].cost.withUnsafeBufferPointer { cost in
        scratch.withUnsafeMutableBufferPointer { corners in
          corners[0] = (base, true)
          guard body(base, true, left, cost) else { return false }
          var count = 1
          for (axis, side) in move.enumerated() {
            guard let step = steps[axis] else { continue }
            let shift = ((side.loses ?? union[axis].codes.count) - side.gains) * step
            for index in 0..<count {
              let corner = (cell: corners[index].cell + shift, gains: corners[index].gains == (side.loses == nil))
              corners[count + index] = corner
              guard body(corner.cell, corner.gains, left, cost) else { return false }
            }
            count *= 2
          }
          return true
        }
      }
    }
  }
}
