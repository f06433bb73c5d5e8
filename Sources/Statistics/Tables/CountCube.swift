/// Counts over some columns, with every total: of each column, of each pair, and so on up to the grand total.
///
/// Each axis has its codes and, as its last place, the total over them; so an axis of n codes has n + 1 places.
public struct CountCube: Hashable, Sendable {
  public struct Axis: Hashable, Sendable {
    public var column: String
    public var codes: [String]

    public init(column: String, codes: [String]) {
      self.column = column
      self.codes = codes
    }
    /// With the total's place.
    var places: Int { codes.count + 1 }
  }

  public let axes: [Axis]
  /// The step of each axis through `counts`; the last axis runs fastest.
  let strides: [Int]
  public private(set) var counts: [Int]

  /// More places than this is no table a person reads, nor one that can be protected in reasonable time.
  public static let mostPlaces = 2_000_000

  public init(axes: [Axis], inner: (([Int]) -> Int)? = nil) {
    self.axes = axes
    var strides = [Int](repeating: 1, count: axes.count)
    for axis in axes.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * axes[axis + 1].places }
    self.strides = strides
    counts = [Int](repeating: 0, count: axes.reduce(1) { $0 * $1.places })
    guard let inner else { return }
    forEachInner { index, place in counts[index] = inner(place) }
    addTotals()
  }

  /// Counts the rows of facts. An axis holds the codes that occur, sorted, then "unknown" and "not_asked" where they
  /// occur.
  /// - Throws: `FactFileProblem` for an unknown column or too large a table.
  public init(_ facts: FactTable, by columns: [String]) throws {
    var axes: [Axis] = []
    var places: [[Int]] = []
    for name in columns {
      guard let column = facts.column(name) else { throw FactFileProblem("there is no column “\(name)”") }
      var occurs = [Bool](repeating: false, count: column.codes.count)
      for cell in column.cells { occurs[Int(cell)] = true }
      let categories = Set(column.codes.indices.filter { occurs[$0] }.map { FactCodes.category(column.codes[$0]) })
      let sorted = categories.sorted()
      let index = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
      axes.append(Axis(column: name, codes: sorted.map(FactCodes.text)))
      places.append(column.codes.map { index[FactCodes.category($0)] ?? 0 })
    }
    let size = axes.reduce(1.0) { $0 * Double($1.places) }
    guard size <= Double(Self.mostPlaces) else {
      throw FactFileProblem("the table would have \(Int(size)) cells; leave a column out")
    }
    self.init(axes: axes)
    var indices = [Int](repeating: 0, count: facts.rowCount)
    for (axis, name) in columns.enumerated() {
      guard let cells = facts.column(name)?.cells else { continue }
      let (stride, place) = (strides[axis], places[axis])
      for row in indices.indices { indices[row] += stride * place[Int(cells[row])] }
    }
    for index in indices { counts[index] += 1 }
    addTotals()
  }

  /// Cells without any total, with their places.
  func forEachInner(_ body: (Int, [Int]) -> Void) {
    guard axes.allSatisfy({ !$0.codes.isEmpty }) else { return }
    var place = [Int](repeating: 0, count: axes.count)
    while true {
      body(index(place), place)
      var axis = axes.count - 1
      while axis >= 0, place[axis] + 1 == axes[axis].codes.count {
        place[axis] = 0
        axis -= 1
      }
      guard axis >= 0 else { return }
      place[axis] += 1
    }
  }

  func index(_ place: [Int]) -> Int { zip(place, strides).reduce(0) { $0 + $1.0 * $1.1 } }

  /// The place of a cell on each axis; an axis' last place is its total.
  public func place(_ index: Int) -> [Int] {
    axes.indices.map { axis in index / strides[axis] % axes[axis].places }
  }

  public func isInner(_ index: Int) -> Bool {
    axes.indices.allSatisfy { index / strides[$0] % axes[$0].places != axes[$0].codes.count }
  }

  /// The codes of a cell; `nil` for a total.
  public func codes(_ index: Int) -> [String?] {
    zip(place(index), axes).map { place, axis in place < axis.codes.count ? axis.codes[place] : nil }
  }

  /// Where codes stand; `nil` for a code the axis does not have.
  public func index(codes: [String?]) -> Int? {
    guard codes.count == axes.count else { return nil }
    var index = 0
    for (axis, code) in codes.enumerated() {
      guard let place = code.map({ axes[axis].codes.firstIndex(of: $0) }) ?? axes[axis].codes.count else { return nil }
      index += place * strides[axis]
    }
    return index
  }

  public subscript(codes: String?...) -> Int? { index(codes: codes).map { counts[$0] } }

  mutating func set(_ index: Int, _ count: Int) { counts[index] = count }

  /// Makes every total the sum of its cells, axis by axis.
  mutating func addTotals() {
    for axis in axes.indices {
      forEachLine(axis) { total, cells in counts[total] = cells.reduce(0) { $0 + counts[$1] } }
    }
  }

  /// Every total along an axis with the cells it is the sum of.
  func forEachLine(_ axis: Int, _ body: (Int, [Int]) -> Void) {
    let (stride, codes) = (strides[axis], axes[axis].codes.count)
    for index in counts.indices where index / stride % axes[axis].places == codes {
      body(index, (0..<codes).map { index - (codes - $0) * stride })
    }
  }

  /// The first total that is not the sum of its cells.
  func disagreement() -> Int? {
    for axis in axes.indices {
      var found: Int?
      forEachLine(axis) { total, cells in
        if found == nil, counts[total] != cells.reduce(0, { $0 + counts[$1] }) { found = total }
      }
      if let found { return found }
    }
    return nil
  }
}
