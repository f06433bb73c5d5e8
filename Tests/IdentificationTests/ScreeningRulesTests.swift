import Basics
@testable import CountryPack
import Foundation
import TestSupport
import Testing

@testable import Identification

@Suite struct ScreeningRulesTests {
  private static let moves: [(ScreeningMove, name: String)] =
    [
      (.answerSafety(.clear), "clear"), (.answerSafety(.open(["a"])), "open"),
      (.answerSafety(.stopped(["a"])), "stopped"), (.goOn, "goOn"), (.answer, "answer"), (.finish, "finish"),
      (.reopen, "reopen"), (.reportDanger, "danger"), (.settleDanger, "settle"),
    ]

  /// The table, written a second time: who may ever do it, and what it leads to from each of the five states
  /// (safety_check, safety_stopped, in_progress, finished, decided; a dash where it is refused).
  private static let table: [String: (who: String, to: [String])] = [
    "clear": ("interviewer", ["in_progress", "in_progress", "in_progress", "-", "-"]),
    "open": ("interviewer", ["safety_check", "safety_check", "safety_check", "-", "-"]),
    "stopped": ("interviewer", ["safety_stopped", "safety_stopped", "safety_stopped", "-", "-"]),
    "goOn": ("interviewer decides", ["in_progress", "in_progress", "-", "-", "-"]),
    "answer": ("interviewer", ["-", "-", "in_progress", "-", "-"]),
    "finish": ("interviewer", ["-", "finished", "finished", "-", "-"]),
    "reopen": ("interviewer", ["-", "-", "-", "in_progress", "in_progress"]),
    "danger": ("interviewer reads", ["safety_stopped", "safety_stopped", "safety_stopped", "finished", "decided"]),
    "settle": ("decides", ["safety_check", "safety_stopped", "in_progress", "finished", "decided"]),
  ]

  @Test func everyMoveFromEveryStateByEveryone() throws {
    let states: [Screening.Status] = [.safetyCheck, .safetyStopped, .inProgress, .finished, .decided]
    #expect(Set(states) == Set(Screening.Status.allCases))
    var tried = 0
    for (move, name) in Self.moves {
      let row = try #require(Self.table[name])
      for (index, status) in states.enumerated() {
        for bits in 0..<8 {
          let standing = Standing(isInterviewer: bits & 1 > 0, readsAll: bits & 2 > 0, decides: bits & 4 > 0)
          let allowed = row.who.split(separator: " ").contains { way in
            way == "interviewer" ? standing.isInterviewer : way == "reads" ? standing.readsAll : standing.decides
          }
          let expected = !allowed ? "forbidden" : row.to[index] == "-" ? "conflict" : row.to[index]
          let found: String
          do throws(Refusal) {
            found = try ScreeningRules.next(move, from: status, by: standing).rawValue
          } catch { found = "\(error.kind)" }
          #expect(found == expected, "\(name) from \(status) by \(standing)")
          tried += 1
        }
      }
    }
    #expect(tried == 9 * 5 * 8)
  }

  @Test func unknownAboutSafetyIsNotAYes() throws {
    func question(_ code: String, _ stopsOn: FourWayAnswer, mayGoOn: Bool = true) -> SafetyQuestion {
      SafetyQuestion(
        code: code, text: LocalizedText(es: "", en: ""), stopsOn: stopsOn, mayGoOn: mayGoOn,
        advice: LocalizedText(es: "", en: ""))
    }
    let questions = [question("danger", .yes), question("agrees", .no, mayGoOn: false)]
    for danger in FourWayAnswer.allCases {
      for agrees in FourWayAnswer.allCases {
        let verdict = SafetyRules.verdict(questions, ["danger": danger, "agrees": agrees])
        let stops = (danger == .yes ? ["danger"] : []) + (agrees == .no ? ["agrees"] : [])
        let open = zip(["danger", "agrees"], [danger, agrees]).filter { $0.1 == .unknown || $0.1 == .notAsked }.map(\.0)
        #expect(verdict == (!stops.isEmpty ? .stopped(stops) : !open.isEmpty ? .open(open) : .clear))
        #expect(
          SafetyRules.mustBeSettled(questions, ["danger": danger, "agrees": agrees])
            == (agrees == .yes ? [] : ["agrees"]))
      }
    }
    #expect(SafetyRules.verdict(questions, [:]) == .open(["danger", "agrees"]))
    #expect(SafetyRules.verdict([], [:]) == .clear)
  }

  /// Each of the six is a separate answer: one left out is named, and none of them stops the interview.
  @Test func whatWasNotToldIsNamedAndStopsNothing() throws {
    let questions = try CountryPack.load(from: ecuador).safetyQuestions
    let told = questions.filter(\.isTold).map(\.code)
    let safe = Dictionary(
      uniqueKeysWithValues: questions.map { ($0.code, $0.stopsOn == .yes ? FourWayAnswer.no : .yes) })
    #expect(SafetyRules.untold(questions, safe).isEmpty)
    #expect(SafetyRules.untold(questions, [:]).map(\.code) == told)
    for code in told {
      for answer in FourWayAnswer.allCases {
        var answers = safe
        answers[code] = answer
        #expect(SafetyRules.verdict(questions, answers) == .clear)
        #expect(SafetyRules.untold(questions, answers).map(\.code) == (answer == .yes ? [] : [code]))
      }
    }
  }

  @Test func theSafetyQuestionsOfThePackStopAsTheyShould() throws {
    let pack = try CountryPack.load(from: ecuador)
    let codes = Set(pack.safetyQuestions.map(\.code))
    #expect(codes.isSuperset(of: ["danger_now", "private_place", "controlling_companion", "agrees_to_talk"]))
    #expect(pack.safetyQuestions.filter { !$0.mayGoOn }.map(\.code) == ["agrees_to_talk"])
    #expect(pack.safetyQuestions.count { $0.isTold } == 6)
    #expect(pack.safetyQuestions.allSatisfy { $0.stopsOn == .yes || $0.stopsOn == .no })
  }

  @Test func thePlanFollowsTheAge() throws {
    let pack = try CountryPack.load(from: ecuador)
    func plan(_ age: Age, _ questions: Screening.Questions = .guided) -> ScreeningPlan {
      ScreeningPlan(pack, age: age, questions: questions)
    }
    #expect(plan(.years(18)).leading?.id == "ilo-adult-labour")
    for age in [Age.years(17), .inDoubt] {
      #expect(plan(age).leading?.id == "ilo-child-labour")
      #expect(plan(age).topics.first?.instrument.kind == .observation)
      #expect(plan(age).topics.count == 7)
      #expect(plan(age).questionCount == 29 + 65)
    }
    #expect(plan(.years(30)).questionCount == 29 + 67)
    #expect(plan(.years(30), .observation).leading?.kind == .observation)
    #expect(plan(.years(30), .observation).topics.map(\.code).first == "observation")
    #expect(plan(.years(30), .observation).topics.allSatisfy { $0.instrument.kind == .observation })
  }
}
