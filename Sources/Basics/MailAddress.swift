/// Where e-mail goes: `name@host`, in the plain form that every mail server takes.
///
/// A small part of RFC 5321 §4.1.2 on purpose: letters, digits and the signs of a dot-string before the `@`, a host name
/// after it. No quoted names, no comments, no addresses of machines, nothing beyond ASCII (a host of other letters is written
/// in its `xn--` form). What it holds can therefore stand in a command and in a header as it is: it has no space, no line
/// end, no angle bracket.
public struct MailAddress: Hashable, Sendable, LosslessStringConvertible {
  /// The whole address; the host in lower case.
  public let description: String

  /// The part after the `@`.
  public var host: String { description.split(separator: "@").last.map(String.init) ?? "" }

  /// Reads an address; `nil` for anything that is not one.
  public init?(_ text: String) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, text.utf8.count <= 254, Self.isName(parts[0]) else { return nil }
    let host = parts[1].lowercased()
    guard Self.isHost(host) else { return nil }
    description = parts[0] + "@" + host
  }

  /// At most 64 octets, dots only between other signs.
  private static func isName(_ name: Substring) -> Bool {
    guard (1...64).contains(name.utf8.count) else { return false }
    return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
      !atom.isEmpty && atom.utf8.allSatisfy { isPlain($0) || signs.contains($0) }
    }
  }

  /// Whether a text is a host name with at least two labels.
  private static func isHost(_ host: String) -> Bool {
    let labels = host.split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count >= 2, host.utf8.count <= 253 else { return false }
    return labels.allSatisfy { label in
      (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
        && label.utf8.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "-") }
    } && !(labels.last ?? "").allSatisfy(\.isNumber)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  private static let signs = Set("!#$%&'*+/=?^_`{|}~-".utf8)
}
