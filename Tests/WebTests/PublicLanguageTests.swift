import Basics
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Web

/// A third language that has some of the texts. The words are invented: they only say that they are another language's.
@Suite struct PublicLanguageTests {
  private static let kichwa = Language("qu")

  /// The site's texts and templates with one more catalog.
  private func withCatalog(_ texts: [String: String], _ body: (URL) async throws -> Void) async throws {
    let files = FileManager.default
    let folder = files.temporaryDirectory.appending(path: "amparo-words-\(UUID().uuidString)")
    defer { try? files.removeItem(at: folder) }
    try files.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in ["Strings", "Templates"] {
      try files.copyItem(at: Screen.resources.appending(path: name), to: folder.appending(path: name))
    }
    let place = folder.appending(path: "Strings/qu")
    try files.createDirectory(at: place, withIntermediateDirectories: true)
    try JSONEncoder().encode(texts).write(to: place.appending(path: "public.json"))
    try await body(folder)
  }

  private var front: [String: String] {
    get throws {
      let keys = try Screen.load().words(.spanish).texts.keys.filter { $0.hasPrefix("public.front.") }
      var texts = Dictionary(uniqueKeysWithValues: keys.map { ($0, "[qu] \($0)") })
      texts["common.language"] = "Kichwa"
      texts["common.sign_in"] = "[qu] common.sign_in"
      return texts
    }
  }

  @Test func itIsShownWherePagesAreWrittenInIt() async throws {
    let language = try #require(Self.kichwa)
    try await withSite(.sqlite) { house in
      try await withCatalog(try front) { folder in
        let screen = try Screen.load(from: folder)
        #expect(screen.languages == [.spanish, .english] && screen.publicLanguages.last == language)
        #expect(!screen.languages(of: MinePages.pages).contains(language))
        #expect(screen.isWritten("public/front", language) && !screen.isWritten("public/search", language))
        let door = PublicDoor(site: house.site, cache: PublicCache(), screen: screen)
        let visitor = PublicVisitor(door: door)
        let page = try await visitor.get("/qu")
        #expect(page.status == 200 && page.text.contains("<html lang=\"qu\">"))
        #expect(page.text.contains("[qu] public.front.danger") && page.text.contains("aria-current=\"true\">Kichwa"))
        // What is missing is Spanish, and says so; an attribute can't.
        #expect(page.text.contains("<span lang=\"es\">Salir rápido</span>"))
        #expect(!page.text.contains("title=\"<") && !page.text.contains("⟦") && !page.text.contains("{{"))
        // The other languages lead there, and search engines too.
        let spanish = try await visitor.get("/es")
        #expect(spanish.text.contains("<a href=\"/qu\" lang=\"qu\" hreflang=\"qu\">Kichwa</a>"))
        let map = try await visitor.get("/sitemap.xml")
        #expect(map.text.contains("<loc>http://localhost:8080/qu</loc>"))
        // A page that it lacks is the Spanish one, and is not offered in it.
        let search = try await visitor.get("/qu/search?q=a")
        #expect(search.status == 303 && search.location == "/es/search")
        #expect(!(try await visitor.get("/es/search")).text.contains("hreflang=\"qu\""))
        #expect(try await visitor.get("/qu/none").status == 404)
      }
    }
  }

  @Test func aPageThatLacksOneTextIsSpanish() async throws {
    let language = try #require(Self.kichwa)
    var texts = try front
    texts["public.front.danger"] = nil
    let lacking = texts
    try await withSite(.sqlite) { house in
      try await withCatalog(lacking) { folder in
        let screen = try Screen.load(from: folder)
        #expect(!screen.isWritten("public/front", language))
        let visitor = PublicVisitor(door: PublicDoor(site: house.site, cache: PublicCache(), screen: screen))
        let page = try await visitor.get("/qu")
        #expect(page.status == 303 && page.location == "/es")
        #expect(!(try await visitor.get("/es")).text.contains("Kichwa"))
        #expect(!(try await visitor.get("/sitemap.xml")).text.contains("/qu"))
      }
    }
  }

  @Test func itsFileIsChecked() async throws {
    for (texts, complaint) in [
      (["common.language": "Kichwa", "public.no_such": "x"], "public.no_such"),
      (["public.front.title": "x"], "common.language"),
    ] {
      try await withCatalog(texts) { folder in
        #expect(throws: ScreenProblem.self) { try Screen.load(from: folder) }
        do { _ = try Screen.load(from: folder) } catch { #expect("\(error)".contains(complaint)) }
      }
    }
    // Spanish and English have every text.
    try await withCatalog(["common.language": "Kichwa"]) { folder in
      let file = folder.appending(path: "Strings/en/public.json")
      var english = try JSONDecoder().decode([String: String].self, from: try Data(contentsOf: file))
      english["public.search.none"] = nil
      try JSONEncoder().encode(english).write(to: file)
      #expect(throws: ScreenProblem.self) { try Screen.load(from: folder) }
    }
  }

  @Test func withoutItNothingIsThere() async throws {
    #expect(try Screen.load().publicLanguages.map(\.code) == ["es", "en", "fr", "pt"])
    try await withSite(.sqlite) { house in
      let page = try await TestBrowser(house).get("/qu")
      #expect(page.status == .notFound)
    }
  }
}
