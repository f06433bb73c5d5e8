import Basics
import CountryPack
import Records

public enum AgendaPointEntity {}
public typealias AgendaPointID = Identifier<AgendaPointEntity>
public enum TrainerEntity {}
public typealias TrainerID = Identifier<TrainerEntity>
public enum BudgetLineEntity {}
public typealias BudgetLineID = Identifier<BudgetLineEntity>

/// What a trainer types for a session.
public struct NewSession: Hashable, Sendable {
  public var day: CalendarDay?
  public var title: String
  /// `hh:mm`, or empty.
  public var begins: String
  public var ends: String
  public var room: String

  public init(day: CalendarDay?, title: String, begins: String = "", ends: String = "", room: String = "") {
    (self.day, self.title, self.begins, self.ends, self.room) = (day, title, begins, ends, room)
  }
}

/// One point of a cohort's agenda: what happens within a session, and the breaks.
public struct AgendaPoint: Hashable, Sendable {
  public var id: AgendaPointID
  public var day: CalendarDay
  public var begins: TimeOfDay
  public var ends: TimeOfDay
  public var title: String
  /// A course's code.
  public var course: String?
  public var isBreak: Bool
  /// May be empty.
  public var room: String
  public var trainer: TrainerID?
  public var revision: Int
}

/// What a trainer types for a point of the agenda.
public struct NewAgendaPoint: Hashable, Sendable {
  public var day: CalendarDay?
  public var begins: String
  public var ends: String
  public var title: String
  public var course: String
  public var isBreak: Bool
  public var room: String
  public var trainer: String

  public init(
    day: CalendarDay?, begins: String, ends: String, title: String, course: String = "", isBreak: Bool = false,
    room: String = "", trainer: String = ""
  ) {
    (self.day, self.begins, self.ends, self.title) = (day, begins, ends, title)
    (self.course, self.isBreak, self.room, self.trainer) = (course, isBreak, room, trainer)
  }
}

/// Who trains, and who trained them.
public struct Trainer: Hashable, Sendable {
  public var id: TrainerID
  public var agency: AgencyID
  /// `nil` for somebody from outside.
  public var member: MemberID?
  public var trainedBy: TrainerID?
  /// The cohort at which they were trained themselves.
  public var trainedAt: CohortID?
}

/// Who a trainer is: sealed to the agency's training key.
public struct TrainerIdentity: Hashable, Sendable, Codable {
  public var name: String
  /// May be empty.
  public var organisation: String

  public init(name: String, organisation: String) { (self.name, self.organisation) = (name, organisation) }
}

/// What is typed for a trainer.
public struct NewTrainer: Hashable, Sendable {
  /// A colleague's id, or empty for somebody from outside.
  public var member: String
  public var name: String
  public var organisation: String
  public var trainedBy: String
  public var trainedAt: String

  public init(
    member: String = "", name: String = "", organisation: String = "", trainedBy: String = "", trainedAt: String = ""
  ) {
    (self.member, self.name, self.organisation) = (member, name, organisation)
    (self.trainedBy, self.trainedAt) = (trainedBy, trainedAt)
  }
}

/// A line of a cohort's budget.
public struct BudgetLine: Hashable, Sendable {
  public var id: BudgetLineID
  /// A code of the pack's budget kinds.
  public var kind: String
  public var planned: Money
  /// `nil` while nothing was spent yet.
  public var spent: Money?
  /// Sealed in the store; empty when there is none, or for who lacks the key.
  public var note: String
  public var revision: Int
}

/// What is typed for a line of the budget.
public struct NewBudgetLine: Hashable, Sendable {
  public var kind: String
  public var planned: String
  public var spent: String
  public var note: String

  public init(kind: String, planned: String, spent: String = "", note: String = "") {
    (self.kind, self.planned, self.spent, self.note) = (kind, planned, spent, note)
  }
}

/// A thing a cohort needs.
public struct MaterialLine: Hashable, Sendable {
  /// A code of the pack's material kinds.
  public var kind: String
  /// `nil` when no number was given.
  public var needed: Int?
  public var isReady: Bool

  public init(kind: String, needed: Int?, isReady: Bool) {
    (self.kind, self.needed, self.isReady) = (kind, needed, isReady)
  }
}
