import Basics
import Foundation

/// The fields of a form or of a query, strictly read: percent-encoded UTF-8 without control characters.
struct Form: Sendable, Hashable {
  private let values: [String: [String]]
  static let empty = Form(values: [:])
  static let mostFields = 2000

  private init(values: [String: [String]]) { self.values = values }

  /// Fields given as they are, for tests and first values.
  init(_ fields: [String: String]) { values = fields.mapValues { [$0] } }

  /// Throws `RefusedRequest.malformed` for a broken percent sign, bytes that are not UTF-8, a control character (other
  /// than tab and line ends), or more than `mostFields` fields.
  ///
  /// - Parameter showingControls: puts the sign for a control character in its place instead of refusing the whole form
  ///   for it: the rules of the field refuse the sign, beside the field, and nothing that was typed is lost.
  init(encoded text: String, showingControls: Bool = false) throws {
    var values: [String: [String]] = [:]
    let pairs = text.utf8.split(separator: UInt8(ascii: "&"))
    guard pairs.count <= Self.mostFields else { throw RefusedRequest.malformed }
    for pair in pairs {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count == 2 ? try Self.decoded(parts[1], showingControls) : ""
      values[try Self.decoded(parts[0]), default: []].append(value)
    }
    self.values = values
  }

  /// The fields of a form with a file. Throws `RefusedRequest.malformed` for a control character in one.
  init(fields: [(name: String, value: String)], showingControls: Bool = false) throws {
    var values: [String: [String]] = [:]
    for (name, value) in fields {
      values[try Self.plain(Array(name.utf8)), default: []].append(
        try Self.plain(Array(value.utf8), showingControls))
    }
    self.values = values
  }

  /// The value of a field that is sent once; `nil` when it is missing.
  ///
  /// Throws `RefusedRequest.malformed` when it was sent more than once.
  func one(_ name: String) throws -> String? {
    guard let all = values[name] else { return nil }
    guard all.count == 1 else { throw RefusedRequest.malformed }
    return all[0]
  }

  /// The first value of a field, for showing a form again.
  subscript(name: String) -> String? { values[name]?.first }

  /// All values of a field, as checkboxes send them.
  func all(_ name: String) -> [String] { values[name] ?? [] }

  /// All fields in order of their names.
  var fields: [(name: String, value: String)] {
    values.sorted { $0.key < $1.key }.flatMap { name, all in all.map { (name, $0) } }
  }

  /// The names that begin with a prefix, sorted: for rows of questions.
  func names(beginningWith prefix: String) -> [String] { values.keys.filter { $0.hasPrefix(prefix) }.sorted() }

  /// The fields with no value longer than so many bytes: who pastes a book into one field is told so beside it, and
  /// keeps what stands in the others.
  func cut(to most: Int) -> Form {
    guard values.contains(where: { $0.value.contains { $0.utf8.count > most } }) else { return self }
    return Form(
      values: values.mapValues { all in
        all.map { $0.utf8.count > most ? String(decoding: $0.utf8.prefix(most), as: UTF8.self) : $0 }
      })
  }

  /// A value as it stands in an address or a form.
  static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      let scalar = Unicode.Scalar(byte)
      let isPlain =
        byte < 128
        && (scalar.properties.isAlphabetic || (48...57).contains(byte) || "-._~".unicodeScalars.contains(scalar))
      return isPlain ? String(scalar) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }

  private static func decoded(_ bytes: some Collection<UInt8>, _ showingControls: Bool = false) throws -> String {
    var raw: [UInt8] = []
    raw.reserveCapacity(bytes.count)
    var iterator = bytes.makeIterator()
    while let byte = iterator.next() {
      switch byte {
      case UInt8(ascii: "+"): raw.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = iterator.next().flatMap(hexadecimal), let low = iterator.next().flatMap(hexadecimal) else {
          throw RefusedRequest.malformed
        }
        raw.append(high << 4 | low)
      default: raw.append(byte)
      }
    }
    return try plain(raw, showingControls)
  }

  /// UTF-8 without control characters, lines ended one way. Byte by byte: every field of every form comes through here.
  private static func plain(_ bytes: [UInt8], _ showingControls: Bool = false) throws -> String {
    var plain = bytes
    if bytes.contains(where: { $0 < 32 || $0 == 127 }) {
      plain.removeAll(keepingCapacity: true)
      for (place, byte) in bytes.enumerated() {
        switch byte {
        case UInt8(ascii: "\r"): plain.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "\n"):
          if place == 0 || bytes[place - 1] != UInt8(ascii: "\r") { plain.append(byte) }
        case 32..., UInt8(ascii: "\t"):
          guard byte != 127 || showingControls else { throw RefusedRequest.malformed }
          plain += byte == 127 ? Array("\u{2421}".utf8) : [byte]
        default:
          // The pictures of the control characters stand in their order.
          guard showingControls, let sign = Unicode.Scalar(0x2400 + UInt32(byte)) else {
            throw RefusedRequest.malformed
          }
          plain += Array(String(Character(sign)).utf8)
        }
      }
    }
    guard let text = String(validating: plain, as: UTF8.self) else { throw RefusedRequest.malformed }
    return text
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }
}

/// Reads typed values out of a form and collects everything that is wrong, so that the reader is told at once.
///
///     var reader = FormReader(visit.form)
///     let day = reader.value("day", or: "error.day", CalendarDay.init)
///     let name = reader.text("name", upTo: 120)
///     try reader.check()
struct FormReader {
  let form: Form
  private(set) var problems: [FieldProblem] = []

  init(_ form: Form) { self.form = form }

  /// A text without surrounding space; empty with a problem when it is missing (unless `required` is false) or too long.
  /// One that turns around how it is read has a problem too, on every page.
  mutating func text(_ name: String, upTo most: Int = 500, required: Bool = true) -> String {
    let text = (form[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    if form.all(name).count > 1 { problems.append(FieldProblem(name, "error.once")) }
    if text.isEmpty, required { problems.append(FieldProblem(name, "error.missing")) }
    if text.count > most {
      problems.append(FieldProblem(name, Phrase("error.too_long", ["most": String(most)])))
      return ""
    }
    if text.unicodeScalars.contains(where: Self.turnsAround) {
      problems.append(FieldProblem(name, "error.text_direction"))
    }
    return text
  }

  /// Embeddings, overrides and isolates of the writing direction (Unicode Standard Annex 9).
  private static func turnsAround(_ scalar: Unicode.Scalar) -> Bool {
    (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
  }

  /// A value that has a typed form; `nil` with a problem when it is missing or can't be read.
  mutating func value<Value>(_ name: String, or key: String, _ parse: (String) -> Value?) -> Value? {
    let text = text(name)
    guard !text.isEmpty else { return nil }
    guard let value = parse(text) else {
      problems.append(FieldProblem(name, key))
      return nil
    }
    return value
  }

  /// The same for a field that may stay empty.
  mutating func optional<Value>(_ name: String, or key: String, _ parse: (String) -> Value?) -> Value? {
    text(name, required: false).isEmpty ? nil : value(name, or: key, parse)
  }

  /// Every value of a field with checkboxes; those that can't be read become one problem.
  mutating func values<Value: Hashable>(_ name: String, or key: String, _ parse: (String) -> Value?) -> Set<Value> {
    let parsed = form.all(name).map(parse)
    if parsed.contains(where: { $0 == nil }) { problems.append(FieldProblem(name, key)) }
    return Set(parsed.compactMap { $0 })
  }

  /// Whether a single checkbox was ticked.
  func isTicked(_ name: String) -> Bool { form[name] != nil }

  /// The identifier that a form carries for what it will create. Throws `RefusedRequest.malformed` when it is not there.
  func id<Entity>(_ name: String = "id") throws -> Identifier<Entity> {
    guard let id = try form.one(name).flatMap({ Identifier<Entity>($0) }) else { throw RefusedRequest.malformed }
    return id
  }

  mutating func refuse(_ name: String, _ key: String) { problems.append(FieldProblem(name, key)) }

  mutating func refuse(_ name: String, _ phrase: Phrase) { problems.append(FieldProblem(name, phrase)) }

  /// Throws all problems at once.
  func check() throws(Refusal) {
    guard problems.isEmpty else { throw .fields(problems) }
  }
}
