/// An indicator's number, exact in thousandths: `38.3`, `1250`, `-4`.
///
///     PlanNumber("38.30")?.description == "38.3"
public struct PlanNumber: Hashable, Sendable, Comparable, LosslessStringConvertible {
  public let thousandths: Int64

  public init(thousandths: Int64) { self.thousandths = thousandths }
  public init(_ whole: Int) { thousandths = Int64(whole) * 1000 }

  /// Reads up to nine digits, with at most three decimals after a point or a comma, negative ones too. Thousands are not
  /// parted. `nil` for anything else.
  public init?(_ description: String) {
    let isNegative = description.hasPrefix("-")
    let parts = (isNegative ? description.dropFirst() : Substring(description))
      .split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
    guard (1...2).contains(parts.count), (1...9).contains(parts[0].utf8.count),
      parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }), let whole = Int64(parts[0])
    else { return nil }
    var fraction: Int64 = 0
    if parts.count == 2 {
      guard (1...3).contains(parts[1].utf8.count), let read = Int64(parts[1]) else { return nil }
      fraction = read * [100, 10, 1][parts[1].utf8.count - 1]
    }
    thousandths = (whole * 1000 + fraction) * (isNegative ? -1 : 1)
  }

  /// With a point and as few decimals as it needs.
  public var description: String {
    let (whole, rest) = (abs(thousandths / 1000), abs(thousandths % 1000))
    var text = "\(thousandths < 0 ? "-" : "")\(whole)"
    guard rest > 0 else { return text }
    var digits = String(1000 + rest).dropFirst()
    while digits.hasSuffix("0") { digits = digits.dropLast() }
    text += "." + digits
    return text
  }

  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.thousandths < rhs.thousandths }
}
