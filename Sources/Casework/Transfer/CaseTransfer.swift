import Accounts
import Basics
import Records

public enum CaseTransferEntity {}
public typealias CaseTransferID = Identifier<CaseTransferEntity>

/// That a case goes from one agency to another, or is held by both: offered or asked for, and answered.
///
/// Everything here is coded or a date; the short word that goes with an offer is sealed.
public struct CaseTransfer: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable, SQLConvertible {
    /// The other agency becomes the owner; the former one keeps nothing of the file.
    case ownership
    /// The other agency holds it too: it reads what the consent names, until either side or the consent ends it.
    case joint
  }

  public enum State: String, Hashable, Sendable, CaseIterable, SQLConvertible {
    /// The other agency asked for it; the owner answers.
    case requested
    /// The owner said no to a request.
    case refused
    /// The owner offers it; the other agency answers.
    case offered
    /// Taken over, or held jointly.
    case accepted
    case declined
    /// Taken back by who offered or asked.
    case withdrawn
    /// Joint holding, ended by one of the two.
    case ended
    /// The consent ended.
    case revoked
    /// The case closed, or changed hands, before anybody answered.
    case lapsed

    public var isWaiting: Bool { self == .requested || self == .offered }
  }

  public struct Side: Hashable, Sendable {
    public var agency: AgencyID
    public var name: String
  }

  public var id: CaseTransferID
  public var caseID: CaseID
  public var kind: Kind
  public var state: State
  /// Who owned the case when it was offered or asked for.
  public var owner: Side
  public var other: Side
  /// What it rests on; a request rests on nothing.
  public var consent: ConsentID?
  public var until: Moment?
  /// A code of the pack's decline reasons.
  public var reason: String?
  public var madeBy: MemberID
  public var madeAt: Moment
  public var answeredBy: MemberID?
  public var answeredAt: Moment?
  public var endedAt: Moment?
  public var revision: Int

  /// Whether it gives, or is about to give, the other agency access.
  public var isLive: Bool { state.isWaiting || (state == .accepted && kind == .joint) }

  /// The agency that has to do the next thing.
  public var inHandOf: Side? {
    switch state {
    case .requested: owner
    case .offered: other
    case .refused, .accepted, .declined, .withdrawn, .ended, .revoked, .lapsed: nil
    }
  }
}

public enum TransferMove: String, Hashable, Sendable, CaseIterable {
  /// The owner answers a request by offering the case.
  case offer
  /// The owner says no to a request.
  case refuse
  case accept, decline
  /// Taken back by who offered or asked.
  case withdraw
  /// Ends joint holding.
  case end
  /// The consent ended.
  case revoke
  /// The case closed or changed hands.
  case lapse
}

/// Which move, from which state, by whom: pure and total, tried for every combination.
public enum TransferRules {
  public enum Party: Hashable, Sendable, CaseIterable {
    case owner, other
    /// The end of the consent.
    case consent
    /// The closing of the case, or its change of hands.
    case closedCase
    case stranger
  }

  public struct Situation: Hashable, Sendable {
    public var state: CaseTransfer.State
    public var kind: CaseTransfer.Kind
    public init(_ state: CaseTransfer.State, _ kind: CaseTransfer.Kind) {
      self.state = state
      self.kind = kind
    }
  }

  public enum Outcome: Hashable, Sendable {
    case becomes(CaseTransfer.State)
    /// Nothing is left to do.
    case already
    case notYours, notAllowed
    /// It is not in the state for it.
    case notNow
  }

  /// - Parameter may: whether the roles allow it.
  public static func outcome(of move: TransferMove, in situation: Situation, by party: Party, may: Bool) -> Outcome {
    switch (party, move) {
    case (.stranger, _): return .notYours
    case (.consent, .revoke): return holds(situation) ? .becomes(.revoked) : .already
    case (.closedCase, .lapse): return situation.state.isWaiting ? .becomes(.lapsed) : .already
    case (.consent, _), (.closedCase, _), (.owner, .revoke), (.owner, .lapse), (.other, .revoke), (.other, .lapse),
      (.owner, .accept), (.owner, .decline), (.other, .offer), (.other, .refuse):
      return .notAllowed
    default: break
    }
    guard may else { return .notAllowed }
    switch (move, situation.state, party) {
    case (.offer, .requested, .owner): return .becomes(.offered)
    case (.refuse, .requested, .owner): return .becomes(.refused)
    case (.accept, .offered, .other): return .becomes(.accepted)
    case (.decline, .offered, .other): return .becomes(.declined)
    case (.withdraw, .offered, .owner), (.withdraw, .requested, .other): return .becomes(.withdrawn)
    case (.end, .accepted, _) where situation.kind == .joint: return .becomes(.ended)
    // Done already, or ended by itself: nothing stands in the way of ending.
    case (.offer, .offered, _), (.refuse, .refused, _), (.accept, .accepted, _), (.decline, .declined, _),
      (.withdraw, .withdrawn, _), (.end, .ended, _), (.end, .revoked, _), (.withdraw, .revoked, _),
      (.withdraw, .lapsed, _), (.decline, .revoked, _), (.decline, .lapsed, _):
      return .already
    default: return .notNow
    }
  }

  public static func options(in situation: Situation, by party: Party, may: Bool) -> [TransferMove] {
    TransferMove.allCases.filter {
      if case .becomes = outcome(of: $0, in: situation, by: party, may: may) { true } else { false }
    }
  }

  /// Whether keys lie ready or work through it.
  private static func holds(_ situation: Situation) -> Bool {
    situation.state == .offered || (situation.state == .accepted && situation.kind == .joint)
  }
}
