import Basics
import CountryPack

/// What an assessment must fulfil, and how two compare. Pure.
public enum AssessmentRules {
  /// The pack's questions.
  public static func list(_ kind: AssessmentKind) -> PackList {
    switch kind {
    case .needs: .needs
    case .risk: .risks
    case .retrafficking: .retrafficking
    }
  }

  /// By when to look again: as asked, else as many days later as the level says.
  static func due(_ request: AssessmentRequest, _ pack: CountryPack) -> CalendarDay {
    request.due ?? request.day.adding(days: pack.term(.assessmentLevels, request.level)?.days ?? 30)
  }

  /// What is wrong with a request, field by field.
  static func problems(_ request: AssessmentRequest, _ pack: CountryPack, on day: CalendarDay) -> [FieldProblem] {
    var problems = TextRules.problems([("note", request.content.note, .note)])
    func wrong(_ field: String, _ key: String) { problems.append(FieldProblem(field, key)) }
    if pack.term(.assessmentLevels, request.level) == nil { wrong("level", "error.unknown_code") }
    if request.day > day { wrong("day", "error.day_future") }
    if request.day < day.adding(days: -366 * 20) { wrong("day", "error.day_too_long_ago") }
    if let due = request.due {
      if due <= request.day { wrong("due", "error.due_before_day") }
      if due > day.adding(days: 5 * 366) { wrong("due", "error.day_too_far") }
    }
    let list = list(request.kind)
    for code in request.content.answers.keys where pack.term(list, code) == nil {
      wrong("a_" + code, "error.unknown_code")
    }
    if request.content.answers.isEmpty, let first = pack.lists[list]?.first {
      wrong("a_" + first.code, "error.nothing_answered")
    }
    return problems
  }

  static func problems(_ plan: SafetyPlan) -> [FieldProblem] {
    TextRules.problems([
      ("signs", plan.signs, .note), ("places", plan.places, .note), ("people", plan.people, .note),
      ("signal", plan.signal, .line), ("belongings", plan.belongings, .note),
    ])
  }

  /// - Returns: `nil` when one of the two can't be read.
  public static func comparison(_ now: Assessment, with before: Assessment, _ pack: CountryPack)
    -> AssessmentComparison?
  {
    guard let content = now.content, let old = before.content else { return nil }
    func rank(_ level: String) -> Int { pack.term(.assessmentLevels, level)?.rank ?? 0 }
    let (new, last) = (rank(now.level), rank(before.level))
    // In the order of the list, then what a list no longer has.
    let listed = (pack.lists[list(now.kind)] ?? []).map(\.code)
    let codes = listed + Set(content.answers.keys).union(old.answers.keys).subtracting(listed).sorted()
    func those(_ fits: (FourWayAnswer, FourWayAnswer) -> Bool) -> [String] {
      codes.filter { fits(old.answer($0), content.answer($0)) }
    }
    return AssessmentComparison(
      level: new > last ? .higher : new < last ? .lower : .same, came: those { $0 != .yes && $1 == .yes },
      stayed: those { $0 == .yes && $1 == .yes }, went: those { $0 == .yes && $1 == .no },
      unanswered: those { $0 == .yes && ($1 == .unknown || $1 == .notAsked) })
  }
}

extension Term {
  /// How grave a level is; a higher number is graver.
  var rank: Int? { details["rank"].flatMap { Int($0) } }
  /// After how many days to look again.
  var days: Int? { details["days"].flatMap { Int($0) } }
}
