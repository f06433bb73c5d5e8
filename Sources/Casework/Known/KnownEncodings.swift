import Accounts
import Basics
import CountryPack
import Linkage
import Records
import Vault

enum KnownSecretEntity {}
/// One secret under which people are encoded, for some months.
typealias KnownSecretID = Identifier<KnownSecretEntity>

/// The encodings by which other agencies find a person: made only while a consent says so, each under a secret of the
/// installation that changes, sealed so that the database alone gives neither the secret nor an encoding.
struct KnownEncodings {
  let pack: CountryPack
  let root: RootSecret
  let content: KnownContent
  private let schema: LinkageSchema

  /// `nil` where the pack has no such question.
  init?(_ pack: CountryPack, _ root: RootSecret) throws {
    guard let content = pack.known else { return nil }
    (self.pack, self.root, self.content) = (pack, root, content)
    schema = try LinkageSchema(yaml: pack.linkageSchemas[content.schema] ?? "")
  }

  // MARK: Secrets

  /// A secret, opened: it encodes, and seals what it encoded.
  struct Opened {
    var id: KnownSecretID
    var bytes: [UInt8]
    var key: RecordKey
  }

  /// The secret to encode with now; made, and the old ones destroyed, when its time has come.
  func current(at now: Moment, _ transaction: any WriteTransaction) throws -> Opened {
    let newest = try KnownRecords.secrets(transaction).first
    if let newest, now - newest.madeAt < .days(content.rotateDays), let opened = open(newest) { return opened }
    let id = KnownSecretID.random()
    // 32 fresh bytes; only sealed under the root secret do they reach the store.
    let bytes = RootSecret.random().exposedBytes
    let fresh = KnownRecords.Secret(
      id: id, sealed: try root.seal(bytes, purpose: "known-secret", context: Array(id.description.utf8)), madeAt: now)
    try KnownRecords.insert(fresh, transaction)
    try KnownRecords.dropSecrets(madeBefore: now - .days(2 * content.rotateDays), transaction)
    try KnownRecords.dropExpired(at: now, transaction)
    guard let opened = open(fresh) else { throw VaultFailure.malformed }
    return opened
  }

  /// The secrets under which encodings may stand, opened.
  func live(at now: Moment, _ transaction: any ReadTransaction) throws -> [Opened] {
    try KnownRecords.secrets(transaction).filter { now - $0.madeAt < .days(2 * content.rotateDays) }.compactMap(open)
  }

  private func open(_ secret: KnownRecords.Secret) -> Opened? {
    guard
      let bytes = try? root.open(secret.sealed, purpose: "known-secret", context: Array(secret.id.description.utf8)),
      let key = RecordKey(bytes: bytes)
    else { return nil }
    return Opened(id: secret.id, bytes: bytes, key: key)
  }

  // MARK: People

  /// A person under a secret; `nil` when too little is known: without both names, and a birth year or a sound cédula,
  /// half a country would be meant.
  func encoded(_ identity: PersonIdentity, _ secret: Opened) throws -> RecordEncoder.Encoded? {
    guard !identity.givenNames.isEmpty, !identity.surnames.isEmpty else { return nil }
    var encoder = try RecordEncoder(schema, secret: secret.bytes)
    let birth =
      switch identity.birth {
      case .day(let day): day.description
      // The first of January means that only the year is known.
      case .year(let year): "\(year)-01-01"
      case .unknown: ""
      }
    let columns = try encoder.columns(in: ["given", "surnames", "birth", "sex", "cedula"])
    let encoded = encoder.encode(
      [identity.givenNames, identity.surnames, birth, identity.sex ?? "", identity.documentNumber], columns)
    return birth.isEmpty && encoded.document == nil ? nil : encoded
  }

  /// Sealed under the secret, then boxed under the person's erasure key: when they are erased, no older copy of the store
  /// opens it either. `nil` when they were.
  func sealed(
    _ encoded: RecordEncoder.Encoded, _ person: PersonID, _ agency: AgencyID, _ secret: Opened,
    _ transaction: any WriteTransaction
  ) throws -> [UInt8]? {
    guard let erasure = try ErasureKeys.openOrMake(RecordSubject("person", person), transaction) else { return nil }
    let place = Self.place(person, agency)
    return try erasure.seal(try secret.key.seal(encoded.bytes, at: place), context: Self.context(person))
  }

  func opened(_ encoding: KnownRecords.Encoding, _ secret: Opened, _ erasure: ErasureKey) -> RecordEncoder.Encoded? {
    guard let sealed = try? erasure.open(encoding.sealed, context: Self.context(encoding.person)),
      let bytes = try? secret.key.open(sealed, at: Self.place(encoding.person, encoding.agency))
    else { return nil }
    return RecordEncoder.Encoded(bytes: bytes, bits: schema.finalBits)
  }

  private static func context(_ person: PersonID) -> [UInt8] { Array("known-encoding\n\(person)".utf8) }

  private static func place(_ person: PersonID, _ agency: AgencyID) -> FieldAddress {
    FieldAddress(
      tenant: agency.description, table: "known_encodings", column: "sealed", row: person.description, revision: 1)
  }
}

extension CaseDesk {
  /// Whether content may be given on a consent: on all but one to be found, which gives nothing but a contact.
  func sharesContent(_ consent: Consent) -> Bool { consent.purpose != pack.known?.purpose }

  /// What withdrawing takes away, given all entries of the case. A consent to be found takes no content and leaves none.
  func effect(ofEnding consent: Consent, among all: [Consent], at now: Moment) -> ConsentEffect {
    guard sharesContent(consent) else { return ConsentEffect(agency: consent.recipient, loses: [], keeps: []) }
    return ConsentRules.effect(ofEnding: consent, among: all.filter(sharesContent), at: now)
  }

  /// Makes people's encodings anew, in the transaction that changed who they are or what they agreed to; takes away those
  /// of people who may not be found.
  func encodeAnew(_ persons: [PersonID], _ actor: Actor, at now: Moment, _ transaction: any WriteTransaction) throws {
    guard let encodings = try KnownEncodings(pack, office.root) else { return }
    let purpose = encodings.content.purpose
    var findable: [PersonID] = []
    for person in Set(persons).sorted() {
      if try KnownRecords.mayBeFound(person, purpose: purpose, at: now, transaction) {
        findable.append(person)
      } else {
        try KnownRecords.drop(person, transaction)
      }
    }
    guard !findable.isEmpty else { return }
    let secret = try encodings.current(at: now, transaction)
    let identities = try identities(of: findable, owner: actor.agency, actor, at: now, transaction)
    let until = now + .days(encodings.content.keepDays)
    for person in findable {
      let encoded = try identities[person].flatMap { try encodings.encoded($0.value, secret) }
      try KnownRecords.put(
        person, agency: actor.agency, secret: secret.id,
        try encoded.flatMap { try encodings.sealed($0, person, actor.agency, secret, transaction) }, until: until,
        transaction)
    }
  }

  /// Takes a person's encoding away when the consent that ended was the last on which somebody could find them.
  static func endBeingFound(
    _ id: CaseID, _ pack: CountryPack, at now: Moment, _ transaction: any WriteTransaction
  ) throws {
    guard let purpose = pack.known?.purpose, let summary = try CaseRecords.summary(id, transaction) else { return }
    if try !KnownRecords.mayBeFound(summary.person, purpose: purpose, at: now, transaction) {
      try KnownRecords.drop(summary.person, transaction)
    }
  }

  /// Encodes some of the agency's people whose encoding is missing or stands under an older secret: only a member's key
  /// opens the names they are made from.
  func encodeOutdated(_ actor: Actor, at now: Moment) async throws {
    guard let content = pack.known else { return }
    let agency = actor.agency
    let outdated = { @Sendable (secret: KnownSecretID, transaction: any ReadTransaction) throws -> [PersonID] in
      try KnownRecords.outdated(
        agency: agency, purpose: content.purpose, secret: secret, at: now, limit: 200, transaction)
    }
    // Most often there is nothing to do: then nobody waits for the one writer, and no schema is read.
    let isDue = try await office.database.read { transaction in
      guard let newest = try KnownRecords.secrets(transaction).first else { return false }
      return try now - newest.madeAt >= .days(content.rotateDays) || !outdated(newest.id, transaction).isEmpty
    }
    guard isDue, let encodings = try KnownEncodings(pack, office.root) else { return }
    try await office.database.write { transaction in
      let people = try outdated(try encodings.current(at: now, transaction).id, transaction)
      if !people.isEmpty { try encodeAnew(people, actor, at: now, transaction) }
      // Also where only the secret changed.
      try transaction.record(AuditEntry(at: now, doer: actor.doer, action: "known.encode", objectKind: "person"))
    }
  }
}
