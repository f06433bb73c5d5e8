import Basics
import Foundation
import TestSupport
import Testing

@testable import Forms

private let day = CalendarDay(daysSince1970: 20_000)

/// Computes an expression beside an integer `n` = 7, a text `t` = "hola", an empty `e`, a selection `m` = "a c" and a
/// date `d`.
private func computed(_ expression: String) throws -> String {
  let form = try form(
    [
      ["type", "name", "calculation"], ["integer", "n"], ["text", "t"], ["text", "e"], ["select_multiple l", "m"],
      ["date", "d"], ["calculate", "x", expression],
    ], choices: [["list_name", "name"], ["l", "a"], ["l", "b"], ["l", "c"]])
  #expect(form.gaps.isEmpty, "\(expression): \(form.gaps.map { $0.sentence(.english) })")
  var filling = FormFilling()
  filling.answers = ["n": "7", "t": "hola", "m": "a c", "d": day.adding(days: -3653).description]
  return try FormRun(form, filling, today: day).value("x")
}

@Suite struct ExpressionTests {
  @Test(arguments: [
    ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("10 - 2 - 3", "5"), ("7 div 2", "3.5"), ("7 mod 4", "3"),
    ("-${n} + 1", "-6"), ("--2", "2"), ("1 div 0 > 5", "true"), ("${n} > 6 and ${n} < 8", "true"),
    ("${n} = '7'", "true"), ("${n} = 7.0", "true"), ("${e} = ''", "true"), ("${e} < 18", "false"),
    ("${e} + 1", ""), ("${e} != 1", "true"), ("1 or 0 and 0", "true"), ("not(${e} = '')", "false"),
    ("true() = 1", "true"), ("'a' = \"a\"", "true"), ("1 < 2 = true()", "true"), ("'2' < '10'", "true"),
    ("if(${n} > 5, 'big', 'small')", "big"), ("coalesce(${e}, ${t})", "hola"), ("string-length(${t})", "4"),
    ("selected(${m}, 'c')", "true"), ("selected(${m}, 'b')", "false"), ("count-selected(${m})", "2"),
    ("count-selected(${e})", "0"), ("selected-at(${m}, 1)", "c"), ("selected-at(${m}, 5)", ""), ("int(-2.7)", "-2"),
    ("round(2.345, 2)", "2.35"), ("round(2.5)", "3"), ("number('x') = number('x')", "false"),
    ("concat('a', 1, true())", "a1true"), ("today()", day.description), ("int((today() - ${d}) div 365.25)", "10"),
    ("today() > ${d}", "true"), ("sum(${n})", "7"), ("max(1, ${n}, 3)", "7"), ("min(${n}, 3)", "3"),
    ("contains(${t}, 'ol')", "true"), ("starts-with(${t}, 'h')", "true"), ("ends-with(${t}, 'h')", "false"),
    ("substr(${t}, 1, 3)", "ol"), ("substr(${t}, 2)", "la"), ("pow(2, 10)", "1024"), ("floor(-1.5)", "-2"),
    ("ceiling(1.2)", "2"), ("abs(-3)", "3"), ("normalize-space('  a  b ')", "a b"),
    ("translate('abc', 'ab', 'x')", "xc"),
    ("regex(${t}, '^ho.a$')", "true"), ("string(1 div 4)", "0.25"), ("boolean('')", "false"), (".5 + 1", "1.5"),
  ]) func theTableHolds(_ expression: String, _ value: String) throws {
    #expect(try computed(expression) == value, "\(expression)")
  }

  @Test(arguments: [
    "jr:choice-name(${n}, 'x')", "/data/n", "../n", "instance('x')/root", "uuid()", "pulldata('a','b')", "current()",
    "${n} | ${t}", "indexed-repeat(${n}, ${n}, 1)", "regex(${t}, '(?=x)')", "sum(1 + 1)", ". = 1",
  ]) func whatIsNotSupportedIsListedAndNotCarriedOut(_ expression: String) throws {
    let form = try form([["type", "name", "relevant"], ["text", "n"], ["text", "t"], ["text", "x", expression]])
    #expect(form.gaps.count == 1 && form.gaps[0].place == FormPlace(sheet: "survey", row: 4, column: "relevant"))
    #expect(form.nodes[2].relevant == nil)
  }

  /// Random sums and products against the same computed in Swift.
  @Test func arithmeticAgreesWithSwift() throws {
    let seed = testSeed("forms: arithmetic")
    var generator = SeededGenerator(seed: seed)
    func random(_ depth: Int) -> (text: String, value: Double) {
      if depth == 0 || Int.random(in: 0..<4, using: &generator) == 0 {
        let number = Int.random(in: 0...20, using: &generator)
        return (String(number), Double(number))
      }
      let (one, other) = (random(depth - 1), random(depth - 1))
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: return ("(\(one.text) + \(other.text))", one.value + other.value)
      case 1: return ("(\(one.text)-\(other.text))", one.value - other.value)
      case 2: return ("(\(one.text) * \(other.text))", one.value * other.value)
      default: return ("if(\(one.text) < \(other.text), 1, 0)", one.value < other.value ? 1 : 0)
      }
    }
    let empty = try form([["type", "name"], ["text", "a"]])
    var run = try FormRun(empty, FormFilling(), today: day)
    for _ in 0..<500 {
      let (text, value) = random(5)
      let expression = try ExpressionParser.expression(text)
      #expect(try run.evaluate(expression, 0, []).number == value, "seed \(seed): \(text)")
    }
  }

  /// Whatever is typed, the parser ends with an expression or a sentence.
  @Test func nothingTypedBreaksTheParser() {
    let seed = testSeed("forms: typed")
    var generator = SeededGenerator(seed: seed)
    let pieces = [
      "${a}", "(", ")", "1", "'x'", "and", "or", "=", "<", "+", "-", "div", "if", "selected", ",", ".", "/", "$", "{",
      "\"", "é", "😀", " ",
    ]
    for _ in 0..<5000 {
      let text = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
        pieces.randomElement(using: &generator) ?? ""
      }.joined()
      _ = try? ExpressionParser.expression(text)
    }
  }

  @Test func repetitionsAreCountedSummedAndKeptApart() throws {
    let form = try form([
      ["type", "name", "calculation", "relevant"], ["begin repeat", "child"], ["integer", "age"],
      ["calculate", "young", "if(${age} < 5, 1, 0)"], ["text", "school", "", "${age} >= 5"], ["end repeat"],
      ["calculate", "all", "sum(${age})"], ["calculate", "how_many", "count(${child})"],
      ["calculate", "babies", "sum(${young})"],
    ])
    var filling = FormFilling()
    filling.counts = ["child": 3]
    filling.answers = ["age~1": "3", "age~2": "9", "age~3": "4", "school~1": "left over", "school~2": "A"]
    let run = try FormRun(form, filling, today: day)
    #expect(["all", "how_many", "babies"].map(run.value) == ["16", "3", "2"])
    #expect(run.all["school~1"] == nil && run.all["school~2"] == "A")
    filling.counts = ["child": .max]
    #expect(try FormRun(form, filling, today: day).value("how_many") == "50")
  }

  @Test func choicesFollowTheirFilterAndOldOnesFallAway() throws {
    let form = try form(
      [
        ["type", "name", "choice_filter", "required", "constraint"], ["select_one p", "province"],
        ["select_one c", "canton", "province = ${province}", "yes"],
        ["integer", "age", "", "${province} = 'a'", ". < 120"],
      ],
      choices: [
        ["list_name", "name", "province"], ["p", "a"], ["p", "b"], ["c", "a1", "a"], ["c", "a2", "a"],
        ["c", "b1", "b"],
      ])
    var filling = FormFilling()
    filling.answers = ["province": "a", "canton": "b1", "age": "130"]
    var run = try FormRun(form, filling, today: day)
    #expect(try run.choices(1, []).map(\.name) == ["a1", "a2"])
    #expect(run.value("canton") == "")
    #expect(try run.faults().map(\.fault) == [.notAChoice, .constraint])
    filling.answers = ["province": "b", "canton": "", "age": ""]
    run = try FormRun(form, filling, today: day)
    #expect(try run.faults().map(\.fault) == [.missing])
  }

  @Test(arguments: [
    ("integer", "12", true), ("integer", "1.5", false), ("integer", "x", false),
    ("integer", "99999999999999999999", false),
    ("decimal", "-1.5", true), ("decimal", "1e5", false), ("date", "2026-02-29", false), ("date", "2026-02-28", true),
    ("time", "23:59", true), ("time", "24:00", false), ("dateTime", "2026-01-01T08:00", true),
    ("dateTime", "2026-01-01", false), ("acknowledge", "OK", true), ("acknowledge", "yes", false), ("range", "3", true),
    ("range", "11", false), ("range", "2.5", false),
  ]) func answersHaveTheirType(_ type: String, _ answer: String, _ isRight: Bool) throws {
    let form = try form([["type", "name"], [type, "a"]])
    var filling = FormFilling()
    filling.answers = ["a": answer]
    var run = try FormRun(form, filling, today: day)
    #expect(try run.faults().isEmpty == isRight)
  }
}
