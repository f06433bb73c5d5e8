import Foundation

/// Reads what stands between the braces. The type is decided in the order of the format.
struct GiftAnswersReader {
  let inherited: GiftFormat
  /// Where the braces open.
  let line: Int

  func body(_ answers: GiftLetters) throws(GiftProblem) -> GiftQuestion.Body {
    guard let first = answers.first else { return .essay }
    if first.is("#") { return try numeric(answers.dropFirst()) }
    if first.is(">") { return try ordering(answers) }
    if answers.contains(where: { $0.is("~") }) { return try choice(answers) }
    if answers.contains(where: { $0.is("=") }), answers.firstRange(of: "->") != nil { return try matching(answers) }
    if let body = trueFalse(answers) { return body }
    return try short(answers)
  }

  private func trueFalse(_ answers: GiftLetters) -> GiftQuestion.Body? {
    let parts = answers.split(separator: 3, at: "#")
    let isTrue: Bool
    switch parts[0].trimmed.text {
    case "T", "TRUE", "VERDADERO": isTrue = true
    case "F", "FALSE", "FALSO": isTrue = false
    default: return nil
    }
    // The first feedback is for the wrong answer.
    return .trueFalse(
      isTrue, ifWrong: parts.count > 1 ? feedback(parts[1]) : nil, ifRight: parts.count > 2 ? feedback(parts[2]) : nil)
  }

  private func choice(_ answers: GiftLetters) throws(GiftProblem) -> GiftQuestion.Body {
    let isSingle = answers.contains { $0.is("=") }
    var (choices, start) = ([GiftQuestion.Choice](), answers.startIndex)
    func close(_ end: Int) throws(GiftProblem) {
      var part = answers[start..<end]
      if start == answers.startIndex, part.trimmed.isEmpty { return }
      var weight = 0.0
      if let sign = part.first, sign.is("=") {
        (weight, part) = (100, part.dropFirst())
      } else {
        if part.first?.is("~") == true { part = part.dropFirst() }
        if let (percent, rest) = try weighted(part) { (weight, part) = (percent, rest) }
      }
      choices.append(try answer(part, weight))
    }
    for index in answers.indices where answers[index].is("=") || answers[index].is("~") {
      if index > start || !choices.isEmpty { try close(index) }
      start = index
    }
    try close(answers.endIndex)
    guard choices.count >= 2 else { throw GiftProblem(line: line, .fewAnswers) }
    return .choice(isSingle: isSingle, choices)
  }

  private func short(_ answers: GiftLetters) throws(GiftProblem) -> GiftQuestion.Body {
    var choices: [GiftQuestion.Choice] = []
    for part in answers.parts(at: "=") {
      let (weight, rest) = try weighted(part) ?? (100, part)
      choices.append(try answer(rest, weight))
    }
    guard !choices.isEmpty else { throw GiftProblem(line: line, .noAnswer) }
    return .short(choices)
  }

  private func numeric(_ answers: GiftLetters) throws(GiftProblem) -> GiftQuestion.Body {
    var (answers, ifWrong) = (answers, GiftText?.none)
    if let tail = answers.firstIndex(where: { $0.is("~") }) {
      let mark = answers[tail...].firstIndex { $0.is("#") }
      ifWrong = mark.flatMap { feedback(answers[($0 + 1)...]) }
      answers = answers[..<tail]
    }
    var numbers: [GiftQuestion.NumericAnswer] = []
    for part in answers.parts(at: "=") {
      let (weight, rest) = try weighted(part) ?? (100, part)
      let halves = rest.split(separator: 2, at: "#")
      numbers.append(
        GiftQuestion.NumericAnswer(
          try target(halves[0].trimmed), weight: weight, feedback: halves.count > 1 ? feedback(halves[1]) : nil))
    }
    guard !numbers.isEmpty else { throw GiftProblem(line: line, .noNumber) }
    return .numeric(numbers, ifWrong: ifWrong)
  }

  private func target(_ letters: GiftLetters) throws(GiftProblem) -> GiftQuestion.NumericAnswer.Target {
    if letters.text == "*" { return .any }
    if let dots = letters.firstRange(of: "..") {
      let (low, high) = (try number(letters[..<dots]), try number(letters[(dots + 2)...]))
      if low > high { throw problem(letters, .backwardRange) }
      return .range(low, high)
    }
    guard let colon = letters.firstIndex(where: { $0.is(":") }) else {
      return .value(try number(letters), tolerance: 0)
    }
    let tolerance = try number(letters[(colon + 1)...])
    if tolerance < 0 { throw problem(letters, .negativeTolerance) }
    return .value(try number(letters[..<colon]), tolerance: tolerance)
  }

  private func number(_ letters: GiftLetters) throws(GiftProblem) -> Double {
    let text = letters.trimmed.text
    guard !text.isEmpty, text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let number = Double(text),
      number.isFinite
    else { throw problem(letters, .notANumber, String(text.prefix(40))) }
    return number
  }

  private func matching(_ answers: GiftLetters) throws(GiftProblem) -> GiftQuestion.Body {
    var pairs: [GiftQuestion.Pair] = []
    for part in answers.parts(at: "=") {
      guard let arrow = part.firstRange(of: "->") else { throw problem(part, .noArrow) }
      let right = part[(arrow + 2)...].trimmed.text
      if right.isEmpty { throw problem(part, .emptyRightSide) }
      pairs.append(GiftQuestion.Pair(part[..<arrow].formatted(inherited), right))
    }
    guard pairs.count >= 2 else { throw GiftProblem(line: line, .fewPairs) }
    guard pairs.contains(where: { !$0.left.text.isEmpty }) else {
      throw GiftProblem(line: line, .emptyLeftSides)
    }
    return .matching(pairs)
  }

  // MARK: Ordering: {>6 ALL VERTICAL ABSOLUTE_POSITION, then a step a line}

  private static let orderingWords: Set<String> = [
    "ALL", "EXACT", "RANDOM", "REL", "CONTIGUOUS", "CONTIG", "HORIZONTAL", "HORI", "H", "1", "VERTICAL", "VERT", "V",
    "0",
    "ABSOLUTE", "ABS", "ABSOLUTE_POSITION", "ALL_OR_NOTHING", "RELATIVE", "RELATIVE_NEXT_EXCLUDE_LAST",
    "RELATIVE_NEXT_INCLUDE_LAST", "RELATIVE_ONE_PREVIOUS_AND_NEXT", "RELATIVE_ALL_PREVIOUS_AND_NEXT",
    "RELATIVE_TO_CORRECT", "LONGEST_ORDERED_SUBSET", "LONGEST_CONTIGUOUS_SUBSET", "SHOW", "HIDE", "TRUE", "FALSE",
    "YES", "NO", "NONE", "123", "ABCD", "IIII",
  ]

  /// How many steps are shown and how they are marked, and where the steps begin.
  private func orderingHead(_ answers: GiftLetters) -> (shown: Int?, words: [String], steps: GiftLetters) {
    var rest = answers.dropFirst().drop { $0.scalar == " " || $0.scalar == "\t" }
    let digits = rest.prefix { $0.scalar.properties.numericType == .decimal }
    rest = rest[digits.endIndex...]
    var words: [String] = []
    while true {
      let next = rest.drop { $0.scalar == " " || $0.scalar == "\t" }
      let word = next.prefix { !$0.isSpace }
      guard Self.orderingWords.contains(word.text.uppercased()) else { break }
      words.append(word.text.uppercased())
      rest = next[word.endIndex...]
    }
    return (Int(digits.text), words, rest)
  }

  private func ordering(_ answers: GiftLetters) throws(GiftProblem) -> GiftQuestion.Body {
    let head = orderingHead(answers)
    let steps = head.steps.split { $0.is("\n") }.map { $0.formatted(inherited) }.filter { !$0.text.isEmpty }
    guard (2...50).contains(steps.count) else {
      throw GiftProblem(line: line, .fewSteps)
    }
    guard Set(steps.map(\.text)).count == steps.count else {
      throw GiftProblem(line: line, .stepTwice)
    }
    return .ordering(steps, head.words.contains("ALL_OR_NOTHING") ? .allOrNothing : .eachPlace)
  }

  /// What of an order is read otherwise than it is written.
  func orderingNote(_ answers: GiftLetters, _ steps: Int) -> GiftProblem? {
    let head = orderingHead(answers)
    if let shown = head.shown, shown > 0, shown < steps {
      return GiftProblem(line: line, .allStepsShown, String(steps))
    }
    if head.words.contains(where: { $0.hasPrefix("REL") && $0 != "REL" || $0.hasPrefix("LONGEST") }) {
      return GiftProblem(line: line, .markedByPlace)
    }
    return nil
  }

  // MARK: Parts of an answer

  private func answer(_ letters: GiftLetters, _ weight: Double) throws(GiftProblem) -> GiftQuestion.Choice {
    let halves = letters.split(separator: 2, at: "#")
    let text = halves[0].formatted(inherited)
    if text.text.isEmpty { throw problem(letters, .emptyAnswer) }
    return GiftQuestion.Choice(text, weight: weight, feedback: halves.count > 1 ? feedback(halves[1]) : nil)
  }

  private func feedback(_ letters: GiftLetters) -> GiftText? {
    let text = letters.formatted(inherited)
    return text.text.isEmpty ? nil : text
  }

  /// `%50%`, `%-33.33333%` at the beginning; `nil` when there is no weight.
  private func weighted(_ letters: GiftLetters) throws(GiftProblem) -> (Double, GiftLetters)? {
    let letters = letters.trimmed
    guard let first = letters.first, first.is("%"),
      let end = letters.dropFirst().firstIndex(where: { $0.is("%") })
    else { return nil }
    let text = letters[(letters.startIndex + 1)..<end].text
    guard !text.isEmpty, text.utf8.allSatisfy({ "0123456789-.".utf8.contains($0) }), let percent = Double(text) else {
      return nil
    }
    guard (-100...100).contains(percent) else { throw problem(letters, .weight) }
    return ((percent * 10_000_000).rounded() / 10_000_000, letters[(end + 1)...])
  }

  private func problem(_ letters: GiftLetters, _ fault: QuestionFault, _ value: String = "") -> GiftProblem {
    GiftProblem(line: letters.trimmed.first?.line ?? letters.first?.line ?? line, fault, value)
  }
}

extension ArraySlice<GiftLetter> {
  /// At most `count` parts between an unescaped sign.
  func split(separator count: Int, at sign: Unicode.Scalar) -> [GiftLetters] {
    split(maxSplits: count - 1, omittingEmptySubsequences: false) { $0.is(sign) }
  }
}
