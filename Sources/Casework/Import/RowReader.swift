import Basics
import CountryPack

/// Reads the rows of a file the way its mapping says.
enum RowReader: Sendable {
  case columns(ImportReader)
  case htcds(HtcdsReader)

  /// Throws `Refusal` `.invalid` for a mapping that does not fit the header.
  init(_ mapping: ImportMapping, header: [String], _ pack: CountryPack, on day: CalendarDay) throws(Refusal) {
    switch mapping {
    case .columns(let mapping):
      let problems = mapping.problems(header)
      guard problems.isEmpty else { throw .fields(problems) }
      self = .columns(ImportReader(mapping, header: header, pack, on: day))
    case .htcds(let fixed): self = .htcds(try HtcdsReader(header: header, fixed: fixed, pack, on: day))
    }
  }

  mutating func read(_ row: ImportTable.Row) -> Result<ImportedCase, ImportRowProblems> {
    switch self {
    case .columns(var reader):
      // What it remembers stays with it: without this the associated value would be copied with every row.
      self = .htcds(.nothing)
      defer { self = .columns(reader) }
      return reader.read(row)
    case .htcds(let reader): return reader.read(row)
    }
  }

  /// The heading of the column that a problem stands beside.
  func column(_ field: String) -> String {
    switch self {
    case .columns(let reader): reader.column(field)
    case .htcds(let reader): reader.column(field)
    }
  }

  /// Columns with content that is not taken over, and in how many rows.
  func unused(_ table: ImportTable) -> [String: Int] {
    let used: Set<String> =
      switch self {
      case .columns(let reader): reader.used
      case .htcds(let reader): reader.used
      }
    var unused: [String: Int] = [:]
    if case .htcds(let reader) = self, case let count = reader.decided(table), count > 0 {
      unused[reader.column("kind")] = count
    }
    return table.header.enumerated().reduce(into: unused) { unused, column in
      guard !used.contains(column.element) else { return }
      let count = table.rows.count { $0.cells.indices.contains(column.offset) && !$0.cells[column.offset].isEmpty }
      if count > 0 { unused[column.element] = count }
    }
  }

  /// Whether a row brings a case that is closed already.
  func closesCases(_ table: ImportTable) -> Bool {
    switch self {
    case .columns(let reader): reader.closesCases(table)
    case .htcds(let reader): reader.closesCases(table)
    }
  }
}

extension ImportReader {
  /// The columns that are taken over.
  var used: Set<String> { Set(mapping.columns.values) }

  func closesCases(_ table: ImportTable) -> Bool {
    guard let place = places[.closed] else { return false }
    return table.rows.contains { $0.cells.indices.contains(place) && !$0.cells[place].isEmpty }
  }
}
