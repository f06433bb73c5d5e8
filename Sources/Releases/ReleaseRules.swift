import Basics

/// What can be done with a release.
public enum ReleaseMove: String, Hashable, Sendable, CaseIterable {
  /// Counts, protects and attacks it together with everything published before, and freezes it.
  case check
  /// The second pair of eyes: publishes what was frozen.
  case publish
  /// Makes a draft of it again, with a reason.
  case sendBack = "send_back"
  case discard
  /// Drafts the next version, with a note that stays visible.
  case correct
  /// Takes its numbers away; its address stays and says why.
  case withdraw
}

/// Who wants to do it.
public struct ReleaseStanding: Hashable, Sendable {
  public var mayDraft: Bool
  public var mayPublish: Bool
  /// Drafted or checked it.
  public var hadAHand: Bool

  public init(mayDraft: Bool, mayPublish: Bool, hadAHand: Bool) {
    self.mayDraft = mayDraft
    self.mayPublish = mayPublish
    self.hadAHand = hadAHand
  }
}

/// Which move is allowed from which state by whom: pure and total.
public enum ReleaseRules {
  public enum Verdict: Hashable, Sendable {
    case allowed
    /// The role does not allow it.
    case forbidden
    /// Somebody else must do it.
    case needsSomebodyElse
    /// Not in this state.
    case notNow

    /// Throws the `Refusal` that says why.
    public func require() throws(Refusal) {
      switch self {
      case .allowed: return
      case .forbidden: throw .forbidden
      case .needsSomebodyElse: throw Refusal(.conflict, Phrase("error.release_second_eyes"))
      case .notNow: throw Refusal(.conflict, Phrase("error.release_not_now"))
      }
    }
  }

  public static func verdict(_ move: ReleaseMove, _ state: ReleaseState, by standing: ReleaseStanding) -> Verdict {
    switch move {
    case .check, .correct: guard standing.mayDraft else { return .forbidden }
    case .publish, .withdraw: guard standing.mayPublish else { return .forbidden }
    case .sendBack, .discard:
      // Whoever made it can take it back; somebody else's only those who may publish.
      guard standing.mayPublish || standing.mayDraft && standing.hadAHand else { return .forbidden }
    }
    switch (move, state) {
    case (.check, .draft), (.sendBack, .checked), (.discard, .draft), (.discard, .checked), (.correct, .published),
      (.correct, .withdrawn), (.withdraw, .published):
      return .allowed
    case (.publish, .checked): return standing.hadAHand ? .needsSomebodyElse : .allowed
    default: return .notNow
    }
  }
}
