import Basics
import Records
import Vault

/// The queries about agencies, members, keys and sessions.
enum AccountsRecords {
  /// A member with what signing in needs.
  struct Credentials {
    var id: MemberID
    var agency: AgencyID
    var roles: Set<Role>
    var language: Language
    var salt: [UInt8]
    var cost: PasswordCost
    var verifier: [UInt8]
    var keysByPassword: [UInt8]
    var recoveryVerifier: [UInt8]
    var keysByRecovery: [UInt8]
    var sealedOneTimeSecret: [UInt8]?
    var oneTimeUsed: Int64

    init(_ row: Row) throws {
      id = try row.get("id")
      agency = try row.get("agency")
      roles = roleSet(try row.get("roles"))
      language = try row.get("language")
      salt = try row.get("salt")
      cost = PasswordCost(passes: try row.get("passes"), kibibytes: try row.get("kibibytes"))
      verifier = try row.get("verifier")
      keysByPassword = try row.get("keys_by_password")
      recoveryVerifier = try row.get("recovery_verifier")
      keysByRecovery = try row.get("keys_by_recovery")
      sealedOneTimeSecret = try row.optional("one_time_secret")
      oneTimeUsed = try row.get("one_time_used")
    }
  }

  /// What a member's secrets become in the store.
  struct Secrets {
    var salt: [UInt8]
    var cost: PasswordCost
    var verifier: [UInt8]
    var keysByPassword: [UInt8]
    var recoveryVerifier: [UInt8]
    var keysByRecovery: [UInt8]
    var publicKey: [UInt8]
    var publicSigningKey: [UInt8]

    init(_ keys: MemberKeys, password: NewPassword, recovery: RecoveryCode, member: MemberID, _ office: Office) throws {
      salt = PasswordKey.freshSalt()
      cost = office.passwordCost
      let key = try PasswordKey(password: password.text, salt: salt, root: office.root, cost: cost)
      verifier = key.verifier
      keysByPassword = try keys.sealed(under: key, member: member.description)
      recoveryVerifier = recovery.verifier(pepper: office.root.pepper)
      keysByRecovery = try keys.sealed(under: recovery, root: office.root, member: member.description)
      publicKey = keys.publicKey
      publicSigningKey = keys.publicSigningKey
    }
  }

  // MARK: Agencies

  static func insert(_ agency: Agency, at moment: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO agencies (id, name, kind, province, created_at) VALUES (?, ?, ?, ?, ?)", agency.id, agency.name,
      agency.kind, agency.province, moment)
  }

  static func agencies(_ transaction: any ReadTransaction) throws -> [Agency] {
    try transaction.rows("SELECT * FROM agencies ORDER BY name").map(agency)
  }

  static func isAgencyNameTaken(_ name: String, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS found FROM agencies WHERE name = ?", name) != nil
  }

  static func agency(_ id: AgencyID, _ transaction: any ReadTransaction) throws -> Agency? {
    try transaction.row("SELECT * FROM agencies WHERE id = ?", id).map(agency)
  }

  /// The names of an agency's members, those who left too.
  static func names(of agency: AgencyID, _ root: RootSecret, _ transaction: any ReadTransaction) throws
    -> [MemberID: String]
  {
    try transaction.rows("SELECT id, profile FROM members WHERE agency = ?", agency).reduce(into: [:]) { names, row in
      let id: MemberID = try row.get("id")
      names[id] = try Member.Profile.open(try row.get("profile"), root, member: id).name
    }
  }

  private static func agency(_ row: Row) throws -> Agency {
    Agency(
      id: try row.get("id"), name: try row.get("name"), kind: try row.get("kind"), province: try row.get("province"))
  }

  // MARK: Agency keys

  static func insertKey(
    _ agency: AgencyID, _ scope: KeyScope, epoch: Int, publicKey: [UInt8], at moment: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO agency_keys (agency, scope, epoch, public_key, created_at) VALUES (?, ?, ?, ?, ?)", agency, scope,
      epoch, publicKey, moment)
  }

  /// The newest epoch of an agency's key and its public half.
  static func newestKey(_ agency: AgencyID, _ scope: KeyScope, _ transaction: any ReadTransaction) throws -> (
    epoch: Int, publicKey: [UInt8]
  )? {
    try transaction.row(
      "SELECT epoch, public_key FROM agency_keys WHERE agency = ? AND scope = ? ORDER BY epoch DESC LIMIT 1", agency,
      scope
    ).map { (try $0.get("epoch"), try $0.get("public_key")) }
  }

  static func insertWrap(
    _ agency: AgencyID, _ slot: Keyring.Slot, member: MemberID, wrap: [UInt8], _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO agency_key_wraps (agency, scope, epoch, member, wrap) VALUES (?, ?, ?, ?, ?)", agency, slot.scope,
      slot.epoch, member, wrap)
  }

  static func wraps(_ member: MemberID, _ transaction: any ReadTransaction) throws -> [(
    slot: Keyring.Slot, wrap: [UInt8]
  )] {
    try transaction.rows("SELECT scope, epoch, wrap FROM agency_key_wraps WHERE member = ?", member).map {
      (Keyring.Slot(scope: try $0.get("scope"), epoch: try $0.get("epoch")), try $0.get("wrap"))
    }
  }

  static func deleteWraps(_ member: MemberID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM agency_key_wraps WHERE member = ?", member)
  }

  /// The active members of an agency who hold the newest key of a scope, with their public keys.
  static func holders(_ agency: AgencyID, _ scope: KeyScope, epoch: Int, _ transaction: any ReadTransaction) throws
    -> [(
      member: MemberID, publicKey: [UInt8]
    )]
  {
    try transaction.rows(
      """
      SELECT members.id, members.public_key FROM members
      JOIN agency_key_wraps ON agency_key_wraps.member = members.id
      WHERE members.agency = ? AND members.status = 'active' AND agency_key_wraps.scope = ?
        AND agency_key_wraps.epoch = ? ORDER BY members.id
      """, agency, scope, epoch
    ).map { (try $0.get("id"), try $0.get("public_key")) }
  }

  // MARK: Members

  static func insert(
    _ member: Member, loginTag: [UInt8], profile: [UInt8], _ secrets: Secrets, at moment: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO members (id, agency, login_tag, profile, roles, language, status, salt, passes, kibibytes, verifier,
        keys_by_password, recovery_verifier, keys_by_recovery, public_key, public_signing_key, one_time_used, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)
      """, member.id, member.agency, loginTag, profile, roleText(member.roles), member.language, member.status,
      secrets.salt, secrets.cost.passes, secrets.cost.kibibytes, secrets.verifier, secrets.keysByPassword,
      secrets.recoveryVerifier, secrets.keysByRecovery, secrets.publicKey, secrets.publicSigningKey, moment)
    try insertSigningKey(member.id, secrets.publicSigningKey, at: moment, transaction)
  }

  private static func insertSigningKey(
    _ member: MemberID, _ key: [UInt8], at moment: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO signing_keys (public_key, member, since) VALUES (?, ?, ?) ON CONFLICT (public_key) DO NOTHING", key,
      member, moment)
  }

  static func replaceSecrets(
    _ member: MemberID, _ secrets: Secrets, at moment: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      UPDATE members SET salt = ?, passes = ?, kibibytes = ?, verifier = ?, keys_by_password = ?, recovery_verifier = ?,
        keys_by_recovery = ?, public_key = ?, public_signing_key = ? WHERE id = ?
      """, secrets.salt, secrets.cost.passes, secrets.cost.kibibytes, secrets.verifier, secrets.keysByPassword,
      secrets.recoveryVerifier, secrets.keysByRecovery, secrets.publicKey, secrets.publicSigningKey, member)
    try insertSigningKey(member, secrets.publicSigningKey, at: moment, transaction)
  }

  static func credentials(loginTag: [UInt8], _ transaction: any ReadTransaction) throws -> Credentials? {
    try transaction.row("SELECT * FROM members WHERE login_tag = ? AND status = 'active'", loginTag)
      .map(Credentials.init)
  }

  static func members(of agency: AgencyID, _ root: RootSecret, _ transaction: any ReadTransaction) throws -> [Member] {
    try transaction.rows("SELECT * FROM members WHERE agency = ? ORDER BY created_at, id", agency).map {
      try member($0, root)
    }
  }

  static func member(_ id: MemberID, _ root: RootSecret, _ transaction: any ReadTransaction) throws -> Member? {
    try transaction.row("SELECT * FROM members WHERE id = ?", id).map { try member($0, root) }
  }

  static func loginTag(_ id: MemberID, _ transaction: any ReadTransaction) throws -> [UInt8]? {
    try transaction.value([UInt8].self, "SELECT login_tag FROM members WHERE id = ?", id)
  }

  private static func member(_ row: Row, _ root: RootSecret) throws -> Member {
    let id: MemberID = try row.get("id")
    return Member(
      id: id, agency: try row.get("agency"), profile: try .open(try row.get("profile"), root, member: id),
      roles: roleSet(try row.get("roles")), language: try row.get("language"), status: try row.get("status"),
      hasSecondFactor: try row.optional("one_time_secret", as: [UInt8].self) != nil)
  }

  static func isLoginTaken(_ tag: [UInt8], at moment: Moment, _ transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT 1 AS taken FROM members WHERE login_tag = ?", tag) != nil
      || transaction.row(
        "SELECT 1 AS taken FROM invitations WHERE login_tag = ? AND restores = 0 AND expires_at > ?", tag, moment)
        != nil
  }

  static func setLeft(_ member: MemberID, at moment: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE members SET status = 'left', left_at = ? WHERE id = ?", moment, member)
    try transaction.execute("DELETE FROM sessions WHERE member = ?", member)
    try transaction.execute("DELETE FROM second_factor_codes WHERE member = ?", member)
    try transaction.execute("DELETE FROM invitations WHERE member = ?", member)
    try deleteWraps(member, transaction)
    try MailAddressRecords.delete(member, transaction)
    try OutboxRecords.end(of: member, nil, at: moment, transaction)
  }

  static func setSecondFactor(
    _ member: MemberID, sealedSecret: [UInt8]?, used step: Int64 = 0, codes: [[UInt8]],
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "UPDATE members SET one_time_secret = ?, one_time_used = ? WHERE id = ?", sealedSecret, step, member)
    try transaction.execute("DELETE FROM second_factor_codes WHERE member = ?", member)
    for code in codes {
      try transaction.execute("INSERT INTO second_factor_codes (member, hash) VALUES (?, ?)", member, code)
    }
  }

  static func useStep(_ member: MemberID, _ step: Int64, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute(
      "UPDATE members SET one_time_used = ? WHERE id = ? AND one_time_used < ?", step, member, step) == 1
  }

  static func useCode(_ member: MemberID, _ hash: [UInt8], _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute("DELETE FROM second_factor_codes WHERE member = ? AND hash = ?", member, hash) == 1
  }

  // MARK: Invitations

  struct Invitation {
    var agency: AgencyID
    var member: MemberID
    var restores: Bool
    var loginTag: [UInt8]
    var profile: [UInt8]
    var roles: Set<Role>
    var keys: [(slot: Keyring.Slot, sealed: [UInt8])]
  }

  static func insert(
    _ invitation: Invitation, tokenHash: [UInt8], expires: Moment, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute("DELETE FROM invitations WHERE member = ?", invitation.member)
    try transaction.execute(
      """
      INSERT INTO invitations (token_hash, agency, member, restores, login_tag, profile, roles, expires_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """, tokenHash, invitation.agency, invitation.member, invitation.restores, invitation.loginTag,
      invitation.profile, roleText(invitation.roles), expires)
    for key in invitation.keys {
      try transaction.execute(
        "INSERT INTO invitation_keys (token_hash, scope, epoch, sealed) VALUES (?, ?, ?, ?)", tokenHash,
        key.slot.scope, key.slot.epoch, key.sealed)
    }
  }

  /// An invitation that still holds.
  static func invitation(tokenHash: [UInt8], at moment: Moment, _ transaction: any ReadTransaction) throws
    -> Invitation?
  {
    guard
      let row = try transaction.row(
        "SELECT * FROM invitations WHERE token_hash = ? AND expires_at > ?", tokenHash, moment)
    else { return nil }
    let keys = try transaction.rows(
      "SELECT scope, epoch, sealed FROM invitation_keys WHERE token_hash = ?", tokenHash
    ).map {
      (
        slot: Keyring.Slot(scope: try $0.get("scope"), epoch: try $0.get("epoch")),
        sealed: try $0.get("sealed", as: [UInt8].self)
      )
    }
    return Invitation(
      agency: try row.get("agency"), member: try row.get("member"), restores: try row.get("restores"),
      loginTag: try row.get("login_tag"), profile: try row.get("profile"), roles: roleSet(try row.get("roles")),
      keys: keys)
  }

  static func deleteInvitation(tokenHash: [UInt8], _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM invitations WHERE token_hash = ?", tokenHash)
  }

  static func deleteInvitations(of agency: AgencyID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM invitations WHERE agency = ?", agency)
  }
}
