import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import NationalPlan
import Records
import Referrals
import TestSupport
import Testing
import Training

@testable import Web

/// A house in which every room has something for the public and something that must never reach it.
///
/// What must not is named so that nothing else is: `CENTINELA`. Two houses that differ in it alone must show the public the
/// same bytes.
struct PublicHouse {
  /// What differs between houses, and must not be seen. Counts are from 1 to 9.
  struct Secrets {
    var cases = 7
    var participants = 3
    var beds = 2
    /// Entered by hand for an indicator.
    var value = 4
    var word = "CENTINELA"
  }

  /// The last day of November 2026, about noon in Quito.
  static let clock = Clock.fixed(Moment(milliseconds: 1_796_058_000_000))
  static let sentinel = "CENTINELA"

  let house: WebHouse
  let today: CalendarDay
  /// Two services of Casa Canario: a public office, and a shelter in an undisclosed place.
  let office: DirectoryServiceKey
  let shelter: DirectoryServiceKey
  let cohort = CohortID.random()
  let plan = StoredPlanID.random()

  var desks: Desks { house.desks }

  init(_ house: WebHouse, _ secrets: Secrets = Secrets()) async throws {
    self.house = house
    today = CalendarDay(house.desks.office.clock.now(), offsetFromUTC: house.desks.pack.offsetFromUTC)
    office = try #require(DirectoryServiceKey("oficina"))
    shelter = try #require(DirectoryServiceKey("refugio"))
    for role in [Role.caseWorker, .referralDesk, .trainer, .coordinator] { try await house.join(role.rawValue, [role]) }
    try await fillCases(secrets)
    try await fillDirectory(secrets)
    try await fillCourse(secrets)
    try await fillPlan(secrets)
  }

  private func actor(_ role: Role) async throws -> Actor { try await house.actor(role.rawValue) }

  private func fillCases(_ secrets: Secrets) async throws {
    // One form only has a small cell; the other is large.
    let people = (0..<(40 + secrets.cases)).map { number in
      (
        identity: PersonIdentity(givenNames: "\(secrets.word)-PERSONA \(number)", birth: .year(1980)),
        facts: CaseFacts(
          kind: "trafficking", province: "EC-P", form: number < 40 ? "begging" : "labour", ageBand: "18-29",
          sex: "female")
      )
    }
    _ = try await desks.cases.seed(try await actor(.caseWorker), people, at: desks.office.clock.now())
  }

  // MARK: The directory

  private func fillDirectory(_ secrets: Secrets) async throws {
    var canario = DirectoryOrganisation(
      key: try #require(DirectoryOrganisationKey("canario")), name: "Casa Canario",
      description: "\(secrets.word): tiene un refugio")
    canario.email = "org@\(secrets.word).example.org".lowercased()
    canario.desks = [DirectoryContact(title: "\(secrets.word)-MESA")]
    let open = DirectoryPlace(
      key: try #require(DirectoryPlaceKey("centro")), province: "EC-P",
      site: .physical(
        .init(
          name: "Oficina de atención",
          address: PostalAddress(lines: ["Calle Ficticia 12"], city: "Quito", country: "EC"))))
    let hidden = DirectoryPlace(
      key: try #require(DirectoryPlaceKey("oculto")), province: "EC-P", site: .undisclosed)
    let kept = DirectoryPlace(
      key: try #require(DirectoryPlaceKey("callado")), province: "EC-O",
      site: .physical(
        .init(address: PostalAddress(lines: ["Calle \(secrets.word) 5"], city: "Machala", country: "EC"))))
    func service(_ key: DirectoryServiceKey, _ name: String, _ place: DirectoryPlace, _ phone: String)
      -> DirectoryService
    {
      var service = DirectoryService(key: key, organisation: canario.key, name: name)
      service.description = "Entrada ficticia."
      service.needs = ["legal"]
      service.phones = [DirectoryPhone(phone)]
      service.sites = [DirectorySite(place.key)]
      service.schedules = [
        DirectorySchedule(
          .weekly([.monday, .tuesday, .wednesday]),
          TimeOfDay("08:00").flatMap { opens in TimeOfDay("16:30").map { .init(opens, $0) } })
      ]
      service.confirmedOn = today.adding(days: -10)
      service.confirmedBy = "\(secrets.word)@canario.example.org".lowercased()
      service.capacities = [
        DirectoryCapacity(
          unit: "cama", available: secrets.beds, maximum: 9, updated: Moment(milliseconds: 1_796_000_000_000))
      ]
      return service
    }
    let silent = try #require(DirectoryServiceKey("callado"))
    let all = Directory(
      organisations: [canario], places: [open, hidden, kept],
      services: [
        service(office, "Asesoría legal ficticia", open, "000 000 0041"),
        service(shelter, "Refugio \(secrets.word)", hidden, "000 000 0042"),
        service(silent, "Consultorio \(secrets.word)", kept, "000 000 0043"),
      ])
    _ = try await desks.directory.bring(try await actor(.coordinator), all, isDryRun: false)
    try await desks.directory.show(try await actor(.referralDesk), office, toPublic: true, revision: 1)
  }

  // MARK: The course

  private func fillCourse(_ secrets: Secrets) async throws {
    let trainer = try await actor(.trainer)
    let from = today.adding(days: 20)
    _ = try await desks.cohorts.open(
      trainer, id: cohort,
      NewCohort(
        phase: "northern-border", place: "Ibarra, casa comunal", province: "EC-I", from: from,
        until: from.adding(days: 2), seats: 30, institutions: ["gad-frontera-norte"]))
    for number in 0..<secrets.participants {
      _ = try await desks.cohorts.register(
        trainer, id: .random(), in: cohort,
        NewParticipant(
          name: "\(secrets.word)-PARTICIPANTE \("abcdefghi".dropFirst(number).prefix(1))", post: "Oficial",
          institution: "gad-frontera-norte", province: "EC-I"))
    }
    try await desks.announcements.announce(
      trainer, cohort,
      NewAnnouncement(
        spanish: "Curso ficticio.\nPara quien atiende.", english: "A fictional course.", phone: "000 000 0044"), seen: 0
    )
  }

  // MARK: The plan

  static func both(_ es: String, _ en: String) -> LocalizedText { LocalizedText(es: es, en: en) }

  private func fillPlan(_ secrets: Secrets) async throws {
    let secretary = try await actor(.coordinator)
    var first = PlanActivity(
      code: "x1", objective: "a.1", name: Self.both("Taller ficticio", "Fictional workshop"), lead: "mdt",
      provinces: ["EC-U"], from: today.adding(days: -300), until: today.adding(days: -200), state: .done,
      doneOn: today.adding(days: -210), result: "\(secrets.word)-RESULTADO", evidence: "\(secrets.word)-EVIDENCIA")
    first.money = [
      PlanMoney(
        kind: .budget, source: "Fondo ficticio", currency: "USD", amount: Money(cents: 1_250_075), day: first.from)
    ]
    let late = PlanActivity(
      code: "x2", objective: "a.1", name: Self.both("Guía ficticia", "Fictional guide"), lead: "mdt",
      from: today.adding(days: -100), until: today.adding(days: 30))
    let indicators = [
      PlanIndicator(
        code: "i1", objective: "a.1", name: Self.both("Personas ficticias", "Fictional persons"),
        unit: Self.both("personas", "persons"), baseline: PlanNumber(0), target: PlanNumber(120), source: "ficticio",
        howMeasured: Self.both("Se cuentan", "Counted"),
        values: [PlanValue(day: today.adding(days: -30), value: PlanNumber(secrets.value), source: "ficticio")]),
      PlanIndicator(
        code: "i2", objective: "a.1", name: Self.both("Casos por forma", "Cases by form"),
        unit: Self.both("casos", "cases"), source: "ficticio", howMeasured: Self.both("En vivo", "Live"),
        live: .casesByForm),
    ]
    try await desks.plans.keep(
      secretary,
      Plan(
        code: "prueba", version: 1, name: Self.both("Plan ficticio", "Fictional plan"),
        from: today.adding(days: -500), until: today.adding(days: 500), source: "ficticio",
        axes: [
          PlanAxis(
            code: "a", name: Self.both("Eje ficticio", "Fictional axis"), source: "ficticio", certainty: .decided)
        ],
        objectives: [
          PlanObjective(code: "a.1", axis: "a", name: Self.both("Objetivo ficticio", "Fictional objective"))
        ],
        indicators: indicators, activities: [first, late]), as: plan)
    let meeting = PlanMeeting(
      id: .random(), day: today.adding(days: -5), title: "\(secrets.word)-REUNIÓN", minutes: "\(secrets.word)-ACTA")
    try await desks.plans.put(secretary, meeting, in: plan)
    try await desks.plans.put(
      secretary,
      PlanDecision(
        id: .random(), meeting: meeting.id, words: "\(secrets.word)-DECISIÓN", owner: "mdt", due: today), in: plan)
    try await desks.plans.put(
      secretary, ReportText(section: .foreword, language: .spanish, words: "\(secrets.word)-PRÓLOGO", revision: 0),
      of: today.year, in: plan)
  }

  // MARK: Reading as anybody

  /// A visit of the public site as the door makes it.
  func visit(_ language: Language) -> PublicVisit {
    PublicVisit(
      desks: desks, settings: house.site.settings, words: house.site.screen.words(language), parts: [:], query: .empty)
  }

  func entries(_ language: Language) async throws -> [PublicEntry] {
    var all: [PublicEntry] = []
    for room in house.site.publicRooms { all += try await room.publicEntries(visit(language)) }
    return all
  }

  /// Every public page that can be come to: those with an address of their own, those that can be found, and all that they
  /// lead to, in both languages.
  func crawl() async throws -> [String: TestBrowser.Page] {
    house.site.publicCache.forget()
    let browser = TestBrowser(house)
    var waiting: [String] = []
    for language in house.site.screen.languages {
      let visit = visit(language)
      waiting += house.site.publicRooms.flatMap(\.publicPages).map(\.path).filter { !$0.contains(":") }
        .map(visit.address)
      waiting += try await entries(language).map { visit.address($0.path) }
    }
    var found: [String: TestBrowser.Page] = [:]
    while let path = waiting.popLast() {
      guard found[path] == nil else { continue }
      let page = try await browser.get(path)
      found[path] = page
      for link in page.text.matches(of: /(?:href|src)="(\/(?:es|en)(?:\/[^"#?]*)?)["#?]/) {
        waiting.append(String(link.1))
      }
    }
    return found
  }
}

func withPublicHouse(
  _ engine: Engine, _ secrets: PublicHouse.Secrets = PublicHouse.Secrets(), _ body: (PublicHouse) async throws -> Void
) async throws {
  try await withSite(engine, clock: PublicHouse.clock) { try await body(PublicHouse($0, secrets)) }
}
