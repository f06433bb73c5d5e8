import Basics
import Referrals
import Testing

private typealias Rules = ReferralRules

/// What may happen, written out a second time: from which state which move leads where, when nothing else stands in
/// the way. What is not here must be refused or change nothing.
private let moves: [ReferralMove: [Referral.State: Referral.State]] = [
  .open: [.sent: .seen],
  .claim: [.sent: .sent, .seen: .seen, .asked: .asked, .accepted: .accepted],
  .release: [.sent: .sent, .seen: .seen, .asked: .asked, .accepted: .accepted],
  .ask: [.seen: .asked],
  .reply: [.asked: .seen],
  .accept: [.seen: .accepted, .asked: .accepted],
  .decline: [.sent: .declined, .seen: .declined, .asked: .declined],
  .begin: [.accepted: .accepted],
  .complete: [.accepted: .completed],
  .withdraw: [.sent: .withdrawn, .seen: .withdrawn, .asked: .withdrawn, .accepted: .withdrawn],
  .revoke: [.sent: .revoked, .seen: .revoked, .asked: .revoked, .accepted: .revoked],
  .caseClosed: [.sent: .endedWithCase, .seen: .endedWithCase, .asked: .endedWithCase],
]

private let ofReceiver: Set<ReferralMove> = [.open, .claim, .release, .ask, .accept, .decline, .begin, .complete]
private let ofSender: Set<ReferralMove> = [.send, .reply, .withdraw]

private let stances: [Rules.Stance] = Rules.Party.allCases.flatMap { party in
  (0..<8).map { bits in
    Rules.Stance(party, mayRead: bits & 1 != 0, maySend: bits & 2 != 0, mayAnswer: bits & 4 != 0)
  }
}

private let situations: [Rules.Situation] = Referral.State.allCases.flatMap { state in
  Rules.Claim.allCases.flatMap { claim in
    [false, true].map { Rules.Situation(state, claim: claim, hasBegun: $0) }
  }
}

@Suite struct ReferralRulesTests {
  private func hasRight(_ move: ReferralMove, _ stance: Rules.Stance) -> Bool {
    switch stance.party {
    case .receiver: ofReceiver.contains(move) && (stance.mayAnswer || (move == .open && stance.mayRead))
    case .sender: ofSender.contains(move) && stance.maySend
    case .system: move == .revoke || move == .caseClosed
    case .observer, .stranger: false
    }
  }

  @Test(arguments: ReferralMove.allCases) func everyActorStateAndMove(_ move: ReferralMove) {
    for stance in stances {
      for situation in situations {
        let outcome = Rules.outcome(of: move, in: situation, by: stance)
        var expected = hasRight(move, stance) ? moves[move]?[situation.state] : nil
        let answers: Set<ReferralMove> = [.ask, .accept, .decline, .begin, .complete]
        if answers.contains(move), situation.claim == .colleague { expected = nil }
        if move == .claim, situation.claim != .nobody { expected = nil }
        if move == .release, situation.claim == .nobody { expected = nil }
        if move == .begin, situation.hasBegun { expected = nil }
        let made: Referral.State? = if case .becomes(let state) = outcome { state } else { nil }
        #expect(made == expected, "\(move) \(situation) \(stance)")
      }
    }
  }

  @Test func aStrangerLearnsNothingAndAnObserverChangesNothing() {
    for situation in situations {
      for move in ReferralMove.allCases {
        for stance in stances where stance.party == .stranger {
          #expect(Rules.outcome(of: move, in: situation, by: stance) == .no(.notYours))
        }
        for stance in stances where stance.party == .observer {
          #expect(Rules.outcome(of: move, in: situation, by: stance) == .no(.notAllowed))
        }
      }
    }
    #expect(Rules.Reason.notYours.refusal.kind == .notFound)
    #expect(Rules.Reason.notAllowed.refusal.kind == .forbidden)
  }

  @Test func nothingStandsInTheWayOfEnding() {
    let receiver = Rules.Stance(.receiver, mayAnswer: true)
    let sender = Rules.Stance(.sender, maySend: true)
    for state in [Referral.State.revoked, .endedWithCase] {
      #expect(Rules.outcome(of: .decline, in: .init(state), by: receiver) == .already)
      #expect(Rules.outcome(of: .withdraw, in: .init(state), by: sender) == .already)
    }
    for state in Referral.State.allCases where !state.isLive {
      for move in [ReferralMove.revoke, .caseClosed] {
        #expect(Rules.outcome(of: move, in: .init(state), by: .init(.system)) == .already)
      }
      #expect(Rules.options(in: .init(state), by: receiver).isEmpty)
      #expect(Rules.options(in: .init(state), by: sender).isEmpty)
    }
  }

  @Test func aSecondAnswerIsToldWhatHappened() {
    let receiver = Rules.Stance(.receiver, mayAnswer: true)
    let sender = Rules.Stance(.sender, maySend: true)
    #expect(Rules.outcome(of: .accept, in: .init(.accepted), by: receiver) == .no(.alreadyAccepted))
    #expect(Rules.outcome(of: .decline, in: .init(.accepted), by: receiver) == .no(.alreadyAccepted))
    #expect(Rules.outcome(of: .accept, in: .init(.withdrawn), by: receiver) == .no(.ended(.withdrawn)))
    #expect(Rules.outcome(of: .withdraw, in: .init(.declined), by: sender) == .no(.ended(.declined)))
    #expect(Rules.outcome(of: .accept, in: .init(.seen, claim: .colleague), by: receiver) == .no(.claimed))
    #expect(Rules.outcome(of: .accept, in: .init(.sent), by: receiver) == .no(.openFirst))
  }

  /// What a screen offers is what the desk would do: one function for both.
  @Test func whatIsOfferedIsWhatWouldBeDone() {
    for stance in stances {
      for situation in situations {
        let offered = Set(Rules.options(in: situation, by: stance))
        for move in ReferralMove.allCases where move != .open {
          let outcome = Rules.outcome(of: move, in: situation, by: stance)
          let made = if case .becomes = outcome { true } else { false }
          #expect(offered.contains(move) == made)
        }
      }
    }
  }
}
