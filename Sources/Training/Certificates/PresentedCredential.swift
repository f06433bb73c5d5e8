import Basics
import Crypto
import Foundation

/// A credential that somebody shows, in whichever form, before anything is believed of it.
public struct PresentedCredential: Sendable {
  public enum Form: String, Sendable { case json, jwt, qr }

  /// Why a text is no credential; becomes one sentence.
  public struct Malformed: Error, Hashable, Sendable {
    public var reason: String
    init(_ reason: String) { self.reason = reason }
  }

  public let form: Form
  /// The credential without its proof.
  public let document: JSONValue
  /// The key it says it was signed with, 32 bytes, and whose key that is said to be.
  public let key: [UInt8]
  public let controller: String
  /// When it says it was signed, seconds since 1970; a JWT does not say.
  public let created: Int64?
  private let message: [UInt8]
  private let signature: [UInt8]

  /// Reads JSON, a JWT, the text of a QR code, or a PDF of ours that holds it.
  public init(reading bytes: [UInt8]) throws(Malformed) {
    if bytes.starts(with: Array("%PDF-".utf8)) {
      guard let link = Self.link(inPDF: bytes) else { throw Malformed("no_code_in_pdf") }
      try self.init(text: link)
      return
    }
    guard bytes.count <= JSONValue.largest, let text = String(validating: bytes, as: UTF8.self) else {
      throw Malformed("not_text")
    }
    try self.init(text: text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  private init(text: String) throws(Malformed) {
    if text.hasPrefix("{") {
      try self.init(json: text)
    } else if text.split(separator: ".", omittingEmptySubsequences: false).count == 3, text.hasPrefix("ey") {
      try self.init(jwt: text)
    } else {
      try self.init(qr: text)
    }
  }

  // MARK: Embedded proof

  private init(json: String) throws(Malformed) {
    guard let whole = JSONValue(reading: json.utf8) else { throw Malformed("not_json") }
    guard let proof = whole["proof"] else { throw Malformed("no_proof") }
    guard proof["type"] == "DataIntegrityProof", proof["cryptosuite"] == "eddsa-jcs-2022",
      proof["proofPurpose"] == "assertionMethod"
    else { throw Malformed("unknown_proof") }
    guard proof["@context"] == nil || proof["@context"] == whole["@context"] else { throw Malformed("proof_context") }
    guard let method = proof["verificationMethod"]?.string,
      let created = proof["created"]?.string.flatMap(Timestamp.read),
      let value = proof["proofValue"]?.string, value.hasPrefix("z"), let signature = Base58.decode(value.dropFirst()),
      signature.count == 64
    else { throw Malformed("unreadable_proof") }
    (controller, key) = try Self.parted(method)
    form = .json
    document = whole.without("proof")
    self.created = created
    message = JCSProof.message(whole, config: proof)
    self.signature = signature
  }

  private static func parted(_ method: String) throws(Malformed) -> (String, [UInt8]) {
    let parts = method.split(separator: "#", omittingEmptySubsequences: false)
    guard parts.count == 2, let key = Multikey.decode(parts[1]) else { throw Malformed("unreadable_key") }
    return (String(parts[0]), key)
  }

  // MARK: JWT

  private init(jwt: String) throws(Malformed) {
    let parts = jwt.split(separator: ".", omittingEmptySubsequences: false).map { Base64URL.decode($0) }
    guard let head = parts[0], let body = parts[1], let signature = parts[2], signature.count == 64,
      let header = JSONValue(reading: head), let payload = JSONValue(reading: body), case .object(let names) = header
    else { throw Malformed("not_jwt") }
    // Nothing but these: `crit`, `x5u` and their like are doors for others.
    guard Set(names.keys).isSubset(of: ["alg", "kid", "jwk", "typ"]), names["alg"] == "EdDSA",
      names["typ"] == nil || names["typ"] == "JWT", (names["kid"] == nil) != (names["jwk"] == nil)
    else { throw Malformed("jwt_header") }
    if let kid = names["kid"]?.string {
      (controller, key) = try Self.parted(kid)
    } else {
      let jwk = names["jwk"]
      guard jwk?["kty"] == "OKP", jwk?["crv"] == "Ed25519", jwk?["d"] == nil,
        let key = jwk?["x"]?.string.flatMap({ Base64URL.decode($0) }), key.count == 32
      else { throw Malformed("unreadable_key") }
      (controller, self.key) = (payload["issuer"]?["id"]?.string ?? "", key)
    }
    form = .jwt
    document = ["iss", "jti", "nbf", "sub", "exp", "iat"].reduce(payload) { $0.without($1) }
    created = nil
    message = Array(jwt.utf8.prefix(jwt.utf8.count - 87))
    self.signature = signature
    guard payload["iss"] == payload["issuer"]?["id"], payload["jti"] == payload["id"],
      payload["sub"] == payload["credentialSubject"]?["id"], payload["sub"] != nil,
      Self.agrees(payload["nbf"], payload["validFrom"]), Self.agrees(payload["exp"], payload["validUntil"])
    else { throw Malformed("jwt_claims") }
  }

  private static func agrees(_ claim: JSONValue?, _ date: JSONValue?) -> Bool {
    guard let claim else { return date == nil }
    guard case .number(let seconds) = claim, let written = date?.string.flatMap(Timestamp.read) else { return false }
    return seconds == Double(written)
  }

  // MARK: QR code

  private init(qr text: String) throws(Malformed) {
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    guard let code = parts.last, let bytes = Base41.decode(code), let compact = CompactCredential(bytes) else {
      throw Malformed("not_a_credential")
    }
    guard parts.count == 1 || parts[0] == compact.credential.address + "/verify" else { throw Malformed("qr_address") }
    form = .qr
    document = compact.credential.document
    key = compact.publicKey
    controller = compact.credential.issuer
    created = compact.created
    let method = compact.credential.issuer + "#" + Multikey.encode(key)
    message = JCSProof.message(
      document, config: JCSProof.config(document, method: method, created: Timestamp.write(compact.created)))
    signature = compact.signature
  }

  /// The link behind the QR code of our own PDFs stands in clear in them.
  private static func link(inPDF bytes: [UInt8]) -> String? {
    guard let start = bytes.firstRange(of: Array("/URI (".utf8))?.upperBound,
      let end = bytes[start...].firstIndex(of: UInt8(ascii: ")"))
    else { return nil }
    return String(validating: bytes[start..<end], as: UTF8.self)
  }

  // MARK: What can be told of it

  /// Whether the signature fits the key it names.
  public var isSignedByItsKey: Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key) else { return false }
    return key.isValidSignature(signature, for: message)
  }

  public var id: String? { document["id"]?.string }
  public var issuer: String? { document["issuer"]?["id"]?.string }
  public var issuerName: String? { document["issuer"]?["name"]?.string }
  public var validFrom: Int64? { document["validFrom"]?.string.flatMap(Timestamp.read) }
  public var validUntil: Int64? { document["validUntil"]?.string.flatMap(Timestamp.read) }
  public var course: String? { document["credentialSubject"]?["achievement"]?["name"]?.string }
  public var narrative: String? { document["credentialSubject"]?["narrative"]?.string }

  /// The name as it is printed.
  public var name: String? {
    document["credentialSubject"]?["identifier"]?.array?.first { $0["identityType"] == "name" }?["identityHash"]?.string
  }

  /// What is wrong with it as an Open Badges 3.0 credential; `nil` when nothing is.
  public var flaw: String? {
    let contexts = document["@context"]?.array ?? []
    guard contexts.starts(with: CertificateCredential.contexts.prefix(2).map(JSONValue.string)) else {
      return "context"
    }
    let types = document["type"]?.array ?? []
    guard types.contains("VerifiableCredential"), types.contains("OpenBadgeCredential") else { return "type" }
    guard id != nil, issuer != nil, issuerName != nil, document["issuer"]?["type"]?.array?.contains("Profile") == true
    else { return "issuer" }
    guard validFrom != nil, document["validUntil"] == nil || validUntil != nil else { return "dates" }
    let subject = document["credentialSubject"]
    guard subject?["type"]?.array?.contains("AchievementSubject") == true, subject?["id"]?.string != nil else {
      return "subject"
    }
    let achievement = subject?["achievement"]
    guard ["id", "name", "description"].allSatisfy({ achievement?[$0]?.string != nil }),
      achievement?["type"]?.array?.contains("Achievement") == true,
      achievement?["criteria"]?["narrative"]?.string != nil || achievement?["criteria"]?["id"]?.string != nil
    else { return "achievement" }
    return nil
  }
}
