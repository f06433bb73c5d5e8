import Foundation
import Records

/// Signed checkpoints one after the other in a file, to be kept outside of the store: whoever rewrites the store and its
/// own notes can't rewrite these.
struct CheckpointFile {
  var path: String

  /// The notes of the file, oldest first. A last one that a power cut broke off is left out.
  func notes() throws -> [String] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(message: "\(path): the checkpoints can't be read", code: 2)
    }
    var notes: [String] = []
    var lines: [Substring] = []
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
      // The signature's line ends a note; an empty line stands between two.
      if lines.isEmpty, line.isEmpty { continue }
      lines.append(line)
      guard line.hasPrefix("— ") else { continue }
      notes.append(lines.joined(separator: "\n") + "\n")
      lines = []
    }
    return notes
  }

  /// Adds a note, durably.
  func append(_ checkpoint: Checkpoint) throws {
    let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    guard descriptor >= 0 else { throw CommandFailure(message: "\(path): can't be written", code: 2) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try failing(path) {
      try file.write(contentsOf: Data((checkpoint.note + "\n").utf8))
      try file.synchronize()
    }
  }
}
