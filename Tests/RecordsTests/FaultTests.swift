import Basics
import Crypto
import Foundation
import TestSupport
import Testing

@testable import Records

private let things = Migration(
  "test-001-things", ["CREATE TABLE things (id TEXT PRIMARY KEY, number INTEGER, real_number REAL, bytes BLOB)"])
private let books = Migration(
  "test-002-books", ["CREATE TABLE sessions (id TEXT PRIMARY KEY, at INTEGER NOT NULL)"])

private func count(_ database: any Database) async throws -> Int {
  try await database.read { try $0.value(Int.self, "SELECT COUNT(*) FROM things") } ?? -1
}

private func insert(_ id: String, _ transaction: any WriteTransaction) throws {
  try transaction.execute("INSERT INTO things (id) VALUES (?)", id)
  try transaction.record(.test())
}

/// Lets one side go on when the other says so, across threads that block.
private final class Gate: Sendable {
  // A semaphore guards itself.
  private let semaphore = DispatchSemaphore(value: 0)
  func open() { semaphore.signal() }
  func wait() { semaphore.wait() }
  func passed() async {
    await withCheckedContinuation { done in
      Thread.detachNewThread {
        self.wait(); done.resume()
      }
    }
  }
}

@Suite struct FaultTests {
  /// PostgreSQL answers COMMIT without an error when it rolled back because a statement failed.
  @Test(arguments: TestEngine.available) func aFailureThatIsCaughtIsNotAcknowledged(_ engine: Engine) async throws {
    try await withStore(engine, [things, books]) { database in
      await #expect(throws: DatabaseFailure.self) {
        try await database.write { transaction in
          try insert("a", transaction)
          _ = try? transaction.execute("INSERT INTO things (id) VALUES ('a')")
        }
      }
      await #expect(throws: DatabaseFailure.self) {
        try await database.keepBooks { transaction in
          try transaction.execute("INSERT INTO sessions (id, at) VALUES ('s', 1)")
          _ = try? transaction.rows("SELECT * FROM no_such_table")
        }
      }
      #expect(try await count(database) == 0)
      #expect(try await database.read { try $0.rows("SELECT * FROM sessions").isEmpty })
      try await database.write { try insert("a", $0) }
    }
  }

  @Test(arguments: TestEngine.available) func aChangeBehindAWithIsAChange(_ engine: Engine) async throws {
    try await withStore(engine, [things]) { database in
      let sql = "WITH one AS (SELECT 'x' AS id) INSERT INTO things (id) SELECT id FROM one"
      await #expect(throws: DatabaseFailure.unaudited) { try await database.write { try $0.execute(sql) } }
      await #expect(throws: DatabaseFailure.unaudited) { try await database.keepBooks { try $0.execute(sql) } }
      #expect(try await count(database) == 0)
      let sum = try await database.read { try $0.value(Int.self, "WITH n AS (SELECT 2 AS two) SELECT two FROM n") }
      #expect(sum == 2)
    }
  }

  @Test(arguments: TestEngine.available) func whatOneEngineCannotHoldNeitherMay(_ engine: Engine) async throws {
    try await withStore(engine, [things]) { database in
      for number in [Double.nan, .infinity, -.infinity] {
        await #expect(throws: DatabaseFailure.constraint("not a finite number")) {
          try await database.write { try $0.execute("INSERT INTO things (id, real_number) VALUES ('n', ?)", number) }
        }
      }
      let big = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      try await database.write {
        try $0.execute("INSERT INTO things (id, bytes, real_number) VALUES ('big', ?, ?)", big, -0.0)
        try $0.record(.test())
      }
      let back = try await database.read { try $0.value([UInt8].self, "SELECT bytes FROM things") }
      #expect(back == big)
    }
  }

  @Test(arguments: TestEngine.available) func whoGivesUpHarmsNobody(_ engine: Engine) async throws {
    try await withStore(engine, [things]) { database in
      let stored = try await withThrowingTaskGroup(of: String?.self) { group in
        for number in 0..<60 {
          group.addTask {
            let task = Task {
              try await database.write { try insert("t\(number)", $0) }
              return "t\(number)"
            }
            if number % 3 == 0 { task.cancel() }
            return try? await task.value
          }
        }
        return try await group.reduce(into: Set<String>()) { if let id = $1 { $0.insert(id) } }
      }
      let found = Set(
        try await database.read { try $0.rows("SELECT id FROM things").map { try $0.get("id") as String } })
      #expect(stored.isSubset(of: found))
      #expect(stored.count >= 40)
      #expect(try await database.read { try AuditLog.tree($0).size } == found.count)
    }
  }

  @Test(arguments: TestEngine.available) func serversThatStartTogetherShareTheSteps(_ engine: Engine) async throws {
    // Fresh stores: each round makes the schema anew while four begin at once.
    for _ in 0..<3 {
      try await withFreshAddress(engine) { open in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<4 {
            group.addTask {
              let database = try await open()
              try await database.migrate(AuditLog.migrations + [things, books])
              try await database.write { try insert(CaseID.random().description, $0) }
              await database.close()
            }
          }
          try await group.waitForAll()
        }
        let database = try await open()
        #expect(try await count(database) == 4)
        await database.close()
      }
    }
  }

  /// Writers and the bookkeeping of sessions meet on one row: the server refuses some, which are tried again.
  @Test(arguments: TestEngine.available) func contentionIsRetriedOrNamed(_ engine: Engine) async throws {
    try await withStore(engine, [things, books]) { database in
      try await database.keepBooks { try $0.execute("INSERT INTO sessions (id, at) VALUES ('s', 0)") }
      let counted = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<60 {
          group.addTask {
            do {
              if number % 2 == 0 {
                try await database.keepBooks { try $0.execute("UPDATE sessions SET at = at + 1 WHERE id = 's'") }
              } else {
                try await database.write {
                  _ = try $0.rows("SELECT COUNT(*) FROM things")
                  try $0.execute("UPDATE sessions SET at = at + 1 WHERE id = 's'")
                  try $0.record(.test())
                }
              }
              return 1
            } catch DatabaseFailure.contended { return 0 }
          }
        }
        return try await group.reduce(0, +)
      }
      let at = try await database.read { try $0.value(Int.self, "SELECT at FROM sessions") }
      #expect(at == counted)
      #expect(counted >= 50)
    }
  }

  // MARK: A file under the embedded engine

  @Test func aStoreThatAnotherHoldsTooLongIsUnavailable() async throws {
    try await withFreshAddress(.sqlite, busySeconds: 0.3) { open in
      let holder = try await open()
      try await holder.migrate(AuditLog.migrations + [things])
      let waiter = try await open()
      let (held, release) = (Gate(), Gate())
      async let holding: Void = holder.write { transaction in
        try insert("holder", transaction)
        held.open()
        release.wait()
      }
      await held.passed()
      await #expect(throws: DatabaseFailure.unavailable) { try await waiter.write { try insert("waiter", $0) } }
      // Reading goes on meanwhile.
      #expect(try await count(waiter) == 0)
      release.open()
      try await holding
      try await waiter.write { try insert("waiter", $0) }
      #expect(try await count(holder) == 2)
      await holder.close()
      await waiter.close()
    }
  }

  @Test(arguments: ["", "-wal"]) func aFileTakenAwayAcknowledgesNothing(_ suffix: String) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("amparo-\(CaseID.random())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("s.sqlite").path
    let database = try SQLiteDatabase(path: path)
    try await database.migrate(AuditLog.migrations + [things])
    try await database.write { try insert("before", $0) }
    try FileManager.default.moveItem(atPath: path + suffix, toPath: path + ".away")
    await #expect(throws: DatabaseFailure.unavailable) { try await database.write { try insert("gone", $0) } }
    try FileManager.default.moveItem(atPath: path + ".away", toPath: path + suffix)
    try await database.write { try insert("after", $0) }
    #expect(try await count(database) == 2)
    await database.close()
  }

  // MARK: A server that goes away

  @Test(.enabled(if: TestEngine.available.contains(.postgresql)))
  func aConnectionCutInATransactionStoresNothing() async throws {
    try await withStore(.postgresql, [things]) { database in
      await #expect(throws: DatabaseFailure.unavailable) {
        try await database.write {
          try insert("cut", $0)
          _ = try $0.rows("SELECT pg_terminate_backend(pg_backend_pid())")
        }
      }
      #expect(try await count(database) == 0)
      try await database.write { try insert("after", $0) }
      #expect(try await AuditLog.tree(in: database).size == 1)
    }
  }

  @Test(.enabled(if: TestEngine.available.contains(.postgresql)))
  func connectionsCutBetweenRequestsAreNotNoticed() async throws {
    try await withStore(.postgresql, [things]) { database in
      try await withStore(.postgresql) { other in
        for _ in 0..<3 {
          let reading = try await database.read { try $0.value(Int.self, "SELECT pg_backend_pid()") }
          let writing = try await database.write {
            try insert(CaseID.random().description, $0)
            return try $0.value(Int.self, "SELECT pg_backend_pid()")
          }
          for process in [reading, writing] {
            _ = try await other.read {
              try $0.rows("SELECT pg_terminate_backend(CAST(? AS INTEGER), 5000)", process ?? 0)
            }
          }
        }
        #expect(try await count(database) == 3)
      }
    }
  }

  @Test(.enabled(if: TestEngine.available.contains(.postgresql)))
  func nothingWaitsForAStoreThatWasClosed() async throws {
    try await withFreshAddress(.postgresql) { open in
      let database = try await open()
      await database.close()
      for _ in 0..<20 {
        await #expect(throws: DatabaseFailure.unavailable) { _ = try await database.read { _ in 1 } }
      }
    }
  }
}

extension AuditLog {
  fileprivate static func tree(in database: any Database) async throws -> MerkleTree {
    try await database.read { try tree($0) }
  }
}

@Suite struct AuditLogFaultTests {
  private func tamper(_ database: any Database, _ sql: String, _ values: [any SQLBindable] = []) async throws {
    try await database.migrate(AuditLog.migrations + [Migration("tamper-" + CaseID.random().description, [sql])])
  }

  private func verified(_ engine: Engine, after sql: String) async throws -> AuditReport {
    try await withStore(engine) { database in
      for number in 0..<4 {
        try await database.write {
          try $0.record(
            AuditEntry(
              at: Moment(milliseconds: 1), doer: number == 1 ? .visitor : .system("clock"), action: "a.b",
              objectKind: "k"))
        }
      }
      let signer = CheckpointSigner(key: .init())
      try await AuditLog.sign(database, with: signer)
      try await tamper(database, sql)
      return try await AuditLog.verify(database, publicKey: signer.publicKey)
    }
  }

  @Test(arguments: TestEngine.available) func columnsOutsideTheHashCannotBeFilledIn(_ engine: Engine) async throws {
    for change in [
      "doer = 'SYSTEM!clock' WHERE sequence = 2", "member = '00000000000000000000000000' WHERE sequence = 1",
      "agency = '00000000000000000000000000' WHERE sequence = 2", "session = leaf WHERE sequence = 2",
    ] {
      let report = try await verified(engine, after: "UPDATE audit_entries SET " + change)
      #expect(!report.isIntact, "\(change)")
    }
  }

  @Test(arguments: TestEngine.available) func aVeryHighNumberDoesNotKeepTheExaminerBusy(_ engine: Engine) async throws {
    for number in [1_000_000_000_000, Int.max] {
      let report = try await verified(engine, after: "UPDATE audit_entries SET sequence = \(number) WHERE sequence = 2")
      #expect(report.findings.contains(.missing(sequence: 2)))
    }
  }

  @Test(arguments: TestEngine.available) func whatWasSignedOnceIsNotReplaced(_ engine: Engine) async throws {
    try await withStore(engine) { database in
      let signer = CheckpointSigner(key: .init())
      try await database.write { try $0.record(.test("a.first")) }
      try await AuditLog.sign(database, with: signer)
      // An entry put in another's place with all hashes right; then the server signs again.
      var tree = MerkleTree()
      let leaf = AuditLogRecords.leaf(.test("a.other"), sequence: 0)
      tree.append(leafHash: leaf)
      try await database.write {
        try $0.record(.test())
        try $0.execute("DELETE FROM audit_entries WHERE sequence = 1")
        try $0.execute("UPDATE audit_entries SET action = 'a.other', leaf = ?", leaf)
      }
      try await forgeHead(database, tree)
      try await AuditLog.sign(database, with: signer)
      let report = try await AuditLog.verify(database, publicKey: signer.publicKey)
      #expect(report.findings == [.rewritten(from: 0, signedAt: 1)])
    }
  }
}

/// What somebody does who writes into the store's files: puts another tree in the place of the log's head.
func forgeHead(_ database: any Database, _ tree: MerkleTree) async throws {
  let peaks = tree.peaks.flatMap { $0 }.hexadecimal
  let bytes = database.engine == .sqlite ? "X'\(peaks)'" : "decode('\(peaks)', 'hex')"
  try await database.migrate(
    AuditLog.migrations + [
      Migration("forged-head", ["UPDATE audit_head SET size = \(tree.size), peaks = \(bytes)"])
    ])
}
