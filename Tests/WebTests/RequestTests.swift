import Accounts
import Basics
import Foundation
import HTTPTypes
import Hummingbird
import Records
import TestSupport
import Testing

@testable import Web

/// What arrives broken, foreign or unasked gets a clear page and the headers of every other page.
@Suite struct RequestTests {
  static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

  @Test func everyAnswerCarriesTheHeaders() async throws {
    try await withSite(.sqlite) { house in
      let browser = TestBrowser(house)
      var pages = [
        try await browser.get("/"), try await browser.get("/sign-in"), try await browser.get("/nothing/here"),
        try await browser.send(.delete, "/sign-in"), try await browser.send(.put, "/health"),
        try await browser.post("/sign-in", []), try await browser.get("/members"),
        try await browser.get("/assets/amparo.css"), try await browser.get("/assets/none.css"),
        try await browser.get("/robots.txt"), try await browser.get("/language/en?to=/"),
      ]
      try await browser.signIn("ana")
      pages += [try await browser.get("/"), try await browser.get("/members"), try await browser.get("/account")]
      for page in pages {
        #expect(page.headers[.contentSecurityPolicy] == SecurityHeaders.policy)
        #expect(page.headers[.xContentTypeOptions] == "nosniff")
        for (name, value) in [
          "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
          "Cross-Origin-Resource-Policy": "same-origin", "X-Robots-Tag": "noindex, nofollow",
        ] { #expect(page.headers[try #require(HTTPField.Name(name))] == value) }
        #expect(page.headers[.strictTransportSecurity] == nil)
        #expect(page.headers[.cacheControl] != nil)
        if page.headers[.contentType]?.hasPrefix("text/html") == true {
          #expect(page.headers[.cacheControl] == "no-store")
        }
      }
      #expect(pages[2].status == .notFound)
      #expect(pages[3].status == .methodNotAllowed && pages[3].headers[.allow] == "GET, HEAD, POST")
      #expect(pages[4].status == .methodNotAllowed)
      #expect(pages[6].location == "/sign-in?to=%2Fmembers")
      let style = try await browser.get(
        try #require(
          pages[1].text.firstMatch(of: /href="(\/assets\/amparo\.css[^"]+)"/).map { String($0.1) }))
      #expect(style.headers[.cacheControl] == "public, max-age=31536000, immutable")
      let again = try await browser.get(
        "/assets/amparo.css", headers: [.ifNoneMatch: try #require(style.headers[.eTag])])
      #expect(again.status == .notModified)
    }
  }

  @Test func underTLSCookiesAreBoundToTheHost() async throws {
    try await withSite(.sqlite, settings: SiteSettings(publicAddress: "https://amparo.example/")) { house in
      let browser = TestBrowser(house)
      let page = try await browser.get("/sign-in")
      #expect(page.headers[.strictTransportSecurity] == "max-age=31536000" && !page.headers[values: .setCookie].isEmpty)
      try await browser.signIn("ana")
      #expect(Set(browser.cookies.keys) == ["__Host-amparo-session", "__Host-amparo-form"])
      for cookie in page.headers[values: .setCookie] {
        for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] { #expect(cookie.contains(part)) }
        #expect(!cookie.contains("Domain"))
      }
    }
  }

  @Test func aFormOfAnotherSiteIsRefused() async throws {
    try await withSite(.sqlite) { house in
      let browser = TestBrowser(house)
      let stranger = TestBrowser(house)
      let page = try await browser.get("/sign-in")
      let tag = try #require(browser.forms(page).first?.fields.first { $0.0 == "csrf" }).1
      let fields = [("login", "ana"), ("password", WebHouse.password)]
      #expect(try await browser.post("/sign-in", fields).status == .forbidden)
      #expect(try await browser.post("/sign-in", fields + [("csrf", "")]).status == .forbidden)
      #expect(try await browser.post("/sign-in", fields + [("csrf", tag + "x")]).status == .forbidden)
      #expect(try await browser.post("/sign-in", fields + [("csrf", tag), ("csrf", tag)]).status == .forbidden)
      // Another visitor's tag.
      #expect(try await stranger.post("/sign-in", fields + [("csrf", tag)]).status == .forbidden)
      for (name, value) in [
        ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "https://evil.example"),
        ("Origin", "http://evil.example:8080"),
      ] {
        let headers: HTTPFields = [try #require(HTTPField.Name(name)): value]
        let answer = try await browser.post("/sign-in", fields + [("csrf", tag)], headers: headers)
        #expect(answer.status == .forbidden, "\(name): \(value)")
        #expect(answer.contains("Este formulario ya no es válido"))
      }
      #expect(browser.cookies["amparo-session"] == nil)
      let own: HTTPFields = [try #require(HTTPField.Name("Sec-Fetch-Site")): "same-origin", .origin: "null"]
      #expect(try await browser.post("/sign-in", fields + [("csrf", tag)], headers: own).status == .seeOther)
      // The tag from before signing in is nobody's now.
      #expect(try await browser.post("/sign-out", [("csrf", tag)]).status == .forbidden)
    }
  }

  @Test(arguments: ["es", "en"]) func brokenRequestsGetAClearPage(_ language: String) async throws {
    let sentences =
      language == "es"
      ? ["incompleta o dañada", "demasiado grande", "sus propios formularios"]
      : ["incomplete or damaged", "too large", "its own forms"]
    try await withSite(.sqlite) { house in
      let browser = TestBrowser(house)
      browser.acceptLanguage = "fr, \(language);q=0.8"
      func post(_ body: [UInt8], _ type: String = "application/x-www-form-urlencoded") async throws -> TestBrowser.Page
      {
        try await browser.send(.post, "/sign-in", headers: [.contentType: type], body: body)
      }
      let broken: [[UInt8]] = [
        Array("login=%zz".utf8), Array("login=%a".utf8), Array("login=%".utf8), Array("login=a%00b".utf8),
        Array("login=%C3%28".utf8), [0x6C, 0x3D, 0xFF, 0xFE], Array("login=a\u{0}b".utf8), Array("l=%1B".utf8),
        Array(String(repeating: "a=b&", count: 3000).utf8),
      ]
      for body in broken {
        let page = try await post(body)
        #expect(page.status == .badRequest)
        #expect(page.contains(sentences[0]) && page.contains("<html lang=\"\(language)\">"))
      }
      let large = try await post(Array(repeating: 0x61, count: FormGuard.largestForm + 1))
      #expect(large.status == .contentTooLarge && large.contains(sentences[1]))
      for type in [
        "", "application/json", "text/plain", "multipart/form-data",
        "application/x-www-form-urlencoded; charset=iso-8859-1",
      ] {
        let page = try await post(Array("login=a".utf8), type)
        #expect(page.status == .unsupportedMediaType && page.contains(sentences[2]), "\(type)")
      }
      #expect(try await browser.get("/?page=%zz").status == .badRequest)
      #expect(try await browser.get("/members/not-an-id/leave").status == .seeOther)
      try await browser.signIn("ana")
      #expect(try await browser.get("/members/not-an-id/leave").status == .notFound)
      #expect(try await browser.get("/members/\(MemberID.random())/leave").status == .notFound)
    }
  }

  @Test func theLanguageIsRememberedAndLeadsBack() async throws {
    try await withSite(.sqlite) { house in
      let browser = TestBrowser(house)
      #expect(try await browser.get("/sign-in").contains("<html lang=\"es\">"))
      browser.acceptLanguage = "en-GB,en;q=0.9,es;q=0.5"
      let page = try await browser.get("/sign-in?to=%2Fmembers")
      #expect(page.contains("<html lang=\"en\">"))
      let back = try #require(page.text.firstMatch(of: /href="(\/language\/es[^"]+)"/).map { String($0.1) })
      #expect(try await browser.get(back).location == "/sign-in?to=%2Fmembers")
      #expect(try await browser.get("/sign-in").contains("<html lang=\"es\">"))
      for evil in ["//evil.example", "https://evil.example", "/%5Cevil.example", "/%0d%0aX:y", "%2F%2Fevil"] {
        #expect(try await browser.get("/language/en?to=\(evil)").location == "/", "\(evil)")
      }
      #expect(try await browser.get("/language/xx").status == .notFound)
    }
  }

  @Test func whatIsThrownBecomesOneSentence() {
    let expected: [(any Error, Int, String)] = [
      (Refusal.notFound, 404, "error.not_found"), (Refusal.forbidden, 403, "error.forbidden"),
      (Refusal.conflict, 409, "error.conflict"),
      (Refusal(.tooMany, Phrase("error.sign_in_wait")), 429, "error.sign_in_wait"),
      (Refusal(.noBasis, Phrase("error.no_basis")), 403, "error.no_basis"),
      (Refusal.fields([]), 422, "error.check_fields"), (DatabaseFailure.unavailable, 503, "error.unavailable"),
      (DatabaseFailure.storageFull, 507, "error.storage_full"), (DatabaseFailure.contended, 409, "error.conflict"),
      (DatabaseFailure.constraint("x"), 409, "error.conflict"), (DatabaseFailure.unaudited, 500, "error.unexpected"),
      (RefusedRequest.malformed, 400, "error.malformed"),
    ]
    for (error, status, key) in expected {
      let problem = Problem(error)
      #expect(problem.status.code == status && problem.phrase.key == key)
      #expect(problem.isOurs == (error is DatabaseFailure && error as? DatabaseFailure != .contended))
    }
  }
}
