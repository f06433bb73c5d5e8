import Foundation

/// What the engines need to know of a statement's text.
enum Statement {
  /// The table a statement changes, in lower case; `nil` for a query.
  static func changedTable(_ sql: String) -> String? {
    var rest = sql.utf8[...]
    var words: [String] = []
    // Its beginning alone: an insert of many rows is long.
    while words.count < 3, !rest.isEmpty {
      let word = rest.prefix { !isGap($0) }
      if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self).lowercased()) }
      rest = rest[word.endIndex...].drop(while: isGap)
    }
    switch words.first {
    case "insert": return words.count > 2 ? words[2] : ""
    case "update": return words.count > 1 ? words[1] : ""
    case "delete": return words.count > 2 ? words[2] : ""
    case "select": return nil
    // A common table expression can stand before a change, or hold one; no statement of ours does.
    case "with":
      let changing: Set<Substring> = ["insert", "update", "delete", "replace", "merge"]
      return sql.lowercased().split(whereSeparator: { !$0.isLetter }).contains(where: changing.contains) ? "" : nil
    default: return ""
    }
  }

  private static func isGap(_ byte: UInt8) -> Bool { " \n\t\r(".utf8.contains(byte) }

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

  /// A schema statement in PostgreSQL's words: its types, and no word on how rows are laid out.
  static func inPostgreSQL(_ sql: String) -> String {
    var result = sql.replacingOccurrences(of: " WITHOUT ROWID", with: "")
    for (ours, theirs) in [("INTEGER", "BIGINT"), ("REAL", "DOUBLE PRECISION"), ("BLOB", "BYTEA")] {
      result = result.replacingOccurrences(of: "\\b\(ours)\\b", with: theirs, options: .regularExpression)
    }
    return result
  }

  /// What one engine can't hold, neither may: PostgreSQL's text no zero, SQLite's numbers no "not a number".
  static func check(_ values: [any SQLBindable]) throws -> [SQLValue] {
    try values.map {
      let value = $0.sqlValue
      switch value {
      case .text(let text) where text.utf8.contains(0): throw DatabaseFailure.constraint("text with a zero")
      case .text(let text) where text.utf8.count > largest: throw DatabaseFailure.constraint("value too large")
      case .blob(let bytes) where bytes.count > largest: throw DatabaseFailure.constraint("value too large")
      case .real(let number) where !number.isFinite: throw DatabaseFailure.constraint("not a finite number")
      default: return value
      }
    }
  }

  /// Bytes that one value may have: far above anything of ours, far below what an engine takes badly.
  private static let largest = 64 << 20
}
