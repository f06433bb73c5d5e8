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

  /// Each with its sentence in both languages, by every method and by the panel, and never a number.
  @Test(
    arguments: [
      ([0, 5, 4, 0, 3, 0, 0, 0], "no case stands on two lists", "ningún caso está en dos listas"),
      ([0, 5, 4, 1, 0, 0, 0, 0], "“C” is empty", "«C» está vacía"),
      ([0, 0, 0, 0, 0, 0, 0, 0], "no case stands on any list", "ningún caso está en ninguna lista"),
      ([0, 0, 40, 12], "one list inside another", "una lista dentro de otra"),
      ([0, 40, 0, 12], "one list inside another", "una lista dentro de otra"),
      ([0, 0, 0, 12], "both lists hold the same cases", "las dos listas tienen los mismos casos"),
      ([0, 9, 7, 0], "no case stands on two lists", "ningún caso está en dos listas"),
    ] as [([Double], String, String)])
  func tablesWithoutAnEstimateSayWhy(_ counts: [Double], _ english: String, _ spanish: String) async throws {
    let lists = Array(["A", "B", "C"].prefix(counts.count.trailingZeroBitCount))
    let table = try HistoryTable(lists: lists, counts: counts)
    for method in EstimationMethod.allCases {
      do {
        _ = try await EstimateStudy.run((table, []), EstimateQuestion(method))
        Issue.record("accepted by \(method)")
      } catch let problem as HistoryProblem {
        #expect(problem.message.contains(english) && problem.words[.spanish].contains(spanish), "\(problem)")
      }
    }
  }

  /// Inside a third list there is an estimate, but not without saying so.
  @Test func aListInsideAnotherOfThreeIsWarnedOf() throws {
    let table = try HistoryTable(lists: ["A", "B", "C"], counts: [0, 0, 60, 20, 50, 0, 12, 6])
    let (problem, warnings) = table.findings()
    #expect(problem == nil)
    #expect(warnings.contains { $0[.english].contains("every case of “A” also stands on “B”") })
    #expect(warnings.contains { $0[.spanish].contains("todos los casos de «A» están también en «B»") })
  }

  @Test func everyRefusalSpeaksBothLanguages() {
    for text in [
      "", "A,count\n", "A,B\n", "A,A,count\n", "A,,count\n", "A,B,count\n2,0,1\n", "A,B,count\n0,0,1\n",
      "A,B,count\n1,0,-1\n", "A,B,count\n1,0,1.5\n", "A,B,count\n1,0,x\n", "A,B,count\n1,0,1\n1,0,1\n",
      "A,B,count\n1,0\n", "A,B,C,D,E,F,G,count\n",
    ] {
      do {
        _ = try HistoryFile.read(text)
        Issue.record("read: \(text)")
      } catch {
        #expect(!error.words[.spanish].isEmpty && error.words[.spanish] != error.words[.english], "\(error)")
      }
    }
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

  /// Tables of any size, from nobody to a thousand million: a number, or a reason in both languages, and no trap.
  @Test(arguments: seeds.prefix(6)) func sizesNeverTrap(_ seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    var settings = EstimationSettings()
    (settings.bootstrap, settings.gridPoints, settings.maxOrder) = (100, 50, 2)
    (settings.latent.burnIn, settings.latent.sweeps, settings.latent.chains) = (20, 20, 2)
    for _ in 0..<4 {
      let lists = Int.random(in: 2...4, using: &generator)
      let scales: [Double] = [1, 30, 1e4, 1e6, 4e7]
      let scale = scales.randomElement(using: &generator) ?? 1
      var counts: [Double] = (0..<(1 << lists)).map { _ in
        let count = Double.random(in: 0..<scale, using: &generator).rounded()
        return Bool.random(using: &generator) ? 0 : count
      }
      counts[0] = 0
      guard let table = try? HistoryTable(lists: (0..<lists).map { "L\($0)" }, counts: counts) else { continue }
      for method in EstimationMethod.single {
        do {
          let estimate = try await Estimator(table, settings: settings).estimate(method)
          #expect(estimate.total.isFinite && estimate.total >= estimate.observed, "seed \(seed) \(counts) \(estimate)")
          #expect(estimate.lower <= estimate.upper, "seed \(seed) \(counts) \(estimate)")
          let note = estimate.warnings + [estimate.interval, estimate.model]
          #expect(note.allSatisfy { !$0[.spanish].contains("nan") && !$0[.english].contains("nan") }, "\(estimate)")
        } catch let problem as HistoryProblem {
          #expect(problem.words[.spanish] != problem.words[.english], "\(problem)")
        }
      }
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
            #expect(line.reason?[.spanish].isEmpty == false)
            continue
          }
          #expect(estimate.total.isFinite && estimate.total >= estimate.observed, "seed \(seed) \(counts) \(estimate)")
          #expect(!estimate.lower.isNaN && !estimate.upper.isNaN && estimate.lower <= estimate.upper, "\(estimate)")
        }
      } catch let problem as HistoryProblem { #expect(!problem.message.isEmpty) }
    }
  }
}
