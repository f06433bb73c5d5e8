extension Sequence<UInt8> {
  /// Two small digits a byte.
  public var hexadecimal: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}

extension [UInt8] {
  /// Reads pairs of hexadecimal digits; `nil` for anything else.
  public init?(hexadecimal text: String) {
    let digits = text.map(\.hexDigitValue)
    guard digits.count.isMultiple(of: 2) else { return nil }
    self = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[index], let low = digits[index + 1] else { return nil }
      append(UInt8(high * 16 + low))
    }
  }
}
