import Basics
import NIOCore

/// The mail server that takes our letters (the provider's or the agency's own, “submission”, RFC 6409), and how it is
/// reached.
public struct MailServer: Sendable {
  public enum Security: String, Hashable, Sendable, CaseIterable {
    /// Plain at first, then TLS by STARTTLS (RFC 3207); without TLS nothing is sent. Usually port 587.
    case startTLS = "starttls"
    /// TLS from the first byte (RFC 8314). Usually port 465.
    case tls
    /// None: only for a mail server on this very machine.
    case none

    public var usualPort: Int {
      switch self {
      case .startTLS: 587
      case .tls: 465
      case .none: 25
      }
    }
  }

  /// Name and password for AUTH PLAIN (RFC 4616).
  public struct Credentials: Sendable {
    public var user: String
    public var password: String
    /// `nil` when one holds a zero, which the protocol uses as its separator, or is empty.
    public init?(user: String, password: String) {
      guard !user.isEmpty, !password.isEmpty, !user.utf8.contains(0), !password.utf8.contains(0) else { return nil }
      self.user = user
      self.password = password
    }
  }

  /// How long to wait, as RFC 5321 §4.5.3.2 asks: who gives up early sends twice.
  public struct Patience: Sendable {
    public var connect = TimeAmount.seconds(30)
    public var command = TimeAmount.minutes(5)
    /// After the end of a letter, while the server stores it.
    public var end = TimeAmount.minutes(10)
    /// What a letter under way still gets when the program stops.
    public var farewell = TimeAmount.seconds(10)
    public init() {}
  }

  public var host: String
  public var port: Int
  public var security: Security
  public var credentials: Credentials?
  public var sender: MailAddress
  /// How we introduce ourselves in EHLO: the site's own host.
  public var ownName: String
  /// A PEM file with the certificates that are trusted instead of the system's: for a mail server of one's own.
  public var trustFile: String?
  public var patience = Patience()

  /// Throws `MailServerProblem` for what can't be meant.
  public init(
    host: String, port: Int, security: Security, credentials: Credentials? = nil, sender: MailAddress, ownName: String,
    trustFile: String? = nil
  ) throws(MailServerProblem) {
    guard !host.isEmpty, host.utf8.allSatisfy(Self.isHostByte) else { throw .host }
    guard (1...65535).contains(port) else { throw .port }
    if security == .none, !Self.isThisMachine(host) { throw .notSafe }
    self.host = host
    self.port = port
    self.security = security
    self.credentials = credentials
    self.sender = sender
    self.ownName = !ownName.isEmpty && ownName.utf8.allSatisfy(Self.isHostByte) ? ownName : "localhost"
    self.trustFile = trustFile
  }

  static func isThisMachine(_ host: String) -> Bool { ["localhost", "127.0.0.1", "::1"].contains(host) }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"):
      true
    default: false
    }
  }
}

/// Why settings of a mail server can't be used.
public enum MailServerProblem: Error, Hashable, Sendable {
  case host, port
  /// Without TLS only this very machine may be named.
  case notSafe
  /// The file of trusted certificates can't be read.
  case trustFile
}
