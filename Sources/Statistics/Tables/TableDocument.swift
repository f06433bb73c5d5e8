/// Tables as a file: what `amparo table` writes, `amparo protect` reads and a release publishes.
public struct TableDocument: Codable, Sendable {
  public var tables: [Table]
  /// How a release was protected; absent in tables that must not leave the house.
  public var protection: Protection?

  public init(tables: [Table], protection: Protection? = nil) {
    self.tables = tables
    self.protection = protection
  }

  public struct Table: Codable, Sendable {
    public var title: String?
    /// What is counted.
    public var measure: String?
    /// The column and the codes a case must have to be counted.
    public var `where`: [String: [String]]?
    public var dimensions: [Dimension]
    public var cells: [Cell]
    /// What the shares are shares of.
    public var denominator: String?
  }

  public struct Dimension: Codable, Sendable {
    public var column: String
    public var codes: [String]
  }

  public struct Cell: Codable, Sendable {
    /// One code a dimension; null means the total over it.
    public var at: [String?]
    /// Absent when hidden.
    public var count: Int?
    public var hidden: Bool?
    public var share: Double?
    /// The count the share is a share of.
    public var of: Int?
    /// The sum of the record keys of its cases, modulo 1, for the cell-key method.
    public var key: Double?
  }

  public struct Protection: Codable, Sendable {
    public var method: String
    public var threshold: Int
    public var base: Int?
    public var says: String
    public init(method: String, threshold: Int, base: Int? = nil, says: String) {
      (self.method, self.threshold, self.base, self.says) = (method, threshold, base, says)
    }
  }
}

extension TableDocument {
  /// Whether totals are the sums of their cells.
  public var isAdditive: Bool { protection?.method != TableProtection.Method.cellkey.rawValue }
}

extension TableDocument.Table {
  /// A cube as a table; `hidden` cells without their counts.
  public init(
    _ cube: CountCube, title: String? = nil, measure: String? = nil, where filter: [String: [String]]? = nil,
    hidden: Set<Int> = [], keys: [Double]? = nil, shares: Bool = false
  ) {
    self.title = title
    self.measure = measure
    self.where = filter
    dimensions = cube.axes.map { .init(column: $0.column, codes: $0.codes) }
    cells = cube.counts.indices.map { index in
      .init(
        at: cube.codes(index), count: hidden.contains(index) ? nil : cube.counts[index],
        hidden: hidden.contains(index) ? true : nil, key: keys.map { $0[index] })
    }
    guard shares, let first = cube.axes.first else { return }
    denominator = "\(measure ?? "cases") whose \(first.column) is known, within the same \(rest(cube.axes))"
    let known = first.codes.indices.filter { !FactCodes.category(first.codes[$0]).isMissing }
    for index in cube.counts.indices {
      let row = index / cube.strides[0]
      guard row == first.codes.count || known.contains(row) else { continue }
      let base = index - row * cube.strides[0]
      let all = known.reduce(0) { $0 + cube.counts[base + $1 * cube.strides[0]] }
      guard all > 0 else { continue }
      cells[index].of = all
      let count = row == first.codes.count ? all : cube.counts[index]
      cells[index].share = (Double(count) / Double(all) * 10_000).rounded() / 10_000
    }
  }

  private func rest(_ axes: [CountCube.Axis]) -> String {
    axes.count > 1 ? axes.dropFirst().map(\.column).joined(separator: " and ") : "table"
  }

  /// The table's cube and the cells it hides. Inner cells that are left out count 0; totals that are left out are
  /// added up when nothing is hidden.
  /// - Parameter isAdditive: whether totals must be sums; not so in a release of the cell-key method.
  /// - Throws: `FactFileProblem` for codes that are not in `dimensions`, cells that stand twice, negative counts and
  ///   totals that disagree with their cells.
  public func cube(isAdditive: Bool = true) throws -> (cube: CountCube, hidden: Set<Int>, keys: [Double]?) {
    let name = title ?? dimensions.map(\.column).joined(separator: " by ")
    func problem(_ message: String) -> FactFileProblem { FactFileProblem("the table “\(name)”: \(message)") }
    guard !dimensions.isEmpty, dimensions.allSatisfy({ !$0.codes.isEmpty }) else {
      throw problem("it has no dimension or a dimension without codes")
    }
    for dimension in dimensions where Set(dimension.codes).count != dimension.codes.count {
      throw problem("a code of “\(dimension.column)” stands twice")
    }
    guard Set(dimensions.map(\.column)).count == dimensions.count else { throw problem("a dimension stands twice") }
    guard dimensions.reduce(1.0, { $0 * Double($1.codes.count + 1) }) <= Double(CountCube.mostPlaces) else {
      throw problem("it is larger than \(CountCube.mostPlaces) cells")
    }
    var cube = CountCube(axes: dimensions.map { .init(column: $0.column, codes: $0.codes) })
    var seen = [Bool](repeating: false, count: cube.counts.count)
    var hidden: Set<Int> = []
    var keys = [Double](repeating: 0, count: cube.counts.count)
    var hasKeys = false
    let places = dimensions.map { Dictionary(uniqueKeysWithValues: $0.codes.enumerated().map { ($1, $0) }) }
    for cell in cells {
      let words = cell.at.map { $0 ?? "total" }.joined(separator: ", ")
      guard cell.at.count == dimensions.count else { throw problem("the cell (\(words)) has another number of codes") }
      var index = 0
      for (axis, code) in cell.at.enumerated() {
        guard let place = code.map({ places[axis][$0] }) ?? dimensions[axis].codes.count else {
          throw problem("the code “\(code ?? "")” is not in the dimension “\(dimensions[axis].column)”")
        }
        index += place * cube.strides[axis]
      }
      if seen[index] { throw problem("the cell (\(words)) stands twice") }
      seen[index] = true
      if cell.hidden == true {
        hidden.insert(index)
      } else {
        guard let count = cell.count, count >= 0, count < 1 << 50 else {
          throw problem("the cell (\(words)) has no count of 0 or more")
        }
        cube.set(index, count)
      }
      if let key = cell.key { (keys[index], hasKeys) = (key, true) }
    }
    if hidden.isEmpty, isAdditive {
      var summed = cube
      summed.addTotals()
      if let bad = cube.counts.indices.first(where: { seen[$0] && cube.counts[$0] != summed.counts[$0] }) {
        let words = cube.codes(bad).map { $0 ?? "total" }.joined(separator: ", ")
        throw problem(
          "its margins disagree: the total at (\(words)) is given as \(cube.counts[bad]), but its cells make "
            + "\(summed.counts[bad])")
      }
      cube = summed
    } else {
      // What a release leaves out, nobody was told.
      for index in seen.indices where !seen[index] { hidden.insert(index) }
    }
    return (cube, hidden, hasKeys ? keys : nil)
  }
}
