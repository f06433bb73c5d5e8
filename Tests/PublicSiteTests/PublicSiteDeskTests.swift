import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import PublicSite

@Suite struct PublicSiteDeskTests {
  @Test(arguments: TestEngine.available) func everyMoveAsksForThePermission(_ engine: Engine) async throws {
    try await withNewsroom(engine) { room in
      let (desk, words) = (room.desk, Newsroom.words)
      let (id, version) = try await room.published()
      let before = try await desk.text(room.writer, id)
      for actor in [room.worker, room.administrator] {
        let moves: [() async throws -> Void] = [
          { _ = try await desk.texts(actor) }, { _ = try await desk.text(actor, id) },
          { _ = try await desk.offered(actor) }, { _ = try await desk.colleagues(actor) },
          {
            try await desk.begin(
              actor, .init(id: .random(), kind: .news, slug: "dos"), .spanish, version: .random(), words)
          },
          { try await desk.takeOver(actor, id: .random(), "signs") },
          { try await desk.takeOver(actor, id: .random(), "nada") },
          { try await desk.write(actor, id, .spanish, version: .random(), words, seen: 1) },
          { try await desk.publish(actor, id, release: .random(), .init(.spanish, version), seen: 2) },
          { try await desk.cancel(actor, id, .random(), seen: 2) },
          { try await desk.end(actor, id, at: nil, seen: 2) },
          { try await desk.rename(actor, id, slug: "tres", place: 1, seen: 2) },
          { try await desk.withdraw(actor, id, reason: LocalizedText(es: "x", en: "x"), seen: 2) },
          { try await desk.hand(actor, id, to: nil, note: "", seen: 2) },
        ]
        for (index, move) in moves.enumerated() { #expect(try await refusal(move) == .forbidden, "\(index)") }
      }
      #expect(try await desk.text(room.writer, id) == before)
      // An editor of another institution may: there is one public site.
      #expect(try await desk.texts(room.elsewhere).map(\.id) == [id])
      try await desk.write(room.elsewhere, id, .spanish, version: .random(), words, seen: 1)
      #expect(
        try await desk.text(room.writer, id).versions.map(\.agency) == [room.writer.agency, room.elsewhere.agency])
    }
  }

  @Test(arguments: TestEngine.available) func nothingIsPublicBeforeItIsPublished(_ engine: Engine) async throws {
    try await withNewsroom(engine) { room in
      let (id, version) = try await room.begun()
      func sees() async throws -> [String] { try await room.desk.published(.spanish).map(\.body) }
      #expect(try await sees().isEmpty)
      #expect(try await room.desk.look(slug: "uno", isNews: true, .spanish) == .unknown)
      let opens = room.clock.now + .hours(5)
      let release = SiteReleaseID.random()
      for _ in 0..<2 {
        try await room.desk.publish(
          room.writer, id, release: release, .init(.spanish, version, opens: opens, closes: opens + .days(2)), seen: 1)
      }
      #expect(try await room.entries("site.published") == 1)
      #expect(try await room.desk.look(slug: "uno", isNews: true, .spanish) == .unknown)
      room.clock.pass(.hours(5))
      #expect(try await sees() == ["Texto *uno*."])
      // A page's address is none of the news', and the other language has nothing.
      #expect(try await room.desk.look(slug: "uno", isNews: false, .spanish) == .unknown)
      #expect(try await room.desk.look(slug: "uno", isNews: true, .english) == .elsewhere([.spanish], title: "Uno"))
      #expect(try await room.desk.published(.english).isEmpty)
      room.clock.pass(.days(2))
      #expect(try await sees().isEmpty)
      #expect(try await room.desk.look(slug: "uno", isNews: true, .spanish) == .ended)
    }
  }

  @Test(arguments: TestEngine.available) func aDraftBehindAPublicTextIsNotReadByAnybody(_ engine: Engine) async throws {
    try await withNewsroom(engine) { room in
      let (id, _) = try await room.published()
      let second = SiteVersionID.random()
      var words = Newsroom.words
      words.body = "SECRETO"
      try await room.desk.write(room.writer, id, .spanish, version: second, words, seen: 1)
      try await room.desk.write(room.writer, id, .english, version: .random(), words, seen: 0)
      #expect(try await room.desk.published(.spanish).map(\.body) == ["Texto *uno*."])
      #expect(try await room.desk.published(.english).isEmpty)
      room.clock.pass(.minutes(1))
      try await room.desk.publish(
        room.writer, id, release: .random(),
        .init(.spanish, second, kind: .correction, note: "decía uno, es secreto"), seen: 2)
      let found = try #require(try await room.desk.published(.spanish).first)
      #expect(found.body == "SECRETO" && found.notes.map(\.words) == ["decía uno, es secreto"])
      #expect(found.updated > found.published && found.languages == [.spanish])
    }
  }

  @Test(arguments: TestEngine.available) func whoWasFasterIsKeptAndNothingIsLost(_ engine: Engine) async throws {
    try await withNewsroom(engine) { room in
      let (id, _) = try await room.begun()
      let (own, other) = (SiteVersionID.random(), SiteVersionID.random())
      var words = Newsroom.words
      words.title = "Del otro"
      try await room.desk.write(room.coordinator, id, .spanish, version: other, words, seen: 1)
      #expect(
        try await refusal {
          try await room.desk.write(room.writer, id, .spanish, version: own, Newsroom.words, seen: 1)
        }?.kind == .conflict)
      // Kept on top after a look at theirs; a second click finds it done.
      for _ in 0..<2 {
        try await room.desk.write(room.writer, id, .spanish, version: own, Newsroom.words, seen: 2)
      }
      let text = try await room.desk.text(room.writer, id)
      #expect(text.versions.map(\.title) == ["Uno", "Del otro", "Uno"])
      #expect(text.versions.map(\.number) == [1, 2, 3] && text.newest(.spanish)?.id == own)
      // What is no longer the newest is not published, nor what was seen before another change.
      #expect(
        try await refusal {
          try await room.desk.publish(room.writer, id, release: .random(), .init(.spanish, other), seen: 1)
        }?.kind == .conflict)
      #expect(
        try await refusal {
          try await room.desk.publish(room.writer, id, release: .random(), .init(.spanish, own), seen: 7)
        }?.kind == .conflict)
      #expect(
        try await refusal {
          try await room.desk.publish(room.writer, id, release: .random(), .init(.english, own), seen: 1)
        } == .notFound)
      #expect(try await room.desk.published(.spanish).isEmpty)
    }
  }

  @Test(arguments: TestEngine.available) func whatWaitsCanBeTakenBackUntilItOpens(_ engine: Engine) async throws {
    try await withNewsroom(engine) { room in
      let (id, version) = try await room.begun()
      let (release, opens) = (SiteReleaseID.random(), room.clock.now + .hours(1))
      try await room.desk.publish(room.writer, id, release: release, .init(.spanish, version, opens: opens), seen: 1)
      #expect(
        try await refusal {
          try await room.desk.publish(room.writer, id, release: .random(), .init(.spanish, version), seen: 2)
        }?.phrase.key == "error.site_pending")
      for _ in 0..<2 { try await room.desk.cancel(room.coordinator, id, release, seen: 2) }
      #expect(try await room.entries("site.cancelled") == 1)
      room.clock.pass(.hours(2))
      #expect(try await room.desk.published(.spanish).isEmpty)
      let again = SiteReleaseID.random()
      try await room.desk.publish(room.writer, id, release: again, .init(.spanish, version), seen: 3)
      #expect(
        try await refusal { try await room.desk.cancel(room.writer, id, again, seen: 4) }?.phrase.key
          == "error.site_opened")
      #expect(try await refusal { try await room.desk.cancel(room.writer, id, .random(), seen: 4) } == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func aWithdrawnTextSaysWhyAndCanComeBack(_ engine: Engine) async throws {
    try await withNewsroom(engine) { room in
      let (id, version) = try await room.published()
      let reason = LocalizedText(es: "Los datos no eran ciertos.", en: "The data were not true.")
      #expect(
        try await refusal {
          try await room.desk.withdraw(room.writer, id, reason: LocalizedText(es: "x", en: ""), seen: 2)
        }?.fields.map(\.field) == ["reason_en"])
      // All in one millisecond: the later of two moves counts.
      for _ in 0..<2 { try await room.desk.withdraw(room.writer, id, reason: reason, seen: 2) }
      #expect(try await room.entries("site.withdrawn") == 1)
      let look = try await room.desk.look(slug: "uno", isNews: true, .english)
      #expect(look == .withdrawn(reason: "The data were not true.", at: room.clock.now))
      #expect(try await room.desk.published(.spanish).isEmpty)
      #expect(
        try await refusal { try await room.desk.withdraw(room.writer, id, reason: reason, seen: 3) }?.phrase.key
          == "error.site_not_public")
      #expect(
        try await refusal {
          try await room.desk.publish(room.writer, id, release: .random(), .init(.spanish, version), seen: 3)
        }?.fields.map(\.field) == ["kind"])
      try await room.desk.publish(
        room.writer, id, release: .random(), .init(.spanish, version, kind: .correction, note: "vuelve"), seen: 3)
      #expect(try await room.desk.published(.spanish).first?.notes.map(\.words) == ["vuelve"])
    }
  }

  @Test(arguments: TestEngine.available) func aTextComesDownAtItsEndAndItsAddressStays(_ engine: Engine) async throws {
    try await withNewsroom(engine) { room in
      let (draft, _) = try await room.begun("borrador")
      #expect(
        try await refusal { try await room.desk.end(room.writer, draft, at: nil, seen: 1) } == nil)
      #expect(
        try await refusal {
          try await room.desk.end(room.writer, draft, at: room.clock.now + .days(1), seen: 1)
        }?.phrase.key == "error.site_not_public")
      try await room.desk.rename(room.writer, draft, slug: "otro-nombre", place: 3, seen: 1)
      let (id, _) = try await room.published()
      #expect(
        try await refusal {
          try await room.desk.rename(room.writer, id, slug: "nuevo", place: 0, seen: 2)
        }?.fields.map(\.field) == ["slug"])
      #expect(
        try await refusal { try await room.desk.end(room.writer, id, at: room.clock.now, seen: 2) }?.fields.map(\.field)
          == ["closes"])
      try await room.desk.end(room.writer, id, at: room.clock.now + .hours(1), seen: 2)
      room.clock.pass(.hours(1))
      #expect(try await room.desk.published(.spanish).isEmpty)
    }
  }

  @Test(arguments: TestEngine.available) func anAddressBelongsToOneText(_ engine: Engine) async throws {
    try await withNewsroom(engine) { room in
      _ = try await room.begun("uno")
      func begin(_ slug: String, taken: Set<String> = []) async throws -> [String]? {
        try await refusal {
          try await room.desk.begin(
            room.writer, .init(id: .random(), kind: .page, slug: slug), .spanish, version: .random(), Newsroom.words,
            taken: taken)
        }?.fields.map(\.phrase.key)
      }
      #expect(try await begin("uno") == ["error.site_slug_taken"])
      #expect(try await begin("signs") == ["error.site_slug_taken"])
      #expect(try await begin("services", taken: ["services"]) == ["error.site_slug_taken"])
      #expect(try await begin("2026") == ["error.site_slug"])
      #expect(try await begin("dos") == nil)
    }
  }

  @Test(arguments: TestEngine.available) func aPageOfThePackIsTakenOverOnceAndStandsUntilThen(_ engine: Engine)
    async throws
  {
    try await withNewsroom(engine) { room in
      let id = SiteTextID.random()
      let count = try await room.desk.offered(room.writer).count
      for _ in 0..<2 { try await room.desk.takeOver(room.writer, id: id, "signs") }
      #expect(try await room.entries("site.taken") == 1)
      #expect(try await room.desk.offered(room.writer).count == count - 1)
      #expect(
        try await refusal { try await room.desk.takeOver(room.writer, id: .random(), "signs") }?.kind == .conflict)
      #expect(try await refusal { try await room.desk.takeOver(room.writer, id: .random(), "nada") } == .notFound)
      let text = try await room.desk.text(room.writer, id)
      let page = try #require(try Newsroom.pack.get().sitePages.first { $0.slug == "signs" })
      #expect(text.title == page.title[.spanish] && text.behind(.english) == nil)
      #expect(text.newest(.english)?.body.contains("## Sources") == true)
      #expect(try await room.desk.spoken(.spanish).isEmpty)
      #expect(try await room.desk.look(slug: "signs", isNews: false, try #require(Language("fr"))) == .unknown)
      let version = try #require(text.newest(.spanish)?.id)
      try await room.desk.publish(room.writer, id, release: .random(), .init(.spanish, version), seen: 1)
      #expect(try await room.desk.spoken(.spanish) == ["signs"])
      // In English the pack's words stand on.
      #expect(try await room.desk.spoken(.english).isEmpty)
      #expect(try await room.desk.look(slug: "signs", isNews: false, .english) == .unknown)
      // In a language that editors don't write, the pack's words end with the first that are published.
      let french = try #require(Language("fr"))
      #expect(page.title.languages.contains(french) && text.newest(french) == nil)
      guard case .elsewhere(let languages, _) = try await room.desk.look(slug: "signs", isNews: false, french) else {
        Issue.record("the French words stand on")
        return
      }
      #expect(languages == [.spanish])
    }
  }

  @Test(arguments: TestEngine.available) func aTranslationIsKnownToBeBehind(_ engine: Engine) async throws {
    try await withNewsroom(engine) { room in
      let (id, _) = try await room.begun()
      try await room.desk.write(room.writer, id, .english, version: .random(), Newsroom.words, seen: 0)
      #expect(try await room.desk.text(room.writer, id).behind(.english) == nil)
      try await room.desk.write(room.writer, id, .spanish, version: .random(), Newsroom.words, seen: 1)
      #expect(try await room.desk.texts(room.writer)[0].behind(.english)?.newest == 2)
      // A small change that says no more than before leaves it behind.
      try await room.desk.write(
        room.writer, id, .english, version: .random(), Newsroom.words, seen: 1, saysOriginal: false)
      #expect(try await room.desk.text(room.writer, id).behind(.english)?.translated == 1)
      try await room.desk.write(room.writer, id, .english, version: .random(), Newsroom.words, seen: 2)
      #expect(try await room.desk.text(room.writer, id).behind(.english) == nil)
      #expect(
        try await refusal {
          try await room.desk.write(
            room.writer, id, try #require(Language("fr")), version: .random(), Newsroom.words, seen: 0)
        } == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func aTextIsHandedToAColleagueWhoMayWrite(_ engine: Engine) async throws {
    try await withNewsroom(engine) { room in
      let (id, version) = try await room.begun()
      for member in [room.worker.member, room.elsewhere.member] {
        #expect(
          try await refusal { try await room.desk.hand(room.writer, id, to: member, note: "", seen: 1) }?.fields.map(
            \.field) == ["member"])
      }
      try await room.desk.hand(room.writer, id, to: room.coordinator.member, note: "¿Lo lee?", seen: 1)
      #expect(try await room.desk.texts(room.coordinator)[0].holder?.note == "¿Lo lee?")
      // Who publishes what they had has done it.
      try await room.desk.publish(room.coordinator, id, release: .random(), .init(.spanish, version), seen: 2)
      #expect(try await room.desk.text(room.writer, id).holder == nil)
    }
  }

  @Test(arguments: TestEngine.available) func aPressNoteComesBackWholeAndWaitsForItsEmbargo(_ engine: Engine)
    async throws
  {
    try await withNewsroom(engine) { room in
      var words = Newsroom.words
      words.press = PressDetails(
        office: "Prensa", address: "Quito", phone: "000", mail: "a@b.example", embargo: room.clock.now + .hours(3))
      let (id, version) = try await room.begun("nota", .pressNote, words)
      #expect(try await room.desk.text(room.writer, id).versions[0].press == words.press)
      #expect(
        try await refusal {
          try await room.desk.publish(room.writer, id, release: .random(), .init(.spanish, version), seen: 1)
        }?.fields.map(\.field) == ["opens"])
      try await room.desk.publish(
        room.writer, id, release: .random(), .init(.spanish, version, opens: words.press?.embargo), seen: 1)
      #expect(try await room.desk.published(.spanish).isEmpty)
      room.clock.pass(.hours(3))
      #expect(try await room.desk.published(.spanish).map(\.press) == [words.press])
    }
  }

  @Test(arguments: TestEngine.available) func pagesStandByTheirPlaceAndNewsByTheirDay(_ engine: Engine) async throws {
    try await withNewsroom(engine) { room in
      for (slug, kind, place) in [("b", 0, 2), ("a", 0, 3), ("n-uno", 1, 0), ("n-dos", 1, 0)] {
        let (id, version) = (SiteTextID.random(), SiteVersionID.random())
        try await room.desk.begin(
          room.writer,
          .init(
            id: id, kind: kind == 0 ? .page : .news, slug: slug == "a" || slug == "b" ? "p-" + slug : slug, place: place
          ),
          .spanish, version: version, Newsroom.words)
        try await room.desk.publish(room.writer, id, release: .random(), .init(.spanish, version), seen: 1)
        room.clock.pass(.hours(1))
      }
      #expect(try await room.desk.published(.spanish).map(\.slug) == ["p-b", "p-a", "n-dos", "n-uno"])
    }
  }
}
