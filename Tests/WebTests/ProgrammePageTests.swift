import Accounts
import Basics
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

/// 10 March 2008, about nine in Quito.
private let morning = Clock.fixed(Moment(milliseconds: 1_205_159_000_000))

@Suite struct ProgrammePageTests {
  private func withCohort(
    _ engine: Engine, _ body: (WebHouse, TestBrowser, String) async throws -> Void
  ) async throws {
    try await withSite(engine, clock: morning) { house in
      try await house.join("tere", [.trainer])
      let trainer = TestBrowser(house)
      try await trainer.signIn("tere")
      let opened = try await trainer.submit(
        try await trainer.get("/training/new?phase=northern-border"),
        [
          "phase": "northern-border", "place": "Ibarra", "province": "EC-I", "from": "2008-03-10",
          "until": "2008-03-12", "seats": "25",
        ], action: "/training/new")
      try await body(house, trainer, opened.location)
    }
  }

  @Test(arguments: TestEngine.available) func aCourseIsPrepared(_ engine: Engine) async throws {
    try await withCohort(engine) { house, trainer, cohort in
      var page = try await trainer.get(cohort + "/agenda")
      var done = try await trainer.submit(page, ["day": "2008-03-11"], action: cohort + "/agenda")
      #expect(done.status == .unprocessableContent && done.contains("La agenda dura 3 días"))
      done = try await trainer.submit(page, ["day": "2008-03-10"], action: cohort + "/agenda")
      #expect(done.location == cohort + "/agenda")
      page = try await trainer.get(cohort + "/agenda")
      #expect(page.contains("08:30–12:00") && page.contains("/courses/general"))
      // A point moves; a page of before is told so.
      let point = try #require(page.text.firstMatch(of: /href="([^"]*\/agenda\/[a-z0-9]{26})"/)).1
      let edit = try await trainer.get(String(point))
      done = try await trainer.submit(edit, ["title": "Bienvenida <b>"], action: String(point))
      #expect(done.location == cohort + "/agenda")
      #expect(try await trainer.submit(edit, ["title": "Otra"], action: String(point)).status == .conflict)
      #expect(try await trainer.get(cohort + "/agenda").contains("Bienvenida &lt;b&gt;"))

      page = try await trainer.get(cohort + "/trainers")
      done = try await trainer.submit(page, ["name": "Rosa Canaria", "trainedAt": ""], action: cohort + "/trainers")
      #expect(done.location == cohort + "/trainers")
      #expect(try await trainer.get(cohort + "/plan").contains("Rosa Canaria"))
      page = try await trainer.get(cohort + "/budget")
      done = try await trainer.submit(
        page, ["kind": "travel", "planned": "1250,5", "note": "=SUM(A1)"], action: cohort + "/budget")
      #expect(done.status == .seeOther)
      #expect(try await trainer.get(cohort + "/budget").contains("1250,50\u{A0}USD"))
      let file = try await trainer.get(cohort + "/budget.csv")
      #expect(file.contains("Transporte;'=SUM(A1);1250,50;;USD\r\n"))
      #expect(file.headers[.contentDisposition] == "attachment; filename=\"presupuesto.csv\"")
      page = try await trainer.get(cohort + "/materials")
      done = try await trainer.submit(page, ["n.water": "25", "r.water": "yes"], action: cohort + "/materials")
      #expect(try await trainer.get(done.location).contains("Guardado"))
      done = try await trainer.submit(page, ["n.water": "muchos"], action: cohort + "/materials")
      #expect(done.status == .unprocessableContent && done.contains("número entero"))

      page = try await trainer.get("/training/calendar")
      _ = try await trainer.submit(page, action: "/training/calendar")
      let link = try #require(
        try await trainer.get("/training/calendar").text.firstMatch(
          of: /localhost:8080(\/calendar\/[A-Za-z0-9_\-]{43}\.ics)/)
      ).1
      let feed = try await TestBrowser(house).get(String(link))
      #expect(feed.headers[.contentType]?.hasPrefix("text/calendar") == true)
      #expect(feed.text.components(separatedBy: "BEGIN:VEVENT").count == 7 && !feed.contains("Canaria"))
      #expect(try await trainer.get("/calendar/x.ics").status == .notFound)

      page = try await trainer.get(cohort + "/plan")
      done = try await trainer.submit(page, action: cohort + "/cancel")
      #expect(done.status == .seeOther)
      #expect(try await trainer.get("/training").contains("Cancelado"))
      #expect(try await TestBrowser(house).get(String(link)).contains("STATUS:CANCELLED"))
    }
  }

  @Test(arguments: TestEngine.available) func aSpreadsheetIsRegistered(_ engine: Engine) async throws {
    try await withCohort(engine) { house, trainer, cohort in
      let address = cohort + "/participants/list"
      let page = try await trainer.get(address)
      let csrf = try #require(page.text.firstMatch(of: /name="csrf" value="([^"]+)"/)).1
      func upload(_ bytes: [UInt8], boundary: String = "x7x") async throws -> TestBrowser.Page {
        let body =
          Array(
            "--x7x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n\(csrf)\r\n--x7x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"l.csv\"\r\nContent-Type: text/csv\r\n\r\n"
              .utf8)
          + bytes + Array("\r\n--x7x\r\nContent-Disposition: form-data; name=\"list\"\r\n\r\n\r\n--x7x--\r\n".utf8)
        return try await trainer.send(
          .post, address, headers: [.contentType: "multipart/form-data; boundary=\(boundary)"], body: body)
      }
      let text = "nombre;cargo;provincia\nMuñoz Íñigo;Oficial;Imbabura\nEva;;Nowhere\n"
      let wrong = try await upload(Array(try #require(text.data(using: .windowsCP1252))))
      #expect(wrong.status == .unprocessableContent)
      #expect(wrong.contains("Línea") && wrong.contains("Elija una provincia de la lista"))
      let sound = try await upload(Array(text.replacingOccurrences(of: "Nowhere", with: "Carchi").utf8))
      #expect(sound.status == .ok && sound.contains("Muñoz Íñigo"))
      let done = try await trainer.submit(sound, action: address + "/register")
      #expect(done.location == cohort + "/participants?registered=2&waiting=0&skipped=0")
      #expect(try await trainer.get(done.location).contains("Inscritas: 2."))
      // The same list again: names that come twice are asked about.
      let twice = try await upload(Array(text.replacingOccurrences(of: "Nowhere", with: "Carchi").utf8))
      #expect(twice.contains("Ya hay alguien inscrito con este nombre"))
      let skipped = try await trainer.submit(twice, ["d.2": "skip", "d.3": "another"], action: address + "/register")
      #expect(skipped.location.hasSuffix("registered=1&waiting=0&skipped=1"))
      let file = try await trainer.get(cohort + "/participants.csv")
      #expect(file.text.hasPrefix("\u{FEFF}") && file.contains("Muñoz Íñigo;Oficial;"))

      // Damaged bodies are refused, never a crash.
      #expect(try await upload([0, 1, 2, 255]).status == .unprocessableContent)
      #expect(try await upload([], boundary: "other").status == .badRequest)
      for body in ["", "--x7x", "--x7x\r\n", "--x7x\r\n\r\n\r\n--x7x--", "--x7x--"] {
        let answer = try await trainer.send(
          .post, address, headers: [.contentType: "multipart/form-data; boundary=x7x"], body: Array(body.utf8))
        #expect([.badRequest, .forbidden].contains(answer.status), "\(body): \(answer.status)")
      }
      let pasted = try await trainer.submit(page, ["list": "a;b\nc;d"], action: address)
      #expect(pasted.status == .unprocessableContent && pasted.contains("«nombre»"))
      #expect(try await trainer.get("/training/people").contains("Personas: 3."))
      let nobody = TestBrowser(house)
      for path in ["/participants.csv", "/budget.csv", "/agenda", "/plan", "/participants/list"] {
        #expect(try await nobody.get(cohort + path).location.hasPrefix("/sign-in"), "\(path)")
      }
    }
  }
}
