import Basics
import Foundation
import Vault

/// What a program's key may do. Several add up.
public enum ApiRight: String, Hashable, Sendable, CaseIterable, Codable {
  /// Search the directory of services.
  case directory
  /// Codes and dates of the own agency's referrals.
  case read
  /// Open envelopes at the own desk and answer referrals.
  case answer
  /// Send referrals of the own agency's cases.
  case send

  var role: Role {
    switch self {
    case .directory: .directoryProgram
    case .read: .readingProgram
    case .answer: .answeringProgram
    case .send: .sendingProgram
    }
  }

  /// Whether a program has it: by a key that was given it, or one that needs it for what it was given. People work on
  /// pages and have none.
  public func isHeld(by actor: Actor) -> Bool {
    self == .read
      ? !actor.roles.isDisjoint(with: [.readingProgram, .answeringProgram, .sendingProgram])
      : actor.roles.contains(role)
  }
}

/// A program's way in, as the agency's administrators see it. The secret itself is shown once and kept nowhere.
public struct ApiKey: Hashable, Sendable {
  /// The member that stands for the program: what it does stands in histories and the audit log under this identifier.
  public var id: MemberID
  public var name: String
  public var rights: Set<ApiRight>
  public var madeAt: Moment
  public var expiresAt: Moment
  /// To the hour; `nil` while it was never used.
  public var usedAt: Moment?
  /// When somebody ended it, or it ran out.
  public var endedAt: Moment?

  public func isLive(at now: Moment) -> Bool { endedAt == nil && now < expiresAt }
}

/// What a program shows with each request: `amparo_` and 43 letters, 256 random bits. The prefix lets programs that look
/// for secrets in places where none should be find it.
public struct ApiSecret: Sendable, CustomStringConvertible {
  private static let prefix = "amparo_"
  let token: Token

  init() { token = Token() }

  /// `nil` for anything else.
  public init?(_ text: String) {
    guard text.hasPrefix(Self.prefix), let token = Token(String(text.dropFirst(Self.prefix.count))) else { return nil }
    self.token = token
  }

  public var description: String { "[sealed]" }

  /// The text that is given to its holder and never stored or logged.
  public var exposedText: String { Self.prefix + token.exposedText }
}
