import Basics
import Records
import Vault

/// Keys for records that are being made together, before any of them is in the store: what the sealing costs is then
/// spent outside of the one transaction that writes.
///
///     let keys = try FreshKeys(for: actor, transaction)          // a read is enough
///     let (key, wrap) = try keys.key(RecordSubject("case", id), "narrative")
///     try keys.store([wrap], at: now, transaction)               // in the write that stores the record
public struct FreshKeys: Sendable {
  /// A key wrapped to the actor's own agency, on its way into the store.
  public struct Wrapped: Sendable {
    fileprivate var subject: RecordSubject
    fileprivate var kind: String
    fileprivate var signed: SignedWrap
  }

  private let actor: Actor
  private let scope: KeyScope
  private let epoch: Int
  private let publicKey: [UInt8]
  private let sealer: WrapSealer

  /// Throws `Refusal` `.noBasis` when the actor does not hold the agency's newest key.
  public init(for actor: Actor, scope: KeyScope = .casework, _ transaction: any ReadTransaction) throws {
    guard let (epoch, publicKey) = try AccountsRecords.newestKey(actor.agency, scope, transaction),
      actor.keyring.agencyKey(scope, epoch: epoch)?.publicKey == publicKey
    else { throw RecordKeys.noBasis }
    self.actor = actor
    self.scope = scope
    self.epoch = epoch
    self.publicKey = publicKey
    sealer = try WrapSealer(to: publicKey)
  }

  /// A fresh key of one kind of data of a subject that nobody has heard of yet.
  public func key(_ subject: RecordSubject, _ kind: String) throws -> (RecordKey, Wrapped) {
    let key = RecordKey.random()
    let context = RecordKeys.context(
      subject, kind, scope, recipient: actor.agency, epoch: epoch, basis: "", expires: nil)
    return (
      key,
      Wrapped(
        subject: subject, kind: kind, signed: try sealer.wrap(key, context: context, grantor: actor.keyring.own))
    )
  }

  /// Stores wraps, in the transaction that stores what they open.
  ///
  /// Throws `Refusal` `.noBasis` when the agency's key has changed since, as it does when a member leaves.
  public func store(_ wraps: [Wrapped], at now: Moment, _ transaction: any WriteTransaction) throws {
    guard let newest = try AccountsRecords.newestKey(actor.agency, scope, transaction), newest.epoch == epoch,
      newest.publicKey == publicKey
    else { throw RecordKeys.noBasis }
    try RecordKeyRecords.insert(
      wraps.map { ($0.subject, $0.kind, $0.signed) }, recipient: actor.agency, epoch: epoch, grantor: actor.member,
      grantorKey: actor.keyring.own.publicSigningKey, at: now, transaction)
  }
}
