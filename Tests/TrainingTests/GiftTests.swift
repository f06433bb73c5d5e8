import Basics
import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct GiftReaderTests {
  private func one(_ text: String) throws -> GiftQuestion {
    let file = try GiftReader.read(text)
    #expect(file.questions.count == 1)
    return try #require(file.questions.first)
  }

  private func problem(_ text: String) -> GiftProblem? {
    do {
      _ = try GiftReader.read(text)
      return nil
    } catch { return error.problems.first }
  }

  @Test(arguments: [
    ("Lea con calma.", "description"), ("Explique. {}", "essay"), ("Explique. { ####bien }", "essay"),
    ("¿18? {#18}", "numeric"), ("¿? {=a ~b}", "single_choice"), ("¿? {~%50%a ~%50%b ~c}", "multiple_choice"),
    ("¿? {=a -> b =c -> d}", "matching"), ("¿? {T}", "true_false"), ("¿? {FALSE}", "true_false"),
    ("¿? {>2 ALL VERTICAL\nuno\ndos}", "ordering"), ("¿? {true}", "short_answer"), ("¿? {=a =b}", "short_answer"),
    ("¿? {a}", "short_answer"), ("¿? { \n }", "essay"),
  ]) func typesAreDecidedInOrder(_ text: String, _ type: String) throws {
    #expect(try one(text).type == type)
  }

  @Test func theStemKnowsItsGapAndItsFormat() throws {
    let question = try one("// nota\n::uno:: [html]El <b>medio</b> {=engaño#[plain]sí ~precio} no cuenta.")
    #expect(question.name == "uno")
    #expect(question.stem == GiftText("El <b>medio</b> _____ no cuenta.", .html))
    guard case .choice(true, let choices) = question.body else { throw Refusal.notFound }
    #expect(choices[0].text == GiftText("engaño", .html))
    #expect(choices[0].feedback == GiftText("sí", .plain))
    #expect(choices.map(\.weight) == [100, 0])
  }

  @Test func weightsAndTheirLimits() throws {
    guard case .choice(false, let choices) = try one("? {~%33.33333%a ~%-50%b ~c ~%abc%d}").body else {
      throw Refusal.notFound
    }
    #expect(choices.map(\.weight) == [33.33333, -50, 0, 0])
    #expect(choices[3].text.text == "%abc%d")
    guard case .choice(true, let single) = try one("? {=%50%x ~%25%y =z}").body else { throw Refusal.notFound }
    #expect(single.map(\.weight) == [100, 25, 100])
    #expect(single[0].text.text == "%50%x")
    #expect(problem("? {~%150%a ~b}")?.message.contains("-100 and 100") == true)
  }

  @Test func theFirstFeedbackIsForTheWrongAnswer() throws {
    let question = try one("? {F#estaba mal#estaba bien####siempre}")
    #expect(
      question.body == .trueFalse(false, ifWrong: GiftText("estaba mal"), ifRight: GiftText("estaba bien")))
    #expect(question.generalFeedback == GiftText("siempre"))
    #expect(Marking.feedback(question, .trueFalse(true)).map(\.text) == ["estaba mal", "siempre"])
  }

  @Test func numbersInAllTheirForms() throws {
    guard case .numeric(let answers, let ifWrong) = try one("? {#=1822:0#sí =%50%1822:2 =%25%1800..1850 ~#no}").body
    else { throw Refusal.notFound }
    #expect(answers.map(\.target) == [.value(1822, tolerance: 0), .value(1822, tolerance: 2), .range(1800, 1850)])
    #expect(answers.map(\.weight) == [100, 50, 25])
    #expect(ifWrong == GiftText("no"))
    #expect(try one("? {#-5..-3}").body == .numeric([.init(.range(-5, -3))], ifWrong: nil))
    for wrong in ["? {#abc}", "? {#5..1}", "? {#1:-2}", "? {#}", "? {#3,14}", "? {#1e999}"] {
      #expect(problem(wrong)?.line == 1, "\(wrong)")
    }
  }

  @Test func anOrderIsReadWithItsHead() throws {
    let steps = [GiftText("Separar"), GiftText("Preguntar"), GiftText("ALL")]
    #expect(
      try one("¿? {>3 ALL VERTICAL ABSOLUTE_POSITION SHOW NONE\n\tSeparar\n\tPreguntar\n\tALL\n}").body
        == .ordering(steps, .eachPlace))
    #expect(try one("¿? {>0 EXACT H ALL_OR_NOTHING\nSeparar\nPreguntar\nALL}").body == .ordering(steps, .allOrNothing))
    #expect(try one("¿? {> Separar\nPreguntar\nALL}").body == .ordering(steps, .eachPlace))
    let note = try GiftReader.read("¿? {>2 ALL\na\nb\nc}\n\n¿? {>3 REL VERTICAL RELATIVE_TO_CORRECT\na\nb\nc}").warnings
    #expect(note.map(\.line) == [1, 6])
    #expect(note.first?.message.contains("all 3") == true)
    for wrong in ["? {>}", "? {>1 ALL\na}", "? {>2\na\na}"] { #expect(problem(wrong)?.line == 1, "\(wrong)") }
  }

  @Test func commentsStayAboveTheirQuestion() throws {
    let text = "// Fuente: Palermo\n\n// primera\n::uno::Uno{TRUE}\n\nDos{\n// dentro\n\t=x\n\t~y\n}\n\n// al final\n"
    let file = try GiftReader.read(text)
    #expect(file.comments == [["// Fuente: Palermo", "// primera"], ["// dentro"], ["// al final"]])
    let written = GiftWriter.write(file)
    #expect(try GiftReader.read(written) == GiftReader.read(GiftWriter.write(GiftReader.read(written))))
    #expect(try GiftReader.read(written).comments == file.comments)
  }

  @Test func tagsAndSignsOfAFormatAreNeverShown() {
    #expect(GiftText("El <b>medio</b><script>x()</script> &lt;1&gt;", .html).shown == "El mediox() <1>")
    #expect(GiftText("si 3 < 5 & 6 > 2", .moodle).shown == "si 3 < 5 & 6 > 2")
    #expect(
      GiftText("**No** pregunte _aquí_ ![](http://x/y.png)[ley](http://x)", .markdown).shown == "No pregunte aquí ley")
    #expect(GiftText("<b>tal cual</b>", .plain).shown == "<b>tal cual</b>")
  }

  @Test func escapesAreText() throws {
    let question = try one(##"::a\:\:b:: 2 \= 2 \{x\} \~ \# \\ fin\nde línea [nota] {=\=a\~b ~c\}d}"##)
    #expect(question.name == "a::b")
    #expect(question.stem.text == "2 = 2 {x} ~ # \\ fin\nde línea [nota]")
    guard case .choice(_, let choices) = question.body else { throw Refusal.notFound }
    #expect(choices.map(\.text.text) == ["=a~b", "c}d"])
  }

  @Test func bareSignsInTheStemAreAccepted() throws {
    #expect(try one("Hora: 10:30 = tarde {T}").stem.text == "Hora: 10:30 = tarde")
  }

  @Test func categoriesAndCommentsAndLineEnds() throws {
    let file = try GiftReader.read(
      "\u{FEFF}// uno\r\n$CATEGORY: a: b/c\r\n\r\nUno {T}\r\n\r\n\r\nDos {\r\n// dentro\r\n=x\r\n~y\r\n}\r\n$CATEGORY: d"
    )
    #expect(file.questions.map(\.category) == ["a: b/c", "a: b/c"])
    #expect(file.lines == [4, 7])
  }

  @Test func ourTrueAndFalseWarn() throws {
    let file = try GiftReader.read("Uno {VERDADERO}\n\nDos {FALSO}\n\nTres {true}")
    #expect(file.questions.map(\.type) == ["true_false", "true_false", "short_answer"])
    #expect(file.warnings.map(\.line) == [1, 3, 5])
  }

  @Test(arguments: [
    ("x\n\n::sin fin {T}", 3, "::"), ("Uno {T}\n\nDos {=a", 3, "not closed"), ("Uno }{", 1, "without a"),
    ("\n\n{T}", 3, "no text"), ("? {~a}", 1, "two answers"), ("? {\n=a -> b\n=c\n}", 3, "->"),
    ("? {=a -> b}", 1, "two pairs"), ("? {=a ~\n~b}", 1, "empty"), ("$CATEGORY:\n\nUno {T}", 1, "category"),
    ("Uno \u{7} {T}", 1, "control"), ("? {=->b =->c}", 1, "left side"),
  ]) func refusalsNameLineAndReason(_ text: String, _ line: Int, _ reason: String) {
    let found = problem(text)
    #expect(found?.line == line)
    #expect(found?.message.contains(reason) == true, "\(String(describing: found))")
  }

  @Test func allProblemsAreNamed() {
    #expect(throws: GiftProblems.self) { try GiftReader.read("? {~a}\n\n? {#x}") }
    do { _ = try GiftReader.read("? {~a}\n\n? {#x}") } catch { #expect(error.problems.map(\.line) == [1, 3]) }
  }
}

/// Random questions, as a generator of everything the format can say.
private struct Inventor {
  var random: SeededGenerator
  private let words = [
    "trata", "ñandú", "=", "~", "#", "{", "}", ":", "\\", "->", "%50%", "//", "[html]", "T", "\n", "é\u{301}", "a b",
    "$CATEGORY", "####", "::", "\\n", "🌱", "..", "*",
  ]

  mutating func text() -> String {
    let text = (0..<Int.random(in: 1...5, using: &random)).map { _ in
      words[Int.random(in: 0..<words.count, using: &random)]
    }
    .joined(separator: Bool.random(using: &random) ? " " : "")
    return text
  }

  mutating func gift(_ inherited: GiftFormat) -> GiftText {
    let format = Int.random(in: 0..<4, using: &random) == 0 ? GiftFormat.allCases.randomElement(using: &random) : nil
    return GiftText(text(), format ?? inherited)
  }

  mutating func maybe(_ inherited: GiftFormat) -> GiftText? { Bool.random(using: &random) ? gift(inherited) : nil }

  mutating func weight() -> Double {
    [0, 100, 50, -50, 33.33333, -100, 12.5, 0.0000001].randomElement(using: &random) ?? 0
  }

  mutating func question() -> GiftQuestion {
    let stem = gift(.moodle)
    let format = stem.format
    let body: GiftQuestion.Body
    switch Int.random(in: 0..<9, using: &random) {
    case 0: return GiftQuestion(name: Bool.random(using: &random) ? text() : nil, stem: stem, body: .description)
    case 1: body = .essay
    case 2: body = .trueFalse(Bool.random(using: &random), ifWrong: maybe(format), ifRight: maybe(format))
    case 3:
      var choices = (0..<3).map { _ in GiftQuestion.Choice(gift(format), weight: weight(), feedback: maybe(format)) }
      choices[1].weight = 100
      body = .choice(isSingle: true, choices)
    case 4:
      body = .choice(
        isSingle: false,
        (0..<3).map { _ in GiftQuestion.Choice(gift(format), weight: weight(), feedback: maybe(format)) })
    case 5:
      // “=” with “->” is a matching question: several short answers can't hold an arrow.
      let count = Int.random(in: 1...3, using: &random)
      let choices = (0..<count).map { _ in
        GiftQuestion.Choice(gift(format), weight: weight(), feedback: maybe(format))
      }
      let hasArrow = choices.contains { ($0.text.text + ($0.feedback?.text ?? "")).contains("->") }
      body = .short(hasArrow ? Array(choices.prefix(1)) : choices)
    case 6:
      let targets: [GiftQuestion.NumericAnswer.Target] = [
        .value(1e-7, tolerance: 0.5), .value(-3, tolerance: 0), .range(-2.5, 1e20), .any,
      ]
      body = .numeric(
        targets.prefix(Int.random(in: 1...4, using: &random)).map { target in
          GiftQuestion.NumericAnswer(target, weight: weight(), feedback: maybe(format))
        }, ifWrong: maybe(format))
    case 7:
      let steps = (0..<Int.random(in: 2...4, using: &random)).map { number in
        var step = gift(format)
        step.text += " \(number)"
        return step
      }
      body = .ordering(steps, Bool.random(using: &random) ? .eachPlace : .allOrNothing)
    default:
      body = .matching(
        (0..<3).map { _ in
          var left = gift(format)
          left.text = left.text.replacingOccurrences(of: "->", with: "a")
          return GiftQuestion.Pair(left, text().replacingOccurrences(of: "\n", with: "z"))
        })
    }
    return GiftQuestion(
      name: Bool.random(using: &random) ? text() : nil, stem: stem, body: body, generalFeedback: maybe(format))
  }
}

@Suite struct GiftPropertyTests {
  @Test func whatIsWrittenIsRead() throws {
    let seed = testSeed("gift round trip")
    var inventor = Inventor(random: SeededGenerator(seed: seed))
    for round in 0..<2000 {
      let questions = (0..<3).map { _ in inventor.question() }
      let text = GiftWriter.write(questions)
      guard let file = try? GiftReader.read(text) else {
        Issue.record("seed \(seed) round \(round) is refused:\n\(text)")
        return
      }
      try #require(file.questions == questions, "seed \(seed) round \(round)\n\(text)")
      #expect(GiftWriter.write(file.questions) == text)
    }
  }

  @Test func mutationsAreReadOrRefusedAtALine() throws {
    let seed = testSeed("gift fuzz")
    var random = SeededGenerator(seed: seed)
    let original = try String(
      contentsOf: ecuador.appending(path: "training/questions/que-es-la-trata.es.gift"), encoding: .utf8)
    let signs = Array("{}=~#:\\%\n\r\t\u{0}\u{301}[]->*.0T/$".unicodeScalars)
    for round in 0..<500 {
      var scalars = Array(original.unicodeScalars)
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        let place = Int.random(in: 0..<scalars.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: scalars.remove(at: place)
        case 1: scalars.insert(signs[Int.random(in: 0..<signs.count, using: &random)], at: place)
        case 2: scalars[place] = signs[Int.random(in: 0..<signs.count, using: &random)]
        default: scalars.removeSubrange(place..<min(scalars.count, place + Int.random(in: 0..<200, using: &random)))
        }
        if scalars.isEmpty { scalars = ["x"] }
      }
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars)
      let text = String(view)
      let lines =
        text.replacingOccurrences(of: "\r\n", with: "\n").replacingOccurrences(of: "\r", with: "\n")
        .unicodeScalars.count { $0 == "\n" } + 1
      do {
        let read = try GiftReader.read(text)
        // What was read can be written, and reads the same again.
        let again = try GiftReader.read(GiftWriter.write(read.questions))
        #expect(again.questions == read.questions, "seed \(seed) round \(round)")
      } catch {
        #expect(!error.problems.isEmpty)
        #expect(
          error.problems.allSatisfy { (1...lines).contains($0.line) && !$0.message.isEmpty },
          "seed \(seed) round \(round): \(error)")
      }
    }
  }
}

@Suite struct MarkingTests {
  private func mark(_ gift: String, _ response: QuestionResponse?) throws -> Double? {
    Marking.mark(try #require(try GiftReader.read(gift).questions.first), response)
  }

  @Test func everyTypeIsMarked() throws {
    #expect(try mark("? {=a ~b ~%25%c}", .chosen([0])) == 1)
    #expect(try mark("? {=a ~b ~%25%c}", .chosen([2])) == 0.25)
    #expect(try mark("? {=a ~b}", .chosen([0, 1])) == 0)
    #expect(try mark("? {=a ~b}", .chosen([7])) == 0)
    #expect(try mark("? {=a ~b}", nil) == 0)
    #expect(try mark("? {=a ~b}", .text("a")) == 0)
    let several = "? {~%50%a ~%50%b ~%-100%c}"
    #expect(try mark(several, .chosen([0, 1])) == 1)
    #expect(try mark(several, .chosen([0])) == 0.5)
    #expect(try mark(several, .chosen([0, 1, 2])) == 0)
    #expect(try mark(several, .chosen([2])) == 0)
    #expect(try mark("? {~%33.33333%a ~%33.33333%b ~%33.33333%c}", .chosen([0, 1, 2])) == 1)
    #expect(try mark("? {T}", .trueFalse(true)) == 1)
    #expect(try mark("? {F}", .trueFalse(true)) == 0)
    #expect(try mark("? {=engaño =%50%mentira =fal*ad}", .text("  ENGANO ")) == 1)
    #expect(try mark("? {=engaño =%50%mentira}", .text("Mentira")) == 0.5)
    #expect(try mark("? {=fal*ad}", .text("Falsedad")) == 1)
    #expect(try mark("? {=fal*ad}", .text("fad")) == 0)
    #expect(try mark("? {#18}", .text("18,0")) == 1)
    #expect(try mark("? {#=1822:0 =%50%1822:2}", .text("1824")) == 0.5)
    #expect(try mark("? {#1..5}", .text("5")) == 1)
    #expect(try mark("? {#1..5}", .text("cinco")) == 0)
    #expect(try mark("? {=a -> 1 =b -> 2 = -> 3}", .pairs([0: "1", 1: "3"])) == 0.5)
    #expect(try mark("? {>4 ALL\na\nb\nc\nd}", .order([0: 0, 1: 1, 2: 3, 3: 2])) == 0.5)
    #expect(try mark("? {>2 ALL\na\nb}", .order([0: 0, 1: 0])) == 0.5)
    #expect(try mark("? {>2 ALL V ALL_OR_NOTHING\na\nb}", .order([0: 0, 1: 0])) == 0)
    #expect(try mark("? {>2 ALL V ALL_OR_NOTHING\na\nb}", .order([0: 0, 1: 1])) == 1)
    #expect(try mark("? {}", .text("x")) == nil)
  }

  @Test func everyMarkIsAFraction() throws {
    let seed = testSeed("marking")
    var inventor = Inventor(random: SeededGenerator(seed: seed))
    for _ in 0..<2000 {
      let question = inventor.question()
      for response: QuestionResponse in [
        .trueFalse(true), .chosen([0, 1, 2]), .text("-3"), .pairs([0: "a"]), .order([0: 0, 1: 5]),
      ] {
        guard let mark = Marking.mark(question, response) else { continue }
        #expect((0...1).contains(mark), "seed \(seed)")
      }
    }
  }
}
