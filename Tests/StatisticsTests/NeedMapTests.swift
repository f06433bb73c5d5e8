import Basics
import Foundation
import TestSupport
import Testing

@testable import Statistics

private let rule = NeedRule(smallest: 5, casesPerPerson: 10, troublePercent: 25)

@Suite struct NeedMapTests {
  private func cell(
    trained: Int? = 0, competent: Int? = 0, cases: Int? = 0, referrals: Int? = 0, troubled: Int? = 0,
    screenings: Int? = 0, without: Int? = 0
  ) -> NeedCell {
    NeedCell(
      province: "EC-P", kind: "ngo", trained: trained, competent: competent, cases: cases, referrals: referrals,
      troubled: troubled, screenings: screenings, without: without)
  }

  /// Every combination of hidden, none, few and many: a reason names shown numbers only, and says what is so.
  @Test func reasonsRestOnShownNumbersOnly() {
    let values: [Int?] = [nil, 0, 5, 100]
    for trained in values {
      for competent in values {
        for cases in values {
          for (referrals, troubled) in [(nil, nil), (0, 0), (20, 4), (20, 5), (20, nil)] as [(Int?, Int?)] {
            for (screenings, without) in [(nil, nil), (0, 0), (40, 9), (40, 10), (nil, 10)] as [(Int?, Int?)] {
              let cell = cell(
                trained: trained, competent: competent, cases: cases, referrals: referrals, troubled: troubled,
                screenings: screenings, without: without)
              let work = (cases ?? 0) + (referrals ?? 0) + (screenings ?? 0)
              let reasons = Set(cell.reasons(rule).map(\.key))
              let isUntrained = work >= 5 && (trained == 0 || ((trained ?? 0) > 0 && competent == 0))
              #expect(reasons.contains("untrained") == isUntrained)
              #expect(
                reasons.contains("load") == (cases == 100 && competent == 5))
              #expect(reasons.contains("referrals") == (referrals == 20 && troubled == 5))
              #expect(reasons.contains("screenings") == (screenings == 40 && without == 10))
            }
          }
        }
      }
    }
  }

  @Test func thePlaceWithMostWorkAPersonComesFirst() {
    let facts: [NeedFact] = [
      .init(province: "EC-P", kind: "ngo", .cases, 40), .init(province: "EC-P", kind: "ngo", .competent, 20),
      .init(province: "EC-O", kind: "ngo", .cases, 30), .init(province: "EC-O", kind: "police", .cases, 12),
      .init(province: "EC-O", kind: "police", .referralsTroubled, 10),
      .init(province: "EC-O", kind: "police", .referralsWell, 10),
    ]
    let map = NeedMap(facts, rule: rule)
    let next = map.next(rule)
    #expect(next.map(\.cell.kind) == ["police", "ngo"] && next.allSatisfy { $0.cell.province == "EC-O" })
    #expect(next[0].reasons == [.untrained(work: 32), .referrals(troubled: 10, all: 20)])
    #expect(map["EC-P", "ngo"]?.reasons(rule) == [])
    #expect(!map.hidesSomething)
    #expect(NeedMap([], rule: rule).next(rule).isEmpty)
  }

  /// Random maps: no shown count is small, and where one is hidden its row does not give it back.
  @Test func noSmallCountIsShownOrLeft() throws {
    let start = testSeed("need map")
    var dice = SeededGenerator(seed: start)
    for _ in 0..<60 {
      var facts: [NeedFact] = []
      for province in ["EC-P", "EC-O", "EC-C", "EC-D"].prefix(Int.random(in: 1...4, using: &dice)) {
        for kind in ["ngo", "police", "labour"].prefix(Int.random(in: 1...3, using: &dice)) {
          for measure in NeedFact.Measure.allCases where Bool.random(using: &dice) {
            facts.append(.init(province: province, kind: kind, measure, Int.random(in: 0...12, using: &dice)))
          }
        }
      }
      let map = NeedMap(facts, rule: rule)
      for cell in map.cells {
        let shown = [
          cell.trained, cell.competent, cell.cases, cell.referrals, cell.troubled, cell.screenings, cell.without,
        ]
        for case let count? in shown { #expect(!(1..<5).contains(count), "seed \(start)") }
        // A difference of two shown numbers is no small count either.
        for (all, part) in [(cell.referrals, cell.troubled), (cell.screenings, cell.without)] {
          if let all, let part { #expect(!(1..<5).contains(all - part), "seed \(start)") }
        }
        for reason in cell.reasons(rule) {
          if case .untrained(let work) = reason { #expect(work >= 5) }
        }
      }
    }
  }
}

@Suite struct BehaviourEvidenceTests {
  @Test func equalTimesAllTogether() {
    let three = [(4, 9, 180), (0, 3, 90), (6, 6, 30)].map {
      BehaviourEvidence.Agency(before: $0.0, after: $0.1, days: $0.2)
    }
    let evidence = BehaviourEvidence(three, smallest: 5)
    #expect(evidence.before == 10 && evidence.after == 18 && evidence.days == 300)
    #expect(evidence.monthly(evidence.before) == 1 && evidence.monthly(nil) == nil)
    // Two agencies would each know the other's.
    let two = BehaviourEvidence(Array(three.prefix(2)), smallest: 5)
    #expect(two.before == nil && two.after == nil && two.agencies == 2)
    // A small sum hides both, so that none is left by itself.
    let small = BehaviourEvidence(three.map { .init(before: $0.before / 4, after: $0.after, days: 30) }, smallest: 5)
    #expect(small.before == nil && small.after == nil)
    #expect(BehaviourEvidence([], smallest: 5).before == nil)
    let none = BehaviourEvidence([.init(before: 0, after: 0, days: 0)] + three, smallest: 5)
    #expect(none.before == 10)
  }
}
