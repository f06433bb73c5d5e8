import Basics
import Foundation
import HTTPTypes
import Hummingbird
import Records
import Synchronization
import TestSupport
import Testing

@testable import Web

/// The public pages as a browser and what stands between meet them.
@Suite struct PublicDoorTests {
  @Test(arguments: ["es", "en"]) func theFrontPageSaysDangerFirst(_ language: String) async throws {
    try await withSite(.sqlite, settings: SiteSettings(publicAddress: "https://amparo.example")) { house in
      let page = try await TestBrowser(house).get("/\(language)")
      #expect(page.status == .ok && page.contains("<html lang=\"\(language)\">"))
      let danger = try #require(page.text.range(of: "class=\"call\"")).lowerBound
      let ways = try #require(page.text.range(of: "id=\"ways\"")).lowerBound
      #expect(danger < ways)
      #expect(page.contains("tel:1800335486") && page.contains("2024"))
      // A number that the institution has not confirmed says so; one that sources contradict does not stand here.
      let unconfirmed = language == "es" ? "falta confirmarlo con la institución" : "not yet confirmed"
      #expect(page.contains("tel:911") && page.contains(unconfirmed))
      #expect(!page.contains("tel:171"))
      #expect(page.contains("data-quick-exit") && page.contains("href=\"/tip?in=\(language)\""))
      for (name, text) in [
        ("og:title", language == "es" ? "Ayuda contra" : "Help against"),
        ("og:image", "https://amparo.example/\(language)/card"), ("og:url", "https://amparo.example/\(language)"),
      ] { #expect(page.text.contains("property=\"\(name)\" content=\"\(text)"), "\(name)") }
      let data = try #require(
        page.text.firstMatch(of: /<script type="application\/ld\+json">(.*?)<\/script>/).map { String($0.1) })
      let site = try #require(
        try JSONSerialization.jsonObject(with: Data(data.utf8)) as? [String: Any])
      #expect(site["@type"] as? String == "WebSite" && site["inLanguage"] as? String == language)
      #expect(!page.contains("⟦") && !page.contains("{{"))
    }
  }

  @Test func whoOnlyReadsGetsNoCookie() async throws {
    try await withSite(.sqlite) { house in
      let browser = TestBrowser(house)
      // The address that is typed, one that does not exist, and open pages that a public page leads to.
      for path in [
        "/", "/es", "/en/figures", "/es/none", "/none", "/favicon.ico", "/open-data", "/open-records", "/tip",
      ] {
        _ = try await browser.get(path)
        #expect(browser.cookies.isEmpty, "\(path)")
      }
      // A form that is bound to its reader brings one, and works.
      let page = try await browser.get("/sign-in")
      #expect(Set(browser.cookies.keys) == ["amparo-form"])
      let wrong = try await browser.submit(page, ["login": "nadie", "password": "no"], action: "/sign-in")
      #expect(wrong.status == .unprocessableContent)
    }
  }

  @Test func anOpenPageIsReadInTheLanguageOfTheLink() async throws {
    try await withSite(.sqlite) { house in
      let browser = TestBrowser(house)
      browser.acceptLanguage = "en"
      for (path, language) in [
        ("/open-data?in=es", "es"), ("/certificate?in=es", "es"), ("/open-data", "en"), ("/open-data?in=xx", "en"),
        ("/open-data?in=", "en"),
      ] { #expect(try await browser.get(path).contains("<html lang=\"\(language)\">"), "\(path)") }
      #expect(try await browser.get("/es").contains("href=\"/open-data?in=es\""))
      // Who chose a language on such a page keeps it.
      _ = try await browser.get("/language/en?to=%2Fopen-data%3Fin%3Des")
      #expect(try await browser.get("/open-data?in=es").contains("<html lang=\"en\">"))
    }
  }

  @Test func strangersAreLedToTheirLanguage() async throws {
    try await withSite(.sqlite) { house in
      let browser = TestBrowser(house)
      #expect(try await browser.get("/").location == "/es")
      for (wanted, address) in [
        ("en-GB,en;q=0.9,es;q=0.5", "/en"), ("fr,en;q=0.3", "/fr"), ("pt-BR", "/pt"), ("de,en;q=0.3", "/en"),
        ("qu", "/es"), ("es-EC", "/es"),
      ] {
        browser.acceptLanguage = wanted
        let answer = try await browser.get("/")
        #expect(answer.status == .seeOther && answer.location == address, "\(wanted)")
        #expect(answer.headers[.cacheControl] == "no-store")
      }
      // What a reader chose counts for more than what the browser asks for.
      browser.acceptLanguage = "es"
      _ = try await browser.get("/language/en?to=/")
      #expect(try await browser.get("/").location == "/en")
    }
  }

  @Test func itKnowsNoVisitor() async throws {
    try await withSite(.sqlite) { house in
      let (stranger, member) = (TestBrowser(house), TestBrowser(house))
      try await member.signIn("ana")
      for path in ["/es", "/en", "/es/search", "/es/search?q=ayuda", "/es/none", "/sitemap.xml", "/es/card"] {
        let (one, other) = (try await stranger.get(path), try await member.get(path))
        #expect(one.text == other.text && one.headers == other.headers, "\(path)")
        #expect(one.headers[.setCookie] == nil && one.headers[.robots] == nil, "\(path)")
        #expect(one.headers[.contentSecurityPolicy] == SecurityHeaders.policy)
        #expect(one.headers[.xContentTypeOptions] == "nosniff")
      }
      #expect(stranger.cookies.isEmpty)
      #expect(!(try await member.get("/es")).contains("Ana Canario"))
    }
  }

  @Test func whatIsKeptAndByWhom() async throws {
    try await withSite(.sqlite) { house in
      let browser = TestBrowser(house)
      let page = try await browser.get("/es")
      let kept = "public, max-age=60, stale-while-revalidate=600"
      #expect(page.headers[.cacheControl] == kept && page.headers[.vary] == "Accept-Encoding")
      #expect(page.headers[.contentLength] == String(page.text.utf8.count))
      let tag = try #require(page.headers[.eTag])
      for known in [tag, "W/" + tag, "\"x\", \(tag)", "\"x\",W/\(tag) , \"y\"", "*"] {
        let again = try await browser.get("/es", headers: [.ifNoneMatch: known])
        #expect(again.status == .notModified && again.text.isEmpty, "\(known)")
        #expect(again.headers[.eTag] == tag && again.headers[.cacheControl] == kept)
        // A length is that of what one has (RFC 9110, 8.6), never 0.
        #expect(again.headers[.contentLength] == page.headers[.contentLength] && again.headers[.contentType] == nil)
      }
      for other in ["\"x\"", String(tag.dropLast(2)) + "\"", "", tag.replacing("\"", with: "")] {
        #expect(try await browser.get("/es", headers: [.ifNoneMatch: other]).status == .ok, "\(other)")
      }
      let packed = try await browser.get("/es", headers: [.acceptEncoding: "br, gzip"])
      #expect(packed.headers[.contentEncoding] == "gzip" && packed.headers[.eTag] != tag)
      #expect((packed.headers[.contentLength].flatMap { Int($0) } ?? 0) * 2 < page.text.utf8.count)
      for header in ["gzip, deflate, br, zstd", "gzip"] {
        #expect(try await browser.get("/es", headers: [.acceptEncoding: header]).headers == packed.headers)
      }
      #expect(try await browser.get("/es", headers: [.acceptEncoding: "gzip;q=0"]).headers[.contentEncoding] == nil)
      let head = try await browser.send(.head, "/es")
      #expect(head.status == .ok && head.text.isEmpty && head.headers == page.headers)
      // What somebody typed, and what went wrong, is kept by nobody.
      for path in ["/es/search?q=trata", "/es/none", "/es/card/none"] {
        let answer = try await browser.get(path)
        #expect(answer.headers[.cacheControl] == "no-store" && answer.headers[.eTag] == nil, "\(path)")
      }
    }
  }

  @Test func oneAddressAPage() async throws {
    try await withSite(.sqlite) { house in
      let browser = TestBrowser(house)
      for (path, right) in [
        ("/es/", "/es"), ("/es//", "/es"), ("/es/search/?q=a", "/es/search?q=a"), ("/es/%73earch", "/es/search"),
        ("/es//card", "/es/card"),
      ] {
        let answer = try await browser.get(path)
        #expect(answer.status == .seeOther && answer.location == right, "\(path)")
        // What was typed is in the address then.
        #expect((answer.headers[.cacheControl] == "no-store") == path.contains("?"), "\(path)")
      }
      for path in [
        "/es/none", "/es/search/x", "/es/..%2f..%2fetc", "/es/%00", "/es/%zz", "/es/card/search", "/es/card/none",
        "/es/card/card", "/es/card/..%2fx", "/es/" + String(repeating: "a", count: 900), "/en/%F0%9F",
      ] {
        let answer = try await browser.get(path)
        #expect(answer.status == .notFound, "\(path)")
        #expect(answer.contains("<html lang=\"\(path.prefix(3).suffix(2))\">") && answer.contains("noindex"))
        // The members' sentence speaks of an institution of the reader's.
        #expect(!answer.contains("institución.") && !answer.contains("agency"))
      }
      for method in [HTTPRequest.Method.post, .put, .delete, .patch, .options] {
        let answer = try await browser.send(method, "/es", body: Array("a=b".utf8))
        #expect(answer.status == .methodNotAllowed && answer.headers[.allow] == "GET, HEAD", "\(method)")
      }
      for number in 0..<300 { _ = try await browser.get("/es/x\(number)/%C3%B1\(number)") }
      #expect(house.site.publicCache.pages.held.count < 5)
      // These are none of the public pages.
      for path in ["/e", "/es-x", "/xx", "/est"] { #expect(try await browser.get(path).status == .notFound, "\(path)") }
    }
  }

  @Test func theDemonstrationSaysSo() async throws {
    try await withSite(.sqlite, settings: SiteSettings(isDemonstration: true)) { house in
      let page = try await TestBrowser(house).get("/es")
      #expect(page.contains("class=\"is-practice is-public\"") && page.contains("son inventados"))
    }
    try await withSite(.sqlite) { house in
      let page = try await TestBrowser(house).get("/es")
      #expect(!page.contains("is-practice"))
    }
  }

  // MARK: Made once

  /// A room whose page can be taken back, and whose store can go away.
  private final class Board: PublicRoom {
    enum State { case there, gone, away }
    let state = Mutex(State.there)
    let made = Mutex(0)

    var publicPages: [PublicPage] {
      // The second takes whatever no other page has written out.
      [PublicPage(path: "board/:name", menu: nil, make: make), PublicPage(path: ":name", menu: nil, make: make)]
    }

    func publicEntries(_ visit: PublicVisit) async throws -> [PublicEntry] {
      [PublicEntry(path: "board/one", title: "Tablero", description: "Uno", text: "Uno", changed: nil)]
    }

    private func make(_ visit: PublicVisit) async throws -> PublicAnswer {
      let number = made.withLock { made in
        made += 1
        return made
      }
      switch state.withLock({ $0 }) {
      case .gone: throw Refusal.notFound
      case .away: throw DatabaseFailure.unavailable
      case .there:
        return .page(
          "public/problem", ["sentence": "Aviso \(visit.part("name")) \(number)"],
          PublicAbout(title: "Aviso <\(number)>", description: "Aviso", structuredData: "{\"a\":\"</script>\"}"))
      }
    }
  }

  @Test func aPageIsMadeAgainWhenItIsOldAndGoneWhenItIsGone() async throws {
    try await withSite(.sqlite) { house in
      let (board, clock) = (Board(), HandClock())
      let cache = PublicCache(now: { clock.now })
      let visitor = PublicVisitor(door: PublicDoor(site: house.site, rooms: [board], cache: cache))
      for _ in 0..<20 {
        let page = try await visitor.get("/es/board/one")
        #expect(page.status == 200 && page.text.contains("Aviso one 1"))
      }
      #expect(try await visitor.get("/es/board/two").text.contains("Aviso two 2"))
      // A query makes no other page.
      #expect(try await visitor.get("/es/board/one?x=1").text.contains("Aviso one 1"))
      clock.pass(.seconds(11))
      #expect(try await visitor.get("/es/board/one").text.contains("Aviso one 3"))
      // Published: the next question sees it.
      cache.forget()
      #expect(try await visitor.get("/es/board/one").text.contains("Aviso one 4"))
      // The store is away: what was read before is better than nothing.
      board.state.withLock { $0 = .away }
      clock.pass(.seconds(11))
      #expect(try await visitor.get("/es/board/one").status == 200)
      #expect(try await visitor.get("/es/board/three").status == 503)
      // Taken back.
      board.state.withLock { $0 = .gone }
      cache.forget()
      #expect(try await visitor.get("/es/board/one").status == 404)
      board.state.withLock { $0 = .there }
      #expect(try await visitor.get("/es/board/one").status == 200)
      board.state.withLock { $0 = .gone }
      clock.pass(.seconds(11))
      #expect(try await visitor.get("/es/board/one").status == 404)
    }
  }

  @Test func whatIsWrittenOutComesFirst() async throws {
    try await withSite(.sqlite) { house in
      let visitor = PublicVisitor(door: PublicDoor(site: house.site, rooms: [Board()], cache: PublicCache()))
      let search = try await visitor.get("/es/search")
      #expect(search.text.contains("name=\"q\"") && !search.text.contains("Aviso search"))
      #expect(try await visitor.get("/es/other").text.contains("Aviso other"))
      #expect(try await visitor.get("/es/card/search").status == 404)
    }
  }

  @Test func aCrowdCostsNoMoreThanAReader() async throws {
    try await withSite(.sqlite) { house in
      let board = Board()
      let visitor = PublicVisitor(door: PublicDoor(site: house.site, rooms: [board], cache: PublicCache()))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<200 {
          group.addTask {
            let page = try await visitor.get("/en/board/one")
            #expect(page.status == 200)
          }
        }
        try await group.waitForAll()
      }
      #expect(board.made.withLock { $0 } == 1)
    }
  }

  @Test func whatAPageSaysOfItselfIsEscaped() async throws {
    try await withSite(.sqlite) { house in
      let visitor = PublicVisitor(door: PublicDoor(site: house.site, rooms: [Board()], cache: PublicCache()))
      let page = try await visitor.get("/es/board/a%22b%3C").text
      #expect(page.contains("<title>Aviso &lt;1&gt; · ") && page.contains("content=\"Aviso &lt;1&gt;\""))
      #expect(page.contains("{\"a\":\"\\u003c/script>\"}"))
      #expect(page.contains("/es/board/a%22b%3C\"") && !page.contains("a\"b<"))
    }
  }
}

extension HTTPField.Name {
  fileprivate static let robots = HTTPField.Name("X-Robots-Tag") ?? .server
}
