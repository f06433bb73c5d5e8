import Basics
import CountryPack
import Testing

@testable import NationalPlan

@Suite struct PlanCheckTests {
  let pack: CountryPack
  init() throws { pack = try PlanFixture.pack.get() }

  private func found(_ spoil: (inout Plan) -> Void) -> [PlanFinding] {
    var plan = PlanFixture.plan
    spoil(&plan)
    return PlanCheck(plan, pack: pack, today: PlanFixture.day("2021-06-01")).findings
  }

  @Test func aSoundPlanHasNoFinding() { #expect(found { _ in }.isEmpty) }

  @Test func everyProblemIsFoundWhereItStandsInBothLanguages() {
    let day = PlanFixture.day
    func spent(_ day: String) -> PlanMoney {
      PlanMoney(
        kind: .spent, source: "F", currency: "USD", amount: Money(cents: 5), day: PlanFixture.day(day))
    }
    let spoilt: [(PlanProblem, String, (inout Plan) -> Void)] = [
      (.doneNeedsDay, "x1", { $0.activities[0].state = .done }),
      (.doneNeedsDay, "x1", { $0.activities[0].doneOn = day("2020-06-01") }),
      (
        .stillToCome, "x1",
        {
          $0.activities[0].state = .done; $0.activities[0].doneOn = day("2021-06-02")
        }
      ),
      (.stillToCome, "x1", { $0.activities[0].money.append(spent("2021-06-02")) }),
      (.stillToCome, "i1", { $0.indicators[0].values[0].day = day("2021-06-02") }),
      (.twiceNamed, "a", { $0.objectives[1].code = "a" }),
      (.unknownPart, "b.1", { $0.objectives[1].axis = "zz" }),
      (.unknownPart, "i1", { $0.indicators[0].objective = "zz" }),
      (.unknownPart, "x1", { $0.activities[0].objective = "zz" }),
      (.unknownPart, "x2", { $0.activities[1].dependsOn = ["zz"] }),
      (.unknownPlace, "prueba", { $0.place = "EC-P" }),
      (
        .unknownPlace, "prueba",
        {
          $0.level = .province; $0.place = "EC-ZZ"
        }
      ),
      (.unknownPlace, "prueba", { $0.level = .canton }),
      (.unknownPlace, "x1", { $0.activities[0].provinces = ["EC-ZZ"] }),
      (.unknownInstitution, "x1", { $0.activities[0].lead = "nadie" }),
      (.unknownInstitution, "x1", { $0.activities[0].partners = ["nadie"] }),
      (
        .datesInverted, "prueba",
        {
          $0.until = day("2019-12-31"); $0.activities.removeAll()
        }
      ),
      (.datesInverted, "x1", { $0.activities[0].until = day("2020-01-31") }),
      (.outsidePlan, "x1", { $0.activities[0].from = day("2019-12-31") }),
      (.outsidePlan, "x3", { $0.activities[2].until = day("2025-01-01") }),
      (.waitsForItself, "x1", { $0.activities[0].dependsOn = ["x1"] }),
      (.targetBelowBaseline, "i1", { $0.indicators[0].target = PlanNumber(9) }),
      (.targetBelowBaseline, "i1", { $0.indicators[0].falls = true }),
      (.valueThere, "i1", { $0.indicators[0].values.append($0.indicators[0].values[0]) }),
      (.negativeMoney, "x1", { $0.activities[0].money[0].amount = Money(cents: -1) }),
      (.unknownCurrency, "x1", { $0.activities[0].money[0].currency = "XXX" }),
      (.currencyOfAnotherTime, "x1", { $0.activities[0].money[0].currency = "ECS" }),
      (.beginsTooEarly, "x2", { $0.activities[1].from = day("2020-06-30") }),
    ]
    for (problem, item, spoil) in spoilt {
      let findings = found(spoil)
      #expect(findings.contains { $0.problem == problem && $0.item == item }, "\(problem) \(item): \(findings)")
      for finding in findings {
        #expect(!finding.says[.spanish].isEmpty && finding.says[.spanish] != finding.says[.english])
      }
    }
    // Nothing of what a check can find is left untried, but for two versions, which no single plan has.
    #expect(Set(spoilt.map(\.0)).union([.twoInForce]) == Set(PlanProblem.allCases))
  }

  @Test func eachFindingStandsBesideTheFieldThatIsMeant() {
    let day = PlanFixture.day
    let spoilt: [(String, (inout Plan) -> Void)] = [
      ("axis", { $0.objectives[1].axis = "zz" }), ("objective", { $0.activities[0].objective = "zz" }),
      ("depends_on", { $0.activities[1].dependsOn = ["zz"] }), ("lead", { $0.activities[0].lead = "nadie" }),
      ("partners", { $0.activities[0].partners = ["nadie"] }), ("from", { $0.activities[0].from = day("2019-12-31") }),
      ("until", { $0.activities[2].until = day("2025-01-01") }), ("place", { $0.place = "EC-P" }),
      ("depends_on", { $0.activities[0].dependsOn = ["x3"] }), ("target", { $0.indicators[0].target = PlanNumber(9) }),
      ("amount", { $0.activities[0].money[0].amount = Money(cents: -1) }),
      ("currency", { $0.activities[0].money[0].currency = "XXX" }),
      // The sucre is a currency, and since 2000 nobody pays with it.
      ("currency", { $0.activities[0].money[0].currency = "ECS" }),
      ("done_on", { $0.activities[0].state = .done }),
    ]
    for (field, spoil) in spoilt {
      #expect(found(spoil).filter { $0.weight == .error }.map(\.field) == [field], "\(field): \(found(spoil))")
    }
  }

  @Test func aFileMadeOfCirclesKeepsNobodyBusy() {
    // Each waits for all before it and for itself: thousands of circles, of which some are told, shortly.
    var plan = PlanFixture.plan
    let codes = (0..<400).map { "y\($0)" }
    plan.activities = codes.indices.map {
      PlanFixture.activity(codes[$0], "a.1", "2020-02-01", "2020-03-01", dependsOn: codes)
    }
    let circles = PlanCheck(plan, pack: pack).findings.filter { $0.problem == .waitsForItself }
    #expect(circles.count == PlanCheck.mostCircles)
    #expect(circles.allSatisfy { $0.says[.spanish].count < 200 })
  }

  @Test func whatIsAllowedIsNoFinding() {
    #expect(found { $0.indicators[0].target = PlanNumber(10) }.isEmpty)
    #expect(
      found {
        $0.indicators[0].falls = true; $0.indicators[0].target = PlanNumber(3)
      }.isEmpty)
    #expect(
      found {
        $0.indicators[0].baseline = nil; $0.indicators[0].target = PlanNumber(-1)
      }.isEmpty)
    #expect(found { $0.activities[0].money[0].amount = .zero }.isEmpty)
    #expect(
      found {
        $0.until = nil; $0.activities[2].until = PlanFixture.day("2099-01-01")
      }.isEmpty)
    #expect(
      found {
        $0.level = .province; $0.place = "EC-P"
      }.isEmpty)
    #expect(found { $0.activities[0].until = $0.activities[0].from }.isEmpty)
  }

  @Test func aCircleIsToldOnceAndALongChainIsNone() {
    func activities(_ links: [String: [String]]) -> [PlanActivity] {
      links.keys.sorted().map {
        PlanFixture.activity($0, "a.1", "2020-02-01", "2020-03-01", dependsOn: links[$0] ?? [])
      }
    }
    #expect(PlanCheck.circles(activities(["a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]])) == [["a", "b", "c"]])
    #expect(
      PlanCheck.circles(activities(["a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"]])) == [["a", "b"], ["c", "d"]])
    // Two ways to one thing are no circle.
    #expect(PlanCheck.circles(activities(["a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []])).isEmpty)
    let chain = Dictionary(
      uniqueKeysWithValues: (0..<5000).map { ("x\($0)", $0 == 0 ? [String]() : ["x\($0 - 1)"]) })
    #expect(PlanCheck.circles(activities(chain)).isEmpty)
    var closed = chain
    closed["x0"] = ["x4999"]
    #expect(PlanCheck.circles(activities(closed)).map(\.count) == [5000])
  }

  @Test func twoVersionsInForceOnOneDayAreFound() {
    func version(_ number: Int, _ from: String, _ until: String?, code: String = "p") -> Plan {
      var plan = PlanFixture.plan
      (plan.code, plan.version, plan.from, plan.until) = (
        code, number, PlanFixture.day(from), until.map(PlanFixture.day)
      )
      return plan
    }
    let cases: [([Plan], Int)] = [
      ([version(1, "2020-01-01", "2020-12-31"), version(2, "2021-01-01", nil)], 0),
      ([version(1, "2020-01-01", "2021-01-01"), version(2, "2021-01-01", nil)], 1),
      ([version(1, "2020-01-01", nil), version(2, "2021-01-01", nil)], 1),
      ([version(2, "2021-01-01", nil), version(1, "2020-01-01", "2020-06-30")], 0),
      ([version(1, "2020-01-01", nil), version(2, "2021-01-01", nil, code: "q")], 0),
    ]
    for (plans, count) in cases {
      #expect(PlanCheck.versions(plans).count == count)
      #expect(PlanCheck.versions(plans).allSatisfy { $0.problem == .twoInForce && $0.weight == .error })
    }
  }

  @Test func lateFollowsFromStateAndDay() {
    let before = PlanFixture.day("2020-01-31"), during = PlanFixture.day("2020-03-01")
    let after = PlanFixture.day("2020-07-01")
    for state in ActivityState.allCases {
      let activity = PlanFixture.activity("x", "a.1", "2020-02-01", "2020-06-30", state: state)
      #expect(!activity.isLate(on: before))
      #expect(!activity.isLate(on: activity.from))
      #expect(activity.isLate(on: during) == (state == .planned))
      #expect(!activity.isLate(on: activity.until) || state == .planned)
      #expect(activity.isLate(on: after) == state.isOpen)
    }
  }

  @Test func progressCountsEachActivityOnceAnAxis() {
    var plan = PlanFixture.plan
    plan.activities[0].state = .done
    plan.activities[1].state = .underWay
    plan.activities[1].provinces = ["EC-P", "EC-U"]
    plan.activities[2].state = .dropped
    let progress = PlanProgress(plan, on: PlanFixture.day("2021-06-01"))
    #expect(progress.all.all == 3)
    #expect(progress.all.percent == 50)
    #expect(progress.axes["a"]?.percent == 100)
    #expect(progress.axes["b"]?.percent == 0)
    #expect(progress.provinces["EC-P"]?.all == 1)
    #expect(progress.provinces["EC-U"]?.late == 1)
    #expect(progress.provinces[""]?.all == 2)
    #expect(progress.institutions["mdt"]?.all == 3)
    #expect(progress.quarters[Quarter(PlanFixture.day("2020-06-30"))]?.done == 1)
    #expect(progress.late.map(\.code) == ["x2"])
    #expect(PlanTally().percent == nil)
  }

  @Test func moneyOfDifferentCurrenciesIsNeverAdded() {
    func money(_ kind: PlanMoney.Kind, _ source: String, _ currency: String, _ cents: Int64) -> PlanMoney {
      PlanMoney(
        kind: kind, source: source, currency: currency, amount: Money(cents: cents), day: PlanFixture.day("1999-01-01"))
    }
    let table = PlanMoneyTable([
      money(.budget, "A", "USD", 100), money(.spent, "A", "USD", 30), money(.budget, "B", "USD", 1),
      money(.budget, "A", "ECS", 7),
    ])
    #expect(
      table.lines.map { "\($0.currency) \($0.source) \($0.budget) \($0.spent)" }
        == ["ECS A 0.07 0.00", "USD A 1.00 0.30", "USD B 0.01 0.00"])
    #expect(table.totals.map { "\($0.currency) \($0.budget) \($0.spent)" } == ["ECS 0.07 0.00", "USD 1.01 0.30"])
  }

  @Test func numbersAreExactAndStrict() {
    for (text, written) in [("10", "10"), ("38,30", "38.3"), ("-4", "-4"), ("0.125", "0.125"), ("-0.5", "-0.5")] {
      #expect(PlanNumber(text)?.description == written)
      #expect(PlanNumber(written) == PlanNumber(text))
    }
    for text in ["", "-", "1.", ".5", "1.2345", "1 000", "1.000.000", "x", "1e3", "--1", "1234567890"] {
      #expect(PlanNumber(text) == nil, "\(text)")
    }
    #expect(PlanNumber(3) < PlanNumber("3.001") ?? PlanNumber(0))
  }

  @Test func codesCanStandInAnAddress() {
    for good in ["a", "a.1", "eje-2", "9"] { #expect(PlanCode.isOne(good)) }
    for bad in ["", "new", "A", "-a", ".", "a b", "ñ", "a/b", String(repeating: "a", count: 61)] {
      #expect(!PlanCode.isOne(bad))
    }
  }
}
