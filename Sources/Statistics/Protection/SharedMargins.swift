/// What every table of the same facts shows alike, and a reader therefore knows of each: how many cases there are, and
/// the counts of each column by itself.
///
/// A column's counts are protected here for themselves, beside the number of all cases: hidden are the small ones and,
/// where their own sum would tell too much of one of them, the smallest count that is not small. What comes out depends
/// on the column alone, so that all tables with the column show and hide the same of it.
struct SharedMargins {
  /// By axis and code, whether a column's count is hidden.
  let isHidden: [[Bool]]
  /// The number of all cases and the columns' counts, as they stand in the cube.
  let shown: Set<Int>
  let hidden: Set<Int>
  private let counts: [[Int]]
  /// For each axis the sum of its hidden counts: none of them can be larger.
  private let hiddenSums: [Int]

  /// - Parameter threshold: at most the number of all cases.
  init(_ cube: CountCube, threshold: Int) {
    let total = cube.counts.count - 1
    let cells = cube.axes.indices.map { axis in
      let codes = cube.axes[axis].codes.count
      return (0..<codes).map { total - (codes - $0) * cube.strides[axis] }
    }
    let counts = cells.map { $0.map { cube.counts[$0] } }
    isHidden = counts.map { Self.isHidden($0, threshold) }
    var (shown, hidden): (Set<Int>, Set<Int>) = ([total], [])
    for (cells, isHidden) in zip(cells, isHidden) {
      for (cell, isHidden) in zip(cells, isHidden) {
        if isHidden { hidden.insert(cell) } else { shown.insert(cell) }
      }
    }
    (self.shown, self.hidden, self.counts) = (shown, hidden, counts)
    hiddenSums = zip(counts, isHidden).map { counts, isHidden in
      zip(counts, isHidden).reduce(0) { $1.1 ? $0 + $1.0 : $0 }
    }
  }

  private static func isHidden(_ counts: [Int], _ threshold: Int) -> [Bool] {
    var isHidden = counts.map { (1..<threshold).contains($0) }
    let small = counts.filter { (1..<threshold).contains($0) }
    // Whoever takes what is shown from all knows the sum of the hidden ones: the largest of them must leave it as much
    // room as the threshold. One further count always does, because it is no smaller.
    if let most = small.max(), small.reduce(0, +) < most + threshold,
      let next = counts.indices.filter({ counts[$0] >= threshold }).min(by: { counts[$0] < counts[$1] })
    {
      isHidden[next] = true
    }
    return isHidden
  }

  /// Whether a column's count is hidden for one of the codes at a place.
  func hidesColumn(of place: [Int]) -> Bool {
    zip(place, isHidden).contains { code, isHidden in code < isHidden.count && isHidden[code] }
  }

  /// The most that the cell at a place can be, for whoever knows the columns' counts and nothing else.
  func most(at place: [Int]) -> Int {
    place.enumerated().reduce(.max) { most, step in
      let (axis, code) = step
      guard code < counts[axis].count else { return most }
      return min(most, isHidden[axis][code] ? hiddenSums[axis] : counts[axis][code])
    }
  }

  /// Whether a place is hidden where everything is hidden that the columns' counts do not say.
  func isHiddenAtLeast(_ place: [Int]) -> Bool {
    var last: Bool?
    for (axis, code) in place.enumerated() where code < counts[axis].count {
      // Nobody has the code, or everybody: then the other columns say what stands there.
      if counts[axis][code] == 0 { return false }
      guard counts[axis].count(where: { $0 > 0 }) > 1 else { continue }
      if last != nil { return true }
      last = isHidden[axis][code]
    }
    return last ?? false
  }
}
