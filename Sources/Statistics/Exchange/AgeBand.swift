/// What a band of age says about childhood.
public enum AgeBand {
  public enum Majority: String, Hashable, Sendable {
    case child
    case adult
  }

  /// The years of a code as it is written: `0-11`, `9--17`, `60+`; `nil` for any other.
  public static func years(_ code: String) -> ClosedRange<Int>? {
    if code.hasSuffix("+") { return Int(code.dropLast()).flatMap { (0...150).contains($0) ? $0...150 : nil } }
    let parts = code.split(separator: "-").map { Int($0) }
    guard parts.count == 2, let first = parts[0], let last = parts[1], first >= 0, first <= last, last <= 150 else {
      return nil
    }
    return first...last
  }

  /// Child up to 17, adult from 18 on; `nil` for a band that spans both, as an age in doubt does.
  public static func majority(_ years: ClosedRange<Int>) -> Majority? {
    years.upperBound <= 17 ? .child : years.lowerBound >= 18 ? .adult : nil
  }
}
