import Basics
import Foundation

public enum CaseImportEntity {}
public typealias CaseImportID = Identifier<CaseImportEntity>

/// A file of cases as rows and columns, whichever way it was written.
public struct ImportTable: Hashable, Sendable {
  public struct Row: Hashable, Sendable {
    /// Where it begins in the file, counted from 1.
    public var line: Int
    public var cells: [String]
    /// Why it can't be read, when it has more or fewer cells than the header.
    public var fault: Phrase?

    public init(line: Int, cells: [String], fault: Phrase? = nil) {
      self.line = line
      self.cells = cells
      self.fault = fault
    }
  }

  public var header: [String]
  public var rows: [Row]

  public init(header: [String], rows: [Row]) {
    self.header = header
    self.rows = rows
  }
}

/// What a column of a file can hold. The names are those of the fields of the form that opens a case.
public enum ImportField: String, Hashable, Sendable, Codable, CaseIterable {
  case givenNames = "given_names"
  case surnames
  case otherNames = "other_names"
  case birth, age, sex
  case documentKind = "document_kind"
  case documentNumber = "document_number"
  case nationality
  case contactHow = "contact_how"
  case contactWhen = "contact_when"
  case contactNotWith = "contact_not_with"
  case kind, province, form
  case ageBand = "age_band"
  case narrative, needs
  case needsNote = "needs_note"
  case health, legal
  /// The day the case was opened in the records it comes from.
  case opened
  /// The day it was closed there; a case without one is open.
  case closed
  case closureReason = "closure_reason"

  /// How people head such a column, folded: Spanish and English.
  var headings: Set<String> {
    switch self {
    case .givenNames:
      ["nombre", "nombres", "nombres y apellidos", "nombre completo", "given names", "first name", "name", "full name"]
    case .surnames: ["apellido", "apellidos", "surname", "surnames", "last name", "family name"]
    case .otherNames: ["alias", "apodo", "otros nombres", "other names", "nickname", "known as"]
    case .birth:
      ["nacimiento", "fecha de nacimiento", "fecha nacimiento", "birth", "date of birth", "birthdate", "dob"]
    case .age: ["edad", "age", "anos", "years"]
    case .sex: ["sexo", "genero", "sex", "gender"]
    case .documentKind: ["tipo de documento", "tipo documento", "document kind", "document type"]
    case .documentNumber:
      [
        "cedula", "documento", "numero de documento", "ci", "pasaporte", "document", "document number",
        "identity number",
        "passport", "id number",
      ]
    case .nationality: ["nacionalidad", "pais", "nationality", "citizenship", "country"]
    case .contactHow: ["contacto", "telefono", "celular", "contact", "phone", "telephone"]
    case .contactWhen: ["hora de contacto", "cuando contactar", "contact when"]
    case .contactNotWith: ["no contactar", "no contactar con", "contact not with"]
    case .kind: ["tipo de caso", "clase de caso", "case kind", "case type", "kind"]
    case .province: ["provincia", "province"]
    case .form:
      ["forma", "forma de explotacion", "modalidad", "tipo de explotacion", "finalidad", "exploitation", "form"]
    case .ageBand: ["grupo de edad", "rango de edad", "age band", "age group"]
    case .narrative: ["relato", "narrativa", "observaciones", "notas", "narrative", "story", "notes"]
    case .needs: ["necesidades", "needs"]
    case .needsNote: ["detalle de necesidades", "needs note"]
    case .health: ["salud", "health"]
    case .legal: ["situacion legal", "legal"]
    case .opened: ["fecha de apertura", "apertura", "fecha de ingreso", "ingreso", "fecha", "opened", "opening date"]
    case .closed: ["fecha de cierre", "cierre", "closed", "closing date"]
    case .closureReason: ["motivo de cierre", "razon de cierre", "closure reason"]
    }
  }
}

/// How a file writes days of which the year does not stand first.
public enum DayOrder: String, Hashable, Sendable, Codable, CaseIterable {
  case dayFirst = "day_first"
  case monthFirst = "month_first"
}

/// Which column holds what.
public struct ColumnMapping: Hashable, Sendable, Codable {
  /// The heading of the column, by field.
  public var columns: [String: String]
  /// What a cell's word stands for, by field: a code of the pack's list.
  public var values: [String: [String: String]]
  /// What holds for every row that says nothing, by field: a kind of case, a province.
  public var fixed: [String: String]
  public var days: DayOrder

  public init(
    columns: [String: String] = [:], values: [String: [String: String]] = [:], fixed: [String: String] = [:],
    days: DayOrder = .dayFirst
  ) {
    self.columns = columns
    self.values = values
    self.fixed = fixed
    self.days = days
  }

  /// What the headings suggest. Each column serves once, each field gets one column at most.
  public static func suggestion(for header: [String]) -> ColumnMapping {
    var mapping = ColumnMapping()
    var free = header.map { ($0, Self.folded($0)) }
    for field in ImportField.allCases {
      let names = field.headings.union([Self.folded(field.rawValue)])
      if let place = free.firstIndex(where: { names.contains($0.1) }) {
        mapping.columns[field.rawValue] = free.remove(at: place).0
      }
    }
    return mapping
  }

  /// What is wrong with a mapping for a header: a field or a column there is not, or a column that stands twice.
  func problems(_ header: [String]) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    for (field, column) in columns.sorted(by: { $0.key < $1.key }) {
      if ImportField(rawValue: field) == nil {
        problems.append(FieldProblem(field, Phrase("error.import_no_field", ["field": field])))
      } else if !header.contains(column) {
        problems.append(FieldProblem(field, Phrase("error.import_no_column", ["column": column])))
      }
    }
    for field in Set(values.keys).union(fixed.keys).sorted() where ImportField(rawValue: field) == nil {
      problems.append(FieldProblem(field, Phrase("error.import_no_field", ["field": field])))
    }
    if columns[ImportField.givenNames.rawValue] == nil, columns[ImportField.surnames.rawValue] == nil {
      problems.append(FieldProblem(ImportField.givenNames.rawValue, "error.import_no_name"))
    }
    return problems
  }

  /// Words as they are compared: without accents, case, underscores and doubled blanks.
  static func folded(_ text: String) -> String {
    text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
      .replacing("_", with: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

/// How a file is understood.
public enum ImportMapping: Hashable, Sendable, Codable {
  case columns(ColumnMapping)
  /// The Human Trafficking Case Data Standard, version 2.0, with the fields' own names as headings.
  case htcds(fixed: [String: String] = [:])
}

/// Whether a file with wrong rows is taken in at all.
public enum ImportChoice: String, Hashable, Sendable, Codable, CaseIterable {
  /// Nothing when anything is wrong.
  case allOrNothing = "all_or_nothing"
  /// The rows that are right; the others are listed.
  case keepGoodRows = "keep_good_rows"
}

/// What is wrong in one row.
public struct ImportProblem: Hashable, Sendable {
  public var line: Int
  /// The heading of the column; empty when no column says it, or the whole row is meant.
  public var column: String
  /// The field of the case that is wrong, as maps name it.
  public var field: String
  public var phrase: Phrase

  public init(line: Int, column: String, field: String, phrase: Phrase) {
    self.line = line
    self.column = column
    self.field = field
    self.phrase = phrase
  }
}

/// What would become of a file. Nothing is stored.
public struct ImportReport: Hashable, Sendable {
  /// How many problems are listed; all are counted.
  public static let mostListed = 1000

  public var rows = 0
  public var wrongRows = 0
  /// The first ones, in the order of the file.
  public var problems: [ImportProblem] = []
  /// Columns with content that is not taken over, and how many rows have some.
  public var unused: [String: Int] = [:]

  public init() {}

  public var goodRows: Int { rows - wrongRows }
  public var isSound: Bool { wrongRows == 0 }
}
