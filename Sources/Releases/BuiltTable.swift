import Basics
import Casework
import CountryPack
import Statistics

/// A table that was counted and protected: what may be shown of it, and nothing else.
public struct BuiltTable: Sendable {
  public let choice: TableChoice
  /// As it is shown and taken out: protected, unless the choice is for inside.
  public let document: TableDocument
  /// Cases from the facts on this day.
  public let day: CalendarDay
  let cube: CountCube
  let hidden: Set<Int>

  /// - Parameters:
  ///   - counts: of the choice's axes, in their order; not empty.
  ///   - seed: decides the rounding; secret, and the same for the same table.
  /// - Throws: `FactFileProblem` for a table that is too large.
  init(
    _ choice: TableChoice, _ counts: [FactCount], _ pack: CountryPack, day: CalendarDay, seed: UInt64
  ) throws {
    let axes = choice.axes.enumerated().map { place, field in
      CountCube.Axis(
        column: field.rawValue, codes: field.sorted(Set(counts.map { $0.codes[place] }), pack))
    }
    let inner = Dictionary(uniqueKeysWithValues: counts.map { ($0.codes, $0.count) })
    let exact = CountCube(axes: axes) { place in inner[zip(axes, place).map { $0.codes[$1] }] ?? 0 }
    let table = TableDocument.Table(exact, measure: choice.measure.rawValue, where: choice.conditions)
    let open = TableDocument(tables: [table])
    let rules = pack.statistics
    document =
      switch choice.protection {
      case .inside: open
      case .suppress:
        try TableProtection.besideOthers(open, threshold: rules.threshold)
      case .round:
        try TableProtection.release(
          open, method: .round, threshold: rules.threshold, base: rules.roundTo, seed: seed)
      }
    (cube, hidden, _) = try document.tables[0].cube(isAdditive: document.isAdditive)
    self.choice = choice
    self.day = day
  }

  /// Reads a table that was frozen before.
  public init(_ choice: TableChoice, _ document: TableDocument, day: CalendarDay) throws {
    guard let table = document.tables.first else { throw FactFileProblem("there is no table") }
    (cube, hidden, _) = try table.cube(isAdditive: document.isAdditive)
    self.choice = choice
    self.document = document
    self.day = day
  }

  /// The codes of the rows, of the columns, and of the layers; none where the table has no such axis.
  public var rows: [String] { cube.axes[0].codes }
  public var columns: [String] { cube.axes.count > 1 ? cube.axes[1].codes : [] }
  public var layers: [String] { cube.axes.count > 2 ? cube.axes[2].codes : [] }

  /// What may be shown at a place, `nil` standing for a total; `nil` when it is hidden.
  public func count(_ row: String?, _ column: String? = nil, layer: String? = nil) -> Int? {
    guard let index = cube.index(codes: Array([row, column, layer].prefix(cube.axes.count))) else { return 0 }
    return hidden.contains(index) ? nil : cube.counts[index]
  }

  public var hiddenCells: Int { hidden.count }

  /// Whether of a table with several columns nothing is shown but noughts and how many cases a code of one of them has.
  public var showsOnlyTotals: Bool {
    guard cube.axes.count > 1, !hidden.isEmpty else { return false }
    return cube.counts.indices.allSatisfy { cell in
      cube.codes(cell).count { $0 != nil } < 2 || hidden.contains(cell) || cube.counts[cell] == 0
    }
  }

  /// A row's share of what is known in its column, from numbers that are shown: hidden ones give no share, nor does a
  /// column where it is hidden how many are not known.
  public func share(_ row: String, _ column: String? = nil, layer: String? = nil) -> Share? {
    guard !FactCodes.category(row).isMissing, let count = count(row, column, layer: layer),
      let all = denominator(column, layer: layer)
    else { return nil }
    return all > 0 ? Share(count: count, denominator: all) : nil
  }

  /// What shares of a column are taken of: its total less those of whom the row's code is not known.
  public func denominator(_ column: String? = nil, layer: String? = nil) -> Int? {
    guard var all = count(nil, column, layer: layer) else { return nil }
    for row in rows where FactCodes.category(row).isMissing {
      guard let missing = count(row, column, layer: layer) else { return nil }
      all -= missing
    }
    return all
  }

  /// Per 100,000 people, from a number that is shown; `nil` where it is hidden or nobody counted the people.
  public func rate(_ row: String?, _ column: String? = nil, layer: String? = nil, in pack: CountryPack) -> Rate? {
    guard let count = count(row, column, layer: layer),
      let people = RateBase(choice, pack).people(Array([row, column, layer].prefix(cube.axes.count)))
    else { return nil }
    return Rate(count: count, population: people)
  }
}
