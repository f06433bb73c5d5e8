import Basics
import CountryPack
import Foundation

@testable import NationalPlan

/// A small plan that is sound, to be spoilt in one place by each test.
enum PlanFixture {
  static let pack = Result {
    try CountryPack.load(
      from: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Packs/ecuador"))
  }

  static func day(_ text: String) -> CalendarDay { CalendarDay(text) ?? CalendarDay(daysSince1970: 0) }
  static func both(_ text: String) -> LocalizedText { LocalizedText(es: text, en: text) }

  static var plan: Plan {
    Plan(
      code: "prueba", version: 1, name: LocalizedText(es: "Plan de prueba", en: "A plan to try"),
      from: day("2020-01-01"), until: day("2024-12-31"), source: "ficticio",
      axes: [
        PlanAxis(code: "a", name: both("A"), source: "ficticio", certainty: .decided),
        PlanAxis(code: "b", name: both("B"), source: "ficticio", certainty: .decided),
      ],
      objectives: [
        PlanObjective(code: "a.1", axis: "a", name: both("A1")),
        PlanObjective(code: "b.1", axis: "b", name: both("B1")),
      ],
      indicators: [
        PlanIndicator(
          code: "i1", objective: "a.1", name: both("I1"), unit: both("u"), baseline: PlanNumber(10),
          target: PlanNumber(20), source: "ficticio", howMeasured: both("se cuenta"),
          values: [PlanValue(day: day("2021-01-01"), value: PlanNumber(12), source: "ficticio")])
      ],
      activities: [
        activity("x1", "a.1", "2020-02-01", "2020-06-30"),
        activity("x2", "b.1", "2020-07-01", "2020-12-31", dependsOn: ["x1"]),
        activity("x3", "b.1", "2021-01-01", "2021-03-31", dependsOn: ["x2"]),
      ])
  }

  static func activity(
    _ code: String, _ objective: String, _ from: String, _ until: String, dependsOn: [String] = [],
    state: ActivityState = .planned, lead: String = "mdt", provinces: [String] = []
  ) -> PlanActivity {
    PlanActivity(
      code: code, objective: objective, name: both(code), lead: lead, provinces: provinces, from: day(from),
      until: day(until), dependsOn: dependsOn, state: state,
      money: [
        PlanMoney(
          kind: .budget, source: "Fondo ficticio", currency: "USD", amount: Money(cents: 125_050), day: day(from))
      ])
  }

  /// The plan as its file.
  static let text = """
    code: prueba
    version: 1
    name: {es: Plan de prueba, en: A plan to try}
    level: province
    place: EC-P
    from: 2020-01-01
    until: 2024-12-31
    source: ficticio
    certainty: decided
    axes:
      - {code: a, name: {es: A, en: A}, source: ficticio, certainty: decided}
    objectives:
      - {code: a.1, axis: a, name: {es: A1, en: A1}}
    indicators:
      - code: i1
        objective: a.1
        name: {es: I, en: I}
        unit: {es: personas, en: persons}
        baseline: 10
        target: 38.5
        source: ficticio
        howMeasured: {es: se cuenta, en: counted}
        live: screenings
    activities:
      - code: x1
        objective: a.1
        name: {es: X, en: X}
        lead: mdt
        from: 2020-02-01
        until: 2020-06-30
        money:
          - {kind: budget, source: Fondo ficticio, currency: USD, amount: "1250.50", day: 2020-02-01}
    """
}
