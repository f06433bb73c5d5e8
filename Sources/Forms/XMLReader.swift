import Basics

/// Reads a part of a spreadsheet event by event: well-formed XML in UTF-8 without a document type, so that no entity
/// can be declared. Names lose their prefix.
struct XMLReader {
  enum Event: Equatable {
    case start(String, [String: String])
    case end(String)
    case text(String)
  }

  private let bytes: [UInt8]
  private let part: String
  private var place = 0
  private var open: [String] = []
  private var pending: Event?
  private var isDone = false

  private static let mostDepth = 64
  private static let mostAttributes = 200

  init(_ bytes: [UInt8], part: String) {
    self.bytes = bytes
    self.part = part
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { place = 3 }
  }

  /// The next event; `nil` after the last.
  mutating func next() throws(FormProblem) -> Event? {
    if let event = pending {
      pending = nil
      return event
    }
    while place < bytes.count {
      if bytes[place] != UInt8(ascii: "<") {
        let text = try text()
        if !open.isEmpty { return .text(text) }
        guard text.allSatisfy(\.isWhitespace) else { throw malformed }
        continue
      }
      if skips("<?") {
        try pass("?>")
      } else if skips("<!--") {
        try pass("-->")
      } else if skips("<![CDATA[") {
        let start = place
        try pass("]]>")
        guard !open.isEmpty, let text = String(validating: bytes[start..<(place - 3)], as: UTF8.self) else {
          throw malformed
        }
        return .text(text)
      } else if skips("<!") {
        throw FormProblem(
          es: "la parte \(part) declara un tipo de documento o entidades, lo que no se permite",
          en: "the part \(part) declares a document type or entities, which is not allowed")
      } else if skips("</") {
        let name = try name()
        skipSpace()
        guard skips(">"), open.popLast() == name else { throw malformed }
        return .end(Self.local(name))
      } else {
        place += 1
        return try element()
      }
    }
    guard open.isEmpty, isDone else { throw malformed }
    return nil
  }

  private mutating func element() throws(FormProblem) -> Event {
    guard open.count < Self.mostDepth, !(open.isEmpty && isDone) else { throw malformed }
    isDone = true
    let name = try name()
    var attributes: [String: String] = [:]
    while true {
      let hadSpace = skipSpace()
      if skips("/>") {
        pending = .end(Self.local(name))
        return .start(Self.local(name), attributes)
      }
      if skips(">") {
        open.append(name)
        return .start(Self.local(name), attributes)
      }
      guard hadSpace, attributes.count < Self.mostAttributes else { throw malformed }
      let key = try self.name()
      skipSpace()
      guard skips("=") else { throw malformed }
      skipSpace()
      guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") || bytes[place] == UInt8(ascii: "'") else {
        throw malformed
      }
      let quote = bytes[place]
      place += 1
      guard let end = bytes[place...].firstIndex(of: quote) else { throw malformed }
      let value = try decoded(bytes[place..<end])
      place = end + 1
      // A namespace's own attributes do not matter; of two that differ only in prefix, the plain one counts.
      if key == "xmlns" || key.hasPrefix("xmlns:") { continue }
      if !key.contains(":") || attributes[Self.local(key)] == nil { attributes[Self.local(key)] = value }
    }
  }

  private mutating func text() throws(FormProblem) -> String {
    let end = bytes[place...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
    defer { place = end }
    return try decoded(bytes[place..<end])
  }

  private func decoded(_ slice: ArraySlice<UInt8>) throws(FormProblem) -> String {
    guard !slice.contains(UInt8(ascii: "<")) else { throw malformed }
    guard slice.contains(UInt8(ascii: "&")) else {
      guard let text = String(validating: slice, as: UTF8.self) else { throw malformed }
      return text
    }
    var plain: [UInt8] = []
    plain.reserveCapacity(slice.count)
    var rest = slice
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "&") else {
        plain.append(byte)
        continue
      }
      guard let end = rest.prefix(12).firstIndex(of: UInt8(ascii: ";")),
        let scalar = Self.entity(String(decoding: rest[rest.startIndex..<end], as: UTF8.self))
      else { throw malformed }
      plain += Array(String(scalar).utf8)
      rest = rest[(end + 1)...]
    }
    guard let text = String(validating: plain, as: UTF8.self) else { throw malformed }
    return text
  }

  private static func entity(_ name: String) -> Unicode.Scalar? {
    switch name {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    default:
      guard name.hasPrefix("#") else { return nil }
      let digits = name.dropFirst()
      let number =
        digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits, radix: 10)
      guard let number, number >= 32 || number == 9 || number == 10 || number == 13 else { return nil }
      return Unicode.Scalar(number)
    }
  }

  private mutating func name() throws(FormProblem) -> String {
    let start = place
    while place < bytes.count, Self.isNameByte(bytes[place]) { place += 1 }
    guard place > start, place - start < 200, let name = String(validating: bytes[start..<place], as: UTF8.self) else {
      throw malformed
    }
    return name
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...58, 65...90, 97...122, 45, 46, 95, 128...: true
    default: false
    }
  }

  private static func local(_ name: String) -> String {
    name.firstIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
  }

  @discardableResult
  private mutating func skipSpace() -> Bool {
    let start = place
    while place < bytes.count, [32, 9, 10, 13].contains(bytes[place]) { place += 1 }
    return place > start
  }

  private mutating func skips(_ text: String) -> Bool {
    guard bytes[place...].starts(with: text.utf8) else { return false }
    place += text.utf8.count
    return true
  }

  private mutating func pass(_ text: String) throws(FormProblem) {
    let wanted = Array(text.utf8)
    var at = place
    while at + wanted.count <= bytes.count {
      if bytes[at] == wanted[0], bytes[at..<(at + wanted.count)].elementsEqual(wanted) {
        place = at + wanted.count
        return
      }
      at += 1
    }
    throw malformed
  }

  private var malformed: FormProblem {
    FormProblem(es: "la parte \(part) no es XML correcto", en: "the part \(part) is not well-formed XML")
  }
}
