import Foundation

/// Reads GIFT: lenient where Moodle is, and every refusal names its line.
///
/// Source: Moodle's documentation of the format (docs.moodle.org, "GIFT format").
public enum GiftReader {
  /// Throws `GiftProblems` with everything that is wrong in the file.
  public static func read(_ text: String) throws(GiftProblems) -> GiftFile {
    var file = GiftFile(questions: [], lines: [], comments: [], warnings: [])
    var problems: [GiftProblem] = []
    var category: String?
    var comments: [String] = []
    for block in blocks(text) {
      var lines = block.lines
      comments += block.comments
      while let first = lines.first, first.text.drop(while: \.isWhitespace).hasPrefix("$CATEGORY:") {
        let path = first.text.drop(while: \.isWhitespace).dropFirst(10).trimmingCharacters(in: .whitespaces)
        if path.isEmpty { problems.append(GiftProblem(line: first.number, .unnamedCategory)) }
        category = path
        lines.removeFirst()
      }
      guard let first = lines.first else { continue }
      do {
        var reader = GiftBlockReader(lines)
        var question = try reader.question()
        question.category = category
        file.questions.append(question)
        file.lines.append(first.number)
        file.comments.append(comments)
        comments = []
        file.warnings += reader.warnings
      } catch { problems.append(error) }
    }
    guard problems.isEmpty else { throw GiftProblems(problems: problems) }
    file.comments.append(comments)
    return file
  }

  struct Line {
    var number: Int
    var text: String
  }

  private struct Block {
    var lines: [Line] = []
    var comments: [String] = []
  }

  /// Questions stand between blank lines. A comment is no blank line: it does not end a question.
  private static func blocks(_ text: String) -> [Block] {
    let plain =
      text.utf8.contains(UInt8(ascii: "\r"))
      ? text.replacingOccurrences(of: "\r\n", with: "\n").replacingOccurrences(of: "\r", with: "\n") : text
    var (blocks, block) = ([Block](), Block())
    for (index, part) in plain.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      var line = String(part)
      if index == 0, line.unicodeScalars.first == "\u{FEFF}" { line.unicodeScalars.removeFirst() }
      let bare = line.drop(while: \.isWhitespace)
      if bare.hasPrefix("//") {
        block.comments.append(bare.trimmingCharacters(in: .whitespaces))
      } else if bare.isEmpty {
        if !block.lines.isEmpty {
          blocks.append(block)
          block = Block()
        }
      } else {
        block.lines.append(Line(number: index + 1, text: line))
      }
    }
    return blocks + [block]
  }
}

/// One letter of a question: escaped letters are text and never a sign of the format.
struct GiftLetter {
  var scalar: Unicode.Scalar
  var isEscaped: Bool
  var line: Int

  func `is`(_ sign: Unicode.Scalar) -> Bool { !isEscaped && scalar == sign }
  var isSpace: Bool { !isEscaped && scalar.properties.isWhitespace }
}

typealias GiftLetters = ArraySlice<GiftLetter>

/// Reads the lines of one question.
struct GiftBlockReader {
  private let letters: [GiftLetter]
  private let line: Int
  private(set) var warnings: [GiftProblem] = []

  init(_ lines: [GiftReader.Line]) {
    line = lines.first?.number ?? 0
    var letters: [GiftLetter] = []
    for (index, line) in lines.enumerated() {
      if index > 0 { letters.append(GiftLetter(scalar: "\n", isEscaped: false, line: lines[index - 1].number)) }
      var scalars = line.text.unicodeScalars[...]
      while let scalar = scalars.popFirst() {
        if scalar == "\\", let next = scalars.first, ":#={}~n\\".unicodeScalars.contains(next) {
          scalars.removeFirst()
          letters.append(GiftLetter(scalar: next == "n" ? "\n" : next, isEscaped: true, line: line.number))
        } else {
          letters.append(GiftLetter(scalar: scalar, isEscaped: false, line: line.number))
        }
      }
    }
    self.letters = letters
  }

  mutating func question() throws(GiftProblem) -> GiftQuestion {
    if let bad = letters.first(where: { $0.scalar.value < 32 && $0.scalar != "\n" && $0.scalar != "\t" }) {
      throw GiftProblem(line: bad.line, .controlCharacter)
    }
    var rest = letters[...].trimmed
    var name: String?
    if rest.starts(with: "::") {
      rest = rest.dropFirst(2)
      guard let end = rest.firstRange(of: "::") else {
        throw GiftProblem(line: line, .unclosedName)
      }
      name = rest[rest.startIndex..<end].trimmed.text
      rest = rest[(end + 2)...]
    }
    let open = rest.firstIndex { $0.is("{") }
    let close = rest.firstIndex { $0.is("}") }
    guard let open, let close, open < close else {
      if let lone = open ?? close {
        let isLoneEnd = open == nil || close.map({ $0 < lone }) == true
        throw GiftProblem(line: rest[close ?? lone].line, isLoneEnd ? .unopenedBrace : .unclosedBrace)
      }
      return try finish(name, rest, .description, nil)
    }
    var stem = Array(rest[..<open])
    let tail = rest[(close + 1)...]
    if !tail.trimmed.isEmpty {
      stem += "_____".unicodeScalars.map { GiftLetter(scalar: $0, isEscaped: true, line: line) } + tail
    }
    var answers = rest[(open + 1)..<close].trimmed
    var general: GiftLetters?
    if let mark = answers.lastRange(of: "####") {
      general = answers[(mark + 4)...]
      answers = answers[..<mark].trimmed
    }
    let format = stem[...].formatted(.moodle).format
    let answersReader = GiftAnswersReader(inherited: format, line: rest[open].line)
    let body = try answersReader.body(answers)
    if case .ordering(let steps, _) = body, let note = answersReader.orderingNote(answers, steps.count) {
      warnings.append(note)
    }
    if case .trueFalse = body, answers.contains(where: { "VO".unicodeScalars.contains($0.scalar) }) {
      let word = answers.prefix { !$0.is("#") }.trimmed.text
      if word == "VERDADERO" || word == "FALSO" {
        warnings.append(
          GiftProblem(line: rest[open].line, .ownTrueFalse, word))
      }
    }
    if case .short = body, ["true", "false", "True", "False", "t", "f"].contains(answers.text) {
      warnings.append(
        GiftProblem(
          line: rest[open].line, .lowercaseTrueFalse, answers.text))
    }
    return try finish(name, stem[...], body, general?.formatted(format))
  }

  private func finish(_ name: String?, _ stem: GiftLetters, _ body: GiftQuestion.Body, _ general: GiftText?)
    throws(GiftProblem) -> GiftQuestion
  {
    let stem = stem.formatted(.moodle)
    if stem.text.isEmpty { throw GiftProblem(line: line, .noText) }
    return GiftQuestion(
      name: name?.isEmpty == true ? nil : name, stem: stem, body: body,
      generalFeedback: general?.text.isEmpty == true ? nil : general)
  }
}

extension ArraySlice<GiftLetter> {
  var text: String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: map(\.scalar))
    return String(text)
  }

  var trimmed: GiftLetters {
    let start = firstIndex { !$0.isSpace } ?? endIndex
    let end = self[start...].lastIndex { !$0.isSpace }.map { $0 + 1 } ?? start
    return self[start..<end]
  }

  func starts(with signs: String) -> Bool {
    let signs = Array(signs.unicodeScalars)
    return count >= signs.count && zip(self, signs).allSatisfy { $0.is($1) }
  }

  /// Where unescaped signs stand first.
  func firstRange(of signs: String) -> Int? { indices.first { self[$0...].starts(with: signs) } }
  func lastRange(of signs: String) -> Int? { indices.last { self[$0...].starts(with: signs) } }

  /// The parts between an unescaped sign; an empty first part is left out.
  func parts(at sign: Unicode.Scalar) -> [GiftLetters] {
    var parts = split(omittingEmptySubsequences: false) { $0.is(sign) }
    if let first = parts.first, first.trimmed.isEmpty { parts.removeFirst() }
    return parts
  }

  /// The text behind its format in brackets, if it has one.
  func formatted(_ inherited: GiftFormat) -> GiftText {
    let plain = trimmed
    if let first = plain.first, first.is("["), let end = plain.firstIndex(where: { $0.is("]") }),
      let format = GiftFormat(rawValue: plain[(plain.startIndex + 1)..<end].text.lowercased())
    {
      return GiftText(plain[(end + 1)...].trimmed.text, format)
    }
    return GiftText(plain.text, inherited)
  }
}
