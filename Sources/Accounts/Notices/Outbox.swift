import Basics
import Records

public enum MailEntity {}
public typealias MailID = Identifier<MailEntity>

/// One mail on its way out. The row names the member and never an address: that is looked up when the mail goes.
public struct Mail: Hashable, Sendable {
  /// What a mail is for. Coded in the store.
  public enum Matter: String, Hashable, Sendable, CaseIterable, SQLConvertible {
    /// There is something new in the member's list.
    case notices
    /// The code that confirms an address.
    case addressCode = "address_code"
  }

  public enum State: String, Hashable, Sendable, CaseIterable, SQLConvertible {
    /// To be sent now or later, or being sent.
    case waiting
    case sent
    /// Nothing left to tell: all was read, the member left, or the address was taken back.
    case needless
    /// The mail server of the address wants none.
    case refused
    /// Tried for days.
    case givenUp = "given_up"
  }

  public var id: MailID
  public var member: MemberID
  public var matter: Matter
  /// Sealed for this installation.
  var content: [UInt8]?
  public var queuedAt: Moment
  public var tryAt: Moment
  /// How often it failed.
  public var attempts: Int
}

/// When a mail that failed is tried again. Pure.
public enum OutboxRules {
  /// How long a server keeps a mail for itself; it renews this while it sends. After a crash another takes over then.
  public static let lease = Span.minutes(2)
  /// For so long a mail is tried: mail servers are repaired within days (RFC 5321 §4.5.4.1 asks for four or five).
  public static let patience = Span.days(5)
  /// How many mails one connection carries.
  public static let batch = 20
  /// How long ended mails are kept, to be looked at.
  public static let memory = Span.days(30)
  /// How long notices are kept.
  public static let noticeMemory = Span.days(180)

  /// 1, 2, 4 … minutes, at most four hours.
  /// - Parameter attempts: how often it failed, this time included.
  public static func pause(after attempts: Int) -> Span {
    min(.minutes(1 << min(max(attempts, 1) - 1, 12)), .hours(4))
  }

  /// What becomes of a mail that failed.
  public static func fate(
    of mail: Mail, after failure: LetterFailure, at now: Moment
  ) -> (state: Mail.State, tryAt: Moment) {
    if failure.isFinal { return (.refused, now) }
    let next = now + pause(after: mail.attempts + 1)
    return next - mail.queuedAt > patience ? (.givenUp, now) : (.waiting, next)
  }
}

/// How mail stands, for who keeps the installation running: numbers, and no address.
public struct OutboxOverview: Hashable, Sendable {
  /// Due and not gone, those that failed included.
  public var waiting: Int
  /// Of those, how many have failed at least once.
  public var failing: Int
  /// To go later: quiet hours, daily mails.
  public var later: Int
  public var sentToday: Int
  public var refused: Int
  public var givenUp: Int
  /// When the oldest that is due was queued.
  public var oldest: Moment?
  public var lastFailure: LetterFailure?
  public var lastSent: Moment?
}
