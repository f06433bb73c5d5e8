import Accounts
import Basics
import CountryPack
import Records
import TestSupport
import Testing

@testable import Training

/// What the public is told of courses.
@Suite struct AnnouncementTests {
  private let typed = NewAnnouncement(
    spanish: "  Tres días.\n\nPara todos.  ", english: "Three days.", phone: "02 000  0000", email: "a@b.example.org")

  // MARK: Rules

  @Test(arguments: [
    (30, 0, OpenCourse.Room.plenty), (30, 22, .plenty), (30, 23, .few), (30, 29, .few), (30, 30, .none),
    (30, 31, .none),
    (5, 0, .few), (6, 0, .plenty), (6, 1, .few), (1, 0, .few), (1, 1, .none), (500, 374, .plenty), (500, 375, .few),
  ])
  func seatsAreSaidInWords(_ seats: Int, _ enrolled: Int, _ room: OpenCourse.Room) {
    #expect(AnnouncementRules.room(seats: seats, enrolled: enrolled) == room, "\(enrolled) of \(seats)")
  }

  @Test func whatIsTypedIsMadeTidyOrRefused() throws {
    let checked = try AnnouncementRules.checked(typed)
    #expect(checked.spanish == "Tres días.\n\nPara todos." && checked.phone == "02 000 0000")
    func fields(_ change: (inout NewAnnouncement) -> Void) -> [String] {
      var new = typed
      change(&new)
      do {
        _ = try AnnouncementRules.checked(new)
        return []
      } catch { return error.fields.map(\.field) }
    }
    #expect(fields { $0.spanish = "  \n " } == ["spanish"])
    #expect(fields { $0.spanish = String(repeating: "a", count: 600) } == [])
    #expect(fields { $0.spanish = String(repeating: "a", count: 601) } == ["spanish"])
    #expect(fields { $0.spanish = "a\u{202E}b" } == ["spanish"])
    #expect(fields { $0.english = "" } == [])
    #expect(fields { $0.english = "a\u{7}" } == ["english"])
    #expect(fields { ($0.phone, $0.email) = ("", "") } == ["phone"])
    #expect(fields { $0.phone = "" } == [] && fields { $0.email = "" } == [])
    for wrong in ["12", "nada", "099x", "1+2345", String(repeating: "1", count: 16)] {
      #expect(fields { $0.phone = wrong } == ["phone"], "\(wrong)")
    }
    for wrong in ["a", "a@b", "@b.c", "a@.c", "a@b.", "a@b@c.d", "a\"@b.c"] {
      #expect(fields { $0.email = wrong } == ["email"], "\(wrong)")
    }
    #expect(fields { ($0.spanish, $0.english, $0.phone, $0.email) = ("", "\u{7}", "x", "y") }.count == 4)
  }

  // MARK: The desk

  private func withCourse(_ engine: Engine, _ body: (School, AnnouncementDesk) async throws -> Void) async throws {
    try await withSchool(engine) { try await body($0, AnnouncementDesk($0.office, $0.pack)) }
  }

  private func actions(_ school: School) async throws -> [String] {
    try await school.office.database.read { try AuditLog.entries($0) }.map(\.entry.action)
      .filter { $0.hasPrefix("announcement.") }
  }

  @Test(arguments: TestEngine.available) func aTrainerAnnouncesAndTakesBack(_ engine: Engine) async throws {
    try await withCourse(engine) { school, desk in
      let (trainer, id) = (school.trainer, school.cohort)
      #expect(try await desk.courses().isEmpty)
      #expect(try await desk.announcement(trainer, id) == nil)
      for _ in 0..<2 { try await desk.announce(trainer, id, typed, seen: 0) }
      var course = try #require(try await desk.courses().first)
      #expect(course.phase == "quito-1" && course.agency == "OIM Quito" && course.place == "Quito, sala 2")
      #expect(course.institutions == ["senami", "mte-sti"] && course.room == .few)
      #expect(course.spanish == "Tres días.\n\nPara todos." && course.email == "a@b.example.org")
      for name in ["Ana", "Eva", "Luz"] { _ = try await school.join(name) }
      #expect(try await desk.courses().map(\.room) == [.none])

      // Somebody who saw the page of before.
      var other = typed
      other.spanish = "Otra cosa"
      #expect(await refusal { try await desk.announce(trainer, id, other, seen: 0) }?.kind == .conflict)
      try await desk.announce(trainer, id, other, seen: 1)
      course = try #require(try await desk.courses().first)
      #expect(course.spanish == "Otra cosa")
      for _ in 0..<2 { try await desk.close(trainer, id) }
      #expect(try await desk.courses().isEmpty)
      let kept = try #require(try await desk.announcement(trainer, id))
      #expect(!kept.isOpen && kept.spanish == "Otra cosa")
      try await desk.announce(trainer, id, other, seen: kept.revision)
      #expect(try await desk.courses().count == 1)
      #expect(
        try await actions(school) == [
          "announcement.open", "announcement.open", "announcement.close", "announcement.open",
        ])
    }
  }

  @Test(arguments: TestEngine.available) func onlyItsOwnAgencysTrainersMay(_ engine: Engine) async throws {
    try await withCourse(engine) { school, desk in
      let (stranger, id) = (school.stranger, school.cohort)
      #expect(await refusal { try await desk.announce(stranger, id, typed, seen: 0) }?.kind == .notFound)
      #expect(await refusal { try await desk.close(stranger, id) }?.kind == .notFound)
      #expect(await refusal { _ = try await desk.announcement(stranger, id) }?.kind == .notFound)
      let (told, noted) = (try await desk.courses(), try await actions(school))
      #expect(told.isEmpty && noted.isEmpty)
    }
  }

  @Test(arguments: TestEngine.available) func whatHasBegunOrIsOffIsNotShown(_ engine: Engine) async throws {
    try await withCourse(engine) { school, desk in
      let (trainer, id) = (school.trainer, school.cohort)
      let second = CohortID.random()
      var later = School.typed
      (later.from, later.until) = (day("2008-05-05"), day("2008-05-06"))
      _ = try await school.desk.open(trainer, id: second, later)
      // The later one first: the list is by day all the same.
      try await desk.announce(trainer, second, typed, seen: 0)
      try await desk.announce(trainer, id, typed, seen: 0)
      #expect(try await desk.courses().map(\.from) == [day("2008-03-10"), day("2008-05-05")])
      school.time.move(days: 1)
      #expect(try await desk.courses().map(\.from) == [day("2008-05-05")])
      #expect(await refusal { try await desk.announce(trainer, id, typed, seen: 1) }?.kind == .conflict)
      try await ProgrammeDesk(school.office, school.pack).cancel(trainer, second)
      #expect(try await desk.courses().isEmpty)
      #expect(await refusal { try await desk.announce(trainer, second, typed, seen: 1) }?.kind == .conflict)
      try await desk.close(trainer, second)
    }
  }
}
