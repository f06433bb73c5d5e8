import Basics
import Foundation
import Vault

/// Where the installation's root secret lies: 64 hexadecimal digits in a file that only its owner can read.
struct SecretFile {
  var path: String
  /// The secret's own folder is ours to make and to check; a file named by `--secret` lies where its keeper put it.
  var isOurs: Bool

  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  private var folder: String { (path as NSString).deletingLastPathComponent }

  /// Reads the secret.
  ///
  /// Throws `CommandFailure` when the file is missing, open to others, or not a secret.
  func read() throws -> RootSecret {
    guard exists else {
      throw CommandFailure(
        message: "\(path): the root secret is missing; put it back from where you keep it, with permissions 0600",
        code: 2)
    }
    if isOurs, let mode = mode(folder), mode & 0o077 != 0 {
      throw CommandFailure(
        message: "\(folder): others can look into the secret's folder (\(octal(mode))); run: chmod 700 \(folder)",
        code: 2)
    }
    if let mode = mode(path), mode & 0o077 != 0 {
      throw CommandFailure(
        message: "\(path): others can read the root secret (\(octal(mode))); run: chmod 600 \(path)", code: 2)
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(message: "\(path): the root secret can't be read", code: 2)
    }
    let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard let bytes = [UInt8](hexadecimal: text), let secret = RootSecret(bytes: bytes) else {
      throw CommandFailure(message: "\(path): not a root secret; it has 64 hexadecimal digits", code: 2)
    }
    return secret
  }

  /// Makes a fresh secret, durably, before anything is sealed under it.
  func create() throws -> RootSecret {
    let secret = RootSecret.random()
    if isOurs {
      try failing(folder) {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      }
    }
    let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    guard descriptor >= 0 else {
      throw CommandFailure(message: "\(path): the root secret can't be written", code: 2)
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try failing(path) {
      try file.write(contentsOf: Data((secret.exposedBytes.hexadecimal + "\n").utf8))
      try file.synchronize()
    }
    synchronizeFolder(folder)
    return secret
  }

  private func mode(_ path: String) -> Int? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: (path as NSString).resolvingSymlinksInPath)
    return (attributes?[.posixPermissions] as? NSNumber)?.intValue
  }

  private func octal(_ mode: Int) -> String { "0" + String(mode & 0o777, radix: 8) }
}

/// Runs file work and turns its error into one sentence that names the path.
func failing<Result>(_ path: String, _ work: () throws -> Result) throws -> Result {
  do { return try work() } catch let failure as CommandFailure { throw failure } catch {
    let error = error as NSError
    let cause = (error.userInfo[NSUnderlyingErrorKey] as? NSError) ?? error
    let reason = cause.domain == NSPOSIXErrorDomain ? String(cString: strerror(Int32(cause.code))) : "not possible"
    throw CommandFailure(message: "\(path): \(reason)", code: 2)
  }
}

/// Makes new names in a folder survive a power cut.
func synchronizeFolder(_ path: String) {
  let descriptor = Foundation.open(path.isEmpty ? "." : path, O_RDONLY)
  guard descriptor >= 0 else { return }
  fsync(descriptor)
  close(descriptor)
}
