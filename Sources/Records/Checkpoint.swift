import Crypto
import Foundation

/// A signed statement of how long the audit log was and what it held: a C2SP signed note with a tlog-checkpoint as
/// its text (origin, size, root in base 64, each on its line).
public struct Checkpoint: Hashable, Sendable {
  public let size: Int
  public let root: [UInt8]
  /// The whole note: the text, a blank line, the signature line.
  public let note: String

  fileprivate init(size: Int, root: [UInt8], note: String) {
    self.size = size
    self.root = root
    self.note = note
  }

  /// Reads a note; `nil` when it is malformed or not signed by the key.
  public init?(note: String, verifiedBy publicKey: Curve25519.Signing.PublicKey) {
    guard let split = note.range(of: "\n\n— ") else { return nil }
    let text = note[..<split.lowerBound] + "\n"
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let signature = note[split.upperBound...].split(whereSeparator: \.isWhitespace)
    guard lines.count == 4, let size = Int(lines[1]), size >= 0, let root = Data(base64Encoded: String(lines[2])),
      root.count == 32, signature.count == 2, signature[0] == lines[0],
      let bytes = Data(base64Encoded: String(signature[1])), bytes.count == 68,
      Array(bytes.prefix(4)) == CheckpointSigner.keyHash(name: String(lines[0]), publicKey),
      publicKey.isValidSignature(bytes.dropFirst(4), for: Data(text.utf8))
    else { return nil }
    self.init(size: size, root: Array(root), note: note)
  }
}

/// Signs checkpoints with an Ed25519 key.
public struct CheckpointSigner: Sendable {
  private let key: Curve25519.Signing.PrivateKey
  private let origin: String

  /// - Parameter origin: the log's name, without spaces or plus signs.
  public init(key: Curve25519.Signing.PrivateKey, origin: String = "amparo/audit") {
    self.key = key
    self.origin = origin
  }

  public var publicKey: Curve25519.Signing.PublicKey { key.publicKey }

  public func sign(size: Int, root: [UInt8]) throws -> Checkpoint {
    let text = "\(origin)\n\(size)\n\(Data(root).base64EncodedString())\n"
    let signature = try key.signature(for: Data(text.utf8))
    let tagged = Data(Self.keyHash(name: origin, key.publicKey)) + signature
    return Checkpoint(size: size, root: root, note: "\(text)\n— \(origin) \(tagged.base64EncodedString())\n")
  }

  /// The first four bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ public key), as signed notes name their keys.
  static func keyHash(name: String, _ key: Curve25519.Signing.PublicKey) -> [UInt8] {
    Array(SHA256.hash(data: Array(name.utf8) + [0x0A, 0x01] + key.rawRepresentation).prefix(4))
  }
}
