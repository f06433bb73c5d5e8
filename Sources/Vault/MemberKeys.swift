import Crypto
import Foundation

/// A member's own keys: X25519 to be given agency keys, Ed25519 to sign what the member grants.
/// They are stored only under the password, under the recovery code, and under a login's token.
public struct MemberKeys: Sendable, CustomStringConvertible {
  public let exchange: ExchangeKey
  private let signing: Curve25519.Signing.PrivateKey

  public init() {
    exchange = ExchangeKey()
    signing = Curve25519.Signing.PrivateKey()
  }

  private init?(bytes: [UInt8]) {
    guard bytes.count == 64, let exchange = ExchangeKey(bytes: Array(bytes[..<32])),
      let signing = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes[32...])
    else { return nil }
    self.exchange = exchange
    self.signing = signing
  }

  public var description: String { "[sealed]" }
  private var bytes: [UInt8] { exchange.bytes + Array(signing.rawRepresentation) }

  /// The public half of the exchange key, 32 bytes.
  public var publicKey: [UInt8] { exchange.publicKey }
  /// The public half of the signing key, 32 bytes.
  public var publicSigningKey: [UInt8] { Array(signing.publicKey.rawRepresentation) }

  func sign(_ message: [UInt8]) throws -> [UInt8] { Array(try signing.signature(for: message)) }

  /// - Parameter member: the member's identifier; keys sealed for one member don't open as another's.
  public func sealed(under key: PasswordKey, member: String) throws -> [UInt8] {
    try sealBox(bytes, key: key.sealing, context: joined("password", member))
  }

  public func sealed(under token: Token, member: String) throws -> [UInt8] {
    try sealBox(bytes, key: token.sealingKey, context: joined("session", member))
  }

  public func sealed(under code: RecoveryCode, root: RootSecret, member: String) throws -> [UInt8] {
    try sealBox(bytes, key: code.sealingKey(pepper: root.pepper), context: joined("recovery", member))
  }

  public static func open(_ blob: [UInt8], under key: PasswordKey, member: String) throws(VaultFailure) -> MemberKeys {
    try read(try openBox(blob, key: key.sealing, context: joined("password", member)))
  }

  public static func open(_ blob: [UInt8], under token: Token, member: String) throws(VaultFailure) -> MemberKeys {
    try read(try openBox(blob, key: token.sealingKey, context: joined("session", member)))
  }

  public static func open(_ blob: [UInt8], under code: RecoveryCode, root: RootSecret, member: String)
    throws(VaultFailure) -> MemberKeys
  {
    try read(try openBox(blob, key: code.sealingKey(pepper: root.pepper), context: joined("recovery", member)))
  }

  private static func read(_ bytes: [UInt8]) throws(VaultFailure) -> MemberKeys {
    guard let keys = MemberKeys(bytes: bytes) else { throw .malformed }
    return keys
  }
}
