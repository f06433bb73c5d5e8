import ArgumentParser
import Basics
import Foundation
import Statistics

struct Figures: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look after published numbers, and hand figures on in the forms that others ask for.",
    subcommands: [Check.self, Questionnaire.self, SDG.self, ExportCTDC.self, ImportCTDC.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Find published numbers that can't be so as printed, and say why.",
      discussion: """
        The file has at least the columns id, value, unit and n; values as printed, because their decimals count. A \
        share (unit %, per 1000, per 100000) is attainable when some whole count of n rounds to it, a half going up or \
        to the even neighbour.

        Further columns are used where they stand: population, place, period, kind, source (two sources for the same \
        thing), source_date, older_than, read_on (dates), list, exhaustive (parts that exclude one another, and whether \
        all are named), part_of (the id of the whole).

        Ends with 0 when the file could be checked, whatever was found.
        """)

    @Argument(help: "A CSV file, or - for standard input.") var file: String
    @Flag(help: "Print one JSON object.") var json = false

    func run() throws {
      let figures = try FactFile.naming(file) {
        var reader = try FactFile.reader(file)
        return try Figure.read(&reader)
      }
      let today = CalendarDay(Clock.system.now(), offsetFromUTC: .hours(14))
      let findings = FigureChecks.findings(figures, today: today)
      if json { return try printJSON(Result(findings: findings)) }
      for finding in findings {
        let line = figures.first { $0.id == finding.id }?.line ?? 0
        print("\(file):\(line): \(finding.id): \(finding.says)")
      }
      print("\(figures.count) figures read, \(findings.count) findings.")
    }

    struct Result: Encodable { var findings: [FigureFinding] }
  }
}
