import Accounts
import Basics
import Casework
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

@Suite struct MinePagesTests {
  @Test(arguments: TestEngine.available) func aPersonLooksAsksAndTakesBackWithAPaper(_ engine: Engine) async throws {
    try await withOpenCase(engine) { house, browser, address in
      let other = try await house.desks.agencies.create(
        .console, name: "Casa del Norte", kind: "ngo", province: "EC-O", administrator: "N", login: "nadmin"
      ).agency
      let id = try #require(CaseID(String(address.dropFirst("/cases/".count))))
      let (cases, worker) = (house.desks.cases, try await house.actor("worker"))
      try await cases.giveConsent(
        worker, id, id: .random(),
        ConsentRequest(
          purpose: "assistance", recipient: other, kinds: [.needs], until: cases.today.adding(days: 9),
          decidedBy: .person, language: .spanish, explained: ConsentRequest.allExplained))
      #expect(try await browser.get(address).contains("href=\"\(address)/receipt\""))
      var page = try await browser.get(address + "/receipt")
      #expect(
        try await browser.submit(page, ["word": "abc"], action: address + "/receipt").status == .unprocessableContent)
      page = try await browser.submit(page, ["word": "Cóndor"], action: address + "/receipt")
      #expect(page.status == .ok && page.contains("<svg") && page.contains("Su consulta"))
      #expect(!page.contains("Rosa") && !page.contains("Quispe") && !page.contains("Cóndor"))
      let code = String(try #require(page.text.firstMatch(of: /class="code">([0-9a-z-]{31})</)).1)

      // Nobody's browser.
      let phone = TestBrowser(house)
      var mine = try await phone.get("/mine")
      #expect(mine.contains("<title>Consulta · Amparo</title>") && mine.headers[.cacheControl] == "no-store")
      let wrong = try await phone.submit(mine, ["code": code, "word": "llama"])
      #expect(wrong.status == .unprocessableContent && wrong.contains("no coinciden") && !wrong.contains("llama"))
      #expect(try await phone.submit(mine, ["code": code, "word": "condor"]).location == "/mine")
      mine = try await phone.get("/mine")
      for words in ["Casa Canario", "Casa del Norte", "Todavía no", "Vigente", "Corregir algo que está mal"] {
        #expect(mine.contains(words), "\(words)")
      }
      #expect(mine.contains("data-quick-exit") && !mine.contains("Quispe") && !mine.contains("Rosa"))
      let json = try await phone.get("/mine/record.json")
      #expect(json.contains("\"recipient\" : \"Casa del Norte\"") && json.contains("\"needs\""))
      #expect(json.headers[.contentDisposition] == "attachment; filename=\"amparo-mine.json\"")
      #expect(try await phone.get("/mine/print").contains("Casa del Norte"))

      let ask = try await phone.get("/mine/ask/correct")
      #expect(try await phone.submit(ask, action: "/mine/ask/correct").status == .unprocessableContent)
      #expect(
        try await phone.submit(ask, ["words": "Mi <fecha>"], action: "/mine/ask/correct").location == "/mine#requests")
      #expect(try await phone.get("/mine/ask/withdraw").status == .notFound)
      let consent = try mine.link("/mine/consents/[0-9a-z]{26}")
      let effect = try await phone.get(consent)
      #expect(effect.contains("Casa del Norte deja de ver"))
      #expect(try await phone.submit(effect, action: consent).location == "/mine#shares")
      mine = try await phone.get("/mine")
      #expect(mine.contains("Retirado") && mine.contains("Lo que usted pidió"))

      let due = try await browser.get("/cases/due")
      #expect(due.contains("Pedido de la persona") && due.contains("href=\"\(address)/rights/requests/"))
      let rights = try await browser.get(address + "/rights")
      #expect(rights.contains("Corregir datos") && rights.contains("Retiró un consentimiento"))
      let one = try #require(
        try rights.text.firstMatch(of: Regex<(Substring, Substring)>("href=\"([^\"]+)\"[^>]*>Corregir datos"))
      ).1
      let request = try await browser.get(String(one))
      #expect(request.contains("Mi &lt;fecha&gt;") && request.contains("Llegó con el papel"))
      #expect(!request.contains("value=\"refused\""))
      #expect(
        try await browser.submit(request, ["answer": "granted"], action: String(one)).location == address + "/rights")
      #expect(try await browser.get(address + "/receipt/record").contains("Casa del Norte"))
      #expect(try await browser.get(address + "/history").contains("La persona retiró un consentimiento"))

      mine = try await phone.get("/mine")
      _ = try await phone.submit(mine, action: "/mine/leave")
      for path in ["/mine/print", "/mine/record.json", consent, "/mine/ask/copy"] {
        #expect(try await phone.get(path).location == "/mine?over=1", "\(path)")
      }
      // In English, after the paper was taken back.
      _ = try await browser.submit(try await browser.get(address + "/receipt"), action: address + "/receipt/end")
      phone.acceptLanguage = "en"
      mine = try await phone.get("/mine?over=1")
      #expect(mine.contains("The look is over"))
      #expect(try await phone.submit(mine, ["code": code, "word": "condor"]).contains("don&#39;t match"))
    }
  }

  @Test(arguments: TestEngine.available) func theDoorSlowsDownWhoGuesses(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      let phone = TestBrowser(house)
      let door = try await phone.get("/mine")
      var last = door
      // Pauses are by the clock of the wall: a slow machine guesses slowly.
      for _ in 0..<60 where last.status != .tooManyRequests {
        last = try await phone.submit(door, ["code": "k3wq-1111", "word": "abcd"])
      }
      #expect(last.status == .tooManyRequests && last.contains("demasiados intentos"))
    }
  }
}
