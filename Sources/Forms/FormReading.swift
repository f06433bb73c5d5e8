import Basics
import Foundation

/// Reads the sheets of an XLSForm into a form.
struct FormReading {
  private let sheets: FormSheets
  var form = XLSForm()
  private var isDuplicateAllowed = false
  private var settings: FormTable.Line?

  private static let mostGaps = 500
  private static let mostDepth = 20

  init(_ sheets: FormSheets) { self.sheets = sheets }

  mutating func read() throws(FormProblem) {
    guard let survey = sheets.sheets["survey"], !survey.isEmpty else {
      throw FormProblem(es: "falta la hoja survey", en: "the sheet survey is missing")
    }
    for name in sheets.others {
      gap(FormPlace(sheet: name), es: "esta hoja no se lee", en: "this sheet is not read")
    }
    let table = try FormTable(survey, sheet: "survey")
    let choices = try FormTable(sheets.sheets["choices"] ?? [], sheet: "choices")
    let settings = try FormTable(sheets.sheets["settings"] ?? [], sheet: "settings")
    readSettings(settings)
    readLanguages([table, choices])
    try readChoices(choices)
    try readSurvey(table)
  }

  mutating func gap(_ place: FormPlace, es: String, en: String) {
    guard form.gaps.count < Self.mostGaps else {
      if form.gaps.count == Self.mostGaps {
        form.gaps.append(FormGap(FormPlace(), es: "y otras cosas más", en: "and further things"))
      }
      return
    }
    form.gaps.append(FormGap(place, es: es, en: en))
  }

  // MARK: Settings and languages

  private mutating func readSettings(_ table: FormTable) {
    settings = table.lines.first
    form.title = settings?["form_title"] ?? ""
    form.id = settings?["form_id"] ?? ""
    form.version = settings?["version"] ?? ""
    form.language = settings.map { FormTable.code($0["default_language"]) } ?? ""
    isDuplicateAllowed = settings.map { ["yes", "true"].contains($0["allow_choice_duplicates"].lowercased()) } ?? false
    if form.title.isEmpty { form.title = form.id }
    let known: Set<String> = ["form_title", "form_id", "version", "default_language", "allow_choice_duplicates"]
    if let settings { columns(settings, known) }
    for line in table.lines.dropFirst() {
      gap(line.place(), es: "solo se lee la primera fila", en: "only the first row is read")
    }
  }

  private mutating func readLanguages(_ tables: [FormTable]) {
    for heading in tables.flatMap({ $0.headings.sorted { $0.key < $1.key }.map(\.value) })
    where ["label", "hint", "constraint_message", "required_message"].contains(heading.name) {
      guard let name = heading.language else { continue }
      let code = FormTable.code(name)
      if !form.languages.contains(where: { $0.code == code }) { form.languages.append(.init(code: code, name: name)) }
    }
    if form.language.isEmpty || !form.languages.contains(where: { $0.code == form.language }) {
      form.language = form.languages.first?.code ?? ""
    }
  }

  /// Lists the columns of a line that are not carried out.
  private mutating func columns(_ line: FormTable.Line, _ known: Set<String>) {
    for (heading, value) in line.headings.sorted(by: { $0.key.written < $1.key.written })
    where !known.contains(heading.name) {
      let value = value.prefix(40)
      gap(
        line.place(heading.written), es: "no se aplica: “\(value)”", en: "not carried out: “\(value)”")
    }
  }

  // MARK: Choices

  private mutating func readChoices(_ table: FormTable) throws(FormProblem) {
    let media: Set<String> = ["media", "image", "audio", "video", "big-image"]
    for line in table.lines {
      let list = line["list_name"]
      let name = line["name"].isEmpty ? line["value"] : line["name"]
      guard !list.isEmpty else {
        throw FormProblem(line.place(), es: "falta list_name", en: "list_name is missing")
      }
      guard !name.isEmpty else { throw FormProblem(line.place(), es: "falta name", en: "name is missing") }
      guard isDuplicateAllowed || form.lists[list]?.contains(where: { $0.name == name }) != true else {
        throw FormProblem(
          line.place(), es: "“\(name)” está dos veces en la lista \(list)",
          en: "“\(name)” stands twice in the list \(list)")
      }
      var columns: [String: String] = [:]
      for (heading, value) in line.headings where heading.language == nil { columns[heading.written] = value }
      columns["name"] = name
      for (heading, value) in line.headings where media.contains(heading.name) {
        gap(
          line.place(heading.written), es: "no se muestra: “\(value.prefix(40))”",
          en: "not shown: “\(value.prefix(40))”")
      }
      form.lists[list, default: []].append(.init(name: name, label: line.text("label"), columns: columns))
    }
  }

  // MARK: Survey

  private static let surveyColumns: Set<String> = [
    "type", "name", "label", "hint", "relevant", "constraint", "constraint_message", "required", "required_message",
    "calculation", "choice_filter", "repeat_count", "default", "parameters", "disabled",
  ]

  private mutating func readSurvey(_ table: FormTable) throws(FormProblem) {
    let first = sheets.sheets["survey"]?.first?.number ?? 1
    for column in ["type", "name"] where !table.headings.values.contains(where: { $0.name == column }) {
      throw FormProblem(
        FormPlace(sheet: "survey", row: first), es: "falta la columna \(column)", en: "the column \(column) is missing")
    }
    var open: [Int] = []
    for line in table.lines {
      if ["yes", "true"].contains(line["disabled"].lowercased()) {
        gap(line.place("disabled"), es: "la fila está desactivada", en: "the row is disabled")
        continue
      }
      let type = line["type"]
      guard !type.isEmpty else { throw FormProblem(line.place(), es: "falta type", en: "type is missing") }
      let reading = FormType(type)
      if case .closes(let isRepeat) = reading.part {
        guard let last = open.popLast() else {
          throw FormProblem(line.place(), es: "“\(type)” sin su comienzo", en: "“\(type)” without its beginning")
        }
        guard (form.nodes[last].kind == .repetition) == isRepeat else {
          throw FormProblem(
            line.place(), es: "“\(type)” no cierra lo que abre la fila \(form.nodes[last].row)",
            en: "“\(type)” does not close what row \(form.nodes[last].row) opens")
        }
        form.nodes[last].end = form.nodes.count
        continue
      }
      let node = try node(line, reading, open)
      form.nodes.append(node)
      if node.kind == .group || node.kind == .repetition {
        guard open.count < Self.mostDepth else {
          throw FormProblem(line.place(), es: "hay demasiados grupos anidados", en: "groups are nested too deeply")
        }
        open.append(form.nodes.count - 1)
      }
    }
    if let last = open.last {
      throw FormProblem(
        FormPlace(sheet: "survey", row: form.nodes[last].row), es: "“\(form.nodes[last].name)” no se cierra",
        en: "“\(form.nodes[last].name)” is not closed")
    }
    guard !form.nodes.isEmpty else {
      throw FormProblem(FormPlace(sheet: "survey"), es: "no hay preguntas", en: "there are no questions")
    }
    try checkNames()
  }

  private mutating func node(_ line: FormTable.Line, _ type: FormType, _ open: [Int]) throws(FormProblem)
    -> XLSForm.Node
  {
    var name = line["name"]
    if name.isEmpty, [.note, .group].contains(type.kind) { name = "_row_\(line.number)" }
    guard FormName.isValid(name) else {
      throw FormProblem(
        line.place(), es: name.isEmpty ? "falta name" : "“\(name)” no sirve de nombre",
        en: name.isEmpty ? "name is missing" : "“\(name)” can't be a name")
    }
    if let other = form.places[name] {
      throw FormProblem(
        line.place(), es: "el nombre “\(name)” está ya en la fila \(form.nodes[other].row)",
        en: "the name “\(name)” stands already in row \(form.nodes[other].row)")
    }
    form.places[name] = form.nodes.count
    var node = XLSForm.Node(kind: type.kind, name: name, row: line.number)
    node.end = form.nodes.count + 1
    node.parent = open.last
    node.repeats = open.filter { form.nodes[$0].kind == .repetition }
    if node.kind == .repetition, node.repeats.count >= 2 {
      throw FormProblem(
        line.place(), es: "las repeticiones se anidan más de dos veces", en: "repeats are nested more than twice")
    }
    if let remark = type.remark {
      gap(line.place(), es: remark.es, en: remark.en)
    }
    node.label = line.text("label")
    node.hint = line.text("hint")
    node.constraintMessage = line.text("constraint_message")
    node.requiredMessage = line.text("required_message")
    node.relevant = try rule(line, "relevant")
    node.constraint = try rule(line, "constraint", mayBeOwn: true)
    node.calculation = try rule(line, "calculation")
    node.choiceFilter = try rule(line, "choice_filter", isFilter: true)
    node.repeatCount = try rule(line, "repeat_count")
    let required = line["required"].lowercased()
    if ["yes", "true", "1"].contains(required) {
      node.required = .init(written: line["required"], expression: .call(.isTrue, []))
    } else if !["no", "false", "0"].contains(required) {
      node.required = try rule(line, "required")
    }
    node.initial = line["default"]
    if node.initial.contains("${") || node.initial.contains("(") {
      gap(line.place("default"), es: "solo se aplica un texto fijo", en: "only a fixed text is carried out")
      node.initial = ""
    }
    if case .range = node.kind {
      node.kind = try range(line)
    } else if !line["parameters"].isEmpty {
      gap(line.place("parameters"), es: "no se aplica", en: "not carried out")
    }
    if let list = node.list { try checkList(list, node, line) }
    columns(line, Self.surveyColumns)
    return node
  }

  private func checkList(_ list: String, _ node: XLSForm.Node, _ line: FormTable.Line) throws(FormProblem) {
    guard let choices = form.lists[list] else {
      throw FormProblem(
        line.place(), es: "no existe la lista “\(list)” en choices", en: "there is no list “\(list)” in choices")
    }
    if case .many = node.kind, let wrong = choices.first(where: { $0.name.contains(where: \.isWhitespace) }) {
      throw FormProblem(
        line.place(), es: "“\(wrong.name)” de la lista \(list) no puede llevar espacio en una selección múltiple",
        en: "“\(wrong.name)” of the list \(list) can't hold a space in a multiple selection")
    }
  }

  private func range(_ line: FormTable.Line) throws(FormProblem) -> XLSForm.Node.Kind {
    var numbers = ["start": 0.0, "end": 10.0, "step": 1.0]
    for part in line["parameters"].split(whereSeparator: { $0 == " " || $0 == "," || $0 == ";" }) {
      let pair = part.split(separator: "=").map(String.init)
      guard pair.count == 2, numbers[pair[0]] != nil, let number = Double(pair[1]), number.isFinite else {
        throw FormProblem(
          line.place("parameters"), es: "se esperaba start=0 end=10 step=1", en: "start=0 end=10 step=1 was expected")
      }
      numbers[pair[0]] = number
    }
    let (start, end, step) = (numbers["start"] ?? 0, numbers["end"] ?? 10, numbers["step"] ?? 1)
    guard start < end, step > 0 else {
      throw FormProblem(line.place("parameters"), es: "el rango está vacío", en: "the range is empty")
    }
    return .range(from: start, to: end, step: step)
  }

  private mutating func rule(
    _ line: FormTable.Line, _ column: String, mayBeOwn: Bool = false, isFilter: Bool = false
  ) throws(FormProblem) -> XLSForm.Rule? {
    let written = line[column]
    guard !written.isEmpty else { return nil }
    do throws(ExpressionProblem) {
      let expression = try ExpressionParser.expression(written, isFilter: isFilter)
      if !mayBeOwn, expression.holdsOwn { throw ExpressionProblem.notSupported("“.”") }
      return .init(written: written, expression: expression)
    } catch {
      switch error {
      case .malformed(let es, let en, let letter):
        throw FormProblem(line.place(column), es: "letra \(letter): \(es)", en: "letter \(letter): \(en)")
      case .notSupported(let what):
        gap(
          line.place(column), es: "no se aplica, porque usa \(what.replacing("a path", with: "una ruta"))",
          en: "not carried out, because it uses \(what)")
        return nil
      }
    }
  }

  // MARK: Names

  private mutating func checkNames() throws(FormProblem) {
    for node in form.nodes {
      let rules = [
        ("relevant", node.relevant), ("constraint", node.constraint), ("calculation", node.calculation),
        ("choice_filter", node.choiceFilter), ("repeat_count", node.repeatCount), ("required", node.required),
      ]
      var named = rules.flatMap { column, rule in (rule?.expression.names ?? []).map { (column, $0) } }
      for (column, text) in [("label", node.label), ("hint", node.hint)] {
        named += text.texts.values.flatMap { FormText.names(in: $0).map { (column, $0) } }
      }
      for (column, name) in named {
        let place = FormPlace(sheet: "survey", row: node.row, column: column)
        guard let other = form.places[name] else {
          throw FormProblem(place, es: "no existe “\(name)”", en: "there is no “\(name)”")
        }
        if case .notSupported = form.nodes[other].kind {
          gap(place, es: "“\(name)” siempre está vacío aquí", en: "“\(name)” is always empty here")
        }
      }
    }
  }
}

extension FormText {
  /// The names that a label puts in: `Edad de ${nombre}`.
  static func names(in text: String) -> [String] {
    text.matches(of: /\$\{\s*([^}\s]*)\s*\}/).map { String($0.1) }
  }
}

extension FormExpression {
  /// Whether it speaks of the value being checked.
  var holdsOwn: Bool {
    switch self {
    case .own: true
    case .call(let function, let inputs):
      inputs.contains(where: \.holdsOwn)
        || inputs.isEmpty && [.number, .string, .stringLength, .normalizeSpace].contains(function)
    case .negative(let value): value.holdsOwn
    case .chain(let first, let links): first.holdsOwn || links.contains { $0.value.holdsOwn }
    case .text, .number, .answer, .column: false
    }
  }
}
