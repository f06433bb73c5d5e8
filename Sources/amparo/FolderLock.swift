import Foundation

/// Keeps a second server, an `init` or a `restore` out of a data folder while one is at work there. The lock ends with
/// the process, however it ends.
final class FolderLock {
  private let descriptor: Int32

  /// Throws `CommandFailure` when another process holds the folder.
  init(_ folder: String) throws {
    try failing(folder) {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    let path = folder + "/lock"
    descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CommandFailure(message: "\(path): can't be written", code: 2) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw CommandFailure(
        message: "\(folder): another amparo is at work in this folder; stop it, or choose another --data", code: 2)
    }
  }

  deinit { close(descriptor) }
}
