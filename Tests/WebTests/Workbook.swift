import Testing

@testable import Forms

/// A spreadsheet as a program reads it: the archive with its checksums, the parts it names, and each cell with its kind.
struct Workbook {
  enum Cell: Equatable {
    case text(String)
    case number(Double)
    /// Days since the last day of 1899, whole or with the time of day.
    case date(Double)
  }

  struct Sheet {
    var name: String
    /// By column, from `A`; the first row holds the headings.
    var rows: [[String: Cell]] = []

    var headings: [String] {
      (rows.first ?? [:]).sorted { $0.key < $1.key }.compactMap {
        if case .text(let text) = $0.value { text } else { nil }
      }
    }
    /// The records: without the headings.
    var records: [[String: Cell]] { Array(rows.dropFirst()) }

    /// The cells of a record under a heading.
    func column(_ heading: String) -> [Cell?] {
      let letter = rows.first?.first { $0.value == .text(heading) }?.key ?? ""
      return records.map { $0[letter] }
    }
  }

  private(set) var sheets: [Sheet] = []

  /// Throws where the file is not whole, where a part it names is missing, and where one is not well-formed.
  init(_ bytes: [UInt8]) throws {
    let archive = try ZipArchive(bytes, limits: FormLimits())
    func part(_ name: String) throws -> XMLReader {
      XMLReader(try #require(try archive.content(name), "\(name) is missing"), part: name)
    }
    for name in ["[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/styles.xml"] {
      var reader = try part(name)
      while try reader.next() != nil {}
    }
    var book = try part("xl/workbook.xml")
    while let event = try book.next() {
      if case .start("sheet", let attributes) = event { sheets.append(Sheet(name: attributes["name"] ?? "")) }
    }
    #expect(!sheets.isEmpty && Set(sheets.map { $0.name.lowercased() }).count == sheets.count)
    #expect(sheets.allSatisfy { (1...31).contains($0.name.count) })
    for index in sheets.indices { try read(try part("xl/worksheets/sheet\(index + 1).xml"), into: index) }
  }

  private mutating func read(_ reader: XMLReader, into index: Int) throws {
    var (reader, place, kind, style, text) = (reader, "", "", "", "")
    while let event = try reader.next() {
      switch event {
      case .start("row", _): sheets[index].rows.append([:])
      case .start("c", let attributes):
        (place, kind, style, text) = (attributes["r"] ?? "", attributes["t"] ?? "", attributes["s"] ?? "", "")
      case .start("f", _): Issue.record("\(place) is a formula")
      case .text(let piece): text += piece
      case .end("c"):
        let column = String(place.prefix { $0.isLetter })
        let cell: Cell
        if kind == "inlineStr" {
          cell = .text(text)
        } else {
          let number = try #require(Double(text), "\(place): \(text)")
          cell = ["2", "3"].contains(style) ? .date(number) : .number(number)
        }
        sheets[index].rows[sheets[index].rows.count - 1][column] = cell
      default: break
      }
    }
  }
}
