import GRDB

extension SQLiteDatabase {
  /// Writes a consistent copy of the whole store into a new file while others go on reading and writing.
  ///
  /// Throws a `DatabaseFailure` when the file exists already or can't be written.
  public func copy(to path: String) async throws {
    // Outside of a transaction: `VACUUM` refuses to run in one, and takes its own view of the store.
    try await unsafeRead { try $0.execute(sql: "VACUUM INTO ?", arguments: [path]) }
  }

  /// Empties tables of a file that nobody else has open, such as a copy, so that nothing of them is left in it.
  ///
  /// - Parameter tables: names of the house's own tables.
  public static func empty(_ tables: [String], of path: String) throws {
    do {
      var configuration = Configuration()
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA secure_delete = ON") }
      let file = try DatabaseQueue(path: path, configuration: configuration)
      try file.writeWithoutTransaction { database in
        for table in tables { try database.execute(sql: "DELETE FROM \(table)") }
        _ = try database.checkpoint(.truncate)
        try database.execute(sql: "VACUUM")
        _ = try database.checkpoint(.truncate)
      }
      try file.close()
    } catch let error as DatabaseError {
      throw DatabaseFailure.statement(error.message ?? "\(error.resultCode)")
    }
  }
}

/// A step of the schema as a store remembers it.
public struct SchemaStep: Hashable, Sendable, Codable {
  public var name: String
  /// SHA-256 of its statements, in hexadecimal digits.
  public var digest: String
}

extension Database {
  /// The steps a store has been brought through, by name; none for a store that is still empty.
  public func schemaSteps() async throws -> [SchemaStep] {
    do {
      return try await read { transaction in
        try transaction.rows("SELECT name, digest FROM schema_steps ORDER BY name").map {
          SchemaStep(name: try $0.get("name"), digest: try $0.get("digest"))
        }
      }
    } catch DatabaseFailure.statement { return [] }
  }
}
