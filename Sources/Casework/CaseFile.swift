import Accounts
import Basics
import CountryPack
import Records
import Vault

/// A case with what the reader may see of its content.
public struct CaseFile: Hashable, Sendable {
  public var summary: CaseSummary
  public var part: CasePart
  /// The kinds of content the reader can open. An owner's reader can open all of them.
  public var kinds: Set<DataKind>
  public var identity: Revised<PersonIdentity>?
  public var contact: Revised<SafeContact>?
  public var narrative: Revised<String>?
  public var needs: Revised<Needs>?
  public var health: Revised<String>?
  public var legal: Revised<String>?
  /// Without their words unless the reader was given the narrative; none unless the reader was given the needs.
  public var services: [ServiceRecord]
  /// Only for the owning agency, as closures and consents.
  public var followUps: [FollowUp]
  public var closures: [Closure]
  public var consents: [Consent]
  /// None unless the reader was given `exploitation`; their words only with the narrative.
  public var events: [ExploitationEvent] = []
  public var perpetrators: [PerpetratorNote] = []
  /// The newest first; of needs and of risks only for readers who were given the kind.
  public var assessments: [Assessment] = []
  public var safetyPlan: Revised<SafetyPlan>?
  /// `nil` for readers who were not given it.
  public var plan: AssistancePlan?
  /// Periods that run for the person, the live ones first. Only for the owning agency.
  public var clocks: [CaseClock] = []
  /// The newest first. For another agency only those it was asked to, and only while it was given `conference`.
  public var conferences: [Conference] = []
  /// The newest first. Only for the owning agency.
  public var returns: [PersonReturn] = []
  /// What colleagues ask one another to look at. Only for the owning agency.
  public var flags: [CaseFlag] = []
  /// Where the closing stands. Only for the owning agency.
  public var closing: Closing?
  /// What this reader can do about it now.
  public var closingMoves: Set<ClosingMove> = []
  /// What a basis other than consent is written in.
  public var documents: [ConsentID: String]
  /// What this reader can do now, computed by the rule that decides when it is asked for.
  public var moves: Set<CaseMove>
  /// Until when it is open to this reader, when it is only because of an emergency.
  public var emergencyUntil: Moment?

  public var isShared: Bool { part == .receiver }
}

/// One line of a case's history.
public struct CaseEvent: Hashable, Sendable {
  public var at: Moment
  /// As in the audit log, for example `case.open`.
  public var action: String
  public var agency: AgencyID?
  public var agencyName: String?
  /// The member's name, for members of the reader's own agency.
  public var memberName: String?
  public var purpose: String?
}

extension CaseDesk {
  /// A case's file. For the owning agency all of it; for an agency that was given some of its content, that, while the
  /// basis holds. The reading is in the audit log before anything is shown.
  ///
  /// Throws `Refusal.notFound` when there is no such case, or none that the actor may know of.
  public func file(_ actor: Actor, _ id: CaseID) async throws -> CaseFile {
    guard actor.may(.readCase) || actor.may(.openCase) else { throw Refusal.forbidden }
    let now = office.clock.now()
    let (file, basis) = try await office.database.read { transaction in
      guard let summary = try CaseRecords.summary(id, transaction) else { throw Refusal.notFound }
      let all = try ConsentRecords.consents(of: id, transaction)
      let bases = all.filter { $0.recipient == actor.agency && $0.state(at: now) == .live }
      let keys = try keys(summary, bases, actor, at: now, transaction)
      var part = part(summary, actor)
      if part == .stranger, !keys.isEmpty { part = .receiver }
      let reading = try reading(summary, actor, at: now, transaction)
      try CaseRules.verdict(.read, summary.status, part, may: reading.may).require()
      var file = CaseFile(
        summary: summary, part: part, kinds: Set(keys.keys), services: [], followUps: [], closures: [], consents: [],
        documents: [:],
        moves: Set(
          CaseMove.allCases.filter {
            // An emergency lends reading and nothing else.
            $0 == .read || CaseRules.verdict($0, summary.status, part, may: actor.may) == .allowed
          }))
      try readContents(&file, keys, transaction)
      try readExploitation(&file, keys, transaction)
      try readAssessments(&file, keys, transaction)
      if part != .receiver || keys[.plan] != nil {
        file.plan = try readPlan(of: summary, key: keys[.plan], transaction)
      }
      try readCare(&file, keys, transaction)
      try readClocks(&file, keys, transaction)
      try readConferences(&file, keys, actor, transaction)
      try readReturns(&file, keys, transaction)
      try readFlags(&file, keys, transaction)
      try readClosing(&file, keys, actor, transaction)
      if part != .receiver {
        file.kinds = Set(DataKind.allCases)
        // Who only opens cases has no business with where a person is kept safe.
        if !reading.may(.readCase) { file.kinds.remove(.protection) }
        file.consents = all
        file.documents = try documents(summary, keys[.legal], transaction)
      }
      file.emergencyUntil = reading.until
      return (file, part == .receiver ? bases.first : nil)
    }
    let purpose = file.emergencyUntil == nil ? basis?.purpose : DataProtectionDesk.emergencyPurpose
    let entry = entry(actor, "case.read", id, at: now, purpose: purpose, consent: basis?.id)
    try await office.database.write { try $0.record(entry) }
    return file
  }

  /// The keys an actor can open. An agency that does not own the case needs both: the key, and a live entry of the
  /// ledger that names the kind.
  func keys(
    _ summary: CaseSummary, _ bases: [Consent], _ actor: Actor, at now: Moment, _ transaction: any ReadTransaction
  ) throws -> [DataKind: RecordKey] {
    let granted = try granted(summary, bases, actor, transaction)
    return try granted.sorted().reduce(into: [:]) { keys, kind in
      keys[kind] = try RecordKeys.open(
        CaseAccess.subject(kind, summary), kind.rawValue, for: actor, at: now, transaction)
    }
  }

  /// The kinds an actor may open by the ledger: nothing of what the person asked to keep back, and nothing that stands
  /// behind the wall for such an agency.
  private func granted(
    _ summary: CaseSummary, _ bases: [Consent], _ actor: Actor, _ transaction: any ReadTransaction
  ) throws -> Set<DataKind> {
    if summary.agency == actor.agency { return Set(DataKind.allCases) }
    guard !bases.isEmpty, try DataRequestRecords.restricted(since: summary.id, transaction) == nil else { return [] }
    return try bases.filter(sharesContent).reduce(into: []) {
      $0.formUnion(try CaseAccess.shareable($1, pack.dataProtection.wall, transaction))
    }
  }

  /// What an actor may do while reading one case: an emergency lends the permission to read it.
  struct Reading {
    var actor: Actor
    var until: Moment?
    func may(_ permission: Permission) -> Bool { actor.may(permission) || (permission == .readCase && until != nil) }
  }

  func reading(_ summary: CaseSummary, _ actor: Actor, at now: Moment, _ transaction: any ReadTransaction) throws
    -> Reading
  {
    guard !actor.may(.readCase), summary.agency == actor.agency else { return Reading(actor: actor) }
    return Reading(
      actor: actor, until: try EmergencyRecords.live(summary.id, actor.member, at: now, transaction)?.until)
  }

  private func readContents(
    _ file: inout CaseFile, _ keys: [DataKind: RecordKey], _ transaction: any ReadTransaction
  ) throws {
    let summary = file.summary
    let sealed = try ContentRecords.contents(summary, transaction)
    func open<Value: Decodable & Hashable & Sendable>(_ kind: DataKind) throws -> Revised<Value>? {
      guard let content = sealed[kind], let key = keys[kind] else { return nil }
      let address = SealedPlace.content(summary, kind, revision: content.revision)
      return Revised(try key.openValue(Value.self, content.blob, at: address), revision: content.revision)
    }
    file.identity = try open(.identity)
    file.contact = try open(.contact)
    file.narrative = try open(.narrative)
    file.needs = try open(.needs)
    file.health = try open(.health)
    file.legal = try open(.legal)
    file.safetyPlan = try open(.safety)
  }

  private func readCare(_ file: inout CaseFile, _ keys: [DataKind: RecordKey], _ transaction: any ReadTransaction)
    throws
  {
    let summary = file.summary
    func open<Value: Decodable>(_ blob: [UInt8]?, _ address: FieldAddress) throws -> Value? {
      guard let blob, let key = keys[.narrative] else { return nil }
      return try key.openValue(Value.self, blob, at: address)
    }
    if file.part != .receiver || keys[.needs] != nil {
      file.services = try CareRecords.services(of: summary.id, transaction).map { service, detail in
        var service = service
        service.detail = try open(detail, SealedPlace.detail(summary, service.id))
        return service
      }
    }
    guard file.part != .receiver else { return }
    file.followUps = try CareRecords.followUps(of: summary.id, transaction).map { sealed in
      var followUp = sealed.followUp
      followUp.note = try open(sealed.note, SealedPlace.followUp(summary, "note", followUp.id))
      followUp.result = try open(sealed.result, SealedPlace.followUp(summary, "result", followUp.id))
      return followUp
    }
  }

  private func documents(_ summary: CaseSummary, _ key: RecordKey?, _ transaction: any ReadTransaction) throws
    -> [ConsentID: String]
  {
    guard let key else { return [:] }
    return try ConsentRecords.documents(of: summary.id, transaction).reduce(into: [:]) { documents, entry in
      documents[entry.key] = try key.openValue(
        String.self, entry.value, at: SealedPlace.document(summary, entry.key))
    }
  }

  /// What happened to a case, the newest first, for the agency that owns it.
  public func history(_ actor: Actor, _ id: CaseID) async throws -> [CaseEvent] {
    let names = try await MembersDesk(office).names(actor)
    return try await office.database.read { transaction in
      _ = try own(id, for: .read, actor, transaction)
      let entries = try AuditLog.entries(transaction, objectKind: "case", objectID: id.description)
      var agencies: [AgencyID: String] = [:]
      return try entries.reversed().map { numbered in
        var event = CaseEvent(at: numbered.entry.at, action: numbered.entry.action, purpose: numbered.entry.purpose)
        if case .member(let member, let agency, _) = numbered.entry.doer {
          if agencies[agency] == nil { agencies[agency] = try AgencyDesk.agency(agency, transaction)?.name }
          event.agency = agency
          event.agencyName = agencies[agency]
          event.memberName = agency == actor.agency ? names[member] : nil
        }
        return event
      }
    }
  }
}
