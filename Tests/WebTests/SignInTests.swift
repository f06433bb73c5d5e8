import Accounts
import Basics
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

@Suite struct SignInTests {
  @Test(arguments: TestEngine.available) func aMemberSignsInAndOut(_ engine: Engine) async throws {
    try await withSite(engine) { house in
      let browser = TestBrowser(house)
      #expect(try await browser.get("/").location == "/es")
      #expect(try await browser.get("/es").contains("sign-in"))
      try await browser.signIn("ana")
      let home = try await browser.get("/")
      #expect(home.status == .ok)
      #expect(home.contains("Ana Canario") && home.contains("Casa Canario"))
      #expect(try await browser.submit(home, action: "/sign-out").location == "/")
      #expect(try await browser.get("/").location == "/es")
    }
  }
}
