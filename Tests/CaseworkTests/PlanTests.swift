import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import Casework

@Suite struct PlanRulesTests {
  private let pack: CountryPack
  private let day = CalendarDay("2007-11-05") ?? CalendarDay(daysSince1970: 0)
  init() throws { pack = try Town.pack.get() }

  private func wrong(
    before: CalendarDay? = nil, provider: Bool = true, responsible: Bool = true, _ change: (inout ActionRequest) -> Void
  ) -> [String: String] {
    var request = ActionRequest(
      ActionContent(words: "Sacar la cédula"), provider: .random(), responsible: .random(), due: day)
    change(&request)
    return Dictionary(
      PlanRules.problems(
        request, before: before, providerExists: provider, responsibleExists: responsible, on: day
      ).map { ($0.field, $0.phrase.key) }
    ) { first, _ in first }
  }

  @Test func everyWrongFieldOfAnActionIsNamed() {
    #expect(wrong { _ in }.isEmpty)
    #expect(wrong { $0.content.words = " … " } == ["words": "error.missing"])
    #expect(wrong { $0.content.words = "a\u{202E}" } == ["words": "error.text_direction"])
    #expect(wrong(provider: false) { _ in } == ["provider": "error.unknown_code"])
    #expect(wrong(responsible: false) { _ in } == ["responsible": "error.unknown_code"])
    #expect(wrong { $0.provider = nil } == ["provider_name": "error.doer_needed"])
    #expect(wrong { $0.due = day.adding(days: -1) } == ["due": "error.day_past"])
    // What is late already may keep its day.
    #expect(wrong(before: day.adding(days: -1)) { $0.due = day.adding(days: -1) }.isEmpty)
    #expect(wrong { $0.due = day.adding(days: 4000) } == ["due": "error.day_too_far"])
  }

  @Test func everyWrongFieldOfTheRestIsNamed() {
    func fields(_ problems: [FieldProblem]) -> Set<String> { Set(problems.map(\.field)) }
    #expect(PlanRules.problems(GoalContent(words: "Estudiar", need: "schooling"), pack).isEmpty)
    #expect(fields(PlanRules.problems(GoalContent(words: "", need: "gold"), pack)) == ["words", "need"])
    #expect(PlanRules.problems(ActionResult(done: day, outcome: "provided"), pack, on: day).isEmpty)
    #expect(
      fields(
        PlanRules.problems(
          ActionResult(done: day.adding(days: 1), outcome: "x", words: "\u{0}", service: .new(.random(), "x")), pack,
          on: day)) == ["done", "outcome", "result", "service_kind"])
    #expect(PlanRules.problemsOfAgreement(way: "spoken", day: day, note: "", pack, on: day).isEmpty)
    #expect(
      fields(PlanRules.problemsOfAgreement(way: "x", day: day.adding(days: 1), note: "\u{0}", pack, on: day))
        == ["way", "day", "note"])
  }

  @Test func aPlanIsAgreedBeforeItIsSignedAndByTwoPeople() {
    let (worker, supervisor) = (MemberID.random(), MemberID.random())
    let goal = PlanGoal(id: .random(), state: .open, revision: 1)
    var plan = AssistancePlan(version: 1, goals: [goal])
    #expect(PlanRules.obstacleToAgreement(plan)?.key == "error.plan_is_empty")
    plan.actions = [PlanAction(id: .random(), goal: goal.id, due: day, responsible: worker, revision: 1)]
    #expect(PlanRules.obstacleToAgreement(plan) == nil)
    #expect(PlanRules.obstacleToSignature(plan, by: supervisor)?.key == "error.plan_not_agreed")
    func mark(_ kind: PlanMark.Kind, _ version: Int, _ member: MemberID) -> PlanMark {
      PlanMark(
        id: .random(), kind: kind, version: version, day: day, madeBy: member, madeAt: Moment(milliseconds: 0))
    }
    plan.marks = [mark(.agreed, 1, worker)]
    #expect(PlanRules.obstacleToSignature(plan, by: worker)?.key == "error.plan_four_eyes")
    #expect(PlanRules.obstacleToSignature(plan, by: supervisor) == nil)
    plan.marks.insert(mark(.signed, 1, supervisor), at: 0)
    #expect(PlanRules.obstacleToSignature(plan, by: supervisor)?.key == "error.plan_signed")
    // A changed plan is another one.
    plan.version = 2
    #expect(plan.agreement == nil && plan.signature == nil)
    plan.goals[0].state = .reached
    #expect(PlanRules.obstacleToAgreement(plan)?.key == "error.plan_is_empty")
  }
}

@Suite struct PlanDeskTests {
  private func request(_ town: Town, _ words: String = "Sacar la cédula", due: Int = 7) -> ActionRequest {
    ActionRequest(
      ActionContent(words: words), provider: town.worker.agency, responsible: town.worker.member,
      due: town.desk.today.adding(days: due))
  }

  @Test(arguments: TestEngine.available) func aPlanIsMadeAgreedSignedAndDone(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, id) = (town.desk, try await town.opened().id)
      let (goal, action, service) = (PlanGoalID.random(), PlanActionID.random(), ServiceRecordID.random())
      for _ in 0..<2 {
        try await desk.putGoal(town.worker, id, id: goal, GoalContent(words: "Tener papeles", need: "papers"), seen: 0)
        try await desk.putAction(town.worker, id, for: goal, id: action, request(town), seen: 0)
      }
      var plan = try #require(try await desk.file(town.worker, id).plan)
      #expect(plan.version == 2 && plan.goals.map(\.content?.need) == ["papers"])
      #expect(plan.actions.map(\.content?.words) == ["Sacar la cédula"])
      #expect(try await desk.file(town.worker, id).summary.due == desk.today.adding(days: 7))

      let today = desk.today
      func agree(_ version: Int) async throws -> String? {
        try await refusal {
          try await desk.agreePlan(
            town.worker, id, id: .random(), way: "spoken", day: today, note: "Pidió más tiempo", version: version)
        }?.phrase.key
      }
      #expect(try await agree(1) == "error.plan_changed")
      #expect(try await agree(2) == nil)
      #expect(try await refusal { try await desk.signPlan(town.worker, id, id: .random(), version: 2) } == .forbidden)
      let mark = PlanMarkID.random()
      for _ in 0..<2 { try await desk.signPlan(town.supervisor, id, id: mark, version: 2) }
      plan = try #require(try await desk.file(town.worker, id).plan)
      #expect(plan.marks.map(\.kind) == [.signed, .agreed])
      #expect(plan.signature?.madeBy == town.supervisor.member && plan.agreement?.note == "Pidió más tiempo")

      // Done, and given as a service, in one go and once.
      town.time.move(.days(9))
      #expect(try await desk.workList(town.worker, CaseFilter(dueBy: desk.today)).rows.map(\.summary.id) == [id])
      let result = ActionResult(
        done: desk.today, outcome: "provided", words: "Ya la tiene", service: .new(service, "documents"))
      try await desk.finishAction(town.worker, id, action, result)
      #expect(
        try await refusal { try await desk.finishAction(town.supervisor, id, action, result) }?.phrase.key
          == "error.action_done")
      let file = try await desk.file(town.worker, id)
      #expect(file.plan?.actions.first?.result == "Ya la tiene" && file.plan?.actions.first?.service == service)
      #expect(file.services.map(\.service) == ["documents"] && file.services.first?.detail?.note == "Ya la tiene")
      #expect(file.summary.due == nil)
      // Doing what was agreed does not make it another plan; changing it does.
      #expect(file.plan?.signature != nil)
      try await desk.putGoal(
        town.worker, id, id: goal, GoalContent(words: "Tener papeles"), state: .reached, seen: 1)
      #expect(try await desk.file(town.worker, id).plan?.agreement == nil)
      let actions = try await desk.history(town.worker, id).map(\.action).filter { $0.hasPrefix("plan.") }
      #expect(
        actions == [
          "plan.goal_edit", "plan.action_finish", "plan.sign", "plan.agree", "plan.action_add", "plan.goal_add",
        ])
    }
  }

  @Test(arguments: TestEngine.available) func ofTwoEditorsTheSecondIsTold(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, id) = (town.desk, try await town.opened().id)
      let (goal, action) = (PlanGoalID.random(), PlanActionID.random())
      try await desk.putGoal(town.worker, id, id: goal, GoalContent(words: "Estudiar"), seen: 0)
      try await desk.putAction(town.worker, id, for: goal, id: action, request(town), seen: 0)
      try await desk.putGoal(town.supervisor, id, id: goal, GoalContent(words: "Estudiar enfermería"), seen: 1)
      try await desk.putAction(town.supervisor, id, for: goal, id: action, request(town, "Inscribirse"), seen: 1)
      for stale in [
        try await refusal { try await desk.putGoal(town.worker, id, id: goal, GoalContent(words: "Otra"), seen: 1) },
        try await refusal {
          try await desk.putAction(town.worker, id, for: goal, id: action, request(town, "Otra"), seen: 1)
        }, try await refusal { try await desk.removeAction(town.worker, id, action, seen: 1) },
      ] { #expect(stale?.phrase.key == "error.edited_meanwhile") }
      let plan = try #require(try await desk.file(town.worker, id).plan)
      #expect(plan.goals.first?.content?.words == "Estudiar enfermería" && plan.goals.first?.revision == 2)
      #expect(plan.actions.first?.content?.words == "Inscribirse")
      // What is done is not changed any more.
      try await desk.finishAction(
        town.worker, id, action, ActionResult(done: desk.today, outcome: "person_declined"))
      #expect(
        try await refusal { try await desk.putAction(town.worker, id, for: goal, id: action, request(town), seen: 2) }?
          .phrase.key == "error.action_done")
      #expect(try await refusal { try await desk.removeAction(town.worker, id, action, seen: 2) }?.kind == .conflict)
    }
  }

  @Test(arguments: TestEngine.available) func whoMayNotWriteDoesNotAndAnotherAgencyNeedsItsKind(_ engine: Engine)
    async throws
  {
    try await withTown(engine) { town in
      let (desk, id) = (town.desk, try await town.opened(town.officer).id)
      let (goal, action) = (PlanGoalID.random(), PlanActionID.random())
      for (actor, expected) in [
        (town.officer, Refusal.forbidden), (town.coordinator, .forbidden), (town.north, .notFound),
      ] {
        #expect(
          try await refusal { try await desk.putGoal(actor, id, id: goal, GoalContent(words: "x"), seen: 0) }
            == expected)
        #expect(
          try await refusal { try await desk.putAction(actor, id, for: goal, id: action, request(town), seen: 0) }
            == expected)
      }
      try await desk.putGoal(town.worker, id, id: goal, GoalContent(words: "Estudiar"), seen: 0)
      let other = try await town.opened().id
      #expect(
        try await refusal {
          try await desk.putAction(town.worker, other, for: goal, id: action, request(town), seen: 0)
        }
          == .notFound)
      var wrong = request(town)
      wrong.responsible = town.north.member
      wrong.provider = .random()
      #expect(
        try await refusal { try await desk.putAction(town.worker, id, for: goal, id: action, wrong, seen: 0) }?
          .wrongFields == ["responsible", "provider"])
      try await desk.putAction(town.worker, id, for: goal, id: action, request(town), seen: 0)
      // A service of another case is none of this one's.
      let foreign = ServiceRecordID.random()
      try await desk.addService(
        town.worker, other, id: foreign,
        ServiceRequest(service: "shelter", day: desk.today, provider: town.worker.agency))
      let result = ActionResult(done: desk.today, outcome: "provided", service: .existing(foreign))
      #expect(
        try await refusal { try await desk.finishAction(town.worker, id, action, result) }?.wrongFields == ["service"])
      #expect(
        try await refusal {
          try await desk.agreePlan(
            town.worker, other, id: .random(), way: "spoken", day: desk.today, note: "", version: 0)
        }?.phrase.key == "error.plan_is_empty")

      try await town.shared(id, to: town.north.agency, [.identity, .needs])
      #expect(try await desk.file(town.north, id).plan == nil)
      let consent = try await town.shared(id, to: town.north.agency, [.plan])
      let plan = try await desk.file(town.north, id).plan
      #expect(plan?.goals.first?.content?.words == "Estudiar" && plan?.actions.first?.content != nil)
      try await desk.withdrawConsent(town.worker, consent)
      #expect(try await desk.file(town.north, id).plan == nil)
      // What is left undone is said before a case is closed.
      #expect(
        try await refusal { try await town.close(id) }?.wrongFields
          == ["leaving"])
      try await town.close(id, leavingOpen: true)
      #expect(
        try await refusal { try await desk.putGoal(town.worker, id, id: .random(), GoalContent(words: "x"), seen: 0) }?
          .phrase.key == "error.case_closed")
    }
  }
}
