/// What a table hides while moves are sought.
final class MoveTable {
  /// For each axis of the union its step, or 0 when the table adds over it.
  let steps: UnsafeMutablePointer<Int>
  private let axes: Int
  /// What can still be taken from a cell by the moves of the cell at work.
  let left: UnsafeMutablePointer<Int>
  /// What hiding it costs; nothing once it is hidden, without bound where it is known.
  let cost: UnsafeMutablePointer<Float>
  /// The cells that the move at work changes; a later axis doubles what stands there.
  let corners: UnsafeMutablePointer<(cell: Int, gains: Bool)>
  /// How many of them there are before each axis, and after the last.
  let cornersBefore: UnsafeMutablePointer<Int>
  private let counts: [Int]
  private var touched: [Int] = []

  init(_ cube: CountCube, threshold: Int, steps: [Int?]) {
    axes = steps.count
    counts = cube.counts
    self.steps = .allocate(capacity: steps.count + 1)
    cornersBefore = .allocate(capacity: steps.count + 1)
    for axis in 0...steps.count {
      (self.steps + axis).initialize(to: axis < steps.count ? steps[axis] ?? 0 : 0)
      (cornersBefore + axis).initialize(to: 1 << steps[..<axis].count { $0 != nil })
    }
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

  /// One table, of which some counts are known and some hidden from the start.
  convenience init(_ cube: CountCube, threshold: Int, margins: SharedMargins) {
    self.init(cube, threshold: threshold, steps: cube.strides)
    // Of equal steps the one that hides the smaller count.
    for (cell, count) in counts.enumerated() where cost[cell] > 0 && count > 0 {
      let size = Float(count)
      cost[cell] = 1 + (Float(size.exponent) + size.significand) / 8
    }
    for cell in margins.shown { cost[cell] = .infinity }
    for cell in margins.hidden { cost[cell] = 0 }
  }

  deinit {
    steps.deallocate()
    cornersBefore.deallocate()
    left.deallocate()
    cost.deallocate()
    corners.deallocate()
  }

  var hidden: Set<Int> { Set(counts.indices.filter { cost[$0] == 0 }) }

  /// How far the whole move can still go.
  var capacity: Int {
    (0..<cornersBefore[axes]).reduce(.max) { corners[$1].gains ? $0 : min($0, left[corners[$1].cell]) }
  }

  func apply(_ amount: Int) {
    for corner in 0..<cornersBefore[axes] {
      let (cell, gains) = corners[corner]
      cost[cell] = 0
      guard !gains else { continue }
      left[cell] -= amount
      touched.append(cell)
    }
  }

  /// Part of a move. What it adds later moves of the same cell can take: only what all of them make together counts.
  func change(_ cell: Int, by amount: Int) {
    cost[cell] = 0
    left[cell] += amount
    touched.append(cell)
  }

  /// Cells without records in the table to which the moves of the cell at work brought some.
  var filled: Set<Int> { Set(touched.filter { counts[$0] == 0 && left[$0] > 0 }) }

  func forget() {
    for cell in touched { left[cell] = counts[cell] }
    touched.removeAll(keepingCapacity: true)
  }
}
