import Basics
import Foundation

/// The texts of one language.
///
/// Catalogs are flat JSON objects in `Strings/<language>/<room>.json`. A text may have `{name}` places.
///
///     words("accounts.home.hello", ["name": name])
struct Words: Sendable {
  let language: Language
  let texts: [String: String]
  /// The keys that this language lacks: their texts are Spanish.
  var borrowed: Set<String> = []

  /// The text of a key with its places filled. A key that does not exist shows as ⟦key⟧ (a test finds it before).
  func callAsFunction(_ key: String, _ values: [String: String] = [:]) -> String {
    guard let text = texts[key] else { return "⟦\(key)⟧" }
    guard text.contains("{") else { return text }
    var filled = ""
    var rest = text[...]
    while let start = rest.firstIndex(of: "{"), let end = rest[start...].firstIndex(of: "}") {
      let name = String(rest[rest.index(after: start)..<end])
      filled += rest[..<start] + (values[name] ?? "{\(name)}")
      rest = rest[rest.index(after: end)...]
    }
    return filled + rest
  }

  func callAsFunction(_ phrase: Phrase) -> String { self(phrase.key, phrase.values) }

  func has(_ key: String) -> Bool { texts[key] != nil }

  /// The language that the text of a key is in.
  func language(of key: String) -> Language { borrowed.contains(key) ? .spanish : language }

  /// A language that has only some of the texts, with the others in Spanish.
  ///
  /// Throws `ScreenProblem` for a key that Spanish has not, and where the language does not say what it is called.
  func completed(by spanish: Words) throws -> Words {
    for key in texts.keys.sorted() where spanish.texts[key] == nil {
      throw ScreenProblem("Strings/\(language): “\(key)” is no text of this site")
    }
    guard texts["common.language"] != nil else {
      throw ScreenProblem("Strings/\(language): “common.language” is missing, the language's own name")
    }
    return Words(
      language: language, texts: spanish.texts.merging(texts) { $1 },
      borrowed: Set(spanish.texts.keys).subtracting(texts.keys))
  }

  /// A label: the text of a key, or, where it is no key, the text itself (a term of the pack).
  func text(_ keyOrText: String) -> String { texts[keyOrText] ?? keyOrText }

  /// The `{name}` places of a text.
  static func places(_ text: String) -> Set<String> {
    Set(text.matches(of: /\{([a-z_]+)\}/).map { String($0.1) })
  }

  /// Reads every catalog.
  ///
  /// Throws `ScreenProblem` for a file that is no flat object of texts, or a key that stands in two files.
  static func load(from folder: URL) throws -> [Language: Words] {
    let files = FileManager.default
    var all: [Language: Words] = [:]
    for code in try files.contentsOfDirectory(atPath: folder.path).sorted() {
      guard let language = Language(code) else { continue }
      var texts: [String: String] = [:]
      let place = folder.appendingPathComponent(code)
      for file in try files.contentsOfDirectory(atPath: place.path).sorted() where file.hasSuffix(".json") {
        let data = try Data(contentsOf: place.appendingPathComponent(file))
        guard let catalog = try? JSONDecoder().decode([String: String].self, from: data) else {
          throw ScreenProblem("Strings/\(code)/\(file) is not one flat object of texts")
        }
        for (key, text) in catalog where texts.updateValue(text, forKey: key) != nil {
          throw ScreenProblem("Strings/\(code)/\(file): “\(key)” stands in another file too")
        }
      }
      all[language] = Words(language: language, texts: texts)
    }
    return all
  }
}

/// A template, text or asset that can't be used; found when the site starts.
struct ScreenProblem: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
