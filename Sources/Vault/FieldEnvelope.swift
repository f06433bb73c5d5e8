import Crypto
import Foundation

/// What a phone seals without network to its agency's key, so that not even the phone reads it again.
///
/// Suite byte 0x03 ‖ encapsulated key (32) ‖ ciphertext and tag. HPKE (RFC 9180) in base mode with
/// DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM: what a browser's own cryptography can do. The plaintext is
/// a length (32 bits, big-endian), the text, and zeros up to a multiple of 1,024 bytes, so that its size tells little.
public enum FieldEnvelope {
  static let ciphersuite = HPKE.Ciphersuite(kem: .Curve25519_HKDF_SHA256, kdf: .HKDF_SHA256, aead: .AES_GCM_256)
  private static let info = Array("amparo/field/1".utf8)
  private static let block = 1024

  /// Seals a text as a phone does.
  ///
  /// - Parameter context: what the envelope is bound to; it opens with the same only.
  ///
  /// Throws `VaultFailure.malformed` for bytes that are no public key.
  public static func seal(_ text: [UInt8], to publicKey: [UInt8], context: String) throws -> [UInt8] {
    guard let recipient = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: publicKey) else {
      throw VaultFailure.malformed
    }
    var sender = try HPKE.Sender(recipientKey: recipient, ciphersuite: ciphersuite, info: Data(info))
    let sealed = try sender.seal(padded(text), authenticating: Array(context.utf8))
    return [Suite.field] + Array(sender.encapsulatedKey) + Array(sealed)
  }

  /// Opens an envelope.
  ///
  /// Throws `VaultFailure`: `.cannotOpen` when it was altered, moved to another context, or sealed to another key;
  /// `.malformed` when what lies inside is not padded as it must be.
  public static func open(_ blob: [UInt8], with key: ExchangeKey, context: String) throws(VaultFailure) -> [UInt8] {
    guard let suite = blob.first else { throw .malformed }
    guard suite == Suite.field else { throw .unknownSuite(suite) }
    guard blob.count > 33 else { throw .malformed }
    return try text(
      try open(
        Array(blob[33...]), encapsulated: Array(blob[1..<33]), with: key, info: info, context: Array(context.utf8)))
  }

  /// The bare scheme, as published test vectors have it.
  static func open(
    _ sealed: [UInt8], encapsulated: [UInt8], with key: ExchangeKey, info: [UInt8], context: [UInt8]
  ) throws(VaultFailure) -> [UInt8] {
    do {
      var recipient = try HPKE.Recipient(
        privateKey: key.key, ciphersuite: ciphersuite, info: Data(info), encapsulatedKey: Data(encapsulated))
      return Array(try recipient.open(Data(sealed), authenticating: context))
    } catch { throw .cannotOpen }
  }

  private static func padded(_ text: [UInt8]) -> [UInt8] {
    let length = withUnsafeBytes(of: UInt32(text.count).bigEndian) { Array($0) }
    let needed = length.count + text.count
    return length + text + [UInt8](repeating: 0, count: (block - needed % block) % block)
  }

  private static func text(_ plain: [UInt8]) throws(VaultFailure) -> [UInt8] {
    guard plain.count >= block, plain.count.isMultiple(of: block) else { throw .malformed }
    let length = plain[..<4].reduce(0) { $0 << 8 | Int($1) }
    guard length <= plain.count - 4, plain.count - 4 - length <= block, plain[(4 + length)...].allSatisfy({ $0 == 0 })
    else { throw .malformed }
    return Array(plain[4..<(4 + length)])
  }
}

/// What a phone signs, and the receipts that it gets for it: Ed25519 over a name of the use, a line end, and the bytes.
public enum FieldSignature {
  static let operation = Array("amparo/field/1\n".utf8)
  static let receipt = Array("amparo/receipt/1\n".utf8)

  /// Whether the bytes are a public key that signatures can be checked with.
  public static func isKey(_ publicKey: [UInt8]) -> Bool {
    publicKey.count == 32 && (try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey)) != nil
  }

  /// Whether the phone with this public key signed the operation's bytes.
  public static func isSigned(_ body: [UInt8], _ signature: [UInt8], by publicKey: [UInt8]) -> Bool {
    isValid(signature, operation + body, publicKey)
  }

  /// Whether the office with this public key gave the receipt.
  public static func isReceipt(_ body: [UInt8], _ signature: [UInt8], by publicKey: [UInt8]) -> Bool {
    isValid(signature, receipt + body, publicKey)
  }

  private static func isValid(_ signature: [UInt8], _ message: [UInt8], _ publicKey: [UInt8]) -> Bool {
    guard signature.count == 64, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else {
      return false
    }
    return key.isValidSignature(signature, for: message)
  }
}

/// Signs receipts for an office.
public struct ReceiptKey: Sendable, CustomStringConvertible {
  private let key: Curve25519.Signing.PrivateKey

  init(key: Curve25519.Signing.PrivateKey) { self.key = key }

  public var description: String { "[sealed]" }
  /// 32 bytes; a phone keeps it from its enrolment on.
  public var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

  /// Ed25519, 64 bytes.
  public func sign(_ body: [UInt8]) throws -> [UInt8] {
    Array(try key.signature(for: FieldSignature.receipt + body))
  }
}
