import Accounts
import Basics
import CountryPack
import Records
import Vault

/// Where everything about cases is asked: opening, reading, editing, consents, services, follow-ups, closure.
///
///     let desk = CaseDesk(office, pack)
///     let opened = try await desk.open(actor, id: .random(), request)
///     let file = try await desk.file(actor, opened.id)
public struct CaseDesk: Sendable {
  /// Called in the transaction in which a consent is withdrawn, after access has ended.
  public typealias ConsentEnded =
    @Sendable (ConsentID, CaseID, AuditEntry.Doer, Moment, any WriteTransaction) throws -> Void
  /// Called in the transaction in which a case is closed.
  public typealias CaseClosed = @Sendable (CaseID, AuditEntry.Doer, Moment, any WriteTransaction) throws -> Void

  let office: Office
  let pack: CountryPack
  let whenConsentEnds: ConsentEnded
  let whenCaseCloses: CaseClosed

  public init(
    _ office: Office, _ pack: CountryPack, whenConsentEnds: @escaping ConsentEnded = { _, _, _, _, _ in },
    whenCaseCloses: @escaping CaseClosed = { _, _, _, _ in }
  ) {
    self.office = office
    self.pack = pack
    // In the same transaction, whatever else hangs on the consent: who may no longer be found has no encoding.
    self.whenConsentEnds = { consent, id, doer, now, transaction in
      try Self.endBeingFound(id, pack, at: now, transaction)
      try whenConsentEnds(consent, id, doer, now, transaction)
    }
    self.whenCaseCloses = whenCaseCloses
  }

  /// The country's day at a moment.
  func day(_ moment: Moment) -> CalendarDay { CalendarDay(moment, offsetFromUTC: pack.offsetFromUTC) }

  /// Today, in the country's time.
  public var today: CalendarDay { day(office.clock.now()) }

  /// Frontline officers see only the cases they opened; whoever may read cases sees all of the agency's.
  func opener(_ actor: Actor) throws(Refusal) -> MemberID? {
    if actor.may(.readCase) { return nil }
    try actor.require(.openCase)
    return actor.member
  }

  /// The case, if the actor's own agency owns it and the move is possible now.
  ///
  /// Throws `Refusal`: `.notFound` for a case that is not the actor's to know of, `.forbidden`, or `.conflict` when the
  /// case is not in the state for it.
  func own(_ id: CaseID, for move: CaseMove, _ actor: Actor, _ transaction: any ReadTransaction) throws -> CaseSummary {
    guard let summary = try CaseRecords.summary(id, transaction), summary.agency == actor.agency else {
      throw Refusal.notFound
    }
    try CaseRules.verdict(move, summary.status, part(summary, actor), may: actor.may).require()
    return summary
  }

  /// The actor's colleagues who can see to something in a case.
  public func colleagues(_ actor: Actor) async throws -> [MemberID: String] {
    try actor.require(.readCase)
    let root = office.root
    return try await office.database.read { try Colleagues.who(may: .readCase, in: actor.agency, root, $0) }
  }

  /// The part of a member of the owning agency.
  func part(_ summary: CaseSummary, _ actor: Actor) -> CasePart {
    summary.agency != actor.agency ? .stranger : summary.openedBy == actor.member ? .opener : .colleague
  }

  func entry(
    _ actor: Actor, _ action: String, _ id: CaseID, at now: Moment, purpose: String? = nil, consent: ConsentID? = nil
  ) -> AuditEntry {
    AuditEntry(
      at: now, doer: actor.doer, action: action, objectKind: "case", objectID: id.description, purpose: purpose,
      consent: consent)
  }
}

/// Where the sealed parts of a file stand.
enum SealedPlace {
  static func person(_ person: PersonID, of agency: AgencyID, _ kind: DataKind, revision: Int) -> FieldAddress {
    FieldAddress(
      tenant: agency.description, table: "person_contents", column: kind.rawValue, row: person.description,
      revision: revision)
  }

  static func content(_ summary: CaseSummary, _ kind: DataKind, revision: Int) -> FieldAddress {
    kind.belongsToPerson
      ? person(summary.person, of: summary.tenant, kind, revision: revision)
      : FieldAddress(
        tenant: summary.tenant.description, table: "case_contents", column: kind.rawValue,
        row: summary.id.description, revision: revision)
  }

  static func document(_ summary: CaseSummary, _ id: ConsentID) -> FieldAddress {
    field(summary, "consents", "document", id.description)
  }
  static func detail(_ summary: CaseSummary, _ id: ServiceRecordID) -> FieldAddress {
    field(summary, "case_services", "detail", id.description)
  }
  static func followUp(_ summary: CaseSummary, _ column: String, _ id: FollowUpID) -> FieldAddress {
    field(summary, "case_follow_ups", column, id.description)
  }

  static func field(_ summary: CaseSummary, _ table: String, _ column: String, _ row: String, revision: Int = 1)
    -> FieldAddress
  {
    FieldAddress(tenant: summary.tenant.description, table: table, column: column, row: row, revision: revision)
  }
}

extension CaseDesk {
  /// Seals words under the case's key of a kind; nothing when there are none.
  func sealed(
    _ value: (some Encodable)?, _ kind: DataKind, at address: FieldAddress, _ summary: CaseSummary, for actor: Actor,
    at now: Moment, _ transaction: any WriteTransaction
  ) throws -> [UInt8]? {
    guard let value else { return nil }
    let key = try RecordKeys.openOrCreate(
      CaseAccess.subject(kind, summary), kind.rawValue, for: actor, at: now, transaction)
    return try key.sealValue(value, at: address)
  }

  /// Writes one kind of content as the revision after the one that was seen.
  ///
  /// - Parameter keepsChange: whether the history shows it as a change.
  ///
  /// Throws `Refusal.conflict` when somebody was faster.
  func put(
    _ value: some Encodable, _ kind: DataKind, seen revision: Int, keepsChange: Bool = true, _ summary: CaseSummary,
    for actor: Actor, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    let address = SealedPlace.content(summary, kind, revision: revision + 1)
    guard
      let blob = try sealed(value, kind, at: address, summary, for: actor, at: now, transaction),
      try ContentRecords.put(
        kind, of: summary, seen: revision, blob, keepsChange: keepsChange, by: actor.member, at: now, transaction)
    else { throw Refusal(.conflict, Phrase("error.edited_meanwhile")) }
  }
}
