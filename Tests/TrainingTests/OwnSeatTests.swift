import Accounts
import Basics
import Records
import TestSupport
import Testing
import Vault

@testable import Training

@Suite struct OwnSeatTests {
  @Test(arguments: TestEngine.available) func aSeatIsKeptByOneMemberAndLetGo(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let (visitors, member) = (school.visitors, school.trainer)
      let seat = try await school.join("Ana Canaria")
      #expect(try await visitors.keeper(seat, member) == .nobody)
      #expect(try await visitors.own(member).isEmpty)
      try await visitors.keep(seat, member)
      try await visitors.keep(seat, member)
      #expect(try await visitors.keeper(seat, member) == .actor)
      #expect(try await visitors.own(member).map(\.link.exposedText) == [seat.exposedText])
      // Somebody of another agency may take part too, and only one keeps a seat.
      #expect(try await visitors.keeper(seat, school.stranger) == .another)
      #expect(await refusal { try await visitors.keep(seat, school.stranger) }?.kind == .conflict)
      try await visitors.letGo(seat, school.stranger)
      #expect(try await visitors.own(member).count == 1)
      try await visitors.letGo(seat, member)
      try await visitors.letGo(seat, member)
      #expect(try await visitors.own(member).isEmpty)
      // The link works with an account or without.
      #expect(try await visitors.seat(seat).participant.status == .enrolled)
      #expect(
        await refusal { try await visitors.keep(school.office.root.token("x", [[1]]), member) }?.kind == .notFound)
      let actions = try await school.office.database.read { transaction in
        try AuditLog.entries(
          transaction, objectKind: "participant",
          objectID: try #require(try TrainingRecords.participant(linkHash: seat.hash, transaction)).id.description
        ).map(\.entry.action)
      }
      #expect(actions == ["participant.register", "seat.keep", "seat.let_go"])
    }
  }

  @Test(arguments: TestEngine.available) func aSeatThatWasGivenUpIsNotShown(_ engine: Engine) async throws {
    try await withSchool(engine) { school in
      let seat = try await school.join("Ana Canaria")
      try await school.visitors.keep(seat, school.stranger)
      try await school.desk.withdraw(school.trainer, try await school.visitors.seat(seat).participant.id)
      #expect(try await school.visitors.own(school.stranger).isEmpty)
    }
  }
}
