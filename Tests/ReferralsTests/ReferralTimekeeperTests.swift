import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Records
import TestSupport
import Testing
import Vault

@testable import Referrals

private let packFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "Packs/ecuador")

@Suite struct ReferralTimekeeperTests {
  private func actions(_ world: World, _ id: ReferralID) async throws -> [String] {
    try await world.office.database.read {
      try AuditLog.entries($0, objectKind: "referral", objectID: id.description).map(\.entry.action)
    }
  }

  @Test(arguments: TestEngine.available) func nobodyAnswersAndEachIsTold(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sent = try await world.sent()
      #expect(try await world.timekeeper.run() == 0)
      world.time.move(.hours(12))
      #expect(try await world.timekeeper.run() == 1)
      #expect(try await world.timekeeper.run() == 0)
      #expect(try await world.referrals.escalated(world.chief).referrals.isEmpty)
      world.time.move(.hours(12))
      #expect(try await world.timekeeper.run() == 1)
      #expect(try await world.referrals.escalated(world.chief).referrals.map(\.id) == [sent.id])
      #expect(try await world.referrals.escalated(world.senderDesk).referrals.isEmpty)
      #expect(await refusal { _ = try await world.referrals.escalated(world.desk) }?.kind == .forbidden)
      #expect(try await world.referrals.counts(world.worker).unanswered == 0)
      world.time.move(.hours(12))
      #expect(try await world.timekeeper.run() == 1)
      #expect(try await world.referrals.counts(world.worker).unanswered == 1)
      // The clock makes nobody's page out of date.
      #expect(try await world.state(sent.id).revision == 1)
      let view = try await world.referrals.view(world.worker, sent.id)
      #expect(view.steps.map(\.step) == [.reminder, .supervisor, .sender])
      #expect(view.steps.allSatisfy { $0.agency == world.desk.agency })
      #expect(view.next == .init(step: .coordinator, at: view.referral.sentAt + .hours(48)))
      world.time.move(.days(40))
      #expect(try await world.timekeeper.run() == 2)
      let ended = try await world.state(sent.id)
      #expect(ended.state == .expired && ended.clockAt == nil && ended.endedAt == world.now)
      #expect(try await !world.opensEnvelope(world.desk, sent.id))
      #expect(try await world.openKinds(world.desk, sent.caseID).isEmpty)
      #expect(try await world.referrals.counts(world.worker).news == 1)
      let late = await refusal { try await world.make(.accept(note: ""), world.desk, sent.id) }
      #expect(late?.phrase.key == "error.referral_ended_expired")
      // Nothing stands in the way of ending what has ended.
      try await world.make(.withdraw(note: ""), world.worker, sent.id)
      #expect(
        try await actions(world, sent.id).filter { $0 != "referral.read" } == [
          "referral.send", "referral.reminder", "referral.supervisor", "referral.sender", "referral.coordinator",
          "referral.expire",
        ])
    }
  }

  @Test(arguments: TestEngine.available) func anAnswerStopsTheClockAndAQuestionTurnsIt(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let asked = try await world.reach(.asked)
      let accepted = try await world.reach(.accepted)
      world.time.move(.hours(30))
      #expect(try await world.timekeeper.run() == 1)
      let view = try await world.referrals.view(world.worker, asked.id)
      // The question waits for the sender: it is the sender's supervisors who hear.
      #expect(view.steps.map(\.step) == [.supervisor] && view.steps[0].agency == world.worker.agency)
      #expect(try await world.referrals.escalated(world.senderDesk).referrals.map(\.id) == [asked.id])
      #expect(try await world.referrals.escalated(world.chief).referrals.isEmpty)
      try await world.make(.reply("Sí"), world.worker, asked.id)
      #expect(try await world.referrals.escalated(world.chief).referrals.map(\.id) == [asked.id])
      try await world.make(.decline(reason: "no_capacity", suggested: nil, note: ""), world.desk, asked.id)
      world.time.move(.days(90))
      #expect(try await world.timekeeper.run() == 0)
      #expect(try await world.state(accepted.id).state == .accepted)
      #expect(try await world.state(asked.id).state == .declined)
    }
  }

  @Test(arguments: TestEngine.available) func aConsentThatRanOutEndsWhatWaitsAndNotWhatIsTakenOn(_ engine: Engine)
    async throws
  {
    try await withWorld(engine) { world in
      let caseID = try await world.openCase()
      _ = try await world.consent(caseID, to: world.desk, until: world.today)
      let (waiting, accepted) = (ReferralID.random(), ReferralID.random())
      for id in [waiting, accepted] {
        try await world.referrals.send(world.worker, id: id, world.request(caseID, to: world.desk, urgency: "normal"))
      }
      _ = try await world.referrals.view(world.desk, accepted)
      try await world.make(.accept(note: ""), world.desk, accepted)
      world.time.move(.hours(25))
      #expect(try await world.timekeeper.run() == 1)
      #expect(try await world.state(waiting).state == .expired)
      #expect(try await world.state(accepted).state == .accepted)
      try await world.make(.complete(outcome: "provided", note: ""), world.desk, accepted)
    }
  }

  /// Servers that look all the time, one that is stopped in the middle, people who answer meanwhile: each step once.
  @Test(arguments: TestEngine.available) func manyServersMakeEachStepOnce(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let caseID = try await world.openCase()
      _ = try await world.consent(caseID, to: world.desk)
      let sent = (0..<30).map { _ in ReferralID.random() }
      for id in sent { try await world.referrals.send(world.worker, id: id, world.request(caseID, to: world.desk)) }
      let answered = Set(sent.prefix(5))
      world.time.move(.hours(50))
      let made = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<4 { group.addTask { try await world.timekeeper.run() } }
        let stopped = Task { try await world.timekeeper.run() }
        stopped.cancel()
        for id in answered {
          _ = try await world.referrals.view(world.desk, id)
          try await world.make(.accept(note: ""), world.desk, id)
        }
        var made = (try? await stopped.value) ?? 0
        while let next = try await group.next() { made += next }
        return made
      }
      let rows = try await world.office.database.read { transaction in
        try sent.map { try ReferralRecords.steps($0, transaction).map(\.step) }
      }
      #expect(rows.reduce(0) { $0 + $1.count } == made)
      for (id, steps) in zip(sent, rows) {
        if !answered.contains(id) { #expect(steps == [.supervisor, .sender, .coordinator]) }
        let told = try await actions(world, id).filter {
          ["referral.supervisor", "referral.sender", "referral.coordinator"].contains($0)
        }
        #expect(told.count == steps.count)
        let expected: Referral.State = answered.contains(id) ? .accepted : .sent
        #expect(try await world.state(id).state == expected)
      }
      #expect(try await world.timekeeper.run() == 0)
    }
  }

  /// Two servers, each with connections of its own to one store, and thousands of deadlines in the same minute.
  @Test(arguments: TestEngine.available) func twoServersShareManyDeadlines(_ engine: Engine) async throws {
    let (count, sent) = (2_000, Moment(milliseconds: 1_200_000_000_000))
    let pack = try CountryPack.load(from: packFolder)
    try await withFreshAddress(engine) { open in
      let servers = [try await open(), try await open()]
      try await servers[0].migrate(
        AuditLog.migrations + AccountsSchema.migrations + CaseworkSchema.migrations + ReferralSchema.migrations
          + MechanismSchema.migrations
          + ReferralLifeSchema.migrations)
      let agencies = [AgencyID.random(), .random()]
      try await servers[0].write { transaction in
        for agency in agencies {
          try transaction.execute(
            "INSERT INTO agencies (id, name, kind, province, created_at) VALUES (?, ?, 'ngo', 'EC-P', 1)", agency,
            agency.description)
        }
        for index in 0..<count {
          let side = agencies.map { Referral.Side(agency: $0, name: "Casa", province: "EC-P") }
          let at = sent + .seconds(index % 60)
          var referral = Referral(
            id: .random(), caseID: .random(), from: side[0], to: side[1], need: "shelter", purpose: "assistance",
            urgency: "high", state: .sent, sentAt: at, dueAt: at + .hours(24), consent: .random(), revision: 1)
          referral.clockAt = at + .hours(12)
          try ReferralRecords.insert(referral, envelope: [1], transaction)
        }
        try transaction.record(.test())
      }
      let clock = Clock.fixed(sent + .hours(12) + .seconds(60))
      let began = ContinuousClock.now
      let made = try await withThrowingTaskGroup(of: Int.self) { group in
        for database in servers {
          let office = Office(
            database: database, root: .random(), clock: clock, randomness: .seeded(1), passwordCost: .test)
          group.addTask { try await ReferralTimekeeper(office, pack).run() }
        }
        return try await group.reduce(into: [Int]()) { $0.append($1) }
      }
      print("\(engine): \(made) steps by two servers in \(ContinuousClock.now - began)")
      #expect(made.reduce(0, +) == count)
      let (rows, entries) = try await servers[0].read { transaction in
        (
          try transaction.value(Int.self, "SELECT COUNT(*) FROM referral_steps"),
          try transaction.value(
            Int.self, "SELECT COUNT(*) FROM audit_entries WHERE action = ?", "referral.reminder")
        )
      }
      #expect(rows == count && entries == count)
      for server in servers { await server.close() }
    }
  }
}
