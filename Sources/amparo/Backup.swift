import Basics
import Crypto
import Foundation
import Records
import Vault

/// What a backup holds and what it must hold: the first member of the archive, a tar file that any machine can open.
struct BackupManifest: Codable {
  struct File: Codable, Hashable {
    var path: String
    var bytes: Int
    var sha256: String
  }

  struct Log: Codable, Hashable {
    var size: Int
    var root: String
    /// The signed checkpoint of this size and root.
    var checkpoint: String
    /// The Ed25519 key that signed it.
    var publicKey: String
  }

  static let currentFormat = "amparo-backup/1"

  var format = Self.currentFormat
  var version: String
  var madeAt: Date
  var engine: String
  var schema: [SchemaStep]
  var audit: Log
  var files: [File]
}

/// The making and reading of the archive.
enum BackupArchive {
  static let store = "amparo.sqlite"
  static let dump = "amparo.dump"
  static let sealedFiles = "files"

  /// The regular files below a folder, by their path within it.
  static func contents(_ folder: String) throws -> [BackupManifest.File] {
    let root = URL(filePath: folder, directoryHint: .isDirectory).resolvingSymlinksInPath()
    guard
      let walk = FileManager.default.enumerator(
        at: root, includingPropertiesForKeys: [.isRegularFileKey, .isDirectoryKey])
    else { return [] }
    var files: [BackupManifest.File] = []
    for case let url as URL in walk {
      let values = try url.resourceValues(forKeys: [.isRegularFileKey, .isDirectoryKey])
      if values.isDirectory == true { continue }
      let path = String(url.path.dropFirst(root.path.count).drop { $0 == "/" })
      guard values.isRegularFile == true else {
        throw CommandFailure(message: "\(path): neither a file nor a folder; a backup holds nothing else")
      }
      files.append(try file(path, in: folder))
    }
    return files.sorted { $0.path < $1.path }
  }

  private static func file(_ path: String, in folder: String) throws -> BackupManifest.File {
    try failing(path) {
      let handle = try FileHandle(forReadingFrom: URL(filePath: folder).appending(path: path))
      defer { try? handle.close() }
      var hash = SHA256()
      var bytes = 0
      while let part = try handle.read(upToCount: 1 << 20), !part.isEmpty {
        hash.update(data: part)
        bytes += part.count
      }
      return .init(path: path, bytes: bytes, sha256: Array(hash.finalize()).hexadecimal)
    }
  }

  static func write(_ manifest: BackupManifest, in folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    try failing(folder) {
      try encoder.encode(manifest).write(to: URL(filePath: folder).appending(path: "manifest.json"))
    }
  }

  /// Reads the manifest of an unpacked archive and checks every file against it.
  ///
  /// Throws `CommandFailure` naming the first file that is missing, changed or not in the manifest.
  static func check(_ folder: String, named archive: String) throws -> BackupManifest {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    guard let data = FileManager.default.contents(atPath: folder + "/manifest.json"),
      let manifest = try? decoder.decode(BackupManifest.self, from: data)
    else { throw CommandFailure(message: "\(archive): not a backup of Amparo") }
    guard manifest.format == BackupManifest.currentFormat else {
      throw CommandFailure(message: "\(archive): of another format (\(manifest.format)); use the version that made it")
    }
    let present = Dictionary(
      uniqueKeysWithValues: try contents(folder).filter { $0.path != "manifest.json" }.map { ($0.path, $0) })
    for file in manifest.files {
      guard let found = present[file.path] else {
        throw CommandFailure(message: "\(archive): \(file.path) is missing from the backup")
      }
      guard found == file else {
        throw CommandFailure(message: "\(archive): \(file.path) is damaged: it is not what was backed up")
      }
    }
    if let stranger = present.keys.filter({ path in !manifest.files.contains { $0.path == path } }).min() {
      throw CommandFailure(message: "\(archive): \(stranger) does not belong to the backup")
    }
    return manifest
  }

  /// Packs a folder into an archive that appears whole or not at all.
  static func pack(_ folder: String, into archive: String) throws {
    let partial = archive + ".partial"
    defer { unlink(partial) }
    let members =
      ["manifest.json"]
      + (try failing(folder) {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0 != "manifest.json" }.sorted()
      })
    guard try Tool.run("tar", ["--create", "--file", partial, "--directory", folder, "--"] + members) == 0 else {
      throw CommandFailure(message: "\(archive): can't be written; is the disk full?", code: 2)
    }
    chmod(partial, 0o600)
    try failing(archive) {
      let handle = try FileHandle(forWritingTo: URL(filePath: partial))
      try handle.synchronize()
      try handle.close()
    }
    // Unlike a rename, a link never replaces what is there.
    guard link(partial, archive) == 0 else {
      throw CommandFailure(message: "\(archive): exists already; a backup never replaces another", code: 2)
    }
    synchronizeFolder((archive as NSString).deletingLastPathComponent)
  }

  static func unpack(_ archive: String, into folder: String) throws {
    guard FileManager.default.isReadableFile(atPath: archive) else {
      throw CommandFailure(message: "\(archive): the file is missing or can't be read", code: 2)
    }
    guard
      try Tool.run(
        "tar", ["--extract", "--file", archive, "--directory", folder, "--no-same-owner", "--no-same-permissions"])
        == 0
    else { throw CommandFailure(message: "\(archive): not a backup of Amparo, or damaged") }
  }

  /// A fresh folder that only we can read, gone after the work.
  static func withStaging<Result>(beside path: String, _ work: (String) async throws -> Result) async throws -> Result {
    let parent = (path as NSString).deletingLastPathComponent
    let folder = (parent.isEmpty ? "." : parent) + "/.amparo-" + CaseID.random().description
    try failing(parent.isEmpty ? "." : parent) {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await work(folder)
  }
}

/// Programs of the distribution that we call.
enum Tool {
  /// Runs a program silently and answers its exit code.
  ///
  /// Throws `CommandFailure` when there is no such program.
  static func run(_ name: String, _ arguments: [String], surroundings: [String: String] = [:]) throws -> Int32 {
    guard let path = find(name) else { throw CommandFailure(message: "the program “\(name)” is missing", code: 2) }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(surroundings) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try failing(name) { try process.run() }
    process.waitUntilExit()
    return process.terminationStatus
  }

  static func find(_ name: String) -> String? {
    (environment("PATH") ?? "/usr/bin:/bin").split(separator: ":").map { "\($0)/\(name)" }
      .first(where: FileManager.default.isExecutableFile)
  }
}
