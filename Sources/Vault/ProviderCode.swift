import Foundation

/// What a provider without an account is given to answer one referral: 128 bits in groups of letters and digits, on paper
/// or in a message. It opens nothing without the word, six digits that are told by telephone and stand on no paper.
public struct ProviderCode: Sendable, CustomStringConvertible {
  private let code: RecoveryCode

  public init() { code = RecoveryCode() }

  /// Reads what was typed: case, spaces and dashes don't matter; `o` is read as 0, `i` and `l` as 1.
  public init?(_ text: String) {
    guard let code = RecoveryCode(text) else { return nil }
    self.code = code
  }

  public var description: String { "[sealed]" }

  /// The text that is shown once and never stored or logged.
  public var exposedText: String { code.exposedText }

  private var bytes: [UInt8] { Array(code.exposedText.utf8) }

  /// A fresh word: six digits.
  public static func word() -> String {
    let number = UInt32.random(in: 0..<1_000_000)
    let digits = String(number)
    return String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// A word as it is compared: its digits.
  static func plain(_ word: String) -> [UInt8] { word.utf8.filter { (48...57).contains($0) } }

  /// By what the store finds the code. Whoever has the store alone can't tell it from random bytes.
  public func tag(_ root: RootSecret) -> [UInt8] { root.tag("provider-code", [bytes]) }

  /// By what the store recognises the word, for this code alone.
  public func verifier(word: String, _ root: RootSecret) -> [UInt8] {
    root.tag("provider-word", [bytes, Self.plain(word)])
  }

  /// The key of the envelope's copy: nobody has it who has not both the code and the word, and the house's secret.
  public func key(word: String, _ root: RootSecret) -> RecordKey? {
    RecordKey(bytes: root.tag("provider-key", [bytes, Self.plain(word)]))
  }
}

extension Token {
  /// A key for what its holder may see while the token works: whoever has the store and the house's secret, but not the
  /// token, does not have it.
  public func key(_ purpose: String, _ root: RootSecret) -> RecordKey? {
    RecordKey(bytes: root.tag("token-key/" + purpose, [Array(exposedText.utf8)]))
  }
}
