import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import Casework

@Suite struct FlagDeskTests {
  @Test(arguments: TestEngine.available) func aColleagueIsAskedToLook(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, id) = (town.desk, try await town.opened(town.officer).id)
      let flag = CaseFlagID.random()
      func raise(_ actor: Actor, for member: MemberID, due: Int = 2, words: String = "¿Es su tía?") async throws {
        try await desk.raiseFlag(actor, id, id: flag, for: member, due: desk.today.adding(days: due), words: words)
      }
      #expect(
        try await refusal { try await raise(town.worker, for: town.north.member, due: -1, words: "?") }?.wrongFields
          == ["member", "due", "words"])
      #expect(try await refusal { try await raise(town.officer, for: town.worker.member) } == .forbidden)
      #expect(try await refusal { try await raise(town.north, for: town.worker.member) } == .notFound)
      for _ in 0..<2 { try await raise(town.worker, for: town.supervisor.member) }
      let task = try #require(try await desk.tasks(town.worker).tasks.first)
      #expect(task.kind == .flag && task.member == town.supervisor.member)
      #expect(try await desk.file(town.supervisor, id).flags.map(\.words) == ["¿Es su tía?"])
      let other = try await town.opened().id
      #expect(try await refusal { try await desk.resolveFlag(town.worker, other, flag, answer: "") } == .notFound)
      try await desk.resolveFlag(town.supervisor, id, flag, answer: "Sí, es ella")
      #expect(
        try await refusal { try await desk.resolveFlag(town.worker, id, flag, answer: "") }?.phrase.key
          == "error.flag_resolved")
      let file = try await desk.file(town.worker, id)
      #expect(file.flags.first?.answer == "Sí, es ella" && file.flags.first?.resolvedBy == town.supervisor.member)
      #expect(try await desk.tasks(town.worker).tasks.isEmpty)
      try await town.shared(id, to: town.north.agency, Set(DataKind.allCases))
      #expect(try await desk.file(town.north, id).flags.isEmpty)
    }
  }

  @Test(arguments: TestEngine.available) func theGravestRiskComesFirst(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let desk = town.desk
      var cases: [String: CaseID] = [:]
      for level in ["low", "immediate", "medium"] {
        let id = try await town.opened(level == "low" ? town.officer : town.worker, town.opening("Persona", level)).id
        cases[level] = id
        // Only the latest look counts.
        for (seen, one) in ["high", level].enumerated() {
          try await desk.assess(
            town.worker, id, id: .random(),
            AssessmentRequest(
              .risk, level: one, day: desk.today.adding(days: seen - 1),
              content: AssessmentContent(answers: ["debt": .yes])), seen: seen)
        }
      }
      func found(_ actor: Actor) async throws -> [String: [CaseID]] {
        try await desk.riskQueue(actor).reduce(into: [:]) { $0[$1.level] = $1.cases.map(\.summary.id) }
      }
      #expect(try await desk.riskQueue(town.worker).map(\.level) == ["immediate", "high", "medium", "low"])
      let all = try await found(town.worker)
      for (level, id) in cases { #expect(all[level] == [id]) }
      #expect(all["high"] == [])
      // Officers see those they opened, others their own, and a closed case is nobody's work.
      #expect(try await found(town.officer).values.flatMap { $0 } == cases["low"].map { [$0] })
      #expect(try await found(town.north).values.allSatisfy(\.isEmpty))
      #expect(try await refusal { _ = try await desk.riskQueue(town.coordinator) } == .forbidden)
      try await town.close(try #require(cases["immediate"]), leavingOpen: true)
      #expect(try await found(town.worker)["immediate"] == [])
    }
  }

  @Test(arguments: TestEngine.available) func anAgreedPlanStaysReadable(_ engine: Engine) async throws {
    try await withTown(engine) { town in
      let (desk, id) = (town.desk, try await town.opened().id)
      let (goal, action) = (PlanGoalID.random(), PlanActionID.random())
      try await desk.putGoal(town.worker, id, id: goal, GoalContent(words: "Estudiar", need: "schooling"), seen: 0)
      func put(_ words: String, seen: Int) async throws {
        try await desk.putAction(
          town.worker, id, for: goal, id: action,
          ActionRequest(
            ActionContent(words: words), provider: town.worker.agency, responsible: town.worker.member,
            due: desk.today.adding(days: 5)), seen: seen)
      }
      try await put("Inscribirla de noche", seen: 0)
      #expect(try await desk.planVersions(town.worker, id).isEmpty)
      func agree(_ version: Int) async throws {
        try await desk.agreePlan(
          town.worker, id, id: .random(), way: "spoken", day: desk.today, note: "", version: version)
      }
      for _ in 0..<2 { try await agree(2) }
      try await put("Inscribirla de día", seen: 1)
      try await agree(3)
      let versions = try await desk.planVersions(town.supervisor, id)
      #expect(versions.map(\.version) == [3, 2])
      #expect(versions.map { $0.goals.first?.actions.first?.words } == ["Inscribirla de día", "Inscribirla de noche"])
      #expect(try await refusal { _ = try await desk.planVersions(town.north, id) } == .notFound)
      try await town.shared(id, to: town.north.agency, [.needs])
      #expect(try await refusal { _ = try await desk.planVersions(town.north, id) }?.kind == .noBasis)
      try await town.shared(id, to: town.north.agency, [.plan])
      #expect(try await desk.planVersions(town.north, id).count == 2)
    }
  }
}
