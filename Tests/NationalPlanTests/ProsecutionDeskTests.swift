import Accounts
import Basics
import CountryPack
import Foundation
import Records
import TestSupport
import Testing

@testable import NationalPlan

private typealias Fixture = ProsecutionFixture

@Suite struct ProsecutionDeskTests {
  private func desk(_ hall: PlanHall) -> ProsecutionDesk { ProsecutionDesk(hall.office, hall.pack) }

  @Test(arguments: TestEngine.available) func everyWriteAndEveryNumberAsksForItsPermission(_ engine: Engine)
    async throws
  {
    try await withPlanHall(engine) { hall in
      let desk = desk(hall)
      let id = ProsecutionCountID.random()
      try await desk.add(hall.analyst, Fixture.count(12), id: id)
      for actor in [hall.worker, hall.administrator] {
        let writes: [() async throws -> Void] = [
          { try await desk.add(actor, Fixture.count(Fixture.cell("2018"), 4), id: .random()) },
          { try await desk.correct(actor, id, Fixture.count(13), why: "Otra carta", seen: 1) },
          { try await desk.withdraw(actor, id, why: "Lugar equivocado", seen: 1) },
          { try await desk.takeOver(actor) }, { _ = try await desk.look(actor, Array("x".utf8)) },
          { try await desk.take(actor, Array("x".utf8), id: .random()) },
        ]
        for write in writes { #expect(try await refusal(write) == .forbidden) }
        // Small numbers are for who may read counts.
        #expect(try await refusal { _ = try await desk.all(actor) } == .forbidden)
        #expect(try await refusal { _ = try await desk.look(actor, id) } == .forbidden)
      }
      #expect(try await desk.all(hall.analyst).counts.map(\.count) == [Fixture.count(12)])
      #expect(try await hall.entries("prosecution.entered") == 1)
    }
  }

  @Test(arguments: TestEngine.available) func aCountComesBackAsItWasEnteredAndOnce(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let desk = desk(hall)
      let counts = [
        Fixture.count(
          Fixture.cell("2019-Q3", .convictions, outcome: "custodial", sex: "female", age: "child"), 0, note: "Ñandú"),
        Fixture.count(Fixture.cell("2011-2012", institution: "unknown"), nil, answer: .notReported, day: nil),
      ]
      for count in counts {
        let id = ProsecutionCountID.random()
        for _ in 0..<2 { try await desk.add(hall.secretary, count, id: id) }
        #expect(try await desk.look(hall.analyst, id).stored.count == count)
        // The same again by another form.
        #expect(
          try await refusal { try await desk.add(hall.secretary, count, id: .random()) }?.fields.map(\.phrase.key)
            == ["error.prosecution_duplicate"])
      }
      #expect(try await desk.all(hall.analyst).counts.count == 2)
      #expect(try await hall.entries("prosecution.entered") == 2)
      #expect(try await refusal { _ = try await desk.look(hall.analyst, .random()) } == .notFound)
    }
  }

  @Test(arguments: TestEngine.available) func whatTheCheckFindsIsRefusedBesideItsField(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let desk = desk(hall)
      func fields(_ count: ProsecutionCount) async throws -> [String]? {
        try await refusal { try await desk.add(hall.analyst, count, id: .random()) }?.fields.map(\.field)
      }
      #expect(try await fields(Fixture.count(-1)) == ["value"])
      #expect(try await fields(Fixture.count(Fixture.cell("2022"), 1)) == ["period"])
      #expect(try await fields(Fixture.count(1, document: "Juicio 17282-2019-01234")) == ["document"])
      #expect(try await fields(Fixture.count(1, note: "cédula 1712345678")) == ["note"])
      #expect(try await fields(Fixture.count(Fixture.cell(institution: "nadie"), 1)) == ["institution"])
      try await desk.add(hall.analyst, Fixture.count(10), id: .random())
      #expect(try await fields(Fixture.count(Fixture.cell(sex: "female"), 11)) == ["value"])
      try await desk.add(hall.analyst, Fixture.count(Fixture.cell(sex: "female"), 11, isAsPrinted: true), id: .random())
      // Another source may say something else: both stand.
      try await desk.add(hall.analyst, Fixture.count(14, document: "Otra carta ficticia"), id: .random())
      let (all, terms) = try await desk.all(hall.analyst)
      #expect(Set(desk.findings(all, terms).map(\.problem)) == [.contradicts, .partsExceedWhole])
      #expect(desk.findings(all, terms).allSatisfy { $0.weight == .notice })
    }
  }

  @Test(arguments: TestEngine.available) func aCorrectionKeepsWhatWasThere(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let desk = desk(hall)
      let id = ProsecutionCountID.random()
      try await desk.add(hall.analyst, Fixture.count(12), id: id)
      let right = Fixture.count(21)
      #expect(
        try await refusal { try await desk.correct(hall.analyst, id, right, why: " ", seen: 1) }?.fields.map(\.field)
          == ["why"])
      #expect(
        try await refusal { try await desk.correct(hall.analyst, id, right, why: "a@b.ec", seen: 1) }?.fields.map(
          \.field)
          == ["why"])
      #expect(
        try await refusal { try await desk.correct(hall.analyst, id, Fixture.count(-1), why: "x", seen: 1) }?.kind
          == .invalid)
      // What it is a count of does not change.
      #expect(
        try await refusal {
          try await desk.correct(hall.analyst, id, Fixture.count(Fixture.cell("2018"), 21), why: "x", seen: 1)
        }?.kind == .conflict)
      try await desk.correct(hall.analyst, id, right, why: "Cifras cambiadas de lugar", seen: 1)
      // Sent twice: nothing more. By somebody who saw the old one: refused.
      try await desk.correct(hall.analyst, id, right, why: "Cifras cambiadas de lugar", seen: 1)
      #expect(
        try await refusal { try await desk.correct(hall.secretary, id, Fixture.count(22), why: "x", seen: 1) }?.kind
          == .conflict)
      let (stored, versions) = try await desk.look(hall.analyst, id)
      #expect(stored.count == right && stored.revision == 2)
      #expect(versions.map(\.count) == [Fixture.count(12)] && versions[0].why == "Cifras cambiadas de lugar")
      #expect(
        versions[0].agency == hall.analyst.agency && versions[0].member == hall.analyst.member
          && versions[0].revision == 1)
      #expect(try await hall.entries("prosecution.corrected") == 1)
      try await desk.withdraw(hall.secretary, id, why: "Era de otra institución", seen: 2)
      try await desk.withdraw(hall.secretary, id, why: "Era de otra institución", seen: 2)
      let taken = try await desk.look(hall.analyst, id)
      #expect(
        taken.stored.isWithdrawn && taken.versions.count == 2 && taken.versions[0].why == "Era de otra institución")
      #expect(try await hall.entries("prosecution.withdrawn") == 1)
      #expect(
        try await refusal { try await desk.correct(hall.analyst, id, Fixture.count(5), why: "x", seen: 3) }?.kind
          == .conflict)
      let (all, terms) = try await desk.all(hall.analyst)
      #expect(ProsecutionBook(all, terms: terms).series.isEmpty && desk.findings(all, terms).isEmpty)
      // Its place is free again.
      try await desk.add(hall.analyst, Fixture.count(21), id: .random())
    }
  }

  // MARK: Files

  private static let header = "period,institution,stage,unit,offence,value,document,document_date,read_on,certainty\n"

  private func bytes(_ lines: String...) -> [UInt8] {
    Array(
      (Self.header
        + lines.map { $0 + ",Carta ficticia,2021-02-01,2021-03-01,verified\n" }.joined()).utf8)
  }

  @Test(arguments: TestEngine.available) func aFileIsTakenInWholeOrNotAtAll(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let desk = desk(hall)
      let good = bytes(
        "2018,fge,prosecutions,persons,trafficking,12", "2019,fge,prosecutions,persons,trafficking,0",
        "2019,fge,convictions,persons,trafficking,3")
      let wrong = bytes("2018,fge,prosecutions,persons,trafficking,12", "2031,fge,prosecutions,persons,trafficking,-4")
      let looked = try await desk.look(hall.analyst, wrong)
      #expect(!looked.isSound && looked.rows == 2)
      #expect(looked.findings.map { "\($0.line) \($0.problem.rawValue)" } == ["3 future", "3 negative"])
      #expect(try await refusal { try await desk.take(hall.analyst, wrong, id: .random()) }?.kind == .invalid)
      #expect(try await desk.all(hall.analyst).counts.isEmpty)
      let seen = try await desk.look(hall.analyst, good)
      #expect(seen.isSound && seen.new == 3 && seen.known == 0)
      #expect(try await desk.all(hall.analyst).counts.isEmpty)
      let id = ProsecutionImportID.random()
      for _ in 0..<2 { try await desk.take(hall.analyst, good, id: id) }
      #expect(try await desk.all(hall.analyst).counts.map(\.count.number) == [12, 3, 0])
      #expect(try await hall.entries("prosecution.imported") == 1)
      // The next year's sheet has the old lines too; a number that changed is corrected by a person.
      let next = bytes(
        "2018,fge,prosecutions,persons,trafficking,12", "2020,fge,prosecutions,persons,trafficking,9")
      let outcome = try await desk.take(hall.analyst, next, id: .random())
      #expect(outcome.new == 1 && outcome.known == 1)
      #expect(try await desk.all(hall.analyst).counts.count == 4)
      let changed = try await desk.look(hall.analyst, bytes("2018,fge,prosecutions,persons,trafficking,13"))
      #expect(!changed.isSound && changed.findings.contains { $0.problem == .duplicate && $0.weight == .error })
    }
  }

  @Test(arguments: TestEngine.available) func thePacksCountsAreTakenOverOnce(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let desk = desk(hall)
      #expect(try await desk.offered(hall.worker).count == 3)
      for _ in 0..<2 { try await desk.takeOver(hall.secretary) }
      let all = try await desk.all(hall.analyst).counts
      #expect(Set(all.compactMap(\.count.number)) == [5, 11, 187])
      #expect(try await desk.offered(hall.worker).isEmpty)
      #expect(try await hall.entries("prosecution.taken") == 1)
      // What was withdrawn does not come back.
      try await desk.withdraw(hall.secretary, all[0].id, why: "No se sabe quién contó", seen: 1)
      try await desk.takeOver(hall.secretary)
      #expect(try await desk.all(hall.analyst).counts.count == 3)
      // Nobody has seen which stage those were: only what is known goes out.
      let published = try await desk.published().counts
      #expect(published.lines.allSatisfy { $0.total == nil || $0.total == 187 })
    }
  }

  @Test(arguments: TestEngine.available) func thePublicSeesNoSmallNumber(_ engine: Engine) async throws {
    try await withPlanHall(engine) { hall in
      let desk = desk(hall)
      try await desk.add(hall.analyst, Fixture.count(7), id: .random())
      try await desk.add(hall.analyst, Fixture.count(Fixture.cell("2018"), 70), id: .random())
      let published = try await desk.published().counts
      #expect(published.threshold == hall.pack.statistics.threshold)
      #expect(published.lines.map(\.total) == [70, nil] && published.lines.allSatisfy { $0.withheld == nil })
    }
  }
}
