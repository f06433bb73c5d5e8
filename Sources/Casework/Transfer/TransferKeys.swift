import Accounts
import Basics
import CountryPack
import Records
import Vault

/// What an offer lays ready and what an acceptance moves, inside the desk's transactions.
extension TransferDesk {
  /// The case, if the actor's agency owns it, the actor may read it, and it is open.
  func owned(_ id: CaseID, _ actor: Actor, _ transaction: any ReadTransaction) throws -> CaseSummary {
    guard let summary = try CaseRecords.summary(id, transaction), summary.agency == actor.agency, actor.may(.readCase)
    else { throw Refusal.notFound }
    try requireOpen(summary)
    return summary
  }

  func requireOpen(_ summary: CaseSummary) throws {
    guard summary.status == .open else { throw Refusal(.conflict, Phrase("error.case_closed")) }
  }

  static func subjects(_ summary: CaseSummary) -> [RecordSubject] {
    [RecordSubject("case", summary.id), RecordSubject("person", summary.person)]
  }

  /// Finds the consent, and boxes keys for the other agency until it accepts.
  func lay(
    _ transfer: inout CaseTransfer, _ summary: CaseSummary, _ actor: Actor, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    let kind = transfer.kind
    let other = transfer.other.agency
    let open = try TransferRecords.of(summary.id, transaction).contains {
      $0.id != transfer.id && $0.kind == kind
        && (kind == .ownership ? $0.state == .offered : $0.isLive && $0.other.agency == other)
    }
    guard !open else { throw Refusal(.conflict, Phrase("error.transfer_open")) }
    guard try DataRequestRecords.restricted(since: summary.id, transaction) == nil else {
      throw Refusal(.noBasis, Phrase("error.restricted"))
    }
    let wall = pack.dataProtection.wall
    let consents = try ConsentLedger.live(case: summary.id, at: now, transaction).filter { $0.recipient == other }
    let covered = try consents.map { ($0, try CaseAccess.shareable($0, wall, transaction)) }
    guard
      let (consent, kinds) = covered.max(by: {
        ($0.1.count, $0.0.until?.milliseconds ?? .max, $0.0.id) < (
          $1.1.count, $1.0.until?.milliseconds ?? .max, $1.0.id
        )
      }), !kinds.isEmpty
    else { throw Refusal(.noBasis, Phrase("error.transfer_no_consent")) }
    if kind == .ownership {
      try requireMovable(summary, transaction)
      // The whole file goes: nothing of it may lie outside of what the person agreed to.
      let written = try Self.subjects(summary).flatMap {
        try RecordKeys.ownKinds($0, of: actor.agency, transaction)
      }.compactMap(DataKind.init)
      guard Set(written).isSubset(of: kinds) else {
        throw Refusal(.noBasis, Phrase("error.transfer_consent_kinds"))
      }
    }
    (transfer.consent, transfer.until) = (consent.id, consent.until)
    let basis = RecordKeys.Basis(id: transfer.id.description, until: consent.until)
    for data in kinds.sorted() {
      let subject = CaseAccess.subject(data, summary)
      _ = try RecordKeys.openOrCreate(subject, data.rawValue, for: actor, at: now, transaction)
      try RecordKeys.grant(
        subject, kinds: [data.rawValue], to: other, on: basis, held: true, root: office.root, by: actor, at: now,
        transaction)
    }
  }

  /// Seals the word to both agencies, while the consent holds.
  func seal(
    _ word: String, of transfer: CaseTransfer, _ summary: CaseSummary, _ actor: Actor, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    let subject = RecordSubject("case", summary.id)
    let key = try RecordKeys.openOrCreate(subject, Self.wordKind, for: actor, at: now, transaction)
    try RecordKeys.grant(
      subject, kinds: [Self.wordKind], to: transfer.other.agency,
      on: .init(id: transfer.id.description, until: transfer.until), root: office.root, by: actor, at: now, transaction)
    guard !word.isEmpty else { return }
    let address = Self.address(transfer.id, summary.tenant)
    try TransferRecords.setWord(
      try key.sealValue(word, at: address), tenant: summary.tenant, of: transfer.id, transaction)
  }

  static func address(_ id: CaseTransferID, _ tenant: AgencyID) -> FieldAddress {
    FieldAddress(
      tenant: tenant.description, table: "case_transfers", column: "word", row: id.description, revision: 1)
  }

  /// What must be finished, or can't go along.
  private func requireMovable(_ summary: CaseSummary, _ transaction: any ReadTransaction) throws {
    guard try !TransferRecords.hasUnfinished(summary.id, transaction) else {
      throw Refusal(.conflict, Phrase("error.transfer_unfinished"))
    }
    // The person's own record goes along: it must not be needed for another case, nor hold others joined into it.
    let isAlone =
      try !RetentionRecords.hasOtherCases(summary.person, than: summary.id, transaction)
      && MergeRecords.joined(into: summary.person, transaction).count == 1
    guard isAlone else { throw Refusal(.conflict, Phrase("error.transfer_person")) }
  }

  func requireBasis(
    _ transfer: CaseTransfer, _ summary: CaseSummary, at now: Moment, _ transaction: any ReadTransaction
  ) throws {
    try requireOpen(summary)
    guard let id = transfer.consent, let consent = try ConsentRecords.consent(id, transaction),
      consent.state(at: now) == .live, try DataRequestRecords.restricted(since: summary.id, transaction) == nil
    else { throw Refusal(.noBasis, Phrase("error.transfer_no_consent")) }
  }

  func release(_ transfer: CaseTransfer, _ summary: CaseSummary, _ transaction: any WriteTransaction) throws {
    for subject in Self.subjects(summary) {
      try RecordKeys.release(
        subject, to: transfer.other.agency, basis: transfer.id.description, root: office.root, transaction)
    }
  }

  static func revoke(_ transfer: CaseTransfer, _ summary: CaseSummary, _ transaction: any WriteTransaction) throws {
    for subject in subjects(summary) {
      try RecordKeys.revoke(subject, basis: transfer.id.description, transaction)
    }
  }

  /// The owner changes: keys, rows, the index of names, and whatever else was waiting.
  func takeOver(
    _ transfer: CaseTransfer, _ before: CaseSummary, _ actor: Actor, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    guard before.agency == transfer.owner.agency else { throw Refusal(.conflict, Phrase("error.transfer_stale")) }
    try requireMovable(before, transaction)
    try whenCaseMoves(before.id, actor.doer, now, transaction)
    for subject in Self.subjects(before) {
      try RecordKeys.takeOver(
        subject, basis: transfer.id.description, from: before.agency, by: actor, at: now, transaction)
    }
    guard
      try TransferRecords.changeHands(before, to: actor.agency, by: actor.member, at: now, transaction),
      let summary = try CaseRecords.summary(before.id, transaction)
    else { throw Refusal(.conflict, Phrase("error.transfer_stale")) }
    if let identity = try cases.identities([summary], actor, at: now, transaction)[summary.person]?.value {
      let index = BlindIndex(root: office.root, agency: actor.agency.description)
      try PersonRecords.setTags(summary.person, identity.tags(index), transaction)
    }
    // Whom the person may be found by asks the new owner from now on.
    try cases.encodeAnew([summary.person], actor, at: now, transaction)
    for other in try TransferRecords.of(before.id, transaction) where other.id != transfer.id && other.isLive {
      try Self.followOwner(other, to: transfer.other, summary, actor.doer, at: now, transaction)
    }
    try transaction.record(
      AuditEntry(
        at: now, doer: actor.doer, action: "case.transfer", objectKind: "case", objectID: before.id.description,
        consent: transfer.consent))
  }

  /// What waits lapses; who holds the case jointly goes on with the new owner, and the new owner needs no lending.
  private static func followOwner(
    _ before: CaseTransfer, to owner: CaseTransfer.Side, _ summary: CaseSummary, _ doer: AuditEntry.Doer,
    at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    var transfer = before
    transfer.revision += 1
    if before.state == .accepted, before.other.agency != owner.agency {
      transfer.owner = owner
      guard try TransferRecords.setOwner(transfer, from: before.revision, transaction) else { throw Refusal.conflict }
      return
    }
    (transfer.state, transfer.endedAt) = (before.state == .accepted ? .ended : .lapsed, now)
    guard try TransferRecords.update(transfer, from: before.revision, transaction) else { throw Refusal.conflict }
    try revoke(transfer, summary, transaction)
    try transaction.record(entry(transfer.state == .ended ? "end" : "lapse", transfer, doer, at: now))
  }
}
