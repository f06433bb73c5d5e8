import Foundation

/// How a text message is carried: seven bits a letter where all letters are in the small alphabet, else sixteen.
///
/// Source: 3GPP TS 23.038 (alphabet), TS 23.040 (parts: 160 or 153 letters, 70 or 67 where there are others).
public struct TextMessage: Hashable, Sendable {
  public var text: String
  /// Whether every letter is in the small alphabet.
  public let isPlain: Bool
  /// In units of the alphabet that is used; signs such as `€` or `[` take two.
  public let length: Int
  /// How many messages a sender pays.
  public let parts: Int

  private static let basic = Set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
      .unicodeScalars)
  private static let extended = Set("\u{0C}^{}\\[~]|€".unicodeScalars)

  public init(_ text: String) {
    self.text = text
    let scalars = text.precomposedStringWithCanonicalMapping.unicodeScalars
    let isPlain = scalars.allSatisfy { Self.basic.contains($0) || Self.extended.contains($0) }
    self.isPlain = isPlain
    let units = scalars.map { scalar in
      isPlain ? (Self.extended.contains(scalar) ? 2 : 1) : UTF16.width(scalar)
    }
    length = units.reduce(0, +)
    let (single, each) = isPlain ? (160, 153) : (70, 67)
    guard length > single else {
      parts = length == 0 ? 0 : 1
      return
    }
    // A sign of two units is never cut in two.
    var (count, filled) = (1, 0)
    for unit in units {
      if filled + unit > each { (count, filled) = (count + 1, 0) }
      filled += unit
    }
    parts = count
  }
}
