import Basics
import Foundation

/// One sheet as somebody types it: the number, then one sign for each question in the order of the sheet.
///
///     7 abvc-(ad)?"Quito"
///
/// Choices are letters, several of one question in brackets; true and false are `v` and `f` (or `t` and `f`); pairs are
/// the letters of the right sides in brackets, in the order of the left; an order is the letters of the steps in brackets;
/// words and numbers stand in quotes. `-` is left
/// blank on the sheet, `?` can't be read there. Spaces don't matter. `!` in front corrects a sheet that was typed before.
public struct PaperLine: Hashable, Sendable {
  public var number: Int
  public var corrects: Bool
  /// In the order of the questions; `nil` is blank or unreadable.
  public var responses: [QuestionResponse?]
  public var unreadable: Int

  /// Throws `Refusal` `.invalid` that says what does not fit and at which question.
  public init(_ typed: some StringProtocol, _ questions: [GiftQuestion]) throws(Refusal) {
    guard typed.utf8.count <= 4000 else { throw Self.wrong("error.training_line_number") }
    var rest = Array(typed.trimmingCharacters(in: .whitespaces))[...]
    corrects = rest.first == "!"
    if corrects { rest = rest.dropFirst().drop(while: \.isWhitespace) }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty, digits.count <= 4, let number = Int(String(digits)) else {
      throw Self.wrong("error.training_line_number")
    }
    self.number = number
    rest = rest.dropFirst(digits.count)
    (responses, unreadable) = ([], 0)
    for (index, question) in questions.enumerated() {
      rest = rest.drop { $0.isWhitespace || ".:,;".contains($0) }
      guard let first = rest.first else {
        throw Self.wrong("error.training_line_short", ["count": String(questions.count), "given": String(index)])
      }
      if first == "-" || first == "?" {
        if first == "?" { unreadable += 1 }
        responses.append(nil)
        rest = rest.dropFirst()
        continue
      }
      guard let response = Self.response(question, &rest) else {
        throw Self.wrong("error.training_line_answer", ["question": String(index + 1)])
      }
      responses.append(response)
    }
    if rest.contains(where: { !$0.isWhitespace }) {
      throw Self.wrong("error.training_line_long", ["count": String(questions.count)])
    }
  }

  private static func wrong(_ key: String, _ values: [String: String] = [:]) -> Refusal {
    Refusal(.invalid, Phrase(key, values))
  }

  private static func response(_ question: GiftQuestion, _ rest: inout ArraySlice<Character>) -> QuestionResponse? {
    switch question.body {
    case .trueFalse:
      let letter = rest.removeFirst().lowercased()
      return ["v": true, "t": true, "f": false][letter].map { .trueFalse($0) }
    case .choice(let isSingle, let choices):
      guard let places = letters(&rest, below: choices.count), !places.isEmpty, !isSingle || places.count == 1 else {
        return nil
      }
      return .chosen(Set(places))
    case .short, .numeric: return words(&rest).map { .text($0) }
    case .matching(let pairs):
      let right = question.rightSides
      let asked = pairs.indices.filter { !pairs[$0].left.text.isEmpty }
      guard let places = letters(&rest, below: right.count), places.count == asked.count else { return nil }
      return .pairs(Dictionary(uniqueKeysWithValues: zip(asked, places).map { ($0, right[$1]) }))
    case .ordering:
      let steps = question.shownSteps
      guard let places = letters(&rest, below: steps.count), Set(places).count == steps.count else { return nil }
      return .order(Dictionary(uniqueKeysWithValues: places.enumerated().map { (steps[$1], $0) }))
    case .description, .essay: return nil
    }
  }

  /// One letter, or several in brackets, as places counted from 0.
  private static func letters(_ rest: inout ArraySlice<Character>, below count: Int) -> [Int]? {
    var signs: [Character]
    if rest.first == "(" {
      guard let end = rest.firstIndex(of: ")") else { return nil }
      signs = rest[rest.startIndex..<end].dropFirst().filter { !$0.isWhitespace && $0 != "," }
      rest = rest[(end + 1)...]
    } else {
      signs = [rest.removeFirst()]
    }
    let places = signs.compactMap { sign -> Int? in
      guard let scalar = sign.lowercased().unicodeScalars.first, (97...122).contains(scalar.value) else { return nil }
      return Int(scalar.value) - 97
    }
    return places.count == signs.count && places.allSatisfy { $0 < count } ? places : nil
  }

  /// A text in quotes, or everything up to the next space.
  private static func words(_ rest: inout ArraySlice<Character>) -> String? {
    let quotes: [Character: Character] = ["\"": "\"", "“": "”", "«": "»"]
    if let first = rest.first, let closing = quotes[first] {
      let inside = rest.dropFirst()
      guard let end = inside.firstIndex(of: closing) else { return nil }
      rest = inside[(end + 1)...]
      return String(inside[inside.startIndex..<end])
    }
    let word = rest.prefix { !$0.isWhitespace }
    rest = rest.dropFirst(word.count)
    return String(word)
  }
}

extension GiftQuestion {
  /// The right sides of a matching question as they are shown, in the order of the alphabet: the file's order would give
  /// the answer away.
  public var rightSides: [String] {
    guard case .matching(let pairs) = body else { return [] }
    return Set(pairs.map(\.right)).sorted()
  }

  /// The steps of an order as they are shown: their right places, by their texts.
  public var shownSteps: [Int] {
    guard case .ordering(let steps, _) = body else { return [] }
    return steps.indices.sorted { steps[$0].text < steps[$1].text }
  }
}
