import Basics
import Statistics
import TestSupport
import Testing

@Suite struct CountTableTests {
  /// The forced-begging row of the published figures: 31 of 81.
  @Test func sharesNameTheirDenominator() {
    let table = CountTable([
      CountedFact(row: .code("begging"), count: 31), CountedFact(row: .code("sexual"), count: 27),
      CountedFact(row: .code("labour"), count: 23),
    ])
    #expect(table.total == 81)
    #expect(table.share(of: .code("begging")) == Share(count: 31, denominator: 81))
    #expect(table.share(of: .code("begging"))?.perMille == 383)
  }

  @Test func whatIsMissingIsCountedApartAndSharedByNobody() {
    let table = CountTable(
      [
        CountedFact(row: .code("a"), column: .code("x"), count: 3), CountedFact(row: .unknown, column: .code("x")),
        CountedFact(row: .notAsked, column: .unknown, count: 2), CountedFact(row: .code("b"), column: .unknown),
      ], rows: [.code("b"), .code("c")])
    #expect(table.rows == [.code("b"), .code("c"), .code("a"), .unknown, .notAsked])
    #expect(table.total == 7)
    #expect(table.known == 4)
    #expect(table.share(of: .unknown) == nil)
    #expect(table.share(of: .code("c"))?.fraction == 0)
    #expect(table[.notAsked, .unknown] == 2)
    #expect(table[.code("nowhere"), .code("x")] == 0)
    #expect(table.total(column: .unknown) == 3)
    #expect(CountTable([]).share(of: .code("a"))?.fraction == nil)
  }

  @Test func totalsAgreeWhateverTheFacts() {
    var generator = SeededGenerator(seed: testSeed("totals"))
    for _ in 0..<500 {
      let categories: [Category] = [.code("a"), .code("b"), .code("c"), .unknown, .notAsked]
      let facts = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
        CountedFact(
          row: categories.randomElement(using: &generator) ?? .unknown,
          column: categories.randomElement(using: &generator) ?? .unknown,
          count: Int.random(in: 0...9, using: &generator))
      }
      let table = CountTable(facts, rows: [.code("b")])
      let sum = facts.reduce(0) { $0 + $1.count }
      #expect(table.total == sum)
      #expect(table.rows.reduce(0) { $0 + table[$1] } == sum)
      #expect(table.columns.reduce(0) { $0 + table.total(column: $1) } == sum)
      for row in table.rows {
        for column in table.columns {
          let expected = facts.filter { $0.row == row && $0.column == column }.reduce(0) { $0 + $1.count }
          #expect(table[row, column] == expected)
        }
      }
      let shares = table.rows.compactMap { table.share(of: $0) }
      #expect(shares.allSatisfy { $0.denominator == table.known })
      #expect(shares.reduce(0) { $0 + $1.count } == table.known)
    }
  }
}
