import Basics
import Foundation
import Records
import Vault

/// Members come, change and leave; the agency's keys follow them in the same transaction.
public struct MembersDesk: Sendable {
  /// How long an invitation or a restoring link holds.
  public static let invitationLife = Span.days(7)

  private let office: Office

  public init(_ office: Office) { self.office = office }

  /// The members of the actor's agency, those who left too; programs are listed by `ApiKeyDesk`.
  public func members(_ actor: Actor) async throws -> [Member] {
    try actor.require(.manageMembers)
    let root = office.root
    return try await office.database.read { try AccountsRecords.members(of: actor.agency, root, $0) }
      .filter { !$0.isProgram }
  }

  /// The actor's own account.
  public func own(_ actor: Actor) async throws -> Member {
    let root = office.root
    guard let member = try await office.database.read({ try AccountsRecords.member(actor.member, root, $0) }) else {
      throw Refusal.notFound
    }
    return member
  }

  /// The names of the colleagues in the actor's own agency, to say who has what in hand.
  public func names(_ actor: Actor) async throws -> [MemberID: String] {
    let root = office.root
    return try await office.database.read { try AccountsRecords.names(of: actor.agency, root, $0) }
  }

  /// Invites someone: the token goes into a link that works once.
  ///
  /// The agency's keys travel in the invitation, sealed under the token, so that the new member can work at once.
  /// Throws `Refusal`: wrong fields, a taken login, or roles an agency may not give.
  public func invite(_ actor: Actor, name: String, login typed: String, roles: Set<Role>) async throws -> Token {
    try actor.require(.manageMembers)
    let profile = try Self.checked(name: name, login: typed)
    guard !roles.isEmpty, !roles.contains(.systemAdministrator), roles.isDisjoint(with: Role.programs) else {
      throw Refusal.fields([FieldProblem("roles", "error.roles")])
    }
    let member = office.randomness.identifier(MemberEntity.self)
    return try await send(actor, member: member, profile: profile, roles: roles, restores: false)
  }

  /// A new way in for a colleague who lost password and recovery code: the colleague sets a new password, gets new
  /// keys, and is given the agency's keys again. Nothing of the agency's is lost.
  public func restore(_ actor: Actor, _ id: MemberID) async throws -> Token {
    try actor.require(.manageMembers)
    let member = try await colleague(actor, id)
    try requireReach(actor, member)
    return try await send(actor, member: id, profile: member.profile, roles: member.roles, restores: true)
  }

  private func send(_ actor: Actor, member: MemberID, profile: Member.Profile, roles: Set<Role>, restores: Bool)
    async throws -> Token
  {
    guard let login = Login(profile.login) else { throw Refusal.fields([FieldProblem("login", "error.login")]) }
    let token = Token()
    let scopes = roles.reduce(into: Set<KeyScope>()) { $0.formUnion($1.scopes) }
    let keys = try actor.keyring.agencyKeys.filter { scopes.contains($0.key.scope) }.map { slot, key in
      (
        slot: slot,
        sealed: try key.sealed(
          under: token,
          context: agencyWrapContext(actor.agency, slot.scope, epoch: slot.epoch, recipient: member.description))
      )
    }
    let invitation = AccountsRecords.Invitation(
      agency: actor.agency, member: member, restores: restores, loginTag: login.tag(office.root),
      profile: try profile.sealed(office.root, member: member), roles: roles, keys: keys)
    let now = office.clock.now()
    let entry = AuditEntry(
      at: now, doer: actor.doer, action: restores ? "member.restore" : "member.invite", objectKind: "member",
      objectID: member.description)
    try await office.database.write { transaction in
      // Keys that got a new epoch meanwhile would leave the member without it for good.
      for scope in scopes {
        let newest = try AccountsRecords.newestKey(actor.agency, scope, transaction)?.epoch
        guard newest == actor.keyring.newestEpoch(scope) else { throw Refusal.conflict }
      }
      if !restores, try AccountsRecords.isLoginTaken(invitation.loginTag, at: now, transaction) {
        throw Refusal.fields([FieldProblem("login", "error.login_taken")])
      }
      try AccountsRecords.insert(
        invitation, tokenHash: token.hash, expires: now + Self.invitationLife, transaction)
      try transaction.record(entry)
    }
    return token
  }

  /// Takes an invitation (or a restoring link) up: sets the password, makes the member's keys, hands the agency's on.
  ///
  /// Answers the recovery code, which is shown once. Throws `Refusal.notFound` when the link was used or is too old.
  public func accept(_ token: Token, password typed: String, language: Language = .spanish) async throws -> (
    member: MemberID, recovery: RecoveryCode
  ) {
    let now = office.clock.now()
    let stale = Refusal(.notFound, Phrase("error.invitation"))
    guard
      let invitation = try await office.database.read({
        try AccountsRecords.invitation(tokenHash: token.hash, at: now, $0)
      })
    else { throw stale }
    let profile = try Member.Profile.open(invitation.profile, office.root, member: invitation.member)
    let password = try NewPassword(typed, login: Login(profile.login))
    let (keys, recovery) = (MemberKeys(), RecoveryCode())
    let office = self.office
    let secrets = try await PasswordStretcher.shared.run {
      try AccountsRecords.Secrets(
        keys, password: password, recovery: recovery, member: invitation.member, office)
    }
    let wraps = try invitation.keys.map { slot, sealed in
      let context = agencyWrapContext(
        invitation.agency, slot.scope, epoch: slot.epoch, recipient: invitation.member.description)
      return (
        slot,
        try ExchangeKey(opening: sealed, under: token, context: context).wrapped(to: keys.publicKey, context: context)
      )
    }
    let member = Member(
      id: invitation.member, agency: invitation.agency, profile: profile, roles: invitation.roles, language: language,
      status: .active, hasSecondFactor: false)
    let entry = AuditEntry(
      at: now, doer: .visitor, action: invitation.restores ? "member.restored" : "member.join", objectKind: "member",
      objectID: member.id.description)
    try await office.database.write { transaction in
      // Read again: a second click must not use the link twice.
      guard try AccountsRecords.invitation(tokenHash: token.hash, at: now, transaction) != nil else { throw stale }
      if invitation.restores {
        guard try AccountsRecords.member(member.id, office.root, transaction)?.status == .active else { throw stale }
        try AccountsRecords.replaceSecrets(member.id, secrets, at: now, transaction)
        try AccountsRecords.deleteWraps(member.id, transaction)
        try AccountsRecords.setSecondFactor(member.id, sealedSecret: nil, codes: [], transaction)
        try SessionRecords.deleteAll(of: member.id, transaction)
      } else {
        try AccountsRecords.insert(
          member, loginTag: invitation.loginTag, profile: invitation.profile, secrets, at: now, transaction)
      }
      for (slot, wrap) in wraps {
        try AccountsRecords.insertWrap(member.agency, slot, member: member.id, wrap: wrap, transaction)
      }
      try AccountsRecords.deleteInvitation(tokenHash: token.hash, transaction)
      try transaction.record(entry)
    }
    return (member.id, recovery)
  }

  /// The way back in for a member who lost the password and kept the printed code. Answers a new code; the old one is
  /// void, all sessions end, the second factor stays.
  ///
  /// Throws the same `Refusal` for an unknown login and a wrong code.
  public func recover(login typed: String, code: String, newPassword: String) async throws -> RecoveryCode {
    let wrong = Refusal(.invalid, Phrase("error.recovery"))
    guard let login = Login(typed), let code = RecoveryCode(code) else { throw wrong }
    let office = self.office
    let password = try NewPassword(newPassword, login: login)
    guard
      let found = try await office.database.read({
        try AccountsRecords.credentials(loginTag: login.tag(office.root), $0)
      }),
      equalInConstantTime(code.verifier(pepper: office.root.pepper), found.recoveryVerifier)
    else { throw wrong }
    let keys = try MemberKeys.open(
      found.keysByRecovery, under: code, root: office.root, member: found.id.description)
    let recovery = RecoveryCode()
    let secrets = try await PasswordStretcher.shared.run {
      try AccountsRecords.Secrets(keys, password: password, recovery: recovery, member: found.id, office)
    }
    let now = office.clock.now()
    let entry = AuditEntry(
      at: now, doer: .visitor, action: "member.recover", objectKind: "member",
      objectID: found.id.description)
    try await office.database.write { transaction in
      // Read again: a code works once, also when it is typed twice at the same time.
      guard
        try AccountsRecords.credentials(loginTag: login.tag(office.root), transaction)?.recoveryVerifier
          == found.recoveryVerifier
      else { throw wrong }
      try AccountsRecords.replaceSecrets(found.id, secrets, at: now, transaction)
      try SessionRecords.deleteAll(of: found.id, transaction)
      try transaction.record(entry)
    }
    return recovery
  }

  /// A member leaves: sessions end, keys go, and every key the member held gets a new epoch, all in one transaction.
  public func leave(_ actor: Actor, _ id: MemberID) async throws {
    try actor.require(.manageMembers)
    let member = try await colleague(actor, id)
    try requireReach(actor, member)
    let now = office.clock.now()
    let entry = AuditEntry(
      at: now, doer: actor.doer, action: "member.leave", objectKind: "member", objectID: id.description)
    let root = office.root
    try await office.database.write { transaction in
      let active = try AccountsRecords.members(of: member.agency, root, transaction).filter { $0.status == .active }
      guard active.contains(where: { $0.id == id }) else { throw Refusal.notFound }
      for role in [Role.agencyAdministrator, .systemAdministrator]
      where role == .agencyAdministrator || member.roles.contains(role) {
        guard active.contains(where: { $0.id != id && $0.roles.contains(role) }) else {
          throw Refusal(.conflict, Phrase("error.last_administrator"))
        }
      }
      try AccountsRecords.setLeft(id, at: now, transaction)
      for scope in KeyScope.allCases where member.roles.contains(where: { $0.scopes.contains(scope) }) {
        try AgencyKeys.startEpoch(member.agency, scope, at: now, transaction)
      }
      try transaction.record(entry)
    }
  }

  /// Whoever restores a colleague holds the link that makes the colleague's new password: nobody becomes more that way.
  private func requireReach(_ actor: Actor, _ member: Member) throws(Refusal) {
    if member.roles.contains(.systemAdministrator), !actor.roles.contains(.systemAdministrator) { throw .forbidden }
  }

  private func colleague(_ actor: Actor, _ id: MemberID) async throws -> Member {
    let root = office.root
    guard let member = try await office.database.read({ try AccountsRecords.member(id, root, $0) }),
      member.agency == actor.agency, member.status == .active, !member.isProgram
    else { throw Refusal.notFound }
    return member
  }

  static func checked(name: String, login: String) throws(Refusal) -> Member.Profile {
    var problems: [FieldProblem] = []
    let name = name.trimmingCharacters(in: .whitespacesAndNewlines)
    if name.isEmpty || name.count > 120 { problems.append(FieldProblem("name", "error.name")) }
    if Login(login) == nil { problems.append(FieldProblem("login", "error.login")) }
    guard problems.isEmpty, let checked = Login(login) else { throw .fields(problems) }
    return Member.Profile(name: name, login: checked.text)
  }
}
