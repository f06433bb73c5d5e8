import Basics
import Records
import Vault

/// Keys for records that are being made together, before any of them is in the store: what the sealing costs is then
/// spent outside of the one transaction that writes.
///
///     let keys = try FreshKeys(for: actor, transaction)          // a read is enough
///     var fresh = keys.subject(RecordSubject("case", id))
///     let key = try fresh.key("narrative")
///     try keys.store([fresh], at: now, transaction)              // in the write that stores the record
public struct FreshKeys: Sendable {
  /// The keys of one subject that nobody has heard of yet, each wrapped to the actor's own agency and boxed, on their way
  /// into the store.
  public struct Subject: Sendable {
    fileprivate let name: String
    fileprivate let erasure = ErasureKey.random()
    fileprivate private(set) var wraps: [RecordKeyRecords.FreshWrap] = []
    private let subject: RecordSubject
    private let keys: FreshKeys
    private var opened: [String: RecordKey] = [:]

    fileprivate init(_ subject: RecordSubject, _ keys: FreshKeys) {
      self.subject = subject
      self.keys = keys
      name = subject.description
    }

    /// The key of one kind of data, made when it is asked for first.
    public mutating func key(_ kind: String) throws -> RecordKey {
      if let key = opened[kind] { return key }
      let key = RecordKey.random()
      let recipient = keys.actor.agency
      let context = RecordKeys.context(
        subject, kind, keys.scope, recipient: recipient, epoch: keys.epoch, basis: "", expires: nil)
      let signed = try keys.sealer.wrap(key, context: context, grantor: keys.actor.keyring.own)
      let boxed = try erasure.seal(
        signed.sealed, context: ErasureKeyRecords.context(name, kind, recipient.description, ""))
      wraps.append(.init(subject: name, kind: kind, boxed: boxed, signature: signed.signature))
      opened[kind] = key
      return key
    }
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

  /// Begins the keys of a subject.
  public func subject(_ subject: RecordSubject) -> Subject { Subject(subject, self) }

  /// Stores the keys of subjects, in the transaction that stores what they open.
  ///
  /// Throws `Refusal` `.noBasis` when the agency's key has changed since, as it does when a member leaves.
  public func store(_ subjects: [Subject], at now: Moment, _ transaction: any WriteTransaction) throws {
    guard let newest = try AccountsRecords.newestKey(actor.agency, scope, transaction), newest.epoch == epoch,
      newest.publicKey == publicKey
    else { throw RecordKeys.noBasis }
    // A subject that nothing was sealed for has no keys. In the order of the indices, whose pages then fill up.
    let subjects = subjects.filter { !$0.wraps.isEmpty }.sorted { $0.name < $1.name }
    try ErasureKeyRecords.insert(subjects.map { ($0.name, $0.erasure) }, transaction)
    try RecordKeyRecords.insert(
      subjects.flatMap(\.wraps), recipient: actor.agency, epoch: epoch, grantor: actor.member,
      grantorKey: actor.keyring.own.publicSigningKey, at: now, transaction)
  }
}
