/// Goes through the moves of one cell axis by axis, and leaves a branch as soon as it hides too much or can't go on.
final class MoveSearch {
  /// One axis of a move: the place that changes beside the cell's own, and whether it loses what the own one gains.
  private struct Side {
    var place: Int
    var loses: Bool
    /// What hiding the cell's neighbour there costs: no move with this side costs less.
    var near: Float
  }

  /// What every step reads and some change. Behind a pointer, because millions of steps would each be watched for
  /// overlapping access otherwise.
  private struct State {
    /// How much is still needed.
    var need = 0
    /// What costs as much is no longer looked at.
    var limit: Float = 0
    /// Whether only moves that hide nothing more are looked for.
    var isFree = true
    /// What a move must give, as a part of the need: many small steps would hide more in the end.
    var share = 3
    var bestScore = Float.infinity
    var bestGain = 0
  }

  private let tables: [MoveTable]
  private let codes: [Int]
  /// For each table the axis from which on it is known whether a move changes it.
  private let knownFrom: UnsafeMutablePointer<Int>
  private let own: UnsafeMutablePointer<Int>
  /// The sides of all axes one after another, and where those of each axis begin and end.
  private let sides: UnsafeMutablePointer<Side>
  private let begins: UnsafeMutablePointer<Int>
  private let ends: UnsafeMutablePointer<Int>
  private let chosen: UnsafeMutablePointer<Side>
  private let best: UnsafeMutablePointer<Side>
  private let state: UnsafeMutablePointer<State>

  init(_ tables: [MoveTable], codes: [Int]) {
    self.tables = tables
    self.codes = codes
    func place<Value>(_ value: Value, _ count: Int) -> UnsafeMutablePointer<Value> {
      let pointer = UnsafeMutablePointer<Value>.allocate(capacity: count + 1)
      pointer.initialize(repeating: value, count: count + 1)
      return pointer
    }
    let side = Side(place: 0, loses: false, near: 0)
    knownFrom = place(0, tables.count)
    own = place(0, codes.count)
    sides = place(side, codes.reduce(0) { $0 + $1 + 1 })
    begins = place(0, codes.count)
    ends = place(0, codes.count)
    chosen = place(side, codes.count)
    best = place(side, codes.count)
    state = place(State(), 0)
  }

  deinit {
    for pointer in [knownFrom, own, begins, ends] { pointer.deallocate() }
    for pointer in [sides, chosen, best] { pointer.deallocate() }
    state.deallocate()
  }

  /// Hides what is needed so that the cell at these places of a table can be larger by so much.
  /// - Parameter hidesMore: `false` leaves it at the moves that change only what is hidden already.
  /// - Returns: what is still needed; 0 unless counts of the table are known.
  @discardableResult func protect(
    _ place: [Int], in table: Int, by amount: Int, hidesMore: Bool = true
  ) -> Int {
    for axis in codes.indices { own[axis] = place[axis] }
    for (number, table) in tables.enumerated() {
      knownFrom[number] = codes.indices.reduce(0) { table.steps[$1] == 0 && place[$1] < codes[$1] ? $1 + 1 : $0 }
    }
    state.pointee = State(need: amount)
    let all = sides(tables[table])
    while true {
      // First the moves that hide nothing more, each as far as it can go.
      state.pointee.isFree = true
      state.pointee.bestGain = 0
      state.pointee.limit = .leastNonzeroMagnitude
      start(all.map { $0.filter { $0.near == 0 } })
      guard state.pointee.need > 0, hidesMore else { break }
      // Then the one that hides least for what it gives. The one that only adds always serves, unless it changes what is
      // known.
      let sorted = all.map { $0.sorted { ($0.near, $0.place) < ($1.near, $1.place) } }
      for share in [3, amount] where state.pointee.bestGain == 0 {
        state.pointee = State(need: state.pointee.need, limit: .infinity, isFree: false, share: share)
        start(sorted)
      }
      let gain = state.pointee.bestGain
      guard gain > 0 else { break }
      follow()
      for table in tables where changes(table, best) { table.apply(gain) }
      state.pointee.need -= gain
      if state.pointee.need == 0 { break }
    }
    return state.pointee.need
  }

  /// Ends the work on a cell: what its moves took can be taken again.
  func forget() {
    for table in tables { table.forget() }
  }

  private func sides(_ table: MoveTable) -> [[Side]] {
    let cell = corner(table)
    return codes.indices.map { axis in
      let isInner = own[axis] < codes[axis]
      let places = isInner ? [codes[axis]] + (0..<codes[axis]).filter { $0 != own[axis] } : Array(0..<codes[axis])
      return places.map { place in
        let step = table.steps[axis]
        return Side(
          place: place, loses: isInner && place < codes[axis],
          near: step == 0 ? 0 : table.cost[cell + (place - own[axis]) * step])
      }
    }
  }

  private func corner(_ table: MoveTable) -> Int { codes.indices.reduce(0) { $0 + own[$1] * table.steps[$1] } }

  private func start(_ asked: [[Side]]) {
    var next = 0
    for (axis, some) in asked.enumerated() {
      begins[axis] = next
      for side in some {
        sides[next] = side
        next += 1
      }
      ends[axis] = next
    }
    var cost: Float = 0
    for (number, table) in tables.enumerated() {
      table.corners[0] = (corner(table), true)
      if knownFrom[number] == 0 { cost += table.cost[table.corners[0].cell] }
    }
    if cost < state.pointee.limit { step(0, cost, .max) }
  }

  private func step(_ axis: Int, _ cost: Float, _ capacity: Int) {
    guard axis < codes.count else { return take(cost, capacity) }
    for place in begins[axis]..<ends[axis] {
      let side = sides[place]
      let limit = state.pointee.limit
      // Those that cost more come later.
      if cost + side.near >= limit { return }
      var (sum, most) = (cost, capacity)
      var goesOn = true
      for number in tables.indices where goesOn {
        goesOn = extend(number, tables[number], axis, side, limit, &sum, &most)
      }
      guard goesOn else { continue }
      chosen[axis] = side
      step(axis + 1, sum, most)
      if state.pointee.need == 0 { return }
    }
  }

  /// Adds the corners that a side brings to one table. Whether the move can still be one to take.
  @inline(__always) private func extend(
    _ number: Int, _ table: MoveTable, _ axis: Int, _ side: Side, _ limit: Float, _ cost: inout Float,
    _ capacity: inout Int
  ) -> Bool {
    let (count, corners, left, price) = (table.cornersBefore[axis], table.corners, table.left, table.cost)
    let step = table.steps[axis]
    let shift = (side.place - own[axis]) * step
    let known = knownFrom[number]
    if known == 0, step != 0 {
      // The usual case: the table changes whatever the move is.
      for index in 0..<count {
        let corner = corners[index]
        let (cell, gains) = (corner.cell + shift, corner.gains != side.loses)
        corners[count + index] = (cell, gains)
        cost += price[cell]
        if !gains { capacity = min(capacity, left[cell]) }
        if cost >= limit || capacity <= 0 { return false }
      }
      return true
    }
    if step != 0 {
      for index in 0..<count {
        corners[count + index] = (corners[index].cell + shift, corners[index].gains != side.loses)
      }
    }
    guard axis + 1 >= known else { return true }
    // Where a pair lies on an axis that the table adds over, nothing in it changes.
    for earlier in 0..<known where table.steps[earlier] == 0 {
      if earlier == axis ? side.loses : chosen[earlier].loses { return true }
    }
    let fresh = known > 0 && axis + 1 == known ? 0 : count
    for index in fresh..<table.cornersBefore[axis + 1] {
      let (cell, gains) = corners[index]
      cost += price[cell]
      if !gains { capacity = min(capacity, left[cell]) }
      if cost >= limit || capacity <= 0 { return false }
    }
    return true
  }

  private func changes(_ table: MoveTable, _ sides: UnsafeMutablePointer<Side>) -> Bool {
    codes.indices.allSatisfy { table.steps[$0] != 0 || !sides[$0].loses }
  }

  /// A whole move that is not too dear.
  private func take(_ cost: Float, _ capacity: Int) {
    let need = state.pointee.need
    guard state.pointee.isFree else {
      let gain = min(capacity, need)
      guard gain * state.pointee.share >= need, cost / Float(gain) < state.pointee.bestScore else { return }
      state.pointee.bestScore = cost / Float(gain)
      state.pointee.bestGain = gain
      state.pointee.limit = state.pointee.bestScore * Float(need)
      best.update(from: chosen, count: codes.count)
      return
    }
    let changed = tables.filter { changes($0, chosen) }
    // Moves before it may have taken from the same cells.
    let gain = changed.reduce(need) { min($0, $1.capacity) }
    guard gain > 0 else { return }
    for table in changed { table.apply(gain) }
    state.pointee.need -= gain
  }

  /// Stands on the corners of the best move.
  private func follow() {
    for table in tables {
      table.corners[0] = (corner(table), true)
      for axis in codes.indices where table.steps[axis] != 0 {
        let side = best[axis]
        let (count, shift) = (table.cornersBefore[axis], (side.place - own[axis]) * table.steps[axis])
        for index in 0..<count {
          table.corners[count + index] = (
            table.corners[index].cell + shift, table.corners[index].gains != side.loses
          )
        }
      }
    }
  }
}
