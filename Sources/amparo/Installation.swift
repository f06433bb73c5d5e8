import Accounts
import ArgumentParser
import Basics
import Crypto
import Foundation
import Records
import Vault
import Web

/// Where an installation lies. Shared by every command that opens one.
struct InstallationOptions: ParsableArguments {
  @Option(help: "The folder with everything the server keeps. Also: AMPARO_DATA.")
  var data = environment("AMPARO_DATA") ?? "./data"
  @Option(
    help:
      "postgres://… to keep the store on a server instead of DATA/amparo.sqlite. Also: AMPARO_DATABASE, which keeps a password out of the process list."
  )
  var database: String?
  @Option(
    help: "The file of the root secret, when it is not DATA/secret/root. Also: AMPARO_SECRET_FILE.")
  var secret: String?

  var folder: String { data.count > 1 && data.hasSuffix("/") ? String(data.dropLast()) : data }

  var secretFile: SecretFile {
    if let elsewhere = secret ?? environment("AMPARO_SECRET_FILE") { return SecretFile(path: elsewhere, isOurs: false) }
    return SecretFile(path: folder + "/secret/root", isOurs: true)
  }

  var storePath: String { folder + "/amparo.sqlite" }
  var filesPath: String { folder + "/files" }
  var checkpointsPath: String { folder + "/checkpoints.txt" }

  /// The address of a database server; `nil` for the embedded store.
  var server: String? { database ?? environment("AMPARO_DATABASE") }

  func validate() throws {
    if let server, case .file = DatabaseLocation(server) {
      throw ValidationError("--database must begin with postgres:// (the embedded store is chosen by leaving it out)")
    }
  }

  /// Opens an installation that was set up before.
  /// - Parameters:
  ///   - migrates: whether to bring the schema up to date.
  ///   - checksSecret: whether to see that the secret is the store's own.
  func open(
    clock: Clock = .system, randomness: Randomness = .system, migrates: Bool = true, checksSecret: Bool = true
  ) async throws -> Installation {
    if server == nil, !FileManager.default.fileExists(atPath: storePath) {
      throw CommandFailure(
        message: "\(folder): there is no installation here yet; run amparo init, or amparo demo for made-up content",
        code: 2)
    }
    let root = try secretFile.read()
    let database = try await openStore()
    do {
      if migrates {
        try await database.migrate(Installation.migrations)
        _ = try await ErasureKeys.boxOlder(database, at: clock.now())
      }
      if try await database.schemaSteps().isEmpty {
        throw CommandFailure(message: "the store is empty; run amparo init", code: 2)
      }
      if checksSecret, let note = try await database.read({ try AuditLog.newestNote($0) }),
        Checkpoint(note: note, verifiedBy: try root.auditSigningKey.publicKey) == nil
      {
        throw CommandFailure(
          message: "\(secretFile.path): this is not the secret the store was made with; put the right one back", code: 2
        )
      }
    } catch {
      await database.close()
      throw error
    }
    return Installation(
      options: self, office: Office(database: database, root: root, clock: clock, randomness: randomness))
  }

  /// Makes the folder, the secret and the store of a new installation; goes on with a set-up that was broken off.
  ///
  /// - Parameter isDurable: `false` for content that can be made again: faster, and lost in a power cut.
  ///
  /// Throws `CommandFailure` when a store exists and its secret does not.
  func make(
    clock: Clock = .system, randomness: Randomness = .system, isDurable: Bool = true
  ) async throws -> Installation {
    let hasFile = FileManager.default.fileExists(atPath: storePath)
    let secretExisted = secretFile.exists
    if server == nil, hasFile, !secretExisted { _ = try secretFile.read() }
    try failing(folder) {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    let database: any Database
    let root: RootSecret
    if server != nil {
      database = try await openStore()
      if !secretExisted, try await !database.schemaSteps().isEmpty { _ = try secretFile.read() }
      root = try secretExisted ? secretFile.read() : secretFile.create()
    } else {
      // The secret is on the disk before the first thing is sealed under it.
      root = try secretExisted ? secretFile.read() : secretFile.create()
      // An empty file is an empty store; made first, so that it and its WAL are closed to others from the start.
      let descriptor = Foundation.open(storePath, O_RDWR | O_CREAT, 0o600)
      if descriptor >= 0 { close(descriptor) }
      database = try await openStore(isDurable: isDurable)
    }
    try await database.migrate(Installation.migrations)
    return Installation(
      options: self,
      office: Office(database: database, root: root, clock: clock, randomness: randomness))
  }

  private func openStore(isDurable: Bool = true) async throws -> any Database {
    let place = server == nil ? storePath : "the database server"
    do {
      if server == nil { return try SQLiteDatabase(path: storePath, isDurable: isDurable) }
      return try await DatabaseLocation(server ?? storePath).open()
    } catch DatabaseFailure.unavailable {
      throw CommandFailure(message: "\(place): the store can't be opened", code: 2)
    }
  }
}

/// One opened installation: what the desks stand in.
struct Installation {
  /// Every room's schema steps, the audit log's first.
  static let migrations = Desks.migrations

  let options: InstallationOptions
  let office: Office

  var signer: CheckpointSigner {
    get throws { CheckpointSigner(key: try office.root.auditSigningKey) }
  }

  /// Signs the audit log as it stands, in the store and in the file beside it.
  @discardableResult
  func sign() async throws -> Checkpoint {
    let checkpoint = try await AuditLog.sign(office.database, with: try signer)
    try CheckpointFile(path: options.checkpointsPath).append(checkpoint)
    return checkpoint
  }

  func close() async { await office.database.close() }
}

extension InstallationOptions {
  /// Opens, works and closes, whatever happens.
  func use<Result>(_ work: (Installation) async throws -> Result) async throws -> Result {
    let installation = try await open()
    do {
      let result = try await work(installation)
      await installation.close()
      return result
    } catch {
      await installation.close()
      throw error
    }
  }
}

/// A variable of the process's surroundings; an empty one counts as none.
func environment(_ name: String) -> String? {
  ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
}
