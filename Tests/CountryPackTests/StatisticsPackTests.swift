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
}
