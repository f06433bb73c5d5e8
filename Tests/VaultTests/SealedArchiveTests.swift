import Testing

@testable import Vault

@Suite struct SealedArchiveTests {
  private let phrase = "cinco palabras al azar juntas"
  private func sealed(_ content: [UInt8]) throws -> [UInt8] {
    try SealedArchive.seal(content, passphrase: phrase, cost: .test)
  }

  @Test func whatWasSealedOpensWithThePassphraseAlone() throws {
    for size in [0, 1, 65_535, 65_536, 65_537, 200_000] {
      let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let file = try sealed(content)
      #expect(try SealedArchive.open(file, passphrase: phrase) == content)
      // The same letters from another keyboard, and space around them.
      #expect(try SealedArchive.open(file, passphrase: " \(phrase)\n") == content)
      #expect(throws: VaultFailure.cannotOpen) { try SealedArchive.open(file, passphrase: phrase + "x") }
    }
    #expect(try sealed([1]) != sealed([1]))
    #expect(
      SealedArchive.isStrong(phrase) && !SealedArchive.isStrong("corta")
        && !SealedArchive.isStrong("aaaaaaaaaaaaaaaaaa"))
  }

  @Test func whatWasAlteredCutOrReorderedOpensNothing() throws {
    let content = [UInt8](repeating: 7, count: 3 * 65_536)
    let file = try sealed(content)
    let (head, block) = (SealedArchive.mark.count + 24, 65_536 + 16)
    for place in [0, 5, SealedArchive.mark.count, head - 1, head, head + 40_000, file.count - 1] {
      var altered = file
      altered[place] ^= 1
      #expect(throws: VaultFailure.self, "\(place)") { try SealedArchive.open(altered, passphrase: phrase) }
    }
    let blocks = (0..<3).map { Array(file[(head + $0 * block)..<(head + ($0 + 1) * block)]) }
    for order in [[0, 1], [1, 0, 2], [0, 1, 2, 2], [0, 0, 2], [2]] {
      let other = Array(file[..<head]) + order.flatMap { blocks[$0] }
      #expect(throws: VaultFailure.cannotOpen, "\(order)") { try SealedArchive.open(other, passphrase: phrase) }
    }
    for length in [0, 10, head, head + 15, file.count - 1, file.count - block] {
      #expect(throws: VaultFailure.self, "\(length)") {
        try SealedArchive.open(Array(file.prefix(length)), passphrase: phrase)
      }
    }
    // A file can't make whoever opens it wait for hours.
    var greedy = file
    greedy.replaceSubrange((head - 4)..<head, with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(throws: VaultFailure.malformed) { try SealedArchive.open(greedy, passphrase: phrase) }
  }
}
