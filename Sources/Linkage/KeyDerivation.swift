import Basics
import CSodium
import Crypto
import Foundation

/// Keys of an exchange, all from one secret that the agencies share and nobody else has.
enum KeyDerivation {
  /// HKDF-SHA256: two keys of 64 bytes a field, in the order of the fields, as clkhash makes them.
  static func fieldKeys(_ secret: [UInt8], salt: String, info: String, fields: Int) -> [[UInt8]] {
    let all = derive(secret, salt, info, fields * 128)
    return (0..<fields).map { Array(all[($0 * 128)..<($0 * 128 + 64)]) }
  }

  static func derive(_ secret: [UInt8], _ salt: String, _ info: String, _ count: Int) -> [UInt8] {
    HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: secret), salt: Array(salt.utf8), info: Array(info.utf8),
      outputByteCount: count
    ).withUnsafeBytes { Array($0) }
  }

  /// Tells two secrets apart without telling anything about them.
  static func check(_ secret: [UInt8], _ schema: LinkageSchema) -> String {
    derive(secret, schema.fingerprint, "amparo linkage key check", 8).hexadecimal
  }

  /// A document number under a key of its own.
  static func documentTag(_ key: [UInt8], _ document: String) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: Array(document.utf8), using: SymmetricKey(data: key))
    return code.prefix(16).map { $0 }.hexadecimal
  }

  static func digest(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

  /// BLAKE2b-512 of a token under a field's key, the block's number as salt: 32 little-endian 16-bit words.
  static func block(_ token: UnsafeBufferPointer<UInt8>, key: [UInt8], number: Int) -> [UInt16] {
    var salt = [UInt8](repeating: 0, count: 16)
    for (place, digit) in String(number).utf8.enumerated() { salt[place] = digit }
    let personal = [UInt8](repeating: 0, count: 16)
    var out = [UInt8](repeating: 0, count: 64)
    crypto_generichash_blake2b_salt_personal(
      &out, 64, token.baseAddress, UInt64(token.count), key, key.count, salt, personal)
    return (0..<32).map { UInt16(out[$0 * 2]) | UInt16(out[$0 * 2 + 1]) << 8 }
  }
}
