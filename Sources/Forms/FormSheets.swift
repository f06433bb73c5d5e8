import Basics

/// The sheets of a form's file as text: what every reader below agrees on, whether it came as .xlsx or as .csv.
public struct FormSheets: Hashable, Sendable, Codable {
  public struct Row: Hashable, Sendable, Codable {
    /// As the spreadsheet counts it, from 1; in a .csv file the line.
    public var number: Int
    /// By column, counted from 0; what is empty is left out.
    public var cells: [Int: String]
  }

  /// By the sheet's name: survey, choices, settings.
  var sheets: [String: [Row]] = [:]
  /// Other sheets that the file has, sorted.
  var others: [String] = []

  /// The sheets of an XLSForm that are read.
  public static let names: Set<String> = ["survey", "choices", "settings"]

  /// Keeps a row that holds anything. Throws `FormProblem` when a limit is passed.
  static func add(_ cells: [Int: String], _ number: Int, to rows: inout [Row], sheet: String, _ limits: FormLimits)
    throws(FormProblem)
  {
    let kept = cells.filter { !$0.value.allSatisfy(\.isWhitespace) }
    guard !kept.isEmpty else { return }
    let place = FormPlace(sheet: sheet, row: number)
    guard rows.count < limits.rows else {
      throw FormProblem(
        place, es: "la hoja tiene más de \(limits.rows) filas", en: "the sheet has more than \(limits.rows) rows")
    }
    for (column, text) in kept {
      guard column < limits.columns else {
        throw FormProblem(
          place, es: "la fila tiene más de \(limits.columns) columnas",
          en: "the row has more than \(limits.columns) columns")
      }
      guard text.utf8.count <= limits.cell else {
        throw FormProblem(
          place, es: "una celda tiene más de \(limits.cell) letras", en: "a cell has more than \(limits.cell) letters")
      }
    }
    rows.append(Row(number: number, cells: kept))
  }
}
