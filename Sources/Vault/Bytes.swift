import Crypto
import Foundation

/// What can go wrong while opening sealed content. Says nothing about the content.
public enum VaultFailure: Error, Hashable, Sendable {
  /// The bytes were altered, moved from their place, or the key is not theirs.
  case cannotOpen
  /// The blob starts with a suite byte that this version does not know.
  case unknownSuite(UInt8)
  /// The bytes do not have the shape they should have.
  case malformed
  /// The machine would not give the memory that Argon2id asks for.
  case outOfMemory
}

/// A value that must not reach a log, an error or a debugger's printout by accident.
public struct Sensitive<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The value itself. Asking for it is a visible act in the code.
  public let exposed: Value
  public init(_ value: Value) { exposed = value }
  public var description: String { "[sealed]" }
  public var debugDescription: String { "[sealed]" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Sensitive: Equatable where Value: Equatable {}

/// The first byte of every sealed blob: which algorithms made it.
enum Suite {
  /// Fields: AES-256-GCM. Wraps: HPKE with X25519, HKDF-SHA256, ChaCha20-Poly1305 (RFC 9180).
  static let first: UInt8 = 1
  /// Fields in a drop box, and wraps, that share one key exchange: HPKE's export, then ChaCha20-Poly1305.
  static let many: UInt8 = 2
  /// What a phone seals in the field: HPKE with X25519, HKDF-SHA256, AES-256-GCM, which a browser has by itself.
  static let field: UInt8 = 3
}

/// Random bytes for keys and tokens, from the cryptographic library; never from a seed.
public func randomBytes(_ count: Int) -> [UInt8] {
  SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes { Array($0) }
}

/// SHA-256 of the bytes.
public func sha256(_ bytes: some DataProtocol) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

/// Compares without telling by its duration where two secrets differ.
public func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}

/// Parts joined so that no two different lists give the same bytes: each part behind its length (32 bits, big-endian).
func joined(_ parts: [[UInt8]]) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(parts.reduce(0) { $0 + $1.count + 4 })
  for part in parts {
    withUnsafeBytes(of: UInt32(part.count).bigEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: part)
  }
  return bytes
}

func joined(_ parts: String...) -> [UInt8] { joined(parts.map { Array($0.utf8) }) }

extension SymmetricKey {
  var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
}

/// ChaCha20-Poly1305 under a symmetric key with a random nonce: suite byte, nonce, ciphertext, tag.
func sealBox(_ plaintext: [UInt8], key: SymmetricKey, context: [UInt8]) throws -> [UInt8] {
  [Suite.first] + Array(try ChaChaPoly.seal(plaintext, using: key, authenticating: context).combined)
}

func openBox(_ blob: [UInt8], key: SymmetricKey, context: [UInt8]) throws(VaultFailure) -> [UInt8] {
  guard let suite = blob.first else { throw .malformed }
  guard suite == Suite.first else { throw .unknownSuite(suite) }
  do {
    return Array(
      try ChaChaPoly.open(try ChaChaPoly.SealedBox(combined: blob.dropFirst()), using: key, authenticating: context))
  } catch { throw .cannotOpen }
}
