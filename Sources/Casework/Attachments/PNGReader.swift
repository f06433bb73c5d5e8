import CZlib
import Foundation

/// Reads a PNG picture chunk by chunk and writes it again with the chunks that make the picture. How large it is when
/// unpacked is measured, not believed.
///
/// Source: W3C PNG (third edition), 5 to 12.
enum PNGReader {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  private struct Header {
    var width: Int
    var height: Int
    var bitsPerPixel: Int
    var isInterlaced: Bool
    var hasPalette: Bool

    init(_ body: [UInt8]) throws {
      var reader = ByteReader(body)
      width = try reader.number(4)
      height = try reader.number(4)
      let (depth, colour) = (try reader.number(1), try reader.number(1))
      let depths = [0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]]
      let channels = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4]
      guard depths[colour]?.contains(depth) == true, let channels = channels[colour], try reader.number(2) == 0 else {
        throw AttachmentProblem.broken
      }
      let interlace = try reader.number(1)
      guard interlace <= 1, reader.left == 0 else { throw AttachmentProblem.broken }
      bitsPerPixel = channels * depth
      isInterlaced = interlace == 1
      hasPalette = colour == 3
      try AttachmentReader.checkSize(width, height)
    }

    /// How many bytes the rows take, each behind its filter.
    var unpacked: Int {
      func rows(_ width: Int, _ height: Int) -> Int {
        width == 0 || height == 0 ? 0 : height * (1 + (width * bitsPerPixel + 7) / 8)
      }
      guard isInterlaced else { return rows(width, height) }
      // Adam7: where each of the seven pictures begins, and its steps.
      let passes = [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
      ]
      return passes.reduce(0) { sum, pass in
        sum
          + rows(
            (max(0, width - pass.0) + pass.2 - 1) / pass.2, (max(0, height - pass.1) + pass.3 - 1) / pass.3)
      }
    }
  }

  static func stripped(_ bytes: [UInt8]) throws -> CheckedFile {
    var reader = ByteReader(bytes, at: signature.count)
    guard let first = try chunk(&reader), first.type == "IHDR" else { throw AttachmentProblem.broken }
    let header = try Header(first.body)
    var kept = signature
    add("IHDR", first.body, to: &kept)
    var packed: [UInt8] = []
    var (orientation, hasPalette, isPictureOver) = (1, false, false)
    while let (type, body) = try chunk(&reader) {
      if type != "IDAT", !packed.isEmpty { isPictureOver = true }
      switch type {
      case "IDAT":
        guard !isPictureOver else { throw AttachmentProblem.broken }
        packed += body
      case "PLTE":
        guard !hasPalette, packed.isEmpty, !body.isEmpty, body.count % 3 == 0, body.count <= 768 else {
          throw AttachmentProblem.broken
        }
        hasPalette = true
        add(type, body, to: &kept)
      case "tRNS": if packed.isEmpty, body.count <= 256 { add(type, body, to: &kept) }
      case "gAMA": if packed.isEmpty, body.count == 4 { add(type, body, to: &kept) }
      case "sRGB": if packed.isEmpty, body.count == 1, body[0] <= 3 { add(type, body, to: &kept) }
      case "eXIf": orientation = Orientation.read(body[...])
      // More pictures follow; the first one is what stands still.
      case "acTL": throw AttachmentProblem.animated
      case "IEND":
        guard body.isEmpty, !packed.isEmpty, hasPalette || !header.hasPalette else { throw AttachmentProblem.broken }
        try AttachmentReader.checkRest(bytes[reader.place...])
        guard unpacks(packed, to: header.unpacked) else { throw AttachmentProblem.broken }
        if orientation != 1 { add("eXIf", Orientation.tiff(orientation), to: &kept) }
        add("IDAT", packed, to: &kept)
        add("IEND", [], to: &kept)
        return CheckedFile(format: .png, bytes: kept, width: header.width, height: header.height)
      default:
        // A large first letter: nobody may go on without understanding it.
        guard let letter = type.utf8.first, letter & 0x20 != 0 else { throw AttachmentProblem.broken }
      }
    }
    throw AttachmentProblem.broken
  }

  /// The next chunk; `nil` at the end of the file.
  private static func chunk(_ reader: inout ByteReader) throws -> (type: String, body: [UInt8])? {
    guard reader.left > 0 else { return nil }
    let length = try reader.number(4)
    let start = reader.place
    let type = try reader.take(4)
    guard type.allSatisfy({ (65...90).contains($0) || (97...122).contains($0) }) else {
      throw AttachmentProblem.broken
    }
    let body = Array(try reader.take(length))
    let sum = checksum(reader.bytes[start..<reader.place])
    guard try reader.number(4) == sum else { throw AttachmentProblem.broken }
    return (String(decoding: type, as: UTF8.self), body)
  }

  private static func add(_ type: String, _ body: [UInt8], to bytes: inout [UInt8]) {
    func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
    let named = Array(type.utf8) + body
    bytes += number(body.count) + named + number(checksum(named[...]))
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.withUnsafeBufferPointer { Int(crc32(0, $0.baseAddress, UInt32($0.count)) & 0xFFFF_FFFF) }
  }

  /// Whether packed data ends by itself at exactly this size. It is unpacked piece by piece into the same place, and
  /// given up as soon as it is more.
  private static func unpacks(_ packed: [UInt8], to size: Int) -> Bool {
    var stream = z_stream()
    guard inflateInit_(&stream, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return false }
    defer { inflateEnd(&stream) }
    var piece = [UInt8](repeating: 0, count: 256 * 1024)
    return packed.withUnsafeBufferPointer { input in
      // zlib does not write to its input.
      stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.avail_in = UInt32(input.count)
      var total = 0
      while true {
        let (result, made) = piece.withUnsafeMutableBufferPointer { output in
          stream.next_out = output.baseAddress
          stream.avail_out = UInt32(output.count)
          let result = inflate(&stream, Z_NO_FLUSH)
          return (result, output.count - Int(stream.avail_out))
        }
        total += made
        guard total <= size else { return false }
        if result == Z_STREAM_END { return total == size && stream.avail_in == 0 }
        guard result == Z_OK, made > 0 || stream.avail_in > 0 else { return false }
      }
    }
  }
}
