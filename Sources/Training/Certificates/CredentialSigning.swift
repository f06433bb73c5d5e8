import Basics
import Crypto
import Foundation
import Vault

/// The private half of an issuer's key.
public struct IssuerSigner: Sendable, CustomStringConvertible {
  private let key: Curve25519.Signing.PrivateKey

  public init() { key = Curve25519.Signing.PrivateKey() }

  /// `nil` unless the bytes are a private Ed25519 key.
  public init?(bytes: [UInt8]) {
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes) else { return nil }
    self.key = key
  }

  public var description: String { "[sealed]" }
  var exposedBytes: [UInt8] { Array(key.rawRepresentation) }
  /// 32 bytes.
  public var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

  func sign(_ message: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: message)) }
}

/// A Data Integrity proof of the suite `eddsa-jcs-2022` (W3C Data Integrity EdDSA Cryptosuites 1.0, 3.3).
enum JCSProof {
  /// What is signed: the hash of the proof without its value, then that of the document without its proof.
  static func message(_ document: JSONValue, config: JSONValue) -> [UInt8] {
    let context = document["@context"]
    return sha256(Array(config.without("proofValue").with("@context", context).canonical.utf8))
      + sha256(Array(document.without("proof").canonical.utf8))
  }

  /// The proof's members without its value.
  static func config(_ document: JSONValue, method: String, created: String) -> JSONValue {
    JSONValue.object([
      "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "created": .string(created),
      "verificationMethod": .string(method), "proofPurpose": "assertionMethod",
    ]).with("@context", document["@context"])
  }

  static func sign(_ document: JSONValue, method: String, created: String, with signer: IssuerSigner) throws
    -> JSONValue
  {
    let config = config(document, method: method, created: created)
    let value = "z" + Base58.encode(try signer.sign(message(document, config: config)))
    return document.with("proof", config.with("proofValue", .string(value)))
  }
}

/// A credential with its signature, in the three forms in which it leaves the house.
public struct SignedCredential: Hashable, Sendable {
  public let credential: CertificateCredential
  /// Open Badges 3.0 with an embedded proof, in canonical form.
  public let json: String
  /// The same as a VC-JWT.
  public let jwt: String
  /// The same in few bytes.
  let compact: [UInt8]

  /// - Parameter created: when it was signed, seconds since 1970.
  public init(_ credential: CertificateCredential, created: Int64, signedBy signer: IssuerSigner) throws {
    self.credential = credential
    let document = credential.document
    let method = credential.issuer + "#" + Multikey.encode(signer.publicKey)
    let config = JCSProof.config(document, method: method, created: Timestamp.write(created))
    let signature = try signer.sign(JCSProof.message(document, config: config))
    json = document.with("proof", config.with("proofValue", .string("z" + Base58.encode(signature)))).canonical
    compact =
      CompactCredential(
        credential: credential, created: created, publicKey: signer.publicKey, signature: signature
      ).bytes

    let header: JSONValue = ["alg": "EdDSA", "kid": .string(method), "typ": "JWT"]
    let payload = document.with("iss", .string(credential.issuer)).with("jti", .string(credential.id))
      .with("sub", .string(credential.subjectID)).with("nbf", .number(Double(credential.validFrom)))
      .with("exp", credential.validUntil.map { .number(Double($0)) })
    let signed = [header, payload].map { Base64URL.encode(Array($0.canonical.utf8)) }.joined(separator: ".")
    jwt = signed + "." + Base64URL.encode(try signer.sign(Array(signed.utf8)))
  }

  /// What the printed QR code says: the page that checks, and behind the `#`, which no browser sends, the credential.
  public var link: String { credential.address + "/verify#" + Base41.encode(compact) }
}

/// The facts and the signature of a credential in few bytes, for a QR code: version 1, identifiers, key, signature, and
/// the texts parted by line ends. The document is built again from them and the very same proof is checked.
struct CompactCredential: Hashable {
  static let version: UInt8 = 1
  private static let fields = 14

  var credential: CertificateCredential
  var created: Int64
  var publicKey: [UInt8]
  var signature: [UInt8]

  init(credential: CertificateCredential, created: Int64, publicKey: [UInt8], signature: [UInt8]) {
    self.credential = credential
    self.created = created
    self.publicKey = publicKey
    self.signature = signature
  }

  var bytes: [UInt8] {
    let it = credential
    let texts: [String] = [
      it.address, it.agencyName, it.phase, it.course[.spanish], it.course[.english], it.place, it.from.description,
      it.until.description, String(it.attended), String(it.held), String(it.validFrom),
      it.validUntil.map { String($0) } ?? "", String(created), it.name,
    ]
    return [Self.version] + it.number.sixteenBytes + it.subject + it.agency.sixteenBytes + publicKey + signature
      + Array(texts.joined(separator: "\n").utf8)
  }

  /// `nil` for anything that `bytes` does not write.
  init?(_ bytes: [UInt8]) {
    guard bytes.count > 145, bytes[0] == Self.version,
      let text = String(validating: bytes[145...], as: UTF8.self)
    else { return nil }
    let texts = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard texts.count == Self.fields, let from = CalendarDay(texts[6]), let until = CalendarDay(texts[7]),
      let attended = Int(texts[8]), let held = Int(texts[9]), let validFrom = Int64(texts[10]),
      let created = Int64(texts[12]), texts[11].isEmpty || Int64(texts[11]) != nil,
      [validFrom, created, Int64(texts[11]) ?? 0].allSatisfy({ (-5_000_000_000..<30_000_000_000).contains($0) })
    else { return nil }
    self.init(
      credential: CertificateCredential(
        address: texts[0], agency: AgencyID(sixteenBytes: bytes[33..<49]), agencyName: texts[1],
        number: CertificateID(sixteenBytes: bytes[1..<17]), subject: Array(bytes[17..<33]), phase: texts[2],
        course: LocalizedText(es: texts[3], en: texts[4]), place: texts[5], from: from, until: until,
        attended: attended, held: held, validFrom: validFrom, validUntil: Int64(texts[11]), name: texts[13]),
      created: created, publicKey: Array(bytes[49..<81]), signature: Array(bytes[81..<145]))
    guard self.bytes == bytes else { return nil }
  }
}
