import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Records
import Vault

/// The one way to referrals: to send, read, answer and end them.
///
/// A referral goes to an agency's desk, never to a person; a member of the desk takes it in hand. Until it is accepted
/// only the envelope can be opened there; then the file, as far as the consent goes; when it ends, nothing.
public struct ReferralDesk: Sendable {
  let office: Office
  let pack: CountryPack
  let adopted = AdoptedMechanisms()

  public init(_ office: Office, _ pack: CountryPack) {
    self.office = office
    self.pack = pack
  }

  /// Sends a referral, also one that was kept as a draft: it is judged as if it had never been kept. Doing it again with
  /// the same identifier answers the one already sent.
  ///
  /// Throws `Refusal`: `.noBasis` without a live consent for this purpose and recipient, `.notFound` for a case or
  /// identifier of another agency, `.conflict` for a closed case, or the wrong fields.
  @discardableResult
  public func send(_ actor: Actor, id: ReferralID, _ request: NewReferral) async throws -> Referral {
    try actor.require(.sendReferral)
    let (office, pack, now) = (office, pack, office.clock.now())
    let event = office.randomness.identifier(ReferralEventEntity.self)
    return try await office.database.write { transaction in
      if let existing = try ReferralRecords.referral(id, transaction) {
        guard existing.from.agency == actor.agency, existing.caseID == request.caseID,
          existing.to.agency == request.to
        else { throw Refusal.notFound }
        return existing
      }
      let wasDraft = try Self.requireSendable(id, of: request.caseID, actor, transaction)
      var problems = request.problems(pack)
      let summary = try ReferralAccess.openCase(request.caseID, of: actor, transaction)
      let receiver = try AgencyDesk.agency(request.to, transaction)
      if receiver == nil || request.to == actor.agency {
        problems.append(FieldProblem("to", "error.referral_recipient"))
      }
      guard problems.isEmpty, let receiver, let sender = try AgencyDesk.agency(actor.agency, transaction),
        let usual = ReferralClock(pack).deadline(request.urgency, from: now)
      else { throw Refusal.fields(problems) }
      let basis = try ConsentLedger.live(
        case: request.caseID, purpose: request.purpose, recipient: request.to, at: now, transaction)
      guard let basis else { throw Refusal(.noBasis, Phrase("error.referral_no_consent")) }
      try ReferralAccess.requireNoRefusal(summary, basis, office, pack, for: actor, transaction)
      guard request.safeContact.isEmpty || basis.kinds.contains(.contact) else {
        throw Refusal.fields([FieldProblem("safe_contact", "error.referral_contact_not_consented")])
      }
      let facts = summary.facts
      let route = try route(
        .init(need: request.need, province: facts.province, age: facts.ageBand, sex: facts.sex), at: now, transaction
      ).flatMap { $0.role(of: request.to) == nil ? nil : $0 }
      let (due, isMechanisms) = try deadline(usual, route, from: now, transaction)
      var referral = Referral(
        id: id, caseID: request.caseID, from: Referral.Side(sender), to: Referral.Side(receiver), need: request.need,
        purpose: request.purpose, urgency: request.urgency, state: .sent, sentAt: now, dueAt: due,
        consent: basis.id, basisUntil: basis.until, revision: 1)
      referral.clockAt = ReferralClock(pack).next(referral)?.at
      let envelope = Envelope(
        ageBand: summary.facts.ageBand, province: summary.facts.province, language: request.language,
        safeContact: request.safeContact, word: request.word)
      try ReferralAccess.insert(referral, envelope, office, by: actor, at: now, transaction)
      try ReferralAccess.share(referral, basis, pack, office, by: actor, at: now, transaction)
      try ReferralRecords.insert(
        referral.event(event, .send, at: now, by: actor), of: id, roles: actor.roleText, note: nil, transaction)
      if let route { try follow(route, referral, setsDeadline: isMechanisms, transaction) }
      try ReferralNotices.tell(.send, referral, event: event, by: actor.member, at: now, transaction)
      if wasDraft { try Self.wasSent(id, transaction) }
      try transaction.record(referral.entry(.send, at: now, doer: actor.doer))
      return referral
    }
  }

  /// Members of the actor's agency who answer referrals, by name, for handing one over.
  public func colleagues(_ actor: Actor) async throws -> [(member: MemberID, name: String)] {
    try actor.require(.answerReferral)
    let root = office.root
    return try await office.database.read {
      try Colleagues.who(may: .answerReferral, in: actor.agency, root, $0)
    }.map { (member: $0.key, name: $0.value) }.sorted { ($0.name, $0.member) < ($1.name, $1.member) }
  }

  /// Makes a move. Doing it again with the same event identifier changes nothing and answers how things stand.
  ///
  /// - Parameters:
  ///   - event: the identifier of what will have happened; the form holds it.
  ///   - revision: the referral's revision on the page the actor looked at.
  ///
  /// Throws `Refusal`: `.notFound`, `.forbidden`, `.conflict` with what happened meanwhile, `.noBasis` (only to accept,
  /// ask or reply: declining, taking back and completing need no consent), or the wrong fields.
  @discardableResult
  public func make(
    _ act: ReferralAct, _ actor: Actor, _ id: ReferralID, event: ReferralEventID, revision: Int
  ) async throws -> Referral {
    try actor.requireReferrals()
    let (office, pack, now) = (office, pack, office.clock.now())
    return try await office.database.write { transaction in
      guard var referral = try ReferralRecords.referral(id, transaction) else { throw Refusal.notFound }
      let stance = referral.stance(of: actor)
      if stance.party == .stranger { throw Refusal.notFound }
      if let owner = try ReferralRecords.owner(of: event, transaction) {
        guard owner.referral == id, owner.agency == actor.agency else { throw Refusal.conflict }
        return referral
      }
      let outcome = ReferralRules.outcome(of: act.move, in: referral.situation(for: actor), by: stance)
      guard case .becomes(let state) = outcome else {
        if case .no(let reason) = outcome { throw reason.refusal }
        return referral
      }
      guard revision == referral.revision || !act.answersThePage else {
        throw Refusal(.conflict, Phrase("error.referral_stale"))
      }
      let problems = act.problems(pack)
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      let before = referral
      if case .handOver(let member) = act {
        if referral.claimedBy == member { return referral }
        try requireColleague(member, of: actor, transaction)
      }
      try referral.apply(act, leadingTo: state, by: actor.member, at: now, transaction)
      referral.clockAt = ReferralClock(pack).next(referral)?.at
      try ReferralAccess.requireBasis(act, referral, at: now, transaction)
      let sealed = try act.note.map {
        try ReferralAccess.sealNote($0, event: event, of: referral, by: actor, at: now, transaction)
      }
      guard try ReferralRecords.update(referral, from: before.revision, transaction) else { throw Refusal.conflict }
      try ReferralRecords.insert(
        referral.event(event, act.move, at: now, by: actor, code: act.code), of: id, roles: actor.roleText,
        note: sealed,
        transaction)
      try ReferralAccess.follow(before, to: referral, office, transaction)
      try ReferralNotices.tell(
        act.move, referral, heldBefore: before.claimedBy, event: event, by: actor.member, at: now, transaction)
      try transaction.record(referral.entry(act.move, at: now, doer: actor.doer))
      return referral
    }
  }
}

extension ReferralDesk {
  private func requireColleague(_ member: MemberID, of actor: Actor, _ transaction: any ReadTransaction) throws {
    guard try Colleagues.who(may: .answerReferral, in: actor.agency, office.root, transaction)[member] != nil else {
      throw Refusal.fields([FieldProblem("member", "error.referral_colleague")])
    }
  }
}

extension Referral {
  /// What a move changes in the coded columns.
  ///
  /// - Parameter member: who made it; `nil` for a provider outside the system.
  mutating func apply(
    _ act: ReferralAct, leadingTo next: State, by member: MemberID?, at now: Moment,
    _ transaction: any ReadTransaction
  ) throws {
    state = next
    revision += 1
    switch act {
    case .claim: claimedBy = member
    case .release: claimedBy = nil
    case .handOver(let colleague): claimedBy = colleague
    case .ask: (claimedBy, answerSeenAt) = (member, nil)
    case .reply: break
    case .begin: (claimedBy, begunAt) = (member, now)
    case .accept:
      (claimedBy, answeredAt, answerSeenAt) = (member, now, nil)
      // Who accepts with an account needs no code any more, and gets the file.
      if member != nil { isOutside = false }
    case .complete(let code, _):
      (claimedBy, outcome, completedAt, answerSeenAt) = (member, code, now, nil)
    case .interrupt(let reason, _):
      (claimedBy, interruptReason, answerSeenAt) = (member, reason, nil)
    case .handBack(let code, let remaining, _):
      (claimedBy, outcome, remainingNeed, completedAt, answerSeenAt) = (member, code, remaining, now, nil)
    case .closeOutside(let code, _):
      (outcome, completedAt) = (code, now)
      if answeredAt == nil { answeredAt = now }
      answerSeenAt = now
    case .decline(let reason, let other, _):
      (claimedBy, declineReason, answeredAt, answerSeenAt) = (member, reason, now, nil)
      if let other {
        guard let agency = try AgencyDesk.agency(other, transaction), other != to.agency, other != from.agency else {
          throw Refusal.fields([FieldProblem("suggested", "error.referral_suggested")])
        }
        suggested = Suggestion(agency: other, name: agency.name)
      }
    case .withdraw: break
    }
    if !next.isLive { endedAt = now }
  }

  /// An event that led to the referral as it now is.
  func event(
    _ id: ReferralEventID, _ move: ReferralMove, at now: Moment, by actor: Actor?, code: String? = nil
  ) -> ReferralEvent {
    let name = actor.map { $0.agency == from.agency ? from.name : to.name } ?? ""
    return ReferralEvent(
      id: id, at: now, move: move, state: state, agency: actor?.agency, agencyName: name, member: actor?.member,
      code: code, revision: revision, note: nil, hasNote: false)
  }

  func entry(_ move: ReferralMove, at now: Moment, doer: AuditEntry.Doer) -> AuditEntry {
    AuditEntry(
      at: now, doer: doer, action: "referral." + move.rawValue, objectKind: "referral", objectID: id.description,
      purpose: purpose, consent: consent)
  }

  func stance(of actor: Actor) -> ReferralRules.Stance {
    let party: ReferralRules.Party =
      if from.agency == actor.agency { .sender } else if to.agency == actor.agency {
        .receiver
      } else if actor
        .overseesReferrals
      { .observer } else { .stranger }
    return ReferralRules.Stance(
      party, mayRead: actor.may(.readReferralEnvelopes), maySend: actor.may(.sendReferral),
      mayAnswer: actor.may(.answerReferral), leads: actor.may(.leadDesk))
  }

  func situation(for actor: Actor) -> ReferralRules.Situation {
    let claim: ReferralRules.Claim =
      switch claimedBy {
      case nil: .nobody
      case actor.member: .own
      default: .colleague
      }
    return ReferralRules.Situation(state, claim: claim, isOutside: isOutside)
  }
}

extension Referral.Side {
  init(_ agency: Agency) { self.init(agency: agency.id, name: agency.name, province: agency.province) }
}

extension Actor {
  /// Every desk of this room begins with this.
  func requireReferrals() throws(Refusal) {
    guard may(.sendReferral) || may(.answerReferral) || may(.readReferralEnvelopes) || may(.readOwnReferrals) else {
      throw .forbidden
    }
  }

  /// Whoever has to do with referrals searches the directory, and who may do only that.
  func requireDirectory() throws(Refusal) {
    guard !may(.readDirectory) else { return }
    guard may(.sendReferral) || may(.answerReferral) || may(.readReferralEnvelopes) else { throw .forbidden }
  }

  /// Whether the actor sees referrals of all agencies, by codes and dates only. Who works with persons does not: the
  /// two are kept apart.
  public var overseesReferrals: Bool {
    may(.readReferralEnvelopes) && !may(.sendReferral) && !may(.answerReferral) && !may(.readCase)
  }

  /// Whether the actor works with what is referred to the own agency.
  public var receivesReferrals: Bool { (may(.answerReferral) || may(.readReferralEnvelopes)) && !overseesReferrals }

  /// The roles as the event keeps them.
  var roleText: String { roles.map(\.rawValue).sorted().joined(separator: ",") }
}
