import Basics
import Records

/// Something that is due in a case: coded, so that a work list and a calendar need no key and name nobody.
public struct CaseTask: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable, SQLConvertible {
    /// Of the assistance plan.
    case action
    case followUp = "follow_up"
    case needsAssessment = "needs_assessment"
    case riskAssessment = "risk_assessment"
    /// To look whether the person is exploited again.
    case retraffickingAssessment = "retrafficking_assessment"
    /// A period that runs for the person ends.
    case clock
    /// A conference that is planned.
    case conference
    /// What a conference decided.
    case decision
    /// A person is to leave.
    case personReturn = "person_return"
    /// A colleague asks to look at the case.
    case flag
    /// What the person asked for with a receipt.
    case personRequest = "person_request"
    /// A consent that ends: to be asked for again, or left to end.
    case consent

    /// Whether it asks to look again at something.
    public var isAssessment: Bool {
      self == .needsAssessment || self == .riskAssessment || self == .retraffickingAssessment
    }
  }

  public var kind: Kind
  /// The identifier of the action, follow-up, assessment, clock, conference, decision, return, flag or consent.
  public var id: String
  public var caseID: CaseID
  public var code: CaseCode
  public var due: CalendarDay
  /// Who sees to it.
  public var member: MemberID

  public func isOverdue(on day: CalendarDay) -> Bool { due < day }
}

/// Which tasks a list shows.
public struct TaskFilter: Hashable, Sendable {
  /// Only those of one member.
  public var member: MemberID?
  /// Only those due by this day.
  public var until: CalendarDay?

  public init(member: MemberID? = nil, until: CalendarDay? = nil) {
    self.member = member
    self.until = until
  }
}

/// Where the next page of tasks begins. Its text form names no person and can stand in an address.
public struct TaskCursor: Hashable, Sendable, LosslessStringConvertible {
  let due: CalendarDay
  let kind: CaseTask.Kind
  let id: String

  init(_ task: CaseTask) {
    due = task.due
    kind = task.kind
    id = task.id
  }

  public init?(_ description: String) {
    let parts = description.split(separator: ".").map(String.init)
    guard parts.count == 3, let due = CalendarDay(parts[0]), let kind = CaseTask.Kind(rawValue: parts[1]),
      CaseID(parts[2]) != nil
    else { return nil }
    self.due = due
    self.kind = kind
    id = parts[2]
  }

  public var description: String { "\(due).\(kind.rawValue).\(id)" }
}

public struct TaskPage: Hashable, Sendable {
  /// The nearest first.
  public var tasks: [CaseTask]
  public var next: TaskCursor?
}
