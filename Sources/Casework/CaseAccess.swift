import Accounts
import Basics
import CountryPack
import Records
import Vault

/// Sharing the content of a case with another agency, inside the caller's transaction. The caller checks the
/// permission and records the entry; that a live basis covers what is shared is checked here, once for everyone.
public enum CaseAccess {
  /// The coded part of a case; `nil` when there is none. Says nothing about who may see it.
  public static func summary(_ id: CaseID, _ transaction: any ReadTransaction) throws -> CaseSummary? {
    try CaseRecords.summary(id, transaction)
  }

  /// Wraps the keys of some kinds of content to another agency, resting on a consent until that consent ends.
  ///
  /// - Parameters:
  ///   - kinds: no more than the consent names. A kind about which nothing was written yet is shared too: what is
  ///     written later is meant as well.
  ///   - held: keep the wraps back until `release`; before that the agency can't open them.
  ///   - wall: no key of what stands behind it is ever wrapped to an agency it is closed to.
  ///
  /// Throws `Refusal` `.noBasis` when the consent does not hold now, or not for this case, agency or kind, when the
  /// person asked to stop sharing, or when the actor's own agency can't open the content.
  public static func share(
    _ id: CaseID, kinds: Set<DataKind>, to agency: AgencyID, on consent: ConsentID, held: Bool = false,
    wall: AssistanceWall, root: RootSecret, by actor: Actor, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    guard let summary = try CaseRecords.summary(id, transaction), summary.agency == actor.agency,
      let consent = try ConsentRecords.consent(consent, transaction), consent.caseID == id,
      consent.recipient == agency, consent.state(at: now) == .live, kinds.isSubset(of: consent.kinds)
    else { throw Refusal(.noBasis, Phrase("error.no_basis")) }
    guard try DataRequestRecords.restricted(since: id, transaction) == nil else {
      throw Refusal(.noBasis, Phrase("error.restricted"))
    }
    guard try kinds.isSubset(of: shareable(consent, wall, transaction)) else {
      throw Refusal(.noBasis, Phrase("error.wall_other_basis"))
    }
    for kind in kinds.sorted() {
      let subject = subject(kind, summary)
      _ = try RecordKeys.openOrCreate(subject, kind.rawValue, for: actor, at: now, transaction)
      try RecordKeys.grant(
        subject, kinds: [kind.rawValue], to: agency, on: .init(id: consent.id.description, until: consent.until),
        held: held, root: root, by: actor, at: now, transaction)
    }
  }

  /// What of a consent's kinds its recipient may be given: all but what stands behind the wall for such an agency.
  public static func shareable(_ consent: Consent, _ wall: AssistanceWall, _ transaction: any ReadTransaction) throws
    -> Set<DataKind>
  {
    guard let receiver = try AgencyDesk.agency(consent.recipient, transaction) else { return [] }
    return WallRules.open(consent, to: receiver.kind, wall)
  }

  /// Lets what was held back be read from now on.
  public static func release(
    _ id: CaseID, to agency: AgencyID, on consent: ConsentID, root: RootSecret, _ transaction: any WriteTransaction
  ) throws {
    for subject in try subjects(id, transaction) {
      try RecordKeys.release(subject, to: agency, basis: consent.description, root: root, transaction)
    }
  }

  /// Keeps what an agency can read on a consent back again, until the next `release`.
  public static func hold(
    _ id: CaseID, to agency: AgencyID, on consent: ConsentID, root: RootSecret, _ transaction: any WriteTransaction
  ) throws {
    for subject in try subjects(id, transaction) {
      try RecordKeys.hold(subject, to: agency, basis: consent.description, root: root, transaction)
    }
  }

  /// Ends what an agency can read on a consent. It can always be called; what ended before stays ended.
  /// - Parameter agency: only this agency; everyone when left out.
  public static func end(
    _ id: CaseID, to agency: AgencyID? = nil, on consent: ConsentID, _ transaction: any WriteTransaction
  ) throws {
    for subject in try subjects(id, transaction) {
      try RecordKeys.revoke(subject, from: agency, basis: consent.description, transaction)
    }
  }

  static func subject(_ kind: DataKind, _ summary: CaseSummary) -> RecordSubject {
    kind.belongsToPerson ? RecordSubject("person", summary.person) : RecordSubject("case", summary.id)
  }

  private static func subjects(_ id: CaseID, _ transaction: any ReadTransaction) throws -> [RecordSubject] {
    guard let summary = try CaseRecords.summary(id, transaction) else { return [] }
    return [RecordSubject("case", summary.id), RecordSubject("person", summary.person)]
  }
}
