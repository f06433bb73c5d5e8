import Accounts
import Basics
import Foundation
import HTTPTypes
import Records
import Referrals
import TestSupport
import Testing

@testable import Web

@Suite struct ConnectionPagesTests {
  @Test(arguments: TestEngine.available) func aKeyIsMadeShownOnceAndEnded(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      let browser = TestBrowser(house)
      browser.acceptLanguage = "es"
      try await browser.signIn("ana")
      let form = try await browser.get("/connections/keys/new")
      let wrong = try await browser.submit(form, ["name": "", "days": "366"])
      #expect(wrong.status == .unprocessableContent && wrong.contains("role=\"alert\""))
      let made = try await browser.submit(form, ["name": "Registro", "days": "30"], further: [("rights", "read")])
      let secret = try #require(made.text.firstMatch(of: /amparo_[A-Za-z0-9_-]{43}/).map { String($0.0) })
      // The same form again makes no second one and shows no secret.
      let again = try await browser.submit(form, ["name": "Registro", "days": "30"], further: [("rights", "read")])
      #expect(again.status == .conflict && !again.contains("amparo_"))
      let program = try await house.desks.apiKeys.actor(secret, client: "test")
      let list = try await browser.get("/connections")
      #expect(
        list.contains("Registro") && !list.contains("amparo_")
          && list.contains("/connections/keys/\(program.member)/end"))
      let end = try await browser.get("/connections/keys/\(program.member)/end")
      #expect(try await browser.submit(end).location == "/connections")
      #expect((try? await house.desks.apiKeys.actor(secret, client: "test")) == nil)
    }
  }

  @Test(arguments: TestEngine.available) func anAddressIsRegisteredTurnedAndRemoved(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      let browser = TestBrowser(house)
      try await browser.signIn("ana")
      let form = try await browser.get("/connections/webhooks/new")
      for address in ["http://example.org/", "https://localhost/", "https://10.0.0.1/"] {
        let refused = try await browser.submit(form, ["address": address], further: [("events", "referral.ended")])
        #expect(refused.status == .unprocessableContent && !refused.contains("whsec_"), "\(address)")
      }
      let made = try await browser.submit(
        form, ["address": "https://hooks.example.org/x?key=CLAVE"], further: [("events", "referral.ended")])
      #expect(made.contains("whsec_"))
      let list = try await browser.get("/connections")
      #expect(list.contains("hooks.example.org") && !list.contains("CLAVE") && !list.contains("whsec_"))
      let path = try #require(list.text.firstMatch(of: /\/connections\/webhooks\/[0-9a-z]{26}/).map { String($0.0) })
      let page = try await browser.get(path)
      #expect(page.contains("CLAVE"))
      for state in ["off", "on", "removed"] {
        let turned = try await browser.submit(page, ["state": state], action: path + "/turn")
        #expect(turned.status == .seeOther)
      }
      #expect(try await browser.get(path).status == .notFound)
      #expect(try await browser.submit(page, ["state": "failed"], action: path + "/turn").status == .badRequest)
    }
  }
}
