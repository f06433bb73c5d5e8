import Foundation

/// What the engines need to know of a statement's text.
enum Statement {
  /// The table a statement changes, in lower case; `nil` for a query.
  static func changedTable(_ sql: String) -> String? {
    let words = sql.split(whereSeparator: { $0.isWhitespace || $0 == "(" }).prefix(6).map { $0.lowercased() }
    switch words.first {
    case "insert": return words.count > 2 ? words[2] : ""
    case "update": return words.count > 1 ? words[1] : ""
    case "delete": return words.count > 2 ? words[2] : ""
    case "select": return nil
    // A common table expression could hide a change; no statement of ours that changes anything begins so.
    case "with": return sql.lowercased().contains("returning") ? "" : nil
    default: return ""
    }
  }

  /// Throws unless the statement is a query or changes a bookkeeping table.
  static func requireBookkeeping(_ sql: String) throws {
    if let table = changedTable(sql), !bookkeepingTables.contains(table) { throw DatabaseFailure.unaudited }
  }

  /// `?` outside of quotes becomes `$1`, `$2`…, as PostgreSQL wants it.
  static func numbered(_ sql: String) -> String {
    var result = ""
    result.reserveCapacity(sql.utf8.count + 16)
    var number = 0
    var quoted = false
    for letter in sql {
      if letter == "'" { quoted.toggle() }
      if letter == "?", !quoted {
        number += 1
        result += "$\(number)"
      } else {
        result.append(letter)
      }
    }
    return result
  }

  /// The types of a schema statement in PostgreSQL's words.
  static func postgreSQLTypes(_ sql: String) -> String {
    var result = sql
    for (ours, theirs) in [("INTEGER", "BIGINT"), ("REAL", "DOUBLE PRECISION"), ("BLOB", "BYTEA")] {
      result = result.replacingOccurrences(of: "\\b\(ours)\\b", with: theirs, options: .regularExpression)
    }
    return result
  }

  /// PostgreSQL's text can't hold a zero, so neither engine's may.
  static func check(_ values: [any SQLBindable]) throws -> [SQLValue] {
    try values.map {
      let value = $0.sqlValue
      if case .text(let text) = value, text.utf8.contains(0) { throw DatabaseFailure.constraint("text with a zero") }
      return value
    }
  }
}
