import CountryPack
import Foundation
import Identification

/// Streams a file of screenings through a batch: a chunk in, the reports out, never the whole in memory.
struct ScreenBatch {
  private var batch: BatchScreening
  private var number = 0
  private(set) var wrong = 0
  private var out: [UInt8] = []
  private static let chunk = 1 << 20

  init(_ batch: BatchScreening) { self.batch = batch }

  /// - Parameter path: a file, or `-` for standard input.
  ///
  /// Throws `CommandFailure` when the file can't be read, or the reports can't be written.
  mutating func run(_ path: String) throws {
    let input: FileHandle
    if path == "-" {
      input = .standardInput
    } else if let file = FileHandle(forReadingAtPath: path) {
      input = file
    } else {
      throw CommandFailure(message: "\(path): the file is missing or can't be read", code: 2)
    }
    out.reserveCapacity(Self.chunk + BatchScreening.longestLine)
    var held: [UInt8] = []
    var isPassingOver = false
    while let chunk = try Self.read(input, path) {
      chunk.withUnsafeBytes { bytes in
        var start = 0
        while let end = Self.lineEnd(bytes, from: start) {
          let part = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
          start = end + 1
          if isPassingOver {
            isPassingOver = false
          } else if held.isEmpty {
            line(part)
          } else {
            held.append(contentsOf: part)
            held.withUnsafeBytes { line($0) }
          }
          held.removeAll(keepingCapacity: true)
        }
        if !isPassingOver { held.append(contentsOf: bytes[start...]) }
      }
      if held.count > BatchScreening.longestLine {
        tooLong()
        held.removeAll()
        isPassingOver = true
      }
      try flush(atLeast: Self.chunk)
    }
    if !held.isEmpty { held.withUnsafeBytes { line($0) } }
    try flush(atLeast: 1)
  }

  private static func read(_ input: FileHandle, _ path: String) throws -> Data? {
    do {
      guard let data = try input.read(upToCount: chunk), !data.isEmpty else { return nil }
      return data
    } catch { throw CommandFailure(message: "\(path): the file can't be read", code: 2) }
  }

  private static func lineEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard start < bytes.count, let base = bytes.baseAddress,
      let end = memchr(base + start, 10, bytes.count - start)
    else { return nil }
    return UnsafeRawPointer(end) - base
  }

  private mutating func line(_ bytes: UnsafeRawBufferPointer) {
    if bytes.count > BatchScreening.longestLine { return tooLong() }
    number += 1
    // A blank line counts, and is passed over.
    if bytes.allSatisfy({ $0 == 32 || $0 == 9 || $0 == 13 }) { return }
    if !batch.read(bytes, number: number, to: &out) { wrong += 1 }
  }

  private mutating func tooLong() {
    number += 1
    wrong += 1
    let message = "the line is longer than \(BatchScreening.longestLine) bytes"
    out.append(contentsOf: (BatchScreening.error(message, number: number) + "\n").utf8)
  }

  private mutating func flush(atLeast size: Int) throws {
    guard out.count >= size else { return }
    do { try FileHandle.standardOutput.write(contentsOf: out) } catch {
      throw CommandFailure(message: "the reports can't be written", code: 2)
    }
    out.removeAll(keepingCapacity: true)
  }
}
