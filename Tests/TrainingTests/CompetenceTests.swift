import Basics
import CountryPack
import Foundation
import Accounts
import Records
import TestSupport
import Vault
import Testing

@testable import Training

private let plan = FollowUpPlan(
  rounds: [.init(day: 7, openDays: 14), .init(day: 90, openDays: 30), .init(day: 180, openDays: 45)], questions: 3,
  anchors: 1, callingCode: "593")
private let rule = CompetenceRule(percent: 60, lastDays: 365)

@Suite struct CompetenceTests {
  private func state(_ post: Double?, _ rounds: [Int: Double], after days: Int) -> CompetenceState {
    let ended = day("2008-03-14")
    return Competence.state(
      ended: ended, post: post, rounds: rounds, plan: plan, rule: rule, on: ended.adding(days: days))
  }

  /// Every answer against every day: it counts until the next round has ended, then nobody knows.
  @Test func whatIsNotAnsweredAgainDecays() {
    for days in 0...600 {
      #expect(state(nil, [:], after: days) == .unknown)
      #expect(state(0.8, [:], after: days) == (days <= 20 ? .competent : .unknown), "\(days)")
      #expect(state(0.4, [:], after: days) == (days <= 20 ? .lapsed : .unknown), "\(days)")
      #expect(state(0.2, [7: 1], after: days) == (days <= 119 ? .competent : .unknown), "\(days)")
      #expect(state(1, [7: 1, 90: 1.0 / 3], after: days) == (days <= 224 ? .lapsed : .unknown), "\(days)")
      #expect(state(1, [180: 2.0 / 3], after: days) == (days <= 545 ? .competent : .unknown), "\(days)")
    }
    #expect(state(0.6, [:], after: 1) == .competent && state(0.594, [:], after: 1) == .lapsed)
  }

  @Test func flagsInPlainWords() {
    #expect(ItemFlag.flags(n: 9, pre: 0, post: 0, rest: -1) == [.tooFewToJudge])
    #expect(ItemFlag.flags(n: 10, pre: 0.5, post: 0.29, rest: -1) == [.tooHard])
    #expect(ItemFlag.flags(n: 30, pre: 0.95, post: 0.99, rest: 0.09) == [.knownBefore, .doesNotDiscriminate])
    #expect(ItemFlag.flags(n: 30, pre: nil, post: nil, rest: nil) == [])
    #expect(ItemFlag.flags(n: 500, pre: 0.9, post: 0.3, rest: 0.1) == [])
  }

  @Test func aPersonCountsOnceAnAttendanceEachTime() throws {
    let (ana, luz) = (TraineeID.random(), TraineeID.random())
    func entry(_ trainee: TraineeID, _ phase: String, _ from: String, sex: String?, _ province: String, _ count: Int)
      -> AnnexEntry
    {
      var participant = Participant(
        id: .random(), cohort: .random(), agency: .random(), institution: "senami", province: province,
        status: .enrolled, registeredAt: Moment(milliseconds: 0))
      participant.trainee = trainee
      participant.sex = sex
      return AnnexEntry(
        Participation(participant: participant, phase: phase, from: day(from), until: day(from)), attendances: count)
    }
    let annex = DonorAnnex(
      [
        entry(ana, "one", "2008-01-01", sex: "female", "EC-P", 3), entry(ana, "two", "2008-05-01", sex: nil, "EC-O", 2),
        entry(luz, "one", "2008-01-01", sex: nil, "EC-P", 0),
      ], cohorts: [])
    let person = try #require(annex.people.first { $0.participations == 2 })
    #expect(
      person == AnnexPerson(institution: "senami", province: "EC-O", sex: "female", participations: 2, attendances: 5))
    #expect(annex.people.count == 2)
    #expect(annex.phases["one"]?.people == 2 && annex.phases["one"]?.attendances == 3)
    #expect(annex.phases["two"]?.people == 1 && annex.phases["two"]?.attendances == 2)
  }

  @Test func momentsAsOthersReadThem() {
    #expect(ExperienceWriter.text(Moment(milliseconds: 1_205_159_000_007)) == "2008-03-10T14:23:20.007Z")
    #expect(ExperienceWriter.text(Moment(milliseconds: 0)) == "1970-01-01T00:00:00.000Z")
    #expect(ExperienceWriter.text(Moment(milliseconds: -1)) == "1969-12-31T23:59:59.999Z")
  }
}

@Suite struct ExperienceTests {
  /// The rules of the format, statement by statement.
  private func check(_ statements: [[String: Any]], home: String, now: String) {
    let verbs: Set = ["registered", "attended", "answered", "completed", "scored", "passed", "failed"]
    for statement in statements {
      let id = statement["id"] as? String ?? ""
      #expect(id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil, "\(id)")
      let actor = statement["actor"] as? [String: Any] ?? [:]
      #expect(Set(actor.keys) == ["objectType", "account"])
      let account = actor["account"] as? [String: String] ?? [:]
      #expect(account["homePage"] == home && TraineeID(account["name"] ?? "") != nil)
      let verb = (statement["verb"] as? [String: Any])?["id"] as? String ?? ""
      #expect(verb.hasPrefix("http://adlnet.gov/expapi/verbs/"))
      #expect(verbs.contains(String(verb.split(separator: "/").last ?? "")), "\(verb)")
      let object = statement["object"] as? [String: Any] ?? [:]
      #expect((object["id"] as? String)?.hasPrefix(home + "/xapi/") == true)
      let definition = object["definition"] as? [String: Any] ?? [:]
      let isQuestion = (definition["type"] as? String)?.hasSuffix("cmi.interaction") == true
      #expect((definition["interactionType"] != nil) == isQuestion)
      let time = statement["timestamp"] as? String ?? "~"
      #expect(time <= now && time.hasSuffix("Z"), "\(time)")
      if let score = (statement["result"] as? [String: Any])?["score"] as? [String: Double] {
        #expect((-1...1).contains(score["scaled"] ?? 9))
      }
      #expect((statement["context"] as? [String: Any])?["registration"] is String)
    }
  }

  @Test(arguments: TestEngine.available) func theSameActsUnderTheSameNames(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let session = TrainingSessionID.random()
      try await school.desk.addSession(
        school.trainer, id: session, to: school.cohort, day: day("2008-03-10"), title: "Uno")
      let ana = try await school.learn("Ana Canaria", phone: "0991234567")
      let id = try await school.visitors.seat(ana).participant.id
      try await school.desk.mark(school.trainer, session, [id: .present])
      school.time.move(days: 12)
      try await school.recall(ana, right: false)
      let home = "https://amparo.example.org"
      let first = try await school.after.statements(.member(school.trainer), school.cohort, home: home)
      let second = try await school.after.statements(.console, school.cohort, home: home)
      #expect(first == second && Set(first.map(\.id)).count == first.count)
      let told = Dictionary(grouping: first) { String($0.verb.id.split(separator: "/").last ?? "") }.mapValues(\.count)
      let asked = try #require(school.pack.training.phase("quito-1")).testQuestions * 2 + 3
      #expect(
        told == [
          "registered": 1, "attended": 1, "answered": asked, "completed": 3, "scored": 1, "passed": 1, "failed": 1,
        ])
      let file = String(decoding: try ExperienceFile.bytes(first), as: UTF8.self)
      for canary in ["null", "Canaria", "991234567", ana.exposedText] { #expect(!file.contains(canary), "\(canary)") }
      let parsed = try #require(
        try JSONSerialization.jsonObject(with: Data(file.utf8)) as? [[String: Any]])
      check(parsed, home: home, now: ExperienceWriter.text(school.office.clock.now()))
      #expect(
        await refusal {
          _ = try await school.after.statements(.member(school.stranger), school.cohort, home: home)
        }?.kind == .notFound)
      #expect(
        await refusal { _ = try await school.after.statements(.console, .random(), home: home) }?.kind == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func anAgencyAgreesAndTakesItBack(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let evidence = EvidenceDesk(school.office, school.pack)
      guard
        case .signedIn(let token) = try await SignInDesk(school.office).signIn(
          login: "ana", password: "una frase larga y buena", client: "t"),
        let ana = try await SignInDesk(school.office).actor(for: token)
      else { throw Refusal.notFound }
      _ = try await school.learn("Uno")
      func trained() async throws -> [TrainedSince] {
        try await school.office.database.read { try evidence.trained($0) }
      }
      #expect(
        await refusal { try await evidence.give(school.trainer, institution: "senami", province: "EC-P") }?.kind
          == .forbidden)
      #expect(
        await refusal { try await evidence.give(ana, institution: "nadie", province: "EC-XX") }?.fields.count == 2)
      #expect(try await trained().isEmpty)
      try await evidence.give(ana, institution: "mte-sti", province: "EC-P")
      school.time.move(days: 10)
      #expect(try await trained().isEmpty)
      try await evidence.give(ana, institution: "senami", province: "EC-P")
      #expect(
        try await trained() == [TrainedSince(agency: ana.agency, from: day("2008-03-10"), until: day("2008-03-14"))])
      #expect(try await evidence.consent(ana)?.institution == "senami")
      try await evidence.withdraw(ana)
      try await evidence.withdraw(ana)
      #expect(try await trained().isEmpty)
      #expect(try await evidence.consent(ana) == nil)
    }
  }
}
