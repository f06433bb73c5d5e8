import Crypto
import Foundation

/// What a receiver of events and this installation share, to tell a true message from a made-up one, and the signature
/// over it as Standard Webhooks says (standardwebhooks.com, specification 1.0.0, “symmetric signatures”).
///
///     secret.signature(id: "msg_1", seconds: 1_700_000_000, body: body)     // "v1,K5oZ…"
public struct WebhookSecret: Sendable, CustomStringConvertible {
  private static let prefix = "whsec_"
  private let bytes: [UInt8]

  /// A fresh one of 32 bytes; the specification wants 24 to 64.
  public init() { bytes = randomBytes(32) }

  /// Reads the text form, `whsec_` and base 64; `nil` for anything else.
  public init?(_ text: String) {
    guard text.hasPrefix(Self.prefix), let data = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))),
      (24...64).contains(data.count)
    else { return nil }
    bytes = Array(data)
  }

  public var description: String { "[sealed]" }

  /// The text that the receiver is given once.
  public var exposedText: String { Self.prefix + Data(bytes).base64EncodedString() }

  /// The value of the header `webhook-signature`: HMAC-SHA-256 over identifier, time and body with points between.
  ///
  /// - Parameters:
  ///   - id: the message's, as in `webhook-id`; without a point.
  ///   - seconds: since 1970, as in `webhook-timestamp`.
  public func signature(id: String, seconds: Int64, body: [UInt8]) -> String {
    let signed = Array("\(id).\(seconds).".utf8) + body
    let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: bytes))
    return "v1," + Data(code).base64EncodedString()
  }
}
