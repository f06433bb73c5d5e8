import Basics
import Records
import Vault

/// The queries about programs' keys.
enum ApiKeyRecords {
  static func insert(
    _ key: ApiKey, agency: AgencyID, tokenHash: [UInt8], keys: [UInt8], by member: MemberID,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO api_keys (member, agency, token_hash, keys, made_by, made_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)
      """, key.id, agency, tokenHash, keys, member, key.madeAt, key.expiresAt)
  }

  /// The keys of an agency, those that ended too, the newest first.
  static func keys(of agency: AgencyID, _ root: RootSecret, _ transaction: any ReadTransaction) throws -> [ApiKey] {
    try transaction.rows("\(all) WHERE api_keys.agency = ? ORDER BY api_keys.made_at DESC, api_keys.member", agency)
      .map { try key($0, root) }
  }

  static func key(_ id: MemberID, of agency: AgencyID, _ root: RootSecret, _ transaction: any ReadTransaction) throws
    -> ApiKey?
  {
    try transaction.row("\(all) WHERE api_keys.member = ? AND api_keys.agency = ?", id, agency).map {
      try key($0, root)
    }
  }

  /// Keys that ran out and were not ended yet, with their agencies.
  static func ranOut(at now: Moment, limit: Int, _ root: RootSecret, _ transaction: any ReadTransaction) throws -> [(
    key: ApiKey, agency: AgencyID
  )] {
    try transaction.rows(
      "\(all) WHERE api_keys.ended_at IS NULL AND api_keys.expires_at <= ? ORDER BY api_keys.expires_at LIMIT ?", now,
      limit
    ).map { (try key($0, root), try $0.get("agency")) }
  }

  /// The member a secret stands for and its sealed keys, while it holds.
  static func holder(tokenHash: [UInt8], at now: Moment, _ transaction: any ReadTransaction) throws -> (
    member: MemberID, keys: [UInt8], usedAt: Moment?
  )? {
    try transaction.row(
      """
      SELECT api_keys.member, api_keys.keys, api_key_uses.used_at FROM api_keys
      LEFT JOIN api_key_uses ON api_key_uses.member = api_keys.member
      WHERE api_keys.token_hash = ? AND api_keys.ended_at IS NULL AND api_keys.expires_at > ?
      """, tokenHash, now
    ).map { (try $0.get("member"), try $0.get("keys"), try $0.optional("used_at")) }
  }

  static func setUsed(_ member: MemberID, at now: Moment, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO api_key_uses (member, used_at) VALUES (?, ?)
      ON CONFLICT (member) DO UPDATE SET used_at = excluded.used_at
      """, member, now)
  }

  /// - Returns: false when it had ended before.
  static func end(_ member: MemberID, at now: Moment, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute(
      "UPDATE api_keys SET ended_at = ?, token_hash = NULL, keys = NULL WHERE member = ? AND ended_at IS NULL", now,
      member) == 1
  }

  private static let all = """
    SELECT api_keys.*, members.profile, members.roles, api_key_uses.used_at FROM api_keys
    JOIN members ON members.id = api_keys.member
    LEFT JOIN api_key_uses ON api_key_uses.member = api_keys.member
    """

  private static func key(_ row: Row, _ root: RootSecret) throws -> ApiKey {
    let id: MemberID = try row.get("member")
    let roles = roleSet(try row.get("roles"))
    return ApiKey(
      id: id, name: try Member.Profile.open(try row.get("profile"), root, member: id).name,
      rights: Set(ApiRight.allCases.filter { roles.contains($0.role) }), madeAt: try row.get("made_at"),
      expiresAt: try row.get("expires_at"), usedAt: try row.optional("used_at"), endedAt: try row.optional("ended_at"))
  }
}

extension AccountsRecords.Secrets {
  /// Of a member that signs in by nothing but a program's key: no password and no printed code opens what is stored.
  init(openedByNothing keys: MemberKeys) {
    salt = PasswordKey.freshSalt()
    cost = .standard
    verifier = randomBytes(32)
    keysByPassword = []
    recoveryVerifier = randomBytes(32)
    keysByRecovery = []
    publicKey = keys.publicKey
    publicSigningKey = keys.publicSigningKey
  }
}
