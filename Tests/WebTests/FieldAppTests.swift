import Basics
import CountryPack
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

/// The files of the offline interview: what a phone loads once and keeps.
@Suite struct FieldAppTests {
  private let gzip = "gzip, deflate, br"

  private func app(_ pack: CountryPack) throws -> FieldApp {
    try FieldApp(pack, try Screen.load(), try Assets.load(), SiteSettings())
  }

  /// The service worker's list of files.
  private func files(_ worker: String) throws -> [String] {
    let list = try #require(worker.firstMatch(of: /const FILES = (\[.*?\]);/)).1
    return try JSONDecoder().decode([String].self, from: Data(list.utf8))
  }

  @Test func anybodyLoadsItAndItKnowsNobody() async throws {
    try await withSite(.sqlite) { house in
      let stranger = TestBrowser(house)
      #expect(try await stranger.get("/campo").location == "/campo/")
      let page = try await stranger.get("/campo/")
      #expect(page.status == .ok)
      #expect(stranger.cookies.isEmpty)
      #expect(page.headers[.contentSecurityPolicy]?.contains("manifest-src 'self'") == true)
      #expect(page.text.matches(of: /<script/).count == page.text.matches(of: /<script type="module" src="/).count)
      #expect(!page.contains("⟦") && !page.contains("{{"))
      let member = TestBrowser(house)
      try await member.signIn("ana")
      #expect(try await member.get("/campo/").text == page.text)
      let worker = try await stranger.get("/campo/sw.js")
      let scope = try #require(HTTPField.Name("Service-Worker-Allowed"))
      #expect(worker.headers[scope] == "/campo/")
      for path in ["/campo/content.json", "/campo/content.json?lang=xx", "/campo/nothing.json"] {
        #expect(try await stranger.get(path).status == .notFound)
      }
    }
  }

  /// Every file that is kept exists, is compressed for who takes it, and comes again only when it changed.
  @Test func thePhoneKeepsFilesThatExist() async throws {
    try await withSite(.sqlite) { house in
      let browser = TestBrowser(house)
      let files = try files(try await browser.get("/campo/sw.js").text)
      #expect(files.count == 15)
      var size = 0
      for file in files {
        let page = try await browser.get(file, headers: [.acceptEncoding: gzip])
        #expect(page.status == .ok, "\(file)")
        size += Int(page.headers[.contentLength] ?? "") ?? 1_000_000
        let tag = try #require(page.headers[.eTag])
        let again = try await browser.get(file, headers: [.acceptEncoding: gzip, .ifNoneMatch: tag])
        #expect(again.status == .notModified, "\(file)")
        #expect(page.headers[.vary] == "Accept-Encoding" || page.headers[.contentEncoding] == nil)
      }
      print("the phone keeps \(size) compressed bytes in \(files.count) files")
      #expect(size <= 150_000)
      let plain = try await browser.get("/campo/content.json?lang=es", headers: [.acceptEncoding: "gzip;q=0, identity"])
      #expect(plain.headers[.contentEncoding] == nil)
      let packed = try await browser.get("/campo/content.json?lang=es", headers: [.acceptEncoding: gzip])
      #expect(packed.headers[.contentEncoding] == "gzip")
    }
  }

  @Test func everySituationIsThereWithItsQuestions() throws {
    let pack = try WebHouse.pack.get()
    let app = try app(pack)
    for language in [Language.spanish, .english] {
      let bytes = try #require(app.contents[language]).bytes
      let content = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
      #expect(content["pack"] as? String == pack.version.description)
      let situations = try #require(content["situations"] as? [[String: Any]])
      #expect(situations.count == pack.lists[.situations]?.count)
      #expect((content["safety"] as? [Any])?.count == pack.safetyQuestions.count)
      #expect((content["provinces"] as? [Any])?.count == pack.provinces.count)
      let sets = try #require(content["sets"] as? [[String: Any]])
      let used = Set(situations.flatMap { ($0["adult"] as? [String] ?? []) + ($0["child"] as? [String] ?? []) })
      #expect(used == Set(sets.compactMap { $0["id"] as? String }))
      let lines = try #require(content["hotlines"] as? [[String: Any]])
      #expect(lines.count == pack.hotlines.count { $0.certainty != .unverified })
    }
  }

  /// Whatever changes what the phone keeps, changes the version; nothing else does.
  @Test func theVersionIsAHashOfWhatIsKept() throws {
    let pack = try WebHouse.pack.get()
    let first = try app(pack)
    #expect(try app(pack).version == first.version)
    #expect(String(decoding: first.worker.bytes, as: UTF8.self).contains("\"\(first.version)\""))
    var newer = pack
    newer.safetyQuestions[0].isTold.toggle()
    #expect(try app(newer).version != first.version)
    var other = pack
    other.combinations = []
    #expect(try app(other).version == first.version)
  }

  @Test func gzipSavesOrIsLeftAway() throws {
    let text = Array(String(repeating: "una frase larga y buena ", count: 200).utf8)
    let packed = try #require(Gzip.packed(text))
    #expect(packed.count < text.count / 10)
    #expect(packed.prefix(2) == [0x1f, 0x8b])
    var generator = SeededGenerator(seed: 7)
    #expect(Gzip.packed((0..<4000).map { _ in UInt8.random(in: 0...255, using: &generator) }) == nil)
    #expect(Gzip.packed([]) == nil)
    for header in ["gzip", "br, GZIP;q=0.5"] { #expect(Assets.Asset.takesGzip(header), "\(header)") }
    for header in ["gzip;q=0", "identity", ""] { #expect(!Assets.Asset.takesGzip(header), "\(header)") }
  }
}
