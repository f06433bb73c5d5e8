import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Identification
import Practice
import Records
import Referrals
import TestSupport
import Testing
import Training
import Vault

private let anyone = PracticeDoor.Visitor.member(.random())

@Suite struct PracticeDeskTests {
  @Test(arguments: TestEngine.available) func aTicketBeginsOnceAndNobodyElseIsSeen(_ engine: Engine) async throws {
    try await withPractice(engine) { house in
      let ticket = try await house.ticket(anyone)
      let token = try await house.desk.begin(ticket, PracticeHouse.names)
      let actor = try #require(try await SignInDesk(house.office).actor(for: token))
      await #expect(throws: Refusal.self) { try await house.desk.begin(ticket, PracticeHouse.names) }
      let other = try await house.begin(.member(.random()))
      #expect(other.agency != actor.agency)
      // Each sees its own two desks and itself.
      let agencies = AgencyDesk(house.office)
      let seen = try await agencies.directory(actor)
      #expect(seen.count == 3)
      #expect(Set(seen.map(\.id)).isDisjoint(with: try await agencies.directory(other).map(\.id)))
      #expect(try await agencies.agencies(.console).count == 6)
      #expect(try await house.desk.attempt(actor).path == ["stop"])
    }
  }
}
