import Basics
import CountryPack
import Testing

@testable import Identification

@Suite struct DecisionRulesTests {
  private static let moves: [DecisionMove] =
    Decision.Kind.allCases.flatMap { [.decide($0), .record($0), .answer(.replaced($0)), .recordAnswer(.replaced($0))] }
    + Review.Verdict.allCases.map(DecisionMove.review) + [.appeal, .answer(.stands), .recordAnswer(.stands)]
    + DecisionClock.Move.allCases.map(DecisionMove.clock)

  private static let clocks: [DecisionClock.State] = [
    .none, .informs, .ended, .running(isExtended: false), .running(isExtended: true), .suspended(isExtended: false),
    .suspended(isExtended: true),
  ]

  private static let formal: Set = ["formally_identified", "not_identified_formally"]
  private static let no: Set = ["not_presumed_now", "not_identified_formally"]
  /// What may take the place of what was appealed.
  private static let better: [String: Set<String>] = [
    "not_identified_formally": ["needs_more_information", "presumed", "formally_identified"],
    "not_presumed_now": ["needs_more_information", "presumed", "formally_identified"],
    "needs_more_information": ["presumed", "formally_identified"], "presumed": ["formally_identified"],
    "formally_identified": [],
  ]

  private static func term(extendDays: Int) -> DecisionTerm {
    DecisionTerm(
      days: 5, counts: .working, warnDays: 1, extendDays: extendDays, source: "", certainty: .verified)
  }

  /// The rule a second time, as a list of what must hold for each move: first who, then when, then what it leads to.
  private static func expected(
    _ move: DecisionMove, _ now: DecisionSituation, _ who: DecisionStanding, extends: Bool
  ) -> String {
    let supervisor = who.decides
    let impartial = !who.hasInterviewed && !who.madeTheDecision
    let over = now.status == .finished || now.status == .decided
    let decision = now.decision?.rawValue ?? ""
    func to(_ may: Bool, _ when: Bool, _ status: Screening.Status) -> String {
      !may ? "forbidden" : when ? status.rawValue : "conflict"
    }
    let afterBetter: Screening.Status = now.status == .finished ? .decided : now.status
    switch move {
    case .decide(let kind) where formal.contains(kind.rawValue):
      return to(supervisor && who.isOfABody && !who.hasInterviewed, over && !now.appealIsOpen, .decided)
    case .decide:
      let may = now.formallyDecided ? supervisor && who.isOfABody : supervisor || who.isInterviewer
      return to(may, over && !now.appealIsOpen, .decided)
    case .record(let kind):
      return to(supervisor && formal.contains(kind.rawValue), over && !now.appealIsOpen, .decided)
    case .review:
      return to(supervisor && impartial, over && !now.appealIsOpen && !now.formallyDecided, now.status)
    case .appeal:
      return to(
        supervisor || who.isInterviewer || who.readsAll, no.contains(decision) && !now.appealIsOpen, now.status)
    case .answer(.stands):
      let may = supervisor && impartial && (who.isOfABody || !(now.formallyDecided || formal.contains(decision)))
      return to(may, now.appealIsOpen && !decision.isEmpty && !now.isReceived, now.status)
    case .answer(.replaced(let kind)):
      let needsBody = now.formallyDecided || formal.contains(decision) || kind.rawValue == "formally_identified"
      return to(
        supervisor && impartial && (who.isOfABody || !needsBody),
        now.appealIsOpen && !now.isReceived && better[decision]?.contains(kind.rawValue) == true, afterBetter)
    case .recordAnswer(.stands):
      return to(supervisor, now.appealIsOpen && !decision.isEmpty && now.isReceived, now.status)
    case .recordAnswer(.replaced(let kind)):
      return to(
        supervisor && kind.rawValue == "formally_identified",
        now.appealIsOpen && better[decision]?.contains(kind.rawValue) == true, afterBetter)
    case .clock(let move):
      let can =
        switch (move, now.clock) {
        case (.suspend, .running), (.resume, .suspended): true
        case (.extend, .running(let isExtended)), (.extend, .suspended(let isExtended)): extends && !isExtended
        default: false
        }
      return to(supervisor, can, now.status)
    }
  }

  @Test func everyMoveInEverySituationByEveryone() {
    let kinds: [Decision.Kind?] = [nil] + Decision.Kind.allCases
    var (tried, wrong, results): (Int, [String], Set<String>) = (0, [], [])
    for status in Screening.Status.allCases {
      for decision in kinds {
        for bits in 0..<512 {
          let who = DecisionStanding(
            isInterviewer: bits & 1 > 0, hasInterviewed: bits & 2 > 0, readsAll: bits & 4 > 0, decides: bits & 8 > 0,
            isOfABody: bits & 16 > 0, madeTheDecision: bits & 32 > 0)
          // The clock is tried apart from what else matters: no other move looks at it.
          let clock = Self.clocks[(bits + status.rawValue.count) % Self.clocks.count]
          let now = DecisionSituation(
            status: status, decision: decision, isReceived: bits & 64 > 0, formallyDecided: bits & 128 > 0,
            appealIsOpen: bits & 256 > 0, clock: clock)
          for move in Self.moves {
            let extends = bits % 3 != 0
            let expected = Self.expected(move, now, who, extends: extends)
            let found: String
            do throws(Refusal) {
              found = try DecisionRules.next(move, in: now, by: who, Self.term(extendDays: extends ? 5 : 0)).rawValue
            } catch { found = "\(error.kind)" }
            if found != expected { wrong.append("\(move) in \(now) by \(who): \(found), not \(expected)") }
            results.insert(found)
            tried += 1
          }
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3).joined(separator: "\n"))")
    #expect(tried == 5 * 6 * 512 * (20 + 3 + 3 + 3))
    #expect(results == Set(["forbidden", "conflict"] + Screening.Status.allCases.map(\.rawValue)))
  }

  /// Whatever the state of the clock, by whoever.
  @Test func everyMoveOfTheClockInEveryState() {
    for clock in Self.clocks {
      for move in DecisionClock.Move.allCases {
        for extends in [true, false] {
          for decides in [true, false] {
            let who = DecisionStanding(
              isInterviewer: !decides, hasInterviewed: !decides, readsAll: true, decides: decides, isOfABody: false,
              madeTheDecision: decides)
            let now = DecisionSituation(
              status: .decided, decision: .presumed, isReceived: false, formallyDecided: false, appealIsOpen: false,
              clock: clock)
            let expected = Self.expected(.clock(move), now, who, extends: extends)
            let found: String
            do throws(Refusal) {
              found =
                try DecisionRules.next(.clock(move), in: now, by: who, Self.term(extendDays: extends ? 5 : 0)).rawValue
            } catch { found = "\(error.kind)" }
            #expect(found == expected, "\(move) from \(clock)")
          }
        }
      }
    }
  }

  /// Nobody who decided or interviewed answers an appeal, and no answer gives less than what stood.
  @Test func anAppealNeverWorsensAndIsNeverAnsweredByWhoDecided() {
    for before in Decision.Kind.allCases {
      for after in Decision.Kind.allCases {
        for bits in 0..<8 {
          let who = DecisionStanding(
            isInterviewer: false, hasInterviewed: bits & 1 > 0, readsAll: true, decides: true, isOfABody: true,
            madeTheDecision: bits & 2 > 0)
          let now = DecisionSituation(
            status: .decided, decision: before, isReceived: false, formallyDecided: bits & 4 > 0, appealIsOpen: true,
            clock: .none)
          let answered = (try? DecisionRules.next(.answer(.replaced(after)), in: now, by: who, nil)) != nil
          if answered {
            #expect(!who.hasInterviewed && !who.madeTheDecision)
            #expect(after.favour > before.favour && !after.saysNo)
          }
        }
      }
    }
    #expect(Set(Decision.Kind.allCases.map(\.favour)).count == Decision.Kind.allCases.count)
  }
}
