import Basics
import Statistics

extension Site {
  /// The report on synthetic records as one HTML file with its pictures, for whoever works without a server.
  ///
  /// - Parameter language: English, or else Spanish.
  ///
  /// Throws `ScreenProblem` when the catalogs can't be read.
  public static func recordsReport(_ report: SynthesisReport, _ language: Language) throws -> String {
    let words = try Screen.load().words(language)
    return RecordsReportSheet(view: RecordsReportView(report, RecordsTerms(words)), words: words, language: language)
      .html
  }
}

/// The report as a file: it loads nothing, and says that it stays in the house.
struct RecordsReportSheet {
  let view: RecordsReportView
  let words: Words
  let language: Language

  var html: String {
    let model = view.model
    func text(_ key: String) -> String { Screen.escaped(model[key] as? String ?? "") }
    let title = Screen.escaped(words("statistics.records.report"))
    let notes = ["guarantee", "leaked", "records", "seeded"].map(text).filter { !$0.isEmpty }
      .map { "<p>\($0)</p>" }.joined(separator: "\n")
    let figures = view.pictures.map { "<figure>\($0.svg)</figure>" }.joined(separator: "\n")
    let tables = view.tables.map { table, note in
      Self.table(table) + "<p class=\"note\">\(Screen.escaped(note))</p>"
    }.joined(separator: "\n")
    return """
      <!doctype html>
      <html lang="\(language == .english ? "en" : "es")">
      <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>\(title)</title>
      <style>
      body { font-family: system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #111; }
      table { border-collapse: collapse; margin: 1rem 0; } caption { text-align: left; font-weight: 700; }
      th, td { border: 1px solid #999; padding: .3rem .6rem; text-align: left; } td { text-align: right; }
      figure { margin: 1.5rem 0; break-inside: avoid; } svg { width: 100%; height: auto; } .note { font-size: .9rem; }
      </style></head>
      <body>
      <h1>\(title)</h1>
      <p><strong>\(Screen.escaped(words("statistics.internal")))</strong> \
      \(Screen.escaped(words("statistics.records.report_inside")))</p>
      \(notes)
      \(figures)
      \(tables)
      </body>
      </html>

      """
  }

  private static func table(_ table: DataTable) -> String {
    let model = table.view
    let head = table.columns.map { "<th scope=\"col\">\(Screen.escaped($0))</th>" }.joined()
    return "<table><caption>\(Screen.escaped(table.caption))</caption><thead><tr>\(head)</tr></thead><tbody>"
      + (model["body"] as? String ?? "") + "</tbody></table>"
  }
}
