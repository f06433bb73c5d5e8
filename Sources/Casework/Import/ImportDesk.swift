import Accounts
import Basics
import CountryPack
import Foundation
import Records
import Vault

/// Where a register from elsewhere is taken in: looked at first, then row by row in transactions of many, each case
/// with its own audit entry.
///
/// An import goes on where it stopped, whatever stopped it: how far it is stands in the same transaction as the rows,
/// and a row's identifiers come from the import and its number, so that no row is ever taken in twice.
///
///     let desk = ImportDesk(office, pack)
///     let report = try await desk.look(actor, table, .columns(mapping))
///     let import = try await desk.begin(actor, id, source, .columns(mapping), .keepGoodRows)
///     try await desk.run(actor, import.id, source, .columns(mapping)) { print($0.done) }
public struct ImportDesk: Sendable {
  /// A file as it came, and what it holds.
  public struct Source: Sendable {
    public var bytes: [UInt8]
    public var table: ImportTable

    public init(bytes: [UInt8], table: ImportTable) {
      self.bytes = bytes
      self.table = table
    }
  }

  /// Batches that are sealed ahead while one is written.
  private static let ahead = 2

  let office: Office
  let pack: CountryPack
  /// Rows in one transaction.
  private let batchSize: Int

  /// With rows enough in one transaction that a page which many of them change is written once, and so few that others'
  /// writes, which wait half a second, pass in between.
  public init(_ office: Office, _ pack: CountryPack) { self.init(office, pack, batchSize: 2_000) }

  init(_ office: Office, _ pack: CountryPack, batchSize: Int) {
    self.office = office
    self.pack = pack
    self.batchSize = batchSize
  }

  private var today: CalendarDay { CalendarDay(office.clock.now(), offsetFromUTC: pack.offsetFromUTC) }

  // MARK: Looking

  /// What would become of a file. Nothing is stored.
  ///
  /// Throws `Refusal` `.invalid` for a mapping that does not fit the header.
  public func look(_ actor: Actor, _ table: ImportTable, _ mapping: ImportMapping) async throws -> ImportReport {
    try actor.require(.openCase)
    let reader = try reader(mapping, table.header)
    let half = table.rows.count / 2
    // Two parts at once, each with a reader of its own.
    async let first = Self.report(table.rows[..<half], reader)
    async let second = Self.report(table.rows[half...], reader)
    var report = await first
    let rest = await second
    report.rows += rest.rows
    report.wrongRows += rest.wrongRows
    report.problems += rest.problems.prefix(ImportReport.mostListed - report.problems.count)
    report.unused = reader.unused(table)
    if !actor.may(.closeCase), reader.closesCases(table) {
      throw Refusal.fields([FieldProblem("closed", "error.import_may_not_close")])
    }
    return report
  }

  /// The lines of the rows that can't be taken in, for a file of them.
  public func refused(_ actor: Actor, _ table: ImportTable, _ mapping: ImportMapping) async throws -> [(
    row: ImportTable.Row, problems: [ImportProblem]
  )] {
    try actor.require(.openCase)
    var reader = try reader(mapping, table.header)
    return table.rows.compactMap { row in
      guard case .failure(let wrong) = reader.read(row) else { return nil }
      return (row, wrong.problems.map { Self.problem($0, row, reader) })
    }
  }

  private static func report(_ rows: ArraySlice<ImportTable.Row>, _ reader: RowReader) async -> ImportReport {
    var (report, reader) = (ImportReport(), reader)
    for row in rows {
      report.rows += 1
      guard case .failure(let wrong) = reader.read(row) else { continue }
      report.wrongRows += 1
      for problem in wrong.problems where report.problems.count < ImportReport.mostListed {
        report.problems.append(Self.problem(problem, row, reader))
      }
    }
    return report
  }

  private static func problem(_ problem: FieldProblem, _ row: ImportTable.Row, _ reader: RowReader) -> ImportProblem {
    ImportProblem(line: row.line, column: reader.column(problem.field), field: problem.field, phrase: problem.phrase)
  }

  private func reader(_ mapping: ImportMapping, _ header: [String]) throws -> RowReader {
    try RowReader(mapping, header: header, pack, on: today)
  }

  // MARK: Beginning

  /// Keeps a file, sealed, until its import is finished or given up.
  @discardableResult
  public func stage(_ actor: Actor, _ id: CaseImportID, _ source: Source) async throws -> CaseImport {
    try actor.require(.openCase)
    let now = office.clock.now()
    let new = CaseImport(
      id: id, agency: actor.agency, by: actor.member, at: now, state: .staged, choice: .allOrNothing,
      rows: source.table.rows.count, done: 0, opened: 0, refused: 0, fingerprint: [])
    return try await office.database.write { transaction in
      if let before = try ImportRecords.find(id, transaction) {
        guard before.agency == actor.agency, before.by == actor.member else { throw Refusal.conflict }
        return before
      }
      let key = try RecordKeys.openOrCreate(
        RecordSubject("case_import", id), "file", for: actor, at: now, transaction)
      try ImportRecords.insert(
        new, mapping: nil, file: try key.seal(source.bytes, at: place(actor, id, "file")), transaction)
      try transaction.record(entry(actor, "case_import.stage", id, at: now))
      return new
    }
  }

  /// The kept file; `nil` once it is gone. Its reading is in the audit log.
  public func file(_ actor: Actor, _ id: CaseImportID) async throws -> [UInt8]? {
    let now = office.clock.now()
    return try await office.database.write { transaction in
      _ = try own(id, actor, transaction)
      guard let sealed = try ImportRecords.sealed(id, transaction).file,
        let key = try RecordKeys.open(RecordSubject("case_import", id), "file", for: actor, at: now, transaction)
      else { return nil }
      try transaction.record(entry(actor, "case_import.read", id, at: now))
      return try key.open(sealed, at: place(actor, id, "file"))
    }
  }

  /// How the rows of an import that has begun are understood; `nil` once it is over.
  public func mapping(_ actor: Actor, _ id: CaseImportID) async throws -> ImportMapping? {
    let now = office.clock.now()
    return try await office.database.read { transaction in
      _ = try own(id, actor, transaction)
      guard let sealed = try ImportRecords.sealed(id, transaction).mapping,
        let key = try RecordKeys.open(RecordSubject("case_import", id), "file", for: actor, at: now, transaction)
      else { return nil }
      return try key.openValue(ImportMapping.self, sealed, at: place(actor, id, "mapping"))
    }
  }

  /// Begins an import. The same file read the same way goes on with the import of it that is not finished.
  ///
  /// - Parameter again: takes a file in that was taken in before.
  ///
  /// Throws `Refusal`: `.invalid` when all or nothing is asked for and a row is wrong, or nothing would be taken in;
  /// `.conflict` when the file was taken in before.
  public func begin(
    _ actor: Actor, _ id: CaseImportID, _ source: Source, _ mapping: ImportMapping, _ choice: ImportChoice,
    again: Bool = false
  ) async throws -> CaseImport {
    let report = try await look(actor, source.table, mapping)
    if choice == .allOrNothing, !report.isSound {
      throw Refusal(
        .invalid, Phrase("error.import_wrong_rows", ["count": String(report.wrongRows)]),
        fields: [FieldProblem("choice", Phrase("error.import_wrong_rows", ["count": String(report.wrongRows)]))])
    }
    guard report.goodRows > 0 else { throw Refusal(.invalid, Phrase("error.import_nothing")) }
    let now = office.clock.now()
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let fingerprint = office.root.tag(
      "case-import-file", [source.bytes, Array(try encoder.encode(mapping)), Array(actor.agency.description.utf8)])
    let new = CaseImport(
      id: id, agency: actor.agency, by: actor.member, at: now, state: .running, choice: choice,
      rows: source.table.rows.count, done: 0, opened: 0, refused: 0, fingerprint: fingerprint)
    return try await office.database.write { transaction in
      let before = try ImportRecords.of(fingerprint: fingerprint, actor.agency, transaction)
      if let unfinished = before.first(where: \.isUnfinished) { return unfinished }
      if !again, !before.isEmpty { throw Refusal(.conflict, Phrase("error.import_before")) }
      let key = try RecordKeys.openOrCreate(
        RecordSubject("case_import", id), "file", for: actor, at: now, transaction)
      let sealed = try key.sealValue(mapping, at: place(actor, id, "mapping"))
      if let staged = try ImportRecords.find(id, transaction) {
        guard staged.agency == actor.agency else { throw Refusal.conflict }
        guard try ImportRecords.start(new, mapping: sealed, transaction) else { return staged }
      } else {
        try ImportRecords.insert(new, mapping: sealed, file: nil, transaction)
      }
      try transaction.record(entry(actor, "case_import.begin", id, at: now))
      return new
    }
  }

  // MARK: Running

  /// Takes the rows in that are not in yet, and finishes the import.
  ///
  /// - Parameters:
  ///   - source: the same file as it was begun with.
  ///   - progress: called after each transaction.
  ///
  /// Throws `ImportStopped`, which says where it stopped and why; `Refusal` when it can't go on at all.
  @discardableResult
  public func run(
    _ actor: Actor, _ id: CaseImportID, _ source: Source, _ mapping: ImportMapping,
    progress: @Sendable (CaseImport) async -> Void = { _ in }
  ) async throws -> CaseImport {
    try actor.require(.openCase)
    let (started, keys) = try await office.database.read { transaction in
      (try own(id, actor, transaction), try FreshKeys(for: actor, transaction))
    }
    guard started.state == .running else { return started }
    let table = source.table
    guard table.rows.count == started.rows else { throw Refusal(.conflict, Phrase("error.import_other_file")) }
    let reader = try reader(mapping, table.header)
    let work = CasePreparing(
      office: office, pack: pack, actor: actor, id: id, keys: keys, now: office.clock.now())
    var state = started
    var next = started.done
    var waiting: [Task<Batch, any Error>] = []
    defer { for task in waiting { task.cancel() } }
    do {
      while state.done < table.rows.count {
        try Task.checkCancellation()
        while waiting.count < Self.ahead, next < table.rows.count {
          let rows = next..<min(next + batchSize, table.rows.count)
          next = rows.upperBound
          waiting.append(
            Task.detached {
              try Task.checkCancellation()
              return try Batch(rows, table, reader, work, strict: started.choice == .allOrNothing)
            })
        }
        let batch = try await waiting.removeFirst().value
        try await write(batch, work, &state)
        await progress(state)
      }
      return try await finish(actor, state)
    } catch {
      throw ImportStopped(
        id: id, line: table.rows.indices.contains(state.done) ? table.rows[state.done].line : 0, done: state.done,
        reason: error)
    }
  }

  /// Rows that were read and sealed together.
  private struct Batch: Sendable {
    var rows: Range<Int>
    var cases: PreparedCases
    var refused = 0

    init(_ rows: Range<Int>, _ table: ImportTable, _ reader: RowReader, _ work: CasePreparing, strict: Bool) throws {
      self.rows = rows
      var reader = reader
      var cases: [PreparedCase] = []
      for row in rows {
        switch reader.read(table.rows[row]) {
        case .success(let imported): cases.append(try work.prepare(imported, row: row))
        case .failure(let wrong):
          guard !strict else { throw Refusal.fields(wrong.problems) }
          refused += 1
        }
      }
      self.cases = PreparedCases(cases)
    }
  }

  private func write(_ batch: Batch, _ work: CasePreparing, _ state: inout CaseImport) async throws {
    let (id, actor, now, before) = (state.id, work.actor, office.clock.now(), state)
    let opened = try await office.database.write { transaction in
      // Who was released or lost the role since has nothing more to take in.
      guard let standing = try Colleagues.standing(of: actor.member, office.root, transaction), standing.isActive,
        standing.may(.openCase)
      else { throw Refusal.forbidden }
      var prepared = batch.cases
      // Left standing when an earlier try was taken back.
      prepared.remove(try CaseRecords.existing(prepared.cases.map(\.summary.id), transaction))
      try prepared.renameTaken(using: office.randomness, transaction)
      let cases = prepared.cases
      guard
        try ImportRecords.advance(
          id, from: before.done, to: batch.rows.upperBound, opened: cases.count, refused: batch.refused, transaction)
      else { throw Refusal(.conflict, Phrase("error.import_elsewhere")) }
      try work.keys.store(cases.flatMap(\.keys), at: now, transaction)
      try ImportRecords.insert(prepared, at: now, transaction)
      try transaction.record(
        cases.map {
          AuditEntry(
            at: now, doer: actor.doer, action: "case.import", objectKind: "case", objectID: $0.summary.id.description)
        })
      if cases.isEmpty { try transaction.record(entry(actor, "case_import.go_on", id, at: now)) }
      return cases.count
    }
    state.done = batch.rows.upperBound
    state.opened += opened
    state.refused += batch.refused
  }

  private func finish(_ actor: Actor, _ state: CaseImport) async throws -> CaseImport {
    var state = state
    let (id, now) = (state.id, office.clock.now())
    try await office.database.write { transaction in
      guard try own(id, actor, transaction).state == .running else { return }
      try ImportRecords.end(id, .finished, at: now, transaction)
      try RecordKeys.destroy(RecordSubject("case_import", id), transaction)
      try transaction.record(entry(actor, "case_import.finish", id, at: now))
    }
    state.state = .finished
    state.finishedAt = now
    return state
  }

  // MARK: Taking back

  /// Takes everything back that an unfinished import brought, the last rows first, and gives the import up. Cases that
  /// somebody has worked on since stay, and are named.
  public func undo(_ actor: Actor, _ id: CaseImportID) async throws -> ImportUndone {
    try actor.require(.openCase)
    var undone = ImportUndone(removed: 0, kept: [])
    let identifiers = RowIdentifiers(id, office.root)
    while true {
      let now = office.clock.now()
      let step = try await office.database.write { transaction -> (left: Int, removed: Int, kept: [CaseID]) in
        let state = try own(id, actor, transaction)
        guard state.state == .running || state.state == .staged else {
          throw Refusal(.conflict, Phrase("error.import_over"))
        }
        let rows = max(0, state.done - batchSize)..<state.done
        let there = try rows.compactMap {
          try CaseRecords.summary(identifiers[$0].case, transaction)
        }
        let free = try there.filter { try ImportRecords.isUntouched($0.id, transaction) }
        try ImportRecords.remove(free, transaction)
        _ = try ImportRecords.advance(
          id, from: state.done, to: rows.lowerBound, opened: -free.count, refused: there.count - rows.count, transaction
        )
        try transaction.record(
          free.map {
            AuditEntry(
              at: now, doer: actor.doer, action: "case.import_undo", objectKind: "case", objectID: $0.id.description)
          })
        if rows.lowerBound == 0 {
          try ImportRecords.end(id, .undone, at: now, transaction)
          try RecordKeys.destroy(RecordSubject("case_import", id), transaction)
        }
        try transaction.record(entry(actor, "case_import.undo", id, at: now))
        return (rows.lowerBound, free.count, there.map(\.id).filter { left in !free.contains { $0.id == left } })
      }
      undone.removed += step.removed
      undone.kept += step.kept
      if step.left == 0 { return undone }
    }
  }

  // MARK: What there is

  /// The agency's imports, the newest first.
  public func list(_ actor: Actor) async throws -> [CaseImport] {
    try actor.require(.openCase)
    return try await office.database.read { transaction in
      try ImportRecords.list(actor.agency, transaction).filter { $0.by == actor.member || actor.may(.readCase) }
    }
  }

  /// One import. Throws `Refusal.notFound` for one that is not the actor's to know of.
  public func find(_ actor: Actor, _ id: CaseImportID) async throws -> CaseImport {
    try actor.require(.openCase)
    return try await office.database.read { try own(id, actor, $0) }
  }

  private func own(_ id: CaseImportID, _ actor: Actor, _ transaction: any ReadTransaction) throws -> CaseImport {
    try actor.require(.openCase)
    guard let found = try ImportRecords.find(id, transaction), found.agency == actor.agency,
      found.by == actor.member || actor.may(.readCase)
    else { throw Refusal.notFound }
    return found
  }

  private func place(_ actor: Actor, _ id: CaseImportID, _ column: String) -> FieldAddress {
    FieldAddress(
      tenant: actor.agency.description, table: "case_imports", column: column, row: id.description, revision: 1)
  }

  private func entry(_ actor: Actor, _ action: String, _ id: CaseImportID, at now: Moment) -> AuditEntry {
    AuditEntry(at: now, doer: actor.doer, action: action, objectKind: "case_import", objectID: id.description)
  }
}
