import Statistics

/// Counts as they may be shown: exact ones of the own desk, or protected ones in which some are hidden.
struct ShownTable: Sendable {
  private let cube: CountCube
  private let hidden: Set<Int>
  /// How it was protected; `nil` for exact counts.
  let method: TableProtection.Method?

  /// Reads one table of a document.
  init(_ table: TableDocument.Table, _ method: TableProtection.Method?) throws {
    (cube, hidden, _) = try table.cube()
    self.method = method
  }

  var rows: [String] { cube.axes[0].codes }
  var columns: [String] { cube.axes.count > 1 ? cube.axes[1].codes : [] }
  var hidesSomething: Bool { !hidden.isEmpty }

  /// What may be shown at a place, `nil` standing for a total; `nil` when it is hidden, 0 for a code that does not occur.
  func count(_ row: String?, _ column: String? = nil) -> Int? {
    guard let index = cube.index(codes: cube.axes.count > 1 ? [row, column] : [row]) else { return 0 }
    return hidden.contains(index) ? nil : cube.counts[index]
  }

  /// The sum of several rows; `nil` when one of them is hidden.
  func sum(_ rows: [String]) -> Int? {
    rows.reduce(Int?(0)) { sum, row in
      guard let sum, let count = count(row) else { return nil }
      return sum + count
    }
  }
}
