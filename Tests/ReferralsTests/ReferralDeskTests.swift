import Accounts
import Basics
import Casework
import Records
import TestSupport
import Testing

@testable import Referrals

@Suite struct ReferralDeskTests {
  private let consented: Set<DataKind> = [.contact, .needs, .health]
  /// What the case was opened with.
  private let written: Set<DataKind> = [.identity, .contact, .narrative, .needs, .health, .legal]

  @Test(arguments: TestEngine.available) func theWholeWayOfAReferral(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sent = try await world.sent()
      let inbox = try await world.referrals.inbox(world.desk)
      #expect(inbox.referrals.map(\.id) == [sent.id])
      #expect(inbox.referrals[0].dueAt == world.now + .hours(24))
      #expect(inbox.referrals[0].inHandOf?.name == "Casa Luna")

      world.time.move(.minutes(10))
      let opened = try await world.referrals.view(world.desk, sent.id)
      #expect(opened.referral.state == .seen)
      #expect(opened.envelope?.word == "CANARIO-PALABRA")
      #expect(opened.envelope?.ageBand == "18-29")
      #expect(!opened.opensFile)
      #expect(opened.options == [.claim, .handOver, .ask, .accept, .decline])
      #expect(opened.next == .init(step: .reminder, at: opened.referral.sentAt + .hours(12)))

      try await world.make(.ask("¿Tiene documentos?"), world.desk, sent.id)
      #expect(try await world.referrals.counts(world.worker).news == 1)
      let asked = try await world.referrals.view(world.worker, sent.id)
      #expect(asked.events.last?.note == "¿Tiene documentos?")
      #expect(asked.options == [.reply, .withdraw, .giveCode])
      #expect(asked.referral.inHandOf?.agency == world.worker.agency)
      #expect(try await world.referrals.counts(world.worker).news == 0)

      try await world.make(.reply("Sí, cédula"), world.worker, sent.id)
      #expect(try await world.referrals.view(world.desk, sent.id).events.last?.note == "Sí, cédula")
      world.time.move(.minutes(10))
      try await world.make(.accept(note: "Hay cupo"), world.desk, sent.id)
      let accepted = try await world.referrals.view(world.desk, sent.id)
      #expect(accepted.opensFile)
      #expect(accepted.options == [.release, .handOver, .begin, .complete, .interrupt, .handBack])
      #expect(accepted.next == nil && accepted.referral.clockAt == nil)
      try await world.make(.begin, world.desk, sent.id)
      world.time.move(.days(3))
      try await world.make(.complete(outcome: "provided", note: "Tres noches"), world.desk, sent.id)

      #expect(try await world.referrals.counts(world.worker).news == 1)
      let done = try await world.referrals.view(world.worker, sent.id)
      #expect(done.events.map(\.move) == [.send, .open, .ask, .reply, .accept, .begin, .complete])
      #expect(done.events.map(\.revision) == Array(1...7))
      #expect(done.events.last?.note == "Tres noches")
      #expect(done.options.isEmpty)
      let referral = done.referral
      let moments = [
        referral.sentAt, referral.openedAt, referral.answeredAt, referral.begunAt, referral.completedAt,
      ].compactMap(\.self)
      #expect(moments.count == 5)
      #expect(moments == moments.sorted())
      #expect(referral.endedAt == referral.completedAt)
      #expect(referral.outcome == "provided")
    }
  }

  @Test(arguments: TestEngine.available) func beforeAcceptanceOnlyTheEnvelopeOpens(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      for state in Referral.State.allCases where state.wasSent {
        let sent = try await world.reach(state)
        #expect(try await world.opensEnvelope(world.desk, sent.id) == state.isLive, "\(state)")
        #expect(
          try await world.openKinds(world.desk, sent.caseID) == (state.isTakenOn ? consented : []), "\(state)")
        // The sending agency keeps both; a third agency and the coordinator never have anything.
        #expect(try await world.opensEnvelope(world.worker, sent.id))
        #expect(try await world.openKinds(world.worker, sent.caseID) == written)
        for actor in [world.third, world.coordinator] {
          #expect(try await !world.opensEnvelope(actor, sent.id))
          #expect(try await world.openKinds(actor, sent.caseID).isEmpty)
        }
        let file = try? await world.cases.file(world.desk, sent.caseID)
        #expect((file != nil) == state.isTakenOn, "\(state)")
        if let file { #expect(file.kinds == consented && file.health?.value == "CANARIO-SALUD") }
        let view = try await world.referrals.view(world.desk, sent.id)
        #expect((view.envelope != nil) == state.isLive, "\(state)")
        #expect(view.opensFile == state.isTakenOn)
        let seen = try await world.referrals.view(world.coordinator, sent.id)
        #expect(seen.envelope == nil && seen.options.isEmpty && seen.events.allSatisfy { $0.note == nil })
        #expect(await refusal { _ = try await world.referrals.view(world.third, sent.id) }?.kind == .notFound)
      }
    }
  }

  @Test(arguments: TestEngine.available) func aConsentWithdrawnInAnyStateBlocksNoEnding(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      for state in Referral.State.allCases where state.wasSent {
        let sent = try await world.reach(state)
        if state != .revoked { try await world.withdraw(sent.consent) }
        let after = try await world.state(sent.id)
        #expect(after.state == (state.isLive ? .revoked : state))
        #expect(try await !world.opensEnvelope(world.desk, sent.id))
        #expect(try await world.openKinds(world.desk, sent.caseID).isEmpty)
        if after.state == .revoked {
          try await world.make(.decline(reason: "no_capacity", suggested: nil, note: ""), world.desk, sent.id)
          try await world.make(.withdraw(note: ""), world.worker, sent.id)
          #expect(
            await refusal { try await world.make(.accept(note: ""), world.desk, sent.id) }?.phrase.key
              == "error.referral_ended_revoked")
        }
        #expect(try await world.state(sent.id) == after)
      }
    }
  }

  @Test(arguments: TestEngine.available) func aConsentThatRanOutGivesNothingAndBlocksNoEnding(_ engine: Engine)
    async throws
  {
    try await withWorld(engine) { world in
      for state in [Referral.State.seen, .asked, .accepted] {
        let sent = try await world.reach(state)
        world.time.move(.days(367))
        #expect(try await world.referrals.view(world.desk, sent.id).envelope == nil)
        #expect(try await world.state(sent.id).basisHasRunOut(at: world.now))
        #expect(try await world.openKinds(world.desk, sent.caseID).isEmpty)
        if state == .accepted {
          // A note can't be sealed any more; the form says so, and the move itself is possible.
          let noted = await refusal {
            try await world.make(.complete(outcome: "provided", note: "algo"), world.desk, sent.id)
          }
          #expect(noted?.fields.first?.field == "note")
          try await world.make(.complete(outcome: "provided", note: ""), world.desk, sent.id)
        } else {
          #expect(await refusal { try await world.make(.accept(note: ""), world.desk, sent.id) }?.kind == .noBasis)
          if state == .asked {
            #expect(await refusal { try await world.make(.reply("sí"), world.worker, sent.id) }?.kind == .noBasis)
            try await world.make(.withdraw(note: "ya no"), world.worker, sent.id)
          } else {
            try await world.make(.decline(reason: "unsafe", suggested: nil, note: ""), world.desk, sent.id)
          }
        }
        #expect(try await !world.state(sent.id).state.isLive)
      }
    }
  }

  @Test(arguments: TestEngine.available) func sendingNeedsALiveConsentForThisRecipientAndPurpose(_ engine: Engine)
    async throws
  {
    try await withWorld(engine) { world in
      let caseID = try await world.openCase()
      func send(_ request: NewReferral, by actor: Actor? = nil) async -> Refusal? {
        await refusal { try await world.referrals.send(actor ?? world.worker, id: .random(), request) }
      }
      var request = world.request(caseID, to: world.desk)
      #expect(await send(request)?.kind == .noBasis)
      _ = try await world.consent(caseID, to: world.third)
      #expect(await send(request)?.kind == .noBasis)
      _ = try await world.consent(caseID, to: world.desk, purpose: "legal")
      #expect(await send(request)?.kind == .noBasis)
      _ = try await world.consent(caseID, to: world.desk, until: world.today)
      world.time.move(.hours(8))
      #expect(await send(request)?.kind == .noBasis)
      _ = try await world.consent(caseID, to: world.desk, kinds: [.needs])
      #expect(await send(request)?.fields.map(\.field) == ["safe_contact"])
      request.safeContact = ""
      #expect(await send(request, by: world.third)?.kind == .notFound)
      #expect(await send(request, by: world.desk)?.kind == .forbidden)
      #expect(await send(request) == nil)
      let recipients = try await world.referrals.recipients(world.worker, caseID)
      #expect(recipients.list.map(\.agency.name) == ["Casa Luna", "Casa Luna", "Casa Mar"])
      #expect(recipients.list.map(\.purpose) == ["assistance", "legal", "assistance"])
      request = NewReferral(
        caseID: caseID, to: world.worker.agency, need: "x", purpose: "x", urgency: "x",
        word: String(repeating: "a", count: 601))
      #expect(
        await send(request).map { Set($0.fields.map(\.field)) } == ["to", "need", "purpose", "urgency", "word"])
      try await world.close(caseID)
      #expect(await send(world.request(caseID, to: world.desk))?.kind == .conflict)
    }
  }

  @Test(arguments: TestEngine.available) func aRetryDoesItOnce(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sent = try await world.sent()
      let again = try await world.referrals.send(world.worker, id: sent.id, world.request(sent.caseID, to: world.desk))
      #expect(again.revision == 1)
      #expect(try await world.referrals.outbox(world.worker).referrals.count == 1)
      let foreign = try await world.openCase(by: world.third)
      _ = try await world.consent(foreign, to: world.desk, by: world.third)
      #expect(
        await refusal {
          try await world.referrals.send(world.third, id: sent.id, world.request(foreign, to: world.desk))
        }?.kind == .notFound)
      let page = try await world.referrals.view(world.desk, sent.id).referral
      let event = ReferralEventID.random()
      for _ in 0..<2 {
        let answer = try await world.referrals.make(
          .accept(note: ""), world.desk, sent.id, event: event, revision: page.revision)
        #expect(answer.state == .accepted)
      }
      #expect(try await world.state(sent.id).revision == page.revision + 1)
      let second = await refusal { try await world.make(.accept(note: ""), world.desk, sent.id) }
      #expect(second?.phrase.key == "error.referral_already_accepted")
      let other = try await world.sent()
      #expect(
        await refusal {
          try await world.referrals.make(.claim, world.desk, other.id, event: event, revision: 1)
        }?.kind == .conflict)
    }
  }

  @Test(arguments: TestEngine.available) func aStalePageIsToldWhatHappened(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sent = try await world.reach(.seen)
      let page = try await world.state(sent.id)
      try await world.make(.ask("¿Viaja sola?"), world.desk, sent.id)
      try await world.make(.reply("Con su hijo"), world.worker, sent.id)
      func act(_ act: ReferralAct, _ actor: Actor) async -> Refusal? {
        await refusal {
          try await world.referrals.make(act, actor, sent.id, event: .random(), revision: page.revision)
        }
      }
      #expect(await act(.accept(note: ""), world.desk)?.phrase.key == "error.referral_stale")
      #expect(await act(.withdraw(note: ""), world.worker) == nil)
      #expect(await act(.accept(note: ""), world.desk)?.phrase.key == "error.referral_ended_withdrawn")
      #expect(await act(.claim, world.third)?.kind == .notFound)
      #expect(await act(.claim, world.coordinator)?.kind == .forbidden)
      #expect(await act(.claim, world.worker)?.kind == .forbidden)
      #expect(await refusal { try await world.make(.claim, world.desk, sent.id) }?.kind == .conflict)
      #expect(
        await refusal {
          try await world.referrals.make(.claim, world.desk, .random(), event: .random(), revision: 1)
        }?.kind == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func ofTwoWhoClaimAtOnceOneHasIt(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sent = try await world.reach(.seen)
      let revision = try await world.state(sent.id).revision
      let answers = await withTaskGroup(of: String?.self) { group in
        for actor in [world.desk, world.colleague] {
          group.addTask {
            await refusal {
              try await world.referrals.make(
                .accept(note: ""), actor, sent.id, event: .random(), revision: revision)
            }?.phrase.key
          }
        }
        return await group.reduce(into: [String?]()) { $0.append($1) }
      }
      #expect(answers.count { $0 == nil } == 1)
      #expect(answers.compactMap(\.self) == ["error.referral_claimed"])

      let next = try await world.reach(.seen)
      try await world.make(.claim, world.desk, next.id)
      let refused = await refusal { try await world.make(.accept(note: ""), world.colleague, next.id) }
      #expect(refused?.kind == .conflict)
      #expect(refused?.phrase.values.isEmpty == true)
      #expect(
        await refusal { try await world.make(.claim, world.colleague, next.id) }?.phrase.key == "error.referral_claimed"
      )
      try await world.make(.release, world.colleague, next.id)
      try await world.make(.claim, world.colleague, next.id)
      #expect(try await world.state(next.id).claimedBy == world.colleague.member)
      // A case worker of the desk's agency reads, and answers nothing.
      #expect(try await world.referrals.view(world.reader, next.id).options.isEmpty)
      #expect(await refusal { try await world.make(.release, world.reader, next.id) }?.kind == .forbidden)
    }
  }
}
