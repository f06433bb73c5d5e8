import Accounts
import Basics
import Casework
import Records
import TestSupport
import Testing

@testable import Referrals

/// What came with the whole life cycle: handing over, breaking off, counter-referral, and stores from before.
@Suite struct ReferralLifeTests {
  @Test(arguments: TestEngine.available) func aReferralGoesFromHandToHandInsideTheDesk(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sent = try await world.reach(.seen)
      try await world.make(.claim, world.desk, sent.id)
      // A colleague can't take it out of somebody's hands, who leads the desk can.
      let taken = await refusal {
        try await world.make(.handOver(to: world.colleague.member), world.colleague, sent.id)
      }
      #expect(taken?.phrase.key == "error.referral_claimed")
      try await world.make(.handOver(to: world.colleague.member), world.chief, sent.id)
      #expect(try await world.state(sent.id).claimedBy == world.colleague.member)
      let late = await refusal { try await world.make(.accept(note: ""), world.desk, sent.id) }
      #expect(late?.phrase.key == "error.referral_claimed")
      let revision = try await world.state(sent.id).revision
      try await world.make(.handOver(to: world.colleague.member), world.colleague, sent.id)
      #expect(try await world.state(sent.id).revision == revision)
      // Only to somebody who answers referrals here: no case worker, no stranger, nobody at all.
      for member in [world.reader.member, world.third.member, world.worker.member, .random()] {
        let refused = await refusal { try await world.make(.handOver(to: member), world.colleague, sent.id) }
        #expect(refused?.fields.map(\.field) == ["member"])
      }
      #expect(
        await refusal { try await world.make(.handOver(to: world.desk.member), world.worker, sent.id) }?.kind
          == .forbidden)
      let colleagues = try await world.referrals.colleagues(world.desk).map(\.member)
      #expect(Set(colleagues) == [world.desk.member, world.colleague.member, world.chief.member])
      let event = try await world.referrals.view(world.chief, sent.id).events.last
      #expect(event?.move == .handOver && event?.code == world.colleague.member.description)
      #expect(try await world.referrals.inbox(world.colleague, .mine).referrals.map(\.id) == [sent.id])
      #expect(try await world.referrals.inbox(world.desk, .mine).referrals.isEmpty)
      #expect(try await world.referrals.inbox(world.desk, .new).referrals.isEmpty)
      try await world.make(.release, world.desk, sent.id)
      #expect(try await world.referrals.inbox(world.desk, .new).referrals.map(\.id) == [sent.id])
    }
  }

  @Test(arguments: TestEngine.available) func twoWhoClaimAtOnce(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      for _ in 0..<5 {
        let sent = try await world.reach(.seen)
        let revision = try await world.state(sent.id).revision
        let answers = await withTaskGroup(of: String?.self) { group in
          for actor in [world.desk, world.colleague, world.chief] {
            group.addTask {
              await refusal {
                try await world.referrals.make(.claim, actor, sent.id, event: .random(), revision: revision)
              }?.phrase.key
            }
          }
          return await group.reduce(into: [String?]()) { $0.append($1) }
        }
        #expect(answers.count { $0 == nil } == 1)
        #expect(answers.compactMap(\.self) == ["error.referral_claimed", "error.referral_claimed"])
        #expect(try await world.state(sent.id).revision == revision + 1)
      }
    }
  }

  @Test(arguments: TestEngine.available) func breakingOffAndHandingBackTellWhatIsLeft(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let first = try await world.reach(.inService)
      let unknown = await refusal {
        try await world.make(.interrupt(reason: "x", note: ""), world.desk, first.id)
      }
      #expect(unknown?.fields.map(\.field) == ["reason"])
      try await world.make(.interrupt(reason: "unsafe", note: "Vino alguien"), world.desk, first.id)
      var view = try await world.referrals.view(world.worker, first.id)
      #expect(view.referral.interruptReason == "unsafe" && view.referral.endedAt == world.now)
      #expect(view.events.last?.code == "unsafe" && view.events.last?.note == "Vino alguien")

      let second = try await world.reach(.accepted)
      let wrong = await refusal {
        try await world.make(.handBack(outcome: "x", remaining: "x", note: ""), world.desk, second.id)
      }
      #expect(wrong.map { Set($0.fields.map(\.field)) } == ["outcome", "remaining"])
      try await world.make(
        .handBack(outcome: "provided", remaining: "legal", note: "Falta la denuncia"), world.desk, second.id)
      #expect(try await world.referrals.counts(world.worker).news == 1)
      view = try await world.referrals.view(world.worker, second.id)
      #expect(view.referral.outcome == "provided" && view.referral.remainingNeed == "legal")
      #expect(view.events.last?.code == "provided legal")
      #expect(try await !world.opensEnvelope(world.desk, second.id))
      for id in [first.id, second.id] {
        let late = await refusal { try await world.make(.complete(outcome: "provided", note: ""), world.desk, id) }
        #expect(late?.kind == .conflict)
      }
      let waiting = try await world.reach(.seen)
      for act in [
        ReferralAct.interrupt(reason: "unsafe", note: ""), .handBack(outcome: "provided", remaining: "legal", note: ""),
      ] {
        let early = await refusal { try await world.make(act, world.desk, waiting.id) }
        #expect(early?.phrase.key == "error.referral_accept_first")
      }
      let inside = await refusal {
        try await world.make(.closeOutside(outcome: "provided", note: ""), world.worker, waiting.id)
      }
      #expect(inside?.phrase.key == "error.referral_not_outside")
    }
  }

  /// A store of before knows no service that has begun and no clock; nothing of it is lost.
  @Test(arguments: TestEngine.available) func aStoreOfBeforeIsCarriedOver(_ engine: Engine) async throws {
    let before = ReferralSchema.migrations.filter { $0.name == "referrals-001" }
    let base = AccountsSchema.migrations + CaseworkSchema.migrations
    try await withStore(engine, base + before) { database in
      let (sender, receiver) = (AgencyID.random(), AgencyID.random())
      let old: [(id: ReferralID, state: String, begun: Moment?)] = [
        (.random(), "sent", nil), (.random(), "seen", nil), (.random(), "asked", nil), (.random(), "accepted", nil),
        (.random(), "accepted", Moment(milliseconds: 7)), (.random(), "completed", Moment(milliseconds: 7)),
        (.random(), "declined", nil), (.random(), "withdrawn", nil), (.random(), "revoked", nil),
        (.random(), "ended_with_case", nil),
      ]
      try await database.write { transaction in
        for (id, name) in [(sender, "Casa Canario"), (receiver, "Casa Luna")] {
          try transaction.execute(
            "INSERT INTO agencies (id, name, kind, province, created_at) VALUES (?, ?, 'ngo', 'EC-P', 1)", id, name)
        }
        for referral in old {
          try transaction.execute(
            """
            INSERT INTO referrals (id, case_id, from_agency, from_name, from_province, to_agency, to_name, to_province,
              need, purpose, urgency, state, sent_at, due_at, begun_at, consent, envelope, revision)
            VALUES (?, ?, ?, 'Casa Canario', 'EC-P', ?, 'Casa Luna', 'EC-P', 'shelter', 'assistance', 'high', ?, 5, 9,
              ?, ?, ?, 3)
            """, referral.id, CaseID.random(), sender, receiver, referral.state, referral.begun, ConsentID.random(),
            [UInt8]([1, 2, 3]))
          try transaction.execute(
            """
            INSERT INTO referral_events (id, referral, at, move, state, agency, agency_name, member, roles, note,
              revision) VALUES (?, ?, 5, 'send', 'sent', ?, 'Casa Canario', NULL, '', NULL, 1)
            """, ReferralEventID.random(), referral.id, sender)
        }
        try transaction.record(.test())
      }
      try await database.migrate(AuditLog.migrations + base + ReferralSchema.migrations)
      for known in old {
        let found = try await database.read { try ReferralRecords.referral(known.id, $0) }
        let referral = try #require(found)
        let isRunning = known.state == "accepted" && known.begun != nil
        #expect(referral.state.rawValue == (isRunning ? "in_service" : known.state))
        #expect(referral.begunAt == known.begun && referral.revision == 3 && !referral.isOutside)
        #expect(referral.clockAt == (referral.state.isWaiting ? referral.dueAt : nil))
        #expect(referral.clockStep == (referral.state.isWaiting ? .reminder : nil))
        #expect(try await database.read { try ReferralRecords.envelope(known.id, $0) } == [1, 2, 3])
        #expect(try await database.read { try ReferralRecords.events(known.id, $0) }.map(\.event.move) == [.send])
      }
    }
  }
}
