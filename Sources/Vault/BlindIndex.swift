import Crypto
import Foundation

/// Finding a person by name or document without storing either in clear: each word, its sound, and each document
/// number become a short keyed tag. Tags are cut so short that several people share one (the reader decrypts the
/// candidates and compares), so the index alone does not tell two people apart.
///
/// Source of the rule: the truncated "blind index" of Paragon's CipherSweet: with R records, 2 ≤ C < √R people should
/// share all tags of a person.
public struct BlindIndex: Sendable {
  /// What a tag is made from. Never sex, nationality or form of exploitation: too few values to hide among.
  public enum Column: String, Sendable, CaseIterable { case name, sound, document }

  private let root: RootSecret
  private let agency: String
  /// Bits of each column's tag. Together they follow the table for 1,000 (8), 10,000 (12) and 100,000 (15) records.
  private let bits: [Column: Int]

  /// - Parameter expectedRecords: the order of magnitude an agency's register is planned for. Changing it means
  ///   making the index anew.
  public init(root: RootSecret, agency: String, expectedRecords: Int = 100_000) {
    self.root = root
    self.agency = agency
    bits =
      switch expectedRecords {
      case ...1_000: [.name: 3, .sound: 2, .document: 3]
      case ...10_000: [.name: 5, .sound: 3, .document: 4]
      default: [.name: 6, .sound: 4, .document: 5]
      }
  }

  /// The tags of a name: one for each word, and one for its sound.
  public func tags(name: String) -> Set<Int> {
    let words = Self.words(name)
    return Set(words.map { tag(.name, $0) } + words.map { tag(.sound, SpanishSound.code($0)) })
  }

  /// The tags a search for a name must find: sounds only, so that a misspelt name is found too.
  public func soundTags(name: String) -> Set<Int> { Set(Self.words(name).map { tag(.sound, SpanishSound.code($0)) }) }

  public func tag(document: String) -> Int { tag(.document, Self.normalised(document: document)) }

  /// Letters and digits, upper case, nothing else: how a document number is compared.
  public static func normalised(document: String) -> String {
    String(document.uppercased().unicodeScalars.filter { CharacterSet.alphanumerics.contains($0) })
  }

  /// Words of a name without accents, in lower case; particles (`de`, `la`, `del`…) left out.
  public static func words(_ name: String) -> [String] {
    name.folding(options: [.diacriticInsensitive, .caseInsensitive, .widthInsensitive], locale: nil)
      .split { !$0.isLetter }.map(String.init)
      .filter { !["de", "la", "del", "los", "las", "y", "e", "da", "do", "dos"].contains($0) }
  }

  private func tag(_ column: Column, _ value: String) -> Int {
    let code = HMAC<SHA256>.authenticationCode(
      for: Array(value.utf8), using: root.derive("index", agency, column.rawValue))
    let first = code.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    // The column's place keeps tags of two columns apart in one table.
    let place = Column.allCases.firstIndex(of: column) ?? 0
    return place << 16 | first >> (32 - (bits[column] ?? 0))
  }
}

/// How a Spanish name sounds in Latin America, coarsely: `Gonzáles` and `Gonsalez`, `Yessica` and `Jessica`,
/// `Vera` and `Bera` agree. Our own rules: seseo, yeísmo, b = v, silent h, c/k/q, g before e and i as j, doubled
/// letters as one, vowels kept only at the start.
public enum SpanishSound {
  public static func code(_ word: String) -> String {
    let letters = Array(word.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil))
    var sounds: [Character] = []
    var index = 0
    while index < letters.count {
      let letter = letters[index]
      let next: Character? = index + 1 < letters.count ? letters[index + 1] : nil
      let soft = next == "e" || next == "i"
      var sound: Character? = letter
      switch letter {
      case "h": sound = nil
      case "v", "w": sound = "b"
      case "z", "x": sound = "s"
      case "c" where next == "h":
        sound = "#"
        index += 1
      case "c": sound = soft ? "s" : "k"
      case "q": sound = "k"
      case "g" where soft: sound = "j"
      case "g" where next == "u" && index + 2 < letters.count && "ei".contains(letters[index + 2]):
        sound = "g"
        index += 1
      case "l" where next == "l":
        sound = "y"
        index += 1
      case "j" where index == 0, "y" where index == 0 && next != nil,
        "i" where index == 0 && next.map { "aeou".contains($0) } == true:
        // Jessica, Yessica, Iesica; Jhon, Yon.
        sound = "y"
      case "p" where next == "h":
        sound = "f"
        index += 1
      default: break
      }
      index += 1
      guard var sound else { continue }
      if sound == "y", !sounds.isEmpty, next.map({ "aeiou".contains($0) }) != true, letter == "y" { sound = "i" }
      if sounds.last == sound { continue }
      if "aeiou".contains(sound), !sounds.isEmpty { continue }
      sounds.append(sound)
    }
    return String(sounds)
  }
}
