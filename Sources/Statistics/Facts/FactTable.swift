import Basics

/// One coded column: every cell is an index into `codes`; index 0 is the blank.
public struct FactColumn: Hashable, Sendable {
  public var name: String
  /// In the order in which they first occurred; the first is "".
  public var codes: [String]
  public var cells: [UInt16]

  public init(name: String, codes: [String] = [""], cells: [UInt16] = []) {
    self.name = name
    self.codes = codes
    self.cells = cells
  }

  public func code(at row: Int) -> String { codes[Int(cells[row])] }
}

/// The code book of facts: what a cell's text means. "Unknown" and "not asked" are neither codes nor "no".
///
/// A blank cell and `not_asked` mean that nobody asked; `unknown` and the CTDC files' `-99` that someone asked and
/// nobody knows. Every other text is a code of its column.
public enum FactCodes {
  public static let unknown: Set<String> = ["unknown", "-99"]
  public static let notAsked: Set<String> = ["", "not_asked"]

  public static func category(_ text: String) -> Category {
    if unknown.contains(text) { return .unknown }
    return notAsked.contains(text) ? .notAsked : .code(text)
  }

  /// How a table names a category.
  public static func text(_ category: Category) -> String {
    switch category {
    case .code(let code): code
    case .unknown: "unknown"
    case .notAsked: "not_asked"
    }
  }
}

/// Facts in columns: one coded row a case, without identity. A cell takes two bytes.
public struct FactTable: Hashable, Sendable {
  public private(set) var columns: [FactColumn]
  public private(set) var rowCount: Int

  public init(columns: [FactColumn]) {
    self.columns = columns
    self.rowCount = columns.first?.cells.count ?? 0
  }

  public func column(_ name: String) -> FactColumn? { columns.first { $0.name == name } }

  /// Columns that name a case: looked through for repetitions, never counted, never released.
  public static let idColumns = ["id", "case_id", "record_id", "case"]
  /// More different values than this and a column is no coded column.
  public static let mostCodes = 65_535
  /// A cell takes two bytes: this is a gigabyte.
  public static let mostCells = 500_000_000
  /// An id takes 16 bytes and as much again while the set grows.
  public static let mostIDs = 20_000_000

  /// Reads facts.
  /// - Parameters:
  ///   - reader: at the first record.
  ///   - names: the columns to keep, in this order; `nil` for all but the one of the ids.
  ///   - filter: for some columns the categories a row must have.
  ///   - progress: told the rows read so far, now and then; may throw to break off.
  ///
  /// Throws `FactFileProblem` with the line: an unknown column, a repeated id, a column that is not coded.
  public init(
    _ reader: inout DelimitedReader, columns names: [String]? = nil, where filter: [String: Set<Category>] = [:],
    progress: (Int) throws -> Void = { _ in }
  ) throws {
    let header = reader.header
    let idField = Self.idColumns.lazy.compactMap { header.firstIndex(of: $0) }.first
    let asked = names ?? header.enumerated().filter { $0.offset != idField }.map(\.element)
    for name in asked + filter.keys.sorted() where !header.contains(name) {
      throw FactFileProblem(line: 1, "there is no column “\(name)”: use \(header.joined(separator: ", "))")
    }
    if let names, let idField, names.contains(header[idField]) || filter[header[idField]] != nil {
      throw FactFileProblem(line: 1, "the column “\(header[idField])” names a case and is never counted")
    }
    if let twice = asked.first(where: { name in asked.count { $0 == name } > 1 }) {
      throw FactFileProblem(line: 1, "the column “\(twice)” is asked for twice")
    }
    var coders = asked.map { name in ColumnCoder(name, field: header.firstIndex(of: name) ?? 0) }
    var filters = filter.map { name, categories in
      (
        coder: ColumnCoder(name, field: header.firstIndex(of: name) ?? 0), wanted: categories, passes: [Bool](),
        hasBlanks: false
      )
    }
    var ids: Set<FieldHash> = []
    var rows = 0
    var read = 0
    while try reader.next() {
      read += 1
      if read & 0xFFFF == 0 { try progress(read) }
      if let idField, !ids.insert(reader.withBytes(of: idField) { FieldHash($0) }).inserted {
        throw FactFileProblem(
          line: reader.line, "the \(header[idField]) “\(try reader.text(idField))” stands in an earlier line too")
      }
      var passes = true
      for index in filters.indices {
        let code = Int(try filters[index].coder.code(reader))
        if code == 0 { filters[index].hasBlanks = true }
        while filters[index].passes.count < filters[index].coder.codes.count {
          let category = FactCodes.category(filters[index].coder.codes[filters[index].passes.count])
          filters[index].passes.append(filters[index].wanted.contains(category))
        }
        passes = passes && filters[index].passes[code]
      }
      if ids.count > Self.mostIDs {
        throw FactFileProblem(
          line: reader.line, "more than \(Self.mostIDs) ids can't be compared in memory; leave their column out")
      }
      guard passes else { continue }
      guard (rows + 1) * coders.count <= Self.mostCells else {
        throw FactFileProblem(
          line: reader.line, "the facts have more than \(Self.mostCells) cells; choose fewer columns or rows")
      }
      for index in coders.indices { try coders[index].append(reader) }
      rows += 1
    }
    for (coder, wanted, _, hasBlanks) in filters {
      let found = Set(coder.codes.dropFirst(hasBlanks ? 0 : 1).map(FactCodes.category))
      if let missing = wanted.subtracting(found).sorted().first, read > 0 {
        let some = found.sorted().prefix(12).map(FactCodes.text).joined(separator: ", ")
        throw FactFileProblem(
          "no row has “\(FactCodes.text(missing))” in the column “\(coder.name)”, which holds \(some)")
      }
    }
    self.columns = coders.map { FactColumn(name: $0.name, codes: $0.codes, cells: $0.cells) }
    self.rowCount = rows
  }
}

/// 128 bits of a field (two FNV-1a runs with different seeds), so that millions of ids fit in memory.
private struct FieldHash: Hashable {
  var first: UInt64 = 0xcbf2_9ce4_8422_2325
  var second: UInt64 = 0x9e37_79b9_7f4a_7c15

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes {
      first = (first ^ UInt64(byte)) &* 0x100_0000_01b3
      second = (second ^ UInt64(byte)) &* 0xff51_afd7_ed55_8ccd
      second ^= second >> 29
    }
  }
}

/// Turns one field's texts into indices.
private struct ColumnCoder {
  let name: String
  let field: Int
  private(set) var codes = [""]
  private(set) var cells: [UInt16] = []
  private var indices: [FieldHash: UInt16]

  init(_ name: String, field: Int) {
    self.name = name
    self.field = field
    indices = [FieldHash(UnsafeBufferPointer(start: nil, count: 0)): 0]
  }

  mutating func code(_ reader: DelimitedReader) throws -> UInt16 {
    let hash = reader.withBytes(of: field) { FieldHash($0) }
    if let index = indices[hash] { return index }
    guard codes.count < FactTable.mostCodes else {
      throw FactFileProblem(
        line: reader.line,
        "the column “\(name)” has more than \(FactTable.mostCodes) different values, so it is not coded")
    }
    let text = try reader.text(field)
    // Codes are shown in terminals and tables; such characters hide what stands there, or turn it around.
    let unseen: Set<Unicode.GeneralCategory> = [.control, .format, .lineSeparator, .paragraphSeparator]
    guard text.unicodeScalars.allSatisfy({ !unseen.contains($0.properties.generalCategory) }) else {
      throw FactFileProblem(
        line: reader.line, "the column “\(name)” holds a character that is not seen; this is no code")
    }
    let index = UInt16(codes.count)
    codes.append(text)
    indices[hash] = index
    return index
  }

  mutating func append(_ reader: DelimitedReader) throws { cells.append(try code(reader)) }
}
