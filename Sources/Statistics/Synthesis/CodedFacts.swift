/// Facts prepared for combinations: each column's codes counted from 1, 0 for the blank, and each *attribute* (a column
/// with one of its codes) numbered through.
public struct CodedFacts: Sendable {
  public let names: [String]
  /// Of each column its codes, without the blank.
  public let codes: [[String]]
  /// Column by column.
  public internal(set) var cells: [[UInt16]]
  public internal(set) var rowCount: Int
  /// The number of each column's first attribute.
  let firstAttribute: [Int]
  public let attributeCount: Int
  let columnOfAttribute: [Int]

  public init(names: [String], codes: [[String]], cells: [[UInt16]]) {
    self.names = names
    self.codes = codes
    self.cells = cells
    rowCount = cells.first?.count ?? 0
    var first: [Int] = []
    var columns: [Int] = []
    for (column, list) in codes.enumerated() {
      first.append(columns.count)
      columns += list.map { _ in column }
    }
    firstAttribute = first
    columnOfAttribute = columns
    attributeCount = columns.count
  }

  /// Takes blank and "not asked" for absent; "unknown" stays a code, because someone asked.
  /// - Parameter publicCodes: code lists that anyone knows; their codes stand first, whether they occur or not.
  /// - Throws: `FactFileProblem` for a code that is not in its column's list.
  public init(_ facts: FactTable, publicCodes: [String: [String]] = [:]) throws {
    var codes: [[String]] = []
    var cells: [[UInt16]] = []
    for column in facts.columns {
      var list = publicCodes[column.name] ?? []
      let isPublic = publicCodes[column.name] != nil
      var places = Dictionary(list.enumerated().map { ($1, $0 + 1) }) { first, _ in first }
      // Sorted, so that the order of the rows leaves no trace.
      let known = column.codes.filter { !FactCodes.notAsked.contains($0) }
      for code in known.sorted() where places[code] == nil {
        if isPublic { throw FactFileProblem("the code “\(code)” is not in the code list of “\(column.name)”") }
        list.append(code)
        places[code] = list.count
      }
      let map = column.codes.map { FactCodes.notAsked.contains($0) ? 0 : UInt16(places[$0] ?? 0) }
      codes.append(list)
      cells.append(column.cells.map { map[Int($0)] })
    }
    self.init(names: facts.columns.map(\.name), codes: codes, cells: cells)
  }

  /// The same columns with other rows, each a list of attributes.
  func with(records: [[Int]]) -> CodedFacts {
    var cells = names.map { _ in [UInt16](repeating: 0, count: records.count) }
    for (row, record) in records.enumerated() {
      for attribute in record {
        let column = columnOfAttribute[attribute]
        cells[column][row] = UInt16(attribute - firstAttribute[column] + 1)
      }
    }
    return CodedFacts(names: names, codes: codes, cells: cells)
  }

  func attributes(ofRow row: Int) -> [Int] {
    names.indices.compactMap { column in
      let code = Int(cells[column][row])
      return code == 0 ? nil : firstAttribute[column] + code - 1
    }
  }

  /// Comma-separated text (RFC 4180).
  public var csv: [UInt8] {
    var bytes: [UInt8] = []
    func field(_ text: String) -> [UInt8] {
      text.utf8.contains { $0 == 44 || $0 == 34 || $0 == 10 || $0 == 13 || $0 == 59 }
        ? Array("\"\(text.replacing("\"", with: "\"\""))\"".utf8) : Array(text.utf8)
    }
    let texts = codes.map { [[]] + $0.map(field) }
    bytes += names.map(field).joined(separator: [44])
    bytes.append(10)
    for row in 0..<rowCount {
      for column in cells.indices {
        if column > 0 { bytes.append(44) }
        bytes += texts[column][Int(cells[column][row])]
      }
      bytes.append(10)
    }
    return bytes
  }
}
