import Accounts
import Basics
import Foundation
import HTTPTypes
import Identification
import Records
import TestSupport
import Testing

@testable import Web

@Suite struct FieldInboxPagesTests {
  @Test(arguments: TestEngine.available) func whatCameInIsOpened(_ engine: Engine) async throws {
    try await withFieldSite(engine) { field in
      try await field.enroll()
      #expect(try await field.officer.get("/field").contains("Aquí no hay nada"))
      #expect(try await field.officer.get("/screenings").contains("Del campo: teléfonos y archivos"))
      let operations = try (0..<3).map { _ in try field.interview(note: "<b>Canario</b>") }
      _ = try await field.sync(try field.phone.batch(operations))
      #expect(try await field.officer.get("/screenings").contains("Del campo: 3 por abrir o decidir"))
      #expect(try await field.officer.get("/").contains("Del campo"))
      let list = try await field.supervisor.get("/field")
      #expect(list.contains("Abrir las 3 que esperan") && list.contains("Pichincha") && list.contains("Colega ofelia"))
      #expect(!list.contains("Canario</b>"))
      let address = try #require(list.text.firstMatch(of: /href="(\/field\/[0-9a-z]{26})"/)).1
      let page = try await field.supervisor.get(String(address))
      #expect(page.contains("Por la red") && page.contains("Abrir la entrevista") && !page.contains("Reloj del"))
      let opened = try await field.supervisor.submit(page, action: address + "/open")
      #expect(opened.status == .seeOther && opened.location.hasPrefix("/screenings/"))
      let screening = try await field.supervisor.get(opened.location)
      #expect(screening.contains("kichwa") && screening.contains("&lt;b&gt;Canario&lt;/b&gt;"))
      #expect(try await field.supervisor.get(String(address)).contains(opened.location))
      let rest = try await field.officer.submit(try await field.officer.get("/field"), action: "/field/open")
      #expect(rest.location == "/field?opened=2&left=0")
      #expect(try await field.officer.get(rest.location).contains("Abiertas: 2."))
      // English as well; nobody else sees it.
      field.officer.cookies["amparo-language"] = "en"
      #expect(try await field.officer.get("/field?tab=done").contains("Opened"))
      try await field.house.join("carlos", [.frontlineOfficer])
      let colleague = TestBrowser(field.house)
      try await colleague.signIn("carlos")
      #expect(try await colleague.get(String(address)).status == .notFound)
      #expect(try await colleague.get("/field").contains("Aquí no hay nada"))
      try await field.house.join("tomas", [.trainer])
      let trainer = TestBrowser(field.house)
      try await trainer.signIn("tomas")
      for path in ["/field", "/field/devices", "/field/courier", String(address)] {
        #expect(try await trainer.get(path).status == .forbidden, "\(path)")
        #expect(try await TestBrowser(field.house).get(path).status == .seeOther, "\(path)")
      }
    }
  }

  @Test(arguments: TestEngine.available) func aDangerStandsOnTopUntilItIsSeenTo(_ engine: Engine) async throws {
    try await withFieldSite(engine) { field in
      try await field.enroll()
      _ = try await field.sync(try field.phone.batch([field.interview(), field.phone.danger(), field.interview()]))
      for path in ["/", "/screenings", "/field"] {
        let page = try await field.supervisor.get(path)
        let first = try #require(page.text.firstMatch(of: /class="work-title"[^>]*>([^<]*)</)).1
        #expect(first.hasPrefix("Aviso de peligro"), "\(path)")
        #expect(page.contains("Peligro avisado"))
      }
      let list = try await field.supervisor.get("/field")
      let address = String(try #require(list.text.firstMatch(of: /href="(\/field\/[0-9a-z]{26})"/)).1)
      var page = try await field.supervisor.get(address)
      #expect(page.contains("Alguien está en peligro") && page.contains("tel:911") && !page.contains("/open\""))
      page = try await field.supervisor.submit(page, ["settled": " "], action: address + "/settled")
      #expect(page.status == .unprocessableContent && page.contains("Revise"))
      page = try await field.supervisor.submit(page, ["settled": "Está a salvo"], action: address + "/settled")
      #expect(page.location == address)
      page = try await field.supervisor.get(address)
      #expect(page.contains("Está a salvo") && page.contains("atendido") && !page.contains("Alguien está en peligro"))
      #expect(try await !field.supervisor.get("/screenings").contains("Aviso de peligro"))
      // An officer sees it and does not decide.
      #expect(try await !field.officer.get(address).contains("/settled"))
    }
  }

  @Test(arguments: TestEngine.available) func aRevokedPhonesWorkIsDecidedOn(_ engine: Engine) async throws {
    try await withFieldSite(engine) { field in
      try await field.enroll()
      let devices = try await field.officer.get("/field/devices")
      #expect(devices.contains("Teléfono 7") && devices.contains("Inscrito") && devices.contains("Nunca"))
      let revoke = try #require(devices.text.firstMatch(of: /action="(\/field\/devices\/[0-9a-z]{26}\/revoke)"/)).1
      #expect(try await field.officer.submit(devices, action: String(revoke)).location == "/field/devices")
      #expect(try await field.supervisor.get("/field/devices").contains("De baja"))
      let sent = try await field.sync(try field.phone.batch([field.interview(), field.interview()]))
      #expect(try field.outcomes(sent) == ["held", "held"])
      #expect(try await field.enroll(field.officer).status == .conflict)
      let list = try await field.supervisor.get("/field?tab=held")
      let addresses = list.text.matches(of: /class="work-title" href="(\/field\/[0-9a-z]{26})"/).map { String($0.1) }
      #expect(addresses.count == 2)
      var page = try await field.supervisor.get(addresses[0])
      #expect(page.contains("este teléfono fue dado de baja") && !page.contains("Abrir la entrevista"))
      page = try await field.supervisor.submit(page, ["release": ""], action: addresses[0] + "/release")
      #expect(page.status == .unprocessableContent)
      page = try await field.supervisor.submit(page, ["release": "Es suya"], action: addresses[0] + "/release")
      #expect(page.status == .seeOther)
      page = try await field.supervisor.get(addresses[0])
      #expect(page.contains("Abrir la entrevista") && page.contains("Es suya"))
      page = try await field.supervisor.submit(
        try await field.supervisor.get(addresses[1]), ["discard": "De nadie"], action: addresses[1] + "/discard")
      page = try await field.supervisor.get(addresses[1])
      #expect(page.contains("Descartada") && page.contains("De nadie") && !page.contains("/discard\""))
      let officer = try await field.officer.get(addresses[0])
      #expect(officer.contains("Abrir la entrevista") && !officer.contains("/discard\""))
    }
  }

  @Test(arguments: TestEngine.available) func aCourierHandsAFileIn(_ engine: Engine) async throws {
    try await withFieldSite(engine) { field in
      try await field.enroll()
      var operations = try (0..<3).map { _ in try field.interview() }
      operations[2].signature[0] ^= 1
      // More than any other form of the site may have.
      let filler = try (0..<300).map { _ in try field.interview() }
      let file = try field.phone.batch(operations + filler)
      #expect(file.count > FormGuard.largestForm)
      func hand(_ file: [UInt8], _ browser: TestBrowser) async throws -> TestBrowser.Page {
        let form = try await browser.get("/field/courier")
        let csrf = try #require(browser.forms(form).first { $0.action == "/field/courier" }?.fields.first?.1)
        let text = String(decoding: file, as: UTF8.self)
        let body = """
          --grenze\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n\(csrf)\r\n--grenze\r\n\
          Content-Disposition: form-data; name="file"; filename="amparo-20261124-2140.amparo-field"\r\n\
          Content-Type: application/octet-stream\r\n\r\n\(text)\r\n--grenze--\r\n
          """
        return try await browser.send(
          .post, "/field/courier", headers: [.contentType: "multipart/form-data; boundary=grenze"],
          body: Array(body.utf8))
      }
      let page = try await hand(file, field.supervisor)
      #expect(page.status == .ok && page.contains("Recibida: <strong>302</strong>"))
      #expect(page.contains("No recibida: <strong>1</strong>") && page.contains("la firma del teléfono no es válida"))
      let receipts = String(try #require(page.text.firstMatch(of: /href="(\/field\/devices\/[^"]*receipts)"/)).1)
      let download = try await field.supervisor.get(receipts)
      #expect(download.headers[.contentDisposition]?.contains("-receipts.json") == true)
      let answer = try #require(
        try JSONSerialization.jsonObject(with: Data(download.text.utf8)) as? [String: Any])
      let outcomes = try #require(answer["outcomes"] as? [[String: Any]])
      #expect(outcomes.count == 302 && outcomes.allSatisfy { $0["receipt"] is [String: String] })
      // Over the network afterwards it is known.
      #expect(try field.outcomes(try await field.sync(try field.phone.batch([operations[0]]))) == ["replayed"])
      let broken = try await hand(Array(file.prefix(500)), field.supervisor)
      #expect(broken.status == .unprocessableContent && broken.contains("No es un archivo de mensajero"))
      // Of nobody who is not signed in is a file read.
      let stranger = TestBrowser(field.house)
      let refused = try await stranger.send(
        .post, "/field/courier", headers: [.contentType: "multipart/form-data; boundary=grenze"],
        body: [UInt8](repeating: 65, count: FormGuard.largestForm + 10))
      #expect(refused.status == .forbidden)
    }
  }

  /// A phone's clock that is off by two years is said, and the times on the page are right.
  @Test(arguments: TestEngine.available) func aWrongClockIsSaid(_ engine: Engine) async throws {
    try await withFieldSite(engine) { field in
      try await field.enroll()
      field.phone.clockOffset = -730 * 86_400_000
      _ = try await field.sync(try field.phone.batch([field.interview()]))
      let list = try await field.officer.get("/field")
      let address = String(try #require(list.text.firstMatch(of: /href="(\/field\/[0-9a-z]{26})"/)).1)
      let page = try await field.officer.get(address)
      #expect(page.contains("Atrasado 730 días") || page.contains("Atrasado 729 días"))
    }
  }
}
