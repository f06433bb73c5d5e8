import Accounts
import Basics
import CountryPack
import Foundation
import Records
import Vault

/// The one way by which a case goes from one agency to another, or is held by two.
///
/// An offer needs a consent that covers what is handed over; the keys lie ready, boxed, until the other agency accepts.
/// On acceptance of a case the owner changes in one transaction: what was lent becomes the taking agency's own, and the
/// former owner keeps nothing of the file. It keeps what is its own record elsewhere: its interviews, the referrals it
/// sent, the audit log. To read on, it needs what any other agency needs: the person's consent.
///
/// Joint holding is reading by a second agency, as far as the consent names, with a right to end it.
public struct TransferDesk: Sendable {
  /// Called in the transaction in which a case changes hands, before the keys move; may refuse.
  public typealias CaseMoves = @Sendable (CaseID, AuditEntry.Doer, Moment, any WriteTransaction) throws -> Void

  public static let longestWord = 600
  static let wordKind = "transfer"

  let cases: CaseDesk
  let whenCaseMoves: CaseMoves
  var office: Office { cases.office }
  var pack: CountryPack { cases.pack }

  public init(_ cases: CaseDesk, whenCaseMoves: @escaping CaseMoves = { _, _, _, _ in }) {
    self.cases = cases
    self.whenCaseMoves = whenCaseMoves
  }

  // MARK: Offering and asking

  /// Offers a case to another agency, as its own or to be held jointly. Doing it again with the same identifier changes
  /// nothing.
  ///
  /// Throws `Refusal`: `.noBasis` without a live consent for that agency, or one that covers less than is handed over;
  /// `.conflict` for a closed case, or with what has to be finished before; `.notFound`; the wrong fields.
  @discardableResult
  public func offer(
    _ actor: Actor, _ caseID: CaseID, id: CaseTransferID, _ kind: CaseTransfer.Kind, to agency: AgencyID, word: String
  ) async throws -> CaseTransfer {
    try actor.require(.transferCase)
    let now = office.clock.now()
    let word = word.trimmingCharacters(in: .whitespacesAndNewlines)
    return try await office.database.write { transaction in
      if let existing = try TransferRecords.transfer(id, transaction) {
        guard existing.owner.agency == actor.agency, existing.caseID == caseID, existing.other.agency == agency else {
          throw Refusal.notFound
        }
        return existing
      }
      let summary = try owned(caseID, actor, transaction)
      guard let receiver = try AgencyDesk.agency(agency, transaction), agency != actor.agency else {
        throw Refusal.fields([FieldProblem("to", "error.choose")])
      }
      guard word.count <= Self.longestWord else {
        throw Refusal.fields([FieldProblem("word", Phrase("error.too_long", ["most": String(Self.longestWord)]))])
      }
      let owner = try AgencyDesk.agency(actor.agency, transaction)
      var transfer = CaseTransfer(
        id: id, caseID: caseID, kind: kind, state: .offered,
        owner: .init(agency: actor.agency, name: owner?.name ?? ""),
        other: .init(agency: agency, name: receiver.name), madeBy: actor.member, madeAt: now, revision: 1)
      try lay(&transfer, summary, actor, at: now, transaction)
      try TransferRecords.insert(transfer, transaction)
      try seal(word, of: transfer, summary, actor, at: now, transaction)
      try transaction.record(Self.entry("offer", transfer, actor.doer, at: now))
      return transfer
    }
  }

  /// Asks the owner to hand a case over. Only an agency that can read some of it now knows of it. Doing it again with
  /// the same identifier changes nothing.
  ///
  /// Throws `Refusal`: `.notFound`; `.forbidden` for a case of the own agency; `.conflict` while it has asked already.
  @discardableResult
  public func request(_ actor: Actor, _ caseID: CaseID, id: CaseTransferID) async throws -> CaseTransfer {
    try actor.require(.transferCase)
    let now = office.clock.now()
    return try await office.database.write { transaction in
      if let existing = try TransferRecords.transfer(id, transaction) {
        guard existing.other.agency == actor.agency, existing.caseID == caseID else { throw Refusal.notFound }
        return existing
      }
      guard let summary = try CaseRecords.summary(caseID, transaction) else { throw Refusal.notFound }
      guard summary.agency != actor.agency else { throw Refusal.forbidden }
      let bases = try ConsentLedger.live(case: caseID, at: now, transaction).filter { $0.recipient == actor.agency }
      guard actor.may(.readCase), try !cases.keys(summary, bases, actor, at: now, transaction).isEmpty else {
        throw Refusal.notFound
      }
      try requireOpen(summary)
      let before = try TransferRecords.of(caseID, transaction).contains {
        $0.other.agency == actor.agency && $0.kind == .ownership && $0.state.isWaiting
      }
      guard !before else { throw Refusal(.conflict, Phrase("error.transfer_open")) }
      let transfer = CaseTransfer(
        id: id, caseID: caseID, kind: .ownership, state: .requested,
        owner: .init(
          agency: summary.agency, name: try AgencyDesk.agency(summary.agency, transaction)?.name ?? ""),
        other: .init(agency: actor.agency, name: try AgencyDesk.agency(actor.agency, transaction)?.name ?? ""),
        madeBy: actor.member, madeAt: now, revision: 1)
      try TransferRecords.insert(transfer, transaction)
      try transaction.record(Self.entry("request", transfer, actor.doer, at: now))
      return transfer
    }
  }

  // MARK: Answering and ending

  /// Makes a move. Doing it again answers how things stand.
  ///
  /// - Parameters:
  ///   - revision: of the page that was looked at; ending, taking back and declining never fail for it.
  ///   - reason: a code of the pack's decline reasons, to decline and to refuse.
  ///
  /// Throws `Refusal`: `.notFound`, `.forbidden`, `.noBasis`, `.conflict` with what happened, or the wrong field.
  @discardableResult
  public func make(
    _ move: TransferMove, _ actor: Actor, _ id: CaseTransferID, revision: Int, reason: String = ""
  ) async throws -> CaseTransfer {
    try actor.require(.transferCase)
    let now = office.clock.now()
    return try await office.database.write { transaction in
      guard let before = try TransferRecords.transfer(id, transaction),
        let summary = try CaseRecords.summary(before.caseID, transaction)
      else { throw Refusal.notFound }
      let outcome = TransferRules.outcome(
        of: move, in: .init(before.state, before.kind), by: Self.party(of: actor, in: before), may: true)
      guard case .becomes(let state) = outcome else { return try Self.answer(outcome, before) }
      guard revision == before.revision || ![.accept, .offer].contains(move) else {
        throw Refusal(.conflict, Phrase("error.transfer_stale"))
      }
      var transfer = before
      (transfer.state, transfer.revision) = (state, before.revision + 1)
      if move == .decline || move == .refuse {
        guard pack.term(.declineReasons, reason) != nil else {
          throw Refusal.fields([FieldProblem("reason", "error.referral_reason")])
        }
        transfer.reason = reason
      }
      switch move {
      case .offer:
        _ = try owned(summary.id, actor, transaction)
        try lay(&transfer, summary, actor, at: now, transaction)
        try seal("", of: transfer, summary, actor, at: now, transaction)
      case .accept:
        (transfer.answeredBy, transfer.answeredAt) = (actor.member, now)
        try requireBasis(transfer, summary, at: now, transaction)
        try release(transfer, summary, transaction)
        if transfer.kind == .ownership {
          try takeOver(transfer, summary, actor, at: now, transaction)
          transfer.endedAt = now
        }
      case .decline, .refuse:
        (transfer.answeredBy, transfer.answeredAt, transfer.endedAt) = (actor.member, now, now)
        try Self.revoke(transfer, summary, transaction)
      case .withdraw, .end:
        transfer.endedAt = now
        try Self.revoke(transfer, summary, transaction)
      case .revoke, .lapse: break
      }
      guard try TransferRecords.update(transfer, from: before.revision, transaction) else { throw Refusal.conflict }
      try transaction.record(Self.entry(move.rawValue, transfer, actor.doer, at: now))
      return transfer
    }
  }

  private static func answer(_ outcome: TransferRules.Outcome, _ transfer: CaseTransfer) throws -> CaseTransfer {
    switch outcome {
    case .becomes, .already: return transfer
    case .notYours: throw Refusal.notFound
    case .notAllowed: throw Refusal.forbidden
    case .notNow: throw Refusal(.conflict, Phrase("error.transfer_\(transfer.state.rawValue)"))
    }
  }

  static func party(of actor: Actor, in transfer: CaseTransfer) -> TransferRules.Party {
    transfer.other.agency == actor.agency ? .other : transfer.owner.agency == actor.agency ? .owner : .stranger
  }

  static func entry(_ action: String, _ transfer: CaseTransfer, _ doer: AuditEntry.Doer, at now: Moment) -> AuditEntry {
    AuditEntry(
      at: now, doer: doer, action: "transfer." + action, objectKind: "transfer", objectID: transfer.id.description,
      consent: transfer.consent)
  }
}
