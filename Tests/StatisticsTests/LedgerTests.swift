import Basics
import Statistics
import Testing

/// Invented facts: one row a case, as codes of some columns.
private struct Rows {
  var columns: [String: [String]]
  var count: Int

  init(_ seed: UInt64, _ columns: [(name: String, codes: [String])], _ count: Int) {
    var generator = SeededGenerator(seed: seed)
    self.count = count
    self.columns = [:]
    for column in columns {
      // Uneven, so that there are small cells.
      self.columns[column.name] = (0..<count).map { _ in
        let place = Double.random(in: 0..<1, using: &generator)
        return column.codes[Int(place * place * Double(column.codes.count))]
      }
    }
  }

  func codes(_ column: String) -> [String] { Set(columns[column] ?? []).sorted() }

  /// The exact table of the rows that fit.
  func table(_ axes: [String], where filter: [String: [String]] = [:]) -> TableDocument {
    let rows = (0..<count).filter { row in filter.allSatisfy { $1.contains(columns[$0]?[row] ?? "") } }
    let shown = axes.map { axis in
      CountCube.Axis(column: axis, codes: Set(rows.map { columns[axis]?[$0] ?? "" }).sorted())
    }
    let cube = CountCube(axes: shown) { place in
      rows.count { row in zip(shown, place).allSatisfy { columns[$0.column]?[row] == $0.codes[$1] } }
    }
    return TableDocument(tables: [.init(cube, measure: "cases", where: filter.isEmpty ? nil : filter)])
  }

  func released(_ axes: [String], where filter: [String: [String]] = [:]) throws -> TableDocument {
    try TableProtection.release(table(axes, where: filter), method: .suppress, threshold: 10, seed: 1)
  }
}

@Suite struct LedgerTests {
  private func rows(_ seed: UInt64, _ count: Int = 120) -> Rows {
    Rows(
      seed,
      [
        ("province", ["p1", "p2", "p3", "p4"]), ("form", ["f1", "f2", "f3"]), ("year", ["y1", "y2"]),
      ], count)
  }

  private func check(_ release: TableDocument, after earlier: [TableDocument], _ rows: Rows) throws -> LedgerCheck {
    try LedgerCheck(
      release, threshold: 10, earlier: earlier, codes: rows.columns.keys.reduce(into: [:]) { $0[$1] = rows.codes($1) })
  }

  /// Everything is published that the ledger lets pass; then a reader subtracts, form by form and total by total. No
  /// count from 1 to below the threshold comes out.
  @Test(arguments: seeds.prefix(12)) func whatPassesCannotBeSubtracted(_ seed: UInt64) throws {
    let rows = rows(seed)
    var published: [TableDocument] = []
    var refused = 0
    let choices: [([String], [String: [String]])] = [
      (["province"], [:]), (["province"], ["form": ["f1"]]), (["province"], ["form": ["f2", "f3"]]),
      (["province"], ["form": ["f2"]]), (["province"], ["form": ["f3"]]), (["province", "form"], [:]),
      (["province", "year"], [:]), (["form"], ["year": ["y1"]]), (["form"], ["year": ["y2"]]),
    ]
    for (axes, filter) in choices {
      let release = try rows.released(axes, where: filter)
      if try check(release, after: published, rows).isSafe { published.append(release) } else { refused += 1 }
    }
    // Single cells: who is known, from whatever table shows it.
    var known: [String: Int] = [:]
    for document in published {
      for table in document.tables {
        for cell in table.cells {
          guard let count = cell.count else { continue }
          var conditions = (table.where ?? [:]).map { "\($0)=\($1.sorted().joined(separator: "|"))" }
          for (dimension, code) in zip(table.dimensions, cell.at) {
            if let code { conditions.append("\(dimension.column)=\(code)") }
          }
          known[conditions.sorted().joined(separator: ";")] = count
        }
      }
    }
    for province in rows.codes("province") + [nil] {
      func cell(_ form: String?) -> Int? {
        known[
          ([form.map { "form=\($0)" }, province.map { "province=\($0)" }].compactMap { $0 }).sorted()
            .joined(separator: ";")]
      }
      // All forms but one known, and everything: the one that is left is what remains.
      for form in rows.codes("form") where cell(form) == nil {
        let others = rows.codes("form").filter { $0 != form }.map { cell($0) }
        if let all = cell(nil), others.allSatisfy({ $0 != nil }) {
          let rest = all - others.reduce(0) { $0 + ($1 ?? 0) }
          #expect(!(1..<10).contains(rest), "seed \(seed): \(form) in \(province ?? "all")")
        }
        if let all = cell(nil), let rest = cell("f2|f3"), form == "f1" {
          #expect(!(1..<10).contains(all - rest), "seed \(seed): f1 in \(province ?? "all")")
        }
      }
    }
    #expect(!published.isEmpty)
    print("ledger seed \(seed): \(published.count) published, \(refused) refused")
  }

  private func small() -> Rows {
    var rows = rows(1, 0)
    // p1: 40 of f1 and 4 of f2; p2: 30 of f1 and 20 of f2.
    let cells = [("p1", "f1", 40), ("p1", "f2", 4), ("p2", "f1", 30), ("p2", "f2", 20)]
    rows.columns = [
      "province": cells.flatMap { Array(repeating: $0.0, count: $0.2) },
      "form": cells.flatMap { Array(repeating: $0.1, count: $0.2) },
    ]
    rows.count = 94
    return rows
  }

  @Test func aPartThatIsPublishedBesideTheWholeGivesTheRestAway() throws {
    let rows = small()
    let all = try rows.released(["province"])
    let part = try rows.released(["province"], where: ["form": ["f1"]])
    let small = [LedgerCheck.Condition(column: "form", codes: ["f2"]), .init(column: "province", codes: ["p1"])]
    // Each for itself hides nothing that matters; together p1 less f1 is 4.
    #expect(try check(all, after: [], rows).isSafe)
    #expect(try check(part, after: [], rows).isSafe)
    // Nobody has to publish f2: it is what is left over.
    #expect(try check(part, after: [all], rows).findings.contains { $0.conditions == small && $0.least == 4 })
    let rest = try rows.released(["province"], where: ["form": ["f2"]])
    let together = try check(rest, after: [all, part], rows)
    #expect(together.findings.contains { $0.kind == .recoverable && $0.least == 4 && $0.conditions == small })
    #expect(together.compared == [0, 1])
    // The same when the part comes last, and the hidden cell is the earlier release's.
    let last = try check(part, after: [all, rest], rows)
    #expect(last.findings.contains { $0.kind == .recoverable && $0.least == 4 && $0.conditions == small })
  }

  @Test func aFilterOfSeveralCodesIsTheirSum() throws {
    let rows = small()
    let both = try rows.released(["province"], where: ["form": ["f1", "f2"]])
    let part = try rows.released(["province"], where: ["form": ["f1"]])
    let rest = try rows.released(["province"], where: ["form": ["f2"]])
    #expect(try !check(rest, after: [both, part], rows).isSafe)
    #expect(try !check(part, after: [both], rows).isSafe)
  }

  @Test func smallChangesSinceAreRefusedAndLargeOnesAreOtherFacts() throws {
    let rows = small()
    let before = try rows.released(["province"])
    var grown = rows
    for (province, form) in [("p2", "f1")] {
      grown.columns["province"]?.append(province)
      grown.columns["form"]?.append(form)
      grown.count += 1
    }
    let check = try check(try grown.released(["province"]), after: [before], grown)
    #expect(Set(check.findings.map(\.kind)) == [.difference])
    #expect(check.changed == [0])
    for _ in 0..<40 {
      grown.columns["province"]?.append("p2")
      grown.columns["form"]?.append("f1")
      grown.count += 1
    }
    #expect(try self.check(try grown.released(["province"]), after: [before], grown).isSafe)
  }

  @Test func roundedNumbersAreNoEquations() throws {
    let rows = small()
    let exact = rows.table(["province", "form"])
    let rounded = try TableProtection.release(exact, method: .round, threshold: 10, base: 10, seed: 3)
    let hidden = try rows.released(["province", "form"])
    #expect(try check(rounded, after: [hidden], rows).isSafe)
    #expect(try check(hidden, after: [rounded], rows).isSafe)
    let open = try check(exact, after: [], rows)
    #expect(open.findings.map(\.kind) == [.open])
  }
}
