import Basics
import CountryPack
import Testing

@testable import NationalPlan

@Suite struct InstitutionBookTests {
  private func name(_ text: String, _ from: String?, _ until: String?) -> PlanInstitution.Name {
    .init(
      name: PlanFixture.both(text), from: from.map(PlanFixture.day), until: until.map(PlanFixture.day),
      source: "ficticio")
  }

  private func became(_ code: String, _ kind: PlanInstitution.Succession.Kind, _ day: String)
    -> PlanInstitution
    .Succession
  { .init(successor: code, kind: kind, day: PlanFixture.day(day), source: "ficticio") }

  private var book: InstitutionBook {
    InstitutionBook([
      PlanInstitution(
        code: "a", names: [name("Vieja A", nil, "2009-12-31"), name("Nueva A", "2010-01-01", "2014-12-31")],
        successions: [became("c", .merged, "2015-01-01")]),
      PlanInstitution(code: "b", names: [name("B", nil, nil)], successions: [became("d", .split, "2012-01-01")]),
      PlanInstitution(code: "c", names: [name("C", "2015-01-01", nil)]),
      PlanInstitution(code: "d", names: [name("D", "2012-01-01", nil)]),
    ])
  }

  @Test func whatIsPastKeepsTheNameOfItsTime() {
    let book = book
    #expect(book.name("a", on: PlanFixture.day("2008-05-01"))[.spanish] == "Vieja A")
    #expect(book.name("a", on: PlanFixture.day("2009-12-31"))[.spanish] == "Vieja A")
    #expect(book.name("a", on: PlanFixture.day("2010-01-01"))[.spanish] == "Nueva A")
    // Nobody bore a name on that day: the nearest stands.
    #expect(book.name("a", on: PlanFixture.day("2020-01-01"))[.spanish] == "Nueva A")
    #expect(book.name("nadie", on: PlanFixture.day("2020-01-01"))[.spanish] == "nadie")
  }

  @Test func whoAnswersTodayIsTheEndOfTheLine() {
    let book = book
    #expect(book.heirs("a", on: PlanFixture.day("2014-12-31")) == ["a"])
    #expect(book.heirs("a", on: PlanFixture.day("2015-01-01")) == ["c"])
    // What was split off took nothing along.
    #expect(book.heirs("b", on: PlanFixture.day("2020-01-01")) == ["b"])
  }

  @Test func whatCannotBeSoIsFound() {
    #expect(book.findings.isEmpty)
    let cases: [(PlanProblem, PlanInstitution)] = [
      (.datesInverted, PlanInstitution(code: "x", names: [name("X", "2010-01-01", "2009-01-01")])),
      (.twoInForce, PlanInstitution(code: "x", names: [name("X", nil, "2010-01-01"), name("Y", "2010-01-01", nil)])),
      (.twoInForce, PlanInstitution(code: "x", names: [name("X", nil, nil), name("Y", "2010-01-01", nil)])),
      (.unknownInstitution, PlanInstitution(code: "x", names: [], successions: [became("zz", .merged, "2010-01-01")])),
      (.waitsForItself, PlanInstitution(code: "x", names: [], successions: [became("x", .replaced, "2010-01-01")])),
    ]
    for (problem, institution) in cases {
      #expect(InstitutionBook([institution]).findings.map(\.problem).contains(problem))
    }
  }

  @Test func thePacksInstitutionsAreSoundAndKnowTheirHeirs() throws {
    let book = InstitutionBook(try PlanFixture.pack.get())
    #expect(book.findings.isEmpty)
    #expect(book.heirs("mies", on: PlanFixture.day("2026-01-01")) == ["mdh"])
    #expect(book.heirs("mies", on: PlanFixture.day("2020-01-01")) == ["mies"])
    // What was finished after its end was finished by who took over, and before by itself.
    let then = book.holders("mies", on: PlanFixture.day("2020-01-01"))
    #expect(
      book.holders("mies", on: PlanFixture.day("2026-03-26")).map { $0[.spanish] } == [
        "Ministerio de Desarrollo Humano"
      ])
    #expect(then.count == 1 && then[0][.spanish].contains("MIES"))
    #expect(book.name("mies", on: PlanFixture.day("2020-01-01"))[.spanish].contains("MIES"))
  }
}
