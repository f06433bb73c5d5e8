import Basics
import CountryPack
import Foundation
import Testing

/// The pages for the public that come with a pack.
@Suite struct SitePageTests {
  private static let whole = """
    ---
    slug: zeta
    place: 900
    title: {es: "Uno", en: "One"}
    summary: {es: "Una frase.", en: "One sentence."}
    certainty: verified
    sources:
      - name: {es: "Fuente", en: "Source"}
        date: 2025-09
        certainty: verified
    ---
    === es
    Hola *mundo*.

    ## Dos

    === en
    Hello.
    """

  private func problems(_ text: String, name: String = "zeta.md") throws -> [PackProblem] {
    let copy = FileManager.default.temporaryDirectory.appending(path: "pack-\(UUID())")
    try FileManager.default.copyItem(at: ecuador, to: copy)
    defer { try? FileManager.default.removeItem(at: copy) }
    try Data(text.utf8).write(to: copy.appending(path: "site/\(name)"))
    do {
      let pack = try CountryPack.load(from: copy)
      let page = try #require(pack.sitePages.last)
      #expect(page.slug == "zeta" && page.body[.english] == "Hello.")
      #expect(page.body[.spanish] == "Hola *mundo*.\n\n## Dos")
      #expect(page.wholeBody(.english) == "Hello.\n\n## Sources\n\n- Source (2025-09)\n")
      return []
    } catch let problems as PackProblems { return problems.problems }
  }

  @Test func theShippedPagesAreWhole() throws {
    let pack = try CountryPack.load(from: ecuador)
    #expect(
      pack.sitePages.map(\.slug) == ["what-trafficking-is", "signs", "what-to-do", "rights", "for-journalists"])
    for page in pack.sitePages {
      #expect(page.certainty != .unverified && page.sources.allSatisfy { $0.certainty != .unverified })
      for language in page.title.languages {
        #expect(page.body[language].count > 1000 && !page.title[language].isEmpty, "\(page.slug)")
        // Every link of a page leads to another of its language that is there, or to the first page.
        for link in page.body[language].matches(of: /\]\(([^)]*)\)/) {
          let target = link.1.split(separator: "/").map(String.init)
          #expect(target.first == language.code, "\(page.slug): \(link.1)")
          if target.count > 1 { #expect(pack.sitePages.map(\.slug).contains(target[1]) || target[1] == "news") }
        }
      }
      // All languages have the same headings in number.
      let headings = page.title.languages.map { page.body[$0].matches(of: #/(?m)^\#\# /#).count }
      #expect(Set(headings).count == 1, "\(page.slug): \(headings)")
    }
  }

  @Test func whoeverLooksForHelpReadsItInFurtherLanguages() throws {
    let pages = try CountryPack.load(from: ecuador).sitePages.filter { $0.title.languages.count > 2 }
    #expect(pages.map(\.slug) == ["signs", "what-to-do", "rights"])
    for page in pages {
      let all = page.title.languages
      #expect(all.map(\.code) == ["en", "es", "fr", "pt"] && page.summary.languages == all)
      #expect(page.body.languages == all && page.sources.allSatisfy { $0.name.languages == all })
      // As many statements that are only this programme's, or read in a source.
      let marks = all.map { page.body[$0].matches(of: /\*\([^)]*\)\*/).count }
      #expect(Set(marks).count == 1, "\(page.slug): \(marks)")
    }
  }

  @Test func aWholePageIsRead() throws { #expect(try problems(Self.whole) == []) }

  /// In a further language that the title has, all of the page is written.
  @Test func aFurtherLanguageIsWhole() throws {
    let titled = Self.whole.replacing("en: \"One\"", with: "en: \"One\", fr: \"Un\"")
    let found = try problems(titled).map(\.message)
    for message in ["“summary” has no text in “fr”", "“name” has no text in “fr”", "no text below “=== fr”"] {
      #expect(found.contains { $0.contains(message) }, "\(message)")
    }
    let whole =
      titled.replacing("\"One sentence.\"", with: "\"One sentence.\", fr: \"Une phrase.\"")
      .replacing("\"Source\"}", with: "\"Source\", fr: \"Source\"}") + "\n=== fr\nBonjour.\n"
    #expect(try problems(whole) == [])
  }

  @Test(arguments: [
    ("---\nslug", "slug", 1, "begins with a head"), ("slug: zeta", "slug: otra", 2, "the file's name"),
    ("slug: zeta", "slug: Zeta", 2, "small letters"), ("place: 900", "place: 0", 3, "whole number"),
    ("place: 900", "place: 20", 0, "is that of site/signs.md too"),
    ("certainty: verified\nsources", "certainty: unverified\nsources", 6, "does not stand on pages for the public"),
    ("certainty: verified\n---", "certainty: unverified\n---", 10, "does not stand on pages for the public"),
    (", en: \"One\"", "", 4, "no text in “en”"), ("date: 2025-09", "date: ayer", 9, "must be a year"),
    ("place: 900", "place: 900\norder: 3", 4, "“order” is not a known key"),
    ("=== en", "=== fr", 17, "a language of the pack"),
    ("=== en", "=== es", 17, "stands twice"), ("Hello.", "", 0, "no text below “=== en”"),
    ("=== es", "Hola\n=== es", 12, "below a line such as"), ("Hello.", "<script>x</script>", 18, "HTML is not read"),
    ("## Dos", "# Dos", 15, "headings begin with “## ”"), ("---\n=== es", "=== es", 1, "begins with a head"),
    ("One sentence.", String(repeating: "x", count: 241), 5, "at most 240"),
  ]) func whatIsWrongIsNamedWithItsLine(_ from: String, _ to: String, _ line: Int, _ message: String) throws {
    #expect(Self.whole.contains(from))
    let found = try problems(Self.whole.replacingOccurrences(of: from, with: to))
    #expect(
      found.contains { $0.file == "site/zeta.md" && $0.line == line && $0.message.contains(message) }, "\(found)")
  }
}
