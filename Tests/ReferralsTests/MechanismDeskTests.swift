import Accounts
import Basics
import Casework
import CountryPack
import Records
import TestSupport
import Testing

@testable import Referrals

@Suite struct MechanismDeskTests {
  /// The coordinator keeps; `senderDesk` (supervisor of Casa Canario) signs; Casa Mar gets a supervisor of its own.
  private func withDesk(_ engine: Engine, _ body: (World, MechanismDesk) async throws -> Void) async throws {
    let migrations =
      AccountsSchema.migrations + CaseworkSchema.migrations + ReferralSchema.migrations + MechanismSchema.migrations
      + ReferralLifeSchema.migrations
    try await withStore(engine, migrations) { database in
      let world = try await World(database)
      try await body(world, MechanismDesk(world.office, world.pack))
    }
  }

  private func later(_ text: String = MechanismWorld.sound) -> String {
    text.replacing("version: 2026-11-30", with: "version: 2026-12-15").replacing("places: 3", with: "places: 4")
  }

  private func actions(_ world: World) async throws -> [String] {
    try await world.office.database.read { try AuditLog.entries($0) }.map(\.entry.action)
      .filter { $0.hasPrefix("mechanism.") }
  }

  @Test(arguments: TestEngine.available) func fromTheFileToTheOneThatHolds(_ engine: Engine) async throws {
    try await withDesk(engine) { world, desk in
      let (keeper, signer) = (world.coordinator, world.senderDesk)
      let (first, second) = (MechanismVersionID.random(), MechanismVersionID.random())
      try await desk.bring(keeper, first, MechanismWorld.sound, for: .territory)
      try await desk.bring(keeper, first, MechanismWorld.sound, for: .territory)
      #expect(await refusal { try await desk.bring(keeper, first, later(), for: .territory) }?.kind == .conflict)
      // A draft is nothing for who neither keeps nor signs.
      #expect(await refusal { _ = try await desk.look(world.worker, first) }?.kind == .notFound)
      #expect(try await desk.look(keeper, first).moves == [.name, .discard])
      #expect(try await desk.look(signer, first).moves == [])
      #expect(await refusal { try await desk.sign(signer, first, revision: 1) }?.kind == .forbidden)
      #expect(
        await refusal { try await desk.adopt(keeper, first, knownGaps: 0, revision: 1) }?.phrase.key
          == "error.mechanism_unnamed")
      let own = signer.agency
      #expect(
        await refusal { try await desk.name(keeper, first, ["front": .random()], revision: 1) }?.kind == .invalid)
      #expect(await refusal { try await desk.name(keeper, first, ["nadie": own], revision: 1) }?.kind == .invalid)
      try await desk.name(keeper, first, ["front": own, "back": own], revision: 1)
      let gaps = try await desk.look(keeper, first).check.gaps
      #expect(
        await refusal { try await desk.adopt(keeper, first, knownGaps: gaps, revision: 2) }?.phrase.key
          == "error.mechanism_unsigned")
      // What was looked at before the agencies were named is not what is signed.
      #expect(await refusal { try await desk.sign(signer, first, revision: 1) }?.kind == .conflict)
      try await desk.sign(signer, first, revision: 2)
      try await desk.sign(signer, first, revision: 2)
      #expect(try await desk.look(keeper, first).signatures.map(\.agency) == [own])
      #expect(await refusal { try await desk.adopt(signer, first, knownGaps: gaps, revision: 2) }?.kind == .forbidden)
      #expect(
        await refusal { try await desk.adopt(keeper, first, knownGaps: gaps + 1, revision: 2) }?.kind == .conflict)
      try await desk.adopt(keeper, first, knownGaps: gaps, revision: 2)
      try await desk.adopt(keeper, first, knownGaps: gaps, revision: 2)
      let adopted = try await desk.look(world.worker, first)
      #expect(adopted.version.state == .adopted && adopted.version.knownGaps == gaps && adopted.moves.isEmpty)
      #expect(try await desk.file(world.worker, first) == MechanismWorld.sound)
      #expect(await refusal { try await desk.unsign(signer, first, revision: 3) }?.kind == .conflict)

      // The next version takes its place.
      world.time.move(.days(1))
      try await desk.bring(keeper, second, later(), for: .territory)
      #expect(try await desk.look(keeper, second).before?.id == first)
      try await desk.name(keeper, second, ["front": own, "back": own], revision: 1)
      try await desk.sign(signer, second, revision: 2)
      try await desk.adopt(keeper, second, knownGaps: gaps, revision: 2)
      #expect(try await desk.look(world.worker, first).version.state == .replaced)
      #expect(try await desk.versions(world.worker).map(\.state) == [.adopted, .replaced])
      #expect(
        try await actions(world) == [
          "mechanism.bring", "mechanism.name", "mechanism.sign", "mechanism.adopt", "mechanism.bring",
          "mechanism.name", "mechanism.sign", "mechanism.adopt",
        ])
    }
  }

  @Test(arguments: TestEngine.available) func otherAgenciesMeanOtherSignatures(_ engine: Engine) async throws {
    try await withDesk(engine) { world, desk in
      let id = MechanismVersionID.random()
      let (keeper, signer) = (world.coordinator, world.senderDesk)
      try await desk.bring(keeper, id, MechanismWorld.sound, for: .territory)
      try await desk.name(keeper, id, ["front": signer.agency, "back": signer.agency], revision: 1)
      try await desk.sign(signer, id, revision: 2)
      try await desk.unsign(signer, id, revision: 2)
      #expect(try await desk.look(keeper, id).signatures.isEmpty)
      try await desk.sign(signer, id, revision: 2)
      // Saying the same again keeps the signature; saying otherwise takes it.
      try await desk.name(keeper, id, ["front": signer.agency, "back": signer.agency], revision: 2)
      #expect(try await desk.look(keeper, id).signatures.count == 1)
      try await desk.name(keeper, id, ["front": signer.agency, "back": world.third.agency], revision: 2)
      #expect(try await desk.look(keeper, id).signatures.isEmpty)
      try await desk.sign(signer, id, revision: 3)
      #expect(
        await refusal { try await desk.adopt(keeper, id, knownGaps: 0, revision: 3) }?.phrase.key
          == "error.mechanism_unsigned")
      try await desk.discard(keeper, id, revision: 3)
      try await desk.discard(keeper, id, revision: 3)
      #expect(try await desk.versions(keeper).isEmpty)
    }
  }

  @Test(arguments: TestEngine.available) func whoMayWhat(_ engine: Engine) async throws {
    try await withDesk(engine) { world, desk in
      for actor in [world.worker, world.senderDesk, world.desk] {
        for purpose in MechanismVersion.Purpose.allCases {
          #expect(
            await refusal { try await desk.bring(actor, .random(), MechanismWorld.sound, for: purpose) }?.kind
              == .forbidden)
        }
      }
      let exercise = MechanismVersionID.random()
      try await desk.bring(world.coordinator, exercise, MechanismWorld.sound, for: .exercise)
      for actor in [world.worker, world.senderDesk, world.desk] {
        #expect(await refusal { _ = try await desk.look(actor, exercise) }?.kind == .notFound)
      }
      #expect(
        await refusal { try await desk.adopt(world.coordinator, exercise, knownGaps: 0, revision: 1) }?.phrase.key
          == "error.mechanism_exercise")
      #expect(await refusal { _ = try await desk.look(world.coordinator, .random()) }?.kind == .notFound)
      // What can't be read is refused with every problem, and nothing is kept.
      do {
        try await desk.bring(world.coordinator, .random(), "code: a\nname: b\n", for: .territory)
        Issue.record("a broken file must not be stored")
      } catch let problems as PackProblems { #expect(problems.problems.count > 1) }
      #expect(try await desk.versions(world.coordinator).map(\.id) == [exercise])
    }
  }
}
