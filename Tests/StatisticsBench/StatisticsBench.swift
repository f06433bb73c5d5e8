import Basics
import Foundation
import Statistics

/// Measures the statistics on invented facts of the shape of the CTDC files: 21 columns, 158 codes, about half of the
/// cells blank. Prints CPU seconds and peak memory, medians over the runs.
///
///     statistics-bench [rows …] [--runs 3] [--only combinations,tables,…]
@main
enum StatisticsBench {
  static func main() throws {
    var sizes: [Int] = []
    var runs = 3
    var only: Set<String> = []
    var arguments = CommandLine.arguments.dropFirst().makeIterator()
    while let argument = arguments.next() {
      switch argument {
      case "--runs": runs = arguments.next().flatMap { Int($0) } ?? runs
      case "--only": only = Set((arguments.next() ?? "").split(separator: ",").map(String.init))
      case "--write":
        let rows = arguments.next().flatMap { Int($0) } ?? 10_000
        FileHandle.standardOutput.write(Data(InventedFacts.facts(rows: rows).csv))
        return
      default: if let rows = Int(argument) { sizes.append(rows) }
      }
    }
    if sizes.isEmpty { sizes = [10_000, 50_000, 250_000, 1_000_000] }
    func wanted(_ name: String) -> Bool { only.isEmpty || only.contains(name) }
    for rows in sizes {
      let facts = InventedFacts.facts(rows: rows)
      let name = "\(rows) rows"
      if wanted("reading") {
        let bytes = facts.csv
        measure("read CSV, \(name)", runs) {
          var rest = bytes[...]
          var reader = try DelimitedReader {
            defer { rest = rest.dropFirst(1 << 20) }
            return Array(rest.prefix(1 << 20))
          }
          return try FactTable(&reader).rowCount
        }
      }
      if wanted("combinations") {
        for length in 2...4 where rows <= 250_000 || length < 4 {
          measure("combinations to length \(length), \(name)", runs) {
            try CombinationCounts(facts, longest: length).sizes.reduce(0, +)
          }
        }
      }
      if wanted("tables") {
        let columns = facts.names.indices.map { index in
          FactColumn(name: facts.names[index], codes: [""] + facts.codes[index], cells: facts.cells[index])
        }
        let table = FactTable(columns: columns)
        let cube = try CountCube(table, by: ["c3", "c4", "c5"])
        measure("3-way table, \(name)", runs) { try CountCube(table, by: ["c3", "c4", "c5"]).counts.count }
        measure("3-way table of \(cube.counts.count) places, suppressed, \(name)", runs) {
          let cube = try CountCube(table, by: ["c3", "c4", "c5"])
          return Suppression([cube], threshold: 10).hidden[0].count
        }
        // As a server does it: counted, protected, made a document, and read again for the page.
        let live = InventedFacts.columns([24, 9, 6], rows: rows)
        measure("live 3-way table of 25 × 10 × 7 with totals, protected and ready, \(name)", runs) {
          let document = TableDocument(tables: [TableDocument.Table(try CountCube(live, by: ["a0", "a1", "a2"]))])
          let release = try TableProtection.besideOthers(document, threshold: 10)
          return try release.tables[0].cube().hidden.count
        }
        let release = try TableProtection.besideOthers(
          TableDocument(tables: [TableDocument.Table(try CountCube(live, by: ["a0", "a1", "a2"]))]), threshold: 10)
        measure("the attack on it before it is published, \(name)", 1) {
          try LedgerCheck(release, threshold: 10, earlier: []).findings.count
        }
      }
      if wanted("aggregates") {
        for length in 3...3 where rows <= 250_000 {
          synthesis("aggregate-seeded, length \(length), \(name)", runs, facts, .aggregates(k: 10), length)
        }
      }
      if wanted("whole"), rows <= 250_000 {
        synthesis("whole records, length 3, \(name)", runs, facts, .wholeRecords(k: 10), 3)
      }
      if wanted("private"), rows <= 250_000 {
        for epsilon in [1.0, 4.0] {
          var settings = PrivateCounts.Settings(epsilon: epsilon, length: 3)
          synthesis("private, ε \(epsilon), length 3, \(name)", runs, facts, .differentiallyPrivate(settings), 3)
          settings.codesArePublic = true
          synthesis("private, ε \(epsilon), public codes, \(name)", runs, facts, .differentiallyPrivate(settings), 3)
        }
      }
    }
    if wanted("cube") {
      for cases in [2_000, 20_000, 250_000] {
        let cube = InventedFacts.cube([24, 8, 5, 3], cases: cases)
        measure("suppression of 24 × 8 × 5 × 3 with margins, \(cases) cases", runs) {
          Suppression([cube], threshold: 10).hidden[0].count
        }
        measure("the same beside other tables of the facts, \(cases) cases", runs) {
          Suppression(cube, besideOthers: 10).hidden[0].count
        }
        measure("rounding of 24 × 8 × 5 × 3, \(cases) cases", runs) {
          Rounding.round(cube, base: 10, seed: 1).counts.count
        }
        let release = try TableProtection.release(
          TableDocument(tables: [TableDocument.Table(cube)]), method: .suppress, threshold: 10, seed: 1)
        measure("quick audit of 24 × 8 × 5 × 3, \(cases) cases", 1) {
          try ReleaseAudit(release, threshold: 10, isQuick: true).recoverable
        }
      }
    }
  }

  static func synthesis(_ name: String, _ runs: Int, _ facts: CodedFacts, _ method: Synthesis.Method, _ length: Int) {
    var report: SynthesisReport?
    var counts: CombinationCounts?
    measure(name, runs) {
      let result = try Synthesis.make(facts, method, length: length, seed: 7)
      (report, counts) = (result.report, result.counts)
      return result.records.rowCount
    }
    for length in report?.lengths ?? [] {
      say(
        "    length \(length.length): \(length.realAtLeastK) real ≥ k, lost \(percent(length.lostShare)), fabricated "
          + "\(percent(length.fabricatedShare)), preserved \(percent(length.preservation)), leaked \(length.leaked), "
          + "error \((length.meanAbsoluteError * 10).rounded() / 10)")
    }
    if let report {
      say(
        "    records \(report.syntheticRecords) of \(report.realRecords), filled "
          + "\((report.syntheticFilledPerRecord * 10).rounded() / 10) of \((report.realFilledPerRecord * 10).rounded() / 10)"
      )
    }
    if let counts, let real = try? CombinationCounts(facts, longest: length, least: 10) {
      for quality in counts.compared(with: real, facts) {
        say(
          "    counts, length \(quality.length): kept \(percent(quality.kept)), mean error "
            + "\((quality.meanAbsoluteError * 10).rounded() / 10)")
      }
    }
  }

  /// At once, so that a run that is broken off leaves its figures.
  private static func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

  static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }

  static func measure(_ name: String, _ runs: Int, _ body: () throws -> Int) {
    do {
      var times: [Double] = []
      var result = 0
      for _ in 0..<runs {
        let start = cpuSeconds()
        result = try body()
        times.append(cpuSeconds() - start)
      }
      times.sort()
      let median = times[times.count / 2]
      let spread = "\(rounded(times[0]))–\(rounded(times[times.count - 1]))"
      say(
        "\(name): median \(rounded(median)) s CPU (\(spread), \(runs) runs), peak \(peakMiB()) MiB, result \(result)")
    } catch { say("\(name): \(error)") }
  }

  private static func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }

  private static func usage() -> rusage {
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    #else
      getrusage(RUSAGE_SELF, &usage)
    #endif
    return usage
  }

  private static func cpuSeconds() -> Double {
    let usage = usage()
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  private static func peakMiB() -> Int {
    let usage = usage()
    return Int(usage.ru_maxrss) / 1024
  }
}

/// Facts that no one lived: columns lean on a hidden type of case, so that combinations are neither even nor fixed.
enum InventedFacts {
  /// 158 codes in 21 columns.
  static let sizes = [16, 2, 9, 30, 30, 3, 1, 1, 1, 1, 1, 1, 1, 1, 3, 4, 5, 6, 12, 20, 10]

  static func facts(rows: Int, seed: UInt64 = 20_07) -> CodedFacts {
    var generator = SeededGenerator(seed: seed)
    func uniform() -> Double { Double(generator.next() >> 11) / Double(1 << 53) }
    let kinds = 12
    // For each kind of case and column the chance of a blank and a leaning towards some codes.
    let blanks = (0..<kinds).map { _ in sizes.map { $0 == 1 ? 0.35 + 0.6 * uniform() : 0.1 + 0.75 * uniform() } }
    let first = (0..<kinds).map { _ in sizes.map { Int(uniform() * Double($0)) } }
    var cells = sizes.map { _ in [UInt16](repeating: 0, count: rows) }
    for row in 0..<rows {
      let kind = Int(Double(kinds) * uniform() * uniform())
      for column in sizes.indices where uniform() >= blanks[kind][column] {
        // Small steps from the kind's own code are likelier than large ones.
        let step = Int(Double(sizes[column]) * uniform() * uniform() * uniform())
        cells[column][row] = UInt16((first[kind][column] + step) % sizes[column] + 1)
      }
    }
    return CodedFacts(
      names: sizes.indices.map { "c\($0)" }, codes: sizes.map { size in (0..<size).map { "v\($0)" } }, cells: cells)
  }

  /// Facts of some columns, each code rarer than the one before.
  static func columns(_ sizes: [Int], rows: Int) -> FactTable {
    var generator = SeededGenerator(seed: 12)
    return FactTable(
      columns: sizes.enumerated().map { number, size in
        let codes = [""] + (0..<size).map { "v\($0)" }
        let cells = (0..<rows).map { _ in
          let x = Double(generator.next() >> 11) / Double(1 << 53)
          return UInt16(Double(size + 1) * x * x)
        }
        return FactColumn(name: "a\(number)", codes: codes, cells: cells)
      })
  }

  static func cube(_ sizes: [Int], cases: Int) -> CountCube {
    var generator = SeededGenerator(seed: 11)
    func skewed(_ size: Int) -> Int {
      let x = Double(generator.next() >> 11) / Double(1 << 53)
      return Int(Double(size) * x * x)
    }
    var counts: [[Int]: Int] = [:]
    for _ in 0..<cases { counts[sizes.map(skewed), default: 0] += 1 }
    let axes = sizes.enumerated().map { number, size in
      CountCube.Axis(column: "a\(number)", codes: (0..<size).map { "v\($0)" })
    }
    return CountCube(axes: axes) { counts[$0] ?? 0 }
  }
}
