import Basics
@testable import CountryPack
import Foundation
import TestSupport
import Testing

@testable import Identification

/// An instrument of one dimension with so many indicators of each strength, their order turned by `turn`.
private func instrument(_ strengths: [IndicatorStrength]) -> Instrument {
  Instrument(
    id: "small", version: CalendarDay(daysSince1970: 0), kind: .scored, population: .any,
    name: LocalizedText(es: "", en: ""), source: "", certainty: .decided, licence: "", combination: "c",
    dimensions: [.init(code: "d", phase: "destination", name: LocalizedText(es: "", en: ""))],
    indicators: strengths.enumerated().map {
      Indicator(
        code: "I\($0.offset)", dimension: "d", strength: $0.element, text: LocalizedText(es: "", en: ""),
        isVerified: true, basis: "")
    })
}

/// The rule's four clauses, word for word.
private func rule(_ strengths: [IndicatorStrength]) -> Bool {
  let (s, m, w) = (
    strengths.count { $0 == .strong }, strengths.count { $0 == .medium }, strengths.count { $0 == .weak }
  )
  return s >= 2 || (s >= 1 && m + w >= 1) || m >= 3 || (m >= 2 && w >= 1)
}

private func key(_ code: String) -> IndicatorKey { IndicatorKey(dimension: "d", code: code) }

@Suite struct OpenQuestionsTests {
  /// All combinations of up to three yes and two open answers of each strength, against trying every future.
  @Test func theEngineAgainstEveryFutureOfEveryCombination() {
    let ranks: [IndicatorStrength] = [.strong, .medium, .weak]
    var tried = 0
    for code in 0..<(4 * 4 * 4 * 3 * 3 * 3) {
      var rest = code
      func draw(_ base: Int) -> Int {
        defer { rest /= base }
        return rest % base
      }
      let yes = ranks.flatMap { [IndicatorStrength](repeating: $0, count: draw(4)) }
      let open = ranks.flatMap { [IndicatorStrength](repeating: $0, count: draw(3)) }
      // Two answered no as well: they must count for nothing.
      let set = instrument(yes + open + [.strong, .strong])
      var sheet = AnswerSheet()
      for (index, indicator) in set.indicators.enumerated() {
        sheet[key(indicator.code)] =
          index < yes.count ? .yes : index < yes.count + open.count ? (index % 2 == 0 ? .unknown : .notAsked) : .no
      }
      let futures = (0..<(1 << open.count)).map { choice in
        open.enumerated().filter { choice >> $0.offset & 1 == 1 }.map(\.element)
      }
      let reaching = futures.filter { rule(yes + $0) }
      let expected: Finding = rule(yes) ? .positive : reaching.isEmpty ? .negative : .insufficient
      #expect(AssessmentRules.finding(set.dimensions[0], of: set, sheet).state == expected)
      let asked = AssessmentRules.openQuestions(set.dimensions[0], of: set, sheet)
      if expected == .insufficient {
        #expect(asked.count == reaching.map(\.count).min(), "\(yes) and \(open)")
        let strengths = asked.compactMap { code in set.indicators.first { $0.code == code }?.strength }
        #expect(rule(yes + strengths))
        #expect(asked.allSatisfy { sheet[key($0)] == .unknown || sheet[key($0)] == .notAsked })
      } else {
        #expect(asked.isEmpty)
      }
      tried += 1
    }
    #expect(tried == 1728)
  }

  private func randomCase(_ generator: inout SeededGenerator) -> (Instrument, AnswerSheet) {
    let ranks: [IndicatorStrength] = [.strong, .medium, .weak]
    let set = instrument(
      (0..<Int.random(in: 1...9, using: &generator)).map { _ in ranks.randomElement(using: &generator) ?? .weak })
    var sheet = AnswerSheet()
    for indicator in set.indicators {
      sheet[key(indicator.code)] = FourWayAnswer.allCases.randomElement(using: &generator) ?? .no
    }
    return (set, sheet)
  }

  private func state(_ set: Instrument, _ sheet: AnswerSheet) -> Finding {
    AssessmentRules.finding(set.dimensions[0], of: set, sheet).state
  }

  @Test func oneMoreYesNeverTakesAFindingAway() {
    let seed = testSeed("one more yes")
    var generator = SeededGenerator(seed: seed)
    let order: [Finding] = [.negative, .insufficient, .positive]
    for round in 0..<2000 {
      let (set, sheet) = randomCase(&generator)
      for indicator in set.indicators {
        var more = sheet
        more[key(indicator.code)] = .yes
        let (before, after) = (order.firstIndex(of: state(set, sheet)), order.firstIndex(of: state(set, more)))
        #expect((after ?? 0) >= (before ?? 0), "seed \(seed) round \(round)")
      }
    }
  }

  @Test func theOrderDoesNotMatter() {
    let seed = testSeed("order")
    var generator = SeededGenerator(seed: seed)
    for round in 0..<1000 {
      let (set, sheet) = randomCase(&generator)
      var shuffled = set
      shuffled.indicators.shuffle(using: &generator)
      #expect(state(set, sheet) == state(shuffled, sheet), "seed \(seed) round \(round)")
      #expect(
        AssessmentRules.openQuestions(set.dimensions[0], of: set, sheet).count
          == AssessmentRules.openQuestions(shuffled.dimensions[0], of: shuffled, sheet).count,
        "seed \(seed) round \(round)")
    }
  }

  /// Unknown leaves a dimension open exactly when a yes in its place could still turn it; a no closes it.
  @Test func unknownNeverCountsAsNo() {
    let seed = testSeed("unknown")
    var generator = SeededGenerator(seed: seed)
    var differed = 0
    for round in 0..<2000 {
      let (set, sheet) = randomCase(&generator)
      var (closed, opened, allYes, swapped) = (sheet, sheet, sheet, sheet)
      for indicator in set.indicators {
        let answer = sheet[key(indicator.code)]
        if answer == .unknown || answer == .notAsked {
          closed[key(indicator.code)] = .no
          allYes[key(indicator.code)] = .yes
          swapped[key(indicator.code)] = answer == .unknown ? .notAsked : .unknown
        }
        if answer == .no { opened[key(indicator.code)] = .unknown }
      }
      #expect(state(set, closed) != .insufficient, "seed \(seed) round \(round)")
      #expect(state(set, swapped) == state(set, sheet), "seed \(seed) round \(round)")
      #expect((state(set, sheet) == .negative) == (state(set, allYes) != .positive), "seed \(seed) round \(round)")
      #expect((state(set, opened) == .positive) == (state(set, sheet) == .positive), "seed \(seed) round \(round)")
      if state(set, closed) != state(set, sheet) { differed += 1 }
    }
    #expect(differed > 100, "seed \(seed): the property was hardly tried")
  }
}
