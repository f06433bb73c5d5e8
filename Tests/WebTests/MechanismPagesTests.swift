import Accounts
import Basics
import CountryPack
import Foundation
import HTTPTypes
import Records
import Referrals
import TestSupport
import Testing

@testable import Web

/// A mechanism through its pages: brought in, its gaps read, signed, adopted, tried out, compared.
@Suite struct MechanismPagesTests {
  private struct House {
    let house: WebHouse
    let coordinator: TestBrowser
    let supervisor: TestBrowser
    let worker: TestBrowser

    init(_ house: WebHouse) async throws {
      self.house = house
      for (login, role) in [
        ("coordinator", Role.coordinator), ("supervisor", .supervisor), ("worker", .caseWorker), ("trainer", .trainer),
      ] { try await house.join(login, [role]) }
      coordinator = TestBrowser(house)
      supervisor = TestBrowser(house)
      worker = TestBrowser(house)
      try await coordinator.signIn("coordinator")
      try await supervisor.signIn("supervisor")
      try await worker.signIn("worker")
    }

    func upload(_ browser: TestBrowser, _ bytes: [UInt8], _ purpose: String, id: MechanismVersionID = .random())
      async throws -> TestBrowser.Page
    {
      let page = try await browser.get("/mechanisms/new")
      let form = browser.forms(page).first { $0.action == "/mechanisms/new" }
      let tag = try #require(form?.fields.first { $0.0 == "csrf" }?.1)
      let mark = "----raya"
      let head = ["csrf": tag, "id": id.description, "purpose": purpose].map {
        "--\(mark)\r\nContent-Disposition: form-data; name=\"\($0.key)\"\r\n\r\n\($0.value)\r\n"
      }.joined()
      let part = "--\(mark)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.yaml\"\r\n\r\n"
      let body = Array((head + part).utf8) + bytes + Array("\r\n--\(mark)--\r\n".utf8)
      return try await browser.send(
        .post, "/mechanisms/new", headers: [.contentType: "multipart/form-data; boundary=\(mark)"], body: body)
    }
  }

  private func shipped(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: WebHouse.packFolder.appendingPathComponent("mechanisms/\(name).yaml")))
  }

  private func withHouse(_ engine: Engine, _ body: (House) async throws -> Void) async throws {
    try await withSite(engine) { try await body(House($0)) }
  }

  @Test(arguments: TestEngine.available) func broughtInSignedAndAdopted(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let broken = try await house.upload(house.coordinator, Array("code: a\nname: <b>\n".utf8), "territory")
      #expect(broken.status == .unprocessableContent && broken.contains("No se puede leer") && !broken.contains("<b>"))
      let sent = try await house.upload(house.coordinator, try shipped("frontera-norte"), "territory")
      #expect(sent.status == .seeOther)
      let address = sent.location
      let page = try await house.coordinator.get(address)
      #expect(page.status == .ok && page.contains("Vacíos: ") && page.contains("<svg") && !page.contains("<style"))
      #expect(!page.contains(address + "/adopt") && page.contains(address + "/name"))
      #expect(try await house.worker.get(address).status == .notFound)
      #expect(try await house.supervisor.get("/").contains("esperan la firma") == false)

      let agency = try await house.house.actor("supervisor").agency.description
      let form = try #require(house.coordinator.forms(page).first { $0.action == address + "/name" })
      let desks = form.fields.filter { $0.0.hasPrefix("desk.") }.map { ($0.0, agency) }
      #expect(!desks.isEmpty)
      let named = try await house.coordinator.submit(page, action: address + "/name", further: desks)
      #expect(named.status == .seeOther)
      #expect(try await house.supervisor.get("/").contains("esperan la firma"))
      let read = try await house.supervisor.get(address)
      #expect(try await house.supervisor.submit(read, action: address + "/sign").status == .seeOther)
      #expect(try await house.supervisor.submit(read, action: address + "/sign").status == .seeOther)
      let signed = try await house.coordinator.get(address)
      #expect(signed.contains(address + "/adopt"))
      let adopting = try #require(house.coordinator.forms(signed).first { $0.action == address + "/adopt" })
      let gaps = try await house.house.desks.mechanisms.look(
        try await house.house.actor("coordinator"), #require(MechanismVersionID(String(address.dropFirst(12))))
      ).check.gaps
      if gaps > 0 {
        let unknowing = try await house.coordinator.post(adopting.action, adopting.fields)
        #expect(unknowing.status == .conflict && unknowing.contains("Marque que conocen los vacíos"))
      }
      let done = try await house.coordinator.post(adopting.action, adopting.fields + [("known", String(gaps))])
      #expect(done.status == .seeOther)
      let adopted = try await house.worker.get(address)
      #expect(adopted.contains("Adoptado") && adopted.contains("<svg"))
      #expect(try await house.worker.get("/mechanisms").contains(address))
      let paper = try await house.worker.get(address + "/procedure")
      #expect(paper.contains("<!doctype html>") && paper.contains("<svg"))
      #expect(adopted.contains(address + "/procedure.pdf"))
      let sheet = try await house.worker.get(address + "/procedure.pdf")
      #expect(sheet.status == .ok && sheet.text.hasPrefix("%PDF-"))
      #expect(Array(try await house.worker.get(address + "/file").text.utf8) == (try shipped("frontera-norte")))
      // Once adopted nobody takes a signature back, puts it away or names others.
      let late = try await house.coordinator.submit(page, action: address + "/name", further: desks)
      #expect(late.status == .conflict && late.contains("Ya no es un borrador"))
    }
  }

  @Test(arguments: TestEngine.available) func triedOutAndCompared(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let trainer = TestBrowser(house.house)
      try await trainer.signIn("trainer")
      let first = try await house.upload(trainer, try shipped("frontera-norte"), "exercise").location
      let second = try await house.upload(trainer, try shipped("ejercicio-sucumbios"), "exercise").location
      #expect(first.hasPrefix("/mechanisms/") && second.hasPrefix("/mechanisms/") && first != second)
      // A trainer brings in exercises only.
      #expect(try await house.upload(trainer, try shipped("frontera-norte"), "territory").status == .forbidden)
      let list = try await trainer.get("/mechanisms")
      #expect(list.contains("De sesiones de formación") && list.contains(first) && list.contains(second))
      let trial = try await trainer.get(first + "/simulate?cases=300&seed=7")
      #expect(trial.status == .ok && trial.contains("no predice el caso de nadie") && trial.contains("<table"))
      #expect(try await trainer.get(first + "/simulate?cases=300&seed=7").text == trial.text)
      let odd = try await trainer.get(first + "/simulate?cases=999999999&seed=x%3Cb%3E")
      #expect(odd.status == .ok && !odd.contains("<b>"))
      let id = String(second.dropFirst("/mechanisms/".count))
      let compared = try await trainer.get("\(first)/compare/\(id)?cases=200")
      #expect(compared.status == .ok && compared.contains("Uno al lado del otro") && compared.contains("ya no está"))
      #expect(try await house.worker.get(first + "/simulate").status == .notFound)
      #expect(try await house.worker.get("\(first)/compare/\(id)").status == .notFound)
    }
  }
}
