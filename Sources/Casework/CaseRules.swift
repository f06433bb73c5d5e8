import Accounts
import Basics

/// What can be done with a case.
public enum CaseMove: String, Hashable, Sendable, CaseIterable {
  case read, edit
  case giveConsent = "give_consent"
  case withdrawConsent = "withdraw_consent"
  case addService = "add_service"
  case planFollowUp = "plan_follow_up"
  case finishFollowUp = "finish_follow_up"
  case approvePlan = "approve_plan"
  /// To propose that it be closed.
  case close
  /// To answer a proposal, and to look at a reopening afterwards.
  case answerClosing = "answer_closing"
  case reopen
}

/// An actor's part in one case.
public enum CasePart: String, Hashable, Sendable, CaseIterable {
  /// A member of the owning agency who opened it.
  case opener
  /// Another member of the owning agency.
  case colleague
  /// A member of an agency that was given some of its content and can still read it.
  case receiver
  case stranger
}

/// Which move is possible from which state, by whom. Pure and total: pages offer what this allows, desks refuse the rest.
public enum CaseRules {
  public enum Verdict: Hashable, Sendable {
    case allowed
    /// The actor must not know that there is such a case.
    case unknown
    case forbidden
    /// The case is not in the state for it; the phrase says what is.
    case wrongState(String)
  }

  public static func verdict(
    _ move: CaseMove, _ status: CaseStatus, _ part: CasePart, may: (Permission) -> Bool
  ) -> Verdict {
    switch part {
    case .stranger: return .unknown
    case .receiver:
      guard may(.readCase) else { return .unknown }
      return move == .read ? .allowed : .forbidden
    // Frontline officers have a permission to open cases and none to read them: they see those they opened.
    case .opener: guard may(.readCase) || may(.openCase) else { return .unknown }
    case .colleague: guard may(.readCase) else { return .unknown }
    }
    guard permissions(move).contains(where: may) else { return .forbidden }
    return switch (move, status) {
    // Withdrawing is possible at any time.
    case (.read, _), (.withdrawConsent, _), (.reopen, .closed): .allowed
    case (.reopen, .open): .wrongState("error.case_open")
    case (_, .open): .allowed
    case (_, .closed): .wrongState("error.case_closed")
    }
  }

  /// Any one of these is enough.
  static func permissions(_ move: CaseMove) -> [Permission] {
    switch move {
    case .read: [.readCase, .openCase]
    case .edit, .addService, .planFollowUp, .finishFollowUp: [.editCase]
    case .giveConsent: [.recordConsent]
    case .withdrawConsent: [.recordConsent, .editCase]
    case .approvePlan: [.approvePlan]
    case .close, .reopen: [.closeCase]
    case .answerClosing: [.approveClosing]
    }
  }
}

extension CaseRules.Verdict {
  /// Throws what the verdict means to the actor.
  func require() throws(Refusal) {
    switch self {
    case .allowed: return
    case .unknown: throw .notFound
    case .forbidden: throw .forbidden
    case .wrongState(let key): throw Refusal(.conflict, Phrase(key))
    }
  }
}
