import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import NationalPlan

@Suite struct CampaignDeskTests {
  typealias Fixture = CampaignFixture

  /// A check that takes what begins with `ok` and drops a secret, as the real one drops what is no picture.
  private func desk(_ hall: PlanHall) -> CampaignDesk {
    CampaignDesk(hall.office, hall.pack) { bytes in
      guard bytes.starts(with: "ok".utf8) else {
        throw Refusal.fields([FieldProblem("file", "error.attachment_unknown")])
      }
      return MaterialFile(contentType: "text/plain; charset=utf-8", ending: "txt", bytes: Array(bytes.prefix(4)))
    }
  }

  private func campaign(_ code: String = "radio", isPublic: Bool = false) -> Campaign {
    Fixture.campaign(code, id: .random(), audiences: ["communities", "media"], isPublic: isPublic)
  }

  private func seen(_ campaign: Campaign, _ revision: Int) -> Campaign {
    var campaign = campaign
    campaign.revision = revision
    return campaign
  }

  // MARK: Campaigns

  @Test(arguments: TestEngine.available) func aCampaignComesBackAsItWasWritten(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let desk = desk(hall)
      var wanted = campaign()
      wanted.canton = "Lago Agrio"
      for _ in 0..<2 { try await desk.put(hall.press, wanted) }
      #expect(try await hall.entries("campaign.put") == 1)
      // Every member reads it.
      var there = try #require(try await desk.look(hall.worker).campaign(wanted.id))
      #expect(there == seen(wanted, 1))
      // Changed once; a second change of what was seen before is too late.
      var changed = seen(wanted, 1)
      changed.name = Fixture.both("Otro nombre")
      for _ in 0..<2 { try await desk.put(hall.secretary, changed) }
      #expect(try await hall.entries("campaign.put") == 2)
      var late = seen(wanted, 1)
      late.name = Fixture.both("Tercer nombre")
      let tooLate = late
      #expect(try await refusal { try await desk.put(hall.press, tooLate) }?.kind == .conflict)
      there = try #require(try await desk.look(hall.worker).campaign(wanted.id))
      #expect(there == seen(changed, 2))
      // Neither code nor state change with it.
      var other = seen(changed, 2)
      (other.code, other.state, other.result) = ("nuevo", .done, "listo")
      let sneaky = other
      try await desk.put(hall.press, sneaky)
      #expect(try await desk.look(hall.worker).campaign(wanted.id) == seen(changed, 2))
    }
  }

  @Test(arguments: TestEngine.available) func everyWriteAsksForThePermission(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let desk = desk(hall)
      let one = campaign()
      try await desk.put(hall.press, one)
      let event = Fixture.event(of: one.id)
      let reach = Fixture.reach(1, of: .campaign(one.id))
      try await desk.add(hall.press, reach)
      let link = ShortLink(code: "radio", target: "/es/campaigns", title: "Afiche")
      let office = PressOffice(
        name: Fixture.both("Oficina"), phone: "02 000 0000", mail: "", hours: Fixture.both(""))
      let before = try await hall.office.database.read {
        try $0.value(Int.self, "SELECT COUNT(*) FROM audit_entries WHERE action LIKE 'campaign.%'")
      }
      for actor in [hall.worker, hall.analyst, hall.administrator] {
        let writes: [() async throws -> Void] = [
          { try await desk.put(actor, one) },
          { try await desk.report(actor, one.id, .underWay, doneOn: nil, result: "", seen: 1) },
          { try await desk.put(actor, CampaignMessage(language: "qu", words: "…"), of: one.id) },
          { try await desk.put(actor, event) }, { try await desk.add(actor, reach) },
          { try await desk.add(actor, Fixture.money(.spent, 1, of: .campaign(one.id))) },
          { try await desk.strike(actor, reach.id) },
          { try await desk.put(actor, Fixture.material("guia"), bytes: Array("ok".utf8)) },
          { try await desk.put(actor, link) }, { try await desk.put(actor, office) },
        ]
        for write in writes { #expect(try await refusal(write) == .forbidden) }
      }
      let after = try await hall.office.database.read {
        try $0.value(Int.self, "SELECT COUNT(*) FROM audit_entries WHERE action LIKE 'campaign.%'")
      }
      #expect(before == after)
    }
  }

  @Test(arguments: TestEngine.available) func whatCanNotBeSoIsRefusedBesideItsField(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let desk = desk(hall)
      let plan = try await hall.kept()
      func fields(_ spoil: (inout Campaign) -> Void) async throws -> [String]? {
        var one = campaign("otra")
        spoil(&one)
        let wrong = one
        return try await refusal { try await desk.put(hall.press, wrong) }?.fields.map(\.field)
      }
      #expect(try await fields { $0.audiences = [] } == ["audiences"])
      #expect(try await fields { $0.lead = "nadie" } == ["lead"])
      #expect(try await fields { $0.code = "No Vale" } == ["code"])
      #expect(try await fields { $0.until = Fixture.day("2020-01-01") } == ["until"])
      #expect(try await fields { $0.link = .init(plan: plan, part: "zz") } == ["part"])
      #expect(try await fields { $0.link = .init(plan: .random(), part: "x1") } == ["part"])
      // x3 runs from January to March 2021, the campaign until June.
      #expect(try await fields { $0.link = .init(plan: plan, part: "x3") } == ["until"])
      // An objective has no days.
      #expect(try await fields { $0.link = .init(plan: plan, part: "a.1") } == nil)
      #expect(try await fields { _ in } == ["code"])
      var fitting = campaign("corta")
      fitting.until = Fixture.day("2021-03-31")
      fitting.link = .init(plan: plan, part: "x3")
      let one = fitting
      try await desk.put(hall.press, one)
      #expect(try await desk.look(hall.press).campaign(one.id)?.link == one.link)
    }
  }

  @Test(arguments: TestEngine.available) func whereItStandsIsSaidWithItsDay(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let desk = desk(hall)
      let one = campaign()
      try await desk.put(hall.press, one)
      func report(_ state: ActivityState, _ day: String?, seen: Int) async throws -> Refusal? {
        try await refusal {
          try await desk.report(
            hall.press, one.id, state, doneOn: day.map(Fixture.day), result: "Dos radios más", seen: seen)
        }
      }
      #expect(try await report(.done, nil, seen: 1)?.fields.map(\.field) == ["done_on"])
      #expect(try await report(.done, "2021-03-16", seen: 1)?.fields.map(\.field) == ["done_on"])
      #expect(try await report(.done, "2021-01-09", seen: 1)?.fields.map(\.field) == ["done_on"])
      #expect(try await report(.underWay, "2021-03-01", seen: 1)?.fields.map(\.field) == ["done_on"])
      for _ in 0..<2 { #expect(try await report(.done, "2021-03-15", seen: 1) == nil) }
      #expect(try await hall.entries("campaign.report") == 1)
      #expect(try await report(.underWay, nil, seen: 1)?.kind == .conflict)
      #expect(
        try await refusal {
          try await desk.report(hall.press, .random(), .paused, doneOn: nil, result: "", seen: 1)
        } == .notFound)
      let there = try #require(try await desk.look(hall.worker).campaign(one.id))
      #expect(there.state == .done && there.doneOn == Fixture.day("2021-03-15") && there.result == "Dos radios más")
    }
  }

  @Test(arguments: TestEngine.available) func aMessageIsWrittenInEachLanguageAndTakenBack(
    _ engine: Engine
  ) async throws {
    try await withPlanHall(engine) { hall in
      let desk = desk(hall)
      let one = campaign()
      try await desk.put(hall.press, one)
      for language in ["es", "qu"] {
        for _ in 0..<2 {
          try await desk.put(hall.press, CampaignMessage(language: language, words: "Dicho en \(language)"), of: one.id)
        }
      }
      #expect(try await hall.entries("campaign.message") == 2)
      #expect(try await desk.look(hall.worker).messages[one.id]?.map(\.language) == ["es", "qu"])
      #expect(
        try await refusal {
          try await desk.put(hall.press, CampaignMessage(language: "tlh", words: "…"), of: one.id)
        }?.fields.map(\.field) == ["language"])
      #expect(
        try await refusal {
          try await desk.put(hall.press, CampaignMessage(language: "qu", words: "Otra", revision: 7), of: one.id)
        }?.kind == .conflict)
      #expect(
        try await refusal {
          try await desk.put(hall.press, CampaignMessage(language: "es", words: "…"), of: .random())
        } == .notFound)
      try await desk.put(hall.press, CampaignMessage(language: "qu", words: "", revision: 1), of: one.id)
      #expect(try await desk.look(hall.worker).messages[one.id]?.map(\.language) == ["es"])
      // And written again, from the revision that stands there.
      let empty = try await desk.message(hall.worker, one.id, "qu")
      #expect(empty.words.isEmpty && empty.revision == 2)
      try await desk.put(hall.press, CampaignMessage(language: "qu", words: "Otra vez", revision: 2), of: one.id)
      #expect(try await desk.message(hall.worker, one.id, "qu").words == "Otra vez")
    }
  }

  // MARK: Events, counts, money

  @Test(arguments: TestEngine.available) func anEventIsPlannedHeldAndCounted(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let desk = desk(hall)
      let one = campaign()
      try await desk.put(hall.press, one)
      let event = Fixture.event(of: one.id)
      for _ in 0..<2 { try await desk.put(hall.press, event) }
      #expect(try await hall.entries("campaign.event") == 1)
      #expect(try await refusal { try await desk.put(hall.press, Fixture.event(of: .random())) } == .notFound)
      let outside = Fixture.event(of: one.id, on: "2021-07-01")
      #expect(try await refusal { try await desk.put(hall.press, outside) }?.fields.map(\.field) == ["day"])
      var early = Fixture.event(of: one.id, on: "2021-04-01", state: .held)
      early.revision = 0
      let tooEarly = early
      #expect(try await refusal { try await desk.put(hall.press, tooEarly) }?.fields.map(\.field) == ["day"])
      // Nobody was at what was not held.
      #expect(
        try await refusal { try await desk.add(hall.press, Fixture.reach(24, of: .event(event.id))) }?.fields
          .map(\.field) == ["number"])
      var held = event
      (held.state, held.revision) = (.held, 1)
      let done = held
      for _ in 0..<2 { try await desk.put(hall.press, done) }
      #expect(try await hall.entries("campaign.event") == 2)
      // One audience: nobody has to say it again.
      let reach = Fixture.reach(24, of: .event(event.id), audience: "")
      for _ in 0..<2 { try await desk.add(hall.press, reach) }
      #expect(try await hall.entries("campaign.reach") == 1)
      var expected = reach
      expected.audience = "media"
      var look = try await desk.look(hall.worker)
      #expect(look.reach(of: event.id) == [expected] && look.reach(of: one.id) == [expected])
      #expect(look.event(event.id)?.state == .held && look.event(event.id)?.revision == 2)
      // Those who were counted were somewhere.
      var cancelled = done
      (cancelled.state, cancelled.revision) = (.cancelled, 2)
      let gone = cancelled
      #expect(try await refusal { try await desk.put(hall.press, gone) }?.fields.map(\.field) == ["state"])
      // With two audiences none is guessed.
      try await desk.add(hall.press, Fixture.reach(5, .copies, of: .campaign(one.id), audience: ""))
      look = try await desk.look(hall.worker)
      #expect(look.reach.first { $0.unit == .copies }?.audience == "")
    }
  }

  @Test(arguments: TestEngine.available) func countsAndAmountsAreJudgedAddedOnceAndStruck(
    _ engine: Engine
  ) async throws {
    try await withPlanHall(engine) { hall in
      let desk = desk(hall)
      let one = campaign()
      try await desk.put(hall.press, one)
      func fields(_ reach: Reach) async throws -> [String]? {
        try await refusal { try await desk.add(hall.press, reach) }?.fields.map(\.field)
      }
      #expect(try await fields(Fixture.reach(-1, of: .campaign(one.id))) == ["number"])
      #expect(try await fields(Fixture.reach(Reach.most + 1, of: .campaign(one.id))) == ["number"])
      #expect(try await fields(Fixture.reach(1, .people, "", of: .campaign(one.id))) == ["method"])
      #expect(try await fields(Fixture.reach(1, of: .campaign(one.id), audience: "police")) == ["audience"])
      #expect(try await fields(Fixture.reach(1, of: .campaign(one.id), on: "2021-03-16")) == ["day"])
      #expect(try await refusal { try await desk.add(hall.press, Fixture.reach(1)) } == .notFound)
      #expect(
        try await refusal {
          try await desk.add(hall.press, Fixture.money(.spent, 1, currency: "XXX", of: .campaign(one.id)))
        }?.fields.map(\.field) == ["currency"])
      #expect(
        try await refusal {
          try await desk.add(hall.press, Fixture.money(.spent, -1, of: .campaign(one.id)))
        }?.fields.map(\.field) == ["amount"])
      let most = Fixture.reach(Reach.most, .impressions, "platform", of: .campaign(one.id))
      let money = Fixture.money(.spent, 10_000_000_000, of: .campaign(one.id))
      for _ in 0..<2 {
        try await desk.add(hall.press, most)
        try await desk.add(hall.press, money)
      }
      var look = try await desk.look(hall.worker)
      #expect(look.reach == [most] && look.money == [money])
      for _ in 0..<2 {
        try await desk.strike(hall.press, most.id)
        try await desk.strike(hall.press, money.id)
      }
      #expect(try await hall.entries("campaign.strike") == 2)
      look = try await desk.look(hall.worker)
      // They stay to be seen.
      #expect(look.reach.map(\.isStruck) == [true] && look.money.map(\.isStruck) == [true])
      #expect(try await refusal { try await desk.strike(hall.press, .random()) } == .notFound)
    }
  }

  // MARK: Materials, addresses, the press office

  @Test(arguments: TestEngine.available) func aMaterialPassesTheCheckAndIsPublishedWhenSaid(
    _ engine: Engine
  ) async throws {
    try await withPlanHall(engine) { hall in
      let desk = desk(hall)
      var guide = Fixture.material("guia", isPublic: false)
      let first = guide
      for _ in 0..<2 { try await desk.put(hall.press, first, bytes: Array("ok, con secretos".utf8)) }
      #expect(try await hall.entries("campaign.material") == 1)
      let (kept, content) = try await desk.file(hall.worker, guide.id)
      #expect(kept.fileName == "guia.txt" && content == Array("ok, ".utf8))
      #expect(try await refusal { _ = try await desk.publishedFile("guia.txt") } == .notFound)
      (guide.isPublic, guide.revision, guide.content) = (true, 1, kept.content)
      let published = guide
      try await desk.put(hall.press, published)
      #expect(try await desk.publishedFile("guia.txt").content == content)
      #expect(try await desk.published().materials.map(\.code) == ["guia"])
      #expect(try await refusal { _ = try await desk.publishedFile("guia") } == .notFound)
      // Its file stays what it was.
      func fields(_ material: CampaignMaterial, _ bytes: [UInt8]? = nil) async throws -> [String]? {
        try await refusal { try await desk.put(hall.press, material, bytes: bytes) }?.fields.map(\.field)
      }
      #expect(try await fields(Fixture.material("guia"), Array("ok".utf8)) == ["code"])
      #expect(try await fields(Fixture.material("otra"), Array("MZ".utf8)) == ["file"])
      #expect(try await fields(Fixture.material("otra")) == ["file"])
      for link in ["http://example.org/a", "https://", "https://sinpunto/a", "https://example.org/a b", "javascript:x"]
      {
        #expect(try await fields(Fixture.material("otra", link: link)) == ["link"], "\(link)")
      }
      #expect(try await fields(Fixture.material("otra", link: "https://example.org/cartel")) == nil)
      // A campaign that is not public keeps its materials to itself.
      let one = campaign()
      try await desk.put(hall.press, one)
      #expect(try await fields(Fixture.material("suya", of: one.id), Array("ok".utf8)) == nil)
      #expect(try await refusal { _ = try await desk.publishedFile("suya.txt") } == .notFound)
      var shown = seen(one, 1)
      shown.isPublic = true
      let now = shown
      try await desk.put(hall.press, now)
      #expect(try await desk.publishedFile("suya.txt").content == Array("ok".utf8))
      // A campaign that was dropped takes them along.
      try await desk.report(hall.press, one.id, .dropped, doneOn: nil, result: "", seen: 2)
      #expect(try await refusal { _ = try await desk.publishedFile("suya.txt") } == .notFound)
      #expect(try await desk.published().materials.map(\.code).contains("suya") == false)
    }
  }

  @Test(arguments: TestEngine.available) func aShortAddressLeadsOnUntilItEnds(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let desk = desk(hall)
      var link = ShortLink(code: "radio", target: "/es/campaigns/radio", title: "Afiche")
      let first = link
      for _ in 0..<2 { try await desk.put(hall.press, first) }
      #expect(try await hall.entries("campaign.link") == 1)
      let entries = try await hall.office.database.read { try $0.value(Int.self, "SELECT COUNT(*) FROM audit_entries") }
      #expect(try await desk.destination("radio") == "/es/campaigns/radio")
      // Nothing is kept of who asked.
      #expect(
        try await hall.office.database.read { try $0.value(Int.self, "SELECT COUNT(*) FROM audit_entries") } == entries)
      func fields(_ link: ShortLink) async throws -> [String]? {
        try await refusal { try await desk.put(hall.press, link) }?.fields.map(\.field)
      }
      #expect(try await fields(ShortLink(code: "radio", target: "/es/media-kit", title: "Otra")) == ["code"])
      #expect(
        try await fields(ShortLink(code: "R", target: "https://example.org", title: "x")) == ["code", "target"])
      (link.target, link.revision) = ("/es/media-kit", 1)
      let moved = link
      try await desk.put(hall.press, moved)
      #expect(try await desk.destination("radio") == "/es/media-kit")
      #expect(
        try await refusal {
          var late = moved
          late.title = "Tarde"
          let link = late
          try await desk.put(hall.press, link)
        }?.kind == .conflict)
      (link.isEnded, link.revision) = (true, 2)
      let ended = link
      try await desk.put(hall.press, ended)
      #expect(try await refusal { _ = try await desk.destination("radio") } == .notFound)
      #expect(try await refusal { _ = try await desk.destination("nada") } == .notFound)
      #expect(try await desk.links(hall.worker).map(\.isEnded) == [true])
    }
  }

  @Test(arguments: TestEngine.available) func thePressOfficeCanBeReached(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let desk = desk(hall)
      func office(_ phone: String, _ mail: String, _ revision: Int = 0) -> PressOffice {
        PressOffice(
          name: Fixture.both("Oficina ficticia"), phone: phone, mail: mail, hours: Fixture.both(""), revision: revision)
      }
      func fields(_ one: PressOffice) async throws -> [String]? {
        try await refusal { try await desk.put(hall.press, one) }?.fields.map(\.field)
      }
      #expect(try await fields(office("", "")) == ["phone"])
      #expect(try await fields(office("", "nadie")) == ["mail"])
      for _ in 0..<2 { try await desk.put(hall.press, office("", "prensa@example.org")) }
      #expect(try await hall.entries("campaign.press") == 1)
      #expect(try await refusal { try await desk.put(hall.press, office("02", "")) }?.kind == .conflict)
      #expect(try await fields(office("02 000 0000", "prensa@example.org", 1)) == nil)
      #expect(try await desk.published().office?.phone == "02 000 0000")
    }
  }
}
