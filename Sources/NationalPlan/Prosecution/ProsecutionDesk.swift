import Accounts
import Basics
import CountryPack
import Records

/// The one way to counts of investigations, prosecutions and convictions.
///
/// They are about years and institutions and never about persons, and reading is no audit entry; but a small number of one
/// year may point at somebody, so that as they are they are read by who may read counts: the others have what `published`
/// gives everybody. Every write asks for `keepProsecution` and is judged by `ProsecutionCheck` beside all that is stored. No number is ever
/// overwritten unseen: what it was, who changed it, when and why stays.
public struct ProsecutionDesk: Sendable {
  let office: Office
  let pack: CountryPack

  public init(_ office: Office, _ pack: CountryPack) {
    self.office = office
    self.pack = pack
  }

  public var today: CalendarDay { CalendarDay(office.clock.now(), offsetFromUTC: pack.offsetFromUTC) }

  // MARK: Reading

  /// Everything that is stored, withdrawn counts too, and the codes it is kept in.
  ///
  /// Throws `Refusal.forbidden`.
  public func all(_ actor: Actor) async throws -> (counts: [StoredProsecution], terms: ProsecutionTerms) {
    try actor.require(.readCounts)
    return try await everything()
  }

  private func everything() async throws -> (counts: [StoredProsecution], terms: ProsecutionTerms) {
    let pack = pack
    return try await office.database.read {
      (try ProsecutionRecords.counts($0), ProsecutionTerms(pack, try NationalPlanDesk.book(pack, $0)))
    }
  }

  /// One count with what it said before. Throws `Refusal`: `.forbidden`, `.notFound`.
  public func look(
    _ actor: Actor, _ id: ProsecutionCountID
  ) async throws -> (stored: StoredProsecution, versions: [ProsecutionVersion]) {
    try actor.require(.readCounts)
    return try await office.database.read { transaction in
      guard let stored = try ProsecutionRecords.count(id, transaction) else { throw Refusal.notFound }
      return (stored, try ProsecutionRecords.versions(of: stored, transaction))
    }
  }

  /// What the public may read: the public's entrance, without an actor. Small numbers do not come out of it.
  public func published() async throws -> (counts: PublicProsecution, terms: ProsecutionTerms) {
    let (stored, terms) = try await everything()
    let counts = stored.filter { !$0.isWithdrawn }.map { ($0.id.description, $0.count) }
    return (PublicProsecution(counts, terms: terms, threshold: pack.statistics.threshold), terms)
  }

  /// What does not fit together in what is stored.
  public func findings(_ counts: [StoredProsecution], _ terms: ProsecutionTerms) -> [ProsecutionFinding] {
    ProsecutionCheck(Self.items(counts), terms: terms, today: today).findings
  }

  private static func items(_ counts: [StoredProsecution]) -> [ProsecutionCheck.Item] {
    counts.filter { !$0.isWithdrawn }.map { .init(id: $0.id.description, count: $0.count) }
  }

  // MARK: Writing

  /// Enters a count. Doing it again with the same identifier changes nothing.
  ///
  /// Throws `Refusal`: `.forbidden`; `.invalid` with what `ProsecutionCheck` finds.
  public func add(_ actor: Actor, _ count: ProsecutionCount, id: ProsecutionCountID) async throws {
    try await write(actor) { stored, terms, now, transaction in
      if stored.contains(where: { $0.id == id }) { return nil }
      let item = ProsecutionCheck.Item(id: id.description, count: count)
      try refuse(Self.items(stored) + [item], terms, about: item.id)
      try ProsecutionRecords.insert([(id, count)], by: actor, at: now, transaction)
      return ("prosecution.entered", id.description)
    }
  }

  /// Puts a count right: its number or answer, its source or note. What it is a count of stays; one that stands in the
  /// wrong place is withdrawn and entered anew.
  ///
  /// - Parameters:
  ///   - count: with the cell it has.
  ///   - why: a sentence; it stays beside the former value.
  ///
  /// Throws `Refusal`: `.notFound`; `.conflict` when somebody was faster, or it is withdrawn; `.invalid`.
  public func correct(
    _ actor: Actor, _ id: ProsecutionCountID, _ count: ProsecutionCount, why: String, seen revision: Int
  ) async throws {
    try await write(actor) { stored, terms, now, transaction in
      guard let there = stored.first(where: { $0.id == id }) else { throw Refusal.notFound }
      guard there.count.cell == count.cell, !there.isWithdrawn else { throw Refusal.conflict }
      if there.count == count { return nil }
      try Self.checkReason(why)
      let items = Self.items(stored.filter { $0.id != id }) + [.init(id: id.description, count: count)]
      try refuse(items, terms, about: id.description)
      guard
        try ProsecutionRecords.replace(
          there, by: count, isWithdrawn: false, seen: revision, why: why, actor, at: now, transaction)
      else { throw Refusal(.conflict, Phrase("error.edited_meanwhile")) }
      return ("prosecution.corrected", id.description)
    }
  }

  /// Takes a count back: it stays to be read, with the reason, and counts nowhere.
  public func withdraw(_ actor: Actor, _ id: ProsecutionCountID, why: String, seen revision: Int) async throws {
    try await write(actor) { stored, _, now, transaction in
      guard let there = stored.first(where: { $0.id == id }) else { throw Refusal.notFound }
      if there.isWithdrawn { return nil }
      try Self.checkReason(why)
      guard
        try ProsecutionRecords.replace(
          there, by: there.count, isWithdrawn: true, seen: revision, why: why, actor, at: now, transaction)
      else { throw Refusal(.conflict, Phrase("error.edited_meanwhile")) }
      return ("prosecution.withdrawn", id.description)
    }
  }

  private static func checkReason(_ why: String) throws {
    if why.allSatisfy(\.isWhitespace) { throw Refusal.fields([FieldProblem("why", "error.missing")]) }
    if ProsecutionText.pointsAtSomebody(why) {
      throw Refusal.fields([FieldProblem("why", "error.prosecution_points_at_somebody")])
    }
  }

  // MARK: Files

  /// What would happen to a file, line by line. Nothing is stored.
  public func look(_ actor: Actor, _ bytes: [UInt8]) async throws -> ProsecutionImport {
    try actor.require(.keepProsecution)
    let (stored, terms) = try await everything()
    return judge(bytes, stored, terms).outcome
  }

  /// Takes a file in, all of it or nothing. Lines that are stored already, word for word, are passed over; a file sent
  /// twice is taken in once.
  ///
  /// Throws `Refusal`: `.forbidden`; `.invalid` when a line is wrong: `look` names them.
  @discardableResult
  public func take(_ actor: Actor, _ bytes: [UInt8], id: ProsecutionImportID) async throws -> ProsecutionImport {
    try actor.require(.keepProsecution)
    let (now, pack, randomness) = (office.clock.now(), pack, office.randomness)
    return try await office.database.write { transaction in
      let terms = ProsecutionTerms(pack, try NationalPlanDesk.book(pack, transaction))
      let (outcome, new) = judge(bytes, try ProsecutionRecords.counts(transaction), terms)
      if try ProsecutionRecords.hasImport(id, transaction) { return outcome }
      guard outcome.isSound else { throw Refusal(.invalid, Phrase("error.prosecution_file")) }
      try ProsecutionRecords.insert(
        new.map { (randomness.identifier(ProsecutionCountEntity.self), $0) }, by: actor, at: now, transaction)
      try ProsecutionRecords.insert(id, rows: new.count, by: actor, at: now, transaction)
      try transaction.record(
        AuditEntry(
          at: now, doer: actor.doer, action: "prosecution.imported", objectKind: "prosecution",
          objectID: id.description))
      return outcome
    }
  }

  private func judge(
    _ bytes: [UInt8], _ stored: [StoredProsecution], _ terms: ProsecutionTerms
  ) -> (outcome: ProsecutionImport, new: [ProsecutionCount]) {
    let file = ProsecutionFile(bytes, terms: terms, languages: pack.languages, today: today)
    let items = file.rows.map { ProsecutionCheck.Item(id: "line \($0.line)", line: $0.line, count: $0.count) }
    let found = ProsecutionCheck(Self.items(stored) + items, terms: terms, today: today).findings.filter { $0.line > 0 }
    let known = Set(found.filter { $0.problem == .duplicate && $0.weight == .notice }.map(\.line))
    let findings = (file.findings + found).sorted { ($0.line, $0.field) < ($1.line, $1.field) }
    let new = file.rows.filter { !known.contains($0.line) }.map(\.count)
    return (ProsecutionImport(rows: file.lines, new: new.count, known: known.count, findings: findings), new)
  }

  // MARK: What comes with the pack

  /// The pack's counts that are not stored yet.
  public func offered(_ actor: Actor) async throws -> [ProsecutionCount] {
    let stored = try await everything().counts
    return ProsecutionShelf.counts(pack).filter { Self.isMissing($0, stored) }
  }

  /// Takes the pack's counts over. Doing it again changes nothing; what was withdrawn does not come back.
  public func takeOver(_ actor: Actor) async throws {
    let (shelf, randomness) = (ProsecutionShelf.counts(pack), office.randomness)
    try await write(actor) { stored, _, now, transaction in
      let new = shelf.filter { Self.isMissing($0, stored) }
      guard !new.isEmpty else { return nil }
      try ProsecutionRecords.insert(
        new.map { (randomness.identifier(ProsecutionCountEntity.self), $0) }, by: actor, at: now, transaction)
      return ("prosecution.taken", "pack")
    }
  }

  private static func isMissing(_ count: ProsecutionCount, _ stored: [StoredProsecution]) -> Bool {
    !stored.contains { $0.count.cell == count.cell && $0.count.source.document == count.source.document }
  }

  // MARK: One write

  /// Everything stored comes in; the audit entry's action and object come out, `nil` when nothing was to do.
  private func write(
    _ actor: Actor,
    _ body:
      @escaping @Sendable ([StoredProsecution], ProsecutionTerms, Moment, any WriteTransaction) throws
      -> (action: String, object: String)?
  ) async throws {
    try actor.require(.keepProsecution)
    let (now, pack) = (office.clock.now(), pack)
    try await office.database.write { transaction in
      let terms = ProsecutionTerms(pack, try NationalPlanDesk.book(pack, transaction))
      guard let (action, object) = try body(try ProsecutionRecords.counts(transaction), terms, now, transaction) else {
        return
      }
      try transaction.record(
        AuditEntry(at: now, doer: actor.doer, action: action, objectKind: "prosecution", objectID: object))
    }
  }

  /// Throws what is wrong about one count. What stands wrong elsewhere must not keep anybody from entering this.
  private func refuse(_ items: [ProsecutionCheck.Item], _ terms: ProsecutionTerms, about id: String) throws {
    let problems = ProsecutionCheck(items, terms: terms, today: today).findings.filter {
      $0.item == id && ($0.weight == .error || $0.problem == .duplicate)
    }
    guard problems.isEmpty else {
      throw Refusal.fields(problems.map { FieldProblem($0.field, "error.prosecution_\($0.problem.rawValue)") })
    }
  }
}
