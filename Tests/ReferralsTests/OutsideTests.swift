import Accounts
import Basics
import Casework
import Records
import TestSupport
import Testing
import Vault

@testable import Referrals

@Suite struct OutsideTests {
  private func answer(
    _ act: ReferralAct, _ world: World, _ look: Token, _ id: ReferralID, event: ReferralEventID = .random()
  ) async throws {
    try await world.outside.make(act, look, event: event, revision: try await world.state(id).revision)
  }

  @Test(arguments: TestEngine.available) func aProviderWithoutAnAccountAnswers(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sent = try await world.sent()
      let given = try await world.outside.give(world.worker, sent.id, event: .random())
      #expect(given.word.count == 6 && given.word.allSatisfy(\.isNumber))
      let look = try await world.outside.enter(
        code: given.code.uppercased(), word: " \(given.word) ", client: "192.0.2.1")
      let found = try await world.outside.view(look)
      let view = try #require(found)
      #expect(view.envelope.word == "CANARIO-PALABRA" && view.referral.state == .seen)
      #expect(view.options == [.accept, .decline])
      let event = ReferralEventID.random()
      let revision = view.referral.revision
      for _ in 0..<2 {
        try await world.outside.make(.accept(note: "CANARIO-SI-FUERA"), look, event: event, revision: revision)
      }
      let accepted = try await world.state(sent.id)
      #expect(accepted.state == .accepted && accepted.isOutside && accepted.clockAt == nil)
      #expect(accepted.revision == revision + 1)
      // The file stays shut: nobody of the agency has it, by the code or by an account.
      #expect(try await world.openKinds(world.desk, sent.caseID).isEmpty)
      #expect(try await !world.referrals.view(world.desk, sent.id).opensFile)
      try await answer(.begin, world, look, sent.id)
      let end = ReferralEventID.random()
      let last = try await world.state(sent.id).revision
      for _ in 0..<2 {
        try await world.outside.make(
          .complete(outcome: "provided", note: "CANARIO-FIN-FUERA"), look, event: end, revision: last)
      }
      #expect(try await world.outside.view(look) == nil)
      let done = try await world.referrals.view(world.worker, sent.id)
      #expect(done.events.map(\.move) == [.send, .giveCode, .open, .accept, .begin, .complete])
      #expect(done.events.map(\.note) == [nil, nil, nil, "CANARIO-SI-FUERA", nil, "CANARIO-FIN-FUERA"])
      #expect(done.events[3].agencyName == "Casa Luna" && done.events[3].member == nil)
      let desk = try await world.referrals.view(world.desk, sent.id)
      #expect(desk.events.allSatisfy { $0.note == nil } && desk.events[3].hasNote)
      // The person sees when it was opened, as for a desk with accounts.
      let reads = try await world.office.database.read { try ReferralDesk.reads(of: sent.caseID, $0) }
      #expect(reads.contains { $0.agency == world.desk.agency && $0.consent == sent.consent })
      let again = await refusal {
        _ = try await world.outside.enter(code: given.code, word: given.word, client: "192.0.2.1")
      }
      #expect(again?.phrase.key == "error.referral_code_unknown")
    }
  }

  @Test(arguments: TestEngine.available) func codesEndWithTheReferralAndByNewOnes(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      for ending in ["consent", "withdraw", "case", "expire", "new code", "days", "desk"] {
        let sent = try await world.sent()
        let given = try await world.outside.give(world.worker, sent.id, event: .random())
        let look = try await world.outside.enter(code: given.code, word: given.word, client: ending)
        #expect(try await world.outside.view(look) != nil)
        switch ending {
        case "consent": try await world.withdraw(sent.consent)
        case "withdraw": try await world.make(.withdraw(note: ""), world.worker, sent.id)
        case "case": try await world.close(sent.caseID)
        case "expire":
          world.time.move(.days(60))
          try await world.timekeeper.run()
        case "new code": _ = try await world.outside.give(world.worker, sent.id, event: .random())
        case "days": world.time.move(.days(OutsideRules.days))
        default: try await world.make(.accept(note: ""), world.desk, sent.id)
        }
        #expect(try await world.outside.view(look) == nil, "\(ending)")
        let late = await refusal {
          try await world.outside.make(.accept(note: ""), look, event: .random(), revision: 1)
        }
        #expect(late?.phrase.key == "error.referral_code_over", "\(ending)")
        let again = await refusal {
          _ = try await world.outside.enter(code: given.code, word: given.word, client: ending)
        }
        #expect(again?.phrase.key == "error.referral_code_unknown", "\(ending)")
        // Whoever accepts with an account has the file, as without a code.
        if ending == "desk" { #expect(try await !world.openKinds(world.desk, sent.caseID).isEmpty) }
        let copies = try await world.office.database.read { transaction in
          try transaction.rows("SELECT * FROM referral_looks WHERE referral = ?", sent.id).count
        }
        #expect(copies == 0 || ending == "days", "\(ending)")
      }
    }
  }

  @Test(arguments: TestEngine.available) func whoGuessesIsSlowedDownAndTheCodeEnds(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sent = try await world.sent()
      let given = try await world.outside.give(world.worker, sent.id, event: .random())
      func enter(_ code: String, _ word: String, _ client: String) async -> String? {
        await refusal { _ = try await world.outside.enter(code: code, word: word, client: client) }?.phrase.key
      }
      let wrong = given.word == "000000" ? "000001" : "000000"
      for attempt in 0..<OutsideRules.mostWrongWords {
        #expect(await enter(given.code, wrong, "\(attempt)") == "error.referral_code_unknown")
      }
      // By now the right word is one too many.
      #expect(await enter(given.code, given.word, "z") == "error.referral_code_unknown")
      for _ in 0..<20 { _ = await enter("x", "1", "guesser") }
      #expect(await enter("x", "1", "guesser") == "error.referral_code_wait")
      #expect(await enter("x", "1", "somebody else") == "error.referral_code_unknown")
    }
  }

  @Test(arguments: TestEngine.available) func onlyTheSenderGivesACodeAndOnlyWhileNobodyTookItOn(_ engine: Engine)
    async throws
  {
    try await withWorld(engine) { world in
      let sent = try await world.sent()
      func give(_ actor: Actor, _ id: ReferralID, event: ReferralEventID = .random()) async -> Refusal? {
        await refusal { _ = try await world.outside.give(actor, id, event: event) }
      }
      #expect(await give(world.desk, sent.id)?.kind == .forbidden)
      #expect(await give(world.third, sent.id)?.kind == .notFound)
      #expect(await give(world.worker, .random())?.kind == .notFound)
      let event = ReferralEventID.random()
      #expect(await give(world.worker, sent.id, event: event) == nil)
      #expect(await give(world.worker, sent.id, event: event)?.phrase.key == "error.referral_code_made")
      for state in Referral.State.allCases where state.wasSent && !state.isWaiting {
        let other = try await world.reach(state)
        #expect(await give(world.worker, other.id)?.kind == .conflict, "\(state)")
      }
      // What was answered by telephone is noted by who sent it.
      try await world.make(.closeOutside(outcome: "not_possible", note: "Llamaron"), world.worker, sent.id)
      let closed = try await world.referrals.view(world.worker, sent.id)
      #expect(closed.referral.state == .closedOutside && closed.referral.outcome == "not_possible")
      #expect(!closed.referral.hasNewsForSender)
      #expect(try await !world.opensEnvelope(world.desk, sent.id))
    }
  }

  @Test(arguments: TestEngine.available) func aClaimAtTheDeskComesFirst(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sent = try await world.reach(.seen)
      let given = try await world.outside.give(world.worker, sent.id, event: .random())
      let look = try await world.outside.enter(code: given.code, word: given.word, client: "a")
      try await world.make(.claim, world.desk, sent.id)
      let claimed = await refusal { try await answer(.accept(note: ""), world, look, sent.id) }
      #expect(claimed?.phrase.key == "error.referral_claimed")
      try await world.make(.release, world.desk, sent.id)
      let stale = await refusal {
        try await world.outside.make(.accept(note: ""), look, event: .random(), revision: 1)
      }
      #expect(stale?.phrase.key == "error.referral_stale")
      let wrong = await refusal {
        try await answer(.decline(reason: "x", suggested: world.third.agency, note: ""), world, look, sent.id)
      }
      #expect(wrong.map { Set($0.fields.map(\.field)) } == ["reason", "suggested"])
      for act in [ReferralAct.claim, .ask("?"), .withdraw(note: ""), .handOver(to: world.desk.member)] {
        #expect(await refusal { try await answer(act, world, look, sent.id) }?.kind == .forbidden)
      }
      try await answer(.decline(reason: "no_capacity", suggested: nil, note: ""), world, look, sent.id)
      #expect(try await world.state(sent.id).declineReason == "no_capacity")
      try await world.outside.leave(look)
    }
  }

  /// Whoever has the whole store and the house's secret, but neither code nor token, reads nothing.
  @Test(arguments: TestEngine.available) func theStoreTellsNothing(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sent = try await world.sent()
      let given = try await world.outside.give(world.worker, sent.id, event: .random())
      let look = try await world.outside.enter(code: given.code, word: given.word, client: "a")
      #expect(try await world.outside.view(look) != nil)
      try await answer(.accept(note: "CANARIO-NOTA"), world, look, sent.id)
      let secrets = ["CANARIO", given.code, given.word, look.exposedText]
      for (table, rows) in try await wholeContent(of: world.office.database, engine) where table.contains("referral") {
        for row in rows {
          for secret in secrets where secret != given.word { #expect(!row.contains(secret), "\(table)") }
        }
      }
    }
  }
}
