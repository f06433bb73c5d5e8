import Basics
import CountryPack
import Foundation
import Statistics

/// A file of counts: CSV in UTF-8, parted by commas, semicolons or tabs, one count a line. `docs/plan.md` describes the
/// columns. Reading stores nothing and judges only what a line says; `ProsecutionCheck` judges the rest.
///
///     let file = ProsecutionFile(bytes, terms: terms, languages: pack.languages, today: today)
public struct ProsecutionFile: Sendable {
  public struct Row: Hashable, Sendable {
    public var line: Int
    public var count: ProsecutionCount
  }

  public private(set) var rows: [Row] = []
  /// What can't be read, with its line and column.
  public private(set) var findings: [ProsecutionFinding] = []
  /// Lines with content, readable or not.
  public private(set) var lines = 0
  /// Headings that nobody knows; their columns are passed over.
  public private(set) var unused: [String] = []

  /// Half a megabyte: more lines than any office's letter.
  public static let largest = 512 * 1024
  public static let mostRows = 2000

  private let words: ProsecutionWords
  private let today: CalendarDay

  /// - Parameter today: stands for a day of reading that a line does not give.
  public init(_ bytes: [UInt8], terms: ProsecutionTerms, languages: [Language], today: CalendarDay) {
    words = ProsecutionWords(terms, languages: languages)
    self.today = today
    if let obstacle = Self.obstacle(bytes) {
      findings = [obstacle]
      return
    }
    do {
      var given = false
      var reader = try DelimitedReader {
        defer { given = true }
        return given ? [] : bytes
      }
      guard let columns = columns(reader.header) else { return }
      read(&reader, columns)
    } catch { add(error) }
  }

  // MARK: The file

  /// Why a file can't be read at all: where it stops being UTF-8, so that it can be saved anew.
  private static func obstacle(_ bytes: [UInt8]) -> ProsecutionFinding? {
    func finding(_ line: Int, _ es: String, _ en: String) -> ProsecutionFinding {
      ProsecutionFinding(.unreadable, line: line, field: "file", says: LocalizedText(es: es, en: en))
    }
    if bytes.allSatisfy({ [9, 10, 13, 32].contains($0) }) {
      return finding(0, "El archivo está vacío", "The file is empty")
    }
    if bytes.count > largest {
      return finding(0, "El archivo pasa de 512 KB", "The file is larger than 512 KB")
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return finding(
        1, "El archivo está en UTF-16: guárdelo como CSV UTF-8", "The file is in UTF-16: save it as CSV UTF-8")
    }
    if bytes.starts(with: [0x50, 0x4B]) || bytes.contains(0) {
      return finding(
        1, "Esto no es un CSV: guarde la hoja de cálculo como CSV UTF-8",
        "This is no CSV file: save the spreadsheet as CSV UTF-8")
    }
    guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
    var line = 1
    for part in bytes.split(separator: 10, omittingEmptySubsequences: false) {
      if String(validating: part, as: UTF8.self) == nil { break }
      line += 1
    }
    return finding(
      line, "El archivo no está en UTF-8 (quizá en Latin-1, y las tildes se perderían): guárdelo como CSV UTF-8",
      "The file is not in UTF-8 (perhaps in Latin-1, and accents would be lost): save it as CSV UTF-8")
  }

  private mutating func add(_ error: any Error) {
    let problem = error as? FactFileProblem
    let message = problem?.message ?? ""
    let says =
      if message.contains("but the header has") {
        LocalizedText(
          es: "La línea no tiene tantas celdas como la cabecera", en: "The line has not as many cells as the header")
      } else if message.hasSuffix("stands twice") {
        LocalizedText(es: "Una columna está dos veces en la cabecera", en: "A column stands twice in the header")
      } else if message.contains("quot") {
        LocalizedText(es: "Una comilla no se cierra o sobra", en: "A quotation mark is not closed or out of place")
      } else {
        LocalizedText(es: "Esto no es un CSV que se pueda leer", en: "This is no CSV file that can be read")
      }
    findings.append(ProsecutionFinding(.unreadable, line: problem?.line ?? 0, field: "file", says: says))
  }

  private mutating func columns(_ header: [String]) -> [ProsecutionColumn: Int]? {
    var columns: [ProsecutionColumn: Int] = [:]
    for (place, heading) in header.enumerated() {
      guard let column = ProsecutionColumn(heading: heading) else {
        if !heading.isEmpty { unused.append(heading) }
        continue
      }
      if columns.updateValue(place, forKey: column) != nil {
        findings.append(
          ProsecutionFinding(
            .unreadable, line: 1, field: column.rawValue,
            says: LocalizedText(
              es: "Dos columnas dicen lo mismo: “\(column.rawValue)”",
              en: "Two columns say the same: “\(column.rawValue)”")))
      }
    }
    for column in ProsecutionColumn.allCases where column.isNeeded && columns[column] == nil {
      findings.append(
        ProsecutionFinding(
          .unreadable, line: 1, field: column.rawValue,
          says: LocalizedText(
            es: "Falta la columna “\(column.rawValue)”", en: "The column “\(column.rawValue)” is missing")))
    }
    return findings.isEmpty ? columns : nil
  }

  private mutating func read(_ reader: inout DelimitedReader, _ columns: [ProsecutionColumn: Int]) {
    var last = 0
    while true {
      do {
        guard try reader.next() else { return }
        var cells: [ProsecutionColumn: String] = [:]
        for (column, place) in columns { cells[column] = try reader.text(place) }
        if cells.values.allSatisfy(\.isEmpty) { continue }
        lines += 1
        guard lines <= Self.mostRows else {
          findings.append(
            ProsecutionFinding(
              .unreadable, line: reader.line, field: "file",
              says: LocalizedText(
                es: "Más de \(Self.mostRows) líneas: pártalo en varios archivos",
                en: "More than \(Self.mostRows) lines: part it into several files")))
          return
        }
        if let count = count(cells, reader.line) { rows.append(Row(line: reader.line, count: count)) }
      } catch {
        add(error)
        lines += 1
        // A file whose rest can't be told apart stops at the same line again.
        guard let problem = error as? FactFileProblem, problem.line > last else { return }
        last = problem.line
      }
    }
  }

  // MARK: A line

  private mutating func count(_ cells: [ProsecutionColumn: String], _ line: Int) -> ProsecutionCount? {
    let before = findings.count
    func text(_ column: ProsecutionColumn) -> String { cells[column] ?? "" }
    func refuse(_ column: ProsecutionColumn, _ es: String, _ en: String) {
      findings.append(
        ProsecutionFinding(.unreadable, line: line, field: column.rawValue, says: LocalizedText(es: es, en: en)))
    }
    func need<Value>(_ column: ProsecutionColumn, _ value: Value?) -> Value? {
      if value == nil {
        refuse(
          column, "“\(text(column).prefix(40))” no se entiende aquí", "“\(text(column).prefix(40))” can't be read here")
      }
      return value
    }
    for (column, most) in [
      (ProsecutionColumn.document, ProsecutionCount.mostLetters.document), (.note, ProsecutionCount.mostLetters.note),
    ] where text(column).count > most {
      refuse(column, "Tiene más de \(most) letras", "It has more than \(most) letters")
    }
    let period = need(.period, ProsecutionPeriod(text(.period)))
    let stage = need(.stage, words.stage(text(.stage)))
    let unit = need(.unit, words.unit(text(.unit)))
    let answer = need(.answer, words.answer(text(.answer)))
    let number = text(.value).isEmpty ? nil : need(.value, Self.number(text(.value)))
    let day = text(.documentDate).isEmpty ? nil : need(.documentDate, words.day(text(.documentDate)))
    let readOn = text(.readOn).isEmpty ? today : need(.readOn, words.day(text(.readOn)))
    let certainty = text(.certainty).isEmpty ? .unverified : need(.certainty, words.certainty(text(.certainty)))
    let isAsPrinted = need(.asPrinted, words.flag(text(.asPrinted)))
    guard findings.count == before, let period, let stage, let unit, let answer, let readOn, let certainty,
      let isAsPrinted
    else { return nil }
    return ProsecutionCount(
      cell: ProsecutionCell(
        period: period, institution: words.institution(text(.institution)), stage: stage, unit: unit,
        offence: words.offence(text(.offence)), outcome: words.outcome(text(.outcome)), sex: words.sex(text(.sex)),
        age: words.age(text(.age))),
      answer: answer, number: number,
      source: ProsecutionSource(document: text(.document), day: day, readOn: readOn, certainty: certainty),
      note: text(.note), isAsPrinted: isAsPrinted)
  }

  /// Digits and perhaps a minus, which is then refused with its own sentence. `1.234` is one person or a thousand: no.
  static func number(_ text: String) -> Int? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text)
  }
}

extension ProsecutionFile {
  /// Counts as lines of a file that can be read again, by code.
  public static func lines(_ counts: [ProsecutionCount]) -> [[String]] {
    [ProsecutionColumn.allCases.map(\.rawValue)]
      + counts.map { count in
        ProsecutionColumn.allCases.map { column in
          switch column {
          case .period: count.cell.period.description
          case .institution: count.cell.institution
          case .stage: count.cell.stage.rawValue
          case .unit: count.cell.unit.rawValue
          case .offence: count.cell.offence
          case .outcome: count.cell.outcome
          case .sex: count.cell.sex
          case .age: count.cell.age
          case .answer: count.answer.rawValue
          case .value: count.number.map(String.init) ?? ""
          case .document: count.source.document
          case .documentDate: count.source.day?.description ?? ""
          case .readOn: count.source.readOn.description
          case .certainty: count.source.certainty.rawValue
          case .asPrinted: count.isAsPrinted ? "yes" : "no"
          case .note: count.note
          }
        }
      }
  }
}

/// The counts that come with a pack.
public enum ProsecutionShelf {
  private static func file(_ pack: CountryPack, _ today: CalendarDay) -> ProsecutionFile {
    ProsecutionFile(
      Array(pack.prosecution.utf8), terms: ProsecutionTerms(pack), languages: pack.languages, today: today)
  }

  /// None where the pack has no file of them or a line of it can't be read.
  public static func counts(_ pack: CountryPack) -> [ProsecutionCount] {
    guard !pack.prosecution.isEmpty else { return [] }
    let file = file(pack, pack.version)
    return file.findings.isEmpty ? file.rows.map(\.count) : []
  }

  /// What is wrong in the pack's counts, in the English of `pack check`.
  public static func problems(_ pack: CountryPack, today: CalendarDay) -> [PackProblem] {
    guard !pack.prosecution.isEmpty else { return [] }
    let file = file(pack, today)
    let check = ProsecutionCheck(
      file.rows.map { .init(id: String($0.line), line: $0.line, count: $0.count) }, terms: ProsecutionTerms(pack),
      today: today)
    return (file.findings + check.findings).filter { $0.weight == .error }.map {
      PackProblem(file: "prosecution.csv", line: $0.line, ($0.field.isEmpty ? "" : $0.field + ": ") + $0.says[.english])
    }
  }
}
