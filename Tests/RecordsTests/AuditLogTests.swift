import Basics
import Crypto
import Foundation
import Records
import TestSupport
import Testing

@Suite struct MerkleTreeTests {
  /// The oracle: RFC 6962's own recursive definition.
  private func definition(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
    switch leaves.count {
    case 0: return Array(SHA256.hash(data: [UInt8]()))
    case 1: return leaves[leaves.startIndex]
    default:
      var split = 1
      while split * 2 < leaves.count { split *= 2 }
      return MerkleTree.nodeHash(
        definition(leaves[..<(leaves.startIndex + split)]), definition(leaves[(leaves.startIndex + split)...]))
    }
  }

  @Test func growsAsTheDefinitionSays() {
    var tree = MerkleTree()
    var leaves: [[UInt8]] = []
    #expect(tree.root == definition([]))
    for number in 0..<130 {
      leaves.append(MerkleTree.leafHash(Array(String(number).utf8)))
      tree.append(leafHash: leaves[number])
      #expect(tree.root == definition(leaves[...]))
      #expect(MerkleTree(size: tree.size, peaks: tree.peaks) == tree)
    }
  }

  /// Certificate Transparency's published test vectors for the leaves "", 00, 10.
  @Test func agreesWithKnownVectors() {
    func hex(_ bytes: [UInt8]) -> String { bytes.hexadecimal }
    var tree = MerkleTree()
    #expect(hex(tree.root) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    tree.append(leafHash: MerkleTree.leafHash([]))
    #expect(hex(tree.root) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
    tree.append(leafHash: MerkleTree.leafHash([0x00]))
    #expect(hex(tree.root) == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")
    tree.append(leafHash: MerkleTree.leafHash([0x10]))
    #expect(hex(tree.root) == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")
  }
}

@Suite struct AuditLogTests {
  private let signer = CheckpointSigner(key: Curve25519.Signing.PrivateKey())

  /// Twelve entries of different makes, signed at 5 and at 12.
  private func filled(_ database: any Database) async throws -> [Checkpoint] {
    var notes: [Checkpoint] = []
    for number in 0..<12 {
      let doer: AuditEntry.Doer =
        number % 3 == 0
        ? .system("clock")
        : number % 3 == 1 ? .visitor : .member(.random(), agency: .random(), session: [1, 2, UInt8(number)])
      let entry = AuditEntry(
        at: Moment(milliseconds: Int64(number)), doer: doer, action: "case.read", objectKind: "case",
        objectID: "c\(number)", decision: number == 4 ? .denied : .allowed, purpose: number == 2 ? nil : "help",
        consent: number == 5 ? .random() : nil, sealedDetail: number == 6 ? nil : [9, 9, UInt8(number)])
      try await database.write { try $0.record(entry) }
      if number == 4 || number == 11 { notes.append(try await AuditLog.sign(database, with: signer)) }
    }
    return notes
  }

  private func tamper(_ database: any Database, _ sql: String) async throws {
    try await database.write {
      try $0.execute(sql)
      // The thief owes an entry too, and takes it away again.
      try $0.record(.test())
      let last = try $0.value(Int.self, "SELECT MAX(sequence) FROM audit_entries") ?? 0
      try $0.execute("DELETE FROM audit_entries WHERE sequence = ? AND action = 'test.write'", last)
    }
  }

  @Test(arguments: TestEngine.available) func anUntouchedLogIsIntact(_ engine: Engine) async throws {
    try await withStore(engine) { database in
      let notes = try await filled(database)
      let report = try await AuditLog.verify(database, publicKey: signer.publicKey, kept: notes.map(\.note))
      #expect(report.isIntact)
      #expect(report.entries == 12)
      #expect(report.signedUpTo == 12)
      let entries = try await database.read { try AuditLog.entries($0, after: 3, limit: 2) }
      #expect(entries.map(\.sequence) == [4, 5])
      #expect(entries.first?.entry.decision == .denied)
    }
  }

  @Test(arguments: TestEngine.available) func everyEditedFieldIsNamed(_ engine: Engine) async throws {
    for change in [
      "at = at + 1", "doer = 'system:other'", "action = 'case.close'", "object_kind = 'person'", "object_id = 'c1'",
      "decision = 'denied'", "purpose = 'other'", "purpose = NULL", "consent = '00000000000000000000000000'",
      "detail = NULL", "detail = session", "leaf = detail",
    ] {
      try await withStore(engine) { database in
        _ = try await filled(database)
        try await tamper(database, "UPDATE audit_entries SET \(change) WHERE sequence = 8")
        let report = try await AuditLog.verify(database, publicKey: signer.publicKey)
        #expect(report.findings.contains(.altered(sequence: 8)), "\(change): \(report.findings)")
      }
    }
  }

  @Test(arguments: TestEngine.available) func aRemovedEntryIsNamed(_ engine: Engine) async throws {
    try await withStore(engine) { database in
      _ = try await filled(database)
      try await tamper(database, "DELETE FROM audit_entries WHERE sequence = 7")
      let report = try await AuditLog.verify(database, publicKey: signer.publicKey)
      #expect(report.findings.contains(.missing(sequence: 7)))
    }
  }

  @Test(arguments: TestEngine.available) func swappedEntriesAreNamed(_ engine: Engine) async throws {
    try await withStore(engine) { database in
      _ = try await filled(database)
      try await tamper(
        database, "UPDATE audit_entries SET sequence = CASE sequence WHEN 3 THEN -9 ELSE 3 END WHERE sequence IN (3)")
      try await tamper(database, "UPDATE audit_entries SET sequence = 3 WHERE sequence = 9")
      try await tamper(database, "UPDATE audit_entries SET sequence = 9 WHERE sequence = -9")
      let report = try await AuditLog.verify(database, publicKey: signer.publicKey)
      #expect(report.findings.contains(.altered(sequence: 3)))
      #expect(report.findings.contains(.altered(sequence: 9)))
    }
  }

  @Test(arguments: TestEngine.available) func aCutTailIsNamed(_ engine: Engine) async throws {
    try await withStore(engine) { database in
      let kept = try await filled(database).map(\.note)
      try await database.keepBooks { try $0.execute("DELETE FROM audit_checkpoints WHERE size = 12") }
      try await tamper(database, "DELETE FROM audit_entries WHERE sequence > 9")
      // A careful thief also puts the head back; the note kept outside still knows.
      var tree = MerkleTree()
      let leaves = try await database.read { try AuditLog.entries($0) }
      for leaf in leaves.map(\.leaf) { tree.append(leafHash: leaf) }
      try await forgeHead(database, tree)
      let blind = try await AuditLog.verify(database, publicKey: signer.publicKey)
      #expect(blind.isIntact)
      let report = try await AuditLog.verify(database, publicKey: signer.publicKey, kept: kept)
      #expect(report.findings.contains(.missing(sequence: 10)))
      #expect(report.findings.contains(.missing(sequence: 11)))
    }
  }

  @Test func aForgedNoteIsRefused() async throws {
    let forger = CheckpointSigner(key: Curve25519.Signing.PrivateKey())
    let note = try forger.sign(size: 3, root: [UInt8](repeating: 7, count: 32))
    #expect(Checkpoint(note: note.note, verifiedBy: forger.publicKey) == note)
    #expect(Checkpoint(note: note.note, verifiedBy: signer.publicKey) == nil)
    let edited = note.note.replacingOccurrences(of: "\n3\n", with: "\n4\n")
    #expect(Checkpoint(note: edited, verifiedBy: forger.publicKey) == nil)
  }
}
