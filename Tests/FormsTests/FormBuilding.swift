import Basics
import Foundation

@testable import Forms

/// The sheets of a form from rows of text, the first the headings.
func sheets(_ survey: [[String]], choices: [[String]] = [], settings: [[String]] = []) throws -> FormSheets {
  try FormSheets(
    spreadsheet: Spreadsheet(sheets: [
      .init(name: "survey", texts: survey), .init(name: "choices", texts: choices),
      .init(name: "settings", texts: settings),
    ]).bytes)
}

func form(_ survey: [[String]], choices: [[String]] = []) throws -> XLSForm {
  try XLSForm(try sheets(survey, choices: choices))
}

/// What a form's file is refused with, in English.
func problem(_ work: () throws -> Void) -> String? {
  do {
    try work()
    return nil
  } catch { return (error as? FormProblem)?.sentence(.english) ?? "another error: \(error)" }
}

/// An archive written as it should not be.
struct HostileArchive {
  struct Part {
    var name: String
    var bytes: [UInt8]
    var method = 0
    var flags = 0
    /// What the directory says, where it is not the truth.
    var size: Int?
    var offset: Int?
  }

  var parts: [Part]

  var bytes: [UInt8] {
    var (content, directory): ([UInt8], [UInt8]) = ([], [])
    for part in parts {
      let start = part.offset ?? content.count
      var common: [UInt8] = []
      for (value, size) in [
        (20, 2), (part.flags, 2), (part.method, 2), (0, 4), (crc(part.bytes), 4), (part.bytes.count, 4),
        (part.size ?? part.bytes.count, 4), (part.name.utf8.count, 2), (0, 2),
      ] { common += little(value, size) }
      let name = Array(part.name.utf8)
      content += little(0x0403_4b50, 4)
      content += common + name + part.bytes
      directory += little(0x0201_4b50, 4)
      directory += little(20, 2)
      directory += common
      directory += little(0, 10)
      directory += little(start, 4)
      directory += name
    }
    var end: [UInt8] = []
    for (value, size) in [
      (0x0605_4b50, 4), (0, 4), (parts.count, 2), (parts.count, 2), (directory.count, 4), (content.count, 4), (0, 2),
    ] { end += little(value, size) }
    return content + directory + end
  }

  private func little(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private func crc(_ data: [UInt8]) -> Int {
    var sum = UInt32.max
    for byte in data {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xedb8_8320 : sum >> 1 }
    }
    return Int(~sum)
  }
}

/// The parts of a spreadsheet with one sheet, given its XML.
func book(_ sheet: String, strings: String? = nil) -> [HostileArchive.Part] {
  func part(_ name: String, _ text: String) -> HostileArchive.Part { .init(name: name, bytes: Array(text.utf8)) }
  let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  var parts = [
    part(
      "_rels/.rels",
      "<Relationships><Relationship Id=\"a\" Type=\"\(relation)/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    ),
    part(
      "xl/workbook.xml",
      "<workbook xmlns:r=\"\(relation)\"><sheets><sheet name=\"survey\" sheetId=\"1\" r:id=\"s\"/></sheets></workbook>"),
    part(
      "xl/_rels/workbook.xml.rels",
      "<Relationships><Relationship Id=\"s\" Type=\"\(relation)/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
        + "<Relationship Id=\"t\" Type=\"\(relation)/\(strings == nil ? "none" : "sharedStrings")\" Target=\"/xl/strings.xml\"/></Relationships>"
    ),
    part("xl/worksheets/sheet1.xml", sheet),
  ]
  if let strings { parts.append(part("xl/strings.xml", strings)) }
  return parts
}
