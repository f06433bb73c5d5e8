import Basics
import Casework
import Records
import Statistics
import TestSupport
import Testing

@testable import Releases

@Suite struct TableDeskTests {
  @Test(arguments: TestEngine.available) func smallCountsAreHiddenAndCannotBeWorkedOut(_ engine: Engine) async throws {
    try await withHall(engine) { hall in
      try await hall.fill([("begging", "EC-P", 31), ("sexual", "EC-P", 27), ("labour", "EC-O", 3), (nil, "EC-O", 12)])
      let table = try #require(try await hall.tables.table(hall.analyst, TableChoice(rows: .form, columns: .province)))
      #expect(table.count("begging", "EC-P") == 31)
      #expect(table.count("labour", "EC-O") == nil && table.count("labour") == nil)
      #expect(table.hiddenCells > 1)
      #expect(try ReleaseAudit(table.document, threshold: 10).safe)
      let inside = try #require(
        try await hall.tables.table(
          hall.analyst, TableChoice(rows: .form, columns: .province, protection: .inside)))
      #expect(inside.count("labour", "EC-O") == 3 && inside.hiddenCells == 0)
      // Shares are of what is known: 12 are not.
      #expect(inside.denominator() == 61)
      #expect(inside.share("begging") == Share(count: 31, denominator: 61))
      #expect(inside.share(FactCode.unknown) == nil)
    }
  }

  @Test(arguments: TestEngine.available) func roundingIsTheSameEachTime(_ engine: Engine) async throws {
    try await withHall(engine) { hall in
      try await hall.fill([("begging", "EC-P", 34), ("sexual", "EC-P", 27), ("labour", "EC-O", 3)])
      let choice = TableChoice(rows: .form, columns: .province, protection: .round)
      let first = try #require(try await hall.tables.table(hall.analyst, choice))
      for row in first.rows + [""] { #expect((first.count(row.isEmpty ? nil : row) ?? 1).isMultiple(of: 10)) }
      for _ in 0..<5 {
        let again = try #require(try await hall.tables.table(hall.supervisor, choice))
        #expect(again.rows.map { again.count($0) } == first.rows.map { first.count($0) })
      }
    }
  }

  @Test(arguments: TestEngine.available) func onlyWhoReadsCountsGetsATable(_ engine: Engine) async throws {
    try await withHall(engine) { hall in
      let found = try await refusal { _ = try await hall.tables.table(hall.worker, TableChoice()) }
      #expect(found == .forbidden)
      let table = try await hall.tables.table(hall.analyst, TableChoice())
      #expect(table == nil)
    }
  }

  @Test func aChoiceIsItsAddress() throws {
    let pack = try Hall.pack.get()
    let choice = TableChoice(
      rows: .ageBand, columns: .sex, filter: [.year: ["2007", "2006"], .form: ["begging"]], measure: .persons,
      protection: .round)
    let read = try TableChoice({ name in choice.query.filter { $0.name == name }.map(\.value) }, pack)
    #expect(read == choice)
    func wrong(_ query: [String: [String]]) -> Set<String> {
      do {
        _ = try TableChoice({ query[$0] ?? [] }, pack)
        return []
      } catch { return Set(error.fields.map(\.field)) }
    }
    #expect(wrong([:]).isEmpty)
    #expect(wrong(["rows": ["name"]]) == ["rows"])
    #expect(wrong(["rows": ["form"], "columns": ["form"]]) == ["columns"])
    #expect(
      wrong(["columns": ["x"], "measure": ["x"], "protection": ["none"]]) == ["columns", "measure", "protection"])
    #expect(wrong(["province": ["EC-XX"], "year": ["07"]]) == ["province", "year"])
    #expect(wrong(["province": ["EC-P"], "year": ["2007"], "sex": ["not_asked"]]).isEmpty)
    #expect(wrong(["rows": ["form", "sex"]]) == ["rows"])
  }
}
