import Accounts
import Basics
import Casework
import CountryPack
import Records
import TestSupport
import Testing

@testable import Referrals

/// What the public reads of the directory: what was marked, and never what leads to an undisclosed place.
@Suite struct PublicDirectoryTests {
  private func withDirectory(_ engine: Engine, _ body: (World, DirectoryDesk) async throws -> Void) async throws {
    let migrations =
      AccountsSchema.migrations + CaseworkSchema.migrations + ReferralSchema.migrations + MechanismSchema.migrations
      + ReferralLifeSchema.migrations + DirectorySchema.migrations
    try await withStore(engine, migrations) { database in
      let world = try await World(database)
      try await body(world, DirectoryDesk(world.office, world.pack))
    }
  }

  private func key(_ text: String) throws -> DirectoryServiceKey { try #require(DirectoryServiceKey(text)) }

  private func place(_ name: String, _ site: DirectoryPlace.Site, province: String? = "EC-P") throws -> DirectoryPlace {
    DirectoryPlace(key: try #require(DirectoryPlaceKey(name)), province: province, site: site)
  }

  /// One service with all that the directory can know of it.
  private func entry(
    _ name: String, of organisation: String = "Casa Luna", at places: [DirectoryPlace]
  ) throws -> Directory {
    var keeper = DirectoryOrganisation(
      key: try #require(DirectoryOrganisationKey("org-" + name)), name: organisation, description: "Tiene un refugio")
    keeper.email = "org@luna.example.org"
    keeper.desks = [DirectoryContact(title: "Mesa", email: "mesa@luna.example.org")]
    var service = DirectoryService(key: try key(name), organisation: keeper.key, name: "Servicio " + name)
    service.needs = ["legal"]
    service.phones = [DirectoryPhone("000 000 0031")]
    service.desks = [DirectoryContact(title: "Mesa interna", email: "interna@luna.example.org")]
    service.capacities = [
      DirectoryCapacity(unit: "cama", available: 3, maximum: 8, updated: Moment(milliseconds: 1_000_000_000_000))
    ]
    (service.confirmedOn, service.confirmedBy) = (CalendarDay("2007-02-01"), "alguien@luna.example.org")
    service.sites = places.map { DirectorySite($0.key) }
    return Directory(organisations: [keeper], places: places, services: [service])
  }

  private func office(_ name: String = "office") throws -> DirectoryPlace {
    try place(
      name,
      .physical(
        .init(name: "Oficina", address: PostalAddress(lines: ["Calle Ficticia 1"], city: "Quito", country: "EC"))))
  }

  // MARK: The rule

  @Test func onlyWhatOneNeedsToCallIsKept() throws {
    let letters = try place("letters", .postal(.init(name: "Casilla 9")))
    let shown = try #require(PublicService(try entry("a", at: [try office(), letters])))
    #expect(shown.organisation == "Casa Luna" && shown.service.phones.map(\.number) == ["000 000 0031"])
    #expect(shown.places.map(\.key.description) == ["office"] && shown.directory.places.count == 1)
    #expect(shown.service.desks.isEmpty && shown.service.capacities.isEmpty && shown.service.confirmedBy == nil)
    let keeper = try #require(shown.directory.organisations.values.first)
    #expect(keeper.description.isEmpty && keeper.desks.isEmpty && keeper.email == nil)
    #expect(shown.service.confirmedOn == CalendarDay("2007-02-01"))
  }

  @Test func anUndisclosedPlaceKeepsTheWholeEntryBack() throws {
    let hidden = try place("hidden", .undisclosed)
    for places in [[hidden], [try office(), hidden], [hidden, try office()]] {
      let entry = try entry("a", at: places)
      #expect(PublicService(entry) == nil)
      #expect(PublicService.obstacle(entry) == .undisclosedPlace)
    }
  }

  @Test func whatIsNotOfferedIsNotShown() throws {
    for status in DirectoryService.Status.allCases {
      var entry = try entry("a", at: [try office()])
      var service = entry.services[0]
      service.status = status
      entry = entry.replacing(service)
      #expect((PublicService(entry) != nil) == [.active, .temporarilyClosed].contains(status), "\(status)")
    }
    #expect(PublicService(Directory()) == nil)
  }

  @Test func whomItServes() throws {
    func serves(_ area: ServiceArea, at places: [DirectoryPlace], _ province: String) throws -> Bool {
      let entry = try entry("a", at: places)
      var service = entry.services[0]
      service.area = area
      return try #require(PublicService(entry.replacing(service))).serves(province)
    }
    let here = try office()
    let phone = try place("phone", .virtual(.init(name: "Línea")), province: nil)
    #expect(try serves(.country, at: [here], "EC-G"))
    #expect(try serves(.provinces(["EC-G"]), at: [here], "EC-G") && !serves(.provinces(["EC-G"]), at: [here], "EC-P"))
    #expect(try serves(.notStated, at: [here], "EC-P") && !serves(.notStated, at: [here], "EC-G"))
    #expect(try serves(.notStated, at: [phone], "EC-G") && serves(.notStated, at: [], "EC-G"))
  }

  // MARK: The desk

  private func bring(_ world: World, _ desk: DirectoryDesk, _ entries: [Directory]) async throws {
    let all = Directory(
      organisations: entries.flatMap(\.organisations.values), places: entries.flatMap(\.places.values),
      services: entries.flatMap(\.services))
    _ = try await desk.bring(world.coordinator, all, isDryRun: false)
  }

  private func names(_ desk: DirectoryDesk) async throws -> [String] {
    try await desk.publicServices().map(\.service.key.description)
  }

  private func actions(_ world: World) async throws -> [String] {
    try await world.office.database.read { try AuditLog.entries($0) }.map(\.entry.action)
      .filter { ["directory.show", "directory.hide"].contains($0) }
  }

  @Test(arguments: TestEngine.available) func nothingIsPublicUntilItsKeeperSaysSo(_ engine: Engine) async throws {
    try await withDirectory(engine) { world, desk in
      let entries = [
        try entry("a", at: [try office("one")]), try entry("b", of: "Nadie", at: [try office("two")]),
      ]
      try await bring(world, desk, entries)
      #expect(try await names(desk).isEmpty)
      let looked = try await desk.showing(world.desk, key("a"))
      #expect(looked.since == nil && looked.mayChange && looked.preview != nil)
      // Others read whether it is public, and change nothing.
      for actor in [world.worker, world.reader, world.third, world.coordinator] {
        #expect(
          await refusal { try await desk.show(actor, key("a"), toPublic: true, revision: 1) }?.kind == .forbidden)
        #expect(try await !desk.showing(actor, key("a")).mayChange)
      }
      #expect(
        await refusal { try await desk.show(world.desk, key("a"), toPublic: true, revision: 7) }?.kind == .conflict)
      #expect(
        await refusal { try await desk.show(world.desk, key("x"), toPublic: true, revision: 1) }?.kind == .notFound)
      for _ in 0..<2 { try await desk.show(world.desk, key("a"), toPublic: true, revision: 1) }
      #expect(try await names(desk) == ["a"])
      #expect(try await desk.showing(world.desk, key("a")).since == world.now)
      // What nobody keeps is whoever brings directories in's to show.
      #expect(
        await refusal { try await desk.show(world.desk, key("b"), toPublic: true, revision: 1) }?.kind == .forbidden)
      try await desk.show(world.coordinator, key("b"), toPublic: true, revision: 1)
      #expect(try await names(desk) == ["a", "b"])
      // Taking it back works from an old page too.
      for _ in 0..<2 { try await desk.show(world.desk, key("a"), toPublic: false, revision: 0) }
      #expect(try await names(desk) == ["b"])
      #expect(try await actions(world) == ["directory.show", "directory.show", "directory.hide"])
    }
  }

  @Test(arguments: TestEngine.available) func aPlaceThatBecomesUndisclosedIsGoneAtOnce(_ engine: Engine) async throws {
    try await withDirectory(engine) { world, desk in
      let hidden = try place("hidden", .undisclosed)
      try await bring(world, desk, [try entry("a", at: [try office()]), try entry("b", at: [hidden])])
      let refused = await refusal { try await desk.show(world.desk, key("b"), toPublic: true, revision: 1) }
      #expect(refused?.kind == .invalid && refused?.phrase.key == "error.directory_undisclosed_place")
      try await desk.show(world.desk, key("a"), toPublic: true, revision: 1)
      #expect(try await names(desk) == ["a"])
      let saved = try await desk.save(world.desk, try entry("a", at: [hidden]), revision: 1)
      #expect(try await names(desk).isEmpty)
      let looked = try await desk.showing(world.desk, key("a"))
      #expect(looked.since == nil && looked.preview == nil && looked.obstacle == .undisclosedPlace)
      #expect(
        await refusal {
          try await desk.show(world.desk, key("a"), toPublic: true, revision: saved.revision)
        }?.kind == .invalid)
    }
  }

  @Test(arguments: TestEngine.available) func anotherKeeperHasToLookAgain(_ engine: Engine) async throws {
    try await withDirectory(engine) { world, desk in
      try await bring(world, desk, [try entry("b", of: "Nadie", at: [try office()])])
      try await desk.show(world.coordinator, key("b"), toPublic: true, revision: 1)
      let given = try await desk.assign(world.coordinator, key("b"), to: world.third.agency, revision: 1)
      #expect(try await names(desk).isEmpty)
      #expect(try await desk.showing(world.third, key("b")).since == nil)
      try await desk.show(world.third, key("b"), toPublic: true, revision: given.revision)
      #expect(try await names(desk) == ["b"])
      // A second server, whose memory is empty, reads the same.
      #expect(try await names(DirectoryDesk(world.office, world.pack)) == ["b"])
    }
  }
}
