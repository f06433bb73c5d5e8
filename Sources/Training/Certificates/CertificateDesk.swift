import Accounts
import Basics
import CountryPack
import Records
import Vault

/// The desk for certificates as papers: signing, withdrawing, the lists that anybody may read, and the issuer's keys.
///
/// `address` is where the installation is reached, for example `https://amparo.example.org`: it is part of what is signed.
public struct CertificateDesk: Sendable {
  private let training: TrainingOffice
  private var office: Office { training.office }

  public init(_ office: Office, _ pack: CountryPack) { training = TrainingOffice(office, pack) }

  // MARK: Papers

  /// One certificate with its name and signature, to print. Reading it is an entry in the audit log.
  public func paper(_ actor: Actor, _ id: CertificateID, address: String) async throws -> SignedPaper {
    try actor.require(.manageTraining)
    let (training, now) = (self.training, office.clock.now())
    return try await office.database.write { transaction in
      guard let certificate = try TrainingRecords.certificate(id, transaction), certificate.agency == actor.agency,
        let sealed = try TrainingRecords.participant(certificate.participant, transaction)
      else { throw Refusal.notFound }
      try transaction.record(
        AuditEntry(
          at: now, doer: actor.doer, action: "certificate.read", objectKind: "certificate", objectID: id.description))
      guard let name = try training.identity(sealed, for: actor)?.name else { throw Refusal.forbidden }
      return try training.signed(certificate, name: name, address: address, doer: actor.doer, at: now, transaction)
    }
  }

  /// All certificates of a class in the order of names; those whose name the actor has no key for are left out.
  public func papers(_ actor: Actor, of cohort: CohortID, address: String) async throws -> [SignedPaper] {
    try actor.require(.manageTraining)
    let (training, now) = (self.training, office.clock.now())
    return try await office.database.write { transaction in
      guard let found = try TrainingRecords.cohort(cohort, transaction), found.agency == actor.agency else {
        throw Refusal.notFound
      }
      try transaction.record(
        AuditEntry(
          at: now, doer: actor.doer, action: "certificates.read", objectKind: "cohort", objectID: cohort.description))
      let certificates = try TrainingRecords.certificates(cohort, transaction)
      return try TrainingRecords.participants(cohort, transaction).compactMap { sealed in
        guard let certificate = certificates[sealed.participant.id],
          let name = try training.identity(sealed, for: actor)?.name
        else { return nil }
        return try training.signed(certificate, name: name, address: address, doer: actor.doer, at: now, transaction)
      }.sorted { ($0.name, $0.paper.certificate.id) < ($1.name, $1.paper.certificate.id) }
    }
  }

  /// The certificate behind a personal link, for whoever types the name it was issued to.
  public func paper(_ link: Token, name: String, address: String) async throws -> SignedPaper {
    let (training, now) = (self.training, office.clock.now())
    // A wrong name changes nothing, so it is found out before anything is written.
    _ = try await ParticipantDesk(office, training.pack).certificate(link, name: name)
    return try await office.database.write { transaction in
      guard let certificate = try training.seat(link, transaction).certificate else { throw Refusal.notFound }
      try transaction.record(
        AuditEntry(
          at: now, doer: .visitor, action: "certificate.read", objectKind: "certificate",
          objectID: certificate.id.description))
      return try training.signed(certificate, name: name, address: address, doer: .visitor, at: now, transaction)
    }
  }

  // MARK: Withdrawing

  /// Takes a certificate back. Asked again, it answers as if just done.
  public func withdraw(_ actor: Actor, _ id: CertificateID, _ reason: WithdrawalReason) async throws {
    try actor.require(.manageTraining)
    let now = office.clock.now()
    try await office.database.write { transaction in
      if let done = try CertificateRecords.withdrawn(id, transaction) {
        guard done.certificate.agency == actor.agency else { throw Refusal.notFound }
        return
      }
      guard let certificate = try TrainingRecords.certificate(id, transaction), certificate.agency == actor.agency
      else { throw Refusal.notFound }
      guard try CertificateRecords.withdraw(id, reason, by: actor.member, at: now, transaction) else {
        throw Refusal.conflict
      }
      try transaction.record(
        AuditEntry(
          at: now, doer: actor.doer, action: "certificate.withdraw", objectKind: "certificate",
          objectID: id.description, purpose: reason.rawValue))
    }
  }

  /// A certificate that was taken back, with what it was for; `nil` when it was not, or never existed.
  public func withdrawn(_ id: CertificateID) async throws -> (paper: CertificatePaper, withdrawn: WithdrawnCertificate)?
  {
    let training = self.training
    return try await office.database.read { transaction in
      guard let withdrawn = try CertificateRecords.withdrawn(id, transaction),
        let paper = try training.paper(withdrawn.certificate, transaction)
      else { return nil }
      return (paper, withdrawn)
    }
  }

  /// The certificates of a class that were taken back, the newest first. Numbers only, no names.
  public func withdrawn(_ actor: Actor, of cohort: CohortID) async throws -> [WithdrawnCertificate] {
    try actor.require(.manageTraining)
    return try await office.database.read { transaction in
      guard try TrainingRecords.cohort(cohort, transaction)?.agency == actor.agency else { throw Refusal.notFound }
      return try CertificateRecords.withdrawn(of: cohort, transaction)
    }
  }

  // MARK: For everybody

  /// The issuer's public keys, of all times.
  public func keys() async throws -> IssuerKeyFile { try await office.database.read { try IssuerKeys.file($0) } }

  /// The numbers of withdrawn certificates, dated now and signed with the key in use; `nil` before the first key.
  public func revocationList(address: String) async throws -> String? {
    let (root, now) = (office.root, office.clock.now())
    return try await office.database.read { transaction in
      let keys = try CertificateRecords.keys(transaction)
      let current = keys.last {
        $0.known.address == address && $0.known.until == nil && $0.known.withdrawnFrom == nil
      }
      guard let current, let signer = try IssuerKeys.signer(current.known.publicKey, root, transaction)?.signer else {
        return nil
      }
      // A certificate counts as withdrawn under every address the installation ever had.
      let addresses = Set(keys.map(\.known.address))
      let ids = try CertificateRecords.withdrawn(transaction).flatMap { number in
        addresses.map { CertificateCredential.id(number, at: $0) }
      }
      return try RevocationList.sign(ids, address: address, dated: now.seconds, with: signer).canonical
    }
  }

  /// An issuing institution's name; `nil` for none of ours.
  public func issuer(_ agency: AgencyID) async throws -> String? {
    try await office.database.read { try AgencyDesk.agency(agency, $0)?.name }
  }

  // MARK: The issuer's keys

  /// Starts a new key and destroys the private half of the one before: what was signed stays valid.
  /// - Returns: the new public key.
  @discardableResult
  public func rotate(_ principal: Principal, address: String) async throws -> [UInt8] {
    try principal.require(.manageInstallation)
    let (root, now) = (office.root, office.clock.now())
    return try await office.database.write { transaction in
      for key in try CertificateRecords.keys(transaction) where key.known.address == address && key.sealed != nil {
        try CertificateRecords.end(key.known.publicKey, at: now.seconds, transaction)
      }
      return try IssuerKeys.begin(address, root, doer: principal.doer, at: now, transaction).publicKey
    }
  }

  /// Says that a key was stolen or lost: nothing that it signed from then on is believed, and its private half goes.
  ///
  /// Throws `Refusal.notFound` when there is no such key.
  public func withdrawKey(_ principal: Principal, _ publicKey: [UInt8], from: Moment) async throws {
    try principal.require(.manageInstallation)
    let now = office.clock.now()
    try await office.database.write { transaction in
      guard try CertificateRecords.keys(transaction).contains(where: { $0.known.publicKey == publicKey }) else {
        throw Refusal.notFound
      }
      try CertificateRecords.withdraw(publicKey, from: from.seconds, transaction)
      try CertificateRecords.end(publicKey, at: now.seconds, transaction)
      try transaction.record(
        AuditEntry(
          at: now, doer: principal.doer, action: "issuer_key.withdraw", objectKind: "issuer_key",
          objectID: Multikey.encode(publicKey)))
    }
  }
}

extension TrainingOffice {
  /// Signs a certificate with the key it was first signed with, or, when that is out of use, with the present one.
  func signed(
    _ certificate: Certificate, name: String, address: String, doer: AuditEntry.Doer, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws -> SignedPaper {
    guard let paper = try paper(certificate, transaction),
      let issued = try CertificateRecords.issuedAt(certificate.id, transaction)
    else { throw Refusal.notFound }
    var record = try CertificateRecords.signed(certificate.id, transaction)
    var signer: IssuerSigner?
    if let record, let known = try IssuerKeys.signer(record.publicKey, office.root, transaction),
      known.address == address
    {
      signer = known.signer
    }
    if signer == nil {
      let current = try IssuerKeys.inUse(address, office.root, doer: doer, at: now, transaction)
      record = .init(
        subject: record?.subject ?? UUIDText.random(randomBytes(16)), publicKey: current.publicKey,
        second: max(now.seconds, issued.seconds))
      if let record { try CertificateRecords.set(record, of: certificate.id, transaction) }
      signer = current
    }
    guard let record, let signer else { throw Refusal.conflict }
    let title =
      pack.training.phase(paper.cohort.phase)?.name ?? LocalizedText(es: paper.cohort.phase, en: paper.cohort.phase)
    let credential = CertificateCredential(
      address: address, agency: certificate.agency, agencyName: paper.agency, number: certificate.id,
      subject: record.subject, phase: paper.cohort.phase, course: title, place: paper.cohort.place,
      from: paper.cohort.from, until: paper.cohort.until, attended: certificate.attended, held: certificate.held,
      validFrom: issued.seconds,
      // Until the end of its last day.
      validUntil: certificate.validUntil.map {
        Moment($0.adding(days: 1), .midnight, offsetFromUTC: pack.offsetFromUTC).seconds
      },
      name: name)
    return SignedPaper(
      paper: paper, name: name,
      signed: try SignedCredential(credential, created: record.second, signedBy: signer))
  }
}
