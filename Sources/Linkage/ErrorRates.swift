/// How many links are wrong and how many true pairs are missing, from a sample that a person looked at: links, and pairs
/// below the threshold. Small whole numbers, because what was looked at decides how sure they are.
public struct SampledErrorRates: Hashable, Sendable {
  public let missed: (wrong: Int, looked: Int)
  public let wrongly: (wrong: Int, looked: Int)

  /// What a person found among things of one kind.
  public struct Kind: Hashable, Sendable {
    public var same: Int
    public var looked: Int
    /// How many there are in all.
    public var whole: Int

    public init(same: Int, looked: Int, whole: Int) { (self.same, self.looked, self.whole) = (same, looked, whole) }
  }

  /// `nil` when no link was looked at, or nobody was the same person.
  public init?(links: Kind, below: Kind) {
    guard links.looked > 0, links.same + below.same > 0 else { return nil }
    // True pairs by kind, blown up from the sample; the sample's own size says how sure that is.
    let right = Double(links.whole) * Double(links.same) / Double(links.looked)
    let lost = below.looked > 0 ? Double(below.whole) * Double(below.same) / Double(below.looked) : 0
    let looked = links.same + below.same
    let share = right + lost > 0 ? lost / (right + lost) : 0
    missed = (Int((share * Double(looked)).rounded()), looked)
    wrongly = (links.looked - links.same, links.looked)
  }

  public static func == (a: Self, b: Self) -> Bool { a.missed == b.missed && a.wrongly == b.wrongly }

  public func hash(into hasher: inout Hasher) {
    for number in [missed.wrong, missed.looked, wrongly.wrong, wrongly.looked] { hasher.combine(number) }
  }
}
