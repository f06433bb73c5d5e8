import Accounts
import ArgumentParser
import Basics
import Crypto
import Foundation
import Records
import Vault

struct Backup: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a consistent copy of everything into one file, while the server runs.",
    discussion: """
      The file is a tar archive: a manifest with the schema, the signed state of the audit log and a SHA-256 of each \
      part; the store; the sealed files. Names and stories in it are sealed. The root secret is not in it: keep a copy \
      of DATA/secret/root apart (a safe, a password manager). Whoever has only one of the two can read nothing.

      The erasure keys are not in it either: they go into a file of their own, FILE.keys unless --keys names another \
      place. Without it nothing sealed in the backup opens. Keep only the newest key file, and none older than 14 days: \
      the newest opens every older backup, except for what was erased since.

        amparo backup /media/usb/amparo-2026-03-01.tar --keys /media/safe/amparo.keys

      The file appears whole or not at all, and never replaces another. With a PostgreSQL store, pg_dump of the same \
      version as the server must be installed.
      """)

  @Argument(help: "The file to write.") var file: String
  @Option(help: "Where the erasure keys go; replaces the ones of before. Left out: FILE.keys.") var keys: String?
  @OptionGroup var options: InstallationOptions
  @Flag(help: "Print a JSON object.") var json = false

  func run() async throws {
    guard !FileManager.default.fileExists(atPath: file) else {
      throw CommandFailure(message: "\(file): exists already; a backup never replaces another", code: 2)
    }
    let manifest = try await options.use { installation in
      try await BackupArchive.withStaging(beside: file) { folder in
        try await gather(installation, into: folder)
      }
    }
    let bytes = (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? NSNumber)?.intValue ?? 0
    if json {
      return try printJSON(
        Result(
          file: file, bytes: bytes, auditSize: manifest.audit.size, auditRoot: manifest.audit.root,
          keys: keyFile.path))
    }
    print(
      """
      \(file): \(bytes) bytes, audit log of \(manifest.audit.size) entries, root \(manifest.audit.root).
      The root secret is not in it. Keep a copy of \(options.secretFile.path) apart from the backups.
      The erasure keys are in \(keyFile.path). Keep only the newest, and none older than 14 days.
      """)
  }

  private var keyFile: KeyFile { keys.map(KeyFile.init) ?? KeyFile.beside(file) }

  private func gather(_ installation: Installation, into folder: String) async throws -> BackupManifest {
    let office = installation.office
    let entry = AuditEntry(
      at: office.clock.now(), doer: .system("command line"), action: "installation.backup", objectKind: "installation")
    try await office.database.write { try $0.record(entry) }
    try await installation.sign()
    let (copied, tree, schema) = try await copyStore(office, into: folder)
    let checkpoint = try installation.signer.sign(size: tree.size, root: tree.root)
    if FileManager.default.fileExists(atPath: options.filesPath) {
      try failing(options.filesPath) {
        try FileManager.default.copyItem(atPath: options.filesPath, toPath: folder + "/" + BackupArchive.sealedFiles)
      }
    }
    let manifest = BackupManifest(
      version: version, madeAt: office.clock.now().date, engine: copied, schema: schema,
      audit: .init(
        size: tree.size, root: tree.root.hexadecimal, checkpoint: checkpoint.note,
        publicKey: Array(try installation.signer.publicKey.rawRepresentation).hexadecimal),
      files: try BackupArchive.contents(folder))
    try BackupArchive.write(manifest, in: folder)
    try BackupArchive.pack(folder, into: file)
    return manifest
  }

  private func copyStore(_ office: Office, into folder: String) async throws -> (String, MerkleTree, [SchemaStep]) {
    if let store = office.database as? SQLiteDatabase {
      let path = folder + "/" + BackupArchive.store
      try await store.copy(to: path)
      let copy = try SQLiteDatabase(path: path)
      let tree = try await copy.read { try AuditLog.tree($0) }
      let schema = try await copy.schemaSteps()
      // Of the very state that was copied, and gone from the copy before anything of it leaves the folder.
      try await keyFile.write(from: copy)
      await copy.close()
      try SQLiteDatabase.empty([ErasureKeys.table], of: path)
      return (copy.engine.rawValue, tree, schema)
    }
    // The dump may hold more than this: what is written in between is checked against it as a beginning.
    let tree = try await office.database.read { try AuditLog.tree($0) }
    let schema = try await office.database.schemaSteps()
    let server = try ServerAddress(options.server ?? "")
    guard Tool.find("pg_dump") != nil else {
      throw CommandFailure(
        message: "pg_dump is missing (Debian: postgresql-client); or run it where the server is: pg_dump -Fc -f FILE …",
        code: 2)
    }
    let code = try Tool.run(
      "pg_dump",
      [
        "--format=custom", "--no-owner", "--exclude-table-data=\(ErasureKeys.table)",
        "--file=\(folder)/\(BackupArchive.dump)", "--dbname=\(server.withoutPassword)",
      ],
      surroundings: server.surroundings)
    guard code == 0 else {
      throw CommandFailure(message: "pg_dump ended with \(code); is its version the server's?", code: 2)
    }
    // Later than the dump: it may hold more, and knows of every erasure.
    try await keyFile.write(from: office.database)
    return (office.database.engine.rawValue, tree, schema)
  }

  struct Result: Encodable {
    var file: String
    var bytes: Int
    var auditSize: Int
    var auditRoot: String
    var keys: String
  }
}

/// A database server's address with its password taken out of the process list.
struct ServerAddress {
  var withoutPassword: String
  var surroundings: [String: String] = [:]

  init(_ text: String) throws {
    guard var parts = URLComponents(string: text) else {
      throw CommandFailure(message: "--database is not an address such as postgres://user@host/amparo", code: 2)
    }
    if let password = parts.password { surroundings["PGPASSWORD"] = password }
    parts.password = nil
    if let password = parts.queryItems?.first(where: { $0.name == "password" })?.value {
      surroundings["PGPASSWORD"] = password
      parts.queryItems?.removeAll { $0.name == "password" }
    }
    withoutPassword = parts.string ?? text
  }
}
