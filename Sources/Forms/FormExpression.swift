import Basics

/// An expression of a form: when a question is asked, whether an answer is accepted, what is computed.
public indirect enum FormExpression: Hashable, Sendable {
  case text(String)
  case number(Double)
  /// `${name}`.
  case answer(String)
  /// `.`: the value being checked.
  case own
  /// In a choice filter, a column of the sheet choices.
  case column(String)
  case call(FormFunction, [FormExpression])
  case negative(FormExpression)
  /// Operands of the same rank, from left to right. A flat list, so that a long sum is not a deep one.
  case chain(FormExpression, [Link])

  public struct Link: Hashable, Sendable {
    public var sign: Sign
    public var value: FormExpression
  }

  public enum Sign: String, Hashable, Sendable {
    case or, and
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case more = ">"
    case moreOrEqual = ">="
    case plus = "+"
    case minus = "-"
    case times = "*"
    case div, mod
  }

  /// The names it refers to, each once, in order.
  public var names: [String] {
    var found: [String] = []
    collect(&found)
    return found
  }

  private func collect(_ found: inout [String]) {
    switch self {
    case .answer(let name): if !found.contains(name) { found.append(name) }
    case .call(_, let inputs): for input in inputs { input.collect(&found) }
    case .negative(let value): value.collect(&found)
    case .chain(let first, let links):
      first.collect(&found)
      for link in links { link.value.collect(&found) }
    case .text, .number, .own, .column: break
    }
  }
}

/// What an expression can call, and with how many inputs.
public enum FormFunction: String, Hashable, Sendable, CaseIterable {
  case condition = "if"
  case countSelected = "count-selected"
  case selectedAt = "selected-at"
  case stringLength = "string-length"
  case isTrue = "true"
  case isFalse = "false"
  case startsWith = "starts-with"
  case endsWith = "ends-with"
  case normalizeSpace = "normalize-space"
  case decimalDate = "decimal-date-time"
  case selected, coalesce, not, int, round, number, string, boolean, concat, today, now, count, sum, min, max, contains
  case substr, abs, pow, floor, ceiling, translate, regex

  var inputs: ClosedRange<Int> {
    switch self {
    case .today, .now, .isTrue, .isFalse: 0...0
    case .countSelected, .not, .int, .boolean, .count, .sum, .abs, .floor, .ceiling, .decimalDate: 1...1
    case .number, .string, .stringLength, .normalizeSpace: 0...1
    case .selected, .selectedAt, .contains, .startsWith, .endsWith, .pow, .regex: 2...2
    case .round: 1...2
    case .condition, .translate: 3...3
    case .substr: 2...3
    case .coalesce, .concat, .min, .max: 1...50
    }
  }
}
