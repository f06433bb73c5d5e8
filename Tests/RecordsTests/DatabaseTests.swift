import Basics
import Foundation
import Records
import TestSupport
import Testing

private let things = Migration(
  "test-001-things",
  ["CREATE TABLE things (id TEXT PRIMARY KEY, number INTEGER, real_number REAL, bytes BLOB, owner TEXT)"])
private let books = Migration("test-002-books", ["CREATE TABLE sessions (id TEXT PRIMARY KEY, at INTEGER NOT NULL)"])

@Suite struct DatabaseTests {
  @Test(arguments: TestEngine.available) func valuesComeBackAsTheyWent(_ engine: Engine) async throws {
    try await withStore(engine, [things]) { database in
      let bytes = (0...255).map { UInt8($0) }
      try await database.write {
        try $0.execute(
          "INSERT INTO things (id, number, real_number, bytes, owner) VALUES (?, ?, ?, ?, ?)", "ñandú ' ? \\ 🦙",
          Int64.min, 0.1, bytes, String?.none)
        try $0.record(.test())
      }
      let row = try #require(try await database.read { try $0.row("SELECT * FROM things WHERE id LIKE 'ñ%?%'") })
      #expect(try row.get("id") == "ñandú ' ? \\ 🦙")
      #expect(try row.get("number") == Int64.min)
      #expect(try row.get("real_number") == 0.1)
      #expect(try row.get("bytes") == bytes)
      #expect(try row.optional("owner", as: String.self) == nil)
      #expect(throws: DatabaseFailure.malformed(column: "owner")) { try row.get("owner", as: String.self) }
      let sum = try await database.read { try $0.value(Int.self, "SELECT SUM(1) FROM things") }
      #expect(sum == 1)
    }
  }

  @Test(arguments: TestEngine.available) func aWriteWithoutAnAuditEntryStoresNothing(_ engine: Engine) async throws {
    try await withStore(engine, [things]) { database in
      await #expect(throws: DatabaseFailure.unaudited) {
        try await database.write { try $0.execute("INSERT INTO things (id) VALUES (?)", "a") }
      }
      await #expect(throws: DatabaseFailure.unaudited) {
        try await database.write { _ = try $0.rows("INSERT INTO things (id) VALUES (?) RETURNING id", "a") }
      }
      let count = try await database.read { try $0.value(Int.self, "SELECT COUNT(*) FROM things") }
      #expect(count == 0)
      // A write that changes nothing owes nothing.
      try await database.write { try $0.execute("DELETE FROM things WHERE id = ?", "none") }
    }
  }

  @Test(arguments: TestEngine.available) func bookkeepingReachesItsTablesOnly(_ engine: Engine) async throws {
    try await withStore(engine, [things, books]) { database in
      try await database.keepBooks { try $0.execute("INSERT INTO sessions (id, at) VALUES (?, ?)", "s", 1) }
      for sql in [
        "INSERT INTO things (id) VALUES ('x')", "  update\n things SET number = 1", "DELETE FROM things",
        "DELETE FROM audit_entries", "WITH gone AS (DELETE FROM things RETURNING id) SELECT * FROM gone",
        "DROP TABLE things",
      ] {
        await #expect(throws: DatabaseFailure.unaudited, "\(sql)") {
          try await database.keepBooks { try $0.execute(sql) }
        }
      }
    }
  }

  @Test(arguments: TestEngine.available) func whoReadsFindsNoWayToWrite(_ engine: Engine) async throws {
    try await withStore(engine, [things]) { database in
      let reading = try await database.read { $0 is any WriteTransaction }
      let writing = try await database.write { $0 is any WriteTransaction }
      #expect(!reading && writing)
    }
  }

  @Test(arguments: TestEngine.available) func aFailureUndoesEverything(_ engine: Engine) async throws {
    struct Stop: Error {}
    try await withStore(engine, [things]) { database in
      await #expect(throws: Stop.self) {
        try await database.write {
          try $0.execute("INSERT INTO things (id) VALUES (?)", "a")
          try $0.record(.test())
          throw Stop()
        }
      }
      let (count, tree) = try await database.read {
        (try $0.value(Int.self, "SELECT COUNT(*) FROM things"), try AuditLog.tree($0))
      }
      #expect(count == 0)
      #expect(tree.size == 0)
    }
  }

  @Test(arguments: TestEngine.available) func rulesOfTheStoreAreNamedWithoutValues(_ engine: Engine) async throws {
    try await withStore(engine, [things]) { database in
      do {
        try await database.write {
          for _ in 0..<2 { try $0.execute("INSERT INTO things (id) VALUES (?)", "Rosa-Canary") }
          try $0.record(.test())
        }
        Issue.record("the second row was taken")
      } catch DatabaseFailure.constraint(let message) {
        #expect(!message.contains("Canary"))
      }
      await #expect(throws: DatabaseFailure.constraint("text with a zero")) {
        try await database.write { try $0.execute("INSERT INTO things (id) VALUES (?)", "a\u{0}b") }
      }
    }
  }

  @Test(arguments: TestEngine.available) func parallelWritersLoseNothing(_ engine: Engine) async throws {
    try await withStore(engine, [things]) { database in
      try await database.write {
        try $0.execute("INSERT INTO things (id, number) VALUES ('counter', 0)")
        try $0.record(.test())
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<40 {
          group.addTask {
            try await database.write { transaction in
              let number = try transaction.value(Int.self, "SELECT number FROM things WHERE id = 'counter'") ?? 0
              try transaction.execute("UPDATE things SET number = ? WHERE id = 'counter'", number + 1)
              try transaction.record(.test())
            }
          }
        }
        try await group.waitForAll()
      }
      let (number, tree) = try await database.read {
        (try $0.value(Int.self, "SELECT number FROM things"), try AuditLog.tree($0))
      }
      #expect(number == 40)
      #expect(tree.size == 41)
    }
  }

  @Test(arguments: TestEngine.available) func stepsAreAppendOnly(_ engine: Engine) async throws {
    try await withStore(engine, [things]) { database in
      try await database.migrate(AuditLog.migrations + [things])
      try await database.migrate(AuditLog.migrations + [things, books])
      let edited = Migration(things.name, things.statements + ["CREATE TABLE more (id TEXT)"])
      await #expect(throws: DatabaseFailure.wrongSchema(things.name)) {
        try await database.migrate(AuditLog.migrations + [edited, books])
      }
      await #expect(throws: DatabaseFailure.wrongSchema(books.name)) {
        try await database.migrate(AuditLog.migrations + [things])
      }
    }
  }

  @Test func theEmbeddedStoreSurvivesAPowerCut() async throws {
    try await withFreshAddress(.sqlite) { open in
      let (synchronous, journal, keys) = try await open().write {
        (
          try $0.value(Int.self, "PRAGMA synchronous"), try $0.value(String.self, "PRAGMA journal_mode"),
          try $0.value(Int.self, "PRAGMA foreign_keys")
        )
      }
      #expect(synchronous == 2)
      #expect(journal == "wal")
      #expect(keys == 1)
    }
  }

  @Test func aServerThatIsNotThereIsUnavailable() async {
    await #expect(throws: DatabaseFailure.unavailable) {
      _ = try await DatabaseLocation("postgres://nobody@127.0.0.1:1/none?connect_timeout=2").open()
    }
    await #expect(throws: DatabaseFailure.unavailable) {
      _ = try await DatabaseLocation("/nowhere/at/all/amparo.sqlite").open()
    }
  }
}
