import Basics
import CountryPack

/// How far a plan reaches.
public enum PlanLevel: String, Hashable, Sendable, CaseIterable, Codable {
  case national
  case province
  case canton
}

/// One version of a plan to combat trafficking: what is to be reached, who does what for it until when, and with what
/// money. The same value is read from a pack's file and from the store.
///
/// Parts name one another by codes that are unique within the plan, so that a file reads well and a check can say where
/// something stands.
public struct Plan: Hashable, Sendable {
  /// The same for all versions of one plan.
  public var code: String
  public var version: Int
  public var name: LocalizedText
  public var level: PlanLevel
  /// A province's ISO code or the name of a canton; empty for a national plan.
  public var place: String
  /// The first day in force.
  public var from: CalendarDay
  /// The first day of its first version: what began under an earlier one goes on in this with its own dates.
  public var began: CalendarDay
  /// The last one; `nil` where nobody has set it or it is not known.
  public var until: CalendarDay?
  /// What a reader must know of dates and sources, for example that only the month is known.
  public var note: LocalizedText?
  public var source: String
  public var certainty: Certainty
  public var axes: [PlanAxis]
  public var objectives: [PlanObjective]
  public var indicators: [PlanIndicator]
  public var activities: [PlanActivity]
  /// Where it stands in its file; 0 when it came from the store.
  public var line = 0

  public init(
    code: String, version: Int, name: LocalizedText, level: PlanLevel = .national, place: String = "",
    from: CalendarDay, until: CalendarDay? = nil, note: LocalizedText? = nil, source: String,
    certainty: Certainty = .decided, axes: [PlanAxis] = [], objectives: [PlanObjective] = [],
    indicators: [PlanIndicator] = [], activities: [PlanActivity] = []
  ) {
    self.code = code
    self.version = version
    self.name = name
    self.level = level
    self.place = place
    self.from = from
    began = from
    self.until = until
    self.note = note
    self.source = source
    self.certainty = certainty
    self.axes = axes
    self.objectives = objectives
    self.indicators = indicators
    self.activities = activities
  }

  public func isInForce(on day: CalendarDay) -> Bool { from <= day && until.map { day <= $0 } != false }
}

/// A line of work of a plan: prevention, protection, prosecution, governance, as its text names them.
public struct PlanAxis: Hashable, Sendable {
  public var code: String
  public var name: LocalizedText
  public var source: String
  public var certainty: Certainty
  public var line = 0

  public init(code: String, name: LocalizedText, source: String, certainty: Certainty) {
    self.code = code
    self.name = name
    self.source = source
    self.certainty = certainty
  }
}

public struct PlanObjective: Hashable, Sendable {
  public var code: String
  public var axis: String
  public var name: LocalizedText
  public var line = 0

  public init(code: String, axis: String, name: LocalizedText) {
    self.code = code
    self.axis = axis
    self.name = name
  }
}

/// What shows whether an objective is being reached.
public struct PlanIndicator: Hashable, Sendable {
  public var code: String
  public var objective: String
  public var name: LocalizedText
  /// In what it is counted, for example “personas”.
  public var unit: LocalizedText
  public var baseline: PlanNumber?
  public var target: PlanNumber?
  /// Whether less is better, as with days of waiting: then the target lies below the baseline.
  public var falls: Bool
  public var source: String
  public var howMeasured: LocalizedText
  /// Which of the rooms' protected tables it is taken from; `nil`: entered by hand.
  public var live: LiveMeasure?
  /// What was found, by day, oldest first.
  public var values: [PlanValue]
  public var line = 0

  public init(
    code: String, objective: String, name: LocalizedText, unit: LocalizedText, baseline: PlanNumber? = nil,
    target: PlanNumber? = nil, falls: Bool = false, source: String, howMeasured: LocalizedText,
    live: LiveMeasure? = nil, values: [PlanValue] = []
  ) {
    self.code = code
    self.objective = objective
    self.name = name
    self.unit = unit
    self.baseline = baseline
    self.target = target
    self.falls = falls
    self.source = source
    self.howMeasured = howMeasured
    self.live = live
    self.values = values
  }
}

/// What an indicator stood at on a day, and who says so.
public struct PlanValue: Hashable, Sendable {
  public var day: CalendarDay
  public var value: PlanNumber
  public var source: String

  public init(day: CalendarDay, value: PlanNumber, source: String) {
    self.day = day
    self.value = value
    self.source = source
  }
}

/// A count of another room that an indicator may show. It never passes but through a protected table.
public enum LiveMeasure: String, Hashable, Sendable, CaseIterable, Codable {
  case trainedPeople = "trained_people"
  case screenings
  case referralsInTime = "referrals_in_time"
  case casesByForm = "cases_by_form"
  case certificatesValid = "certificates_valid"
}

/// Where an activity stands. Late is no state: it follows from the state and the day.
public enum ActivityState: String, Hashable, Sendable, CaseIterable, Codable {
  case planned
  case underWay = "under_way"
  case done
  case paused
  case dropped

  /// Whether something is still to be done.
  public var isOpen: Bool { self != .done && self != .dropped }
}

/// What is done for an objective: by whom, with whom, where, when, with what money, and what came of it.
public struct PlanActivity: Hashable, Sendable {
  public var code: String
  public var objective: String
  public var name: LocalizedText
  /// The code of the institution that answers for it.
  public var lead: String
  public var partners: [String]
  /// ISO codes; none: the whole country.
  public var provinces: [String]
  /// The name of a canton, where it is for one.
  public var canton: String
  public var from: CalendarDay
  public var until: CalendarDay
  /// The codes of the activities that must be over before it begins.
  public var dependsOn: [String]
  public var state: ActivityState
  /// When it was done.
  public var doneOn: CalendarDay?
  public var result: String
  /// Where it can be seen that it was done: a document, a certificate number, a list. Never a person's name.
  public var evidence: String
  public var money: [PlanMoney]
  public var line = 0

  public init(
    code: String, objective: String, name: LocalizedText, lead: String, partners: [String] = [],
    provinces: [String] = [], canton: String = "", from: CalendarDay, until: CalendarDay, dependsOn: [String] = [],
    state: ActivityState = .planned, doneOn: CalendarDay? = nil, result: String = "", evidence: String = "",
    money: [PlanMoney] = []
  ) {
    self.code = code
    self.objective = objective
    self.name = name
    self.lead = lead
    self.partners = partners
    self.provinces = provinces
    self.canton = canton
    self.from = from
    self.until = until
    self.dependsOn = dependsOn
    self.state = state
    self.doneOn = doneOn
    self.result = result
    self.evidence = evidence
    self.money = money
  }

  /// Whether it should be over, or begun, and is not.
  public func isLate(on day: CalendarDay) -> Bool {
    switch state {
    case .planned: from < day
    case .underWay, .paused: until < day
    case .done, .dropped: false
    }
  }
}

/// An amount that was budgeted for an activity or spent on it.
public struct PlanMoney: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
    case budget
    case spent
  }

  public var kind: Kind
  /// Whose money it is, as it is written in the budget.
  public var source: String
  /// ISO 4217.
  public var currency: String
  public var amount: Money
  public var day: CalendarDay
  public var line = 0

  public init(kind: Kind, source: String, currency: String, amount: Money, day: CalendarDay) {
    self.kind = kind
    self.source = source
    self.currency = currency
    self.amount = amount
    self.day = day
  }
}
