import Foundation

/// What a person keeps to see on line what is held about them: 128 bits in groups of letters and digits, on a paper
/// without a name. It says nothing without the word that the person chose and that stands on no paper.
public struct ReceiptCode: Sendable, CustomStringConvertible {
  private let code: RecoveryCode

  public init() { code = RecoveryCode() }

  /// Reads what a person typed: case, spaces and dashes don't matter; `o` is read as 0, `i` and `l` as 1.
  public init?(_ text: String) {
    guard let code = RecoveryCode(text) else { return nil }
    self.code = code
  }

  public var description: String { "[sealed]" }

  /// The text that is printed and never stored or logged.
  public var exposedText: String { code.exposedText }

  private var bytes: [UInt8] { Array(code.exposedText.utf8) }

  /// By what the store finds the receipt. Whoever has the store alone can't tell it from random bytes.
  public func tag(_ root: RootSecret) -> [UInt8] { root.tag("receipt", [bytes]) }

  /// By what the store recognises the word, for this code alone. Capital letters, accents and space don't matter.
  public func verifier(word: String, _ root: RootSecret) -> [UInt8] {
    root.tag("receipt-word", [bytes, Array(Self.plain(word).utf8)])
  }

  /// A word as it is compared.
  public static func plain(_ word: String) -> String {
    word.precomposedStringWithCompatibilityMapping
      .folding(options: [.caseInsensitive, .diacriticInsensitive], locale: Locale(identifier: "es"))
      .filter { !$0.isWhitespace }
  }
}
