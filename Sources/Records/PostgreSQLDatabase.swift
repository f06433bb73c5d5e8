import Basics
import Foundation

/// The engine for many machines: any PostgreSQL (or compatible) server, through libpq.
public struct PostgreSQLDatabase: Database {
  /// Writers wait for one another; with connections of their own they never keep readers waiting.
  private let writers: ConnectionPool
  private let readers: ConnectionPool

  public var engine: Engine { .postgresql }

  /// - Parameters:
  ///   - url: a libpq connection URI, `postgres://user@host/database`.
  ///   - connections: how many at most, a quarter of them for writing; no fewer than two.
  ///
  /// Throws `DatabaseFailure.unavailable` when the server can't be reached.
  public init(url: String, connections: Int = 8) async throws {
    let writing = max(1, connections / 4)
    writers = ConnectionPool(url: url, limit: writing)
    readers = ConnectionPool(url: url, limit: max(1, connections - writing))
    try await readers.with { try $0.connect() }
  }

  public func read<Result: Sendable>(_ work: @escaping @Sendable (any ReadTransaction) throws -> Result) async throws
    -> Result
  {
    try await transaction(readers, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", bookkeeping: false) {
      try work(ReadOnly(transaction: $0))
    }
  }

  public func write<Result: Sendable>(_ work: @escaping @Sendable (any WriteTransaction) throws -> Result) async throws
    -> Result
  {
    // One writer at a time, as in SQLite: every write appends to the one audit log. `LOCK TABLE` waits before the
    // transaction takes its snapshot, so that what it reads is never older than its turn.
    try await transaction(
      writers, "BEGIN ISOLATION LEVEL REPEATABLE READ; LOCK TABLE audit_head IN EXCLUSIVE MODE", bookkeeping: false
    ) { transaction in
      let result = try work(transaction)
      if let failure = transaction.failure { throw failure }
      if transaction.changed > 0, transaction.log.isEmpty { throw DatabaseFailure.unaudited }
      try transaction.log.store(transaction)
      return result
    }
  }

  public func keepBooks<Result: Sendable>(_ work: @escaping @Sendable (any WriteTransaction) throws -> Result)
    async throws -> Result
  {
    try await transaction(readers, "BEGIN ISOLATION LEVEL READ COMMITTED", bookkeeping: true) { transaction in
      let result = try work(transaction)
      if let failure = transaction.failure { throw failure }
      return result
    }
  }

  public func migrate(_ migrations: [Migration]) async throws {
    // The number is ours: machines that start together migrate one after the other. `READ COMMITTED`, so that the
    // second sees what the first one did while it waited.
    try await transaction(
      writers, "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(20070811)", bookkeeping: false
    ) { transaction in
      try SchemaSteps.apply(migrations, transaction) { try transaction.define(Statement.inPostgreSQL($0)) }
    }
  }

  public func close() async {
    await writers.close()
    await readers.close()
  }

  public func leaveNoTraces(of table: String) async throws {
    // Names of our own tables only; a vacuum takes no bound value.
    guard table.allSatisfy({ $0.isASCII && ($0.isLetter || $0 == "_") }) else { return }
    try await runStatement("VACUUM \(table)")
  }

  /// Runs one schema statement outside of any transaction, for installing and for tests.
  package func runStatement(_ sql: String) async throws {
    try await writers.with {
      try $0.connect()
      try $0.command(sql)
    }
  }

  /// Runs `work` in a transaction; again, up to five times, when the server says that another one won.
  private func transaction<Result: Sendable>(
    _ pool: ConnectionPool, _ begin: String, bookkeeping: Bool,
    _ work: @escaping @Sendable (PostgreSQLTransaction) throws -> Result
  ) async throws -> Result {
    var tries = 0
    while true {
      do {
        return try await pool.with { connection in
          do {
            try connection.begin(begin)
            let result = try work(PostgreSQLTransaction(connection, bookkeeping: bookkeeping))
            try connection.commit()
            return result
          } catch DatabaseFailure.unavailable {
            connection.disconnect()
            throw DatabaseFailure.unavailable
          } catch {
            do { try connection.command("ROLLBACK") } catch { connection.disconnect() }
            throw error
          }
        }
      } catch DatabaseFailure.contended where tries < 5 {
        tries += 1
        try await Task.sleep(for: .milliseconds(5 << tries))
      }
    }
  }
}

/// One transaction on one connection; a class because it keeps what was changed and recorded.
private final class PostgreSQLTransaction: WriteTransaction {
  private let connection: PostgreSQLConnection
  private let bookkeeping: Bool
  private(set) var changed = 0
  private(set) var log = AuditLogRecords.Tail()
  /// The first statement's error; the server stores nothing after one.
  private(set) var failure: (any Error)?

  init(_ connection: PostgreSQLConnection, bookkeeping: Bool) {
    self.connection = connection
    self.bookkeeping = bookkeeping
  }

  func rows(_ sql: String, _ values: [any SQLBindable]) throws -> [Row] { try answer(sql, values).rows }

  func execute(_ sql: String, _ values: [any SQLBindable]) throws -> Int { try answer(sql, values).changed }

  func record(_ entries: [AuditEntry]) throws { try log.append(entries, self) }

  func define(_ sql: String) throws { try connection.command(sql) }

  private func answer(_ sql: String, _ values: [any SQLBindable]) throws -> PostgreSQLConnection.Answer {
    do {
      if bookkeeping { try Statement.requireBookkeeping(sql) }
      let answer = try connection.query(sql, try Statement.check(values))
      if Statement.changedTable(sql) != nil { changed += answer.changed }
      return answer
    } catch {
      failure = failure ?? error
      throw error
    }
  }
}

/// Lends connections; those who find none wait their turn.
private actor ConnectionPool {
  private let url: String
  private let limit: Int
  private var made = 0
  private var idle: [PostgreSQLConnection] = []
  private var waiting: [CheckedContinuation<PostgreSQLConnection, any Error>] = []
  private var isClosed = false

  init(url: String, limit: Int) {
    self.url = url
    self.limit = limit
  }

  nonisolated func with<Result: Sendable>(
    _ work: @escaping @Sendable (PostgreSQLConnection) throws -> Result
  ) async throws -> Result {
    let connection = try await borrow()
    let result: Swift.Result<Result, any Error>
    do {
      // Who gave up while waiting need not be served.
      try Task.checkCancellation()
      result = .success(try await connection.run(work))
    } catch { result = .failure(error) }
    await giveBack(connection)
    return try result.get()
  }

  private func borrow() async throws -> PostgreSQLConnection {
    // Those further back could not be served in a time that anyone waits.
    guard !isClosed, waiting.count < 1000 else { throw DatabaseFailure.unavailable }
    if let connection = idle.popLast() { return connection }
    if made < limit {
      made += 1
      return PostgreSQLConnection(url: url)
    }
    return try await withCheckedThrowingContinuation { waiting.append($0) }
  }

  private func giveBack(_ connection: PostgreSQLConnection) async {
    if isClosed {
      try? await connection.run { $0.disconnect() }
    } else if waiting.isEmpty {
      idle.append(connection)
    } else {
      waiting.removeFirst().resume(returning: connection)
    }
  }

  func close() async {
    isClosed = true
    let (connections, callers) = (idle, waiting)
    idle = []
    waiting = []
    for caller in callers { caller.resume(throwing: DatabaseFailure.unavailable) }
    for connection in connections { try? await connection.run { $0.disconnect() } }
  }
}
