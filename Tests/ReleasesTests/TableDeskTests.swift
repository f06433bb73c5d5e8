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

  @Test(arguments: TestEngine.available) func aThirdColumnIsProtectedAsOneCube(_ engine: Engine) async throws {
    try await withHall(engine) { hall in
      try await hall.fill([
        ("begging", "EC-P", 64), ("sexual", "EC-P", 50), ("labour", "EC-O", 6), ("sexual", "EC-O", 40),
        (nil, "EC-G", 24),
      ])
      let choice = TableChoice(rows: .form, columns: .province, layers: .sex)
      let cube = try #require(try await hall.tables.table(hall.analyst, choice))
      #expect(cube.layers == ["female", "male"])
      #expect(cube.count("begging", "EC-P", layer: "female") == 32 && cube.count("begging", "EC-P") == 64)
      #expect(cube.count("labour", "EC-O", layer: "male") == nil && cube.count("labour", "EC-O") == nil)
      #expect(try ReleaseAudit(cube.document, threshold: 10).safe)
      #expect(cube.share("begging", "EC-P", layer: "female") == Share(count: 32, denominator: 57))
      // Going deeper says no other number: what both show is the same.
      let flat = try #require(
        try await hall.tables.table(hall.analyst, TableChoice(rows: .form, columns: .province)))
      for row in flat.rows {
        for column in flat.columns {
          if let whole = flat.count(row, column), let sum = cube.count(row, column) { #expect(whole == sum) }
        }
      }
      // It is published like any other, and its files have every layer.
      try await hall.published("por-sexo", choice)
      let open = try #require(try await hall.open.release("por-sexo", version: "v1").table)
      #expect(open.dimensions.map(\.column) == ["form", "province", "sex"])
      #expect(open.cell("begging", "EC-P", layer: "male")?.count == 32 && open.cell("begging", "EC-P")?.count == 64)
      #expect(open.cell("labour", "EC-O", layer: "male")?.hidden == true)
      #expect(open.csv.contains("sex,sex_es,sex_en,count") && open.csv.contains("#x_sex+code"))
      for cell in open.cells { #expect(cell.count.map { $0 == 0 || $0 >= 10 } != false) }
      // A sheet of lines, one for each of both sexes, one of all, and what it is.
      #expect(open.spreadsheet(.spanish, source: "Fuente").sheets.count == 5)
    }
  }

  @Test(arguments: TestEngine.available) func ratesNeedOneYearAndACountedPopulation(_ engine: Engine) async throws {
    try await withHall(engine) { hall in
      try await hall.fill([("begging", "EC-P", 30), ("labour", "EC-O", 4)])
      func built(_ choice: TableChoice) async throws -> BuiltTable {
        let table = try await hall.tables.table(hall.analyst, choice)
        return try #require(table)
      }
      let open = try await built(TableChoice(rows: .province))
      #expect(open.rate(nil, in: hall.pack) == nil)
      #expect(RateBase(open.choice, hall.pack).gap([open.rows]) == .severalYears)
      // The census of 2010 counts the country, and nobody's provinces that could be verified.
      let year = try await built(TableChoice(rows: .province, filter: [.year: ["2007"]]))
      #expect(RateBase(year.choice, hall.pack).gap([year.rows]) == nil)
      #expect(year.rate(nil, in: hall.pack)?.population == 14_483_499 && year.rate("EC-P", in: hall.pack) == nil)
      let byYear = try await built(TableChoice(rows: .year, protection: .inside))
      let rate = try #require(byYear.rate("2007", in: hall.pack))
      #expect(rate.count == 34 && abs(rate.value - 0.23475) < 0.0001)
      #expect(byYear.rate(nil, in: hall.pack) == nil)
      // A hidden number has no rate and no interval.
      let hidden = try await built(TableChoice(rows: .form, filter: [.year: ["2007"]]))
      #expect(hidden.count("labour") == nil && hidden.rate("labour", in: hall.pack) == nil)
      // Of province and sex together nobody counted the people.
      let both = RateBase(TableChoice(rows: .province, columns: .sex, filter: [.year: ["2024"]]), hall.pack)
      #expect(both.people(["EC-P", "female"]) == nil)
      #expect(both.people(["EC-P", nil]) == 3_089_473 && both.people([nil, "female"]) == 8_686_463)
      #expect(both.people(["unknown", nil]) == nil && both.people([nil, nil]) == 16_938_986)
      let old = RateBase(TableChoice(rows: .form, filter: [.year: ["1990"]]), hall.pack)
      #expect(old.gap([[]]) == .noPopulation)
      let ages = RateBase(TableChoice(rows: .form, filter: [.year: ["2024"], .ageBand: ["12-17"]]), hall.pack)
      #expect(ages.gap([[]]) == .notCounted && ages.people([nil]) == nil)
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
    let deep = TableChoice(rows: .ageBand, columns: .sex, layers: .province)
    let deepRead = try TableChoice({ name in deep.query.filter { $0.name == name }.map(\.value) }, pack)
    #expect(deepRead == deep && deepRead.axes == [.ageBand, .sex, .province])
    #expect(wrong(["layers": ["sex"]]) == ["layers"])
    #expect(wrong(["rows": ["form"], "columns": ["sex"], "layers": ["form"]]) == ["layers"])
    #expect(wrong(["rows": ["form"], "columns": ["sex"], "layers": ["none"]]).isEmpty)
  }
}
