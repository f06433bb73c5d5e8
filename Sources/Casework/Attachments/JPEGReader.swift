import Foundation

/// Reads a JPEG picture segment by segment and writes it again with the segments that make the picture: baseline,
/// extended and progressive Huffman coding with eight bits, as every camera writes it.
///
/// Source: ITU-T T.81, annex B; JFIF 1.02; the Adobe segment as libjpeg reads it.
enum JPEGReader {
  /// A progressive picture has about ten; each more costs a browser a whole decoding.
  private static let mostScans = 100
  private static let mostTables = 600

  static func stripped(_ bytes: [UInt8]) throws -> CheckedFile {
    var reading = Reading(bytes)
    return try reading.run()
  }

  private struct Reading {
    var reader: ByteReader
    var kept: [UInt8] = []
    var orientation = 1
    var isJFIF = false
    /// How Adobe's segment says that colours are coded.
    var transform: UInt8?
    var size: (width: Int, height: Int)?
    var components = 0
    var scans = 0
    var tables = 0

    init(_ bytes: [UInt8]) {
      reader = ByteReader(bytes, at: 2)
      kept.reserveCapacity(bytes.count)
    }

    mutating func run() throws -> CheckedFile {
      while true {
        guard try reader.byte() == 0xFF else { throw AttachmentProblem.broken }
        var marker = try reader.byte()
        while marker == 0xFF { marker = try reader.byte() }
        if marker == 0xD9 { break }
        // Every other marker between scans has a length.
        guard marker >= 0xC0, !(0xD0...0xD8).contains(marker) else { throw AttachmentProblem.broken }
        let length = try reader.number(2)
        let body = try reader.take(length - 2)
        try segment(marker, Array(body))
        if marker == 0xDA { try scan() }
      }
      guard let size, scans > 0 else { throw AttachmentProblem.broken }
      try AttachmentReader.checkRest(reader.bytes[reader.place...])
      return CheckedFile(
        format: .jpeg, bytes: head + kept + [0xFF, 0xD9], width: size.width, height: size.height)
    }

    /// Begins with what decoders need to know of colours and of the upper side.
    private var head: [UInt8] {
      var head: [UInt8] = [0xFF, 0xD8]
      func add(_ marker: UInt8, _ body: [UInt8]) {
        head += [0xFF, marker, UInt8((body.count + 2) >> 8), UInt8((body.count + 2) & 255)] + body
      }
      if isJFIF { add(0xE0, Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0]) }
      if orientation != 1 { add(0xE1, Array("Exif\0\0".utf8) + Orientation.tiff(orientation)) }
      if let transform { add(0xEE, Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, transform]) }
      return head
    }

    private mutating func segment(_ marker: UInt8, _ body: [UInt8]) throws {
      switch marker {
      case 0xE0: if body.starts(with: "JFIF\0".utf8) { isJFIF = true }
      case 0xE1:
        if orientation == 1, body.starts(with: "Exif\0\0".utf8) { orientation = Orientation.read(body[6...]) }
      case 0xEE:
        if body.count == 12, body.starts(with: "Adobe".utf8) {
          guard body[11] <= 2 else { throw AttachmentProblem.broken }
          transform = body[11]
        }
      case 0xE2...0xED, 0xEF, 0xFE: break
      case 0xC0, 0xC1, 0xC2:
        try frame(body)
        keep(marker, body)
      case 0xC4:
        try check(body, table: Self.huffmanLength)
        keep(marker, body)
      case 0xDB:
        try check(body, table: Self.quantisationLength)
        keep(marker, body)
      case 0xDD:
        guard body.count == 2 else { throw AttachmentProblem.broken }
        keep(marker, body)
      case 0xDA:
        guard size != nil, let count = body.first, (1...max(1, components)).contains(Int(count)),
          body.count == 4 + 2 * Int(count)
        else { throw AttachmentProblem.broken }
        scans += 1
        guard scans <= JPEGReader.mostScans else { throw AttachmentProblem.tooManyPixels }
        keep(marker, body)
      default: throw AttachmentProblem.broken
      }
    }

    private mutating func keep(_ marker: UInt8, _ body: [UInt8]) {
      kept += [0xFF, marker, UInt8((body.count + 2) >> 8), UInt8((body.count + 2) & 255)] + body
    }

    private mutating func frame(_ body: [UInt8]) throws {
      guard size == nil, body.count >= 6, body[0] == 8, [1, 3, 4].contains(body[5]),
        body.count == 6 + 3 * Int(body[5])
      else { throw AttachmentProblem.broken }
      for component in stride(from: 6, to: body.count, by: 3) {
        let sampling = body[component + 1]
        guard (1...4).contains(sampling >> 4), (1...4).contains(sampling & 15), body[component + 2] <= 3 else {
          throw AttachmentProblem.broken
        }
      }
      let (height, width) = (Int(body[1]) << 8 | Int(body[2]), Int(body[3]) << 8 | Int(body[4]))
      try AttachmentReader.checkSize(width, height)
      components = Int(body[5])
      size = (width, height)
    }

    /// A segment of tables holds whole tables and nothing more.
    private mutating func check(_ body: [UInt8], table length: (ArraySlice<UInt8>) -> Int?) throws {
      var rest = body[...]
      guard !rest.isEmpty else { throw AttachmentProblem.broken }
      while !rest.isEmpty {
        tables += 1
        guard tables <= JPEGReader.mostTables, let length = length(rest), length <= rest.count else {
          throw AttachmentProblem.broken
        }
        rest = rest.dropFirst(length)
      }
    }

    private static func huffmanLength(_ rest: ArraySlice<UInt8>) -> Int? {
      let bytes = rest.prefix(17)
      guard bytes.count == 17, let first = bytes.first, first >> 4 <= 1, first & 15 <= 3 else { return nil }
      let count = bytes.dropFirst().reduce(0) { $0 + Int($1) }
      return count <= 256 ? 17 + count : nil
    }

    private static func quantisationLength(_ rest: ArraySlice<UInt8>) -> Int? {
      guard let first = rest.first, first >> 4 <= 1, first & 15 <= 3 else { return nil }
      return 1 + 64 * (Int(first >> 4) + 1)
    }

    /// The coded picture up to the next marker that is none of a restart.
    private mutating func scan() throws {
      let start = reader.place
      let end = reader.bytes.withUnsafeBytes { bytes -> Int? in
        guard let base = bytes.baseAddress else { return nil }
        var place = start
        while place + 1 < bytes.count {
          guard let found = memchr(base + place, 0xFF, bytes.count - place) else { return nil }
          place = UnsafeRawPointer(found) - base
          guard place + 1 < bytes.count else { return nil }
          switch bytes[place + 1] {
          case 0, 0xD0...0xD7: place += 2
          case 0xFF: place += 1
          default: return place
          }
        }
        return nil
      }
      guard let end, end > start else { throw AttachmentProblem.broken }
      kept += reader.bytes[start..<end]
      reader.place = end
    }
  }
}
