import Accounts
import Basics
import CountryPack
import PublicSite

/// What editors write for the public: the list, taking a page of the pack over, and beginning something new.
struct EditorPages: RoomPages {
  static let path = "/site"
  let desks: Desks
  /// Forgotten when something becomes public or ceases to be.
  let cache: PublicCache
  /// Parts of public addresses that other rooms have.
  let taken: Set<String>

  var desk: PublicSiteDesk { desks.publicSite }

  let navigation = [NavigationEntry(path: EditorPages.path, key: "site.menu", permission: .keepSite)]

  func add(to routes: Routes) {
    routes.list(Self.path, list)
    routes.get(Self.path + "/take") { visit in
      try visit.actor().require(.keepSite)
      return .goTo(Self.path)
    }
    routes.post(Self.path + "/take", take)
    EditorWritePages(desks: desks, taken: taken).add(to: routes)
    EditorTextPages(desks: desks).add(to: routes)
    EditorPublishPages(desks: desks, cache: cache).add(to: routes)
    EditorDeskPages(desks: desks, cache: cache, taken: taken).add(to: routes)
  }

  /// What colleagues handed over, and translations that say less than their original.
  func home(_ visit: Visit, _ actor: Actor) async throws -> HomeSection? {
    guard actor.may(.keepSite) else { return nil }
    let texts = try await desk.texts(actor)
    let mine = texts.filter { $0.holder?.member == actor.member }
    let behind = texts.filter { text in
      text.holder == nil
        && text.languages.contains { language in
          text.behind(language) != nil && SiteRules.standing(text, language, at: visit.dates.now).state == .live
        }
    }
    let rows = (mine + behind).prefix(6).map { row($0, visit, [actor.member: actor.name]) }
    guard !rows.isEmpty else { return nil }
    return HomeSection(
      title: "site.home", rows: rows, all: .init(address: Self.path, label: visit.words("site.title")),
      words: visit.words)
  }

  private func row(_ text: SiteText, _ visit: Visit, _ names: [MemberID: String]) -> WorkRow {
    let screen = EditorScreen(visit: visit, text: text, names: names)
    let whole = SiteRules.standings(text, at: visit.dates.now)
    let main = whole[text.original] ?? SiteRules.Standing(state: .draft)
    return WorkRow(
      title: text.title, address: screen.address(),
      facts: [visit.words("site.kind.\(text.kind.rawValue)")]
        + text.languages.map { language in
          ([screen.languageName(language) + ": " + screen.status(language).text] + screen.facts(language).dropFirst())
            .joined(separator: " · ")
        } + (text.holder.map { $0.note.isEmpty ? [] : ["“\($0.note)”"] } ?? []),
      status: EditorScreen.status(main, visit), holder: text.holder.map { screen.who($0.member) })
  }

  private func list(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    let (words, texts) = (visit.words, try await desk.texts(actor))
    let names = try await desks.members.names(actor)
    let offered = try await desk.offered(actor)
    let news = texts.filter(\.kind.isNews).sorted { last($1) < last($0) }
    func rows(_ texts: [SiteText]) -> [[String: Any]] { texts.map { row($0, visit, names).view } }
    let pages = rows(texts.filter { !$0.kind.isNews })
    var model: [String: Any] = [
      "heading": Heading(title: words("site.title"), lead: words("site.lead")).view,
      "begin": SiteText.Kind.allCases.map { kind in
        [
          "address": Self.path + "/new?kind=\(kind.rawValue)", "label": words("site.begin.\(kind.rawValue)"),
        ]
      },
      "news": rows(news), "hasNews": !news.isEmpty, "written": pages, "hasWritten": !pages.isEmpty,
      "hasOffered": !offered.isEmpty,
      "offered": offered.map { page in
        [
          "id": SiteTextID.random().description, "slug": page.slug, "name": page.title[visit.language],
          "summary": page.summary[visit.language], "address": "/\(visit.language)/\(page.slug)",
        ]
      },
    ]
    model["message"] = visit.query["problem"] == "taken" ? words("error.site_taken") : nil
    let (written, told) = (texts.filter { !$0.kind.isNews }, news)
    return .page("public-site/list", model).listing([
      ListSheet.Part(title: words("site.pages"), written.map { row($0, visit, names) }),
      ListSheet.Part(title: words("site.news"), told.map { row($0, visit, names) }),
    ])
  }

  private func last(_ text: SiteText) -> Moment {
    (text.versions.map(\.writtenAt) + text.releases.map(\.opens)).max() ?? Moment(milliseconds: 0)
  }

  private func take(_ visit: Visit) async throws -> Answer {
    let actor = try visit.actor()
    try actor.require(.keepSite)
    let id: SiteTextID = try FormReader(visit.form).id()
    guard let slug = try visit.form.one("slug") else { throw RefusedRequest.malformed }
    do { try await desk.takeOver(actor, id: id, slug) } catch let refusal as Refusal {
      // Somebody else took it over meanwhile: the list shows it.
      guard refusal.kind == .conflict else { throw refusal }
      return .goTo(Self.path + "?problem=taken")
    }
    return .goTo(EditorScreen.address(id))
  }
}
