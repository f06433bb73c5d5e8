import Basics
import Foundation
import Yams

/// How people are turned into filters: which columns, which tokens, how many bits. Both sides of a linkage need the same
/// one, so it has a version, a fingerprint over all of it, and a test vector that every program checks before it encodes.
public struct LinkageSchema: Codable, Hashable, Sendable {
  public struct Field: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Sendable, CaseIterable {
      /// Pairs of letters of the whole text, a blank on each side (clkhash).
      case bigrams
      /// Letters with their place (clkhash).
      case positional
      /// The whole text.
      case exact
      /// Words of a Spanish name: pairs of letters and heard consonants a word, in any order.
      case names
      /// A day: year, neighbouring years, month, day, and month and day in either order.
      case day
      /// Not encoded: a cédula, compared as a whole under a key of its own before everything else.
      case document
    }

    /// Accepted names of the column in a file, the first one leads. Of `names` all that stand in the file are read.
    public var columns: [String]
    public var kind: Kind
    /// Whether a list may lack the column; everybody then links less surely.
    public var optional: Bool?
    /// clkhash's bitsPerFeature: bits for all tokens of the field together.
    public var bits: Int?
    /// Bits for each token; for `names` each pair of letters, for `day` the year.
    public var each: Int?
    /// `names`: bits for each word's heard consonants.
    public var consonants: Int?
    /// `day`: bits for each of the year and its two neighbours, for month and for day, for both unordered.
    public var neighbours: Int?
    public var monthAndDay: Int?
    public var unordered: Int?
  }

  /// Further steps that make an attack on the filters harder; each costs some links.
  public enum Hardening: Codable, Hashable, Sendable {
    /// Halves the filter by exclusive or.
    case fold
    /// Each bit becomes the exclusive or of its neighbours.
    case rule90
    /// The complement is appended and all is permuted by key: every filter has as many ones as zeros.
    case balance
    /// Each bit is turned over with this chance, 0 to 0.2.
    case flip(Double)
    /// The value of a stable column goes into each token; where it differs, nothing links.
    case salt(String)

    public init?(_ text: String) {
      let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
      switch (parts.first, parts.count > 1 ? parts[1] : nil) {
      case ("fold", nil): self = .fold
      case ("rule90", nil): self = .rule90
      case ("balance", nil): self = .balance
      case ("flip", let chance?):
        guard let chance = Double(chance), chance > 0, chance <= 0.2 else { return nil }
        self = .flip(chance)
      case ("salt", let column?): self = .salt(column)
      default: return nil
      }
    }

    public var description: String {
      switch self {
      case .fold: "fold"
      case .rule90: "rule90"
      case .balance: "balance"
      case .flip(let chance): "flip:\(chance)"
      case .salt(let column): "salt:\(column)"
      }
    }

    public init(from decoder: any Decoder) throws {
      let text = try decoder.singleValueContainer().decode(String.self)
      guard let value = Self(text) else {
        throw DecodingError.dataCorrupted(
          .init(
            codingPath: decoder.codingPath,
            debugDescription: "“\(text)” is none of fold, rule90, balance, flip:0.05, salt:COLUMN"))
      }
      self = value
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(description)
    }
  }

  /// One made-up record and what it must become.
  public struct Vector: Codable, Hashable, Sendable {
    public var secret: String
    public var record: [String: String]
    public var ones: Int
    /// Of the filter's bytes, hexadecimal.
    public var sha256: String
  }

  public var id: String
  public var version: String
  /// The filter's length: 512, 1024 or 2048.
  public var bits: Int
  /// Of the key derivation; both default to the schema's id.
  public var salt: String?
  public var info: String?
  public var fields: [Field]
  public var particles: [String]?
  public var shortForms: [String: String]?
  public var hardening: [Hardening]?
  /// Fixed beforehand on invented people; what `--threshold` should be.
  public var threshold: Double?
  public var vectors: [Vector]

  /// Reads a schema and checks it against its own test vectors.
  ///
  /// - Parameter extra: hardenings chosen for this exchange, after those of the file.
  ///
  /// Throws `LinkageProblem` that names the line where it can.
  public init(yaml: String, extra: [Hardening] = []) throws(LinkageProblem) {
    guard yaml.contains(where: { !$0.isWhitespace }) else { throw LinkageProblem("the schema is empty") }
    do { self = try YAMLDecoder().decode(LinkageSchema.self, from: yaml) } catch { throw Self.problem(error) }
    try check()
    for vector in vectors { try check(vector) }
    if !extra.isEmpty { hardening = (hardening ?? []) + extra }
  }

  /// Short, over everything that decides a filter; two files compare only when theirs are equal.
  public var fingerprint: String {
    var copy = self
    (copy.vectors, copy.threshold) = ([], nil)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let bytes = (try? encoder.encode(copy)).map { [UInt8]($0) } ?? []
    return String(KeyDerivation.digest(bytes).hexadecimal.prefix(16))
  }

  /// The length after hardening.
  public var finalBits: Int {
    (hardening ?? []).reduce(bits) { length, step in
      switch step {
      case .fold: length / 2
      case .balance: length * 2
      default: length
      }
    }
  }

  private func check() throws(LinkageProblem) {
    guard [512, 1024, 2048].contains(bits) else {
      throw LinkageProblem("“bits” must be 512, 1024 or 2048, not \(bits)")
    }
    guard !fields.isEmpty, fields.count <= 60 else { throw LinkageProblem("a schema has 1 to 60 fields") }
    guard finalBits >= 128, finalBits % 128 == 0, finalBits <= 4096 else {
      throw LinkageProblem("the hardenings leave \(finalBits) bits; 128 to 4096 can be compared")
    }
    for field in fields {
      let numbers = [field.bits, field.each, field.consonants, field.neighbours, field.monthAndDay, field.unordered]
      let name = field.columns.first ?? "?"
      guard !field.columns.isEmpty else { throw LinkageProblem("a field names no column") }
      guard numbers.allSatisfy({ $0.map { (0...1000).contains($0) } ?? true }) else {
        throw LinkageProblem("the bits of “\(name)” must be 0 to 1000")
      }
      switch field.kind {
      case .bigrams, .positional, .exact:
        guard (field.bits ?? field.each ?? 0) > 0 else { throw LinkageProblem("“\(name)” needs bits or each") }
      case .names, .day:
        guard field.each != nil else { throw LinkageProblem("“\(name)” needs each") }
      case .document: break
      }
    }
    guard fields.contains(where: { $0.kind != .document }) else { throw LinkageProblem("nothing is encoded") }
    guard !vectors.isEmpty else { throw LinkageProblem("a schema needs a test vector") }
  }

  private func check(_ vector: Vector) throws(LinkageProblem) {
    var encoder = try RecordEncoder(self, secret: Array(vector.secret.utf8))
    let names = vector.record.keys.sorted()
    let columns = try encoder.columns(in: names)
    let record = encoder.encode(names.map { vector.record[$0] ?? "" }, columns)
    let ones = record.filter.reduce(0) { $0 + $1.nonzeroBitCount }
    let digest = KeyDerivation.digest(RecordEncoder.bytes(record.filter)).hexadecimal
    guard ones == vector.ones, digest == vector.sha256.lowercased() else {
      throw LinkageProblem(
        "the test vector does not fit: \(ones) ones and \(digest), but the file says \(vector.ones) and "
          + "\(vector.sha256); this program and the schema differ, nothing is encoded")
    }
  }

  private static func problem(_ error: any Error) -> LinkageProblem {
    switch error {
    case let problem as LinkageProblem: return problem
    case let error as YamlError:
      if case .scanner(_, _, let mark, _) = error {
        return LinkageProblem(line: mark.line, "this is not well-formed YAML")
      }
      if case .parser(_, _, let mark, _) = error {
        return LinkageProblem(line: mark.line, "this is not well-formed YAML")
      }
      return LinkageProblem("this is not well-formed YAML")
    case DecodingError.keyNotFound(let key, let context):
      return LinkageProblem("“\(key.stringValue)” is missing\(place(context))")
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      return LinkageProblem("a value has the wrong kind\(place(context))")
    case DecodingError.dataCorrupted(let context):
      return LinkageProblem("\(context.debugDescription.prefix(200))\(place(context))")
    default: return LinkageProblem("this is no linkage schema")
    }
  }

  private static func place(_ context: DecodingError.Context) -> String {
    let path = context.codingPath.map { $0.intValue.map { String($0 + 1) } ?? $0.stringValue }
    return path.isEmpty ? "" : " at \(path.joined(separator: "."))"
  }
}

/// What is wrong with something about linkage, in one sentence without personal data.
public struct LinkageProblem: Error, Hashable, Sendable {
  /// Counted from 1; 0 when the whole is meant.
  public var line: Int
  public var words: LocalizedText

  /// What is wrong with a schema's own file, which those who write packs read in English.
  public init(line: Int = 0, _ message: String) { self.init(line: line, es: message, en: message) }

  public init(line: Int = 0, es: String, en: String) {
    self.line = line
    words = LocalizedText(es: es, en: en)
  }

  /// The English sentence, for a terminal.
  public var message: String { words[.english] }
}
