import Basics
import Records

/// What can be done to a referral.
public enum ReferralMove: String, Hashable, Sendable, CaseIterable, SQLConvertible {
  case send, open, claim, release, ask, reply, accept, decline, begin, complete, withdraw
  /// The consent ended.
  case revoke
  case caseClosed = "case_closed"
}

/// Which move, from which state, by whom: the one function that the desk decides by and that tells a screen what to
/// offer. Pure and total.
public enum ReferralRules {
  /// The part someone has in a referral.
  public enum Party: Hashable, Sendable, CaseIterable {
    /// Of the agency that sent it.
    case sender
    /// Of the agency it was sent to.
    case receiver
    /// Oversees referrals of all agencies by codes and dates, without content.
    case observer
    /// The system, following a consent's end or a case's closing.
    case system
    case stranger
  }

  /// Who asks: the part in the referral and what the roles allow.
  public struct Stance: Hashable, Sendable {
    public var party: Party
    public var mayRead: Bool
    public var maySend: Bool
    public var mayAnswer: Bool
    public init(_ party: Party, mayRead: Bool = false, maySend: Bool = false, mayAnswer: Bool = false) {
      self.party = party
      self.mayRead = mayRead
      self.maySend = maySend
      self.mayAnswer = mayAnswer
    }
  }

  /// Who has it in hand at the receiving desk, seen from the one who asks.
  public enum Claim: Hashable, Sendable, CaseIterable { case nobody, own, colleague }

  /// How things stand with the referral.
  public struct Situation: Hashable, Sendable {
    public var state: Referral.State
    public var claim: Claim
    public var hasBegun: Bool
    public init(_ state: Referral.State, claim: Claim = .nobody, hasBegun: Bool = false) {
      self.state = state
      self.claim = claim
      self.hasBegun = hasBegun
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
  }

  public static func outcome(of move: ReferralMove, in situation: Situation, by stance: Stance) -> Outcome {
    if let reason = missingRight(move, stance) { return .no(reason) }
    guard situation.state.isLive else { return afterTheEnd(move, situation.state) }
    if answers.contains(move), situation.claim == .colleague { return .no(.claimed) }
    switch move {
    case .send: return .already
    case .open: return situation.state == .sent ? .becomes(.seen) : .already
    case .claim: return situation.claim == .nobody ? .becomes(situation.state) : .already
    // Any colleague may free it: someone who fell ill must not keep a person waiting.
    case .release: return situation.claim == .nobody ? .already : .becomes(situation.state)
    case .ask, .accept, .decline: return answer(move, situation.state)
    case .begin, .complete:
      guard situation.state == .accepted else { return .no(.acceptFirst) }
      if move == .complete { return .becomes(.completed) }
      return situation.hasBegun ? .already : .becomes(.accepted)
    case .reply: return situation.state == .asked ? .becomes(.seen) : .no(.noQuestion)
    case .withdraw: return .becomes(.withdrawn)
    case .revoke: return .becomes(.revoked)
    // What an agency took on goes on until it is completed, withdrawn, or the consent ends: the person is being helped
    // there. Only what nobody took on ends with the case (R17).
    case .caseClosed: return situation.state == .accepted ? .already : .becomes(.endedWithCase)
    }
  }

  /// The moves to offer: those that would be made now.
  public static func options(in situation: Situation, by stance: Stance) -> [ReferralMove] {
    ReferralMove.allCases.filter {
      if case .becomes = outcome(of: $0, in: situation, by: stance) { $0 != .open } else { false }
    }
  }

  /// Moves that one member of the receiving desk makes while no colleague has the referral in hand.
  private static let answers: Set<ReferralMove> = [.claim, .ask, .accept, .decline, .begin, .complete]

  private static func answer(_ move: ReferralMove, _ state: Referral.State) -> Outcome {
    switch (move, state) {
    case (_, .accepted): .no(.alreadyAccepted)
    case (.decline, _): .becomes(.declined)
    case (_, .sent): .no(.openFirst)
    case (.accept, _): .becomes(.accepted)
    case (_, .asked): .no(.questionOpen)
    default: .becomes(.asked)
    }
  }

  private static func missingRight(_ move: ReferralMove, _ stance: Stance) -> Reason? {
    switch (move, stance.party) {
    case (_, .stranger): .notYours
    case (.revoke, .system), (.caseClosed, .system): nil
    case (.open, .receiver): stance.mayRead || stance.mayAnswer ? nil : .notAllowed
    case (.claim, .receiver), (.release, .receiver), (.ask, .receiver), (.accept, .receiver), (.decline, .receiver),
      (.begin, .receiver), (.complete, .receiver):
      stance.mayAnswer ? nil : .notAllowed
    case (.send, .sender), (.reply, .sender), (.withdraw, .sender): stance.maySend ? nil : .notAllowed
    default: .notAllowed
    }
  }

  /// Nothing stands in the way of ending what has ended by the person's will or with the case (R5).
  private static func afterTheEnd(_ move: ReferralMove, _ state: Referral.State) -> Outcome {
    switch (move, state) {
    case (.open, _), (.send, _), (.revoke, _), (.caseClosed, _): .already
    case (.decline, .revoked), (.withdraw, .revoked), (.release, .revoked): .already
    case (.decline, .endedWithCase), (.withdraw, .endedWithCase), (.release, .endedWithCase): .already
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
    }
  }

  private static func phrase(_ state: Referral.State) -> String {
    switch state {
    case .declined: "error.referral_ended_declined"
    case .completed: "error.referral_ended_completed"
    case .withdrawn: "error.referral_ended_withdrawn"
    case .revoked: "error.referral_ended_revoked"
    case .endedWithCase: "error.referral_ended_with_case"
    case .sent, .seen, .asked, .accepted: "error.conflict"
    }
  }
}
