import Basics
import Foundation

/// A sheet of a form with the meaning of its headings.
struct FormTable {
  /// A heading: what it is called, and its language where it has one.
  struct Heading: Hashable {
    var name: String
    var language: String?
    var written: String
  }

  struct Line {
    let sheet: String
    let number: Int
    private let values: [Heading: String]

    init(sheet: String, number: Int, values: [Heading: String]) {
      self.sheet = sheet
      self.number = number
      self.values = values
    }

    /// The value of a column without a language; empty when there is none.
    subscript(name: String) -> String { values.first { $0.key.name == name && $0.key.language == nil }?.value ?? "" }

    /// The values of a column by language.
    func text(_ name: String) -> FormText {
      var text = FormText()
      for (heading, value) in values where heading.name == name {
        text.texts[heading.language.map(FormTable.code) ?? ""] = value
      }
      return text
    }

    var headings: [Heading: String] { values }

    func place(_ column: String? = nil) -> FormPlace { FormPlace(sheet: sheet, row: number, column: column) }
  }

  private(set) var headings: [Int: Heading] = [:]
  private(set) var lines: [Line] = []

  /// Throws `FormProblem` when a column stands twice.
  init(_ rows: [FormSheets.Row], sheet: String) throws(FormProblem) {
    guard let first = rows.first else { return }
    for (column, written) in first.cells.sorted(by: { $0.key < $1.key }) {
      let heading = Self.heading(written)
      guard !headings.values.contains(where: { $0.name == heading.name && $0.language == heading.language }) else {
        throw FormProblem(
          FormPlace(sheet: sheet, row: first.number, column: written), es: "la columna está dos veces",
          en: "the column stands twice")
      }
      headings[column] = heading
    }
    lines = rows.dropFirst().map { row in
      var values: [Heading: String] = [:]
      for (column, text) in row.cells {
        if let heading = headings[column] { values[heading] = text.trimmingCharacters(in: .whitespacesAndNewlines) }
      }
      return Line(sheet: sheet, number: row.number, values: values)
    }.filter { !$0.headings.isEmpty }
  }

  /// `label::Español (es)`, `constraint message`, `List Name`.
  private static func heading(_ written: String) -> Heading {
    let written = written.trimmingCharacters(in: .whitespacesAndNewlines)
    var name = written
    var language: String?
    if let parting = written.range(of: "::") ?? written.range(of: ":") {
      name = String(written[..<parting.lowerBound])
      language = String(written[parting.upperBound...]).trimmingCharacters(in: .whitespaces)
    }
    name = name.trimmingCharacters(in: .whitespaces).lowercased().replacingOccurrences(of: " ", with: "_")
    return Heading(name: aliases[name] ?? name, language: language, written: written)
  }

  private static let aliases = [
    "relevance": "relevant", "read_only": "readonly", "caption": "label", "jr:count": "repeat_count",
    "calculate": "calculation", "title": "form_title", "id_string": "form_id", "set_form_title": "form_title",
    "set_form_id": "form_id",
  ]

  /// The code of a language's heading: `Español (es)` is `es`.
  static func code(_ language: String) -> String {
    guard language.hasSuffix(")"), let open = language.lastIndex(of: "(") else { return language.lowercased() }
    let code = language[language.index(after: open)...].dropLast().trimmingCharacters(in: .whitespaces)
    return code.isEmpty ? language.lowercased() : code.lowercased()
  }
}
