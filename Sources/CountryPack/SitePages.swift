import Basics
import Foundation

/// A page that the pack has for the public: `site/<slug>.md`. Editors may take it over.
public struct SitePage: Hashable, Sendable {
  /// Where a statement of the page comes from.
  public struct Source: Hashable, Sendable {
    public var name: LocalizedText
    /// Of the source, as precise as it is known: `2014`, `2024-07` or `2025-09-23`; `nil` where it has none.
    public var date: String?
    public var certainty: Certainty
  }

  /// Its part of the address.
  public var slug: String
  /// Smallest first.
  public var place: Int
  public var title: LocalizedText
  /// One sentence.
  public var summary: LocalizedText
  /// How sure its least sure statement is. Never `unverified`.
  public var certainty: Certainty
  public var sources: [Source]
  /// Markdown.
  public var body: LocalizedText

  /// The Markdown with its sources at the end, as an editor takes it over.
  public func wholeBody(_ language: Language) -> String {
    let heading = language == .spanish ? "Fuentes" : "Sources"
    let lines = sources.map { source in "- \(source.name[language])" + (source.date.map { " (\($0))" } ?? "") }
    return body[language] + "\n\n## \(heading)\n\n" + lines.joined(separator: "\n") + "\n"
  }
}

extension PackLoader {
  /// The pages for the public, in their order. A pack may have none.
  func sitePages() -> [SitePage] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "site").path)) ?? []
    var pages: [SitePage] = []
    for name in names.sorted() where name.hasSuffix(".md") {
      let file = "site/\(name)"
      guard let text = contents(file), let page = sitePage(text, file) else { continue }
      if page.slug + ".md" != name { note(file, 2, "“slug” must be the file's name, not “\(page.slug)”") }
      if let other = pages.first(where: { $0.place == page.place }) {
        note(file, 0, "“place” \(page.place) is that of site/\(other.slug).md too")
      }
      pages.append(page)
    }
    return pages.sorted { ($0.place, $0.slug) < ($1.place, $1.slug) }
  }

  /// A head in YAML between two lines of `---`, then each language's Markdown below a line such as `=== es`.
  private func sitePage(_ text: String, _ file: String) -> SitePage? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") else {
      note(file, 1, "the file begins with a head between two lines of “---”")
      return nil
    }
    // An empty line instead of the first “---”, so that lines count as in the file.
    let head = YAMLReader("\n" + lines[1..<end].joined(separator: "\n"), file: file, notes: notes)
    guard let head else { return nil }
    head.allow("slug", "place", "title", "summary", "certainty", "sources")
    let slug = head.text("slug")
    if slug.wholeMatch(of: /[a-z][a-z0-9]*(-[a-z0-9]+)*/) == nil, !slug.isEmpty {
      head.child("slug")?.note("“slug” is made of small letters, digits and dashes, a letter first")
    }
    let certainty = shownCertainty(head)
    let languages = languages(head)
    let sources = (head.child("sources")?.items ?? []).map { source($0, languages) }
    if sources.isEmpty, head.has("sources") { head.child("sources")?.note("a page names at least one source") }
    return SitePage(
      slug: slug, place: head.number("place", in: 1...999), title: head.localized("title", languages),
      summary: summary(head, languages), certainty: certainty, sources: sources,
      body: bodies(lines, after: end, languages, file))
  }

  /// The pack's, and those that the page's title has beside them: in each, all of the page is written.
  private func languages(_ head: YAMLReader) -> [Language] {
    let titled = head.has("title") ? head.child("title")?.keys.compactMap { Language($0) } ?? [] : []
    return languages + titled.filter { !languages.contains($0) }
  }

  private func summary(_ head: YAMLReader, _ languages: [Language]) -> LocalizedText {
    let summary = head.localized("summary", languages)
    for language in languages where summary[language].count > 240 {
      head.child("summary")?.note("“summary” is one sentence of at most 240 signs")
    }
    return summary
  }

  private func source(_ item: YAMLReader, _ languages: [Language]) -> SitePage.Source {
    item.allow("name", "date", "certainty")
    let date = item.text("date")
    if date != "undated", date.wholeMatch(of: /[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?/) == nil, !date.isEmpty {
      item.child("date")?.note("“date” must be a year, a month or a day, as 2014, 2024-07 or 2025-09-23, or “undated”")
    }
    return SitePage.Source(
      name: item.localized("name", languages), date: date == "undated" ? nil : date, certainty: shownCertainty(item))
  }

  private func shownCertainty(_ item: YAMLReader) -> Certainty {
    let certainty = item.value("certainty", or: Certainty.decided)
    if certainty == .unverified {
      item.child("certainty")?.note("what is unverified does not stand on pages for the public")
    }
    return certainty
  }

  private func bodies(
    _ lines: [String], after end: Int, _ languages: [Language], _ file: String
  ) -> LocalizedText {
    var bodies: [Language: [String]] = [:]
    var current: Language?
    for (index, line) in lines.enumerated().dropFirst(end + 1) {
      if line.hasPrefix("===") {
        current = Language(line.dropFirst(3).trimmingCharacters(in: .whitespaces))
        if let language = current, languages.contains(language) {
          if bodies.updateValue([], forKey: language) != nil { note(file, index + 1, "“\(language)” stands twice") }
        } else {
          note(file, index + 1, "“=== ” is followed by a language of the pack, or another that the title has")
        }
        continue
      }
      if current == nil, !line.trimmingCharacters(in: .whitespaces).isEmpty {
        note(file, index + 1, "text stands below a line such as “=== es”")
        current = .spanish
      }
      if line.contains(/<[a-zA-Z\/!]/) { note(file, index + 1, "HTML is not read: write Markdown") }
      if line.hasPrefix("# ") { note(file, index + 1, "headings begin with “## ”: the title stands in the head") }
      current.map { bodies[$0, default: []].append(line) }
    }
    for language in languages where (bodies[language] ?? []).allSatisfy(\.isEmpty) {
      note(file, 0, "there is no text below “=== \(language)”")
    }
    let texts = bodies.mapValues { $0.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines) }
    return LocalizedText(texts) ?? LocalizedText(es: "", en: "")
  }
}
