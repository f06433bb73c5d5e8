import Foundation

/// Where messages are sent: an https address in a public network, without user, password or fragment.
///
/// What is refused here is refused for good; what a name leads to is looked at before each try (`NetworkAddress`).
public struct WebhookAddress: Hashable, Sendable {
  public let text: String
  public let host: String
  public let port: Int

  /// - Parameter allowsLocal: for tests: also http, and this machine.
  public init?(_ typed: String, allowsLocal: Bool = false) {
    let text = typed.trimmingCharacters(in: .whitespacesAndNewlines)
    guard text.utf8.count <= 500, text.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\\") }),
      let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), let host = parts.host,
      parts.user == nil, parts.password == nil, parts.fragment == nil, Self.isHost(host),
      scheme == "https" || (allowsLocal && scheme == "http")
    else { return nil }
    let port = parts.port ?? (scheme == "https" ? 443 : 80)
    guard (1...65535).contains(port) else { return nil }
    if !allowsLocal {
      // A name without a point is one of the own network; a bare address is seldom meant and easily the wrong one.
      guard host.contains("."), NetworkAddress(host) == nil, host.last?.isLetter == true else { return nil }
      let lower = host.lowercased()
      guard !["localhost", "local", "internal", "lan", "home", "arpa"].contains(where: { lower.hasSuffix("." + $0) })
      else { return nil }
    }
    self.text = text
    self.host = host
    self.port = port
  }

  /// Letters, digits, points and hyphens, as names on the network are written.
  private static func isHost(_ host: String) -> Bool {
    (1...253).contains(host.utf8.count)
      && host.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45 || byte == 46
      }
  }
}

/// An address of a machine, and whether it lies in the public network: nothing else may be reached through a webhook, or a
/// stranger could let this server ask its own neighbours.
public struct NetworkAddress: Hashable, Sendable {
  /// 4 or 16.
  public let bytes: [UInt8]

  /// - Parameter bytes: 4 of IPv4 or 16 of IPv6; `nil` for any other number.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  /// Reads four decimal numbers with points between; IPv6 is never written in a webhook's address.
  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    guard parts.count == 4, !parts.contains(nil) else { return nil }
    bytes = parts.compactMap(\.self)
  }

  /// Not private, local, shared, for documentation or tests, reserved or for many at once (IANA's registries of special
  /// purpose addresses for IPv4 and IPv6, RFC 6890 and what followed it).
  public var isPublic: Bool {
    if bytes.count == 4 { return !Self.closed4.contains { begins(with: $0.0, $0.1) } }
    // Of IPv6 only what was given out for general use (2000::/3), and of that not the ways back into IPv4.
    return begins(with: [0x20], 3) && !Self.closed6.contains { begins(with: $0.0, $0.1) }
  }

  private func begins(with prefix: [UInt8], _ bits: Int) -> Bool {
    (0..<bits).allSatisfy { bit in
      let mask = UInt8(0x80) >> UInt8(bit % 8)
      let wanted = bit / 8 < prefix.count ? prefix[bit / 8] : 0
      return bytes[bit / 8] & mask == wanted & mask
    }
  }

  private static let closed4: [([UInt8], Int)] = [
    ([0], 8), ([10], 8), ([100, 64], 10), ([127], 8), ([169, 254], 16), ([172, 16], 12), ([192, 0, 0], 24),
    ([192, 0, 2], 24), ([192, 31, 196], 24), ([192, 52, 193], 24), ([192, 88, 99], 24), ([192, 168], 16),
    ([192, 175, 48], 24), ([198, 18], 15), ([198, 51, 100], 24), ([203, 0, 113], 24), ([224], 4), ([240], 4),
  ]

  private static let closed6: [([UInt8], Int)] = [
    ([0x20, 0x01, 0x00], 23), ([0x20, 0x01, 0x0d, 0xb8], 32), ([0x20, 0x02], 16), ([0x26, 0x20, 0x00, 0x4f, 0x80], 48),
    ([0x3f, 0xff], 20),
  ]
}
