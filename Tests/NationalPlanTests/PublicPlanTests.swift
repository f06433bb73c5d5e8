import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import NationalPlan

/// The plan as the public reads it: in force, stripped, without small numbers.
@Suite struct PublicPlanTests {
  private let book = InstitutionBook([])
  private let today = PlanFixture.day("2021-03-15")

  /// The plan of the tests with everything that must not go out.
  private var rich: Plan {
    var plan = PlanFixture.plan
    plan.activities[0].state = .done
    plan.activities[0].doneOn = PlanFixture.day("2020-06-01")
    plan.activities[0].result = "RESULTADO-CANARIO"
    plan.activities[0].evidence = "EVIDENCIA-CANARIA"
    plan.activities[0].money.append(
      PlanMoney(
        kind: .spent, source: "Fondo ficticio", currency: "USD", amount: Money(cents: 7), day: today))
    return plan
  }

  @Test func resultsEvidenceAndSingleAmountsStayBehind() throws {
    let shown = PublicPlan(rich, book, threshold: 10, today: today)
    var text = ""
    dump(shown.plan, to: &text)
    #expect(!text.contains("CANARI") && shown.plan.activities.allSatisfy { $0.money.isEmpty })
    #expect(shown.plan.indicators.isEmpty)
    #expect(shown.progress.all.done == 1 && shown.progress.late.map(\.code) == ["x2", "x3"])
    #expect(shown.money.totals.map(\.budget) == [Money(cents: 375_150)])
    #expect(shown.money.totals.map(\.spent) == [Money(cents: 7)])
    #expect(shown.years == [2021, 2020])
  }

  @Test(arguments: [
    ("0", true), ("0.001", false), ("1", false), ("9", false), ("9.999", false), ("10", true), ("10.5", true),
    ("-3", false), ("-10", true), ("120000", true),
  ])
  func smallNumbersAreHidden(_ text: String, _ isShown: Bool) throws {
    let number = try #require(PlanNumber(text))
    #expect((PublicPlan.shown(number, 10) == number) == isShown)
    #expect((PublicPlan.shown(number, 10) == nil) == !isShown)
  }

  @Test func indicatorsShowOnlyWhatIsLargeEnough() throws {
    var plan = PlanFixture.plan
    plan.indicators[0].baseline = PlanNumber(4)
    plan.indicators[0].values.append(
      PlanValue(day: PlanFixture.day("2021-03-01"), value: PlanNumber(7), source: "ficticio"))
    // To come: nobody can know it yet.
    plan.indicators[0].values.append(
      PlanValue(day: PlanFixture.day("2021-12-01"), value: PlanNumber(99), source: "ficticio"))
    var one = try #require(PublicPlan(plan, book, threshold: 10, today: today).indicators.first)
    #expect(one.baseline == nil && one.isBaselineHidden && one.target == PlanNumber(20))
    #expect(one.last == .init(day: PlanFixture.day("2021-03-01"), number: nil, source: "ficticio") && !one.isLive)
    // A live one shows nothing here, also when somebody typed a number.
    plan.indicators[0].live = .casesByForm
    plan.indicators[0].values = [PlanValue(day: PlanFixture.day("2021-03-01"), value: PlanNumber(50), source: "x")]
    plan.indicators[0].baseline = nil
    one = try #require(PublicPlan(plan, book, threshold: 10, today: today).indicators.first)
    #expect(one.isLive && one.last == nil && one.baseline == nil && !one.isBaselineHidden)
  }

  @Test func aYearCountsWhatEndsInIt() throws {
    let shown = PublicPlan(rich, book, threshold: 10, today: today)
    let year = try #require(shown.year(2020))
    #expect(year.done.map(\.code) == ["x1"] && year.due.all.all == 2 && year.due.all.done == 1)
    #expect(year.late.map(\.code) == ["x2"])
    #expect(year.money.totals.map(\.budget) == [Money(cents: 250_100)])
    #expect(try #require(shown.year(2021)).money.totals.map(\.spent) == [Money(cents: 7)])
    #expect(shown.year(2019) == nil && shown.year(2022) == nil)
  }

  @Test(arguments: TestEngine.available) func thePublicReadsTheNationalPlanInForce(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      #expect(try await hall.desk.publicPlan() == nil)
      var local = PlanFixture.plan
      (local.code, local.level, local.place) = ("local", .province, "EC-P")
      _ = try await hall.kept(local)
      #expect(try await hall.desk.publicPlan() == nil)
      var over = PlanFixture.plan
      (over.code, over.until) = ("antes", PlanFixture.day("2021-01-01"))
      over.activities.removeAll { $0.code == "x3" }
      _ = try await hall.kept(over)
      #expect(try await hall.desk.publicPlan() == nil)
      let id = try await hall.kept(rich)
      let shown = try #require(try await hall.desk.publicPlan())
      #expect(shown.plan.code == "prueba" && shown.threshold == hall.pack.statistics.threshold)
      #expect(shown.plan.activities.allSatisfy { $0.result.isEmpty && $0.evidence.isEmpty })
      #expect(shown.money == (try await hall.desk.look(hall.worker, id)).money)
    }
  }
}
