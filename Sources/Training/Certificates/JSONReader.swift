extension JSONValue {
  /// Bytes that one credential, key file or revocation list may have.
  public static let largest = 16 << 20
  private static let deepest = 64

  /// Reads UTF-8 JSON; `nil` for anything that is not exactly one value, or that two readers could understand in two
  /// ways.
  public init?(reading bytes: some Collection<UInt8>) {
    guard bytes.count <= Self.largest, String(validating: bytes, as: UTF8.self) != nil else { return nil }
    var reader = Reader(bytes: Array(bytes))
    guard let value = reader.value(depth: 0) else { return nil }
    reader.skipSpace()
    guard reader.isAtEnd else { return nil }
    self = value
  }

  private struct Reader {
    let bytes: [UInt8]
    var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }
    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    mutating func skipSpace() {
      while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
    }

    private mutating func take(_ text: StaticString) -> Bool {
      let wanted = text.withUTF8Buffer { Array($0) }
      guard bytes[place...].starts(with: wanted) else { return false }
      place += wanted.count
      return true
    }

    mutating func value(depth: Int) -> JSONValue? {
      guard depth <= JSONValue.deepest else { return nil }
      skipSpace()
      switch next {
      case UInt8(ascii: "{"): return object(depth)
      case UInt8(ascii: "["): return array(depth)
      case UInt8(ascii: "\""): return text().map(JSONValue.string)
      case UInt8(ascii: "t"): return take("true") ? .bool(true) : nil
      case UInt8(ascii: "f"): return take("false") ? .bool(false) : nil
      case UInt8(ascii: "n"): return take("null") ? .null : nil
      default: return number()
      }
    }

    private mutating func object(_ depth: Int) -> JSONValue? {
      place += 1
      var members: [String: JSONValue] = [:]
      skipSpace()
      if take("}") { return .object([:]) }
      while true {
        skipSpace()
        guard next == UInt8(ascii: "\""), let name = text(), members[name] == nil else { return nil }
        skipSpace()
        guard take(":"), let value = value(depth: depth + 1) else { return nil }
        members[name] = value
        skipSpace()
        if take("}") { return .object(members) }
        guard take(",") else { return nil }
      }
    }

    private mutating func array(_ depth: Int) -> JSONValue? {
      place += 1
      var values: [JSONValue] = []
      skipSpace()
      if take("]") { return .array([]) }
      while true {
        guard let value = value(depth: depth + 1) else { return nil }
        values.append(value)
        skipSpace()
        if take("]") { return .array(values) }
        guard take(",") else { return nil }
      }
    }

    private mutating func text() -> String? {
      place += 1
      var plain: [UInt8] = []
      while let byte = next {
        place += 1
        switch byte {
        case UInt8(ascii: "\""): return String(validating: plain, as: UTF8.self)
        case UInt8(ascii: "\\"):
          guard let scalar = escape() else { return nil }
          plain.append(contentsOf: Array(String(scalar).utf8))
        case 0..<0x20: return nil
        default: plain.append(byte)
        }
      }
      return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
      guard let byte = next else { return nil }
      place += 1
      switch byte {
      case UInt8(ascii: "\""): return "\""
      case UInt8(ascii: "\\"): return "\\"
      case UInt8(ascii: "/"): return "/"
      case UInt8(ascii: "b"): return "\u{8}"
      case UInt8(ascii: "f"): return "\u{C}"
      case UInt8(ascii: "n"): return "\n"
      case UInt8(ascii: "r"): return "\r"
      case UInt8(ascii: "t"): return "\t"
      case UInt8(ascii: "u"):
        guard let unit = unit() else { return nil }
        guard (0xD800..<0xDC00).contains(unit) else { return Unicode.Scalar(unit) }
        guard take("\\u"), let low = self.unit(), (0xDC00..<0xE000).contains(low) else { return nil }
        return Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
      default: return nil
      }
    }

    private mutating func unit() -> UInt16? {
      guard place + 4 <= bytes.count else { return nil }
      var unit: UInt16 = 0
      for byte in bytes[place..<place + 4] {
        guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
        unit = unit << 4 | UInt16(digit)
      }
      place += 4
      return unit
    }

    /// RFC 8259: no leading zero, no leading plus, digits on both sides of a point. Whole numbers beyond ±2⁵³ are not
    /// the same everywhere, so they are refused.
    private mutating func number() -> JSONValue? {
      let start = place
      var isWhole = true
      _ = take("-")
      if !take("0"), !digits() { return nil }
      if take(".") {
        isWhole = false
        if !digits() { return nil }
      }
      if take("e") || take("E") {
        isWhole = false
        if !take("-") { _ = take("+") }
        if !digits() { return nil }
      }
      guard let value = Double(String(decoding: bytes[start..<place], as: UTF8.self)), value.isFinite,
        !isWhole || value.magnitude < 9_007_199_254_740_992
      else { return nil }
      return .number(value)
    }

    private mutating func digits() -> Bool {
      let start = place
      while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { place += 1 }
      return place > start
    }
  }
}
