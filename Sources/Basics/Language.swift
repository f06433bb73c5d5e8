/// A language of the screen, by its ISO 639-1 code. Spanish comes first; others are added by adding files.
public struct Language: Hashable, Sendable, Codable, LosslessStringConvertible, Comparable {
  public let code: String

  public static let spanish = Language(unchecked: "es")
  public static let english = Language(unchecked: "en")

  /// `nil` unless the text is two or three lower-case letters.
  public init?(_ description: String) {
    guard (2...3).contains(description.utf8.count),
      description.utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
    else { return nil }
    code = description
  }

  private init(unchecked code: String) { self.code = code }

  public var description: String { code }
  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.code < rhs.code }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = Self(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a language code")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(code)
  }
}

/// A text in several languages, at least in Spanish.
public struct LocalizedText: Hashable, Sendable, Codable {
  private let texts: [String: String]

  /// `nil` when there is no Spanish text.
  public init?(_ texts: [Language: String]) {
    guard texts[.spanish] != nil else { return nil }
    self.texts = Dictionary(uniqueKeysWithValues: texts.map { ($0.key.code, $0.value) })
  }

  public init(es: String, en: String) { texts = ["es": es, "en": en] }

  /// The text in the asked language, else in Spanish.
  public subscript(language: Language) -> String { texts[language.code] ?? texts["es"] ?? "" }

  /// The languages it is written in.
  public var languages: [Language] { texts.keys.compactMap(Language.init).sorted() }

  public init(from decoder: any Decoder) throws {
    texts = try decoder.singleValueContainer().decode([String: String].self)
    guard texts["es"] != nil else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "a text needs at least its Spanish (es)"))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(texts)
  }
}
