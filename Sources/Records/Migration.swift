/// One step of the schema. Steps are append-only: once shipped, a step is never edited or removed.
///
/// Written once for both engines with the types `TEXT`, `INTEGER` (64 bit), `REAL` and `BLOB`; PostgreSQL is
/// given `BIGINT`, `DOUBLE PRECISION` and `BYTEA` in their place, and no `WITHOUT ROWID`.
public struct Migration: Sendable {
  /// Unique and stable, the room first: `casework-001-cases`.
  public let name: String
  /// The statements, run in order in one transaction.
  public let statements: [String]

  public init(_ name: String, _ statements: [String]) {
    self.name = name
    self.statements = statements
  }
}
