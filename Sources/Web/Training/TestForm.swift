import Basics
import Training

/// A test as a form: one field a question, and back.
struct TestForm {
  let questions: [GiftQuestion]
  let words: Words

  /// The questions' fields, in their order.
  func fields(_ sheet: FormSheet) -> [FormSheet.Field] {
    questions.enumerated().flatMap { index, question in
      // The whole question would be too long for the summary of what is missing.
      let isNewCase = question.caseText != nil && (index == 0 || questions[index - 1].caseText != question.caseText)
      return fields(question, index, sheet).enumerated().map { part, field in
        var field = field
        // A case stands once, above the first of its questions.
        if isNewCase, part == 0 { field["before"] = question.caseText?.shown }
        field["summary"] = words("training.test.question", ["number": String(index + 1)])
        return field
      }
    }
  }

  private func fields(_ question: GiftQuestion, _ index: Int, _ sheet: FormSheet) -> [FormSheet.Field] {
    guard let name = question.name else { return [] }
    let label = "\(index + 1). \(question.stem.shown)"
    switch question.body {
    case .trueFalse:
      return [
        sheet.choices(
          field(name), label: label,
          options: [
            .init("true", words("training.test.true")), .init("false", words("training.test.false")),
          ])
      ]
    case .choice(let isSingle, let choices):
      let options = choices.enumerated().map { FormSheet.Option(String($0), $1.text.shown) }
      return [
        isSingle
          ? sheet.choices(field(name), label: label, options: options)
          : sheet.checks(field(name), label: label, hint: "training.test.several", options: options)
      ]
    case .short: return [sheet.text(field(name), label: label)]
    case .numeric: return [sheet.text(field(name), label: label, inputmode: "decimal")]
    case .matching(let pairs):
      // In the order of the alphabet: the file's order would give the answer away.
      let options = question.rightSides.map { FormSheet.Option($0, $0) }
      let asked = pairs.enumerated().filter { !$1.left.text.isEmpty }
      return asked.enumerated().map { number, pair in
        sheet.select(
          "\(field(name)).\(pair.offset)",
          label: number == 0
            ? label + " — " + pair.element.left.shown
            : pair.element.left.shown, options: options)
      }
    case .ordering(let steps, _):
      // In the order of the alphabet, as with pairs.
      let places = steps.indices.map {
        FormSheet.Option(String($0), words("training.test.place", ["number": String($0 + 1)]))
      }
      return question.shownSteps.enumerated().map { number, step in
        let text = steps[step].shown
        return sheet.select(
          "\(field(name)).\(step)",
          label: number == 0 ? label + " — " + words("training.test.order") + " " + text : text, options: places)
      }
    case .description, .essay: return []
    }
  }

  /// What was answered; questions without an answer are left out.
  func responses(_ form: Form) -> [String: QuestionResponse] {
    questions.reduce(into: [:]) { responses, question in
      guard let name = question.name else { return }
      let typed = form[field(name)] ?? ""
      switch question.body {
      case .trueFalse: if ["true", "false"].contains(typed) { responses[name] = .trueFalse(typed == "true") }
      case .choice:
        let places = Set(form.all(field(name)).compactMap { Int($0) })
        if !places.isEmpty { responses[name] = .chosen(places) }
      case .short, .numeric: if !typed.isEmpty { responses[name] = .text(typed) }
      case .matching(let pairs):
        let given = pairs.indices.reduce(into: [Int: String]()) { given, index in
          if let right = form["\(field(name)).\(index)"], !right.isEmpty { given[index] = right }
        }
        if !given.isEmpty { responses[name] = .pairs(given) }
      case .ordering(let steps, _):
        let given = steps.indices.reduce(into: [Int: Int]()) { given, step in
          if let place = form["\(field(name)).\(step)"].flatMap({ Int($0) }), steps.indices.contains(place) {
            given[step] = place
          }
        }
        if !given.isEmpty { responses[name] = .order(given) }
      case .description, .essay: break
      }
    }
  }

  /// Where a question's first field stands, to name one that has no answer.
  func firstField(_ question: GiftQuestion) -> String {
    guard let name = question.name else { return "" }
    switch question.body {
    case .matching(let pairs): return "\(field(name)).\(pairs.firstIndex { !$0.left.text.isEmpty } ?? 0)"
    case .ordering: return "\(field(name)).\(question.shownSteps.first ?? 0)"
    default: return field(name)
    }
  }

  /// The right answers in words, each with what the question says to it.
  func solution(_ question: GiftQuestion) -> [[String: Any]] {
    let answers: [(text: String, why: GiftText?)] =
      switch question.body {
      case .trueFalse(let isTrue, _, let ifRight):
        [(words(isTrue ? "training.test.true" : "training.test.false"), ifRight)]
      case .choice(_, let choices): choices.filter { $0.weight > 0 }.map { ($0.text.shown, $0.feedback) }
      case .short(let choices): choices.filter { $0.weight == 100 }.prefix(1).map { ($0.text.shown, $0.feedback) }
      case .numeric(let numbers, _):
        numbers.filter { $0.weight == 100 }.prefix(1).map { (text($0.target), $0.feedback) }
      case .matching(let pairs):
        pairs.filter { !$0.left.text.isEmpty }.map { ("\($0.left.shown) → \($0.right)", nil) }
      case .ordering(let steps, _): steps.enumerated().map { ("\($0 + 1). \($1.shown)", nil) }
      case .description, .essay: []
      }
    return answers.map { answer in
      var view: [String: Any] = ["text": answer.text]
      view["why"] = answer.why?.shown
      return view
    }
  }

  private func text(_ target: GiftQuestion.NumericAnswer.Target) -> String {
    switch target {
    case .value(let value, _): Figures.plain(value)
    case .range(let low, let high): Figures.plain(low) + "–" + Figures.plain(high)
    case .any: "*"
    }
  }

  private func field(_ name: String) -> String { "q." + name }
}

/// Numbers as people read them.
enum Figures {
  /// A share of 1 in whole percent.
  static func percent(_ share: Double?, _ words: Words) -> String {
    share.map { words("training.percent", ["number": String(Int(($0 * 100).rounded()))]) } ?? "–"
  }

  static func plain(_ value: Double) -> String {
    value.rounded() == value && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }

  static func decimal(_ value: Double?, _ words: Words) -> String {
    guard let value else { return "–" }
    let text = String(abs((value * 100).rounded() / 100))
    return (value < 0 ? "−" : "") + text.replacing(".", with: words("training.decimal_sign"))
  }
}
