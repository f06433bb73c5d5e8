import Basics
import CountryPack

/// Which step of a return follows which, and what each must fulfil. Pure and total.
public enum ReturnRules {
  /// A look at the risks that is older says nothing of the return. Our own decision.
  public static let assessmentDays = 30

  /// The state a step leads to. Nobody is returned without having agreed, nor before what may happen there was looked
  /// at; until the arrival is confirmed it can be given up at any time.
  ///
  /// Throws `Refusal` `.conflict` where the state does not allow it.
  public static func next(_ move: ReturnMove, from state: PersonReturn.State) throws(Refusal) -> PersonReturn.State {
    switch (move, state) {
    case (.agree, .planned): return .agreed
    case (.assess, .agreed): return .assessed
    case (.handOver, .assessed): return .handedOver
    case (.confirm, .handedOver): return .confirmed
    case (.cancel, .planned), (.cancel, .agreed), (.cancel, .assessed), (.cancel, .handedOver): return .cancelled
    case (.assess, .planned), (.handOver, .planned), (.confirm, .planned):
      throw Refusal(.conflict, Phrase("error.return_not_agreed"))
    case (.handOver, .agreed), (.confirm, .agreed): throw Refusal(.conflict, Phrase("error.return_not_assessed"))
    case (.confirm, .assessed): throw Refusal(.conflict, Phrase("error.return_not_handed_over"))
    default: throw Refusal(.conflict, Phrase("error.return_moved_on"))
    }
  }

  /// The steps to offer now, the way forward first.
  public static func moves(from state: PersonReturn.State) -> [ReturnMove] {
    ReturnMove.allCases.filter { (try? next($0, from: state)) != nil }
  }

  static func problems(
    _ request: ReturnRequest, receiverExists: Bool, _ pack: CountryPack, on day: CalendarDay
  ) -> [FieldProblem] {
    var problems = TextRules.problems([
      ("words", request.content.words, .note), ("receiver_name", request.content.receiverName, .name),
    ])
    func wrong(_ field: String, _ key: String) { problems.append(FieldProblem(field, key)) }
    if pack.term(.countries, request.country) == nil { wrong("country", "error.unknown_code") }
    if !request.content.words.contains(where: \.isLetter) { wrong("words", "error.missing") }
    if !receiverExists { wrong("receiver", "error.unknown_code") }
    if request.receiver == nil, !request.content.receiverName.contains(where: \.isLetter) {
      wrong("receiver_name", "error.return_receiver_needed")
    }
    if request.departure < day { wrong("departure", "error.day_past") }
    if request.departure > day.adding(days: 2 * 366) { wrong("departure", "error.day_too_far") }
    return problems
  }

  /// - Parameters:
  ///   - deciders: who may decide for the person, by the age that is known.
  ///   - risks: the looks at the risks of the case.
  static func problems(
    _ step: ReturnStepRequest, of stored: PersonReturn, deciders: Set<ConsentDecider>, risks: [Assessment],
    _ pack: CountryPack, on day: CalendarDay
  ) -> [FieldProblem] {
    var problems = TextRules.problems([("words", step.words, .note)])
    func wrong(_ field: String, _ key: String) { problems.append(FieldProblem(field, key)) }
    let says = step.words.contains(where: \.isLetter)
    if step.day > day { wrong("day", "error.day_future") }
    if step.day < stored.steps.map(\.day).max() ?? day.adding(days: -366) { wrong("day", "error.return_day_before") }
    switch step.move {
    case .agree:
      if let decider = step.decidedBy {
        if !deciders.contains(decider) {
          wrong("decided_by", decider == .person ? "error.consent_too_young" : "error.consent_adult_decides")
        }
      } else {
        wrong("decided_by", "error.consent_decider_needed")
      }
      if step.way.flatMap({ pack.term(.agreementWays, $0) }) == nil { wrong("way", "error.unknown_code") }
    case .assess:
      let found = risks.first { $0.id == step.assessment }
      if let found, found.day >= day.adding(days: -assessmentDays) {
        // A person decides, no level does; but what is grave is answered in words.
        let isGrave = (pack.term(.assessmentLevels, found.level)?.rank ?? 0) >= 3
        if isGrave, !says { wrong("words", "error.return_risk_words") }
      } else {
        wrong("assessment", "error.return_assessment_needed")
      }
    case .handOver, .cancel: if !says { wrong("words", "error.missing") }
    case .confirm:
      if !says { wrong("words", "error.missing") }
      if step.monitoring.contains(where: { $0 < day || $0 > day.adding(days: 5 * 366) }) {
        wrong("monitoring", "error.return_monitoring")
      }
    }
    return problems
  }
}
