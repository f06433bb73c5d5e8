import Basics
import Foundation
import Testing

@testable import Training

/// Certificates as they were once handed out: what stands on paper must be readable for good. The files in
/// `Tests/Certificates` are never made anew; a new form is a new file.
@Suite struct GoldenCertificateTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Certificates")

  static func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: name))) }

  @Test func whatWasSignedOnceHolds() throws {
    let keys = try #require(IssuerKeyFile(reading: try Self.bytes("keys.json")))
    let revoked = try RevocationList(reading: try Self.bytes("revoked.json"), keys: keys)
    for name in ["badge.json", "badge.jwt", "badge.qr"] {
      var verifier = CertificateVerifier(keys: keys, revocations: nil, at: Moment(milliseconds: 1_205_500_000_000))
      let report = verifier.check(try Self.bytes(name))
      #expect(report.verdict == .valid, "\(name)")
      #expect(report.credential?.name == "Ñusta Canaria Quishpe", "\(name)")
      verifier.revocations = revoked
      #expect(verifier.check(try Self.bytes(name)).verdict == .revoked, "\(name)")
      verifier.at = Moment(milliseconds: 1_300_000_000_000)
      verifier.revocations = nil
      #expect(verifier.check(try Self.bytes(name)).verdict == .expired, "\(name)")
    }
  }

  @Test func theFormIsTheOneOfThatTime() throws {
    let badge = try #require(JSONValue(reading: try Self.bytes("badge.json")))
    let (qr, json) = (
      try PresentedCredential(reading: try Self.bytes("badge.qr")),
      try PresentedCredential(reading: try Self.bytes("badge.json"))
    )
    #expect(qr.document == json.document && qr.document.canonical == badge.without("proof").canonical)
  }
}
