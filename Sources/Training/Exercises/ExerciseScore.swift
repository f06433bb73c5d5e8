import Basics

/// How what was done compares with what an expert would do: point by point, never one number.
public struct ExerciseScore: Hashable, Sendable, Codable {
  /// The set of questions that leads: the one with the most answers; `nil` where none that fits was used.
  public var instrument: String?
  public var points: [ExercisePoint]

  public init(instrument: String?, points: [ExercisePoint]) {
    self.instrument = instrument
    self.points = points
  }

  public func points(_ area: ExercisePoint.Area) -> [ExercisePoint] { points.filter { $0.area == area } }

  /// Indicators found of those that are there, with the set of questions that leads; `nil` where there are none.
  public var sensitivity: (found: Int, of: Int)? {
    let there = points(.indicator).filter { point in
      point.isPresent && instrument.map { point.subject.hasPrefix($0 + ":") } != false
    }
    return there.isEmpty ? nil : (there.count { $0.verdict == .right }, there.count)
  }

  /// Indicators answered with yes that an expert would not.
  public var falseAlarms: Int { points(.indicator).count { $0.verdict == .falseAlarm } }
}

/// One thing that is judged.
public struct ExercisePoint: Hashable, Sendable, Codable {
  public enum Area: String, Hashable, Sendable, Codable, CaseIterable {
    case safety, indicator, decision, opening, consent, referral, step
  }

  public enum Verdict: String, Hashable, Sendable, Codable, CaseIterable {
    /// As an expert would.
    case right
    /// Not done, not found, not asked.
    case missed
    /// Answered “no” where an expert finds “yes”.
    case denied
    /// Answered “yes” where an expert would not.
    case falseAlarm = "false_alarm"
    /// Answered “no” where nobody can know.
    case guessed
    /// Something else than an expert would.
    case wrong
    /// Covers more than anybody needs here.
    case tooWide = "too_wide"
    /// Covers less than is needed.
    case tooNarrow = "too_narrow"
    /// To the right desk, for another service.
    case wrongService = "wrong_service"
    case tooSlow = "too_slow"
    case tooHasty = "too_hasty"
    /// Done, and nobody needed it.
    case unneeded
    /// It puts somebody at risk.
    case unsafe

    public var isRight: Bool { self == .right }
  }

  public var area: Area
  /// The code of what is judged: an indicator, a question, a purpose, a need, a desk, a passage.
  public var subject: String
  public var verdict: Verdict
  /// Codes that the sentence names: kinds of data, what was chosen.
  public var codes: [String]
  /// Whether an expert finds the indicator.
  public var isPresent: Bool

  public init(
    _ area: Area, _ subject: String, _ verdict: Verdict, codes: [String] = [], isPresent: Bool = false
  ) {
    self.area = area
    self.subject = subject
    self.verdict = verdict
    self.codes = codes
    self.isPresent = isPresent
  }

  /// Names the point across attempts: what a class missed is counted by it.
  public var key: String { area.rawValue + ":" + subject }
}
