extension WriteTransaction {
  /// Inserts many rows of one table with few statements: on a server each statement is a journey.
  ///
  /// - Parameters:
  ///   - table: and its columns, from the code, never from outside.
  ///   - rows: as many values as columns in each.
  public func insert(into table: String, _ columns: [String], _ rows: [[any SQLBindable]]) throws {
    let places = "(" + Array(repeating: "?", count: columns.count).joined(separator: ", ") + ")"
    var rest = rows[...]
    // Few different lengths, so that the engines keep the statements prepared.
    for size in [64, 8, 1] {
      guard rest.count >= size else { continue }
      let sql =
        "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES "
        + Array(repeating: places, count: size).joined(separator: ", ")
      while rest.count >= size {
        try execute(sql, rest.prefix(size).flatMap { $0 })
        rest = rest.dropFirst(size)
      }
    }
  }
}
