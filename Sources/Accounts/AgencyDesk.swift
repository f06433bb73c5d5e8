import Basics
import Foundation
import Records
import Vault

/// Who asks for something that has to do with the installation: a member, or someone at the machine's own command line,
/// who can read the root secret anyway.
public enum Principal: Sendable {
  case member(Actor)
  case console

  /// Throws `Refusal.forbidden` unless the member may, or the command line may in its place.
  public func require(_ permission: Permission) throws(Refusal) {
    switch self {
    case .member(let actor): try actor.require(permission)
    case .console: if permission.concernsPersons { throw .forbidden }
    }
  }

  /// How an audit entry names this principal.
  public var doer: AuditEntry.Doer {
    switch self {
    case .member(let actor): actor.doer
    case .console: .system("command line")
    }
  }
}

/// Agencies join the system.
public struct AgencyDesk: Sendable {
  private let office: Office

  public init(_ office: Office) { self.office = office }

  public func agencies(_ principal: Principal) async throws -> [Agency] {
    try principal.require(.manageAgencies)
    return try await office.database.read { try AccountsRecords.agencies($0) }
  }

  /// Every agency that takes part, for any member: a referral needs to name its recipient. Where the office says who an
  /// agency's neighbours are, only those.
  public func directory(_ actor: Actor) async throws -> [Agency] {
    let neighbours = office.neighbours
    return try await office.database.read { transaction in
      guard let neighbours else { return try AccountsRecords.agencies(transaction) }
      return try neighbours(actor.agency, transaction).compactMap { try AccountsRecords.agency($0, transaction) }
        .sorted { $0.name < $1.name }
    }
  }

  /// Every agency, by name, for other rooms in the middle of their own transaction.
  public static func all(_ transaction: any ReadTransaction) throws -> [Agency] {
    try AccountsRecords.agencies(transaction)
  }

  /// One agency, inside a caller's transaction.
  public static func agency(_ id: AgencyID, _ transaction: any ReadTransaction) throws -> Agency? {
    try AccountsRecords.agency(id, transaction)
  }

  /// The newest public key of an agency, to put something into its drop box (`DropBox`) without a key of one's own.
  /// Keep the epoch beside what was sealed: `Keyring.agencyKey` needs it.
  public static func publicKey(of agency: AgencyID, _ scope: KeyScope, _ transaction: any ReadTransaction) throws -> (
    epoch: Int, publicKey: [UInt8]
  )? {
    try AccountsRecords.newestKey(agency, scope, transaction)
  }

  /// Takes an agency in and invites its first administrator. Its keys are made here and leave this call only inside
  /// the invitation, sealed under the token: nobody else can ever open what the agency will store.
  public func create(
    _ principal: Principal, name: String, kind: String, province: String, administrator: String, login: String
  ) async throws -> (agency: AgencyID, invitation: Token) {
    try principal.require(.manageAgencies)
    let office = self.office
    let profile = try MembersDesk.checked(name: administrator, login: login)
    guard let tag = Login(profile.login)?.tag(office.root) else { throw Refusal.notFound }
    let agency = try checked(name: name, kind: kind, province: province)
    let member = office.randomness.identifier(MemberEntity.self)
    let (now, token) = (office.clock.now(), Token())
    let fresh = KeyScope.allCases.map { (Keyring.Slot(scope: $0, epoch: 1), ExchangeKey()) }
    let invitation = AccountsRecords.Invitation(
      agency: agency.id, member: member, restores: false, loginTag: tag,
      profile: try profile.sealed(office.root, member: member), roles: [.agencyAdministrator],
      keys: try fresh.map { slot, key in
        let context = agencyWrapContext(agency.id, slot.scope, epoch: 1, recipient: member.description)
        return (slot, try key.sealed(under: token, context: context))
      })
    let entry = AuditEntry(
      at: now, doer: principal.doer, action: "agency.create", objectKind: "agency", objectID: agency.id.description)
    try await office.database.write { transaction in
      try insertNew(agency, fresh, at: now, transaction)
      if try AccountsRecords.isLoginTaken(tag, at: now, transaction) {
        throw Refusal.fields([FieldProblem("login", "error.login_taken")])
      }
      try AccountsRecords.insert(
        invitation, tokenHash: token.hash, expires: now + MembersDesk.invitationLife, transaction)
      try transaction.record(entry)
    }
    return (agency.id, token)
  }

  /// Sets a new installation up: the first agency and its first member, who keeps the system and the agency.
  ///
  /// Throws `Refusal.conflict` when there is an agency already.
  public func setUp(
    name: String, kind: String, province: String, administrator: String, login typed: String, password: String,
    language: Language = .spanish
  ) async throws -> (agency: AgencyID, member: MemberID, recovery: RecoveryCode) {
    let office = self.office
    let profile = try MembersDesk.checked(name: administrator, login: typed)
    guard let login = Login(profile.login) else { throw Refusal.notFound }
    let password = try NewPassword(password, login: login)
    let agency = try checked(name: name, kind: kind, province: province)
    let member = Member(
      id: office.randomness.identifier(), agency: agency.id, profile: profile,
      roles: [.agencyAdministrator, .systemAdministrator], language: language, status: .active, hasSecondFactor: false)
    let (keys, recovery, now) = (MemberKeys(), RecoveryCode(), office.clock.now())
    let secrets = try await PasswordStretcher.shared.run {
      try AccountsRecords.Secrets(keys, password: password, recovery: recovery, member: member.id, office)
    }
    let sealed = try profile.sealed(office.root, member: member.id)
    let fresh = KeyScope.allCases.map { (Keyring.Slot(scope: $0, epoch: 1), ExchangeKey()) }
    let entry = AuditEntry(
      at: now, doer: .system("command line"), action: "installation.set_up", objectKind: "agency",
      objectID: agency.id.description)
    try await office.database.write { transaction in
      guard try AccountsRecords.agencies(transaction).isEmpty else {
        throw Refusal(.conflict, Phrase("error.already_set_up"))
      }
      try insertNew(agency, fresh, at: now, transaction)
      try AccountsRecords.insert(
        member, loginTag: login.tag(office.root), profile: sealed, secrets, at: now, transaction)
      for (slot, key) in fresh {
        let context = agencyWrapContext(agency.id, slot.scope, epoch: 1, recipient: member.id.description)
        try AccountsRecords.insertWrap(
          agency.id, slot, member: member.id, wrap: try key.wrapped(to: keys.publicKey, context: context), transaction)
      }
      try transaction.record(entry)
    }
    return (agency.id, member.id, recovery)
  }

  private func checked(name: String, kind: String, province: String) throws(Refusal) -> Agency {
    let name = name.trimmingCharacters(in: .whitespacesAndNewlines)
    guard (2...160).contains(name.count) else { throw .fields([FieldProblem("agency", "error.name")]) }
    return Agency(id: office.randomness.identifier(), name: name, kind: kind, province: province)
  }

  private func insertNew(
    _ agency: Agency, _ keys: [(Keyring.Slot, ExchangeKey)], at moment: Moment, _ transaction: any WriteTransaction
  ) throws {
    guard try !AccountsRecords.isAgencyNameTaken(agency.name, transaction) else {
      throw Refusal.fields([FieldProblem("agency", "error.agency_taken")])
    }
    try AccountsRecords.insert(agency, at: moment, transaction)
    for (slot, key) in keys {
      try AccountsRecords.insertKey(
        agency.id, slot.scope, epoch: slot.epoch, publicKey: key.publicKey, at: moment, transaction)
    }
  }
}
