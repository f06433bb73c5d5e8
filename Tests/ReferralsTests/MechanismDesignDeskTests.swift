import Accounts
import Basics
import Casework
import CountryPack
import Records
import TestSupport
import Testing

@testable import Referrals

/// Drafts written change by change: who may, who was first, what can be taken back.
@Suite struct MechanismDesignDeskTests {
  private func withDesk(_ engine: Engine, _ body: (World, MechanismDesk) async throws -> Void) async throws {
    let migrations =
      AccountsSchema.migrations + CaseworkSchema.migrations + ReferralSchema.migrations + MechanismSchema.migrations
      + ReferralLifeSchema.migrations
    try await withStore(engine, migrations) { database in
      let world = try await World(database)
      try await body(world, MechanismDesk(world.office, world.pack))
    }
  }

  private let name = LocalizedText(es: "Río Aguarico (ficticio)", en: "Aguarico river (fictional)")

  /// The draft with another name for its first step.
  private func renamed(_ desk: MechanismDesk, _ actor: Actor, _ id: MechanismVersionID, _ text: String) async throws
    -> Mechanism
  {
    var mechanism = try await desk.design(actor, id).mechanism
    mechanism.steps[0].name = MechanismWorld.name(text)
    return mechanism
  }

  private func actions(_ world: World) async throws -> [String] {
    try await world.office.database.read { try AuditLog.entries($0) }.map(\.entry.action)
      .filter { $0.hasPrefix("mechanism.") }
  }

  @Test(arguments: TestEngine.available) func begunFromNothingChangedAndTakenBack(_ engine: Engine) async throws {
    try await withDesk(engine) { world, desk in
      let (keeper, id) = (world.coordinator, MechanismVersionID.random())
      let beginning = MechanismBeginning(.nothing, name: name, provinces: ["EC-U"])
      try await desk.begin(keeper, id, beginning, for: .territory)
      try await desk.begin(keeper, id, beginning, for: .territory)
      let begun = try await desk.design(keeper, id)
      #expect(begun.version.code == "rio-aguarico-ficticio" && begun.mechanism.steps.count == 1)
      #expect(begun.check.gaps > 0 && begun.obstacle == nil && begun.last == nil)

      let first = MechanismEditID.random()
      let one = try await renamed(desk, keeper, id, "Uno")
      try await desk.write(keeper, id, first, one, revision: 1)
      // The same form again changes nothing, whatever the draft says by now.
      try await desk.write(keeper, id, first, one, revision: 1)
      #expect(try await desk.isDone(keeper, first, id))
      try await desk.write(keeper, id, .random(), try await renamed(desk, keeper, id, "Dos"), revision: 2)
      let changed = try await desk.design(keeper, id)
      #expect(changed.version.revision == 3 && changed.mechanism.steps[0].name[.spanish] == "Dos")
      #expect(changed.lastDid.map(\.parts) == [[.name]])

      // Who saw an older one is told, and what changed since.
      let late = await refusal { try await desk.write(keeper, id, .random(), one, revision: 2) }
      #expect(late?.kind == .conflict && late?.phrase.key == "error.mechanism_edited")
      #expect(try await desk.changes(keeper, id, since: 2).map(\.code) == ["llegada"])
      #expect(try await desk.changes(keeper, id, since: 3).isEmpty)

      let undo = MechanismEditID.random()
      try await desk.undo(keeper, id, undo, revision: 3)
      try await desk.undo(keeper, id, undo, revision: 3)
      #expect(try await desk.design(keeper, id).mechanism.steps[0].name[.spanish] == "Uno")
      try await desk.undo(keeper, id, .random(), revision: 4)
      #expect(try await desk.design(keeper, id).mechanism.withoutLines == begun.mechanism.withoutLines)
      #expect(
        await refusal { try await desk.undo(keeper, id, .random(), revision: 5) }?.phrase.key
          == "error.mechanism_nothing_to_undo")
      // What is as it was is no change.
      try await desk.write(keeper, id, .random(), try await desk.design(keeper, id).mechanism, revision: 5)
      #expect(try await desk.design(keeper, id).version.revision == 5)
      #expect(
        try await actions(world) == [
          "mechanism.begin", "mechanism.edit", "mechanism.edit", "mechanism.undo", "mechanism.undo",
        ])
    }
  }

  @Test(arguments: TestEngine.available) func whatIsSignedOrAdoptedStays(_ engine: Engine) async throws {
    try await withDesk(engine) { world, desk in
      let (keeper, signer, id) = (world.coordinator, world.senderDesk, MechanismVersionID.random())
      try await desk.bring(keeper, id, MechanismWorld.sound, for: .territory)
      try await desk.name(keeper, id, ["front": signer.agency, "back": signer.agency], revision: 1)
      try await desk.write(keeper, id, .random(), try await renamed(desk, keeper, id, "Otro"), revision: 2)
      // A form from before the change is no signature of what stands now.
      #expect(await refusal { try await desk.sign(signer, id, revision: 2) }?.kind == .conflict)
      try await desk.sign(signer, id, revision: 3)
      let signed = try await desk.design(keeper, id)
      #expect(signed.obstacle == .signed)
      for act in [
        { try await desk.write(keeper, id, .random(), signed.mechanism, revision: 3) },
        { try await desk.undo(keeper, id, .random(), revision: 3) },
      ] as [@Sendable () async throws -> Void] {
        #expect(await refusal { try await act() }?.phrase.key == "error.mechanism_design_signed")
      }
      try await desk.adopt(keeper, id, knownGaps: signed.check.gaps, revision: 3)
      let file = try await desk.file(keeper, id)
      #expect(
        await refusal { try await desk.write(keeper, id, .random(), signed.mechanism, revision: 4) }?.phrase.key
          == "error.mechanism_design_not_draft")
      #expect(try await desk.file(keeper, id) == file)

      // A new version begins with its text, under its code, and takes its place once adopted.
      let next = MechanismVersionID.random()
      try await desk.begin(
        keeper, next, MechanismBeginning(.version(id), name: nil, provinces: [], continues: true), for: .territory)
      let begun = try await desk.design(keeper, next)
      #expect(begun.version.code == "small" && begun.mechanism.steps.map(\.code) == ["first", "second"])
      #expect(MechanismDifference.all(from: signed.mechanism, to: begun.mechanism).isEmpty)
      // Another mechanism that only starts from it has a code of its own.
      let other = MechanismVersionID.random()
      try await desk.begin(
        keeper, other, MechanismBeginning(.version(id), name: nil, provinces: ["EC-C"]), for: .exercise)
      let apart = try await desk.design(keeper, other)
      #expect(apart.version.code == "pequeno" && apart.mechanism.provinces == ["EC-C"])
    }
  }

  @Test(arguments: TestEngine.available) func whoMayNot(_ engine: Engine) async throws {
    try await withDesk(engine) { world, desk in
      let (keeper, id) = (world.coordinator, MechanismVersionID.random())
      let beginning = MechanismBeginning(.skeleton, name: name, provinces: ["EC-U", "EC-C"])
      for actor in [world.worker, world.senderDesk, world.desk] {
        for purpose in MechanismVersion.Purpose.allCases {
          #expect(
            await refusal { try await desk.begin(actor, .random(), beginning, for: purpose) }?.kind == .forbidden)
        }
      }
      try await desk.begin(keeper, id, beginning, for: .exercise)
      let mechanism = try await desk.design(keeper, id).mechanism
      #expect(mechanism.steps.count == 5)
      for actor in [world.worker, world.senderDesk, world.desk] {
        #expect(await refusal { _ = try await desk.design(actor, id) }?.kind == .notFound)
        #expect(await refusal { try await desk.write(actor, id, .random(), mechanism, revision: 1) } != nil)
        #expect(await refusal { try await desk.undo(actor, id, .random(), revision: 1) } != nil)
      }
      // Without a name, a territory or a version there is nothing to begin with.
      for beginning in [
        MechanismBeginning(.nothing, name: nil, provinces: ["EC-U"]), .init(.nothing, name: name, provinces: []),
      ] {
        #expect(await refusal { try await desk.begin(keeper, .random(), beginning, for: .exercise) }?.kind == .invalid)
      }
      #expect(
        await refusal {
          try await desk.begin(
            keeper, .random(), .init(.version(.random()), name: name, provinces: []), for: .exercise)
        }?.kind == .notFound)
      // What the format has no room for is not kept.
      var crowded = mechanism
      for number in 0..<300 { crowded.forms.append(.init(code: "f\(number)", name: name)) }
      let refused = crowded
      #expect(
        await refusal { try await desk.write(keeper, id, .random(), refused, revision: 1) }?.phrase.key
          == "error.mechanism_no_place")
      var other = mechanism
      other.code = "other"
      let foreign = other
      #expect(await refusal { try await desk.write(keeper, id, .random(), foreign, revision: 1) }?.kind == .conflict)
      #expect(try await desk.design(keeper, id).version.revision == 1)
      #expect(try await actions(world) == ["mechanism.begin"])
    }
  }

  @Test(arguments: TestEngine.available) func agenciesBehindDesksThatAreGoneStandBehindNothing(_ engine: Engine)
    async throws
  {
    try await withDesk(engine) { world, desk in
      let (keeper, own, id) = (world.coordinator, world.senderDesk.agency, MechanismVersionID.random())
      try await desk.bring(keeper, id, MechanismWorld.sound, for: .territory)
      try await desk.name(keeper, id, ["front": own, "back": own], revision: 1)
      var mechanism = try await desk.design(keeper, id).mechanism
      try mechanism.arrange(.desk("front"), .remove)
      try await desk.write(keeper, id, .random(), mechanism, revision: 2)
      #expect(try await desk.look(keeper, id).agencies == ["back": own])
      // The upload's form sent again, after the change.
      try await desk.bring(keeper, id, MechanismWorld.sound, for: .territory)
      #expect(try await desk.look(keeper, id).mechanism.desks.map(\.code) == ["back"])
    }
  }

  @Test(arguments: TestEngine.available) func ofTwoAtOnceOneIsFirst(_ engine: Engine) async throws {
    try await withDesk(engine) { world, desk in
      let (keeper, id) = (world.coordinator, MechanismVersionID.random())
      try await desk.begin(keeper, id, .init(.skeleton, name: name, provinces: ["EC-U"]), for: .exercise)
      let mechanism = try await desk.design(keeper, id).mechanism
      let outcomes = await withTaskGroup(of: Refusal?.self) { group in
        for number in 0..<6 {
          group.addTask {
            var changed = mechanism
            changed.steps[0].name = MechanismWorld.name("Grupo \(number)")
            let text = changed
            return await refusal { try await desk.write(keeper, id, .random(), text, revision: 1) }
          }
        }
        return await group.reduce(into: [Refusal?]()) { $0.append($1) }
      }
      #expect(outcomes.count { $0 == nil } == 1)
      #expect(outcomes.compactMap { $0 }.allSatisfy { $0.phrase.key == "error.mechanism_edited" })
      #expect(try await desk.design(keeper, id).version.revision == 2)
    }
  }
}
