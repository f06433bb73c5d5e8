import Basics
import Foundation
import InventedPeople
@testable import Linkage
import Testing

@Suite struct ClericalTests {
  /// A linkage of invented people, and who is who.
  private func linked(_ size: Int, threshold: Double, seed: UInt64 = 21) async throws -> (
    lists: [EncodedList], pairs: [CandidatePair], groups: [PairSolver.Group], truth: Set<[Int]>
  ) {
    let schema = try Schemas.named("es-1")
    var invented = InventedPeople(seed: seed)
    let (a, b, truth) = invented.twoLists(size)
    let lists = [try encoded("a", a, schema), try encoded("b", b, schema)]
    let pairs = try await PairSearch.candidates(lists, threshold: ClericalSheet.floor(threshold))
    let groups = PairSolver.groups(pairs.filter { $0.score >= threshold })
    return (lists, pairs, groups, Set(truth.map { [$0.0, $0.1] }))
  }

  private func same(_ pair: ClericalSheet.Pair, _ truth: Set<[Int]>) -> Bool {
    guard let first = Int(pair.firstID.dropFirst()), let second = Int(pair.secondID.dropFirst()) else { return false }
    return truth.contains([first, second])
  }

  @Test func allStrataJudgedGiveTheRatesThemselves() async throws {
    let (lists, pairs, groups, truth) = try await linked(800, threshold: 0.73)
    // Whoever judges everything knows everything.
    let sheet = ClericalSheet(pairs, groups, lists, threshold: 0.73, each: 100_000, seed: 1)
    #expect(sheet.pairs.count == pairs.count && sheet.wholes.values.reduce(0, +) == pairs.count)
    let verdicts = Dictionary(
      uniqueKeysWithValues: sheet.pairs.enumerated().map { ($0, same($1, truth) ? .same : .different) }
        as [(Int, ClericalSheet.Verdict)])
    let rates = try #require(sheet.rates(verdicts))
    let links = sheet.pairs.filter(\.stratum.isLinked)
    let lost = sheet.pairs.filter { !$0.stratum.isLinked && same($0, truth) }.count
    let right = links.filter { same($0, truth) }.count
    #expect(rates.wrongly == (links.count - right, links.count))
    #expect(rates.missed == (lost, right + lost))
  }

  @Test func aSampleComesNearTheTruthAndItsIntervalHoldsIt() async throws {
    let (lists, pairs, groups, truth) = try await linked(2000, threshold: 0.73)
    let whole = ClericalSheet(pairs, groups, lists, threshold: 0.73, each: 1_000_000, seed: 1)
    let links = whole.pairs.filter(\.stratum.isLinked)
    let right = links.filter { same($0, truth) }.count
    let lost = whole.pairs.count { !$0.stratum.isLinked && same($0, truth) }
    let (wrongly, missed) = (
      Double(links.count - right) / Double(links.count), Double(lost) / Double(right + lost)
    )
    var held = (wrongly: 0, missed: 0)
    for seed in 1...40 as ClosedRange<UInt64> {
      let sheet = ClericalSheet(pairs, groups, lists, threshold: 0.73, each: 100, seed: seed)
      let verdicts = sheet.pairs.enumerated().reduce(into: [Int: ClericalSheet.Verdict]()) {
        $0[$1.offset] = same($1.element, truth) ? .same : .different
      }
      let rates = try #require(sheet.rates(verdicts))
      let first = SampledErrorRates.interval(wrong: rates.wrongly.wrong, looked: rates.wrongly.looked)
      let second = SampledErrorRates.interval(wrong: rates.missed.wrong, looked: rates.missed.looked)
      if first.lower <= wrongly, wrongly <= first.upper { held.wrongly += 1 }
      if second.lower <= missed, missed <= second.upper { held.missed += 1 }
    }
    #expect(held.wrongly >= 34 && held.missed >= 34, "\(held)")
  }

  @Test func theSameSeedDrawsTheSamePairsAndTheOrderTellsNothing() async throws {
    let (lists, pairs, groups, _) = try await linked(600, threshold: 0.73)
    func sheet(_ seed: UInt64) -> ClericalSheet {
      ClericalSheet(pairs, groups, lists, threshold: 0.73, each: 20, seed: seed)
    }
    #expect(sheet(7).pairs == sheet(7).pairs)
    #expect(sheet(7).pairs != sheet(8).pairs)
    // Links and others stand mixed.
    let marks = sheet(7).pairs.map(\.stratum.isLinked)
    #expect(zip(marks, marks.dropFirst()).count { $0 != $1 } > 3)
    for stratum in ClericalSheet.Stratum.allCases {
      let drawn = sheet(7).pairs.count { $0.stratum == stratum }
      #expect(drawn == min(20, sheet(7).wholes[stratum] ?? 0), "\(stratum)")
    }
  }

  @Test func whatNobodyCouldSayCountsForNothing() async throws {
    let (lists, pairs, groups, truth) = try await linked(400, threshold: 0.73)
    let sheet = ClericalSheet(pairs, groups, lists, threshold: 0.73, each: 30, seed: 3)
    var verdicts: [Int: ClericalSheet.Verdict] = [:]
    #expect(sheet.rates(verdicts) == nil)
    for place in sheet.pairs.indices { verdicts[place] = .unsure }
    #expect(sheet.rates(verdicts) == nil)
    // Only different people: no rate of missed links exists.
    for place in sheet.pairs.indices { verdicts[place] = .different }
    #expect(sheet.rates(verdicts) == nil)
    for (place, pair) in sheet.pairs.enumerated() where pair.stratum.isLinked && same(pair, truth) {
      verdicts[place] = .same
    }
    #expect(sheet.rates(verdicts) != nil)
  }

  @Test func strataOfOneKindAreTheOldRates() throws {
    let (links, below) = (
      SampledErrorRates.Kind(same: 190, looked: 200, whole: 5000),
      SampledErrorRates.Kind(same: 0, looked: 0, whole: 900)
    )
    let (old, new) = (
      try #require(SampledErrorRates(links: links, below: below)),
      try #require(SampledErrorRates(links: [links], below: [below]))
    )
    #expect(old == new && new.wrongly == (10, 200) && new.missed == (0, 190))
  }

  /// Wilson's interval, against values worked out by hand from his formula.
  @Test func theIntervalIsWilsons() {
    let half = SampledErrorRates.interval(wrong: 5, looked: 10)
    #expect(abs(half.lower - 0.236593) < 1e-6 && abs(half.upper - 0.763407) < 1e-6)
    let none = SampledErrorRates.interval(wrong: 0, looked: 10)
    #expect(none.lower == 0 && abs(none.upper - 0.277533) < 1e-6)
    #expect(SampledErrorRates.interval(wrong: 0, looked: 0) == (0, 1))
    let all = SampledErrorRates.interval(wrong: 10, looked: 10)
    #expect(abs(all.lower - 0.722467) < 1e-6 && abs(all.upper - 1) < 1e-12)
  }

  @Test func clustersSayWhoWasTurnedAway() {
    func pair(_ a: Int, _ b: Int, _ score: Double) -> CandidatePair {
      CandidatePair(firstList: 0, first: a, secondList: 1, second: b, score: score)
    }
    let pairs = [pair(0, 0, 0.9), pair(0, 1, 0.8), pair(1, 2, 0.95), pair(2, 1, 0.85)]
    let view = LinkageClusters(PairSolver.groups(pairs), pairs: pairs)
    // Both records of the pair (0, 1) went elsewhere: each is the other cluster's rival.
    #expect(view.clusters.map(\.rivals) == [1, 1, 0])
    #expect(view.clusters.map(\.lowest) == [0.85, 0.9, 0.95])
    #expect(view.doubtful == 2 && view.sizes.count == 1 && view.sizes[0] == (2, 3))
    #expect(LinkageClusters([], pairs: []).clusters.isEmpty)
  }

  @Test func likenessIsDiceAndSameDocumentsAreSure() throws {
    let schema = try Schemas.named("es-1")
    var encoder = try RecordEncoder(schema, secret: Array("a secret for these tests".utf8))
    let columns = try encoder.columns(in: ["given", "surnames", "birth", "sex", "cedula"])
    let rosa = encoder.encode(["Rosa", "Quispe Andrade", "1980-01-01", "female", ""], columns)
    let alike = encoder.encode(["Rosa", "Kispe Andrade", "1980-01-01", "female", ""], columns)
    let stranger = encoder.encode(["Luz", "Zambrano Loor", "1999-03-04", "female", "1710034065"], columns)
    let married = encoder.encode(["Ana", "Vera", "", "", "171003406-5"], columns)
    #expect(KnownElsewhere.likeness(rosa, rosa) == 1)
    #expect(KnownElsewhere.likeness(rosa, alike) > 0.85)
    #expect(KnownElsewhere.likeness(rosa, stranger) < 0.5)
    #expect(KnownElsewhere.likeness(stranger, married) == 2)
    let nobody = encoder.encode(["", "", "", "", ""], columns)
    #expect(KnownElsewhere.likeness(nobody, nobody) == 0)
    for record in [rosa, stranger] {
      #expect(RecordEncoder.Encoded(bytes: record.bytes, bits: schema.finalBits) == record)
    }
    #expect(RecordEncoder.Encoded(bytes: [1, 2], bits: schema.finalBits) == nil)
  }
}
