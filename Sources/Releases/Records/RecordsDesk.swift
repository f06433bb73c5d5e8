import Accounts
import Basics
import Casework
import CountryPack
import Records
import Statistics

/// Where synthetic records are asked for: made from the facts, kept, looked at by somebody else, published, withdrawn.
/// Only whoever may publish: the report compares with the real facts, and what is made here is meant to go out.
public struct RecordsDesk: Sendable {
  let office: Office
  let pack: CountryPack

  /// A file of more bytes than this is no download from a page.
  public static let mostBytes = 64_000_000

  public init(_ office: Office, _ pack: CountryPack) {
    self.office = office
    self.pack = pack
  }

  // MARK: Making

  /// The years that occur, for a form.
  public func years(_ actor: Actor) async throws -> [Int] {
    try actor.require(.publishReleases)
    return try await office.database.read { try FactBook.codes(of: .year, $0) }.compactMap { Int($0) }
  }

  /// Takes the facts a calculation needs; the beginning is an audit entry.
  ///
  /// Throws `Refusal`: `.forbidden`; `.invalid` when fewer persons fit than k, or when the budget is used up already.
  public func begin(_ actor: Actor, _ choice: RecordsChoice) async throws -> RecordsSource {
    try actor.require(.publishReleases)
    let now = office.clock.now()
    let counts = try await office.database.write { transaction in
      try ledger(transaction).require(
        epsilon: choice.method == .dp ? choice.epsilon : 0, delta: choice.method == .dp ? choice.delta : 0)
      let counts = try FactBook.counts(
        by: choice.columns, where: [.year: Set(choice.years.map(String.init))], measure: .persons, transaction)
      let persons = counts.reduce(0) { $0 + $1.count }
      if choice.method == .kanonymous, persons < choice.k {
        throw Refusal.fields([FieldProblem("k", "error.records_few")])
      }
      if choice.method == .dp, persons == 0 { throw Refusal.fields([FieldProblem("until", "error.records_none")]) }
      try transaction.record(
        AuditEntry(at: now, doer: actor.doer, action: "records.make", objectKind: "records"))
      return counts
    }
    return RecordsSource(
      choice: choice, countedOn: CalendarDay(now, offsetFromUTC: pack.offsetFromUTC),
      facts: FactTable(columns: choice.columns.map(\.rawValue), counts),
      publicCodes: choice.publicCodes(pack))
  }

  // MARK: Reading

  /// What waits, everything that was ever published, and what that has spent.
  public func releases(_ actor: Actor) async throws -> (
    atWork: [RecordsRelease], ledger: [RecordsRelease], spent: RecordsLedger
  ) {
    try actor.require(.publishReleases)
    return try await office.database.read { transaction in
      let published = try RecordsRecords.ledger(transaction)
      return (
        try RecordsRecords.atWork(transaction), published,
        RecordsLedger(published, budget: pack.statistics.privacy)
      )
    }
  }

  /// A release and which moves the actor may make now.
  public func release(_ actor: Actor, _ id: RecordsID) async throws -> (
    release: RecordsRelease, moves: Set<ReleaseMove>, spent: RecordsLedger
  ) {
    try actor.require(.publishReleases)
    return try await office.database.read { transaction in
      guard let release = try RecordsRecords.release(id, transaction) else { throw Refusal.notFound }
      let moves = Set(
        [ReleaseMove.publish, .sendBack, .discard, .withdraw].filter {
          verdict($0, release, actor) == .allowed
        })
      return (release, moves, try ledger(transaction))
    }
  }

  /// The records of a release that is neither discarded nor withdrawn, as CSV.
  public func file(_ actor: Actor, _ id: RecordsID) async throws -> [UInt8] {
    try actor.require(.publishReleases)
    return try await office.database.read { transaction in
      guard let file = try RecordsRecords.file(id, transaction) else { throw Refusal.notFound }
      return file
    }
  }

  private func ledger(_ transaction: any ReadTransaction) throws -> RecordsLedger {
    RecordsLedger(try RecordsRecords.ledger(transaction), budget: pack.statistics.privacy)
  }

  private func verdict(_ move: ReleaseMove, _ release: RecordsRelease, _ actor: Actor) -> ReleaseRules.Verdict {
    ReleaseRules.verdict(
      move, release.state,
      by: ReleaseStanding(
        mayDraft: actor.may(.publishReleases), mayPublish: actor.may(.publishReleases),
        hadAHand: release.draftedBy == actor.member))
  }

  // MARK: Keeping

  /// Keeps made records for somebody else to look at. An address that is public already gets its next version.
  ///
  /// - Parameters:
  ///   - id: chosen by the form, so that a second click keeps nothing more.
  ///   - note: what was corrected; needed for a next version.
  ///
  /// Throws `Refusal`: `.invalid` with the wrong fields, for records in which a rare combination stands, and for what
  /// would exceed the budget.
  public func keep(
    _ actor: Actor, _ made: MadeRecords, id: RecordsID, slug: String, title: ReleaseText, note: ReleaseText
  ) async throws {
    try actor.require(.publishReleases)
    let now = office.clock.now()
    var problems = title.problems("title")
    let address = ReleaseSlug(slug)
    if address == nil { problems.append(FieldProblem("slug", "error.slug")) }
    let found = problems
    guard made.csv.count <= Self.mostBytes else { throw Refusal(.invalid, Phrase("error.records_too_large")) }
    guard made.choice.method == .dp || made.report.leaks(upTo: made.choice.length) == 0 else {
      throw Refusal(.invalid, Phrase("error.records_leaked"))
    }
    try await office.database.write { transaction in
      if try RecordsRecords.release(id, transaction) != nil { return }
      var problems = found
      let versions = try address.map { try RecordsRecords.versions($0, transaction) } ?? []
      if versions.contains(where: { $0.publishedAt == nil }) {
        problems.append(FieldProblem("slug", "error.release_at_work"))
      } else if !versions.isEmpty {
        problems += note.problems("note")
      }
      guard problems.isEmpty, let address else { throw Refusal.fields(problems) }
      let release = RecordsRelease(
        id: id, slug: address, version: (versions.map(\.version).max() ?? 0) + 1, state: .checked, revision: 1,
        title: title, note: versions.isEmpty ? ReleaseText(es: "", en: "") : note, choice: made.choice,
        report: made.report, countedOn: made.countedOn, draftedBy: actor.member, draftedAt: now)
      try ledger(transaction).require(epsilon: release.epsilon, delta: release.delta)
      try RecordsRecords.insert(release, file: made.csv, transaction)
      try transaction.record(entry(actor, "records.keep", id, at: now))
    }
  }

  // MARK: Moving on

  /// The second pair of eyes. What it spends is added in the same transaction.
  ///
  /// Throws `Refusal`: `.conflict` for whoever made it or when it was moved meanwhile, `.invalid` when the budget would
  /// be exceeded.
  public func publish(_ actor: Actor, _ id: RecordsID, seen revision: Int) async throws {
    let now = office.clock.now()
    try await move(actor, .publish, "records.publish", id, seen: revision, at: now) { release, transaction in
      try ledger(transaction).require(epsilon: release.epsilon, delta: release.delta)
      return try RecordsRecords.publish(release, by: actor.member, at: now, transaction)
    }
  }

  /// Refuses records that somebody else kept, with a reason. They are gone: another calculation gives others.
  public func sendBack(_ actor: Actor, _ id: RecordsID, seen revision: Int, because reason: ReleaseText) async throws {
    let problems = reason.problems("reason")
    try await move(actor, .sendBack, "records.send_back", id, seen: revision, at: office.clock.now()) {
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      return try RecordsRecords.discard($0, because: reason, $1)
    }
  }

  public func discard(_ actor: Actor, _ id: RecordsID, seen revision: Int) async throws {
    try await move(actor, .discard, "records.discard", id, seen: revision, at: office.clock.now()) {
      try RecordsRecords.discard($0, because: ReleaseText(es: "", en: ""), $1)
    }
  }

  /// Takes the records away. The address stays and says why; what they spent stays spent.
  public func withdraw(_ actor: Actor, _ id: RecordsID, seen revision: Int, because reason: ReleaseText) async throws {
    let now = office.clock.now()
    let problems = reason.problems("reason")
    try await move(actor, .withdraw, "records.withdraw", id, seen: revision, at: now) {
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      return try RecordsRecords.withdraw($0, because: reason, by: actor.member, at: now, $1)
    }
  }

  private func move(
    _ actor: Actor, _ move: ReleaseMove, _ action: String, _ id: RecordsID, seen revision: Int, at now: Moment,
    _ write: @escaping @Sendable (RecordsRelease, any WriteTransaction) throws -> Bool
  ) async throws {
    try actor.require(.publishReleases)
    try await office.database.write { transaction in
      guard let release = try RecordsRecords.release(id, transaction) else { throw Refusal.notFound }
      try verdict(move, release, actor).require()
      guard revision == release.revision, try write(release, transaction) else {
        throw Refusal(.conflict, Phrase("error.edited_meanwhile"))
      }
      try transaction.record(entry(actor, action, id, at: now))
    }
  }

  private func entry(_ actor: Actor, _ action: String, _ id: RecordsID, at now: Moment) -> AuditEntry {
    AuditEntry(at: now, doer: actor.doer, action: action, objectKind: "records", objectID: id.description)
  }
}

extension SynthesisReport {
  /// Combinations up to a length that the synthetic file has and fewer than k real records share.
  public func leaks(upTo length: Int) -> Int {
    lengths.filter { $0.length <= length }.reduce(0) { $0 + $1.leaked + $1.fabricated }
  }
}

extension FactTable {
  /// Counted facts as rows: so many of each.
  init(columns names: [String], _ counts: [FactCount]) {
    let total = counts.reduce(0) { $0 + $1.count }
    self.init(
      columns: names.enumerated().map { place, name in
        var column = FactColumn(name: name)
        column.cells.reserveCapacity(total)
        var numbers: [String: UInt16] = ["": 0]
        for count in counts {
          let code = count.codes[place]
          let number = numbers[code] ?? UInt16(column.codes.count)
          if numbers[code] == nil {
            numbers[code] = number
            column.codes.append(code)
          }
          column.cells.append(contentsOf: repeatElement(number, count: count.count))
        }
        return column
      })
  }
}
