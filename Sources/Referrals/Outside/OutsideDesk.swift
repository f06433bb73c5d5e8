import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Records
import Vault

/// Providers outside the system: the sender gives a one-time code, the provider answers by it without an account.
///
/// Code and word together open a copy of the envelope, and never more: there is no key of a provider's, so the file stays
/// shut while one answers. The copy goes with the referral, in the transaction that ends it.
public struct OutsideDesk: Sendable {
  let referrals: ReferralDesk
  private let clients: FailureBook
  private var office: Office { referrals.office }

  public init(_ referrals: ReferralDesk) {
    self.referrals = referrals
    // A whole institution may answer from one address.
    clients = FailureBook(referrals.office, purpose: "referral-code", free: 10)
  }

  // MARK: The sender's side

  /// Makes a code; one that was given before stops working. Code and word are answered once and kept nowhere.
  ///
  /// - Parameter event: chosen by the form. Sent again, it makes no second code: the first can't be shown again.
  ///
  /// Throws `Refusal`: `.conflict` when it was made already or the referral has been taken on or ended, `.noBasis`
  /// without the consent it rests on, `.notFound`, `.forbidden`.
  public func give(_ actor: Actor, _ id: ReferralID, event: ReferralEventID) async throws -> GivenCode {
    try actor.require(.sendReferral)
    let (office, now) = (office, office.clock.now())
    let (code, word, row) = (ProviderCode(), ProviderCode.word(), ReferralCodeID.random())
    return try await office.database.write { transaction in
      guard var referral = try ReferralRecords.referral(id, transaction) else { throw Refusal.notFound }
      let stance = referral.stance(of: actor)
      guard stance.party != .stranger else { throw Refusal.notFound }
      if try ReferralRecords.owner(of: event, transaction) != nil {
        throw Refusal(.conflict, Phrase("error.referral_code_made"))
      }
      let outcome = ReferralRules.outcome(of: .giveCode, in: referral.situation(for: actor), by: stance)
      guard case .becomes = outcome else {
        if case .no(let reason) = outcome { throw reason.refusal }
        throw Refusal.conflict
      }
      guard try ReferralAccess.holds(referral, at: now, transaction),
        let key = try ReferralAccess.envelopeKey(referral, for: actor, at: now, transaction),
        let sealed = try ReferralRecords.envelope(id, transaction),
        let copyKey = code.key(word: word, office.root)
      else { throw Refusal(.noBasis, Phrase("error.referral_basis_ended")) }
      let envelope = try key.openValue(Envelope.self, sealed, at: ReferralAccess.envelopeAddress(referral))
      let until = min(now + .days(OutsideRules.days), referral.basisUntil ?? now + .days(OutsideRules.days))
      try OutsideRecords.end(of: id, transaction)
      try OutsideRecords.insert(
        OutsideCode(id: row, referral: id, expiresAt: until, wrongWords: 0), tag: code.tag(office.root),
        verifier: code.verifier(word: word, office.root),
        envelope: try copyKey.sealValue(envelope, at: Self.address("referral_codes", row, of: referral)),
        by: actor.member, at: now, transaction)
      let before = referral.revision
      (referral.revision, referral.isOutside) = (before + 1, true)
      guard try ReferralRecords.update(referral, from: before, transaction) else { throw Refusal.conflict }
      try ReferralRecords.insert(
        referral.event(event, .giveCode, at: now, by: actor), of: id, roles: actor.roleText, note: nil, transaction)
      try transaction.record(referral.entry(.giveCode, at: now, doer: actor.doer))
      return GivenCode(referral: referral, code: code.exposedText, word: word, expiresAt: until)
    }
  }

  // MARK: The provider's side

  /// Begins a look by code and word.
  ///
  /// - Parameter client: the place it comes from, for slowing down who guesses.
  ///
  /// Throws `Refusal`: `.tooMany`, or `.invalid`, the same for a code that never was, one that works no more and a wrong
  /// word.
  public func enter(code typed: String, word: String, client: String) async throws -> Token {
    if try await clients.isPausing(client) { throw Refusal(.tooMany, Phrase("error.referral_code_wait")) }
    let (office, now, token) = (office, office.clock.now(), Token())
    let isIn = try await {
      guard let code = ProviderCode(typed) else { return false }
      return try await office.database.write { transaction in
        try Self.enter(code, word, token, office, at: now, transaction)
      }
    }()
    guard isIn else {
      try await clients.count(client)
      throw Refusal(.invalid, Phrase("error.referral_code_unknown"))
    }
    return token
  }

  private static func enter(
    _ code: ProviderCode, _ word: String, _ token: Token, _ office: Office, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    guard let found = try OutsideRecords.code(tag: code.tag(office.root), transaction),
      found.code.expiresAt > now, let referral = try ReferralRecords.referral(found.code.referral, transaction)
    else {
      try transaction.record(visit("referral.code_refuse", nil, at: now, .denied))
      return false
    }
    guard equalInConstantTime(code.verifier(word: word, office.root), found.verifier),
      let copyKey = code.key(word: word, office.root), let lookKey = token.key("referral-look", office.root)
    else {
      let wrong = found.code.wrongWords + 1
      try OutsideRecords.setWrongWords(found.code.id, wrong, transaction)
      if wrong >= OutsideRules.mostWrongWords { try OutsideRecords.end(of: referral.id, transaction) }
      try transaction.record(visit("referral.code_refuse", referral, at: now, .denied))
      return false
    }
    let envelope = try copyKey.openValue(
      Envelope.self, found.envelope, at: address("referral_codes", found.code.id, of: referral))
    try OutsideRecords.setWrongWords(found.code.id, 0, transaction)
    try OutsideRecords.insertLook(
      token.hash, found.code,
      envelope: try lookKey.sealValue(envelope, at: address("referral_looks", found.code.id, of: referral)),
      until: now + .minutes(OutsideRules.lookMinutes), at: now, transaction)
    try transaction.record(visit("referral.code_enter", referral, at: now))
    return true
  }

  /// What may be seen and answered. The first look makes the referral seen; each leaves an entry before it is shown.
  ///
  /// - Returns: `nil` when the look is over, or the referral and with it the code.
  public func view(_ look: Token) async throws -> OutsideView? {
    let (office, now) = (office, office.clock.now())
    let event = office.randomness.identifier(ReferralEventEntity.self)
    return try await office.database.write { transaction in
      guard let here = try Self.here(look, office, at: now, transaction) else { return nil }
      var referral = here.0
      if case .becomes(let state) = Self.outcome(of: .open, referral) {
        let before = referral.revision
        (referral.state, referral.openedAt, referral.revision) = (state, referral.openedAt ?? now, before + 1)
        guard try ReferralRecords.update(referral, from: before, transaction) else { throw Refusal.conflict }
        try ReferralRecords.insert(
          Self.event(event, .open, referral, nil, at: now), of: referral.id, roles: "", note: nil, transaction)
        try transaction.record(referral.entry(.open, at: now, doer: .visitor))
      }
      try transaction.record(Self.visit("referral.read", referral, at: now))
      let options = ReferralRules.options(in: Self.situation(referral), by: .init(.provider))
      return OutsideView(referral: referral, envelope: here.1, options: options)
    }
  }

  /// Makes a move for the provider. Doing it again with the same event changes nothing.
  ///
  /// Throws `Refusal`: `.notSignedIn` when the look is over, `.conflict` with what happened meanwhile, `.noBasis`, or the
  /// wrong fields.
  public func make(_ act: ReferralAct, _ look: Token, event: ReferralEventID, revision: Int) async throws {
    let (office, pack, now) = (office, referrals.pack, office.clock.now())
    try await office.database.write { transaction in
      if let owner = try ReferralRecords.owner(of: event, transaction) {
        // The answer that ended the referral ended the look as well: the same click again finds it done.
        guard let here = try OutsideRecords.look(look.hash, at: now, transaction) else { return }
        guard owner.referral == here.referral else { throw Refusal.conflict }
        return
      }
      guard var (referral, _) = try Self.here(look, office, at: now, transaction) else {
        throw Refusal(.notSignedIn, Phrase("error.referral_code_over"))
      }
      let outcome = Self.outcome(of: act.move, referral)
      guard case .becomes(let state) = outcome else {
        if case .no(let reason) = outcome { throw reason.refusal }
        return
      }
      guard revision == referral.revision else { throw Refusal(.conflict, Phrase("error.referral_stale")) }
      var problems = act.problems(pack)
      // Whom else a provider knows of is told by telephone: there is no list of agencies for who has no account.
      if case .decline(_, .some, _) = act { problems.append(FieldProblem("suggested", "error.referral_suggested")) }
      guard problems.isEmpty else { throw Refusal.fields(problems) }
      let before = referral
      try referral.apply(act, leadingTo: state, by: nil, at: now, transaction)
      referral.clockAt = ReferralClock(pack).next(referral)?.at
      try ReferralAccess.requireBasis(act, referral, at: now, transaction)
      let dropped = try act.note.map { try ReferralAccess.drop($0, event: event, of: referral, transaction) }
      guard try ReferralRecords.update(referral, from: before.revision, transaction) else { throw Refusal.conflict }
      try ReferralRecords.insert(
        Self.event(event, act.move, referral, act.code, at: now), of: referral.id, roles: "", note: dropped?.note,
        noteEpoch: dropped?.epoch, transaction)
      try ReferralAccess.follow(before, to: referral, office, transaction)
      try ReferralNotices.tell(
        act.move, referral, heldBefore: before.claimedBy, event: event, by: nil, at: now, transaction)
      try transaction.record(referral.entry(act.move, at: now, doer: .visitor))
    }
  }

  /// Ends a look. Ending it again changes nothing.
  public func leave(_ look: Token) async throws {
    let now = office.clock.now()
    try await office.database.write { transaction in
      guard try OutsideRecords.deleteLook(look.hash, transaction) else { return }
      try transaction.record(Self.visit("referral.code_leave", nil, at: now))
    }
  }

  // MARK: Parts

  private static func here(_ look: Token, _ office: Office, at now: Moment, _ transaction: any ReadTransaction) throws
    -> (Referral, Envelope)?
  {
    guard let found = try OutsideRecords.look(look.hash, at: now, transaction),
      let referral = try ReferralRecords.referral(found.referral, transaction),
      ReferralRules.access(of: .provider, in: situation(referral)) == .envelope,
      try ReferralAccess.holds(referral, at: now, transaction), let key = look.key("referral-look", office.root)
    else { return nil }
    return (
      referral,
      try key.openValue(Envelope.self, found.envelope, at: address("referral_looks", found.code, of: referral))
    )
  }

  private static func situation(_ referral: Referral) -> ReferralRules.Situation {
    ReferralRules.Situation(
      referral.state, claim: referral.claimedBy == nil ? .nobody : .colleague, isOutside: referral.isOutside)
  }

  private static func outcome(of move: ReferralMove, _ referral: Referral) -> ReferralRules.Outcome {
    ReferralRules.outcome(of: move, in: situation(referral), by: .init(.provider))
  }

  /// By the agency it was sent to; no member of it is known.
  private static func event(
    _ id: ReferralEventID, _ move: ReferralMove, _ referral: Referral, _ code: String?, at now: Moment
  ) -> ReferralEvent {
    var event = referral.event(id, move, at: now, by: nil, code: code)
    (event.agency, event.agencyName) = (referral.to.agency, referral.to.name)
    return event
  }

  private static func visit(
    _ action: String, _ referral: Referral?, at now: Moment, _ decision: AuditEntry.Decision = .allowed
  ) -> AuditEntry {
    AuditEntry(
      at: now, doer: .visitor, action: action, objectKind: "referral", objectID: referral?.id.description ?? "",
      decision: decision, purpose: referral?.purpose, consent: referral?.consent)
  }

  private static func address(_ table: String, _ code: ReferralCodeID, of referral: Referral) -> FieldAddress {
    FieldAddress(
      tenant: referral.from.agency.description, table: table, column: "envelope", row: code.description, revision: 1)
  }
}
