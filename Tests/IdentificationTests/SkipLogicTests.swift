import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import Identification

@Suite struct SkipLogicTests {
  private let pack: CountryPack
  init() throws { pack = try CountryPack.load(from: ecuador) }

  private func asked(_ id: String, _ written: [String: String], child: Bool = false) throws -> [String] {
    let instrument = try #require(pack.instrument(id))
    return instrument.asked(try AnswerSheet(written, for: instrument), countsAsChild: child).indicators.map(\.code)
  }

  @Test func aFollowUpIsAskedAfterItsYesOnly() throws {
    #expect(try !asked("short-interview", [:]).contains("S16A"))
    for answer in ["no", "unknown", "not_asked"] {
      #expect(try !asked("short-interview", ["S16": answer]).contains("S16A"))
    }
    #expect(try asked("short-interview", ["S16": "yes"]).contains("S16A"))
    #expect(try asked("short-interview", ["S00": "unknown"]).contains("S01"))
  }

  @Test func meansAreSkippedForAChild() throws {
    #expect(try asked("screening-interview", [:]).contains("IM01"))
    #expect(try !asked("screening-interview", [:], child: true).contains { $0.hasPrefix("IM") })
  }

  @Test func exploitationThatWasOnlyIntendedIsAskedWhileNoneIsReported() throws {
    #expect(try asked("screening-interview", [:]).contains("IE07"))
    #expect(try asked("screening-interview", ["IE02": "yes"]).contains("IE08"))
    #expect(try !asked("screening-interview", ["IE02": "yes"]).contains("IE07"))
  }

  /// S01 is skipped, so its yes counts for nothing: neither in the result nor for S01A.
  @Test func anAnswerToASkippedQuestionCountsForNothing() throws {
    let written = ["S00": "no", "S01": "yes", "S01A": "yes"]
    let codes = try asked("short-interview", written)
    #expect(codes.contains("S00") && !codes.contains("S01") && !codes.contains("S01A"))
    let instrument = try #require(pack.instrument("short-interview"))
    let result = AssessmentRules.assess(
      try AnswerSheet(written, for: instrument), instrument, nil, age: .years(30))
    #expect(result.observed.isEmpty)
    #expect(result.refusal == .guided)
  }

  /// What the page decides with its own answers is what the whole rule decides.
  @Test func thePagesConditionsAreTheRest() throws {
    let seed = testSeed("on page")
    var generator = SeededGenerator(seed: seed)
    for round in 0..<500 {
      let instrument = try #require(pack.instrument(round % 2 == 0 ? "screening-interview" : "short-interview"))
      var sheet = AnswerSheet()
      for indicator in instrument.indicators {
        sheet[IndicatorKey(dimension: indicator.dimension, code: indicator.code)] =
          FourWayAnswer.allCases.randomElement(using: &generator) ?? .no
      }
      let child = Bool.random(using: &generator)
      let kept = Set(
        instrument.asked(sheet, countsAsChild: child).indicators
          .map { IndicatorKey(dimension: $0.dimension, code: $0.code) })
      func answer(_ dimension: String, _ code: String) -> FourWayAnswer {
        let key = IndicatorKey(dimension: dimension, code: code)
        return kept.contains(key) ? sheet[key] : .notAsked
      }
      for indicator in instrument.indicators {
        let left = indicator.relevant.onPage(indicator.dimension, countsAsChild: child, answer)
        #expect(
          (left?.holds(countsAsChild: child, answer) ?? false)
            == indicator.relevant.holds(countsAsChild: child, answer), "seed \(seed) round \(round) \(indicator.code)")
      }
    }
  }

  @Test func everySituationHasItsQuestionsForEveryAge() throws {
    let situations = try #require(pack.lists[.situations])
    #expect(situations.count == 6)
    for situation in situations {
      for age in [Age.years(30), .years(12), .inDoubt] {
        let plan = ScreeningPlan(pack, age: age, questions: Screening.Questions(rawValue: situation.code))
        #expect(plan.leading != nil, "\(situation.code) \(age)")
        #expect(plan.questionCount > 10, "\(situation.code) \(age)")
        #expect(Set(plan.topics.map(\.code)).count == plan.topics.count)
      }
    }
    #expect(
      ScreeningPlan(pack, age: .inDoubt, questions: Screening.Questions(rawValue: "short")).leading?.id
        == "child-interview")
  }

  /// Both sets stand there whole, as lists, and refuse.
  @Test(arguments: [("ilo-adult-sexual", Age.years(30)), ("ilo-child-sexual", .years(15))])
  func theSexualSetsRefuseToScore(_ id: String, _ age: Age) throws {
    let instrument = try #require(pack.instrument(id))
    #expect(instrument.indicators.count == 67)
    #expect(instrument.indicators.allSatisfy { !$0.isVerified })
    let all = Dictionary(uniqueKeysWithValues: instrument.indicators.map { ($0.dimension + "/" + $0.code, "yes") })
    let day = CalendarDay(daysSince1970: 20_000)
    let report = ScreenReport(try AnswerSheet(all, for: instrument), instrument, age: age, pack: pack, on: day)
    #expect(report.refusal == .strengthsNotVerified)
    #expect(report.dimensions.isEmpty)
    #expect(report.pattern == "not_scored")
    #expect(report.assessment == .notEnoughInformation)
    #expect(report.observed.count == 67)
    #expect(report.readings.protection.advice == "read_and_decide")
  }

  @Test(arguments: TestEngine.available) func theInterviewFollowsTheSituation(_ engine: Engine) async throws {
    try await withScreenings(engine) { house in
      var form = ScreeningHouse.form
      form.questions = "short"
      let id = try await house.inProgress(form)
      let topics = try await house.desk.save(
        house.officer, id, topic: "journey", ["S00": .no, "S02": .yes], note: "", seen: 0)
      #expect(topics == ["journey", "work", "fear", "freedom", "body"])
      let file = try await house.desk.file(house.officer, id)
      let asked = house.desk.questions("journey", file).filter { !$0.relevant.isAlways }.map(\.code)
      #expect(asked == ["S01", "S01A", "S02A"])
      let result = try await house.desk.finish(house.officer, id)
      #expect(result.report.refusal == .guided)
      #expect(result.report.observed == ["S02"])
      form.questions = "none"
      #expect(await refusal { try await house.desk.begin(house.officer, .random(), form) }?.kind == .invalid)
    }
  }
}
