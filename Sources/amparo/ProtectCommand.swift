import ArgumentParser
import Basics
import Foundation
import Statistics

struct Protect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make tables fit to be published, or attack a release.",
    discussion: """
        amparo table facts.csv --rows form --columns province --json > tables.json
        amparo protect tables.json --method suppress --threshold 10 --json > release.json
        amparo protect audit release.json --json
      """,
    subcommands: [Tables.self, Audit.self], defaultSubcommand: Tables.self)

  struct Tables: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Protect tables by one method.",
      discussion: """
        suppress  hides counts from 1 to below the threshold, and as many others as are needed, so that no sum gives \
        one back; what is hidden can be larger by at least the threshold. Tables of the same facts in one file are \
        protected together.
        round     rounds every count to a multiple of the base (the threshold unless told); totals stay sums.
        cellkey   moves every count by a small number decided by its cases, the same in every table.

        Tables with different filters are protected one by one and then attacked together; when a hidden cell can be \
        worked out, nothing is printed.
        """)

    @Argument(help: "What amparo table --json wrote, or - for standard input.") var file: String
    @Option(help: "suppress, round or cellkey.") var method: String
    @Option(help: "Counts from 1 to one below it are small.") var threshold = 10
    @Option(help: "What to round to; the threshold unless told.") var base: Int?
    @Option(help: "How far the cell-key method moves a count.") var deviation = 5
    @Flag(help: "Cell-key method: totals are the sums of their cells.") var additive = false
    @Option(help: "A whole number that decides rounding and keys. Keep it secret.") var seed: UInt64?
    @Flag(help: "Print one JSON object.") var json = false

    func run() throws {
      guard let method = TableProtection.Method(rawValue: method) else {
        throw CommandFailure(message: "--method must be suppress, round or cellkey, not “\(method)”", code: 64)
      }
      var system = SystemRandomNumberGenerator()
      let release = try FactFile.naming(file) {
        let release = try TableProtection.release(
          FactFile.tables(file), method: method, threshold: threshold, base: base, deviation: deviation,
          isAdditive: additive, seed: seed ?? system.next())
        let filters = Set(release.tables.map { $0.where ?? [:] })
        if method == .suppress, filters.count > 1 {
          // Tables with different filters are protected one by one: together they could still give something away.
          let audit = try ReleaseAudit(release, threshold: threshold, isQuick: true)
          guard audit.safe else { throw FactFileProblem("together these tables give counts away: \(audit.says)") }
        }
        return release
      }
      if json { return try printJSON(release) }
      for table in release.tables {
        let (cube, hidden, _) = try table.cube(isAdditive: release.isAdditive)
        print(TableText(cube, title: table.title ?? "", hidden: hidden).text + "\n")
      }
      print(release.protection?.says ?? "")
    }
  }

  struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Attack a release: what can anyone work out about each hidden cell?",
      discussion: """
        For each hidden cell the least and the greatest count it can have, by linear programming over every sum of \
        the release and of what was published before (--earlier, may be repeated). Tables published before whose \
        counts agree are taken to describe the same facts; the others to describe facts that have grown since, where \
        small growth shows who was added.

        Ends with 0 when the attack found nothing, with 1 when it found something; the report is printed in both cases.
        """)

    @Argument(help: "What amparo protect --json wrote, or - for standard input.") var file: String
    @Option(help: "A release published before, or a sister table.") var earlier: [String] = []
    @Option(help: "Counts from 1 to one below it are small; the release's own unless told.") var threshold: Int?
    @Flag(help: "Print one JSON object.") var json = false

    func run() throws {
      let release = try FactFile.tables(file)
      let threshold = threshold ?? release.protection?.threshold ?? 10
      guard (2...1000).contains(threshold) else {
        throw CommandFailure(message: "--threshold must be from 2 to 1000", code: 64)
      }
      let others = try earlier.map { try FactFile.tables($0) }
      let audit = try FactFile.naming(file) { try ReleaseAudit(release, threshold: threshold, others: others) }
      if json {
        try printJSON(audit)
      } else {
        for cell in audit.cells where cell.verdict != "protected" {
          let place = cell.at.map { $0 ?? "total" }.joined(separator: ", ")
          print("(\(place)): from \(cell.least) to \(cell.greatest.map(String.init) ?? "any"), \(cell.verdict)")
        }
        print(audit.says)
      }
      if !audit.safe { throw CommandFailure(message: "\(file): \(audit.says)") }
    }
  }
}
