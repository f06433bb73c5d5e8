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

  @Test func theBudgetOfPrivacyIsThePacksAndMayBeLeftOut() throws {
    let budget = try #require(try CountryPack.load(from: ecuador).statistics.privacy)
    #expect(budget.epsilon == 4 && budget.delta == 0.001 && budget.certainty == .decided && !budget.source.isEmpty)
    try inCopy("epsilon: 4", "epsilon: 0") { folder in
      do {
        _ = try CountryPack.load(from: folder)
        Issue.record("it was read")
      } catch let problems as PackProblems {
        #expect(problems.problems.contains { $0.file == "statistics.yaml" && $0.message.contains("epsilon") })
      }
    }
    try inCopy(nil, nil) { folder in
      let pack = try CountryPack.load(from: folder)
      #expect(pack.statistics.privacy == nil)
    }
  }

  /// A copy of the pack with one text of `statistics.yaml` changed; without texts, with its part `privacy` left out.
  private func inCopy(_ from: String?, _ to: String?, _ body: (URL) throws -> Void) throws {
    let copy = FileManager.default.temporaryDirectory.appending(path: "pack-\(UUID())")
    try FileManager.default.copyItem(at: ecuador, to: copy)
    defer { try? FileManager.default.removeItem(at: copy) }
    let file = copy.appending(path: "statistics.yaml")
    var text = try String(contentsOf: file, encoding: .utf8)
    if let from, let to {
      #expect(text.contains(from))
      text = text.replacingOccurrences(of: from, with: to)
    } else if let part = text.range(of: "privacy:\n") {
      text = String(text[..<part.lowerBound])
    }
    try Data(text.utf8).write(to: file)
    try body(copy)
  }

  @Test func populationsAddUpAndNameTheirSource() throws {
    let pack = try CountryPack.load(from: ecuador)
    let census = try #require(pack.population(year: 2024))
    #expect(census.id == "censo-2022" && census.people() == 16_938_986)
    let provinces = try #require(census.parts.first { $0.column == "province" })
    #expect(Set(provinces.codes.keys) == Set(pack.provinces.map(\.iso)))
    for part in census.parts { #expect(part.codes.values.reduce(0, +) == census.total) }
    #expect(census.people("province", codes: ["EC-P", "EC-G"]) == 3_089_473 + 4_391_923)
    #expect(census.people("province", codes: ["EC-P", "unknown"]) == nil)
    #expect(census.people("age_band", codes: ["12-17"]) == nil)
    #expect(pack.population(year: 2007)?.id == "censo-2010" && pack.population(year: 1990) == nil)
    for one in pack.populations { #expect(!one.source.isEmpty && one.address.hasPrefix("http")) }
    var doubtful = census
    doubtful.certainty = .unverified
    #expect(doubtful.people() == nil)
  }
}
