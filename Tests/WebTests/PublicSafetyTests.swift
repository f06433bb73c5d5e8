import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import HTTPTypes
import Records
import Referrals
import TestSupport
import Testing

@testable import Web

/// Nothing that concerns a person, no hidden place and no small count reaches the public site, by whatever page.
@Suite struct PublicSafetyTests {
  /// What names anybody or leads to a hidden place, whatever the language.
  private func secrets(_ house: PublicHouse) async throws -> [String] {
    let codes = try await house.desks.office.database.read { transaction in
      try transaction.rows("SELECT code FROM cases").map { try $0.get("code", as: String.self) }
    }
    #expect(codes.count > 40)
    // The shelter's and the silent entry's numbers, and who works here.
    return codes + ["CENTINELA", "centinela", "000 000 0042", "000 000 0043", "Ana Canario", "Colega case_worker"]
  }

  @Test(arguments: TestEngine.available) func noPageNamesWhatMustStayHidden(_ engine: Engine) async throws {
    try await withPublicHouse(engine) { house in
      let pages = try await house.crawl()
      #expect(pages.count > 20, "\(pages.keys.sorted())")
      let hidden = try await secrets(house)
      for (path, page) in pages {
        #expect(page.status == .ok || page.status == .seeOther, "\(path)")
        for secret in hidden { #expect(!page.contains(secret), "\(path) says \(secret)") }
        #expect(!path.contains(house.shelter.description), "\(path) names the shelter")
      }
      for language in house.house.site.screen.languages {
        for entry in try await house.entries(language) {
          let all = [entry.path, entry.title, entry.description, entry.text].joined(separator: " ")
          for secret in hidden { #expect(!all.contains(secret), "what is found at \(entry.path) says \(secret)") }
          #expect(!entry.path.contains(house.shelter.description))
        }
      }
      // The test sees what is public: otherwise it would see nothing at all.
      for (path, words) in [
        ("/es/services", "000 000 0041"), ("/es/service/oficina", "Calle Ficticia 12"), ("/es/courses", "000 000 0044"),
        ("/es/plan/axis/a", "Taller ficticio"), ("/en/plan/late", "Fictional guide"),
      ] { #expect(pages[path]?.contains(words) == true, "\(path): \(words)") }
    }
  }

  @Test(arguments: TestEngine.available) func askingForItByNameFindsNothing(_ engine: Engine) async throws {
    try await withPublicHouse(engine) { house in
      let browser = TestBrowser(house.house)
      for path in ["/es/service/refugio", "/en/service/refugio", "/es/service/callado", "/es/services/ec-o/any/2"] {
        let page = try await browser.get(path)
        #expect(page.status == .notFound, "\(path)")
        #expect(!page.contains("CENTINELA"))
      }
      // Its keeper can't let it out by hand either.
      let desk = try await house.house.actor(Role.referralDesk.rawValue)
      await #expect(throws: Refusal.self) {
        try await house.desks.directory.show(desk, house.shelter, toPublic: true, revision: 1)
      }
      // One that was public and whose place becomes undisclosed is gone with the next page that is made.
      let before = try await house.desks.directory.entry(desk, house.office)
      let hidden = DirectoryPlace(key: try #require(DirectoryPlaceKey("nuevo")), province: "EC-P", site: .undisclosed)
      var service = before.service
      service.sites = [DirectorySite(hidden.key)]
      let keepers = Array(before.directory.organisations.values)
      try await house.desks.directory.save(
        desk, Directory(organisations: keepers, places: [hidden], services: [service]), revision: before.revision)
      let pages = try await house.crawl()
      for (path, page) in pages {
        #expect(!page.contains("000 000 0041") && !page.contains("Asesoría legal ficticia"), "\(path)")
      }
      #expect(pages["/es/services"]?.contains("Todavía no hay servicios publicados aquí") == true)
    }
  }

  /// Whatever counts stay under the threshold, who they count and how they are called: the public site is the same,
  /// letter by letter. So no page can say or let work out any of them.
  @Test func twoHousesThatDifferInSecretsLookTheSame() async throws {
    func pages(_ secrets: PublicHouse.Secrets) async throws -> [String: String] {
      var all: [String: String] = [:]
      try await withPublicHouse(.sqlite, secrets) { all = try await $0.crawl().mapValues(\.text) }
      return all
    }
    let one = try await pages(PublicHouse.Secrets())
    let other = try await pages(
      PublicHouse.Secrets(cases: 3, participants: 6, beds: 5, value: 9, word: "CENTINELA-OTRO"))
    #expect(Set(one.keys) == Set(other.keys))
    for (path, text) in one {
      #expect(other[path] == text, "\(path) differs")
    }
    // A count that may be read makes a difference: the comparison would notice.
    let third = try await pages(PublicHouse.Secrets(value: 40))
    #expect(one["/es/plan/axis/a"] != third["/es/plan/axis/a"])
    #expect(third["/es/plan/axis/a"]?.contains("40 el ") == true)
    #expect(one["/es/plan/axis/a"]?.contains("menos de 10") == true)
  }

  @Test func noPageKnowsAnybodyOrIsTooLargeForAPhone() async throws {
    try await withPublicHouse(.sqlite) { house in
      for (path, page) in try await house.crawl() {
        #expect(page.headers[values: .setCookie].isEmpty, "\(path) sets a cookie")
        if page.status == .ok, !path.hasSuffix("/search") {
          #expect(page.headers[.cacheControl]?.contains("public") == true, "\(path) is not kept")
          #expect(page.headers[.eTag] != nil, "\(path)")
        }
        #expect(page.text.utf8.count < 50_000, "\(path): \(page.text.utf8.count) bytes")
        #expect(!page.contains("⟦") && !page.contains("{{"), "\(path) lacks a text")
        guard page.headers[.contentType]?.hasPrefix("text/html") == true else { continue }
        let language = path.hasPrefix("/en") ? "en" : "es"
        #expect(page.contains("<html lang=\"\(language)\">"), "\(path)")
        #expect(page.text.matches(of: /<h1[ >]/).count == 1, "\(path) has not one heading")
        #expect(!page.contains("<script>") && !page.contains(" style="), "\(path)")
      }
    }
  }
}
