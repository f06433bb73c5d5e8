import Basics
import Records

public enum WebhookEntity {}
/// One address that is told of events.
public typealias WebhookID = Identifier<WebhookEntity>

/// What an agency's other systems can be told of. A message says what happened to which referral and when; never anything
/// of a person, and no case.
public enum WebhookEvent: String, Hashable, Sendable, CaseIterable, SQLConvertible {
  /// A referral was sent to the agency.
  case arrived = "referral.arrived"
  /// A desk accepted, declined or asked, on a referral the agency sent.
  case answered = "referral.answered"
  /// The sender replied to a question of the agency's desk.
  case replied = "referral.replied"
  /// It is over: completed, broken off, handed back, taken back, or by the end of consent, case or time.
  case ended = "referral.ended"
  /// The answer is late: told to the agency that has it in hand.
  case overdue = "referral.overdue"
  /// Something in the directory of services is different.
  case directory = "directory.changed"

  /// A name that stands in texts, without a point.
  public var code: String { rawValue.replacing(".", with: "_") }
}

/// An address of an agency's that is told of events.
public struct Webhook: Hashable, Sendable {
  public enum State: String, Hashable, Sendable, CaseIterable, SQLConvertible {
    case on
    /// Somebody switched it off.
    case off
    /// Nobody took messages there for too long, or it was answered that the address is gone.
    case failed
    /// Taken away; kept for its history.
    case removed
  }

  /// So many an agency may have.
  public static let most = 10

  public var id: WebhookID
  public var address: WebhookAddress
  public var events: Set<WebhookEvent>
  public var state: State
  public var madeAt: Moment
}

/// One message to one address, and how far it got.
public struct WebhookMessage: Hashable, Sendable {
  /// As the receiver sees it in `webhook-id`; the same in every try, so that a receiver can tell a repeat.
  public var id: String
  public var webhook: WebhookID
  public var event: WebhookEvent
  /// The referral; `nil` for the directory.
  public var referral: ReferralID?
  /// When it happened.
  public var at: Moment
  /// Since when delivering has been tried: pauses and the giving up are counted from here.
  public var since: Moment
  public var tries: Int
  /// When it is tried next; `nil` when it was delivered or given up.
  public var nextAt: Moment?
  public var deliveredAt: Moment?
  /// How the last try ended.
  public var outcome: WebhookOutcome?

  public var isGivenUp: Bool { nextAt == nil && deliveredAt == nil }

  /// The JSON that is sent: kind, time, and the referral's identifier. The same bytes in every try.
  public var body: [UInt8] {
    let data = referral.map { "{\"referral\":\"\($0)\"}" } ?? "{}"
    return Array("{\"type\":\"\(event.rawValue)\",\"timestamp\":\"\(at.timestamp)\",\"data\":\(data)}".utf8)
  }
}

/// How a try to deliver ended.
public enum WebhookOutcome: Hashable, Sendable {
  /// The receiver answered with this status.
  case answered(Int)
  /// The name of the address is not known.
  case unknownHost
  /// The address leads into a network that is not public.
  case notPublic
  /// Nobody answered, or not in time, or the connection or its certificate was not right.
  case unreachable

  public var isDelivered: Bool { if case .answered(let status) = self { (200..<300).contains(status) } else { false } }

  /// Whether the receiver says that the address will never be right again.
  public var isGone: Bool { self == .answered(410) }

  /// As it is stored.
  public var code: String {
    switch self {
    case .answered(let status): String(status)
    case .unknownHost: "unknown_host"
    case .notPublic: "not_public"
    case .unreachable: "unreachable"
    }
  }

  public init?(code: String) {
    switch code {
    case "unknown_host": self = .unknownHost
    case "not_public": self = .notPublic
    case "unreachable": self = .unreachable
    default:
      guard let status = Int(code), (100...599).contains(status) else { return nil }
      self = .answered(status)
    }
  }
}

/// When a message that was not taken is tried again: growing pauses, as Standard Webhooks proposes, and an end.
public enum WebhookPatience {
  /// After the first try, the second, …; the last one repeats.
  static let pauses: [Span] = [
    .seconds(5), .minutes(5), .minutes(30), .hours(2), .hours(5), .hours(10), .hours(14), .hours(20),
  ]
  /// After so long nobody tries any more.
  public static let end = Span.hours(72)
  /// How long one server has a message to itself: longer than any try takes.
  public static let lease = Span.minutes(2)

  /// When to try again; `nil` to give up.
  /// - Parameters:
  ///   - tries: how many there were, at least one.
  ///   - since: when the first was due.
  public static func next(after tries: Int, since: Moment, now: Moment) -> Moment? {
    guard now < since + end else { return nil }
    // The last one is at the very end.
    return min(now + pauses[min(max(1, tries), pauses.count) - 1], since + end)
  }
}
