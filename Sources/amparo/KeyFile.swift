import Accounts
import Basics
import Foundation
import Records

/// The backup of the erasure keys: a file of its own, so that it can be kept for days while backups of the store are kept
/// for years. One line a subject; only the newest is of use, and only the newest may be kept.
struct KeyFile {
  static let header = "amparo-keys/1"
  let path: String

  /// Where the keys of a backup lie unless told.
  static func beside(_ backup: String) -> KeyFile { KeyFile(path: backup + ".keys") }

  /// Replaces what lay there: an older one would bring back what was erased since.
  /// - Returns: how many subjects it names.
  @discardableResult
  func write(from database: any Database) async throws -> Int {
    let partial = path + ".partial"
    defer { unlink(partial) }
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { throw CommandFailure(message: "\(path): can't be written", code: 2) }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try failing(path) { try handle.write(contentsOf: Data((Self.header + "\n").utf8)) }
    var (last, count) = ("", 0)
    while true {
      let after = last
      let page = try await database.read { try ErasureKeys.page(after: after, $0) }
      guard let end = page.last else { break }
      let lines = page.map { "\($0.subject)\t\($0.secret?.hexadecimal ?? "-")\n" }.joined()
      try failing(path) { try handle.write(contentsOf: Data(lines.utf8)) }
      (last, count) = (end.subject, count + page.count)
    }
    try failing(path) {
      try handle.write(contentsOf: Data("end \(count)\n".utf8))
      try handle.synchronize()
    }
    guard rename(partial, path) == 0 else { throw CommandFailure(message: "\(path): can't be written", code: 2) }
    return count
  }

  /// Reads all of it; what is malformed or cut is refused whole.
  func read() throws -> [ErasureKeys.Entry] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(message: "\(path): the file of erasure keys is missing or can't be read", code: 2)
    }
    var lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
    guard lines.first == Substring(Self.header), lines.last == "end \(lines.count - 2)" else {
      throw CommandFailure(message: "\(path): not a file of erasure keys, or damaged")
    }
    lines.removeFirst()
    lines.removeLast()
    return try lines.map { line in
      let parts = line.split(separator: "\t")
      guard parts.count == 2 else { throw CommandFailure(message: "\(path): not a file of erasure keys, or damaged") }
      if parts[1] == "-" { return ErasureKeys.Entry(subject: String(parts[0]), secret: nil) }
      guard let secret = [UInt8](hexadecimal: String(parts[1])), secret.count == 32 else {
        throw CommandFailure(message: "\(path): not a file of erasure keys, or damaged")
      }
      return ErasureKeys.Entry(subject: String(parts[0]), secret: secret)
    }
  }

  /// Puts the keys into a store. What is erased on either side is erased afterwards.
  func restore(into database: any Database, at now: Moment) async throws -> Int {
    let entries = try read()
    for start in stride(from: 0, to: entries.count, by: 5000) {
      let some = Array(entries[start..<min(start + 5000, entries.count)])
      try await database.write { transaction in
        try ErasureKeys.put(some, transaction)
        try transaction.record(
          AuditEntry(
            at: now, doer: .system("command line"), action: "installation.restore_keys", objectKind: "installation"))
      }
    }
    return entries.count
  }
}
