import Basics
import Foundation

/// Why an expression can't be taken.
enum ExpressionProblem: Error, Hashable {
  /// The form is wrong; the letter is counted from 1.
  case malformed(es: String, en: String, letter: Int)
  /// The form may be right, but this system can't do it.
  case notSupported(String)
}

/// Reads the part of XPath that XLSForm's expressions use.
///
/// Source: XPath 1.0 §3; the ODK XForms specification's functions; XLSForm's `${name}`.
struct ExpressionParser {
  private enum Token: Hashable {
    case number(Double)
    case text(String)
    case answer(String)
    case name(String)
    case sign(String)
    case end
  }

  private let letters: [Character]
  private let isFilter: Bool
  private var place = 0
  private var token = Token.end
  /// Where the token begins.
  private var start = 0
  private var depth = 0

  private static let mostDepth = 64

  /// - Parameter isFilter: a choice filter, where a plain name is a column of the sheet choices.
  static func expression(_ text: String, isFilter: Bool = false) throws(ExpressionProblem) -> FormExpression {
    var parser = ExpressionParser(letters: Array(text), isFilter: isFilter)
    try parser.advance()
    let expression = try parser.chain(0)
    guard parser.token == .end else { throw parser.unexpected }
    return expression
  }

  private init(letters: [Character], isFilter: Bool) {
    self.letters = letters
    self.isFilter = isFilter
  }

  // MARK: Sentences

  /// Weakest first.
  private static let ranks: [[FormExpression.Sign]] = [
    [.or], [.and], [.equal, .notEqual], [.less, .lessOrEqual, .more, .moreOrEqual], [.plus, .minus],
    [.times, .div, .mod],
  ]

  private mutating func chain(_ rank: Int) throws(ExpressionProblem) -> FormExpression {
    guard rank < Self.ranks.count else { return try signed() }
    let first = try chain(rank + 1)
    var links: [FormExpression.Link] = []
    while let sign = operation, Self.ranks[rank].contains(sign) {
      try advance()
      links.append(.init(sign: sign, value: try chain(rank + 1)))
    }
    return links.isEmpty ? first : .chain(first, links)
  }

  private var operation: FormExpression.Sign? {
    switch token {
    case .sign(let text), .name(let text): FormExpression.Sign(rawValue: text)
    default: nil
    }
  }

  private mutating func signed() throws(ExpressionProblem) -> FormExpression {
    var isNegative = false
    while token == .sign("-") {
      isNegative.toggle()
      try advance()
    }
    let value = try primary()
    switch token {
    case .sign("/"), .sign("["), .sign("|"), .sign("//"): throw .notSupported("a path")
    default: return isNegative ? .negative(value) : value
    }
  }

  private mutating func primary() throws(ExpressionProblem) -> FormExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.mostDepth else {
      throw malformed(es: "hay demasiados paréntesis anidados", en: "brackets are nested too deeply")
    }
    switch token {
    case .number(let number):
      try advance()
      return .number(number)
    case .text(let text):
      try advance()
      return .text(text)
    case .answer(let name):
      try advance()
      return .answer(name)
    case .sign("."):
      try advance()
      return .own
    case .sign("("):
      try advance()
      let value = try chain(0)
      try expect(")")
      return value
    case .sign("/"), .sign("//"), .sign(".."), .sign("@"), .sign("*"): throw .notSupported("a path")
    case .name(let name):
      let begin = start
      try advance()
      guard token == .sign("(") else {
        if isFilter, token != .sign("/"), token != .sign("["), FormExpression.Sign(rawValue: name) == nil {
          return .column(name)
        }
        if FormExpression.Sign(rawValue: name) != nil {
          throw malformed(es: "falta un valor antes de “\(name)”", en: "a value is missing before “\(name)”", begin)
        }
        throw .notSupported("a path (\(name))")
      }
      return try call(name, begin)
    default: throw unexpected
    }
  }

  private mutating func call(_ name: String, _ begin: Int) throws(ExpressionProblem) -> FormExpression {
    guard let function = FormFunction(rawValue: name) else { throw .notSupported(name + "()") }
    try advance()
    var inputs: [FormExpression] = []
    if token != .sign(")") {
      inputs.append(try chain(0))
      while token == .sign(",") {
        try advance()
        inputs.append(try chain(0))
      }
    }
    try expect(")")
    guard function.inputs.contains(inputs.count) else {
      throw malformed(
        es: "\(name)() no acepta \(inputs.count) valores", en: "\(name)() does not take \(inputs.count) values", begin)
    }
    if [.count, .sum].contains(function) {
      guard case .answer = inputs[0] else { throw .notSupported("\(name)() of anything but one ${name}") }
    }
    if function == .regex {
      guard case .text(let pattern) = inputs[1], FormPattern(pattern) != nil else {
        throw .notSupported("this pattern of regex()")
      }
    }
    return .call(function, inputs)
  }

  private mutating func expect(_ sign: String) throws(ExpressionProblem) {
    guard token == .sign(sign) else { throw unexpected }
    try advance()
  }

  private var unexpected: ExpressionProblem {
    token == .end
      ? malformed(es: "la expresión termina antes de tiempo", en: "the expression ends too early")
      : malformed(
        es: "no se esperaba “\(String(letters[start..<place]))”",
        en: "“\(String(letters[start..<place]))” was not expected")
  }

  private func malformed(es: String, en: String, _ at: Int? = nil) -> ExpressionProblem {
    .malformed(es: es, en: en, letter: (at ?? start) + 1)
  }

  // MARK: Words

  private mutating func advance() throws(ExpressionProblem) {
    while place < letters.count, letters[place].isWhitespace { place += 1 }
    start = place
    guard place < letters.count else { return token = .end }
    let letter = letters[place]
    if letter.isASCII, letter.isNumber || (letter == "." && place + 1 < letters.count && isDigit(place + 1)) {
      while place < letters.count, isDigit(place) || letters[place] == "." { place += 1 }
      guard let number = Double(String(letters[start..<place])) else {
        throw malformed(es: "esto no es un número", en: "this is not a number")
      }
      token = .number(number)
    } else if letter == "'" || letter == "\"" {
      guard let end = letters[(place + 1)...].firstIndex(of: letter) else {
        throw malformed(es: "un texto no se cierra", en: "a text is not closed")
      }
      token = .text(String(letters[(place + 1)..<end]))
      place = end + 1
    } else if letter == "$" {
      guard place + 1 < letters.count, letters[place + 1] == "{", let end = letters[place...].firstIndex(of: "}") else {
        throw malformed(es: "después de $ se espera {nombre}", en: "{name} is expected after $")
      }
      let name = String(letters[(place + 2)..<end]).trimmingCharacters(in: .whitespaces)
      guard FormName.isValid(name) else {
        if name.hasPrefix("last-saved#") { throw .notSupported("${last-saved#…}") }
        throw malformed(es: "“\(name)” no es un nombre", en: "“\(name)” is not a name")
      }
      token = .answer(name)
      place = end + 1
    } else if isNameStart(letter) {
      while place < letters.count, isNamePart(letters[place]) { place += 1 }
      token = .name(String(letters[start..<place]))
    } else {
      let two = String(letters[place..<min(place + 2, letters.count)])
      let sign = ["!=", "<=", ">=", "..", "//"].contains(two) ? two : String(letter)
      guard sign.count == 2 || "()=<>+-*,./[]|@".contains(letter) else {
        place += 1
        throw malformed(es: "no se esperaba “\(letter)”", en: "“\(letter)” was not expected")
      }
      place += sign.count
      token = .sign(sign)
    }
  }

  private func isDigit(_ place: Int) -> Bool { letters[place].isASCII && letters[place].isNumber }
  private func isNameStart(_ letter: Character) -> Bool { letter.isLetter || letter == "_" }
  private func isNamePart(_ letter: Character) -> Bool {
    isNameStart(letter) || letter.isNumber || letter == "-" || letter == "." || letter == ":"
  }
}

/// Names of questions and lists, as XLSForm allows them.
enum FormName {
  static func isValid(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, name.utf8.count <= 200, first == "_" || first.properties.isAlphabetic
    else { return false }
    return name.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-" || $0 == "_" || $0 == "."
    }
  }
}
