import Basics
import CountryPack
import Testing

@testable import NationalPlan

private typealias Fixture = ProsecutionFixture

/// What anybody may read tells no small number and lets none be worked out.
@Suite struct PublicProsecutionTests {
  private static let threshold = 10

  private func lines(_ counts: [ProsecutionCount]) throws -> [PublicProsecution.Line] {
    PublicProsecution(
      counts.enumerated().map { (String($0), $1) }, terms: try Fixture.terms(), threshold: Self.threshold
    ).lines
  }

  /// A letter of made-up numbers, many of them small: wholes, parts or both, also spans and quarters.
  private func letter(_ dice: inout SeededGenerator) -> [ProsecutionCount] {
    var counts: [ProsecutionCount] = []
    func number() -> Int {
      switch Int.random(in: 0..<6, using: &dice) {
      case 0: 0
      case 1, 2, 3: Int.random(in: 1..<10, using: &dice)
      case 4: Int.random(in: 10..<20, using: &dice)
      default: Int.random(in: 20..<400, using: &dice)
      }
    }
    let parts = ["before-coip", "coip-91-2014", "coip-91-2020"]
    for stage in [ProsecutionStage.prosecutions, .convictions] {
      for period in ["2016", "2017", "2018", "2019", "2011-2012", "2017-2018", "2019-Q1"] {
        guard Bool.random(using: &dice) else { continue }
        var sum = 0
        for part in parts where Int.random(in: 0..<3, using: &dice) > 0 {
          let number = number()
          sum += number
          counts.append(Fixture.count(Fixture.cell(period, stage, offence: part), number))
        }
        switch Int.random(in: 0..<4, using: &dice) {
        case 0: break
        case 1: counts.append(Fixture.count(Fixture.cell(period, stage), sum))
        default: counts.append(Fixture.count(Fixture.cell(period, stage), sum + number()))
        }
        if Int.random(in: 0..<8, using: &dice) == 0 {
          counts.append(Fixture.count(Fixture.cell(period, stage), number(), document: "Otra carta ficticia"))
        }
      }
    }
    return counts
  }

  @Test(arguments: [UInt64(1), 2, 3, 4]) func noSmallNumberIsShownNorCanBeWorkedOut(_ seed: UInt64) throws {
    var dice = SeededGenerator(seed: seed)
    var (hiddenParts, shown) = (0, 0)
    for _ in 0..<300 {
      let counts = letter(&dice)
      let book = try Fixture.book(counts)
      let lines = try lines(counts)
      for line in lines {
        for number in [line.total] + line.parts.map(\.number) {
          guard let number else { continue }
          shown += 1
          #expect(number == 0 || number >= Self.threshold, "\(line)")
        }
        if line.withheld != nil { #expect(line.total == nil && line.parts.isEmpty, "\(line)") }
        // What a reader subtracts: the total less what is shown of it.
        guard let total = line.total else { continue }
        let hidden = line.parts.filter { $0.number == nil }
        hiddenParts += hidden.count
        let rest = total - line.parts.reduce(0) { $0 + ($1.number ?? 0) }
        if !line.parts.isEmpty, hidden.isEmpty { #expect(rest == 0, "\(line)") }
        #expect(hidden.count != 1, "one hidden part is the rest: \(line)")
        for part in hidden where part.offence != line.offence {
          let truth = book.figure(line.series, line.period, offence: part.offence)?.number ?? 0
          guard (1..<Self.threshold).contains(truth) else { continue }
          #expect(rest >= truth + Self.threshold, "\(line): \(truth)")
        }
      }
      // Years within a span would be its parts: no span stands beside them.
      for span in lines where span.period.isSpan && span.withheld == nil {
        let others = lines.filter {
          $0.series == span.series && $0.offence == span.offence && $0.period != span.period
            && $0.period.year <= span.period.lastYear && span.period.year <= $0.period.lastYear
        }
        #expect(others.isEmpty, "\(span)")
      }
    }
    // The dice made something to be hidden, and not everything was.
    #expect(hiddenParts > 20 && shown > 200)
  }

  @Test func aYearsNumberIsNotTheDifferenceOfASpan() throws {
    let lines = try lines([
      Fixture.count(Fixture.cell("2011-2012"), 187), Fixture.count(Fixture.cell("2011"), 180),
      Fixture.count(Fixture.cell("2012"), 7),
    ])
    #expect(lines.map(\.withheld) == [nil, .overlaps, nil])
    #expect(lines.map(\.total) == [180, nil, nil])
  }

  @Test func whatTellsTheSmallPartHidesTheNextOneToo() throws {
    let line = try #require(
      try lines([
        Fixture.count(Fixture.cell("2019"), 60), Fixture.count(Fixture.cell("2019", offence: "before-coip"), 3),
        Fixture.count(Fixture.cell("2019", offence: "coip-91-2014"), 57),
      ]).first)
    #expect(line.parts.map(\.number).contains(57) == (line.total == nil))
    #expect(line.parts.first { $0.offence == "before-coip" }?.number == nil)
  }

  @Test func whatNobodyHasSeenOrSourcesDisagreeOnIsWithheld() throws {
    func withheld(_ counts: ProsecutionCount...) throws -> PublicProsecution.Reason? {
      try lines(counts).first?.withheld
    }
    #expect(try withheld(Fixture.count(40)) == nil)
    #expect(try withheld(Fixture.count(40, certainty: .unverified)) == .unverified)
    #expect(try withheld(Fixture.count(40), Fixture.count(41, document: "Otra carta ficticia")) == .disagree)
    #expect(try withheld(Fixture.count(nil, answer: .notReported)) == .notReported)
    #expect(
      try withheld(
        Fixture.count(40, isAsPrinted: true), Fixture.count(Fixture.cell("2019", offence: "coip-91-2014"), 41))
        == .disagree)
    // Sex, age, outcome and quarter never go out by themselves.
    let parted = try lines([
      Fixture.count(Fixture.cell("2019"), 40), Fixture.count(Fixture.cell("2019", sex: "female"), 35),
      Fixture.count(Fixture.cell("2019-Q1"), 33),
    ])
    #expect(parted.map(\.total) == [40] && parted[0].parts.isEmpty)
  }
}
