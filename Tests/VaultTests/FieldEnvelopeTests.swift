import Basics
import Crypto
import Foundation
import Testing

@testable import Vault

@Suite struct FieldEnvelopeTests {
  /// The published vector of RFC 9180's authors (test-vectors.json: mode 0, KEM 0x0020, KDF 0x0001, AEAD 0x0002, first
  /// encryption), which the text of the RFC leaves out for this suite.
  @Test func thePublishedVectorOpens() throws {
    func bytes(_ digits: String) throws -> [UInt8] { try #require([UInt8](hexadecimal: digits)) }
    let key = try #require(
      ExchangeKey(bytes: try bytes("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d")))
    #expect(key.publicKey == (try bytes("430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c")))
    let opened = try FieldEnvelope.open(
      try bytes(
        "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a"),
      encapsulated: try bytes("6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256"), with: key,
      info: Array("Ode on a Grecian Urn".utf8), context: Array("Count-0".utf8))
    #expect(String(decoding: opened, as: UTF8.self) == "Beauty is truth, truth beauty")
  }

  @Test(arguments: [0, 1, 1019, 1020, 1021, 2044, 5000]) func whatIsSealedOpens(_ length: Int) throws {
    let (key, text) = (ExchangeKey(), [UInt8](repeating: 65, count: length))
    let blob = try FieldEnvelope.seal(text, to: key.publicKey, context: "a/b")
    // The length of the blob tells the block, not the text.
    #expect((blob.count - 33 - 16) % 1024 == 0)
    #expect(try FieldEnvelope.open(blob, with: key, context: "a/b") == text)
    #expect(throws: VaultFailure.cannotOpen) { try FieldEnvelope.open(blob, with: key, context: "a/c") }
    #expect(throws: VaultFailure.cannotOpen) { try FieldEnvelope.open(blob, with: ExchangeKey(), context: "a/b") }
  }

  @Test func anyByteChangedOrCutOffDoesNotOpen() throws {
    let key = ExchangeKey()
    let blob = try FieldEnvelope.seal(Array("dicho".utf8), to: key.publicKey, context: "a/b")
    for index in blob.indices {
      var spoilt = blob
      spoilt[index] ^= 1
      #expect(throws: VaultFailure.self) { try FieldEnvelope.open(spoilt, with: key, context: "a/b") }
    }
    for length in 0..<blob.count {
      #expect(throws: VaultFailure.self) { try FieldEnvelope.open(Array(blob[..<length]), with: key, context: "a/b") }
    }
    #expect(throws: VaultFailure.malformed) { try FieldEnvelope.seal([1], to: [1, 2, 3], context: "") }
  }

  /// A phone that pads wrongly is told so instead of being read somehow.
  @Test func paddingIsRead() throws {
    let key = ExchangeKey()
    let publicKey = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: key.publicKey)
    func blob(_ plain: [UInt8]) throws -> [UInt8] {
      var sender = try HPKE.Sender(
        recipientKey: publicKey, ciphersuite: FieldEnvelope.ciphersuite, info: Data("amparo/field/1".utf8))
      return [3] + Array(sender.encapsulatedKey) + Array(try sender.seal(plain, authenticating: Array("a".utf8)))
    }
    func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
    #expect(try FieldEnvelope.open(blob([0, 0, 0, 1, 9] + zeros(1019)), with: key, context: "a") == [9])
    for wrong in [
      [], zeros(1023), [0, 0, 4, 0] + zeros(1020), [255, 255, 255, 255] + zeros(1020),
      [0, 0, 0, 1, 9] + zeros(1018) + [1],
      [0, 0, 0, 1, 9] + zeros(3067),
    ] {
      #expect(throws: VaultFailure.malformed) { try FieldEnvelope.open(blob(wrong), with: key, context: "a") }
    }
  }

  @Test func receiptsHoldForTheOfficeThatGaveThem() throws {
    let (root, body) = (RootSecret.random(), Array("recibo".utf8))
    let key = try root.receiptKey
    let signature = try key.sign(body)
    #expect(FieldSignature.isReceipt(body, signature, by: key.publicKey))
    #expect(try root.receiptKey.publicKey == key.publicKey)
    #expect(!FieldSignature.isReceipt(body + [0], signature, by: key.publicKey))
    #expect(!FieldSignature.isReceipt(body, signature, by: try RootSecret.random().receiptKey.publicKey))
    // A receipt is not an operation, and the key is not the one of checkpoints.
    #expect(!FieldSignature.isSigned(body, signature, by: key.publicKey))
    #expect(Array(try root.auditSigningKey.publicKey.rawRepresentation) != key.publicKey)
    #expect("\(key)" == "[sealed]")
  }
}
