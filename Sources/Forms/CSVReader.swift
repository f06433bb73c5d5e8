import Basics
import Foundation

/// Reads a form's sheet out of a .csv file: UTF-8 with or without a mark, commas, semicolons or tabs, quoted fields
/// that may hold line breaks.
///
/// Source: RFC 4180.
enum CSVReader {
  static func rows(_ bytes: [UInt8], sheet: String, _ limits: FormLimits = FormLimits()) throws(FormProblem)
    -> [FormSheets.Row]
  {
    guard bytes.count <= limits.file else { throw .tooLarge(limits, FormPlace(sheet: sheet)) }
    let content = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes[3...] : bytes[...]
    guard String(validating: content, as: UTF8.self) != nil, !content.contains(0) else {
      throw FormProblem(FormPlace(sheet: sheet), es: "el archivo no está en UTF-8", en: "the file is not in UTF-8")
    }
    let heading = content.prefix { $0 != 10 && $0 != 13 }
    let parting = [UInt8(ascii: ","), UInt8(ascii: ";"), 9].max { one, other in
      heading.count { $0 == one } < heading.count { $0 == other }
    }
    var rows: [FormSheets.Row] = []
    var (line, start, column) = (1, 1, 0)
    var cells: [Int: String] = [:]
    var field: [UInt8] = []
    var (isQuoted, wasQuoted) = (false, false)
    var index = content.startIndex
    func finishField() {
      if !field.isEmpty { cells[column] = String(decoding: field, as: UTF8.self) }
      (field, wasQuoted) = ([], false)
      column += 1
    }
    while index < content.endIndex {
      let byte = content[index]
      index += 1
      if isQuoted {
        if byte == 10 { line += 1 }
        guard byte == UInt8(ascii: "\"") else {
          field.append(byte)
          continue
        }
        if index < content.endIndex, content[index] == byte {
          field.append(byte)
          index += 1
        } else {
          (isQuoted, wasQuoted) = (false, true)
        }
      } else if byte == UInt8(ascii: "\""), field.isEmpty, !wasQuoted {
        isQuoted = true
      } else if byte == parting {
        finishField()
      } else if byte == 10 || byte == 13 {
        if byte == 13, index < content.endIndex, content[index] == 10 { index += 1 }
        finishField()
        try FormSheets.add(cells, start, to: &rows, sheet: sheet, limits)
        line += 1
        (cells, column, start) = ([:], 0, line)
      } else {
        guard !wasQuoted, byte != UInt8(ascii: "\"") else {
          throw FormProblem(
            FormPlace(sheet: sheet, row: line), es: "una comilla está fuera de lugar",
            en: "a quotation mark is out of place")
        }
        field.append(byte)
      }
    }
    guard !isQuoted else {
      throw FormProblem(
        FormPlace(sheet: sheet, row: start), es: "una comilla no se cierra", en: "a quotation mark is not closed")
    }
    finishField()
    try FormSheets.add(cells, start, to: &rows, sheet: sheet, limits)
    return rows
  }
}

extension FormSheets {
  /// Reads an .xlsx file.
  public init(spreadsheet: [UInt8], _ limits: FormLimits = FormLimits()) throws(FormProblem) {
    self = try SpreadsheetReader.sheets(spreadsheet, limits)
  }

  /// Reads .csv files.
  /// - Parameter files: by the sheet's name, without the ending.
  public init(tables files: [String: [UInt8]], _ limits: FormLimits = FormLimits()) throws(FormProblem) {
    for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
      if Self.names.contains(name) {
        sheets[name] = try CSVReader.rows(bytes, sheet: name, limits)
      } else {
        others.append(name)
      }
    }
  }
}
