import Accounts
import Basics
import Casework
import CountryPack
import Records
import TestSupport
import Testing

@testable import Referrals

@Suite struct DirectoryDeskTests {
  private func withDirectory(_ engine: Engine, _ body: (World, DirectoryDesk) async throws -> Void) async throws {
    let migrations =
      AccountsSchema.migrations + CaseworkSchema.migrations + ReferralSchema.migrations + MechanismSchema.migrations
      + ReferralLifeSchema.migrations + DirectorySchema.migrations
    try await withStore(engine, migrations) { database in
      let world = try await World(database)
      try await body(world, DirectoryDesk(world.office, world.pack))
    }
  }

  private func organisation(_ key: String, _ name: String, _ description: String = "Ficticia") throws
    -> DirectoryOrganisation
  {
    DirectoryOrganisation(
      key: try #require(DirectoryOrganisationKey(key)), name: name, description: description)
  }

  private func service(_ key: String, _ organisation: DirectoryOrganisation, _ place: DirectoryPlace? = nil) throws
    -> DirectoryService
  {
    var service = DirectoryService(
      key: try #require(DirectoryServiceKey(key)), organisation: organisation.key, name: "Servicio " + key)
    service.needs = ["shelter"]
    service.sites = place.map { [DirectorySite($0.key)] } ?? []
    return service
  }

  /// Two services of Casa Luna, whose desk is `world.desk`, and one of nobody's.
  private func sample() throws -> Directory {
    let luna = try organisation("luna", "Casa Luna")
    let other = try organisation("other", "Otra institución")
    let hidden = DirectoryPlace(
      key: try #require(DirectoryPlaceKey("hidden")), province: "EC-P", site: .undisclosed)
    return Directory(
      organisations: [luna, other], places: [hidden],
      services: [try service("a", luna, hidden), try service("b", luna, hidden), try service("c", other)])
  }

  private func actions(_ world: World) async throws -> [String] {
    try await world.office.database.read { try AuditLog.entries($0) }.map(\.entry.action)
      .filter { $0.hasPrefix("directory.") }
  }

  private func key(_ text: String) throws -> DirectoryServiceKey { try #require(DirectoryServiceKey(text)) }

  @Test(arguments: TestEngine.available) func anImportIsTriedThenStored(_ engine: Engine) async throws {
    try await withDirectory(engine) { world, desk in
      let directory = try sample()
      let would = try await desk.bring(world.coordinator, directory, isDryRun: true)
      #expect(would == DirectoryIntake(added: 3))
      #expect(try await desk.directory(world.worker) == Directory())
      #expect(try await actions(world).isEmpty)
      #expect(try await desk.bring(world.coordinator, directory, isDryRun: false) == would)
      #expect(try await desk.directory(world.worker) == directory)
      #expect(try await desk.bring(world.coordinator, directory, isDryRun: false) == DirectoryIntake(unchanged: 3))
      #expect(try await actions(world) == ["directory.import"])
      // An agency keeps what has its name.
      #expect(try await desk.own(world.desk).map(\.service.key.description) == ["a", "b"])
      #expect(try await desk.own(world.third).isEmpty)
      #expect(try await desk.entry(world.worker, key("c")).owner == nil)
    }
  }

  @Test(arguments: TestEngine.available) func whoMayDoWhat(_ engine: Engine) async throws {
    try await withDirectory(engine) { world, desk in
      let directory = try sample()
      for actor in [world.worker, world.desk, world.senderDesk, world.reader] {
        #expect(
          await refusal { _ = try await desk.bring(actor, directory, isDryRun: true) }?.kind == .forbidden)
      }
      _ = try await desk.bring(world.coordinator, directory, isDryRun: false)
      for actor in [world.worker, world.reader, world.coordinator, world.third, world.senderDesk] {
        #expect(
          await refusal { _ = try await desk.confirm(actor, key("a"), revision: 1) }?.kind == .forbidden)
        #expect(
          await refusal {
            _ = try await desk.save(actor, directory.only(directory.services[0]), revision: 1)
          }?.kind == .forbidden)
      }
      #expect(await refusal { _ = try await desk.confirm(world.desk, key("x"), revision: 1) }?.kind == .notFound)
      #expect(await refusal { _ = try await desk.entry(world.worker, key("x")) }?.kind == .notFound)
      #expect(
        await refusal {
          _ = try await desk.assign(world.desk, key("c"), to: world.desk.agency, revision: 1)
        }?.kind == .forbidden)
      #expect(try await actions(world) == ["directory.import"])
    }
  }

  @Test(arguments: TestEngine.available) func theOwnerConfirmsEvery90Days(_ engine: Engine) async throws {
    try await withDirectory(engine) { world, desk in
      _ = try await desk.bring(world.coordinator, try sample(), isDryRun: false)
      #expect(try await desk.entry(world.desk, key("a")).freshness == .neverConfirmed)
      let confirmed = try await desk.confirm(world.desk, key("a"), revision: 1)
      #expect(confirmed.freshness == .confirmed(until: world.today.adding(days: 90)))
      #expect(confirmed.revision == 2)
      // Again on the same day, also from a page that is old: nothing changes.
      #expect(try await desk.confirm(world.colleague, key("a"), revision: 1).revision == 2)
      world.time.move(.days(91))
      #expect(
        try await desk.entry(world.desk, key("a")).freshness == .stale(since: world.today.adding(days: -1)))
      #expect(await refusal { _ = try await desk.confirm(world.desk, key("a"), revision: 1) }?.kind == .conflict)
      #expect(try await desk.confirm(world.desk, key("a"), revision: 2).freshness.holds)
      #expect(try await desk.own(world.desk).map(\.service.key.description) == ["b", "a"])
      #expect(try await actions(world) == ["directory.import", "directory.confirm", "directory.confirm"])
    }
  }

  @Test(arguments: TestEngine.available) func whatTheOwnerKeepsAnImportLeaves(_ engine: Engine) async throws {
    try await withDirectory(engine) { world, desk in
      _ = try await desk.bring(world.coordinator, try sample(), isDryRun: false)
      let counted = try await desk.count(
        world.desk, key("a"), unit: "cama", available: 3, maximum: 8, revision: 1)
      #expect(counted.service.capacities.map(\.available) == [3])
      let own = try organisation("luna", "Casa Luna", "Como dice su dueña")
      let edited = Directory(
        organisations: [own], places: Array(counted.directory.places.values), services: [counted.service])
      #expect(try await desk.save(world.desk, edited, revision: 2).revision == 3)
      // Its other entry says the same of the house.
      let carried = try await desk.entry(world.desk, key("b"))
      #expect(carried.directory.organisations[own.key] == own)
      // An import that says otherwise changes what nobody keeps, and of that not what the owner says of the house.
      var later = try sample().services
      for index in later.indices { later[index].alert = "nuevo" }
      let again = Directory(
        organisations: Array(try sample().organisations.values), places: Array(try sample().places.values),
        services: later)
      #expect(
        try await desk.bring(world.coordinator, again, isDryRun: false) == DirectoryIntake(changed: 2, keptByOwner: 1))
      let now = try await desk.directory(world.worker)
      #expect(now.services.map(\.alert) == [nil, "nuevo", "nuevo"])
      #expect(now.services[0].capacities.map(\.maximum) == [8])
      #expect(now.organisations[own.key]?.description == "Como dice su dueña")
      #expect(
        await refusal {
          _ = try await desk.count(world.desk, key("a"), unit: "cama", available: 9, maximum: 8, revision: 3)
        }?.kind == .invalid)
    }
  }

  /// Nobody describes another agency's house or place, least of all turns a hidden one into an address.
  @Test(arguments: TestEngine.available) func anotherAgencysPlaceIsNotToBeDescribed(_ engine: Engine) async throws {
    try await withDirectory(engine) { world, desk in
      _ = try await desk.bring(world.coordinator, try sample(), isDryRun: false)
      let mine = try organisation("mar", "Casa Mar")
      let shown = DirectoryPlace(
        key: try #require(DirectoryPlaceKey("hidden")),
        site: .physical(.init(address: PostalAddress(lines: ["Calle Ficticia 1"], country: "EC"))))
      let forged = Directory(organisations: [mine], places: [shown], services: [try service("z", mine, shown)])
      #expect(await refusal { _ = try await desk.save(world.third, forged, revision: 0) }?.kind == .conflict)
      #expect(await refusal { _ = try await desk.entry(world.worker, key("z")) }?.kind == .notFound)
      let sound = Directory(organisations: [mine], places: [], services: [try service("z", mine)])
      #expect(try await desk.save(world.third, sound, revision: 0).owner == world.third.agency)
      #expect(try await desk.save(world.third, sound, revision: 0).revision == 1)
      #expect(try await desk.directory(world.worker).places.values.allSatisfy(\.isUndisclosed))
    }
  }

  @Test(arguments: TestEngine.available) func theCoordinatorSaysWhoKeepsIt(_ engine: Engine) async throws {
    try await withDirectory(engine) { world, desk in
      _ = try await desk.bring(world.coordinator, try sample(), isDryRun: false)
      let agency = world.third.agency
      #expect(try await desk.assign(world.coordinator, key("c"), to: agency, revision: 1).owner == agency)
      #expect(try await desk.assign(world.coordinator, key("c"), to: agency, revision: 1).revision == 2)
      #expect(
        await refusal { _ = try await desk.assign(world.coordinator, key("c"), to: .random(), revision: 2) }?.kind
          == .notFound)
      #expect(
        await refusal { _ = try await desk.assign(world.coordinator, key("c"), to: nil, revision: 1) }?.kind
          == .conflict)
      #expect(try await desk.confirm(world.third, key("c"), revision: 2).freshness.holds)
    }
  }

  /// Two servers on one store: what one changes the other finds, and of two changes to one entry one wins.
  @Test(arguments: TestEngine.available) func twoServers(_ engine: Engine) async throws {
    try await withDirectory(engine) { world, desk in
      let second = DirectoryDesk(world.office, world.pack)
      var query = DirectoryQuery(now: world.now)
      query.needs = ["shelter"]
      #expect(try await second.search(world.worker, query).isEmpty)
      _ = try await desk.bring(world.coordinator, try sample(), isDryRun: false)
      #expect(try await second.search(world.worker, query).count == 3)
      let won = try await withThrowingTaskGroup(of: Bool.self) { group in
        for (one, actor, number) in [(desk, world.desk, 1), (second, world.colleague, 2)] {
          let service = try key("a")
          group.addTask {
            do {
              _ = try await one.count(actor, service, unit: "cama", available: number, maximum: nil, revision: 1)
              return true
            } catch let refusal as Refusal where refusal.kind == .conflict { return false }
          }
        }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(won == 1)
      let match = try await second.search(world.worker, query).first
      #expect(match?.service.key.description == "a")
      #expect(try await desk.search(world.worker, query).first == match)
    }
  }

  /// What was stored under a pack with more codes is read on.
  @Test(arguments: TestEngine.available) func aPackThatDroppedACode(_ engine: Engine) async throws {
    try await withDirectory(engine) { world, desk in
      _ = try await desk.bring(world.coordinator, try sample(), isDryRun: false)
      var pack = world.pack
      pack.lists[.needs] = []
      pack.lists[.services] = []
      let later = DirectoryDesk(world.office, pack)
      #expect(try await later.directory(world.worker).services.map(\.needs) == [["shelter"], ["shelter"], ["shelter"]])
    }
  }

  @Test(arguments: TestEngine.available) func whateverIsStoredComesBack(_ engine: Engine) async throws {
    try await withDirectory(engine) { world, desk in
      let text = String(
        decoding: try sample().hsds(DirectoryCodes(world.pack)), as: UTF8.self)
      #expect(!text.contains("address"))
      let seed = UInt64.random(in: 0...UInt64.max)
      var generator = SeededGenerator(seed: seed)
      var directory = DirectoryBuilding.random(services: 12, &generator)
      // Organisations without a service are no entries.
      directory = Directory(
        organisations: directory.services.compactMap { directory.organisations[$0.organisation] },
        places: Array(directory.places.values),
        services: directory.services.map { service in
          var service = service
          (service.needs, service.eligibility.exploitation) = (["shelter"], ["labour"])
          return service
        })
      _ = try await desk.bring(world.coordinator, directory, isDryRun: false)
      #expect(try await desk.directory(world.worker) == directory, "seed \(seed)")
    }
  }

  /// A figure said twice in a row, as a second click does, is said once; later it is a new count.
  @Test(arguments: TestEngine.available) func aCountClickedTwiceCountsOnce(_ engine: Engine) async throws {
    try await withDirectory(engine) { world, desk in
      _ = try await desk.bring(world.coordinator, try sample(), isDryRun: false)
      func count(_ number: Int, _ revision: Int) async throws -> DirectoryEntry {
        try await desk.count(world.desk, key("a"), unit: "cama", available: number, maximum: 4, revision: revision)
      }
      #expect(try await count(2, 1).revision == 2)
      #expect(try await count(2, 1).revision == 2)
      #expect(await refusal { _ = try await count(3, 1) }?.kind == .conflict)
      world.time.move(.hours(1))
      let again = try await count(2, 2)
      #expect(again.revision == 3 && again.service.capacities.map(\.updated) == [world.now])
      #expect(await refusal { _ = try await count(-1, 3) }?.fields.map(\.field) == ["available"])
      #expect(try await actions(world).filter { $0 == "directory.count" }.count == 2)
    }
  }

  @Test(arguments: TestEngine.available) func aDraftIsLookedAtThenStoredOnce(_ engine: Engine) async throws {
    try await withDirectory(engine) { world, desk in
      let codes = DirectoryCodes(world.pack)
      let reading = Directory.read(json: try sample().hsds(codes), codes)
      let (first, second) = (DirectoryDraftID.random(), DirectoryDraftID.random())
      #expect(await refusal { try await desk.keep(world.desk, reading, id: first) }?.kind == .forbidden)
      try await desk.keep(world.coordinator, reading, id: first)
      try await desk.keep(world.coordinator, reading, id: first)
      let preview = try await desk.preview(world.coordinator, first)
      #expect(preview.intake == DirectoryIntake(added: 3) && preview.lines.map(\.outcome) == [.added, .added, .added])
      #expect(preview.lines.map(\.owner) == [world.desk.agency, world.desk.agency, nil])
      #expect(try await desk.directory(world.worker) == Directory())
      try await desk.store(world.coordinator, first, version: preview.version)
      try await desk.store(world.coordinator, first, version: preview.version)
      #expect(try await desk.directory(world.worker) == sample())
      #expect(try await desk.preview(world.coordinator, first).draft.storedAt == world.now)
      // Another file; somebody edits while it is looked at.
      var later = try sample().services
      for index in later.indices { later[index].alert = "nuevo" }
      let changed = Directory(
        organisations: Array(try sample().organisations.values), places: Array(try sample().places.values),
        services: later)
      try await desk.keep(world.coordinator, Directory.read(json: changed.hsds(codes), codes), id: second)
      let old = try await desk.preview(world.coordinator, second)
      #expect(old.lines.map(\.parts) == [[.alert], [.alert], [.alert]])
      try await desk.confirm(world.desk, key("a"), revision: 1)
      #expect(
        await refusal { try await desk.store(world.coordinator, second, version: old.version) }?.kind == .conflict)
      let now = try await desk.preview(world.coordinator, second)
      #expect(now.lines.map(\.outcome) == [.keptByOwner, .changed, .changed])
      #expect(now.lines[0].parts == [.alert, .confirmation])
      try await desk.store(world.coordinator, second, version: now.version)
      #expect(try await desk.directory(world.worker).services.map(\.alert) == [nil, "nuevo", "nuevo"])
      #expect(await refusal { _ = try await desk.preview(world.coordinator, .random()) }?.kind == .notFound)
      world.time.move(.days(8))
      try await desk.keep(world.coordinator, reading, id: .random())
      #expect(await refusal { _ = try await desk.preview(world.coordinator, first) }?.kind == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func whatNobodyKeepsIsSeenByTheCoordinator(_ engine: Engine) async throws {
    try await withDirectory(engine) { world, desk in
      _ = try await desk.bring(world.coordinator, try sample(), isDryRun: false)
      #expect(await refusal { _ = try await desk.unkept(world.desk) }?.kind == .forbidden)
      #expect(try await desk.unkept(world.coordinator).map(\.service.key.description) == ["c", "a", "b"])
      try await desk.confirm(world.desk, key("a"), revision: 1)
      #expect(try await desk.unkept(world.coordinator).map(\.service.key.description) == ["c", "b"])
      try await desk.assign(world.coordinator, key("c"), to: world.third.agency, revision: 1)
      try await desk.confirm(world.third, key("c"), revision: 2)
      #expect(
        try await desk.owners(world.worker) == [
          try key("a"): world.desk.agency, try key("b"): world.desk.agency, try key("c"): world.third.agency,
        ])
      world.time.move(.days(91))
      #expect(try await desk.unkept(world.coordinator).map(\.service.key.description) == ["b", "a", "c"])
    }
  }

  /// Towns are measured from what anybody may know; a hidden place gives none.
  @Test(arguments: TestEngine.available) func townsComeFromDisclosedPlaces(_ engine: Engine) async throws {
    try await withDirectory(engine) { world, desk in
      func place(_ key: String, _ latitude: Double) throws -> DirectoryPlace {
        DirectoryPlace(
          key: try #require(DirectoryPlaceKey(key)), province: "EC-P",
          site: .physical(
            .init(
              address: PostalAddress(lines: ["Calle Ficticia"], city: "Quito", country: "EC"),
              position: Position(latitude: latitude, longitude: -78.5))))
      }
      let luna = try organisation("luna", "Casa Luna")
      let hidden = DirectoryPlace(
        key: try #require(DirectoryPlaceKey("hidden")), province: "EC-U", site: .undisclosed)
      let (north, south) = (try place("north", -0.1), try place("south", -0.3))
      let directory = Directory(
        organisations: [luna], places: [hidden, north, south],
        services: [try service("a", luna, hidden), try service("b", luna, north), try service("d", luna, south)])
      _ = try await desk.bring(world.coordinator, directory, isDryRun: false)
      let towns = try await desk.towns(world.worker)
      #expect(towns.map(\.name) == ["Quito"] && towns[0].province == "EC-P")
      #expect(abs(towns[0].position.latitude + 0.2) < 1e-9)
    }
  }
}
