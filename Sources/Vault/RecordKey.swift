import Crypto
import Foundation

/// The place a sealed field belongs to. A blob opens only at the place it was sealed for.
public struct FieldAddress: Hashable, Sendable {
  /// The agency whose row it is.
  public var tenant: String
  public var table: String
  public var column: String
  /// The row's identifier.
  public var row: String
  /// Counts up with every change of the row, so that an older blob can't be put back.
  public var revision: Int
  /// The version of the plaintext's format.
  public var schema: Int

  public init(tenant: String, table: String, column: String, row: String, revision: Int, schema: Int = 1) {
    self.tenant = tenant
    self.table = table
    self.column = column
    self.row = row
    self.revision = revision
    self.schema = schema
  }

  var bytes: [UInt8] { joined(tenant, table, column, row, String(revision), String(schema)) }
}

/// The key of one record for one kind of data: what is sealed under it can be shared, or destroyed, as one.
public struct RecordKey: Sendable, CustomStringConvertible {
  let key: SymmetricKey

  private init(key: SymmetricKey) { self.key = key }

  /// `nil` unless there are exactly 32 bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    key = SymmetricKey(data: bytes)
  }

  public static func random() -> RecordKey { RecordKey(key: SymmetricKey(size: .bits256)) }

  public var description: String { "[sealed]" }

  var bytes: [UInt8] { key.bytes }

  /// A value that pins the key without telling it. Neither of our ciphers commits to its key: without this, one
  /// blob could be made to open under two keys.
  public var commitment: [UInt8] { Array(HMAC<SHA256>.authenticationCode(for: Array("commit".utf8), using: key)) }

  /// Seals one field: suite byte, nonce, ciphertext and tag (AES-256-GCM), padded so that its length tells little.
  public func seal(_ plaintext: [UInt8], at address: FieldAddress) throws -> [UInt8] {
    let box = try AES.GCM.seal(padded(plaintext), using: fieldKey(address), authenticating: address.bytes)
    guard let combined = box.combined else { throw VaultFailure.malformed }
    return [Suite.first] + Array(combined)
  }

  /// Opens a field sealed at the same address.
  ///
  /// Throws `VaultFailure.cannotOpen` when the blob was altered or moved, or belongs to another key.
  public func open(_ blob: [UInt8], at address: FieldAddress) throws(VaultFailure) -> [UInt8] {
    guard let suite = blob.first else { throw .malformed }
    guard suite == Suite.first else { throw .unknownSuite(suite) }
    let plaintext: Data
    do {
      plaintext = try AES.GCM.open(
        try AES.GCM.SealedBox(combined: blob.dropFirst()), using: fieldKey(address), authenticating: address.bytes)
    } catch { throw .cannotOpen }
    return try unpadded(Array(plaintext))
  }

  /// Seals a value as JSON with sorted keys.
  public func sealValue(_ value: some Encodable, at address: FieldAddress) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try seal(Array(try encoder.encode(value)), at: address)
  }

  public func openValue<Value: Decodable>(_: Value.Type = Value.self, _ blob: [UInt8], at address: FieldAddress) throws
    -> Value
  {
    let bytes = try open(blob, at: address)
    do { return try JSONDecoder().decode(Value.self, from: Data(bytes)) } catch { throw VaultFailure.malformed }
  }

  private func fieldKey(_ address: FieldAddress) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(
      inputKeyMaterial: key, info: joined(address.table, address.column, address.row, String(address.revision)),
      outputByteCount: 32)
  }
}

/// Pads to 64, 256, 1024 or 4096 bytes (then to the next multiple of 4096): ISO/IEC 7816-4, a 0x80 and zeros.
func padded(_ bytes: [UInt8]) -> [UInt8] {
  let needed = bytes.count + 1
  let size = [64, 256, 1024, 4096].first { needed <= $0 } ?? (needed + 4095) / 4096 * 4096
  return bytes + [0x80] + [UInt8](repeating: 0, count: size - needed)
}

func unpadded(_ bytes: [UInt8]) throws(VaultFailure) -> [UInt8] {
  guard let end = bytes.lastIndex(where: { $0 != 0 }), bytes[end] == 0x80 else { throw .malformed }
  return Array(bytes[..<end])
}
