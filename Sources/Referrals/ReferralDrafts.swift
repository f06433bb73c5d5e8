import Accounts
import Basics
import Casework
import Records
import Vault

/// Drafts: a referral that a sender begins now and sends later, or never.
extension ReferralDesk {
  static let draftKind = "draft"

  /// Keeps what is written of a referral. Doing it again with the same words changes nothing.
  ///
  /// - Parameters:
  ///   - id: of the referral that it will be; the form holds it.
  ///   - revision: of the draft on the page; 0 for a new one.
  ///
  /// Throws `Refusal`: `.notFound` for a case or identifier of another agency, `.conflict` for a closed case, a referral
  /// that was sent meanwhile or a draft that a colleague changed, or the wrong fields. No consent is asked for: nothing
  /// leaves the house.
  @discardableResult
  public func keep(
    _ actor: Actor, _ id: ReferralID, of caseID: CaseID, _ codes: ReferralDraft.Codes, _ words: ReferralDraft.Words,
    seen revision: Int
  ) async throws -> ReferralDraft {
    try actor.require(.sendReferral)
    let (pack, now) = (pack, office.clock.now())
    return try await office.database.write { transaction in
      _ = try ReferralAccess.openCase(caseID, of: actor, transaction)
      let before = try Self.draft(id, of: caseID, actor, transaction)
      try Self.require(.keep, before, actor)
      let problems = codes.problems(pack) + words.problems()
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      if let before, before.codes == codes, try Self.words(before, actor, at: now, transaction) == words {
        return before
      }
      guard (before?.revision ?? 0) == revision else {
        throw Refusal(.conflict, Phrase("error.referral_draft_stale"))
      }
      let draft = ReferralDraft(
        id: id, caseID: caseID, agency: actor.agency, member: actor.member, codes: codes, savedAt: now, state: .draft,
        revision: revision + 1)
      let key = try RecordKeys.openOrCreate(
        ReferralAccess.subject(id), Self.draftKind, for: actor, at: now, transaction)
      let sealed = try key.sealValue(words, at: Self.address(draft))
      if before == nil {
        try ReferralDraftRecords.insert(draft, words: sealed, transaction)
      } else if try !ReferralDraftRecords.update(draft, words: sealed, from: revision, transaction) {
        throw Refusal.conflict
      }
      try transaction.record(Self.entry(.keep, draft, actor.doer, at: now))
      return draft
    }
  }

  /// Puts a draft away: what was written can't be read again. Doing it again changes nothing.
  ///
  /// Throws `Refusal`: `.notFound`, or `.conflict` for one that was sent.
  public func discard(_ actor: Actor, _ id: ReferralID, of caseID: CaseID) async throws {
    try actor.require(.sendReferral)
    let now = office.clock.now()
    try await office.database.write { transaction in
      // A case that was closed meanwhile must not keep anybody from tidying up.
      guard let draft = try Self.draft(id, of: caseID, actor, transaction) else { throw Refusal.notFound }
      try Self.require(.discard, draft, actor)
      try Self.discard(draft, actor.doer, at: now, transaction)
    }
  }

  /// What the actor's agency is writing, what was kept last first: codes and dates, no key needed. Who may read no cases
  /// sees what they wrote themselves.
  public func drafts(_ actor: Actor) async throws -> [ReferralDraft] {
    try actor.require(.sendReferral)
    return try await office.database.read { try ReferralDraftRecords.open(actor.agency, $0) }
      .filter { Self.sees(actor, $0) }
  }

  /// One draft with its words, to go on writing. Leaves an audit entry.
  ///
  /// Throws `Refusal`: `.notFound`; `.conflict` when it was sent or put away.
  public func draft(_ actor: Actor, _ id: ReferralID, of caseID: CaseID) async throws -> (
    draft: ReferralDraft, words: ReferralDraft.Words
  ) {
    try actor.require(.sendReferral)
    let now = office.clock.now()
    return try await office.database.write { transaction in
      guard let draft = try Self.draft(id, of: caseID, actor, transaction) else { throw Refusal.notFound }
      try Self.require(.keep, draft, actor)
      let words = try Self.words(draft, actor, at: now, transaction)
      var entry = Self.entry(.keep, draft, actor.doer, at: now)
      entry.action = "referral.draft_read"
      try transaction.record(entry)
      return (draft, words)
    }
  }

  // MARK: Inside a transaction

  /// Before a referral is sent: what was kept of it is the sender's own and may still be sent. Answers whether there was
  /// a draft.
  static func requireSendable(_ id: ReferralID, of caseID: CaseID, _ actor: Actor, _ transaction: any ReadTransaction)
    throws -> Bool
  {
    guard let draft = try draft(id, of: caseID, actor, transaction) else { return false }
    try require(.send, draft, actor)
    return true
  }

  /// What was sent is no draft any more.
  static func wasSent(_ id: ReferralID, _ transaction: any WriteTransaction) throws {
    try ReferralDraftRecords.delete(id, transaction)
    try RecordKeys.dropUnused(ReferralAccess.subject(id), draftKind, transaction)
  }

  /// What is being written of a case that closes, is erased or changes hands, is put away.
  static func discardDrafts(
    of id: CaseID, _ doer: AuditEntry.Doer, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    for draft in try ReferralDraftRecords.of(id, transaction) {
      let outcome = ReferralRules.outcome(of: .caseClosed, in: .init(draft.state), by: .init(.closedCase))
      guard case .becomes = outcome else { continue }
      try discard(draft, doer, at: now, transaction)
    }
  }

  private static func discard(
    _ before: ReferralDraft, _ doer: AuditEntry.Doer, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    guard before.state == .draft else { return }
    var draft = before
    (draft.state, draft.revision, draft.savedAt) = (.discarded, before.revision + 1, now)
    draft.codes = ReferralDraft.Codes()
    guard try ReferralDraftRecords.update(draft, words: [], from: before.revision, transaction) else {
      throw Refusal.conflict
    }
    // Also a copy of the store can't be read any more.
    try RecordKeys.destroy(ReferralAccess.subject(draft.id), transaction)
    try transaction.record(entry(.discard, draft, doer, at: now))
  }

  /// The actor's agency's draft; `nil` when there is none. What belongs to somebody else does not exist.
  private static func draft(
    _ id: ReferralID, of caseID: CaseID, _ actor: Actor, _ transaction: any ReadTransaction
  ) throws -> ReferralDraft? {
    if let sent = try ReferralRecords.referral(id, transaction) {
      guard sent.from.agency == actor.agency, sent.caseID == caseID else { throw Refusal.notFound }
      throw ReferralRules.Reason.alreadySent.refusal
    }
    guard let draft = try ReferralDraftRecords.draft(id, transaction) else { return nil }
    guard draft.caseID == caseID, sees(actor, draft) else { throw Refusal.notFound }
    return draft
  }

  private static func sees(_ actor: Actor, _ draft: ReferralDraft) -> Bool {
    draft.agency == actor.agency && (actor.may(.readCase) || draft.member == actor.member)
  }

  private static func require(_ move: ReferralMove, _ draft: ReferralDraft?, _ actor: Actor) throws {
    let stance = ReferralRules.Stance(.sender, maySend: actor.may(.sendReferral))
    let outcome = ReferralRules.outcome(of: move, in: .init(draft?.state ?? .draft), by: stance)
    if case .no(let reason) = outcome { throw reason.refusal }
  }

  private static func words(
    _ draft: ReferralDraft, _ actor: Actor, at now: Moment, _ transaction: any ReadTransaction
  ) throws -> ReferralDraft.Words {
    guard let sealed = try ReferralDraftRecords.words(draft.id, transaction),
      let key = try RecordKeys.open(ReferralAccess.subject(draft.id), draftKind, for: actor, at: now, transaction)
    else { throw Refusal(.noBasis, Phrase("error.no_basis")) }
    return try key.openValue(ReferralDraft.Words.self, sealed, at: address(draft))
  }

  private static func address(_ draft: ReferralDraft) -> FieldAddress {
    FieldAddress(
      tenant: draft.agency.description, table: "referral_drafts", column: "words", row: draft.id.description,
      revision: draft.revision)
  }

  private static func entry(
    _ move: ReferralMove, _ draft: ReferralDraft, _ doer: AuditEntry.Doer, at now: Moment
  ) -> AuditEntry {
    AuditEntry(
      at: now, doer: doer, action: "referral." + move.rawValue, objectKind: "referral",
      objectID: draft.id.description)
  }
}
