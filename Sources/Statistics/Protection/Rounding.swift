import Basics

/// Rounds every count to a multiple of a base so that the totals remain the sums of their cells.
public enum Rounding {
  /// - Parameters:
  ///   - base: at least 2.
  ///   - seed: what decides between up and down; keep it secret and use it once a table.
  ///
  /// One axis and two: controlled rounding by alternating circuits (Cox 1987, JASA 82, 520-524): every cell and every
  /// total moves to a neighbouring multiple, none by more than the base, and each in the mean stays what it was. More
  /// axes: no such rounding need exist (Cox and Ernst 1982), so cells go up or down one after another, where the totals
  /// above them have strayed least; cells move by less than the base, totals may by more.
  public static func round(_ cube: CountCube, base: Int, seed: UInt64) -> CountCube {
    var generator = SeededGenerator(seed: seed)
    return cube.axes.count <= 2 ? circuits(cube, base, &generator) : greedy(cube, base, &generator)
  }

  private static func circuits(_ cube: CountCube, _ base: Int, _ generator: inout SeededGenerator) -> CountCube {
    let rows = cube.axes[0].codes.count
    let columns = cube.axes.count == 2 ? cube.axes[1].codes.count : 1
    // What is missing to a multiple is put into one more row and column, so that all sums are multiples; their own
    // rounding gives the totals theirs.
    var cells = [[Int]](repeating: [Int](repeating: 0, count: columns + 1), count: rows + 1)
    for row in 0..<rows {
      for column in 0..<columns {
        cells[row][column] = cube.counts[row * cube.strides[0] + (cube.axes.count == 2 ? column : 0)]
      }
      cells[row][columns] = (base - cells[row].reduce(0, +) % base) % base
    }
    for column in 0...columns {
      cells[rows][column] = (base - (0..<rows).reduce(0) { $0 + cells[$1][column] } % base) % base
    }
    while let circuit = circuit(cells, base) {
      // Two amounts bring one cell of the circuit to a multiple; chosen so that the mean does not move.
      let up =
        circuit.enumerated().map { place, cell in
          let rest = cells[cell.row][cell.column] % base
          return place.isMultiple(of: 2) ? base - rest : rest
        }.min() ?? 0
      let down =
        circuit.enumerated().map { place, cell in
          let rest = cells[cell.row][cell.column] % base
          return place.isMultiple(of: 2) ? rest : base - rest
        }.min() ?? 0
      let step = Int.random(in: 0..<(up + down), using: &generator) < down ? up : -down
      for (place, cell) in circuit.enumerated() {
        cells[cell.row][cell.column] += place.isMultiple(of: 2) ? step : -step
      }
    }
    var result = CountCube(axes: cube.axes) { place in cells[place[0]][place.count > 1 ? place[1] : 0] }
    result.addTotals()
    return result
  }

  /// A closed path over cells that are no multiple, going in turn along a row and along a column. Where a row or a
  /// column has one such cell it has another, because its sum is a multiple; so a walk must come back to some line.
  private static func circuit(_ cells: [[Int]], _ base: Int) -> [(row: Int, column: Int)]? {
    func open(_ row: Int, _ column: Int) -> Bool { cells[row][column] % base != 0 }
    guard let start = cells.indices.first(where: { row in cells[row].contains { $0 % base != 0 } }) else { return nil }
    var path: [(row: Int, column: Int)] = []
    var rowAt = [start: 0]
    var columnAt: [Int: Int] = [:]
    var (row, column) = (start, -1)
    while true {
      guard let next = cells[row].indices.first(where: { $0 != column && open(row, $0) }) else { return nil }
      column = next
      path.append((row, column))
      if let back = columnAt.updateValue(path.count, forKey: column) { return Array(path[back...]) }
      guard let below = cells.indices.first(where: { $0 != row && open($0, column) }) else { return nil }
      row = below
      path.append((row, column))
      if let back = rowAt.updateValue(path.count, forKey: row) { return Array(path[back...]) }
    }
  }

  private static func greedy(_ cube: CountCube, _ base: Int, _ generator: inout SeededGenerator) -> CountCube {
    var strayed = [Int](repeating: 0, count: cube.counts.count)
    var rounded: [Int: Int] = [:]
    var order: [(index: Int, above: [Int])] = []
    cube.forEachInner { index, place in
      var above = [index]
      for axis in cube.axes.indices {
        let step = (cube.axes[axis].codes.count - place[axis]) * cube.strides[axis]
        above += above.map { $0 + step }
      }
      order.append((index, Array(above.dropFirst())))
    }
    order.shuffle(using: &generator)
    for (index, above) in order {
      let rest = cube.counts[index] % base
      guard rest > 0 else {
        rounded[index] = cube.counts[index]
        continue
      }
      let pull = above.reduce(0) { $0 + strayed[$1] }
      let isUp =
        pull == 0 ? Int.random(in: 0..<base, using: &generator) < rest : pull * 2 + above.count * (base - 2 * rest) < 0
      let step = isUp ? base - rest : -rest
      rounded[index] = cube.counts[index] + step
      for total in above { strayed[total] += step }
    }
    return CountCube(axes: cube.axes) { place in rounded[cube.index(place)] ?? 0 }
  }
}
