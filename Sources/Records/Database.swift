import Basics

/// The one store, seen the same way on both engines.
///
/// Statements are written once, in the SQL that SQLite 3.40 and PostgreSQL 15 share, with `?` for values
/// (`INSERT … ON CONFLICT (…) DO UPDATE`, `RETURNING`, `LIMIT ? OFFSET ?`; no `BOOLEAN`, no `AUTOINCREMENT`,
/// no date functions). Values are always bound, never put into the text.
public protocol Database: Sendable {
  /// Runs reads that see one consistent state of the store.
  ///
  /// Throws what `work` throws, or a `DatabaseFailure`.
  func read<Result: Sendable>(_ work: @escaping @Sendable (any ReadTransaction) throws -> Result) async throws -> Result

  /// Runs one write transaction: everything in it is stored, durably, before this returns, or nothing is.
  ///
  /// `work` may run again when another transaction won: it must change nothing but the store. A statement that failed
  /// fails the whole transaction, even when `work` catches its error.
  ///
  /// Throws what `work` throws, a `DatabaseFailure`, or `DatabaseFailure.unaudited` when `work` changed
  /// something and ended without `record(_:)`.
  @discardableResult
  func write<Result: Sendable>(_ work: @escaping @Sendable (any WriteTransaction) throws -> Result) async throws
    -> Result

  /// Runs one write transaction that owes no audit entry, because it only keeps the house's own books (when a session
  /// was last seen, how often a sign-in failed). Only the tables of `bookkeepingTables` may be changed.
  ///
  /// Throws what `work` throws, or a `DatabaseFailure`; `.unaudited` when a statement names another table.
  @discardableResult
  func keepBooks<Result: Sendable>(_ work: @escaping @Sendable (any WriteTransaction) throws -> Result) async throws
    -> Result

  /// Brings the schema up to date. Steps that were applied before are left alone.
  ///
  /// Throws `DatabaseFailure.wrongSchema` when an applied step was edited since, or the store knows steps that
  /// `migrations` does not (it was written by a newer version).
  func migrate(_ migrations: [Migration]) async throws

  /// Leaves as little as the engine can of rows that were deleted: SQLite empties its write-ahead log, PostgreSQL clears
  /// the dead rows of a table.
  func leaveNoTraces(of table: String) async throws

  /// Which engine it is, for diagnostics and for the few things that differ.
  var engine: Engine { get }

  /// Ends all connections. Nothing may be asked afterwards.
  func close() async
}

extension Database {
  public func leaveNoTraces(of table: String) async throws {}
}

public enum Engine: String, Sendable, CaseIterable { case sqlite, postgresql }

/// The tables that `keepBooks` may change: they hold no decision and no content.
public let bookkeepingTables: Set<String> = [
  "sessions", "sign_in_attempts", "once_tokens", "audit_checkpoints", "notices", "mail_outbox",
  "api_key_uses", "webhook_messages",
]

/// A view of the store for the length of one transaction. Don't keep it.
public protocol ReadTransaction {
  /// All rows of a query.
  func rows(_ sql: String, _ values: [any SQLBindable]) throws -> [Row]
}

extension ReadTransaction {
  public func rows(_ sql: String, _ values: any SQLBindable...) throws -> [Row] { try rows(sql, values) }

  /// The first row of a query, if there is one.
  public func row(_ sql: String, _ values: any SQLBindable...) throws -> Row? { try rows(sql, values).first }

  /// The only column of the first row.
  public func value<Value: SQLReadable>(_: Value.Type = Value.self, _ sql: String, _ values: any SQLBindable...)
    throws -> Value?
  {
    try rows(sql, values).first?.optional(at: 0)
  }
}

public protocol WriteTransaction: ReadTransaction {
  /// Runs a statement and answers how many rows it changed.
  @discardableResult
  func execute(_ sql: String, _ values: [any SQLBindable]) throws -> Int

  /// Appends entries to the audit log, in this same transaction. At least one is owed by every write.
  func record(_ entries: [AuditEntry]) throws
}

extension WriteTransaction {
  @discardableResult
  public func execute(_ sql: String, _ values: any SQLBindable...) throws -> Int { try execute(sql, values) }

  /// Appends one entry to the audit log.
  public func record(_ entry: AuditEntry) throws { try record([entry]) }
}

/// A transaction of which only reading is handed out: nobody finds a way to write behind it.
struct ReadOnly: ReadTransaction {
  let transaction: any ReadTransaction

  func rows(_ sql: String, _ values: [any SQLBindable]) throws -> [Row] { try transaction.rows(sql, values) }
}

/// One row of an answer. Columns are read by name with the type asked for.
///
/// Thousands of rows with a dozen columns make a page: reading one is inlined where its type is known.
public struct Row: Sendable {
  @usableFromInline let names: [String]
  @usableFromInline let values: [SQLValue]

  /// - Parameters:
  ///   - names: the columns' names in lower case, in order; shared between the rows of one answer.
  ///   - values: as many as there are names.
  public init(names: [String], values: [SQLValue]) {
    self.names = names
    self.values = values
  }

  /// The value of a column that is never null.
  ///
  /// Throws `DatabaseFailure.malformed` when the column is missing, null or not of the type.
  @inlinable
  public func get<Value: SQLReadable>(_ name: String, as: Value.Type = Value.self) throws -> Value {
    guard let value: Value = try optional(name) else { throw DatabaseFailure.malformed(column: name) }
    return value
  }

  /// The value of a column that may be null.
  ///
  /// Throws `DatabaseFailure.malformed` when the column is missing or not of the type.
  @inlinable
  public func optional<Value: SQLReadable>(_ name: String, as: Value.Type = Value.self) throws -> Value? {
    guard let index = names.firstIndex(of: name) else { throw DatabaseFailure.malformed(column: name) }
    return try optional(at: index)
  }

  @inlinable
  func optional<Value: SQLReadable>(at index: Int) throws -> Value? {
    guard values.indices.contains(index) else { throw DatabaseFailure.malformed(column: "#\(index)") }
    if case .null = values[index] { return nil }
    guard let value = Value.fromSQL(values[index]) else { throw DatabaseFailure.malformed(column: names[index]) }
    return value
  }
}

/// What can go wrong between us and the engine. Carries no values, so that it can be logged.
public enum DatabaseFailure: Error, Hashable, Sendable {
  /// A write changed something and recorded no audit entry; nothing was stored.
  case unaudited
  /// The store can't be reached, or stayed busy too long. Nothing was stored, unless the connection broke in the very
  /// moment of committing: whoever tries again must name what is created, so that it is created once.
  case unavailable
  /// The disk is full; nothing was stored.
  case storageFull
  /// Another transaction won (serialization failure, deadlock); nothing was stored. Trying again may help.
  case contended
  /// A unique, foreign-key or check rule of the store refused the write; nothing was stored.
  case constraint(String)
  /// A stored value is not what the code expects.
  case malformed(column: String)
  /// The engine refused a statement; its own message, which never holds bound values.
  case statement(String)
  /// The store was written by a newer version, or a past migration was edited.
  case wrongSchema(String)
}
