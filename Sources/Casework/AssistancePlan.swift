import Basics
import Records

public enum PlanGoalEntity {}
public enum PlanActionEntity {}
public enum PlanMarkEntity {}
public typealias PlanGoalID = Identifier<PlanGoalEntity>
public typealias PlanActionID = Identifier<PlanActionEntity>
public typealias PlanMarkID = Identifier<PlanMarkEntity>

/// What the person wants to reach, who does what for it by when, and how it was agreed. Sealed under `plan`, but for
/// codes, agencies and days.
public struct AssistancePlan: Hashable, Sendable {
  /// Counts up with every change of a goal or an action that is not its being done: what was agreed or signed before
  /// was another plan.
  public var version: Int
  public var goals: [PlanGoal]
  /// The open ones first, by the day they are due.
  public var actions: [PlanAction]
  /// Agreements and signatures, the newest first.
  public var marks: [PlanMark]

  public init(version: Int = 0, goals: [PlanGoal] = [], actions: [PlanAction] = [], marks: [PlanMark] = []) {
    self.version = version
    self.goals = goals
    self.actions = actions
    self.marks = marks
  }

  /// The agreement that holds for the plan as it is; `nil` when it was changed since, or never agreed.
  public var agreement: PlanMark? { marks.first { $0.kind == .agreed && $0.version == version } }
  /// The signature that holds for the plan as it is.
  public var signature: PlanMark? { marks.first { $0.kind == .signed && $0.version == version } }

  public func actions(of goal: PlanGoalID) -> [PlanAction] { actions.filter { $0.goal == goal } }
}

public struct PlanGoal: Hashable, Sendable {
  public enum State: String, Hashable, Sendable, Codable, CaseIterable, SQLConvertible {
    case open, reached, dropped
  }

  public var id: PlanGoalID
  public var state: State
  /// `nil` for readers without the key.
  public var content: GoalContent?
  public var revision: Int
}

/// Sealed.
public struct GoalContent: Hashable, Sendable, Codable {
  /// In the person's words.
  public var words: String
  /// A code of `needs` that it answers.
  public var need: String?

  public init(words: String, need: String? = nil) {
    self.words = words
    self.need = need
  }
}

/// Something that somebody does for a goal by a day.
public struct PlanAction: Hashable, Sendable {
  public var id: PlanActionID
  public var goal: PlanGoalID
  public var due: CalendarDay
  /// The agency that does it; `nil` when it is the person, or somebody outside (then the name stands in the content).
  public var provider: AgencyID?
  /// The colleague who sees to it.
  public var responsible: MemberID
  public var content: ActionContent?
  public var done: CalendarDay?
  /// A code of `outcomes`.
  public var outcome: String?
  public var result: String?
  /// The service that was given by it.
  public var service: ServiceRecordID?
  public var revision: Int
}

/// Sealed.
public struct ActionContent: Hashable, Sendable, Codable {
  public var words: String
  /// Who does it, when no agency of the system does; may be the person.
  public var providerName: String

  public init(words: String, providerName: String = "") {
    self.words = words
    self.providerName = providerName
  }
}

/// What is written down about an action.
public struct ActionRequest: Hashable, Sendable {
  public var content: ActionContent
  public var provider: AgencyID?
  public var responsible: MemberID
  public var due: CalendarDay

  public init(_ content: ActionContent, provider: AgencyID?, responsible: MemberID, due: CalendarDay) {
    self.content = content
    self.provider = provider
    self.responsible = responsible
    self.due = due
  }
}

/// How an action ended.
public struct ActionResult: Hashable, Sendable {
  public enum Service: Hashable, Sendable {
    case none
    /// One that was written down already.
    case existing(ServiceRecordID)
    /// Written down now: a code of `services`.
    case new(ServiceRecordID, String)
  }

  public var done: CalendarDay
  public var outcome: String
  public var words: String
  public var service: Service

  public init(done: CalendarDay, outcome: String, words: String = "", service: Service = .none) {
    self.done = done
    self.outcome = outcome
    self.words = words
    self.service = service
  }
}

/// That a plan was agreed with the person, or signed off by a colleague.
public struct PlanMark: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable, SQLConvertible { case agreed, signed }

  public var id: PlanMarkID
  public var kind: Kind
  public var version: Int
  public var day: CalendarDay
  /// How it was agreed, a code of `agreement-ways`.
  public var way: String?
  public var note: String?
  public var madeBy: MemberID
  public var madeAt: Moment
}
