import Foundation

/// What is refused before a mechanism's or a plan's file is parsed: a file nobody wrote by hand can be made to exhaust a parser.
package enum MechanismGuard {
  package static let largest = 1_000_000

  /// The line and the reason; `nil` when the file may be parsed.
  ///
  /// - Parameter most: bytes, whole megabytes.
  package static func obstacle(_ text: String, upTo most: Int = largest) -> (line: Int, message: String)? {
    if text.utf8.count > most { return (0, "the file is larger than \(most / 1_000_000) MB") }
    var depth = 0
    for (index, row) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let message = obstacle(inRow: row, &depth) { return (index + 1, message) }
    }
    return nil
  }

  private static func obstacle(inRow row: Substring, _ depth: inout Int) -> String? {
    var (isStart, dashes, indent, quote) = (true, 0, 0, UInt8(0))
    var last = UInt8(ascii: "\n")
    for byte in row.utf8 {
      switch byte {
      case UInt8(ascii: " "):
        if isStart { indent += 1 }
        continue
      case UInt8(ascii: "-") where isStart, UInt8(ascii: "?") where isStart: dashes += 1
      default:
        isStart = false
        if quote != 0 {
          if byte == quote { quote = 0 }
        } else if byte == UInt8(ascii: "#") {
          return indent > 120 || dashes > 40 ? "this is nested too deeply" : nil
        } else if opensQuote(byte, after: last) {
          quote = byte
        } else {
          if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { depth += 1 }
          if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { depth = max(0, depth - 1) }
          if byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*"), beginsValue(after: last) {
            return "anchors and aliases (& and *) are not used here: write it out, or put it into quotation marks"
          }
        }
      }
      if depth > 20 || indent > 120 || dashes > 40 { return "this is nested too deeply" }
      last = byte
    }
    return nil
  }

  private static func opensQuote(_ byte: UInt8, after last: UInt8) -> Bool {
    (byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")) && beginsValue(after: last)
  }

  private static func beginsValue(after last: UInt8) -> Bool { "\n-:,[{?".utf8.contains(last) }
}
