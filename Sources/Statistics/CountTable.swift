import Basics

/// One heading of a table: a coded value, or one of the ways in which there is none. "Unknown" and "not asked" are
/// not "no", so they keep headings of their own.
public enum Category: Hashable, Sendable, Comparable {
  case code(String)
  case unknown
  case notAsked

  /// Whether nothing is known: shares leave it out of their denominator.
  public var isMissing: Bool {
    if case .code = self { false } else { true }
  }

  /// A code, or what its absence means.
  public init(_ code: String?, absent: Category = .unknown) { self = code.map(Category.code) ?? absent }

  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rank < rhs.rank }
  private var rank: (Int, String) {
    switch self {
    case .code(let code): (0, code)
    case .unknown: (1, "")
    case .notAsked: (2, "")
    }
  }
}

/// So many things with this row's and this column's value.
public struct CountedFact: Hashable, Sendable {
  public var row: Category
  public var column: Category
  public var count: Int

  public init(row: Category, column: Category = .code(""), count: Int = 1) {
    self.row = row
    self.column = column
    self.count = count
  }
}

/// A share with what it is a share of, because a percentage alone says too little.
public struct Share: Hashable, Sendable {
  public var count: Int
  public var denominator: Int

  public init(count: Int, denominator: Int) {
    self.count = count
    self.denominator = denominator
  }

  /// Between 0 and 1; `nil` when there is nothing to be a share of.
  public var fraction: Double? { denominator > 0 ? Double(count) / Double(denominator) : nil }

  /// Tenths of a per cent, rounded half up: 383 for 38.3 %.
  public var perMille: Int? { denominator > 0 ? (count * 2000 + denominator) / (2 * denominator) : nil }
}

/// Rows × columns with totals. Facts in, table out; no storage, no clock.
///
///     let table = CountTable([CountedFact(row: .code("EC-P"), count: 20), CountedFact(row: .code("EC-O"), count: 15)])
///     table.total == 35
public struct CountTable: Hashable, Sendable {
  /// The headings: the asked ones in their order, then others that occur, then the missing ones that occur.
  public let rows: [Category]
  public let columns: [Category]
  private let cells: [[Int]]

  /// - Parameters:
  ///   - rows: headings that are shown even when nothing falls under them, in this order.
  ///   - columns: likewise.
  public init(_ facts: [CountedFact], rows: [Category] = [], columns: [Category] = []) {
    self.rows = Self.headings(rows, facts.map(\.row))
    self.columns = Self.headings(columns, facts.map(\.column))
    let rowIndex = Dictionary(uniqueKeysWithValues: self.rows.enumerated().map { ($1, $0) })
    let columnIndex = Dictionary(uniqueKeysWithValues: self.columns.enumerated().map { ($1, $0) })
    var cells = [[Int]](repeating: [Int](repeating: 0, count: self.columns.count), count: self.rows.count)
    for fact in facts {
      guard let row = rowIndex[fact.row], let column = columnIndex[fact.column] else { continue }
      cells[row][column] += fact.count
    }
    self.cells = cells
  }

  private static func headings(_ asked: [Category], _ found: [Category]) -> [Category] {
    var seen: Set<Category> = []
    let fixed = asked.filter { seen.insert($0).inserted }
    return fixed + Set(found).subtracting(seen).sorted()
  }

  /// The count of a cell; 0 for headings the table does not have.
  public subscript(row: Category, column: Category) -> Int {
    guard let row = rows.firstIndex(of: row), let column = columns.firstIndex(of: column) else { return 0 }
    return cells[row][column]
  }

  public subscript(row: Category) -> Int {
    rows.firstIndex(of: row).map { cells[$0].reduce(0, +) } ?? 0
  }

  public func total(column: Category) -> Int {
    columns.firstIndex(of: column).map { index in cells.reduce(0) { $0 + $1[index] } } ?? 0
  }

  /// Everything, missing values too.
  public var total: Int { cells.reduce(0) { $0 + $1.reduce(0, +) } }

  /// What shares of rows are taken of: rows whose value is known.
  public var known: Int { rows.filter { !$0.isMissing }.reduce(0) { $0 + self[$1] } }

  /// A row's share of all rows whose value is known; `nil` for the missing ones, which are only counted.
  public func share(of row: Category) -> Share? {
    row.isMissing ? nil : Share(count: self[row], denominator: known)
  }

  /// The largest row, for a bar's scale; 0 in an empty table.
  public var largestRow: Int { rows.map { self[$0] }.max() ?? 0 }
}
