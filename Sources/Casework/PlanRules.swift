import Basics
import CountryPack

/// What a plan must fulfil. Pure.
public enum PlanRules {
  static func problems(_ goal: GoalContent, _ pack: CountryPack) -> [FieldProblem] {
    var problems = TextRules.problems([("words", goal.words, .note)])
    if !goal.words.contains(where: \.isLetter) { problems.append(FieldProblem("words", "error.missing")) }
    if let need = goal.need, pack.term(.needs, need) == nil {
      problems.append(FieldProblem("need", "error.unknown_code"))
    }
    return problems
  }

  /// - Parameters:
  ///   - before: the day it was due until now; an action that is late already may keep its day.
  static func problems(
    _ action: ActionRequest, before: CalendarDay?, providerExists: Bool, responsibleExists: Bool, on day: CalendarDay
  ) -> [FieldProblem] {
    var problems = TextRules.problems([
      ("words", action.content.words, .note), ("provider_name", action.content.providerName, .name),
    ])
    func wrong(_ field: String, _ key: String) { problems.append(FieldProblem(field, key)) }
    if !action.content.words.contains(where: \.isLetter) { wrong("words", "error.missing") }
    if !providerExists { wrong("provider", "error.unknown_code") }
    if action.provider == nil, !action.content.providerName.contains(where: \.isLetter) {
      wrong("provider_name", "error.doer_needed")
    }
    if !responsibleExists { wrong("responsible", "error.unknown_code") }
    if action.due != before {
      if action.due < day { wrong("due", "error.day_past") }
      if action.due > day.adding(days: 5 * 366) { wrong("due", "error.day_too_far") }
    }
    return problems
  }

  static func problems(_ result: ActionResult, _ pack: CountryPack, on day: CalendarDay) -> [FieldProblem] {
    var problems = TextRules.problems([("result", result.words, .note)])
    func wrong(_ field: String, _ key: String) { problems.append(FieldProblem(field, key)) }
    if pack.term(.outcomes, result.outcome) == nil { wrong("outcome", "error.unknown_code") }
    if result.done > day { wrong("done", "error.day_future") }
    if result.done < day.adding(days: -366 * 20) { wrong("done", "error.day_too_long_ago") }
    if case .new(_, let code) = result.service, pack.term(.services, code) == nil {
      wrong("service_kind", "error.unknown_code")
    }
    return problems
  }

  static func problemsOfAgreement(
    way: String, day agreed: CalendarDay, note: String, _ pack: CountryPack, on day: CalendarDay
  )
    -> [FieldProblem]
  {
    var problems = TextRules.problems([("note", note, .note)])
    func wrong(_ field: String, _ key: String) { problems.append(FieldProblem(field, key)) }
    if pack.term(.agreementWays, way) == nil { wrong("way", "error.unknown_code") }
    if agreed > day { wrong("day", "error.day_future") }
    if agreed < day.adding(days: -366) { wrong("day", "error.day_too_long_ago") }
    return problems
  }

  /// Why a plan can't be agreed as it is; `nil` when it can.
  public static func obstacleToAgreement(_ plan: AssistancePlan) -> Phrase? {
    plan.goals.contains { goal in goal.state == .open && !plan.actions(of: goal.id).isEmpty }
      ? nil : Phrase("error.plan_is_empty")
  }

  /// Why a member can't sign a plan off; `nil` when they can. Four eyes: not who wrote the agreement down.
  public static func obstacleToSignature(_ plan: AssistancePlan, by member: MemberID) -> Phrase? {
    guard let agreement = plan.agreement else { return Phrase("error.plan_not_agreed") }
    if plan.signature != nil { return Phrase("error.plan_signed") }
    return agreement.madeBy == member ? Phrase("error.plan_four_eyes") : nil
  }
}
