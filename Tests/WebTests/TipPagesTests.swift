import Accounts
import Basics
import Casework
import Foundation
import HTTPTypes
import Records
import Synchronization
import TestSupport
import Testing
import Tips

@testable import Web

/// A clock that a test can move.
final class TipTime: Sendable {
  private let moment = Mutex(Moment(milliseconds: 1_796_156_400_000))
  var clock: Clock { Clock { self.moment.withLock { $0 } } }
  func move(_ span: Span) { moment.withLock { $0 = $0 + span } }
}

@Suite struct TipPagesTests {
  private func withDesk(_ engine: Engine, _ body: (WebHouse, TipTime) async throws -> Void) async throws {
    let time = TipTime()
    try await withSite(engine, clock: time.clock) { house in
      try await house.join("mesa", [.referralDesk])
      try await house.join("jefa", [.supervisor])
      try await body(house, time)
    }
  }

  private func open(_ house: WebHouse) async throws {
    let boss = TestBrowser(house)
    try await boss.signIn("jefa")
    let list = try await boss.get("/tips/receivers")
    let address = try list.link("/tips/receivers/[0-9a-z]{26}")
    let form = try await boss.get(address)
    #expect(try await boss.submit(form, ["answer_days": "0"], action: address).status == .unprocessableContent)
    #expect(
      try await boss.submit(form, ["answer_days": "4", "open": "yes"], action: address).location == "/tips/receivers")
    let after = try await boss.get("/tips/receivers")
    #expect(after.contains("Recibe") && after.contains("4 días"))
  }

  private func code(_ page: TestBrowser.Page) throws -> String {
    String(try #require(page.text.firstMatch(of: /class="code">([0-9a-z-]{31})</)).1)
  }

  @Test(arguments: TestEngine.available) func somebodyTellsComesBackAndIsAnswered(_ engine: Engine) async throws {
    try await withDesk(engine) { house, time in
      let phone = TestBrowser(house)
      phone.acceptLanguage = "es"
      var page = try await phone.get("/tip")
      // Nobody receives yet: numbers, and no form that leads nowhere.
      #expect(page.status == .ok && page.contains("911") && page.contains("335486") && !page.contains("name=\"what\""))
      try await open(house)

      page = try await phone.get("/tip")
      #expect(page.contains("<title>Mensaje · Amparo</title>") && page.headers[.cacheControl] == "no-store")
      #expect(page.contains("data-quick-exit") && page.contains("Casa Canario") && page.contains("4 días"))
      #expect(page.contains("tel:911") && page.contains("Falta que la institución confirme este número."))
      // Danger first, before anything is asked.
      let (danger, form) = (try #require(page.text.range(of: "tel:911")), try #require(page.text.range(of: "<form")))
      #expect(danger.lowerBound < form.lowerBound && !page.contains("type=\"file\""))
      time.move(.minutes(2))
      let empty = try await phone.submit(page, ["place": "Una calle"], action: "/tip")
      #expect(empty.status == .unprocessableContent && empty.contains("Es lo único que hace falta"))
      #expect(empty.contains("value=\"Una calle\""))
      page = try await phone.submit(
        empty,
        [
          "what": "Duermen en el <taller>\nNo salen", "danger": "yes", "way": "099 555 0123", "province": "EC-P",
          "children": "unknown",
        ], action: "/tip")
      #expect(page.status == .ok && page.contains("Su mensaje llegó") && page.contains("tel:911"))
      let code = try code(page)
      #expect(page.contains("Casa Canario dice que responde en 4 días"))
      // Nothing stays on the phone, and nothing that was told is on the page.
      #expect(phone.cookies.isEmpty && !page.contains("taller") && !page.contains("099"))

      let desk = TestBrowser(house)
      try await desk.signIn("mesa")
      #expect(try await desk.get("/").contains("Leer un mensaje de peligro"))
      var inbox = try await desk.get("/tips")
      #expect(inbox.contains("Mensaje: alguien en peligro") && inbox.contains("Sin leer: 1"))
      #expect(!inbox.contains("taller") && !inbox.contains("099"))
      let address = try inbox.link("/tips/[0-9a-hjkmnp-tv-z]{26}")
      let notice = try await desk.get("/notices")
      #expect(notice.contains("alguien corre peligro"))
      #expect(
        try await desk.submit(notice, action: try notice.action("/notices/[0-9a-z]{26}/open")).location == address)
      var tip = try await desk.get(address)
      #expect(tip.contains("Duermen en el &lt;taller&gt;") && tip.contains("099 555 0123") && tip.contains("tel:911"))
      #expect(try await desk.submit(tip, ["words": ""], action: address + "/answer").status == .unprocessableContent)
      let asked = try await desk.submit(
        tip, ["words": "¿En qué calle?", "kind": "question"], action: address + "/answer")
      #expect(asked.location == address)
      // The same form again says it once; another of before is told so, and keeps what was typed.
      #expect(
        try await desk.submit(tip, ["words": "¿En qué calle?", "kind": "question"], action: address + "/answer")
          .location == address)
      let stale = try await desk.submit(tip, ["outcome": "misuse", "last": "Adiós"], action: address + "/close")
      #expect(stale.status == .conflict && stale.contains("Adiós</textarea>") && stale.contains("Alguien lo cambió"))

      page = try await phone.get("/tip/answer")
      let wrong = try await phone.submit(page, ["code": "k3wq-1111"], action: "/tip/answer")
      #expect(wrong.status == .unprocessableContent && wrong.contains("No hay ningún mensaje"))
      page = try await phone.submit(page, ["code": code.uppercased()], action: "/tip/answer")
      #expect(page.status == .ok && page.contains("Casa Canario le pregunta algo") && page.contains("¿En qué calle?"))
      #expect(!page.contains(code) && phone.cookies.isEmpty && page.headers[.cacheControl] == "no-store")
      page = try await phone.submit(page, ["words": "En la de los sastres"], action: "/tip/answer/add")
      #expect(page.contains("Se añadió a su mensaje") && page.contains("En la de los sastres"))
      page = try await phone.submit(page, action: "/tip/answer/contact")
      #expect(page.contains("datos de contacto se borraron") && !page.contains("099 555"))
      page = try await phone.submit(page, ["passing": "helpers"], action: "/tip/answer/passing")
      #expect(page.contains("Guardado."))

      inbox = try await desk.get("/tips")
      #expect(inbox.contains("Sin leer: 1"))
      tip = try await desk.get(address)
      #expect(tip.contains("En la de los sastres") && !tip.contains("099 555"))
      #expect(tip.contains("no a policía"))
      let unsure = try await phone.submit(page, action: "/tip/answer/withdraw")
      #expect(unsure.status == .unprocessableContent && unsure.contains("Marque la casilla"))
      page = try await phone.submit(page, ["sure": "yes"], action: "/tip/answer/withdraw")
      #expect(page.contains("Su mensaje se retiró"))
      #expect(try await phone.submit(page, ["code": code], action: "/tip/answer").status == .unprocessableContent)
      tip = try await desk.get(address)
      #expect(tip.contains("Quien escribió retiró este mensaje") && !tip.contains("sastres"))
    }
  }

  @Test(arguments: TestEngine.available) func theFormIsKindToWhoHurriesAndWhoWaits(_ engine: Engine) async throws {
    try await withDesk(engine) { house, time in
      try await open(house)
      let phone = TestBrowser(house)
      phone.acceptLanguage = "es"
      let page = try await phone.get("/tip")
      let words = ["what": "Algo pasa", "place": "Aquí"]
      var again = try await phone.submit(page, words, action: "/tip")
      #expect(again.status == .unprocessableContent && again.contains("Presione Enviar una vez más"))
      #expect(again.contains("Algo pasa</textarea>") && again.contains("value=\"Aquí\""))
      time.move(.minutes(1))
      // A program fills what nobody sees; a browser that did so by itself is asked once more.
      again = try await phone.submit(again, ["website": "http://x"], action: "/tip")
      #expect(again.status == .unprocessableContent && !again.contains("http://x"))
      // The page lay open over night.
      time.move(.hours(20))
      again = try await phone.submit(again, action: "/tip")
      #expect(again.status == .unprocessableContent && again.contains("Algo pasa</textarea>"))
      let sent = try await phone.submit(again, action: "/tip")
      let code = try code(sent)
      // The answer was lost on the way: the same form gives the same code, and says what it did not take.
      let lost = try await phone.submit(again, ["what": "Otra cosa"], action: "/tip")
      #expect(try self.code(lost) == code && lost.contains("Este mensaje ya había llegado"))
      // A page of another site can send nothing here, and no form is too long to be told so.
      let foreign = try await phone.post(
        "/tip", [("what", "x")], headers: [try #require(HTTPField.Name("Sec-Fetch-Site")): "cross-site"])
      #expect(foreign.status == .forbidden)
      let long = try await phone.submit(page, ["what": String(repeating: "a", count: 5000)], action: "/tip")
      #expect(long.status == .unprocessableContent && long.contains("como máximo 4000"))
      #expect(try await phone.get("/tip/answer/add").status == .methodNotAllowed)
    }
  }

  @Test(arguments: TestEngine.available) func theReaderSeesWhoWillReadBeforeItGoes(_ engine: Engine) async throws {
    try await withDesk(engine) { house, time in
      try await open(house)
      let made = try await house.desks.agencies.create(
        .console, name: "Casa del Norte", kind: "ngo", province: "EC-C", administrator: "Nora", login: "nora")
      _ = try await house.desks.members.accept(made.invitation, password: WebHouse.password)
      let link = try await house.desks.members.invite(
        try await house.actor("nora"), name: "Nela", login: "norte", roles: [.supervisor])
      _ = try await house.desks.members.accept(link, password: WebHouse.password)
      try await house.desks.tips.receive(
        try await house.actor("norte"),
        TipReceiver(agency: made.agency, name: "", kind: "", isOpen: true, provinces: ["EC-C"], answerDays: 2))
      for (language, notice) in [("es", "Su mensaje lo leerá Casa del Norte"), ("en", "Casa del Norte will read")] {
        let phone = TestBrowser(house)
        phone.acceptLanguage = language == "es" ? "en" : "es"
        let page = try await phone.get("/tip?in=\(language)")
        #expect(page.contains("lang=\"\(language)\"") && page.contains("href=\"/tip?in=es\"") == (language == "en"))
        time.move(.minutes(1))
        let shown = try await phone.submit(page, ["what": "Algo", "province": "EC-C"], action: "/tip")
        #expect(shown.status == .unprocessableContent && shown.contains(notice), "\(language)")
        #expect(shown.contains("Algo</textarea>"))
        let sent = try await phone.submit(shown, action: "/tip")
        #expect(sent.status == .ok && sent.contains("Casa del Norte"))
        #expect(phone.cookies.isEmpty)
      }
      #expect(try await house.desks.tips.inbox(try await house.actor("norte")).tips.count == 2)
      #expect(try await house.desks.tips.inbox(try await house.actor("mesa")).tips.isEmpty)
    }
  }

  @Test(arguments: TestEngine.available) func theDeskLinksAndCloses(_ engine: Engine) async throws {
    try await withDesk(engine) { house, _ in
      try await open(house)
      try await house.join("caso", [.caseWorker, .referralDesk])
      let arrival = try await house.desks.tips.send(
        TipLetter(to: try await house.actor("mesa").agency, content: TipContent(what: "Algo pasa")),
        ticket: house.desks.tips.ticket(at: house.desks.office.clock.now() - .minutes(1)).text, client: "x")
      let desk = TestBrowser(house)
      try await desk.signIn("caso")
      let address = "/tips/\(arrival.id)"
      var page = try await desk.get(address)
      #expect(page.contains("pide que se le pregunte primero"))
      #expect(try await desk.submit(page, action: address + "/take").location == address)
      page = try await desk.get(address)
      #expect(page.contains("En atención") && page.contains("href=\"/cases/new\""))
      let wrong = try await desk.submit(page, ["case": "AAAA-AAAA"], action: address + "/link")
      #expect(wrong.status == .unprocessableContent && wrong.contains("value=\"AAAA-AAAA\""))
      let id = CaseID.random()
      try await house.desks.cases.open(
        try await house.actor("caso"), id: id,
        CaseOpening(
          person: .new(.random(), PersonIdentity(givenNames: "Rosa", birth: .year(1980)), SafeContact()),
          kind: "trafficking", province: "EC-P"))
      let code = try await house.desks.cases.workList(try await house.actor("caso")).rows[0].summary.code
      #expect(try await desk.submit(page, ["case": code.description], action: address + "/link").location == address)
      page = try await desk.get(address)
      #expect(page.contains("href=\"/cases/\(id)\""))
      let form = page
      #expect(
        try await desk.submit(form, ["outcome": ""], action: address + "/close").status == .unprocessableContent)
      #expect(try await desk.submit(form, ["outcome": "helped"], action: address + "/close").location == address)
      #expect(try await desk.get("/tips").contains("No hay mensajes por atender"))
      #expect(try await desk.get("/tips?show=ended").contains("La persona recibió ayuda"))
      page = try await desk.get(address)
      #expect(page.contains("Volver a tomarlo") && !page.contains(address + "/answer"))
      // Somebody else's, and one that never was.
      let other = try await desk.get("/tips/\(TipID.random())")
      #expect(other.status == .notFound)
    }
  }

  /// Two thousand messages at once: the cap holds, the rest of the site answers, and the store hardly grows.
  @Test(arguments: [Engine.sqlite]) func aFloodKeepsTheRestUp(_ engine: Engine) async throws {
    try await withDesk(engine) { house, time in
      try await open(house)
      let agency = try await house.actor("mesa").agency.description
      let tickets = (0..<2_000).map { _ in
        house.desks.tips.ticket(at: house.desks.office.clock.now() - .minutes(1)).text
      }
      let what = String(repeating: "Relleno ", count: 499)
      let site = house.site
      let statuses = try await withThrowingTaskGroup(of: [Int].self) { group in
        for part in 0..<8 {
          group.addTask {
            let browser = TestBrowser(site)
            var statuses: [Int] = []
            for ticket in tickets[part * 250..<(part + 1) * 250] {
              statuses.append(
                try await browser.post("/tip", [("what", what), ("agency", agency), ("ticket", ticket)]).status.code)
            }
            return statuses
          }
        }
        // Meanwhile somebody reads, somebody works, and somebody looks whether the house is well.
        let (reader, member) = (TestBrowser(site), TestBrowser(site))
        try await member.signIn("mesa")
        for _ in 0..<20 {
          for (browser, path) in [
            (reader, "/es"), (reader, "/tip"), (reader, "/health"), (member, "/tips"), (member, "/"),
          ] {
            let begun = ContinuousClock.now
            let status = try await browser.get(path).status
            #expect(status == .ok, "\(path)")
            #expect(ContinuousClock.now - begun < .seconds(180), "\(path)")
          }
        }
        return try await group.reduce(into: [Int]()) { $0 += $1 }
      }
      // One address, so the number for a place holds first.
      let taken = statuses.filter { $0 == 200 }.count
      #expect(statuses.count == 2_000 && taken == 20)
      #expect(statuses.filter { $0 == 429 }.count == 2_000 - taken)
      let rows = try await wholeContent(of: house.desks.office.database, engine)
      #expect(rows["tips"]?.count == taken && (rows["notices"]?.count ?? 0) <= 4)
      #expect(!rows.values.joined().contains { $0.contains("192.0.2.1") || $0.contains("Relleno") })
      // What was typed is still there, with numbers to call, and goes through an hour later.
      let phone = TestBrowser(site)
      phone.acceptLanguage = "es"
      let page = try await phone.get("/tip")
      time.move(.minutes(1))
      let held = try await phone.submit(page, ["what": "De verdad"], action: "/tip")
      #expect(held.status == .tooManyRequests && held.contains("todavía no se envió") && held.contains("tel:911"))
      #expect(held.contains("De verdad</textarea>"))
      time.move(.hours(1))
      #expect(try await phone.submit(held, action: "/tip").contains("Su mensaje llegó"))
    }
  }

  @Test func theFirstPagesLeadThere() async throws {
    try await withSite(.sqlite) { house in
      for language in ["es", "en"] {
        let browser = TestBrowser(house)
        let page = try await browser.get("/\(language)")
        // In the language in which one reads, and without a cookie that remembers it.
        #expect(page.contains("href=\"/tip?in=\(language)\""))
        #expect(try await browser.get("/tip?in=\(language)").contains("<html lang=\"\(language)\">"))
        #expect(browser.cookies.isEmpty)
      }
    }
  }
}

extension TestBrowser.Page {
  /// The action of the first form whose address matches.
  fileprivate func action(_ pattern: String) throws -> String {
    let found = try text.firstMatch(of: Regex<(Substring, Substring)>("action=\"(\(pattern))\""))
    return String(try #require(found).1)
  }
}
