import Foundation
import Records

/// What a store does that was told to fail.
public enum StoreFault: Hashable, Sendable {
  /// The server dies before the n-th statement of the next write: nothing of it is stored.
  case dies(before: Int)
  /// The next write is stored, and the server dies before anybody hears of it.
  case answerIsLost
}

/// The server died; who asked does not know whether anything was stored.
public struct Died: Error {}

/// A store that dies once, in the middle of a write or right after it, when it is told to.
///
///     store.fail(.dies(before: 3))
///     try await desk.send(…)      // throws Died, and nothing is stored
public final class FaultyStore: Database, @unchecked Sendable {
  // @unchecked Sendable: the lock guards its only variable.
  private let behind: any Database
  private let lock = NSLock()
  private var fault: StoreFault?

  public init(_ behind: any Database) { self.behind = behind }

  public var engine: Engine { behind.engine }

  /// - Parameter fault: of the next write; `nil` takes back one that did not come to it.
  public func fail(_ fault: StoreFault?) { lock.withLock { self.fault = fault } }

  public func read<Result: Sendable>(_ work: @escaping @Sendable (any ReadTransaction) throws -> Result) async throws
    -> Result
  { try await behind.read(work) }

  public func write<Result: Sendable>(_ work: @escaping @Sendable (any WriteTransaction) throws -> Result) async throws
    -> Result
  {
    let fault = lock.withLock {
      defer { self.fault = nil }
      return self.fault
    }
    switch fault {
    case nil: return try await behind.write(work)
    case .dies(let place): return try await behind.write { try work(DyingTransaction($0, before: place)) }
    case .answerIsLost:
      _ = try await behind.write(work)
      throw Died()
    }
  }

  public func keepBooks<Result: Sendable>(_ work: @escaping @Sendable (any WriteTransaction) throws -> Result)
    async throws -> Result
  { try await behind.keepBooks(work) }

  public func migrate(_ migrations: [Migration]) async throws { try await behind.migrate(migrations) }
  public func close() async { await behind.close() }
}

/// Counts what changes the store, and ends before the n-th of it.
private final class DyingTransaction: WriteTransaction {
  private let behind: any WriteTransaction
  private var left: Int

  init(_ behind: any WriteTransaction, before place: Int) {
    self.behind = behind
    left = place
  }

  func rows(_ sql: String, _ values: [any SQLBindable]) throws -> [Row] { try behind.rows(sql, values) }

  func execute(_ sql: String, _ values: [any SQLBindable]) throws -> Int {
    try count()
    return try behind.execute(sql, values)
  }

  func record(_ entries: [AuditEntry]) throws {
    try count()
    try behind.record(entries)
  }

  private func count() throws {
    left -= 1
    if left <= 0 { throw Died() }
  }
}
