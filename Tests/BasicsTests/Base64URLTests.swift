import Basics
import Foundation
import TestSupport
import Testing

@Suite struct Base64URLTests {
  /// Foundation's base 64 with the two other letters and without padding is the oracle.
  @Test func textIsWhatFoundationWrites() {
    let seed = testSeed("base64url")
    var generator = SeededGenerator(seed: seed)
    for length in 0..<140 {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let expected = Data(bytes).base64EncodedString().map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }
      #expect(Base64URL.encode(bytes) == String(expected.filter { $0 != "=" }), "seed \(seed)")
      #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes, "seed \(seed)")
    }
  }

  @Test(arguments: ["AB", "A", "AAAAA", "AA==", "+/+/", "AÑ", "AA A", "AAB"])
  func anythingElseIsRefused(_ text: String) { #expect(Base64URL.decode(text) == nil) }
}
