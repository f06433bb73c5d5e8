import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import NationalPlan

/// From one version of a plan to the next: what is seen on, what stays, and what a file may not do.
@Suite struct PlanVersionTests {
  private static let day = PlanFixture.day("2021-02-01")

  /// A meeting of version 1 with two decisions, one of them carried out; x1 done in it; then version 2.
  private func withVersions(
    _ engine: Engine, _ body: (PlanHall, _ old: StoredPlanID, _ new: StoredPlanID) async throws -> Void
  ) async throws {
    try await withPlanHall(engine) { hall in
      let (desk, old, new) = (hall.desk, try await hall.kept(), StoredPlanID.random())
      try await desk.report(
        hall.secretary, "x1", in: old, .done, doneOn: PlanFixture.day("2020-06-20"), result: "R", evidence: "Acta 1",
        seen: 1)
      let meeting = PlanMeeting(
        id: .random(), day: PlanFixture.day("2021-01-20"), title: "Comité", minutes: "Se revisó.")
      try await desk.put(hall.secretary, meeting, in: old)
      for (words, done) in [("Sigue", nil), ("Hecha", "2021-01-25")] {
        let decision = PlanDecision(
          id: .random(), meeting: meeting.id, words: words, owner: "mdt", due: PlanFixture.day("2021-03-01"),
          activity: "x2", doneOn: done.map(PlanFixture.day))
        try await desk.put(hall.secretary, decision, in: old)
      }
      try await desk.begin(hall.secretary, id: new, after: old, from: Self.day)
      try await body(hall, old, new)
    }
  }

  @Test(arguments: TestEngine.available) func valuesMeetingsAndDecisionsAreSeenFromTheNewVersion(_ engine: Engine)
    async throws
  {
    try await withVersions(engine) { hall, old, new in
      let desk = hall.desk
      let value = PlanValue(day: PlanFixture.day("2021-03-01"), value: PlanNumber(15), source: "ficticio")
      try await desk.add(hall.secretary, value, .random(), to: "i1", in: new)
      let (before, after) = (try await desk.look(hall.worker, old), try await desk.look(hall.worker, new))
      // One history, each value once; the old version ends where it ended.
      #expect(after.plan.indicators[0].values.map(\.value) == [PlanNumber(12), PlanNumber(15)])
      #expect(before.plan.indicators[0].values.map(\.value) == [PlanNumber(12)])
      #expect(after.meetings.map(\.title) == ["Comité"] && after.decisions.count == 2)
      #expect(after.decisions.filter { $0.doneOn == nil }.map(\.words) == ["Sigue"])
      let meeting = try #require(after.meetings.first)
      #expect(!after.isOwn(meeting.id) && before.isOwn(meeting.id) && after.past.meetings[meeting.id] == old)
      // A value that is entered under the old version afterwards is of the same history.
      let late = PlanValue(day: PlanFixture.day("2020-12-31"), value: PlanNumber(11), source: "ficticio")
      try await desk.add(hall.secretary, late, .random(), to: "i1", in: old)
      #expect(
        try await desk.look(hall.worker, new).plan.indicators[0].values.map(\.value)
          == [PlanNumber(11), PlanNumber(12), PlanNumber(15)])
    }
  }

  @Test(arguments: TestEngine.available) func whatWasDoneStaysAndIsToldInTheYearsReport(_ engine: Engine) async throws {
    try await withVersions(engine) { hall, old, new in
      let after = try await hall.desk.look(hall.worker, new)
      #expect(after.plan.activities.map(\.code) == ["x2", "x3"])
      #expect(after.past.activities.map(\.code) == ["x1"] && after.past.homes == ["x1": old])
      #expect(after.past.activities[0].money.map(\.amount) == [Money(cents: 125_050)])
      #expect(after.past.activities[0].evidence == "Acta 1")
      let before = try await hall.desk.look(hall.worker, old)
      #expect(before.past.activities.isEmpty && before.plan.activities.count == 3)
      // What goes on keeps its dates, and can be changed with them: what is late is not made punctual.
      for activity in after.plan.activities {
        let earlier = before.plan.activities.first { $0.code == activity.code }
        #expect(activity.from == earlier?.from && activity.until == earlier?.until, "\(activity.code)")
      }
      #expect(after.plan.activities.contains { $0.from < Self.day })
      #expect(PlanCheck(after.plan, pack: hall.pack).findings.allSatisfy { $0.problem != .outsidePlan })
      let year = PlanYear(after, year: 2020, today: PlanFixture.day("2021-03-15"))
      #expect(year.done.map(\.code) == ["x1"])
      #expect(PlanYear(after, year: 2021, today: PlanFixture.day("2021-03-15")).meetings.map(\.title) == ["Comité"])
      // Donors hear of what was finished too, under the identifier it always had.
      let stored = try await hall.desk.inForce("prueba")
      #expect(stored.plan.began == before.plan.from && stored.plan.from == Self.day)
      #expect(stored.plan.version == 2 && stored.plan.activities.map(\.code).sorted() == ["x1", "x2", "x3"])
    }
  }

  @Test(arguments: TestEngine.available) func anOldDecisionIsCarriedOutWhereItWasTaken(_ engine: Engine) async throws {
    try await withVersions(engine) { hall, old, new in
      let desk = hall.desk
      let open = try #require(try await desk.look(hall.worker, new).decisions.first { $0.doneOn == nil })
      var done = open
      done.doneOn = PlanFixture.day("2021-03-10")
      let sent = done
      // The meeting is not the new version's.
      #expect(try await refusal { try await desk.put(hall.secretary, sent, in: new) } == .notFound)
      try await desk.put(hall.secretary, sent, in: old)
      #expect(try await desk.look(hall.worker, new).decisions.allSatisfy { $0.doneOn != nil })
      let changes = try await desk.changes(hall.worker, new, since: Moment(milliseconds: 0))
      #expect(changes.filter { $0.kind == .decisionDone }.map(\.plan) == [old, old])
      #expect(changes.filter { $0.kind == .progress }.map(\.plan) == [old])
      #expect(Set(changes.filter { $0.kind == .taken }.map(\.plan)) == [old, new])
      #expect(
        try await desk.changes(hall.worker, old, since: Moment(milliseconds: 0)).allSatisfy { $0.plan == old })
    }
  }

  @Test(arguments: TestEngine.available) func aVersionEndsWhereNothingStandsInTheWay(_ engine: Engine) async throws {
    try await withVersions(engine) { hall, old, new in
      let desk = hall.desk
      let ended = try await desk.look(hall.worker, old).plan.until
      #expect(ended == PlanFixture.day("2021-01-31"))
      func end(_ id: StoredPlanID, _ day: String?, seen: String?) async throws -> Refusal? {
        try await refusal {
          try await desk.end(hall.secretary, id, on: day.map(PlanFixture.day), seen: seen.map(PlanFixture.day))
        }
      }
      // Two versions on one day, however it is tried.
      #expect(try await end(old, "2021-02-01", seen: "2021-01-31")?.fields.map(\.field) == ["until"])
      #expect(try await end(old, nil, seen: "2021-01-31")?.fields.map(\.field) == ["until"])
      // Activities would lie outside.
      #expect(try await end(new, "2021-02-15", seen: "2024-12-31")?.fields.map(\.field) == ["until"])
      #expect(try await end(new, "2025-12-31", seen: "2023-01-01")?.kind == .conflict)
      #expect(try await end(new, "2025-12-31", seen: "2024-12-31") == nil)
      #expect(try await end(new, "2025-12-31", seen: "2024-12-31") == nil)
      #expect(try await hall.entries("plan.end") == 1)
      #expect(try await end(.random(), nil, seen: nil) == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func aFileIsStoredWholeOrNotAtAll(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let desk = hall.desk
      let sound = try Plan.read(PlanFixture.text, file: "p", languages: hall.pack.languages)
      #expect(try await desk.findings(hall.secretary, sound, as: .random()).isEmpty)
      for (right, wrong, problem, line) in [
        ("target: 38.5", "target: 3", PlanProblem.targetBelowBaseline, 15),
        ("until: 2020-06-30", "until: 2025-06-30", .outsidePlan, 25),
        ("lead: mdt", "lead: mdt\n    dependsOn: [x1]", .waitsForItself, 25),
        ("currency: USD", "currency: XXX", .unknownCurrency, 32),
        ("\"1250.50\"", "\"-1250.50\"", .negativeMoney, 32),
      ] {
        let plan = try Plan.read(
          PlanFixture.text.replacing(right, with: wrong), file: "p", languages: hall.pack.languages)
        let findings = try await desk.findings(hall.secretary, plan, as: .random())
        #expect(findings.map(\.problem) == [problem])
        #expect(findings.map(\.line) == [line], "\(problem)")
        let refused = try await refusal { try await desk.keep(hall.secretary, plan, as: .random()) }
        #expect(refused?.fields.count == 1)
      }
      #expect(try await desk.plans(hall.worker).isEmpty)
      for table in ["plans", "plan_axes", "plan_objectives", "plan_indicators", "plan_activities", "plan_money"] {
        let rows = try await hall.office.database.read { try $0.value(Int.self, "SELECT COUNT(*) FROM \(table)") }
        #expect(rows == 0, "\(table)")
      }
      let id = StoredPlanID.random()
      for _ in 0..<2 { try await desk.keep(hall.secretary, sound, as: id) }
      #expect(try await hall.entries("plan.taken") == 1)
      #expect(try await desk.findings(hall.secretary, sound, as: id).isEmpty)
      #expect(
        try await refusal { _ = try await desk.findings(hall.secretary, sound, as: .random()) }?.kind == .conflict)
      // The next version from a file: the one before must have ended.
      var next = sound
      (next.version, next.from) = (2, PlanFixture.day("2020-06-01"))
      next.activities[0].from = PlanFixture.day("2020-06-01")
      let second = next
      let found = try await desk.findings(hall.secretary, second, as: .random())
      #expect(found.map(\.problem) == [.twoInForce] && found[0].line > 0)
      #expect(
        try await refusal { try await desk.keep(hall.secretary, second, as: .random()) }?.fields.map(\.field)
          == ["from"])
    }
  }
}
