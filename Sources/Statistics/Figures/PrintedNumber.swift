import Foundation

/// A number exactly as someone printed it: its decimals count, because they say how it was rounded.
public struct PrintedNumber: Hashable, Sendable {
  /// The digits without the decimal sign: 383 for "38.3".
  public let digits: Int
  /// Digits after the decimal sign, 0 to 9.
  public let decimals: Int
  /// Whether the text says "more than", so that the number is only a lower bound.
  public let isLowerBound: Bool
  /// Whether it counts whole things, so that nothing was rounded.
  public let isCount: Bool
  /// The text that was read.
  public let text: String

  /// Reads "38.3", "38,3", "5,200", "5.200", "more than 5,200", "más de 5.200", "38.3 %".
  ///
  /// One sign followed by exactly three digits is ambiguous: for a count it divides thousands, for a share it is the
  /// decimal sign.
  /// - Parameter isCount: whether the unit can only be whole (persons, cases).
  public init?(_ text: String, isCount: Bool) {
    var rest = text.trimmingCharacters(in: .whitespaces)
    var lower = false
    for word in ["more than", "over", "at least", "más de", "mas de", "al menos", ">=", "≥", ">"]
    where rest.lowercased().hasPrefix(word) {
      lower = true
      rest = String(rest.dropFirst(word.count)).trimmingCharacters(in: .whitespaces)
      break
    }
    for sign in ["%", "‰"] where rest.hasSuffix(sign) { rest = String(rest.dropLast()) }
    rest = rest.filter { !($0.isWhitespace || $0 == "\u{a0}" || $0 == "\u{202f}" || $0 == "'") }
    guard !rest.isEmpty, rest.allSatisfy({ ("0"..."9").contains($0) || $0 == "." || $0 == "," }),
      rest.first.map({ ("0"..."9").contains($0) }) == true, rest.last.map({ ("0"..."9").contains($0) }) == true
    else { return nil }
    let signs = rest.filter { $0 == "." || $0 == "," }
    var decimalSign: Character?
    if let last = signs.last {
      let parts = rest.split(separator: last, omittingEmptySubsequences: false)
      let grouped = parts.dropFirst().allSatisfy { $0.count == 3 } && (1...3).contains(parts[0].count)
      if Set(signs).count == 2 {
        guard signs.count(where: { $0 == last }) == 1 else { return nil }
        decimalSign = last
      } else if signs.count > 1 {
        guard grouped else { return nil }
      } else if !(grouped && isCount) {
        decimalSign = last
      }
    }
    let halves = decimalSign.map { rest.split(separator: $0, omittingEmptySubsequences: false) } ?? [rest[...]]
    let whole = halves[0].filter(\.isNumber)
    let fraction = halves.count > 1 ? halves[1] : ""
    guard fraction.count <= 9, whole.count + fraction.count <= 17, let digits = Int(whole + fraction) else {
      return nil
    }
    self.digits = digits
    self.decimals = fraction.count
    self.isLowerBound = lower
    self.isCount = isCount
    self.text = text
  }

  /// 10 to the power of `decimals`.
  var scale: Int { (0..<decimals).reduce(1) { product, _ in product * 10 } }
  var value: Double { Double(digits) / Double(scale) }
  /// What the true value can be when this was rounded to its last digit; open above for "more than".
  var range: ClosedRange<Double> {
    let half = isCount ? 0 : 0.5 / Double(scale)
    return (value - half)...(isLowerBound ? .infinity : value + half)
  }
}

/// What a figure's unit says about it.
public enum FigureUnit: Hashable, Sendable {
  /// A share of n: per so many (100, 1,000, 100,000).
  case share(per: Int)
  /// A whole number of things.
  case count

  public init(_ text: String) {
    let text = text.lowercased().replacing(",", with: "").replacing(".", with: "").replacing(" ", with: "")
    let perHundred = ["%", "percent", "pct", "porciento", "porcentaje"]
    if text.contains("100000") {
      self = .share(per: 100_000)
    } else if text.contains("‰") || text.contains("permille") || text.hasPrefix("per1000") || text.hasPrefix("por1000")
      || text.hasPrefix("permil") || text.hasPrefix("pormil")
    {
      self = .share(per: 1000)
    } else if perHundred.contains(where: text.contains) || text == "share" {
      self = .share(per: 100)
    } else {
      self = .count
    }
  }
}

/// Which shares a whole number of things can give (the GRIM test, Brown and Heathers 2017).
public enum AttainableShare {
  /// Whether some count from 0 to `n` gives this share when rounded to its decimals, a half going up or to the even
  /// neighbour.
  /// - Parameters:
  ///   - share: as printed.
  ///   - n: the whole, at least 1.
  ///   - per: 100 for per cent.
  public static func isAttainable(_ share: PrintedNumber, of n: Int, per: Int = 100) -> Bool {
    count(giving: share, of: n, per: per) != nil
  }

  /// The smallest count that gives the share.
  public static func count(giving share: PrintedNumber, of n: Int, per: Int = 100) -> Int? {
    guard n > 0 else { return nil }
    // 2 · count · per · 10^decimals lies in [(2m − 1) n, (2m + 1) n); at the upper end only an even m, by half-to-even.
    let (m, n) = (Int128(share.digits), Int128(n))
    let step = 2 * Int128(per) * Int128(share.scale)
    let least = max(0, ((2 * m - 1) * n + step - 1) / step)
    guard least <= n else { return nil }
    let reached = least * step
    let end = (2 * m + 1) * n
    return reached < end || (reached == end && m % 2 == 0) ? Int(least) : nil
  }

  /// The counts beside the share, for the sentence that explains: the last one below it and the first one above.
  static func neighbours(_ share: PrintedNumber, of n: Int, per: Int) -> [Int] {
    let exact = Double(share.digits) * Double(n) / (Double(per) * Double(share.scale))
    let below = Int(exact.rounded(.down))
    return [below, below + 1].filter { (0...n).contains($0) }
  }

  /// A count's share with so many decimals, a half going up.
  static func printed(_ count: Int, of n: Int, per: Int, decimals: Int) -> String {
    let scale = (0..<decimals).reduce(1) { product, _ in product * 10 }
    let tenths = Int(
      (Int128(count) * Int128(per) * Int128(scale) * 2 + Int128(n)) / (2 * Int128(n)))
    guard decimals > 0 else { return String(tenths) }
    let fraction = String(tenths % scale)
    return "\(tenths / scale)." + String(repeating: "0", count: decimals - fraction.count) + fraction
  }
}
