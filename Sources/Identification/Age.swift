/// A person's age as a screening knows it.
public enum Age: Hashable, Sendable, LosslessStringConvertible {
  /// Whole years, 0 to 120.
  case years(Int)
  /// Nobody knows, or there is doubt: the person is treated as a child until it is settled.
  case inDoubt

  /// Reads a number of years, or `doubt`.
  public init?(_ description: String) {
    if description == "doubt" {
      self = .inDoubt
    } else if let years = Int(description), (0...120).contains(years) {
      self = .years(years)
    } else {
      return nil
    }
  }

  public var description: String {
    switch self {
    case .years(let years): String(years)
    case .inDoubt: "doubt"
    }
  }

  /// Under 18 (Palermo Protocol, art. 3(d)), or in doubt.
  public var countsAsChild: Bool {
    switch self {
    case .years(let years): years < 18
    case .inDoubt: true
    }
  }
}
