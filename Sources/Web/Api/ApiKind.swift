import Basics
import CountryPack
import Referrals

/// What a parameter or a field of a body may hold. One description gives both what is refused and what the OpenAPI
/// document says, so that the two can't part.
enum ApiKind: Sendable, Hashable {
  /// The name of a thing: 26 letters.
  case id
  /// A name that the sender chooses for what it makes, so that a second try makes nothing twice: a UUID, or 26 letters.
  case newID
  /// - Parameters:
  ///   - most: characters (Unicode scalars).
  ///   - isNeeded: whether something must stand in it.
  case text(most: Int, isNeeded: Bool = false)
  /// A code of one of the pack's lists.
  case code([PackList])
  /// ISO 3166-2.
  case province
  /// ISO 639-1.
  case language
  case integer(ClosedRange<Int>)
  case boolean
  case oneOf([String])
  /// Where a list goes on, as the page before said.
  case cursor
  /// The name of a service in the directory.
  case service

  private static let idPattern = "^[0-7][0-9a-hjkmnp-tv-z]{25}$"
  private static let uuidPattern = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
  /// No control character but tab and the ends of lines.
  private static let plain = "[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*"
  private static let needed = plain + "[^\\s\\u0000-\\u001f\\u007f\\u200b]" + plain

  /// JSON Schema (2020-12, as OpenAPI 3.1 has it).
  func schema(_ pack: CountryPack) -> ApiValue {
    switch self {
    case .id: ["type": "string", "pattern": .string(Self.idPattern), "minLength": 26, "maxLength": 26]
    case .newID:
      [
        "type": "string",
        "anyOf": [
          ["format": "uuid", "pattern": .string(Self.uuidPattern), "minLength": 36, "maxLength": 36],
          ["pattern": .string(Self.idPattern), "minLength": 26, "maxLength": 26],
        ],
      ]
    case .text(let most, let isNeeded):
      [
        "type": "string", "minLength": isNeeded ? 1 : 0, "maxLength": .integer(Int64(most)),
        "pattern": .string("^" + (isNeeded ? Self.needed : Self.plain) + "$"),
      ]
    case .code, .province, .oneOf: ["type": "string", "enum": .texts(choices(pack) ?? [])]
    case .language: ["type": "string", "pattern": "^[a-z]{2}$", "minLength": 2, "maxLength": 2]
    case .integer(let range):
      [
        "type": "integer", "minimum": .integer(Int64(range.lowerBound)), "maximum": .integer(Int64(range.upperBound)),
      ]
    case .boolean: ["type": "boolean"]
    case .cursor:
      ["type": "string", "pattern": "^[0-9]{13}-[0-7][0-9a-hjkmnp-tv-z]{25}$", "minLength": 40, "maxLength": 40]
    case .service: ["type": "string", "pattern": "^[A-Za-z0-9.:_-]{1,63}[A-Za-z0-9_-]$", "maxLength": 64]
    }
  }

  /// All that it may be, where that is a list.
  func choices(_ pack: CountryPack) -> [String]? {
    switch self {
    case .code(let lists):
      lists.flatMap { (pack.lists[$0] ?? []).map(\.code) }.reduce(into: []) { all, code in
        if !all.contains(code) { all.append(code) }
      }
    case .province: pack.provinces.map(\.iso)
    case .oneOf(let names): names
    default: nil
    }
  }

  /// A value of a body; `nil` when it can't be one.
  func read(_ value: ApiValue, _ pack: CountryPack) -> ApiValue? {
    switch (self, value) {
    case (.boolean, .bool): value
    case (.integer(let range), .integer(let number)): Int(exactly: number).map(range.contains) == true ? value : nil
    // 3.0 is a whole number in JSON Schema.
    case (.integer(let range), .number(let number)):
      Int(exactly: number).flatMap { range.contains($0) ? .integer(Int64($0)) : nil }
    case (_, .string(let text)): accepts(text, pack) ? .string(text.replacing("\r\n", with: "\n")) : nil
    default: nil
    }
  }

  /// A value of an address; `nil` when it can't be one.
  func read(_ text: String, _ pack: CountryPack) -> ApiValue? {
    switch self {
    case .boolean: text == "true" ? true : text == "false" ? false : nil
    case .integer(let range):
      text.utf8.count <= 10 && text.utf8.allSatisfy { (48...57).contains($0) }
        ? Int(text).flatMap { range.contains($0) ? .integer(Int64($0)) : nil } : nil
    default: accepts(text, pack) ? .string(text) : nil
    }
  }

  private func accepts(_ text: String, _ pack: CountryPack) -> Bool {
    switch self {
    case .id: Identifier<ApiValue>(text) != nil
    case .newID: Identifier<ApiValue>.inEitherForm(text) != nil
    case .text(let most, let isNeeded):
      text.unicodeScalars.count <= most
        && text.unicodeScalars.allSatisfy { scalar in
          scalar.value >= 32 && scalar.value != 127 || scalar == "\n" || scalar == "\r" || scalar == "\t"
        } && (!isNeeded || text.contains { !$0.isWhitespace })
    case .code, .province, .oneOf: choices(pack)?.contains(text) == true
    case .language: text.utf8.count == 2 && Language(text) != nil
    case .cursor: text.utf8.count == 40 && ReferralPlace(text) != nil
    case .service: DirectoryServiceKey(text) != nil
    case .integer, .boolean: false
    }
  }
}
