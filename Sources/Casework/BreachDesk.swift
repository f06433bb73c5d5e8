import Accounts
import Basics
import CountryPack
import Records
import Vault

/// Keeping breaches of security: what happened, which files were opened, who is told by when.
extension DataProtectionDesk {
  /// - Parameters:
  ///   - breach: chosen by the form.
  ///   - member: whose sign-in was misused; `nil` for anybody's.
  ///
  /// Throws `Refusal` `.invalid` with the wrong fields.
  public func record(
    _ actor: Actor, id breach: BreachID, knownOn: CalendarDay, from: CalendarDay, until: CalendarDay, member: MemberID?,
    words text: String
  ) async throws {
    try actor.require(.protectData)
    let now = office.clock.now()
    let names = try await MembersDesk(office).names(actor)
    var problems = TextRules.problems([("words", text, .note)])
    if !text.contains(where: \.isLetter) { problems.append(FieldProblem("words", "error.missing")) }
    if knownOn > cases.day(now) { problems.append(FieldProblem("known", "error.day_future")) }
    if until < from { problems.append(FieldProblem("until", "error.breach_until")) }
    if let member, names[member] == nil { problems.append(FieldProblem("member", "error.unknown_code")) }
    guard problems.isEmpty else { throw Refusal.fields(unique(problems)) }
    try await office.database.write { transaction in
      if try BreachRecords.breach(breach, agency: actor.agency, transaction) != nil { return }
      let key = try RecordKeys.openOrCreate(
        RecordSubject("breach", breach), DataKind.legal.rawValue, for: actor, at: now, transaction)
      let blob = try key.sealValue(text, at: Self.place(breach, actor.agency))
      try BreachRecords.insert(
        Breach(
          id: breach, agency: actor.agency, knownOn: knownOn, from: from, until: until, member: member,
          recordedBy: actor.member, told: [:]), words: blob, at: now, transaction)
      try transaction.record(Self.entry(actor, "breach.record", breach, at: now))
    }
  }

  /// The agency's breaches, the newest first.
  public func breaches(_ actor: Actor, open: Bool = false) async throws -> [Breach] {
    try actor.require(.protectData)
    return try await office.database.read { try BreachRecords.breaches(of: actor.agency, open: open, $0) }
  }

  /// One breach, with what the audit log says was opened. Looking at it is an entry.
  public func breach(_ actor: Actor, _ id: BreachID, isExport: Bool = false) async throws -> (
    breach: Breach, scope: BreachScope
  ) {
    try actor.require(.protectData)
    let now = office.clock.now()
    let found = try await office.database.read { transaction in
      guard let sealed = try BreachRecords.breach(id, agency: actor.agency, transaction) else { throw Refusal.notFound }
      var breach = sealed.breach
      let key = try RecordKeys.open(
        RecordSubject("breach", id), DataKind.legal.rawValue, for: actor, at: now, transaction)
      breach.words = try key?.openValue(String.self, sealed.words, at: Self.place(id, actor.agency))
      let offset = pack.offsetFromUTC
      let from = ConsentRules.end(of: breach.from.adding(days: -1), offsetFromUTC: offset)
      let until = ConsentRules.end(of: breach.until, offsetFromUTC: offset)
      let scope = BreachScope(
        cases: try BreachRecords.opened(
          of: actor.agency, by: breach.member, from: from, until: until, transaction),
        lists: try BreachRecords.lists(
          of: actor.agency, by: breach.member, from: from, until: until, transaction))
      return (breach, scope)
    }
    try await office.database.write {
      try $0.record(Self.entry(actor, isExport ? "breach.export" : "breach.look", id, at: now))
    }
    return found
  }

  /// Writes down that somebody was told.
  ///
  /// - Parameter notice: a code of the pack's `breach`.
  public func tell(_ actor: Actor, _ id: BreachID, _ notice: String, on day: CalendarDay) async throws {
    try actor.require(.protectData)
    let now = office.clock.now()
    var problems: [FieldProblem] = []
    if !content.breach.contains(where: { $0.code == notice }) {
      problems.append(FieldProblem("notice", "error.unknown_code"))
    }
    if day > cases.day(now) { problems.append(FieldProblem("told", "error.day_future")) }
    guard problems.isEmpty else { throw Refusal.fields(problems) }
    try await office.database.write { transaction in
      guard let found = try BreachRecords.breach(id, agency: actor.agency, transaction)?.breach else {
        throw Refusal.notFound
      }
      guard found.closedAt == nil else { throw Refusal(.conflict, Phrase("error.breach_closed")) }
      guard try BreachRecords.tell(notice, of: id, on: day, by: actor.member, at: now, transaction) else {
        throw Refusal(.conflict, Phrase("error.breach_told"))
      }
      try transaction.record(Self.entry(actor, "breach.tell", id, at: now))
    }
  }

  public func close(_ actor: Actor, _ id: BreachID) async throws {
    try actor.require(.protectData)
    let now = office.clock.now()
    try await office.database.write { transaction in
      guard try BreachRecords.breach(id, agency: actor.agency, transaction) != nil else { throw Refusal.notFound }
      guard try BreachRecords.close(id, by: actor.member, at: now, transaction) else {
        throw Refusal(.conflict, Phrase("error.breach_closed"))
      }
      try transaction.record(Self.entry(actor, "breach.close", id, at: now))
    }
  }

  private static func place(_ id: BreachID, _ agency: AgencyID) -> FieldAddress {
    FieldAddress(
      tenant: agency.description, table: "breaches", column: "words", row: id.description, revision: 1)
  }

  private static func entry(_ actor: Actor, _ action: String, _ id: BreachID, at now: Moment) -> AuditEntry {
    AuditEntry(at: now, doer: actor.doer, action: action, objectKind: "breach", objectID: id.description)
  }
}
