import CSodium
import Crypto
import Foundation

/// A file that leaves the house under a passphrase: whoever has the passphrase opens it, with this program or with a
/// few lines of any other, as `docs/case-archive.md` describes it.
///
/// Argon2id (RFC 9106), HKDF-SHA256 (RFC 5869), then ChaCha20-Poly1305 (RFC 8439) in blocks of 64 KiB whose nonces
/// count, the last block marked: a block that is cut off, swapped, doubled or taken from another archive opens nothing.
public enum SealedArchive {
  public static let mark = Array("AMPARO-CASE-ARCHIVE 1\n".utf8)
  /// What a passphrase must have at least: it is tried by machines that nobody slows down.
  public static let shortestPassphrase = 16

  private static let blockSize = 65_536
  private static let tagSize = 16
  private static let headSize = mark.count + 16 + 8

  /// Whether a passphrase is long enough and of more than a few letters.
  public static func isStrong(_ passphrase: String) -> Bool {
    let plain = normal(passphrase)
    return plain.count >= shortestPassphrase && Set(plain).count >= 8
  }

  /// Throws `VaultFailure.outOfMemory` when the machine refuses the memory.
  public static func seal(_ content: [UInt8], passphrase: String, cost: PasswordCost = .standard) throws -> [UInt8] {
    let head = mark + randomBytes(16) + number(cost.passes) + number(cost.kibibytes)
    let key = try stretched(passphrase, head, cost)
    var sealed = head
    sealed.reserveCapacity(head.count + content.count + (content.count / blockSize + 1) * tagSize)
    let count = max(1, (content.count + blockSize - 1) / blockSize)
    for block in 0..<count {
      let part = content[(block * blockSize)..<min(content.count, (block + 1) * blockSize)]
      let box = try ChaChaPoly.seal(
        part, using: key, nonce: nonce(block, isLast: block == count - 1), authenticating: head)
      sealed += box.ciphertext
      sealed += box.tag
    }
    return sealed
  }

  /// Throws `VaultFailure`: `.malformed` for what is no such archive, `.cannotOpen` for another passphrase or an altered
  /// file, `.outOfMemory`.
  public static func open(_ sealed: [UInt8], passphrase: String) throws -> [UInt8] {
    guard sealed.count >= headSize + tagSize, sealed.starts(with: mark) else { throw VaultFailure.malformed }
    let head = Array(sealed[..<headSize])
    func number(_ place: Int) -> Int { head[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) } }
    let cost = PasswordCost(passes: number(mark.count + 16), kibibytes: number(mark.count + 20))
    // A file must not make whoever opens it wait for hours or lose their memory.
    guard (1...20).contains(cost.passes), (8...1_048_576).contains(cost.kibibytes) else {
      throw VaultFailure.malformed
    }
    let key = try stretched(passphrase, head, cost)
    let whole = blockSize + tagSize
    let count = (sealed.count - headSize + whole - 1) / whole
    var content: [UInt8] = []
    content.reserveCapacity(sealed.count)
    for block in 0..<count {
      let start = headSize + block * whole
      let end = min(sealed.count, start + whole)
      guard end - start >= tagSize else { throw VaultFailure.malformed }
      do {
        let box = try ChaChaPoly.SealedBox(
          nonce: nonce(block, isLast: block == count - 1), ciphertext: sealed[start..<(end - tagSize)],
          tag: sealed[(end - tagSize)..<end])
        content += try ChaChaPoly.open(box, using: key, authenticating: head)
      } catch { throw VaultFailure.cannotOpen }
    }
    return content
  }

  private static func number(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }

  /// Seven zeros, the block's number, and whether it is the last.
  private static func nonce(_ block: Int, isLast: Bool) throws -> ChaChaPoly.Nonce {
    try ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 7) + number(block) + [isLast ? 1 : 0])
  }

  private static func normal(_ passphrase: String) -> String {
    passphrase.precomposedStringWithCompatibilityMapping.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static func stretched(_ passphrase: String, _ head: [UInt8], _ cost: PasswordCost) throws -> SymmetricKey {
    guard sodium_init() >= 0 else { throw VaultFailure.malformed }
    let secret = normal(passphrase).utf8CString
    let salt = Array(head[mark.count..<(mark.count + 16)])
    var stretched = [UInt8](repeating: 0, count: 32)
    let result = secret.withUnsafeBufferPointer { letters in
      letters.baseAddress.map {
        crypto_pwhash(
          &stretched, 32, $0, UInt64(letters.count - 1), salt, UInt64(cost.passes), cost.kibibytes * 1024,
          crypto_pwhash_ALG_ARGON2ID13)
      } ?? -1
    }
    guard result == 0 else { throw VaultFailure.outOfMemory }
    defer { sodium_memzero(&stretched, 32) }
    return HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: stretched), info: Array("amparo/case-archive/1".utf8), outputByteCount: 32)
  }
}
