import Basics
import CountryPack

public enum PlanVersionEntity {}
public enum PlanEntryEntity {}
public enum PlanMeetingEntity {}
public enum PlanDecisionEntity {}

/// One stored version of a plan.
public typealias StoredPlanID = Identifier<PlanVersionEntity>
/// A value or an amount that a form adds.
public typealias PlanEntryID = Identifier<PlanEntryEntity>
public typealias PlanMeetingID = Identifier<PlanMeetingEntity>
public typealias PlanDecisionID = Identifier<PlanDecisionEntity>

/// A version of a plan without its parts, for lists.
public struct StoredPlan: Hashable, Sendable, Identifiable {
  public var id: StoredPlanID
  /// Without objectives, indicators and activities.
  public var head: Plan
}

/// A meeting of those who carry the plan, with its minutes.
public struct PlanMeeting: Hashable, Sendable, Identifiable {
  public var id: PlanMeetingID
  public var day: CalendarDay
  public var title: String
  public var minutes: String
  public var revision: Int

  public init(id: PlanMeetingID, day: CalendarDay, title: String, minutes: String, revision: Int = 0) {
    self.id = id
    self.day = day
    self.title = title
    self.minutes = minutes
    self.revision = revision
  }
}

/// What a meeting decided, who has it and until when.
public struct PlanDecision: Hashable, Sendable, Identifiable {
  public var id: PlanDecisionID
  public var meeting: PlanMeetingID
  public var words: String
  /// The code of the institution that has it.
  public var owner: String
  public var due: CalendarDay
  /// The activity it is about; empty for none.
  public var activity: String
  public var doneOn: CalendarDay?
  public var revision: Int

  public init(
    id: PlanDecisionID, meeting: PlanMeetingID, words: String, owner: String, due: CalendarDay, activity: String = "",
    doneOn: CalendarDay? = nil, revision: Int = 0
  ) {
    self.id = id
    self.meeting = meeting
    self.words = words
    self.owner = owner
    self.due = due
    self.activity = activity
    self.doneOn = doneOn
    self.revision = revision
  }

  public func isLate(on day: CalendarDay) -> Bool { doneOn == nil && due < day }
}

/// One thing that was done to a plan.
public struct PlanChange: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case taken
    /// The version's last day.
    case end
    case objective
    case indicator
    case value
    case activity
    /// An activity's state, result or evidence.
    case progress
    case money
    /// An amount or a value that was entered by mistake.
    case struck
    case meeting
    case decision
    case decisionDone = "decision_done"
  }

  /// The version to which it was done.
  public var plan: StoredPlanID
  public var at: Moment
  public var kind: Kind
  /// The part's code; a meeting's and a decision's identifier.
  public var part: String
  /// An activity's new state.
  public var state: ActivityState?
}

/// A plan as pages show it, read in one state of the store.
public struct PlanLook: Sendable {
  public var id: StoredPlanID
  public var plan: Plan
  /// All versions of this plan, newest first.
  public var versions: [StoredPlan]
  public var institutions: InstitutionBook
  /// The revision of each objective, indicator and activity by its code.
  public var revisions: [String: Int]
  /// Of this version and of those before it, newest first.
  public var meetings: [PlanMeeting]
  /// Of those meetings, by the day they are due.
  public var decisions: [PlanDecision]
  /// What was budgeted and spent.
  public var money: PlanMoneyTable
  public var past: PlanPast

  /// Whether a meeting was held under this version: only there its minutes and decisions are written.
  public func isOwn(_ meeting: PlanMeetingID) -> Bool { past.meetings[meeting] == nil }
}

/// What stays with earlier versions of a plan and is seen from a later one, without being copied or rewritten.
public struct PlanPast: Hashable, Sendable {
  /// Done or dropped under an earlier version and not taken along, by day; only in a whole look.
  public var activities: [PlanActivity] = []
  /// Where each of those activities is, by its code.
  public var homes: [String: StoredPlanID] = [:]
  /// Where each earlier meeting is.
  public var meetings: [PlanMeetingID: StoredPlanID] = [:]
}

/// A piece of the yearly report that people wrote themselves.
public struct ReportText: Hashable, Sendable {
  public enum Section: String, Hashable, Sendable, CaseIterable {
    case foreword
    case achieved
    case difficult
    case next
  }

  public var section: Section
  public var language: Language
  public var words: String
  /// 0 for one that is new.
  public var revision: Int

  public init(section: Section, language: Language, words: String, revision: Int = 0) {
    self.section = section
    self.language = language
    self.words = words
    self.revision = revision
  }
}
