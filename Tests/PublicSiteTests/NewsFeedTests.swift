import Basics
import Foundation
import Testing

@testable import PublicSite

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The feed as a reader of feeds sees it.
@Suite struct NewsFeedTests {
  private static let begin = Moment(milliseconds: 1_772_982_245_678)

  private static func text(_ number: Int, updated: Span = .hours(0), notes: [PublishedText.Note] = []) -> PublishedText
  {
    PublishedText(
      id: SiteTextID(bytes: (1, UInt64(number))), kind: .news, slug: "n\(number)", place: 0, language: .spanish,
      languages: [.spanish], title: "T\(number) <&\u{1}\u{FFFE}", summary: "«S» ]]>", body: "# A\n\n*b* <script>",
      published: begin + .hours(number), updated: begin + .hours(number) + updated, notes: notes)
  }

  private static let feed = NewsFeed(
    site: "https://amparo.example.org:8443", language: .spanish, title: "Noticias & más", author: "Amparo <Ecuador>",
    since: Moment(milliseconds: 0), changeNames: [.correction: "Corrección"], day: { _ in "9 mar 2026" })

  private final class Reader: NSObject, XMLParserDelegate {
    var path: [String] = []
    var found: [(path: String, text: String)] = []
    var links: [[String: String]] = []
    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      path.append(name)
      found.append((path.joined(separator: "/"), ""))
      if name == "link" { links.append(attributes) }
    }
    func parser(_ parser: XMLParser, foundCharacters string: String) {
      let here = path.joined(separator: "/")
      if let place = found.lastIndex(where: { $0.path == here }) { found[place].text += string }
    }
    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
      path.removeLast()
    }
    func all(_ path: String) -> [String] { found.filter { $0.path == path }.map(\.text) }
  }

  private func read(_ xml: String) throws -> Reader {
    let parser = XMLParser(data: Data(xml.utf8))
    let reader = Reader()
    parser.delegate = reader
    #expect(parser.parse(), "\(String(describing: parser.parserError)): \(xml)")
    return reader
  }

  @Test func isWhatRFC4287Asks() throws {
    let xml = Self.feed.xml([Self.text(1), Self.text(2)])
    let reader = try read(xml)
    #expect(xml.contains("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"es\">"))
    for part in ["id", "title", "updated", "author"] { #expect(reader.all("feed/\(part)").count == 1, "\(part)") }
    #expect(reader.all("feed/id") == ["https://amparo.example.org:8443/es/news.atom"])
    #expect(reader.all("feed/author/name") == ["Amparo <Ecuador>"])
    #expect(reader.all("feed/entry/title") == ["T2 <&", "T1 <&"])
    for part in ["id", "title", "updated", "published", "summary", "content"] {
      #expect(reader.all("feed/entry/\(part)").count == 2, "\(part)")
    }
    #expect(reader.links.contains { $0["rel"] == "self" && $0["href"]?.hasSuffix("/es/news.atom") == true })
    #expect(reader.links.contains { $0["href"] == "https://amparo.example.org:8443/es/news/n1" })
    #expect(reader.all("feed/entry/content")[0].contains("<em>b</em> &lt;script&gt;"))
    #expect(reader.all("feed/updated") == ["2026-03-08T17:04:05Z"])
    // Links within a text lead to this site, wherever the feed is read.
    #expect(xml.contains("<content type=\"html\" xml:base=\"https://amparo.example.org:8443/\">"))
  }

  @Test func aNameStaysAndACorrectionComesUpAgain() throws {
    let note = PublishedText.Note(kind: .correction, words: "decía <2>", at: Self.begin + .days(3))
    let before = try read(Self.feed.xml([Self.text(1), Self.text(2)]))
    let after = try read(Self.feed.xml([Self.text(1, updated: .days(3), notes: [note]), Self.text(2)]))
    #expect(Set(before.all("feed/entry/id")) == Set(after.all("feed/entry/id")))
    #expect(before.all("feed/entry/id")[0].hasPrefix("tag:amparo.example.org,2026-03-08:news/"))
    #expect(after.all("feed/entry/title")[0] == "T1 <&")
    #expect(after.all("feed/updated")[0] > before.all("feed/updated")[0])
    #expect(after.all("feed/entry/content")[0].contains("<strong>Corrección, 9 mar 2026:</strong> decía &lt;2&gt;"))
    #expect(before.all("feed/entry/published").sorted() == after.all("feed/entry/published").sorted())
  }

  @Test func isWholeWithoutNewsAndHoldsTheNewest() throws {
    let empty = try read(Self.feed.xml([]))
    #expect(empty.all("feed/updated") == ["1970-01-01T00:00:00Z"] && empty.all("feed/entry").isEmpty)
    let full = try read(Self.feed.xml((0..<40).map { Self.text($0) }))
    #expect(full.all("feed/entry").count == NewsFeed.most)
    #expect(full.all("feed/entry/title").first == "T39 <&")
  }
}
