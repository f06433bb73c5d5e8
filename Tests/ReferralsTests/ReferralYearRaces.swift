import Accounts
import Basics
import Casework
import Records
import TestSupport
import Testing
import Vault

@testable import Referrals

/// Members of one desk who want the same referral, and providers without an account.
extension YearOfReferrals {
  /// Two of a desk take the same one in hand at once: one has it, the other is told.
  func race() async throws {
    let free = model.order.suffix(80).filter {
      guard let one = model.known[$0]?.referral else { return false }
      return one.state.isLive && one.claimedBy == nil && one.to.agency == world.desk.agency
    }
    guard let id = free.randomElement(using: &dice), let known = model.known[id] else { return }
    store.fail(nil)
    let (desk, revision) = (world.referrals, known.referral.revision)
    let racers = [world.desk, world.colleague, world.chief].map { ($0, ReferralEventID.random()) }
    let refused = await withTaskGroup(of: (MemberID, String?).self) { group in
      for (actor, event) in racers {
        group.addTask {
          (
            actor.member,
            await refusal { try await desk.make(.claim, actor, id, event: event, revision: revision) }?.phrase.key
          )
        }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    let winners = racers.filter { refused[$0.0.member] == nil }
    expect(winners.count == 1, "\(winners.count) have it in hand")
    expect(refused.values.allSatisfy { $0 == "error.referral_claimed" }, "\(refused)")
    count("race")
    guard let (winner, event) = winners.first else { return }
    model.make(.claim, id, event: event, to: known.referral.state, by: winner.member)
    try await check(id)
  }

  /// A provider without an account is given a code and answers by it.
  func outside() async throws {
    guard let id = anyReferral(), let known = model.known[id] else { return }
    let sender = known.referral.from.agency == world.worker.agency ? world.worker : world.third
    let outcome = ReferralRules.outcome(
      of: .giveCode, in: known.referral.situation(for: sender), by: known.referral.stance(of: sender))
    let (desk, given, event) = (world.outside, Handed(), ReferralEventID.random())
    let (refusal, wasLost) = try await asking { given.code = try await desk.give(sender, id, event: event) }
    guard case .becomes(let state) = outcome else { return expect(refusal?.kind == .conflict, "a code for nothing") }
    guard model.holds(known.referral, at: world.now) else {
      return expect(refusal?.kind == .noBasis, "a code without a basis: \(String(describing: refusal))")
    }
    // A code whose answer was lost can't be shown again: the sender gives another.
    let isUnseen = wasLost && refusal?.phrase.key == "error.referral_code_made"
    expect(refusal == nil || isUnseen, "a code: \(String(describing: refusal))")
    model.note(.giveCode, id, to: state)
    count("outside")
    try await check(id)
    guard let code = given.code, !isUnseen, some(4) != 0 else { return }
    store.fail(nil)
    let look = try await desk.enter(code: code.code, word: code.word, client: "192.0.2.7")
    let seen = try await desk.view(look)
    expect(seen != nil, "the code opens nothing")
    if model.known[id]?.referral.state == .sent { model.note(.open, id, to: .seen) }
    try await check(id)
    try await answer(look, id)
  }

  private final class Handed { var code: GivenCode? }

  /// Twice, as who has a slow line clicks.
  private func answer(_ look: Token, _ id: ReferralID) async throws {
    let acts: [ReferralAct] =
      some(2) == 0
      ? [.accept(note: ""), .begin, .complete(outcome: "provided", note: "")]
      : [.decline(reason: "no_capacity", suggested: nil, note: "")]
    for act in acts {
      guard let referral = model.known[id]?.referral else { return }
      let claim: ReferralRules.Claim = referral.claimedBy == nil ? .nobody : .colleague
      let outcome = ReferralRules.outcome(
        of: act.move, in: .init(referral.state, claim: claim, isOutside: true), by: .init(.provider))
      let (desk, event) = (world.outside, ReferralEventID.random())
      for _ in 0..<2 {
        let (refusal, _) = try await asking {
          try await desk.make(act, look, event: event, revision: referral.revision)
        }
        if case .no(let reason) = outcome {
          expect(refusal == reason.refusal, "outside \(act): \(String(describing: refusal))")
        } else {
          expect(refusal == nil, "outside \(act): \(String(describing: refusal))")
        }
      }
      guard case .becomes(let state) = outcome else { return }
      model.make(act, id, event: event, to: state, by: nil)
      try await check(id)
      if some(4) == 0 { return }
    }
  }
}
