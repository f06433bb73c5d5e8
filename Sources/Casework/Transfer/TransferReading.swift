import Accounts
import Basics
import CountryPack
import Records
import Vault

/// Lists, one transfer, and what happens to transfers when something beside them ends.
extension TransferDesk {
  /// What the actor's agency has a part in: what waits first. Codes and dates, no key needed.
  ///
  /// - Parameter most: how many.
  public func list(_ actor: Actor, most: Int = 200) async throws -> [CaseTransfer] {
    try actor.require(.transferCase)
    return try await office.database.read { try TransferRecords.of(actor.agency, limit: most, $0) }
  }

  /// The transfers of a case that the actor's agency has a part in, the newest first.
  public func ofCase(_ actor: Actor, _ id: CaseID) async throws -> [CaseTransfer] {
    guard actor.may(.readCase) || actor.may(.transferCase) else { throw Refusal.forbidden }
    return try await office.database.read { try TransferRecords.of(id, $0) }
      .filter { Self.party(of: actor, in: $0) != .stranger }
  }

  /// One transfer with what there is to decide by: the case's coded facts and the word. Leaves an audit entry.
  ///
  /// Throws `Refusal.notFound`.
  public func view(_ actor: Actor, _ id: CaseTransferID) async throws -> TransferView {
    try actor.require(.transferCase)
    let now = office.clock.now()
    return try await office.database.write { transaction in
      guard let transfer = try TransferRecords.transfer(id, transaction),
        let summary = try CaseRecords.summary(transfer.caseID, transaction)
      else { throw Refusal.notFound }
      let party = Self.party(of: actor, in: transfer)
      guard party != .stranger else { throw Refusal.notFound }
      // What has ended for an agency tells it nothing of the case any more.
      let isOwner = summary.agency == actor.agency
      let isHeld = try holds(transfer, at: now, transaction)
      let shows = isOwner || (transfer.isLive && isHeld)
      var word: String?
      if shows, let sealed = try TransferRecords.word(id, transaction),
        let key = try RecordKeys.open(
          RecordSubject("case", summary.id), Self.wordKind, for: actor, at: now, transaction)
      {
        word = try key.openValue(String.self, sealed.word, at: Self.address(id, sealed.tenant))
      }
      let consent = try transfer.consent.flatMap { try ConsentRecords.consent($0, transaction) }
      try transaction.record(Self.entry("read", transfer, actor.doer, at: now))
      return TransferView(
        transfer: transfer, party: party, summary: shows ? summary : nil, word: word,
        kinds: shows ? consent?.kinds ?? [] : [], holds: isHeld,
        options: TransferRules.options(in: .init(transfer.state, transfer.kind), by: party, may: true),
        opensFile: isOwner || (transfer.state == .accepted && transfer.isLive && shows))
    }
  }

  /// To which agencies the actor could offer a case now: those with a live consent, and what each covers.
  public func recipients(_ actor: Actor, _ id: CaseID) async throws -> (
    code: CaseCode, list: [(agency: Agency, kinds: Set<DataKind>)]
  ) {
    try actor.require(.transferCase)
    let (now, wall) = (office.clock.now(), pack.dataProtection.wall)
    return try await office.database.read { transaction in
      let summary = try owned(id, actor, transaction)
      var best: [AgencyID: Set<DataKind>] = [:]
      for consent in try ConsentLedger.live(case: id, at: now, transaction) where consent.recipient != actor.agency {
        let kinds = try CaseAccess.shareable(consent, wall, transaction)
        if kinds.count > best[consent.recipient]?.count ?? 0 { best[consent.recipient] = kinds }
      }
      let list = try best.compactMap { agency, kinds in
        try AgencyDesk.agency(agency, transaction).map { (agency: $0, kinds: kinds) }
      }
      return (summary.code, list.sorted { ($0.agency.name, $0.agency.id) < ($1.agency.name, $1.agency.id) })
    }
  }

  private func holds(_ transfer: CaseTransfer, at now: Moment, _ transaction: any ReadTransaction) throws -> Bool {
    guard let id = transfer.consent else { return false }
    return try ConsentRecords.consent(id, transaction)?.state(at: now) == .live
  }

  // MARK: What ends beside them

  /// In the transaction in which a consent ends: offers and joint holding that rest on it end, and with them the keys.
  static func consentEnded(
    _ consent: ConsentID, _ caseID: CaseID, _ doer: AuditEntry.Doer, _ now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try end(.revoke, by: .consent, caseID, doer, now, transaction) { $0.consent == consent }
  }

  /// In the transaction in which a case closes: what nobody answered lapses. Joint holding goes on while its consent
  /// does, as an accepted referral would.
  static func caseClosed(
    _ caseID: CaseID, _ doer: AuditEntry.Doer, _ now: Moment, _ transaction: any WriteTransaction
  ) throws {
    try end(.lapse, by: .closedCase, caseID, doer, now, transaction) { _ in true }
  }

  private static func end(
    _ move: TransferMove, by party: TransferRules.Party, _ caseID: CaseID, _ doer: AuditEntry.Doer, _ now: Moment,
    _ transaction: any WriteTransaction, where fits: (CaseTransfer) -> Bool
  ) throws {
    guard let summary = try CaseRecords.summary(caseID, transaction) else { return }
    for before in try TransferRecords.of(caseID, transaction) where fits(before) {
      let outcome = TransferRules.outcome(of: move, in: .init(before.state, before.kind), by: party, may: false)
      guard case .becomes(let state) = outcome else { continue }
      var transfer = before
      (transfer.state, transfer.endedAt, transfer.revision) = (state, now, before.revision + 1)
      guard try TransferRecords.update(transfer, from: before.revision, transaction) else { throw Refusal.conflict }
      try revoke(transfer, summary, transaction)
      try transaction.record(entry(move.rawValue, transfer, doer, at: now))
    }
  }
}

/// One transfer as a member of one of its agencies may see it.
public struct TransferView: Sendable {
  public var transfer: CaseTransfer
  public var party: TransferRules.Party
  /// The case's coded part; `nil` when it is no longer the reader's to know.
  public var summary: CaseSummary?
  public var word: String?
  /// What the consent covers.
  public var kinds: Set<DataKind>
  /// Whether the consent holds now.
  public var holds: Bool
  public var options: [TransferMove]
  /// Whether the case's file opens to the reader's agency.
  public var opensFile: Bool
}
