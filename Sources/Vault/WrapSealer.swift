import Crypto
import Foundation

/// Wraps many record keys to one agency with one key exchange, for records that are made together: the exchange is what
/// a wrap costs. Each wrap opens by itself, with `RecordKey(opening:with:context:)` like any other.
///
/// Suite byte ‖ encapsulated key (32) ‖ box. The box's key is exported from the exchange (RFC 9180, 5.3) and its context
/// is the wrap's own, so that a wrap can't be moved to another record.
public struct WrapSealer: Sendable {
  private let encapsulated: [UInt8]
  private let key: SymmetricKey
  private static let info = Data("amparo/wrap/2".utf8)
  private static let exported = Array("wraps".utf8)

  /// - Parameter publicKey: the agency's, 32 bytes. Throws `VaultFailure.malformed` for bytes that are no public key.
  public init(to publicKey: [UInt8]) throws {
    guard let recipient = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: publicKey) else {
      throw VaultFailure.malformed
    }
    let sender = try HPKE.Sender(recipientKey: recipient, ciphersuite: Envelope.ciphersuite, info: Self.info)
    encapsulated = Array(sender.encapsulatedKey)
    key = try sender.exportSecret(context: Self.exported, outputByteCount: 32)
  }

  /// Wraps one key, signed by the member who grants it.
  public func wrap(_ record: RecordKey, context: WrapContext, grantor: MemberKeys) throws -> SignedWrap {
    let sealed = [Suite.many] + encapsulated + (try sealBox(record.bytes, key: key, context: context.bytes))
    return SignedWrap(sealed: sealed, signature: try grantor.sign(SignedWrap.signedBytes(sealed, context)))
  }

  static func open(_ blob: [UInt8], with key: ExchangeKey, context: WrapContext) throws(VaultFailure) -> [UInt8] {
    guard blob.count > 33 else { throw .malformed }
    guard
      let recipient = try? HPKE.Recipient(
        privateKey: key.key, ciphersuite: Envelope.ciphersuite, info: info, encapsulatedKey: Data(blob[1..<33])),
      let shared = try? recipient.exportSecret(context: exported, outputByteCount: 32)
    else { throw .cannotOpen }
    return try openBox(Array(blob[33...]), key: shared, context: context.bytes)
  }
}
