import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import Casework

@Suite struct AssessmentRulesTests {
  private let pack: CountryPack
  private let day = CalendarDay("2007-11-05") ?? CalendarDay(daysSince1970: 0)
  init() throws { pack = try Town.pack.get() }

  private func wrong(_ change: (inout AssessmentRequest) -> Void) -> [String: String] {
    var request = AssessmentRequest(
      .risk, level: "high", day: day, content: AssessmentContent(answers: ["threats": .yes, "debt": .no]))
    change(&request)
    return Dictionary(
      AssessmentRules.problems(request, pack, on: day).map { ($0.field, $0.phrase.key) }
    ) { first, _ in first }
  }

  @Test func everyWrongFieldIsNamed() {
    #expect(wrong { _ in }.isEmpty)
    #expect(wrong { $0.level = "x" } == ["level": "error.unknown_code"])
    #expect(wrong { $0.day = day.adding(days: 1) } == ["day": "error.day_future"])
    #expect(wrong { $0.day = day.adding(days: -9000) } == ["day": "error.day_too_long_ago"])
    #expect(wrong { $0.due = day } == ["due": "error.due_before_day"])
    #expect(wrong { $0.due = day.adding(days: 4000) } == ["due": "error.day_too_far"])
    #expect(wrong { $0.content = AssessmentContent() } == ["a_found": "error.nothing_answered"])
    #expect(
      wrong { $0.content = AssessmentContent(answers: ["threats": .notAsked]) } == ["a_found": "error.nothing_answered"]
    )
    // A need is no risk.
    #expect(
      wrong { $0.content = AssessmentContent(answers: ["schooling": .yes]) } == ["a_schooling": "error.unknown_code"])
    #expect(wrong { $0.content.note = "\u{202E}" } == ["note": "error.text_direction"])
  }

  @Test func theLevelSaysWhenToLookAgainUnlessSomebodyDoes() {
    func due(_ level: String, _ asked: CalendarDay? = nil) -> CalendarDay {
      AssessmentRules.due(
        AssessmentRequest(.needs, level: level, day: day, due: asked, content: AssessmentContent()), pack)
    }
    let days = ["immediate", "high", "medium", "low"].map { due($0) }
    #expect(days == days.sorted() && Set(days).count == 4 && days[0] > day)
    #expect(due("low", day.adding(days: 2)) == day.adding(days: 2))
  }

  private func assessment(_ level: String, _ answers: [String: FourWayAnswer]?) -> Assessment {
    Assessment(
      id: .random(), kind: .risk, level: level, day: day, due: day,
      content: answers.map { AssessmentContent(answers: $0) },
      recordedBy: .random())
  }

  @Test func silenceIsNoChange() throws {
    let before = assessment("high", ["threats": .yes, "debt": .yes, "found": .yes, "contact": .no, "health": .unknown])
    let now = assessment("medium", ["threats": .yes, "debt": .no, "found": .unknown, "contact": .yes])
    let comparison = try #require(AssessmentRules.comparison(now, with: before, pack))
    #expect(comparison.level == .lower)
    #expect(comparison.came == ["contact"] && comparison.stayed == ["threats"] && comparison.went == ["debt"])
    #expect(comparison.unanswered == ["found"])
    #expect(AssessmentRules.comparison(before, with: before, pack)?.level == .same)
    #expect(AssessmentRules.comparison(before, with: now, pack)?.level == .higher)
    #expect(AssessmentRules.comparison(now, with: assessment("low", nil), pack) == nil)
  }

  /// Every pair of answers falls into exactly one of the four, or is nothing to tell.
  @Test func everyPairOfAnswersIsToldOnce() throws {
    for before in FourWayAnswer.allCases {
      for now in FourWayAnswer.allCases {
        let told = try #require(
          AssessmentRules.comparison(assessment("low", ["debt": now]), with: assessment("low", ["debt": before]), pack))
        let all = told.came + told.stayed + told.went + told.unanswered
        #expect(all == (before == .yes || now == .yes ? ["debt"] : []), "\(before) \(now)")
      }
    }
  }
}

@Suite struct AssessmentDeskTests {
  private func request(
    _ kind: AssessmentKind, _ level: String, _ answers: [String: FourWayAnswer], _ town: Town, due: Int? = nil,
    note: String = ""
  ) -> AssessmentRequest {
    AssessmentRequest(
      kind, level: level, day: town.desk.today, due: due.map { town.desk.today.adding(days: $0) },
      content: AssessmentContent(answers: answers, note: note))
  }

  @Test(arguments: TestEngine.available) func isWrittenComparedAndSaysWhenToLookAgain(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, id) = (town.desk, try await town.opened().id)
      let first = AssessmentID.random()
      for _ in 0..<2 {
        try await desk.assess(
          town.worker, id, id: first, request(.risk, "high", ["threats": .yes], town, note: "Tiene miedo"), seen: 0)
      }
      var file = try await desk.file(town.worker, id)
      #expect(file.assessments.map(\.content) == [AssessmentContent(answers: ["threats": .yes], note: "Tiene miedo")])
      #expect(file.summary.due == desk.today.adding(days: 7))
      // Somebody else assessed meanwhile: told, and then both are kept.
      let second = request(.risk, "low", ["threats": .no], town, due: 20)
      #expect(
        try await refusal { try await desk.assess(town.supervisor, id, id: .random(), second, seen: 0) }?.phrase.key
          == "error.assessed_meanwhile")
      town.time.move(.days(1))
      let again = request(.risk, "low", ["threats": .no], town, due: 20)
      try await desk.assess(town.supervisor, id, id: .random(), again, seen: 1)
      file = try await desk.file(town.worker, id)
      #expect(file.assessments.map(\.level) == ["low", "high"])
      // Only the latest says when to look again, and the follow-up that comes first counts.
      #expect(file.summary.due == desk.today.adding(days: 20))
      try await desk.planFollowUp(town.worker, id, id: .random(), due: desk.today.adding(days: 3), note: "")
      #expect(try await desk.file(town.worker, id).summary.due == desk.today.adding(days: 3))
      // One kind does not stand in the way of the other.
      try await desk.assess(town.worker, id, id: .random(), request(.needs, "medium", ["housing": .yes], town), seen: 0)
      let latest = try #require(try await desk.file(town.worker, id).assessments.first { $0.kind == .risk })
      try await desk.removeAssessment(town.worker, id, latest.id)
      #expect(try await refusal { try await desk.removeAssessment(town.worker, id, latest.id) } == .notFound)
      #expect(try await desk.file(town.worker, id).assessments.map(\.kind) == [.needs, .risk])
      // What the earlier one said counts again: seven days from yesterday.
      #expect(try await desk.workList(town.worker).rows.first?.summary.due == desk.today.adding(days: 3))
      try await town.close(id, leavingOpen: true)
      #expect(try await desk.file(town.worker, id).summary.due == nil)
      let actions = try await desk.history(town.worker, id).map(\.action)
      #expect(actions.count { $0 == "assessment.add" } == 3 && actions.contains("assessment.remove"))
    }
  }

  @Test(arguments: TestEngine.available) func theFilesNeedsFollowTheLatestLook(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let desk = town.desk
      var opening = town.opening()
      opening.needs = Needs(codes: ["housing", "legal"], note: "Esta noche")
      let id = try await town.opened(nil, opening).id
      try await desk.assess(
        town.worker, id, id: .random(),
        request(.needs, "high", ["housing": .no, "health": .yes, "income": .unknown], town), seen: 0)
      let needs = try await desk.file(town.worker, id).needs
      // What was not asked stays.
      #expect(needs == Revised(Needs(codes: ["health", "legal"], note: "Esta noche"), revision: 2))
      let bare = try await town.opened(nil, town.opening("Luz", "Chimbo")).id
      try await desk.assess(town.worker, bare, id: .random(), request(.needs, "low", ["papers": .yes], town), seen: 0)
      #expect(try await desk.file(town.worker, bare).needs?.value.codes == ["papers"])
    }
  }

  @Test(arguments: TestEngine.available) func whoMayNotWriteDoesNotAndOthersSeeTheirKindOnly(_ engine: Engine)
    async throws
  {
    try await withTown(engine) { town in
      let (desk, id) = (town.desk, try await town.opened(town.officer).id)
      let risk = request(.risk, "high", ["threats": .yes], town)
      for (actor, expected) in [
        (town.officer, Refusal.forbidden), (town.coordinator, .forbidden), (town.north, .notFound),
      ] {
        #expect(try await refusal { try await desk.assess(actor, id, id: .random(), risk, seen: 0) } == expected)
        #expect(
          try await refusal { try await desk.editSafetyPlan(actor, id, SafetyPlan(), seen: 0) } == expected)
        #expect(try await refusal { try await desk.removeAssessment(actor, id, .random()) } == expected)
      }
      try await desk.assess(town.worker, id, id: .random(), risk, seen: 0)
      try await desk.assess(town.worker, id, id: .random(), request(.needs, "low", ["papers": .yes], town), seen: 0)
      try await desk.editSafetyPlan(town.worker, id, SafetyPlan(signal: "Zorzal"), seen: 0)
      #expect(
        try await refusal { try await desk.editSafetyPlan(town.supervisor, id, SafetyPlan(), seen: 0) }?.phrase.key
          == "error.edited_meanwhile")
      #expect(
        try await refusal {
          try await desk.editSafetyPlan(town.worker, id, SafetyPlan(places: "\u{0007}"), seen: 1)
        }?.wrongFields == ["places"])
      #expect(try await desk.file(town.worker, id).safetyPlan == Revised(SafetyPlan(signal: "Zorzal"), revision: 1))
      try await town.shared(id, to: town.north.agency, [.needs])
      var file = try await desk.file(town.north, id)
      #expect(file.assessments.map(\.kind) == [.needs] && file.safetyPlan == nil)
      try await town.shared(id, to: town.south.agency, [.safety])
      file = try await desk.file(town.south, id)
      #expect(file.assessments.map(\.kind) == [.risk] && file.safetyPlan?.value.signal == "Zorzal")
      #expect(file.assessments.first?.content?.answer("threats") == .yes)
    }
  }
}
