import Basics
import CountryPack
import Records

/// One guided interview, as work lists, deadlines and statistics see it: codes, months and states, and nothing that
/// names a person. What was said is sealed; `ScreeningFile` holds it.
public struct Screening: Hashable, Sendable {
  public enum Status: String, Hashable, Sendable, CaseIterable {
    /// The questions about safety have not been settled yet.
    case safetyCheck = "safety_check"
    /// It is not safe to go on, or a danger was reported. A person decides when to go on.
    case safetyStopped = "safety_stopped"
    case inProgress = "in_progress"
    case finished
    case decided
  }

  /// What is known of the age, as far as work lists may tell.
  public enum AgeGroup: String, Hashable, Sendable, CaseIterable { case adult, child, doubt }

  public enum Interpreter: String, Hashable, Sendable, Codable, CaseIterable {
    case yes
    /// There is none, and one would be needed.
    case no
    case notNeeded = "not_needed"
  }

  /// Which questions are asked: the code of a situation of the pack.
  public struct Questions: RawRepresentable, Hashable, Sendable {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Work or services: what is observed, then the scored set that fits the age.
    public static let guided = Self(rawValue: "guided")
    /// Only what is observed; nothing is ever computed from it.
    public static let observation = Self(rawValue: "observation")
  }

  public var id: ScreeningID
  public var agency: AgencyID
  /// The interviewer.
  public var member: MemberID
  /// ISO 3166-2.
  public var province: String
  public var ageGroup: AgeGroup
  /// A code of the pack's sexes.
  public var sex: String?
  /// A code of the pack's forms of exploitation, as far as one is suspected.
  public var exploitation: String?
  public var interpreter: Interpreter
  public var questions: Questions
  /// The instrument whose result counts, and the version that was used.
  public var instrument: String
  public var instrumentVersion: CalendarDay
  public var status: Status
  public var begunAt: Moment
  /// When anything was last saved.
  public var touchedAt: Moment
  public var finishedAt: Moment?
  public var decidedAt: Moment?
  public var outcome: Outcome?
  /// The pattern's code, `not_determined` or `not_scored`.
  public var pattern: String?
  /// The newest decision.
  public var decision: Decision.Kind?
  /// Since when someone is in danger, until a supervisor settles it.
  public var dangerSince: Moment?
  public var attachedCase: CaseID?
  /// How many questions have an answer (yes, no or unknown).
  public var answered: Int
  /// The first screening of the same person, where this one was begun anew.
  public var first: ScreeningID?
  /// The time the interview took, in seconds; long pauses do not count.
  public var secondsSpent = 0
  /// What a supervisor said of it as it stands now; `nil` until somebody did.
  public var review: Review.Verdict?
  /// Since when an appeal waits for its answer.
  public var appealSince: Moment?
  /// Since when something is presumed: the time for a formal decision runs from there.
  public var clockSince: Moment?
  /// Whether the newest decision is another body's, known by its paper.
  public var isDecisionReceived = false
}

/// What a person decided on a screening, with the reason. Decisions are kept beside each other; the newest counts.
public struct Decision: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case presumed
    /// For now, and open to review: nobody is refused help by it.
    case notPresumedNow = "not_presumed_now"
    case needsMoreInformation = "needs_more_information"
    case formallyIdentified = "formally_identified"
    /// By the body that identifies formally; review is always possible.
    case notIdentifiedFormally = "not_identified_formally"

    /// Only a body that may identify formally decides so.
    public var isFormal: Bool { self == .formallyIdentified || self == .notIdentifiedFormally }
  }

  public var id: DecisionID
  public var kind: Kind
  public var member: MemberID
  public var at: Moment
  /// What the answers said at that time.
  public var outcome: Outcome?
  public var reason: String
  /// In the name of which of the pack's bodies a formal decision was made.
  public var body: String?
  /// Of another body's decision: the day on its paper, and the day on which that arrived.
  public var decidedOn: CalendarDay?
  public var receivedOn: CalendarDay?
  /// The number of that paper.
  public var document = ""

  /// Whether another body decided, and this only keeps what its paper says.
  public var isReceived: Bool { receivedOn != nil }
}

/// What a case takes over from a screening, so that nothing is typed twice.
public struct CarriedOver: Hashable, Sendable {
  public var screening: ScreeningID
  /// ISO 3166-2.
  public var province: String
  public var age: Age
  public var sex: String?
  public var exploitation: String?
  /// The language the person speaks, as it was typed; empty when it was left out.
  public var language: String
  public var interpreter: Screening.Interpreter
  public var instrument: String
  public var instrumentVersion: CalendarDay
  public var outcome: Outcome?
  public var decision: Decision.Kind?
  /// The notes of all topics, the overall one last, parted by empty lines.
  public var notes: String
}

extension Screening.Status: SQLConvertible {}
extension Screening.AgeGroup: SQLConvertible {}
extension Screening.Interpreter: SQLConvertible {}
extension Screening.Questions: SQLConvertible {}
extension Decision.Kind: SQLConvertible {}
extension Outcome: SQLConvertible {}

extension Age {
  public var group: Screening.AgeGroup {
    switch self {
    case .inDoubt: .doubt
    case .years(let years): years < 18 ? .child : .adult
    }
  }
}
