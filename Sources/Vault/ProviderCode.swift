/// What a provider without an account is given to answer one referral, on paper or in a message. The word is six digits
/// that are told by telephone.
public struct ProviderCode: WordedCode {
  public static let purposes = (code: "provider-code", word: "provider-word")
  public let code: RecoveryCode

  public init(_ code: RecoveryCode) { self.code = code }

  /// A fresh word: six digits.
  public static func word() -> String {
    let number = UInt32.random(in: 0..<1_000_000)
    let digits = String(number)
    return String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// Its digits.
  public static func plain(_ word: String) -> String {
    String(decoding: word.utf8.filter { (48...57).contains($0) }, as: UTF8.self)
  }

  /// The key of the envelope's copy: nobody has it who has not both the code and the word, and the house's secret.
  public func key(word: String, _ root: RootSecret) -> RecordKey? {
    RecordKey(bytes: tag("provider-key", word, root))
  }
}

extension Token {
  /// A key for what its holder may see while the token works: whoever has the store and the house's secret, but not the
  /// token, does not have it.
  public func key(_ purpose: String, _ root: RootSecret) -> RecordKey? {
    RecordKey(bytes: root.tag("token-key/" + purpose, [Array(exposedText.utf8)]))
  }
}
