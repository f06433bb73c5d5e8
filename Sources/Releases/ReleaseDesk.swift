import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Records
import Statistics

/// What a release is about to say, and what the attack found.
public struct ReleaseReport: Sendable {
  public var release: Release
  /// Frozen, or of today for a draft; `nil` when no case fits or the numbers were withdrawn.
  public var table: BuiltTable?
  /// Against everything that was published before; `nil` for what is published already.
  public var check: LedgerCheck?
  /// The earlier releases by their index in `check`.
  public var earlier: [Release]
  /// Whether so many cells hang together that nobody can say whether it is safe.
  public var isTooMuch = false
  /// Which moves the actor may make now.
  public var moves: Set<ReleaseMove>
}

/// Where releases are asked for: drafted, attacked, looked at by somebody else, published, corrected, withdrawn.
public struct ReleaseDesk: Sendable {
  let office: Office
  let pack: CountryPack
  private let tables: TableDesk

  public init(_ office: Office, _ pack: CountryPack, _ memory: FactMemory = FactMemory()) {
    self.office = office
    self.pack = pack
    tables = TableDesk(office, pack, memory)
  }

  // MARK: Reading

  /// What is being worked on, and everything that was ever published.
  public func releases(_ actor: Actor) async throws -> (atWork: [Release], ledger: [Release]) {
    try actor.require(.readCounts)
    return try await office.database.read {
      (try ReleaseRecords.atWork($0), try ReleaseRecords.ledger($0))
    }
  }

  /// A release with what the attack finds now.
  public func report(_ actor: Actor, _ id: ReleaseID) async throws -> ReleaseReport {
    try actor.require(.readCounts)
    return try await office.database.read { transaction in
      guard let release = try ReleaseRecords.release(id, transaction) else { throw Refusal.notFound }
      var report = ReleaseReport(
        release: release, earlier: [],
        moves: Set(
          ReleaseMove.allCases.filter { move in
            ReleaseRules.verdict(move, release.state, by: standing(actor, release)) == .allowed
          }))
      switch release.state {
      case .published: report.table = try frozen(release)
      case .withdrawn, .discarded: break
      case .draft, .checked:
        report.table = release.table == nil ? try tables.table(release.choice, transaction) : try frozen(release)
        (report.check, report.earlier, report.isTooMuch) = try attack(report.table, transaction)
      }
      return report
    }
  }

  private func standing(_ actor: Actor, _ release: Release) -> ReleaseStanding {
    ReleaseStanding(
      mayDraft: actor.may(.readCounts), mayPublish: actor.may(.publishReleases),
      hadAHand: release.draftedBy == actor.member || release.checkedBy == actor.member)
  }

  private func frozen(_ release: Release) throws -> BuiltTable? {
    guard let table = release.table, let day = release.countedOn else { return nil }
    return try BuiltTable(
      release.choice, JSONDecoder().decode(TableDocument.self, from: Data(table.utf8)), day: day)
  }

  private func attack(_ table: BuiltTable?, _ transaction: any ReadTransaction) throws -> (
    LedgerCheck?, [Release], Bool
  ) {
    guard let table else { return (nil, [], false) }
    let earlier = try ReleaseRecords.ledger(transaction)
    let documents = try earlier.map { try frozen($0)?.document ?? TableDocument(tables: []) }
    let filtered = Set((earlier.map(\.choice) + [table.choice]).flatMap(\.filter.keys))
    let codes = try filtered.reduce(into: [String: [String]]()) {
      $0[$1.rawValue] = try tables.memory.codes(of: $1, transaction)
    }
    do {
      let check = try LedgerCheck(
        table.document, threshold: pack.statistics.threshold, earlier: documents, codes: codes)
      return (check, earlier, false)
    } catch is FactFileProblem { return (nil, earlier, true) }
  }

  // MARK: Drafting

  /// Names that pages of their own have among the open data.
  static let reserved: Set<String> = ["overview"]

  /// Drafts a release of a table.
  ///
  /// - Parameter id: chosen by the form, so that a second click drafts nothing more.
  ///
  /// Throws `Refusal` `.invalid` with the wrong fields.
  public func draft(
    _ actor: Actor, id: ReleaseID, slug: String, title: ReleaseText, choice: TableChoice
  ) async throws {
    try actor.require(.readCounts)
    let now = office.clock.now()
    var problems = title.problems("title")
    let address = ReleaseSlug(slug)
    if address == nil { problems.append(FieldProblem("slug", "error.slug")) }
    if choice.protection == .inside { problems.append(FieldProblem("protection", "error.release_inside")) }
    let found = problems
    try await office.database.write { transaction in
      if try ReleaseRecords.release(id, transaction) != nil { return }
      var problems = found
      if let address,
        try Self.reserved.contains(address.description) || !ReleaseRecords.versions(address, transaction).isEmpty
      {
        problems.append(FieldProblem("slug", "error.slug_taken"))
      }
      guard problems.isEmpty, let address else { throw Refusal.fields(problems) }
      try insert(actor, id, address, version: 1, title, note: ReleaseText(es: "", en: ""), choice, at: now, transaction)
    }
  }

  /// Drafts the next version of a release that was published, with what was corrected.
  ///
  /// Throws `Refusal`: `.conflict` while another version is being worked on.
  public func correct(
    _ actor: Actor, _ release: ReleaseID, id: ReleaseID, title: ReleaseText, note: ReleaseText,
    protection: TableChoice.Protection
  ) async throws {
    try actor.require(.readCounts)
    let now = office.clock.now()
    let problems =
      title.problems("title") + note.problems("note")
      + (protection == .inside ? [FieldProblem("protection", "error.release_inside")] : [])
    try await office.database.write { transaction in
      if try ReleaseRecords.release(id, transaction) != nil { return }
      let before = try self.release(actor, release, for: .correct, transaction)
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      let versions = try ReleaseRecords.versions(before.slug, transaction)
      guard versions.allSatisfy({ $0.publishedAt != nil }) else {
        throw Refusal(.conflict, Phrase("error.release_at_work"))
      }
      var choice = before.choice
      choice.protection = protection
      let next = (versions.map(\.version).max() ?? 0) + 1
      try insert(actor, id, before.slug, version: next, title, note: note, choice, at: now, transaction)
    }
  }

  private func insert(
    _ actor: Actor, _ id: ReleaseID, _ slug: ReleaseSlug, version: Int, _ title: ReleaseText, note: ReleaseText,
    _ choice: TableChoice, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    let release = Release(
      id: id, slug: slug, version: version, state: .draft, revision: 1, title: title, note: note, choice: choice,
      draftedBy: actor.member, draftedAt: now, reason: ReleaseText(es: "", en: ""))
    try ReleaseRecords.insert(release, transaction)
    try transaction.record(entry(actor, "release.draft", id, at: now))
  }

  // MARK: Moving on

  /// Counts, protects and attacks a draft together with everything that was published before, and freezes it.
  ///
  /// Throws `Refusal`: `.invalid` when something could be worked out, `.conflict` when it was moved meanwhile.
  public func check(_ actor: Actor, _ id: ReleaseID, seen revision: Int) async throws {
    try actor.require(.readCounts)
    let now = office.clock.now()
    let (frozen, ledger) = try await office.database.read { transaction in
      var release = try self.release(actor, id, for: .check, seen: revision, transaction)
      let table = try tables.table(release.choice, transaction)
      let ledger = try safe(table, transaction)
      guard let table else { throw Refusal(.invalid, Phrase("error.release_empty")) }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      release.table = String(decoding: try encoder.encode(table.document), as: UTF8.self)
      release.countedOn = table.day
      return (release, ledger)
    }
    try await write(actor, "release.check", id, ledger, at: now) {
      try ReleaseRecords.freeze(frozen, by: actor.member, at: now, $0)
    }
  }

  /// The second pair of eyes: publishes exactly what was frozen, after attacking it again.
  ///
  /// - Parameter names: the catalogs' words that the published table takes along.
  ///
  /// Throws `Refusal`: `.conflict` for whoever drafted or checked it, or when it was moved meanwhile; `.invalid` when
  /// something that was published since makes it unsafe.
  public func publish(_ actor: Actor, _ id: ReleaseID, seen revision: Int, names: OpenTable.Names) async throws {
    try actor.require(.publishReleases)
    let now = office.clock.now()
    let (finished, ledger) = try await office.database.read { transaction in
      var release = try self.release(actor, id, for: .publish, seen: revision, transaction)
      let table = try frozen(release)
      let ledger = try safe(table, transaction)
      guard let table else { throw Refusal(.invalid, Phrase("error.release_empty")) }
      release.document = try OpenTable(
        table, slug: release.slug.description, version: release.version, title: release.title,
        correction: release.note.isEmpty ? nil : release.note,
        publishedOn: CalendarDay(now, offsetFromUTC: pack.offsetFromUTC), names: names, pack
      ).json
      return (release, ledger)
    }
    try await write(actor, "release.publish", id, ledger, at: now) {
      try ReleaseRecords.publish(finished, by: actor.member, at: now, $0)
    }
  }

  /// Throws `Refusal` unless nothing can be worked out. Answers what it was compared with.
  private func safe(_ table: BuiltTable?, _ transaction: any ReadTransaction) throws -> [ReleaseID] {
    let (check, earlier, isTooMuch) = try attack(table, transaction)
    if isTooMuch { throw Refusal(.invalid, Phrase("error.release_too_much")) }
    if let check, !check.isSafe {
      throw Refusal(.invalid, Phrase("error.release_gives_away", ["count": String(check.findings.count)]))
    }
    return earlier.map(\.id)
  }

  /// Writes what was judged in a read, unless the ledger has grown since: what was not compared must not pass.
  private func write(
    _ actor: Actor, _ action: String, _ id: ReleaseID, _ ledger: [ReleaseID], at now: Moment,
    _ move: @escaping @Sendable (any WriteTransaction) throws -> Bool
  ) async throws {
    try await office.database.write { transaction in
      guard try ReleaseRecords.ledger(transaction).map(\.id) == ledger, try move(transaction) else {
        throw Refusal(.conflict, Phrase("error.edited_meanwhile"))
      }
      try transaction.record(entry(actor, action, id, at: now))
    }
  }

  public func sendBack(_ actor: Actor, _ id: ReleaseID, seen revision: Int, because reason: ReleaseText) async throws {
    try actor.require(.readCounts)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let release = try self.release(actor, id, for: .sendBack, seen: revision, transaction)
      guard try ReleaseRecords.sendBack(release, because: reason, transaction) else { throw Refusal.conflict }
      try transaction.record(entry(actor, "release.send_back", id, at: now))
    }
  }

  public func discard(_ actor: Actor, _ id: ReleaseID, seen revision: Int) async throws {
    try actor.require(.readCounts)
    let now = office.clock.now()
    try await office.database.write { transaction in
      let release = try self.release(actor, id, for: .discard, seen: revision, transaction)
      guard try ReleaseRecords.discard(release, transaction) else { throw Refusal.conflict }
      try transaction.record(entry(actor, "release.discard", id, at: now))
    }
  }

  /// Takes a release's numbers away. Its address stays and says why; the ledger keeps it, because it was public.
  ///
  /// Throws `Refusal` `.invalid` without a reason in both languages.
  public func withdraw(_ actor: Actor, _ id: ReleaseID, seen revision: Int, because reason: ReleaseText) async throws {
    try actor.require(.publishReleases)
    let now = office.clock.now()
    let problems = reason.problems("reason")
    try await office.database.write { transaction in
      let release = try self.release(actor, id, for: .withdraw, seen: revision, transaction)
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      guard try ReleaseRecords.withdraw(release, because: reason, by: actor.member, at: now, transaction) else {
        throw Refusal.conflict
      }
      try transaction.record(entry(actor, "release.withdraw", id, at: now))
    }
  }

  private func release(
    _ actor: Actor, _ id: ReleaseID, for move: ReleaseMove, seen revision: Int? = nil,
    _ transaction: any ReadTransaction
  ) throws -> Release {
    guard let release = try ReleaseRecords.release(id, transaction) else { throw Refusal.notFound }
    try ReleaseRules.verdict(move, release.state, by: standing(actor, release)).require()
    guard revision == nil || revision == release.revision else {
      throw Refusal(.conflict, Phrase("error.edited_meanwhile"))
    }
    return release
  }

  private func entry(_ actor: Actor, _ action: String, _ id: ReleaseID, at now: Moment) -> AuditEntry {
    AuditEntry(at: now, doer: actor.doer, action: action, objectKind: "release", objectID: id.description)
  }
}
