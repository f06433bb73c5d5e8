import Foundation

/// Where the store is: a file of the embedded engine, or a server.
public enum DatabaseLocation: Hashable, Sendable {
  case file(String)
  case server(String)

  /// `postgres://…` and `postgresql://…` are servers, anything else a path.
  public init(_ text: String) {
    self = text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") ? .server(text) : .file(text)
  }

  /// Opens the store. Throws `DatabaseFailure.unavailable` when it can't be opened or reached.
  public func open() async throws -> any Database {
    switch self {
    case .file(let path): try SQLiteDatabase(path: path)
    case .server(let url): try await PostgreSQLDatabase(url: url)
    }
  }
}
