import Basics
import Foundation
import TestSupport
import Testing
import Vault

@testable import Training

/// Vectors: W3C, “Data Integrity EdDSA Cryptosuites v1.0” (w3c/vc-di-eddsa, TestVectors/eddsa-jcs-2022 and keyPair.json),
/// facts of a W3C Recommendation under the W3C Software and Document License.
@Suite struct CryptosuiteTests {
  static let key = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
  static let method = "did:key:\(key)#\(key)"
  static let alumni = #"""
    {"@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
     "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33", "type": ["VerifiableCredential", "AlumniCredential"],
     "name": "Alumni Credential", "description": "A minimum viable example of an Alumni Credential.",
     "issuer": "https://vc.example/issuers/5678", "validFrom": "2023-01-01T00:00:00Z",
     "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"}}
    """#
  static let proofValue = "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"

  @Test func theVectorOfTheRecommendation() throws {
    let document = try #require(JSONValue(reading: Self.alumni.utf8))
    let config = JCSProof.config(document, method: Self.method, created: "2023-02-24T23:36:38Z")
    #expect(
      JCSProof.message(document, config: config).hexadecimal
        == "66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db"
        + "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19")
    let secret = try #require(Base58.decode("3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"))
    #expect(secret.starts(with: [0x80, 0x26]))
    let signer = try #require(IssuerSigner(bytes: Array(secret.dropFirst(2))))
    #expect(Multikey.encode(signer.publicKey) == Self.key)
    // swift-crypto mixes randomness into its signatures on some systems: ours need not be the vector's byte for byte,
    // but the vector's must verify, and ours too.
    let theirs = document.with("proof", config.with("proofValue", .string(Self.proofValue)))
    let ours = try JCSProof.sign(document, method: Self.method, created: "2023-02-24T23:36:38Z", with: signer)
    for signed in [theirs, ours] {
      let shown = try PresentedCredential(reading: Array(signed.canonical.utf8))
      #expect(shown.isSignedByItsKey)
      #expect(shown.key == signer.publicKey)
    }
    let other = document.with("name", "Alumni credential").with("proof", theirs["proof"])
    #expect(try !PresentedCredential(reading: Array(other.canonical.utf8)).isSignedByItsKey)
  }

  /// RFC 8785, appendix B, by the bits of the number.
  @Test(
    arguments: [
      (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
      (0x8000_0000_0000_0001, "-5e-324"), (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
      (0x4340_0000_0000_0000, "9007199254740992"), (0xc340_0000_0000_0000, "-9007199254740992"),
      (0x4430_0000_0000_0000, "295147905179352830000"), (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
      (0x44b5_2d02_c7e1_4af6, "1e+23"), (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
      (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"), (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
      (0x444b_1ae4_d6e2_ef50, "1e+21"), (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
      (0x3eb0_c6f7_a0b5_ed8d, "0.000001"), (0x41b3_de43_5555_5553, "333333333.3333332"),
      (0x41b3_de43_5555_5554, "333333333.33333325"), (0x41b3_de43_5555_5555, "333333333.3333333"),
      (0x41b3_de43_5555_5556, "333333333.3333334"), (0x41b3_de43_5555_5557, "333333333.33333343"),
      (0xbecb_f647_612f_3696, "-0.0000033333333333333333"), (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    ] as [(UInt64, String)]) func numbersAsECMAScriptWritesThem(_ bits: UInt64, _ text: String)
  {
    let written = JSONValue.shortest(Double(bitPattern: bits))
    #expect(written == text)
    #expect(Double(written) == Double(bitPattern: bits))
  }

  @Test func namesAndTextsInCanonicalOrder() throws {
    // RFC 8785, 3.2.3: sorted by UTF-16 units, so that a face outside of the basic plane comes before U+FB33.
    let text =
      #"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","#
      + #""\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O"}"#
    let value = try #require(JSONValue(reading: text.utf8))
    let order = ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"]
    let places = order.compactMap { value.canonical.range(of: $0)?.lowerBound }
    #expect(places.count == 7 && places == places.sorted())
    let escapes = try #require(JSONValue(reading: #"["\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"]"#.utf8))
    #expect(escapes.canonical == #"["€$\u000f\nA'B\"\\\\\"/"]"#)
  }

  @Test(arguments: [
    #"{"a":1,"a":2}"#, #"{"a":1,}"#, "[1,]", "01", "1.", ".5", "+1", "-", "1e", #""\ud800""#, #""\udc00\ud800""#,
    "\"\t\"",
    "", "{} {}", "nul", #"{"a"}"#, "9007199254740993", "1e999", #"{"a":"\x"}"#, String(repeating: "[", count: 200),
    "\u{FEFF}{}", "'a'", "NaN",
  ]) func whatTwoReadersCouldReadDifferentlyIsRefused(_ text: String) {
    #expect(JSONValue(reading: text.utf8) == nil)
  }

  @Test func basesGoThereAndBack() throws {
    let seed = testSeed("bases")
    var generator = SeededGenerator(seed: seed)
    for length in 0..<140 {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
      #expect(Base58.decode(Base58.encode(bytes)) == bytes, "seed \(seed)")
      #expect(Base41.decode(Base41.encode(bytes)) == bytes, "seed \(seed)")
      let id = CertificateID.random(using: &generator)
      #expect(CertificateID(sixteenBytes: id.sixteenBytes) == id)
    }
    #expect(Base58.encode([0, 0, 1]) == "112")
    #expect(Base58.encode(Array("Hello World!".utf8)) == "2NEpo7TZRRrLZSi2U")
    for wrong in ["0", "////", "a", "ÑÑÑ", "   "] { #expect(Base41.decode(wrong) == nil, "\(wrong)") }
  }

  @Test func timesAreReadAsTheyAreWritten() {
    for seconds in [0, -1, 1_205_159_000, 4_102_444_799] as [Int64] {
      #expect(Timestamp.read(Timestamp.write(seconds)) == seconds)
    }
    #expect(Timestamp.write(1_205_159_000) == "2008-03-10T14:23:20Z")
    for wrong in ["2008-02-30T00:00:00Z", "2008-03-10T24:00:00Z", "2008-03-10 14:23:20Z", "2008-03-10T14:23:20", ""] {
      #expect(Timestamp.read(wrong) == nil)
    }
  }
}

/// A certificate of a made-up person, signed with a key of its own.
struct Badge {
  let signer = IssuerSigner()
  var validFrom: Int64 = 1_205_159_000
  var validUntil: Int64?
  var name = "Ñusta Canaria Quishpe"
  var address = "https://amparo.example.org"
  static let number = CertificateID(bytes: (7, 1234))
  static let agency = AgencyID(bytes: (9, 99))

  var credential: CertificateCredential {
    CertificateCredential(
      address: address, agency: Self.agency, agencyName: "OIM Quito", number: Self.number,
      subject: UUIDText.random([UInt8](repeating: 0xAB, count: 16)), phase: "quito-1",
      course: LocalizedText(es: "Qué es la trata", en: "What trafficking is"), place: "Quito, sala 2",
      from: day("2008-03-10"), until: day("2008-03-14"), attended: 4, held: 5, validFrom: validFrom,
      validUntil: validUntil, name: name)
  }

  func signed(created: Int64? = nil) throws -> SignedCredential {
    try SignedCredential(credential, created: created ?? validFrom, signedBy: signer)
  }

  func key(until: Int64? = nil, withdrawnFrom: Int64? = nil) -> IssuerKeyFile {
    IssuerKeyFile(keys: [
      .init(publicKey: signer.publicKey, address: address, from: 0, until: until, withdrawnFrom: withdrawnFrom)
    ])
  }

  func revocations(_ ids: [String], dated: Int64) throws -> RevocationList {
    let list = try RevocationList.sign(ids, address: address, dated: dated, with: signer)
    return try RevocationList(reading: Array(list.canonical.utf8), keys: key())
  }
}

extension SignedCredential {
  var forms: [(String, [UInt8])] {
    [("json", Array(json.utf8)), ("jwt", Array(jwt.utf8)), ("qr", Array(link.utf8))]
  }
}

@Suite struct VerifierTests {
  private func verifier(
    _ keys: IssuerKeyFile, _ revocations: RevocationList? = nil, at seconds: Int64 = 1_300_000_000
  ) -> CertificateVerifier {
    CertificateVerifier(keys: keys, revocations: revocations, at: Moment(milliseconds: seconds * 1000))
  }

  @Test func eachAnswerIsItsOwn() throws {
    let badge = Badge()
    let signed = try badge.signed()
    let clean = try badge.revocations([], dated: 1_300_000_000)
    let revoked = try badge.revocations([signed.credential.id], dated: 1_300_000_000)
    for (form, bytes) in signed.forms {
      func says(_ verifier: CertificateVerifier) -> CertificateVerifier.Verdict { verifier.check(bytes).verdict }
      #expect(says(verifier(badge.key(), clean)) == .valid, "\(form)")
      #expect(says(verifier(IssuerKeyFile(keys: []), clean)) == .unknownIssuer, "\(form)")
      #expect(says(verifier(Badge().key(), clean)) == .unknownIssuer, "\(form)")
      #expect(says(verifier(badge.key(), revoked)) == .revoked, "\(form)")
      #expect(says(verifier(badge.key(), clean, at: 1_205_158_999)) == .notYetValid, "\(form)")
      #expect(says(verifier(badge.key(until: 1_205_158_000), clean)) == .keyWithdrawn, "\(form)")
      #expect(says(verifier(badge.key(until: 1_205_159_000), clean)) == .valid, "\(form)")
      #expect(says(verifier(badge.key(withdrawnFrom: 1_205_159_000), clean)) == .keyWithdrawn, "\(form)")
      let later = verifier(badge.key(withdrawnFrom: 1_205_159_001), clean).check(bytes)
      #expect(later.verdict == .valid && later.warnings == [.keyWithdrawnLater], "\(form)")
      #expect(verifier(badge.key()).check(bytes).warnings == [.noRevocationList])
      #expect(verifier(badge.key(), clean, at: 1_310_000_000).check(bytes).warnings == [.oldRevocationList])
      let report = verifier(badge.key(), clean).check(bytes)
      #expect(report.credential?.name == badge.name && report.warnings.isEmpty, "\(form)")
    }
    var ending = Badge()
    ending.validUntil = 1_250_000_000
    for (form, bytes) in try ending.signed().forms {
      #expect(verifier(ending.key()).check(bytes).verdict == .expired, "\(form)")
      #expect(verifier(ending.key(), at: 1_249_999_999).check(bytes).verdict == .valid, "\(form)")
    }
  }

  /// Another installation's key does not speak for this one, even when both are trusted.
  @Test func aKeySpeaksForItsOwnAddressOnly() throws {
    let badge = Badge()
    var keys = badge.key()
    keys.keys[0].address = "https://amparo.example.org.evil.example"
    for (_, bytes) in try badge.signed().forms {
      #expect(verifier(keys).check(bytes).verdict == .unknownIssuer)
    }
  }

  @Test(arguments: 0..<3) func oneBitChangedIsNeverValid(_ form: Int) throws {
    let badge = Badge()
    let verifier = verifier(badge.key())
    let (name, bytes) = try badge.signed().forms[form]
    var verdicts: Set<CertificateVerifier.Verdict> = []
    var changed = bytes
    for place in bytes.indices {
      for bit in 0..<8 {
        changed[place] ^= 1 << bit
        let verdict = verifier.check(changed).verdict
        verdicts.insert(verdict)
        if verdict == .valid { Issue.record("\(name): bit \(bit) of byte \(place) changes nothing") }
        changed[place] ^= 1 << bit
      }
    }
    #expect(verdicts.contains(.altered), "\(name)")
  }

  @Test func whateverComesIsAnswered() throws {
    let badge = Badge()
    let verifier = verifier(badge.key())
    let seed = testSeed("credentials")
    var generator = SeededGenerator(seed: seed)
    let forms = try badge.signed().forms
    // Spaces around a text, and a code that comes without the address before it, change nothing of what is said.
    func said(_ bytes: [UInt8]) -> String {
      String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        .replacingOccurrences(of: badge.address + "/verify#", with: "", options: .anchored)
    }
    for round in 0..<2000 {
      var bytes = forms[round % 3].1
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &generator)))
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        default: bytes.append(contentsOf: bytes[place...].prefix(50))
        }
        if bytes.isEmpty { bytes = [0] }
      }
      // Nor does a space beside a sign of JSON.
      let original = forms[round % 3].1
      let says = JSONValue(reading: bytes)?.canonical
      let isSame = said(bytes) == said(original) || says != nil && says == JSONValue(reading: original)?.canonical
      if verifier.check(bytes).verdict == .valid, !isSame {
        Issue.record("a spoilt credential is valid, seed \(seed) round \(round)")
      }
    }
    for text in ["", "{}", "%PDF-1.5", "a.b.c", "eyJ.eyJ.x", "https://amparo.example.org/verify#", "#", "null", "[]"] {
      #expect(verifier.check(Array(text.utf8)).verdict == .malformed, "\(text)")
    }
    #expect(verifier.check([0xFF, 0xFE]).verdict == .malformed)
  }

  @Test func aJWTSaysTheSameTwiceOrNothing() throws {
    let badge = Badge()
    let verifier = verifier(badge.key())
    let parts = try badge.signed().jwt.split(separator: ".").map(String.init)
    let header = try #require(Base64URL.decode(parts[0]).flatMap { JSONValue(reading: $0) })
    let payload = try #require(Base64URL.decode(parts[1]).flatMap { JSONValue(reading: $0) })
    #expect(header["typ"] == "JWT" && header["alg"] == "EdDSA")
    #expect(payload["iss"] == payload["issuer"]?["id"] && payload["sub"] == payload["credentialSubject"]?["id"])
    #expect(payload["sub"]?.string?.hasPrefix("urn:uuid:") == true)
    func signed(_ header: JSONValue, _ payload: JSONValue) throws -> [UInt8] {
      let text = [header, payload].map { Base64URL.encode(Array($0.canonical.utf8)) }.joined(separator: ".")
      return Array((text + "." + Base64URL.encode(try badge.signer.sign(Array(text.utf8)))).utf8)
    }
    #expect(verifier.check(try signed(header, payload)).verdict == .valid)
    // By the very issuer, and yet not: a claim beside another date, a header that opens other doors.
    for (name, value) in [
      ("iss", "https://other"), ("jti", "x"), ("sub", "urn:uuid:0"), ("nbf", .number(1)), ("exp", .number(9e9)),
      ("validUntil", "2030-01-01T00:00:00Z"),
    ] as [(String, JSONValue)] {
      #expect(verifier.check(try signed(header, payload.with(name, value))).reason == "jwt_claims", "\(name)")
    }
    for (name, value) in [("crit", []), ("alg", "none"), ("alg", "HS256"), ("typ", "X")] as [(String, JSONValue)] {
      #expect(verifier.check(try signed(header.with(name, value), payload)).reason == "jwt_header", "\(name)")
    }
    let jwk: JSONValue = ["kty": "OKP", "crv": "Ed25519", "x": .string(Base64URL.encode(badge.signer.publicKey))]
    #expect(verifier.check(try signed(header.without("kid").with("jwk", jwk), payload)).verdict == .valid)
  }

  @Test func theRulesOfOpenBadgesAreKept() throws {
    let badge = Badge()
    let document = badge.credential.document
    #expect(document["@context"]?.array?.first == "https://www.w3.org/ns/credentials/v2")
    let method = badge.credential.issuer + "#" + Multikey.encode(badge.signer.publicKey)
    for (name, value) in [
      ("@context", ["https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]), ("type", ["VerifiableCredential"]),
      ("validFrom", "gestern"), ("credentialSubject", ["id": "urn:uuid:1"]),
    ] as [(String, JSONValue)] {
      let signed = try JCSProof.sign(
        document.with(name, value), method: method, created: "2008-03-10T14:23:20Z", with: badge.signer)
      #expect(verifier(badge.key()).check(Array(signed.canonical.utf8)).verdict == .malformed, "\(name)")
    }
  }

  /// What fits on paper: the longest names that the forms take still give one code of a printable size.
  @Test func theCodeStaysPrintable() throws {
    var badge = Badge()
    #expect(try badge.signed().link.utf8.count < 700)
    badge.name = String(repeating: "María de los Ángeles ", count: 6)
    badge.address = "https://capacitacion.amparo.cancilleria.gob.example"
    #expect(try badge.signed().link.utf8.count < 1100)
    let payload = try badge.signed().link.split(separator: "#")[1]
    #expect(payload.allSatisfy { "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-*+$/".contains($0) })
  }

  @Test func keysAndListsAreReadAsTheyAreWritten() throws {
    let badge = Badge()
    let keys = badge.key(until: 5, withdrawnFrom: 6)
    #expect(IssuerKeyFile(reading: Array(keys.json.canonical.utf8)) == keys)
    #expect(IssuerKeyFile(reading: Array("{\"keys\":[{}]}".utf8)) == nil)
    let list = try RevocationList.sign(["a"], address: badge.address, dated: 10, with: badge.signer)
    let bytes = Array(list.canonical.utf8)
    #expect(try RevocationList(reading: bytes, keys: badge.key()).revoked == ["a"])
    #expect(throws: RevocationList.Problem.notSigned) { try RevocationList(reading: bytes, keys: Badge().key()) }
    let emptied = Array(list.with("revokedCredentials", []).canonical.utf8)
    #expect(throws: RevocationList.Problem.notSigned) { try RevocationList(reading: emptied, keys: badge.key()) }
    #expect(throws: RevocationList.Problem.unreadable) { try RevocationList(reading: [1], keys: badge.key()) }
  }
}
