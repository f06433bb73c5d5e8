import Basics
import CountryPack

/// The two readings that stand side by side under a result. Assistance follows the first; the second informs.
public struct Readings: Hashable, Sendable, Codable {
  /// Article 3 of the Palermo Protocol: act, means and purpose; under 18, or in doubt, the means are not needed.
  public struct Protection: Hashable, Sendable, Codable {
    public var result: Outcome
    public var purpose: Finding
    public var means: Finding
    public var meansNeeded: Bool
    /// What to do with it: `assist_and_refer`, `ask_intended_purpose`, `ask_means`, `ask_open_questions`,
    /// `offer_information`, or `read_and_decide` where nothing is computed from an interview.
    public var advice: String
  }

  /// A note on the national penal text that is loaded for the day. It never refuses protection.
  public struct National: Hashable, Sendable, Codable {
    /// `elements_indicated`, `means_may_be_asked`, `purpose_not_indicated` or `no_text_loaded`.
    public var note: String
    public var text: String?
    /// The day from which the loaded text is read as in force.
    public var textFrom: CalendarDay?
    public var certainty: String?
    public var source: String?
    /// Always true: a prosecutor says what the law asks, not a screen.
    public var confirmWithProsecutor = true

    enum CodingKeys: String, CodingKey {
      case note, text, certainty, source
      case textFrom = "text_from"
      case confirmWithProsecutor = "confirm_with_prosecutor"
    }
  }

  public var protection: Protection
  public var national: National
}

extension Readings.Protection {
  enum CodingKeys: String, CodingKey {
    case result, purpose, means, advice
    case meansNeeded = "means_needed"
  }
}

extension AssessmentRules {
  /// One element of a definition: positive when one of its dimensions is, negative when all are.
  static func element(_ codes: [String], _ dimensions: [DimensionFinding]) -> Finding {
    let states = dimensions.filter { codes.contains($0.code) }.map(\.state)
    if states.contains(.positive) { return .positive }
    return states.contains(.insufficient) || states.isEmpty ? .insufficient : .negative
  }

  /// - Parameter penalText: the national text in force on the day, if one is loaded.
  public static func readings(
    _ assessment: Assessment, _ combination: Combination?, age: Age, penalText: LegalText?
  ) -> Readings {
    let purpose = element(combination?.purpose ?? [], assessment.dimensions)
    let means = element(combination?.means ?? [], assessment.dimensions)
    let meansNeeded = !age.countsAsChild
    var (result, advice) = protection(purpose: purpose, means: means, meansNeeded: meansNeeded)
    if assessment.refusal == .guided || assessment.refusal == .strengthsNotVerified { advice = "read_and_decide" }
    let textAsksMeans =
      penalText.map { age.countsAsChild ? $0.meansRequiredForChildren : $0.meansRequiredForAdults } ?? false
    let note =
      penalText == nil
      ? "no_text_loaded"
      : purpose != .positive
        ? "purpose_not_indicated" : textAsksMeans && means != .positive ? "means_may_be_asked" : "elements_indicated"
    return Readings(
      protection: .init(result: result, purpose: purpose, means: means, meansNeeded: meansNeeded, advice: advice),
      national: .init(
        note: note, text: penalText?.code, textFrom: penalText?.from, certainty: penalText?.certainty.rawValue,
        source: penalText?.source))
  }

  /// The protection test. Where something points to trafficking and the rest is not there, it asks on instead of
  /// answering no: exploitation that was only intended counts as well (Palermo, art. 3(a)).
  static func protection(purpose: Finding, means: Finding, meansNeeded: Bool) -> (Outcome, advice: String) {
    switch (purpose, means, meansNeeded) {
    case (.positive, _, false), (.positive, .positive, true): (.indicatorsFound, "assist_and_refer")
    case (.positive, _, true): (.notEnoughInformation, "ask_means")
    case (.negative, .positive, _): (.notEnoughInformation, "ask_intended_purpose")
    case (.insufficient, _, _): (.notEnoughInformation, "ask_open_questions")
    case (.negative, .insufficient, _): (.notEnoughInformation, "ask_open_questions")
    case (.negative, .negative, _): (.indicatorsNotFound, "offer_information")
    }
  }
}
