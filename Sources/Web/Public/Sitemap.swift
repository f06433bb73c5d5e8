import Basics

/// The public pages for search engines: sitemaps.org's format 0.9, with the other languages of each page as search engines
/// read them (`xhtml:link`).
struct Sitemap {
  private let entries: [(language: Language, entries: [PublicEntry])]
  private let address: String

  /// The most addresses that one sitemap may hold.
  private static let most = 50_000

  /// - Parameter address: the site's, without a slash at its end.
  init(_ entries: [(Language, [PublicEntry])], _ address: String) {
    self.entries = entries.map { (language: $0.0, entries: $0.1) }
    self.address = address
  }

  var xml: String {
    var languages: [String: [Language]] = [:]
    for (language, all) in entries { for entry in all { languages[entry.path, default: []].append(language) } }
    var xml = """
      <?xml version="1.0" encoding="UTF-8"?>
      <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">

      """
    var count = 0
    for (language, all) in entries {
      for entry in all where count < Self.most {
        count += 1
        let others = languages[entry.path] ?? []
        xml += "<url><loc>\(location(language, entry.path))</loc>"
        if let changed = entry.changed { xml += "<lastmod>\(changed)</lastmod>" }
        if others.count > 1 {
          for other in others { xml += link(other.code, location(other, entry.path)) }
          xml += link("x-default", location(others.contains(.spanish) ? .spanish : others[0], entry.path))
        }
        xml += "</url>\n"
      }
    }
    return xml + "</urlset>\n"
  }

  private func link(_ language: String, _ location: String) -> String {
    "<xhtml:link rel=\"alternate\" hreflang=\"\(language)\" href=\"\(location)\"/>"
  }

  private func location(_ language: Language, _ path: String) -> String {
    Screen.escaped(address + PublicDoor.path(language, path.split(separator: "/").map(String.init)))
  }
}
