import Basics
import Estimation
import Foundation
import Testing

@Suite struct BadHistories {
  @Test(arguments: [
    ("A,count\n1,5\n", 1, "at least two"), ("count\n5\n", 1, "at least two"), ("A,B\n1,0\n", 1, "no column “count”"),
    ("A,B,count\n0,0,5\n", 2, "what is to be estimated"), ("A,B,count\n1,2,5\n", 2, "must be 0 or 1"),
    ("A,B,count\n1,0,5\n# c\n1,0,6\n", 4, "already in line 2"), ("A,B,count\n1,0,-5\n", 2, "negative"),
    ("A,B,count\n1,0,2.5\n", 2, "no whole number"), ("A,B,count\n1,0,many\n", 2, "whole number"),
    ("A,B,count\n1,0,nan\n", 2, "whole number"), ("A,B,count\n1,0\n", 2, "2 fields"), ("A,A,count\n", 1, "twice"),
    ("A,B,count\n1,0,99999999999999999999\n", 2, "whole number"), ("", 0, "no table"),
    ("A,B,count\n1,0,0\n", 0, "no case"), ("A,B,C,D,E,F,G,count\n", 1, "merge"),
  ]) func areRefusedWithTheirLine(_ text: String, _ line: Int, _ words: String) {
    do {
      _ = try HistoryFile.read(text)
      Issue.record("read: \(text)")
    } catch {
      #expect(error.line == line && error.message.contains(words), "\(error)")
    }
  }

  @Test(
    arguments: [
      ([0, 5, 4, 0, 3, 0, 0, 0], "no case stands on two lists"), ([0, 5, 4, 1, 0, 0, 0, 0], "is empty"),
    ] as [([Double], String)])
  func tablesWithoutAnEstimateSayWhy(_ counts: [Double], _ words: String) throws {
    let table = try HistoryTable(lists: ["A", "B", "C"], counts: counts)
    do {
      _ = try Estimator(table)
      Issue.record("accepted")
    } catch { #expect(error.message.contains(words), "\(error)") }
  }

  @Test func oneListInsideAnotherIsNoEstimate() throws {
    let table = try HistoryTable(lists: ["A", "B"], counts: [0, 0, 40, 12])
    #expect(throws: HistoryProblem.self) { _ = try Estimator(table) }
  }

  @Test func spreadsheetFilesAndMergedListsAreRead() throws {
    let read = try HistoryFile.read(
      "\u{FEFF}A;B;C;sex;count\r\n1;0;0;F;10\r\n0;1;0;F;8\r\n1;0;0;M;4\r\n0;1;1;M;3\r\n\r\n", strata: ["sex"],
      merge: [["B", "C"]])
    #expect(read.table.lists == ["A", "B+C"] && read.table.counts == [0, 14, 11, 0])
    #expect(read.groups.map(\.name) == ["F", "M"] && read.groups[1].table.counts == [0, 4, 3, 0])
  }

  /// Whatever the bytes, the answer is a table or one sentence.
  @Test(arguments: seeds) func rubbishNeverTraps(_ seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let pieces = [
      "A", "B", "count", ",", ";", "\n", "1", "0", "#", "\"", "-", "9999999999", " ", "\u{0}", "ñ", "1,0,3\n",
    ]
    for _ in 0..<400 {
      let text = (0..<Int.random(in: 0..<40, using: &generator)).compactMap { _ in
        pieces.randomElement(using: &generator)
      }.joined()
      for start in ["", "A,B,count\n", "A,B,C,count\n1,0,0,4\n"] { _ = try? HistoryFile.read(start + text) }
    }
  }

  /// Thin random tables: every method gives finite numbers around the observed ones or a reason.
  @Test(arguments: seeds.prefix(5)) func noMethodEverGivesNonsense(_ seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    for lists in 2...4 {
      var counts = (0..<(1 << lists)).map { history in
        Double(max(0, Int.random(in: -3..<(history.nonzeroBitCount == 1 ? 60 : 4), using: &generator)))
      }
      counts[0] = 0
      guard let table = try? HistoryTable(lists: (0..<lists).map { "L\($0)" }, counts: counts) else { continue }
      var settings = EstimationSettings()
      (settings.bootstrap, settings.gridPoints) = (100, 100)
      (settings.latent.burnIn, settings.latent.sweeps, settings.latent.chains) = (50, 50, 2)
      do {
        let panel = try await EstimationPanel.make(table, settings: settings)
        for line in panel.lines {
          guard let estimate = line.estimate else {
            #expect(line.reason?.isEmpty == false)
            continue
          }
          #expect(estimate.total.isFinite && estimate.total >= estimate.observed, "seed \(seed) \(counts) \(estimate)")
          #expect(!estimate.lower.isNaN && !estimate.upper.isNaN && estimate.lower <= estimate.upper, "\(estimate)")
        }
      } catch let problem as HistoryProblem { #expect(!problem.message.isEmpty) }
    }
  }
}
