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
  case reportDanger
  case settleDanger
}

/// How a member stands to one screening of the agency.
public struct Standing: Hashable, Sendable {
  /// Conducts it, and may conduct screenings.
  public var isInterviewer: Bool
  /// May read all screenings of the agency.
  public var readsAll: Bool
  /// A supervisor.
  public var decides: Bool

  public init(isInterviewer: Bool, readsAll: Bool, decides: Bool) {
    self.isInterviewer = isInterviewer
    self.readsAll = readsAll
    self.decides = decides
  }
}

/// Which move, from which state, by whom: pure and total.
public enum ScreeningRules {
  /// The state a move leads to. What concerns decisions is in `DecisionRules`.
  ///
  /// Throws `Refusal`: `.forbidden` when it is not this member's to do, `.conflict` when the state does not allow it.
  public static func next(
    _ move: ScreeningMove, from status: Screening.Status, by standing: Standing
  ) throws(Refusal) -> Screening.Status {
    guard mayEver(move, standing) else { throw .forbidden }
    switch (move, status) {
    case (.answerSafety(let verdict), .safetyCheck), (.answerSafety(let verdict), .safetyStopped),
      (.answerSafety(let verdict), .inProgress):
      return verdict.status
    case (.goOn, .safetyCheck), (.goOn, .safetyStopped), (.answer, .inProgress): return .inProgress
    case (.finish, .inProgress), (.finish, .safetyStopped): return .finished
    case (.reopen, .finished), (.reopen, .decided): return .inProgress
    case (.reportDanger, .safetyCheck), (.reportDanger, .inProgress): return .safetyStopped
    case (.reportDanger, _), (.settleDanger, _): return status
    default: throw Refusal(.conflict, Phrase("error.screening_moved_on"))
    }
  }

  private static func mayEver(_ move: ScreeningMove, _ standing: Standing) -> Bool {
    switch move {
    case .answerSafety, .answer, .finish, .reopen: standing.isInterviewer
    case .goOn: standing.isInterviewer || standing.decides
    case .reportDanger: standing.isInterviewer || standing.readsAll
    case .settleDanger: standing.decides
    }
  }
}
