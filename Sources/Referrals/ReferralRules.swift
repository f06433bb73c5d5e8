import Basics

/// Which move, from which state, by whom: the one function that the desk decides by and that tells a screen what to
/// offer. Pure and total.
public enum ReferralRules {
  /// The part someone has in a referral.
  public enum Party: Hashable, Sendable, CaseIterable {
    /// Of the agency that sent it.
    case sender
    /// Of the agency it was sent to.
    case receiver
    /// Outside the system, of the agency it was sent to: holds a one-time code and has no account.
    case provider
    /// Oversees referrals of all agencies by codes and dates, without content.
    case observer
    /// The system's clock.
    case clock
    /// The end of the consent that the referral rests on.
    case consent
    /// The closing of the case.
    case closedCase
    case stranger
  }

  /// Who asks: the part in the referral and what the roles allow.
  public struct Stance: Hashable, Sendable {
    public var party: Party
    public var mayRead: Bool
    public var maySend: Bool
    public var mayAnswer: Bool
    /// Whether they lead the desk: they may take a referral out of a colleague's hands.
    public var leads: Bool
    public init(
      _ party: Party, mayRead: Bool = false, maySend: Bool = false, mayAnswer: Bool = false, leads: Bool = false
    ) {
      self.party = party
      self.mayRead = mayRead
      self.maySend = maySend
      self.mayAnswer = mayAnswer
      self.leads = leads
    }
  }

  /// Who has it in hand at the receiving desk, seen from the one who asks.
  public enum Claim: Hashable, Sendable, CaseIterable { case nobody, own, colleague }

  /// How things stand with the referral.
  public struct Situation: Hashable, Sendable {
    public var state: Referral.State
    public var claim: Claim
    /// Whether a provider outside the system answers it.
    public var isOutside: Bool
    public init(_ state: Referral.State, claim: Claim = .nobody, isOutside: Bool = false) {
      self.state = state
      self.claim = claim
      self.isOutside = isOutside
    }
  }

  public enum Outcome: Hashable, Sendable {
    /// The move is made and leads to this state.
    case becomes(Referral.State)
    /// There is nothing left to do: answer quietly, change nothing.
    case already
    case no(Reason)
  }

  public enum Reason: Hashable, Sendable {
    /// Not the asker's to know of.
    case notYours
    case notAllowed
    case ended(Referral.State)
    case claimed
    case openFirst
    case acceptFirst
    case alreadyAccepted
    case questionOpen
    case noQuestion
    /// No provider outside has a code for it.
    case notOutside
    /// It is a draft: there is nothing to answer yet.
    case notSent
    /// It has left the house: it can be taken back, not put away.
    case alreadySent
  }

  public static func outcome(of move: ReferralMove, in situation: Situation, by stance: Stance) -> Outcome {
    guard situation.state.wasSent else { return beforeSending(move, situation.state, by: stance) }
    if let reason = missingRight(move, stance) { return .no(reason) }
    // A code that was taken back opens nothing more; that there is a referral is not told either.
    if stance.party == .provider, !situation.isOutside { return .no(.notYours) }
    guard situation.state.isLive else { return afterTheEnd(move, situation.state) }
    if answers.contains(move), situation.claim == .colleague { return .no(.claimed) }
    switch move {
    case .send: return .already
    case .keep, .discard: return .no(.alreadySent)
    case .open: return situation.state == .sent ? .becomes(.seen) : .already
    case .claim: return situation.claim == .nobody ? .becomes(situation.state) : .already
    // Any colleague may free it: someone who fell ill must not keep a person waiting.
    case .release: return situation.claim == .nobody ? .already : .becomes(situation.state)
    case .handOver:
      return situation.claim == .colleague && !stance.leads ? .no(.claimed) : .becomes(situation.state)
    case .ask, .accept, .decline: return answer(move, situation.state)
    case .begin, .complete, .interrupt, .handBack: return serve(move, situation.state)
    case .reply: return situation.state == .asked ? .becomes(.seen) : .no(.noQuestion)
    case .withdraw: return .becomes(.withdrawn)
    // While nobody has taken it on: who accepts with an account needs no code.
    case .giveCode: return situation.state.isWaiting ? .becomes(situation.state) : .no(.alreadyAccepted)
    case .closeOutside: return situation.isOutside ? .becomes(.closedOutside) : .no(.notOutside)
    case .revoke: return .becomes(.revoked)
    // What an agency took on goes on until it is completed, withdrawn, or the consent ends: the person is being helped
    // there. Only what nobody took on ends with the case (R17), or by time.
    case .caseClosed: return situation.state.isWaiting ? .becomes(.endedWithCase) : .already
    case .remind, .escalate: return situation.state.isWaiting ? .becomes(situation.state) : .already
    case .expire: return situation.state.isWaiting ? .becomes(.expired) : .already
    }
  }

  /// The moves to offer: those that would be made now.
  public static func options(in situation: Situation, by stance: Stance) -> [ReferralMove] {
    ReferralMove.allCases.filter {
      if case .becomes = outcome(of: $0, in: situation, by: stance) { $0 != .open } else { false }
    }
  }

  /// A draft is its own agency's alone: nobody else learns of it, nothing but the closing of its case touches it.
  private static func beforeSending(_ move: ReferralMove, _ state: Referral.State, by stance: Stance) -> Outcome {
    switch stance.party {
    case .receiver, .provider, .observer, .stranger: return .no(.notYours)
    case .clock, .consent, .closedCase:
      if let reason = missingRight(move, stance) { return .no(reason) }
      return move == .caseClosed && state == .draft ? .becomes(.discarded) : .already
    case .sender: break
    }
    guard stance.maySend else { return .no(.notAllowed) }
    switch (move, state) {
    case (.keep, .draft): return .becomes(.draft)
    case (.send, .draft): return .becomes(.sent)
    case (.discard, .draft): return .becomes(.discarded)
    case (.discard, _): return .already
    case (.keep, _), (.send, _): return .no(.ended(state))
    default: return .no(.notSent)
    }
  }

  /// Moves that one member of the receiving desk makes while no colleague has the referral in hand.
  private static let answers: Set<ReferralMove> = [
    .claim, .ask, .accept, .decline, .begin, .complete, .interrupt, .handBack,
  ]

  private static func answer(_ move: ReferralMove, _ state: Referral.State) -> Outcome {
    switch (move, state) {
    case (_, .accepted), (_, .inService): .no(.alreadyAccepted)
    case (.decline, _): .becomes(.declined)
    case (_, .sent): .no(.openFirst)
    case (.accept, _): .becomes(.accepted)
    case (_, .asked): .no(.questionOpen)
    default: .becomes(.asked)
    }
  }

  /// What is done with a referral that the desk has taken on.
  private static func serve(_ move: ReferralMove, _ state: Referral.State) -> Outcome {
    guard state.isTakenOn else { return .no(.acceptFirst) }
    return switch move {
    case .begin: state == .inService ? .already : .becomes(.inService)
    case .interrupt: .becomes(.interrupted)
    case .handBack: .becomes(.handedBack)
    default: .becomes(.completed)
    }
  }

  private static func missingRight(_ move: ReferralMove, _ stance: Stance) -> Reason? {
    switch (move, stance.party) {
    case (_, .stranger): .notYours
    case (.revoke, .consent), (.caseClosed, .closedCase), (.remind, .clock), (.escalate, .clock), (.expire, .clock):
      nil
    case (.open, .receiver): stance.mayRead || stance.mayAnswer ? nil : .notAllowed
    case (.claim, .receiver), (.release, .receiver), (.handOver, .receiver), (.ask, .receiver), (.accept, .receiver),
      (.decline, .receiver), (.begin, .receiver), (.complete, .receiver), (.interrupt, .receiver),
      (.handBack, .receiver):
      stance.mayAnswer ? nil : .notAllowed
    // Whoever has the code and the word that was told by telephone may answer for their house.
    case (.open, .provider), (.accept, .provider), (.decline, .provider), (.begin, .provider), (.complete, .provider):
      nil
    case (.keep, .sender), (.discard, .sender), (.send, .sender), (.reply, .sender), (.withdraw, .sender),
      (.giveCode, .sender),
      (.closeOutside, .sender):
      stance.maySend ? nil : .notAllowed
    default: .notAllowed
    }
  }

  /// Nothing stands in the way of ending what has ended by the person's will or with the case (R5).
  private static func afterTheEnd(_ move: ReferralMove, _ state: Referral.State) -> Outcome {
    switch (move, state) {
    case (.open, _), (.send, _), (.revoke, _), (.caseClosed, _), (.remind, _), (.escalate, _), (.expire, _): .already
    case (.decline, .revoked), (.withdraw, .revoked), (.release, .revoked): .already
    case (.decline, .endedWithCase), (.withdraw, .endedWithCase), (.release, .endedWithCase): .already
    case (.decline, .expired), (.withdraw, .expired), (.release, .expired): .already
    default: .no(.ended(state))
    }
  }
}

extension ReferralRules.Reason {
  /// What the asker is told.
  public var refusal: Refusal {
    switch self {
    case .notYours: .notFound
    case .notAllowed: .forbidden
    case .ended(let state): Refusal(.conflict, Phrase(Self.phrase(state)))
    case .claimed: Refusal(.conflict, Phrase("error.referral_claimed"))
    case .openFirst: Refusal(.conflict, Phrase("error.referral_open_first"))
    case .acceptFirst: Refusal(.conflict, Phrase("error.referral_accept_first"))
    case .alreadyAccepted: Refusal(.conflict, Phrase("error.referral_already_accepted"))
    case .questionOpen: Refusal(.conflict, Phrase("error.referral_question_open"))
    case .noQuestion: Refusal(.conflict, Phrase("error.referral_no_question"))
    case .notOutside: Refusal(.conflict, Phrase("error.referral_not_outside"))
    case .notSent: Refusal(.conflict, Phrase("error.referral_not_sent"))
    case .alreadySent: Refusal(.conflict, Phrase("error.referral_already_sent"))
    }
  }

  private static func phrase(_ state: Referral.State) -> String {
    switch state {
    case .declined: "error.referral_ended_declined"
    case .completed: "error.referral_ended_completed"
    case .withdrawn: "error.referral_ended_withdrawn"
    case .revoked: "error.referral_ended_revoked"
    case .endedWithCase: "error.referral_ended_with_case"
    case .interrupted: "error.referral_ended_interrupted"
    case .handedBack: "error.referral_ended_handed_back"
    case .expired: "error.referral_ended_expired"
    case .closedOutside: "error.referral_ended_closed_outside"
    case .discarded: "error.referral_ended_discarded"
    case .draft: "error.referral_not_sent"
    case .sent, .seen, .asked, .accepted, .inService: "error.conflict"
    }
  }
}
