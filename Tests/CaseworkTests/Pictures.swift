import CZlib
import Foundation

/// Pictures made byte by byte, with all the things that files carry unseen.
enum Pictures {
  static let secret = "Calle Secreta 7"

  static func tiff(_ orientation: UInt8, words: String = secret) -> [UInt8] {
    // Two entries: the orientation, and a description that lies behind them.
    let text = Array(words.utf8) + [0]
    return [0x49, 0x49, 42, 0, 8, 0, 0, 0, 2, 0]
      + [0x0E, 0x01, 2, 0, UInt8(text.count), 0, 0, 0, 38, 0, 0, 0]
      + [0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0] + [0, 0, 0, 0] + text
  }

  // MARK: JPEG

  static func segment(_ marker: UInt8, _ body: [UInt8]) -> [UInt8] {
    [0xFF, marker, UInt8((body.count + 2) >> 8), UInt8((body.count + 2) & 255)] + body
  }

  /// A grey picture of eight by eight dots in one block, its end included.
  static func jpeg(
    orientation: UInt8 = 6, width: Int = 8, height: Int = 8, extra: [UInt8] = [], rest: [UInt8] = []
  ) -> [UInt8] {
    [0xFF, 0xD8] + segment(0xE0, Array("JFIF\0".utf8) + [1, 1, 1, 0, 72, 0, 72, 1, 1, 9, 9, 9])
      + segment(0xE1, Array("Exif\0\0".utf8) + tiff(orientation))
      + segment(0xE1, Array("http://ns.adobe.com/xap/1.0/\0<x>\(secret)</x>".utf8))
      + segment(0xE2, Array("ICC_PROFILE\0\u{1}\u{1}\(secret)".utf8))
      + segment(0xFE, Array(secret.utf8)) + extra
      + segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
      + segment(
        0xC0, [8, UInt8(height >> 8), UInt8(height & 255), UInt8(width >> 8), UInt8(width & 255), 1, 1, 0x11, 0])
      + segment(0xC4, [0x00] + [0, 1] + [UInt8](repeating: 0, count: 14) + [0])
      + segment(0xC4, [0x10] + [0, 1] + [UInt8](repeating: 0, count: 14) + [0])
      // Two codes of two zeros each, filled up with ones.
      + segment(0xDA, [1, 1, 0, 0, 63, 0]) + [0x0F, 0xFF, 0, 0x0F] + [0xFF, 0xD9] + rest
  }

  // MARK: PNG

  static func chunk(_ type: String, _ body: [UInt8]) -> [UInt8] {
    func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
    let named = Array(type.utf8) + body
    return number(body.count) + named
      + number(named.withUnsafeBufferPointer { Int(crc32(0, $0.baseAddress, UInt32($0.count))) })
  }

  static func packed(_ bytes: [UInt8]) -> [UInt8] {
    var size = compressBound(UInt(bytes.count))
    var packed = [UInt8](repeating: 0, count: Int(size))
    compress2(&packed, &size, bytes, UInt(bytes.count), 9)
    return Array(packed.prefix(Int(size)))
  }

  static func header(_ width: Int, _ height: Int, depth: UInt8 = 8, colour: UInt8 = 0, interlace: UInt8 = 0) -> [UInt8]
  {
    func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
    return number(width) + number(height) + [depth, colour, 0, 0, interlace]
  }

  /// A grey picture of eight by eight dots.
  static func png(
    header: [UInt8] = header(8, 8), rows: [UInt8] = [UInt8](repeating: 0, count: 72), extra: [UInt8] = [],
    rest: [UInt8] = []
  ) -> [UInt8] {
    let data = packed(rows)
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header)
      + chunk("tEXt", Array("Author\0\(secret)".utf8)) + chunk("iTXt", Array("XML:com.adobe.xmp\0\(secret)".utf8))
      + chunk("eXIf", tiff(3)) + chunk("iCCP", Array("\(secret)\0\0".utf8) + packed([1, 2, 3]))
      + chunk("tIME", [7, 215, 11, 5, 17, 0, 0]) + chunk("gAMA", [0, 0, 0xB1, 0x8F]) + extra
      + chunk("IDAT", Array(data.prefix(5))) + chunk("IDAT", Array(data.dropFirst(5)))
      + chunk("zTXt", Array(secret.utf8)) + chunk("IEND", []) + rest
  }

  // MARK: WebP

  static func webp(extended: Bool = true, flags: UInt8 = 0x2C, canvas: Int = 8, rest: [UInt8] = []) -> [UInt8] {
    func part(_ name: String, _ body: [UInt8]) -> [UInt8] {
      let size = body.count
      return Array(name.utf8) + [UInt8(size & 255), UInt8(size >> 8), 0, 0] + body + (size % 2 == 1 ? [0] : [])
    }
    // A lossless picture of eight by eight dots: mark, sides, and data that only a decoder would look at.
    let picture = part("VP8L", [0x2F, 7, 0xC0, 1, 0, 0x07, 0x10, 0x88, 0x08])
    let all =
      extended
      ? part("VP8X", [flags, 0, 0, 0, UInt8(canvas - 1), 0, 0, UInt8(canvas - 1), 0, 0])
        + part("ICCP", Array(secret.utf8)) + picture + part("EXIF", tiff(8)) + part("XMP ", Array(secret.utf8))
      : picture
    let size = all.count + 4
    return Array("RIFF".utf8) + [UInt8(size & 255), UInt8(size >> 8), 0, 0] + Array("WEBP".utf8) + all + rest
  }

  static func pdf(_ words: String = "", rest: String = "") -> [UInt8] {
    Array(
      """
      %PDF-1.4
      1 0 obj << /Type /Catalog \(words) >> endobj
      trailer << /Root 1 0 R >>
      startxref
      9
      %%EOF
      \(rest)
      """.utf8)
  }
}
