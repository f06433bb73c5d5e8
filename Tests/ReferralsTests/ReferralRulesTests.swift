import Basics
import Referrals
import TestSupport
import Testing

private typealias Rules = ReferralRules

/// What may happen, written out a second time: from which state which move leads where, when nothing else stands in
/// the way. What is not here must be refused or change nothing.
private let moves: [ReferralMove: [Referral.State: Referral.State]] = [
  .keep: [.draft: .draft], .discard: [.draft: .discarded], .send: [.draft: .sent],
  .open: [.sent: .seen],
  .claim: [.sent: .sent, .seen: .seen, .asked: .asked, .accepted: .accepted, .inService: .inService],
  .release: [.sent: .sent, .seen: .seen, .asked: .asked, .accepted: .accepted, .inService: .inService],
  .handOver: [.sent: .sent, .seen: .seen, .asked: .asked, .accepted: .accepted, .inService: .inService],
  .ask: [.seen: .asked],
  .reply: [.asked: .seen],
  .accept: [.seen: .accepted, .asked: .accepted],
  .decline: [.sent: .declined, .seen: .declined, .asked: .declined],
  .begin: [.accepted: .inService],
  .complete: [.accepted: .completed, .inService: .completed],
  .interrupt: [.accepted: .interrupted, .inService: .interrupted],
  .handBack: [.accepted: .handedBack, .inService: .handedBack],
  .withdraw: [
    .sent: .withdrawn, .seen: .withdrawn, .asked: .withdrawn, .accepted: .withdrawn, .inService: .withdrawn,
  ],
  .giveCode: [.sent: .sent, .seen: .seen, .asked: .asked],
  .closeOutside: [
    .sent: .closedOutside, .seen: .closedOutside, .asked: .closedOutside, .accepted: .closedOutside,
    .inService: .closedOutside,
  ],
  .revoke: [.sent: .revoked, .seen: .revoked, .asked: .revoked, .accepted: .revoked, .inService: .revoked],
  .caseClosed: [.draft: .discarded, .sent: .endedWithCase, .seen: .endedWithCase, .asked: .endedWithCase],
  .remind: [.sent: .sent, .seen: .seen, .asked: .asked],
  .escalate: [.sent: .sent, .seen: .seen, .asked: .asked],
  .expire: [.sent: .expired, .seen: .expired, .asked: .expired],
]

private let ofReceiver: Set<ReferralMove> = [
  .open, .claim, .release, .handOver, .ask, .accept, .decline, .begin, .complete, .interrupt, .handBack,
]
private let ofProvider: Set<ReferralMove> = [.open, .accept, .decline, .begin, .complete]
private let ofSender: Set<ReferralMove> = [.keep, .discard, .send, .reply, .withdraw, .giveCode, .closeOutside]
private let live: Set<Referral.State> = [.sent, .seen, .asked, .accepted, .inService]

private let stances: [Rules.Stance] = Rules.Party.allCases.flatMap { party in
  (0..<16).map { bits in
    Rules.Stance(
      party, mayRead: bits & 1 != 0, maySend: bits & 2 != 0, mayAnswer: bits & 4 != 0, leads: bits & 8 != 0)
  }
}

private let situations: [Rules.Situation] = Referral.State.allCases.flatMap { state in
  Rules.Claim.allCases.flatMap { claim in
    [false, true].map { Rules.Situation(state, claim: claim, isOutside: $0) }
  }
}

@Suite struct ReferralRulesTests {
  private func hasRight(_ move: ReferralMove, _ stance: Rules.Stance) -> Bool {
    switch stance.party {
    case .receiver: ofReceiver.contains(move) && (stance.mayAnswer || (move == .open && stance.mayRead))
    case .sender: ofSender.contains(move) && stance.maySend
    case .provider: ofProvider.contains(move)
    case .clock: [.remind, .escalate, .expire].contains(move)
    case .consent: move == .revoke
    case .closedCase: move == .caseClosed
    case .observer, .stranger: false
    }
  }

  @Test(arguments: ReferralMove.allCases) func everyActorStateAndMove(_ move: ReferralMove) {
    for stance in stances {
      for situation in situations {
        let outcome = Rules.outcome(of: move, in: situation, by: stance)
        var expected = hasRight(move, stance) ? moves[move]?[situation.state] : nil
        let answers: Set<ReferralMove> = [.ask, .accept, .decline, .begin, .complete, .interrupt, .handBack]
        if answers.contains(move), situation.claim == .colleague { expected = nil }
        if move == .handOver, situation.claim == .colleague, !stance.leads { expected = nil }
        if stance.party == .provider || move == .closeOutside, !situation.isOutside { expected = nil }
        if move == .claim, situation.claim != .nobody { expected = nil }
        if move == .release, situation.claim == .nobody { expected = nil }
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
        // Of what was not sent, nobody but its own agency learns.
        for stance in stances where stance.party == .observer {
          let reason: Rules.Reason = [.draft, .discarded].contains(situation.state) ? .notYours : .notAllowed
          #expect(Rules.outcome(of: move, in: situation, by: stance) == .no(reason))
        }
        for stance in stances where [.receiver, .provider].contains(stance.party) {
          guard [.draft, .discarded].contains(situation.state) else { continue }
          #expect(Rules.outcome(of: move, in: situation, by: stance) == .no(.notYours))
        }
      }
    }
    #expect(Rules.Reason.notYours.refusal.kind == .notFound)
    #expect(Rules.Reason.notAllowed.refusal.kind == .forbidden)
  }

  @Test func nothingStandsInTheWayOfEnding() {
    let receiver = Rules.Stance(.receiver, mayAnswer: true)
    let sender = Rules.Stance(.sender, maySend: true)
    for state in [Referral.State.revoked, .endedWithCase, .expired] {
      #expect(Rules.outcome(of: .decline, in: .init(state), by: receiver) == .already)
      #expect(Rules.outcome(of: .withdraw, in: .init(state), by: sender) == .already)
    }
    for state in Referral.State.allCases where !state.isLive && state != .draft {
      for (move, party) in [
        (ReferralMove.revoke, Rules.Party.consent), (.caseClosed, .closedCase), (.expire, .clock), (.remind, .clock),
      ] {
        #expect(Rules.outcome(of: move, in: .init(state), by: .init(party)) == .already)
      }
      #expect(Rules.options(in: .init(state), by: receiver).isEmpty)
      #expect(Rules.options(in: .init(state), by: sender).isEmpty)
    }
  }

  @Test func aDraftIsOnlyEverSentOnce() {
    let sender = Rules.Stance(.sender, maySend: true)
    #expect(Rules.options(in: .init(.draft), by: sender) == [.keep, .discard, .send])
    #expect(Rules.options(in: .init(.draft), by: .init(.sender)).isEmpty)
    #expect(Rules.outcome(of: .withdraw, in: .init(.draft), by: sender) == .no(.notSent))
    #expect(Rules.outcome(of: .discard, in: .init(.sent), by: sender) == .no(.alreadySent))
    #expect(Rules.outcome(of: .keep, in: .init(.accepted), by: sender) == .no(.alreadySent))
    #expect(Rules.outcome(of: .send, in: .init(.discarded), by: sender) == .no(.ended(.discarded)))
    #expect(Rules.outcome(of: .discard, in: .init(.discarded), by: sender) == .already)
    // The end of a consent and the clock leave a draft alone: it rests on neither.
    #expect(Rules.outcome(of: .revoke, in: .init(.draft), by: .init(.consent)) == .already)
    for move in [ReferralMove.remind, .escalate, .expire] {
      #expect(Rules.outcome(of: move, in: .init(.draft), by: .init(.clock)) == .already)
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

  /// Every ending is said in words of its own, and nobody is left without a sentence.
  @Test func everyRefusalIsASentence() {
    var keys: Set<String> = []
    for state in Referral.State.allCases {
      let key = Rules.Reason.ended(state).refusal.phrase.key
      #expect(live.contains(state) == (key == "error.conflict"))
      if !live.contains(state) { #expect(keys.insert(key).inserted, "\(state)") }
    }
  }

  /// Who opens what, written out a second time.
  @Test func accessFollowsTheState() {
    for situation in situations {
      let isTakenOn = situation.state == .accepted || situation.state == .inService
      for party in Rules.Party.allCases {
        let expected: Referral.Access =
          switch party {
          case .sender: .file
          case .receiver where !live.contains(situation.state): .nothing
          case .receiver: isTakenOn && !situation.isOutside ? .file : .envelope
          case .provider: live.contains(situation.state) && situation.isOutside ? .envelope : .nothing
          case .observer, .clock, .consent, .closedCase, .stranger: .nothing
          }
        #expect(Rules.access(of: party, in: situation) == expected, "\(party) \(situation)")
      }
    }
  }

  /// From any state, whatever is tried in whatever order, an ended referral never lives again.
  @Test func whatHasEndedStaysEnded() {
    var generator = SeededGenerator(seed: testSeed("referral-walks"))
    for _ in 0..<2_000 {
      var situation = Rules.Situation(.sent)
      var hasEnded = false
      for _ in 0..<30 {
        guard let move = ReferralMove.allCases.randomElement(using: &generator),
          let stance = stances.randomElement(using: &generator)
        else { continue }
        situation.claim = Rules.Claim.allCases.randomElement(using: &generator) ?? .nobody
        situation.isOutside = Bool.random(using: &generator)
        if case .becomes(let state) = Rules.outcome(of: move, in: situation, by: stance) {
          #expect(!hasEnded, "\(move) of what is \(situation.state)")
          situation.state = state
          hasEnded = !state.isLive
        }
      }
    }
  }
}
