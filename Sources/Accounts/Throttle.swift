import Basics

/// How long to wait after failed sign-ins. Counted for a login *from one place*: a stranger elsewhere who types wrong
/// passwords all night does not lock the member out at the border post.
public enum Throttle {
  /// Five tries are free; then 1, 2, 4 … seconds, at most 15 minutes.
  public static func pause(afterFailures count: Int) -> Span {
    guard count >= 5 else { return .seconds(0) }
    return min(.seconds(1 << min(count - 5, 20)), .minutes(15))
  }

  /// Failures older than this no longer count.
  public static let memory = Span.hours(24)
}
