/// What somebody keeps to come back to what they told: 128 bits in groups of letters and digits. No word goes with it, no
/// account and no address; whoever has it, reads and adds.
public struct TipCode: Sendable, CustomStringConvertible {
  private let code: RecoveryCode

  /// The code of a form that was handed out: sent again after a lost answer, it gives the same one.
  ///
  /// - Parameter form: the random bytes of the form. The store keeps neither them nor the code.
  public init(form: [UInt8], _ root: RootSecret) { code = RecoveryCode(derived: root.tag("tip-code", [form])) }

  /// Reads what was typed: case, spaces and dashes don't matter; `o` is read as 0, `i` and `l` as 1.
  public init?(_ text: String) {
    guard let code = RecoveryCode(text) else { return nil }
    self.code = code
  }

  public var description: String { "[sealed]" }

  /// The text that is shown once and never stored or logged.
  public var exposedText: String { code.exposedText }

  /// By what the store finds the code. Whoever has the store alone can't tell it from random bytes.
  public func tag(_ root: RootSecret) -> [UInt8] { root.tag("tip", [Array(exposedText.utf8)]) }

  /// What the sender's copy of the record's key is sealed under: nobody has it who has not the code and the house's
  /// secret.
  public func key(_ root: RootSecret) -> RecordKey? {
    RecordKey(bytes: root.tag("tip-key", [Array(exposedText.utf8)]))
  }
}

extension RecordKey {
  /// This key in an agency's drop box, for a record that no member makes. Nobody signs it: that somebody wrote is all that
  /// anybody knows of who.
  ///
  /// - Parameter publicKey: the agency's, 32 bytes. Throws `VaultFailure.malformed` for bytes that are no public key.
  public func dropped(to publicKey: [UInt8], at address: FieldAddress) throws -> [UInt8] {
    try DropBox.Sealer(to: publicKey).seal(bytes, at: address)
  }

  /// Takes a key out of the agency's drop box.
  public init(dropped blob: [UInt8], with key: ExchangeKey, at address: FieldAddress) throws(VaultFailure) {
    guard let opened = RecordKey(bytes: try DropBox.open(blob, with: key, at: address)) else { throw .malformed }
    self = opened
  }

  /// This key sealed under another.
  public func sealed(under other: RecordKey, at address: FieldAddress) throws -> [UInt8] {
    try other.seal(bytes, at: address)
  }

  /// Opens a key that was sealed under another.
  public init(opening blob: [UInt8], under other: RecordKey, at address: FieldAddress) throws(VaultFailure) {
    guard let opened = RecordKey(bytes: try other.open(blob, at: address)) else { throw .malformed }
    self = opened
  }
}
