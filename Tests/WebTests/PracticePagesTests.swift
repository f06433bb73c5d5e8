import Accounts
import Basics
import CountryPack
import Foundation
import HTTPTypes
import Practice
import Records
import TestSupport
import Testing
import Vault

@testable import Web

/// The shipped pack with the tests' own exercise in place of its exercises.
private let pack = Result {
  let root = WebHouse.packFolder.deletingLastPathComponent().deletingLastPathComponent()
  let copy = FileManager.default.temporaryDirectory.appending(path: "pack-\(UUID())")
  try FileManager.default.copyItem(at: WebHouse.packFolder, to: copy)
  defer { try? FileManager.default.removeItem(at: copy) }
  let place = copy.appending(path: "training/exercises")
  try? FileManager.default.removeItem(at: place)
  try FileManager.default.copyItem(at: root.appending(path: "Tests/Fixtures/exercises"), to: place)
  return try CountryPack.load(from: copy)
}

private let practiceAddress = "http://localhost:8081"
/// 10 March 2008, about nine in Quito.
private let morning = Clock.fixed(Moment(milliseconds: 1_205_159_000_000))

/// A live site with a class in it, and a practice site beside it, each with a store of its own.
private struct TwoSites {
  let engine: Engine
  let live: any Database
  let practice: any Database
  let liveDesks: Desks
  let liveSite: Site
  let practiceSite: Site
  let trainer: TestBrowser
  let cohort: String
  let registration: String

  init(_ engine: Engine, _ live: any Database, _ practice: any Database) async throws {
    (self.engine, self.live, self.practice) = (engine, live, practice)
    let pack = try pack.get()
    let office = Office(database: live, root: .random(), clock: morning, passwordCost: .test)
    let practiceOffice = PracticeDesk.office(practice, root: .random(), clock: morning)
    let desk = PracticeDesk(practiceOffice, pack, seal: PracticeSeal(live: office.root))
    liveDesks = Desks(office, pack)
    liveSite = try Site(
      desks: liveDesks, practice: .leadsTo(PracticeDoor(address: practiceAddress, desk: desk, live: office)))
    practiceSite = try Site(
      desks: Desks(practiceOffice, pack),
      settings: SiteSettings(publicAddress: practiceAddress),
      practice: .isPractice(desk, live: "http://localhost:8080"))
    _ = try await liveDesks.agencies.setUp(
      name: "Casa Canario", kind: "ngo", province: "EC-P", administrator: "Ana Canario", login: "ana",
      password: WebHouse.password)
    for (login, role) in [("tere", Role.trainer), ("wilma", .caseWorker), ("carla", .coordinator)] {
      guard
        case .signedIn(let token) = try await liveDesks.signIn.signIn(
          login: "ana", password: WebHouse.password, client: "test"),
        let ana = try await liveDesks.signIn.actor(for: token)
      else { throw Refusal.notFound }
      let link = try await liveDesks.members.invite(ana, name: "Colega \(login)", login: login, roles: [role])
      _ = try await liveDesks.members.accept(link, password: WebHouse.password)
    }
    trainer = TestBrowser(liveSite)
    try await trainer.signIn("tere")
    let opened = try await trainer.submit(
      try await trainer.get("/training/new"),
      [
        "phase": "quito-1", "place": "Quito, sala 2", "province": "EC-P", "from": "2008-03-10", "until": "2008-03-10",
        "seats": "30",
      ], action: "/training/new")
    cohort = opened.location
    let page = try await trainer.get(cohort)
    registration = String(
      try #require(page.text.firstMatch(of: /http:\/\/localhost:8080(\/t\/[A-Za-z0-9_\-]{43})/)).1)
  }

  /// Somebody registers; answers the browser and the seat's address.
  func seat(_ name: String) async throws -> (TestBrowser, String) {
    let browser = TestBrowser(liveSite)
    let made = try await browser.submit(
      try await browser.get(registration),
      ["name": name, "institution": "senami", "post": "Oficial", "province": "EC-P"], action: registration)
    return (browser, made.location)
  }

  /// From a link of the list to the address on the practice site.
  func ticket(_ browser: TestBrowser, _ list: String) async throws -> String {
    let page = try await browser.get(list)
    #expect(page.contains("El bus de la noche"))
    let led = try await browser.get(list + "/night-bus")
    #expect(led.status == .seeOther && led.location.hasPrefix(practiceAddress + "/begin/"))
    return String(led.location.dropFirst(practiceAddress.count))
  }

  /// Enters practice with a browser of one's own there.
  func enter(_ ticket: String) async throws -> TestBrowser {
    let browser = TestBrowser(practiceSite)
    let begun = try await browser.submit(try await browser.get(ticket), action: "/begin")
    #expect(begun.status == .seeOther && begun.location == "/story")
    return browser
  }
}

private func withTwoSites(_ engine: Engine, _ body: (TwoSites) async throws -> Void) async throws {
  let own = Array(Desks.migrations.dropFirst(AuditLog.migrations.count))
  try await withStore(engine, own) { live in
    try await withStore(engine, own + PracticeSchema.migrations) { practice in
      try await body(try await TwoSites(engine, live, practice))
    }
  }
}

/// Plays the whole exercise with words that occur nowhere else; answers every identifier that was seen in an address.
private func play(_ trainee: TestBrowser, _ canary: String) async throws -> Set<String> {
  var ids: Set<String> = []
  func note(_ page: TestBrowser.Page) {
    for match in (page.text + page.location).matches(of: /[0-9a-hjkmnp-tv-z]{26}/) { ids.insert(String(match.0)) }
  }
  let start = try await trainee.get("/screenings/new")
  let begun = try await trainee.submit(start, ["province": "EC-P", "age": "25", "language": canary])
  note(begun)
  let address = begun.location.replacing("/safety", with: "")
  var safety = [
    "danger_now": "no", "private_place": "no", "controlling_companion": "yes", "language_understood": "yes",
    "help_at_hand": "yes", "agrees_to_talk": "yes",
  ]
  func fields(_ answers: [String: String]) -> [String: String] {
    Dictionary(uniqueKeysWithValues: answers.map { ("a-" + $0.key, $0.value) })
  }
  let stopped = try await trainee.submit(try await trainee.get(begun.location), fields(safety), action: begun.location)
  #expect(stopped.status == .seeOther)
  safety["private_place"] = "yes"
  safety["controlling_companion"] = "no"
  _ = try await trainee.submit(
    try await trainee.get(address + "/safety"), fields(safety), action: address + "/safety")
  _ = try await trainee.submit(
    try await trainee.get(address + "/topics/deceptive_recruitment"),
    ["a-DR01": "yes", "a-DR02": "yes", "note": canary, "then": "pause"])
  _ = try await trainee.submit(try await trainee.get(address), action: address + "/finish")
  let decided = try await trainee.submit(
    try await trainee.get(address + "/result"), ["decision": "presumed", "reason": canary], action: address + "/result")
  #expect(decided.status == .seeOther)

  let screening = String(address.split(separator: "/").last ?? "")
  var page = try await trainee.submit(
    try await trainee.get("/cases/new?screening=\(screening)"), ["given_names": canary, "surnames": canary])
  page = try await trainee.submit(
    page, ["birth": "1983", "kind": "trafficking", "needs": "housing", "narrative": canary])
  note(page)
  let file = page.location
  #expect(try await trainee.get(file).contains(canary))
  let form = try await trainee.get(file + "/consents/new")
  let shelter = try #require(form.text.firstMatch(of: /<option value="([0-9a-z]{26})"[^>]*>Casa Prueba/))
  var consent = [
    "recipient": String(shelter.1), "purpose": "protection", "until": "2008-06-01", "decided_by": "person",
  ]
  for match in form.text.matches(of: /name="(explained_[a-z_]+)"/) { consent[String(match.1)] = "yes" }
  page = try await trainee.submit(
    form, consent, further: [("kinds", "identity"), ("kinds", "needs"), ("kinds", "contact")])
  #expect(page.status == .seeOther, "\(page.text.suffix(600))")
  page = try await trainee.submit(
    try await trainee.get(file + "/referrals/new"),
    [
      "to": "\(shelter.1).protection", "need": "shelter", "urgency": "urgent", "safe_contact": canary, "word": canary,
    ])
  note(page)
  let referral = page.location
  #expect(try await trainee.get(referral).contains("¿Viene solo?"))
  page = try await trainee.submit(
    try await trainee.get(referral + "/reply"), ["note": canary], action: referral + "/reply")
  #expect(try await trainee.get(referral).contains("Aceptada"))

  for choice in ["1", "0"] {
    let story = try await trainee.get("/story")
    let seen = try #require(story.text.firstMatch(of: /name="seen" value="([0-9]+)"/))
    page = try await trainee.submit(story, ["seen": String(seen.1), "choice": choice], action: "/story")
  }
  #expect(try await trainee.get("/story").contains("Llegan a la casa."))
  page = try await trainee.submit(try await trainee.get("/finish"), action: "/finish")
  let feedback = try await trainee.get(page.location)
  note(feedback)
  #expect(feedback.contains("2 de 2") && feedback.contains("Habló aparte, <strong>sin prisa</strong>."))
  #expect(feedback.contains("Casa Prueba") == false, "everything was right: no desk needs naming")
  return ids
}

@Suite struct PracticePagesTests {
  @Test(arguments: TestEngine.available) func nothingOfPracticeIsAtWork(_ engine: Engine) async throws {
    try await withTwoSites(engine) { sites in
      let canary = "Canarioverde"
      let (ana, seat) = try await sites.seat("Ana Pérez")
      #expect(try await ana.get(seat).contains(seat + "/exercises"))
      let ticket = try await sites.ticket(ana, seat + "/exercises")
      // From here on the live store does not change by one byte, whatever happens in practice.
      let before = try await wholeContent(of: sites.live, sites.engine)
      let trainee = try await sites.enter(ticket)
      var ids = try await play(trainee, canary)
      #expect(try await wholeContent(of: sites.live, sites.engine) == before)

      // Every identifier of practice, and every word of it, is in no live table, count, search, audit entry.
      let practice = try await wholeContent(of: sites.practice, sites.engine)
      for rows in practice.values {
        for row in rows { ids.formUnion(row.matches(of: /\b[0-9a-hjkmnp-tv-z]{26}\b/).map { String($0.0) }) }
      }
      #expect(ids.count > 20)
      #expect(practice["cases"]?.count == 1 && practice["referrals"]?.count == 1)
      let worker = TestBrowser(sites.liveSite)
      try await worker.signIn("wilma")
      let search = try await worker.submit(
        try await worker.get("/cases"), ["name": canary], action: "/cases/search")
      #expect(!search.contains("/cases/0") && search.text.matches(of: /href="\/cases\/[0-9a-z]{26}/).isEmpty)
      #expect(try await worker.get("/cases").text.matches(of: /href="\/cases\/[0-9a-z]{26}/).isEmpty)
      #expect(try await worker.get("/screenings").text.matches(of: /href="\/screenings\/[0-9a-z]{26}/).isEmpty)
      let counts = TestBrowser(sites.liveSite)
      try await counts.signIn("carla")
      let figures = try await counts.get("/counts")
      #expect(figures.status == .ok && !figures.contains("<td class=\"number\">1</td>"))
      let results = try await sites.trainer.get(sites.cohort + "/exercises")
      #expect(results.contains("Personas que terminaron: 1") && results.contains("demasiado pocas para juzgar"))
      #expect(try await ana.get(seat + "/exercises").contains("Ver de nuevo los comentarios"))
      let after = try await wholeContent(of: sites.live, sites.engine)
      for (table, rows) in after {
        for row in rows {
          #expect(!row.localizedCaseInsensitiveContains(canary), "\(table)")
          for id in ids { #expect(!row.contains(id), "\(table) holds \(id)") }
        }
      }
      #expect(after["cases"]?.isEmpty == true && after["screenings"]?.isEmpty == true)
      // And the other way round: nothing of the class or the participant is in practice.
      let known = after.filter { ["cohorts", "participants", "members", "agencies"].contains($0.key) }.values
        .flatMap { $0 }.flatMap { $0.matches(of: /\b[0-9a-hjkmnp-tv-z]{26}\b/).map { String($0.0) } }
      #expect(known.count > 5)
      let token = String(seat.split(separator: "/").last ?? "")
      for rows in practice.values {
        for row in rows {
          #expect(!row.contains("Pérez") && !row.contains(token) && !known.contains { row.contains($0) })
        }
      }
    }
  }

  @Test(arguments: TestEngine.available) func neitherSessionOpensTheOtherSite(_ engine: Engine) async throws {
    try await withTwoSites(engine) { sites in
      let ticket = try await sites.ticket(sites.trainer, "/training/exercises")
      let trainee = try await sites.enter(ticket)
      #expect(try await trainee.get("/story").status == .ok)
      let live = try #require(sites.trainer.cookies["amparo-session"])
      let practice = try #require(trainee.cookies["amparo-practice-session"])
      #expect(trainee.cookies["amparo-session"] == nil)
      // Under its own name and under the other's: the token of one is none at the other.
      for (site, token) in [(sites.practiceSite, live), (sites.liveSite, practice)] {
        let browser = TestBrowser(site)
        browser.cookies = ["amparo-session": token, "amparo-practice-session": token]
        for path in ["/cases", "/screenings", "/story", "/account"] {
          let page = try await browser.get(path)
          #expect([.unauthorized, .seeOther, .notFound].contains(page.status), "\(path) \(page.status)")
          browser.cookies = ["amparo-session": token, "amparo-practice-session": token]
        }
      }
    }
  }

  @Test(arguments: TestEngine.available) func theTicketWorksOnce(_ engine: Engine) async throws {
    try await withTwoSites(engine) { sites in
      let ticket = try await sites.ticket(sites.trainer, "/training/exercises")
      let first = TestBrowser(sites.practiceSite)
      let page = try await first.get(ticket)
      // Looking does not use it; the same form sent twice does it once.
      #expect(try await first.get(ticket).status == .ok)
      #expect(try await first.submit(page, action: "/begin").location == "/story")
      let second = TestBrowser(sites.practiceSite)
      let refused = try await second.submit(try await second.get(ticket), action: "/begin")
      #expect(refused.status == .notFound && refused.contains("ya se usó"))
      #expect(second.cookies["amparo-practice-session"] == nil)
      #expect(try await second.get("/begin/" + String(repeating: "A", count: 200)).status == .notFound)
      // Somebody else's attempt is nobody's to go on with.
      let (eva, seat) = try await sites.seat("Eva")
      #expect(try await eva.get(seat + "/exercises/night-bus?attempt=\(AttemptID.random())").status == .notFound)
      #expect(try await eva.get(seat + "/exercises/no-such").status == .notFound)
      #expect(try await eva.get("/t/\(Token().exposedText)/exercises").status == .notFound)
      #expect(try await eva.get("/training/exercises").location.hasPrefix("/sign-in"))
    }
  }

  @Test(arguments: TestEngine.available) func practiceHasNoOtherWayIn(_ engine: Engine) async throws {
    try await withTwoSites(engine) { sites in
      let stranger = TestBrowser(sites.practiceSite)
      for path in ["/", "/sign-in"] {
        let page = try await stranger.get(path)
        #expect(page.status == .ok && page.contains("Aquí se entra desde la capacitación"))
        #expect(page.contains("<title>PRÁCTICA · ") && page.contains("nadie aquí existe"))
        #expect(!page.contains("name=\"password\""))
      }
      for path in ["/story", "/finish", "/feedback", "/cases", "/referrals"] {
        let page = try await stranger.get(path)
        #expect(page.status == .unauthorized && page.contains("Aquí se entra desde la capacitación"), "\(path)")
      }
      for path in ["/members", "/agencies", "/training", "/account", "/recover", "/counts", "/invitation/x", "/t/x"] {
        #expect(try await stranger.get(path).status == .notFound, "\(path)")
      }
      // Without practice the live site says so and links nowhere.
      let plain = try Site(desks: sites.liveDesks)
      let trainer = TestBrowser(plain)
      try await trainer.signIn("tere")
      #expect(try await trainer.get("/training/exercises").contains("La práctica no está encendida"))
      #expect(try await trainer.get("/training/exercises/night-bus").status == .notFound)
      #expect(try await trainer.get(sites.cohort + "/exercises").contains("La práctica no está encendida"))
    }
  }

  @Test(arguments: TestEngine.available) func oddFormsMoveNothing(_ engine: Engine) async throws {
    try await withTwoSites(engine) { sites in
      let trainee = try await sites.enter(try await sites.ticket(sites.trainer, "/training/exercises"))
      let story = try await trainee.get("/story")
      #expect(story.contains("Baja del bus y mira al suelo."))
      for fields in [["choice": "9"], ["choice": "-1"], ["choice": "999999999999999999999"], ["choice": "x"]] {
        let page = try await trainee.submit(story, fields.merging(["seen": "1"]) { $1 }, action: "/story")
        #expect([.notFound, .badRequest].contains(page.status), "\(fields) \(page.status)")
      }
      // A page of long ago, and one from the future: the story shows where it stands.
      for seen in ["0", "7"] {
        let page = try await trainee.submit(story, ["seen": seen, "choice": "0"], action: "/story")
        #expect(page.location == "/story")
      }
      #expect(try await trainee.get("/story").contains("Baja del bus y mira al suelo."))
      #expect(try await trainee.get("/feedback").location == "/finish")
      _ = try await trainee.get("/language/en")
      #expect(try await trainee.get("/story").contains("He gets off the bus and looks down."))
      let out = try await trainee.submit(try await trainee.get("/story"), action: "/sign-out")
      #expect(out.location == "/")
      #expect(try await trainee.get("/story").status == .unauthorized)
    }
  }
}
