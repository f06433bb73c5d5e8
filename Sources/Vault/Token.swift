import Basics
import Crypto
import Foundation

/// A random secret that travels once to its holder (a link, a cookie): 256 bits. The store keeps its hash only.
public struct Token: Sendable, CustomStringConvertible {
  private let bytes: [UInt8]

  public init() { bytes = randomBytes(32) }

  /// - Parameter derived: 32 bytes that the root secret gave.
  init(derived: [UInt8]) { bytes = derived }

  /// Reads the text form (base64url, 43 letters); `nil` for anything else.
  public init?(_ text: String) {
    guard text.utf8.count == 43, let bytes = Base64URL.decode(text) else { return nil }
    self.bytes = bytes
  }

  public var description: String { "[sealed]" }

  /// The text that is given to its holder and never stored or logged.
  public var exposedText: String { Base64URL.encode(bytes) }

  /// What the store keeps.
  public var hash: [UInt8] { sha256(joined([Array("amparo/token/1".utf8), bytes])) }

  var sealingKey: SymmetricKey {
    HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: bytes), info: Array("amparo/token/seal".utf8), outputByteCount: 32)
  }
}

/// A code of 128 bits that a member prints and keeps: it opens the member's keys when the password is lost.
/// Written in groups of Crockford's base 32, `k3wq-…`, so that it can be read aloud and typed.
public struct RecoveryCode: Sendable, CustomStringConvertible {
  private let bytes: [UInt8]
  private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")

  public init() { bytes = randomBytes(16) }

  /// - Parameter derived: bytes that the root secret gave, of which the first 16 count.
  init(derived: [UInt8]) { bytes = Array(derived.prefix(16)) }

  /// Reads what a person typed: case, spaces and dashes don't matter; `o` is read as 0, `i` and `l` as 1.
  public init?(_ text: String) {
    var value: [UInt8] = []
    for letter in text.lowercased() where letter != "-" && !letter.isWhitespace {
      let plain: Character = letter == "o" ? "0" : (letter == "i" || letter == "l") ? "1" : letter
      guard let index = Self.alphabet.firstIndex(of: plain) else { return nil }
      value.append(UInt8(index))
    }
    guard value.count == 26, value[0] < 8 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 16)
    for (position, digit) in value.enumerated() {
      // The 130 bits of 26 digits end at the code's 128th; the first two are zero.
      for bit in 0..<5 where digit >> (4 - bit) & 1 == 1 {
        let place = position * 5 + bit - 2
        bytes[place / 8] |= 0x80 >> (place % 8)
      }
    }
    self.bytes = bytes
  }

  public var description: String { "[sealed]" }

  /// The text that is shown once.
  public var exposedText: String {
    var digits: [Character] = []
    for position in 0..<26 {
      var digit = 0
      for bit in 0..<5 {
        let place = position * 5 + bit - 2
        digit = digit << 1 | (place < 0 ? 0 : Int(bytes[place / 8] >> (7 - place % 8) & 1))
      }
      digits.append(Self.alphabet[digit])
    }
    return stride(from: 0, to: 26, by: 5).map { String(digits[$0..<min($0 + 5, 26)]) }.joined(separator: "-")
  }

  func sealingKey(pepper: SymmetricKey) -> SymmetricKey {
    let mixed = HMAC<SHA256>.authenticationCode(for: bytes, using: pepper)
    return HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: mixed), info: Array("amparo/recovery".utf8), outputByteCount: 32)
  }

  /// What the store keeps to recognise it.
  public func verifier(pepper: SymmetricKey) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: Array("verify".utf8), using: sealingKey(pepper: pepper)))
  }
}
