import Basics
import Records

public enum PersonReturnEntity {}
public enum ReturnStepEntity {}
public typealias PersonReturnID = Identifier<PersonReturnEntity>
public typealias ReturnStepID = Identifier<ReturnStepEntity>

/// A person's voluntary return, to another country or to another place of this one, and how it goes on there. Country,
/// days, agencies and codes are plain; words are sealed under `plan`.
public struct PersonReturn: Hashable, Sendable {
  public enum State: String, Hashable, Sendable, CaseIterable, SQLConvertible {
    case planned
    /// The person, or who decides for a child, said yes.
    case agreed
    /// What may happen there was looked at.
    case assessed
    case handedOver = "handed_over"
    /// The receiving body said that the person arrived.
    case confirmed
    case cancelled
  }

  public var id: PersonReturnID
  public var state: State
  /// A code of `countries`.
  public var country: String
  /// When the person is to leave.
  public var departure: CalendarDay
  /// Who receives them; `nil` when no agency of the system does (then the name stands in the content).
  public var receiver: AgencyID?
  public var plannedBy: MemberID
  public var revision: Int
  /// The oldest first.
  public var steps: [ReturnStep] = []
  /// `nil` for readers without the key.
  public var content: ReturnContent?
}

/// Sealed.
public struct ReturnContent: Hashable, Sendable, Codable {
  /// Where to, what the person wants there, what they need on the way.
  public var words: String
  public var receiverName: String

  public init(words: String, receiverName: String = "") {
    self.words = words
    self.receiverName = receiverName
  }
}

public enum ReturnMove: String, Hashable, Sendable, CaseIterable, SQLConvertible {
  case agree, assess
  case handOver = "hand_over"
  case confirm, cancel
}

/// What was done for a return, on which day, by whom.
public struct ReturnStep: Hashable, Sendable {
  public var id: ReturnStepID
  public var move: ReturnMove
  public var day: CalendarDay
  /// For `agree`.
  public var decidedBy: ConsentDecider?
  /// For `agree`, a code of `agreement-ways`.
  public var way: String?
  /// For `assess`, the look at the risks that it rests on.
  public var assessment: AssessmentID?
  public var member: MemberID
  public var at: Moment
  /// `nil` for readers without the key.
  public var words: String?
}

/// What is written down when a return is planned.
public struct ReturnRequest: Hashable, Sendable {
  public var country: String
  public var departure: CalendarDay
  public var receiver: AgencyID?
  public var content: ReturnContent

  public init(country: String, departure: CalendarDay, receiver: AgencyID? = nil, _ content: ReturnContent) {
    self.country = country
    self.departure = departure
    self.receiver = receiver
    self.content = content
  }
}

/// What is written down with a step.
public struct ReturnStepRequest: Hashable, Sendable {
  public var move: ReturnMove
  public var day: CalendarDay
  public var decidedBy: ConsentDecider?
  public var way: String?
  public var assessment: AssessmentID?
  public var words: String
  /// For `confirm`: on which days to ask how it goes. Each becomes a follow-up.
  public var monitoring: [CalendarDay]

  public init(
    _ move: ReturnMove, day: CalendarDay, decidedBy: ConsentDecider? = nil, way: String? = nil,
    assessment: AssessmentID? = nil, words: String = "", monitoring: [CalendarDay] = []
  ) {
    self.move = move
    self.day = day
    self.decidedBy = decidedBy
    self.way = way
    self.assessment = assessment
    self.words = words
    self.monitoring = monitoring
  }
}
