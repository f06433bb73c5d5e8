import Foundation

/// What the one who runs the site decides about it.
public struct SiteSettings: Sendable {
  /// The address people type, for example `https://amparo.example.org` or `http://localhost:8080`; without a path.
  public var publicAddress: String
  /// Whether the cases are made up: a banner that cannot be missed says so on every page.
  public var isDemonstration: Bool
  /// A header in which a trusted proxy gives the client's address, for example `X-Forwarded-For` (its last address
  /// counts). `nil`: the connection's own address.
  public var clientAddressHeader: String?
  /// Where quick exit leads: a page that nobody wonders about.
  public var exitAddress: String
  /// Whether e-mail is sent: members are asked for an address only then.
  public var sendsMail: Bool
  /// What the site has to do with practice; set by `Site`.
  var practice = PracticePart.none

  public init(
    publicAddress: String = "http://localhost:8080", isDemonstration: Bool = false, clientAddressHeader: String? = nil,
    exitAddress: String = "https://www.wikipedia.org/", sendsMail: Bool = false
  ) {
    self.sendsMail = sendsMail
    self.publicAddress =
      publicAddress.hasSuffix("/") ? String(publicAddress.dropLast()) : publicAddress
    self.isDemonstration = isDemonstration
    self.clientAddressHeader = clientAddressHeader
    self.exitAddress = exitAddress
  }

  /// Whether people reach the site under TLS.
  var isSecure: Bool { publicAddress.hasPrefix("https://") }

  /// A cookie's name: bound to this host where TLS allows it.
  ///
  /// Cookies don't tell ports apart: practice has names of its own, so that neither site's session opens the other.
  func cookieName(_ name: String) -> String {
    (isSecure ? "__Host-" : "") + (isPractice ? "amparo-practice-" : "amparo-") + name
  }

  /// Whether this is the practice site.
  var isPractice: Bool { if case .isPractice = practice { true } else { false } }

  /// Whether this site leads to a practice site.
  var leadsToPractice: Bool { if case .leadsTo = practice { true } else { false } }
}
