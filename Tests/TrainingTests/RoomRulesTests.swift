import Basics
import CountryPack
import TestSupport
import Testing

@testable import Training

@Suite struct RoomRulesTests {
  @Test func numbersAsTyped() {
    let known = Set(1...30).subtracting([7])
    #expect(NumberList("1-12 15 17", known: known).marks.count == 13)
    #expect(NumberList("1–3; 5,6", known: known).marks.keys.sorted() == [1, 2, 3, 5, 6])
    let list = NumberList("* !2 9t 4J 6a 8l 9P", known: known)
    #expect(list.marks.count == 28)
    #expect(list.marks[2] == nil)
    #expect((list.marks[9], list.marks[4], list.marks[6], list.marks[8]) == (.present, .excused, .absent, .late))
    #expect(list.wrong.isEmpty)
    for wrong in ["0", "31", "7", "5-2", "3x", "!4t", "1-2-3", "-4", "4-", "99999999999999999999", "１２", "1-31"] {
      #expect(NumberList(wrong, known: known).wrong.count == 1, "\(wrong)")
      #expect(NumberList(wrong, known: known).marks.isEmpty, "\(wrong)")
    }
    // A name is not repeated.
    #expect(NumberList("Pérez", known: known).wrong == ["…"])
  }

  @Test func anyTextAsNumbersHoldsOnlyKnownOnes() {
    let (known, signs) = (Set(1...20), Array("0123456789-–!*,; taleEJñ\u{301}\n"))
    let seed = testSeed("any text as numbers")
    var dice = SeededGenerator(seed: seed)
    for _ in 0..<3000 {
      let text = String(
        (0..<Int.random(in: 0...24, using: &dice)).compactMap { _ in signs.randomElement(using: &dice) })
      #expect(Set(NumberList(text, known: known).marks.keys).isSubset(of: known), "seed \(seed): \(text)")
    }
  }

  @Test(arguments: [0, 1, 3, 50]) func everyStepOfAQuiz(_ questions: Int) {
    let last = 2 * questions + 1
    for step in -2...(last + 2) {
      let isReal = (0...last).contains(step)
      #expect(QuizRules.step(.next, from: step, questions: questions) == (isReal && step < last ? step + 1 : nil))
      #expect(QuizRules.step(.back, from: step, questions: questions) == (isReal && step > 0 ? step - 1 : nil))
      #expect(QuizRules.step(.end, from: step, questions: questions) == (isReal && step < last ? last : nil))
      let stage = QuizStage(step: step, questions: questions)
      switch step {
      case ...0: #expect(stage == .waiting)
      case last...: #expect(stage == .over)
      default: #expect(stage == (step % 2 == 1 ? .asking(step / 2) : .showing(step / 2 - 1)))
      }
    }
  }

  private let questions = [
    GiftQuestion(
      name: "a", stem: GiftText("?"),
      body: .choice(
        isSingle: true,
        [.init(GiftText("x"), weight: 0), .init(GiftText("y"), weight: 100), .init(GiftText("z"), weight: 0)])),
    GiftQuestion(name: "b", stem: GiftText("?"), body: .trueFalse(true, ifWrong: nil, ifRight: nil)),
    GiftQuestion(
      name: "c", stem: GiftText("?"),
      body: .choice(
        isSingle: false,
        [.init(GiftText("x"), weight: 50), .init(GiftText("y"), weight: -100), .init(GiftText("z"), weight: 50)])),
    GiftQuestion(name: "d", stem: GiftText("?"), body: .short([.init(GiftText("Quito"), weight: 100)])),
    GiftQuestion(
      name: "e", stem: GiftText("?"),
      body: .matching([.init(GiftText("1"), "uno"), .init(GiftText("2"), "dos"), .init(GiftText(""), "tres")])),
    GiftQuestion(
      name: "f", stem: GiftText("?"), body: .ordering([GiftText("z"), GiftText("b"), GiftText("a")], .eachPlace)),
  ]

  @Test func aSheetAsTyped() throws {
    // Right sides in the alphabet: dos, tres, uno. Steps: a, b, z.
    let right = try PaperLine(" 7 b v (a c) \"Quito\" (ca) (cba) ", questions)
    #expect(right.number == 7 && !right.corrects && right.unreadable == 0)
    #expect(zip(questions, right.responses).map { Marking.mark($0, $1) } == [1, 1, 1, 1, 1, 1])
    let open = try PaperLine("!12 -?-?--", questions)
    #expect(open.corrects && open.unreadable == 2 && open.responses == [nil, nil, nil, nil, nil, nil])
    #expect(try PaperLine("1 BTA“Quito”(ca)(cba)", questions).responses[1] == .trueFalse(true))
    let wrong: [(String, String)] = [
      ("", "number"), ("abc", "number"), ("99999 b", "number"), ("7", "short"), ("7 bv", "short"),
      ("7 dv-\"Quito\"--", "answer"), ("7 bx----", "answer"), ("7 (ab)v----", "answer"), ("7 bv(a----", "answer"),
      ("7 bv()---", "answer"), ("7 bv-\"Quito--", "answer"), ("7 bv--(a)-", "answer"), ("7 bv---(aab)", "answer"),
      ("7 bv----a", "long"), ("7 bñ----", "answer"),
    ]
    for (line, key) in wrong {
      #expect(throws: Refusal.self, "\(line)") { try PaperLine(line, questions) }
      do { _ = try PaperLine(line, questions) } catch {
        #expect(error.phrase.key == "error.training_line_\(key)", "\(line)")
      }
    }
  }

  @Test func anyLineIsReadOrRefused() {
    let signs = Array("0123456789abcvft!?-()\"“” ,.:ñ\u{301}\u{0}«»")
    let seed = testSeed("any line of a sheet")
    var dice = SeededGenerator(seed: seed)
    for _ in 0..<5000 {
      let text = String(
        (0..<Int.random(in: 0...30, using: &dice)).compactMap { _ in signs.randomElement(using: &dice) })
      guard let line = try? PaperLine(text, questions) else { continue }
      #expect(line.responses.count == questions.count, "seed \(seed): \(text)")
    }
  }

  @Test func aFeedbackLine() throws {
    let form = try CountryPack.load(from: ecuador).training.feedback
    let line = try FeedbackAnswers(line: " 5 - 3,1 Más tiempo ", form)
    #expect(line.values == ["useful": 5, "safe": 3, "ready": 1] && line.texts == ["note": "Más tiempo"])
    for wrong in ["", "555", "6 111", "x111", "0 111", "12345", "５111"] {
      #expect(throws: Refusal.self, "\(wrong)") { try FeedbackAnswers(line: wrong, form) }
    }
    let few = FeedbackResult(form, counts: ["*": [0: 2], "useful": [5: 2]])
    #expect(few.forms == 2 && few.scales.isEmpty)
    let some = FeedbackResult(form, counts: ["*": [0: 4], "useful": [5: 2, 3: 2], "clear": [4: 4]])
    #expect(some.scales[0].counts == [0, 0, 2, 0, 2] && some.scales[0].mean == 4)
    // Mean 4, s = 1.1547, t(3) = 3.1824: 4 ± 1.84, cut at 5.
    let interval = try #require(some.scales[0].interval)
    #expect(abs(interval.lowerBound - 2.1626) < 0.001 && interval.upperBound == 5)
    #expect(some.scales[1].interval == nil && some.scales[1].mean == 4)
  }

  @Test func howAnswersFall() {
    let tally = QuizTally(
      questions[0], [(.chosen([1]), 1), (.chosen([0]), 0), (.chosen([9]), 0), (nil, 1), (.text("x"), 0)])
    #expect(tally.chosen == [1, 1, 0] && tally.answered == 5 && tally.facility == 0.4)
    #expect(QuizTally(questions[1], [(.trueFalse(false), 0)]).chosen == [0, 1])
    #expect(QuizTally(questions[3], []).facility == nil)
  }
}
