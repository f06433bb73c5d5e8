import Basics
import CountryPack
import Foundation
import Testing

@Suite struct StatisticsPackTests {
  @Test func theShippedPackHidesBelowTenUnderAnOpenLicence() throws {
    let pack = try CountryPack.load(from: ecuador)
    #expect(pack.statistics.threshold == 10)
    #expect(pack.statistics.licence.code == "CC-BY-4.0")
    let whole = try #require(pack.figures.first { $0.id == "dinapen-2007" })
    #expect(whole.facts == ["year": "2007"])
    #expect(pack.figures.first { $0.id == "dinapen-2007-orellana" }?.facts["province"] == "EC-D")
    #expect(pack.figures.first { $0.id == "oit-explotacion-sexual" }?.olderThan == "2008")
    for figure in pack.figures { #expect(figure.populationName[.spanish] != figure.population) }
  }
}
