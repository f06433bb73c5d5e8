import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import HTTPTypes
import Identification
import Records
import TestSupport
import Testing

@testable import Web

@Suite struct CasePagesTests {
  /// A house with a case worker, an officer, a coordinator, and a second agency `norte` with a case worker.
  private func withCases(_ engine: Engine, _ body: (WebHouse, TestBrowser) async throws -> Void) async throws {
    try await withSite(engine) { house in
      try await house.join("worker", [.caseWorker])
      try await house.join("officer", [.frontlineOfficer])
      try await house.join("coordinator", [.coordinator])
      let made = try await house.desks.agencies.create(
        .console, name: "Casa del Norte", kind: "ngo", province: "EC-O", administrator: "Nora", login: "nora")
      _ = try await house.desks.members.accept(made.invitation, password: WebHouse.password)
      let link = try await house.desks.members.invite(
        try await house.actor("nora"), name: "Nela", login: "norte", roles: [.caseWorker])
      _ = try await house.desks.members.accept(link, password: WebHouse.password)
      let browser = TestBrowser(house)
      try await browser.signIn("worker")
      try await body(house, browser)
    }
  }

  /// Opens a case through the pages; answers its address.
  private func open(
    _ browser: TestBrowser, _ given: String = "Rosa", _ surnames: String = "Quispe",
    from address: String = "/cases/new",
    _ more: [String: String] = [:]
  ) async throws -> String {
    let first = try await browser.get(address)
    let second = try await browser.submit(
      first, ["given_names": given, "surnames": surnames], action: address)
    #expect(second.status == .ok)
    #expect(second.contains("value=\"details\""))
    let opened = try await browser.submit(
      second, ["birth": "1980", "kind": "trafficking", "province": "EC-P", "form": "begging"].merging(more) { $1 },
      action: address, further: [("needs", "housing"), ("needs", "legal")])
    #expect(opened.status == .seeOther)
    return opened.location
  }

  @Test(arguments: TestEngine.available) func aCaseIsOpenedReadAndFoundWithoutANameInAnyAddress(_ engine: Engine)
    async throws
  {
    try await withCases(engine) { house, browser in
      let address = try await open(browser)
      #expect(address.wholeMatch(of: /\/cases\/[0-9a-z]{26}/) != nil)
      let file = try await browser.get(address)
      #expect(file.status == .ok)
      for text in ["Rosa Quispe", "Pichincha", "Mendicidad", "Dónde dormir, Ayuda legal", "Pedir consentimiento"] {
        #expect(file.contains(text), "\(text)")
      }
      #expect(file.headers[.cacheControl]?.contains("no-store") == true)
      let list = try await browser.get("/cases")
      #expect(list.contains("Rosa Quispe") && list.contains(address))
      // By name, by POST; by code, in the address.
      let found = try await browser.submit(list, ["name": "kispe"], action: "/cases/search")
      #expect(found.contains("Rosa Quispe") && found.contains("Suena parecido"))
      let nobody = try await browser.submit(list, ["name": "\u{202E}x"], action: "/cases/search")
      #expect(nobody.status == .unprocessableContent && nobody.contains("caracteres ocultos"))
      let code = try #require(list.text.firstMatch(of: /[0-9A-Z]{4}-[0-9A-Z]{4} · Rosa/)).0.prefix(9)
      #expect(try await browser.get("/cases?code=" + code.lowercased()).contains("Rosa Quispe"))
      #expect(try await browser.get("/cases?code=UUUU").contains("Ningún caso"))
      #expect(try await browser.get(address + "/history").contains("Leyó el caso"))
      let sheet = try await browser.get(address + "/sheet")
      #expect(sheet.contains("Rosa Quispe") && sheet.contains("data-print") && sheet.contains("Colega worker"))
    }
  }

  @Test(arguments: TestEngine.available) func theSamePersonIsRecognisedBeforeOpening(_ engine: Engine) async throws {
    try await withCases(engine) { house, browser in
      let first = try await open(browser)
      let question = try await browser.submit(
        try await browser.get("/cases/new"), ["given_names": "rosa", "surnames": "quispe"], action: "/cases/new")
      #expect(question.contains("¿Es una de estas personas?") && question.contains("Rosa Quispe"))
      let person = try #require(question.text.firstMatch(of: /name="known" value="([0-9a-z]{26})"/)).1
      // It is her: nothing that is known is asked again.
      let details = try await browser.submit(question, ["known": String(person)], action: "/cases/new")
      #expect(!details.contains("name=\"given_names\""))
      let second = try await browser.submit(
        details, ["kind": "child_labour", "province": "EC-O"], action: "/cases/new")
      #expect(second.status == .seeOther && second.location != first)
      #expect(try await browser.get(second.location).contains("Rosa Quispe"))
      // It is someone else: what was typed is still there.
      let other = try await browser.submit(question, action: "/cases/new")
      #expect(other.contains("name=\"given_names\"") && other.contains("value=\"rosa\""))
    }
  }

  @Test(arguments: TestEngine.available) func wrongFieldsKeepWhatWasTyped(_ engine: Engine) async throws {
    try await withCases(engine) { house, browser in
      let first = try await browser.get("/cases/new")
      let details = try await browser.submit(first, ["given_names": "Luz"], action: "/cases/new")
      let refused = try await browser.submit(
        details, ["birth": "1990-02-30", "kind": "trafficking", "narrative": "Lo que contó <b>"], action: "/cases/new")
      #expect(refused.status == .unprocessableContent)
      #expect(refused.contains("1990-02-30") && refused.contains("Lo que contó &lt;b&gt;"))
      #expect(refused.contains("f-birth-error"))
      // The form still carries the identifier of what it will create, and the second click opens nothing more.
      let good = ["birth": "1990", "province": "EC-P"]
      let once = try await browser.submit(refused, good, action: "/cases/new")
      let twice = try await browser.submit(refused, good, action: "/cases/new")
      #expect(once.status == .seeOther && once.location == twice.location)
      let list = try await browser.get("/cases")
      #expect(list.text.components(separatedBy: "work-title").count == 2)
    }
  }

  @Test(arguments: TestEngine.available) func consentIsAskedAndWithdrawalShowsItsEffect(_ engine: Engine) async throws {
    try await withCases(engine) { house, browser in
      let address = try await open(browser)
      let page = try await browser.get(address + "/consents/new")
      #expect(page.contains("«Usted decide.") && page.contains("Casa del Norte"))
      let refused = try await browser.submit(page, action: address + "/consents/new")
      #expect(refused.status == .unprocessableContent)
      // All that is wrong, at once.
      for field in ["recipient", "purpose", "kinds", "until", "explained-purpose", "explained-no-loss-of-services"] {
        #expect(refused.contains("f-\(field)-error"), "\(field)")
      }
      let agencies = try await house.desks.agencies.directory(try await house.actor("worker"))
      let north = try #require(agencies.first { $0.name == "Casa del Norte" }).id
      var fields = [
        "recipient": north.description, "purpose": "assistance", "until": "2099-01-01", "decided_by": "person",
      ]
      for topic in ConsentTopic.allCases { fields["explained_\(topic.rawValue)"] = "yes" }
      let kinds = [("kinds", "identity"), ("kinds", "needs")]
      let far = try await browser.submit(refused, fields, action: address + "/consents/new", further: kinds)
      #expect(far.status == .unprocessableContent && far.contains("demasiado lejos"))
      fields["until"] = CalendarDay(.init(Date()), offsetFromUTC: .hours(-5)).adding(days: 30).description
      let given = try await browser.submit(far, fields, action: address + "/consents/new", further: kinds)
      #expect(given.location == address + "#consents")
      let file = try await browser.get(address)
      #expect(file.contains("Vigente") && file.contains("Planear un seguimiento"))
      let withdraw = try #require(file.text.firstMatch(of: /href="([^"]*\/withdraw)"/)).1
      let effect = try await browser.get(String(withdraw))
      #expect(effect.contains("Casa del Norte deja de ver, desde ahora: Identidad, Necesidades."))
      #expect(try await browser.submit(effect, action: String(withdraw)).location == address + "#consents")
      #expect(try await browser.get(address).contains("Retirado"))
      // Another basis needs its document.
      let order = try await browser.get(address + "/consents/new?basis=other")
      fields["basis"] = "court_order"
      fields["document"] = "-"
      let bare = try await browser.submit(
        order, fields, action: address + "/consents/new?basis=other", further: kinds)
      #expect(bare.status == .unprocessableContent && bare.contains("f-document-error"))
    }
  }

  @Test(arguments: TestEngine.available) func helpIsGivenFollowedUpClosedAndReopened(_ engine: Engine) async throws {
    try await withCases(engine) { house, browser in
      let address = try await open(browser)
      let service = try await browser.submit(
        try await browser.get(address + "/services/new"),
        ["service": "shelter", "amount": "12,5", "outcome": "provided", "note": "Tres noches"],
        action: address + "/services/new")
      #expect(service.status == .seeOther)
      let plan = try await browser.get(address + "/follow-ups/new")
      #expect(
        try await browser.submit(plan, ["note": "Llamar a la abuela"], action: address + "/follow-ups/new").status
          == .seeOther)
      var file = try await browser.get(address)
      for text in ["Alojamiento protegido", "12.50", "Tres noches", "Llamar a la abuela"] {
        #expect(file.contains(text), "\(text)")
      }
      #expect(try await browser.get("/").contains("Lo que vence esta semana"))
      let close = try await browser.get(address + "/close")
      #expect(close.contains("Qué queda abierto") && close.contains("Seguimiento: 1"))
      let refused = try await browser.submit(close, ["reason": "goals_met"], action: address + "/close")
      #expect(refused.status == .unprocessableContent && refused.contains("f-leaving-error"))
      let finish = try #require(file.text.firstMatch(of: /href="([^"]*\/follow-ups\/[0-9a-z]{26})"/)).1
      #expect(
        try await browser.submit(
          try await browser.get(String(finish)), ["result": "Contestó"], action: String(finish)
        ).status == .seeOther)
      #expect(
        try await browser.submit(close, ["reason": "goals_met", "summary": "Bien"], action: address + "/close").status
          == .seeOther)
      // It is open until somebody else approves it.
      #expect(try await browser.get(address).contains("propuso cerrarlo"))
      try await house.join("supervisor", [.supervisor])
      let supervisor = TestBrowser(house)
      try await supervisor.signIn("supervisor")
      let answer = try await supervisor.get(address + "/closing")
      #expect(
        try await supervisor.submit(answer, ["answer": "approve"], action: address + "/closing").status == .seeOther)
      file = try await browser.get(address)
      #expect(file.contains("Cerrado") && file.contains("Metas alcanzadas") && file.contains("Contestó"))
      #expect(!file.contains("/services/new"))
      #expect(try await browser.get(address + "/services/new").status == .conflict)
      #expect(
        try await browser.submit(
          try await browser.get(address + "/reopen"), ["words": "Volvió"], action: address + "/reopen"
        ).status == .seeOther)
      #expect(try await browser.get(address).contains("Abierto"))
    }
  }

  @Test(arguments: TestEngine.available) func editsShowBothSidesAndStaleOnesAreTold(_ engine: Engine) async throws {
    try await withCases(engine) { house, browser in
      let address = try await open(browser)
      for part in ["facts", "identity", "contact", "narrative", "needs", "health", "legal"] {
        let page = try await browser.get(address + "/edit/" + part)
        #expect(page.status == .ok, "\(part)")
        let field = ["facts": "kind", "identity": "nationality", "contact": "contact_how", "needs": "needs_note"][part]
        let value = part == "facts" ? "child_labour" : "cambiado \(part)"
        let saved = try await browser.submit(page, [field ?? part: value], action: address + "/edit/" + part)
        #expect(saved.location == address + "#" + part, "\(part)")
        if part != "facts" { #expect(try await browser.get(address).contains(value)) }
        let stale = try await browser.submit(page, action: address + "/edit/" + part)
        #expect(stale.status == .conflict && stale.contains("Alguien cambió esto"), "\(part)")
      }
      #expect(try await browser.get(address + "/edit/nothing").status == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func strangersFindNothingAndOfficersOnlyTheirOwn(_ engine: Engine) async throws
  {
    try await withCases(engine) { house, browser in
      let address = try await open(browser)
      let consent = ConsentID.random()
      let id = try #require(CaseID(String(address.dropFirst("/cases/".count))))
      let worker = try await house.actor("worker")
      let north = try await house.actor("norte")
      try await house.desks.cases.giveConsent(
        worker, id, id: consent,
        ConsentRequest(
          purpose: "assistance", recipient: north.agency, kinds: [.needs],
          until: house.desks.cases.today.adding(days: 9), decidedBy: .person, language: .spanish,
          explained: ConsentRequest.allExplained))
      let paths = [
        "", "/sheet", "/history", "/edit/narrative", "/consents/new", "/consents/\(consent)/withdraw",
        "/services/new", "/follow-ups/new", "/close", "/closing", "/reopen", "/clocks/new",
      ]
      for login in ["norte", "officer", "coordinator"] {
        let other = TestBrowser(house)
        try await other.signIn(login)
        for path in paths {
          let page = try await other.get(address + path)
          #expect(
            page.status
              == (login == "coordinator" && path != "/consents/\(consent)/withdraw" && path != "/history"
                ? .forbidden : .notFound),
            "\(login) \(path)")
          #expect(!page.contains("Rosa"))
        }
        let list = try await other.get("/cases")
        #expect(list.status == (login == "coordinator" ? .forbidden : .ok) && !list.contains("Rosa"))
      }
      // Once shared, the other agency sees what it was given and no more.
      let (now, root, wall) = (
        house.desks.office.clock.now(), house.desks.office.root, house.desks.pack.dataProtection.wall
      )
      try await house.desks.office.database.write {
        try CaseAccess.share(
          id, kinds: [.needs], to: north.agency, on: consent, wall: wall, root: root, by: worker, at: now, $0)
        try $0.record(.test())
      }
      let other = TestBrowser(house)
      try await other.signIn("norte")
      let shared = try await other.get(address)
      #expect(shared.contains("Dónde dormir") && shared.contains("Usted ve solo"))
      #expect(!shared.contains("Rosa") && !shared.contains("/edit/"))
    }
  }

  @Test(arguments: TestEngine.available) func aScreeningIsCarriedOver(_ engine: Engine) async throws {
    try await withCases(engine) { house, browser in
      let worker = try await house.actor("worker")
      let screening = ScreeningID.random()
      try await house.desks.screenings.begin(
        worker, screening,
        ScreeningForm(province: "EC-O", age: "16", sex: "female", exploitation: "labour", language: "kichwa"))
      let address = "/cases/new?screening=\(screening)"
      let page = try await browser.submit(
        try await browser.get(address), ["given_names": "Wayra"], action: address)
      #expect(page.contains("Esto viene de la entrevista"))
      let opened = try await browser.submit(page, action: address)
      #expect(opened.status == .seeOther)
      let file = try await browser.get(opened.location)
      for text in ["El Oro", "Explotación laboral", "12 a 17 años", "Mujer"] { #expect(file.contains(text), "\(text)") }
      // One screening, one case.
      let again = try await browser.submit(
        try await browser.submit(try await browser.get(address), ["given_names": "Otra"], action: address),
        action: address)
      #expect(again.status == .conflict && again.contains("ya se abrió un caso"))
      let summary = try await house.desks.screenings.summary(worker, screening)
      #expect(summary.attachedCase?.description == String(opened.location.dropFirst("/cases/".count)))
    }
  }

  @Test(arguments: TestEngine.available) func coordinatorsSeeFiguresAndNoNames(_ engine: Engine) async throws {
    try await withCases(engine) { house, browser in
      _ = try await open(browser)
      _ = try await open(browser, "Inés", "Shiguango", ["province": "EC-O", "form": ""])
      let other = TestBrowser(house)
      try await other.signIn("coordinator")
      let page = try await other.get("/counts")
      #expect(page.status == .ok)
      #expect(page.contains("Uso interno: no publicar.") && page.contains("<title>El Oro: 1</title>"))
      #expect(page.contains("100,0 %") && page.contains("No se sabe"))
      #expect(!page.contains("Rosa") && !page.contains("Inés"))
      #expect(try await other.get("/").contains("2 casos abiertos de 2"))
      #expect(try await browser.get("/counts").status == .forbidden)
      #expect(try await other.get("/language/en?to=%2Fcounts").location == "/counts")
      #expect(try await other.get("/counts").contains("Internal: not for publication."))
    }
  }
}
