import Basics
import Foundation
import Mustache

/// Templates, loaded once, with the texts of each language put in.
///
/// `{{t.some.key}}` in a template becomes the text of that key when templates are loaded, so that a page costs no look-up
/// and a key that is missing stops the start. A text's `{name}` places become `{{name}}`: the model's values. Lines lose
/// their indentation: a text area keeps what was typed.
///
/// In a part, write `{{.name}}` for a value that may be missing: a plain `{{name}}` is searched further outside. Inside of
/// `{{#.name}}…{{/.name}}` the text itself is `{{.}}`.
struct Screen: Sendable {
  private let libraries: [Language: MustacheLibrary]
  private let catalogs: [Language: Words]
  /// Those of every page.
  let languages: [Language]
  /// Those that lack some texts, each with the templates whose every text it has.
  private let partial: [Language: Set<String>]
  /// Those of pages without an account, by their first address.
  private let guests: [String: [Language]]

  /// The languages that have all texts; a catalog of any other may hold as few as it likes.
  static let whole: [Language] = [.spanish, .english]

  /// The languages of the public site: those of every page first.
  let publicLanguages: [Language]

  /// Whether a page is written in a language: whether all texts that its template names are.
  func isWritten(_ template: String, _ language: Language) -> Bool {
    partial[language].map { $0.contains(template) } ?? languages.contains(language)
  }

  /// The languages that have every text of some pages: those of every page first.
  func languages(of pages: GuestPages) -> [Language] { guests[pages.path] ?? languages }

  func words(_ language: Language) -> Words {
    catalogs[language] ?? catalogs[.spanish] ?? Words(language: language, texts: [:])
  }

  /// The page as HTML; in Spanish where the language has none of it. Throws `ScreenProblem` when there is no such template.
  func render(_ template: String, _ values: Any, _ language: Language) throws -> String {
    guard
      let html = libraries[language]?.render(values, withTemplate: template)
        ?? libraries[.spanish]?.render(values, withTemplate: template)
    else {
      throw ScreenProblem("there is no template “\(template)”")
    }
    return html
  }

  static var resources: URL { Bundle.module.resourceURL ?? Bundle.module.bundleURL }

  /// The site's own, read once in a process: two sites in one, the letters and the published names share it.
  static func load() throws -> Screen { try own.get() }

  private static let own = Result { try load(from: resources) }

  static func load(from folder: URL) throws -> Screen {
    var catalogs = try Words.load(from: folder.appendingPathComponent("Strings"))
    let sources = try templates(in: folder.appendingPathComponent("Templates"))
    // A member's pages are shown in no language that lacks some texts.
    let open = reached(
      from: GuestPages.all.flatMap(\.shown) + sources.filter { $0.value.contains("{{<public-layout}}") }.keys, sources)
    let named = open.mapValues { keys(in: $0) }
    var partial: [Language: Set<String>] = [:]
    for (language, words) in catalogs where !whole.contains(language) {
      catalogs[language] = try words.completed(by: catalogs[.spanish] ?? Words(language: .spanish, texts: [:]))
      partial[language] = Set(named.filter { $0.value.allSatisfy { words.has($0) } }.keys)
    }
    var libraries: [Language: MustacheLibrary] = [:]
    for (language, words) in catalogs {
      var compiled: [String: MustacheTemplate] = [:]
      for (name, source) in partial[language] == nil ? sources : open {
        do { compiled[name] = try MustacheTemplate(string: translated(source, words)) } catch {
          throw ScreenProblem("Templates/\(name).mustache: \(error)")
        }
      }
      libraries[language] = MustacheLibrary(templates: compiled)
    }
    let languages: [Language] = catalogs.keys.filter { partial[$0] == nil }.sorted().reversed()
    let further = partial.keys.sorted()
    let guests = GuestPages.all.map { pages in
      (pages.path, languages + further.filter { catalogs[$0].map { pages.lacking($0, sources).isEmpty } == true })
    }
    return Screen(
      libraries: libraries, catalogs: catalogs, languages: languages, partial: partial,
      guests: Dictionary(uniqueKeysWithValues: guests), publicLanguages: languages + further)
  }

  /// The sources by name, for example `accounts/sign-in`.
  static func templates(in folder: URL) throws -> [String: String] {
    var found: [String: String] = [:]
    for file in FileManager.default.enumerator(atPath: folder.path)?.compactMap({ $0 as? String }) ?? []
    where file.hasSuffix(".mustache") {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      found[String(file.dropLast(".mustache".count))] = text
    }
    return found
  }

  /// Templates and all that they are put together from.
  static func reached(from names: [String], _ sources: [String: String]) -> [String: String] {
    var (waiting, found) = (names, [String: String]())
    while let name = waiting.popLast() {
      guard found[name] == nil, let source = sources[name] else { continue }
      found[name] = source
      waiting += source.matches(of: /\{\{[<>]\s*([a-z\-\/]+)\s*\}\}/).map { String($0.1) }
    }
    return found
  }

  /// The keys of texts that a template names.
  static func keys(in source: String) -> [String] {
    source.matches(of: /\{\{\s*t\.([a-zA-Z0-9_.\-]+)\s*\}\}/).map { String($0.1) }
  }

  static func translated(_ source: String, _ words: Words) throws -> String {
    let plain = source.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.drop { $0 == " " || $0 == "\t" } }.joined(separator: "\n")
    // Outside of the closure: a literal is parsed each time it is come to.
    let place = /\{([a-z_]+)\}/
    return try plain.replacing(/\{\{\s*t\.([a-zA-Z0-9_.\-]+)\s*\}\}/) { match in
      guard let text = words.texts[String(match.1)] else {
        throw ScreenProblem("the text “\(match.1)” is missing in “\(words.language)”")
      }
      var safe = escaped(text)
      if words.borrowed.contains(String(match.1)), standsAlone(match.range, in: plain) {
        safe = "<span lang=\"\(Language.spanish)\">\(safe)</span>"
      }
      return safe.utf8.contains(UInt8(ascii: "{")) ? safe.replacing(place) { "{{\($0.1)}}" } : safe
    }
  }

  /// Whether a place lies between two tags of text: not in an attribute, and not where no tag may stand.
  private static func standsAlone(_ place: Range<String.Index>, in source: String) -> Bool {
    let before = source[..<place.lowerBound]
    guard before.last(where: { !$0.isWhitespace }) == ">",
      source[place.upperBound...].first(where: { !$0.isWhitespace }) == "<",
      let tag = before.lastIndex(of: "<").map({ before[$0...] })
    else { return false }
    return !["<title", "<option", "<textarea", "<script", "<style"].contains { tag.hasPrefix($0) }
  }

  static func escaped(_ text: String) -> String {
    // Byte by byte: every value of every page comes through here, and few hold anything to escape.
    guard text.utf8.contains(where: { entity($0) != nil }) else { return text }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 16)
    for byte in text.utf8 {
      if let entity = entity(byte) { bytes.append(contentsOf: entity.utf8) } else { bytes.append(byte) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func entity(_ byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "\""): "&quot;"
    case UInt8(ascii: "'"): "&#39;"
    default: nil
    }
  }
}
