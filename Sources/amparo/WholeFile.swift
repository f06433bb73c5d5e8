import Foundation

/// A file, or standard input for `-`, that has to be in memory as a whole: read in pieces and no further than it may be
/// large, so that a file of ten gigabytes is a sentence and not a machine without memory.
enum WholeFile {
  /// - Parameters:
  ///   - most: megabytes (10⁶ bytes) the file may have.
  ///
  /// Throws `CommandFailure` when the file is missing, is a folder, can't be read or is larger.
  static func read(_ path: String, most megabytes: Int) throws -> Data {
    let place = path == "-" ? "standard input" : path
    var data = Data()
    do {
      let handle: FileHandle
      if path == "-" {
        handle = .standardInput
      } else {
        handle = try FileHandle(forReadingFrom: URL(filePath: path))
      }
      while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
        data.append(piece)
        guard data.count <= megabytes * 1_000_000 else { throw TooLarge() }
      }
    } catch is TooLarge {
      throw CommandFailure(message: "\(place): the file is too large, more than \(megabytes) MB")
    } catch { throw CommandFailure(message: "\(place): the file is missing or can't be read", code: 2) }
    return data
  }

  private struct TooLarge: Error {}
}
