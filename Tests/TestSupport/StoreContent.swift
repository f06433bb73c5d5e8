import Basics
import Records

/// Everything that a store holds, as text: for showing that something is in none of it.
///
/// - Returns: by table, each row as one text.
public func wholeContent(of database: any Database, _ engine: Engine) async throws -> [String: [String]] {
  try await database.read { transaction in
    let tables: [String] = try transaction.rows(
      engine == .sqlite
        ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        : "SELECT CAST(table_name AS TEXT) AS name FROM information_schema.tables WHERE table_schema = current_schema()"
    ).map { try $0.get("name") }
    return try tables.reduce(into: [:]) { content, table in
      content[table] = try transaction.rows("SELECT * FROM \(table)").map { row in row.everything }.sorted()
    }
  }
}

extension Row {
  /// All columns in one text; bytes as the text they may be, and as hexadecimal digits.
  var everything: String {
    let values = Mirror(reflecting: self).children.compactMap { $0.value as? [SQLValue] }.flatMap(\.self)
    return values.map { value in
      switch value {
      case .null: "null"
      case .integer(let number): String(number)
      case .real(let number): String(number)
      case .text(let text): text
      case .blob(let bytes): String(decoding: bytes, as: UTF8.self) + " " + bytes.hexadecimal
      }
    }.joined(separator: " | ")
  }
}
