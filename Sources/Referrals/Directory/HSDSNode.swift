import Basics

/// One value of a file with where it stands, from JSON or from tables.
struct HSDSNode: Sendable {
  enum Value: Sendable {
    case null
    case bool(Bool)
    /// As it is written.
    case number(String)
    case text(String)
    case list([HSDSNode])
    case object([String: HSDSNode])
  }

  var value: Value
  /// The table; `nil` for JSON.
  var file: String?
  var line: Int

  init(_ value: Value, file: String? = nil, line: Int) {
    self.value = value
    self.file = file
    self.line = line
  }
}

/// What a file of a directory may have.
public struct DirectoryLimits: Sendable {
  public var bytes = 64 << 20
  /// Lists and objects in one another.
  public var depth = 32
  public var services = 50_000
  /// Elements of one list below a service.
  public var list = 500
  /// Problems that are listed one by one.
  public var problems = 1000
  public init() {}
}

/// Reads JSON strictly, keeping the lines: no name twice in an object, no lone surrogate, nothing after the end.
///
/// Source: RFC 8259, with the narrowings of RFC 7493.
struct HSDSJSONReader {
  private let bytes: [UInt8]
  private let limits: DirectoryLimits
  private var place = 0
  private var line = 1

  static func read(_ bytes: [UInt8], _ limits: DirectoryLimits) throws(DirectoryProblem) -> HSDSNode {
    guard bytes.count <= limits.bytes else {
      throw DirectoryProblem("the file is larger than \(limits.bytes >> 20) MB")
    }
    guard String(validating: bytes, as: UTF8.self) != nil else { throw DirectoryProblem("the file is not UTF-8") }
    var reader = HSDSJSONReader(bytes: bytes, limits: limits)
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { reader.place = 3 }
    let node = try reader.value(0)
    reader.skipSpace()
    guard reader.place == bytes.count else { throw reader.problem("something follows after the end") }
    return node
  }

  private init(bytes: [UInt8], limits: DirectoryLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  private func problem(_ message: String) -> DirectoryProblem { DirectoryProblem(line: line, message) }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      if byte == 0x0A { line += 1 }
      place += 1
    }
  }

  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: byte) else { return false }
    place += 1
    return true
  }

  private mutating func take(word: String) -> Bool {
    guard bytes[place...].starts(with: word.utf8) else { return false }
    place += word.utf8.count
    return true
  }

  private mutating func value(_ depth: Int) throws(DirectoryProblem) -> HSDSNode {
    skipSpace()
    guard depth < limits.depth else { throw problem("the file is nested more than \(limits.depth) deep") }
    let start = line
    switch next {
    case UInt8(ascii: "{"): return HSDSNode(.object(try object(depth)), line: start)
    case UInt8(ascii: "["): return HSDSNode(.list(try list(depth)), line: start)
    case UInt8(ascii: "\""): return HSDSNode(.text(try text()), line: start)
    case UInt8(ascii: "t") where take(word: "true"): return HSDSNode(.bool(true), line: start)
    case UInt8(ascii: "f") where take(word: "false"): return HSDSNode(.bool(false), line: start)
    case UInt8(ascii: "n") where take(word: "null"): return HSDSNode(.null, line: start)
    case nil: throw problem("the file ends too early")
    default: return HSDSNode(.number(try number()), line: start)
    }
  }

  private mutating func object(_ depth: Int) throws(DirectoryProblem) -> [String: HSDSNode] {
    place += 1
    var members: [String: HSDSNode] = [:]
    skipSpace()
    if take("}") { return members }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw problem("a name in quotation marks is expected here") }
      let name = try text()
      skipSpace()
      guard take(":") else { throw problem("a colon is missing") }
      let value = try value(depth + 1)
      guard members.updateValue(value, forKey: name) == nil else {
        throw problem("“\(DirectoryText.shown(name))” stands twice in one object")
      }
      skipSpace()
      if take("}") { return members }
      guard take(",") else { throw problem("a comma or a closing brace is missing") }
    }
  }

  private mutating func list(_ depth: Int) throws(DirectoryProblem) -> [HSDSNode] {
    place += 1
    var values: [HSDSNode] = []
    skipSpace()
    if take("]") { return values }
    while true {
      values.append(try value(depth + 1))
      skipSpace()
      if take("]") { return values }
      guard take(",") else { throw problem("a comma or a closing bracket is missing") }
    }
  }

  private mutating func text() throws(DirectoryProblem) -> String {
    place += 1
    let start = place
    // Most texts have no escapes and are taken as they stand.
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { place += 1 }
    if take("\"") { return String(decoding: bytes[start..<(place - 1)], as: UTF8.self) }
    var plain = Array(bytes[start..<place])
    while let byte = next {
      place += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: plain, as: UTF8.self)
      case UInt8(ascii: "\\"): plain.append(contentsOf: String(Character(try escape())).utf8)
      case 0..<0x20: throw problem("a control character stands in a text")
      default: plain.append(byte)
      }
    }
    throw problem("a text is not closed")
  }

  private mutating func escape() throws(DirectoryProblem) -> Unicode.Scalar {
    let byte = next
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
      if let unit = unit() {
        if let scalar = Unicode.Scalar(unit) { return scalar }
        if (0xD800..<0xDC00).contains(unit), take(word: "\\u"), let low = self.unit(), (0xDC00..<0xE000).contains(low),
          let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
        {
          return scalar
        }
      }
      throw problem("an escape \\u does not name a character")
    default: throw problem("an escape is unknown")
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

  private mutating func number() throws(DirectoryProblem) -> String {
    let start = place
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { (48...57).contains($0) } ?? false }
    func digits() -> Bool {
      let first = place
      while isDigit(next) { place += 1 }
      return place > first
    }
    _ = take("-")
    var isSound = take("0") || digits()
    if isSound, take(".") { isSound = digits() }
    if isSound, take("e") || take("E") {
      if !take("-") { _ = take("+") }
      isSound = digits()
    }
    guard isSound, place - start <= 40 else { throw problem("a value is expected here") }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }
}

/// Texts from outside: no control characters, and none of those that turn the direction of what follows.
enum DirectoryText {
  /// Trimmed, with plain line ends; `nil` when a character is not allowed.
  static func clean(_ text: String) -> String? {
    var clean = String.UnicodeScalarView()
    var wasReturn = false
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 13: clean.append("\n")
      case 10: if !wasReturn { clean.append("\n") }
      case 9: clean.append(" ")
      case 0..<32, 127..<160, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFF9...0xFFFB,
        0xE0000...0xE007F:
        return nil
      default: clean.append(scalar)
      }
      wasReturn = scalar.value == 13
    }
    let isSpace: (Character) -> Bool = { $0.isWhitespace }
    let text = Substring(String(clean))
    return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }

  /// A foreign text as a message may show it: short, and without anything that could disturb a terminal.
  static func shown(_ text: String) -> String {
    let plain = text.unicodeScalars.prefix(60).map { clean(String($0)) == nil || $0.value < 32 ? "?" : String($0) }
    return plain.joined() + (text.unicodeScalars.count > 60 ? "…" : "")
  }
}
