import Accounts
import Basics
import Casework
import Foundation
import Records
import Vault

/// What happens to referrals when something beside them ends. All of it runs inside the other room's transaction.
extension ReferralDesk {
  /// For `CaseDesk(whenConsentEnds:)`: every live referral that rests on the consent ends, and with it what the
  /// receiving agency could open.
  public static func consentEnded(
    _ consent: ConsentID, _ caseID: CaseID, _ doer: AuditEntry.Doer, _ now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    for referral in try ReferralRecords.live(of: caseID, transaction) where referral.consent == consent {
      try end(referral, .revoke, doer, now, transaction)
    }
  }

  /// For `CaseDesk(whenCaseCloses:)`: what nobody has taken on ends, with a line in its history that both sides see.
  /// What an agency has accepted goes on until it is completed, withdrawn, or the consent ends.
  public static func caseClosed(
    _ caseID: CaseID, _ doer: AuditEntry.Doer, _ now: Moment, _ transaction: any WriteTransaction
  ) throws {
    for referral in try ReferralRecords.live(of: caseID, transaction) {
      try end(referral, .caseClosed, doer, now, transaction)
    }
    try discardDrafts(of: caseID, doer, at: now, transaction)
  }

  /// For `TransferDesk(whenCaseMoves:)`: what nobody has taken on ends, what is being written is put away. What an agency
  /// gives rests on the sender who leaves: it is finished first.
  ///
  /// Throws `Refusal.conflict` while a referral of the case is taken on.
  public static func caseMoves(
    _ caseID: CaseID, _ doer: AuditEntry.Doer, _ now: Moment, _ transaction: any WriteTransaction
  ) throws {
    let live = try ReferralRecords.live(of: caseID, transaction)
    guard !live.contains(where: \.state.isTakenOn) else {
      throw Refusal(.conflict, Phrase("error.transfer_referrals"))
    }
    for referral in live { try end(referral, .caseClosed, doer, now, transaction) }
    try discardDrafts(of: caseID, doer, at: now, transaction)
  }

  /// For `DataProtectionDesk(whenCaseErased:)`: what still lives ends, and then nobody can read an envelope or a note of
  /// the case again, the receiving agency neither. Codes, agencies and dates stay as both sides' record.
  public static func caseErased(
    _ caseID: CaseID, _ doer: AuditEntry.Doer, _ now: Moment, _ transaction: any WriteTransaction
  ) throws {
    for referral in try ReferralRecords.live(of: caseID, transaction) {
      try end(referral, .revoke, doer, now, transaction)
    }
    try discardDrafts(of: caseID, doer, at: now, transaction)
    try erase(caseID, transaction)
  }

  /// Destroys the keys of all envelopes and notes of a case with their content, when a person is erased.
  public static func erase(_ caseID: CaseID, _ transaction: any WriteTransaction) throws {
    for id in try ReferralRecords.identifiers(of: caseID, transaction) {
      try RecordKeys.destroy(ReferralAccess.subject(id), transaction)
      try ReferralRecords.forgetContent(of: id, transaction)
    }
  }

  /// Ends a referral by nobody's hand.
  static func end(
    _ before: Referral, _ move: ReferralMove, _ doer: AuditEntry.Doer, _ now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    let party: ReferralRules.Party = move == .caseClosed ? .closedCase : move == .expire ? .clock : .consent
    let situation = ReferralRules.Situation(before.state, isOutside: before.isOutside)
    guard case .becomes(let state) = ReferralRules.outcome(of: move, in: situation, by: .init(party)) else { return }
    var referral = before
    (referral.state, referral.endedAt, referral.revision, referral.clockAt) = (state, now, before.revision + 1, nil)
    if state == .expired { referral.answerSeenAt = nil }
    guard try ReferralRecords.update(referral, from: before.revision, transaction) else { throw Refusal.conflict }
    var event = referral.event(.random(), move, at: now, by: nil)
    if case .member(let member, let agency, _) = doer {
      (event.agency, event.member) = (agency, member)
      event.agencyName = agency == referral.from.agency ? referral.from.name : ""
    }
    try ReferralRecords.insert(event, of: referral.id, roles: "", note: nil, transaction)
    try ReferralAccess.end(referral, nil, transaction)
    try ReferralNotices.tell(
      move, referral, heldBefore: before.claimedBy, event: event.id, by: event.member, at: now, transaction)
    try transaction.record(referral.entry(move, at: now, doer: doer))
  }
}
