import Basics

/// A form with its answers, computed: what is asked, what each question holds, what is wrong.
///
///     let run = try FormRun(form, filling, today: day)
///     run.value("assessment")
///
/// Pure and bounded: a form that would compute too long throws `FormTooLarge`.
public struct FormRun {
  public let form: XLSForm
  public let filling: FormFilling
  let today: CalendarDay
  /// For each node, in which repetitions it is present, and what it holds there. Absent: skipped.
  private(set) var contexts: [[[Int]]]
  private var values: [[[Int]: String]]
  var work = 0

  private static let mostCells = 20_000
  static let mostWork = 3_000_000
  /// Longer texts are cut: a calculation must not grow without end.
  static let mostLetters = 10_000

  public init(_ form: XLSForm, _ filling: FormFilling, today: CalendarDay) throws(FormTooLarge) {
    self.form = form
    self.filling = filling
    self.today = today
    contexts = Array(repeating: [], count: form.nodes.count)
    values = Array(repeating: [:], count: form.nodes.count)
    var cells = 0
    for index in form.order {
      for context in candidates(index) {
        if let relevant = form.nodes[index].relevant {
          guard try evaluate(relevant.expression, index, context).truth else { continue }
        }
        cells += 1
        guard cells <= Self.mostCells else { throw FormTooLarge() }
        contexts[index].append(context)
        values[index][context] = try compute(index, context)
      }
    }
  }

  /// Where a node could stand, given where its parent is present.
  private func candidates(_ index: Int) -> [[Int]] {
    guard let parent = form.nodes[index].parent else { return [[]] }
    guard form.nodes[parent].kind == .repetition else { return contexts[parent] }
    return contexts[parent].flatMap { context in
      (0..<(Int(values[parent][context] ?? "") ?? 0)).map { context + [$0 + 1] }
    }
  }

  private mutating func compute(_ index: Int, _ context: [Int]) throws(FormTooLarge) -> String {
    let node = form.nodes[index]
    let slot = FormFilling.slot(node.name, context)
    if node.kind == .repetition {
      var count = Double(filling.counts[slot] ?? 1)
      if let rule = node.repeatCount { count = try evaluate(rule.expression, index, context).number }
      return String(Int(count.isNaN ? 0 : min(max(count, 0), Double(FormFilling.mostRepeats))))
    }
    if let calculation = node.calculation {
      let value = try evaluate(calculation.expression, index, context)
      if case .number(let number) = value, number.isNaN { return "" }
      return value.text
    }
    switch node.kind {
    case .start: return filling.begun
    case .end: return filling.saved
    case .today: return String(filling.begun.prefix(10))
    case .hidden, .calculate: return node.initial
    case .group, .repetition, .note, .notSupported: return ""
    case .one, .many:
      let answer = filling.answers[slot] ?? node.initial
      if answer.isEmpty { return "" }
      // What is no longer offered, because an earlier answer changed, is no longer chosen.
      let offered = Set(try choices(index, context).map(\.name))
      if case .one = node.kind { return offered.contains(answer) ? answer : "" }
      return answer.split(separator: " ").map(String.init).filter(offered.contains).joined(separator: " ")
    default: return String((filling.answers[slot] ?? node.initial).prefix(Self.mostLetters))
    }
  }

  // MARK: Looking up

  public func isPresent(_ index: Int, _ context: [Int]) -> Bool { values[index][context] != nil }

  /// What a node holds; empty when it is skipped.
  public func value(_ index: Int, _ context: [Int]) -> String { values[index][context] ?? "" }

  /// What the node of a name holds, outside of repetitions.
  public func value(_ name: String) -> String { form.places[name].map { value($0, []) } ?? "" }

  /// Whether the node of a name is asked or shown, outside of repetitions.
  public func isPresent(_ name: String) -> Bool { form.places[name].map { isPresent($0, []) } ?? false }

  /// Everything that holds something, by slot, for handing on.
  public var all: [String: String] {
    var all: [String: String] = [:]
    for index in form.nodes.indices where ![.group, .repetition, .note].contains(form.nodes[index].kind) {
      for context in contexts[index] {
        let value = value(index, context)
        if !value.isEmpty { all[FormFilling.slot(form.nodes[index].name, context)] = value }
      }
    }
    return all
  }

  /// What `${name}` means at a place: the same repetition as far as both stand in it, all further ones beyond.
  mutating func found(_ name: String, _ index: Int, _ context: [Int]) throws(FormTooLarge) -> [String] {
    guard let target = form.places[name] else { return [] }
    let own = form.nodes[index].repeats + (form.nodes[index].kind == .repetition ? [index] : [])
    let shared = min(zip(own, form.nodes[target].repeats).prefix { $0 == $1 }.count, context.count)
    if shared == form.nodes[target].repeats.count {
      return values[target][Array(context.prefix(shared))].map { [$0] } ?? []
    }
    work += contexts[target].count
    guard work < Self.mostWork else { throw FormTooLarge() }
    return contexts[target].filter { $0.prefix(shared) == context.prefix(shared) }.map { values[target][$0] ?? "" }
  }

  /// The choices that are offered.
  public mutating func choices(_ index: Int, _ context: [Int]) throws(FormTooLarge) -> [XLSForm.Choice] {
    let node = form.nodes[index]
    let all = node.list.flatMap { form.lists[$0] } ?? []
    guard let filter = node.choiceFilter else { return all }
    var kept: [XLSForm.Choice] = []
    for choice in all where try evaluate(filter.expression, index, context, choice: choice).truth {
      kept.append(choice)
    }
    return kept
  }

  // MARK: Checking

  /// What is wrong with the answer that a question holds now; `nil` when it can stay.
  public mutating func fault(_ index: Int, _ context: [Int]) throws(FormTooLarge) -> FormFault? {
    let node = form.nodes[index]
    guard isPresent(index, context), node.isAsked else { return nil }
    let slot = FormFilling.slot(node.name, context)
    let written = filling.answers[slot] ?? node.initial
    if written.count > Self.mostLetters { return .tooLong }
    let value = value(index, context)
    if value.isEmpty {
      if !written.isEmpty { return .notAChoice }
      if let required = node.required, try evaluate(required.expression, index, context).truth { return .missing }
      return nil
    }
    if value.split(separator: " ").count != written.split(separator: " ").count, node.list != nil { return .notAChoice }
    guard node.kind.accepts(value) else { return .wrongType }
    if let constraint = node.constraint,
      try !evaluate(constraint.expression, index, context, own: value).truth
    {
      return .constraint
    }
    return nil
  }

  /// Every wrong answer, in order.
  public mutating func faults() throws(FormTooLarge) -> [(index: Int, context: [Int], fault: FormFault)] {
    var all: [(index: Int, context: [Int], fault: FormFault)] = []
    for index in form.nodes.indices {
      for context in contexts[index] {
        if let fault = try fault(index, context) { all.append((index, context, fault)) }
      }
    }
    return all
  }
}

extension XLSForm.Node.Kind {
  /// Whether an answer is of this type.
  func accepts(_ value: String) -> Bool {
    let number = FormValue.number(value)
    switch self {
    case .integer: return value.utf8.count <= 18 && Int(value) != nil && !value.hasPrefix("+")
    case .decimal: return !number.isNaN && CalendarDay(String(value.prefix(10))) == nil
    case .range(let from, let to, let step):
      let steps = (number - from) / step
      return number >= from && number <= to && abs(steps - steps.rounded()) < 1e-6
    case .date: return CalendarDay(value) != nil
    case .time: return Self.isTime(value)
    case .dateTime:
      return CalendarDay(String(value.prefix(10))) != nil && value.dropFirst(10).first == "T"
        && Self.isTime(String(value.dropFirst(11)))
    case .acknowledge: return value == "OK"
    default: return true
    }
  }

  private static func isTime(_ text: String) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), parts.allSatisfy({ $0.count == 2 && Int($0) != nil && Int($0) ?? -1 >= 0 })
    else { return false }
    return Int(parts[0]) ?? 99 < 24 && parts.dropFirst().allSatisfy { Int($0) ?? 99 < 60 }
  }
}
