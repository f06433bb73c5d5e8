import Accounts
import Basics
import Records
import Vault

/// A phone or another device that sends work from the field.
public struct FieldDevice: Hashable, Sendable {
  public var id: FieldDeviceID
  public var agency: AgencyID
  /// Whose it is: what it sends is in this member's name.
  public var member: MemberID
  /// Ed25519, 32 bytes.
  public var publicKey: [UInt8]
  /// What its owner calls it.
  public var name: String
  public var enrolledAt: Moment
  /// When it last sent something that was kept.
  public var heardAt: Moment?
  /// By how much its clock was behind then.
  public var skew: Span?
  public var revokedAt: Moment?
}

/// The queries about phones.
enum FieldDeviceRecords {
  static func insert(_ device: FieldDevice, _ root: RootSecret, _ transaction: any WriteTransaction) throws {
    let name = try root.seal(
      Array(device.name.utf8), purpose: "field-device", context: Array(device.id.description.utf8))
    try transaction.execute(
      "INSERT INTO field_devices (id, agency, member, public_key, name, enrolled_at) VALUES (?, ?, ?, ?, ?, ?)",
      device.id, device.agency, device.member, device.publicKey, name, device.enrolledAt)
  }

  static func device(_ id: FieldDeviceID, _ root: RootSecret, _ transaction: any ReadTransaction) throws
    -> FieldDevice?
  {
    try transaction.row("SELECT * FROM field_devices WHERE id = ?", id).map { try device($0, root) }
  }

  /// The phones of an agency, or of one member, the newest first.
  static func devices(
    _ agency: AgencyID, member: MemberID?, _ root: RootSecret, _ transaction: any ReadTransaction
  ) throws -> [FieldDevice] {
    let rows =
      if let member {
        try transaction.rows(
          "SELECT * FROM field_devices WHERE agency = ? AND member = ? ORDER BY enrolled_at DESC, id", agency, member)
      } else {
        try transaction.rows("SELECT * FROM field_devices WHERE agency = ? ORDER BY enrolled_at DESC, id", agency)
      }
    return try rows.map { try device($0, root) }
  }

  static func activeCount(_ member: MemberID, _ transaction: any ReadTransaction) throws -> Int {
    try transaction.value(
      Int.self, "SELECT COUNT(*) AS number FROM field_devices WHERE member = ? AND revoked_at IS NULL", member) ?? 0
  }

  /// - Parameter skew: `nil` keeps what was measured before.
  static func hear(_ id: FieldDeviceID, at now: Moment, skew: Span?, _ transaction: any WriteTransaction) throws {
    try transaction.execute("UPDATE field_devices SET heard_at = ? WHERE id = ?", now, id)
    if let skew {
      try transaction.execute("UPDATE field_devices SET skew = ? WHERE id = ?", skew.milliseconds, id)
    }
  }

  /// - Returns: whether it was not revoked before.
  static func revoke(
    _ id: FieldDeviceID, by member: MemberID, at now: Moment, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "UPDATE field_devices SET revoked_at = ?, revoked_by = ? WHERE id = ? AND revoked_at IS NULL", now, member, id)
      == 1
  }

  private static func device(_ row: Row, _ root: RootSecret) throws -> FieldDevice {
    let id: FieldDeviceID = try row.get("id")
    let name = try root.open(try row.get("name"), purpose: "field-device", context: Array(id.description.utf8))
    return FieldDevice(
      id: id, agency: try row.get("agency"), member: try row.get("member"), publicKey: try row.get("public_key"),
      name: String(decoding: name, as: UTF8.self), enrolledAt: try row.get("enrolled_at"),
      heardAt: try row.optional("heard_at"),
      skew: try row.optional("skew", as: Int64.self).map(Span.init(milliseconds:)),
      revokedAt: try row.optional("revoked_at"))
  }
}
