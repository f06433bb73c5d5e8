import Foundation

/// What somebody answered to one question.
public enum QuestionResponse: Hashable, Sendable, Codable {
  case trueFalse(Bool)
  /// Places of the chosen answers, counted from 0.
  case chosen(Set<Int>)
  case text(String)
  /// For each left side, by its place: the right side that was put beside it.
  case pairs([Int: String])
  /// For each step, by its right place: the place it was given, counted from 0.
  case order([Int: Int])
}

/// Marks answers: pure, and every mark is a fraction of the question's full mark.
public enum Marking {
  /// From 0 to 1; `nil` when the machine can't mark the question. No answer, or one of the wrong kind, gets 0.
  public static func mark(_ question: GiftQuestion, _ response: QuestionResponse?) -> Double? {
    guard question.isMarkable else { return nil }
    switch (question.body, response) {
    case (.trueFalse(let isTrue, _, _), .trueFalse(let answer)): return isTrue == answer ? 1 : 0
    case (.choice(let isSingle, let choices), .chosen(let places)):
      let weights = places.filter(choices.indices.contains).map { choices[$0].weight }
      if isSingle, places.count > 1 { return 0 }
      return share(weights.reduce(0, +))
    case (.short(let choices), .text(let text)):
      return share(choices.filter { matches(text, $0.text.text) }.map(\.weight).max() ?? 0)
    case (.numeric(let answers, _), .text(let text)):
      guard let number = number(text) else { return 0 }
      return share(answers.filter { accepts($0.target, number) }.map(\.weight).max() ?? 0)
    case (.matching(let pairs), .pairs(let given)):
      let asked = pairs.indices.filter { !pairs[$0].left.text.isEmpty }
      return Double(asked.count { given[$0] == pairs[$0].right }) / Double(asked.count)
    case (.ordering(let steps, let mark), .order(let given)):
      let right = steps.indices.count { given[$0] == $0 }
      return mark == .allOrNothing && right < steps.count ? 0 : Double(right) / Double(steps.count)
    default: return 0
    }
  }

  /// What the question says to the response.
  public static func feedback(_ question: GiftQuestion, _ response: QuestionResponse?) -> [GiftText] {
    var texts: [GiftText?] = []
    switch (question.body, response) {
    case (.trueFalse(let isTrue, let ifWrong, let ifRight), .trueFalse(let answer)):
      texts = [answer == isTrue ? ifRight : ifWrong]
    case (.choice(_, let choices), .chosen(let places)):
      texts = places.sorted().filter(choices.indices.contains).map { choices[$0].feedback }
    case (.short(let choices), .text(let text)):
      texts = [choices.first { matches(text, $0.text.text) }?.feedback]
    case (.numeric(let answers, let ifWrong), .text(let text)):
      let hit = number(text).flatMap { number in answers.first { accepts($0.target, number) } }
      texts = [hit == nil ? ifWrong : hit?.feedback]
    default: break
    }
    return (texts + [question.generalFeedback]).compactMap(\.self)
  }

  /// Weights may add up beyond the full mark or below nothing; a mark never does. Thirds are written 33.33333.
  private static func share(_ percent: Double) -> Double {
    let share = min(1, max(0, percent / 100))
    return share > 0.999_99 ? 1 : share
  }

  /// Case, accents and outer or doubled spaces don't matter; `*` in the answer stands for anything.
  static func matches(_ text: String, _ pattern: String) -> Bool {
    let text = Array(plain(text).unicodeScalars)
    let pieces = plain(pattern).unicodeScalars.split(separator: "*", omittingEmptySubsequences: false).map(Array.init)
    guard pieces.count > 1, let first = pieces.first, let last = pieces.last else { return text == pieces.first ?? [] }
    guard text.starts(with: first), text.count >= first.count + last.count, text.suffix(last.count).elementsEqual(last)
    else { return false }
    var rest = text[first.count..<(text.count - last.count)]
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
      guard
        let start = rest.indices.first(where: { rest[$0...].starts(with: piece) })
      else { return false }
      rest = rest[(start + piece.count)...]
    }
    return true
  }

  private static func plain(_ text: String) -> String {
    text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// A number as people type it: the decimals behind a point or a comma.
  static func number(_ text: String) -> Double? {
    let text = text.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: ",", with: ".")
    guard text.utf8.count <= 40, text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }),
      let number = Double(text),
      number.isFinite
    else { return nil }
    return number
  }

  private static func accepts(_ target: GiftQuestion.NumericAnswer.Target, _ number: Double) -> Bool {
    switch target {
    case .any: true
    case .range(let low, let high): (low...high).contains(number)
    // 0.1 + 0.2 lies within 0.3 ± 0.
    case .value(let value, let tolerance): abs(number - value) <= tolerance + abs(value) * 1e-12
    }
  }
}
