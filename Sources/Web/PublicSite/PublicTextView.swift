import Basics
import CountryPack
import Foundation
import PublicSite

extension PublicPage {
  /// The first part of its address, which no page of an editor may have.
  var firstPiece: String { path.split(separator: "/").first.map(String.init) ?? "" }
}

/// A published text as its page shows it.
struct PublicTextView {
  let visit: PublicVisit
  private var words: Words { visit.words }

  /// The page of what editors wrote.
  ///
  /// - Parameter languages: in which the page exists.
  func page(_ text: PublishedText, languages: [Language], more: [[String: String]] = []) -> PublicAnswer {
    var view: [String: Any] = [
      "heading": text.title, "summary": text.summary, "html": Markdown.html(text.body, droppingTitle: true),
      "dates": dates(text), "more": more, "hasMore": !more.isEmpty,
      "notes": text.notes.map { note in
        [
          "label": words("site.change_public.\(note.kind.rawValue)", ["day": visit.dates.day(of: note.at)]),
          "words": note.words,
        ]
      }, "hasNotes": !text.notes.isEmpty,
    ]
    if text.kind.isNews {
      view["eyebrow"] = words("site.kind.\(text.kind.rawValue)")
      view["back"] = ["address": visit.address("news"), "label": words("site.news")]
      view["feed"] = visit.address("news.atom")
    }
    view["press"] = text.press.map { EditorScreen.press($0, words, visit.dates, isWaiting: false) }
    return .page(
      "public-site/text", view,
      PublicAbout(
        title: text.title, description: text.summary, languages: languages,
        structuredData: text.kind.isNews ? structured(text) : nil))
  }

  /// A page of the pack, with how sure it is and where that comes from.
  func page(_ page: SitePage, languages: [Language], more: [[String: String]]) -> PublicAnswer {
    let language = visit.language
    let view: [String: Any] = [
      "heading": page.title[language], "summary": page.summary[language], "html": Markdown.html(page.body[language]),
      "certainty": words("site.certainty.\(page.certainty.rawValue)"), "hasSources": true,
      "sources": page.sources.map { source in
        [
          "name": source.name[language], "date": source.date.map(readable) ?? words("site.undated"),
          "certainty": words("site.certainty_short.\(source.certainty.rawValue)"),
        ]
      }, "more": more, "hasMore": !more.isEmpty,
      "dates": words("site.pack_day", ["day": visit.dates.day(visit.pack.version)]),
    ]
    return .page(
      "public-site/text", view,
      PublicAbout(title: page.title[language], description: page.summary[language], languages: languages))
  }

  /// A text that is not written in this language: a plain link to where it is.
  func elsewhere(_ languages: [Language], title: String, path: String) -> PublicAnswer {
    .page(
      "public-site/elsewhere",
      [
        "links": languages.map { language in
          ["address": "/\(language)/\(path)", "lang": language.code, "title": title]
        }
      ],
      PublicAbout(title: words("site.elsewhere"), description: words("site.elsewhere_lead"), languages: languages))
  }

  /// A day or a month as people write it; a year as it is.
  private func readable(_ date: String) -> String {
    CalendarDay(date).map(visit.dates.day) ?? CalendarMonth(date).map(visit.dates.month) ?? date
  }

  private func dates(_ text: PublishedText) -> String {
    let published = words("site.published", ["day": visit.dates.day(of: text.published)])
    guard text.updated > text.published else { return published }
    return published + " · " + words("site.updated", ["day": visit.dates.day(of: text.updated)])
  }

  /// The text in the vocabulary of schema.org.
  private func structured(_ text: PublishedText) -> String? {
    struct Organization: Encodable {
      var type = "Organization"
      var name: String
      enum CodingKeys: String, CodingKey {
        case type = "@type"
        case name
      }
    }
    struct Correction: Encodable {
      var type = "CorrectionComment"
      var text: String
      var datePublished: String
      enum CodingKeys: String, CodingKey {
        case type = "@type"
        case text, datePublished
      }
    }
    struct Article: Encodable {
      var context = "https://schema.org"
      var type = "NewsArticle"
      var headline, description, inLanguage, url, datePublished, dateModified: String
      var publisher: Organization
      var correction: [Correction]
      enum CodingKeys: String, CodingKey {
        case context = "@context"
        case type = "@type"
        case headline, description, inLanguage, url, datePublished, dateModified, publisher, correction
      }
    }
    let article = Article(
      headline: text.title, description: text.summary, inLanguage: text.language.code,
      url: visit.settings.publicAddress + visit.address("news/\(text.slug)"),
      datePublished: NewsFeed.stamp(text.published), dateModified: NewsFeed.stamp(text.updated),
      publisher: Organization(name: PublicNewsPages.author(visit)),
      correction: text.notes.filter { $0.kind == .correction }.map {
        Correction(text: $0.words, datePublished: NewsFeed.stamp($0.at))
      })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // No text of it can end the element it stands in.
    return (try? encoder.encode(article)).map { String(decoding: $0, as: UTF8.self).replacing("<", with: "\\u003c") }
  }
}
