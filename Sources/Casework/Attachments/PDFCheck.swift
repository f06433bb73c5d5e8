/// Looks at a PDF document before it is kept. It is kept as it is and never shown within a page: what it says about its
/// author stays in it, and names within packed objects are not seen.
///
/// Source: ISO 32000-2, 7.5 and 12.6.
enum PDFCheck {
  /// What makes a document act when it is opened, or carry other files.
  private static let active = [
    "/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA",
  ]

  static func check(_ bytes: [UInt8]) throws {
    guard bytes.count > 20, (UInt8(ascii: "1")...UInt8(ascii: "2")).contains(bytes[5]),
      bytes[6] == UInt8(ascii: "."), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[7])
    else { throw AttachmentProblem.broken }
    guard AttachmentReader.holds(bytes[max(0, bytes.count - 1024)...], "%%EOF"),
      AttachmentReader.holds(bytes[max(0, bytes.count - 2048)...], "startxref")
    else { throw AttachmentProblem.broken }
    // A directory of an archive stands at its very end, with a comment of 64 KiB at most.
    if AttachmentReader.holds(bytes[max(0, bytes.count - 66_000)...], "PK\u{5}\u{6}") {
      throw AttachmentProblem.twoInOne
    }
    for mark in active where holdsName(bytes, mark) { throw AttachmentProblem.active }
  }

  /// Whether a name stands there whole: `/JS` is not found in `/JSON`. The letters of a name may be written as numbers.
  private static func holdsName(_ bytes: [UInt8], _ mark: String) -> Bool {
    let mark = Array(mark.utf8)
    return bytes.withUnsafeBufferPointer { bytes in
      var place = 0
      while place < bytes.count {
        guard bytes[place] == mark[0] else {
          place += 1
          continue
        }
        var (at, matched) = (place + 1, 1)
        while matched < mark.count, at < bytes.count {
          var letter = bytes[at]
          var width = 1
          if letter == UInt8(ascii: "#"), at + 2 < bytes.count, let high = digit(bytes[at + 1]),
            let low = digit(bytes[at + 2])
          {
            (letter, width) = (high << 4 | low, 3)
          }
          guard letter == mark[matched] else { break }
          at += width
          matched += 1
        }
        if matched == mark.count, at >= bytes.count || !isLetter(bytes[at]) { return true }
        place += 1
      }
      return false
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (65...90).contains(byte) || (97...122).contains(byte) || (48...57).contains(byte)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }
}
