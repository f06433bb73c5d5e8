import Accounts
import Basics
import CountryPack
import Casework
import Foundation
import Records
import Vault

/// Lists, one referral, and the numbers on the first page. Lists show codes, dates and agencies and need no key.
extension ReferralDesk {
  /// Referrals to the actor's agency; the nearest deadline first.
  /// - Parameter page: from 0.
  public func inbox(_ actor: Actor, _ filter: ReferralFilter = .waiting, page: Int = 0) async throws -> ReferralPage {
    guard actor.receivesReferrals else { throw Refusal.forbidden }
    return try await list(actor, .to(actor.agency), filter, page)
  }

  /// Referrals the actor's agency sent.
  public func outbox(_ actor: Actor, _ filter: ReferralFilter = .all, page: Int = 0) async throws -> ReferralPage {
    try actor.requireReferrals()
    return try await list(actor, .from(actor.agency), filter, page)
  }

  /// Referrals whose answer is late: of the own agency, sent and received, for its supervisors; of all agencies for
  /// who oversees them.
  public func overdue(_ actor: Actor, page: Int = 0) async throws -> ReferralPage {
    try await oversight(actor, .overdue, page: page)
  }

  /// All referrals that the actor oversees: of the own agency, or of all agencies by codes and dates.
  public func oversight(_ actor: Actor, _ filter: ReferralFilter, page: Int = 0) async throws -> ReferralPage {
    try actor.requireReferrals()
    return try await list(actor, actor.overseesReferrals ? .everyone : .either(actor.agency), filter, page)
  }

  /// Late answers that the supervisors of whoever has them in hand are told of: the actor's agency, for who leads its
  /// desk.
  public func escalated(_ actor: Actor, page: Int = 0) async throws -> ReferralPage {
    try actor.require(.leadDesk)
    return try await list(actor, .inHand(actor.agency), .escalated, page)
  }

  /// The referrals of a case in which the actor's agency has a part, newest first.
  public func ofCase(_ actor: Actor, _ id: CaseID) async throws -> [Referral] {
    try actor.requireReferrals()
    return try await office.database.read { try ReferralRecords.ofCase(id, agency: actor.agency, $0) }
  }

  public func counts(_ actor: Actor) async throws -> ReferralCounts {
    try actor.requireReferrals()
    let now = office.clock.now()
    return try await office.database.read { transaction in
      func count(_ scope: ReferralRecords.Scope, _ filter: ReferralFilter) throws -> Int {
        try ReferralRecords.count(scope, filter, of: actor.member, at: now, transaction)
      }
      if actor.overseesReferrals {
        return ReferralCounts(
          waiting: try count(.everyone, .waiting), overdue: try count(.everyone, .overdue),
          new: try count(.everyone, .new), mine: 0, accepted: try count(.everyone, .accepted), news: 0, lateAnswers: 0,
          unanswered: 0)
      }
      let own = actor.agency
      return ReferralCounts(
        waiting: try count(.to(own), .waiting), overdue: try count(.to(own), .overdue),
        new: try count(.to(own), .new), mine: try count(.to(own), .mine), accepted: try count(.to(own), .accepted),
        news: try count(.from(own), .news), lateAnswers: try count(.from(own), .overdue),
        unanswered: try count(.from(own), .unanswered))
    }
  }

  /// For the form that sends one: the case's code, and who has a live consent to receive a referral of it. Where the
  /// list is empty, a consent comes first.
  public func recipients(_ actor: Actor, _ id: CaseID) async throws -> (code: CaseCode, list: [ReferralRecipient]) {
    try actor.require(.sendReferral)
    let now = office.clock.now()
    let found = pack.known?.purpose
    return try await office.database.read { transaction in
      let summary = try ReferralAccess.openCase(id, of: actor, transaction)
      // Who agreed to be found did not agree to be referred.
      let consents = try ConsentLedger.live(case: id, at: now, transaction).filter { $0.purpose != found }
      // Of several consents for one purpose and agency, the one that a referral would rest on.
      let pairs = Set(consents.map { Pair(recipient: $0.recipient, purpose: $0.purpose) })
      let list = try pairs.compactMap { pair -> ReferralRecipient? in
        guard let agency = try AgencyDesk.agency(pair.recipient, transaction), agency.id != actor.agency,
          let consent = try ConsentLedger.live(
            case: id, purpose: pair.purpose, recipient: pair.recipient, at: now, transaction)
        else { return nil }
        return ReferralRecipient(agency: agency, purpose: pair.purpose, kinds: consent.kinds, until: consent.until)
      }
      return (summary.code, list.sorted { ($0.agency.name, $0.purpose) < ($1.agency.name, $1.purpose) })
    }
  }

  private struct Pair: Hashable {
    var recipient: AgencyID
    var purpose: String
  }

  /// What the actor may do now, by the same rule that will decide.
  public func options(_ actor: Actor, _ id: ReferralID) async throws -> [ReferralMove] {
    try actor.requireReferrals()
    let (referral, stance) = try await office.database.read { try Self.load(id, for: actor, $0) }
    return ReferralRules.options(in: referral.situation(for: actor), by: stance)
  }

  /// One referral with its content, as far as the actor has a key. Leaves an audit entry; the receiving desk's first
  /// look makes it seen, the sending agency's look at an answer is kept too.
  public func view(_ actor: Actor, _ id: ReferralID) async throws -> ReferralView {
    try actor.requireReferrals()
    let (office, now) = (office, office.clock.now())
    let event = office.randomness.identifier(ReferralEventEntity.self)
    return try await office.database.write { transaction in
      var (referral, stance) = try Self.load(id, for: actor, transaction)
      let opening = ReferralRules.outcome(of: .open, in: referral.situation(for: actor), by: stance)
      if case .becomes(let state) = opening {
        let before = referral.revision
        (referral.state, referral.openedAt, referral.revision) = (state, referral.openedAt ?? now, before + 1)
        guard try ReferralRecords.update(referral, from: before, transaction) else { throw Refusal.conflict }
        try ReferralRecords.insert(
          referral.event(event, .open, at: now, by: actor), of: id, roles: actor.roleText, note: nil, transaction)
        try transaction.record(referral.entry(.open, at: now, doer: actor.doer))
      }
      if stance.party == .sender, stance.maySend, referral.hasNewsForSender {
        referral.answerSeenAt = now
        try ReferralRecords.setAnswerSeen(id, at: now, transaction)
      }
      try NoticeBoard.read(.referral(id), by: actor.member, at: now, transaction)
      let view = try opened(referral, stance, actor, at: now, transaction)
      try transaction.record(
        AuditEntry(
          at: now, doer: actor.doer, action: view.envelope == nil ? "referral.view" : "referral.read",
          objectKind: "referral", objectID: id.description, purpose: referral.purpose, consent: referral.consent))
      return view
    }
  }

  private static func load(_ id: ReferralID, for actor: Actor, _ transaction: any ReadTransaction) throws -> (
    Referral, ReferralRules.Stance
  ) {
    guard let referral = try ReferralRecords.referral(id, transaction) else { throw Refusal.notFound }
    let stance = referral.stance(of: actor)
    guard stance.party != .stranger else { throw Refusal.notFound }
    return (referral, stance)
  }

  private func opened(
    _ referral: Referral, _ stance: ReferralRules.Stance, _ actor: Actor, at now: Moment,
    _ transaction: any ReadTransaction
  ) throws -> ReferralView {
    let key = try ReferralAccess.envelopeKey(referral, for: actor, at: now, transaction)
    let events = try ReferralRecords.events(referral.id, transaction).map { event, note, epoch in
      var event = event
      if let note, let epoch {
        event.note = try ReferralAccess.dropped(note, epoch: epoch, event: event.id, of: referral, for: actor)
      } else if let key, let note {
        event.note = try key.openValue(String.self, note, at: ReferralAccess.noteAddress(event.id, of: referral))
      }
      return event
    }
    var envelope: Envelope?
    if let key, let sealed = try ReferralRecords.envelope(referral.id, transaction) {
      envelope = try key.openValue(Envelope.self, sealed, at: ReferralAccess.envelopeAddress(referral))
    }
    let situation = referral.situation(for: actor)
    let opensFile =
      stance.party == .receiver && ReferralRules.access(of: .receiver, in: situation) == .file && key != nil
      && actor.may(.readCase)
    return ReferralView(
      referral: referral, party: stance.party, envelope: envelope, events: events,
      steps: try ReferralRecords.steps(referral.id, transaction), next: ReferralClock(pack).next(referral),
      options: ReferralRules.options(in: situation, by: stance), opensFile: opensFile,
      followed: try FollowedRecords.followed(referral.id, transaction))
  }

  private func list(_ actor: Actor, _ scope: ReferralRecords.Scope, _ filter: ReferralFilter, _ page: Int) async throws
    -> ReferralPage
  {
    let (now, number) = (office.clock.now(), min(max(0, page), 100_000))
    let found = try await office.database.read {
      try ReferralRecords.list(
        scope, filter, of: actor.member, at: now, limit: ReferralPage.size + 1, offset: number * ReferralPage.size, $0)
    }
    return ReferralPage(
      referrals: Array(found.prefix(ReferralPage.size)), number: number, hasMore: found.count > ReferralPage.size)
  }
}

/// An agency that the person agreed may receive a referral, and for what.
public struct ReferralRecipient: Hashable, Sendable {
  public var agency: Agency
  /// A code of the pack's purposes.
  public var purpose: String
  public var kinds: Set<DataKind>
  public var until: Moment?
}
