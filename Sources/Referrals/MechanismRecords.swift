import Accounts
import Basics
import Records

/// The queries about mechanisms, the only ones.
enum MechanismRecords {
  struct Stored: Hashable, Sendable {
    var version: MechanismVersion
    /// The file as it was read.
    var content: String
  }

  static func insert(_ version: MechanismVersion, _ content: String, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO mechanism_versions (id, code, name, day, purpose, state, agency, member, read_at, content, revision)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, version.id, version.code, version.name, version.day, version.purpose, version.state, version.agency,
      version.member, version.readAt, content, version.revision)
  }

  static func version(_ id: MechanismVersionID, _ transaction: any ReadTransaction) throws -> Stored? {
    try transaction.row("SELECT * FROM mechanism_versions WHERE id = ?", id).map {
      Stored(version: try version($0), content: try $0.get("content"))
    }
  }

  /// Those that were not discarded, the newest first, without their text.
  static func all(_ transaction: any ReadTransaction) throws -> [MechanismVersion] {
    try transaction.rows(
      """
      SELECT id, code, name, day, purpose, state, agency, member, read_at, adopted_at, known_gaps, revision
      FROM mechanism_versions WHERE state <> 'discarded' ORDER BY read_at DESC, id LIMIT 500
      """
    ).map(version)
  }

  /// What a version is compared with: the adopted one of its code, else the newest of those read before it.
  static func before(_ version: MechanismVersion, _ transaction: any ReadTransaction) throws -> MechanismVersion? {
    try transaction.row(
      """
      SELECT * FROM mechanism_versions WHERE code = ? AND purpose = ? AND id <> ? AND state <> 'discarded'
      AND (state = 'adopted' OR read_at < ?)
      ORDER BY CASE WHEN state = 'adopted' THEN 0 ELSE 1 END, read_at DESC, id LIMIT 1
      """, version.code, version.purpose, version.id, version.readAt
    ).map(self.version)
  }

  /// - Returns: false when somebody else came first.
  static func update(_ version: MechanismVersion, from revision: Int, _ transaction: any WriteTransaction) throws
    -> Bool
  {
    try transaction.execute(
      """
      UPDATE mechanism_versions SET state = ?, adopted_at = ?, known_gaps = ?, revision = ?
      WHERE id = ? AND revision = ?
      """, version.state, version.adoptedAt, version.knownGaps, version.revision, version.id, revision) == 1
  }

  static func replaceAdopted(_ code: String, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "UPDATE mechanism_versions SET state = 'replaced', revision = revision + 1 WHERE code = ? AND state = 'adopted'",
      code)
  }

  // MARK: Agencies and signatures

  static func agencies(_ id: MechanismVersionID, _ transaction: any ReadTransaction) throws -> [String: AgencyID] {
    let rows = try transaction.rows("SELECT desk, agency FROM mechanism_desks WHERE version = ?", id)
    return Dictionary(
      try rows.map { (try $0.get("desk", as: String.self), try $0.get("agency", as: AgencyID.self)) },
      uniquingKeysWith: { first, _ in first })
  }

  static func setAgencies(
    _ agencies: [String: AgencyID], of id: MechanismVersionID, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute("DELETE FROM mechanism_desks WHERE version = ?", id)
    for (desk, agency) in agencies.sorted(by: { $0.key < $1.key }) {
      try transaction.execute(
        "INSERT INTO mechanism_desks (version, desk, agency) VALUES (?, ?, ?)", id, desk, agency)
    }
  }

  static func signatures(_ id: MechanismVersionID, _ transaction: any ReadTransaction) throws -> [MechanismSignature] {
    try transaction.rows("SELECT * FROM mechanism_signatures WHERE version = ? ORDER BY signed_at, agency", id).map {
      MechanismSignature(
        agency: try $0.get("agency"), member: try $0.get("member"), signedAt: try $0.get("signed_at"))
    }
  }

  static func insert(
    _ signature: MechanismSignature, of id: MechanismVersionID, _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO mechanism_signatures (version, agency, member, signed_at) VALUES (?, ?, ?, ?)", id,
      signature.agency, signature.member, signature.signedAt)
  }

  static func removeSignature(_ agency: AgencyID, of id: MechanismVersionID, _ transaction: any WriteTransaction)
    throws
  {
    try transaction.execute("DELETE FROM mechanism_signatures WHERE version = ? AND agency = ?", id, agency)
  }

  static func removeSignatures(of id: MechanismVersionID, _ transaction: any WriteTransaction) throws {
    try transaction.execute("DELETE FROM mechanism_signatures WHERE version = ?", id)
  }

  private static func version(_ row: Row) throws -> MechanismVersion {
    MechanismVersion(
      id: try row.get("id"), code: try row.get("code"), name: try row.get("name"), day: try row.get("day"),
      purpose: try row.get("purpose"), state: try row.get("state"), agency: try row.get("agency"),
      member: try row.get("member"), readAt: try row.get("read_at"), adoptedAt: try row.optional("adopted_at"),
      knownGaps: try row.optional("known_gaps"), revision: try row.get("revision"))
  }
}
