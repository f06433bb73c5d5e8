import Basics
import Foundation
import GRDB

/// The embedded engine. WAL, `synchronous=FULL` (an acknowledged write survives a power cut), foreign keys, and a
/// busy timeout for other processes such as a backup.
public struct SQLiteDatabase: Database {
  private let pool: DatabasePool
  private let files: [FileIdentity]

  public var engine: Engine { .sqlite }

  /// Opens or makes the file.
  ///
  /// - Parameters:
  ///   - isDurable: `false` only for content that can be made again, such as the demonstration's: a power cut may then
  ///     lose what was written, or all of it.
  ///   - busySeconds: how long to wait for another process that writes.
  ///
  /// Throws `DatabaseFailure.unavailable` when the file can't be opened.
  public init(path: String, isDurable: Bool = true, busySeconds: Double = 10) throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(busySeconds)
    configuration.maximumReaderCount = 6
    configuration.prepareDatabase {
      try $0.execute(sql: "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA cache_size = -8192")
    }
    pool = try translated {
      let pool = try DatabasePool(path: path, configuration: configuration)
      // GRDB sets NORMAL when it turns WAL on, which may lose acknowledged writes in a power cut.
      // With the 2 MB that a cache has unless told, a large store's indices were read and written page by page, again
      // for each of an import's cases: half of its time. The log is copied back less often for the same reason.
      try pool.writeWithoutTransaction {
        try $0.execute(
          sql: """
            PRAGMA synchronous = \(isDurable ? "FULL" : "OFF"); PRAGMA cache_size = -65536;
            PRAGMA wal_autocheckpoint = 16384
            """)
      }
      return pool
    }
    files = [path, path + "-wal"].compactMap(FileIdentity.init)
  }

  public func read<Result: Sendable>(_ work: @escaping @Sendable (any ReadTransaction) throws -> Result) async throws
    -> Result
  {
    try await translated {
      try await pool.read { try work(ReadOnly(transaction: SQLiteTransaction($0, bookkeeping: false))) }
    }
  }

  public func write<Result: Sendable>(_ work: @escaping @Sendable (any WriteTransaction) throws -> Result) async throws
    -> Result
  {
    try await translated {
      try await pool.write { database in
        let transaction = SQLiteTransaction(database, bookkeeping: false)
        let before = database.totalChangesCount
        let result = try work(transaction)
        if database.totalChangesCount != before, transaction.log.isEmpty { throw DatabaseFailure.unaudited }
        try finish(transaction)
        return result
      }
    }
  }

  /// What must hold before a commit.
  private func finish(_ transaction: SQLiteTransaction) throws {
    if let failure = transaction.failure { throw failure }
    try transaction.log.store(transaction)
    guard files.allSatisfy(\.isInPlace) else { throw DatabaseFailure.unavailable }
  }

  public func keepBooks<Result: Sendable>(_ work: @escaping @Sendable (any WriteTransaction) throws -> Result)
    async throws -> Result
  {
    try await translated {
      try await pool.write { database in
        let transaction = SQLiteTransaction(database, bookkeeping: true)
        let result = try work(transaction)
        try finish(transaction)
        return result
      }
    }
  }

  public func migrate(_ migrations: [Migration]) async throws {
    try await translated {
      try await pool.write { database in
        try SchemaSteps.apply(migrations, SQLiteTransaction(database, bookkeeping: false)) {
          try database.execute(sql: $0)
        }
      }
    }
  }

  /// Leaves the whole store in its one file: readers close after the writer, and they can't take the WAL's content over.
  public func close() async {
    try? await pool.writeWithoutTransaction {
      // A connection that was closed before answers a statement with an error, but a checkpoint by crashing.
      try $0.execute(sql: "SELECT 1")
      _ = try $0.checkpoint(.truncate)
    }
    try? pool.close()
  }

  public func leaveNoTraces(of table: String) async throws {
    try await translated {
      // Deleted rows are overwritten already; what the log still holds of them goes once it is taken over and emptied.
      // A reader under way keeps it; the next checkpoint does it then.
      try await pool.writeWithoutTransaction { _ = try? $0.checkpoint(.truncate) }
    }
  }

  func unsafeRead(_ work: @escaping @Sendable (GRDB.Database) throws -> Void) async throws {
    try await translated { try await pool.unsafeRead { try work($0) } }
  }
}

/// GRDB's connection for the length of one transaction; a class because it keeps what was recorded.
private final class SQLiteTransaction: WriteTransaction {
  private let database: GRDB.Database
  private let bookkeeping: Bool
  private(set) var log = AuditLogRecords.Tail()
  /// The first statement's error: PostgreSQL stores nothing after one, so neither does this engine.
  private(set) var failure: (any Error)?

  init(_ database: GRDB.Database, bookkeeping: Bool) {
    self.database = database
    self.bookkeeping = bookkeeping
  }

  func rows(_ sql: String, _ values: [any SQLBindable]) throws -> [Row] {
    try remembered {
      if bookkeeping { try Statement.requireBookkeeping(sql) }
      let statement = try database.cachedStatement(sql: sql)
      let names = statement.columnNames.map { $0.lowercased() }
      let cursor = try GRDB.Row.fetchCursor(statement, arguments: try arguments(values))
      var rows: [Row] = []
      while try cursor.next() != nil {
        // From the statement itself: its rows name the column of each value anew.
        rows.append(
          Row(
            names: names,
            values: names.indices.map {
              SQLValue(DatabaseValue(sqliteStatement: statement.sqliteStatement, index: CInt($0)))
            }))
      }
      return rows
    }
  }

  func execute(_ sql: String, _ values: [any SQLBindable]) throws -> Int {
    try remembered {
      if bookkeeping { try Statement.requireBookkeeping(sql) }
      try database.cachedStatement(sql: sql).execute(arguments: try arguments(values))
      return database.changesCount
    }
  }

  private func remembered<Result>(_ work: () throws -> Result) throws -> Result {
    do { return try translated(work) } catch {
      failure = failure ?? error
      throw error
    }
  }

  func record(_ entries: [AuditEntry]) throws { try log.append(entries, self) }

  private func arguments(_ values: [any SQLBindable]) throws -> StatementArguments {
    StatementArguments(
      try Statement.check(values).map { value -> (any DatabaseValueConvertible)? in
        switch value {
        case .null: nil
        case .integer(let number): number
        case .real(let number): number
        case .text(let text): text
        case .blob(let bytes): Data(bytes)
        }
      })
  }
}

/// Which file a path named when the store was opened. SQLite goes on writing into a file that was removed or replaced,
/// and what it acknowledged then is gone with the process.
private struct FileIdentity: Sendable {
  private let path: String
  private let device: UInt64
  private let number: UInt64

  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.path = path
    device = UInt64(status.st_dev)
    number = UInt64(status.st_ino)
  }

  var isInPlace: Bool {
    guard let now = FileIdentity(path) else { return false }
    return (now.device, now.number) == (device, number)
  }
}

extension SQLValue {
  fileprivate init(_ value: DatabaseValue) {
    switch value.storage {
    case .null: self = .null
    case .int64(let number): self = .integer(number)
    case .double(let number): self = .real(number)
    case .string(let text): self = .text(text)
    case .blob(let data): self = .blob(Array(data))
    }
  }
}

/// GRDB's errors in the store's own words, without bound values.
private func failure(_ error: any Error) -> any Error {
  guard let error = error as? DatabaseError else { return error }
  return switch error.resultCode {
  case .SQLITE_FULL: DatabaseFailure.storageFull
  // A connection that was closed already answers “misuse”.
  case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_NOTADB, .SQLITE_MISUSE:
    DatabaseFailure.unavailable
  case .SQLITE_CONSTRAINT: DatabaseFailure.constraint(error.message ?? "constraint")
  default: DatabaseFailure.statement(error.message ?? "\(error.resultCode)")
  }
}

private func translated<Result>(_ work: () throws -> Result) throws -> Result {
  do { return try work() } catch { throw failure(error) }
}

private func translated<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
  do { return try await work() } catch { throw failure(error) }
}
