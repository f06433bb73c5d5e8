import Basics
import Crypto
import Foundation
import Records

/// The program that the scripts of `Tests/Faults` kill: it writes as fast as it can and says on standard output what
/// was acknowledged, or checks that everything that was acknowledged is there.
///
///     CrashWriter write LOCATION WRITERS [COUNT]   prints each identifier whose write was acknowledged
///     CrashWriter check LOCATION FILE              reads such a list; exits 1 when one is missing
@main struct CrashWriter {
  static let migrations = [
    Migration("crash-001", ["CREATE TABLE acts (id TEXT PRIMARY KEY, part INTEGER NOT NULL)"]),
    Migration("crash-002", ["CREATE TABLE act_parts (id TEXT NOT NULL, part INTEGER NOT NULL, filling BLOB NOT NULL)"]),
  ]

  static func main() async {
    let words = CommandLine.arguments
    do {
      switch (words.dropFirst().first, words.count) {
      case ("write", 4...5):
        try await write(words[2], writers: Int(words[3]) ?? 1, count: words.count > 4 ? Int(words[4]) : nil)
      case ("check", 4): try await check(words[2], words[3])
      default: fail("usage: CrashWriter write LOCATION WRITERS [COUNT] | check LOCATION FILE", 64)
      }
    } catch { fail("\(error)", 2) }
  }

  /// Each act is one row, two parts and an audit entry; the parts show a transaction that was stored by halves.
  private static func write(_ location: String, writers: Int, count: Int?) async throws {
    let database = try await opened(location)
    say("ready")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<writers {
        group.addTask {
          var done = 0
          while count.map({ done < $0 }) ?? true {
            let id = CaseID.random().description
            do {
              try await database.write { transaction in
                try transaction.execute("INSERT INTO acts (id, part) VALUES (?, 2)", id)
                for part in 1...2 {
                  try transaction.execute(
                    "INSERT INTO act_parts (id, part, filling) VALUES (?, ?, ?)", id, part,
                    [UInt8](repeating: 7, count: 700))
                }
                try transaction.record(
                  AuditEntry(
                    at: Moment(Date()), doer: .system("crash"), action: "act.write", objectKind: "act", objectID: id))
              }
              say(id)
            } catch let failure as DatabaseFailure {
              say("! \(failure)")
              try await Task.sleep(for: .milliseconds(20))
            }
            done += 1
          }
        }
      }
      try await group.waitForAll()
    }
    await database.close()
  }

  /// A server that recovers is waited for, half a minute at most.
  private static func opened(_ location: String) async throws -> any Database {
    let patience = if case .server = DatabaseLocation(location) { 300 } else { 1 }
    for _ in 0..<patience {
      do {
        let database = try await DatabaseLocation(location).open()
        try await database.migrate(AuditLog.migrations + migrations)
        return database
      } catch DatabaseFailure.unavailable { try await Task.sleep(for: .milliseconds(100)) }
    }
    throw DatabaseFailure.unavailable
  }

  private static func check(_ location: String, _ file: String) async throws {
    let acknowledged = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
      .map(String.init).filter { CaseID($0) != nil }
    let database = try await DatabaseLocation(location).open()
    let (stored, halves, entries) = try await database.read { transaction in
      (
        try transaction.rows("SELECT id FROM acts").map { try $0.get("id", as: String.self) },
        try transaction.rows(
          """
          SELECT acts.id FROM acts
            LEFT JOIN (SELECT id, COUNT(*) AS parts FROM act_parts GROUP BY id) AS counted ON counted.id = acts.id
          WHERE COALESCE(counted.parts, 0) <> 2
          """
        ).count,
        try transaction.rows("SELECT object_id FROM audit_entries").map { try $0.get("object_id", as: String.self) }
      )
    }
    let lost = Set(acknowledged).subtracting(stored).count
    let report = try await AuditLog.verify(database, publicKey: Curve25519.Signing.PrivateKey().publicKey)
    var integrity = "ok"
    if database.engine == .sqlite {
      integrity = try await database.read { try $0.value(String.self, "PRAGMA integrity_check") } ?? "none"
    }
    await database.close()
    print(
      "\(acknowledged.count) acknowledged, \(stored.count) stored, \(lost) lost, \(halves) by halves, "
        + "integrity \(integrity), log \(report.isIntact ? "intact" : "\(report.findings.prefix(3))")")
    guard lost == 0, halves == 0, integrity == "ok", report.isIntact, entries.count == Set(entries).count,
      Set(entries) == Set(stored), Set(acknowledged).count == acknowledged.count, !acknowledged.isEmpty
    else { exit(1) }
  }

  /// One line at once and unbuffered: what the reader of the pipe has, was acknowledged before.
  private static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

  private static func fail(_ line: String, _ code: Int32) -> Never {
    FileHandle.standardError.write(Data((line + "\n").utf8))
    exit(code)
  }
}
