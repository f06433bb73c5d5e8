/// An exact amount in hundredths of a currency, for example cents of a dollar.
///
///     Money("1250.5")?.description == "1250.50"
public struct Money: Hashable, Sendable, Comparable, LosslessStringConvertible {
  public let cents: Int64

  /// The largest amount that is read: a hundred million.
  public static let most = Money(cents: 10_000_000_000)

  public init(cents: Int64) { self.cents = cents }

  /// Reads an amount from 0 with at most two decimals: `1250`, `1250.5`, `1250,50`. Thousands are not parted, so that
  /// `1.250` is no amount rather than one of two. `nil` for anything else.
  public init?(_ description: String) {
    let parts = description.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
    guard (1...2).contains(parts.count), (1...9).contains(parts[0].utf8.count),
      parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }), let whole = Int64(parts[0])
    else { return nil }
    var fraction: Int64 = 0
    if parts.count == 2 {
      guard (1...2).contains(parts[1].utf8.count), let read = Int64(parts[1]) else { return nil }
      fraction = parts[1].utf8.count == 1 ? read * 10 : read
    }
    let cents = whole * 100 + fraction
    guard cents <= Self.most.cents else { return nil }
    self.cents = cents
  }

  /// With a point and two decimals: `1250.50`.
  public var description: String {
    let rest = abs(cents % 100)
    return "\(cents < 0 ? "-" : "")\(abs(cents / 100)).\(rest < 10 ? "0" : "")\(rest)"
  }

  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.cents < rhs.cents }
  public static func + (lhs: Self, rhs: Self) -> Self { Self(cents: lhs.cents + rhs.cents) }
  public static func - (lhs: Self, rhs: Self) -> Self { Self(cents: lhs.cents - rhs.cents) }
  public static let zero = Money(cents: 0)
}
