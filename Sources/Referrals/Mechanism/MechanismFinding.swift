import Basics

/// Something a mechanism lacks, or that its authors should know.
public struct MechanismFinding: Hashable, Sendable {
  public enum Weight: String, Hashable, Sendable, Encodable {
    /// Somebody falls through here.
    case gap
    /// Worth a look; it may be meant so.
    case notice
  }

  public enum Code: String, Hashable, Sendable, Encodable, CaseIterable {
    case unknownStart = "unknown_start"
    case unknownStep = "unknown_step"
    case unknownDesk = "unknown_desk"
    case unknownService = "unknown_service"
    case unknownForm = "unknown_form"
    case unknownLimit = "unknown_limit"
    case stepWithoutDesk = "step_without_desk"
    case provinceWithoutDesk = "province_without_desk"
    case needWithoutService = "need_without_service"
    case serviceOutOfReach = "service_out_of_reach"
    case noWayOn = "no_way_on"
    case cycleWithoutWayOut = "cycle_without_way_out"
    case unreachableStep = "unreachable_step"
    case limitOverLaw = "limit_over_law"
    case limitOverUnverified = "limit_over_unverified"
    case lawNotInForce = "law_not_in_force"
    case noTimeLimit = "no_time_limit"
    case noOutOfHours = "no_out_of_hours"
    case outOfHoursGap = "out_of_hours_gap"
    case noAlternate = "no_alternate"
    case alternateLeadsBack = "alternate_leads_back"
    case noHandoverCriteria = "no_handover_criteria"
    case noFeedback = "no_feedback"
    case unusedDesk = "unused_desk"
    case unusedService = "unused_service"
    case unusedForm = "unused_form"
  }

  public var code: Code
  public var weight: Weight
  /// The line of the file.
  public var line: Int
  /// The code of the step, desk, service or form that is meant.
  public var place: String
  /// Other codes it is about: the steps of a cycle, the provinces without a desk.
  public var about: [String]
  /// Whom it concerns, where it does not concern everybody.
  public var people: People?
  public var says: LocalizedText
  /// What to do about it.
  public var advice: LocalizedText

  /// Kinds of people: everybody with one of the needs, ages, sexes and provinces.
  public struct People: Hashable, Sendable, Encodable {
    public var needs: [String]
    public var ages: [String]
    public var sexes: [String]
    public var provinces: [String]
  }
}

extension MechanismFinding: Encodable {
  private enum Key: String, CodingKey { case code, weight, line, place, about, people, says, advice }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(code, forKey: .code)
    try container.encode(weight, forKey: .weight)
    try container.encode(line, forKey: .line)
    try container.encode(place, forKey: .place)
    if !about.isEmpty { try container.encode(about, forKey: .about) }
    try container.encodeIfPresent(people, forKey: .people)
    try container.encode(says, forKey: .says)
    try container.encode(advice, forKey: .advice)
  }
}
