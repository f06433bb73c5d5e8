import Accounts
import ArgumentParser
import Basics
import Crypto
import Casework
import CountryPack
import Referrals
import Tips
import Foundation
import Records
import Vault

struct Restore: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put a backup back into an empty data folder.",
    discussion: """
      Checks every part against the manifest, reads the whole audit log, and only then puts the store in place. Never \
      replaces an installation: choose a new folder, or move the old one away.

        amparo restore /media/usb/amparo-2026-03-01.tar --keys /media/safe/amparo.keys --data ./data

      Give the newest key file there is, not the one of the backup's day: what was erased since stays erased.

      Put the root secret back before or after, at DATA/secret/root with permissions 0600; when it is there already (or \
      named by --secret), the signatures are checked with it too.
      """)

  @Argument(help: "The backup.") var file: String
  @Option(help: "The newest file of erasure keys. Left out: FILE.keys.") var keys: String?
  @OptionGroup var pack: PackOption
  @OptionGroup var options: InstallationOptions
  @Flag(help: "Print a JSON object.") var json = false

  func run() async throws {
    let lock = try FolderLock(options.folder)
    defer { withExtendedLifetime(lock) {} }
    for path in [options.storePath, options.storePath + "-wal", options.filesPath, options.checkpointsPath]
    where FileManager.default.fileExists(atPath: path) {
      throw CommandFailure(message: "\(path): exists already; a restore never replaces an installation", code: 2)
    }
    let pack = try pack.load()
    let (manifest, report) = try await BackupArchive.withStaging(beside: options.storePath) { folder in
      try BackupArchive.unpack(file, into: folder)
      let manifest = try BackupArchive.check(folder, named: file)
      let report = try await check(manifest, folder)
      try await putKeysBack(manifest, folder, pack)
      try place(folder)
      return (manifest, report)
    }
    let hasSecret = options.secretFile.exists
    if json {
      return try printJSON(
        Result(
          data: options.folder, madeAt: manifest.madeAt.formatted(.iso8601), auditSize: report.entries,
          auditRoot: report.root.hexadecimal, secretIsThere: hasSecret))
    }
    print("\(options.folder): restored; audit log of \(report.entries) entries, root \(report.root.hexadecimal).")
    if !hasSecret {
      print(
        """
        The root secret is still missing: put the copy you keep apart at \(options.secretFile.path), with the folder \
        at 0700 and the file at 0600. Without it nobody can sign in. Then: amparo audit verify --data \(options.folder)
        """)
    }
  }

  private func check(_ manifest: BackupManifest, _ folder: String) async throws -> AuditReport {
    guard manifest.engine == Engine.sqlite.rawValue else {
      throw CommandFailure(
        message: "\(file): holds a PostgreSQL dump; unpack it with tar and run pg_restore -d DATABASE "
          + "\(BackupArchive.dump) into an empty database, then amparo audit verify", code: 2)
    }
    let known = Set(Installation.migrations.map(\.name))
    if let newer = manifest.schema.first(where: { !known.contains($0.name) }) {
      throw CommandFailure(message: "\(file): was made by a newer version (\(newer.name)); use that one", code: 2)
    }
    guard let raw = [UInt8](hexadecimal: manifest.audit.publicKey),
      let claimed = try? Curve25519.Signing.PublicKey(rawRepresentation: raw)
    else { throw CommandFailure(message: "\(file): the manifest's key is malformed") }
    if options.secretFile.exists {
      let own = try options.secretFile.read().auditSigningKey.publicKey
      guard own.rawRepresentation == claimed.rawRepresentation else {
        throw CommandFailure(
          message: "\(options.secretFile.path): is not the secret this backup was made with; put the right one there")
      }
    }
    let database = try SQLiteDatabase(path: folder + "/" + BackupArchive.store)
    let (schema, report): ([SchemaStep], AuditReport)
    do {
      schema = try await database.schemaSteps()
      report = try await AuditLog.verify(database, publicKey: claimed, kept: [manifest.audit.checkpoint])
    } catch {
      await database.close()
      throw error
    }
    await database.close()
    guard schema == manifest.schema else {
      throw CommandFailure(message: "\(file): the store's schema is not the manifest's")
    }
    if let finding = report.findings.first {
      throw CommandFailure(message: "\(file): \(AuditResult.sentence(finding))")
    }
    guard report.root.hexadecimal == manifest.audit.root else {
      throw CommandFailure(message: "\(file): the store's audit log is not the manifest's")
    }
    return report
  }

  /// A backup from before there were such keys needs none.
  private func putKeysBack(_ manifest: BackupManifest, _ folder: String, _ pack: CountryPack) async throws {
    guard manifest.schema.contains(where: { $0.name == "accounts-004-erasure-keys" }) else { return }
    let keyFile = keys.map(KeyFile.init) ?? KeyFile.beside(file)
    // Read before the store is opened: without keys nothing is put in place.
    _ = try keyFile.read()
    let database = try SQLiteDatabase(path: folder + "/" + BackupArchive.store)
    do {
      try await database.migrate(Installation.migrations)
      let now = Clock.system.now()
      _ = try await keyFile.restore(into: database, at: now)
      _ = try await Erasing.finish(database, pack, at: now, hook: ReferralDesk.caseErased)
      _ = try await TipErasing.finish(database, at: now)
    } catch {
      await database.close()
      throw error
    }
    await database.close()
  }

  /// The store comes last: a folder without it counts as empty.
  private func place(_ folder: String) throws {
    let files = folder + "/" + BackupArchive.sealedFiles
    let store = folder + "/" + BackupArchive.store
    try failing(options.folder) {
      if FileManager.default.fileExists(atPath: files) {
        try FileManager.default.moveItem(atPath: files, toPath: options.filesPath)
      }
      chmod(store, 0o600)
      let handle = try FileHandle(forUpdating: URL(filePath: store))
      try handle.synchronize()
      try handle.close()
      try FileManager.default.moveItem(atPath: store, toPath: options.storePath)
    }
    synchronizeFolder(options.folder)
  }

  struct Result: Encodable {
    var data: String
    var madeAt: String
    var auditSize: Int
    var auditRoot: String
    var secretIsThere: Bool
  }
}
