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
  let pattern = try await StorePatterns.shared.pattern(engine, AuditLog.migrations + migrations)
  // Nobody pulls the plug on it: a test of that opens its store by its address.
  return try await withAddress(engine, copyOf: pattern, isDurable: false, busySeconds: 10) { open in
    let database = try await open()
    let result: Swift.Result<Result, any Error>
    do { result = .success(try await body(database)) } catch { result = .failure(error) }
    await database.close()
    return try result.get()
  }
}

/// Empty stores with a schema, made once and copied for each test: the steps take longer than most tests.
private actor StorePatterns {
  static let shared = StorePatterns()
  private var made: [String: Task<String, any Error>] = [:]

  /// The path of a store's file, or the name of a database.
  func pattern(_ engine: Engine, _ migrations: [Migration]) async throws -> String {
    let key = ([engine.rawValue] + migrations.flatMap { [$0.name] + $0.statements }).joined(separator: "\n")
    let making = made[key] ?? Task { try await Self.make(engine, migrations) }
    made[key] = making
    return try await making.value
  }

  private static func make(_ engine: Engine, _ migrations: [Migration]) async throws -> String {
    let name = freshName()
    switch engine {
    case .sqlite:
      let path = try folder.get().appending(path: name).path
      try await migrated(SQLiteDatabase(path: path, isDurable: false), migrations)
      return path
    case .postgresql:
      let server = try TestServer()
      try await server.run("CREATE DATABASE \(name)")
      try await migrated(PostgreSQLDatabase(url: server.address(of: name), connections: 1), migrations)
      return name
    }
  }

  private static func migrated(_ database: any Database, _ migrations: [Migration]) async throws {
    try await database.migrate(migrations)
    await database.close()
  }

  /// Gone when the tests end.
  private static let folder: Result<URL, any Error> = Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "amparo-" + freshName())
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(at: StorePatterns.folder.get()) }
    return folder
  }
}

/// The server that `AMPARO_TEST_POSTGRES` names; it is the tests' own, see `Scripts/with-postgres`.
private struct TestServer {
  private let url: String

  init() throws {
    guard let url = ProcessInfo.processInfo.environment["AMPARO_TEST_POSTGRES"] else {
      throw DatabaseFailure.unavailable
    }
    self.url = url
  }

  func address(of database: String) -> String { url.replacing("/postgres?", with: "/\(database)?") }

  func run(_ statement: String) async throws {
    let administrator = try await PostgreSQLDatabase(url: url, connections: 1)
    let result: Swift.Result<Void, any Error>
    do { result = .success(try await administrator.runStatement(statement)) } catch { result = .failure(error) }
    await administrator.close()
    try result.get()
  }
}

private func freshName() -> String { "t" + Identifier<CaseEntity>.random().description }

/// Runs a test with a way to open, again and again, one store that begins empty: as several servers do.
public func withFreshAddress<Result>(
  _ engine: Engine, isDurable: Bool = true, busySeconds: Double = 10,
  _ body: (@escaping @Sendable () async throws -> any Database) async throws -> Result
) async throws -> Result {
  try await withAddress(engine, copyOf: nil, isDurable: isDurable, busySeconds: busySeconds, body)
}

/// - Parameter pattern: what `StorePatterns` made; `nil` for a store without a table.
private func withAddress<Result>(
  _ engine: Engine, copyOf pattern: String?, isDurable: Bool, busySeconds: Double,
  _ body: (@escaping @Sendable () async throws -> any Database) async throws -> Result
) async throws -> Result {
  let name = freshName()
  switch engine {
  case .sqlite:
    let folder = FileManager.default.temporaryDirectory.appending(path: "amparo-" + name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "amparo.sqlite").path
    if let pattern { try FileManager.default.copyItem(atPath: pattern, toPath: path) }
    return try await body { try SQLiteDatabase(path: path, isDurable: isDurable, busySeconds: busySeconds) }
  case .postgresql:
    let server = try TestServer()
    return try await withPlace {
      try await server.run("CREATE DATABASE \(name)" + (pattern.map { " TEMPLATE \($0)" } ?? ""))
      let address = server.address(of: name)
      let result: Swift.Result<Result, any Error>
      do { result = .success(try await body { try await PostgreSQLDatabase(url: address, connections: 4) }) } catch {
        result = .failure(error)
      }
      try? await server.run("DROP DATABASE \(name) WITH (FORCE)")
      return try result.get()
    }
  }
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
