/// Reads a WebP picture chunk by chunk and writes it again with the chunks that make the picture.
///
/// Source: RFC 9649 (container, lossless), RFC 6386 (9.1, the frame of the lossy coding).
enum WebPReader {
  static func stripped(_ bytes: [UInt8]) throws -> CheckedFile {
    var reader = ByteReader(bytes, at: 4)
    let length = try reader.little(4)
    guard length >= 12, length % 2 == 0, length <= reader.left, Array(try reader.take(4)) == Array("WEBP".utf8) else {
      throw AttachmentProblem.unknown
    }
    let end = 8 + length
    try AttachmentReader.checkRest(bytes[end...])
    var (canvas, picture): ((Int, Int)?, (name: String, body: [UInt8], size: (Int, Int))?) = (nil, nil)
    var (alpha, orientation, count): ([UInt8]?, Int, Int) = (nil, 1, 0)
    while reader.place < end {
      let name = String(decoding: try reader.take(4), as: UTF8.self)
      let size = try reader.little(4)
      let body = Array(try reader.take(size))
      if size % 2 == 1 { _ = try reader.byte() }
      guard reader.place <= end else { throw AttachmentProblem.broken }
      defer { count += 1 }
      switch name {
      case "VP8X":
        guard count == 0, body.count == 10 else { throw AttachmentProblem.broken }
        if body[0] & 0x02 != 0 { throw AttachmentProblem.animated }
        var numbers = ByteReader(body, at: 4)
        canvas = (try numbers.little(3) + 1, try numbers.little(3) + 1)
      case "ALPH":
        guard alpha == nil, picture == nil, canvas != nil, !body.isEmpty else { throw AttachmentProblem.broken }
        alpha = body
      case "VP8 ", "VP8L":
        guard picture == nil, count == 0 || canvas != nil else { throw AttachmentProblem.broken }
        picture = (name, body, name == "VP8L" ? try lossless(body) : try lossy(body))
      case "ANIM", "ANMF": throw AttachmentProblem.animated
      case "EXIF":
        // Some write the name of the JPEG segment in front.
        let tiff = body.starts(with: "Exif\0\0".utf8) ? body[6...] : body[...]
        orientation = Orientation.read(tiff)
      default: break
      }
    }
    guard let picture, alpha == nil || picture.name == "VP8 " else { throw AttachmentProblem.broken }
    let (width, height) = picture.size
    if let canvas, canvas != picture.size { throw AttachmentProblem.broken }
    try AttachmentReader.checkSize(width, height)
    var kept: [UInt8] = []
    if alpha != nil || orientation != 1 {
      let hasAlpha = alpha != nil || picture.name == "VP8L" && picture.body[4] & 0x10 != 0
      add(
        "VP8X",
        [(hasAlpha ? 0x10 : 0) | (orientation != 1 ? 0x08 : 0), 0, 0, 0] + little(width - 1, 3)
          + little(height - 1, 3), to: &kept)
    }
    if let alpha { add("ALPH", alpha, to: &kept) }
    add(picture.name, picture.body, to: &kept)
    if orientation != 1 { add("EXIF", Orientation.tiff(orientation), to: &kept) }
    return CheckedFile(
      format: .webp, bytes: Array("RIFF".utf8) + little(kept.count + 4, 4) + Array("WEBP".utf8) + kept, width: width,
      height: height)
  }

  private static func lossy(_ body: [UInt8]) throws -> (Int, Int) {
    // A key frame that is shown, its mark, then 14 bits a side and how it is scaled.
    guard body.count > 10, body[0] & 1 == 0, Array(body[3..<6]) == [0x9D, 0x01, 0x2A] else {
      throw AttachmentProblem.broken
    }
    var reader = ByteReader(body, at: 6)
    return (try reader.little(2) & 0x3FFF, try reader.little(2) & 0x3FFF)
  }

  private static func lossless(_ body: [UInt8]) throws -> (Int, Int) {
    guard body.count > 5, body[0] == 0x2F, body[4] >> 5 == 0 else { throw AttachmentProblem.broken }
    var reader = ByteReader(body, at: 1)
    let bits = try reader.little(4)
    return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
  }

  private static func add(_ name: String, _ body: [UInt8], to bytes: inout [UInt8]) {
    bytes += Array(name.utf8) + little(body.count, 4) + body
    if body.count % 2 == 1 { bytes.append(0) }
  }

  private static func little(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
