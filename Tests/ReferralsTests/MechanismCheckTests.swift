import Basics
import CountryPack
import Foundation
import Testing

@testable import Referrals

@Suite struct MechanismCheckTests {
  private func findings(_ mechanism: Mechanism, _ limits: [LegalLimit]? = nil) throws -> [MechanismFinding] {
    var terms = try MechanismWorld.terms
    if let limits { terms.limits = limits }
    return MechanismCheck(mechanism, terms: terms).findings
  }

  private func gaps(_ mechanism: Mechanism, _ limits: [LegalLimit]? = nil) throws -> [String] {
    try findings(mechanism, limits).filter { $0.weight == .gap }.map { "\($0.code.rawValue) \($0.place)" }
  }

  @Test func aSoundMechanismHasNoGap() throws {
    #expect(try gaps(try MechanismWorld.read(MechanismWorld.sound)).isEmpty)
    #expect(try findings(try MechanismWorld.shipped("frontera-norte")).isEmpty)
  }

  /// Each is spoilt in one place, and the finding names the line of that place.
  @Test(arguments: [
    ("desks: [front]", "desks: []", "step_without_desk first", "- code: first"),
    ("desks: [front]", "desks: [nobody]", "unknown_desk first", "desks: [front]"),
    ("alternate: back", "alternate: nobody", "unknown_desk front", "alternate: back"),
    ("    desk: back", "    desk: nobody", "unknown_desk beds", "    desk: back"),
    ("start: first", "start: nowhere", "unknown_start small", "start: first"),
    ("to: second", "to: third", "unknown_step first", "- {to: second"),
    ("services: [beds]", "services: [bed]", "unknown_service second", "services: [beds]"),
    ("forms: [sheet]", "forms: [paper]", "unknown_form first", "forms: [sheet]"),
    (
      "within: {hours: 24}\n    work: {minutes: 60}\n    forms",
      "within: {hours: 24}\n    law: none\n    work: {minutes: 60}\n    forms", "unknown_limit first",
      "work: {minutes: 60}"
    ),
    (
      "    needs: [housing]", "    needs: [housing]\n    ages: [0-11]", "need_without_service small", "needs: [housing]"
    ),
    ("- {to: second}", "- {to: second, sexes: [female]}", "no_way_on first", "- code: first"),
    ("ends: true", "next: [{to: first}]", "cycle_without_way_out first", "- code: first"),
    ("- {to: second}", "- {to: first}", "unreachable_step second", "- code: second"),
    (
      "hours: always\n    alternate: back",
      "hours: [{days: [mon], from: \"08:00\", until: \"17:00\"}]\n    alternate: back", "no_out_of_hours front",
      "- code: front"
    ),
    (
      "kind: ngo\n    people: 1", "kind: ngo\n    people: 1\n    alternate: front", "alternate_leads_back back",
      "kind: ngo\n    people: 1"
    ),
    ("    handover: {es: Con hoja, en: With sheet}\n", "", "no_handover_criteria first", "- code: first"),
    ("    feedback: {es: Se avisa, en: They are told}\n", "", "no_feedback second", "- code: second"),
    ("kind: migration", "kind: migration\n    provinces: [EC-P]", "province_without_desk first", "desks: [front]"),
  ])
  func everyGapIsFound(_ from: String, _ to: String, _ expected: String, _ place: String) throws {
    let text = MechanismWorld.sound.replacingOccurrences(of: from, with: to)
    #expect(text != MechanismWorld.sound)
    let found = try findings(try MechanismWorld.read(text))
    let finding = try #require(
      found.first { "\($0.code.rawValue) \($0.place)" == expected }, "\(found.map(\.code))")
    #expect(finding.weight == .gap)
    #expect(abs(finding.line - MechanismWorld.line(of: place)) <= 2, "line \(finding.line)")
    for language in [Language.spanish, .english] {
      #expect(!finding.says[language].isEmpty && !finding.advice[language].isEmpty)
      #expect(!finding.says[language].contains("{") && !finding.advice[language].contains("{"))
    }
  }

  @Test func boysOverTwelveInSucumbiosAreMissed() throws {
    let text = MechanismWorld.sound.replacingOccurrences(
      of: "    needs: [housing]\n",
      with: "    needs: [housing]\n    ages: [0-11, 18-29, 30-59, 60+, doubt]\n    sexes: [male]\n"
    ).replacingOccurrences(
      of: "steps:\n",
      with: """
          - code: girls
            name: {es: Niñas, en: Girls}
            desk: back
            service: shelter
            needs: [housing]
            sexes: [female, other, not_said]
            source: test
            certainty: decided
        steps:

        """
    ).replacingOccurrences(of: "services: [beds]", with: "services: [beds, girls]")
    let found = try findings(try MechanismWorld.read(text)).filter { $0.weight == .gap }
    #expect(found.count == 1)
    #expect(
      found.first?.people
        == .init(needs: ["housing"], ages: ["12-17"], sexes: ["male"], provinces: ["EC-U"]))
    #expect(found.first?.says[.english].contains("Sucumbíos") == true)
  }

  @Test func aServiceThatNoWayLeadsToHelpsNobody() throws {
    let found = try gaps(try MechanismWorld.spoilt("services: [beds]", "desks: [back]"))
    #expect(found == ["service_out_of_reach small"])
  }

  // MARK: The law

  private func law(_ hours: Int, _ counts: DecisionTerm.Counting, _ certainty: Certainty) -> LegalLimit {
    LegalLimit(
      code: "law", name: MechanismWorld.name("law"), limit: .init(minutes: hours * 60, counts: counts),
      source: "test", certainty: certainty)
  }

  @Test func onlyAVerifiedLimitDecides() throws {
    let mechanism = try MechanismWorld.spoilt(
      "    work: {minutes: 60}\n    forms", "    law: law\n    work: {minutes: 60}\n    forms")
    #expect(try gaps(mechanism, [law(23, .calendar, .verified)]) == ["limit_over_law first"])
    #expect(try gaps(mechanism, [law(24, .calendar, .verified)]).isEmpty)
    for certainty in [Certainty.secondHand, .unverified, .decided] {
      let found = try findings(mechanism, [law(23, .calendar, certainty)])
      #expect(found.filter { $0.weight == .gap }.isEmpty)
      #expect(found.contains { $0.code == .limitOverUnverified && $0.weight == .notice })
    }
    var past = law(1, .calendar, .verified)
    past.until = CalendarDay("2026-11-30")
    #expect(try gaps(mechanism, [past]).isEmpty)
    #expect(try findings(mechanism, [past]).contains { $0.code == .lawNotInForce })
  }

  @Test func workingTimeIsCountedWithItsWeekends() {
    func canExceed(_ one: (Int, DecisionTerm.Counting), _ other: (Int, DecisionTerm.Counting)) -> Bool {
      MechanismCheck.canExceed(
        .init(minutes: one.0 * 1440, counts: one.1), .init(minutes: other.0 * 1440, counts: other.1))
    }
    #expect(!canExceed((5, .working), (7, .calendar)))
    #expect(canExceed((5, .working), (6, .calendar)))
    #expect(canExceed((6, .working), (9, .calendar)))
    #expect(!canExceed((6, .working), (10, .calendar)))
    #expect(!canExceed((5, .calendar), (5, .working)))
    #expect(canExceed((6, .calendar), (5, .working)))
  }

  @Test func hoursOfADeskOnDutyMustCoverTheTimeLimit() throws {
    let night = """
      hours: [{days: [mon], from: "08:00", until: "17:00"}]
          outOfHours: back
          alternate: back
      """
    let text = MechanismWorld.sound.replacingOccurrences(of: "hours: always\n    alternate: back", with: night)
    #expect(try gaps(try MechanismWorld.read(text)).isEmpty)
    let late = text.replacingOccurrences(
      of: "hours: always", with: "hours: [{days: [tue], from: \"08:00\", until: \"17:00\"}]\n    outOfHours: front")
    let found = try gaps(try MechanismWorld.read(late))
    #expect(found == ["out_of_hours_gap front", "out_of_hours_gap back"])
  }

  /// As large as a file may be: every kind of person on every way.
  @Test func aHugeMechanismIsCheckedInTime() throws {
    let terms = try MechanismWorld.terms
    var mechanism = try MechanismWorld.read(MechanismWorld.sound)
    mechanism.provinces = terms.provinces.map(\.iso)
    mechanism.steps = (0..<60).map { number in
      var step = mechanism.steps[0]
      step.code = "s\(number)"
      step.next = (1...30).map { .init(to: .init("s\((number + $0) % 60)"), group: .init(sexes: ["female"])) }
      return step
    }
    mechanism.start = .init("s0")
    let found = MechanismCheck(mechanism, terms: terms).findings
    #expect(found.contains { $0.code == .cycleWithoutWayOut && $0.about.count == 60 })
    #expect(found.contains { $0.code == .noWayOn && $0.people?.sexes == ["male", "other", "not_said"] })
  }

  @Test func thePacksMechanismsCanBeRead() throws {
    let folder = MechanismWorld.root.appending(path: "Packs/ecuador")
    #expect(try CountryPack.load(from: folder).checkMechanisms(in: folder).isEmpty)
  }

  @Test func theExerciseHasItsGaps() throws {
    let codes = Set(try findings(try MechanismWorld.shipped("ejercicio-sucumbios")).map(\.code))
    #expect(
      codes == [
        .needWithoutService, .noOutOfHours, .alternateLeadsBack, .noHandoverCriteria, .cycleWithoutWayOut,
        .unknownForm, .noFeedback, .stepWithoutDesk, .unreachableStep, .noAlternate, .limitOverUnverified,
      ])
  }
}
