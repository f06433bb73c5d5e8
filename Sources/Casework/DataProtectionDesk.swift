import Accounts
import Basics
import CountryPack
import Records
import Vault

/// Where everything about a person's rights over their data is asked: what runs out, holds, erasure in two steps,
/// requests, emergencies and their review, breaches, and the history of every field.
///
///     let desk = DataProtectionDesk(office, pack, whenCaseErased: ReferralDesk.caseErased)
///     let proposal = try await desk.propose(worker, caseID, id: .random(), ground: .term)
///     try await desk.confirm(supervisor, proposal.id)
public struct DataProtectionDesk: Sendable {
  let office: Office
  let pack: CountryPack
  let cases: CaseDesk
  let whenCaseErased: Erasing.CaseErased

  public init(
    _ office: Office, _ pack: CountryPack, whenCaseErased: @escaping Erasing.CaseErased = { _, _, _, _ in }
  ) {
    self.office = office
    self.pack = pack
    cases = CaseDesk(office, pack)
    self.whenCaseErased = whenCaseErased
  }

  var content: DataProtectionContent { pack.dataProtection }

  /// A case of the actor's agency, whatever its state.
  func own(_ id: CaseID, _ actor: Actor, _ transaction: any ReadTransaction) throws -> CaseSummary {
    try cases.own(id, for: .read, actor, transaction)
  }

  func sealed(
    _ words: String, _ address: FieldAddress, _ summary: CaseSummary, _ actor: Actor, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> [UInt8] {
    try cases.sealed(words, .legal, at: address, summary, for: actor, at: now, transaction) ?? []
  }

  /// Words that were sealed; `nil` where there are none or the key can't be had.
  func words(
    _ blob: [UInt8]?, _ address: FieldAddress, _ summary: CaseSummary, _ actor: Actor, at now: Moment,
    _ transaction: any ReadTransaction
  ) throws -> String? {
    guard let blob, !blob.isEmpty,
      let key = try RecordKeys.open(
        CaseAccess.subject(.legal, summary), DataKind.legal.rawValue, for: actor, at: now, transaction)
    else { return nil }
    return try key.openValue(String.self, blob, at: address)
  }

  /// Throws unless words stand there that can be kept.
  static func requireWords(_ text: String, _ field: String) throws(Refusal) {
    var problems = TextRules.problems([(field, text, .note)])
    if !text.contains(where: { $0.isLetter || $0.isNumber }) { problems.append(FieldProblem(field, "error.missing")) }
    guard problems.isEmpty else { throw Refusal.fields(problems) }
  }
}

extension DataProtectionDesk {
  // MARK: What runs out

  /// Closed cases whose time runs out within so many days, or has run out, the first first.
  public func running(_ actor: Actor, within days: Int) async throws -> [RetentionRow] {
    try actor.require(.protectData)
    let (pack, now) = (pack, office.clock.now())
    return try await office.database.read {
      try Self.running(pack, within: days, agency: actor.agency, at: now, $0)
    }
  }

  /// The same for the command line: of all agencies, by codes and dates only.
  public static func running(
    _ pack: CountryPack, within days: Int, agency: AgencyID? = nil, at now: Moment, _ transaction: any ReadTransaction
  ) throws -> [RetentionRow] {
    let schedules = pack.dataProtection.schedules
    guard let shortest = schedules.map(\.months).min() else { return [] }
    let last = CalendarDay(now, offsetFromUTC: pack.offsetFromUTC).adding(days: min(max(0, days), 3660))
    // A month less and a day more than could matter; the rule itself decides below.
    let before = ConsentRules.end(of: last.adding(months: -shortest).adding(days: 4), offsetFromUTC: pack.offsetFromUTC)
    let rows = try RetentionRecords.closed(before: before, agency: agency, limit: 20_000, transaction).compactMap {
      summary -> RetentionRow? in
      guard let closedAt = summary.closedAt else { return nil }
      let closed = CalendarDay(closedAt, offsetFromUTC: pack.offsetFromUTC)
      guard
        let schedule = RetentionRules.schedule(
          kind: summary.facts.kind, reason: summary.closureReason, closed: closed, schedules)
      else { return nil }
      let due = RetentionRules.due(closed: closed, schedule)
      guard due <= last else { return nil }
      return RetentionRow(summary: summary, schedule: schedule, due: due, isHeld: false, isProposed: false)
    }.sorted { ($0.due, $0.summary.id) < ($1.due, $1.summary.id) }
    let shown = Array(rows.prefix(500))
    let ids = shown.map(\.summary.id)
    let (held, proposed) = (
      try RetentionRecords.held(ids, transaction), try RetentionRecords.proposed(ids, transaction)
    )
    return shown.map { row in
      var row = row
      row.isHeld = held.contains(row.summary.id)
      row.isProposed = proposed.contains(row.summary.id)
      return row
    }
  }

  // MARK: Holds

  /// Keeps a case from being erased, whatever else is due or asked.
  public func hold(_ actor: Actor, _ id: CaseID, id hold: HoldID, reason: String) async throws {
    try actor.require(.protectData)
    try Self.requireWords(reason, "reason")
    let now = office.clock.now()
    try await office.database.write { transaction in
      let summary = try own(id, actor, transaction)
      let before = try RetentionRecords.holds(of: id, transaction)
      if before.contains(where: { $0.hold.id == hold }) { return }
      let blob = try sealed(reason, Self.place(hold, summary), summary, actor, at: now, transaction)
      try RetentionRecords.insert(
        CaseHold(id: hold, caseID: id, placedBy: actor.member, placedAt: now), agency: actor.agency, reason: blob,
        transaction)
      try transaction.record(cases.entry(actor, "hold.place", id, at: now))
    }
  }

  public func liftHold(_ actor: Actor, _ id: CaseID, _ hold: HoldID, reason: String) async throws {
    try actor.require(.protectData)
    try Self.requireWords(reason, "reason")
    let now = office.clock.now()
    try await office.database.write { transaction in
      let summary = try own(id, actor, transaction)
      let blob = try sealed(reason, Self.place(hold, summary, "lift_reason"), summary, actor, at: now, transaction)
      guard try RetentionRecords.lift(hold, of: id, reason: blob, by: actor.member, at: now, transaction) else {
        throw Refusal(.conflict, Phrase("error.hold_lifted"))
      }
      try transaction.record(cases.entry(actor, "hold.lift", id, at: now))
    }
  }

  /// The holds of a case, the newest first, with their reasons.
  public func holds(_ actor: Actor, _ id: CaseID) async throws -> [CaseHold] {
    guard actor.may(.readCase) else { throw Refusal.forbidden }
    let now = office.clock.now()
    return try await office.database.read { transaction in
      let summary = try own(id, actor, transaction)
      return try RetentionRecords.holds(of: id, transaction).map { sealed in
        var hold = sealed.hold
        hold.reason = try words(sealed.reason, Self.place(hold.id, summary), summary, actor, at: now, transaction)
        hold.liftReason = try words(
          sealed.liftReason, Self.place(hold.id, summary, "lift_reason"), summary, actor, at: now, transaction)
        return hold
      }
    }
  }

  private static func place(_ hold: HoldID, _ summary: CaseSummary, _ column: String = "reason") -> FieldAddress {
    SealedPlace.field(summary, "case_holds", column, hold.description)
  }

  // MARK: Erasing in two steps

  /// Proposes that a case be erased. Nothing is erased before somebody else confirms it.
  ///
  /// - Parameter erasure: chosen by the form, so that a second click proposes nothing more.
  ///
  /// Throws `Refusal` `.conflict` when the case is open, held, not due or proposed already.
  @discardableResult
  public func propose(_ actor: Actor, _ id: CaseID, id erasure: ErasureID, ground: ErasureGround) async throws
    -> CaseErasure
  {
    guard actor.may(.closeCase) || actor.may(.protectData) else { throw Refusal.forbidden }
    let now = office.clock.now()
    return try await office.database.write { transaction in
      if let before = try RetentionRecords.erasure(erasure, agency: actor.agency, transaction) {
        guard before.caseID == id else { throw Refusal.conflict }
        return before
      }
      let summary = try own(id, actor, transaction)
      return try propose(summary, erasure, ground, actor, at: now, transaction)
    }
  }

  func propose(
    _ summary: CaseSummary, _ erasure: ErasureID, _ ground: ErasureGround, _ actor: Actor, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> CaseErasure {
    try requireErasable(summary, ground, at: now, transaction)
    guard try RetentionRecords.proposed([summary.id], transaction).isEmpty else {
      throw Refusal(.conflict, Phrase("error.erase_proposed"))
    }
    let proposal = CaseErasure(
      id: erasure, caseID: summary.id, code: summary.code, ground: ground,
      schedule: ground == .term ? schedule(summary)?.code : nil, proposedBy: actor.member, proposedAt: now)
    try RetentionRecords.insert(proposal, agency: actor.agency, transaction)
    try transaction.record(cases.entry(actor, "erasure.propose", summary.id, at: now))
    return proposal
  }

  /// Erases what was proposed: the case, its interviews, the sealed content of its referrals, and the person when this was
  /// the last case. It can't be undone.
  ///
  /// Throws `Refusal`: `.forbidden` for who proposed it, `.conflict` when it no longer may be, or was decided.
  public func confirm(_ actor: Actor, _ erasure: ErasureID) async throws {
    try actor.require(.protectData)
    let (now, engine) = (office.clock.now(), office.database.engine)
    try await office.database.write { transaction in
      let proposal = try waiting(erasure, actor, transaction)
      let summary = try own(proposal.caseID, actor, transaction)
      try requireErasable(summary, proposal.ground, at: now, transaction)
      guard try RetentionRecords.decide(erasure, .erased, by: actor.member, at: now, transaction) else {
        throw Refusal(.conflict, Phrase("error.erase_decided"))
      }
      try Erasing.erase(summary, pack, engine, by: actor.doer, at: now, hook: whenCaseErased, transaction)
    }
    // It is erased by now; what the engine could not clear at once it clears at its next checkpoint or vacuum.
    try? await office.database.leaveNoTraces(of: ErasureKeys.table)
  }

  /// Keeps a case that was proposed. Whoever proposed it may take it back too.
  public func decline(_ actor: Actor, _ erasure: ErasureID) async throws {
    guard actor.may(.closeCase) || actor.may(.protectData) else { throw Refusal.forbidden }
    let now = office.clock.now()
    try await office.database.write { transaction in
      guard let proposal = try RetentionRecords.erasure(erasure, agency: actor.agency, transaction) else {
        throw Refusal.notFound
      }
      guard actor.may(.protectData) || proposal.proposedBy == actor.member else { throw Refusal.forbidden }
      guard try RetentionRecords.decide(erasure, .declined, by: actor.member, at: now, transaction) else {
        throw Refusal(.conflict, Phrase("error.erase_decided"))
      }
      try transaction.record(cases.entry(actor, "erasure.decline", proposal.caseID, at: now))
    }
  }

  /// One proposal, for the page that asks once more.
  public func erasure(_ actor: Actor, _ erasure: ErasureID) async throws -> CaseErasure {
    try actor.require(.protectData)
    return try await office.database.read {
      guard let found = try RetentionRecords.erasure(erasure, agency: actor.agency, $0) else { throw Refusal.notFound }
      return found
    }
  }

  /// The agency's proposals that wait, or what was decided, the newest first.
  ///
  /// - Parameter most: how many.
  public func erasures(_ actor: Actor, waiting: Bool, most: Int = 200) async throws -> [CaseErasure] {
    try actor.require(.protectData)
    return try await office.database.read {
      try RetentionRecords.erasures(of: actor.agency, waiting: waiting, limit: most, $0)
    }
  }

  private func waiting(_ erasure: ErasureID, _ actor: Actor, _ transaction: any ReadTransaction) throws -> CaseErasure {
    guard let proposal = try RetentionRecords.erasure(erasure, agency: actor.agency, transaction) else {
      throw Refusal.notFound
    }
    guard proposal.outcome == nil else { throw Refusal(.conflict, Phrase("error.erase_decided")) }
    guard proposal.proposedBy != actor.member else { throw Refusal(.forbidden, Phrase("error.erase_own")) }
    return proposal
  }

  func schedule(_ summary: CaseSummary) -> RetentionSchedule? {
    summary.closedAt.flatMap {
      RetentionRules.schedule(
        kind: summary.facts.kind, reason: summary.closureReason, closed: cases.day($0), content.schedules)
    }
  }

  func requireErasable(
    _ summary: CaseSummary, _ ground: ErasureGround, at now: Moment, _ transaction: any ReadTransaction
  ) throws {
    let due = summary.closedAt.flatMap { closed in
      schedule(summary).map { RetentionRules.due(closed: cases.day(closed), $0) }
    }
    try RetentionRules.requireErasable(
      status: summary.status, isHeld: try !RetentionRecords.held([summary.id], transaction).isEmpty, ground: ground,
      due: due, isGranted: try DataRequestRecords.isErasureGranted(summary.id, transaction), on: cases.day(now))
  }
}
