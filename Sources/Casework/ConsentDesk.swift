import Accounts
import Basics
import CountryPack
import Records
import Vault

extension CaseDesk {
  /// Who may decide about consents of a case, by the age that is known.
  public func deciders(_ file: CaseFile) -> Set<ConsentDecider> {
    deciders(file.summary, file.identity?.value.birth, on: today)
  }

  func deciders(_ summary: CaseSummary, _ birth: Birth?, on day: CalendarDay) -> Set<ConsentDecider> {
    let ages = birth?.ages(on: day) ?? pack.term(.ageBands, summary.facts.ageBand)?.years
    return ConsentRules.deciders(
      ages: ages, ownFrom: pack.rules[.ownConsentFromYears]?.value ?? 18,
      adultFrom: pack.rules[.adultFromYears]?.value ?? 18)
  }

  /// Records a consent or another basis.
  ///
  /// - Parameter consent: chosen by the form, so that a second click records nothing more.
  ///
  /// Throws `Refusal` `.invalid` with all wrong fields.
  @discardableResult
  public func giveConsent(_ actor: Actor, _ id: CaseID, id consent: ConsentID, _ request: ConsentRequest) async throws
    -> Consent
  {
    try actor.require(.recordConsent)
    let now = office.clock.now()
    return try await office.database.write { transaction in
      if let before = try ConsentRecords.consent(consent, transaction) {
        guard before.caseID == id, before.agency == actor.agency else { throw Refusal.conflict }
        return before
      }
      let summary = try own(id, for: .giveConsent, actor, transaction)
      let birth = try identities([summary], actor, at: now, transaction)[summary.person]?.value.birth
      let receiver = try request.recipient.flatMap { try AgencyDesk.agency($0, transaction) }
      var problems = ConsentRules.problems(
        request, deciders: deciders(summary, birth, on: day(now)), owner: summary.agency,
        recipientExists: receiver != nil, pack, on: day(now))
      if let receiver { problems += ConsentRules.wallProblems(request, receiver.kind, pack) }
      guard problems.isEmpty, let basis = request.basis, let recipient = request.recipient else {
        throw Refusal.fields(unique(problems))
      }
      let isConsent = basis == .consent
      let given = Consent(
        id: consent, caseID: id, agency: actor.agency, basis: basis, purpose: request.purpose,
        recipient: recipient, kinds: request.kinds,
        until: request.until.map { ConsentRules.end(of: $0, offsetFromUTC: pack.offsetFromUTC) },
        decidedBy: isConsent ? request.decidedBy : nil, language: isConsent ? request.language : nil,
        interpreter: isConsent && request.interpreter, readAloud: isConsent && request.readAloud,
        witness: isConsent && request.witness, namesWall: isConsent && request.namesWall, givenAt: now,
        givenBy: actor.member)
      let document = try sealed(
        request.document.isEmpty ? nil : request.document, .legal, at: SealedPlace.document(summary, consent), summary,
        for: actor, at: now, transaction)
      try ConsentRecords.insert(given, document: document, transaction)
      if given.purpose == pack.known?.purpose { try encodeAnew([summary.person], actor, at: now, transaction) }
      try transaction.record(
        entry(actor, "consent.give", id, at: now, purpose: request.purpose, consent: consent))
      return given
    }
  }

  /// What withdrawing would take away, to be shown before.
  public func effectOfWithdrawal(_ actor: Actor, _ consent: ConsentID) async throws -> (
    consent: Consent, effect: ConsentEffect
  ) {
    let now = office.clock.now()
    return try await office.database.read { transaction in
      let found = try withdrawable(consent, actor, transaction)
      let all = try ConsentRecords.consents(of: found.caseID, transaction)
      return (found, self.effect(ofEnding: found, among: all, at: now))
    }
  }

  /// Withdraws a consent, at any time and without reasons: in the same transaction every wrap that rests on it is
  /// deleted and what depends on it is told. Doing it again changes nothing.
  @discardableResult
  public func withdrawConsent(_ actor: Actor, _ consent: ConsentID) async throws -> ConsentEffect {
    let now = office.clock.now()
    return try await office.database.write { transaction in
      let found = try withdrawable(consent, actor, transaction)
      let all = try ConsentRecords.consents(of: found.caseID, transaction)
      let effect = self.effect(ofEnding: found, among: all, at: now)
      guard try ConsentRecords.withdraw(consent, by: actor.member, at: now, transaction) else { return effect }
      try CaseAccess.end(found.caseID, on: consent, transaction)
      try TransferDesk.consentEnded(consent, found.caseID, actor.doer, now, transaction)
      try whenConsentEnds(consent, found.caseID, actor.doer, now, transaction)
      try transaction.record(
        entry(actor, "consent.withdraw", found.caseID, at: now, purpose: found.purpose, consent: consent))
      return effect
    }
  }

  private func withdrawable(_ consent: ConsentID, _ actor: Actor, _ transaction: any ReadTransaction) throws -> Consent
  {
    guard let found = try ConsentRecords.consent(consent, transaction) else { throw Refusal.notFound }
    _ = try own(found.caseID, for: .withdrawConsent, actor, transaction)
    return found
  }
}
