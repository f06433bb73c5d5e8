import Basics
import Foundation

/// News as an Atom feed (RFC 4287), made of what is public and nothing else.
public struct NewsFeed: Sendable {
  /// The site's address without a slash at its end, for example `https://amparo.example.org`.
  public var site: String
  public var language: Language
  public var title: String
  /// Who speaks: the name of the site.
  public var author: String
  /// When the feed changed last where it has no entries.
  public var since: Moment
  /// The words for a change, by its kind: “Correction”.
  public var changeNames: [SiteRelease.Kind: String]
  /// How times of notes are written for people.
  public var day: @Sendable (Moment) -> String

  public init(
    site: String, language: Language, title: String, author: String, since: Moment,
    changeNames: [SiteRelease.Kind: String], day: @escaping @Sendable (Moment) -> String
  ) {
    self.site = site
    self.language = language
    self.title = title
    self.author = author
    self.since = since
    self.changeNames = changeNames
    self.day = day
  }

  /// How many of the newest entries a feed holds.
  public static let most = 30
  public static let type = "application/atom+xml; charset=utf-8"

  /// The feed as XML in UTF-8.
  ///
  /// - Parameter texts: in any order. Entries are sorted by their last change, so that a correction comes up again.
  public func xml(_ texts: [PublishedText]) -> String {
    let entries = texts.sorted { ($1.updated, $0.slug) < ($0.updated, $1.slug) }.prefix(Self.most)
    let own = "\(site)/\(language)/news"
    return """
      <?xml version="1.0" encoding="utf-8"?>
      <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="\(language)">
      <id>\(Self.xml(own)).atom</id>
      <title>\(Self.xml(title))</title>
      <updated>\(Self.stamp(entries.map(\.updated).max() ?? since))</updated>
      <author><name>\(Self.xml(author))</name></author>
      <link rel="self" type="application/atom+xml" href="\(Self.xml(own)).atom"/>
      <link rel="alternate" type="text/html" hreflang="\(language)" href="\(Self.xml(own))"/>
      \(entries.map(entry).joined())</feed>

      """
  }

  private func entry(_ text: PublishedText) -> String {
    let notes = text.notes.map { note in
      "<p><strong>\(Markdown.escaped(changeNames[note.kind] ?? note.kind.rawValue)), "
        + "\(Markdown.escaped(day(note.at))):</strong> \(Markdown.escaped(note.words))</p>\n"
    }
    return """
      <entry>
      <id>\(Self.xml(id(text)))</id>
      <title>\(Self.xml(text.title))</title>
      <published>\(Self.stamp(text.published))</published>
      <updated>\(Self.stamp(text.updated))</updated>
      <link rel="alternate" type="text/html" hreflang="\(language)" href="\(Self.xml("\(site)/\(language)/news/\(text.slug)"))"/>
      <summary>\(Self.xml(text.summary))</summary>
      <content type="html" xml:base="\(Self.xml(site))/">\(Self.xml(notes.joined() + Markdown.html(text.body)))</content>
      </entry>

      """
  }

  /// A name of the entry that stays whatever becomes of its words (RFC 4151). The day is that of its first publication.
  func id(_ text: PublishedText) -> String {
    let host = site.drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != ":" && $0 != "/" }
    return "tag:\(host),\(CalendarDay(text.published, offsetFromUTC: .hours(0))):news/\(text.id)/\(language)"
  }

  /// RFC 3339 in UTC: `2026-03-09T15:04:05Z`.
  public static func stamp(_ moment: Moment) -> String {
    let day = CalendarDay(moment, offsetFromUTC: .hours(0))
    let seconds = Int((moment.milliseconds - Int64(day.daysSince1970) * 86_400_000) / 1000)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    return "\(day)T\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))Z"
  }

  /// Text for XML 1.0, which knows no control characters at all.
  static func xml(_ text: String) -> String {
    let bare = String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter {
          $0.value >= 32 && $0.value != 0xFFFE && $0.value != 0xFFFF || $0 == "\n" || $0 == "\t"
        }))
    return Markdown.escaped(bare)
  }
}
