import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import HTTPTypes
import Records
import Referrals
import TestSupport
import Testing

@testable import Web

/// From a case to the desk that fits: ranked with reasons, chosen by the sender, those that don't fit with why.
@Suite struct DeskSuggestionPagesTests {
  private struct House {
    let house: WebHouse
    let worker: TestBrowser
    let receiver: AgencyID
    let id: CaseID

    /// A boy of Pichincha in a case of Casa Canario; Casa del Manglar takes adolescents and takes part.
    init(_ house: WebHouse) async throws {
      self.house = house
      for (login, role) in [("worker", Role.caseWorker), ("coordinator", .coordinator), ("officer", .frontlineOfficer)]
      {
        try await house.join(login, [role])
      }
      let made = try await house.desks.agencies.create(
        .console, name: "Casa del Manglar, Machala", kind: "ngo", province: "EC-O", administrator: "Berta",
        login: "berta")
      receiver = made.agency
      _ = try await house.desks.members.accept(made.invitation, password: WebHouse.password)
      let file = try Data(contentsOf: WebHouse.packFolder.appendingPathComponent("directory/demonstration.json"))
      let reading = Directory.read(json: Array(file), DirectoryCodes(house.desks.pack))
      _ = try await house.desks.directory.bring(
        try await house.actor("coordinator"), reading.directory, isDryRun: false)
      id = .random()
      var opening = CaseOpening(
        person: .new(.random(), PersonIdentity(givenNames: "NOMBRE-SECRETO"), SafeContact(how: "teléfono")),
        kind: "trafficking", province: "EC-O", ageBand: "12-17", narrative: "RELATO-SECRETO",
        needs: Needs(codes: ["housing"]))
      opening.sex = "male"
      try await house.desks.cases.open(try await house.actor("worker"), id: id, opening)
      worker = TestBrowser(house)
      try await worker.signIn("worker")
    }

    var address: String { "/cases/\(id)/referrals/suggest" }

    func consent() async throws {
      let pack = house.desks.pack
      let today = CalendarDay(house.desks.office.clock.now(), offsetFromUTC: pack.offsetFromUTC)
      _ = try await house.desks.cases.giveConsent(
        try await house.actor("worker"), id, id: .random(),
        ConsentRequest(
          purpose: "assistance", recipient: receiver, kinds: [.contact, .needs], until: today.adding(days: 90),
          decidedBy: .guardian, language: .spanish, explained: ConsentRequest.allExplained))
    }

    func ask(_ fields: [String: String]) async throws -> TestBrowser.Page {
      try await worker.submit(try await worker.get(address), fields, action: address)
    }
  }

  private func withHouse(_ engine: Engine, _ body: (House) async throws -> Void) async throws {
    try await withSite(engine) { try await body(House($0)) }
  }

  @Test(arguments: TestEngine.available) func aDeskIsSuggestedAndChosen(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let send = try await house.worker.get("/cases/\(house.id)/referrals/new")
      #expect(send.contains(house.address))
      let form = try await house.worker.get(house.address)
      // The case's coded facts stand in the form already; nothing of its content does.
      #expect(form.contains("value=\"EC-O\" selected") && form.contains("value=\"12-17\" selected"))
      #expect(form.contains("value=\"male\" selected") && !form.contains("SECRETO"))
      let wrong = try await house.ask(["need": "", "language": "qu"])
      #expect(wrong.status == .unprocessableContent && wrong.contains("f-need-error"))
      #expect(wrong.contains("value=\"qu\" selected"))

      let asked = try await house.ask(["need": "shelter", "language": "es"])
      #expect(asked.status == .ok && asked.contains("1. <a href=\"/directory/services/"))
      let parts = asked.text.components(separatedBy: "No convienen, y por qué")
      #expect(parts.count == 2)
      // Adults' houses are below, with the reason; the order is explained.
      #expect(parts[1].contains("Acogida para varones adultos, Guayas") && parts[1].contains("Recibe a otras personas"))
      #expect(!parts[0].contains("Acogida para varones adultos, Guayas"))
      #expect(
        parts[0].contains("Acogida para adolescentes, El Oro") && parts[0].contains("Está antes que el siguiente"))
      // Without a consent nothing can be chosen.
      #expect(!asked.contains("Derivar a esta mesa") && parts[0].contains("todavía no aceptó"))
      #expect(parts[0].contains("/cases/\(house.id)/consents/new"))

      try await house.consent()
      let again = try await house.ask(["need": "shelter", "language": "es"])
      #expect(again.contains("Derivar a esta mesa"))
      let choosing = try #require(house.worker.forms(again).first { $0.fields.contains { $0.0 == "choose" } })
      #expect(choosing.fields.contains { $0 == ("choose", house.receiver.description) })
      let chosen = try await house.worker.post(choosing.action, choosing.fields)
      #expect(chosen.status == .ok && chosen.contains("value=\"shelter\" selected"))
      let sent = try await house.worker.submit(
        chosen, ["urgency": "high"], action: "/cases/\(house.id)/referrals/new")
      #expect(sent.status == .seeOther)
      #expect(try await house.worker.get(sent.location).contains("Casa del Manglar, Machala"))
    }
  }

  @Test(arguments: TestEngine.available) func onlyWhoMayReferTheCaseIsAnswered(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      for login in ["coordinator", "berta"] {
        let browser = TestBrowser(house.house)
        try await browser.signIn(login)
        #expect([403, 404].contains(try await browser.get(house.address).status.code), "\(login)")
      }
      #expect(try await house.worker.get("/cases/\(CaseID.random())/referrals/suggest").status == .notFound)
      // A forged agency chooses nothing, and a forged recipient is refused.
      let tag = try #require(
        house.worker.forms(try await house.worker.get(house.address)).lazy.flatMap(\.fields).first { $0.0 == "csrf" }?.1
      )
      try await house.consent()
      let forged = try await house.worker.post(
        house.address, [("csrf", tag), ("choose", AgencyID.random().description), ("need", "shelter")])
      #expect(forged.status == .ok)
      let sent = try await house.worker.submit(
        forged, ["urgency": "high", "to": "\(AgencyID.random()).assistance"],
        action: "/cases/\(house.id)/referrals/new")
      #expect(sent.status.code >= 400)
    }
  }

  /// What the participants agreed on comes first, with the reason, and the referral says what it followed.
  @Test(arguments: TestEngine.available) func theAdoptedMechanismComesFirst(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let (site, receiver) = (house.house, house.receiver)
      let file = WebHouse.packFolder.appendingPathComponent("mechanisms/frontera-norte.yaml")
      let text = try String(contentsOf: file, encoding: .utf8)
        .replacing("provinces: [EC-E, EC-C, EC-U]", with: "provinces: [EC-E, EC-C, EC-U, EC-O]")
        .replacing("version: 2026-11-30", with: "version: 2020-01-01")
      let keeper = try await site.actor("coordinator")
      let version = MechanismVersionID.random()
      try await site.desks.mechanisms.bring(keeper, version, text, for: .territory)
      let look = try await site.desks.mechanisms.look(keeper, version)
      let named = Dictionary(uniqueKeysWithValues: look.mechanism.desks.map { ($0.code, receiver) })
      try await site.desks.mechanisms.name(keeper, version, named, revision: 1)
      let token = try await site.desks.members.invite(
        try await site.actor("berta"), name: "Jefa", login: "jefa", roles: [.supervisor])
      _ = try await site.desks.members.accept(token, password: WebHouse.password)
      try await site.desks.mechanisms.sign(try await site.actor("jefa"), version, revision: 2)
      try await site.desks.mechanisms.adopt(keeper, version, knownGaps: look.check.gaps, revision: 2)

      try await house.consent()
      let asked = try await house.ask(["need": "shelter", "language": "es"])
      let first = try #require(asked.text.range(of: "El mecanismo adoptado en este territorio nombra"))
      let others = asked.text.range(of: "Está antes que el siguiente")
      #expect(others.map { first.lowerBound < $0.lowerBound } ?? true)
      #expect(asked.contains("/mechanisms/\(version)"))
      let choosing = try #require(house.worker.forms(asked).first { $0.fields.contains { $0.0 == "choose" } })
      #expect(choosing.fields.contains { $0 == ("choose", receiver.description) })
      let chosen = try await house.worker.post(choosing.action, choosing.fields)
      let sent = try await house.worker.submit(
        chosen, ["urgency": "high"], action: "/cases/\(house.id)/referrals/new")
      let page = try await house.worker.get(sent.location)
      #expect(page.contains("El mecanismo que sigue") && page.contains("/mechanisms/\(version)"))
      // Elsewhere it promises nothing.
      let elsewhere = try await house.ask(["need": "shelter", "language": "es", "province": "EC-G"])
      #expect(!elsewhere.contains("El mecanismo adoptado en este territorio"))
    }
  }

  @Test(arguments: TestEngine.available) func waysAreTold(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let desk = house.house.desks.directory
      let worker = try await house.house.actor("worker")
      var query = DirectoryQuery(now: house.house.desks.office.clock.now())
      query.needs = ["legal"]
      query.limit = 50
      func ways() async throws -> [String: DeskSuggestion.Way] {
        Dictionary(
          uniqueKeysWithValues: try await desk.suggestions(worker, for: house.id, query).map {
            ($0.match.service.key.description, $0.way)
          })
      }
      #expect(try await ways()["demo-service-manglar-legal"] == .notAgreed(house.receiver))
      #expect(try await ways()["demo-service-colibri-legal"] == .outside)
      try await house.consent()
      #expect(try await ways()["demo-service-manglar-legal"] == .agreed(house.receiver))
      query.needs = ["psychosocial"]
      #expect(try await ways()["demo-service-canario-apoyo"] == .own)
      // Somebody of unknown age is looked for as a child: a service for adults is answered as one for others.
      query.needs = ["shelter"]
      let adults = try await desk.suggestions(worker, for: house.id, query).first {
        $0.match.service.key.description == "demo-service-jacaranda-acogida"
      }
      guard case .excluded(let reasons) = adults?.match.eligibility else {
        Issue.record("a service for adults must not be offered to a child")
        return
      }
      #expect(reasons.contains(.ageInDoubt))
    }
  }
}
