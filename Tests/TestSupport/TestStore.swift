import Basics
import Foundation
import Records

/// The engines that tests run on: SQLite always, PostgreSQL when `AMPARO_TEST_POSTGRES` names a server.
public enum TestEngine {
  public static let available: [Engine] =
    ProcessInfo.processInfo.environment["AMPARO_TEST_POSTGRES"] == nil ? [.sqlite] : [.sqlite, .postgresql]
}

/// How many tests use the server at once: each holds several of its connections.
private actor Turnstile {
  static let postgreSQL = Turnstile(places: 8)
  private var places: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(places: Int) { self.places = places }

  func enter() async {
    if places > 0 {
      places -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func leave() {
    if waiting.isEmpty { places += 1 } else { waiting.removeFirst().resume() }
  }
}

/// Runs work with one of the places, which is given back whatever happens.
private func withPlace<Result>(_ work: () async throws -> Result) async throws -> Result {
  await Turnstile.postgreSQL.enter()
  let result: Swift.Result<Result, any Error>
  do { result = .success(try await work()) } catch { result = .failure(error) }
  await Turnstile.postgreSQL.leave()
  return try result.get()
}

/// Runs a test on a fresh store of its own, which is gone afterwards.
public func withStore<Result>(
  _ engine: Engine, _ migrations: [Migration] = [], _ body: (any Database) async throws -> Result
) async throws -> Result {
  // Nobody pulls the plug on it: a test of that opens its store by its address.
  try await withFreshAddress(engine, isDurable: false) { try await used($0(), migrations, body) }
}

/// Runs a test with a way to open, again and again, one store that begins empty: as several servers do.
public func withFreshAddress<Result>(
  _ engine: Engine, isDurable: Bool = true, busySeconds: Double = 10,
  _ body: (@escaping @Sendable () async throws -> any Database) async throws -> Result
) async throws -> Result {
  let name = "t" + Identifier<CaseEntity>.random().description
  switch engine {
  case .sqlite:
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("amparo-" + name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("amparo.sqlite").path
    return try await body { try SQLiteDatabase(path: path, isDurable: isDurable, busySeconds: busySeconds) }
  case .postgresql:
    guard let server = ProcessInfo.processInfo.environment["AMPARO_TEST_POSTGRES"] else {
      throw DatabaseFailure.unavailable
    }
    return try await withPlace {
      let administrator = try await PostgreSQLDatabase(url: server, connections: 1)
      try await administrator.runStatement("CREATE SCHEMA \(name)")
      let url = server + (server.contains("?") ? "&" : "?") + "options=-csearch_path%3D" + name
      let result: Swift.Result<Result, any Error>
      do { result = .success(try await body { try await PostgreSQLDatabase(url: url, connections: 4) }) } catch {
        result = .failure(error)
      }
      try? await administrator.runStatement("DROP SCHEMA \(name) CASCADE")
      await administrator.close()
      return try result.get()
    }
  }
}

private func used<Result>(
  _ database: any Database, _ migrations: [Migration], _ body: (any Database) async throws -> Result
) async throws -> Result {
  try await database.migrate(AuditLog.migrations + migrations)
  let result: Swift.Result<Result, any Error>
  do { result = .success(try await body(database)) } catch { result = .failure(error) }
  await database.close()
  return try result.get()
}

extension AuditEntry {
  /// An entry for tests that only need one.
  public static func test(_ action: String = "test.write", at: Moment = Moment(milliseconds: 0)) -> AuditEntry {
    AuditEntry(at: at, doer: .system("test"), action: action, objectKind: "test")
  }
}

/// A seed for a property test: from `AMPARO_TEST_SEED`, or a fresh one. Printed, so that a failure can be repeated.
public func testSeed(_ name: String) -> UInt64 {
  let seed =
    ProcessInfo.processInfo.environment["AMPARO_TEST_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0..<1_000_000)
  print("\(name): AMPARO_TEST_SEED=\(seed)")
  return seed
}
