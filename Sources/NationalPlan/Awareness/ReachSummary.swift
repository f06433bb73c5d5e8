import Basics

/// How far something went, added up as far as it may be: by unit, counts apart from estimates.
public struct ReachSummary: Hashable, Sendable {
  public struct Line: Hashable, Sendable {
    public var unit: ReachUnit
    public var isEstimate: Bool
    public var number: Int
    /// How many entries were added. From two on, somebody may be in it twice.
    public var entries: Int
    /// The methods by which they were counted, sorted.
    public var methods: [String]

    /// Whether the same people may have been counted more than once.
    public var mayCountTwice: Bool { entries > 1 && (unit == .people || unit == .impressions) }
  }

  /// In the order of the units, counts first.
  public let lines: [Line]
  /// How many entries are in others already, and were not added.
  public let within: Int

  /// - Parameter isEstimate: whether what a method (a code) gives is an estimate.
  public init(_ reach: [Reach], isEstimate: (String) -> Bool) {
    struct Key: Hashable {
      var unit: ReachUnit
      var isEstimate: Bool
    }
    let valid = reach.filter { !$0.isStruck }
    within = valid.count(where: \.isWithinAnother)
    let groups = Dictionary(grouping: valid.filter { !$0.isWithinAnother }) {
      Key(unit: $0.unit, isEstimate: isEstimate($0.method))
    }
    lines = ReachUnit.allCases.flatMap { unit in
      [false, true].compactMap { estimate in
        groups[Key(unit: unit, isEstimate: estimate)].map { entries in
          Line(
            unit: unit, isEstimate: estimate, number: entries.reduce(0) { $0 + $1.number }, entries: entries.count,
            methods: Set(entries.map(\.method)).sorted())
        }
      }
    }
  }

  public func number(_ unit: ReachUnit, isEstimate: Bool = false) -> Int? {
    lines.first { $0.unit == unit && $0.isEstimate == isEstimate }?.number
  }

  /// What one of a unit cost, in thousandths of the currency, rounded; `nil` for none or where nothing was spent.
  ///
  /// The whole of what was spent stands over each unit: costs per person and per broadcast of one campaign are two ways to
  /// look at the same money and are never added.
  public static func cost(_ spent: Money, per number: Int) -> PlanNumber? {
    guard number > 0, spent > .zero else { return nil }
    let thousandths = (Double(spent.cents) * 10 / Double(number)).rounded()
    return PlanNumber(thousandths: Int64(thousandths))
  }
}
