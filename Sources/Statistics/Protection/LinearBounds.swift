/// The least and the greatest value each unknown can have when all are at least 0 and some sums are known: linear
/// programming by the simplex method (Dantzig 1947), on one tableau that goes from unknown to unknown, with Bland's
/// rule (1977) where it would circle.
struct LinearBounds {
  struct Equation {
    /// Unknown and coefficient.
    var terms: [(unknown: Int, factor: Double)]
    var sum: Double
  }
  struct Infeasible: Error {}
  /// More unknowns hang together than can be bounded in reasonable time and memory.
  struct TooLarge: Error { var unknowns: Int }

  static let mostUnknowns = 1500

  /// `nil` above means without bound.
  struct Interval: Hashable {
    var least: Int
    var greatest: Int?
  }

  private var rows: [[Double]] = []
  private var right: [Double] = []
  private var basic: [Int] = []
  private var free: [Int] = []
  private var isFeasible = false
  /// The values each unknown had at the corners that were passed; in the tableau unknowns go by their place here.
  private var lowest: [Double] = []
  private var highest: [Double] = []
  private var place: [Int: Int] = [:]
  private static let tiny = 1e-7

  /// Bounds of unknowns 0..<count. Unknowns that no equation names have none.
  /// - Parameter enough: an unknown that was seen this far apart is not looked at further; `nil` for exact bounds.
  /// - Throws: `Infeasible` when nothing satisfies the equations; `TooLarge`.
  static func bounds(_ count: Int, _ equations: [Equation], enough: Int? = nil) throws -> [Interval] {
    var result = [Interval](repeating: Interval(least: 0, greatest: nil), count: count)
    for component in components(count, equations) {
      guard component.unknowns.count <= mostUnknowns else { throw TooLarge(unknowns: component.unknowns.count) }
      var bounds = try LinearBounds(component.unknowns, component.equations)
      for unknown in component.unknowns {
        if let enough, let seen = bounds.seen(unknown), seen.highest - seen.lowest >= Double(enough) {
          result[unknown] = Interval(
            least: Int((seen.lowest - 1e-5).rounded(.up)), greatest: Int((seen.highest + 1e-5).rounded(.down)))
          continue
        }
        let greatest = bounds.greatest(unknown)
        let least = bounds.least(unknown)
        result[unknown] = Interval(
          least: max(0, Int((least - 1e-5).rounded(.up))),
          greatest: greatest.map { Int(($0 + 1e-5).rounded(.down)) })
      }
    }
    return result
  }

  private static func components(_ count: Int, _ equations: [Equation]) -> [(unknowns: [Int], equations: [Equation])] {
    var parent = Array(0..<count)
    func root(_ start: Int) -> Int {
      var node = start
      while parent[node] != node { node = parent[node] }
      return node
    }
    for equation in equations {
      guard let first = equation.terms.first else { continue }
      for term in equation.terms.dropFirst() {
        let (a, b) = (root(first.unknown), root(term.unknown))
        if a != b { parent[max(a, b)] = min(a, b) }
      }
    }
    let unknowns = Dictionary(grouping: 0..<count, by: root)
    let grouped = Dictionary(grouping: equations.filter { !$0.terms.isEmpty }) { root($0.terms[0].unknown) }
    return unknowns.sorted { $0.key < $1.key }.compactMap { key, members in
      grouped[key].map { (members, $0) }
    }
  }

  private init(_ unknowns: [Int], _ equations: [Equation]) throws {
    let column = Dictionary(uniqueKeysWithValues: unknowns.enumerated().map { ($1, $0) })
    var matrix = equations.map { equation in
      var row = [Double](repeating: 0, count: unknowns.count + 1)
      for term in equation.terms { row[column[term.unknown] ?? 0] += term.factor }
      row[unknowns.count] = equation.sum
      return row
    }
    // Gauss and Jordan: one basic unknown an independent equation.
    var rank = 0
    var pivots: [Int] = []
    for col in unknowns.indices where rank < matrix.count {
      guard let pivot = (rank..<matrix.count).max(by: { abs(matrix[$0][col]) < abs(matrix[$1][col]) }),
        abs(matrix[pivot][col]) > Self.tiny
      else { continue }
      matrix.swapAt(rank, pivot)
      let factor = 1 / matrix[rank][col]
      for k in matrix[rank].indices where matrix[rank][k] != 0 { matrix[rank][k] *= factor }
      let source = matrix[rank]
      let places = source.indices.filter { source[$0] != 0 }
      for row in matrix.indices where row != rank && matrix[row][col] != 0 {
        let times = matrix[row][col]
        for k in places { matrix[row][k] -= times * source[k] }
      }
      pivots.append(col)
      rank += 1
    }
    if matrix.dropFirst(rank).contains(where: { abs($0[unknowns.count]) > 1e-5 }) { throw Infeasible() }
    let isBasic = Set(pivots)
    let frees = unknowns.indices.filter { !isBasic.contains($0) }
    basic = pivots.map { unknowns[$0] }
    free = frees.map { unknowns[$0] }
    rows = (0..<rank).map { row in frees.map { matrix[row][$0] } }
    right = (0..<rank).map { matrix[$0][unknowns.count] }
    try makeFeasible()
  }

  /// Raises the negative basic unknowns until none is left.
  private mutating func makeFeasible() throws {
    var still = 0
    for step in 0..<200_000 {
      let negative = right.indices.filter { right[$0] < -Self.tiny }
      if negative.isEmpty { break }
      if step == 199_999 { throw Infeasible() }
      var slopes = [Double](repeating: 0, count: free.count)
      for row in negative { for col in slopes.indices { slopes[col] -= rows[row][col] } }
      let usable = slopes.indices.filter { slopes[$0] > Self.tiny }
      let entering =
        still > 20 ? usable.min { free[$0] < free[$1] } : usable.max { slopes[$0] < slopes[$1] }
      guard let entering else { throw Infeasible() }
      var leaving: Int?
      var reach = Double.infinity
      for row in rows.indices {
        let factor = rows[row][entering]
        let ratio: Double
        if right[row] < -Self.tiny {
          guard factor < -Self.tiny else { continue }
          ratio = right[row] / factor
        } else {
          guard factor > Self.tiny else { continue }
          ratio = max(0, right[row]) / factor
        }
        if ratio < reach - 1e-12 || (ratio < reach + 1e-12 && leaving.map { basic[row] < basic[$0] } == true) {
          (leaving, reach) = (row, ratio)
        }
      }
      guard let leaving else { throw Infeasible() }
      still = reach < 1e-12 ? still + 1 : 0
      pivot(leaving, entering)
    }
    for row in right.indices where right[row] < 0 { right[row] = 0 }
    (lowest, highest) = (right + free.map { _ in 0 }, right + free.map { _ in 0 })
    place = Dictionary(uniqueKeysWithValues: (basic + free).enumerated().map { ($1, $0) })
    basic = Array(basic.indices)
    free = free.indices.map { basic.count + $0 }
    isFeasible = true
  }

  private mutating func greatest(_ unknown: Int) -> Double? {
    guard let unknown = place[unknown] else { return nil }
    if let col = free.firstIndex(of: unknown) {
      guard let (row, _) = blocking(col) else { return nil }
      pivot(row, col)
    }
    var still = 0
    while let row = basic.firstIndex(of: unknown) {
      let usable = free.indices.filter { rows[row][$0] < -Self.tiny }
      let entering =
        still > 20 ? usable.min { free[$0] < free[$1] } : usable.min { rows[row][$0] < rows[row][$1] }
      guard let entering else { return right[row] }
      guard let (leaving, reach) = blocking(entering) else { return nil }
      still = reach < 1e-12 ? still + 1 : 0
      pivot(leaving, entering)
    }
    return 0
  }

  private mutating func least(_ unknown: Int) -> Double {
    guard let unknown = place[unknown] else { return 0 }
    var still = 0
    while let row = basic.firstIndex(of: unknown) {
      let usable = free.indices.filter { rows[row][$0] > Self.tiny }
      let entering =
        still > 20 ? usable.min { free[$0] < free[$1] } : usable.max { rows[row][$0] < rows[row][$1] }
      guard let entering, let (leaving, reach) = blocking(entering) else { return right[row] }
      still = reach < 1e-12 ? still + 1 : 0
      pivot(leaving, entering)
    }
    return 0
  }

  /// Which basic unknown reaches 0 first when the free one grows.
  private func blocking(_ col: Int) -> (row: Int, reach: Double)? {
    var found: (row: Int, reach: Double)?
    for row in rows.indices where rows[row][col] > Self.tiny {
      let ratio = max(0, right[row]) / rows[row][col]
      if let best = found {
        guard ratio < best.reach - 1e-12 || (ratio < best.reach + 1e-12 && basic[row] < basic[best.row]) else {
          continue
        }
      }
      found = (row, ratio)
    }
    return found
  }

  private mutating func pivot(_ row: Int, _ col: Int) {
    let inverse = 1 / rows[row][col]
    rows[row][col] = 1
    for k in rows[row].indices { rows[row][k] *= inverse }
    right[row] *= inverse
    let source = rows[row]
    for other in rows.indices where other != row {
      let factor = rows[other][col]
      guard factor != 0 else { continue }
      rows[other].withUnsafeMutableBufferPointer { target in
        target[col] = 0
        for k in target.indices { target[k] -= factor * source[k] }
        for k in target.indices where abs(target[k]) < 1e-11 { target[k] = 0 }
      }
      right[other] -= factor * right[row]
      if abs(right[other]) < 1e-9 { right[other] = 0 }
    }
    swap(&basic[row], &free[col])
    guard isFeasible else { return }
    note(free[col], 0)
    for row in basic.indices { note(basic[row], right[row]) }
  }

  private mutating func note(_ own: Int, _ value: Double) {
    if value < lowest[own] { lowest[own] = max(0, value) }
    if value > highest[own] { highest[own] = value }
  }

  private func seen(_ unknown: Int) -> (lowest: Double, highest: Double)? {
    place[unknown].map { (lowest[$0], highest[$0]) }
  }
}
