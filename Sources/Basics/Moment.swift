import Foundation

/// A point in time, in whole milliseconds since 1970-01-01T00:00:00Z.
public struct Moment: Hashable, Sendable, Codable, Comparable {
  public var milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  public init(_ date: Date) { milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded()) }

  public var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.milliseconds < rhs.milliseconds }

  public static func + (lhs: Self, seconds: Span) -> Self {
    Self(milliseconds: lhs.milliseconds + seconds.milliseconds)
  }
  public static func - (lhs: Self, seconds: Span) -> Self {
    Self(milliseconds: lhs.milliseconds - seconds.milliseconds)
  }
  public static func - (lhs: Self, rhs: Self) -> Span { Span(milliseconds: lhs.milliseconds - rhs.milliseconds) }
}

/// A length of time in milliseconds.
public struct Span: Hashable, Sendable, Codable, Comparable {
  public var milliseconds: Int64
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }
  public static func seconds(_ count: Int) -> Self { Self(milliseconds: Int64(count) * 1000) }
  public static func minutes(_ count: Int) -> Self { .seconds(count * 60) }
  public static func hours(_ count: Int) -> Self { .minutes(count * 60) }
  public static func days(_ count: Int) -> Self { .hours(count * 24) }
  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.milliseconds < rhs.milliseconds }
}

/// Where the time comes from. Passed in, so that tests and the demonstration choose their own.
public struct Clock: Sendable {
  public var now: @Sendable () -> Moment
  public init(now: @escaping @Sendable () -> Moment) { self.now = now }
  /// The machine's clock.
  public static let system = Clock { Moment(Date()) }
  /// A clock that stands still.
  public static func fixed(_ moment: Moment) -> Clock { Clock { moment } }
}
