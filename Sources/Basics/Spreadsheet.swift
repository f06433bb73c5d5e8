import Foundation

/// A spreadsheet, written as .xlsx: the few parts of the format that every reader asks for, in an archive without
/// compression. The same content gives the same bytes.
///
/// Source: ECMA-376, part 1 (SpreadsheetML) and part 2 (packages).
public struct Spreadsheet: Hashable, Sendable {
  public enum Cell: Hashable, Sendable, ExpressibleByStringLiteral {
    /// An empty text leaves its cell out.
    case text(String)
    case count(Int)
    case number(Double)
    /// A day as spreadsheets count them, so that it can be sorted and reckoned with.
    case day(CalendarDay)
    /// A day and minute, as the clock shows them where the offset holds.
    case minute(Moment, offsetFromUTC: Span)

    /// The same as text, for files of lines.
    public var shown: String {
      switch self {
      case .text(let text): return text
      case .count(let count): return String(count)
      case .number(let number): return String(number)
      case .day(let day): return day.description
      case .minute(let moment, let offset):
        let minutes = Int(((moment + offset).milliseconds / 60_000) % 1440)
        let time = TimeOfDay(minutes: (minutes + 1440) % 1440) ?? .midnight
        return "\(CalendarDay(moment, offsetFromUTC: offset)) \(time)"
      }
    }

    fileprivate var isDated: Bool {
      switch self {
      case .day, .minute: true
      case .text, .count, .number: false
      }
    }

    public init(stringLiteral text: String) { self = .text(text) }

    /// A text that somebody typed. Behind an apostrophe where a spreadsheet program that reads it again, as CSV for
    /// example, could take it for a formula.
    public static func typed(_ text: String) -> Cell {
      let first = text.unicodeScalars.first { !$0.properties.isWhitespace && $0.value != 0xFEFF }
      let isFormula = first.map { "=+-@".unicodeScalars.contains($0) } == true
      return .text(isFormula || text.hasPrefix("\t") || text.hasPrefix("\r") ? "'" + text : text)
    }
  }

  public struct Sheet: Hashable, Sendable {
    /// At most 31 letters, none of `[ ] : * ? / \`; what is not so is mended.
    public var name: String
    public var rows: [[Cell]]
    /// Whether the first row is a heading: bold, and in sight while the others move.
    public var hasHeading: Bool

    public init(name: String, rows: [[Cell]], hasHeading: Bool = true) {
      self.name = name
      self.rows = rows
      self.hasHeading = hasHeading
    }

    /// A sheet of plain text.
    public init(name: String, texts: [[String]]) {
      self.init(name: name, rows: texts.map { $0.map(Cell.text) }, hasHeading: false)
    }
  }

  public var sheets: [Sheet]

  public init(sheets: [Sheet]) { self.sheets = sheets }

  private var hasStyles: Bool {
    sheets.contains { $0.hasHeading || $0.rows.contains { $0.contains(where: \.isDated) } }
  }

  public var bytes: [UInt8] {
    var archive = StoredArchive()
    archive.add(
      "[Content_Types].xml",
      """
      <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
      <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
      <Override PartName="/xl/workbook.xml" ContentType="\(Self.main).sheet.main+xml"/>\
      \(numbered { "<Override PartName=\"/xl/worksheets/sheet\($0).xml\" ContentType=\"\(Self.main).worksheet+xml\"/>" })\
      \(hasStyles ? "<Override PartName=\"/xl/styles.xml\" ContentType=\"\(Self.main).styles+xml\"/>" : "")\
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
      \(numbered { "<sheet name=\"\(Self.escaped(Self.sheetName(sheets[$0 - 1].name)))\" sheetId=\"\($0)\" r:id=\"rId\($0)\"/>" })\
      </sheets></workbook>
      """)
    archive.add(
      "xl/_rels/workbook.xml.rels",
      """
      <Relationships xmlns="\(Self.packages)">\
      \(numbered {
        "<Relationship Id=\"rId\($0)\" Type=\"\(Self.relations)/worksheet\" Target=\"worksheets/sheet\($0).xml\"/>"
      })\
      \(hasStyles ? Self.styleRelation(sheets.count + 1) : "")\
      </Relationships>
      """)
    if hasStyles { archive.add("xl/styles.xml", Self.styles) }
    for (index, sheet) in sheets.enumerated() {
      let rows = sheet.rows.enumerated().map { row, cells in
        let written = cells.enumerated().map { column, cell in
          Self.written(cell, at: "\(Self.column(column))\(row + 1)", isBold: sheet.hasHeading && row == 0)
        }
        return "<row r=\"\(row + 1)\">\(written.joined())</row>"
      }
      archive.add(
        "xl/worksheets/sheet\(index + 1).xml",
        "<worksheet xmlns=\"\(Self.spreadsheet)\">\(sheet.hasHeading ? Self.frozen(sheet) : "")"
          + "<sheetData>\(rows.joined())</sheetData></worksheet>")
    }
    return archive.bytes
  }

  private static func written(_ cell: Cell, at place: String, isBold: Bool) -> String {
    let style = isBold ? " s=\"1\"" : ""
    switch cell {
    case .text(let text):
      guard !text.isEmpty else { return "" }
      return "<c r=\"\(place)\"\(style) t=\"inlineStr\"><is><t xml:space=\"preserve\">\(escaped(text))</t></is></c>"
    case .count(let count): return "<c r=\"\(place)\"\(style)><v>\(count)</v></c>"
    // There is no cell for what is no number.
    case .number(let number): return number.isFinite ? "<c r=\"\(place)\"\(style)><v>\(number)</v></c>" : ""
    case .day(let day): return "<c r=\"\(place)\" s=\"2\"><v>\(day.daysSince1970 + daysBefore1970)</v></c>"
    case .minute(let moment, let offset):
      let minutes = ((moment + offset).milliseconds / 60_000)
      return "<c r=\"\(place)\" s=\"3\"><v>\(Double(daysBefore1970) + Double(minutes) / 1440)</v></c>"
    }
  }

  /// Spreadsheets count days so that 1 January 1970 is this one: ECMA-376, part 1, 18.17.4.1.
  private static let daysBefore1970 = 25_569

  /// The first row stays; columns are as wide as their longest cell, within reason.
  private static func frozen(_ sheet: Sheet) -> String {
    let count = sheet.rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      let longest = sheet.rows.compactMap { row -> Int? in
        guard row.indices.contains(column) else { return nil }
        switch row[column] {
        case .text(let text): return text.count
        case .count, .number, .day: return 8
        case .minute: return 14
        }
      }.max()
      return "<col min=\"\(column + 1)\" max=\"\(column + 1)\" width=\"\(min(60, max(8, (longest ?? 8) + 2)))\" "
        + "customWidth=\"1\"/>"
    }
    return "<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" "
      + "activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>"
      + (widths.isEmpty ? "" : "<cols>\(widths.joined())</cols>")
  }

  private static func styleRelation(_ number: Int) -> String {
    "<Relationship Id=\"rId\(number)\" Type=\"\(relations)/styles\" Target=\"styles.xml\"/>"
  }

  /// Plain, bold for headings, a day, and a day with its minute: the reader's program shows both as its reader writes
  /// them (formats 14 and 22 of ECMA-376, part 1, 18.8.30).
  private static let styles = """
    <styleSheet xmlns="\(spreadsheet)"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
    <font><b/><sz val="11"/><name val="Calibri"/></font></fonts>\
    <fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>\
    </fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
    <cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
    <cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
    <xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>\
    <xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
    <xf numFmtId="22" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>
    """

  private static func sheetName(_ name: String) -> String {
    let kept = String(name.map { "[]:*?/\\".contains($0) ? " " : $0 }.prefix(31))
    return kept.isEmpty ? "1" : kept
  }

  private static let main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
  private static let packages = "http://schemas.openxmlformats.org/package/2006/relationships"
  private static let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  private static let spreadsheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

  private func numbered(_ part: (Int) -> String) -> String { sheets.indices.map { part($0 + 1) }.joined() }

  /// `A`, `B` … `Z`, `AA`.
  public static func column(_ index: Int) -> String {
    let letter = String(UnicodeScalar(UInt8(65 + index % 26)))
    return index < 26 ? letter : column(index / 26 - 1) + letter
  }

  private static func escaped(_ text: String) -> String {
    // What XML can't hold is left out.
    String(text.unicodeScalars.filter { $0.value >= 32 || $0 == "\t" || $0 == "\n" })
      .replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}

/// A ZIP archive whose entries are stored as they are.
public struct StoredArchive {
  private var content: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  public init() {}

  fileprivate mutating func add(_ name: String, _ xml: String) {
    add(name, Array(("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n" + xml).utf8))
  }

  /// Adds an entry.
  /// - Parameter name: with `/` between folders; each name once.
  public mutating func add(_ name: String, _ data: [UInt8]) {
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

  public var bytes: [UInt8] {
    content + directory + Self.little(0x0605_4b50, 4) + Self.little(0, 2) + Self.little(0, 2)
      + Self.little(UInt32(count), 2) + Self.little(UInt32(count), 2) + Self.little(UInt32(directory.count), 4)
      + Self.little(UInt32(content.count), 4) + Self.little(0, 2)
  }

  private static func little(_ value: UInt32, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? (sum >> 1) ^ 0xedb8_8320 : sum >> 1 }
  }

  /// CRC-32 as the format asks for.
  private static func checksum(_ data: [UInt8]) -> UInt32 {
    ~data.reduce(UInt32.max) { sum, byte in (sum >> 8) ^ table[Int((sum ^ UInt32(byte)) & 255)] }
  }
}
