import Accounts
import ArgumentParser
import Basics
import Foundation
import Practice
import Records
import Vault
import Web

/// Where practice is served and kept. Its store is never the live one.
struct PracticeOptions: ParsableArguments {
  @Option(help: "The port of the practice site; left out: no practice (demo: the port after --port).")
  var practicePort: Int?
  @Option(help: "The address trainees reach practice at; left out: the public address with the practice port.")
  var practiceAddress: String?
  @Option(
    help:
      "postgres://… of practice's own database or schema, instead of DATA/practice/amparo.sqlite. Also: AMPARO_PRACTICE_DATABASE."
  )
  var practiceDatabase: String?

  var server: String? { practiceDatabase ?? environment("AMPARO_PRACTICE_DATABASE") }

  func validate() throws {
    if let practicePort, !(1...65535).contains(practicePort) {
      throw ValidationError("--practice-port must be from 1 to 65535")
    }
    if let practiceAddress {
      guard let url = URL(string: practiceAddress), ["http", "https"].contains(url.scheme), url.host != nil else {
        throw ValidationError("--practice-address must be an address such as https://practica.example.org")
      }
    }
    if let server, case .file = DatabaseLocation(server) {
      throw ValidationError("--practice-database must begin with postgres://")
    }
  }

  /// The address people type. Under TLS a proxy stands in front, and only its keeper knows it.
  func address(live: String, port: Int) throws -> String {
    if let practiceAddress {
      return practiceAddress.hasSuffix("/") ? String(practiceAddress.dropLast()) : practiceAddress
    }
    guard var parts = URLComponents(string: live), parts.scheme == "http" else {
      throw CommandFailure(message: "name the address of practice with --practice-address", code: 2)
    }
    parts.port = port
    parts.path = ""
    return parts.string ?? live
  }
}

/// The opened practice store: its own file or database, its own secret, its own audit log.
struct PracticeStore {
  let office: Office

  init(_ options: InstallationOptions, _ practice: PracticeOptions) async throws {
    let folder = options.folder + "/practice"
    let path = folder + "/amparo.sqlite"
    if let live = options.server {
      guard let own = practice.server, own != live else {
        throw CommandFailure(
          message: "practice needs a database of its own beside --database: name it with --practice-database", code: 2)
      }
    }
    try failing(folder) {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    let secret = SecretFile(path: folder + "/secret/root", isOurs: true)
    let database: any Database
    do {
      if let server = practice.server {
        database = try await DatabaseLocation(server).open()
      } else {
        // Made first, so that it and its WAL are closed to others from the start.
        let descriptor = Foundation.open(path, O_RDWR | O_CREAT, 0o600)
        if descriptor >= 0 { Foundation.close(descriptor) }
        database = try SQLiteDatabase(path: path)
      }
    } catch DatabaseFailure.unavailable {
      throw CommandFailure(
        message: "\(practice.server == nil ? path : "the practice database"): the store can't be opened", code: 2)
    }
    do {
      let steps = try await database.schemaSteps()
      // Whatever address it was named by: the live store never becomes practice's.
      guard steps.isEmpty || steps.contains(where: { $0.name.hasPrefix("practice-") }) else {
        throw CommandFailure(
          message: "practice: this store is in use for something else; give practice its own", code: 2)
      }
      // A store without its secret says so; nothing is sealed under another.
      let root = try secret.exists || !steps.isEmpty ? secret.read() : secret.create()
      try await database.migrate(Desks.migrations + PracticeSchema.migrations)
      office = PracticeDesk.office(database, root: root)
    } catch {
      await database.close()
      throw error
    }
  }

  /// Signs the audit log as it stands and closes the store.
  func close() async {
    if let key = try? office.root.auditSigningKey {
      _ = try? await AuditLog.sign(office.database, with: CheckpointSigner(key: key))
    }
    await office.database.close()
  }
}
