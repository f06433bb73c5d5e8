import Testing

@testable import Vault

@Suite struct DropBoxTests {
  private func address(_ row: String) -> FieldAddress {
    FieldAddress(tenant: "casa", table: "test_answers", column: "response", row: row, revision: 1)
  }

  @Test func fieldsOfOneExchangeOpenOneByOne() throws {
    let (key, other) = (ExchangeKey(), ExchangeKey())
    let sealer = try DropBox.Sealer(to: key.publicKey)
    let blobs = try ["uno", "dos", ""].map { try sealer.seal(Array($0.utf8), at: address($0)) }
    for (text, blob) in zip(["uno", "dos", ""], blobs) {
      #expect(try DropBox.open(blob, with: key, at: address(text)) == Array(text.utf8))
      #expect(throws: VaultFailure.cannotOpen) { try DropBox.open(blob, with: key, at: address("tres")) }
      #expect(throws: VaultFailure.self) { try DropBox.open(blob, with: other, at: address(text)) }
    }
    // The same words twice give different bytes; what is sealed alone still opens.
    #expect(try sealer.seal(Array("uno".utf8), at: address("uno")) != blobs[0])
    let alone = try Envelope.seal(
      padded([1, 2]), to: key.publicKey, context: joined([Array("drop".utf8), address("uno").bytes]))
    #expect(try DropBox.open(alone, with: key, at: address("uno")) == [1, 2])
    for index in blobs[0].indices {
      var spoilt = blobs[0]
      spoilt[index] ^= 1
      #expect(throws: VaultFailure.self) { try DropBox.open(spoilt, with: key, at: address("uno")) }
    }
    for length in 0..<blobs[0].count {
      #expect(throws: VaultFailure.self) {
        try DropBox.open(Array(blobs[0][..<length]), with: key, at: address("uno"))
      }
    }
    #expect(throws: VaultFailure.malformed) { try DropBox.Sealer(to: [1, 2, 3]) }
  }
}
