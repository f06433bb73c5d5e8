import Basics

/// How strongly one indicator speaks.
public enum IndicatorStrength: String, Hashable, Sendable, CaseIterable {
  case strong
  case medium
  case weak
  /// An observation: it has no weight, and nothing is ever added up.
  case none
}

public struct Indicator: Hashable, Sendable {
  public var code: String
  /// The code of its dimension in the instrument.
  public var dimension: String
  public var strength: IndicatorStrength
  public var text: LocalizedText
  /// Whether its strength is known from a source. An instrument with one unverified strength refuses to score.
  public var isVerified: Bool
  public var basis: String
  /// When it is asked, by answers given before.
  public var relevant: Relevance
  /// Whether a yes speaks of a danger or of a support; `nil` where that is not the matter.
  public var factor: Factor?

  public enum Factor: String, Hashable, Sendable, CaseIterable { case risk, protective }

  public init(
    code: String, dimension: String, strength: IndicatorStrength, text: LocalizedText, isVerified: Bool, basis: String,
    relevant: Relevance = .always, factor: Factor? = nil
  ) {
    self.code = code
    self.dimension = dimension
    self.strength = strength
    self.text = text
    self.isVerified = isVerified
    self.basis = basis
    self.relevant = relevant
    self.factor = factor
  }
}

/// A dated set of questions with its source.
public struct Instrument: Hashable, Sendable {
  /// One side of the matter, asked about on its own.
  public struct Dimension: Hashable, Sendable {
    public var code: String
    /// The same fact weighs differently in each: one of `Phase`.
    public var phase: String
    public var name: LocalizedText
    /// When its questions are asked, by answers given before.
    public var relevant = Relevance.always
  }

  /// The part of a person's way that a dimension asks about.
  public enum Phase: String, Hashable, Sendable, CaseIterable {
    case recruitment, transit, destination
    /// Seen and heard, before anything is asked.
    case observation
    /// The person's situation today.
    case present
  }

  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case scored
    /// Opens the conversation; nothing is ever added up.
    case observation
    /// Leads through an interview; a person decides, nothing is computed.
    case guided
  }

  /// Who may interview with it, by the role's code.
  public enum User: String, Hashable, Sendable, CaseIterable {
    case frontlineOfficer = "frontline_officer"
    case caseWorker = "case_worker"
  }
  public enum Population: String, Hashable, Sendable, CaseIterable { case adult, child, any }

  public var id: String
  public var version: CalendarDay
  public var kind: Kind
  public var population: Population
  public var name: LocalizedText
  public var source: String
  public var certainty: Certainty
  public var licence: String
  /// The code of the combination that reads its dimensions together; scored instruments have one.
  public var combination: String?
  public var dimensions: [Dimension]
  public var indicators: [Indicator]
  /// The codes of the pack's situations in which it is offered.
  public var situations: [String] = []
  public var usedBy: Set<User> = Set(User.allCases)

  /// Whether a result may be computed: it is meant to be scored, and every strength is known.
  public var scores: Bool { kind == .scored && indicators.allSatisfy(\.isVerified) }
}

/// How the dimensions of an instrument are read together: data, with its source.
public struct Combination: Hashable, Sendable {
  public struct Rule: Hashable, Sendable {
    public var pattern: String
    public var name: LocalizedText
    public var certainty: Certainty
    /// All of these are positive…
    public var all: [String]
    /// …and at least one of these, unless there are none…
    public var any: [String]
    /// …and not one of these.
    public var none: [String]

    public func holds(_ positive: Set<String>) -> Bool {
      all.allSatisfy(positive.contains) && (any.isEmpty || any.contains(where: positive.contains))
        && !none.contains(where: positive.contains)
    }
  }

  public var code: String
  public var source: String
  public var certainty: Certainty
  /// Which dimensions speak for the act, the means and the purpose of article 3 of the Palermo Protocol.
  public var act: [String]
  public var means: [String]
  public var purpose: [String]
  /// The first rule that holds gives the pattern. The last has no condition.
  public var adult: [Rule]
  /// For those under 18, and while age is in doubt.
  public var child: [Rule]
}
