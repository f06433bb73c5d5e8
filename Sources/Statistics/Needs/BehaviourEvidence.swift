/// Referrals that trained agencies made in equal times before and after, all together. It claims no cause.
public struct BehaviourEvidence: Hashable, Sendable {
  public struct Agency: Hashable, Sendable {
    public var before: Int
    public var after: Int
    /// How long each of the two times is, in days.
    public var days: Int

    public init(before: Int, after: Int, days: Int) {
      self.before = before
      self.after = after
      self.days = days
    }
  }

  /// Below this number of agencies nothing is shown: each would know the others' counts by subtracting its own.
  public static let fewestAgencies = 3

  public let agencies: Int
  /// `nil` where too few agencies agreed or a count is too small to be shown.
  public let before: Int?
  public let after: Int?
  /// The agencies' days added up: what the counts are divided by.
  public let days: Int

  /// - Parameter smallest: counts from 1 to one below it are not shown.
  public init(_ agencies: [Agency], smallest: Int) {
    self.agencies = agencies.count
    days = agencies.reduce(0) { $0 + $1.days }
    let sums = (agencies.reduce(0) { $0 + $1.before }, agencies.reduce(0) { $0 + $1.after })
    let isShown =
      agencies.count >= Self.fewestAgencies && ![sums.0, sums.1].contains { (1..<smallest).contains($0) }
    (before, after) = isShown ? sums : (nil, nil)
  }

  /// Referrals in 30 days of one agency.
  public func monthly(_ count: Int?) -> Double? {
    count.flatMap { days > 0 ? Double($0) * 30 / Double(days) : nil }
  }
}
