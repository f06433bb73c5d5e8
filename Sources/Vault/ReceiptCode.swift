import Foundation

/// What a person keeps to see on line what is held about them, on a paper without a name. The person chose the word.
public struct ReceiptCode: WordedCode {
  public static let purposes = (code: "receipt", word: "receipt-word")
  public let code: RecoveryCode

  public init(_ code: RecoveryCode) { self.code = code }

  /// Capital letters, accents and space don't matter.
  public static func plain(_ word: String) -> String {
    word.precomposedStringWithCompatibilityMapping
      .folding(options: [.caseInsensitive, .diacriticInsensitive], locale: Locale(identifier: "es"))
      .filter { !$0.isWhitespace }
  }
}
