import Basics
import Records

public enum AssessmentEntity {}
public typealias AssessmentID = Identifier<AssessmentEntity>

/// What is looked at: what the person needs, what may happen to them, whether somebody exploits them again.
public enum AssessmentKind: String, Hashable, Sendable, Codable, CaseIterable, SQLConvertible {
  case needs, risk, retrafficking

  /// Under which kind of data its content is sealed and shared.
  public var dataKind: DataKind { self == .needs ? .needs : .safety }
}

/// One look at the needs or the risks of a person on one day. It is never changed: the next one stands beside it.
public struct Assessment: Hashable, Sendable {
  public var id: AssessmentID
  public var kind: AssessmentKind
  /// A code of `assessment-levels`.
  public var level: String
  public var day: CalendarDay
  /// By when to look again.
  public var due: CalendarDay
  /// `nil` for readers without the key.
  public var content: AssessmentContent?
  public var recordedBy: MemberID
}

/// What was found. Sealed.
public struct AssessmentContent: Hashable, Sendable, Codable {
  /// By codes of `needs`, `risks` or `retrafficking`; what is missing was not asked.
  public var answers: [String: FourWayAnswer]
  public var note: String

  public init(answers: [String: FourWayAnswer] = [:], note: String = "") {
    self.answers = answers.filter { $0.value != .notAsked }
    self.note = note
  }

  public func answer(_ code: String) -> FourWayAnswer { answers[code] ?? .notAsked }
}

/// What is written down.
public struct AssessmentRequest: Hashable, Sendable {
  public var kind: AssessmentKind
  public var level: String
  public var day: CalendarDay
  /// Left out: as many days later as the level says.
  public var due: CalendarDay?
  public var content: AssessmentContent

  public init(
    _ kind: AssessmentKind, level: String, day: CalendarDay, due: CalendarDay? = nil, content: AssessmentContent
  ) {
    self.kind = kind
    self.level = level
    self.day = day
    self.due = due
    self.content = content
  }
}

/// What is different from the assessment before. Silence is no change: what was not asked again stays open.
public struct AssessmentComparison: Hashable, Sendable {
  public enum Level: String, Hashable, Sendable, CaseIterable { case higher, same, lower }

  public var level: Level
  /// Yes now, and not yes before.
  public var came: [String]
  /// Yes both times.
  public var stayed: [String]
  /// Yes before, no now.
  public var went: [String]
  /// Yes before, and now unknown or not asked.
  public var unanswered: [String]
}

/// What to do when it becomes dangerous, agreed with the person. Sealed under `safety`.
public struct SafetyPlan: Hashable, Sendable, Codable {
  /// By what the person notices danger.
  public var signs: String
  /// Where they can go.
  public var places: String
  /// Whom they call, and how.
  public var people: String
  /// A word or sign that means: I need help.
  public var signal: String
  /// What they take along.
  public var belongings: String

  public init(
    signs: String = "", places: String = "", people: String = "", signal: String = "", belongings: String = ""
  ) {
    self.signs = signs
    self.places = places
    self.people = people
    self.signal = signal
    self.belongings = belongings
  }
}
