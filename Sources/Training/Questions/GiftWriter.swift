import Foundation

/// Writes GIFT that every importer reads: every sign escaped, one answer a line.
public enum GiftWriter {
  /// The questions of a file, each below its comments.
  public static func write(_ file: GiftFile) -> String { write(file.questions, comments: file.comments) }

  /// Questions without a category after one with a category inherit it: the format has no way back.
  ///
  /// - Parameter comments: the lines above each question, and, last, those after all.
  public static func write(_ questions: [GiftQuestion], comments: [[String]] = []) -> String {
    var (text, category) = ("", String?.none)
    func remark(_ index: Int) {
      guard comments.indices.contains(index) else { return }
      for line in comments[index] { text += line + "\n" }
    }
    for (index, question) in questions.enumerated() {
      remark(index)
      if let path = question.category, path != category {
        text += "$CATEGORY: \(path)\n\n"
        category = path
      }
      text += write(question) + "\n\n"
    }
    let last = text.count
    remark(questions.count)
    return text.isEmpty || text.count > last ? text : String(text.dropLast())
  }

  private static func write(_ question: GiftQuestion) -> String {
    let inherited = question.stem.format
    let name = question.name.map { "::\(escaped($0))::" } ?? ""
    let stem = name + text(question.stem, .moodle, marked: question.stem.text.hasPrefix("//"))
    let general = question.generalFeedback.map { "####" + text($0, inherited) }
    let answers: [String]
    switch question.body {
    case .description: return stem
    case .essay: return stem + "{" + (general ?? "") + "}"
    case .trueFalse(let isTrue, let ifWrong, let ifRight):
      var line = isTrue ? "TRUE" : "FALSE"
      if ifWrong != nil || ifRight != nil { line += "#" + (ifWrong.map { text($0, inherited) } ?? "") }
      if let ifRight { line += "#" + text(ifRight, inherited) }
      return stem + "{" + line + (general ?? "") + "}"
    case .choice(let isSingle, let choices):
      // Without one “~” it would be a question of short answers.
      let onlyRight = isSingle && choices.allSatisfy { $0.weight == 100 }
      answers = choices.indices.map { choice(choices[$0], isSingle && !(onlyRight && $0 > 0), inherited) }
    case .short(let choices): answers = choices.map { short($0, alone: choices.count == 1, inherited) }
    case .numeric(let numbers, let ifWrong):
      answers = numbers.map { numeric($0, inherited) } + (ifWrong.map { ["~#" + text($0, inherited)] } ?? [])
      return stem + "{#\n" + (answers + (general.map { [$0] } ?? [])).map { "\t\($0)\n" }.joined() + "}"
    case .matching(let pairs):
      answers = pairs.map { "=" + text($0.left, inherited) + " -> " + escaped($0.right) }
    case .ordering(let steps, let mark):
      answers = steps.map { text($0, inherited, marked: $0.text.hasPrefix("//")) }
      return stem + "{>\(steps.count) ALL VERTICAL \(mark.rawValue)\n"
        + (answers + (general.map { [$0] } ?? [])).map { "\t\($0)\n" }.joined() + "}"
    }
    return stem + "{\n" + (answers + (general.map { [$0] } ?? [])).map { "\t\($0)\n" }.joined() + "}"
  }

  private static func choice(_ choice: GiftQuestion.Choice, _ isSingle: Bool, _ inherited: GiftFormat) -> String {
    let body = text(choice.text, inherited)
    var line = "~"
    if isSingle, choice.weight == 100 {
      line = "="
    } else if choice.weight != 0 || body.hasPrefix("%") {
      line += "%\(decimal(choice.weight))%"
    }
    return line + body + feedback(choice.feedback, inherited)
  }

  private static func short(_ choice: GiftQuestion.Choice, alone: Bool, _ inherited: GiftFormat) -> String {
    let body = text(choice.text, inherited) + feedback(choice.feedback, inherited)
    // “=” together with “->” would make it a matching question.
    let isArrow = alone && body.contains("->")
    let needsWeight = choice.weight != 100 || body.hasPrefix("%") || isArrow
    return (isArrow ? "" : "=") + (needsWeight ? "%\(decimal(choice.weight))%" : "") + body
  }

  private static func numeric(_ answer: GiftQuestion.NumericAnswer, _ inherited: GiftFormat) -> String {
    let target =
      switch answer.target {
      case .any: "*"
      case .range(let low, let high): "\(number(low))..\(number(high))"
      case .value(let value, let tolerance): "\(number(value)):\(number(tolerance))"
      }
    let weight = answer.weight == 100 ? "" : "%\(decimal(answer.weight))%"
    return "=" + weight + target + feedback(answer.feedback, inherited)
  }

  private static func feedback(_ feedback: GiftText?, _ inherited: GiftFormat) -> String {
    feedback.map { "#" + text($0, inherited) } ?? ""
  }

  /// - Parameter marked: whether the format is written even where it would be inherited.
  private static func text(_ value: GiftText, _ inherited: GiftFormat, marked: Bool = false) -> String {
    let looksMarked = GiftFormat.allCases.contains { value.text.lowercased().hasPrefix("[\($0.rawValue)]") }
    let isMarked = marked || looksMarked || value.format != inherited
    return (isMarked ? "[\(value.format.rawValue)]" : "") + escaped(value.text)
  }

  private static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "\n" {
        result.append(contentsOf: "\\n".unicodeScalars)
      } else {
        if ":#={}~\\".unicodeScalars.contains(scalar) { result.append("\\") }
        result.append(scalar)
      }
    }
    return String(result)
  }

  /// At most seven decimals, none that is not needed.
  private static func decimal(_ value: Double) -> String {
    var text = String(format: "%.7f", value)
    while text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  private static func number(_ value: Double) -> String {
    value.rounded() == value && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
  }
}
