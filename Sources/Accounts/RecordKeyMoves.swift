import Basics
import Records
import Vault

extension RecordKeys {
  /// What other agencies hold of one subject on some bases, they hold of another subject from now on: two records of one
  /// person became one, or were parted again. Held back stays held back, and every end stays where it was.
  ///
  /// - Parameters:
  ///   - bases: the consents whose wraps move; the others stay.
  ///   - kinds: the kinds of data that move.
  ///
  /// Throws `Refusal` `.noBasis` when the actor's own agency can't open the other subject's content.
  public static func move(
    bases: [String], kinds: [String], from: RecordSubject, to: RecordSubject, root: RootSecret, by actor: Actor,
    at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    for share in try RecordKeyRecords.shares(of: from, transaction)
    where bases.contains(share.basis) && kinds.contains(share.kind) {
      _ = try openOrCreate(to, share.kind, for: actor, at: now, transaction)
      try grant(
        to, kinds: [share.kind], to: share.recipient, on: Basis(id: share.basis, until: share.until), held: share.held,
        root: root, by: actor, at: now, transaction)
      try RecordKeyRecords.delete(from, share.kind, recipient: share.recipient, basis: share.basis, transaction)
    }
  }

  /// A subject changes hands: what the taking agency was given on a basis becomes its own, and the agency whose it was
  /// keeps nothing of it. What others hold on bases of their own stays as it is.
  ///
  /// Throws `Refusal` `.conflict` when something was sealed since that the basis does not cover: nothing may become
  /// unreadable for everybody.
  public static func takeOver(
    _ subject: RecordSubject, basis: String, from former: AgencyID, by actor: Actor, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    let kinds = try RecordKeyRecords.ownKinds(subject, of: former, transaction)
    for kind in kinds {
      guard try rewrap(subject, kind, basis: basis, for: actor, at: now, transaction) else {
        throw Refusal(.conflict, Phrase("error.transfer_grown"))
      }
    }
    try RecordKeyRecords.delete(subject, recipient: actor.agency, basis: basis, transaction)
    try RecordKeyRecords.delete(subject, recipient: former, basis: "", transaction)
  }

  /// The kinds of data of a subject for which an agency has a key of its own.
  public static func ownKinds(_ subject: RecordSubject, of agency: AgencyID, _ transaction: any ReadTransaction) throws
    -> [String]
  {
    try RecordKeyRecords.ownKinds(subject, of: agency, transaction)
  }

  /// Drops a key that was made in vain: nothing is sealed under it, and nobody else holds it.
  public static func dropUnused(_ subject: RecordSubject, _ kind: String, _ transaction: any WriteTransaction) throws {
    guard try !RecordKeyRecords.shares(of: subject, transaction).contains(where: { $0.kind == kind }) else { return }
    try RecordKeyRecords.deleteOwn(subject, kind, transaction)
  }
}
