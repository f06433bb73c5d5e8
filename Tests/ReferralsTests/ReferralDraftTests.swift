import Accounts
import Basics
import Casework
import Records
import TestSupport
import Testing

@testable import Referrals

/// What is written and not sent yet is its own agency's, and sending judges everything anew.
@Suite struct ReferralDraftTests {
  private static let words = ReferralDraft.Words(
    language: "Kichwa", safeContact: "CANARIO-CONTACTO", word: "CANARIO-PALABRA")

  private func codes(_ world: World) -> ReferralDraft.Codes {
    ReferralDraft.Codes(to: world.desk.agency, need: "shelter", purpose: "assistance", urgency: "high")
  }

  @Test(arguments: TestEngine.available) func aDraftIsKeptTakenUpAgainAndSent(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let (caseID, id) = (try await world.openCase(), ReferralID.random())
      let desk = world.referrals
      // Nothing has to be chosen yet, and no consent is needed.
      try await desk.keep(world.worker, id, of: caseID, .init(), .init(word: "CANARIO-PALABRA"), seen: 0)
      try await desk.keep(world.worker, id, of: caseID, .init(), .init(word: " CANARIO-PALABRA "), seen: 0)
      let kept = try await desk.draft(world.worker, id, of: caseID)
      #expect(kept.draft.revision == 1 && kept.words.word == "CANARIO-PALABRA")
      world.time.move(.days(3))
      try await desk.keep(world.senderDesk, id, of: caseID, codes(world), Self.words, seen: 1)
      let stale = await refusal {
        try await desk.keep(world.worker, id, of: caseID, .init(), .init(word: "otra"), seen: 1)
      }
      #expect(stale?.phrase.key == "error.referral_draft_stale")
      #expect(try await desk.drafts(world.worker).map(\.codes) == [codes(world)])
      #expect(try await desk.draft(world.worker, id, of: caseID).words == Self.words)

      // Nothing anywhere else: no list, no count, no clock.
      #expect(try await desk.inbox(world.desk, .all).referrals.isEmpty)
      #expect(try await desk.outbox(world.worker, .all).referrals.isEmpty)
      #expect(try await desk.oversight(world.coordinator, .all).referrals.isEmpty)
      #expect(try await desk.ofCase(world.worker, caseID).isEmpty)
      #expect(try await desk.drafts(world.senderDesk).count == 1)
      for actor in [world.desk, world.third] {
        #expect(try await !world.opensEnvelope(actor, id))
        #expect(await refusal { _ = try await desk.view(actor, id) }?.kind == .notFound)
      }
      world.time.move(.days(40))
      #expect(try await world.timekeeper.run() == 0)

      // Without a consent it is not sent, and stays.
      #expect(
        await refusal { try await desk.send(world.worker, id: id, world.request(caseID, to: world.desk)) }?.kind
          == .noBasis)
      #expect(try await desk.drafts(world.worker).count == 1)
      let consent = try await world.consent(caseID, to: world.desk)
      let sent = try await desk.send(world.worker, id: id, world.request(caseID, to: world.desk))
      #expect(sent.consent == consent && sent.sentAt == world.now && sent.dueAt == world.now + .hours(24))
      #expect(try await desk.drafts(world.worker).isEmpty)
      #expect(try await desk.inbox(world.desk).referrals.map(\.id) == [id])
      let again = await refusal {
        try await desk.keep(world.worker, id, of: caseID, codes(world), Self.words, seen: 2)
      }
      #expect(again?.phrase.key == "error.referral_already_sent")
      let late = await refusal { try await desk.discard(world.worker, id, of: caseID) }
      #expect(late?.phrase.key == "error.referral_already_sent")
      let actions = try await world.office.database.read { try AuditLog.entries($0) }.map(\.entry)
        .filter { $0.objectID == id.description && $0.action != "referral.draft_read" }.map(\.action)
      #expect(actions == ["referral.keep", "referral.keep", "referral.send"])
    }
  }

  @Test(arguments: TestEngine.available) func aConsentThatEndsWhileItIsWrittenIsNotUsed(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let (caseID, id) = (try await world.openCase(), ReferralID.random())
      let consent = try await world.consent(caseID, to: world.desk)
      try await world.referrals.keep(world.worker, id, of: caseID, codes(world), Self.words, seen: 0)
      try await world.withdraw(consent)
      #expect(try await world.referrals.draft(world.worker, id, of: caseID).draft.state == .draft)
      let request = world.request(caseID, to: world.desk)
      #expect(await refusal { try await world.referrals.send(world.worker, id: id, request) }?.kind == .noBasis)
      // A contact that the next consent does not cover does not go along either.
      _ = try await world.consent(caseID, to: world.desk, kinds: [.needs])
      #expect(
        await refusal { try await world.referrals.send(world.worker, id: id, request) }?.fields.map(\.field)
          == ["safe_contact"])
    }
  }

  @Test(arguments: TestEngine.available) func whatIsPutAwayCannotBeReadAgain(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let (caseID, id) = (try await world.openCase(), ReferralID.random())
      let desk = world.referrals
      try await desk.keep(world.worker, id, of: caseID, codes(world), Self.words, seen: 0)
      try await desk.discard(world.worker, id, of: caseID)
      try await desk.discard(world.worker, id, of: caseID)
      #expect(try await desk.drafts(world.worker).isEmpty)
      let gone = await refusal { _ = try await desk.draft(world.worker, id, of: caseID) }
      #expect(gone?.phrase.key == "error.referral_ended_discarded")
      #expect(try await world.office.database.read { try ReferralDraftRecords.words(id, $0) } == [])
      _ = try await world.consent(caseID, to: world.desk)
      #expect(
        await refusal { try await desk.send(world.worker, id: id, world.request(caseID, to: world.desk)) }?.kind
          == .conflict)
      // What belongs to a case that closes goes with it.
      let other = ReferralID.random()
      try await desk.keep(world.worker, other, of: caseID, codes(world), Self.words, seen: 0)
      try await world.close(caseID)
      #expect(try await desk.drafts(world.worker).isEmpty)
    }
  }

  @Test(arguments: TestEngine.available) func nobodyElseLearnsOfIt(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let (caseID, id) = (try await world.openCase(), ReferralID.random())
      let desk = world.referrals
      try await desk.keep(world.worker, id, of: caseID, codes(world), Self.words, seen: 0)
      for actor in [world.third, world.chief] {
        #expect(try await desk.drafts(actor).isEmpty)
        #expect(await refusal { _ = try await desk.draft(actor, id, of: caseID) }?.kind == .notFound)
        #expect(await refusal { try await desk.discard(actor, id, of: caseID) }?.kind == .notFound)
        #expect(
          await refusal { try await desk.keep(actor, id, of: caseID, .init(), .init(), seen: 1) }?.kind == .notFound)
      }
      for actor in [world.desk, world.coordinator] {
        #expect(await refusal { _ = try await desk.drafts(actor) }?.kind == .forbidden)
      }
      // Another case's address does not lead to it.
      let second = try await world.openCase()
      #expect(await refusal { _ = try await desk.draft(world.worker, id, of: second) }?.kind == .notFound)
      let wrong = await refusal {
        try await desk.keep(
          world.worker, .random(), of: caseID, .init(need: "x", purpose: "x", urgency: "x"),
          .init(word: String(repeating: "a", count: 601)), seen: 0)
      }
      #expect(Set(wrong?.fields.map(\.field) ?? []) == ["need", "purpose", "urgency", "word"])
    }
  }
}
