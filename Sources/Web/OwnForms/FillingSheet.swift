import Basics
import Forms
import Identification

/// One page of a filling as it is shown: its questions in the form's language, and what is wrong with the answers.
struct FillingSheet {
  let visit: Visit
  let file: FormFile
  let page: FormPage
  /// A code of the form's languages.
  let language: String
  private(set) var run: FormRun

  /// More choices than this are folded.
  private static let mostRadios = 12

  init(_ visit: Visit, _ file: FormFile, _ run: FormRun, _ page: FormPage, _ language: String) {
    self.visit = visit
    self.file = file
    self.run = run
    self.page = page
    self.language = language
  }

  static func field(_ node: Int) -> String { "q\(node)" }

  // MARK: What stood on the page

  /// What the page shows: each question and note by its index, and where choices are filtered which ones are offered.
  /// The form sends it along, so that saving it tells whether an answer brought something new.
  mutating func marks() throws -> [String] {
    var marks: [String] = []
    for node in page.nodes where run.form.nodes[node].kind != .group {
      guard run.form.nodes[node].choiceFilter != nil else {
        marks.append(String(node))
        continue
      }
      // FNV-1a: it tells lists apart, nothing more.
      let names = try run.choices(node, page.context).map(\.name).joined(separator: "\n")
      let sum = names.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
      marks.append("\(node).\(String(sum, radix: 36))")
    }
    return marks
  }

  static func node(_ mark: String) -> Int? { mark.split(separator: ".").first.flatMap { Int($0) } }

  /// Whether something stands on the page now that did not when it was sent: a question or note that an answer brought,
  /// or choices for one that is still open.
  mutating func hasMore(than sent: [String]) throws -> Bool {
    let known = Set(sent.compactMap(Self.node))
    for mark in try marks() where !sent.contains(mark) {
      guard let node = Self.node(mark), known.contains(node) else { return true }
      if run.value(node, page.context).isEmpty, try !run.choices(node, page.context).isEmpty { return true }
    }
    return false
  }

  // MARK: Problems

  /// What is wrong on the page.
  /// - Parameter isWhole: also what is missing on questions that were never on a saved page.
  mutating func problems(isWhole: Bool) throws -> [FieldProblem] {
    var problems: [FieldProblem] = []
    for node in page.nodes {
      guard let fault = try run.fault(node, page.context) else { continue }
      let slot = FormFilling.slot(run.form.nodes[node].name, page.context)
      if fault == .missing, !isWhole, file.answers.answers[slot] == nil { continue }
      problems.append(FieldProblem(Self.field(node), try phrase(fault, node)))
    }
    return problems
  }

  private mutating func phrase(_ fault: FormFault, _ index: Int) throws -> Phrase {
    let node = run.form.nodes[index]
    func own(_ text: FormText, _ key: String) throws -> Phrase {
      let said = try run.words(text, index, page.context, language)
      return said.isEmpty ? Phrase(key) : Phrase("error.form_says", ["text": said])
    }
    switch fault {
    case .missing: return try own(node.requiredMessage, "error.missing")
    case .constraint: return try own(node.constraintMessage, "error.form_constraint")
    case .notAChoice: return Phrase("error.choose")
    case .tooLong: return Phrase("error.too_long", ["most": "10000"])
    case .wrongType: break
    }
    switch node.kind {
    case .integer: return Phrase("error.form_integer")
    case .range(let from, let to, _): return Phrase("error.form_range", ["from": written(from), "to": written(to)])
    case .decimal: return Phrase("error.form_decimal")
    case .date: return Phrase("error.form_date")
    case .time: return Phrase("error.form_time")
    default: return Phrase("error.form_date_time")
    }
  }

  private func written(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
  }

  // MARK: Items

  /// The page's questions, notes and headings for the template.
  mutating func items(_ refusal: Refusal?, typed: Form?) throws -> [[String: Any]] {
    let sheet = FormSheet(words: visit.words, typed: try typed ?? stored(), refusal: refusal)
    if case .count(let node) = page.content {
      let label = try run.words(run.form.nodes[node].label, node, page.context, language)
      let hint = visit.words("forms.page.count_hint", ["most": String(FormFilling.mostRepeats)])
      let question = visit.words("forms.page.count", ["label": label.isEmpty ? run.form.nodes[node].name : label])
      return [
        [
          "field": sheet.text(
            "count", label: question, hint: hint, value: run.value(node, page.context), inputmode: "numeric")
        ]
      ]
    }
    var items: [[String: Any]] = []
    for node in page.nodes {
      let kind = run.form.nodes[node].kind
      let label = try run.words(run.form.nodes[node].label, node, page.context, language)
      if kind == .group {
        if !label.isEmpty { items.append(["heading": label]) }
      } else if kind == .note {
        let hint = try run.words(run.form.nodes[node].hint, node, page.context, language)
        items.append(["note": [label, hint].filter { !$0.isEmpty }.joined(separator: "\n")])
      } else {
        items.append(["field": try field(node, label.isEmpty ? run.form.nodes[node].name : label, sheet)])
      }
    }
    return items
  }

  /// What the page holds, as its form would send it.
  private mutating func stored() throws -> Form {
    var fields: [(name: String, value: String)] = []
    for node in page.nodes where run.form.nodes[node].isAsked {
      let slot = FormFilling.slot(run.form.nodes[node].name, page.context)
      let value = file.answers.answers[slot] ?? run.value(node, page.context)
      if case .many = run.form.nodes[node].kind {
        fields += value.split(separator: " ").map { (Self.field(node), String($0)) }
      } else if run.form.nodes[node].kind != .acknowledge || value == "OK" {
        fields.append((Self.field(node), value))
      }
    }
    return try Form(fields: fields)
  }

  private mutating func field(_ index: Int, _ label: String, _ sheet: FormSheet) throws -> FormSheet.Field {
    let node = run.form.nodes[index]
    let name = Self.field(index)
    let isOptional = try !run.isRequired(index, page.context)
    let said = try run.words(node.hint, index, page.context, language)
    let hint = said.isEmpty ? nil : said
    func input(_ type: String, _ hint: String?, inputmode: String? = nil) -> FormSheet.Field {
      sheet.text(name, label: label, hint: hint, type: type, optional: isOptional, inputmode: inputmode)
    }
    switch node.kind {
    case .integer: return input("text", hint, inputmode: "numeric")
    case .decimal: return input("text", hint, inputmode: "decimal")
    case .range(let from, let to, _):
      let range = visit.words("forms.page.range", ["from": written(from), "to": written(to)])
      return input("text", [hint, range].compactMap { $0 }.joined(separator: " "), inputmode: "decimal")
    case .date: return input("date", hint)
    case .time: return input("time", hint)
    case .dateTime: return input("datetime-local", hint)
    case .acknowledge: return sheet.tick(name, label: label, hint: hint, value: sheet.typed[name] != nil)
    case .one:
      var options = try options(index)
      if options.count > Self.mostRadios {
        return sheet.select(name, label: label, hint: hint, options: options, optional: isOptional)
      }
      // Without a script a button that was chosen can't be let go: there is one for none.
      if isOptional, !options.isEmpty { options.append(.init("", visit.words("forms.page.none"))) }
      return choices(sheet.choices(name, label: label, hint: hint, options: options, optional: isOptional), options)
    case .many:
      let options = try options(index)
      return choices(
        sheet.checks(
          name, label: label, hint: hint, options: options, values: Set(sheet.typed.all(name)), optional: isOptional),
        options)
    default: return sheet.area(name, label: label, hint: hint, rows: 2, optional: isOptional)
    }
  }

  /// A question whose choices rest on one that is not answered yet says so.
  private func choices(_ field: FormSheet.Field, _ options: [FormSheet.Option]) -> FormSheet.Field {
    guard options.isEmpty else { return field }
    var field = field
    let id = field["id"] as? String ?? ""
    field["hint"] = visit.words("forms.page.no_choices")
    field["describedBy"] = id + "-hint"
    return field
  }

  private mutating func options(_ index: Int) throws -> [FormSheet.Option] {
    let own = run.form.language
    return try run.choices(index, page.context).map { choice in
      let label = choice.label.text(code: language, or: own)
      return FormSheet.Option(choice.name, label.isEmpty ? choice.name : label)
    }
  }
}
