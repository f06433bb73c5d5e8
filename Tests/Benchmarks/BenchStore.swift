import Basics
import Foundation
import Records

/// A fresh store for one measurement, gone when it is over.
struct BenchStore {
  /// Opens it: once, or again and again as several servers do.
  let open: () async throws -> any Database
  /// Has PostgreSQL look at its tables as it does by itself after a while; nothing on the other engine.
  let settle: (_ statement: String) async throws -> Void

  /// - Parameters:
  ///   - server: the address of a PostgreSQL; `nil` for the embedded engine.
  ///   - connections: of each opened store on a PostgreSQL.
  static func use<Result>(server: String?, connections: Int, _ work: (BenchStore) async throws -> Result) async throws
    -> Result
  {
    let name = "bench" + CaseID.random().description
    guard let server else {
      let folder = FileManager.default.temporaryDirectory.appending(path: name)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      return try await work(
        BenchStore(open: { try SQLiteDatabase(path: folder.appending(path: "amparo.sqlite").path) }, settle: { _ in }))
    }
    let administrator = try await PostgreSQLDatabase(url: server, connections: 1)
    try await administrator.runStatement("CREATE SCHEMA \(name)")
    let url = server + (server.contains("?") ? "&" : "?") + "options=-csearch_path%3D" + name
    let result = try await work(
      BenchStore(
        open: { try await PostgreSQLDatabase(url: url, connections: connections) },
        settle: { statement in
          let own = try await PostgreSQLDatabase(url: url, connections: 1)
          try await own.runStatement(statement)
          await own.close()
        }))
    try await administrator.runStatement("DROP SCHEMA \(name) CASCADE")
    await administrator.close()
    return result
  }
}
