import Accounts
import Basics
import Casework
import Records
import TestSupport
import Testing

@testable import Referrals

/// What becomes of referrals when their case changes hands.
@Suite struct ReferralTransferTests {
  @Test(arguments: TestEngine.available) func whatIsGivenIsFinishedFirst(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let kinds: Set<DataKind> = [.identity, .contact, .narrative, .needs, .health, .legal]
      let transfers = TransferDesk(world.cases, whenCaseMoves: ReferralDesk.caseMoves)
      let sent = try await world.reach(.accepted)
      _ = try await world.consent(sent.caseID, to: world.chief, purpose: "assistance", kinds: kinds)
      let draft = ReferralID.random()
      try await world.referrals.keep(world.worker, draft, of: sent.caseID, .init(), .init(word: "x"), seen: 0)
      let waiting = ReferralID.random()
      try await world.referrals.send(world.worker, id: waiting, world.request(sent.caseID, to: world.desk))
      let offer = try await transfers.offer(
        world.senderDesk, sent.caseID, id: .random(), .ownership, to: world.chief.agency, word: "")
      let early = await refusal { try await transfers.make(.accept, world.chief, offer.id, revision: 1) }
      #expect(early?.phrase.key == "error.transfer_referrals")
      #expect(try await world.state(waiting).state == .sent)

      try await world.make(.complete(outcome: "provided", note: ""), world.desk, sent.id)
      try await transfers.make(.accept, world.chief, offer.id, revision: 1)
      #expect(try await world.state(waiting).state == .endedWithCase)
      #expect(try await world.referrals.drafts(world.worker).isEmpty)
      #expect(try await world.cases.file(world.reader, sent.caseID).narrative?.value == "CANARIO-RELATO")
      #expect(try await world.openKinds(world.worker, sent.caseID).isEmpty)
      #expect(await refusal { _ = try await world.cases.file(world.worker, sent.caseID) }?.kind == .notFound)
      // The former owner refers it no more.
      let late = await refusal {
        try await world.referrals.send(world.worker, id: .random(), world.request(sent.caseID, to: world.third))
      }
      #expect(late?.kind == .notFound)
    }
  }
}
