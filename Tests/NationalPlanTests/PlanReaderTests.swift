import Basics
import CountryPack
import Testing

@testable import NationalPlan

@Suite struct PlanReaderTests {
  let pack: CountryPack
  init() throws { pack = try PlanFixture.pack.get() }

  private func read(_ text: String) throws(PackProblems) -> Plan {
    try Plan.read(text, file: "p.yaml", languages: pack.languages)
  }

  @Test func aPlanIsReadWithTheLineOfEachPart() throws {
    let plan = try read(PlanFixture.text)
    #expect(plan.level == .province)
    #expect(plan.indicators[0].target == PlanNumber("38.5"))
    #expect(plan.indicators[0].live == .screenings)
    #expect(plan.activities[0].money[0].amount == Money(cents: 125_050))
    #expect(plan.activities[0].line == 25)
    #expect(plan.activities[0].money[0].line == 32)
    #expect(PlanCheck(plan, pack: pack).findings.isEmpty)
  }

  @Test func aNegativeAmountIsReadAndFoundInItsLine() throws {
    let plan = try read(PlanFixture.text.replacing("\"1250.50\"", with: "\"-3\""))
    let finding = try #require(PlanCheck(plan, pack: pack).findings.first)
    #expect(finding.problem == .negativeMoney)
    #expect(finding.line == 32)
    #expect(finding.item == "x1")
  }

  @Test func whatIsMisspeltIsToldWithItsLine() {
    let cases: [(String, String, Int)] = [
      ("    live: screenings", "    livee: screenings", 24), ("version: 1", "version: one", 2),
      ("until: 2020-06-30", "until: 2020-06-31", 30), ("1250.50", "1.250,50", 32),
      ("target: 38.5", "target: many", 21), ("code: x1", "code: X 1", 26),
    ]
    for (right, wrong, line) in cases {
      do {
        _ = try read(PlanFixture.text.replacing(right, with: wrong))
        Issue.record("“\(wrong)” was read")
      } catch {
        #expect(!error.problems.isEmpty)
        #expect(error.problems.contains { abs($0.line - line) <= 1 }, "\(error)")
      }
    }
  }

  @Test func whatNoFormWouldTakeIsRefused() {
    for (right, wrong) in [
      ("name: {es: X, en: X}", "name: {es: \(String(repeating: "x", count: 301)), en: X}"),
      ("source: Fondo ficticio,", "source: \(String(repeating: "x", count: 121)),"),
      ("unit: {es: personas,", "unit: {es: \(String(repeating: "x", count: 81)),"),
    ] { #expect(throws: PackProblems.self) { try read(PlanFixture.text.replacing(right, with: wrong)) } }
  }

  @Test func fiveThousandActivitiesAreAFile() throws {
    let (head, one) = try #require(
      PlanFixture.text.firstRange(of: "  - code: x1").map {
        (String(PlanFixture.text[..<$0.lowerBound]), String(PlanFixture.text[$0.lowerBound...]))
      })
    let text = head + (0..<5000).map { one.replacing("x1", with: "x\($0)") }.joined(separator: "\n")
    let plan = try read(text)
    #expect(plan.activities.count == 5000 && PlanCheck(plan, pack: pack).findings.isEmpty)
  }

  @Test func hostileFilesAreRefused() {
    let deep = String(repeating: "[", count: 100_000)
    for text in ["", "- a", "code: [", "a: &x [1]\nb: *x", deep, String(repeating: "#", count: Plan.largestFile + 1)] {
      #expect(throws: PackProblems.self) { try read(text) }
    }
  }

  @Test func thePacksPlansAreSoundDatedAndSourced() {
    #expect(PlanShelf.problems(pack).isEmpty)
    let plans = PlanShelf.plans(pack)
    #expect(plans.map(\.code) == ["pacta-2019", "plan-2006"])
    for plan in plans {
      #expect(plan.axes.count == 4)
      #expect(plan.activities.isEmpty && plan.objectives.isEmpty)
      #expect(!plan.source.isEmpty && plan.note != nil)
      #expect(plan.axes.allSatisfy { !$0.source.isEmpty && $0.certainty != .unverified })
    }
  }

  @Test func aPacksWrongPlanIsAProblemOfThePack() {
    var pack = pack
    pack.plans = ["p": PlanFixture.text.replacing("lead: mdt", with: "lead: nadie")]
    #expect(PlanShelf.problems(pack).map(\.file) == ["plans/p.yaml"])
    pack.plans = ["p": PlanFixture.text, "q": PlanFixture.text]
    #expect(PlanShelf.problems(pack).count == 1)
  }

  @Test func currenciesHaveTheirTime() {
    #expect(pack.currencies.map(\.code) == ["ECS", "USD"])
    let (old, new) = (pack.currencies[0], pack.currencies[1])
    #expect(old.isUsed(on: PlanFixture.day("1999-01-01")) && !old.isUsed(on: PlanFixture.day("2001-01-01")))
    #expect(!new.isUsed(on: PlanFixture.day("1999-01-01")) && new.isUsed(on: PlanFixture.day("2026-01-01")))
  }
}
