import Basics
import Records
import Synchronization

/// The coded facts of all cases in columns, kept by a server beside its store, so that a table of hundreds of thousands
/// of cases is counted in milliseconds.
///
/// Every answer is that of the transaction it is asked in: before it counts it reads what changed since the last time.
/// Changes have numbers; that rows are gone shows in how many there are. A transaction that sees an older state than was
/// read already is answered by the store. In memory stand codes and random identifiers, nothing that the facts do not
/// hold: about 60 bytes a case.
///
///     let counts = try memory.counts(by: [.province, .form, .ageBand], transaction)
public final class FactMemory: Sendable {
  private let columns = Mutex(FactColumns())
  /// While all rows are read for the first time, whoever asks is answered by the store instead of waiting.
  private let isFilling = Atomic(false)

  public init() {}

  /// Reads all rows, so that the first table after a start is as quick as the next.
  ///
  /// Throws a `DatabaseFailure`.
  public func fill(_ transaction: any ReadTransaction) throws {
    guard !isFilling.exchange(true, ordering: .relaxed) else { return }
    defer { isFilling.store(false, ordering: .relaxed) }
    _ = try columns.withLock { try $0.catchUp(transaction) }
  }

  /// Counts as `FactBook.counts` does.
  ///
  /// Throws a `DatabaseFailure`.
  public func counts(
    by fields: [FactField], where filter: [FactField: Set<String>] = [:], measure: FactMeasure = .cases,
    _ transaction: any ReadTransaction
  ) throws -> [FactCount] {
    // What a write transaction sees may yet be undone.
    guard !(transaction is any WriteTransaction), !isFilling.load(ordering: .relaxed) else {
      return try FactBook.counts(by: fields, where: filter, measure: measure, transaction)
    }
    if filter.values.contains(where: \.isEmpty) { return [] }
    let present = try columns.withLock { columns -> [FactCount]? in
      guard try columns.catchUp(transaction) else { return nil }
      return columns.counts(by: fields, where: filter, measure: measure)
    }
    guard let present else { return try FactBook.counts(by: fields, where: filter, measure: measure, transaction) }
    let erased = try FactRecords.keptCounts(by: fields, where: filter, transaction)
    guard !erased.isEmpty else { return present }
    var all = Dictionary(uniqueKeysWithValues: present.map { ($0.codes, $0.count) })
    for one in erased where one.count > 0 { all[one.codes, default: 0] += one.count }
    return all.map { FactCount(codes: $0.key, count: $0.value) }.sorted { $0.codes.lexicographicallyPrecedes($1.codes) }
  }

  /// The codes of a column that occur.
  ///
  /// Throws a `DatabaseFailure`.
  public func codes(of field: FactField, _ transaction: any ReadTransaction) throws -> [String] {
    try counts(by: [field], transaction).map { $0.codes[0] }
  }
}

/// The rows, a column at a time.
private struct FactColumns {
  private struct Column {
    var codes: [String] = []
    var places: [String: UInt16] = [:]
    var cells: [UInt16] = []
  }

  /// `nil` before anything was read.
  private var change: Int?
  private var ids: [CaseID] = []
  private var rows: [CaseID: Int] = [:]
  private var columns = FactField.allCases.map { _ in Column() }
  private var personNumbers: [PersonID: UInt32] = [:]
  private var persons: [UInt32] = []
  private var opened: [Int64] = []

  /// More places than this and the store counts them.
  private static let mostPlaces = 1 << 22

  // MARK: Catching up

  /// Reads what changed; `false` for a transaction that sees an older state.
  mutating func catchUp(_ transaction: any ReadTransaction) throws -> Bool {
    let state = try FactRecords.state(transaction)
    if let change, change > state.change { return false }
    if change != state.change { try read(after: change ?? -1, transaction) }
    if ids.count != state.rows {
      // Some are gone; which, nobody wrote down.
      self = FactColumns()
      try read(after: -1, transaction)
    }
    change = state.change
    return true
  }

  private mutating func read(after change: Int, _ transaction: any ReadTransaction) throws {
    // Half a reading must not be taken for a whole one.
    self.change = nil
    var place = (change: change + 1, id: "")
    while true {
      try Task.checkCancellation()
      let some = try FactRecords.rows(behind: place, atMost: 20_000, transaction)
      for row in some { put(row) }
      guard let end = some.last, some.count == 20_000 else { break }
      place = (end.change, end.id.description)
    }
  }

  private mutating func put(_ row: FactRecords.KeptRow) {
    let person = personNumbers[row.person] ?? UInt32(personNumbers.count)
    personNumbers[row.person] = person
    let place = rows[row.id]
    if let place {
      persons[place] = person
      opened[place] = row.openedAt.milliseconds
    } else {
      rows[row.id] = ids.count
      ids.append(row.id)
      persons.append(person)
      opened.append(row.openedAt.milliseconds)
    }
    for (column, code) in row.codes.enumerated() {
      let number: UInt16
      if let known = columns[column].places[code] {
        number = known
      } else {
        number = UInt16(columns[column].codes.count)
        columns[column].codes.append(code)
        columns[column].places[code] = number
      }
      if let place { columns[column].cells[place] = number } else { columns[column].cells.append(number) }
    }
  }

  // MARK: Counting

  /// `nil` when the table is too large to be counted in memory.
  func counts(by fields: [FactField], where filter: [FactField: Set<String>], measure: FactMeasure) -> [FactCount]? {
    let axes = fields.map(column)
    var strides = [Int](repeating: 1, count: axes.count)
    for axis in axes.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * axes[axis + 1].codes.count }
    let size = axes.reduce(1.0) { $0 * Double($1.codes.count) }
    guard size <= Double(Self.mostPlaces) else { return nil }
    // Who doesn't count goes to one more place.
    let beside = UInt32(size)
    var places = [UInt32](repeating: 0, count: ids.count)
    for (axis, stride) in zip(axes, strides) { Self.add(axis.cells, UInt32(stride), to: &places) }
    for (field, codes) in filter {
      let column = column(field)
      Self.leaveOut(column.cells, column.codes.map { !codes.contains($0) }, beside, of: &places)
    }
    if measure == .persons { leaveOutLaterCases(beside, of: &places) }
    var counts = [Int](repeating: 0, count: Int(beside) + 1)
    counts.withUnsafeMutableBufferPointer { counts in for place in places { counts[Int(place)] += 1 } }
    return (0..<Int(beside)).filter { counts[$0] > 0 }.map { place in
      FactCount(
        codes: zip(axes, strides).map { axis, stride in axis.codes[place / stride % axis.codes.count] },
        count: counts[place])
    }.sorted { $0.codes.lexicographicallyPrecedes($1.codes) }
  }

  private func column(_ field: FactField) -> Column {
    columns[FactField.allCases.firstIndex(of: field) ?? FactField.allCases.startIndex]
  }

  private static func add(_ cells: [UInt16], _ stride: UInt32, to places: inout [UInt32]) {
    cells.withUnsafeBufferPointer { cells in
      places.withUnsafeMutableBufferPointer { places in
        for row in 0..<min(cells.count, places.count) { places[row] &+= UInt32(cells[row]) &* stride }
      }
    }
  }

  private static func leaveOut(_ cells: [UInt16], _ isOut: [Bool], _ beside: UInt32, of places: inout [UInt32]) {
    places.withUnsafeMutableBufferPointer { places in
      for row in places.indices where isOut[Int(cells[row])] { places[row] = beside }
    }
  }

  /// Of each person only the first case that fits stays, as the store orders them: by the moment, then the identifier.
  private func leaveOutLaterCases(_ beside: UInt32, of places: inout [UInt32]) {
    var first = [Int32](repeating: -1, count: personNumbers.count)
    for row in places.indices where places[row] != beside {
      let person = Int(persons[row])
      guard first[person] >= 0 else {
        first[person] = Int32(row)
        continue
      }
      let other = Int(first[person])
      let isEarlier =
        opened[row] == opened[other]
        ? ids[row].description < ids[other].description : opened[row] < opened[other]
      places[isEarlier ? other : row] = beside
      if isEarlier { first[person] = Int32(row) }
    }
  }
}
