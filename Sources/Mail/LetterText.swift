import Basics
import Foundation

/// A letter as it travels: headers, MIME, line ends, dots (RFC 5322, 2045, 2047, 5321 §4.5.2). Pure.
enum LetterText {
  /// The whole message with `\r\n` line ends, without the end that DATA needs. No line is longer than 78 octets but for a
  /// long address.
  static func message(_ letter: Letter, from sender: MailAddress) -> String {
    let headers = [
      "From: Amparo <\(sender)>", "To: <\(letter.to)>", "Subject: \(encodedWord(letter.subject))",
      "Date: \(date(letter.at))", "Message-ID: <\(letter.id)>", "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable",
      // Nobody's holiday note should answer (RFC 3834).
      "Auto-Submitted: auto-generated",
    ]
    return (headers + [""] + quotedPrintable(letter.text)).joined(separator: "\r\n") + "\r\n"
  }

  /// What follows DATA: lines that begin with a dot get a second one, and a dot alone ends it.
  static func data(_ message: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(message.utf8.count + 16)
    var isAtStart = true
    for byte in message.utf8 {
      if isAtStart, byte == UInt8(ascii: ".") { bytes.append(byte) }
      bytes.append(byte)
      isAtStart = byte == UInt8(ascii: "\n")
    }
    return bytes + Array(".\r\n".utf8)
  }

  /// A header's text in encoded words of at most 75 letters, each with whole characters (RFC 2047 §2, §5).
  static func encodedWord(_ text: String) -> String {
    let plain = text.map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 32 } ? " " : $0 }
    if plain.allSatisfy({ $0.isASCII }), plain.count <= 60 { return String(plain) }
    var words: [String] = []
    var piece = ""
    for letter in plain {
      // 45 octets become 60 letters of base 64.
      if piece.utf8.count + String(letter).utf8.count > 45 {
        words.append(piece)
        piece = ""
      }
      piece.append(letter)
    }
    return (words + [piece]).map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
  }

  /// Lines of at most 76 letters; everything but printable ASCII as `=XX` (RFC 2045 §6.7).
  static func quotedPrintable(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
      var lines: [String] = []
      var current = ""
      let bytes = Array(line.utf8).filter { $0 != 13 }
      for (index, byte) in bytes.enumerated() {
        let isSpaceAtEnd = (byte == 32 || byte == 9) && index == bytes.count - 1
        let isPlain = (33...126).contains(byte) && byte != UInt8(ascii: "=") || byte == 32 || byte == 9
        let piece = isPlain && !isSpaceAtEnd ? String(UnicodeScalar(byte)) : "=" + hexadecimal(byte)
        if current.utf8.count + piece.utf8.count > 75 {
          lines.append(current + "=")
          current = ""
        }
        current += piece
      }
      return lines + [current]
    }
  }

  /// `Tue, 01 Dec 2026 16:40:00 +0000`.
  static func date(_ moment: Moment) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
    return formatter.string(from: moment.date)
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = Array("0123456789ABCDEF")
    return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
  }
}
