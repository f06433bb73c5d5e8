import Basics
import CountryPack

/// What the answers say about one dimension, or about one element of a definition.
public enum Finding: String, Hashable, Sendable, Codable, CaseIterable {
  case positive
  case negative
  /// Not positive yet, but it would be if every open answer were a yes.
  case insufficient
}

/// What a screening as a whole says. Never about who a person is: a person decides that.
public enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
  case indicatorsFound = "indicators_found"
  case indicatorsNotFound = "indicators_not_found"
  case notEnoughInformation = "not_enough_information"
}

/// One dimension, explained.
public struct DimensionFinding: Hashable, Sendable, Codable {
  public var code: String
  public var state: Finding
  /// The codes of the indicators that made it positive; empty otherwise.
  public var because: [String]
  /// The codes still open (unknown or not asked); asking them could change an insufficient dimension.
  public var open: [String]
}

/// The explained result of one screening.
public struct Assessment: Hashable, Sendable {
  /// Why no result is computed.
  public enum Refusal: String, Hashable, Sendable, Codable {
    /// An observation list: it opens the conversation and is never added up.
    case observationList = "observation_list"
    /// At least one strength is not known from a source.
    case strengthsNotVerified = "strengths_not_verified"
    /// A guided interview: what was said is laid out, and a person decides.
    case guided
  }

  public var dimensions: [DimensionFinding]
  public var outcome: Outcome
  /// The pattern's code; `nil` while the open answers leave several possible.
  public var pattern: String?
  public var refusal: Refusal?
  /// The codes answered yes, in the instrument's order.
  public var observed: [String]
}

/// How an instrument's answers are read: pure, total, and the same for the page, the command line and a test.
public enum AssessmentRules {
  /// The rule for one dimension (ILO and European Commission 2009, second-hand): two strong; or one strong and one
  /// other; or three medium; or two medium and one weak.
  public static func isPositive(strong: Int, medium: Int, weak: Int) -> Bool {
    let all = strong + medium + weak
    return (strong >= 1 && all >= 2) || (medium >= 2 && all >= 3)
  }

  public static func finding(_ dimension: Instrument.Dimension, of instrument: Instrument, _ answers: AnswerSheet)
    -> DimensionFinding
  {
    let indicators = instrument.indicators.filter { $0.dimension == dimension.code }
    func answer(_ indicator: Indicator) -> FourWayAnswer {
      answers[IndicatorKey(dimension: dimension.code, code: indicator.code)]
    }
    let yes = indicators.filter { answer($0) == .yes }
    let open = indicators.filter { answer($0) == .unknown || answer($0) == .notAsked }
    let state: Finding = isPositive(yes) ? .positive : isPositive(yes + open) ? .insufficient : .negative
    return DimensionFinding(
      code: dimension.code, state: state, because: state == .positive ? yes.map(\.code) : [], open: open.map(\.code))
  }

  private static func isPositive(_ indicators: [Indicator]) -> Bool {
    func count(_ strength: IndicatorStrength) -> Int { indicators.count { $0.strength == strength } }
    return isPositive(strong: count(.strong), medium: count(.medium), weak: count(.weak))
  }

  /// Reads a whole sheet.
  ///
  /// - Parameter combination: the instrument's own; without one, nothing is computed.
  public static func assess(
    _ answers: AnswerSheet, _ instrument: Instrument, _ combination: Combination?, age: Age
  ) -> Assessment {
    let instrument = instrument.asked(answers, countsAsChild: age.countsAsChild)
    let observed = instrument.indicators
      .filter { answers[IndicatorKey(dimension: $0.dimension, code: $0.code)] == .yes }.map(\.code)
    guard instrument.scores, let combination else {
      return Assessment(
        dimensions: [], outcome: .notEnoughInformation, pattern: nil,
        refusal: refusal(instrument.kind), observed: observed)
    }
    let dimensions = instrument.dimensions.map { finding($0, of: instrument, answers) }
    let outcome: Outcome =
      dimensions.contains { $0.state == .positive }
      ? .indicatorsFound
      : dimensions.contains { $0.state == .insufficient } ? .notEnoughInformation : .indicatorsNotFound
    return Assessment(
      dimensions: dimensions, outcome: outcome,
      pattern: pattern(dimensions, age.countsAsChild ? combination.child : combination.adult), refusal: nil,
      observed: observed)
  }

  private static func refusal(_ kind: Instrument.Kind) -> Assessment.Refusal {
    switch kind {
    case .observation: .observationList
    case .guided: .guided
    case .scored: .strengthsNotVerified
    }
  }

  /// The pattern that holds however the insufficient dimensions turn out; `nil` when that depends on them.
  static func pattern(_ dimensions: [DimensionFinding], _ rules: [Combination.Rule]) -> String? {
    let positive = Set(dimensions.filter { $0.state == .positive }.map(\.code))
    let open = dimensions.filter { $0.state == .insufficient }.map(\.code)
    var reachable: Set<String> = []
    // An instrument has a handful of dimensions: at most 2^6 futures.
    for choice in 0..<(1 << min(open.count, 16)) {
      let turned = open.enumerated().filter { choice >> $0.offset & 1 == 1 }.map(\.element)
      guard let rule = rules.first(where: { $0.holds(positive.union(turned)) }) else { return nil }
      reachable.insert(rule.pattern)
      if reachable.count > 1 { return nil }
    }
    return reachable.first
  }
}
