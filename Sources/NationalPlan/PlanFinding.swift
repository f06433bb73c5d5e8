import Basics

/// What can be wrong with a plan.
public enum PlanProblem: String, Hashable, Sendable, CaseIterable, Codable {
  case twiceNamed = "twice_named"
  case unknownPart = "unknown_part"
  case unknownPlace = "unknown_place"
  case unknownInstitution = "unknown_institution"
  case datesInverted = "dates_inverted"
  case outsidePlan = "outside_plan"
  case waitsForItself = "waits_for_itself"
  case beginsTooEarly = "begins_too_early"
  /// Two values of an indicator on one day.
  case valueThere = "value_there"
  case targetBelowBaseline = "target_below_baseline"
  case negativeMoney = "negative_money"
  case unknownCurrency = "unknown_currency"
  case currencyOfAnotherTime = "currency_of_another_time"
  case twoInForce = "two_in_force"
  /// Done without the day, or a day without being done.
  case doneNeedsDay = "done_needs_day"
  /// Something that is said to have happened on a day to come.
  case stillToCome = "still_to_come"
}

/// One thing that is wrong with a plan, and where it stands.
public struct PlanFinding: Hashable, Sendable, Codable {
  public enum Weight: String, Hashable, Sendable, Codable {
    /// The plan can't be kept as it stands.
    case error
    /// Worth a look.
    case notice
  }

  public var problem: PlanProblem
  public var weight: Weight
  /// The code of the part that is meant: of an activity, an indicator, an objective, an axis, or the plan's own.
  public var item: String
  /// The field of the part's form beside which it is said; empty where there is none.
  public var field: String
  /// What is meant, where it is not the part itself: the code that is missing, or the whole circle; else empty.
  public var named = ""
  /// In the file, from 1; 0 when the plan came from the store.
  public var line: Int
  public var says: LocalizedText
}
