import Basics
import CountryPack
import Training

/// Somebody's way through one exercise: codes, passages and points; what was typed in the work tool lies there.
public struct Attempt: Hashable, Sendable {
  public var id: AttemptID
  public var exercise: String
  public var language: Language
  public var person: String
  public var group: String?
  /// The made-up agency that the attempt works in.
  public var agency: AgencyID
  public var member: MemberID
  public var begunAt: Moment
  public var touchedAt: Moment
  public var finishedAt: Moment?
  /// The passages in the order in which they were reached; the last one is where the story stands.
  public var path: [String]
  /// The answers of the safety check when it was first given; `nil` while it was not.
  public var firstSafety: [String: FourWayAnswer]?
  public var score: ExerciseScore?
  /// Whether what was typed was erased after its time.
  public var isErased: Bool

  /// What people call it by: it stands in the names of its made-up agencies.
  public var code: String { Self.code(id) }

  static func code(_ id: AttemptID) -> String { String(id.description.suffix(5)).uppercased() }

  /// Where the story stands; the beginning when the pack was changed meanwhile.
  public func passage(_ exercise: Exercise, _ language: Language) -> TweePassage? {
    guard let story = exercise.story(language) else { return nil }
    return path.last.flatMap(story.passage) ?? story.passage(story.start)
  }
}

/// An agency of an attempt that answers by script.
struct StagedDesk: Hashable, Sendable {
  var attempt: AttemptID
  /// The desk's code in the exercise.
  var code: String
  var agency: AgencyID
  /// The login of its one member at work.
  var login: String
}
