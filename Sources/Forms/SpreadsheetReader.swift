import Basics
import Foundation

/// Reads the sheets of a form out of an .xlsx file.
///
/// Source: ECMA-376, part 1 (SpreadsheetML) and part 2 (packages).
struct SpreadsheetReader {
  private let archive: ZipArchive
  private let limits: FormLimits
  private var shared: [String] = []

  /// Throws `FormProblem` for anything that is not a plain, whole spreadsheet within the limits.
  static func sheets(_ bytes: [UInt8], _ limits: FormLimits = FormLimits()) throws(FormProblem) -> FormSheets {
    var reader = SpreadsheetReader(archive: try ZipArchive(bytes, limits: limits), limits: limits)
    return try reader.read()
  }

  private init(archive: ZipArchive, limits: FormLimits) {
    self.archive = archive
    self.limits = limits
  }

  private mutating func read() throws(FormProblem) -> FormSheets {
    let book = try related("_rels/.rels", folder: "").first { $0.value.type == "officeDocument" }?.value.part
    guard let book, let content = try archive.content(book) else {
      throw FormProblem(es: "el archivo no contiene hojas de cálculo", en: "the file holds no spreadsheet")
    }
    let folder = book.split(separator: "/").dropLast().joined(separator: "/")
    let name = book.split(separator: "/").last.map(String.init) ?? ""
    let parts = try related((folder.isEmpty ? "" : folder + "/") + "_rels/\(name).rels", folder: folder)
    if let strings = parts.values.first(where: { $0.type == "sharedStrings" })?.part {
      guard let content = try archive.content(strings) else { throw Self.missing(strings) }
      try readShared(content, strings)
    }
    var found = FormSheets()
    var xml = XMLReader(content, part: book)
    while let event = try xml.next() {
      guard case .start("sheet", let attributes) = event, let written = attributes["name"] else { continue }
      let sheet = written.trimmingCharacters(in: .whitespaces).lowercased()
      guard FormSheets.names.contains(sheet) else {
        found.others.append(written)
        continue
      }
      guard let part = attributes["id"].flatMap({ parts[$0]?.part }), let content = try archive.content(part) else {
        throw Self.missing(written)
      }
      guard found.sheets.updateValue(try rows(content, part, sheet), forKey: sheet) == nil else {
        throw FormProblem(FormPlace(sheet: sheet), es: "la hoja está dos veces", en: "the sheet stands twice")
      }
    }
    found.others.sort()
    try found.checkLetters(limits)
    return found
  }

  private static func missing(_ part: String) -> FormProblem {
    FormProblem(es: "falta la parte \(part) del archivo", en: "the file's part \(part) is missing")
  }

  /// What a part points at, by its identifier.
  private func related(_ part: String, folder: String) throws(FormProblem) -> [String: (type: String, part: String)] {
    guard let content = try archive.content(part) else { throw Self.missing(part) }
    var found: [String: (type: String, part: String)] = [:]
    var xml = XMLReader(content, part: part)
    while let event = try xml.next() {
      guard case .start("Relationship", let attributes) = event, attributes["TargetMode"] != "External",
        let id = attributes["Id"], let target = attributes["Target"],
        let type = attributes["Type"]?.split(separator: "/").last
      else { continue }
      let path = target.hasPrefix("/") ? String(target.dropFirst()) : (folder.isEmpty ? "" : folder + "/") + target
      found[id] = (String(type), path)
    }
    return found
  }

  private mutating func readShared(_ content: [UInt8], _ part: String) throws(FormProblem) {
    var xml = XMLReader(content, part: part)
    while let event = try xml.next() {
      if case .start("si", _) = event { shared.append(try Self.text(&xml, until: "si")) }
    }
  }

  /// The plain text of what is open, its rich runs put together and its reading aids left out.
  private static func text(_ xml: inout XMLReader, until end: String) throws(FormProblem) -> String {
    var text = ""
    var (isText, aids) = (false, 0)
    while let event = try xml.next() {
      switch event {
      case .start("t", _): isText = aids == 0
      case .end("t"): isText = false
      case .start("rPh", _): aids += 1
      case .end("rPh"): aids -= 1
      case .text(let piece) where isText: text += piece
      case .end(end): return text
      default: break
      }
    }
    return text
  }

  // MARK: Cells

  private func rows(_ content: [UInt8], _ part: String, _ sheet: String) throws(FormProblem) -> [FormSheets.Row] {
    var xml = XMLReader(content, part: part)
    var rows: [FormSheets.Row] = []
    var (number, column) = (0, -1)
    var cells: [Int: String] = [:]
    while let event = try xml.next() {
      switch event {
      case .start("row", let attributes):
        let written = attributes["r"].map { Int($0) ?? 0 } ?? number + 1
        guard written > number, written <= 1_048_576 else { throw Self.disordered(sheet, number + 1) }
        (number, column, cells) = (written, -1, [:])
      case .start("c", let attributes):
        let place = attributes["r"]
        let next = place.map { Self.column($0) ?? -1 } ?? column + 1
        guard next > column, number > 0 else { throw Self.disordered(sheet, number) }
        column = next
        if let text = try value(&xml, attributes["t"] ?? "n", FormPlace(sheet: sheet, row: number)), !text.isEmpty {
          cells[column] = text
        }
      case .end("row"): try FormSheets.add(cells, number, to: &rows, sheet: sheet, limits)
      default: break
      }
    }
    return rows
  }

  private static func disordered(_ sheet: String, _ row: Int) -> FormProblem {
    FormProblem(
      FormPlace(sheet: sheet, row: row), es: "las filas o celdas no están en orden",
      en: "rows or cells are not in order")
  }

  /// The value of the cell that is open.
  private func value(_ xml: inout XMLReader, _ type: String, _ place: FormPlace) throws(FormProblem) -> String? {
    var written: String?
    var isValue = false
    loop: while let event = try xml.next() {
      switch event {
      case .start("v", _): isValue = true
      case .end("v"): isValue = false
      case .start("is", _): written = try Self.text(&xml, until: "is")
      case .text(let piece) where isValue: written = (written ?? "") + piece
      case .end("c"): break loop
      default: break
      }
    }
    guard let written else { return nil }
    switch type {
    case "s":
      guard let index = Int(written), shared.indices.contains(index) else {
        throw FormProblem(
          place, es: "una celda señala un texto que no existe", en: "a cell points at a text that is not there")
      }
      return shared[index]
    case "b": return written == "1" ? "true" : "false"
    case "e":
      throw FormProblem(
        place, es: "una celda muestra un error (\(written.prefix(20)))",
        en: "a cell shows an error (\(written.prefix(20)))")
    case "n":
      // 2.0 is written where people see 2.
      guard let number = Double(written), number.isFinite, number == number.rounded(), abs(number) < 1e15 else {
        return written
      }
      return String(Int(number))
    default: return written
    }
  }

  /// `B7` is 1.
  private static func column(_ place: String) -> Int? {
    let letters = place.utf8.prefix { (65...90).contains($0) }
    guard (1...3).contains(letters.count), place.utf8.count > letters.count else { return nil }
    return letters.reduce(0) { $0 * 26 + Int($1) - 64 } - 1
  }
}
