import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Identification
import Records
import Vault

/// Who can open what of a referral: the envelope's key, and through `CaseAccess` the file behind it.
///
/// Both rest on the same consent. The receiving agency has the envelope while the referral lives and the file while it
/// is accepted; when the referral or the consent ends, it has neither. The sending agency keeps the envelope's key.
enum ReferralAccess {
  static let kind = "envelope"

  static func subject(_ id: ReferralID) -> RecordSubject { RecordSubject("referral", id) }

  static func envelopeAddress(_ referral: Referral) -> FieldAddress {
    FieldAddress(
      tenant: referral.from.agency.description, table: "referrals", column: "envelope", row: referral.id.description,
      revision: 1)
  }

  /// Notes are never changed, so their revision is always the first.
  static func noteAddress(_ event: ReferralEventID, of referral: Referral) -> FieldAddress {
    FieldAddress(
      tenant: referral.from.agency.description, table: "referral_events", column: "note", row: event.description,
      revision: 1)
  }

  // MARK: Sending

  /// The case, if it is the actor's agency's and open. Who may read no cases refers those they opened, and learns of no
  /// other.
  static func openCase(_ id: CaseID, of actor: Actor, _ transaction: any ReadTransaction) throws -> CaseSummary {
    guard let summary = try CaseAccess.summary(id, transaction), summary.agency == actor.agency,
      actor.may(.readCase) || actor.may(.referCases) || summary.openedBy == actor.member
    else { throw Refusal.notFound }
    guard summary.status == .open else { throw Refusal(.conflict, Phrase("error.referral_case_closed")) }
    return summary
  }

  /// Throws `Refusal` `.noBasis` when the person, in the interview that the case comes from, refused after this consent
  /// that what was said be shared. Another legal basis than consent does not hang on it.
  static func requireNoRefusal(
    _ summary: CaseSummary, _ basis: Consent, _ office: Office, _ pack: CountryPack, for actor: Actor,
    _ transaction: any ReadTransaction
  ) throws {
    guard basis.basis == .consent, let screening = summary.screening else { return }
    try ScreeningDesk(office, pack).requireSharing(screening, since: basis.givenAt, for: actor, transaction)
  }

  /// Stores the referral with its envelope, sealed under a fresh key that the own and the receiving agency can open.
  static func insert(
    _ referral: Referral, _ envelope: Envelope, _ office: Office, by actor: Actor, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    let subject = subject(referral.id)
    let keys = try RecordKeys.create(subject, kinds: [kind], for: actor, at: now, transaction)
    guard let key = keys[kind] else { throw Refusal.forbidden }
    try RecordKeys.grant(
      subject, kinds: [kind], to: referral.to.agency,
      on: .init(id: referral.consent.description, until: referral.basisUntil), root: office.root, by: actor, at: now,
      transaction)
    let sealed = try key.sealValue(envelope, at: envelopeAddress(referral))
    try ReferralRecords.insert(referral, envelope: sealed, transaction)
  }

  /// Lays the file ready for the receiving agency; it opens on acceptance. Where the agency has accepted another
  /// referral on the same consent, it opens already.
  static func share(
    _ referral: Referral, _ basis: Consent, _ pack: CountryPack, _ office: Office, by actor: Actor, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    let open = try siblings(of: referral, transaction).contains { $0.opensFile }
    let wall = pack.dataProtection.wall
    try CaseAccess.share(
      referral.caseID, kinds: try CaseAccess.shareable(basis, wall, transaction), to: referral.to.agency,
      on: referral.consent, held: !open, wall: wall, root: office.root, by: actor, at: now, transaction)
  }

  // MARK: Reading and writing

  /// The envelope's key, if the actor may read content and the basis still holds. The key itself is gone by then as
  /// well: this only keeps a clock that was set back from opening it again.
  static func envelopeKey(
    _ referral: Referral, for actor: Actor, at now: Moment, _ transaction: any ReadTransaction
  ) throws -> RecordKey? {
    guard !actor.overseesReferrals else { return nil }
    if actor.agency != referral.from.agency {
      guard referral.state.isLive, try holds(referral, at: now, transaction) else { return nil }
    }
    return try RecordKeys.open(subject(referral.id), kind, for: actor, at: now, transaction)
  }

  /// Whether the very consent that the referral rests on holds now.
  static func holds(_ referral: Referral, at now: Moment, _ transaction: any ReadTransaction) throws -> Bool {
    try ConsentLedger.consent(referral.consent, transaction)?.state(at: now) == .live
  }

  /// Accepting and asking give or ask for more of the person's: they need the consent. Ending never does (R5).
  static func requireBasis(
    _ act: ReferralAct, _ referral: Referral, at now: Moment, _ transaction: any ReadTransaction
  ) throws {
    switch act {
    case .accept, .ask, .reply:
      guard try holds(referral, at: now, transaction) else {
        throw Refusal(.noBasis, Phrase("error.referral_basis_ended"))
      }
    case .claim, .release, .handOver, .begin, .decline, .complete, .interrupt, .handBack, .withdraw, .closeOutside:
      break
    }
  }

  static func sealNote(
    _ note: String, event: ReferralEventID, of referral: Referral, by actor: Actor, at now: Moment,
    _ transaction: any ReadTransaction
  ) throws -> [UInt8] {
    guard let key = try RecordKeys.open(subject(referral.id), kind, for: actor, at: now, transaction) else {
      throw Refusal.fields([FieldProblem("note", "error.referral_note_no_basis")])
    }
    return try key.sealValue(note, at: noteAddress(event, of: referral))
  }

  /// Seals what a provider without a key writes, so that only the sending agency reads it.
  static func drop(
    _ note: String, event: ReferralEventID, of referral: Referral, _ transaction: any ReadTransaction
  ) throws -> (note: [UInt8], epoch: Int) {
    guard let key = try AgencyDesk.publicKey(of: referral.from.agency, .casework, transaction) else {
      throw Refusal.notFound
    }
    let sealed = try DropBox.Sealer(to: key.publicKey).seal(Array(note.utf8), at: noteAddress(event, of: referral))
    return (sealed, key.epoch)
  }

  /// What a provider wrote, for a member of the sending agency; `nil` for everybody else.
  static func dropped(
    _ note: [UInt8], epoch: Int, event: ReferralEventID, of referral: Referral, for actor: Actor
  ) throws -> String? {
    guard actor.agency == referral.from.agency, let key = actor.keyring.agencyKey(.casework, epoch: epoch) else {
      return nil
    }
    return String(decoding: try DropBox.open(note, with: key, at: noteAddress(event, of: referral)), as: UTF8.self)
  }

  // MARK: What follows from a move

  /// Opens the file on acceptance; takes everything back when the referral has ended.
  static func follow(_ before: Referral, to after: Referral, _ office: Office, _ transaction: any WriteTransaction)
    throws
  {
    if after.opensFile, !before.opensFile {
      try CaseAccess.release(
        after.caseID, to: after.to.agency, on: after.consent, root: office.root, transaction)
    }
    if before.state.isLive, !after.state.isLive { try end(after, office.root, transaction) }
    // A member of the desk took it on: whoever has the code is told so, and sees nothing more.
    if before.isOutside, !after.isOutside { try OutsideRecords.end(of: after.id, transaction) }
  }

  /// Ends what the receiving agency can open through a referral, unless another of its referrals on the same consent
  /// gives it (R10): an accepted one keeps the file open, a waiting one keeps it ready.
  static func end(_ referral: Referral, _ root: RootSecret?, _ transaction: any WriteTransaction) throws {
    let (agency, consent) = (referral.to.agency, referral.consent)
    try OutsideRecords.end(of: referral.id, transaction)
    try RecordKeys.revoke(subject(referral.id), from: agency, basis: consent.description, transaction)
    let others = try siblings(of: referral, transaction)
    if others.contains(where: { $0.opensFile }) { return }
    if let root, !others.isEmpty {
      try CaseAccess.hold(referral.caseID, to: agency, on: consent, root: root, transaction)
    } else {
      try CaseAccess.end(referral.caseID, to: agency, on: consent, transaction)
    }
  }

  /// Other live referrals of the same case to the same agency on the same consent.
  private static func siblings(of referral: Referral, _ transaction: any ReadTransaction) throws -> [Referral] {
    try ReferralRecords.live(of: referral.caseID, transaction).filter {
      $0.id != referral.id && $0.to.agency == referral.to.agency && $0.consent == referral.consent
    }
  }
}
