/// The same 128 bits as other systems write them.
extension Identifier {
  /// Reads the text form of RFC 9562 (`9f3c…-…`, lower case); `nil` for anything else.
  public static func fromUUID(_ text: String) -> Self? {
    let letters = Array(text.utf8)
    guard letters.count == 36 else { return nil }
    var (high, low) = (UInt64(0), UInt64(0))
    for (place, letter) in letters.enumerated() {
      if [8, 13, 18, 23].contains(place) {
        guard letter == UInt8(ascii: "-") else { return nil }
        continue
      }
      let digit: UInt8
      switch letter {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = letter - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = letter - UInt8(ascii: "a") + 10
      default: return nil
      }
      high = high << 4 | low >> 60
      low = low << 4 | UInt64(digit)
    }
    return Self(bytes: (high, low))
  }

  /// Reads either form: a UUID, or the house's 26 letters.
  public static func inEitherForm(_ text: String) -> Self? { fromUUID(text) ?? Self(text) }

  /// The text form of RFC 9562, in lower case.
  public var uuid: String {
    var (high, low) = (UInt64(0), UInt64(0))
    for letter in description.utf8 {
      high = high << 5 | low >> 59
      low = low << 5 | UInt64(Crockford.value(letter))
    }
    let digits = Array([high, low].flatMap { half in (0..<16).map { half >> UInt64(60 - $0 * 4) & 15 } })
    let text = digits.map { String($0, radix: 16) }
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { text[$0].joined() }.joined(separator: "-")
  }
}

extension Crockford {
  /// What a letter of the alphabet stands for.
  fileprivate static func value(_ letter: UInt8) -> Int { alphabet.firstIndex(of: letter) ?? 0 }
}
