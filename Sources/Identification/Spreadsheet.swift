import Foundation

/// A spreadsheet of plain text cells, written as .xlsx: the few parts of the format that every reader asks for, in an
/// archive without compression. The same content gives the same bytes.
struct Spreadsheet {
  struct Sheet {
    var name: String
    /// An empty text leaves its cell out.
    var rows: [[String]]
  }

  var sheets: [Sheet]

  var bytes: [UInt8] {
    var archive = StoredArchive()
    archive.add(
      "[Content_Types].xml",
      """
      <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
      <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
      <Override PartName="/xl/workbook.xml" ContentType="\(Self.main).sheet.main+xml"/>\
      \(numbered { "<Override PartName=\"/xl/worksheets/sheet\($0).xml\" ContentType=\"\(Self.main).worksheet+xml\"/>" })\
      </Types>
      """)
    archive.add(
      "_rels/.rels",
      """
      <Relationships xmlns="\(Self.packages)"><Relationship Id="rId1" Type="\(Self.relations)/officeDocument" \
      Target="xl/workbook.xml"/></Relationships>
      """)
    archive.add(
      "xl/workbook.xml",
      """
      <workbook xmlns="\(Self.spreadsheet)" xmlns:r="\(Self.relations)"><sheets>\
      \(numbered { "<sheet name=\"\(Self.escaped(sheets[$0 - 1].name))\" sheetId=\"\($0)\" r:id=\"rId\($0)\"/>" })\
      </sheets></workbook>
      """)
    archive.add(
      "xl/_rels/workbook.xml.rels",
      """
      <Relationships xmlns="\(Self.packages)">\
      \(numbered {
        "<Relationship Id=\"rId\($0)\" Type=\"\(Self.relations)/worksheet\" Target=\"worksheets/sheet\($0).xml\"/>"
      })\
      </Relationships>
      """)
    for (index, sheet) in sheets.enumerated() {
      let rows = sheet.rows.enumerated().map { row, cells in
        let written = cells.enumerated().filter { !$0.element.isEmpty }.map { column, text in
          "<c r=\"\(Self.column(column))\(row + 1)\" t=\"inlineStr\">"
            + "<is><t xml:space=\"preserve\">\(Self.escaped(text))</t></is></c>"
        }
        return "<row r=\"\(row + 1)\">\(written.joined())</row>"
      }
      archive.add(
        "xl/worksheets/sheet\(index + 1).xml",
        "<worksheet xmlns=\"\(Self.spreadsheet)\"><sheetData>\(rows.joined())</sheetData></worksheet>")
    }
    return archive.bytes
  }

  private static let main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
  private static let packages = "http://schemas.openxmlformats.org/package/2006/relationships"
  private static let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  private static let spreadsheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

  private func numbered(_ part: (Int) -> String) -> String { sheets.indices.map { part($0 + 1) }.joined() }

  /// `A`, `B` … `Z`, `AA`.
  static func column(_ index: Int) -> String {
    let letter = String(UnicodeScalar(UInt8(65 + index % 26)))
    return index < 26 ? letter : column(index / 26 - 1) + letter
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}

/// A ZIP archive whose entries are stored as they are.
private struct StoredArchive {
  private var content: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  mutating func add(_ name: String, _ xml: String) {
    let data = Array(("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n" + xml).utf8)
    let start = content.count
    // Version 2.0, names in UTF-8, stored, 1980-01-01 00:00.
    let common =
      Self.little(20, 2) + Self.little(0x0800, 2) + Self.little(0, 2) + Self.little(0, 2) + Self.little(0x21, 2)
      + Self.little(Self.checksum(data), 4) + Self.little(UInt32(data.count), 4) + Self.little(UInt32(data.count), 4)
      + Self.little(UInt32(name.utf8.count), 2) + Self.little(0, 2)
    content += Self.little(0x0403_4b50, 4) + common + Array(name.utf8) + data
    directory +=
      Self.little(0x0201_4b50, 4) + Self.little(20, 2) + common + Self.little(0, 2) + Self.little(0, 2)
      + Self.little(0, 2) + Self.little(0, 4) + Self.little(UInt32(start), 4) + Array(name.utf8)
    count += 1
  }

  var bytes: [UInt8] {
    content + directory + Self.little(0x0605_4b50, 4) + Self.little(0, 2) + Self.little(0, 2)
      + Self.little(UInt32(count), 2) + Self.little(UInt32(count), 2) + Self.little(UInt32(directory.count), 4)
      + Self.little(UInt32(content.count), 4) + Self.little(0, 2)
  }

  private static func little(_ value: UInt32, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
  }

  /// CRC-32 as the format asks for.
  private static func checksum(_ data: [UInt8]) -> UInt32 {
    ~data.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? (sum >> 1) ^ 0xedb8_8320 : sum >> 1 }
    }
  }
}
