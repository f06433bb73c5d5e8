import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import HTTPTypes
import NationalPlan
import Records
import Releases
import Statistics
import TestSupport
import Testing
import Training

@testable import Web

/// Live indicators through their pages: what the rooms' own protected tables show, and no way from a plan to anything
/// else of theirs.
@Suite struct PlanLivePagesTests {
  /// 15 March 2021, noon in Quito.
  private static let noon = Clock.fixed(Moment(milliseconds: 1_615_827_600_000))

  /// How much of each there is in a house.
  private struct Work {
    var forms: [(String, Int)]
    var trained: Int
    var screenings: Int
    var referralsWell: Int
    var referralsTroubled: Int
  }

  /// A plan with one indicator of each live kind, in a house with that much work.
  private func withWork(
    _ engine: Engine, _ work: Work, _ body: (PlanHouse, _ address: String) async throws -> Void
  ) async throws {
    try await withPlanHouse(engine, clock: Self.noon) { house in
      let address = try await house.filled()
      for (number, measure) in LiveMeasure.allCases.enumerated() {
        let made = try await house.fill(
          address, "/indicators/new",
          [
            "code": "vivo.\(number)", "objective": "1.1", "name_es": "Vivo \(number)", "name_en": "Live \(number)",
            "unit_es": "u", "unit_en": "u", "source": "Amparo", "how_es": "Se cuenta", "how_en": "Counted",
            "live": measure.rawValue,
          ])
        #expect(made.status == .seeOther)
      }
      try await Self.cases(house, work)
      try await Self.classes(house, work)
      try await Self.desks(house, work)
      try await body(house, address)
    }
  }

  private static func cases(_ house: PlanHouse, _ work: Work) async throws {
    let people = work.forms.flatMap { form, count in
      (0..<count).map { number in
        (
          identity: PersonIdentity(givenNames: "Canaria \(number)", birth: .year(1980)),
          facts: CaseFacts(kind: "trafficking", province: "EC-P", form: form, ageBand: "18-29", sex: "female")
        )
      }
    }
    let worker = try await house.house.actor("worker")
    _ = try await house.house.desks.cases.seed(worker, people, at: noon.now())
  }

  /// A class that ended today, with a certificate for everybody.
  private static func classes(_ house: PlanHouse, _ work: Work) async throws {
    let (desk, cohort, session) = (house.house.desks.cohorts, CohortID.random(), TrainingSessionID.random())
    try await house.house.join("tere", [.trainer])
    let actor = try await house.house.actor("tere")
    _ = try await desk.open(
      actor, id: cohort,
      NewCohort(
        phase: "quito-1", place: "Quito", province: "EC-P", from: house.today, until: house.today, seats: 40,
        institutions: ["mdt"]))
    try await desk.addSession(actor, id: session, to: cohort, day: house.today, title: "Día 1")
    for number in 0..<work.trained {
      let id = ParticipantID.random()
      _ = try await desk.register(
        actor, id: id, in: cohort,
        NewParticipant(name: "Alumna Canaria \(number)", post: "", institution: "mdt", province: "EC-P"))
      try await desk.mark(actor, session, [id: .present])
    }
    let trainer = TestBrowser(house.house)
    try await trainer.signIn("tere")
    let path = "/training/\(cohort)/certificates"
    #expect(try await trainer.submit(try await trainer.get(path), action: path).status == .seeOther)
  }

  /// Screenings and referrals as their rooms keep them: counts are made of coded columns only.
  private static func desks(_ house: PlanHouse, _ work: Work) async throws {
    let worker = try await house.house.actor("worker")
    let now = noon.now()
    try await house.house.desks.office.database.write { transaction in
      for _ in 0..<work.screenings {
        try transaction.execute(
          """
          INSERT INTO screenings (id, agency, member, province, age_group, interpreter, questions, instrument,
            instrument_version, status, begun_at, touched_at, outcome)
          VALUES (?, ?, ?, 'EC-P', 'adult', 'none', 'full', 'x', '1', 'finished', ?, ?, 'indicators_found')
          """, StoredPlanID.random(), worker.agency, worker.member, now, now)
      }
      for number in 0..<(work.referralsWell + work.referralsTroubled) {
        let state = number < work.referralsWell ? "accepted" : "declined"
        let envelope: [UInt8] = [0]
        try transaction.execute(
          """
          INSERT INTO referrals (id, case_id, from_agency, from_name, from_province, to_agency, to_name, to_province,
            need, purpose, urgency, state, sent_at, due_at, answered_at, answer_seen_at, consent, envelope,
            revision)
          VALUES (?, 'x', ?, 'A', 'EC-P', ?, 'A', 'EC-P', 'health', 'x', 'normal', ?, ?, ?, ?, ?, 'x', ?, 1)
          """, StoredPlanID.random(), worker.agency, worker.agency, state, now, now + .days(2), now, now, envelope)
      }
      try transaction.record(
        AuditEntry(at: now, doer: .system("test"), action: "test.fill", objectKind: "screening"))
    }
  }

  /// What stands behind “now” on an indicator's page.
  private func now(_ page: TestBrowser.Page) throws -> String {
    String(try #require(page.text.firstMatch(of: /<dt>Ahora<\/dt><dd>([^<]*)<\/dd>/)).1)
  }

  private func indicator(_ measure: LiveMeasure) -> String {
    "/indicators/vivo.\(LiveMeasure.allCases.firstIndex(of: measure) ?? -1)"
  }

  @Test(arguments: TestEngine.available) func eachKindIsWhatItsRoomsTableShows(_ engine: Engine) async throws {
    let work = Work(
      forms: [("begging", 31), ("sexual", 27)], trained: 23, screenings: 19, referralsWell: 26, referralsTroubled: 15)
    try await withWork(engine, work) { house, address in
      let desks = house.house.desks
      let actor = try await house.house.actor("analyst")
      let map = try await desks.needs.map(actor).total
      let table = try #require(try await desks.tables.table(actor, TableChoice(rows: .form, protection: .suppress)))
      let well = try #require(map.referrals) - (try #require(map.troubled))
      let today = house.today
      let certificates = try await desks.office.database.read { try CertificateCounts.valid(on: today, $0) }
      let expected: [LiveMeasure: String] = [
        .trainedPeople: "\(try #require(map.trained))", .screenings: "\(try #require(map.screenings))",
        .referralsInTime: "\(well) de \(try #require(map.referrals))",
        .casesByForm: "\(try #require(table.count(nil)))", .certificatesValid: "\(certificates.values.reduce(0, +))",
      ]
      // The rooms count what there is.
      #expect(expected[.trainedPeople] == "23" && expected[.screenings] == "19")
      #expect(expected[.referralsInTime] == "26 de 41" && expected[.casesByForm] == "58")
      #expect(expected[.certificatesValid] == "23")
      for browser in [house.secretary, house.analyst] {
        for measure in LiveMeasure.allCases {
          let page = try await browser.get(address + indicator(measure))
          #expect(try now(page) == expected[measure], "\(measure)")
        }
        let forms = try await browser.get(address + indicator(.casesByForm))
        for form in table.rows {
          let count = try #require(table.count(form))
          #expect(forms.contains(">\(count)<"), "\(form)")
        }
      }
      for measure in LiveMeasure.allCases {
        let page = try await house.worker.get(address + indicator(measure))
        #expect(!page.contains("<dt>Ahora</dt>") && page.contains("quien puede ver recuentos"), "\(measure)")
      }
    }
  }

  @Test(arguments: TestEngine.available) func aSmallCountIsHiddenInEachKind(_ engine: Engine) async throws {
    let work = Work(forms: [("sexual", 3)], trained: 4, screenings: 2, referralsWell: 3, referralsTroubled: 1)
    try await withWork(engine, work) { house, address in
      for measure in LiveMeasure.allCases {
        let shown = try now(try await house.secretary.get(address + indicator(measure)))
        #expect(shown.hasPrefix("menos de"), "\(measure): \(shown)")
      }
    }
  }

  /// Two houses that differ only in what must not be seen: small counts, and names. Every page, sheet and file that a
  /// plan leads to is the same in both.
  @Test(arguments: [Engine.sqlite]) func nothingHiddenShowsOnAnyPageOfAPlan(_ engine: Engine) async throws {
    let (one, other) = (
      Work(
        forms: [("begging", 31), ("sexual", 27), ("labour", 3)], trained: 4, screenings: 2, referralsWell: 2,
        referralsTroubled: 2),
      Work(
        forms: [("begging", 31), ("sexual", 25), ("labour", 5)], trained: 3, screenings: 4, referralsWell: 1,
        referralsTroubled: 2)
    )
    var seen: [[String: String]] = []
    for work in [one, other] {
      try await withWork(engine, work) { house, address in seen.append(try await everything(house, address)) }
    }
    #expect(seen[0].count > 60)
    #expect(Set(seen[0].keys) == Set(seen[1].keys))
    for (place, text) in seen[0] {
      #expect(text == seen[1][place], "\(place)")
      #expect(!text.contains("Canaria"), "\(place)")
    }
    // The test would notice: what may be seen does differ.
    #expect(seen[0].values.contains { $0.contains("menos de 10") })
  }

  /// Every page that links lead to below `/plan`, for three roles in two languages, the report's PDF, the IATI file.
  private func everything(_ house: PlanHouse, _ address: String) async throws -> [String: String] {
    var seen: [String: String] = [:]
    func plain(_ text: String) -> String {
      // In a query an address has its slashes escaped.
      text.replacing(/name="csrf" value="[^"]*"/, with: "csrf").replacing("%2F", with: "/").replacing(
        /\b[0-9a-z]{26}\b/, with: "ID")
    }
    /// A line a record.
    func rows(_ bytes: [UInt8]) throws -> String {
      try Workbook(bytes).sheets.flatMap { sheet in
        sheet.rows.map { "\(sheet.name): \($0.sorted { $0.key < $1.key })" }
      }.joined(separator: "\n")
    }
    for (name, browser) in [("secretary", house.secretary), ("analyst", house.analyst), ("worker", house.worker)] {
      for language in ["es", "en"] {
        browser.acceptLanguage = language
        var (waiting, known) = (["/plan"], Set(["/plan"]))
        while let path = waiting.popLast() {
          let page = try await browser.get(path)
          // Changes of one moment stand in no order.
          let lines = plain(path.contains(".xlsx") ? try rows(page.bytes) : page.text).split(separator: "\n").sorted()
            .joined(separator: "\n")
          seen["\(name) \(language) \(plain(path))"] = "\(page.status.code) " + lines
          for link in page.text.matches(of: /href="(\/plan[^"#]*)"/) {
            let next = String(link.1).replacingOccurrences(of: "&amp;", with: "&")
            // Of the institutions, which are all made alike, one is enough; the languages are walked from without.
            let isMore = next.hasPrefix("/plan/institutions/") && next != "/plan/institutions/mdh"
            if !isMore, !next.contains("lang="), known.insert(next).inserted { waiting.append(next) }
          }
        }
        let form = address + "/iati"
        let file = try await browser.submit(
          try await browser.get(form), ["reference": "XX-1", "name": "C", "type": "10"], action: form)
        #expect(file.status == .ok)
        seen["\(name) \(language) iati"] = plain(file.text)
      }
    }
    return seen
  }
}
