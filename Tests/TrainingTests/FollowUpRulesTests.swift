import Basics
import CountryPack
import Foundation
import TestSupport
import Testing

@testable import Training

private let bank = (1...12).map { "q\($0)" }
private let test = ["q1", "q2", "q3", "q4", "q5"]
private let plan = FollowUpPlan(
  rounds: [.init(day: 7, openDays: 14), .init(day: 90, openDays: 30), .init(day: 180, openDays: 45)], questions: 3,
  anchors: 1, callingCode: "593")

private func ask(_ tested: [String: Double], _ earlier: [[String: Double]], _ seed: UInt64 = 1) -> [FollowUpQuestion] {
  FollowUpRules.questions(FollowUpBank(bank, test: test), tested: tested, earlier: earlier, plan: plan, seed: seed)
}

@Suite struct FollowUpRulesTests {
  @Test func everyStateOnEveryDay() {
    let (round, ended) = (plan.rounds[0], day("2008-03-14"))
    for offset in -3...40 {
      for answered in 0...3 {
        let state = FollowUpRules.state(
          round, ended: ended, answered: answered, asked: 3, on: ended.adding(days: offset))
        let expected: FollowUpState =
          answered == 3 ? .answered : offset < 7 ? .notDue : offset <= 20 ? .open : .missed
        #expect(state == expected, "day \(offset), \(answered) answered")
      }
    }
    #expect(FollowUpRules.state(round, ended: ended, answered: 0, asked: 0, on: ended.adding(days: 8)) == .missed)
  }

  @Test func whatWasWrongComesFirst() {
    for seed in UInt64(0)..<200 {
      let wrong: [String: Double] = ["q1": 1, "q2": 0, "q3": 0.5, "q4": 0, "q5": 1]
      let first = ask(wrong, [], seed)
      #expect(first.count == 3)
      #expect(first[0].isAnchor && test.contains(first[0].name))
      let anchors = [first[0].name, ask(wrong, [[:]], seed)[0].name]
      let open = ["q2", "q3", "q4"].filter { !anchors.contains($0) }
      let practice = first.dropFirst().map(\.name)
      #expect(Set(practice.prefix(min(2, open.count))).isSubset(of: open), "seed \(seed)")
      // Then what was never asked.
      #expect(practice.dropFirst(open.count).allSatisfy { !test.contains($0) }, "seed \(seed)")
    }
  }

  @Test func thenWhatWasWrongLaterThenTheNew() {
    let right = Dictionary(uniqueKeysWithValues: test.map { ($0, 1.0) })
    for seed in UInt64(0)..<200 {
      // q7 was wrong in the first round, q8 right; nothing was asked in the second.
      let third = ask(right, [["q7": 0, "q8": 1], [:]], seed).dropFirst().map(\.name)
      #expect(third.first == "q7", "seed \(seed)")
      #expect(!test.contains(third[1]) && third[1] != "q8", "seed \(seed)")
      // A wrong one that was answered rightly since is done with.
      let mended = ask(["q1": 0], [["q1": 1], [:]], seed).filter { !$0.isAnchor }.map(\.name)
      #expect(!mended.contains("q1"), "seed \(seed)")
    }
  }

  @Test func neverTwiceInARowAndTheSameForTheSamePerson() {
    let start = testSeed("follow-up questions")
    var dice = SeededGenerator(seed: start)
    for _ in 0..<500 {
      let seed = dice.next()
      let size = Int.random(in: 1...12, using: &dice)
      let bank = (1...size).map { "q\($0)" }
      let test = Array(bank.shuffled(using: &dice).prefix(Int.random(in: 1...size, using: &dice)))
      let tested = Dictionary(uniqueKeysWithValues: test.map { ($0, Bool.random(using: &dice) ? 1.0 : 0) })
      var earlier: [[String: Double]] = []
      for _ in 0..<6 {
        let asked = FollowUpRules.questions(
          FollowUpBank(bank, test: test), tested: tested, earlier: earlier, plan: plan, seed: seed)
        let again = FollowUpRules.questions(
          FollowUpBank(bank.shuffled(using: &dice), test: test.shuffled(using: &dice)), tested: tested,
          earlier: earlier, plan: plan, seed: seed)
        #expect(asked == again, "seed \(start)")
        let names = asked.map(\.name)
        #expect(Set(names).count == names.count && names.count <= 3, "seed \(start)")
        #expect(Set(names).isDisjoint(with: earlier.last?.keys.map(\.self) ?? []), "seed \(start)")
        if size >= 8 { #expect(names.count == 3, "seed \(start)") }
        earlier.append(Dictionary(uniqueKeysWithValues: names.map { ($0, Bool.random(using: &dice) ? 1.0 : 0) }))
      }
    }
  }

  /// Over many people each question of the test measures equally often, whatever was wrong.
  @Test func whatMeasuresIsDrawnWithoutLookingAtTheAnswers() {
    var counts: [String: Int] = [:]
    for index in 0..<5000 {
      let id = ParticipantID(bytes: (UInt64(index), 9))
      let asked = ask(["q1": 0, "q2": 0, "q3": 1, "q4": 1, "q5": 1], [], FollowUpRules.seed(id))
      for question in asked where question.isAnchor { counts[question.name, default: 0] += 1 }
    }
    #expect(Set(counts.keys) == Set(test))
    #expect(counts.values.allSatisfy { (850...1150).contains($0) }, "\(counts)")
  }

  @Test func withoutAnchorsAllIsPractice() {
    var free = plan
    free.anchors = 0
    let asked = FollowUpRules.questions(
      FollowUpBank(bank, test: test), tested: ["q4": 0], earlier: [], plan: free, seed: 3)
    #expect(asked.count == 3 && asked.allSatisfy { !$0.isAnchor } && asked[0].name == "q4")
    #expect(
      FollowUpRules.questions(FollowUpBank([], test: test), tested: [:], earlier: [], plan: plan, seed: 3).isEmpty)
  }

  @Test func whoNeverCameIsNotAsked() {
    let session = TrainingSessionID.random()
    #expect(!FollowUpRules.tookPart([:], answered: []))
    #expect(!FollowUpRules.tookPart([session: .absent], answered: []))
    #expect(FollowUpRules.tookPart([session: .present], answered: []))
    #expect(FollowUpRules.tookPart([:], answered: [.pre]))
  }
}

@Suite struct RetentionTests {
  private func people(_ rows: [(Double, Double, Double)]) -> [Retention.Person] {
    rows.map { Retention.Person(pre: $0.0, post: $0.1, follow: $0.2) }
  }

  @Test func thePublishedMeans() throws {
    // Lee et al. 2021: 54.7 before, 84.5 after, 50.0 at six months.
    let kept = Retention(people([(0.547, 0.845, 0.5), (0.547, 0.845, 0.5)]))
    #expect(abs(try #require(kept.rho) + 0.1577) < 0.0001)
    #expect(kept.isTooFewToJudge)
  }

  /// Where everybody gained the same, Fieller's interval is that of a mean, divided by the gain.
  @Test func aConstantGainGivesTheIntervalOfAMean() throws {
    let follow = [0.2, 0.4, 0.6, 0.8, 0.5, 0.5, 0.3, 0.7, 0.6, 0.4]
    let kept = Retention(people(follow.map { (0.2, 0.7, $0) }))
    let tops = follow.map { $0 - 0.2 }
    let margin = StudentT.critical(0.95, df: 9) * tops.deviation / 10.0.squareRoot()
    #expect(abs(try #require(kept.low) - (tops.stableMean - margin) / 0.5) < 1e-9)
    #expect(abs(try #require(kept.high) - (tops.stableMean + margin) / 0.5) < 1e-9)
    #expect(!kept.isTooFewToJudge)
  }

  @Test func whatCantBeComputedIsSaid() {
    #expect(Retention([]).reasons["retention"] == "no_matched")
    #expect(Retention(people([(0.5, 0.5, 0.4)])).reasons["retention"] == "no_change")
    let one = Retention(people([(0.2, 0.6, 0.4)]))
    #expect(one.rho != nil && one.low == nil && one.reasons["interval"] == "one_matched")
    // Some gained, some lost: the change can't be told from chance.
    let unclear = Retention(people([(0.2, 0.9, 0.5), (0.8, 0.3, 0.5), (0.4, 0.5, 0.2)]))
    #expect(unclear.low == nil && unclear.reasons["interval"] == "no_bounds")
  }

  /// The interval holds the true value about as often as it says.
  @Test func theIntervalCovers() {
    var dice = SeededGenerator(seed: 20_251)
    var held = 0
    for _ in 0..<400 {
      let group = (0..<20).map { _ in
        let pre = Double.random(in: 0.2...0.6, using: &dice)
        let post = pre + Double.random(in: 0.1...0.5, using: &dice)
        return Retention.Person(pre: pre, post: post, follow: pre + 0.15 + Double.random(in: -0.3...0.3, using: &dice))
      }
      let kept = Retention(group)
      if let low = kept.low, let high = kept.high, low <= 0.5, 0.5 <= high { held += 1 }
    }
    #expect((365...395).contains(held), "\(held) of 400")
  }
}

@Suite struct ReachingTests {
  @Test(arguments: [
    ("", true, 0, 0), ("hola", true, 4, 1), (String(repeating: "a", count: 160), true, 160, 1),
    (String(repeating: "a", count: 161), true, 161, 2), (String(repeating: "a", count: 306), true, 306, 2),
    (String(repeating: "a", count: 307), true, 307, 3), ("é à ñ ¿ ü", true, 9, 1), ("5 €", true, 4, 1),
    ("mañana", true, 6, 1), ("información", false, 11, 1), (String(repeating: "á", count: 70), false, 70, 1),
    (String(repeating: "á", count: 71), false, 71, 2), ("😀", false, 2, 1),
    (String(repeating: "[", count: 80), true, 160, 1), (String(repeating: "[", count: 81), true, 162, 2),
    ("a\u{301}", false, 1, 1),
  ])
  func partsOfAMessage(_ text: String, _ isPlain: Bool, _ length: Int, _ parts: Int) {
    let message = TextMessage(text)
    #expect(message.isPlain == isPlain)
    #expect(message.length == length)
    #expect(message.parts == parts)
  }

  @Test(arguments: [
    ("0991234567", "+593991234567"), ("099 123-4567", "+593991234567"), ("+593 99 123 4567", "+593991234567"),
    ("00593991234567", "+593991234567"), ("991234567", "+593991234567"), ("(02) 250 1234", "+59322501234"),
    ("+1 202 555 0100", "+12025550100"),
  ])
  func numbersAsPeopleTypeThem(_ typed: String, _ text: String) {
    #expect(PhoneNumber(typed, callingCode: "593")?.text == text)
  }

  @Test(arguments: [
    "", "12", "099x123456", "+", "+0991234567", "+59399123456789012", "=1+1", "٠٩٩١٢٣٤٥٦٧",
    String(repeating: "1", count: 100),
  ])
  func whatIsNoNumber(_ typed: String) { #expect(PhoneNumber(typed, callingCode: "593") == nil) }
}
