import Basics
import Foundation

/// Turns people into filters. Tokens come again and again, so what they hash to is kept.
public struct RecordEncoder {
  /// A person as the other side may see them.
  public struct Encoded: Hashable, Sendable {
    /// 64 bits a word; bit `i` of the filter is the bit `i % 8`, counted from the highest, of byte `i / 8`.
    public var filter: [UInt64]
    /// The tag of a sound document number.
    public var document: String?
  }

  /// Where the fields stand in a file.
  public struct Columns: Sendable {
    var fields: [[Int]]
    var salt: Int?
    /// Columns that the file lacks though they would help.
    public var missing: [String]
  }

  public let schema: LinkageSchema
  private let keys: [[UInt8]]
  private let documentKey: [UInt8]
  private let names: SpanishNames
  private let hardening: FilterHardening
  private let mask: Int
  private var caches: [TokenCache]
  private var words: [WordCache]
  private var filter: [UInt64]
  private var suffix: [UInt8] = []

  /// - Parameter secret: what the agencies share; at least 16 bytes.
  public init(_ schema: LinkageSchema, secret: [UInt8]) throws(LinkageProblem) {
    guard secret.count >= 16 else {
      throw LinkageProblem(es: "el secreto tiene menos de 16 caracteres", en: "the secret has fewer than 16 bytes")
    }
    self.schema = schema
    let (salt, info) = (schema.salt ?? schema.id, schema.info ?? schema.id)
    keys = KeyDerivation.fieldKeys(secret, salt: salt, info: info, fields: schema.fields.count)
    documentKey = KeyDerivation.derive(secret, salt, "\(info) document", 32)
    names = SpanishNames(particles: schema.particles ?? [], shortForms: schema.shortForms ?? [:])
    hardening = FilterHardening(schema, secret: secret)
    mask = schema.bits - 1
    caches = schema.fields.map { _ in TokenCache() }
    words = schema.fields.map { _ in WordCache() }
    filter = Array(repeating: 0, count: schema.bits / 64)
  }

  /// Finds the schema's columns in a header.
  ///
  /// Throws `LinkageProblem` when an encoded one is missing.
  public func columns(in header: [String]) throws(LinkageProblem) -> Columns {
    var fields: [[Int]] = []
    for field in schema.fields {
      let found = field.columns.compactMap { header.firstIndex(of: $0) }
      if found.isEmpty, field.kind != .document, field.optional != true {
        throw LinkageProblem(
          line: 1,
          es: "falta la columna «\(field.columns.joined(separator: "» o «"))», que el esquema \(schema.id) necesita",
          en: "there is no column “\(field.columns.joined(separator: "” or “"))”, which the schema \(schema.id) needs")
      }
      fields.append(field.kind == .names ? found : Array(found.prefix(1)))
    }
    var salt: Int?
    for case .salt(let column) in schema.hardening ?? [] {
      guard let place = header.firstIndex(of: column) else {
        throw LinkageProblem(
          line: 1, es: "falta la columna «\(column)» con la que salar",
          en: "there is no column “\(column)” to salt with")
      }
      salt = place
    }
    let missing = zip(schema.fields, fields).filter { $0.1.isEmpty && $0.0.kind != .document }.compactMap {
      $0.0.columns.first
    }
    return Columns(fields: fields, salt: salt, missing: missing)
  }

  /// Encodes a record whose values stand as in the header that `columns` was made from.
  public mutating func encode(_ values: [String], _ columns: Columns) -> Encoded {
    for place in filter.indices { filter[place] = 0 }
    suffix.removeAll(keepingCapacity: true)
    if let salt = columns.salt { suffix = [0x1F] + Array(values[salt].lowercased().utf8) }
    var document: String?
    for (index, field) in schema.fields.enumerated() {
      switch field.kind {
      case .document:
        if let place = columns.fields[index].first {
          let number = values[place].filter { $0 != "-" && $0 != " " }
          if SpanishNames.isCedula(number) { document = KeyDerivation.documentTag(documentKey, number) }
        }
      case .names:
        for place in columns.fields[index] { addNames(values[place], index, field) }
      case .day:
        for place in columns.fields[index] { addDay(values[place], index, field) }
      case .bigrams, .positional, .exact:
        for place in columns.fields[index] { addText(values[place], index, field) }
      }
    }
    return Encoded(filter: hardening.isEmpty ? filter : hardening.apply(filter), document: document)
  }

  /// The filter's bytes in the order of its bits.
  public static func bytes(_ filter: [UInt64]) -> [UInt8] {
    filter.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (UInt64($0) * 8)) } }
  }

  static func words(_ bytes: some Collection<UInt8>) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: bytes.count / 8)
    for (place, byte) in bytes.enumerated() where place / 8 < words.count {
      words[place / 8] |= UInt64(byte) << UInt64(place % 8 * 8)
    }
    return words
  }

  // MARK: Tokens

  /// clkhash's tokens, in characters of the text as it is written.
  private mutating func addText(_ value: String, _ index: Int, _ field: LinkageSchema.Field) {
    guard !value.isEmpty else { return }
    let characters = value.unicodeScalars.map { Array(String($0).utf8) }
    let blank: [UInt8] = [0x20]
    var tokens: [[UInt8]] = []
    switch field.kind {
    case .bigrams:
      let padded = [blank] + characters + [blank]
      for place in 1..<padded.count { tokens.append(padded[place - 1] + padded[place]) }
    case .positional:
      for (place, character) in characters.enumerated() { tokens.append(Array("\(place + 1) ".utf8) + character) }
    default: tokens = [Array(value.utf8)]
    }
    guard let bits = field.bits else {
      for part in tokens { add(part, index, field.each ?? 0) }
      return
    }
    let (share, extra) = bits.quotientAndRemainder(dividingBy: tokens.count)
    for (place, part) in tokens.enumerated() { add(part, index, share + (place < extra ? 1 : 0)) }
  }

  /// Word by word: names come again and again, so that what a written word sets is kept.
  private mutating func addNames(_ value: String, _ index: Int, _ field: LinkageSchema.Field) {
    var value = value
    value.withUTF8 { bytes in
      var start = 0
      for end in 0...bytes.count where end == bytes.count || bytes[end] == 0x20 {
        if end > start { addWord(UnsafeBufferPointer(rebasing: bytes[start..<end]), index, field) }
        start = end + 1
      }
    }
  }

  private mutating func addWord(_ word: UnsafeBufferPointer<UInt8>, _ index: Int, _ field: LinkageSchema.Field) {
    if suffix.isEmpty, let places = words[index].places(of: word) {
      for place in places { filter[Int(place >> 6)] |= 1 << UInt64(place & 63) }
      return
    }
    var places: [UInt16] = []
    for part in names.canonical(String(decoding: word, as: UTF8.self)) {
      if let each = field.each, each > 0 {
        var last: UInt8 = 0x20
        for letter in part + [0x20] {
          collect([last, letter], index, each, into: &places)
          last = letter
        }
      }
      // A mark keeps heard consonants apart from written pairs.
      if let bits = field.consonants { collect([0x3E] + SpanishNames.consonants(part), index, bits, into: &places) }
    }
    for place in places { filter[Int(place >> 6)] |= 1 << UInt64(place & 63) }
    if suffix.isEmpty { words[index].keep(places, of: word) }
  }

  private mutating func collect(_ token: [UInt8], _ index: Int, _ count: Int, into places: inout [UInt16]) {
    guard count > 0 else { return }
    caches[index].withPlaces(of: token + suffix, count, key: keys[index], mask: mask) { places += $0 }
  }

  private mutating func addDay(_ value: String, _ index: Int, _ field: LinkageSchema.Field) {
    guard let day = Self.day(value) else { return }
    add(Self.part(0x79, day.year), index, field.each ?? 0)
    for year in (day.year - 1)...(day.year + 1) { add(Self.part(0x6E, year), index, field.neighbours ?? 0) }
    // The first of January is what registers write when only the year is known.
    guard day.month != 1 || day.day != 1 else { return }
    add(Self.part(0x6D, day.month), index, field.monthAndDay ?? 0)
    add(Self.part(0x64, day.day), index, field.monthAndDay ?? 0)
    let (low, high) = (min(day.month, day.day), max(day.month, day.day))
    add(Self.part(0x75, low * 100 + high), index, field.unordered ?? 0)
  }

  private static func part(_ kind: UInt8, _ number: Int) -> [UInt8] {
    [kind, UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
  }

  /// `1990-05-12` or `19900512`; `nil` when it is no day.
  static func day(_ text: String) -> (year: Int, month: Int, day: Int)? {
    var number = 0
    var digits = 0
    for byte in text.utf8 {
      if byte == 0x2D || byte == 0x2F { continue }
      guard (0x30...0x39).contains(byte), digits < 8 else { return nil }
      number = number * 10 + Int(byte) - 0x30
      digits += 1
    }
    guard digits == 8 else { return nil }
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100)
    guard (1850...2200).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
    return (year, month, day)
  }

  private mutating func add(_ token: [UInt8], _ index: Int, _ count: Int) {
    guard count > 0 else { return }
    var token = token
    if !suffix.isEmpty { token += suffix }
    caches[index].withPlaces(of: token, count, key: keys[index], mask: mask) { places in
      for place in places { filter[Int(place >> 6)] |= 1 << UInt64(place & 63) }
    }
  }
}

/// What whole written words set in a filter, for one field.
private struct WordCache {
  private struct Key: Hashable {
    var low: UInt64
    var high: UInt64
  }
  private var entries: [Key: Range<Int>] = [:]
  private var all: [UInt16] = []

  private func key(_ word: UnsafeBufferPointer<UInt8>) -> Key? {
    guard word.count < 16 else { return nil }
    var key = Key(low: 0, high: UInt64(word.count))
    for (place, byte) in word.enumerated() {
      if place < 8 { key.low = key.low << 8 | UInt64(byte) } else { key.high = key.high << 8 | UInt64(byte) }
    }
    return key
  }

  func places(of word: UnsafeBufferPointer<UInt8>) -> ArraySlice<UInt16>? {
    key(word).flatMap { entries[$0] }.map { all[$0] }
  }

  mutating func keep(_ places: [UInt16], of word: UnsafeBufferPointer<UInt8>) {
    guard all.count < 8_000_000, let key = key(word) else { return }
    entries[key] = all.count..<(all.count + places.count)
    all += places
  }
}

/// What tokens hash to, for one field's key.
private struct TokenCache {
  private struct Key: Hashable {
    var low: UInt64
    var high: UInt64
  }
  private var entries: [Key: (start: Int, count: Int)] = [:]
  private var places: [UInt16] = []

  /// Gives the first `count` places of a token in a filter's words.
  mutating func withPlaces(
    of token: [UInt8], _ count: Int, key: [UInt8], mask: Int, _ body: (ArraySlice<UInt16>) -> Void
  ) {
    guard token.count < 16 else {
      body(Self.hashed(token, count, key, mask)[..<count])
      return
    }
    var name = Key(low: UInt64(token.count), high: 0)
    for (place, byte) in token.enumerated() {
      if place < 7 {
        name.low |= UInt64(byte) << UInt64(8 * place + 8)
      } else {
        name.high = name.high << 8 | UInt64(byte)
      }
    }
    if let entry = entries[name], entry.count >= count {
      body(places[entry.start..<(entry.start + count)])
      return
    }
    let fresh = Self.hashed(token, count, key, mask)
    body(fresh[..<count])
    // Bounded: names come from a small alphabet, but a file may hold anything.
    guard places.count < 8_000_000 else { return }
    entries[name] = (places.count, fresh.count)
    places += fresh
  }

  private static func hashed(_ token: [UInt8], _ count: Int, _ key: [UInt8], _ mask: Int) -> [UInt16] {
    var result: [UInt16] = []
    token.withUnsafeBufferPointer { token in
      for number in 0..<((count + 31) / 32) {
        for word in KeyDerivation.block(token, key: key, number: number) {
          let bit = Int(word) & mask
          // Highest bit of a byte first, bytes from the lowest of a word.
          result.append(UInt16(bit & ~7 | (7 - bit & 7)))
        }
      }
    }
    return result
  }
}
