import Foundation

/// Base 58 with Bitcoin's alphabet, as Multibase's `z` names it: no 0, O, I, l.
enum Base58 {
  private static let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)
  private static let values: [UInt8: Int] = Dictionary(
    uniqueKeysWithValues: alphabet.enumerated().map { ($1, $0) })

  static func encode(_ bytes: [UInt8]) -> String {
    var digits: [UInt8] = []
    for byte in bytes.drop(while: { $0 == 0 }) {
      var carry = Int(byte)
      for index in digits.indices {
        carry += Int(digits[index]) << 8
        digits[index] = UInt8(carry % 58)
        carry /= 58
      }
      while carry > 0 {
        digits.append(UInt8(carry % 58))
        carry /= 58
      }
    }
    let zeros = bytes.prefix { $0 == 0 }.count
    let letters = [UInt8](repeating: alphabet[0], count: zeros) + digits.reversed().map { alphabet[Int($0)] }
    return String(decoding: letters, as: UTF8.self)
  }

  /// `nil` for any letter outside of the alphabet, or more than 200 letters.
  static func decode(_ text: some StringProtocol) -> [UInt8]? {
    guard text.utf8.count <= 200 else { return nil }
    var bytes: [UInt8] = []
    for letter in text.utf8.drop(while: { $0 == alphabet[0] }) {
      guard var carry = values[letter] else { return nil }
      for index in bytes.indices {
        carry += Int(bytes[index]) * 58
        bytes[index] = UInt8(carry & 255)
        carry >>= 8
      }
      while carry > 0 {
        bytes.append(UInt8(carry & 255))
        carry >>= 8
      }
    }
    return [UInt8](repeating: 0, count: text.utf8.prefix { $0 == alphabet[0] }.count) + bytes.reversed()
  }
}

/// Two bytes as three letters of 41 that a QR code packs two in eleven bits and that stand in an address as they are.
/// RFC 9285's base 45 does the same, but its space and percent sign don't survive an address.
enum Base41 {
  private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-*+$/".utf8)
  private static let values: [UInt8: Int] = Dictionary(
    uniqueKeysWithValues: alphabet.enumerated().map { ($1, $0) })

  static func encode(_ bytes: [UInt8]) -> String {
    var letters: [UInt8] = []
    for index in stride(from: 0, to: bytes.count, by: 2) {
      let isPair = index + 1 < bytes.count
      var value = isPair ? Int(bytes[index]) << 8 | Int(bytes[index + 1]) : Int(bytes[index])
      for _ in 0..<(isPair ? 3 : 2) {
        letters.append(alphabet[value % 41])
        value /= 41
      }
    }
    return String(decoding: letters, as: UTF8.self)
  }

  /// `nil` for anything that `encode` does not write.
  static func decode(_ text: some StringProtocol) -> [UInt8]? {
    let letters = text.utf8.map { values[$0] }
    guard letters.count % 3 != 1 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: letters.count, by: 3) {
      var value = 0
      let group = letters[index..<min(index + 3, letters.count)]
      for letter in group.reversed() {
        guard let letter else { return nil }
        value = value * 41 + letter
      }
      guard value < (group.count == 3 ? 65_536 : 256) else { return nil }
      if group.count == 3 { bytes.append(UInt8(value >> 8)) }
      bytes.append(UInt8(value & 255))
    }
    return bytes
  }
}

/// An Ed25519 public key as text: `z` and base 58 of 0xed01 and the 32 bytes (W3C Controlled Identifiers, Multikey).
public enum Multikey {
  public static func encode(_ key: [UInt8]) -> String { "z" + Base58.encode([0xED, 0x01] + key) }

  /// `nil` unless it is an Ed25519 key.
  public static func decode(_ text: some StringProtocol) -> [UInt8]? {
    guard text.hasPrefix("z"), let bytes = Base58.decode(text.dropFirst()), bytes.count == 34,
      bytes.starts(with: [0xED, 0x01])
    else { return nil }
    return Array(bytes.dropFirst(2))
  }
}
