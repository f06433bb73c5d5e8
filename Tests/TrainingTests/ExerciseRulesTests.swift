import Basics
import CountryPack
import Foundation
import TestSupport
import Testing

@testable import Training

private let pack = Result {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let copy = FileManager.default.temporaryDirectory.appending(path: "pack-\(UUID())")
  try FileManager.default.copyItem(at: root.appending(path: "Packs/ecuador"), to: copy)
  defer { try? FileManager.default.removeItem(at: copy) }
  let place = copy.appending(path: "training/exercises")
  try? FileManager.default.removeItem(at: place)
  try FileManager.default.copyItem(at: root.appending(path: "Tests/Fixtures/exercises"), to: place)
  return try CountryPack.load(from: copy)
}

private let hours = ["urgent": 1, "high": 24, "normal": 72]
private typealias Consent = ExerciseDeeds.Consent
private typealias Sent = ExerciseDeeds.Referral

/// As an expert would do it.
private var perfect: ExerciseDeeds {
  ExerciseDeeds(
    answers: [
      "ilo-adult-labour": [
        "deceptive_recruitment/DR01": .yes, "deceptive_recruitment/DR02": .yes, "deceptive_recruitment/DR03": .no,
        "deceptive_recruitment/DR04": .unknown,
      ]
    ],
    firstSafety: ["controlling_companion": .yes, "private_place": .no], decision: "presumed",
    caseKinds: ["trafficking"],
    consents: [Consent(purpose: "protection", desk: "shelter-desk", kinds: ["identity", "needs"])],
    referrals: [Sent(desk: "shelter-desk", need: "housing", urgency: "urgent")], path: ["stop", "aside", "house"])
}

@Suite struct ExerciseRulesTests {
  let exercise: Exercise
  init() throws { exercise = try #require(try pack.get().exercise("night-bus")) }

  private func points(_ area: ExercisePoint.Area, _ change: (inout ExerciseDeeds) -> Void) -> [String] {
    var deeds = perfect
    change(&deeds)
    return ExerciseRules.score(deeds, exercise, hours: hours).points(area).map {
      "\($0.subject) \($0.verdict.rawValue)"
    }
  }

  @Test func anExpertsOwnWayIsRightInEveryPoint() {
    let score = ExerciseRules.score(perfect, exercise, hours: hours)
    #expect(score.points.allSatisfy { $0.verdict.isRight }, "\(score.points)")
    #expect(score.sensitivity.map { [$0.found, $0.of] } == [2, 2])
    #expect(score.falseAlarms == 0 && score.instrument == "ilo-adult-labour")
  }

  @Test func nothingDoneIsScoredToo() {
    let score = ExerciseRules.score(ExerciseDeeds(), exercise, hours: hours)
    #expect(score.instrument == nil)
    #expect(score.sensitivity.map { [$0.found, $0.of] } == [0, 2])
    #expect(score.points.allSatisfy { $0.verdict == .missed }, "\(score.points)")
  }

  /// Every answer against everything an expert can say of an indicator.
  @Test func fourAnswersStayFour() {
    let expected: [String: ExercisePoint.Verdict] = [
      "yes present": .right, "no present": .denied, "unknown present": .missed, "not_asked present": .missed,
      "yes absent": .falseAlarm, "no absent": .right, "yes open": .falseAlarm, "no open": .guessed,
    ]
    for answer in FourWayAnswer.allCases {
      for (name, isPresent, isAbsent) in [("present", true, false), ("absent", false, true), ("open", false, false)] {
        let verdict = ExerciseRules.verdict(answer, isPresent: isPresent, isAbsent: isAbsent)
        #expect(verdict == expected["\(answer.rawValue) \(name)"], "\(answer) \(name)")
      }
    }
  }

  @Test func theSetOfQuestionsWithMostAnswersLeads() {
    var deeds = perfect
    deeds.answers["unodc-observation"] = ["observation/UN02": .no]
    var score = ExerciseRules.score(deeds, exercise, hours: hours)
    #expect(score.instrument == "ilo-adult-labour")
    // What was answered beside it is judged, and not counted among what was to be found.
    #expect(score.points.contains { $0.subject == "unodc-observation:observation/UN02" && $0.verdict == .denied })
    #expect(score.sensitivity.map { [$0.found, $0.of] } == [2, 2])
    deeds.answers = ["unodc-observation": ["observation/UN02": .yes], "ilo-adult-labour": [:]]
    score = ExerciseRules.score(deeds, exercise, hours: hours)
    #expect(score.instrument == "unodc-observation" && score.sensitivity.map { [$0.found, $0.of] } == [1, 1])
    #expect(!score.points.contains { $0.subject.hasPrefix("ilo-adult-labour") })
  }

  @Test func safety() {
    #expect(points(.safety) { $0.firstSafety["private_place"] = .yes }.contains("private_place wrong"))
    #expect(points(.safety) { $0.firstSafety["private_place"] = .unknown }.contains("private_place wrong"))
    #expect(points(.safety) { $0.firstSafety["private_place"] = nil }.contains("private_place missed"))
    #expect(points(.safety) { $0.wentOnUnsafe = true }.contains("went_on unsafe"))
  }

  @Test(arguments: [nil, "presumed", "needs_more_information", "not_presumed_now", "formally_identified"])
  func decision(_ decided: String?) {
    let verdict = decided == nil ? "missed" : decided == "presumed" ? "right" : "wrong"
    #expect(points(.decision) { $0.decision = decided } == ["decision \(verdict)"])
  }

  @Test func theCase() throws {
    #expect(points(.opening) { $0.caseKinds = [] } == ["case missed"])
    #expect(points(.opening) { $0.caseKinds = ["child_labour"] } == ["case wrong"])
    #expect(points(.opening) { $0.caseKinds = ["child_labour", "trafficking"] } == ["case right"])
    var none = exercise
    none.caseKind = nil
    #expect(ExerciseRules.opening(perfect, none).map(\.verdict) == [.unneeded])
    #expect(ExerciseRules.opening(ExerciseDeeds(), none).isEmpty)
  }

  @Test func consents() {
    #expect(points(.consent) { $0.consents = [] } == ["protection missed"])
    #expect(points(.consent) { $0.consents[0].purpose = "health" } == ["protection missed"])
    #expect(points(.consent) { $0.consents[0].kinds = ["identity"] } == ["protection too_narrow"])
    #expect(points(.consent) { $0.consents[0].kinds.insert("contact") } == ["protection right"])
    #expect(
      points(.consent) { $0.consents[0].kinds.insert("health") } == ["protection right", "kinds too_wide"])
    // A consent for a desk that can't help covers nothing.
    #expect(points(.consent) { $0.consents[0].desk = "family-desk" } == ["protection missed", "family-desk wrong"])
    // Two that each lack something are each incomplete.
    #expect(
      points(.consent) {
        $0.consents = [
          Consent(purpose: "protection", desk: "shelter-desk", kinds: ["identity"]),
          Consent(purpose: "protection", desk: "shelter-desk", kinds: ["needs"]),
        ]
      } == ["protection too_narrow"])
  }

  @Test func referrals() {
    #expect(points(.referral) { $0.referrals = [] } == ["housing missed"])
    #expect(points(.referral) { $0.referrals[0].need = "shelter" } == ["housing right"])
    #expect(points(.referral) { $0.referrals[0].need = "legal" } == ["housing wrong_service"])
    #expect(points(.referral) { $0.referrals[0].urgency = "normal" } == ["housing too_slow"])
    #expect(points(.referral) { $0.referrals[0].desk = "family-desk" } == ["housing missed", "family-desk wrong"])
    #expect(points(.referral) { $0.referrals[0].desk = "elsewhere" } == ["housing missed", "elsewhere unneeded"])
    #expect(
      points(.referral) { $0.referrals.append(Sent(desk: "shelter-desk", need: "legal", urgency: "normal")) }
        == ["housing right"])
    var calm = exercise
    calm.referrals[0].urgency = "normal"
    #expect(ExerciseRules.referrals(perfect, calm, hours).map(\.verdict) == [.tooHasty])
    // Several desks for one need: one is enough.
    var either = exercise
    either.referrals.append(.init(need: "housing", service: "shelter", urgency: "urgent", desk: "other-house"))
    #expect(ExerciseRules.referrals(perfect, either, hours).map(\.verdict) == [.right])
  }

  @Test func steps() {
    #expect(points(.step) { $0.path = ["stop"] } == ["aside missed"])
    #expect(points(.step) { $0.path = ["stop", "aloud", "aside"] } == ["aside right", "aloud unsafe"])
  }

  /// Whatever was done, there is a score: no crash, no point twice, nothing but the areas' own verdicts.
  @Test func everyDeedHasAScore() throws {
    let seed = testSeed("everyDeedHasAScore")
    var dice = SeededGenerator(seed: seed)
    func some<Value>(_ values: [Value]) -> [Value] { values.filter { _ in Bool.random(using: &dice) } }
    let indicators =
      try pack.get().instrument("ilo-adult-labour")?.indicators.map { $0.dimension + "/" + $0.code } ?? []
    let (desks, kinds) = (
      ["shelter-desk", "family-desk", "", "x"], ["identity", "needs", "health", "legal", "contact"]
    )
    for _ in 0..<2000 {
      var answers: [String: FourWayAnswer] = [:]
      for key in some(indicators) { answers[key] = FourWayAnswer.allCases.randomElement(using: &dice) }
      let deeds = ExerciseDeeds(
        answers: Bool.random(using: &dice) ? ["ilo-adult-labour": answers] : [:],
        firstSafety: ["private_place": FourWayAnswer.allCases.randomElement(using: &dice) ?? .no],
        wentOnUnsafe: Bool.random(using: &dice),
        decision: ["presumed", "not_presumed_now"].randomElement(using: &dice),
        caseKinds: some(["trafficking", "child_labour"]),
        consents: some(desks).map {
          Consent(purpose: some(["protection"]).first ?? "health", desk: $0, kinds: Set(some(kinds)))
        },
        referrals: some(desks).map {
          Sent(desk: $0, need: some(["housing"]).first ?? "legal", urgency: some(["urgent"]).first ?? "odd")
        },
        path: some(["stop", "aloud", "aside", "house", "gone"]))
      let score = ExerciseRules.score(deeds, exercise, hours: hours)
      #expect(Set(score.points.map(\.key)).count == score.points.count, "seed \(seed)")
      if let (found, of) = score.sensitivity { #expect((0...of).contains(found), "seed \(seed)") }
      let written = try JSONEncoder().encode(score)
      #expect(try JSONDecoder().decode(ExerciseScore.self, from: written) == score)
    }
  }

  @Test func aClassIsCountedByPersons() {
    var late = perfect
    late.referrals[0].urgency = "normal"
    let scores = [perfect, late, late, perfect].map { ExerciseRules.score($0, exercise, hours: hours) }
    let points = ClassPoints(scores)
    #expect(points.persons == 4 && points.isTooFewToJudge)
    #expect(points.rows.first == .init(key: "referral:housing", judged: 4, missed: 2))
    #expect(points.rows.dropFirst().allSatisfy { $0.missed == 0 })
    #expect(!ClassPoints(scores + scores).isTooFewToJudge)
    #expect(ClassPoints([]).rows.isEmpty)
  }
}
