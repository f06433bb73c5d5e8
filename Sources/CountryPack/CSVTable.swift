import Foundation
import SwiftCSV

/// A CSV file of a pack: a header, then one row a line (no line breaks inside a field, so that a line number is
/// always the line an editor shows).
struct CSVTable {
  struct Line {
    let number: Int
    let fields: [String: String]
    subscript(column: String) -> String { fields[column] ?? "" }
  }

  private(set) var lines: [Line] = []

  init(_ text: String, file: String, columns: [String], problems: inout [PackProblem]) {
    let rows = text.replacingOccurrences(of: "\r\n", with: "\n").split(
      separator: "\n", omittingEmptySubsequences: false)
    guard let first = rows.first, let header = Self.fields(first) else {
      problems.append(PackProblem(file: file, line: 1, "there is no header"))
      return
    }
    for column in columns where !header.contains(column) {
      problems.append(PackProblem(file: file, line: 1, "the column “\(column)” is missing"))
    }
    if Set(header).count != header.count { problems.append(PackProblem(file: file, line: 1, "a column stands twice")) }
    guard columns.allSatisfy(header.contains) else { return }
    for (index, row) in rows.enumerated().dropFirst() {
      if row.isEmpty {
        if index != rows.count - 1 { problems.append(PackProblem(file: file, line: index + 1, "the line is empty")) }
        continue
      }
      guard row.count(where: { $0 == "\"" }).isMultiple(of: 2), let fields = Self.fields(row) else {
        problems.append(PackProblem(file: file, line: index + 1, "a quotation mark is not closed on its line"))
        continue
      }
      guard fields.count == header.count else {
        problems.append(
          PackProblem(file: file, line: index + 1, "\(fields.count) fields, but the header has \(header.count)"))
        continue
      }
      lines.append(
        Line(
          number: index + 1,
          fields: Dictionary(zip(header, fields.map { $0.trimmingCharacters(in: .whitespaces) })) { $1 }))
    }
  }

  private static func fields(_ line: Substring) -> [String]? {
    // The library takes the first row for a header, and drops an empty last field: we give it one of our own.
    guard let row = try? Enumerated(header: [], text: "h\n\(line),end", delimiter: .comma).rows.first,
      row.last == "end"
    else { return nil }
    return row.dropLast()
  }
}
