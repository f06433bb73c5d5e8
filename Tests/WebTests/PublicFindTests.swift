import Basics
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

/// The public pages are found by who searches, by search engines and where a link is shared.
@Suite struct PublicFindTests {
  private static func entry(_ path: String, _ title: String, _ description: String, _ text: String = "") -> PublicEntry
  {
    PublicEntry(path: path, title: title, description: description, text: text, changed: nil)
  }

  private let index = PublicIndex([
    entry("signs", "Señales de trata", "Cómo darse cuenta.", "Le quitan los documentos. No cobra. Tiene miedo."),
    entry("rights", "Derechos", "Qué puede pedir una víctima de trata.", "Protección, salud, refugio, documentos."),
    entry("news/taller", "Taller en Tulcán", "Periodistas aprenden.", "Un taller sobre trata, trata y otra vez trata."),
    entry("services", "Servicios", "Quién ayuda.", "Casas de acogida: pida documentos y salud."),
    entry("niños", "Niñas y niños", "El trabajo de la niñez.", "ÑAÑA & <niñez>"),
  ])

  private func paths(_ question: String) -> [String] {
    index.search(PublicIndex.asked(question)).map(\.entry.path)
  }

  // MARK: Searching

  @Test func titlesComeFirst() {
    #expect(paths("trata") == ["signs", "rights", "news/taller"])
    #expect(paths("TRATA") == paths("trata"))
    // All words; a beginning is enough, the whole word counts for more.
    #expect(paths("documentos salud") == ["rights", "services"])
    #expect(paths("docu") == ["signs", "rights", "services"])
    #expect(paths("señales trata").first == "signs" && paths("senales").first == "signs")
    #expect(paths("ninos") == ["niños"] && paths("nana") == ["niños"])
    #expect(paths("documentos Marte") == [] && paths("x") == [] && paths("") == [] && paths("¿?!") == [])
    // What is short says little, where there is more.
    #expect(PublicIndex.asked("qué es la trata") == ["que", "trata"])
    #expect(PublicIndex.asked("la la") == ["la"])
  }

  @Test func questionsHaveAnEnd() {
    #expect(PublicIndex.asked(String(repeating: "palabra ", count: 500)) == ["palabra"])
    #expect(PublicIndex.asked((0..<90).map { "w\($0)x" }.joined(separator: " ")).count == PublicIndex.mostWords)
    #expect(PublicIndex.asked(String(repeating: "a", count: 100_000)).first?.count == PublicIndex.longest)
    #expect(PublicIndex([]).search(["trata"]).isEmpty)
  }

  @Test func theWordsAreMarkedWhereTheyStand() {
    let pieces = PublicIndex.snippet("Le quitan los Documentos. No cobra.", ["documentos"])
    #expect(pieces.filter(\.isMarked).map(\.text) == ["Documentos."])
    #expect(pieces.map(\.text).joined() == "Le quitan los Documentos. No cobra. ")
    let long = (0..<300).map { "palabra\($0)" }.joined(separator: " ") + " refugio " + "fin"
    let found = PublicIndex.snippet(long, ["refug"])
    #expect(found.first?.text.hasPrefix("… ") == true && found.contains { $0.isMarked && $0.text == "refugio" })
    #expect(found.map(\.text).joined().split(separator: " ").count <= 30)
    #expect(PublicIndex.snippet("", ["a"]).isEmpty)
    let none = PublicIndex.snippet(long, ["nada"])
    #expect(none.first?.text.hasPrefix("palabra0 ") == true && none.last?.text == "…")
  }

  @Test(arguments: ["es", "en"]) func theSearchPageHelps(_ language: String) async throws {
    try await withSite(.sqlite) { house in
      let browser = TestBrowser(house)
      let empty = try await browser.get("/\(language)/search")
      #expect(empty.status == .ok && empty.contains("name=\"q\"") && empty.contains("autocomplete=\"off\""))
      #expect(empty.contains("noindex") && empty.contains("<noscript>"))
      // It stands in the header of every other page.
      #expect(try await browser.get("/\(language)").contains("action=\"/\(language)/search\""))
      let found = try await browser.get("/\(language)/search?q=" + (language == "es" ? "PELIGRO" : "danger"))
      #expect(found.contains("<mark>") && found.contains("<a href=\"/\(language)\">"))
      // Who types what happens to them finds whom to call; and when nothing is found, the ways to help are there.
      for word in language == "es" ? ["maltratan", "denunciar", "policia", "refugio"] : ["abuse", "escape", "police"] {
        let page = try await browser.get("/\(language)/search?q=\(word)")
        #expect(page.contains("<mark>") && page.contains("<a href=\"/\(language)\">"), "\(word)")
      }
      #expect(empty.contains("href=\"/tip?in=\(language)\""))
      let none = try await browser.get("/\(language)/search?q=zzz%3Cscript%3Ealert(1)%3C/script%3E")
      #expect(none.contains("zzz&lt;script&gt;") && !none.contains("<script>alert"))
      #expect(none.contains(language == "es" ? "Pruebe con una sola palabra" : "Try a single word"))
      let long = try await browser.get("/\(language)/search?q=" + String(repeating: "peligro+", count: 900))
      #expect(long.status == .ok && long.contains(language == "es" ? "primeras 100" : "first 100"))
      for path in ["q=%zz", "q=a&q=b", "x=1", "q=%20%20", "q="] {
        let answer = try await browser.get("/\(language)/search?" + path)
        #expect([200, 400].contains(answer.status.code), "\(path)")
      }
    }
  }

  // MARK: Search engines

  @Test func robotsReadThePublicPagesOnly() async throws {
    try await withSite(.sqlite, settings: SiteSettings(publicAddress: "https://amparo.example")) { house in
      let browser = TestBrowser(house)
      let robots = try await browser.get("/robots.txt").text
      let lines = Set(robots.split(separator: "\n").map(String.init))
      for line in [
        "Allow: /es$", "Allow: /es/", "Allow: /en$", "Allow: /en/", "Allow: /open-data$", "Disallow: /",
        "Disallow: /es/search", "Sitemap: https://amparo.example/sitemap.xml",
      ] { #expect(lines.contains(line), "\(line)") }
      // Nothing that merely begins alike.
      #expect(!lines.contains("Allow: /es") && !lines.contains("Allow: /"))
      let robot = try #require(HTTPField.Name("X-Robots-Tag"))
      for path in ["/sign-in", "/certificate", "/members", "/robots.txt"] {
        #expect(try await browser.get(path).headers[robot] == "noindex, nofollow", "\(path)")
      }
      for path in ["/es", "/en", "/open-data"] {
        let page = try await browser.get(path)
        #expect(page.status == .ok && page.headers[robot] == nil && !page.contains("noindex"), "\(path)")
      }
    }
  }

  @Test func theSitemapNamesEveryPageInEachLanguage() async throws {
    try await withSite(.sqlite, settings: SiteSettings(publicAddress: "https://amparo.example")) { house in
      let browser = TestBrowser(house)
      let map = try await browser.get("/sitemap.xml")
      #expect(map.status == .ok && map.headers[.contentType] == "application/xml; charset=utf-8")
      #expect(map.text.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset "))
      let places = map.text.matches(of: /<loc>https:\/\/amparo\.example(.*?)<\/loc>/).map { String($0.1) }
      #expect(places.contains("/es") && places.contains("/en") && Set(places).count == places.count)
      for place in places { #expect(try await browser.get(place).status == .ok, "\(place)") }
      for line in map.text.split(separator: "\n") where line.contains("<loc>https://amparo.example/en</loc>") {
        for link in ["hreflang=\"es\" href=\"https://amparo.example/es\"", "hreflang=\"x-default\""] {
          #expect(line.contains(link), "\(link)")
        }
      }
    }
  }

  @Test func theSitemapIsEscapedAndDated() throws {
    var dated = Self.entry("news/a&b", "A", "B")
    dated.changed = CalendarDay("2026-11-24")
    let other = Self.entry("ñandú's", "A", "B")
    let xml = Sitemap([(.spanish, [dated, other]), (.english, [dated])], "https://a.example").xml
    #expect(xml.contains("<loc>https://a.example/es/news/a&amp;b</loc><lastmod>2026-11-24</lastmod>"))
    #expect(xml.contains("<loc>https://a.example/es/%C3%B1and%C3%BA&#39;s</loc></url>"))
    #expect(xml.contains("hreflang=\"en\" href=\"https://a.example/en/news/a&amp;b\""))
    #expect(xml.components(separatedBy: "<url>").count == 4 && xml.hasSuffix("</urlset>\n"))
  }

  // MARK: Weight and sharing

  /// Everything a phone loads for one page, pictures apart.
  @Test func everyPageIsLight() async throws {
    let settings = SiteSettings(publicAddress: "https://amparo.example", isDemonstration: true)
    try await withSite(.sqlite, settings: settings) { house in
      let browser = TestBrowser(house)
      let map = try await browser.get("/sitemap.xml").text
      let places = map.matches(of: /<loc>https:\/\/amparo\.example(.*?)<\/loc>/).map { String($0.1) }
      #expect(places.count >= 2)
      for place in places + ["/es/search", "/en/search", "/es/search?q=ayuda", "/es/none"] {
        let page = try await browser.get(place)
        var weight = page.text.utf8.count
        let loaded = page.text.matches(of: /(?:rel="stylesheet" href|<script type="module" src)="(\/[^"]+)"/)
        #expect(loaded.count == 2)
        for file in loaded {
          let asset = try await browser.get(String(file.1), headers: [.acceptEncoding: "gzip"])
          #expect(asset.headers[.cacheControl] == "public, max-age=31536000, immutable")
          weight += try #require(asset.headers[.contentLength].flatMap { Int($0) })
        }
        #expect(weight < 50_000, "\(place): \(weight) bytes")
        // Nothing comes from elsewhere, and nothing of it counts visitors.
        for address in page.text.matches(of: /(?:src|srcset|action)="([^"]*)"/) {
          #expect(address.1.hasPrefix("/") && !address.1.hasPrefix("//"), "\(place): \(address.1)")
        }
      }
    }
  }

  @Test func aSharedLinkHasItsPicture() async throws {
    try await withSite(.sqlite) { house in
      let browser = TestBrowser(house)
      let card = try await browser.get("/es/card")
      #expect(card.status == .ok && card.headers[.contentType] == "image/png")
      #expect(card.headers[.cacheControl]?.hasPrefix("public") == true)
      let again = try await browser.get("/es/card", headers: [.ifNoneMatch: try #require(card.headers[.eTag])])
      #expect(again.status == .notModified)
      let resource = try #require(HTTPField.Name("Cross-Origin-Resource-Policy"))
      #expect(card.headers[resource] == "cross-origin")
      #expect(try await browser.get("/en/card").headers[.eTag] != card.headers[.eTag])
    }
  }
}
