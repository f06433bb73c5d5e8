import Basics

extension FormSheets {
  /// Reads a form's file as it is uploaded: an .xlsx file, or a .zip file of a folder with survey.csv, choices.csv and
  /// settings.csv.
  ///
  /// Throws `FormProblem` with the sheet and the row for anything else, and for what is too large.
  public init(file bytes: [UInt8], _ limits: FormLimits = FormLimits()) throws(FormProblem) {
    let archive = try ZipArchive(bytes, limits: limits)
    let tables = archive.names.filter { $0.hasSuffix(".csv") && !$0.hasPrefix("__MACOSX/") }.sorted()
    let surveys = tables.filter { $0 == "survey.csv" || $0.hasSuffix("/survey.csv") }
    guard let survey = surveys.first else {
      self = try FormSheets(spreadsheet: bytes, limits)
      return
    }
    guard surveys.count == 1 else {
      throw FormProblem(es: "el archivo contiene varios formularios", en: "the file holds several forms")
    }
    let folder = survey.dropLast("survey.csv".count)
    var files: [String: [UInt8]] = [:]
    for table in tables where table.hasPrefix(folder) && !table.dropFirst(folder.count).contains("/") {
      files[String(table.dropFirst(folder.count).dropLast(".csv".count))] = try archive.content(table) ?? []
    }
    try self.init(tables: files, limits)
  }

  /// Refuses sheets whose texts are together longer than allowed: a short file can point at one long text many times.
  func checkLetters(_ limits: FormLimits) throws(FormProblem) {
    for (sheet, rows) in sheets.sorted(by: { $0.key < $1.key }) {
      var letters = 0
      for row in rows {
        for text in row.cells.values { letters += text.utf8.count }
        guard letters <= limits.letters else {
          throw FormProblem(
            FormPlace(sheet: sheet, row: row.number),
            es: "los textos de la hoja suman más de \(limits.letters >> 20) MB",
            en: "the sheet's texts are together larger than \(limits.letters >> 20) MB")
        }
      }
    }
  }
}
