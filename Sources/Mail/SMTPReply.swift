import Basics

/// What a mail server answers: three digits and lines (RFC 5321 §4.2).
struct SMTPReply: Hashable, Sendable {
  var code: Int
  var lines: [String]

  var isGood: Bool { code / 100 == 2 }
  /// It may go well another time.
  var isPassing: Bool { code / 100 == 4 }

  /// The words of an EHLO answer, by their first, all in capitals.
  var extensions: [String: [String]] {
    lines.dropFirst().reduce(into: [:]) { found, line in
      let words = line.uppercased().split(separator: " ").map(String.init)
      guard let first = words.first else { return }
      // Some old servers write AUTH=LOGIN.
      if first.hasPrefix("AUTH=") { found["AUTH", default: []] += [String(first.dropFirst(5))] }
      found[first, default: []] += words.dropFirst()
    }
  }
}

/// Puts bytes together to replies. Pure: bytes in, replies out.
struct SMTPReplyParser {
  /// RFC 5321 §4.5.3.1.5 asks for 512 octets; some servers write more.
  static let longestLine = 2000
  static let mostLines = 100

  private var line: [UInt8] = []
  private var code: Int?
  private var lines: [String] = []

  /// Whether something was begun and not ended.
  var isInTheMiddle: Bool { !line.isEmpty || code != nil }

  /// Throws `LetterFailure.unintelligible` for what is no reply.
  mutating func take(_ bytes: some Sequence<UInt8>) throws(LetterFailure) -> [SMTPReply] {
    var replies: [SMTPReply] = []
    for byte in bytes {
      guard byte == UInt8(ascii: "\n") else {
        guard line.count < Self.longestLine else { throw .unintelligible }
        line.append(byte)
        continue
      }
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      if let reply = try ended(line) { replies.append(reply) }
      line = []
    }
    return replies
  }

  private mutating func ended(_ line: [UInt8]) throws(LetterFailure) -> SMTPReply? {
    guard line.count >= 3, line[0..<3].allSatisfy({ (48...57).contains($0) }), (50...53).contains(line[0]) else {
      throw .unintelligible
    }
    let number = line[0..<3].reduce(0) { $0 * 10 + Int($1) - 48 }
    guard code == nil || code == number, lines.count < Self.mostLines else { throw .unintelligible }
    lines.append(String(decoding: line.dropFirst(4), as: UTF8.self))
    code = number
    switch line.dropFirst(3).first {
    case UInt8(ascii: "-"): return nil
    case UInt8(ascii: " "), nil:
      let reply = SMTPReply(code: number, lines: lines)
      (code, lines) = (nil, [])
      return reply
    default: throw .unintelligible
    }
  }
}
