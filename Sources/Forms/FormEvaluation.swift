import Basics
import Foundation

extension FormRun {
  /// Carries an expression out at a node.
  /// - Parameters:
  ///   - own: what `.` stands for.
  ///   - choice: in a choice filter, the choice that is looked at.
  mutating func evaluate(
    _ expression: FormExpression, _ index: Int, _ context: [Int], own: String = "", choice: XLSForm.Choice? = nil
  ) throws(FormTooLarge) -> FormValue {
    work += 1
    guard work < Self.mostWork else { throw FormTooLarge() }
    switch expression {
    case .text(let text): return .text(text)
    case .number(let number): return .number(number)
    case .own: return .text(own)
    case .column(let name): return .text(choice?.columns[name] ?? "")
    case .answer(let name): return .text(try found(name, index, context).first ?? "")
    case .negative(let value): return .number(-(try evaluate(value, index, context, own: own, choice: choice).number))
    case .chain(let first, let links):
      var value = try evaluate(first, index, context, own: own, choice: choice)
      for link in links {
        // What is settled already is not computed further.
        if link.sign == .and, !value.truth { return .truth(false) }
        if link.sign == .or, value.truth { return .truth(true) }
        value = Self.joined(value, link.sign, try evaluate(link.value, index, context, own: own, choice: choice))
      }
      return value
    case .call(let function, let inputs):
      if function == .condition {
        let test = try evaluate(inputs[0], index, context, own: own, choice: choice).truth
        return try evaluate(inputs[test ? 1 : 2], index, context, own: own, choice: choice)
      }
      var given: [FormValue] = []
      for input in inputs {
        if case .answer(let name) = input, [.count, .sum, .min, .max, .concat].contains(function) {
          given += try all(name, function, index, context)
        } else {
          given.append(try evaluate(input, index, context, own: own, choice: choice))
        }
      }
      let value = Self.called(function, given, own: own, today: today, now: filling.saved)
      if case .text(let text) = value {
        work += text.utf8.count / 64
        if text.utf8.count > Self.mostLetters { return .text(String(text.prefix(Self.mostLetters))) }
      }
      return value
    }
  }

  /// All instances a name stands for. A repetition counts as often as it is filled in.
  private mutating func all(_ name: String, _ function: FormFunction, _ index: Int, _ context: [Int])
    throws(FormTooLarge) -> [FormValue]
  {
    let values = try found(name, index, context)
    guard function == .count, form.node(name)?.kind == .repetition else {
      return values.filter { function == .concat || !$0.isEmpty }.map(FormValue.text)
    }
    return Array(repeating: .text(""), count: values.reduce(0) { $0 + (Int($1) ?? 0) })
  }

  static func joined(_ one: FormValue, _ sign: FormExpression.Sign, _ other: FormValue) -> FormValue {
    switch sign {
    case .or: .truth(one.truth || other.truth)
    case .and: .truth(one.truth && other.truth)
    case .equal: .truth(isEqual(one, other))
    case .notEqual: .truth(isNaNComparison(one, other) || !isEqual(one, other))
    case .less: .truth(one.number < other.number)
    case .lessOrEqual: .truth(one.number <= other.number)
    case .more: .truth(one.number > other.number)
    case .moreOrEqual: .truth(one.number >= other.number)
    case .plus: .number(one.number + other.number)
    case .minus: .number(one.number - other.number)
    case .times: .number(one.number * other.number)
    case .div: .number(one.number / other.number)
    case .mod: .number(one.number.truncatingRemainder(dividingBy: other.number))
    }
  }

  private static func isNaNComparison(_ one: FormValue, _ other: FormValue) -> Bool {
    if case .number(let number) = one, number.isNaN { return true }
    if case .number(let number) = other, number.isNaN { return true }
    return false
  }

  /// XPath 1.0 §3.4: truths before numbers before texts.
  private static func isEqual(_ one: FormValue, _ other: FormValue) -> Bool {
    switch (one, other) {
    case (.truth, _), (_, .truth): one.truth == other.truth
    case (.number, _), (_, .number): one.number == other.number
    case (.text(let one), .text(let other)): one == other
    }
  }

  static func called(_ function: FormFunction, _ given: [FormValue], own: String, today: CalendarDay, now: String)
    -> FormValue
  {
    func text(_ index: Int) -> String { given.indices.contains(index) ? given[index].text : own }
    func number(_ index: Int) -> Double { given.indices.contains(index) ? given[index].number : FormValue.number(own) }
    func words(_ index: Int) -> [String] { text(index).split(separator: " ").map(String.init) }
    let numbers = given.map(\.number)
    switch function {
    case .selected: return .truth(words(0).contains(text(1).trimmingCharacters(in: .whitespaces)))
    case .countSelected: return .number(Double(words(0).count))
    case .selectedAt:
      let (all, place) = (words(0), number(1))
      return .text(place >= 0 && place < Double(all.count) ? all[Int(place)] : "")
    case .condition: return .text("")
    case .coalesce: return given.first { !$0.text.isEmpty } ?? .text("")
    case .stringLength: return .number(Double(text(0).count))
    case .not: return .truth(!given[0].truth)
    case .isTrue: return .truth(true)
    case .isFalse: return .truth(false)
    case .int: return .number(number(0).rounded(.towardZero))
    case .round:
      let scale = pow(10, given.count > 1 ? number(1) : 0)
      return .number((number(0) * scale).rounded() / scale)
    case .number, .decimalDate: return .number(number(0))
    case .string: return .text(text(0))
    case .boolean: return .truth(given[0].truth)
    case .concat: return .text(given.map(\.text).joined())
    case .today: return .text(today.description)
    case .now: return .text(now)
    case .count: return .number(Double(given.count))
    case .sum: return .number(numbers.reduce(0, +))
    case .min: return .number(numbers.contains(where: \.isNaN) ? .nan : numbers.min() ?? .nan)
    case .max: return .number(numbers.contains(where: \.isNaN) ? .nan : numbers.max() ?? .nan)
    case .contains: return .truth(text(1).isEmpty || text(0).contains(text(1)))
    case .startsWith: return .truth(text(0).hasPrefix(text(1)))
    case .endsWith: return .truth(text(0).hasSuffix(text(1)))
    case .substr:
      let letters = Array(text(0))
      func place(_ number: Double) -> Int { number.isNaN ? 0 : Int(min(max(number, 0), Double(letters.count))) }
      let (start, end) = (place(number(1)), given.count > 2 ? place(number(2)) : letters.count)
      return .text(start < end ? String(letters[start..<end]) : "")
    case .abs: return .number(abs(number(0)))
    case .pow: return .number(pow(number(0), number(1)))
    case .floor: return .number(number(0).rounded(.down))
    case .ceiling: return .number(number(0).rounded(.up))
    case .normalizeSpace: return .text(text(0).split(whereSeparator: \.isWhitespace).joined(separator: " "))
    case .translate:
      let (from, to) = (Array(text(1)), Array(text(2)))
      return .text(
        String(
          text(0).compactMap { letter -> Character? in
            guard let place = from.firstIndex(of: letter) else { return letter }
            return place < to.count ? to[place] : nil
          }))
    case .regex: return .truth(FormPattern(text(1))?.matches(text(0)) ?? false)
    }
  }
}
