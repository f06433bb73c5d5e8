import CSodium
import Crypto
import Foundation

/// How hard a password is to guess offline: Argon2id (RFC 9106), memory in KiB.
public struct PasswordCost: Hashable, Sendable {
  public var passes: Int
  public var kibibytes: Int

  /// 64 MiB and three passes: RFC 9106's second recommended set, with libsodium's single lane.
  public static let standard = PasswordCost(passes: 3, kibibytes: 65_536)
  /// The least libsodium allows in memory, for tests and the demonstration's made-up members only.
  public static let test = PasswordCost(passes: 1, kibibytes: 8)

  public init(passes: Int, kibibytes: Int) {
    self.passes = passes
    self.kibibytes = kibibytes
  }
}

/// What a password gives: a key that seals the member's keys, and apart from it a verifier for the store.
/// The two are separate HKDF branches, so that a stolen verifier opens nothing.
public struct PasswordKey: Sendable, CustomStringConvertible {
  let sealing: SymmetricKey
  /// What the store keeps to recognise the password, 32 bytes.
  public let verifier: [UInt8]

  public var description: String { "[sealed]" }

  public static func freshSalt() -> [UInt8] { randomBytes(16) }

  /// Argon2id, then HMAC with the pepper, then two HKDF branches. Takes tens of milliseconds by design.
  ///
  /// The password is normalised to NFKC, so that the same letters typed on two keyboards are the same password.
  /// Throws `VaultFailure.outOfMemory` when the machine refuses the memory, `malformed` for a salt that is not 16 bytes.
  public init(password: String, salt: [UInt8], root: RootSecret, cost: PasswordCost = .standard) throws(VaultFailure) {
    guard salt.count == Int(crypto_pwhash_SALTBYTES), sodium_init() >= 0 else { throw .malformed }
    // A closing zero keeps the pointer valid for an empty password; it is not counted.
    let secret = password.precomposedStringWithCompatibilityMapping.utf8CString
    var stretched = [UInt8](repeating: 0, count: 32)
    let result = secret.withUnsafeBufferPointer { letters in
      letters.baseAddress.map {
        crypto_pwhash(
          &stretched, 32, $0, UInt64(letters.count - 1), salt, UInt64(cost.passes), cost.kibibytes * 1024,
          crypto_pwhash_ALG_ARGON2ID13)
      } ?? -1
    }
    guard result == 0 else { throw .outOfMemory }
    let peppered = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: stretched, using: root.pepper))
    sodium_memzero(&stretched, 32)
    sealing = HKDF<SHA256>.deriveKey(inputKeyMaterial: peppered, info: Array("kek".utf8), outputByteCount: 32)
    verifier = HKDF<SHA256>.deriveKey(inputKeyMaterial: peppered, info: Array("verify".utf8), outputByteCount: 32).bytes
  }
}
