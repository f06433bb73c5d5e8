import Accounts
import Basics
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing
import Training
import Vault

@testable import Web

/// 10 March 2008, about nine in Quito.
private let morning = Clock.fixed(Moment(milliseconds: 1_205_159_000_000))

@Suite struct CertificatePagesTests {
  private struct Room {
    var house: WebHouse
    var trainer: TestBrowser
    var cohort: String
    var names: [String]
    var seats: [String]
  }

  /// A class of one day in which everybody was present.
  private func withClass(
    _ engine: Engine, _ names: [String], demonstration: Bool = false, _ body: (Room) async throws -> Void
  ) async throws {
    try await withSite(engine, settings: SiteSettings(isDemonstration: demonstration), clock: morning) { house in
      try await house.join("tere", [.trainer])
      let actor = try await house.actor("tere")
      let (desk, cohort) = (house.desks.cohorts, CohortID.random())
      _ = try await desk.open(
        actor, id: cohort,
        NewCohort(
          phase: "quito-1", place: "Quito, sala 2", province: "EC-P", from: CalendarDay("2008-03-10"),
          until: CalendarDay("2008-03-10"), seats: 30, institutions: ["senami"]))
      let session = TrainingSessionID.random()
      try await desk.addSession(actor, id: session, to: cohort, day: CalendarDay("2008-03-10"), title: "Día 1")
      var seats: [String] = []
      for name in names {
        let id = ParticipantID.random()
        let made = try await desk.register(
          actor, id: id, in: cohort, NewParticipant(name: name, post: "", institution: "senami", province: "EC-P"))
        seats.append("/t/" + made.link.exposedText)
        try await desk.mark(actor, session, [id: .present])
      }
      let trainer = TestBrowser(house)
      try await trainer.signIn("tere")
      try await body(
        Room(house: house, trainer: trainer, cohort: "/training/\(cohort)", names: names, seats: seats))
    }
  }

  @Test(arguments: TestEngine.available) func aClassGetsItsPapers(_ engine: Engine) async throws {
    try await withClass(engine, ["Ana Canaria", "Luz <i>Canaria"]) { room in
      let trainer = room.trainer
      #expect(try await trainer.get(room.cohort + "/papers/a4").status == .notFound)
      var page = try await trainer.get(room.cohort + "/certificates")
      #expect(page.contains("todavía no tienen certificado: 2"))
      #expect(try await trainer.submit(page, action: room.cohort + "/certificates").status == .seeOther)
      // The same click once more.
      #expect(try await trainer.submit(page, action: room.cohort + "/certificates").status == .seeOther)
      page = try await trainer.get(room.cohort + "/certificates")
      #expect(page.contains("Certificados emitidos: 2") && page.contains("Luz &lt;i&gt;Canaria"))
      for paper in ["a4", "letter"] {
        let pdf = try await trainer.get(room.cohort + "/papers/" + paper)
        #expect(pdf.text.hasPrefix("%PDF-") && pdf.headers[.contentType] == "application/pdf")
        #expect(pdf.headers[.contentDisposition]?.contains("anaria") == false)
        #expect(pdf.headers[.cacheControl] == "no-store")
      }
      #expect(try await trainer.get(room.cohort + "/papers/a5").status == .notFound)
      let sheet = try #require(page.text.firstMatch(of: /href="([^"]*\/certificates\/[a-z0-9]{26})"/))
      let one = String(sheet.1)
      #expect(try await trainer.get(one).contains("<svg xmlns"))
      #expect(try await trainer.get(one + "/file/exe").status == .notFound)
      let json = try await trainer.get(one + "/file/json").text
      let keys = try await TestBrowser(room.house).get("/certificates/keys.json").text
      let known = try #require(IssuerKeyFile(reading: Array(keys.utf8)))
      let verifier = CertificateVerifier(keys: known, revocations: nil, at: morning.now())
      #expect(verifier.check(Array(json.utf8)).verdict == .valid)
      #expect(verifier.check(Array(try await trainer.get(one + "/file/jwt").text.utf8)).verdict == .valid)

      // A colleague without the training's permission, and another agency's trainer, find nothing.
      try await room.house.join("caro", [.caseWorker])
      let colleague = TestBrowser(room.house)
      try await colleague.signIn("caro")
      for path in [one, one + "/file/a4", one + "/withdraw", room.cohort + "/papers/a4", room.cohort + "/certificates"]
      {
        #expect(try await colleague.get(path).status == .forbidden, "\(path)")
        #expect(try await TestBrowser(room.house).get(path).status == .seeOther, "\(path)")
      }
    }
  }

  @Test(arguments: TestEngine.available) func aParticipantTakesTheirOwn(_ engine: Engine) async throws {
    try await withClass(engine, ["Ana Canaria"]) { room in
      let page = try await room.trainer.get(room.cohort + "/certificates")
      _ = try await room.trainer.submit(page, action: room.cohort + "/certificates")
      let ana = TestBrowser(room.house)
      let form = room.seats[0] + "/certificate"
      let wrong = try await ana.submit(
        try await ana.get(form), ["name": "Otra Persona", "file": "json"], action: form)
      #expect(wrong.status == .unprocessableContent && !wrong.contains("Canaria"))
      let sheet = try await ana.submit(try await ana.get(form), ["name": "ana canaria"], action: form)
      #expect(sheet.contains("certificate-name") && !sheet.contains("/withdraw"))
      let pdf = try await ana.submit(sheet, ["file": "letter"], action: form)
      #expect(pdf.text.hasPrefix("%PDF-"))
      let badge = try await ana.submit(sheet, ["file": "json"], action: form)
      #expect(badge.contains("\"identityHash\":\"ana canaria\""))
    }
  }

  @Test(arguments: TestEngine.available) func whatIsTakenBackIsSaidToAnybody(_ engine: Engine) async throws {
    try await withClass(engine, ["Ana Canaria"]) { room in
      let trainer = room.trainer
      let anybody = TestBrowser(room.house)
      #expect(try await anybody.get("/certificates/revoked.json").status == .notFound)
      var page = try await trainer.get(room.cohort + "/certificates")
      _ = try await trainer.submit(page, action: room.cohort + "/certificates")
      page = try await trainer.get(room.cohort + "/certificates")
      let one = String(try #require(page.text.firstMatch(of: /href="([^"]*\/certificates\/[a-z0-9]{26})"/)).1)
      let number = String(try #require(one.split(separator: "/").last))
      let json = try await trainer.get(one + "/file/json").text
      #expect(try await anybody.get("/certificate/" + number).contains("Este certificado existe"))
      page = try await trainer.get(one + "/withdraw")
      let empty = try await trainer.submit(page, action: one + "/withdraw")
      #expect(empty.status == .unprocessableContent && empty.contains("Elija el motivo"))
      #expect(
        try await trainer.submit(page, ["reason": "x"], action: one + "/withdraw").status == .unprocessableContent)
      for _ in 0..<2 {
        let done = try await trainer.submit(page, ["reason": "wrong_name"], action: one + "/withdraw")
        #expect(done.location == room.cohort + "/certificates")
      }
      page = try await trainer.get(done(room))
      #expect(page.contains("El nombre está mal escrito") && page.contains("todavía no tienen certificado: 1"))
      let check = try await anybody.get("/certificate/" + number)
      #expect(check.status == .ok && check.contains("fue anulado el 10 mar 2008") && !check.contains("Canaria"))
      let found = try await anybody.submit(
        try await anybody.get("/certificate"), ["number": number], action: "/certificate")
      #expect(found.location == "/certificate/" + number)
      let keys = try #require(
        IssuerKeyFile(reading: Array(try await anybody.get("/certificates/keys.json").text.utf8)))
      let list = try await anybody.get("/certificates/revoked.json").text
      #expect(!list.contains("wrong_name") && !list.contains("Canaria"))
      let verifier = CertificateVerifier(
        keys: keys, revocations: try RevocationList(reading: Array(list.utf8), keys: keys), at: morning.now())
      #expect(verifier.check(Array(json.utf8)).verdict == .revoked)
    }
  }

  private func done(_ room: Room) -> String { room.cohort + "/certificates" }

  @Test(arguments: TestEngine.available) func anybodyCanVerify(_ engine: Engine) async throws {
    try await withClass(engine, ["Ana Canaria"], demonstration: true) { room in
      let anybody = TestBrowser(room.house)
      // Before the first key the page stands there all the same.
      #expect(try await anybody.get("/verify").contains("claves conocidas: 0"))
      let page = try await room.trainer.get(room.cohort + "/certificates")
      _ = try await room.trainer.submit(page, action: room.cohort + "/certificates")
      _ = try await room.trainer.get(room.cohort + "/papers/a4")
      let verify = try await anybody.get("/verify")
      #expect(verify.contains("claves conocidas: 1") && verify.contains("/assets/certificates.js?v="))
      #expect(!verify.contains("<script>") && !verify.contains("Canaria"))
      let file = try await anybody.get("/verify.html")
      #expect(file.headers[.contentDisposition] == "attachment; filename=\"verify.html\"")
      #expect(file.contains("z6Mk") && !["src=\"", "href=\"", "import "].contains(where: file.contains))
      let agency = try await room.house.actor("tere").agency
      let issuer = try await anybody.get("/issuers/\(agency)")
      #expect(issuer.contains("\"name\":\"Casa Canario\"") && issuer.contains("publicKeyMultibase"))
      #expect(try await anybody.get("/issuers/\(AgencyID.random())").status == .notFound)
      #expect(try await anybody.get("/issuers/x").status == .notFound)
    }
  }
}
