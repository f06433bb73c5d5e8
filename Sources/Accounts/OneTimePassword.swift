import Crypto
import Foundation

/// The six digits of an authenticator application: TOTP (RFC 6238) with HMAC-SHA-1, 30 seconds, as all of them do.
public struct OneTimePassword: Sendable {
  /// 20 bytes.
  public let secret: [UInt8]

  public init?(secret: [UInt8]) {
    guard secret.count >= 16 else { return nil }
    self.secret = secret
  }

  /// Which 30 seconds a time lies in.
  public static func step(secondsSince1970: Int64) -> Int64 { secondsSince1970 / 30 }

  /// The digits of one step (RFC 4226, section 5.3).
  public func digits(step: Int64, count: Int = 6) -> String {
    let message = withUnsafeBytes(of: step.bigEndian) { Array($0) }
    let hash = Array(
      HMAC<Insecure.SHA1>.authenticationCode(for: message, using: SymmetricKey(data: secret)))
    let offset = Int(hash[19] & 0x0F)
    let number = hash[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF
    let modulus = (0..<count).reduce(1) { power, _ in power * 10 }
    let digits = String(number % modulus)
    return String(repeating: "0", count: count - digits.count) + digits
  }

  /// The step whose digits were typed: now, or one before or after (clocks differ); never one already used.
  ///
  /// - Parameter used: the last step that was accepted.
  public func matchingStep(_ typed: String, secondsSince1970: Int64, used: Int64) -> Int64? {
    let plain = typed.filter { !$0.isWhitespace }
    let now = Self.step(secondsSince1970: secondsSince1970)
    return [now, now - 1, now + 1].first { $0 > used && digits(step: $0) == plain }
  }

  /// The address an authenticator reads from a QR code.
  public func address(account: String, issuer: String = "Amparo") -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    var text = ""
    var (buffer, bits) = (0, 0)
    for byte in secret {
      (buffer, bits) = (buffer << 8 | Int(byte), bits + 8)
      while bits >= 5 {
        bits -= 5
        text.append(alphabet[buffer >> bits & 31])
        buffer &= (1 << bits) - 1
      }
    }
    if bits > 0 { text.append(alphabet[buffer << (5 - bits) & 31]) }
    let name = account.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    return "otpauth://totp/\(issuer):\(name)?secret=\(text)&issuer=\(issuer)"
  }
}
