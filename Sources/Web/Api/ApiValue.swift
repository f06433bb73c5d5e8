import Foundation

/// A JSON value (RFC 8259), as programs send it and as they are answered.
indirect enum ApiValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case list([ApiValue])
  case object([String: ApiValue])

  /// Reads JSON in UTF-8; `nil` for anything else, also for a number that no machine holds.
  init?(json bytes: [UInt8]) {
    guard let value = try? JSONDecoder().decode(ApiValue.self, from: Data(bytes)) else { return nil }
    self = value
  }

  /// The same value always gives the same bytes.
  var json: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Every case can be written but a number that is none, and none is ever put in.
    return (try? encoder.encode(self)).map { Array($0) } ?? Array("null".utf8)
  }

  /// An object of the values that are there.
  static func fields(_ fields: KeyValuePairs<String, ApiValue?>) -> ApiValue {
    .object(Dictionary(fields.compactMap { key, value in value.map { (key, $0) } }) { first, _ in first })
  }

  static func texts(_ texts: some Sequence<String>) -> ApiValue { .list(texts.map { .string($0) }) }

  var string: String? { if case .string(let text) = self { text } else { nil } }
  var object: [String: ApiValue]? { if case .object(let fields) = self { fields } else { nil } }
  var list: [ApiValue]? { if case .list(let values) = self { values } else { nil } }

  /// A member of an object; `nil` where there is none.
  subscript(name: String) -> ApiValue? { object?[name] }
}

extension ApiValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral value: String) { self = .string(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(integerLiteral value: Int64) { self = .integer(value) }
  init(arrayLiteral elements: ApiValue...) { self = .list(elements) }
  init(dictionaryLiteral elements: (String, ApiValue)...) {
    self = .object(Dictionary(elements) { first, _ in first })
  }
}

extension ApiValue: Codable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([ApiValue].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: ApiValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}
