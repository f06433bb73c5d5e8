import Basics
import CountryPack
import Foundation
import Training

/// The first public page: danger first, with the numbers one may call; then what one may come for.
struct FrontPages: PublicRoom {
  var publicPages: [PublicPage] {
    [PublicPage(path: "", menu: "common.home", make: front)]
  }

  func publicEntries(_ visit: PublicVisit) async throws -> [PublicEntry] {
    let words = visit.words
    // `found_by` is not shown on the page: it is what people type who look for help in their own words.
    let keys = words.texts.keys.filter { $0.hasPrefix("public.front.") }
    let text = (keys.sorted().map { words($0) } + visit.pack.hotlines.filter(Self.isShown).map(\.number))
      .joined(separator: " ")
    return [
      PublicEntry(
        path: "", title: words("public.front.title"), description: words("public.front.lead"), text: text,
        languages: !words.borrowed.isEmpty && words.borrowed.isDisjoint(with: keys) ? [visit.language] : [])
    ]
  }

  private func front(_ visit: PublicVisit) async throws -> PublicAnswer {
    let words = visit.words
    let lines = visit.pack.hotlines.filter(Self.isShown).map { line in
      var view: [String: Any] = [
        "name": line.name[visit.language], "number": line.number, "dial": line.number.filter { !$0.isWhitespace },
      ]
      view["verified"] = line.isPublic ? line.verifiedOn.map(visit.dates.day) : nil
      return view
    }
    // The numbers must stand there when nothing else can be read.
    let entries = (try? await visit.catalog?.index(visit).entries) ?? []
    var model: [String: Any] = ["hotlines": lines, "hasHotlines": !lines.isEmpty]
    model["learn"] = Self.first(of: ["guide", "signs"], entries).map { visit.address($0.path) }
    model["services"] = Self.first(of: ["services"], entries).map { visit.address($0.path) }
    model["news"] = Self.news(entries, visit)
    return .page(
      "public/front", model,
      PublicAbout(
        title: words("public.front.title"), description: words("public.front.lead"), structuredData: Self.data(visit)))
  }

  /// Numbers that nobody contradicts. One that the institution has not confirmed is shown as such: who is in danger must
  /// not look for it elsewhere.
  private static func isShown(_ line: Hotline) -> Bool { line.isPublic || line.certainty == .secondHand }

  private static func first(of paths: [String], _ entries: [PublicEntry]) -> PublicEntry? {
    paths.lazy.compactMap { path in entries.first { $0.path == path } }.first
  }

  /// The latest news, where another room has some.
  private static func news(_ entries: [PublicEntry], _ visit: PublicVisit) -> [String: Any]? {
    let news = entries.filter { $0.path.hasPrefix("news/") }
      .sorted { ($1.changed?.description ?? "", $0.path) < ($0.changed?.description ?? "", $1.path) }.prefix(3)
    guard !news.isEmpty else { return nil }
    return [
      "all": visit.address("news"),
      "items": news.map { entry in
        var view: [String: Any] = [
          "title": entry.title, "address": visit.address(entry.path), "description": entry.description,
        ]
        view["day"] = entry.changed.map(visit.dates.day)
        return view
      },
    ]
  }

  /// The site in the vocabulary of schema.org.
  private static func data(_ visit: PublicVisit) -> String {
    let address = visit.settings.publicAddress + visit.address("")
    return JSONValue.object([
      "@context": .string("https://schema.org"), "@type": .string("WebSite"), "@id": .string(address + "#site"),
      "url": .string(address), "name": .string(visit.words("common.product")),
      "headline": .string(visit.words("public.front.title")),
      "description": .string(visit.words("public.front.lead")), "inLanguage": .string(visit.language.code),
      "potentialAction": .object([
        "@type": .string("SearchAction"), "target": .string(address + "/search?q={q}"),
        "query-input": .string("required name=q"),
      ]),
    ]).canonical
  }
}
