import Basics
import CountryPack

@testable import NationalPlan

/// Made-up counts to be spoilt in one place by each test.
enum ProsecutionFixture {
  static let today = PlanFixture.day("2021-03-15")

  static func terms() throws -> ProsecutionTerms { ProsecutionTerms(try PlanFixture.pack.get()) }

  static func period(_ text: String) -> ProsecutionPeriod {
    guard let period = ProsecutionPeriod(text) else { preconditionFailure("no period: \(text)") }
    return period
  }

  static func cell(
    _ period: String = "2019", _ stage: ProsecutionStage = .prosecutions, offence: String = "trafficking",
    unit: ProsecutionUnit = .persons, institution: String = "fge", outcome: String = "", sex: String = "",
    age: String = ""
  ) -> ProsecutionCell {
    ProsecutionCell(
      period: self.period(period), institution: institution, stage: stage, unit: unit, offence: offence,
      outcome: outcome, sex: sex, age: age)
  }

  static func count(
    _ cell: ProsecutionCell, _ number: Int?, answer: ProsecutionAnswer = .counted,
    document: String = "Carta ficticia", day: String? = "2021-02-01", readOn: String = "2021-03-01",
    certainty: Certainty = .verified, note: String = "", isAsPrinted: Bool = false
  ) -> ProsecutionCount {
    ProsecutionCount(
      cell: cell, answer: answer, number: number,
      source: ProsecutionSource(
        document: document, day: day.map(PlanFixture.day), readOn: PlanFixture.day(readOn), certainty: certainty),
      note: note, isAsPrinted: isAsPrinted)
  }

  /// Of the usual cell.
  static func count(
    _ number: Int?, answer: ProsecutionAnswer = .counted, document: String = "Carta ficticia",
    day: String? = "2021-02-01", readOn: String = "2021-03-01", certainty: Certainty = .verified, note: String = "",
    isAsPrinted: Bool = false
  ) -> ProsecutionCount {
    count(
      cell(), number, answer: answer, document: document, day: day, readOn: readOn, certainty: certainty, note: note,
      isAsPrinted: isAsPrinted)
  }

  static func findings(_ counts: [ProsecutionCount]) throws -> [ProsecutionFinding] {
    ProsecutionCheck(
      counts.enumerated().map { .init(id: String($0), count: $1) }, terms: try terms(), today: today
    ).findings
  }

  static func book(_ counts: [ProsecutionCount]) throws -> ProsecutionBook {
    ProsecutionBook(counts.enumerated().map { (String($0), $1) }, terms: try terms())
  }
}
