import Accounts
import Basics
import Casework
import Foundation
import Records
import TestSupport
import Testing

@testable import Referrals

@Suite struct ReferralAccessTests {
  private let consented: Set<DataKind> = [.contact, .needs, .health]

  /// R10: two referrals on one consent, ended in either order.
  @Test(arguments: TestEngine.available) func accessEndsUnlessAnotherReferralGivesIt(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      for ending in ["complete", "withdraw", "close"] {
        let first = try await world.reach(.accepted)
        let (second, third) = (ReferralID.random(), ReferralID.random())
        // Sent while the first is accepted: the file stays open.
        try await world.referrals.send(world.worker, id: second, world.request(first.caseID, to: world.desk))
        #expect(try await world.openKinds(world.desk, first.caseID) == consented)
        switch ending {
        case "complete": try await world.make(.complete(outcome: "provided", note: ""), world.desk, first.id)
        case "withdraw": try await world.make(.withdraw(note: ""), world.worker, first.id)
        default:
          try await world.close(first.caseID)
          #expect(try await world.state(second).state == .endedWithCase)
          #expect(try await world.state(first.id).state == .accepted)
          #expect(try await world.openKinds(world.desk, first.caseID) == consented)
          try await world.make(.complete(outcome: "provided", note: ""), world.desk, first.id)
          #expect(try await world.openKinds(world.desk, first.caseID).isEmpty)
          continue
        }
        // The second one waits: nothing opens until it is accepted.
        #expect(try await world.openKinds(world.desk, first.caseID).isEmpty)
        try await world.referrals.send(world.worker, id: third, world.request(first.caseID, to: world.desk))
        #expect(try await world.openKinds(world.desk, first.caseID).isEmpty)
        _ = try await world.referrals.view(world.desk, second)
        try await world.make(.accept(note: ""), world.desk, second)
        #expect(try await world.openKinds(world.desk, first.caseID) == consented)
        // Declining the waiting one takes nothing from the accepted one.
        try await world.make(.decline(reason: "no_capacity", suggested: nil, note: ""), world.desk, third)
        #expect(try await world.openKinds(world.desk, first.caseID) == consented)
        try await world.make(.complete(outcome: "provided", note: ""), world.desk, second)
        #expect(try await world.openKinds(world.desk, first.caseID).isEmpty)
      }
    }
  }

  @Test(arguments: TestEngine.available) func aConsentToOneAgencyEndsOnlyItsReferrals(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let first = try await world.reach(.accepted)
      _ = try await world.consent(first.caseID, to: world.third)
      let second = ReferralID.random()
      try await world.referrals.send(world.worker, id: second, world.request(first.caseID, to: world.third))
      try await world.withdraw(first.consent)
      #expect(try await world.state(first.id).state == .revoked)
      #expect(try await world.state(second).state == .sent)
      #expect(try await world.opensEnvelope(world.third, second))
    }
  }

  @Test(arguments: TestEngine.available) func historyKeepsTheNamesOfItsTime(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sent = try await world.reach(.declined)
      let agency = world.desk.agency
      try await world.office.database.write {
        try $0.execute("UPDATE agencies SET name = ?, province = ? WHERE id = ?", "Otro Nombre", "EC-O", agency)
        try $0.record(.test())
      }
      let view = try await world.referrals.view(world.worker, sent.id)
      #expect(view.referral.to == .init(agency: agency, name: "Casa Luna", province: "EC-P"))
      #expect(view.referral.suggested?.name == "Casa Mar")
      #expect(view.events.map(\.agencyName) == ["Casa Canario", "Casa Luna", "Casa Luna"])
      #expect(view.events.last?.note == "CANARIO-NO")
    }
  }

  @Test(arguments: TestEngine.available) func everyReadAndMoveLeavesItsEntry(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sent = try await world.reach(.completed)
      _ = try await world.referrals.view(world.worker, sent.id)
      _ = try await world.referrals.view(world.coordinator, sent.id)
      let entries = try await world.office.database.read {
        try AuditLog.entries($0, objectKind: "referral", objectID: sent.id.description).map(\.entry)
      }
      #expect(
        entries.map(\.action) == [
          "referral.send", "referral.open", "referral.read", "referral.accept", "referral.complete", "referral.read",
          "referral.view",
        ])
      #expect(entries.allSatisfy { $0.consent == sent.consent && $0.purpose == "assistance" })
    }
  }

  @Test(arguments: TestEngine.available) func theStoreTellsNothingOfThePerson(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      for state in Referral.State.allCases where state.wasSent { _ = try await world.reach(state) }
      for table in ["referrals", "referral_events", "audit_entries", "record_key_wraps"] {
        for row in try await world.office.database.read({ try $0.rows("SELECT * FROM \(table)") }) {
          let text = "\(row)"
          #expect(!text.contains("CANARIO") && !text.contains("Kichwa"), "\(table)")
          #expect(!text.contains(Array("CANARIO".utf8).map(String.init).joined(separator: ", ")), "\(table)")
        }
      }
    }
  }

  @Test(arguments: TestEngine.available) func listsShowWhatIsDueFirstAndNothingForeign(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let normal = try await world.sent()
      let urgent = ReferralID.random()
      try await world.referrals.send(
        world.worker, id: urgent, world.request(normal.caseID, to: world.desk, urgency: "urgent"))
      #expect(try await world.referrals.inbox(world.desk).referrals.map(\.id) == [urgent, normal.id])
      #expect(try await world.referrals.overdue(world.desk).referrals.isEmpty)
      world.time.move(.hours(1))
      #expect(try await world.referrals.overdue(world.desk).referrals.isEmpty)
      world.time.move(.seconds(1))
      #expect(try await world.referrals.overdue(world.desk).referrals.map(\.id) == [urgent])
      #expect(try await world.referrals.overdue(world.senderDesk).referrals.map(\.id) == [urgent])
      #expect(try await world.referrals.overdue(world.coordinator).referrals.map(\.id) == [urgent])
      #expect(try await world.referrals.overdue(world.third).referrals.isEmpty)
      #expect(
        try await world.referrals.counts(world.desk)
          == .init(waiting: 2, overdue: 1, new: 2, mine: 0, accepted: 0, news: 0, lateAnswers: 0, unanswered: 0))
      #expect(try await world.referrals.counts(world.worker).lateAnswers == 1)
      #expect(
        try await world.referrals.counts(world.third)
          == .init(waiting: 0, overdue: 0, new: 0, mine: 0, accepted: 0, news: 0, lateAnswers: 0, unanswered: 0))
      #expect(try await world.referrals.ofCase(world.third, normal.caseID).isEmpty)
      #expect(try await world.referrals.ofCase(world.worker, normal.caseID).count == 2)
      #expect(await refusal { _ = try await world.referrals.inbox(world.coordinator) }?.kind == .forbidden)
      for _ in 0..<ReferralPage.size {
        try await world.referrals.send(world.worker, id: .random(), world.request(normal.caseID, to: world.desk))
      }
      let first = try await world.referrals.inbox(world.desk)
      #expect(first.referrals.count == ReferralPage.size && first.hasMore)
      let second = try await world.referrals.inbox(world.desk, page: 1)
      #expect(second.referrals.count == 2 && !second.hasMore)
      #expect(second.referrals.allSatisfy { !first.referrals.contains($0) })
    }
  }

  @Test(arguments: TestEngine.available) func erasureLeavesNothingReadable(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sent = try await world.reach(.completed)
      try await world.office.database.write {
        try ReferralDesk.erase(sent.caseID, $0)
        try $0.record(.test())
      }
      let view = try await world.referrals.view(world.worker, sent.id)
      #expect(view.envelope == nil && view.events.allSatisfy { $0.note == nil })
      #expect(view.referral.outcome == "provided")
    }
  }
}
