import Accounts
import Basics
import CountryPack
import Foundation
import Records
import TestSupport
import Testing

@testable import Identification

/// What a person refused to share is not handed on.
@Suite struct SharingTests {
  /// Each of the seven answers in each of the four ways: only a no to what sharing needs is a refusal.
  @Test func onlyANoToWhatSharingNeedsIsARefusal() throws {
    let questions = try CountryPack.load(from: ecuador).safetyQuestions
    let consent = questions.filter { $0.isTold || !$0.mayGoOn }.map(\.code)
    #expect(consent.count == 7)
    #expect(questions.filter(\.isNeededToShare).map(\.code) == ["agrees_to_talk", "told_use"])
    for code in questions.map(\.code) {
      for answer in FourWayAnswer.allCases {
        let refused = SafetyRules.refusals(questions, [code: answer]).map(\.code)
        #expect(refused == (answer == .no && ["agrees_to_talk", "told_use"].contains(code) ? [code] : []))
      }
    }
    func phrase(_ answers: [String: FourWayAnswer]) -> String? {
      do throws(Refusal) {
        try SafetyRules.requireSharing(questions, answers)
        return nil
      } catch { return error.phrase.key }
    }
    #expect(phrase([:]) == nil)
    #expect(phrase(["agrees_to_talk": .no, "told_use": .no]) == "error.sharing_refused")
    #expect(phrase(["agrees_to_talk": .yes, "told_use": .no]) == "error.sharing_untold")
  }

  @Test(arguments: TestEngine.available) func aRefusalIsNotHandedOverNorTakenIntoACase(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      let (desk, id) = (house.desk, try await house.inProgress())
      var answers = house.safe
      answers["told_use"] = .no
      try await desk.answerSafety(house.officer, id, answers, seen: 1)
      func handOver(to member: MemberID) async -> Refusal? {
        await refusal { try await desk.handOver(house.officer, id, to: member) }
      }
      func carry() async -> Refusal? {
        await refusal { _ = try await house.office.database.write { try desk.carryOver(id, for: house.worker, $0) } }
      }
      #expect(await handOver(to: house.colleague.member)?.phrase.key == "error.sharing_untold")
      #expect(await handOver(to: house.colleague.member)?.kind == .noBasis)
      #expect(await carry()?.phrase.key == "error.sharing_untold")
      #expect(try await desk.summary(house.officer, id).member == house.officer.member)
      // Nothing was read: no entry says that it was.
      #expect(!(try await house.actions(id)).contains("screening.read"))
      // In danger somebody must be able to take it over.
      try await desk.reportDanger(house.officer, id)
      #expect(await handOver(to: house.colleague.member) == nil)
      try await desk.settleDanger(house.supervisor, id, reason: "x")
      #expect(await carry()?.kind == .noBasis)
      // Told, it goes on.
      answers["told_use"] = .yes
      try await desk.answerSafety(house.colleague, id, answers, seen: 2)
      #expect(await carry() == nil)
      answers["agrees_to_talk"] = .no
      try await desk.answerSafety(house.colleague, id, answers, seen: 3)
      #expect(await carry()?.phrase.key == "error.sharing_refused")
      #expect(
        await refusal { try await desk.handOver(house.colleague, id, to: house.officer.member) }?.phrase.key
          == "error.sharing_refused")
    }
  }
}
