import Accounts
import Basics
import Casework
import Records
import TestSupport
import Testing

@testable import Referrals

/// Three agencies, two cases, many random moves, against a small model that only knows what the rules promise.
@Suite struct ReferralSimulationTests {
  private struct Modelled {
    var caseIndex: Int
    var consent: ConsentID
    var receiver: Int
    var state: Referral.State
    var revision: Int
    var claimed: Int?
  }

  private struct Model {
    var cases: [CaseID]
    var closed: Set<Int> = []
    var consents: [(id: ConsentID, caseIndex: Int, receiver: Int, live: Bool)] = []
    var referrals: [ReferralID: Modelled] = [:]
    var order: [ReferralID] = []

    func opensFile(_ receiver: Int, _ caseIndex: Int) -> Bool {
      referrals.values.contains {
        $0.caseIndex == caseIndex && $0.receiver == receiver && $0.state.isTakenOn
      }
    }
  }

  @Test(arguments: TestEngine.available) func randomMovesAgreeWithTheModel(_ engine: Engine) async throws {
    var generator = SeededGenerator(seed: testSeed("referrals"))
    try await withWorld(engine) { world in
      // Members of the receiving desks: two of the first agency, one of the second.
      let members: [(actor: Actor, receiver: Int)] = [(world.desk, 0), (world.colleague, 0), (world.third, 1)]
      var model = Model(cases: [try await world.openCase(), try await world.openCase()])
      for step in 0..<250 {
        switch Int.random(in: 0..<20, using: &generator) {
        case 0...1: try await giveConsent(world, &model, &generator)
        case 2...5: try await send(world, &model, members, &generator)
        case 6 where step > 150 && model.closed.isEmpty: try await close(world, &model)
        case 7: try await withdrawConsent(world, &model, &generator)
        default: try await move(world, &model, members, &generator)
        }
        if step % 10 == 9 { try await check(world, model, members, step) }
      }
      #expect(model.referrals.count > 5)
    }
  }

  private func giveConsent(_ world: World, _ model: inout Model, _ generator: inout SeededGenerator) async throws {
    let (caseIndex, receiver) = (Int.random(in: 0..<2, using: &generator), Int.random(in: 0..<2, using: &generator))
    guard !model.closed.contains(caseIndex),
      !model.consents.contains(where: { $0.live && $0.caseIndex == caseIndex && $0.receiver == receiver })
    else { return }
    let id = try await world.consent(model.cases[caseIndex], to: receiver == 0 ? world.desk : world.third)
    model.consents.append((id, caseIndex, receiver, true))
  }

  private func send(
    _ world: World, _ model: inout Model, _ members: [(actor: Actor, receiver: Int)],
    _ generator: inout SeededGenerator
  ) async throws {
    let (caseIndex, receiver) = (Int.random(in: 0..<2, using: &generator), Int.random(in: 0..<2, using: &generator))
    let request = world.request(model.cases[caseIndex], to: receiver == 0 ? world.desk : world.third)
    let id = ReferralID.random()
    let refused = await refusal { try await world.referrals.send(world.worker, id: id, request) }
    let consent = model.consents.first { $0.live && $0.caseIndex == caseIndex && $0.receiver == receiver }
    if model.closed.contains(caseIndex) {
      #expect(refused?.kind == .conflict)
    } else if let consent {
      #expect(refused == nil)
      model.referrals[id] = Modelled(
        caseIndex: caseIndex, consent: consent.id, receiver: receiver, state: .sent, revision: 1)
      model.order.append(id)
    } else {
      #expect(refused?.kind == .noBasis)
    }
  }

  private func withdrawConsent(_ world: World, _ model: inout Model, _ generator: inout SeededGenerator) async throws {
    guard let index = model.consents.indices.randomElement(using: &generator), model.consents[index].live else {
      return
    }
    let consent = model.consents[index]
    try await world.withdraw(consent.id)
    model.consents[index].live = false
    for id in model.order where model.referrals[id]?.consent == consent.id {
      if model.referrals[id]?.state.isLive == true {
        model.referrals[id]?.state = .revoked
        model.referrals[id]?.revision += 1
      }
    }
  }

  private func close(_ world: World, _ model: inout Model) async throws {
    try await world.close(model.cases[0])
    model.closed.insert(0)
    for id in model.order where model.referrals[id]?.caseIndex == 0 {
      if model.referrals[id]?.state.isWaiting == true {
        model.referrals[id]?.state = .endedWithCase
        model.referrals[id]?.revision += 1
      }
    }
  }

  private func move(
    _ world: World, _ model: inout Model, _ members: [(actor: Actor, receiver: Int)],
    _ generator: inout SeededGenerator
  ) async throws {
    guard let id = model.order.randomElement(using: &generator), var known = model.referrals[id] else { return }
    let stale = Int.random(in: 0..<8, using: &generator) == 0
    let who = Int.random(in: -1..<3, using: &generator)
    let actor = who < 0 ? world.worker : members[who].actor
    let acts: [ReferralAct] = [
      .claim, .release, .begin, .ask("¿?¿"), .reply("sí"), .accept(note: "n"),
      .decline(reason: "no_capacity", suggested: nil, note: ""), .complete(outcome: "provided", note: "n"),
      .withdraw(note: ""), .interrupt(reason: "unsafe", note: ""),
      .handBack(outcome: "partly_provided", remaining: "legal", note: "n"),
      .closeOutside(outcome: "provided", note: ""),
      .handOver(to: members[known.receiver == 0 ? (Bool.random(using: &generator) ? 0 : 1) : 2].actor.member),
    ]
    guard let act = acts.randomElement(using: &generator) else { return }
    if Int.random(in: 0..<3, using: &generator) == 0 {
      let seen = await refusal { _ = try await world.referrals.view(actor, id) }
      #expect((seen == nil) == (who < 0 || members[who].receiver == known.receiver))
      if seen == nil, who >= 0, known.state == .sent {
        known.state = .seen
        known.revision += 1
        model.referrals[id] = known
      }
      return
    }
    let party: ReferralRules.Party =
      who < 0 ? .sender : members[who].receiver == known.receiver ? .receiver : .stranger
    let claim: ReferralRules.Claim = known.claimed == nil ? .nobody : known.claimed == who ? .own : .colleague
    let outcome = ReferralRules.outcome(
      of: act.move, in: .init(known.state, claim: claim),
      by: .init(party, mayRead: true, maySend: who < 0 || who == 2, mayAnswer: who >= 0))
    let revision = known.revision - (stale ? 1 : 0)
    let refused = await refusal {
      try await world.referrals.make(act, actor, id, event: .random(), revision: revision)
    }
    switch outcome {
    case .no(let reason): #expect(refused == reason.refusal)
    case .already: #expect(refused == nil)
    case .becomes(let state):
      if stale, act.answersThePage {
        #expect(refused?.phrase.key == "error.referral_stale")
        return
      }
      #expect(refused == nil)
      // Into the hands that have it already: nothing happens.
      if case .handOver(let to) = act, known.claimed.map({ members[$0].actor.member }) == to { return }
      known.state = state
      known.revision += 1
      switch act {
      case .release: known.claimed = nil
      case .reply, .withdraw, .closeOutside: break
      case .handOver(let to): known.claimed = members.firstIndex { $0.actor.member == to }
      default: known.claimed = who
      }
      model.referrals[id] = known
    }
  }

  /// What is stored, and what each key opens, is what the model says.
  private func check(
    _ world: World, _ model: Model, _ members: [(actor: Actor, receiver: Int)], _ step: Int
  ) async throws {
    for (id, known) in model.referrals {
      let stored = try await world.state(id)
      #expect(stored.state == known.state && stored.revision == known.revision, "step \(step)")
      #expect(stored.claimedBy == known.claimed.map { members[$0].actor.member }, "step \(step)")
      let events = try await world.office.database.read { try ReferralRecords.events(id, $0).map(\.event) }
      #expect(events.map(\.revision) == Array(1...known.revision), "step \(step)")
      #expect(events.last?.state == known.state)
      for member in members {
        let opens = try await world.opensEnvelope(member.actor, id)
        #expect(opens == (member.receiver == known.receiver && known.state.isLive), "step \(step) \(known.state)")
      }
      #expect(try await world.opensEnvelope(world.worker, id))
    }
    for (index, caseID) in model.cases.enumerated() {
      for member in members {
        let opens = try await !world.openKinds(member.actor, caseID).isEmpty
        #expect(opens == model.opensFile(member.receiver, index), "step \(step)")
      }
    }
  }
}
