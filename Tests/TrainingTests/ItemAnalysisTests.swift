import Foundation
import TestSupport
import Testing

@testable import Training

private func near(_ value: Double?, _ expected: Double, _ within: Double = 0.000_05) -> Bool {
  value.map { abs($0 - expected) < within } ?? false
}

private func analysis(_ rows: [String], times: [Int]? = nil) throws -> ItemAnalysis {
  var text = "participant," + (1...(rows.first?.count ?? 1)).map { "i\($0)" }.joined(separator: ",") + "\n"
  var person = 0
  for (index, row) in rows.enumerated() {
    for _ in 0..<(times?[index] ?? 1) {
      person += 1
      text += "p\(person)," + row.map(String.init).joined(separator: ",") + "\n"
    }
  }
  return try MarkFiles.items(text)
}

@Suite struct ItemAnalysisTests {
  @Test func theTinyClass() throws {
    let result = try analysis(["1111", "1110", "1100", "1010", "1000", "0000"])
    #expect((result.n, result.k) == (6, 4))
    for (item, expected) in zip(result.items, [0.8333, 0.5, 0.5, 0.1667]) { #expect(near(item.facility, expected)) }
    #expect(near(result.kr20, 0.7111))
    #expect(near(result.alpha, 0.7111))
    #expect(result.isTooFewToJudge)
  }

  /// LSAT-6, Bock and Lieberman 1970.
  @Test func theLawSchoolTest() throws {
    let counts = [
      3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15, 10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28,
      298,
    ]
    let patterns = (0..<32).map { number in (0..<5).map { number >> (4 - $0) & 1 == 1 ? "1" : "0" }.joined() }
    let result = try analysis(patterns, times: counts)
    #expect(result.n == 1000)
    #expect(near(result.alpha, 0.2950))
    let facility = [0.924, 0.709, 0.553, 0.763, 0.870]
    let total = [0.3620, 0.5668, 0.6184, 0.5344, 0.4354]
    let rest = [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]
    let deleted = [0.2754, 0.2376, 0.2168, 0.2459, 0.2663]
    for (index, item) in result.items.enumerated() {
      #expect(near(item.facility, facility[index]))
      #expect(near(item.correlationWithTotal, total[index]))
      #expect(near(item.correlationWithRest, rest[index]))
      #expect(near(item.alphaIfDeleted, deleted[index]))
    }
  }

  @Test func theOrderOfPeopleChangesNothing() throws {
    let seed = testSeed("items")
    var random = SystemRandomNumberGenerator()
    let rows = (0..<40).map { _ in (0..<5).map { _ in Bool.random(using: &random) ? "1" : "0" }.joined() }
    let (one, two) = (try analysis(rows), try analysis(rows.shuffled(using: &random)))
    for (left, right) in zip(one.items, two.items) {
      #expect(near(left.discrimination, right.discrimination ?? 9, 1e-9), "seed \(seed)")
      #expect((-1...1).contains(left.discrimination ?? 0))
    }
  }

  @Test func whatCannotBeComputedSaysWhy() throws {
    let same = try analysis(["11", "11", "11"])
    #expect(same.alpha == nil)
    #expect(same.reasons["alpha"] == "no_spread")
    #expect(same.items[0].reasons["point_biserial_total"] == "no_spread")
    #expect(same.items[0].discrimination == 0)
    #expect(try analysis(["1", "0"]).reasons["alpha"] == "one_item")
    #expect(try analysis(["12", "02", "10"]).reasons["kr20"] == "not_right_or_wrong")
    let nobody = try MarkFiles.items("participant,a,b\n")
    #expect(nobody.reasons["alpha"] == "no_people")
    #expect(nobody.items[0].facility == nil)
    let weighted = try MarkFiles.items("participant,a,b\nmax,4,2\nx,4,1\ny,2,2\nz,0,0\n")
    #expect(near(weighted.items[0].facility, 0.5))
    #expect(near(weighted.items[1].facility, 0.5))
  }

  @Test(arguments: [
    ("", 1, "empty"), ("x,a\n", 1, "participant"), ("participant,a\np,1\np,0\n", 3, "line 2"),
    ("participant,a\np,x\n", 2, "number"), ("participant,a\np,1,2\n", 2, "fields"),
    ("participant,a\np,-1\n", 2, "between"),
    ("participant,a\nmax,1\np,2\n", 3, "between"), ("participant,a\nmax,0\n", 2, "above 0"),
    ("participant,a,a\n", 1, "twice"), ("participant,a\np,\"1\n", 2, "quotation"),
    ("participant,a\np,nan\n", 2, "number"),
  ]) func badFilesAreNamed(_ text: String, _ line: Int, _ reason: String) {
    do {
      _ = try MarkFiles.items(text)
      Issue.record("accepted")
    } catch {
      #expect(error.line == line)
      #expect(error.message.contains(reason), "\(error)")
    }
  }

  @Test func scoresAreFractions() throws {
    #expect(
      try MarkFiles.scores("participant,score\r\nana,50\r\n\"luz, b\",100\r\neva,\r\n") == ["ana": 0.5, "luz, b": 1])
    #expect(try MarkFiles.scores("\u{FEFF}participant,score,max\nana,5,20\n") == ["ana": 0.25])
    for wrong in [
      "participant,score\nana,101\n", "participant,score\nana,1\nana,2\n", "a,b\n", "participant,score\n,1\n",
    ] {
      #expect(throws: MarkFileProblem.self, "\(wrong)") { try MarkFiles.scores(wrong) }
    }
  }
}
