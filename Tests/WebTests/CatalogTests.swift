import Basics
import Foundation
import Testing

@testable import Web

/// Every text that a page, a desk or a template names exists, in both languages, with the same places; a further language
/// has texts of this site only.
@Suite struct CatalogTests {
  static let sources = WebHouse.packFolder.deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Sources")
  let catalogs: [Language: Words]

  init() throws { catalogs = try Words.load(from: Screen.resources.appendingPathComponent("Strings")) }

  @Test func bothLanguagesHaveTheSameTexts() throws {
    let spanish = try #require(catalogs[.spanish]).texts
    let english = try #require(catalogs[.english]).texts
    #expect(Set(spanish.keys).symmetricDifference(english.keys).sorted() == [])
    for (key, text) in spanish {
      #expect(Words.places(text) == Words.places(english[key] ?? ""), "the {places} of \(key)")
      #expect(!text.isEmpty && english[key] != "", "\(key) is empty")
    }
  }

  @Test func furtherLanguagesKeepThePlacesOfTheirTexts() throws {
    let spanish = try #require(catalogs[.spanish]).texts
    let further = catalogs.filter { !Screen.whole.contains($0.key) }
    #expect(Set(further.keys.map(\.code)) == ["fr", "pt"])
    for (language, words) in further {
      for (key, text) in words.texts {
        #expect(!text.isEmpty && Words.places(text) == Words.places(spanish[key] ?? ""), "\(language): \(key)")
      }
      #expect(words("common.months").split(separator: " ").count == 12)
    }
  }

  @Test func everyTextThatATemplateNamesExists() throws {
    let known = try #require(catalogs[.spanish]).texts
    for (name, source) in try Screen.templates(in: Screen.resources.appendingPathComponent("Templates")) {
      for key in Screen.keys(in: source) { #expect(known[key] != nil, "\(name).mustache names \(key)") }
      // A partial that does not exist would silently show nothing.
      for part in source.matches(of: /\{\{[><]\s*([a-z\-\/]+)\s*\}\}/) {
        let file = Screen.resources.appendingPathComponent("Templates/\(part.1).mustache")
        #expect(FileManager.default.fileExists(atPath: file.path), "\(name).mustache uses \(part.1)")
      }
    }
  }

  @Test func everyTextThatTheCodeNamesExists() throws {
    let known = try #require(catalogs[.spanish]).texts
    let rooms = Set(known.keys.compactMap { $0.split(separator: ".").first.map(String.init) })
    var found = 0
    for file in swiftFiles() {
      let inWeb = file.path.contains("/Sources/Web/")
      let code = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        .filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
      for literal in code.matches(of: /"(([a-z]+)\.[a-z0-9_.]*[a-z0-9_])"/) {
        guard literal.2 == "error" || (inWeb && rooms.contains(String(literal.2))) else { continue }
        found += 1
        #expect(known[String(literal.1)] != nil, "\(file.lastPathComponent) names \(literal.1)")
      }
      // The templates that pages name.
      if inWeb {
        for page in code.matches(of: /\.page\(\s*"([^"]+)"/) {
          let template = Screen.resources.appendingPathComponent("Templates/\(page.1).mustache")
          #expect(FileManager.default.fileExists(atPath: template.path), "\(file.lastPathComponent): \(page.1)")
        }
      }
    }
    #expect(found > 50)
  }

  private func swiftFiles() -> [URL] {
    let all = FileManager.default.enumerator(at: Self.sources, includingPropertiesForKeys: nil)
    return (all?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
  }
}
