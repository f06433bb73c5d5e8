import Basics
import CountryPack
import Testing

@testable import NationalPlan

private typealias Fixture = ProsecutionFixture

@Suite struct ProsecutionCheckTests {
  private func problems(_ counts: ProsecutionCount...) throws -> [ProsecutionProblem] {
    try Fixture.findings(counts).map(\.problem)
  }

  @Test func whatIsRightIsNotFoundFaultWith() throws {
    #expect(try problems(Fixture.count(12), Fixture.count(Fixture.cell("2018"), 0)) == [])
    #expect(
      try problems(Fixture.count(nil, answer: .notReported), Fixture.count(Fixture.cell("2018"), nil, answer: .notKept))
        == [])
    #expect(try problems(Fixture.count(Fixture.cell(institution: "unknown"), 4)) == [])
  }

  @Test func noughtIsANumberAndNoNumberIsNone() throws {
    #expect(try problems(Fixture.count(0)) == [])
    #expect(try problems(Fixture.count(nil)) == [.missingNumber])
    #expect(try problems(Fixture.count(0, answer: .notReported)) == [.unneededNumber])
    #expect(try problems(Fixture.count(3, answer: .notKept)) == [.unneededNumber])
    #expect(try problems(Fixture.count(-1)) == [.negative])
    #expect(try problems(Fixture.count(ProsecutionCount.largestNumber)) == [])
    #expect(try problems(Fixture.count(ProsecutionCount.largestNumber + 1)) == [.tooLarge])
  }

  @Test func codesMustBeInTheirLists() throws {
    for (cell, field) in [
      (Fixture.cell(offence: "robo"), "offence"), (Fixture.cell(institution: "nadie"), "institution"),
      (Fixture.cell(outcome: "nada"), "outcome"), (Fixture.cell(sex: "x"), "sex"), (Fixture.cell(age: "old"), "age"),
    ] {
      let found = try Fixture.findings([Fixture.count(cell, 4)])
      #expect(found.map(\.problem) == [.unknownCode] && found.map(\.field) == [field])
    }
    #expect(
      try problems(Fixture.count(Fixture.cell("2019", .acquittals, outcome: "custodial"), 4)) == [
        .outcomeOfAnotherStage
      ])
    #expect(try problems(Fixture.count(Fixture.cell("2019", .convictions, outcome: "custodial"), 4)) == [])
  }

  @Test func timeToComeIsRefusedAndAnUnfinishedOneSaid() throws {
    // It is 15 March 2021.
    for (period, problem) in [
      ("2022", ProsecutionProblem.future), ("2021-Q2", .future), ("2020-2022", .future), ("2021", .unfinished),
      ("2021-Q1", .unfinished),
    ] { #expect(try problems(Fixture.count(Fixture.cell(period), 4)) == [problem], "\(period)") }
    for period in ["2020", "2020-Q4", "2011-2012"] {
      #expect(try problems(Fixture.count(Fixture.cell(period), 4)) == [])
    }
    let early = try Fixture.findings([Fixture.count(Fixture.cell("2012", offence: "coip-91-2014"), 4)])
    #expect(early.map(\.problem) == [.offenceOfALaterTime] && early[0].weight == .notice)
    #expect(try problems(Fixture.count(Fixture.cell("2014", offence: "coip-91-2014"), 4)) == [])
  }

  @Test func theSourceMustBeThereAndPossible() throws {
    #expect(try problems(Fixture.count(4, document: "  ")) == [.missingSource])
    #expect(try problems(Fixture.count(4, readOn: "2021-03-16")) == [.sourceInTheFuture])
    #expect(try problems(Fixture.count(4, day: "2021-03-02")) == [.readBeforeSource])
    #expect(try problems(Fixture.count(4, day: nil)) == [])
  }

  @Test(arguments: [
    "Juicio 17282-2019-01234", "cédula 1712345678", "170101819010123", "llame al 099 1234567890", "a@b.ec",
    "exp. 09281.2018.00456", "caso 17282–2019–01234G",
  ])
  func whatLooksLikeACaseFileOrAPersonIsRefused(_ text: String) throws {
    #expect(ProsecutionText.pointsAtSomebody(text))
    #expect(try problems(Fixture.count(4, document: text)) == [.pointsAtSomebody])
    #expect(try problems(Fixture.count(4, note: text)) == [.pointsAtSomebody])
  }

  @Test(arguments: [
    "Oficio FGE-2021-00123-O del 2021-02-01", "Informe 2020, página 12345", "2011-2012 y 2013-2014", "", "12345678",
    "Carta 4 de 1/2/2021", "COIP art. 91, 18.30 h",
  ])
  func aLettersNumberAndDatePass(_ text: String) { #expect(!ProsecutionText.pointsAtSomebody(text)) }

  @Test func theSameSourceTwiceIsADuplicateAndAnotherOneIsShownBeside() throws {
    let one = Fixture.count(12)
    let same = try Fixture.findings([one, one])
    #expect(same.map(\.problem) == [.duplicate] && same[0].weight == .notice && same[0].item == "1")
    let changed = try Fixture.findings([one, Fixture.count(13, document: " carta  FICTICIA ")])
    #expect(changed.map(\.problem) == [.duplicate] && changed[0].weight == .error)
    let other = try Fixture.findings([one, Fixture.count(13, document: "Otra carta ficticia")])
    #expect(other.map(\.problem) == [.contradicts, .contradicts])
    #expect(other.allSatisfy { $0.weight == .notice && $0.says[.english].hasSuffix("12, 13") })
    #expect(try problems(one, Fixture.count(12, document: "Otra carta ficticia")) == [])
    #expect(try problems(one, Fixture.count(nil, answer: .notReported, document: "Otra carta ficticia")) == [])
  }

  @Test func partsOfOneSourceDoNotExceedTheirWhole() throws {
    let whole = Fixture.count(Fixture.cell("2019", .convictions), 10)
    let ways: [[ProsecutionCell]] = [
      [Fixture.cell("2019-Q1", .convictions), Fixture.cell("2019-Q3", .convictions)],
      [
        Fixture.cell("2019", .convictions, offence: "coip-91-2014"),
        Fixture.cell("2019", .convictions, offence: "before-coip"),
      ],
      [
        Fixture.cell("2019", .convictions, outcome: "custodial"),
        Fixture.cell("2019", .convictions, outcome: "suspended"),
      ],
      [Fixture.cell("2019", .convictions, sex: "female"), Fixture.cell("2019", .convictions, sex: "male")],
      [Fixture.cell("2019", .convictions, age: "child"), Fixture.cell("2019", .convictions, age: "adult")],
    ]
    for way in ways {
      let fits = [whole] + way.map { Fixture.count($0, 5) }
      #expect(try Fixture.findings(fits).map(\.problem) == [], "\(way)")
      var wrong = fits
      wrong[1].number = 6
      let found = try Fixture.findings(wrong)
      #expect(found.map(\.problem) == [.partsExceedWhole, .partsExceedWhole, .partsExceedWhole])
      #expect(found.allSatisfy { $0.weight == .error })
      // The document really says so.
      wrong[1].isAsPrinted = true
      #expect(try Fixture.findings(wrong).allSatisfy { $0.problem == .partsExceedWhole && $0.weight == .notice })
      // Of another source nothing is known.
      wrong[0].source.document = "Otra carta ficticia"
      #expect(try Fixture.findings(wrong).isEmpty)
    }
  }

  @Test func moreConvictionsThanProsecutionsUntilThenAreOnlyNoticed() throws {
    let counts = [
      Fixture.count(Fixture.cell("2018"), 10), Fixture.count(Fixture.cell("2019"), 5),
      Fixture.count(Fixture.cell("2018", .convictions), 4), Fixture.count(Fixture.cell("2019", .convictions), 11),
    ]
    // 15 and 15: what began in 2018 may end in 2019.
    #expect(try Fixture.findings(counts) == [])
    var more = counts
    more[3].number = 12
    let found = try Fixture.findings(more)
    #expect(found.map(\.problem) == [.moreConvictions] && found[0].weight == .notice && found[0].item == "3")
    // Persons and cases are not compared, nor what nobody prosecuted.
    #expect(try Fixture.findings([Fixture.count(Fixture.cell("2018", .convictions), 4)]) == [])
    more[3].cell.unit = .cases
    #expect(try Fixture.findings(more) == [])
  }

  @Test func periodsAreReadStrictly() {
    for (text, written) in [
      ("2021", "2021"), ("2021-Q3", "2021-Q3"), ("2021-t3", "2021-Q3"), ("2011-2012", "2011-2012"),
      ("2011–2012", "2011-2012"), ("2011/2012", "2011-2012"),
    ] { #expect(ProsecutionPeriod(text)?.description == written) }
    for text in [
      "", "21", "2021-Q5", "2021-Q0", "2021-", "2021-2020", "2021-2021", "1989", "2101", "2021-Q33", "2021-3", " 2021",
      "2021-Q3-Q4", "２０２１",
    ] { #expect(ProsecutionPeriod(text) == nil, "\(text)") }
    #expect(Fixture.period("2021-Q4").endsBefore == PlanFixture.day("2022-01-01"))
    #expect(Fixture.period("2021-Q1").endsBefore == PlanFixture.day("2021-04-01"))
    #expect(Fixture.period("2011-2012").endsBefore == PlanFixture.day("2013-01-01"))
  }

  // MARK: Tables

  @Test func aFigureSaysWhereItsNumberIsFrom() throws {
    let series = ProsecutionSeries(stage: .convictions, unit: .persons, institution: "fge")
    func figure(_ counts: [ProsecutionCount], _ period: String = "2019") throws -> ProsecutionFigure? {
      try Fixture.book(counts).figure(series, Fixture.period(period), offence: "trafficking")
    }
    let cell = Fixture.cell("2019", .convictions)
    #expect(try figure([Fixture.count(cell, 0)])?.number == 0)
    #expect(try figure([Fixture.count(cell, nil, answer: .notReported)])?.answer == .notReported)
    #expect(try figure([Fixture.count(cell, 4)], "2018") == nil)
    // The newest source, with what the others say.
    let two = try figure([
      Fixture.count(cell, 4), Fixture.count(cell, 6, document: "Posterior", day: "2021-02-20"),
      Fixture.count(cell, nil, answer: .notReported, document: "Última", day: "2021-02-25"),
    ])
    #expect(two?.number == 6 && two?.others == [4] && two?.isDisputed == true && two?.isSum == false)
    // No source gives the whole: its parts, by offence before anything else and never both ways.
    let parts = try figure([
      Fixture.count(Fixture.cell("2019", .convictions, offence: "coip-91-2014"), 4),
      Fixture.count(Fixture.cell("2019", .convictions, offence: "before-coip", sex: "female"), 1),
      Fixture.count(Fixture.cell("2019", .convictions, offence: "before-coip", sex: "male"), 2),
      Fixture.count(Fixture.cell("2019", .convictions, sex: "female"), 50),
      Fixture.count(Fixture.cell("2019", .convictions, offence: "related"), 70),
    ])
    #expect(parts?.number == 7 && parts?.isSum == true)
    let quarters = try figure([
      Fixture.count(Fixture.cell("2019-Q1", .convictions), 4, certainty: .unverified),
      Fixture.count(Fixture.cell("2019-Q2", .convictions), 5),
    ])
    #expect(quarters?.number == 9 && quarters?.isSum == true && quarters?.isUnverified == true)
  }
}
