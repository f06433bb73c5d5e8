import Basics
import CountryPack
import PublicSite

/// News and press notes for everybody, as pages and as a feed.
struct PublicNewsPages: PublicRoom {
  /// How many of the newest the first page shows; the others are listed by year.
  static let newest = 20

  var publicPages: [PublicPage] {
    [
      PublicPage(path: "news", menu: "site.news", make: list),
      PublicPage(path: "news.atom", make: feed),
      PublicPage(path: "news/:slug", make: item),
    ]
  }

  func publicEntries(_ visit: PublicVisit) async throws -> [PublicEntry] {
    try await news(visit).map { text in
      PublicEntry(
        path: "news/\(text.slug)", title: text.title, description: text.summary, text: Markdown.plain(text.body),
        changed: day(text.updated, visit))
    } + [
      PublicEntry(
        path: "news", title: visit.words("site.news"), description: visit.words("site.news_lead"), text: "")
    ]
  }

  /// Who speaks: the site of this country.
  static func author(_ visit: PublicVisit) -> String {
    visit.words("common.product") + " " + visit.pack.name[visit.language]
  }

  private func news(_ visit: PublicVisit) async throws -> [PublishedText] {
    try await visit.desks.publicSite.published(visit.language).filter(\.kind.isNews)
  }

  private func day(_ moment: Moment, _ visit: PublicVisit) -> CalendarDay {
    CalendarDay(moment, offsetFromUTC: visit.pack.offsetFromUTC)
  }

  private func list(_ visit: PublicVisit) async throws -> PublicAnswer {
    let all = try await news(visit)
    return page(visit, Array(all.prefix(Self.newest)), years: Set(all.map { day($0.published, visit).year }), year: nil)
  }

  private func page(_ visit: PublicVisit, _ shown: [PublishedText], years: Set<Int>, year: Int?) -> PublicAnswer {
    let words = visit.words
    let title = year.map { words("site.news_of", ["year": String($0)]) } ?? words("site.news")
    return .page(
      "public-site/news",
      [
        "heading": title, "lead": words("site.news_lead"), "feed": visit.address("news.atom"),
        "hasItems": !shown.isEmpty,
        "items": shown.map { text in
          [
            "address": visit.address("news/\(text.slug)"), "title": text.title, "summary": text.summary,
            "kind": words("site.kind.\(text.kind.rawValue)"), "day": visit.dates.day(of: text.published),
            "isCorrected": text.notes.contains { $0.kind == .correction },
          ] as [String: Any]
        }, "hasYears": years.count > 1 || year != nil || shown.count == Self.newest,
        "years": years.sorted(by: >).map { one in
          ["address": visit.address("news/\(one)"), "label": String(one), "isCurrent": one == year] as [String: Any]
        },
      ] as [String: Any], PublicAbout(title: title, description: words("site.news_lead")))
  }

  private func item(_ visit: PublicVisit) async throws -> PublicAnswer {
    let slug = visit.part("slug")
    // No text's address begins with a digit.
    if let year = Int(slug) {
      let all = try await news(visit)
      let shown = all.filter { day($0.published, visit).year == year }
      guard !shown.isEmpty else { throw Refusal.notFound }
      return page(visit, shown, years: Set(all.map { day($0.published, visit).year }), year: year)
    }
    let view = PublicTextView(visit: visit)
    switch try await visit.desks.publicSite.look(slug: slug, isNews: true, visit.language) {
    case .text(let text): return view.page(text, languages: text.languages)
    case .elsewhere(let languages, let title):
      return view.elsewhere(languages, title: title, path: "news/\(slug)")
    case .withdrawn(let reason, let moment): throw PublicTextPages.gone(visit, reason, moment)
    case .ended, .unknown: throw Refusal.notFound
    }
  }

  private func feed(_ visit: PublicVisit) async throws -> PublicAnswer {
    let words = visit.words
    let feed = NewsFeed(
      site: visit.settings.publicAddress, language: visit.language,
      title: words("site.news") + " · " + Self.author(visit), author: Self.author(visit),
      since: Moment(visit.pack.version, .midnight, offsetFromUTC: visit.pack.offsetFromUTC),
      changeNames: [.correction: words("site.change.correction"), .update: words("site.change.update")],
      day: visit.dates.day(of:))
    return .file(Array(feed.xml(try await news(visit)).utf8), type: NewsFeed.type)
  }
}
