import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing
import Tips

@testable import Web

/// Pages that people come to without an account, in languages that the rest of the site lacks.
@Suite struct GuestPagesTests {
  static let further = ["fr", "pt"]

  @Test(arguments: further) func everyTextOfThemIsThere(_ code: String) throws {
    let (screen, language) = (try Screen.load(), try #require(Language(code)))
    let sources = try Screen.templates(in: Screen.resources.appendingPathComponent("Templates"))
    for pages in GuestPages.all {
      #expect(pages.lacking(screen.words(language), sources) == [], "\(pages.path)")
      #expect(screen.languages(of: pages).map(\.code) == ["es", "en", "fr", "pt"])
      for template in pages.templates { #expect(sources[template] != nil, "\(template)") }
      // A text more that is missing, and they are not there in that language.
      var words = screen.words(language)
      words.borrowed.insert("common.optional")
      #expect(pages.lacking(words, sources) == ["common.optional"])
    }
  }

  @Test(arguments: further) func whatTheyNameOfThePackIsThere(_ code: String) throws {
    let (pack, language) = (try WebHouse.pack.get(), try #require(Language(code)))
    for list in [PackList.dataKinds, .purposes, .agencyKinds] {
      for term in pack.lists[list] ?? [] { #expect(term.name.languages.contains(language), "\(list): \(term.code)") }
    }
    for line in pack.hotlines { #expect(line.name.languages.contains(language), "\(line.code)") }
  }

  @Test func theAddressSaysTheLanguageAndOnlyTheirCookieRemembersIt() async throws {
    try await withOpenCase(.sqlite) { house, officer, address in
      let phone = TestBrowser(house)
      let door = try await phone.get("/mine?in=fr")
      #expect(door.contains("<html lang=\"fr\">") && door.contains("aria-current=\"true\">Français"))
      #expect(door.contains("<a href=\"/mine?in=pt\" lang=\"pt\" hreflang=\"pt\">Português</a>"))
      let cookie = try #require(door.headers[values: .setCookie].first { $0.hasPrefix("amparo-mine-language=fr;") })
      #expect(cookie.contains("Path=/mine") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"))
      #expect(!cookie.contains("Max-Age") && !cookie.contains("Expires") && phone.cookies["amparo-language"] == nil)
      // It holds from page to page, also where something goes wrong, and nowhere else, even if a browser sent it there.
      #expect(try await phone.get("/mine").contains("<html lang=\"fr\">"))
      #expect(try await phone.get("/mine/nada").contains("Cette page n’existe pas"))
      for path in ["/sign-in", "/minero", "/open-data"] {
        #expect(try await phone.get(path).contains("<html lang=\"es\">"), "\(path)")
      }
      // Another choice takes its place; what is no language of these pages changes nothing.
      #expect(try await phone.get("/mine?in=en").contains("<html lang=\"en\">"))
      let unknown = try await phone.get("/mine?in=de")
      #expect(unknown.contains("<html lang=\"en\">") && unknown.headers[values: .setCookie].isEmpty)
      #expect(try await phone.get("/language/fr?to=/mine").status == .notFound)

      // Without a choice, the telephone's language; elsewhere one that every page has.
      let stranger = TestBrowser(house)
      stranger.acceptLanguage = "pt-BR, en;q=0.5"
      #expect(try await stranger.get("/mine").contains("<html lang=\"pt\">"))
      #expect(try await stranger.get("/sign-in").contains("<html lang=\"en\">"))

      // An officer who lends a telephone: the person reads French without the officer's menu, the officer goes on as before.
      #expect(try await officer.get("/mine").contains("<html lang=\"es\">"))
      let lent = try await officer.get("/mine?in=fr")
      #expect(lent.contains("<html lang=\"fr\">") && !lent.contains("/sign-out"))
      #expect(try await officer.get(address).contains("<html lang=\"es\">"))
      // The officer's session ends meanwhile: the person is not asked to sign in.
      let twin = TestBrowser(house)
      twin.cookies = officer.cookies
      _ = try await twin.submit(try await twin.get("/"), action: "/sign-out")
      let ended = try await officer.submit(lent, ["code": "x", "word": "y"], action: "/mine")
      #expect(ended.status == .forbidden && ended.contains("Ce formulaire n’est plus valable"))
      #expect(!ended.contains("name=\"password\""))
    }
  }

  @Test(arguments: [
    ("fr", "Votre consultation", "ne correspondent pas", "Corriger quelque chose de faux", "Il manque une réponse"),
    ("pt", "A sua consulta", "não conferem", "Corrigir algo que está errado", "Falta preencher"),
  ]) func aPersonReadsTheirOwnRecordInTheirLanguage(
    _ code: String, _ paperTitle: String, _ wrongWord: String, _ correct: String, _ missing: String
  ) async throws {
    try await withOpenCase(.sqlite) { house, worker, address in
      let language = try #require(Language(code))
      func check(_ page: TestBrowser.Page, _ place: String, _ status: HTTPResponse.Status = .ok) throws {
        #expect(page.status == status && page.contains("<html lang=\"\(code)\">"), "\(place)")
        #expect(try spanish(page, language, house) == [], "\(place)")
      }
      let receipt = address + "/receipt"
      #expect(try await worker.get(receipt).contains("name=\"language\" value=\"es\" checked"))
      try await share(house, address, language)

      // The paper: the member's page stays Spanish, what is handed over is the person's.
      let asked = try await worker.get(receipt)
      #expect(asked.contains("name=\"language\" value=\"\(code)\" checked"))
      let unknown = try await worker.submit(asked, ["word": "Cóndor", "language": "de"], action: receipt)
      #expect(unknown.status == .unprocessableContent)
      let paper = try await worker.submit(asked, ["word": "Cóndor"], action: receipt)
      #expect(paper.contains("<html lang=\"es\">") && paper.contains("El código se ve solo ahora"))
      #expect(paper.contains("<article class=\"sheet receipt\" lang=\"\(code)\">") && paper.contains(paperTitle))
      #expect(paper.contains("\(house.site.settings.publicAddress)/mine?in=\(code)<"))
      #expect(!paper.contains("Su consulta") && !paper.contains("Sirve hasta") && !paper.contains("Rosa"))
      let given = String(try #require(paper.text.firstMatch(of: /class="code">([0-9a-z-]{31})</)).1)

      let phone = TestBrowser(house)
      let door = try await phone.get("/mine?in=\(code)")
      try check(door, "the door")
      let wrong = try await phone.submit(door, ["code": given, "word": "llama"])
      try check(wrong, "a wrong word", .unprocessableContent)
      #expect(wrong.contains(wrongWord))
      try check(try await phone.submit(door), "nothing typed", .unprocessableContent)
      try check(try await phone.post("/mine", [("csrf", "x")]), "a foreign form", .forbidden)
      try check(try await phone.get("/mine/leave"), "no page", .methodNotAllowed)
      #expect(try await phone.submit(door, ["code": given, "word": "condor"]).location == "/mine")
      var record = try await phone.get("/mine")
      try check(record, "the record")
      #expect(record.contains(correct) && record.contains("Casa del Norte"))
      try check(try await phone.get("/mine/print"), "on paper")
      for kind in ["correct", "restrict", "copy", "erase"] {
        let page = try await phone.get("/mine/ask/\(kind)")
        try check(page, "to \(kind)")
        #expect(try await phone.submit(page, ["words": "Canari"], action: "/mine/ask/\(kind)").status == .seeOther)
      }
      let empty = try await phone.submit(try await phone.get("/mine/ask/correct"), action: "/mine/ask/correct")
      try check(empty, "without words", .unprocessableContent)
      #expect(empty.contains(missing))
      for _ in 4..<ReceiptRules.mostOpenRequests {
        _ = try await phone.submit(try await phone.get("/mine/ask/copy"), action: "/mine/ask/copy")
      }
      let many = try await phone.submit(try await phone.get("/mine/ask/copy"), action: "/mine/ask/copy")
      try check(many, "too many", .tooManyRequests)
      for withdrawal in record.text.matches(of: /href="(\/mine\/consents\/[0-9a-z]{26})"/).map({ String($0.1) }) {
        let page = try await phone.get(withdrawal)
        try check(page, "a consent")
        #expect(try await phone.submit(page, action: withdrawal).location == "/mine#shares")
      }
      record = try await phone.get("/mine")
      try check(record, "withdrawn")
      #expect(record.contains(house.site.screen.words(language)("casework.consent.state.withdrawn")))
      _ = try await phone.submit(record, action: "/mine/leave")
      try check(try await phone.get("/mine?over=1"), "over")

      // What the member prints for the person.
      let printed = try await worker.get(address + "/receipt/record?in=\(code)")
      try check(printed, "printed by the member")
      #expect(printed.contains("Casa del Norte"))
      #expect(try await worker.get(address + "/receipt/record").contains("<html lang=\"es\">"))
    }
  }

  @Test(arguments: [
    ("fr", "encore une fois sur Envoyer", "Votre message est arrivé", "aucun message", "Cochez la case", "francés"),
    ("pt", "Aperte Enviar mais uma vez", "A sua mensagem chegou", "nenhuma mensagem", "Marque a caixa", "portugués"),
  ]) func aNeighbourTellsSomethingInTheirLanguage(
    _ code: String, _ onceMore: String, _ arrived: String, _ unknown: String, _ sure: String, _ wroteIn: String
  ) async throws {
    let time = TipTime()
    try await withSite(.sqlite, clock: time.clock) { house in
      let language = try #require(Language(code))
      func check(_ page: TestBrowser.Page, _ place: String, _ status: HTTPResponse.Status = .ok) throws {
        #expect(page.status == status && page.contains("<html lang=\"\(code)\">"), "\(place)")
        #expect(try spanish(page, language, house) == [], "\(place)")
      }
      try await house.join("mesa", [.referralDesk])
      try await house.join("jefa", [.supervisor])
      let boss = try await house.actor("jefa")
      try await house.desks.tips.receive(
        boss, TipReceiver(agency: boss.agency, name: "", kind: "", isOpen: true, provinces: [], answerDays: 4))
      let phone = TestBrowser(house)
      var page = try await phone.get("/tip?in=\(code)")
      try check(page, "the form")
      try check(try await phone.submit(page, action: "/tip"), "nothing typed", .unprocessableContent)
      page = try await phone.submit(page, ["what": "X 1", "way": "099", "danger": "yes"], action: "/tip")
      try check(page, "too soon", .unprocessableContent)
      #expect(page.contains(onceMore))
      time.move(.minutes(2))
      page = try await phone.submit(page, action: "/tip")
      try check(page, "arrived")
      #expect(page.contains(arrived))
      let given = String(try #require(page.text.firstMatch(of: /class="code">([0-9a-z-]{31})</)).1)

      let door = try await phone.get("/tip/answer?in=\(code)")
      try check(door, "the door")
      let wrong = try await phone.submit(door, ["code": "k3wq-1111"], action: "/tip/answer")
      try check(wrong, "a wrong code", .unprocessableContent)
      #expect(wrong.contains(unknown))
      page = try await phone.submit(door, ["code": given], action: "/tip/answer")
      try check(page, "the thread")
      for (part, fields) in [("add", ["words": "X 2"]), ("contact", [:]), ("passing", ["passing": "helpers"])] {
        page = try await phone.submit(page, fields, action: "/tip/answer/\(part)")
        try check(page, part)
      }
      let desk = TestBrowser(house)
      try await desk.signIn("mesa")
      #expect(try await desk.get("/tips").contains("Escribió en \(wroteIn)"))
      let unsure = try await phone.submit(page, action: "/tip/answer/withdraw")
      try check(unsure, "not sure", .unprocessableContent)
      #expect(unsure.contains(sure))
      try check(try await phone.submit(page, ["sure": "yes"], action: "/tip/answer/withdraw"), "withdrawn")
      #expect(phone.cookies.isEmpty)
    }
  }

  /// The first public page and what whoever looks for help reads there; what is written in Spanish only says so.
  @Test(arguments: further) func thePublicReadsWhatToDo(_ code: String) async throws {
    try await withSite(.sqlite, settings: SiteSettings(publicAddress: "https://amparo.example")) { house in
      let (browser, language) = (TestBrowser(house), try #require(Language(code)))
      var places = ["/\(code)", "/\(code)/guide"]
      for page in house.desks.pack.sitePages {
        let isWritten = page.title.languages.contains(language)
        let found = try await browser.get("/\(code)/\(page.slug)")
        if isWritten {
          places.append("/\(code)/\(page.slug)")
        } else {
          #expect(found.location == "/es/\(page.slug)")
        }
      }
      #expect(places.count == 5)
      let map = try await browser.get("/sitemap.xml")
      for place in places {
        var page = try await browser.get(place)
        #expect(page.status == .ok && page.contains("<html lang=\"\(code)\">"), "\(place)")
        #expect(map.contains("<loc>https://amparo.example\(place)</loc>"), "\(place)")
        page.text = page.text.replacing(/<([a-z]+)[^>]* lang="es"[^>]*>[^<]*<\/\1>/, with: "")
        #expect(try spanish(page, language, house) == [], "\(place)")
        #expect(!page.contains("⟦"))
      }
      let front = try await browser.get("/\(code)")
      #expect(front.contains("href=\"/tip?in=\(code)\"") && front.contains("href=\"/\(code)/guide\""))
      #expect(front.contains("tel:911") && front.contains("href=\"/en\""))
      let none = try await browser.get("/\(code)/nada")
      #expect(none.status == .notFound && none.contains("<html lang=\"\(code)\">"))
      #expect(try await browser.get("/es/rights").contains("href=\"/\(code)/rights\""))
      #expect(try await browser.get("/\(code)/services").location == "/es/services")
    }
  }

  /// Three consents, one of them to be found, and an order of a court.
  private func share(_ house: WebHouse, _ address: String, _ language: Language) async throws {
    let other = try await house.desks.agencies.create(
      .console, name: "Casa del Norte", kind: "ngo", province: "EC-O", administrator: "N", login: "nadmin"
    ).agency
    let id = try #require(CaseID(String(address.dropFirst("/cases/".count))))
    let (cases, worker) = (house.desks.cases, try await house.actor("worker"))
    let known = try #require(house.desks.pack.known?.purpose)
    let consents: [(String, Set<DataKind>)] = [
      ("assistance", [.needs]), ("health", [.needs, .health]), (known, [.identity]),
    ]
    for (purpose, kinds) in consents {
      try await cases.giveConsent(
        worker, id, id: .random(),
        ConsentRequest(
          purpose: purpose, recipient: other, kinds: kinds, until: cases.today.adding(days: 9), decidedBy: .person,
          language: language, explained: ConsentRequest.allExplained))
    }
    try await cases.giveConsent(
      worker, id, id: .random(),
      ConsentRequest(
        basis: .courtOrder, purpose: "legal", recipient: other, kinds: [.legal], until: nil, document: "Oficio 1"))
  }
}

/// The Spanish that stands on a page of another language because that lacks a text: in its words and its attributes.
private func spanish(_ page: TestBrowser.Page, _ language: Language, _ house: WebHouse) throws -> [String] {
  let words = house.site.screen.words(language)
  let own = Set(words.texts.filter { !words.borrowed.contains($0.key) }.values)
    .union(house.site.screen.publicLanguages.map { house.site.screen.words($0)("common.language") })
  let terms = Set(
    house.desks.pack.lists.values.joined().map(\.name).filter { $0.languages.contains(language) }.map { $0[language] })
  let borrowed = words.borrowed.compactMap { words.texts[$0] }
  let whole = Set(borrowed.filter { !$0.contains("{") && $0.count >= 4 }).subtracting(own).subtracting(terms)
  /// Of texts with places, the longest piece between them.
  let pieces = borrowed.filter { $0.contains("{") }
    .compactMap { $0.split(separator: /\{[a-z_]+\}/).max { $0.count < $1.count }.map(String.init) }
    .filter { $0.count >= 12 }
  let text = page.text.replacing("&#39;", with: "'").replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
  let places =
    text.matches(of: />([^<>]+)</).map(\.1)
    + text.matches(of: /(?:title|alt|aria-label|placeholder|data-label)="([^"]+)"/).map(\.1)
  return Set(places.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }).filter { place in
    whole.contains(place) || place.count >= 12 && pieces.contains { place.contains($0) }
  }.sorted()
}
