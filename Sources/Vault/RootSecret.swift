import Crypto
import Foundation
import Synchronization

/// The installation's one secret outside the database: 32 bytes in a folder of their own. From it come, by HKDF
/// (RFC 5869), the password pepper, the index keys, the keys that hold back a wrap, and the seed that signs
/// the audit log's checkpoints. Whoever steals only the database has none of these.
public struct RootSecret: Sendable, CustomStringConvertible {
  private let key: SymmetricKey
  private let tagKeys = TagKeys()

  /// - Parameter bytes: exactly 32 bytes. `nil` for any other number.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    key = SymmetricKey(data: bytes)
  }

  private init(key: SymmetricKey) { self.key = key }

  /// A fresh secret for a new installation.
  public static func random() -> RootSecret { RootSecret(key: SymmetricKey(size: .bits256)) }

  /// The 32 bytes, to be written to the secret's own folder and nowhere else.
  public var exposedBytes: [UInt8] { key.bytes }

  public var description: String { "[sealed]" }

  /// 32 bytes for one named use. Different names give unrelated keys.
  public func derive(_ purpose: String...) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(
      inputKeyMaterial: key, salt: Array("amparo/root/1".utf8), info: joined(purpose.map { Array($0.utf8) }),
      outputByteCount: 32)
  }

  /// The pepper that passwords are mixed with after Argon2id.
  public var pepper: SymmetricKey { derive("pepper") }

  /// The Ed25519 key that signs the audit log's checkpoints.
  public var auditSigningKey: Curve25519.Signing.PrivateKey {
    get throws { try Curve25519.Signing.PrivateKey(rawRepresentation: derive("audit").bytes) }
  }

  /// The Ed25519 key that signs what phones get as proof that their work is kept.
  public var receiptKey: ReceiptKey {
    get throws {
      ReceiptKey(key: try Curve25519.Signing.PrivateKey(rawRepresentation: derive("field-receipt").bytes))
    }
  }

  /// A keyed tag over parts, to bind a form to a session, or a code to a certificate.
  public func tag(_ purpose: String, _ parts: [[UInt8]]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: joined(parts), using: tagKeys.key(purpose) { derive("tag", purpose) }))
  }

  /// A token that can be made again from its parts, for a link that is printed twice. The store still keeps its hash only.
  public func token(_ purpose: String, _ parts: [[UInt8]]) -> Token { Token(derived: tag(purpose, parts)) }

  /// Seals bytes so that only this installation opens them, for one named use.
  public func seal(_ plaintext: [UInt8], purpose: String, context: [UInt8]) throws -> [UInt8] {
    try sealBox(plaintext, key: derive("box", purpose), context: context)
  }

  public func open(_ blob: [UInt8], purpose: String, context: [UInt8]) throws(VaultFailure) -> [UInt8] {
    try openBox(blob, key: derive("box", purpose), context: context)
  }
}

/// The keys of tags that were made before: a form's tag is checked with every click, and deriving its key costs more than
/// using it. Purposes are few and fixed in the code.
private final class TagKeys: Sendable {
  private let keys = Mutex<[String: SymmetricKey]>([:])

  func key(_ purpose: String, _ derive: () -> SymmetricKey) -> SymmetricKey {
    keys.withLock { keys in
      if let known = keys[purpose] { return known }
      let key = derive()
      keys[purpose] = key
      return key
    }
  }
}
