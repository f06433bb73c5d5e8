import Accounts
import Basics
import Casework
import TestSupport

@testable import Referrals

/// What must be so of three agencies' referrals: the referral of each as it should be stored, its moves, the clock's
/// steps. It knows the pure rules and the pure clock, and nothing of how anything is stored.
struct ReferralYearModel {
  struct Known {
    var referral: Referral
    /// Every move that was made, in order; the first is its sending.
    var moves: [ReferralMove] = [.send]
    var steps: [ReferralClock.Step] = []
    /// Events that were answered for: sent again they change nothing.
    var events: [ReferralEventID: ReferralAct] = [:]
  }

  struct OpenedCase: Sendable {
    var id: CaseID
    var owner: Actor
    var isClosed = false
  }

  struct Given {
    var id: ConsentID
    var place: Int
    var recipient: AgencyID
    var until: Moment?
    var isWithdrawn = false

    func holds(at now: Moment) -> Bool { !isWithdrawn && until.map { $0 > now } ?? true }
  }

  let clock: ReferralClock
  var cases: [OpenedCase] = []
  var consents: [Given] = []
  var known: [ReferralID: Known] = [:]
  var order: [ReferralID] = []

  func holds(_ referral: Referral, at now: Moment) -> Bool {
    consents.first { $0.id == referral.consent }?.holds(at: now) == true
  }

  func consent(for place: Int, to recipient: AgencyID, at now: Moment) -> Given? {
    consents.first { $0.place == place && $0.recipient == recipient && $0.holds(at: now) }
  }

  /// Whether the receiving agency can open the envelope now.
  func opens(_ referral: Referral, at now: Moment) -> Bool { referral.state.isLive && holds(referral, at: now) }

  // MARK: What people do

  enum Answer: Equatable {
    case refused(Refusal.Kind, key: String?)
    case quiet
    case made(Referral.State)
  }

  /// What a move must be answered.
  func answer(
    to act: ReferralAct, by actor: Actor, of id: ReferralID, event: ReferralEventID, revision: Int, at now: Moment
  ) -> Answer {
    guard let one = known[id] else { return .refused(.notFound, key: nil) }
    let referral = one.referral
    let stance = referral.stance(of: actor)
    if stance.party == .stranger { return .refused(.notFound, key: nil) }
    if one.events[event] != nil { return .quiet }
    switch ReferralRules.outcome(of: act.move, in: referral.situation(for: actor), by: stance) {
    case .no(let reason): return .refused(reason.refusal.kind, key: reason.refusal.phrase.key)
    case .already: return .quiet
    case .becomes(let state):
      if revision != referral.revision, act.answersThePage { return .refused(.conflict, key: "error.referral_stale") }
      if case .handOver(let member) = act, referral.claimedBy == member { return .quiet }
      switch act {
      case .accept, .ask, .reply:
        if !holds(referral, at: now) { return .refused(.noBasis, key: "error.referral_basis_ended") }
      default: break
      }
      return .made(state)
    }
  }

  /// - Parameter member: `nil` for a provider outside the system.
  mutating func make(
    _ act: ReferralAct, _ id: ReferralID, event: ReferralEventID, to state: Referral.State, by member: MemberID?
  ) {
    guard var one = known[id] else { return }
    one.events[event] = act
    one.moves.append(act.move)
    switch act {
    case .release: one.referral.claimedBy = nil
    case .handOver(let colleague): one.referral.claimedBy = colleague
    case .reply, .withdraw, .closeOutside: break
    case .claim, .ask, .accept, .decline, .begin, .complete, .interrupt, .handBack: one.referral.claimedBy = member
    }
    if case .accept = act, member != nil { one.referral.isOutside = false }
    known[id] = one
    become(state, id)
  }

  /// A move that is no answer: the first look, a code that is given.
  mutating func note(_ move: ReferralMove, _ id: ReferralID, to state: Referral.State) {
    known[id]?.moves.append(move)
    if move == .giveCode { known[id]?.referral.isOutside = true }
    become(state, id, movesClock: false)
  }

  private mutating func become(_ state: Referral.State, _ id: ReferralID, movesClock: Bool = true) {
    guard var one = known[id] else { return }
    one.referral.state = state
    one.referral.revision += 1
    if movesClock { one.referral.clockAt = clock.next(one.referral)?.at }
    known[id] = one
  }

  // MARK: What ends by itself

  mutating func end(_ move: ReferralMove, where isMeant: (Referral) -> Bool) {
    for id in order {
      guard let one = known[id], isMeant(one.referral) else { continue }
      let party: ReferralRules.Party = move == .caseClosed ? .closedCase : .consent
      let situation = ReferralRules.Situation(one.referral.state, isOutside: one.referral.isOutside)
      guard case .becomes(let state) = ReferralRules.outcome(of: move, in: situation, by: .init(party)) else {
        continue
      }
      known[id]?.moves.append(move)
      become(state, id)
    }
  }

  /// Everything that the clocks owe now.
  mutating func tick(at now: Moment) {
    for id in order {
      guard var one = known[id], let at = one.referral.clockAt, at <= now else { continue }
      let due = clock.due(one.referral, at: now).map(\.step)
      one.steps += due
      if let last = due.last { one.referral.clockStep = last }
      one.referral.clockAt = clock.next(one.referral)?.at
      known[id] = one
      guard due.last == .end else { continue }
      known[id]?.moves.append(.expire)
      become(.expired, id)
    }
  }
}
