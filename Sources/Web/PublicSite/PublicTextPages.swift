import Basics
import CountryPack
import HTTPTypes
import PublicSite

/// The pages that stay: those of the pack, and those that editors wrote or took over. Their addresses are whatever no other
/// room has.
struct PublicTextPages: PublicRoom {
  var publicPages: [PublicPage] {
    [
      PublicPage(path: "guide", menu: "site.guide", make: list),
      PublicPage(path: ":slug", make: page),
    ]
  }

  func publicEntries(_ visit: PublicVisit) async throws -> [PublicEntry] {
    try await shelf(visit).map { one in
      var entry = one.entry
      entry.text = Markdown.plain(one.source)
      entry.languages = [visit.language]
      return entry
    }
      + [
        PublicEntry(
          path: "guide", title: visit.words("site.guide"), description: visit.words("site.guide_lead"), text: "",
          languages: visit.words.borrowed.isDisjoint(with: ["site.guide", "site.guide_lead"]) ? [visit.language] : [])
      ]
  }

  /// A page of either kind, for lists.
  private struct Shelved {
    var place: Int
    /// Without its text.
    var entry: PublicEntry
    /// Markdown.
    var source: String
  }

  /// Every page of a language in its order.
  private func shelf(_ visit: PublicVisit) async throws -> [Shelved] {
    let (desk, language, pack) = (visit.desks.publicSite, visit.language, visit.pack)
    let spoken = try await desk.spoken(language)
    let written = try await desk.published(language).filter { !$0.kind.isNews }.map { text in
      Shelved(
        place: text.place,
        entry: PublicEntry(
          path: text.slug, title: text.title, description: text.summary, text: "",
          changed: CalendarDay(text.updated, offsetFromUTC: pack.offsetFromUTC)), source: text.body)
    }
    let shipped = pack.sitePages.filter { !spoken.contains($0.slug) && $0.title.languages.contains(language) }.map {
      page in
      Shelved(
        place: page.place,
        entry: PublicEntry(
          path: page.slug, title: page.title[language], description: page.summary[language],
          text: "", changed: pack.version), source: page.body[language])
    }
    return (written + shipped).sorted { ($0.place, $0.entry.path) < ($1.place, $1.entry.path) }
  }

  private func links(_ shelf: [Shelved], _ visit: PublicVisit) -> [[String: String]] {
    shelf.map { one in
      ["address": visit.address(one.entry.path), "title": one.entry.title, "summary": one.entry.description]
    }
  }

  private func list(_ visit: PublicVisit) async throws -> PublicAnswer {
    .page(
      "public-site/guide",
      ["pages": links(try await shelf(visit), visit)] as [String: Any],
      PublicAbout(title: visit.words("site.guide"), description: visit.words("site.guide_lead")))
  }

  private func page(_ visit: PublicVisit) async throws -> PublicAnswer {
    let (slug, language, desk) = (visit.part("slug"), visit.language, visit.desks.publicSite)
    let shipped = visit.pack.sitePages.first { $0.slug == slug }
    guard shipped != nil || SiteRules.isSlug(slug) else { throw Refusal.notFound }
    let look = try await desk.look(slug: slug, isNews: false, language)
    let view = PublicTextView(visit: visit)
    switch look {
    case .text(let text):
      let more = links(try await shelf(visit).filter { $0.entry.path != slug }, visit)
      return view.page(text, languages: try await languages(slug, shipped, text.languages, visit), more: more)
    case .elsewhere(let languages, let title): return view.elsewhere(languages, title: title, path: slug)
    case .withdrawn(let reason, let moment): throw Self.gone(visit, reason, moment)
    case .ended: throw Refusal.notFound
    case .unknown:
      guard let shipped else { throw Refusal.notFound }
      guard shipped.title.languages.contains(language) else {
        return view.elsewhere(shipped.title.languages, title: shipped.title[language], path: slug)
      }
      let more = links(try await shelf(visit).filter { $0.entry.path != slug }, visit)
      return view.page(shipped, languages: try await languages(slug, shipped, [], visit), more: more)
    }
  }

  /// In which languages an address has a page: an editor's or still the pack's.
  private func languages(_ slug: String, _ shipped: SitePage?, _ written: [Language], _ visit: PublicVisit) async throws
    -> [Language]
  {
    var languages = written
    for language in shipped?.title.languages ?? [] where !written.contains(language) {
      switch try await visit.desks.publicSite.look(slug: slug, isNews: false, language) {
      case .text, .unknown: languages.append(language)
      case .elsewhere, .withdrawn, .ended: break
      }
    }
    return languages
  }

  /// The page is gone, and says since when and why.
  static func gone(_ visit: PublicVisit, _ reason: String, _ moment: Moment) -> RefusedRequest {
    RefusedRequest(
      status: .gone, key: "site.gone", values: ["day": visit.dates.day(of: moment), "reason": reason])
  }
}
