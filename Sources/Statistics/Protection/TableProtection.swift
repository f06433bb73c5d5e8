/// Makes tables fit to be published.
public enum TableProtection {
  public enum Method: String, Sendable, CaseIterable {
    case suppress
    case round
    case cellkey
  }

  /// - Parameters:
  ///   - threshold: counts from 1 to one below it are small; 2 to 1000.
  ///   - base: for rounding; the threshold when left out.
  ///   - deviation: for the cell-key method.
  ///   - isAdditive: whether the cell-key method makes totals the sums of their perturbed cells, at the price that the
  ///     same total may differ between tables.
  ///   - seed: secret; decides the rounding and the keys of cells without record keys.
  /// - Throws: `FactFileProblem` for a wrong table or parameter.
  public static func release(
    _ document: TableDocument, method: Method, threshold: Int, base: Int? = nil, deviation: Int = 5,
    isAdditive: Bool = false, seed: UInt64
  ) throws -> TableDocument {
    let read = try exact(document, threshold: threshold)
    var release = TableDocument(tables: [])
    switch method {
    case .suppress:
      release.protection = .init(
        method: method.rawValue, threshold: threshold,
        says: says(hidingBelow: threshold))
      // Tables of the same facts are protected together.
      let groups = Dictionary(grouping: read.indices) { Filter(read[$0].table, total: read[$0].cube.counts.last ?? 0) }
      var hidden = [Set<Int>](repeating: [], count: read.count)
      for group in groups.values {
        try checkAxes(group.map { read[$0].cube })
        let suppression = Suppression(group.map { read[$0].cube }, threshold: threshold)
        for (place, index) in group.enumerated() { hidden[index] = suppression.hidden[place] }
      }
      release.tables = read.indices.map { index in
        TableDocument.Table(
          read[index].cube, title: read[index].table.title, measure: read[index].table.measure,
          where: read[index].table.where, hidden: hidden[index])
      }
    case .round:
      let base = base ?? threshold
      guard (2...1000).contains(base) else { throw FactFileProblem("the base must be from 2 to 1000") }
      release.protection = .init(
        method: method.rawValue, threshold: threshold, base: base,
        says: "Every count is rounded, up or down, to a multiple of \(base); totals are the sums of their cells.")
      release.tables = read.enumerated().map { number, item in
        TableDocument.Table(
          Rounding.round(item.cube, base: base, seed: seed &+ UInt64(number) &* 0x9E37_79B9), title: item.table.title,
          measure: item.table.measure, where: item.table.where)
      }
    case .cellkey:
      guard (1...1000).contains(deviation) else { throw FactFileProblem("the deviation must be from 1 to 1000") }
      release.protection = .init(
        method: method.rawValue, threshold: threshold,
        says: "Every count is moved by up to \(max(deviation, threshold - 1)), the same cell in every table alike; "
          + (isAdditive
            ? "totals are the sums of their cells." : "totals are moved by themselves and need not be sums."))
      var law = CellKey(threshold: threshold, deviation: deviation)
      release.tables = read.map { item in
        let filter = (item.table.where ?? [:]).map { "\($0.key)=\($0.value.sorted().joined(separator: "|"))" }
        var cube = item.cube
        for index in cube.counts.indices {
          let conditions = zip(cube.axes, cube.codes(index)).compactMap { axis, code in
            code.map { "\(axis.column)=\($0)" }
          }
          let key = item.keys.map { $0[index] } ?? CellKey.key(filter + conditions, seed: seed)
          cube.set(index, law.perturb(item.cube.counts[index], key: key))
        }
        if isAdditive { cube.addTotals() }
        return TableDocument.Table(
          cube, title: item.table.title, measure: item.table.measure, where: item.table.where)
      }
    }
    return release
  }

  /// Suppresses each table by itself for readers who may ask for any other table of the same facts and conditions: none of
  /// them shows a number of all cases, or a count of one column, that narrows what this one hides.
  ///
  /// What two tables of two or more columns say together is not covered; see `Suppression.init(_:besideOthers:)`.
  ///
  /// - Parameter threshold: counts from 1 to one below it are small; 2 to 1000.
  /// - Throws: `FactFileProblem` for a wrong table or parameter.
  public static func besideOthers(_ document: TableDocument, threshold: Int) throws -> TableDocument {
    let read = try exact(document, threshold: threshold)
    return TableDocument(
      tables: read.map { table, cube, _ in
        TableDocument.Table(
          cube, title: table.title, measure: table.measure, where: table.where,
          hidden: Suppression(cube, besideOthers: threshold).hidden[0])
      },
      protection: .init(method: Method.suppress.rawValue, threshold: threshold, says: says(hidingBelow: threshold)))
  }

  private static func says(hidingBelow threshold: Int) -> String {
    "Counts from 1 to \(threshold - 1) are hidden, and others with them, so that no sum gives them back. "
      + "Hidden does not mean none."
  }

  private static func exact(
    _ document: TableDocument, threshold: Int
  ) throws -> [(table: TableDocument.Table, cube: CountCube, keys: [Double]?)] {
    guard (2...1000).contains(threshold) else { throw FactFileProblem("the threshold must be from 2 to 1000") }
    guard document.protection == nil else {
      throw FactFileProblem("these tables are protected already; protect the exact ones")
    }
    guard !document.tables.isEmpty else { throw FactFileProblem("there is no table") }
    return try document.tables.map { table in
      let (cube, hidden, keys) = try table.cube()
      guard hidden.isEmpty else {
        throw FactFileProblem("the table “\(table.title ?? "")” hides cells already; protect the exact one")
      }
      return (table: table, cube: cube, keys: keys)
    }
  }

  private struct Filter: Hashable {
    var conditions: [String: [String]]
    var measure: String?
    var total: Int
    init(_ table: TableDocument.Table, total: Int) {
      conditions = (table.where ?? [:]).mapValues { $0.sorted() }
      measure = table.measure
      self.total = total
    }
  }

  private static func checkAxes(_ cubes: [CountCube]) throws {
    var codes: [String: [String]] = [:]
    for axis in cubes.flatMap(\.axes) {
      if let other = codes.updateValue(axis.codes, forKey: axis.column), other != axis.codes {
        throw FactFileProblem("two tables of the same facts have different codes for “\(axis.column)”")
      }
    }
  }
}
