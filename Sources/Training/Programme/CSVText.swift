import Foundation
import SwiftCSV

/// Lists as spreadsheets exchange them: CSV in and out.
public enum CSVText {
  /// The text of a file: UTF-8, UTF-16 with its mark, or else Windows Latin 1, which older spreadsheets write.
  public static func text(_ bytes: [UInt8]) -> String {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return String(data: Data(bytes), encoding: .utf16) ?? ""
    }
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    return String(validating: body, as: UTF8.self) ?? String(data: Data(body), encoding: .windowsCP1252)
      ?? String(data: Data(body), encoding: .isoLatin1) ?? ""
  }

  /// The separator of a header: whichever of `;`, `,` and tab it has most of.
  static func separator(_ header: String) -> Character {
    let counts = [";", ",", "\t"].map { (sign: Character) in (sign, header.count { $0 == sign }) }
    return counts.max { $0.1 < $1.1 }?.0 ?? ","
  }

  /// The fields of a line, trimmed; `nil` when a quotation mark is not closed on it.
  static func fields(_ line: String, _ separator: Character) -> [String]? {
    guard line.count(where: { $0 == "\"" }).isMultiple(of: 2) else { return nil }
    // The library takes the first row for a header, and drops an empty last field: it gets one of our own.
    guard
      let row = try? Enumerated(header: [], text: "h\n\(line)\(separator)end", delimiter: .character(separator)).rows
        .first,
      row.last == "end"
    else { return nil }
    return row.dropLast().map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// A file to open in a spreadsheet: with a byte order mark, so that accents come through.
  ///
  /// No field can become a formula: one that begins like a formula gets an apostrophe before it.
  public static func file(_ rows: [[String]], separator: String) -> String {
    "\u{FEFF}" + rows.map { $0.map { field($0, separator) }.joined(separator: separator) + "\r\n" }.joined()
  }

  static func field(_ text: String, _ separator: String) -> String {
    var text = text
    if let first = text.unicodeScalars.first, "=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first) { text = "'" + text }
    let needsQuotes = text.contains { $0 == "\"" || $0.isNewline || String($0) == separator }
    return needsQuotes ? "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : text
  }
}
