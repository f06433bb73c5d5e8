import Basics
import Crypto
import Foundation

/// Finding a person by name or document without storing either in clear: the sound of each word and each document number
/// become a keyed tag. Errors of typing are not stored: the question is asked with the tags of all words that one error
/// could have turned into the typed one, so that a person has one tag a word and no more.
///
/// A tag is not cut short. A cut one (the truncated index of Paragon's CipherSweet) would make a search open thousands of
/// strangers' names, and together a person's cut tags tell as much as whole ones. What tags tell to whoever holds them
/// stands in `docs/data-protection.md`.
public struct BlindIndex: Sendable {
  /// What a tag is made from. Never sex, nationality or form of exploitation: too few values to hide among.
  public enum Column: String, Sendable, CaseIterable { case sound, document }

  /// Each with its key taken in already: a search asks for the tags of hundreds of words.
  private let codes: [Column: HMAC<SHA256>]

  public init(root: RootSecret, agency: String) {
    codes = Column.allCases.reduce(into: [:]) {
      $0[$1] = HMAC(key: root.derive("index", agency, $1.rawValue + "/2"))
    }
  }

  /// The tags of a name: one for the sound of each word.
  public func tags(name: String) -> Set<Int> { Set(SpokenName.words(name).map { tag(sound: SpokenName.sound($0)) }) }

  public func tag(sound: String) -> Int { tag(.sound, sound) }

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
    guard var code = codes[column] else { return 0 }
    code.update(data: Array(value.utf8))
    // 62 bits: never negative, and no two names of a country share one by chance.
    return Int(code.finalize().prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } >> 2)
  }
}
