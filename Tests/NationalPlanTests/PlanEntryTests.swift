import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import NationalPlan

/// Single amounts and values: one a day, and what was entered by mistake.
@Suite struct PlanEntryTests {
  @Test(arguments: TestEngine.available) func whatWasEnteredByMistakeIsStruckAndCountsNowhere(
    _ engine: Engine
  ) async throws {
    try await withPlanHall(engine) { hall in
      let id = try await hall.kept()
      let desk = hall.desk
      let before = try await desk.look(hall.worker, id)
      let day = PlanFixture.day("2021-02-01")
      let (amount, value) = (PlanEntryID.random(), PlanEntryID.random())
      try await desk.add(
        hall.secretary,
        PlanMoney(kind: .spent, source: "Error", currency: "USD", amount: Money(cents: 1_250_000), day: day), amount,
        to: "x1", in: id)
      let indicator = try #require(before.plan.indicators.first?.code)
      try await desk.add(
        hall.secretary, PlanValue(day: day, value: PlanNumber(900), source: "Error"), value, to: indicator, in: id)
      #expect(try await desk.look(hall.worker, id).money != before.money)
      // A day has one value; the same click again is no second one.
      let second = PlanValue(day: day, value: PlanNumber(9), source: "x")
      #expect(
        try await refusal { try await desk.add(hall.secretary, second, .random(), to: indicator, in: id) }?.fields
          .map(\.field) == ["day"])
      try await desk.add(hall.secretary, second, value, to: indicator, in: id)
      for entry in [amount, value] {
        #expect(try await refusal { try await desk.strike(hall.worker, entry, in: id) } == .forbidden)
        #expect(try await refusal { try await desk.strike(hall.secretary, entry, in: .random()) } == .notFound)
        for _ in 0..<2 { try await desk.strike(hall.secretary, entry, in: id) }
      }
      #expect(try await refusal { try await desk.strike(hall.secretary, .random(), in: id) } == .notFound)
      let after = try await desk.look(hall.worker, id)
      #expect(after.money == before.money && after.plan == before.plan)
      #expect(try await desk.amounts(hall.worker, of: "x1", in: id).filter(\.isStruck).map(\.id) == [amount])
      #expect(try await desk.values(hall.worker, of: indicator, upTo: id).filter(\.isStruck).map(\.id) == [value])
      #expect(try await hall.entries("plan.struck") == 2)
      // A new version takes nothing of it along.
      let next = StoredPlanID.random()
      try await desk.begin(hall.secretary, id: next, after: id, from: PlanFixture.day("2021-03-01"))
      #expect(try await desk.values(hall.worker, of: indicator, upTo: next).contains { $0.id == value && $0.isStruck })
      let kept = try await desk.look(hall.worker, next)
      #expect(!kept.plan.activities.flatMap(\.money).contains { $0.source == "Error" })
      #expect(!kept.plan.indicators.flatMap(\.values).contains { $0.source == "Error" })
    }
  }
}
