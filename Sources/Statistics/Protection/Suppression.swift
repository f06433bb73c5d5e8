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
  public let cubes: [CountCube]
  /// Of each table, the hidden cells.
  public let hidden: [Set<Int>]

  /// - Parameters:
  ///   - cubes: tables of the same facts; an axis that stands in several has the same codes in each.
  ///   - threshold: counts from 1 to one below it are small; at least 2.
  public init(_ cubes: [CountCube], threshold: Int) {
    self.cubes = cubes
    var union: [CountCube.Axis] = []
    for axis in cubes.flatMap(\.axes) where !union.contains(where: { $0.column == axis.column }) { union.append(axis) }
    let tables = cubes.map { cube in
      MoveTable(
        cube, threshold: threshold,
        steps: union.map { axis in cube.axes.firstIndex { $0.column == axis.column }.map { cube.strides[$0] } })
    }
    let search = MoveSearch(tables, codes: union.map(\.codes.count))
    for (number, cube) in cubes.enumerated() {
      // Where on each axis a cell stands; where its table has no such axis, it stands in the total.
      let axes = union.map { axis in cube.axes.firstIndex { $0.column == axis.column } }
      // Inner cells first, as they stand: what they hide often covers the totals.
      for cell in cube.counts.indices where (1..<threshold).contains(cube.counts[cell]) {
        let place = cube.place(cell)
        search.protect(
          zip(axes, union).map { axis, whole in axis.map { place[$0] } ?? whole.codes.count }, in: number, by: threshold)
      }
    }
    hidden = tables.map(\.hidden)
  }
}

/// What a table hides while moves are sought.
private final class MoveTable {
  /// For each axis of the union its step, or nil when the table adds over it.
  let steps: [Int?]
  /// What can still be taken from a cell by the moves of the cell at work.
  let left: UnsafeMutablePointer<Int>
  /// What hiding it costs; nothing once it is hidden.
  let cost: UnsafeMutablePointer<Float>
  /// The cells that the move at work changes; a later axis doubles what stands there.
  let corners: UnsafeMutablePointer<(cell: Int, gains: Bool)>
  /// How many of them there are before each axis, and after the last.
  let cornersBefore: [Int]
  private let counts: [Int]
  private var touched: [Int] = []

  init(_ cube: CountCube, threshold: Int, steps: [Int?]) {
    self.steps = steps
    counts = cube.counts
    cornersBefore = (0...steps.count).map { axis in 1 << steps[..<axis].count { $0 != nil } }
    left = .allocate(capacity: counts.count)
    cost = .allocate(capacity: counts.count)
    corners = .allocate(capacity: 1 << steps.count)
    corners.initialize(repeating: (0, true), count: 1 << steps.count)
    for (cell, count) in counts.enumerated() {
      (left + cell).initialize(to: count)
      // Hiding a nought protects only against who doesn't know that it must be one, so it costs more.
      let price = count == 0 ? 16 : 1 + Float(Int.bitWidth - count.leadingZeroBitCount) / 8
      (cost + cell).initialize(to: (1..<threshold).contains(count) ? 0 : price)
    }
  }

  deinit {
    left.deallocate()
    cost.deallocate()
    corners.deallocate()
  }

  var hidden: Set<Int> { Set(counts.indices.filter { cost[$0] == 0 }) }

  /// How far the whole move can still go.
  var capacity: Int {
    (0..<cornersBefore[steps.count]).reduce(.max) { corners[$1].gains ? $0 : min($0, left[corners[$1].cell]) }
  }

  func apply(_ amount: Int) {
    for corner in 0..<cornersBefore[steps.count] {
      let (cell, gains) = corners[corner]
      cost[cell] = 0
      guard !gains else { continue }
      left[cell] -= amount
      touched.append(cell)
    }
  }

  func forget() {
    for cell in touched { left[cell] = counts[cell] }
    touched.removeAll(keepingCapacity: true)
  }
}

/// Goes through the moves of one cell axis by axis, and leaves a branch as soon as it hides too much or can't go on.
private final class MoveSearch {
  /// One axis of a move: the place that changes beside the cell's own, and whether it loses what the own one gains.
  private struct Side {
    var place: Int
    var loses: Bool
    /// What hiding the cell's neighbour there costs: no move with this side costs less.
    var near: Float = 0
  }

  private let tables: [MoveTable]
  private let codes: [Int]
  /// For each table the axis from which on it is known whether a move changes it.
  private var knownFrom: [Int] = []
  private var own: [Int] = []
  private var sides: [[Side]] = []
  private var chosen: [Side] = []
  private var need = 0
  private var best: (sides: [Side], gain: Int)?
  private var bestScore = Float.infinity
  private var isFree = true

  init(_ tables: [MoveTable], codes: [Int]) {
    self.tables = tables
    self.codes = codes
    chosen = codes.map { _ in Side(place: 0, loses: false) }
  }

  /// Hides what is needed so that the cell at these places of a table can be larger by so much.
  func protect(_ place: [Int], in table: Int, by amount: Int) {
    own = place
    need = amount
    knownFrom = tables.map { table in
      codes.indices.reduce(0) { table.steps[$1] == nil && place[$1] < codes[$1] ? $1 + 1 : $0 }
    }
    let all = sides(tables[table])
    while true {
      // First the moves that hide nothing more, each as far as it can go.
      isFree = true
      sides = all.map { $0.filter { $0.near == 0 } }
      start()
      guard need > 0 else { break }
      // Then the one that hides least for what it gives. The one that only adds always serves.
      (isFree, best, bestScore) = (false, nil, .infinity)
      sides = all.map { $0.sorted { ($0.near, $0.place) < ($1.near, $1.place) } }
      start()
      guard let best else { break }
      follow(best.sides)
      for table in tables where changes(table, best.sides) { table.apply(best.gain) }
      need -= best.gain
      if need == 0 { break }
    }
    for table in tables { table.forget() }
  }

  private func sides(_ table: MoveTable) -> [[Side]] {
    let cell = corner(table)
    return codes.indices.map { axis in
      let isInner = own[axis] < codes[axis]
      let places = isInner ? [codes[axis]] + (0..<codes[axis]).filter { $0 != own[axis] } : Array(0..<codes[axis])
      return places.map { place in
        let near = table.steps[axis].map { table.cost[cell + (place - own[axis]) * $0] } ?? 0
        return Side(place: place, loses: isInner && place < codes[axis], near: near)
      }
    }
  }

  private func corner(_ table: MoveTable) -> Int { zip(own, table.steps).reduce(0) { $0 + $1.0 * ($1.1 ?? 0) } }

  private func start() {
    var cost: Float = 0
    for (number, table) in tables.enumerated() {
      table.corners[0] = (corner(table), true)
      if knownFrom[number] == 0 { cost += table.cost[table.corners[0].cell] }
    }
    if cost < limit { step(0, cost, .max) }
  }

  private var limit: Float { isFree ? .leastNonzeroMagnitude : bestScore * Float(need) }

  private func step(_ axis: Int, _ cost: Float, _ capacity: Int) {
    guard axis < codes.count else { return take(cost, capacity) }
    let (tables, ownPlace) = (tables, own[axis])
    var limit = limit
    for side in sides[axis] {
      // Those that cost more come later.
      if cost + side.near >= limit { return }
      var (sum, most) = (cost, capacity)
      var goesOn = true
      for number in tables.indices where goesOn {
        goesOn = extend(number, tables[number], axis, side, ownPlace, limit, &sum, &most)
      }
      guard goesOn else { continue }
      chosen[axis] = side
      step(axis + 1, sum, most)
      if need == 0 { return }
      limit = self.limit
    }
  }

  /// Adds the corners that a side brings to one table. Whether the move can still be one to take.
  @inline(__always) private func extend(
    _ number: Int, _ table: MoveTable, _ axis: Int, _ side: Side, _ ownPlace: Int, _ limit: Float, _ cost: inout Float,
    _ capacity: inout Int
  ) -> Bool {
    let (count, corners, left, price) = (table.cornersBefore[axis], table.corners, table.left, table.cost)
    var fresh = 0..<0
    if let step = table.steps[axis] {
      let shift = (side.place - ownPlace) * step
      for index in 0..<count {
        corners[count + index] = (corners[index].cell + shift, corners[index].gains != side.loses)
      }
      fresh = count..<count * 2
    }
    let known = knownFrom[number]
    guard axis + 1 >= known else { return true }
    if known > 0 {
      // Where a pair lies on an axis that the table adds over, nothing in it changes.
      for earlier in 0..<known where table.steps[earlier] == nil {
        if earlier == axis ? side.loses : chosen[earlier].loses { return true }
      }
      if axis + 1 == known { fresh = 0..<table.cornersBefore[axis + 1] }
    }
    for index in fresh {
      let (cell, gains) = corners[index]
      cost += price[cell]
      if !gains { capacity = min(capacity, left[cell]) }
      if cost >= limit || capacity <= 0 { return false }
    }
    return true
  }

  private func changes(_ table: MoveTable, _ sides: [Side]) -> Bool {
    codes.indices.allSatisfy { table.steps[$0] != nil || !sides[$0].loses }
  }

  /// A whole move that is not too dear.
  private func take(_ cost: Float, _ capacity: Int) {
    guard isFree else {
      let gain = min(capacity, need)
      // Many small steps would hide more in the end.
      if gain * 3 >= need, cost / Float(gain) < bestScore { (best, bestScore) = ((chosen, gain), cost / Float(gain)) }
      return
    }
    let changed = tables.filter { changes($0, chosen) }
    // Moves before it may have taken from the same cells.
    let gain = changed.reduce(need) { min($0, $1.capacity) }
    guard gain > 0 else { return }
    for table in changed { table.apply(gain) }
    need -= gain
  }

  /// Stands on the corners of a move.
  private func follow(_ sides: [Side]) {
    for table in tables {
      table.corners[0] = (corner(table), true)
      for (axis, side) in sides.enumerated() {
        guard let step = table.steps[axis] else { continue }
        let (count, shift) = (table.cornersBefore[axis], (side.place - own[axis]) * step)
        for index in 0..<count {
          table.corners[count + index] = (
            table.corners[index].cell + shift, table.corners[index].gains != side.loses
          )
        }
      }
    }
  }
}
