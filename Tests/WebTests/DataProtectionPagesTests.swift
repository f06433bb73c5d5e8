import Accounts
import Basics
import Casework
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

@Suite struct DataProtectionPagesTests {
  private func signedIn(_ house: WebHouse, _ login: String) async throws -> TestBrowser {
    let browser = TestBrowser(house)
    try await browser.signIn(login)
    return browser
  }

  @Test(arguments: TestEngine.available) func aRequestIsWrittenDownAndAnswered(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, worker, address in
      #expect(try await worker.get(address).contains(address + "/rights"))
      let new = address + "/rights/requests/new"
      let refused = try await worker.submit(try await worker.get(new), ["asked": "ayer"], action: new)
      #expect(refused.status == .unprocessableContent && refused.contains("f-kind-error"))
      #expect(refused.contains("f-asked-error"))
      let saved = try await worker.submit(
        refused, ["kind": "restrict", "asked": CalendarDay(daysSince1970: Self.today()).description, "words": "Basta"],
        action: new)
      #expect(saved.status == .seeOther)
      // The term is counted, and the supervisor sees it on the first page.
      let supervisor = try await signedIn(house, "supervisor")
      #expect(try await supervisor.get("/").contains("Dejar de compartir por ahora"))
      #expect(try await !worker.get("/").contains("/data-protection"))
      #expect(try await worker.get("/data-protection").status == .forbidden)
      let overview = try await supervisor.get("/data-protection")
      let request = try overview.link("[^\"]*/rights/requests/[0-9a-z]{26}")
      #expect(try await worker.get(request).contains("Basta"))
      #expect(try await !worker.get(request).contains("name=\"answer\""))
      let page = try await supervisor.get(request)
      let half = try await supervisor.submit(page, ["answer": "refused"], action: request)
      #expect(half.status == .unprocessableContent && half.contains("f-ground-error"))
      #expect(
        try await supervisor.submit(half, ["answer": "granted", "ground": ""], action: request).status == .seeOther)
      let rights = try await supervisor.get(address + "/rights")
      #expect(rights.contains("no se comparte nada") && rights.contains("Se concede"))
      let lift = address + "/rights/restriction"
      #expect(try await supervisor.submit(try await supervisor.get(lift), action: lift).status == .seeOther)
      #expect(try await !supervisor.get(address + "/rights").contains("no se comparte nada"))
    }
  }

  private static func today() -> Int {
    CalendarDay(Moment(Date()), offsetFromUTC: .hours(-5)).daysSince1970
  }

  @Test(arguments: TestEngine.available) func holdsAreShownAndAProposalNeedsItsTime(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, worker, address in
      let supervisor = try await signedIn(house, "supervisor")
      let hold = address + "/rights/holds/new"
      #expect(try await worker.get(hold).status == .forbidden)
      #expect(
        try await supervisor.submit(try await supervisor.get(hold), ["reason": "Oficio 12"], action: hold).status
          == .seeOther)
      let rights = try await worker.get(address + "/rights")
      #expect(rights.contains("Oficio 12") && rights.contains("Retenido") && !rights.contains("/holds/new"))
      #expect(try await worker.get(address).contains("No se puede borrar"))
      let lift = try await supervisor.get(address + "/rights").link("[^\"]*/rights/holds/[0-9a-z]{26}")
      #expect(
        try await supervisor.submit(try await supervisor.get(lift), ["reason": "Terminó"], action: lift).status
          == .seeOther)
      #expect(try await worker.get(address + "/rights").contains("Terminó"))
      // Open, it can't be proposed: the form says why and keeps nothing.
      let propose = address + "/rights/erasure"
      let refused = try await worker.submit(try await worker.get(propose), action: propose)
      #expect(refused.status == .conflict && refused.contains("Ciérrelo primero"))
      #expect(try await supervisor.get("/data-protection/retention?days=365").contains("Ninguno en este tiempo"))
      #expect(try await supervisor.get("/data-protection/erasures").contains("Todavía nada"))
    }
  }

  @Test(arguments: TestEngine.available) func anErasureThatThePersonAskedForIsConfirmedByAnother(_ engine: Engine)
    async throws
  {
    try await withOpenCase(engine) { house, worker, address in
      try await house.join("second", [.supervisor])
      let (first, second) = (try await signedIn(house, "supervisor"), try await signedIn(house, "second"))
      let new = address + "/rights/requests/new"
      _ = try await worker.submit(try await worker.get(new), ["kind": "erase"], action: new)
      let close = address + "/close"
      _ = try await worker.submit(try await worker.get(close), ["reason": "person_declined"], action: close)
      let closing = address + "/closing"
      _ = try await first.submit(try await first.get(closing), ["answer": "approve"], action: closing)
      let request = try await first.get("/data-protection").link("[^\"]*/rights/requests/[0-9a-z]{26}")
      #expect(
        try await first.submit(try await first.get(request), ["answer": "granted"], action: request).status == .seeOther
      )
      let erasure = try await first.get("/data-protection").link("/data-protection/erasures/[0-9a-z]{26}")
      // Who granted it is not offered to erase.
      let own = try await first.get(erasure)
      #expect(own.contains("lo confirma otra persona") && !own.contains("value=\"erase\""))
      #expect(try await second.get("/").contains(erasure))
      let page = try await second.get(erasure)
      #expect(try await second.submit(page, action: erasure).status == .unprocessableContent)
      #expect(try await second.submit(page, ["decision": "erase"], action: erasure).status == .seeOther)
      #expect(try await worker.get(address).status == .notFound)
      #expect(try await second.submit(page, ["decision": "erase"], action: erasure).status == .conflict)
      #expect(try await second.get("/data-protection/erasures").contains("Borrado"))
    }
  }

  @Test(arguments: TestEngine.available) func anEmergencyIsToldAndReviewed(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, worker, address in
      let (officer, supervisor) = (try await signedIn(house, "officer"), try await signedIn(house, "supervisor"))
      #expect(try await officer.get(address).status == .notFound)
      #expect(try await officer.get("/cases").contains("/cases/emergency"))
      #expect(try await !worker.get("/cases").contains("/cases/emergency"))
      let code = try #require(try await worker.get(address).text.firstMatch(of: /[0-9A-Z]{4}-[0-9A-Z]{4}/)).0
      let form = try await officer.get("/cases/emergency")
      let fields = ["code": String(code), "basis": "vital_interest", "reason": "La esperan en la terminal"]
      // No key and no such case are told in the same words.
      let none = try await officer.submit(
        form, fields.merging(["code": "0000-0000"]) { $1 }, action: "/cases/emergency")
      #expect(none.status == .forbidden && none.contains("no tiene llave") && none.contains("La esperan"))
      let opened = try await officer.submit(form, fields, action: "/cases/emergency")
      #expect(opened.status == .seeOther && opened.location == address)
      let file = try await officer.get(address)
      #expect(file.contains("Rosa") && file.contains("Abierto por una emergencia hasta"))
      #expect(!file.contains("/edit/") && !file.contains(address + "/history"))
      let link = try await supervisor.get("/").link("/data-protection/emergencies/[0-9a-z]{26}")
      let page = try await supervisor.get(link)
      #expect(page.contains("La esperan en la terminal") && page.contains("Leyó el caso"))
      let refused = try await supervisor.submit(page, ["words": "Bien"], action: link)
      #expect(refused.status == .unprocessableContent && refused.contains("f-verdict-error"))
      #expect(
        try await supervisor.submit(page, ["verdict": "justified", "words": "Estaba en peligro"], action: link).status
          == .seeOther)
      #expect(try await officer.get(address).status == .notFound)
      #expect(try await supervisor.get("/data-protection/emergencies").contains("Estuvo justificado"))
      let history = try await worker.get(address + "/history")
      #expect(history.contains("Abrió el caso en una emergencia") && history.contains("en una emergencia"))
    }
  }

  @Test(arguments: TestEngine.available) func theHistorySaysFromWhatToWhat(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, worker, address in
      let edit = address + "/edit/identity"
      #expect(
        try await worker.submit(try await worker.get(edit), ["surnames": "Quispe <Andrade>"], action: edit).status
          == .seeOther)
      let supervisor = try await signedIn(house, "supervisor")
      let page = try await supervisor.get(address + "/history?show=changes")
      #expect(page.contains("Apellidos: “Quispe” → “Quispe &lt;Andrade&gt;”") && page.contains("Colega worker"))
      #expect(!page.contains("Leyó el caso"))
      #expect(try await supervisor.get(address + "/history?show=readings").contains("Leyó el caso"))
      #expect(try await supervisor.get(address + "/history?until=2007-01-01").contains("Nada que mostrar"))
      #expect(try await supervisor.get(address + "/history?member=x&page=-3&from=y").status == .ok)
    }
  }

  @Test(arguments: TestEngine.available) func theSecondOfTwoSeesTheFieldsThatDiffer(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, worker, address in
      let edit = address + "/edit/identity"
      let mine = try await worker.get(edit)
      let supervisor = try await signedIn(house, "supervisor")
      _ = try await supervisor.submit(
        try await supervisor.get(edit), ["surnames": "Quispe Mamani", "nationality": "EC"], action: edit)
      let clash = try await worker.submit(mine, ["surnames": "Quispe Andrade"], action: edit)
      #expect(clash.status == .conflict && clash.contains("Campo por campo"))
      for text in ["“Quispe”", "“Quispe Mamani”", "“Quispe Andrade”"] { #expect(clash.contains(text), "\(text)") }
      // What both have is not in the table.
      #expect(!clash.contains("“Rosa”"))
    }
  }

  @Test(arguments: TestEngine.available) func aBreachShowsWhatWasOpenedAndWhoIsTold(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, worker, address in
      _ = try await worker.get(address)
      let supervisor = try await signedIn(house, "supervisor")
      let new = "/data-protection/breaches/new"
      #expect(try await worker.get(new).status == .forbidden)
      let today = CalendarDay(daysSince1970: Self.today())
      let refused = try await supervisor.submit(
        try await supervisor.get(new), ["from": today.adding(days: 1).description, "words": "Se perdió un teléfono"],
        action: new)
      #expect(refused.status == .unprocessableContent && refused.contains("f-until-error"))
      let saved = try await supervisor.submit(refused, ["from": today.adding(days: -1).description], action: new)
      #expect(saved.status == .seeOther)
      let page = try await supervisor.get(saved.location)
      #expect(
        page.contains("Se perdió un teléfono") && page.contains("1 casos abiertos") && page.contains("5 días hábiles"))
      let told = try await supervisor.submit(page, ["notice": "authority"], action: saved.location)
      #expect(told.status == .seeOther)
      #expect(try await supervisor.get(saved.location).contains("Avisado el"))
      #expect(
        try await supervisor.submit(page, ["notice": "authority"], action: saved.location).status == .conflict)
      let drafts = try await supervisor.get(saved.location + "/drafts")
      #expect(
        drafts.contains("somebody may have seen") && drafts.contains("alguien pudo ver") && !drafts.contains("Rosa"))
      let file = try await supervisor.get(saved.location + "/cases.csv")
      #expect(file.text.hasPrefix("case,opened,first,last\r\n") && file.text.contains("-") && !file.contains("Rosa"))
      let close = saved.location + "/close"
      #expect(try await supervisor.submit(try await supervisor.get(close), action: close).status == .seeOther)
      #expect(try await supervisor.get("/data-protection/breaches").contains("Cerrada"))
    }
  }
}
