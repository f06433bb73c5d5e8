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
  // Thousands of them stand in a plan: the two languages of every page need no table of texts.
  private let spanish: String
  private let english: String?
  /// By the language's code.
  private let others: [String: String]

  /// `nil` when there is no Spanish text.
  public init?(_ texts: [Language: String]) {
    self.init(texts.reduce(into: [String: String]()) { $0[$1.key.code] = $1.value })
  }

  private init?(_ texts: [String: String]) {
    guard let spanish = texts["es"] else { return nil }
    self.spanish = spanish
    english = texts["en"]
    others = texts.filter { !["es", "en"].contains($0.key) }
  }

  public init(es: String, en: String) {
    spanish = es
    english = en
    others = [:]
  }

  private var texts: [String: String] {
    var all = others
    all["es"] = spanish
    all["en"] = english
    return all
  }

  /// The text in the asked language, else in Spanish.
  public subscript(language: Language) -> String {
    switch language {
    case .spanish: spanish
    case .english: english ?? spanish
    default: others[language.code] ?? spanish
    }
  }

  /// The languages it is written in.
  public var languages: [Language] { texts.keys.compactMap(Language.init).sorted() }

  public init(from decoder: any Decoder) throws {
    guard let text = Self(try decoder.singleValueContainer().decode([String: String].self)) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "a text needs at least its Spanish (es)"))
    }
    self = text
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(texts)
  }
}
