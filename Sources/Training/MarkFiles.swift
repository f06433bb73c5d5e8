import Foundation
import SwiftCSV

/// What is wrong in a file of marks, and where.
public struct MarkFileProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// Counted from 1.
  public var line: Int
  public var message: String
  public var description: String { "line \(line): \(message)" }
}

/// Files of marks as spreadsheets write them: CSV with a header.
public enum MarkFiles {
  /// Scores by participant, as fractions of the full mark. Columns `participant`, `score` and, where it is not 100, `max`.
  /// A row without a score is somebody who did not answer.
  ///
  /// Throws `MarkFileProblem` for a missing column, a participant twice, or a score outside 0...max.
  public static func scores(_ text: String) throws(MarkFileProblem) -> [String: Double] {
    let (header, rows) = try table(text)
    guard let person = header.firstIndex(of: "participant"), let score = header.firstIndex(of: "score") else {
      throw MarkFileProblem(line: 1, message: "the columns “participant” and “score” are needed")
    }
    let full = header.firstIndex(of: "max")
    var scores: [String: Double] = [:]
    var lines: [String: Int] = [:]
    for row in rows {
      let name = row.fields[person]
      if name.isEmpty { throw MarkFileProblem(line: row.line, message: "“participant” is empty") }
      if let first = lines.updateValue(row.line, forKey: name) {
        throw MarkFileProblem(line: row.line, message: "this participant stands already in line \(first)")
      }
      guard !row.fields[score].isEmpty else { continue }
      var most = 100.0
      if let full { most = try number(row.fields[full], "max", row.line) }
      let reached = try number(row.fields[score], "score", row.line)
      guard most > 0, (0...most).contains(reached) else {
        throw MarkFileProblem(line: row.line, message: "the score must lie between 0 and \(most)")
      }
      scores[name] = reached / most
    }
    return scores
  }

  /// Marks by item. The first column is `participant`, the others are items; a row named `max` holds the full marks
  /// (1 without it, or the largest mark where one is above 1).
  ///
  /// Throws `MarkFileProblem` for a row of another length, a participant twice, or a mark that is missing or outside.
  public static func items(_ text: String) throws(MarkFileProblem) -> ItemAnalysis {
    let (header, rows) = try table(text)
    guard header.first == "participant", header.count > 1 else {
      throw MarkFileProblem(line: 1, message: "the first column must be “participant”, then one column an item")
    }
    let names = Array(header.dropFirst())
    if Set(names).count != names.count { throw MarkFileProblem(line: 1, message: "an item stands twice") }
    var columns = [[Double]](repeating: [], count: names.count)
    var (maxima, maximaLine) = ([Double]?.none, 0)
    var people: [String: Int] = [:]
    var lines: [Int] = []
    for row in rows {
      if row.fields[0] == "max", maxima == nil {
        var full: [Double] = []
        for (name, field) in zip(names, row.fields.dropFirst()) {
          let value = try number(field, name, row.line)
          guard value > 0 else { throw MarkFileProblem(line: row.line, message: "a full mark is above 0") }
          full.append(value)
        }
        (maxima, maximaLine) = (full, row.line)
        continue
      }
      if let first = people.updateValue(row.line, forKey: row.fields[0]) {
        throw MarkFileProblem(line: row.line, message: "this participant stands already in line \(first)")
      }
      lines.append(row.line)
      for index in names.indices {
        columns[index].append(try number(row.fields[index + 1], names[index], row.line))
      }
    }
    let full = maxima ?? columns.map { max(1, $0.max() ?? 1) }
    for (index, column) in columns.enumerated() {
      if let wrong = column.firstIndex(where: { !(0...full[index]).contains($0) }) {
        let limit = maximaLine > 0 ? " (line \(maximaLine))" : ""
        throw MarkFileProblem(
          line: lines[wrong], message: "the mark of “\(names[index])” must lie between 0 and \(full[index])\(limit)")
      }
    }
    return ItemAnalysis(names: names, marks: columns, maxima: full)
  }

  private struct Line {
    var line: Int
    var fields: [String]
  }

  private static func table(_ text: String) throws(MarkFileProblem) -> (header: [String], rows: [Line]) {
    var header: [String]?
    var rows: [Line] = []
    var number = 0
    for bytes in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let line = Substring(bytes).trimmingCharacters(in: CharacterSet(charactersIn: "\r\u{FEFF}"))
      if line.allSatisfy(\.isWhitespace) { continue }
      guard let fields = fields(line) else {
        throw MarkFileProblem(line: number, message: "a quotation mark is not closed on its line")
      }
      guard let columns = header else {
        header = fields
        continue
      }
      guard fields.count == columns.count else {
        throw MarkFileProblem(line: number, message: "\(fields.count) fields, but the header has \(columns.count)")
      }
      rows.append(Line(line: number, fields: fields))
    }
    guard let header else { throw MarkFileProblem(line: 1, message: "the file is empty") }
    return (header, rows)
  }

  private static func fields(_ line: String) -> [String]? {
    if !line.utf8.contains(UInt8(ascii: "\"")) {
      return line.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
        let field = Substring($0)
        return field.utf8.first == 32 || field.utf8.last == 32
          ? field.trimmingCharacters(in: .whitespaces) : String(field)
      }
    }
    // The library drops an empty last field: it gets one of our own.
    guard line.count(where: { $0 == "\"" }).isMultiple(of: 2),
      let row = try? Enumerated(header: [], text: "h\n\(line),end", delimiter: .comma).rows.first, row.last == "end"
    else { return nil }
    return row.dropLast().map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private static func number(_ text: String, _ column: String, _ line: Int) throws(MarkFileProblem) -> Double {
    guard text.utf8.count <= 40, text.utf8.allSatisfy({ ("0123456789+-.eE" as String).utf8.contains($0) }),
      let number = Double(text), number.isFinite
    else {
      throw MarkFileProblem(line: line, message: "“\(column)” must be a number with a decimal point")
    }
    return number
  }
}
