import Basics
import CountryPack

/// What can be done about the decision on a screening.
public enum DecisionMove: Hashable, Sendable {
  /// The own agency decides.
  case decide(Decision.Kind)
  /// Another body decided, and its paper arrived.
  case record(Decision.Kind)
  case review(Review.Verdict)
  case appeal
  /// The own agency answers an appeal.
  case answer(Ruling)
  /// Another body answered it, and its paper arrived.
  case recordAnswer(Ruling)
  case clock(DecisionClock.Move)
}

/// How an appeal is answered.
public enum Ruling: Hashable, Sendable {
  case stands
  case replaced(Decision.Kind)
}

/// What is known of a screening's decision.
public struct DecisionSituation: Hashable, Sendable {
  public var status: Screening.Status
  /// The newest.
  public var decision: Decision.Kind?
  /// Whether the newest was made by another body.
  public var isReceived: Bool
  /// Whether a formal decision was ever made.
  public var formallyDecided: Bool
  public var appealIsOpen: Bool
  public var clock: DecisionClock.State
}

/// How a member stands to the decision on a screening of the agency.
public struct DecisionStanding: Hashable, Sendable {
  /// Conducts the interview now, and may conduct interviews.
  public var isInterviewer: Bool
  /// Conducts it or conducted it before it was handed over.
  public var hasInterviewed: Bool
  /// May read all screenings of the agency.
  public var readsAll: Bool
  /// A supervisor.
  public var decides: Bool
  /// Whether the agency is one that may identify formally, by the pack.
  public var isOfABody: Bool
  /// Made the newest decision.
  public var madeTheDecision: Bool
}

/// Which move about a decision, in which situation, by whom: pure and total.
public enum DecisionRules {
  /// The state a move leads to.
  ///
  /// - A formal decision is made by a body that may, and never by who interviewed.
  /// - From the first formal decision on, only such a body decides, so that nobody undoes it from the side.
  /// - Nobody reviews the own interview or the own decision, and nobody answers an appeal against them.
  /// - An appeal is open to everybody who can see the interview. Its answer is never worse than what was appealed.
  ///
  /// Throws `Refusal`: `.forbidden` when it is not this member's to do, `.conflict` when the situation does not allow it.
  public static func next(
    _ move: DecisionMove, in situation: DecisionSituation, by standing: DecisionStanding, _ term: DecisionTerm?
  ) throws(Refusal) -> Screening.Status {
    let isOver = situation.status == .finished || situation.status == .decided
    switch move {
    case .decide(let kind):
      let byBody = standing.decides && standing.isOfABody
      let allowed =
        kind.isFormal
        ? byBody && !standing.hasInterviewed
        : situation.formallyDecided ? byBody : standing.decides || standing.isInterviewer
      guard allowed else { throw .forbidden }
      guard isOver else { throw movedOn }
      guard !situation.appealIsOpen else { throw Refusal(.conflict, Phrase("error.appeal_is_open")) }
      return .decided
    case .record(let kind):
      guard standing.decides, kind.isFormal else { throw .forbidden }
      guard isOver else { throw movedOn }
      guard !situation.appealIsOpen else { throw Refusal(.conflict, Phrase("error.appeal_is_open")) }
      return .decided
    case .review:
      guard standing.decides, !standing.hasInterviewed, !standing.madeTheDecision else { throw .forbidden }
      guard isOver, !situation.formallyDecided, !situation.appealIsOpen else { throw movedOn }
      return situation.status
    case .appeal:
      guard standing.isInterviewer || standing.readsAll || standing.decides else { throw .forbidden }
      guard situation.decision?.saysNo == true, !situation.appealIsOpen else { throw movedOn }
      return situation.status
    case .answer(let ruling):
      let needsBody =
        situation.formallyDecided || situation.decision?.isFormal == true || ruling == .replaced(.formallyIdentified)
      guard standing.decides, !standing.hasInterviewed, !standing.madeTheDecision, !needsBody || standing.isOfABody
      else { throw .forbidden }
      guard situation.appealIsOpen, let before = situation.decision else { throw movedOn }
      guard !situation.isReceived else { throw Refusal(.conflict, Phrase("error.appeal_of_another_body")) }
      return try after(ruling, before, situation.status)
    case .recordAnswer(let ruling):
      guard standing.decides, ruling == .stands || ruling == .replaced(.formallyIdentified) else { throw .forbidden }
      guard situation.appealIsOpen, let before = situation.decision, situation.isReceived || ruling != .stands else {
        throw movedOn
      }
      return try after(ruling, before, situation.status)
    case .clock(let move):
      guard standing.decides else { throw .forbidden }
      _ = try DecisionClock.next(move, from: situation.clock, term)
      return situation.status
    }
  }

  /// The status after an appeal's answer. A decision in its place must be better for the person than what was appealed.
  private static func after(_ ruling: Ruling, _ before: Decision.Kind, _ status: Screening.Status) throws(Refusal)
    -> Screening.Status
  {
    guard case .replaced(let kind) = ruling else { return status }
    guard kind.favour > before.favour, !kind.saysNo else { throw Refusal(.conflict, Phrase("error.appeal_worsens")) }
    return status == .finished ? .decided : status
  }

  private static var movedOn: Refusal { Refusal(.conflict, Phrase("error.screening_moved_on")) }
}

extension Decision.Kind {
  /// Whether it leaves the person without what was asked for. It can always be appealed.
  public var saysNo: Bool { self == .notPresumedNow || self == .notIdentifiedFormally }

  /// How much it gives the person, to compare with what stood before.
  var favour: Int {
    switch self {
    case .notIdentifiedFormally: 0
    case .notPresumedNow: 1
    case .needsMoreInformation: 2
    case .presumed: 3
    case .formallyIdentified: 4
    }
  }
}
