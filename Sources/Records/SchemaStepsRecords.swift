import Basics
import Crypto
import Foundation

/// Which steps of the schema a store has, and the applying of those that it lacks.
enum SchemaSteps {
  static let table = "CREATE TABLE IF NOT EXISTS schema_steps (name TEXT PRIMARY KEY, digest TEXT NOT NULL)"

  /// Applies what is missing, in order, inside the caller's transaction.
  static func apply(_ migrations: [Migration], _ transaction: any WriteTransaction, define: (String) throws -> Void)
    throws
  {
    try define(table)
    var applied: [String: String] = [:]
    for row in try transaction.rows("SELECT name, digest FROM schema_steps") {
      applied[try row.get("name")] = try row.get("digest", as: String.self)
    }
    let known = Set(migrations.map(\.name))
    if let newer = applied.keys.filter({ !known.contains($0) }).min() { throw DatabaseFailure.wrongSchema(newer) }
    for migration in migrations {
      let digest = digest(of: migration)
      if let before = applied[migration.name] {
        guard before == digest else { throw DatabaseFailure.wrongSchema(migration.name) }
        continue
      }
      for statement in migration.statements { try define(statement) }
      try transaction.execute("INSERT INTO schema_steps (name, digest) VALUES (?, ?)", migration.name, digest)
    }
  }

  private static func digest(of migration: Migration) -> String {
    SHA256.hash(data: Array(migration.statements.joined(separator: "\u{0}").utf8)).hexadecimal
  }
}
