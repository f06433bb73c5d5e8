import Basics

/// What can be done with a screening.
public enum ScreeningMove: Hashable, Sendable {
  case answerSafety(SafetyVerdict)
  /// Going on although the safety check asks to stop, or something in it is open.
  case goOn
  /// Saving a topic, or correcting what was typed at the start.
  case answer
  case finish
  /// Taking an interview up again after its result.
  case reopen
  case decide(Decision.Kind)
  case reportDanger
  case settleDanger
}

/// How a member stands to one screening of the agency.
public struct Standing: Hashable, Sendable {
  /// Conducts it, and may conduct screenings.
  public var isInterviewer: Bool
  /// May read all screenings of the agency.
  public var readsAll: Bool
  /// May identify formally.
  public var decides: Bool

  public init(isInterviewer: Bool, readsAll: Bool, decides: Bool) {
    self.isInterviewer = isInterviewer
    self.readsAll = readsAll
    self.decides = decides
  }
}

/// Which move, from which state, by whom: pure and total.
public enum ScreeningRules {
  /// The state a move leads to.
  ///
  /// - Parameter formallyDecided: whether a formal decision was ever made on it; from then on only those who may
  ///   identify formally decide, so that nobody undoes it from the side.
  ///
  /// Throws `Refusal`: `.forbidden` when it is not this member's to do, `.conflict` when the state does not allow it.
  public static func next(
    _ move: ScreeningMove, from status: Screening.Status, formallyDecided: Bool, by standing: Standing
  ) throws(Refusal) -> Screening.Status {
    guard mayEver(move, formallyDecided: formallyDecided, standing) else { throw .forbidden }
    switch (move, status) {
    case (.answerSafety(let verdict), .safetyCheck), (.answerSafety(let verdict), .safetyStopped),
      (.answerSafety(let verdict), .inProgress):
      return verdict.status
    case (.goOn, .safetyCheck), (.goOn, .safetyStopped), (.answer, .inProgress): return .inProgress
    case (.finish, .inProgress), (.finish, .safetyStopped): return .finished
    case (.reopen, .finished), (.reopen, .decided): return .inProgress
    case (.decide, .finished), (.decide, .decided): return .decided
    case (.reportDanger, .safetyCheck), (.reportDanger, .inProgress): return .safetyStopped
    case (.reportDanger, _), (.settleDanger, _): return status
    default: throw Refusal(.conflict, Phrase("error.screening_moved_on"))
    }
  }

  /// Until when a formal decision is due by the country's rule; `nil` where there is no rule, or nothing to decide.
  ///
  /// - Parameter days: from the end of the interview.
  public static func formalDecisionDue(_ screening: Screening, withinDays days: Int?) -> Moment? {
    guard let days, let finished = screening.finishedAt, screening.decision?.isFormal != true,
      screening.status == .finished || screening.status == .decided
    else { return nil }
    return finished + .days(days)
  }

  private static func mayEver(_ move: ScreeningMove, formallyDecided: Bool, _ standing: Standing) -> Bool {
    switch move {
    case .answerSafety, .answer, .finish, .reopen: standing.isInterviewer
    case .goOn: standing.isInterviewer || standing.decides
    case .reportDanger: standing.isInterviewer || standing.readsAll
    case .settleDanger: standing.decides
    case .decide(let kind):
      standing.decides || (standing.isInterviewer && !kind.isFormal && !formallyDecided)
    }
  }
}
