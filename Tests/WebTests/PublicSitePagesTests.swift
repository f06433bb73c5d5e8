import Accounts
import Basics
import CountryPack
import Foundation
import HTTPTypes
import PublicSite
import Records
import Synchronization
import TestSupport
import Testing

@testable import Web

/// What editors write, through their pages, and what the public finds of it.
@Suite struct PublicSitePagesTests {
  private final class SetClock: Sendable {
    private let moment = Mutex(Moment(milliseconds: 1_790_000_000_000))
    var now: Moment { moment.withLock { $0 } }
    func pass(_ span: Span) { moment.withLock { $0 = $0 + span } }
  }

  private struct House {
    let house: WebHouse
    let clock: SetClock
    let writer: TestBrowser
    let visitor: TestBrowser

    init(_ house: WebHouse, _ clock: SetClock) async throws {
      (self.house, self.clock) = (house, clock)
      for (login, role) in [("prensa", Role.pressOfficer), ("coordina", .coordinator), ("caso", .caseWorker)] {
        try await house.join(login, [role])
      }
      writer = TestBrowser(house)
      try await writer.signIn("prensa")
      visitor = TestBrowser(house)
    }

    func pass(_ span: Span) {
      clock.pass(span)
      // A page may be sent for some seconds as it was made; the test does not wait.
      house.site.publicCache.forget()
    }

    static let words = [
      "title": "Taller en Ibarra", "summary": "Treinta personas practicaron.",
      "body": "## Qué fue\n\nUn **taller** y [una lista](/es/signs).", "slug": "taller-ibarra",
    ]

    /// Begins a text through its page and answers its address.
    func begun(_ kind: String = "news", _ further: [String: String] = [:], by browser: TestBrowser? = nil) async throws
      -> String
    {
      let browser = browser ?? writer
      let page = try await browser.get("/site/new?kind=\(kind)")
      #expect(page.status == .ok)
      let sent = try await browser.submit(page, Self.words.merging(further) { $1 }, action: "/site/new")
      #expect(sent.status == .seeOther, "\(sent.text)")
      return sent.location
    }

    func fill(_ address: String, _ fields: [String: String]) async throws -> TestBrowser.Page {
      let page = try await writer.get(address)
      #expect(page.status == .ok, "\(address)")
      return try await writer.submit(page, fields, action: address)
    }

    func publish(_ text: String, _ fields: [String: String] = [:], _ language: String = "es") async throws {
      let sent = try await fill(text + "/publish/\(language)", fields)
      #expect(sent.location == text, "\(sent.text)")
    }

    func local(_ span: Span) -> String {
      LocalMoment.written(clock.now + span, offset: house.desks.pack.offsetFromUTC)
    }
  }

  private func withHouse(_ engine: Engine, _ body: (House) async throws -> Void) async throws {
    let clock = SetClock()
    try await withSite(
      engine, settings: SiteSettings(publicAddress: "https://amparo.example.org"), clock: Clock { clock.now }
    ) { try await body(House($0, clock)) }
  }

  @Test(arguments: TestEngine.available) func aNewsItemIsWrittenPublishedFoundAndCorrected(_ engine: Engine)
    async throws
  {
    try await withHouse(engine) { house in
      let text = try await house.begun()
      for path in ["/es/news/taller-ibarra", "/en/news/taller-ibarra", "/es/taller-ibarra"] {
        #expect(try await house.visitor.get(path).status == .notFound)
      }
      #expect(try await !house.visitor.get("/es/news").contains("Taller en Ibarra"))
      try await house.publish(text)
      // The list is forgotten at once.
      #expect(try await house.visitor.get("/es/news").contains("Taller en Ibarra"))
      var page = try await house.visitor.get("/es/news/taller-ibarra")
      #expect(page.status == .ok && page.contains("<strong>taller</strong>"))
      #expect(page.contains("<h2>Qué fue</h2>") && page.text.components(separatedBy: "<h1").count == 2)
      #expect(page.contains("/es/news.atom") && page.headers[.setCookie] == nil)
      // Not translated: a plain link in the other language, and no promise of it in the list.
      let elsewhere = try await house.visitor.get("/en/news/taller-ibarra")
      #expect(elsewhere.contains("href=\"/es/news/taller-ibarra\"") && !elsewhere.contains("Qué fue"))
      #expect(try await !house.visitor.get("/en/news").contains("Taller en Ibarra"))

      house.pass(.minutes(5))
      let kept = try await house.fill(
        text + "/write/es", ["summary": "Treinta y una personas practicaron."])
      #expect(kept.location == text)
      #expect(try await !house.visitor.get("/es/news/taller-ibarra").contains("Treinta y una"))
      // Without saying what kind of change it is, nothing is published; a correction says what was wrong.
      let unsaid = try await house.fill(text + "/publish/es", [:])
      #expect(unsaid.status == .unprocessableContent)
      let silent = try await house.fill(text + "/publish/es", ["kind": "correction"])
      #expect(silent.status == .unprocessableContent && silent.contains("Diga qué estaba mal"))
      try await house.publish(text, ["kind": "correction", "note": "Decía treinta; fueron <31>."])
      page = try await house.visitor.get("/es/news/taller-ibarra")
      #expect(page.contains("Treinta y una") && page.contains("Decía treinta; fueron &lt;31&gt;."))
      #expect(page.contains("Corrección, "))
      let feed = try await house.visitor.get("/es/news.atom")
      #expect(feed.headers[.contentType] == "application/atom+xml; charset=utf-8")
      #expect(feed.contains("<title>Taller en Ibarra</title>") && feed.contains("Decía treinta"))
      #expect(feed.contains("https://amparo.example.org/es/news/taller-ibarra"))
      #expect(try await house.visitor.get("/es/news").contains("corregida"))
      let year = CalendarDay(house.clock.now, offsetFromUTC: house.house.desks.pack.offsetFromUTC).year
      #expect(try await house.visitor.get("/es/news/\(year)").contains("Taller en Ibarra"))
      #expect(try await house.visitor.get("/es/news/1999").status == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func aPreviewShowsWhatReadersGetAndKeepsNothing(_ engine: Engine) async throws
  {
    try await withHouse(engine) { house in
      let page = try await house.writer.get("/site/new?kind=press_note")
      let shown = try await house.writer.submit(
        page,
        [
          "preview": "1", "title": "<b>Título</b>", "summary": "Frase",
          "body": "*uno*\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![y](https://evil.example/a.png)",
          "office": "Prensa", "mail": "prensa@comite.example", "language": "es",
        ], action: "/site/new")
      #expect(shown.status == .ok && shown.contains("<em>uno</em>"))
      #expect(shown.contains("&lt;script&gt;alert(1)") && !shown.contains("<script>alert"))
      #expect(
        !shown.contains("href=\"javascript:") && !shown.contains("<img src=\"https://evil") && !shown.contains("<b>"))
      #expect(shown.contains("mailto:prensa@comite.example"))
      // What was typed stands in the form again, and nothing was kept.
      let form = try #require(house.writer.forms(shown).first { $0.action == "/site/new" })
      #expect(form.fields.contains { $0 == ("title", "<b>Título</b>") })
      #expect(form.fields.contains { $0.0 == "body" && $0.1.contains("javascript:") })
      #expect(try await house.house.desks.publicSite.texts(house.house.actor("prensa")).isEmpty)
      // The same of a text that is there.
      let text = try await house.begun()
      let again = try await house.fill(text + "/write/es", ["preview": "1", "body": "~ nuevo *dos*"])
      #expect(again.contains("<em>dos</em>"))
      #expect(try await !house.writer.get(text).contains("Versión 2"))
    }
  }

  @Test(arguments: TestEngine.available) func nothingUnpublishedIsReachableByThePublic(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let secret = "CANARIO-SIN-PUBLICAR"
      let draft = try await house.begun("news", ["title": secret, "slug": "secreto"])
      let later = try await house.begun("page", ["title": secret, "slug": "secreto-pagina", "place": "50"])
      try await house.publish(later, ["opens": house.local(.hours(2))])
      let behind = try await house.begun()
      try await house.publish(behind)
      _ = try await house.fill(behind + "/write/es", ["body": secret])
      _ = try await house.fill(behind + "/write/en", ["title": secret, "summary": secret, "body": secret])
      let version = try #require(
        try await house.writer.get(behind).text.firstMatch(of: /\/site\/[a-z0-9]+\/versions\/[a-z0-9]+/)?.output)
      var paths = [String(version), draft, later, behind, behind + "/write/es", behind + "/compare/es", "/site"]
      for language in ["es", "en"] {
        for rest in [
          "", "/guide", "/news", "/news.atom", "/news/secreto", "/secreto", "/secreto-pagina", "/news/secreto-pagina",
          "/news/taller-ibarra", "/taller-ibarra", "/signs",
        ] { paths.append("/\(language)\(rest)") }
      }
      for path in paths {
        let page = try await house.visitor.get(path)
        #expect(!page.contains(secret), "\(path)")
        #expect(!path.hasPrefix("/site") || page.location.hasPrefix("/sign-in"), "\(path)")
      }
      let rooms = house.house.site.publicRooms
      let visit = PublicVisit(
        desks: house.house.desks, settings: house.house.site.settings, words: house.house.site.screen.words(.spanish),
        parts: [:], query: .empty)
      for room in rooms {
        for entry in try await room.publicEntries(visit) {
          #expect(!entry.title.contains(secret) && !entry.text.contains(secret), "\(entry.path)")
        }
      }
      // When its moment comes nobody has to do anything.
      house.pass(.hours(2))
      #expect(try await house.visitor.get("/es/secreto-pagina").contains(secret))
      #expect(try await house.visitor.get("/es/guide").contains(secret))
    }
  }

  @Test(arguments: TestEngine.available) func aTranslationStandsBesideItsOriginal(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let text = try await house.begun()
      let page = try await house.writer.get(text + "/write/en")
      #expect(page.contains("lang=\"es\"") && page.contains("<strong>taller</strong>"))
      #expect(page.contains("Un **taller**"))
      let words = ["title": "Workshop in Ibarra", "summary": "Thirty practised.", "body": "A workshop."]
      let sent = try await house.writer.submit(page, words.merging(["says": "yes"]) { $1 }, action: text + "/write/en")
      #expect(sent.location == text)
      #expect(try await !house.writer.get(text).contains("La traducción dice"))
      try await house.publish(text)
      try await house.publish(text, [:], "en")
      let english = try await house.visitor.get("/en/news/taller-ibarra")
      #expect(english.contains("Workshop in Ibarra") && english.contains("hreflang=\"es\""))
      // The original goes on; editors are told, readers still find what was published.
      _ = try await house.fill(text + "/write/es", ["summary": "Treinta y una."])
      let behind = try await house.writer.get(text)
      #expect(behind.contains("La traducción dice la versión 1 y el original va por la 2"))
      #expect(try await house.writer.get("/site").contains("La traducción dice la versión 1"))
      #expect(try await house.writer.get("/").contains("Taller en Ibarra"))
      #expect(try await house.writer.get(text + "/publish/en").status == .ok)
      #expect(try await !house.visitor.get("/en/news/taller-ibarra").contains("versión 1"))
    }
  }

  @Test(arguments: TestEngine.available) func whoWasFasterIsShownAndWhatWasTypedStays(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let text = try await house.begun()
      let colleague = TestBrowser(house.house)
      try await colleague.signIn("coordina")
      let (mine, theirs) = (
        try await house.writer.get(text + "/write/es"), try await colleague.get(text + "/write/es")
      )
      #expect(
        try await colleague.submit(theirs, ["body": "LO DE ELLA"], action: text + "/write/es").location == text)
      let late = try await house.writer.submit(mine, ["body": "LO MÍO"], action: text + "/write/es")
      #expect(late.status == .conflict && late.contains("LO MÍO") && late.contains("LO DE ELLA"))
      let kept = try await house.writer.submit(late, [:], action: text + "/write/es")
      #expect(kept.location == text)
      let compared = try await house.writer.get(text + "/compare/es?from=2&to=3")
      #expect(compared.contains("<del>LO DE ELLA</del>") && compared.contains("<ins>LO MÍO</ins>"))
      #expect(try await house.writer.get(text + "/compare/es?from=1&to=1").contains("Las dos dicen lo mismo"))
      // Two clicks on one page publish once.
      let page = try await house.writer.get(text + "/publish/es")
      for _ in 0..<2 {
        #expect(try await house.writer.submit(page, [:], action: text + "/publish/es").location == text)
      }
      #expect(try await house.writer.get(text).text.matches(of: /Publicó la versión 3/).count == 1)
    }
  }

  @Test(arguments: TestEngine.available) func aTextIsWithdrawnEndedAndHandedOver(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let text = try await house.begun()
      try await house.publish(text)
      let past = try await house.fill(text + "/end", ["closes": "ayer"])
      #expect(past.status == .unprocessableContent && past.contains("value=\"ayer\""))
      #expect(try await house.fill(text + "/end", ["closes": house.local(.days(2))]).location == text)
      #expect(try await house.writer.get(text).contains("Deja de ser público el"))
      let bare = try await house.fill(text + "/withdraw", ["reason_es": "No era cierto.", "reason_en": ""])
      #expect(bare.status == .unprocessableContent && bare.contains("No era cierto."))
      #expect(
        try await house.fill(text + "/withdraw", ["reason_es": "No era cierto.", "reason_en": "It was not true."])
          .location == text)
      let gone = try await house.visitor.get("/en/news/taller-ibarra")
      #expect(gone.status == .gone && gone.contains("It was not true."))
      #expect(try await house.visitor.get("/es/news/taller-ibarra").status == .gone)
      #expect(try await !house.visitor.get("/es/news.atom").contains("Taller"))
      let colleague = try await house.house.actor("coordina").member
      #expect(
        try await house.fill(text + "/hand", ["member": colleague.description, "note": "¿Lo revisa?"]).location == text)
      let other = TestBrowser(house.house)
      try await other.signIn("coordina")
      #expect(try await other.get("/").contains("¿Lo revisa?"))
      let moved = try await house.fill(text + "/address", ["slug": "otra"])
      #expect(moved.status == .unprocessableContent && moved.contains("Esta dirección ya fue pública"))
    }
  }

  @Test(arguments: TestEngine.available) func aPressNoteHasItsContactAndWaitsForItsEmbargo(_ engine: Engine)
    async throws
  {
    try await withHouse(engine) { house in
      let page = try await house.writer.get("/site/new?kind=press_note")
      let bare = try await house.writer.submit(
        page, House.words.merging(["office": "Prensa", "embargo": house.local(.hours(3))]) { $1 }, action: "/site/new")
      #expect(bare.status == .unprocessableContent && bare.contains("al menos un teléfono"))
      let sent = try await house.writer.submit(bare, ["phone": "+593 000 000"], action: "/site/new")
      let text = sent.location
      let version = try #require(
        try await house.writer.get(text).text.firstMatch(of: /\/site\/[a-z0-9]+\/versions\/[a-z0-9]+/)?.output)
      let sheet = try await house.writer.get(String(version))
      #expect(sheet.contains("EMBARGO") && sheet.contains("tel:+593000000"))
      let early = try await house.fill(text + "/publish/es", ["opens": ""])
      #expect(early.status == .unprocessableContent && early.contains("embargo"))
      try await house.publish(text)
      #expect(try await house.visitor.get("/es/news/taller-ibarra").status == .notFound)
      // What waits can be taken back.
      #expect(try await house.fill(text + "/cancel/es", [:]).location == text)
      try await house.publish(text)
      house.pass(.hours(3))
      let found = try await house.visitor.get("/es/news/taller-ibarra")
      #expect(found.contains("Contacto para la prensa") && found.contains("+593 000 000") && !found.contains("EMBARGO"))
    }
  }

  @Test(arguments: TestEngine.available) func thePacksPagesStandUntilTheyAreTakenOver(_ engine: Engine) async throws {
    try await withHouse(engine) { house in
      let pack = house.house.desks.pack
      for language in [Language.spanish, .english] {
        let guide = try await house.visitor.get("/\(language)/guide")
        for page in pack.sitePages {
          #expect(guide.contains("/\(language)/\(page.slug)"))
          let shown = try await house.visitor.get("/\(language)/\(page.slug)")
          #expect(shown.status == .ok && shown.contains(Screen.escaped(page.title[language])))
          for source in page.sources { #expect(shown.contains(Screen.escaped(source.name[language]))) }
          // Days as people write them.
          #expect(shown.text.firstMatch(of: /\([0-9]{4}-[0-9]{2}/) == nil, "\(page.slug)")
          #expect(shown.text.components(separatedBy: "<h1").count == 2 && !shown.contains("⟦"))
          #expect(shown.text.utf8.count < 50_000)
        }
      }
      let list = try await house.writer.get("/site")
      let form = try #require(
        house.writer.forms(list).first { form in form.fields.contains { $0 == ("slug", "signs") } })
      let sent = try await house.writer.post("/site/take", form.fields)
      #expect(sent.status == .seeOther)
      #expect(try await house.writer.post("/site/take", form.fields).location == sent.location)
      #expect(
        try await house.fill(sent.location + "/write/es", ["title": "Señales que cambiamos"]).location == sent.location)
      #expect(try await !house.visitor.get("/es/signs").contains("Señales que cambiamos"))
      try await house.publish(sent.location)
      #expect(try await house.visitor.get("/es/signs").contains("Señales que cambiamos"))
      #expect(try await house.visitor.get("/es/guide").contains("Señales que cambiamos"))
      // Nobody has published the English one yet.
      let english = try await house.visitor.get("/en/signs")
      #expect(english.status == .ok && english.contains("A sign proves nothing") || english.contains("proves nothing"))
      // Other rooms keep their addresses.
      let page = try await house.writer.get("/site/new?kind=page")
      let taken = try await house.writer.submit(
        page, House.words.merging(["slug": "news", "place": "7"]) { $1 }, action: "/site/new")
      #expect(taken.status == .unprocessableContent && taken.contains("Esa dirección ya la tiene otra página"))
    }
  }

  @Test(arguments: [
    ("2026-03-09T15:00", true), ("2026-03-09T15:00:00", true), ("2026-03-09", false), ("", false), ("T15:00", false),
    ("2026-02-30T15:00", false), ("2026-03-09T24:00", false), ("2026-03-09 15:00", false), ("2026-03-09T15:0", false),
  ]) func aMomentOfAFormIsReadAtTheCountrysClock(_ text: String, _ isOne: Bool) {
    let moment = LocalMoment.read(text, offset: .hours(-5))
    #expect((moment != nil) == isOne)
    if let moment {
      #expect(LocalMoment.written(moment, offset: .hours(-5)) == "2026-03-09T15:00")
      #expect(NewsFeed.stamp(moment) == "2026-03-09T20:00:00Z")
    }
  }
}
