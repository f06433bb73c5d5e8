import Basics
import Foundation

/// A file that was looked at and may be kept, images without anything but the picture.
public struct CheckedFile: Hashable, Sendable {
  public var format: AttachmentFormat
  public var bytes: [UInt8]
  /// Of an image, in pixels as they are stored, before it is turned.
  public var width: Int?
  public var height: Int?
}

/// Why a file is not taken.
public enum AttachmentProblem: String, Error, Hashable, Sendable, CaseIterable {
  case empty
  case tooLarge = "too_large"
  /// None of the formats that are taken.
  case unknown
  /// Damaged, cut off, or not as its format asks.
  case broken
  /// More pixels than a browser should be made to hold.
  case tooManyPixels = "too_many_pixels"
  /// Another file hides behind this one.
  case twoInOne = "two_in_one"
  /// A document that does something by itself.
  case active
  /// A moving picture.
  case animated

  public var phrase: Phrase {
    Phrase(
      "error.attachment_\(rawValue)",
      [
        "megabytes": String(AttachmentRules.largest / 1_048_576),
        "megapixels": String(AttachmentReader.mostPixels / 1_000_000),
      ])
  }
}

/// Judges files by their content and takes from images what they tell beside the picture: place, device, owner,
/// thumbnails, colour profiles. Pure. Whatever an image holds that its reader does not know is not kept.
public enum AttachmentReader {
  /// A browser takes four bytes a pixel: 200 MB at most. Our own decision; telephones make twelve to fifty million.
  public static let mostPixels = 50_000_000
  static let longestSide = 20_000

  /// Looks at a file.
  ///
  /// Throws `AttachmentProblem` when it can't be kept.
  public static func read(_ bytes: [UInt8]) throws -> CheckedFile {
    guard !bytes.isEmpty else { throw AttachmentProblem.empty }
    guard bytes.count <= AttachmentRules.largest else { throw AttachmentProblem.tooLarge }
    if bytes.starts(with: [0xFF, 0xD8]) { return try JPEGReader.stripped(bytes) }
    if bytes.starts(with: PNGReader.signature) { return try PNGReader.stripped(bytes) }
    if bytes.starts(with: "RIFF".utf8) { return try WebPReader.stripped(bytes) }
    if bytes.starts(with: "%PDF-".utf8) {
      try PDFCheck.check(bytes)
      return CheckedFile(format: .pdf, bytes: bytes)
    }
    return CheckedFile(format: .text, bytes: try plainText(bytes))
  }

  static func checkSize(_ width: Int, _ height: Int) throws {
    guard width > 0, height > 0 else { throw AttachmentProblem.broken }
    guard width <= longestSide, height <= longestSide, width * height <= mostPixels else {
      throw AttachmentProblem.tooManyPixels
    }
  }

  /// What stands behind a picture's end is never kept. Telephones leave such rests; another file that begins there was
  /// put there.
  static func checkRest(_ rest: ArraySlice<UInt8>) throws {
    guard rest.contains(where: { $0 != 0 }) else { return }
    let marks = ["%PDF-", "PK\u{3}\u{4}", "PK\u{5}\u{6}", "<script", "<html", "<!doctype", "<?php", "<svg", "Rar!"]
    for mark in marks where holds(rest, mark) { throw AttachmentProblem.twoInOne }
  }

  /// Whether a text of ASCII letters stands somewhere, in capital or small letters.
  static func holds(_ bytes: ArraySlice<UInt8>, _ mark: String) -> Bool {
    let mark = mark.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }.map(small)
    guard let first = mark.first, bytes.count >= mark.count else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      (0...(bytes.count - mark.count)).contains { start in
        small(bytes[start]) == first && mark.indices.allSatisfy { small(bytes[start + $0]) == mark[$0] }
      }
    }
  }

  private static func small(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }

  /// UTF-8 without its mark at the beginning, without control characters and what turns writing around.
  private static func plainText(_ bytes: [UInt8]) throws -> [UInt8] {
    let plain = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    guard let text = String(validating: plain, as: UTF8.self),
      text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }),
      TextRules.isPlain(text)
    else { throw AttachmentProblem.unknown }
    return plain
  }
}

/// Bytes read from front to back.
struct ByteReader {
  let bytes: [UInt8]
  var place = 0

  init(_ bytes: [UInt8], at place: Int = 0) {
    self.bytes = bytes
    self.place = place
  }

  var left: Int { bytes.count - place }

  mutating func byte() throws -> UInt8 {
    guard place < bytes.count else { throw AttachmentProblem.broken }
    defer { place += 1 }
    return bytes[place]
  }

  mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count >= 0, count <= left else { throw AttachmentProblem.broken }
    defer { place += count }
    return bytes[place..<(place + count)]
  }

  /// Big-endian.
  mutating func number(_ size: Int) throws -> Int { try take(size).reduce(0) { $0 << 8 | Int($1) } }

  /// Little-endian.
  mutating func little(_ size: Int) throws -> Int { try take(size).reversed().reduce(0) { $0 << 8 | Int($1) } }
}

/// Which side of a picture is up: the one thing of EXIF that is kept, because without it people lie on their side.
///
/// Source: EXIF 2.32 (CIPA DC-008), 4.6.4 and TIFF 6.0.
enum Orientation {
  /// The orientation in a TIFF structure; 1 (as it is) when there is none to be read.
  static func read(_ tiff: ArraySlice<UInt8>) -> Int {
    let tiff = Array(tiff)
    guard tiff.count >= 14 else { return 1 }
    let isLittle = tiff.starts(with: [0x49, 0x49, 42, 0])
    guard isLittle || tiff.starts(with: [0x4D, 0x4D, 0, 42]) else { return 1 }
    func number(_ place: Int, _ size: Int) -> Int? {
      guard place >= 0, place + size <= tiff.count else { return nil }
      let part = tiff[place..<(place + size)]
      return isLittle
        ? part.reversed().reduce(0) { $0 << 8 | Int($1) } : part.reduce(0) { $0 << 8 | Int($1) }
    }
    guard let start = number(4, 4), let count = number(start, 2) else { return 1 }
    for index in 0..<min(count, 200) {
      let entry = start + 2 + index * 12
      guard let tag = number(entry, 2) else { return 1 }
      guard tag == 0x0112 else { continue }
      guard number(entry + 2, 2) == 3, let value = number(entry + 8, 2), (1...8).contains(value) else { return 1 }
      return value
    }
    return 1
  }

  /// A TIFF structure that says this and nothing else.
  static func tiff(_ orientation: Int) -> [UInt8] {
    [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(orientation), 0, 0, 0, 0, 0, 0]
  }
}
