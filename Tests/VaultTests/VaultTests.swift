import Basics
import Crypto
import Foundation
import TestSupport
import Testing

@testable import Vault

private func bytes(_ hex: String) -> [UInt8] {
  let digits = hex.filter { !$0.isWhitespace }
  return stride(from: 0, to: digits.count, by: 2).compactMap { offset in
    let start = digits.index(digits.startIndex, offsetBy: offset)
    return UInt8(digits[start..<digits.index(start, offsetBy: 2)], radix: 16)
  }
}

@Suite struct PublishedVectors {
  /// RFC 9180, appendix A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305, base mode, first message.
  @Test func hpkeOpensTheRFCsMessage() throws {
    let key = try Curve25519.KeyAgreement.PrivateKey(
      rawRepresentation: bytes("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb"))
    var recipient = try HPKE.Recipient(
      privateKey: key, ciphersuite: Envelope.ciphersuite, info: Data(bytes("4f6465206f6e2061204772656369616e2055726e")),
      encapsulatedKey: Data(bytes("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a")))
    let opened = try recipient.open(
      Data(
        bytes(
          """
          1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28
          """)), authenticating: Data(bytes("436f756e742d30")))
    #expect(Array(opened) == bytes("4265617574792069732074727574682c20747275746820626561757479"))
  }

  /// RFC 5869, appendix A.1.
  @Test func hkdfGivesTheRFCsKey() {
    let key = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: [UInt8](repeating: 0x0b, count: 22)),
      salt: bytes("000102030405060708090a0b0c"), info: bytes("f0f1f2f3f4f5f6f7f8f9"), outputByteCount: 42)
    #expect(
      key.bytes
        == bytes("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"))
  }
}

@Suite struct RecordKeyTests {
  private let place = FieldAddress(tenant: "a", table: "cases", column: "identity", row: "r", revision: 3)

  @Test func aFieldOpensAtItsPlaceOnly() throws {
    let key = RecordKey.random()
    let sealed = try key.seal(Array("Rosa".utf8), at: place)
    #expect(sealed.first == 1)
    #expect(try key.open(sealed, at: place) == Array("Rosa".utf8))
    var others = [FieldAddress](repeating: place, count: 6)
    others[0].tenant = "b"
    others[1].table = "persons"
    others[2].column = "needs"
    others[3].row = "s"
    others[4].revision = 2
    others[5].schema = 2
    for other in others { #expect(throws: VaultFailure.cannotOpen) { try key.open(sealed, at: other) } }
    #expect(throws: VaultFailure.cannotOpen) { try RecordKey.random().open(sealed, at: place) }
  }

  @Test func everyFlippedBitIsFound() throws {
    let key = RecordKey.random()
    let sealed = try key.seal(Array("Rosa".utf8), at: place)
    for index in sealed.indices {
      var altered = sealed
      altered[index] ^= 1
      #expect(throws: VaultFailure.self) { try key.open(altered, at: place) }
      #expect(throws: VaultFailure.self) { try key.open(Array(sealed[..<index]), at: place) }
    }
  }

  @Test func lengthTellsLittle() throws {
    let key = RecordKey.random()
    func length(_ count: Int) throws -> Int { try key.seal([UInt8](repeating: 65, count: count), at: place).count - 29 }
    #expect(try length(0) == 64)
    #expect(try length(63) == 64)
    #expect(try length(64) == 256)
    #expect(try length(1024) == 4096)
    #expect(try length(4096) == 8192)
    for count in [0, 1, 62, 63, 64, 255, 256, 4095, 4096, 9000] {
      let content = [UInt8](repeating: 0, count: count)
      #expect(try key.open(key.seal(content, at: place), at: place) == content)
    }
  }

  @Test func aWrapIsBoundToItsContextAndGrantor() throws {
    let (agency, grantor, stranger) = (ExchangeKey(), MemberKeys(), MemberKeys())
    let key = RecordKey.random()
    let context = WrapContext(
      purpose: "record", subject: "case:1", dataKind: "identity", recipient: "agency", epoch: 1, basis: "consent",
      expires: 5)
    let wrap = try key.wrapped(to: agency.publicKey, context: context, grantor: grantor)
    #expect(wrap.isSigned(by: grantor.publicSigningKey, context: context))
    #expect(!wrap.isSigned(by: stranger.publicSigningKey, context: context))
    #expect(try RecordKey(opening: wrap, with: agency, context: context).commitment == key.commitment)
    var moved = [WrapContext](repeating: context, count: 7)
    moved[0].purpose = "agency"
    moved[1].subject = "case:2"
    moved[2].dataKind = "health"
    moved[3].recipient = "other"
    moved[4].epoch = 2
    moved[5].basis = ""
    moved[6].expires = nil
    for other in moved {
      #expect(!wrap.isSigned(by: grantor.publicSigningKey, context: other))
      #expect(throws: VaultFailure.cannotOpen) { try RecordKey(opening: wrap, with: agency, context: other) }
    }
    #expect(throws: VaultFailure.cannotOpen) { try RecordKey(opening: wrap, with: ExchangeKey(), context: context) }
  }
}

@Suite struct MemberKeysTests {
  private let root = RootSecret.random()

  @Test func onlyTheRightPasswordOpensTheKeys() throws {
    let keys = MemberKeys()
    let salt = PasswordKey.freshSalt()
    let right = try PasswordKey(password: "caballo correcto ñ", salt: salt, root: root, cost: .test)
    let sealed = try keys.sealed(under: right, member: "m")
    #expect(try MemberKeys.open(sealed, under: right, member: "m").publicKey == keys.publicKey)
    // The same letters, composed otherwise.
    let composed = try PasswordKey(
      password: "caballo correcto n\u{303}", salt: salt, root: root, cost: .test)
    #expect(composed.verifier == right.verifier)
    for wrong in [
      try PasswordKey(password: "caballo correcto n", salt: salt, root: root, cost: .test),
      try PasswordKey(password: "", salt: salt, root: root, cost: .test),
      try PasswordKey(password: "caballo correcto ñ", salt: PasswordKey.freshSalt(), root: root, cost: .test),
      try PasswordKey(password: "caballo correcto ñ", salt: salt, root: .random(), cost: .test),
    ] {
      #expect(wrong.verifier != right.verifier)
      #expect(throws: VaultFailure.cannotOpen) { try MemberKeys.open(sealed, under: wrong, member: "m") }
    }
    #expect(throws: VaultFailure.cannotOpen) { try MemberKeys.open(sealed, under: right, member: "other") }
  }

  @Test func recoveryCodesSurviveBeingReadAloud() throws {
    let seed = testSeed("recovery codes")
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let code = RecoveryCode()
      let text = code.exposedText
      let spoken = String(
        text.map { letter in
          switch letter {
          case "0": Bool.random(using: &generator) ? "O" : "0"
          case "1": "l"
          default: Bool.random(using: &generator) ? Character(letter.uppercased()) : letter
          }
        })
      #expect(RecoveryCode(spoken)?.exposedText == text)
      #expect(
        RecoveryCode(spoken.replacingOccurrences(of: "-", with: " "))?.verifier(pepper: root.pepper)
          == code.verifier(pepper: root.pepper))
    }
    for wrong in ["", "k3wq", String(repeating: "z", count: 26), String(repeating: "u", count: 26)] {
      #expect(RecoveryCode(wrong) == nil)
    }
  }

  @Test func tokensAndCodesOpenWhatTheySealed() throws {
    let keys = MemberKeys()
    let (token, code) = (Token(), RecoveryCode())
    let session = try keys.sealed(under: token, member: "m")
    let again = try #require(Token(token.exposedText))
    #expect(try MemberKeys.open(session, under: again, member: "m").publicSigningKey == keys.publicSigningKey)
    #expect(throws: VaultFailure.cannotOpen) { try MemberKeys.open(session, under: Token(), member: "m") }
    let printed = try keys.sealed(under: code, root: root, member: "m")
    #expect(try MemberKeys.open(printed, under: code, root: root, member: "m").publicKey == keys.publicKey)
    #expect(throws: VaultFailure.cannotOpen) { try MemberKeys.open(printed, under: code, root: .random(), member: "m") }
    #expect(!"\(token) \(code) \(keys) \(root) \(Sensitive("Rosa"))".contains(token.exposedText))
    #expect("\(Sensitive("Rosa"))" == "[sealed]")
  }
}

@Suite struct BlindIndexTests {
  @Test func tagsAreKeyedAndPerAgency() {
    let root = RootSecret.random()
    let index = BlindIndex(root: root, agency: "a")
    #expect(index.tags(name: "María de la Cruz Quishpe") == index.tags(name: "quishpe, MARIA cruz"))
    #expect(index.tags(name: "Gonzáles") == index.tags(name: "GONSALEZ"))
    #expect(index.tags(name: "María Vera").count == 2)
    #expect(index.tag(document: "170-123 456 7") == index.tag(document: "1701234567"))
    let names = (0..<400).map { "Nombre\($0)x" }
    let here = names.map { index.tag(document: $0) }
    #expect(Set(here).count == 400 && here.allSatisfy { $0 > 0 })
    #expect(here != names.map { BlindIndex(root: root, agency: "b").tag(document: $0) })
    #expect(here != names.map { BlindIndex(root: .random(), agency: "a").tag(document: $0) })
  }
}
