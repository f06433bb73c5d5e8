/// A code on a paper that opens nothing without a word, which stands on no paper: 128 bits in groups of letters and
/// digits.
public protocol WordedCode: Sendable, CustomStringConvertible {
  init(_ code: RecoveryCode)
  var code: RecoveryCode { get }
  /// What a tag of the code, and one of its word, is made for. Never changed: stores hold both.
  static var purposes: (code: String, word: String) { get }
  /// A word as it is compared.
  static func plain(_ word: String) -> String
}

extension WordedCode {
  public init() { self.init(RecoveryCode()) }

  /// Reads what was typed: case, spaces and dashes don't matter; `o` is read as 0, `i` and `l` as 1.
  public init?(_ text: String) {
    guard let code = RecoveryCode(text) else { return nil }
    self.init(code)
  }

  public var description: String { "[sealed]" }

  /// The text that is shown or printed once and never stored or logged.
  public var exposedText: String { code.exposedText }

  /// By what the store finds the code. Whoever has the store alone can't tell it from random bytes.
  public func tag(_ root: RootSecret) -> [UInt8] { root.tag(Self.purposes.code, [Array(exposedText.utf8)]) }

  /// By what the store recognises the word, for this code alone.
  public func verifier(word: String, _ root: RootSecret) -> [UInt8] {
    tag(Self.purposes.word, word, root)
  }

  func tag(_ purpose: String, _ word: String, _ root: RootSecret) -> [UInt8] {
    root.tag(purpose, [Array(exposedText.utf8), Array(Self.plain(word).utf8)])
  }
}
