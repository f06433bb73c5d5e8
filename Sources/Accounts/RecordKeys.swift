import Basics
import Records
import Vault

/// Whose content a record key opens: one person, case, screening, referral or cohort.
public struct RecordSubject: Hashable, Sendable, CustomStringConvertible {
  /// The kind of thing, for example `case`.
  public let kind: String
  public let id: String

  public init<Entity>(_ kind: String, _ id: Identifier<Entity>) {
    self.kind = kind
    self.id = id.description
  }

  public var description: String { kind + "/" + id }
}

/// The keys of sealed content, one for each subject and kind of data, and to which agencies each is wrapped.
///
/// No consent, no key: an agency other than the subject's own reads through a wrap that names the basis it rests on
/// (a consent's identifier). The wrap is bound to that basis and to its end, and is deleted when the basis falls.
/// Everything here runs inside the caller's transaction; the caller checks the permission and records the entry.
public enum RecordKeys {
  /// What a wrap to another agency rests on.
  public struct Basis: Hashable, Sendable {
    /// The identifier of the consent, or of the record of another legal basis.
    public var id: String
    /// When it ends by itself.
    public var until: Moment?
    public init(id: String, until: Moment? = nil) {
      self.id = id
      self.until = until
    }
  }

  /// Makes a fresh key for each kind of data and wraps it to the actor's own agency. A kind that has a key keeps it:
  /// replacing it would lose what was sealed under it.
  /// - Returns: the keys by kind, to seal the first content with.
  ///
  /// Throws `Refusal` `.noBasis` when there is a key already that the actor can't open.
  public static func create(
    _ subject: RecordSubject, kinds: [String], scope: KeyScope = .casework, for actor: Actor, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> [String: RecordKey] {
    try kinds.reduce(into: [:]) { keys, kind in
      keys[kind] = try openOrCreate(subject, kind, scope: scope, for: actor, at: now, transaction)
    }
  }

  /// The key of one kind of data, if the actor's agency has a live wrap of it and the actor holds the agency's key.
  ///
  /// A wrap that does not open, whose signature does not hold, that has ended or is still held back, counts as none.
  public static func open(
    _ subject: RecordSubject, _ kind: String, scope: KeyScope = .casework, for actor: Actor, at now: Moment,
    _ transaction: any ReadTransaction
  ) throws -> RecordKey? {
    try open([subject], kind, scope: scope, for: actor, at: now, transaction)[subject]
  }

  /// The key of one kind of data of a subject that the actor's agency owns, made now if there never was one.
  ///
  /// Throws `Refusal` `.noBasis` when there is one that the actor can't open: it must not be replaced.
  public static func openOrCreate(
    _ subject: RecordSubject, _ kind: String, scope: KeyScope = .casework, for actor: Actor, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> RecordKey {
    if let key = try open(subject, kind, scope: scope, for: actor, at: now, transaction) { return key }
    guard try !RecordKeyRecords.exists(subject, kind, transaction) else { throw noBasis }
    let key = RecordKey.random()
    try wrap(key, subject, kind, scope, to: actor.agency, basis: nil, held: false, by: actor, at: now, transaction)
    return key
  }

  /// The keys of one kind of data of many subjects, by one query for each 500: for a list. Those that can't be opened
  /// are left out.
  public static func open(
    _ subjects: [RecordSubject], _ kind: String, scope: KeyScope = .casework, for actor: Actor, at now: Moment,
    _ transaction: any ReadTransaction
  ) throws -> [RecordSubject: RecordKey] {
    let wraps = try RecordKeyRecords.live(subjects, kind, recipient: actor.agency, at: now, transaction)
    let wrapped = Set(subjects).compactMap { subject in wraps[subject.description].map { (subject, wraps: $0) } }
    let opened = try wrapped.openedTogether { subject, wraps in
      wraps.lazy.compactMap { open($0, subject, kind, scope, for: actor) }.first.map { (subject, $0) }
    }
    return Dictionary(uniqueKeysWithValues: opened.compactMap { $0 })
  }

  private static func open(
    _ wrap: RecordKeyRecords.Wrap, _ subject: RecordSubject, _ kind: String, _ scope: KeyScope, for actor: Actor
  ) -> RecordKey? {
    let context = context(
      subject, kind, scope, recipient: actor.agency, epoch: wrap.epoch, basis: wrap.basis, expires: wrap.expires)
    guard let agencyKey = actor.keyring.agencyKey(scope, epoch: wrap.epoch),
      wrap.signed.isSigned(by: wrap.grantorKey, context: context)
    else { return nil }
    return try? RecordKey(opening: wrap.signed, with: agencyKey, context: context)
  }

  /// Wraps keys to another agency. Only the agency whose record it is can: who reads on a basis can't hand on or prolong.
  ///
  /// - Parameters:
  ///   - held: keep the wrap back until `release`: until then it lies boxed under the root secret, so that neither
  ///     the receiving agency nor a thief of the store can open it.
  ///
  /// Throws `Refusal` `.noBasis` when the actor can't open one of the keys, or opens it on a basis only.
  public static func grant(
    _ subject: RecordSubject, kinds: [String], scope: KeyScope = .casework, to agency: AgencyID, on basis: Basis,
    held: Bool = false, root: RootSecret, by actor: Actor, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    for kind in kinds {
      let own = try RecordKeyRecords.live([subject], kind, recipient: actor.agency, at: now, transaction)[
        subject.description]?.lazy.filter { $0.basis.isEmpty }
      guard !basis.id.isEmpty, let key = own?.compactMap({ open($0, subject, kind, scope, for: actor) }).first else {
        throw noBasis
      }
      try wrap(
        key, subject, kind, scope, to: agency, basis: basis, held: held, root: root, by: actor, at: now, transaction)
    }
  }

  /// Lets wraps that were held back work from now on.
  public static func release(
    _ subject: RecordSubject, to agency: AgencyID, basis: String, root: RootSecret, _ transaction: any WriteTransaction
  ) throws {
    for wrap in try RecordKeyRecords.wraps(subject, recipient: agency, basis: basis, held: true, transaction) {
      let sealed = try root.open(
        wrap.sealed, purpose: "held-wrap", context: boxContext(subject, wrap.kind, agency, basis))
      try RecordKeyRecords.setHeld(
        false, subject, wrap.kind, recipient: agency, basis: basis, sealed: sealed, transaction)
    }
  }

  /// Keeps wraps that work back again, until the next `release`. Needs no key.
  public static func hold(
    _ subject: RecordSubject, to agency: AgencyID, basis: String, root: RootSecret, _ transaction: any WriteTransaction
  ) throws {
    for wrap in try RecordKeyRecords.wraps(subject, recipient: agency, basis: basis, held: false, transaction) {
      let boxed = try root.seal(
        wrap.sealed, purpose: "held-wrap", context: boxContext(subject, wrap.kind, agency, basis))
      try RecordKeyRecords.setHeld(
        true, subject, wrap.kind, recipient: agency, basis: basis, sealed: boxed, transaction)
    }
  }

  /// Ends access: deletes the wraps of a subject that rest on a basis.
  /// - Parameter agency: only this agency's; all agencies' when left out.
  public static func revoke(
    _ subject: RecordSubject, from agency: AgencyID? = nil, basis: String, _ transaction: any WriteTransaction
  ) throws {
    try RecordKeyRecords.delete(subject, recipient: agency, basis: basis, transaction)
  }

  /// Destroys every key of a subject: what was sealed under them can never be read again, here or in a copy of the store
  /// that comes without its erasure keys. Nothing can be sealed for the subject afterwards.
  public static func destroy(_ subject: RecordSubject, _ transaction: any WriteTransaction) throws {
    try RecordKeyRecords.deleteAll(subject, transaction)
  }

  /// Makes a key that is held on a basis the actor's agency's own.
  /// - Returns: false when it can't be opened.
  static func rewrap(
    _ subject: RecordSubject, _ kind: String, basis: String, for actor: Actor, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> Bool {
    let held = try RecordKeyRecords.live([subject], kind, recipient: actor.agency, at: now, transaction)[
      subject.description]?.lazy.filter { $0.basis == basis }
    guard let key = held?.compactMap({ open($0, subject, kind, .casework, for: actor) }).first else { return false }
    try wrap(
      key, subject, kind, .casework, to: actor.agency, basis: nil, held: false, by: actor, at: now, transaction)
    return true
  }

  static let noBasis = Refusal(.noBasis, Phrase("error.no_basis"))

  private static func wrap(
    _ key: RecordKey, _ subject: RecordSubject, _ kind: String, _ scope: KeyScope, to agency: AgencyID, basis: Basis?,
    held: Bool, root: RootSecret? = nil, by actor: Actor, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    guard let (epoch, publicKey) = try AccountsRecords.newestKey(agency, scope, transaction) else {
      throw Refusal.notFound
    }
    // What the agency's own members hold says which key is its own, whatever the row says.
    if agency == actor.agency, actor.keyring.agencyKey(scope, epoch: epoch)?.publicKey != publicKey { throw noBasis }
    let context = context(
      subject, kind, scope, recipient: agency, epoch: epoch, basis: basis?.id ?? "",
      expires: basis?.until?.milliseconds)
    var signed = try key.wrapped(to: publicKey, context: context, grantor: actor.keyring.own)
    if held, let root {
      signed.sealed = try root.seal(
        signed.sealed, purpose: "held-wrap", context: boxContext(subject, kind, agency, basis?.id ?? ""))
    }
    try RecordKeyRecords.insert(
      subject, kind, recipient: agency, epoch: epoch, basis: basis?.id ?? "", expires: basis?.until, held: held,
      signed: signed, grantor: actor.member, grantorKey: actor.keyring.own.publicSigningKey, at: now, transaction)
  }

  static func context(
    _ subject: RecordSubject, _ kind: String, _ scope: KeyScope, recipient: AgencyID, epoch: Int, basis: String,
    expires: Int64?
  ) -> WrapContext {
    WrapContext(
      purpose: "record/" + scope.rawValue, subject: subject.description, dataKind: kind,
      recipient: recipient.description, epoch: epoch, basis: basis, expires: expires)
  }

  private static func boxContext(_ subject: RecordSubject, _ kind: String, _ agency: AgencyID, _ basis: String)
    -> [UInt8]
  {
    Array([subject.description, kind, agency.description, basis].joined(separator: "\n").utf8)
  }
}
