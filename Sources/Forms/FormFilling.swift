import Basics

/// What was answered on one form. Questions in repetitions carry their number: `child_name~2`.
public struct FormFilling: Hashable, Sendable, Codable {
  /// By slot. An empty text was left empty on purpose; what is missing was never on a saved page.
  public var answers: [String: String] = [:]
  /// How often each repetition was asked for, by its slot; once where nothing is said.
  public var counts: [String: Int] = [:]
  /// When it was begun and last saved, at the country's clock: `2026-11-25T08:30`.
  public var begun = ""
  public var saved = ""

  public init() {}

  /// How many times a repetition can be filled in.
  public static let mostRepeats = 50

  public static func slot(_ name: String, _ context: [Int]) -> String {
    context.isEmpty ? name : name + "~" + context.map(String.init).joined(separator: "~")
  }
}

/// What is wrong with an answer.
public enum FormFault: Hashable, Sendable {
  case missing
  /// Not of the question's type: a letter where a number belongs.
  case wrongType
  case notAChoice
  case tooLong
  /// The form's own constraint.
  case constraint
}

/// A form is too large to be computed with these answers.
public struct FormTooLarge: Error {}

/// A value within an expression.
enum FormValue: Hashable {
  case text(String)
  case number(Double)
  case truth(Bool)

  var text: String {
    switch self {
    case .text(let text): return text
    case .truth(let truth): return truth ? "true" : "false"
    case .number(let number):
      if number == number.rounded(), abs(number) < 1e15 { return String(Int(number)) }
      return number.isNaN ? "NaN" : String(number)
    }
  }

  var number: Double {
    switch self {
    case .number(let number): number
    case .truth(let truth): truth ? 1 : 0
    case .text(let text): Self.number(text)
    }
  }

  var truth: Bool {
    switch self {
    case .truth(let truth): truth
    case .number(let number): number != 0 && !number.isNaN
    case .text(let text): !text.isEmpty
    }
  }

  /// As XPath reads a number; a day counts from 1970, as ODK has it.
  static func number(_ text: String) -> Double {
    let letters = text.utf8.drop { $0 == 32 || $0 == 10 || $0 == 9 }
    let plain = String(decoding: letters.reversed().drop { $0 == 32 || $0 == 10 || $0 == 9 }.reversed(), as: UTF8.self)
    if plain.utf8.count >= 10, let day = CalendarDay(String(plain.prefix(10))) {
      let time = plain.dropFirst(10)
      if time.isEmpty { return Double(day.daysSince1970) }
      let parts = time.dropFirst().split(separator: ":").prefix(2).compactMap { Int($0.prefix(2)) }
      if time.hasPrefix("T"), parts.count == 2 {
        return Double(day.daysSince1970) + Double(parts[0] * 60 + parts[1]) / 1440
      }
    }
    guard !plain.isEmpty, plain.utf8.count < 40,
      plain.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") })
    else { return .nan }
    return Double(plain) ?? .nan
  }
}
