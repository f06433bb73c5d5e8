import Basics
import CountryPack
import Foundation
import TestSupport
import Testing

@testable import Identification

private let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "Packs/ecuador")

@Suite struct AssessmentTests {
  private let pack: CountryPack
  private let adult: Instrument
  private let child: Instrument
  private let today = CalendarDay(year: 2026, month: 11, day: 24)

  init() throws {
    pack = try CountryPack.load(from: folder)
    adult = try #require(pack.instrument("ilo-adult-labour"))
    child = try #require(pack.instrument("ilo-child-labour"))
  }

  private func report(_ written: [String: String], _ instrument: Instrument? = nil, age: Age = .years(25)) throws
    -> ScreenReport
  {
    let instrument = instrument ?? adult
    return ScreenReport(
      try AnswerSheet(written, for: instrument), instrument, age: age, pack: pack, on: try #require(today))
  }

  /// Every indicator answered no, but for these.
  private func sheet(yes codes: [String], _ instrument: Instrument? = nil) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: (instrument ?? adult).indicators.map { ($0.code, codes.contains($0.code) ? "yes" : "no") })
  }

  /// The four clauses of the rule, word for word, against the formula, for all counts up to 7.
  @Test func theFormulaIsTheRule() {
    for strong in 0...7 {
      for medium in 0...7 {
        for weak in 0...7 {
          let rule =
            strong >= 2 || (strong >= 1 && medium + weak >= 1) || medium >= 3 || (medium >= 2 && weak >= 1)
          #expect(AssessmentRules.isPositive(strong: strong, medium: medium, weak: weak) == rule)
        }
      }
    }
  }

  @Test func nothingAskedIsNotEnoughInformation() throws {
    let report = try report([:])
    #expect(report.assessment == .notEnoughInformation)
    #expect(report.dimensions.map(\.state) == [Finding](repeating: .insufficient, count: 6))
    #expect(report.pattern == "not_determined")
    #expect(report.readings.protection.advice == "ask_open_questions")
  }

  @Test func allNoFindsNothingAndSaysNoMore() throws {
    let report = try report(sheet(yes: []))
    #expect(report.assessment == .indicatorsNotFound)
    #expect(report.pattern == "no_dimension_positive")
    #expect(report.readings.protection.advice == "offer_information")
  }

  @Test(arguments: [
    (["DR01", "DR02", "EX01", "EX02", "CD01", "CD02"], "trafficked_for_forced_labour"),
    (["CR01", "CR02", "EX02", "EX03", "EX09", "CD01", "CD05"], "trafficked_for_forced_labour"),
    (["DR02", "DR03", "DR04", "EX01", "EX09"], "deceived_and_exploited"),
    (["EX01", "EX02"], "exploited"),
    (["CR01", "CR02", "EX01", "EX02"], "not_classified"),
    (["RV01", "RV02", "RV03", "EX01", "EX02"], "not_classified"),
    (["DR01", "DR02"], "not_classified"),
    (["CD01", "CD02"], "not_classified"),
    (["EX01", "EX02", "CD01", "CD02"], "not_classified"),
    (["DR01", "CR01", "EX01", "CD01"], "no_dimension_positive"),
  ]) func patternsOfTheTable(_ yes: [String], _ pattern: String) throws {
    #expect(try report(sheet(yes: yes)).pattern == pattern)
  }

  @Test func aPositiveDimensionNamesItsIndicators() throws {
    let report = try report(["DR01": "yes", "deceptive_recruitment/DR10": "yes", "destination/CD01": "yes"])
    #expect(report.dimensions[0].state == .positive)
    #expect(report.dimensions[0].because == ["DR01", "DR10"])
    #expect(report.dimensions[4].state == .insufficient)
    #expect(report.dimensions[4].because == [])
    #expect(report.assessment == .indicatorsFound)
  }

  @Test func underEighteenTheMeansAreNotNeeded() throws {
    for age in [Age.years(17), .years(0), .inDoubt] {
      let report = try report(sheet(yes: ["EX01", "EX02"], child), child, age: age)
      #expect(report.pattern == "child_exploited")
      #expect(report.readings.protection.result == .indicatorsFound)
      #expect(!report.readings.protection.meansNeeded)
      #expect(report.readings.national.note == "means_may_be_asked")
      #expect(report.readings.national.confirmWithProsecutor)
    }
    let grown = try report(sheet(yes: ["EX01", "EX02"]))
    #expect(grown.readings.protection.result == .notEnoughInformation)
    #expect(grown.readings.protection.advice == "ask_means")
    // An adult instrument used with a child still reads the child's rule.
    #expect(try report(sheet(yes: ["EX01", "EX02"]), age: .years(15)).pattern == "child_exploited")
  }

  @Test func exploitationThatWasOnlyIntendedIsAskedFor() throws {
    #expect(try report(sheet(yes: ["DR01", "DR02"])).readings.protection.advice == "ask_intended_purpose")
  }

  @Test func anObservationListNeverScores() throws {
    let list = try #require(pack.instrument("unodc-observation"))
    let report = try report(Dictionary(uniqueKeysWithValues: list.indicators.map { ($0.code, "yes") }), list)
    #expect(report.refusal == .observationList)
    #expect(report.dimensions.isEmpty)
    #expect(report.pattern == "not_scored")
    #expect(report.observed.count == 29)
  }

  @Test func badAnswersAreNamed() throws {
    func problem(_ written: [String: String]) -> AnswerProblem? {
      do {
        _ = try AnswerSheet(written, for: adult)
        return nil
      } catch { return error }
    }
    #expect(problem(["XX01": "yes"]) == .unknownIndicator("XX01"))
    #expect(problem(["exploitation/DR01": "yes"]) == .unknownIndicator("exploitation/DR01"))
    #expect(problem(["a/b/DR01": "yes"]) == .unknownIndicator("a/b/DR01"))
    #expect(problem(["DR01": "sí"]) == .unknownAnswer("DR01", answer: "sí"))
    #expect(problem(["DR01": "yes", "recruitment/DR01": "no"]) == .answeredTwice("recruitment/DR01"))
    #expect(throws: AnswerProblem.notAnObject) { try AnswerSheet(json: Data("[1]".utf8), for: adult) }
    #expect(throws: AnswerProblem.notAnObject) { try AnswerSheet(json: Data("{\"DR01\": 1}".utf8), for: adult) }
    var twice = adult
    twice.indicators.append(
      Indicator(
        code: "DR01", dimension: "exploitation", strength: .weak, text: LocalizedText(es: "", en: ""),
        isVerified: true, basis: ""))
    #expect(throws: AnswerProblem.ambiguous("DR01", dimensions: ["deceptive_recruitment", "exploitation"])) {
      try AnswerSheet(["DR01": "yes"], for: twice)
    }
  }

  /// Against a slow oracle that tries every future of the open answers of a dimension, and two properties: one more
  /// yes never takes a finding away, and the four answers stay four.
  @Test func propertiesOfRandomSheets() throws {
    let seed = testSeed("assessment")
    var generator = SeededGenerator(seed: seed)
    for round in 0..<400 {
      let instrument = round.isMultiple(of: 2) ? adult : child
      var sheet = AnswerSheet()
      let answers: [FourWayAnswer] = round % 3 == 0 ? [.yes, .no, .no, .no] : [.yes, .no, .unknown, .notAsked]
      for indicator in instrument.indicators {
        sheet[IndicatorKey(dimension: indicator.dimension, code: indicator.code)] =
          answers[Int.random(in: 0..<4, using: &generator)]
      }
      for dimension in instrument.dimensions {
        let finding = AssessmentRules.finding(dimension, of: instrument, sheet)
        #expect(finding.state == oracle(dimension, instrument, sheet), "seed \(seed) round \(round)")
      }
      let combination = pack.combinations[0]
      let before = AssessmentRules.assess(sheet, instrument, combination, age: .years(30))
      guard let indicator = instrument.indicators.randomElement(using: &generator) else { continue }
      var more = sheet
      more[IndicatorKey(dimension: indicator.dimension, code: indicator.code)] = .yes
      let after = AssessmentRules.assess(more, instrument, combination, age: .years(30))
      for (old, new) in zip(before.dimensions, after.dimensions) where old.state == .positive {
        #expect(new.state == .positive, "seed \(seed) round \(round)")
      }
    }
  }

  private func oracle(_ dimension: Instrument.Dimension, _ instrument: Instrument, _ sheet: AnswerSheet) -> Finding {
    let own = instrument.indicators.filter { $0.dimension == dimension.code }
    func positive(_ counted: (FourWayAnswer) -> Bool) -> Bool {
      let points = own.filter { counted(sheet[IndicatorKey(dimension: $0.dimension, code: $0.code)]) }.map(\.strength)
      let (s, m, w) = (points.count { $0 == .strong }, points.count { $0 == .medium }, points.count { $0 == .weak })
      return s >= 2 || (s >= 1 && m + w >= 1) || m >= 3 || (m >= 2 && w >= 1)
    }
    return positive { $0 == .yes } ? .positive : positive { $0 != .no } ? .insufficient : .negative
  }

  @Test func theJSONIsTheContract() throws {
    let json = try report(["DR01": "yes", "DR02": "yes"]).json
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(object["instrument"] as? String == "ilo-adult-labour")
    #expect(object["assessment"] as? String == "indicators_found")
    let dimensions = try #require(object["dimensions"] as? [[String: Any]])
    #expect(dimensions[0]["code"] as? String == "deceptive_recruitment")
    #expect(dimensions[0]["because"] as? [String] == ["DR01", "DR02"])
    let readings = try #require(object["readings"] as? [String: Any])
    #expect(Set(readings.keys) == ["protection", "national"])
  }
}
