import Accounts
import Basics
import Casework
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

/// Asking another agency whether it knows a person, from a case and before there is one, and being asked.
@Suite struct KnownPagesTests {
  /// Another agency whose Rosa Quispe agreed that the first one may find her; its case worker.
  private func north(_ house: WebHouse) async throws -> Actor {
    let made = try await house.desks.agencies.create(
      .console, name: "Casa del Norte", kind: "ngo", province: "EC-O", administrator: "Nora", login: "nora")
    _ = try await house.desks.members.accept(made.invitation, password: WebHouse.password)
    let link = try await house.desks.members.invite(
      try await house.actor("nora"), name: "Nela", login: "norte", roles: [.caseWorker])
    _ = try await house.desks.members.accept(link, password: WebHouse.password)
    let (actor, id) = (try await house.actor("norte"), CaseID.random())
    try await house.desks.cases.open(
      actor, id: id,
      CaseOpening(
        person: .new(
          .random(), PersonIdentity(givenNames: "Rosa", surnames: "Quispe", birth: .year(1980)), SafeContact()),
        kind: "trafficking", province: "EC-O", form: "labour"))
    try await house.desks.cases.giveConsent(
      actor, id, id: .random(),
      ConsentRequest(
        purpose: "being_found", recipient: try await house.actor("worker").agency, kinds: [.identity],
        until: house.desks.cases.today.adding(days: 5), decidedBy: .person, language: .spanish,
        explained: ConsentRequest.allExplained))
    return actor
  }

  @Test(arguments: TestEngine.available) func aCaseAsksAndLearnsOnlyWhomToCall(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      _ = try await north(house)
      let file = try await browser.get(address)
      #expect(file.contains("¿La conoce otra institución?") && file.contains(address + "/known"))
      let page = try await browser.get(address + "/known")
      #expect(page.status == .ok && page.contains("Nunca verá un nombre") && !page.contains("⟦"))
      let without = try await browser.submit(page, action: address + "/known")
      #expect(without.status.code == 422 && !without.contains("⟦"))
      let asked = try await browser.submit(page, ["reason": "safety"], action: address + "/known")
      #expect(asked.location == address + "/known")
      let answer = try await browser.get(asked.location)
      #expect(answer.contains("Casa del Norte") && answer.contains("Su ficha del directorio no tiene teléfono"))
      #expect(!answer.contains("Rosa") && !answer.contains("⟦"))
      #expect(try await browser.get(address + "/history").status == .ok)
    }
  }

  @Test(arguments: TestEngine.available) func theOtherAgencySeesThatSomebodyAsked(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      _ = try await north(house)
      let page = try await browser.get(address + "/known")
      _ = try await browser.submit(page, ["reason": "missing"], action: address + "/known")
      let norte = TestBrowser(house)
      try await norte.signIn("norte")
      #expect(try await norte.get("/").contains("Preguntaron por alguien"))
      let told = try await norte.get("/known")
      #expect(told.contains("Alguien la busca como desaparecida") && !told.contains("Rosa") && !told.contains("⟦"))
      let seen = try #require(norte.forms(told).first { $0.action.hasSuffix("/seen") })
      #expect(try await norte.post(seen.action, seen.fields).location == "/known")
      #expect(try await !norte.get("/").contains("Preguntaron por alguien"))
      // The asking side's supervisor sees how often.
      let supervisor = TestBrowser(house)
      try await supervisor.signIn("supervisor")
      #expect(try await supervisor.get("/known").contains("Quién preguntó en los últimos 30 días"))
      #expect(try await !browser.get("/known").contains("Quién preguntó en los últimos 30 días"))
    }
  }

  @Test(arguments: TestEngine.available) func beforeACaseIsOpenedTheSameIsAsked(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, _ in
      _ = try await north(house)
      let first = try await browser.get("/cases/new")
      #expect(first.contains("href=\"/known\""))
      let same = try await browser.submit(
        first, ["given_names": "Rosa", "surnames": "Quispe"], action: "/cases/new")
      let filled = try await browser.submit(same, action: "/known")
      #expect(filled.status == .ok && filled.contains("value=\"Quispe\"") && !filled.contains("Casa del Norte"))
      let little = try await browser.submit(filled, ["reason": "safety", "step": ""], action: "/known")
      #expect(little.status.code == 422 && little.contains("Se sabe muy poco para preguntar"))
      let found = try await browser.submit(
        filled, ["reason": "safety", "step": "", "birth": "1980"], action: "/known")
      #expect(found.status == .ok && found.contains("Casa del Norte") && !found.contains("⟦"))
      // Who was asked about stands nowhere on the page.
      #expect(!found.contains("value=\"Quispe\""))
      let nobody = try await browser.submit(
        filled,
        [
          "reason": "safety", "step": "", "birth": "1999", "surnames": "Zambrano",
          "question": CaseID.random().description,
        ],
        action: "/known")
      #expect(nobody.contains("Nadie respondió que la conozca"))
    }
  }

  @Test(arguments: TestEngine.available) func whatIsReadAloudStandsBesideThePurpose(_ engine: Engine) async throws {
    try await withOpenCase(engine) { _, browser, address in
      let page = try await browser.get(address + "/consents/new")
      #expect(page.contains("Léaselo a la persona: Puede ser que otra institución también la ayude"))
    }
  }
}
