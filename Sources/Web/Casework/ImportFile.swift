import Basics
import Casework
import Foundation
import Statistics
import Training

/// Reads files of cases, and says in words what is wrong in them: for the pages and for the command line.
public enum ImportFile {
  /// What a page takes; the command line takes more.
  static let largest = 24 << 20

  /// The rows of a file: JSON of the standard when it begins like JSON, else CSV, in UTF-8, UTF-16 or what older
  /// spreadsheets write. A row with too few or too many cells is kept with what is wrong.
  ///
  /// Throws `Refusal` `.invalid` for a file that has no rows or is no such file.
  public static func table(_ bytes: [UInt8]) throws(Refusal) -> ImportTable {
    let first = bytes.prefix(64).first { ![0xEF, 0xBB, 0xBF, 0x20, 0x0A, 0x0D, 0x09].contains($0) }
    let table =
      first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? try Htcds.table(json: bytes) : try csv(bytes)
    guard !table.rows.isEmpty else { throw Refusal(.invalid, Phrase("error.import_empty")) }
    return table
  }

  private static func csv(_ bytes: [UInt8]) throws(Refusal) -> ImportTable {
    guard !bytes.contains(0) || bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) else {
      throw Refusal(.invalid, Phrase("error.import_no_csv"))
    }
    let text = Array(CSVText.text(bytes).utf8)
    var given = false
    do {
      var reader = try DelimitedReader {
        defer { given = true }
        return given ? [] : text
      }
      let header = reader.header
      guard header.count > 1 || !header[0].isEmpty else { throw Refusal(.invalid, Phrase("error.import_empty")) }
      var rows: [ImportTable.Row] = []
      var last = 0
      while true {
        do {
          guard try reader.next() else { break }
          rows.append(
            ImportTable.Row(line: reader.line, cells: try (0..<reader.fieldCount).map { try reader.text($0) }))
        } catch let problem as FactFileProblem {
          // A file whose rest can't be told apart stops at the same line again.
          guard problem.line > last else { break }
          last = problem.line
          let wrongCount = problem.message.hasSuffix("but the header has \(header.count)")
          rows.append(
            ImportTable.Row(
              line: problem.line, cells: [],
              fault: Phrase(wrongCount ? "error.import_row_cells" : "error.import_row_quotes")))
        }
      }
      return ImportTable(header: header, rows: rows)
    } catch let refusal as Refusal { throw refusal } catch {
      let isTwice = (error as? FactFileProblem)?.message.hasSuffix("stands twice") == true
      throw Refusal(.invalid, Phrase(isTwice ? "error.import_twice" : "error.import_no_csv"))
    }
  }

  /// The sentences of problems in one language.
  public struct Sentences: Sendable {
    private let words: Words

    init(_ words: Words) { self.words = words }

    /// Throws when the site's own texts can't be read.
    public init(_ language: Language) throws {
      let catalogs = try Words.load(from: Screen.resources.appendingPathComponent("Strings"))
      words = catalogs[language] ?? Words(language: language, texts: [:])
    }

    public func callAsFunction(_ phrase: Phrase) -> String { words(phrase) }

    public func callAsFunction(_ refusal: Refusal) -> String {
      guard !refusal.fields.isEmpty else { return words(refusal.phrase) }
      return refusal.fields.map { "\($0.field): \(words($0.phrase))" }.joined(separator: "; ")
    }

    /// Where a problem stands: its column, or in brackets the field that no column says. `nil` for a whole row.
    public func place(_ problem: ImportProblem) -> String? {
      guard problem.column.isEmpty else { return problem.column }
      let key = "casework.import.field.\(problem.field)"
      return words.has(key) ? "(\(words(key)))" : nil
    }

    /// The whole of a problem, without its line.
    public func callAsFunction(_ problem: ImportProblem) -> String {
      [place(problem), words(problem.phrase)].compactMap { $0 }.joined(separator: ": ")
    }

    /// What did not go along with an export.
    public func leftOut(_ what: String) -> String { words("casework.export.left.\(what)") }
  }

  /// The rows that can't be taken in, as a file to mend: their cells as they were, and what is wrong in a last column.
  public static func refused(
    _ header: [String], _ rows: [(row: ImportTable.Row, problems: [ImportProblem])], _ sentences: Sentences
  ) -> String {
    let lines = rows.map { row, problems in
      header.indices.map { row.cells.indices.contains($0) ? row.cells[$0] : "" }
        + [problems.map { sentences($0) }.joined(separator: " ")]
    }
    return CSVText.file([header + ["⚠"]] + lines, separator: ",")
  }
}
