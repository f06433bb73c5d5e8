import Crypto
import Foundation

/// The private half of a key that others can seal to: a member's, or an agency's of one epoch.
public struct ExchangeKey: Sendable, CustomStringConvertible {
  let key: Curve25519.KeyAgreement.PrivateKey

  public init() { key = Curve25519.KeyAgreement.PrivateKey() }

  /// `nil` unless the bytes are a private X25519 key.
  public init?(bytes: [UInt8]) {
    guard let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes) else { return nil }
    self.key = key
  }

  public var description: String { "[sealed]" }
  var bytes: [UInt8] { Array(key.rawRepresentation) }
  /// The public half, 32 bytes.
  public var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }
}

/// Sealing to a public key: HPKE base mode, suite byte ‖ encapsulated key (32) ‖ ciphertext and tag.
enum Envelope {
  static let ciphersuite = HPKE.Ciphersuite.Curve25519_SHA256_ChachaPoly

  static func seal(_ plaintext: [UInt8], to publicKey: [UInt8], context: [UInt8]) throws -> [UInt8] {
    guard let recipient = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: publicKey) else {
      throw VaultFailure.malformed
    }
    var sender = try HPKE.Sender(recipientKey: recipient, ciphersuite: ciphersuite, info: Data("amparo/wrap/1".utf8))
    let sealed = try sender.seal(plaintext, authenticating: context)
    return [Suite.first] + Array(sender.encapsulatedKey) + Array(sealed)
  }

  static func open(_ blob: [UInt8], with key: ExchangeKey, context: [UInt8]) throws(VaultFailure) -> [UInt8] {
    guard let suite = blob.first else { throw .malformed }
    guard suite == Suite.first else { throw .unknownSuite(suite) }
    guard blob.count > 33 else { throw .malformed }
    do {
      var recipient = try HPKE.Recipient(
        privateKey: key.key, ciphersuite: ciphersuite, info: Data("amparo/wrap/1".utf8),
        encapsulatedKey: Data(blob[1..<33]))
      return Array(try recipient.open(Data(blob[33...]), authenticating: context))
    } catch { throw .cannotOpen }
  }
}

/// Everything a wrap is bound to. It repeats the row it is stored in, so that a wrap can't be moved, prolonged
/// or lent to another purpose by editing the row.
public struct WrapContext: Hashable, Sendable {
  /// What kind of key is wrapped: `record`, `agency`.
  public var purpose: String
  /// Whose key it is: the record or agency, by kind and identifier.
  public var subject: String
  /// The kind of data it opens, a code of the pack; empty for agency keys.
  public var dataKind: String
  public var recipient: String
  public var epoch: Int
  /// The consent or other basis it rests on; empty within the record's own agency.
  public var basis: String
  /// Milliseconds since 1970, or `nil` for no end.
  public var expires: Int64?

  public init(
    purpose: String, subject: String, dataKind: String = "", recipient: String, epoch: Int, basis: String = "",
    expires: Int64? = nil
  ) {
    self.purpose = purpose
    self.subject = subject
    self.dataKind = dataKind
    self.recipient = recipient
    self.epoch = epoch
    self.basis = basis
    self.expires = expires
  }

  var bytes: [UInt8] {
    joined(purpose, subject, dataKind, recipient, String(epoch), basis, expires.map(String.init) ?? "")
  }
}

/// A wrapped key and the grantor's signature over it and its context.
public struct SignedWrap: Hashable, Sendable {
  public var sealed: [UInt8]
  /// Ed25519, 64 bytes. HPKE's base mode does not say who sealed; this does.
  public var signature: [UInt8]
  public init(sealed: [UInt8], signature: [UInt8]) {
    self.sealed = sealed
    self.signature = signature
  }

  static func signedBytes(_ sealed: [UInt8], _ context: WrapContext) -> [UInt8] {
    joined([Array("amparo/grant/1".utf8), context.bytes, sealed])
  }

  /// Whether the holder of the public signing key made this wrap for this context.
  public func isSigned(by publicSigningKey: [UInt8], context: WrapContext) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicSigningKey) else { return false }
    return key.isValidSignature(signature, for: Self.signedBytes(sealed, context))
  }
}

extension RecordKey {
  /// Wraps this key to an agency (or any holder of an exchange key), signed by the member who grants it.
  public func wrapped(to publicKey: [UInt8], context: WrapContext, grantor: MemberKeys) throws -> SignedWrap {
    let sealed = try Envelope.seal(bytes, to: publicKey, context: context.bytes)
    return SignedWrap(sealed: sealed, signature: try grantor.sign(SignedWrap.signedBytes(sealed, context)))
  }

  /// Opens a wrap. Check its signature first.
  public init(opening wrap: SignedWrap, with key: ExchangeKey, context: WrapContext) throws(VaultFailure) {
    let bytes =
      wrap.sealed.first == Suite.many
      ? try WrapSealer.open(wrap.sealed, with: key, context: context)
      : try Envelope.open(wrap.sealed, with: key, context: context.bytes)
    guard let opened = RecordKey(bytes: bytes) else { throw .malformed }
    self = opened
  }
}

extension ExchangeKey {
  /// Seals this agency key to one member's public key.
  public func wrapped(to publicKey: [UInt8], context: WrapContext) throws -> [UInt8] {
    try Envelope.seal(bytes, to: publicKey, context: context.bytes)
  }

  /// Opens an agency key that was sealed to a member.
  public init(opening blob: [UInt8], with key: ExchangeKey, context: WrapContext) throws(VaultFailure) {
    guard let opened = ExchangeKey(bytes: try Envelope.open(blob, with: key, context: context.bytes)) else {
      throw .malformed
    }
    self = opened
  }

  /// Seals this key under a one-time token, for an invitation: whoever holds the link opens it, the store doesn't.
  public func sealed(under token: Token, context: WrapContext) throws -> [UInt8] {
    try sealBox(bytes, key: token.sealingKey, context: context.bytes)
  }

  public init(opening blob: [UInt8], under token: Token, context: WrapContext) throws(VaultFailure) {
    guard let opened = ExchangeKey(bytes: try openBox(blob, key: token.sealingKey, context: context.bytes)) else {
      throw .malformed
    }
    self = opened
  }
}

/// A box with a slot: anyone can put something in with the public key, only the agency takes it out.
public enum DropBox {
  /// Opens what a `Sealer` put in, and what was sealed alone, as it was before answers came together.
  public static func open(_ blob: [UInt8], with key: ExchangeKey, at address: FieldAddress) throws(VaultFailure)
    -> [UInt8]
  {
    if blob.first == Suite.many { return try unpadded(try Sealer.open(blob, with: key, at: address)) }
    return try unpadded(try Envelope.open(blob, with: key, context: joined([Array("drop".utf8), address.bytes])))
  }

  /// Seals several fields that come together, such as the answers of one test, with one key exchange: that is what
  /// sealing costs. Each opens by itself with `open`.
  ///
  /// Suite byte ‖ encapsulated key (32) ‖ box. The box's key is exported from the exchange (RFC 9180, 5.3).
  public struct Sealer: Sendable {
    private let encapsulated: [UInt8]
    private let key: SymmetricKey
    private static let info = Data("amparo/drop/2".utf8)
    private static let exported = Array("fields".utf8)

    /// Throws `VaultFailure.malformed` for bytes that are no public key.
    public init(to publicKey: [UInt8]) throws {
      guard let recipient = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: publicKey) else {
        throw VaultFailure.malformed
      }
      let sender = try HPKE.Sender(recipientKey: recipient, ciphersuite: Envelope.ciphersuite, info: Self.info)
      encapsulated = Array(sender.encapsulatedKey)
      key = try sender.exportSecret(context: Self.exported, outputByteCount: 32)
    }

    public func seal(_ plaintext: [UInt8], at address: FieldAddress) throws -> [UInt8] {
      [Suite.many] + encapsulated + (try sealBox(padded(plaintext), key: key, context: Self.context(address)))
    }

    fileprivate static func open(_ blob: [UInt8], with key: ExchangeKey, at address: FieldAddress)
      throws(VaultFailure) -> [UInt8]
    {
      guard blob.count > 33 else { throw .malformed }
      guard
        let recipient = try? HPKE.Recipient(
          privateKey: key.key, ciphersuite: Envelope.ciphersuite, info: info, encapsulatedKey: Data(blob[1..<33])),
        let shared = try? recipient.exportSecret(context: exported, outputByteCount: 32)
      else { throw .cannotOpen }
      return try openBox(Array(blob[33...]), key: shared, context: context(address))
    }

    private static func context(_ address: FieldAddress) -> [UInt8] {
      joined([Array("drop/2".utf8), address.bytes])
    }
  }
}
