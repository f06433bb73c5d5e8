import Basics

/// A cell of a form's file, or the file as a whole.
public struct FormPlace: Hashable, Sendable {
  /// The sheet's name; `nil` when it is about the whole file.
  public var sheet: String?
  /// Counted from 1, as a spreadsheet shows it.
  public var row: Int?
  /// The column's heading.
  public var column: String?

  public init(sheet: String? = nil, row: Int? = nil, column: String? = nil) {
    self.sheet = sheet
    self.row = row
    self.column = column
  }

  public func words(_ language: Language) -> String {
    let isSpanish = language == .spanish
    var parts: [String] = []
    if let sheet { parts.append((isSpanish ? "hoja " : "sheet ") + sheet) }
    if let row { parts.append((isSpanish ? "fila " : "row ") + String(row)) }
    if let column { parts.append((isSpanish ? "columna " : "column ") + column) }
    return parts.joined(separator: ", ")
  }
}

/// Why a form's file is refused, in one sentence, with its place.
public struct FormProblem: Error, Hashable, Sendable, CustomStringConvertible {
  public var place: FormPlace
  public var text: LocalizedText

  init(_ place: FormPlace = FormPlace(), es: String, en: String) {
    self.place = place
    text = LocalizedText(es: es, en: en)
  }

  public func sentence(_ language: Language) -> String {
    let words = place.words(language)
    return words.isEmpty ? text[language] : words + ": " + text[language]
  }

  public var description: String { sentence(.english) }
}

/// What a form asks for and this system does not do; the form is taken without it.
public struct FormGap: Hashable, Sendable {
  public var place: FormPlace
  public var text: LocalizedText

  init(_ place: FormPlace, es: String, en: String) {
    self.place = place
    text = LocalizedText(es: es, en: en)
  }

  public func sentence(_ language: Language) -> String { place.words(language) + ": " + text[language] }
}

/// How large a form's file may be. A form of a ministry has some hundred rows.
public struct FormLimits: Hashable, Sendable {
  /// Bytes of the file.
  public var file = 4 << 20
  /// Bytes of one part of the file, unpacked.
  public var part = 16 << 20
  /// Bytes of all parts, unpacked.
  public var all = 64 << 20
  /// Rows of a sheet that hold anything.
  public var rows = 5000
  public var columns = 256
  /// Letters of a cell.
  public var cell = 10_000
  /// Bytes of all texts of a sheet.
  public var letters = 8 << 20

  public init() {}
}

extension FormProblem {
  static func tooLarge(_ limits: FormLimits, _ place: FormPlace = FormPlace()) -> FormProblem {
    FormProblem(
      place, es: "el archivo pesa más de \(limits.file >> 20) MB",
      en: "the file is larger than \(limits.file >> 20) MB")
  }

  /// The file is not there, or may not be read.
  public static let unreadable = FormProblem(es: "no se puede leer el archivo", en: "the file can't be read")
}
