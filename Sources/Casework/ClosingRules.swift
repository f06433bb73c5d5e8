import Basics
import CountryPack

/// Where the closing of a case stands, with who has spoken last.
public enum ClosingState: Hashable, Sendable {
  case open
  /// Somebody proposed to close it.
  /// - reopenedBy: who opened it again before, when no supervisor has looked at that yet.
  case proposed(by: MemberID, reopenedBy: MemberID?)
  case closed
  /// It is open again and works as an open one; a supervisor looks at it afterwards.
  case reopened(by: MemberID)
}

public enum ClosingMove: String, Hashable, Sendable, CaseIterable {
  case propose
  case takeBack = "take_back"
  case approve, refuse, reopen, confirm
}

/// How a member of the owning agency stands to the closing of a case.
public struct ClosingStanding: Hashable, Sendable {
  public var member: MemberID
  /// May propose, and open again.
  public var proposes: Bool
  /// Answers proposals: a supervisor.
  public var decides: Bool

  public init(_ member: MemberID, proposes: Bool, decides: Bool) {
    self.member = member
    self.proposes = proposes
    self.decides = decides
  }
}

/// Which move, from which state, by whom: pure and total.
public enum ClosingRules {
  /// The state a move leads to.
  ///
  /// - A case is closed by two people: one proposes, a supervisor who is another one approves.
  /// - It is opened again by one: a person who comes back must not wait for a signature. Unless a supervisor did it, one
  ///   who is another looks at it afterwards; until then all works as in any open case.
  /// - Answering a proposal to close says that the reopening before was looked at.
  ///
  /// Throws `Refusal`: `.forbidden` when it is not this member's to do, `.conflict` when the state does not allow it.
  public static func next(_ move: ClosingMove, from state: ClosingState, by standing: ClosingStanding) throws(Refusal)
    -> ClosingState
  {
    guard isTheirs(move, standing) else { throw .forbidden }
    switch (move, state) {
    case (.propose, .open): return .proposed(by: standing.member, reopenedBy: nil)
    case (.propose, .reopened(let member)): return .proposed(by: standing.member, reopenedBy: member)
    case (.propose, .proposed): throw Refusal(.conflict, Phrase("error.closing_proposed"))
    case (.takeBack, .proposed(let proposer, let reopener)):
      guard proposer == standing.member else { throw .forbidden }
      return reopener.map { .reopened(by: $0) } ?? .open
    case (.approve, .proposed(let proposer, _)), (.refuse, .proposed(let proposer, _)):
      guard proposer != standing.member else { throw Refusal(.conflict, Phrase("error.closing_four_eyes")) }
      return move == .approve ? .closed : .open
    case (.reopen, .closed): return standing.decides ? .open : .reopened(by: standing.member)
    case (.confirm, .reopened(let member)):
      guard member != standing.member else { throw Refusal(.conflict, Phrase("error.closing_four_eyes")) }
      return .open
    case (.reopen, _): throw Refusal(.conflict, Phrase("error.case_open"))
    case (_, .closed): throw Refusal(.conflict, Phrase("error.case_closed"))
    case (.takeBack, _), (.approve, _), (.refuse, _): throw Refusal(.conflict, Phrase("error.closing_not_proposed"))
    case (.confirm, _): throw Refusal(.conflict, Phrase("error.reopening_seen"))
    }
  }

  private static func isTheirs(_ move: ClosingMove, _ standing: ClosingStanding) -> Bool {
    switch move {
    case .propose, .takeBack: standing.proposes
    case .reopen: standing.proposes || standing.decides
    case .approve, .refuse, .confirm: standing.decides
    }
  }

  /// The moves to offer now.
  public static func moves(from state: ClosingState, by standing: ClosingStanding) -> Set<ClosingMove> {
    Set(ClosingMove.allCases.filter { (try? next($0, from: state, by: standing)) != nil })
  }

  /// What is wrong with a proposal, field by field.
  /// - Parameter isLeft: whether the proposer said that what is open may stay undone.
  static func problems(
    reason: String, summary: String, open: Int, isLeft: Bool, _ pack: CountryPack, on day: CalendarDay
  ) -> [FieldProblem] {
    var problems = TextRules.problems([("summary", summary, .note)])
    let term = pack.term(.closureReasons, reason)
    if term == nil || term?.until.map({ day >= $0 }) == true {
      problems.append(FieldProblem("reason", "error.unknown_code"))
    }
    if open > 0, !isLeft {
      problems.append(FieldProblem("leaving", Phrase("error.case_open_follow_ups", ["count": String(open)])))
    }
    return problems
  }

  /// What is wrong with the words that go with an answer or a reopening.
  static func problems(_ words: String, areNeeded: Bool) -> [FieldProblem] {
    var problems = TextRules.problems([("words", words, .note)])
    if areNeeded, !words.contains(where: \.isLetter) { problems.append(FieldProblem("words", "error.closing_words")) }
    return problems
  }
}
