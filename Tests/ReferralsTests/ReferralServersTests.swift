import Accounts
import Basics
import Casework
import Foundation
import Records
import TestSupport
import Testing
import Vault

@testable import Referrals

/// Two servers, each with connections and desks of its own, on one store: whoever comes second is told what happened.
@Suite struct ReferralServersTests {
  private struct TwoServers: Sendable {
    var world: World
    /// What the second server's desks stand on.
    var other: Office

    var here: ReferralDesk { world.referrals }
    var there: ReferralDesk { ReferralDesk(other, world.pack) }
    var casesThere: CaseDesk {
      CaseDesk(
        other, world.pack, whenConsentEnds: ReferralDesk.consentEnded, whenCaseCloses: ReferralDesk.caseClosed)
    }
  }

  private func withServers(_ engine: Engine, _ body: (TwoServers) async throws -> Void) async throws {
    try await withFreshAddress(engine) { open in
      let (first, second) = (try await open(), try await open())
      try await first.migrate(
        AuditLog.migrations + AccountsSchema.migrations + CaseworkSchema.migrations + ReferralSchema.migrations
          + MechanismSchema.migrations + ReferralLifeSchema.migrations)
      let world = try await World(first)
      let other = Office(
        database: second, root: world.office.root, clock: world.time.clock, randomness: .seeded(8), passwordCost: .test)
      try await body(TwoServers(world: world, other: other))
      await second.close()
      await first.close()
    }
  }

  /// Both at once.
  private func race(
    _ first: @escaping @Sendable () async throws -> Void, _ second: @escaping @Sendable () async throws -> Void
  ) async -> (first: Refusal?, second: Refusal?) {
    async let one = refusal(first)
    async let other = refusal(second)
    return await (one, other)
  }

  private func events(_ servers: TwoServers, _ id: ReferralID) async throws -> [ReferralEvent] {
    try await servers.world.office.database.read { try ReferralRecords.events(id, $0).map(\.event) }
  }

  @Test(arguments: TestEngine.available) func ofTwoWhoTakeItInHandOneDoesAndTheOtherIsTold(_ engine: Engine)
    async throws
  {
    try await withServers(engine) { servers in
      let (world, here, there) = (servers.world, servers.here, servers.there)
      for _ in 0..<20 {
        let sent = try await world.reach(.seen)
        let revision = try await world.state(sent.id).revision
        let (one, other) = await race(
          { try await here.make(.claim, world.desk, sent.id, event: .random(), revision: revision) },
          { try await there.make(.claim, world.colleague, sent.id, event: .random(), revision: revision) })
        #expect((one == nil) != (other == nil))
        #expect((one ?? other)?.phrase.key == "error.referral_claimed")
        let winner = one == nil ? world.desk : world.colleague
        let loser = one == nil ? (there, world.colleague) : (here, world.desk)
        #expect(try await loser.0.view(loser.1, sent.id).referral.claimedBy == winner.member)
        #expect(try await events(servers, sent.id).map(\.move) == [.send, .open, .claim])
      }
    }
  }

  @Test(arguments: TestEngine.available) func twoAnswersAtOnceAreOne(_ engine: Engine) async throws {
    try await withServers(engine) { servers in
      let (world, here, there) = (servers.world, servers.here, servers.there)
      for _ in 0..<15 {
        let sent = try await world.reach(.seen)
        let revision = try await world.state(sent.id).revision
        let (yes, no) = await race(
          { try await here.make(.accept(note: ""), world.desk, sent.id, event: .random(), revision: revision) },
          {
            try await there.make(
              .decline(reason: "no_capacity", suggested: nil, note: ""), world.colleague, sent.id, event: .random(),
              revision: revision)
          })
        #expect((yes == nil) != (no == nil))
        #expect((yes ?? no)?.kind == .conflict)
        let state = try await world.state(sent.id)
        #expect(state.state == (yes == nil ? .accepted : .declined) && state.revision == revision + 1)
        // The file opens to who accepted, and to nobody after a no.
        #expect(try await world.openKinds(world.desk, sent.caseID).isEmpty == (yes != nil))
      }
      // One request that reaches both servers, because the first was slow to answer.
      for _ in 0..<15 {
        let (sent, event) = (try await world.reach(.seen), ReferralEventID.random())
        let revision = try await world.state(sent.id).revision
        let (one, other) = await race(
          { try await here.make(.accept(note: "CANARIO-SI"), world.desk, sent.id, event: event, revision: revision) },
          { try await there.make(.accept(note: "CANARIO-SI"), world.desk, sent.id, event: event, revision: revision) })
        #expect(one == nil && other == nil)
        #expect(try await events(servers, sent.id).map(\.move) == [.send, .open, .accept])
      }
    }
  }

  @Test(arguments: TestEngine.available) func whatIsSentTwiceIsSentOnce(_ engine: Engine) async throws {
    try await withServers(engine) { servers in
      let (world, here, there) = (servers.world, servers.here, servers.there)
      let caseID = try await world.openCase()
      _ = try await world.consent(caseID, to: world.desk)
      let request = world.request(caseID, to: world.desk)
      for _ in 0..<10 {
        let id = ReferralID.random()
        let (one, other) = await race(
          { try await here.send(world.worker, id: id, request) },
          { try await there.send(world.worker, id: id, request) })
        #expect(one == nil && other == nil)
        #expect(try await events(servers, id).map(\.move) == [.send])
      }
      #expect(try await here.ofCase(world.worker, caseID).count == 10)
    }
  }

  @Test(arguments: TestEngine.available) func anAnswerToWhatIsBeingTakenBack(_ engine: Engine) async throws {
    try await withServers(engine) { servers in
      let (world, here, there) = (servers.world, servers.here, servers.there)
      for _ in 0..<15 {
        let sent = try await world.reach(.seen)
        let revision = try await world.state(sent.id).revision
        let (back, yes) = await race(
          { try await here.make(.withdraw(note: ""), world.worker, sent.id, event: .random(), revision: revision) },
          { try await there.make(.accept(note: ""), world.desk, sent.id, event: .random(), revision: revision) })
        // Nothing stands in the way of taking it back; the answer came before, or is told.
        #expect(back == nil)
        if let yes { #expect(yes.phrase.key == "error.referral_ended_withdrawn") }
        let moves = try await events(servers, sent.id).map(\.move)
        #expect(moves == (yes == nil ? [.send, .open, .accept, .withdraw] : [.send, .open, .withdraw]))
        #expect(try await world.state(sent.id).state == .withdrawn)
        #expect(try await !world.opensEnvelope(world.desk, sent.id))
        #expect(try await world.openKinds(world.desk, sent.caseID).isEmpty)
        let late = await refusal {
          try await there.make(.accept(note: ""), world.desk, sent.id, event: .random(), revision: revision)
        }
        #expect(late?.phrase.key == "error.referral_ended_withdrawn")
      }
    }
  }

  @Test(arguments: TestEngine.available) func aConsentWithdrawnOnOneServerShutsTheOther(_ engine: Engine) async throws {
    try await withServers(engine) { servers in
      let (world, here, cases) = (servers.world, servers.here, servers.casesThere)
      for _ in 0..<10 {
        let sent = try await world.reach(.seen)
        let revision = try await world.state(sent.id).revision
        let (withdrawal, yes) = await race(
          { _ = try await cases.withdrawConsent(world.worker, sent.consent) },
          { try await here.make(.accept(note: ""), world.desk, sent.id, event: .random(), revision: revision) })
        #expect(withdrawal == nil)
        if let yes { #expect(yes.kind == .conflict || yes.kind == .noBasis) }
        #expect(try await world.state(sent.id).state == .revoked)
        #expect(try await here.view(world.desk, sent.id).envelope == nil)
        #expect(try await world.openKinds(world.desk, sent.caseID).isEmpty)
      }
    }
  }

  /// Both servers keep the clocks of the same referrals while their desks answer some of them on either side.
  @Test(arguments: TestEngine.available) func deadlinesAreKeptOnceWhileDesksAnswer(_ engine: Engine) async throws {
    try await withServers(engine) { servers in
      let (world, here, there) = (servers.world, servers.here, servers.there)
      let caseID = try await world.openCase()
      _ = try await world.consent(caseID, to: world.desk)
      let sent = (0..<40).map { _ in ReferralID.random() }
      for id in sent {
        try await here.send(world.worker, id: id, world.request(caseID, to: world.desk))
        _ = try await there.view(world.desk, id)
      }
      world.time.move(.hours(50))
      let keepers = [world.timekeeper, ReferralTimekeeper(servers.other, world.pack)]
      let made = try await withThrowingTaskGroup(of: Int.self) { group in
        for keeper in keepers { for _ in 0..<2 { group.addTask { try await keeper.run() } } }
        for (place, id) in sent.enumerated() where place.isMultiple(of: 4) {
          group.addTask {
            try await (place.isMultiple(of: 8) ? here : there).make(
              .accept(note: ""), world.desk, id, event: .random(), revision: 2)
            return 0
          }
        }
        return try await group.reduce(0, +)
      }
      var rows = 0
      for (place, id) in sent.enumerated() {
        let steps = try await world.office.database.read { try ReferralRecords.steps(id, $0).map(\.step) }
        rows += steps.count
        let isAnswered = place.isMultiple(of: 4)
        // All that was owed, or nothing where the answer came first.
        #expect(steps == [.supervisor, .sender, .coordinator] || (isAnswered && steps.isEmpty))
        let state = try await world.state(id)
        #expect(state.state == (isAnswered ? .accepted : .seen) && (state.clockAt == nil) == isAnswered)
        let actions = try await world.office.database.read {
          try AuditLog.entries($0, objectKind: "referral", objectID: id.description).map(\.entry.action)
        }
        for step in steps { #expect(actions.count { $0 == "referral." + step.code } == 1) }
      }
      #expect(rows == made)
      for keeper in keepers { #expect(try await keeper.run() == 0) }
    }
  }
}
