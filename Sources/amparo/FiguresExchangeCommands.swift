import ArgumentParser
import Foundation
import Statistics

extension Figures {
  /// Our facts in CTDC's columns. Real rows never: records are made first.
  struct ExportCTDC: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export-ctdc",
      abstract: "Write facts in the columns of CTDC's global dataset, as k-anonymous synthetic records.",
      discussion: """
        Reads facts of the code book (year, sex, age_band, form, sector, destination, recruiter; other columns have no \
        place there), makes records of which each combination is shared by at least k real cases, and writes those: real \
        rows never leave in any format. What is not held (citizenship, means of control, months) carries the release's \
        sign for no answer: nothing, or -99 in kanon_2020. Names of columns are second-hand: taken from public code that \
        reads the files.

          amparo figures export-ctdc facts.csv --release synthetic_2026 --k 10 -o ctdc.csv
        """)

    @Argument(help: "A CSV file (commas or semicolons, UTF-8), or - for standard input.") var facts: String
    @Option(help: "synthetic_2026, synthetic_2025 or kanon_2020.") var release = "synthetic_2026"
    @Option(help: "How many cases must share a combination, at least 2.") var k = 10
    @Option(help: "Combinations of up to so many columns are kept as near as possible, 1 to 4.") var length = 3
    @Option(help: "A whole number: the same seed gives the same file.") var seed: UInt64?
    @Option(name: [.customShort("o"), .customLong("output")], help: "The file to write.") var output: String

    func run() throws {
      guard let release = CTDCRelease.named(release) else {
        let known = CTDCRelease.all.map(\.code).joined(separator: ", ")
        throw CommandFailure(message: "--release must be one of \(known), not “\(release)”", code: 64)
      }
      try FactFile.checkOutput(output, not: facts)
      let progress = ProgressLine()
      defer { progress.end() }
      let (bytes, report) = try FactFile.naming(facts) {
        var reader = try FactFile.reader(facts)
        let held = reader.header.filter { CTDCRelease.takes([$0]) }
        guard !held.isEmpty else {
          throw FactFileProblem(
            line: 1,
            "none of the columns \(reader.header.joined(separator: ", ")) has a place in CTDC's dataset; it takes year, "
              + "sex, age_band, form, sector, destination and recruiter")
        }
        let table = try FactTable(&reader, columns: held) { progress.show("\($0) rows read") }
        let result = try Synthesis.make(
          CodedFacts(table), .wholeRecords(k: k), length: min(length, held.count), seed: seed
        ) { progress.show($0) }
        return (try release.csv(result.records, CTDCCrosswalk()), result.report)
      }
      progress.end()
      try FactFile.write(bytes, output)
      print(report.privacy.guarantee)
      print("\(report.syntheticRecords) records from \(report.realRecords), in the columns of \(release.code).")
    }
  }

  /// A file of CTDC's as facts of our code book.
  struct ImportCTDC: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import-ctdc",
      abstract: "Read a file of CTDC's global dataset as facts that can be counted here.",
      discussion: """
        The release is read off the header unless it is named. Written are year, sex, age_band (CTDC's own bands), form, \
        sector, destination, recruiter and citizenship. An empty flag of a synthetic file is no or not known, so nothing \
        becomes a no; several forms of one person are “several”.

          amparo figures import-ctdc global.csv -o facts.csv
          amparo table facts.csv --rows form --columns sex
        """)

    @Argument(help: "A CSV file of CTDC's, or - for standard input.") var file: String
    @Option(help: "synthetic_2026, synthetic_2025 or kanon_2020; read off the header unless told.") var release: String?
    @Option(name: [.customShort("o"), .customLong("output")], help: "The file to write.") var output: String

    func run() throws {
      let named = try release.map { code in
        guard let release = CTDCRelease.named(code) else {
          let known = CTDCRelease.all.map(\.code).joined(separator: ", ")
          throw CommandFailure(message: "--release must be one of \(known), not “\(code)”", code: 64)
        }
        return release
      }
      try FactFile.checkOutput(output, not: file)
      let progress = ProgressLine()
      defer { progress.end() }
      let (facts, code) = try FactFile.naming(file) {
        var reader = try FactFile.reader(file)
        guard let release = named ?? CTDCRelease.of(header: reader.header) else {
          throw FactFileProblem(line: 1, "this header is of no release of CTDC's that is known here")
        }
        let known = Set(release.columns)
        let table = try FactTable(&reader, columns: reader.header.filter { known.contains($0) }) {
          progress.show("\($0) rows read")
        }
        let facts = release.facts(table)
        guard facts.columns.contains(where: { $0.name == "year" }) else {
          throw FactFileProblem(line: 1, "there is no column “yearOfRegistration”")
        }
        return (facts, release.code)
      }
      progress.end()
      try FactFile.write(try CodedFacts(facts).csv, output)
      print("\(facts.rowCount) rows of \(code), \(facts.columns.count) columns.")
    }
  }

  /// The tables of UNODC's questionnaire.
  struct Questionnaire: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the tables that UNODC's questionnaire asks for, protected together.",
      discussion: """
        From facts with one row a person: victims by year as women, men, girls and boys, by form, within a country or \
        across a border, by country. Counts below the threshold are hidden, and others that would give them back. Not \
        held, and so not printed: citizenship, offences, persons suspected, prosecuted and convicted, repatriation.

          amparo figures questionnaire facts.csv --threshold 10 > questionnaire.csv
        """)

    @Argument(help: "A CSV file, or - for standard input.") var facts: String
    @Option(help: "Counts from 1 to one below it are small.") var threshold = 10
    @Flag(help: "Print one JSON object, which amparo protect audit reads.") var json = false

    func run() throws {
      let document = try FactFile.naming(facts) {
        try VictimTables.questionnaire(FactFile.victims(facts), threshold: threshold)
      }
      if json { return try printJSON(document) }
      print(document.csv, terminator: "")
    }
  }

  /// SDG 16.2.2.
  struct SDG: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "sdg",
      abstract: "Print SDG 16.2.2: victims by year, sex, age and form, per 100,000 where a population is given.",
      discussion: """
        From facts with one row a person. The population is a CSV file with the columns year, by, code and persons: by is \
        total (no code), sex (female, male) or age_group (child, adult). Without it the rate stays empty.

          amparo figures sdg facts.csv --population population.csv > sdg.csv
        """)

    @Argument(help: "A CSV file, or - for standard input.") var facts: String
    @Option(help: "Counts from 1 to one below it are small.") var threshold = 10
    @Option(help: "A CSV file: year, by, code, persons.") var population: String?

    func run() throws {
      let people = try population.map { try Self.read($0) } ?? [:]
      let series = try FactFile.naming(facts) {
        let document = try VictimTables.sdg(FactFile.victims(facts), threshold: threshold)
        // Forms are set against everybody.
        return try SDGSeries(document) { year, by, code in
          people[[year, code == nil ? "total" : by, code ?? ""]]
        }
      }
      print(series.csv, terminator: "")
    }

    private static func read(_ path: String) throws -> [[String]: Int] {
      try FactFile.naming(path) {
        var reader = try FactFile.reader(path)
        let places = try ["year", "by", "code", "persons"].map { name in
          guard let place = reader.header.firstIndex(of: name) else {
            throw FactFileProblem(line: 1, "a population needs the columns year, by, code and persons")
          }
          return place
        }
        var people: [[String]: Int] = [:]
        while try reader.next() {
          let texts = try places.map { try reader.text($0) }
          guard ["total", "sex", "age_group"].contains(texts[1]) else {
            throw FactFileProblem(line: reader.line, "“\(texts[1])” is none of total, sex, age_group")
          }
          guard let count = Int(texts[3]), count > 0 else {
            throw FactFileProblem(line: reader.line, "“\(texts[3])” is no number of persons above 0")
          }
          guard people.updateValue(count, forKey: Array(texts.prefix(3))) == nil else {
            throw FactFileProblem(line: reader.line, "\(texts.prefix(3).joined(separator: " ")) stands twice")
          }
        }
        return people
      }
    }
  }
}

extension FactFile {
  /// The columns that the tables of victims need, of those the file has.
  static func victims(_ path: String) throws -> FactTable {
    var reader = try reader(path)
    let wanted = VictimTables.columns.filter { reader.header.contains($0) }
    guard wanted.contains("year") else {
      throw FactFileProblem(line: 1, "the facts have no column “year”; these tables are by year")
    }
    return try FactTable(&reader, columns: wanted)
  }

  /// Throws `CommandFailure` when a file can't be written there, or would be the one that is read.
  static func checkOutput(_ output: String, not input: String) throws {
    guard FileManager.default.isWritableFile(atPath: URL(filePath: output).deletingLastPathComponent().path) else {
      throw CommandFailure(message: "\(output): the folder is missing or can't be written", code: 2)
    }
    guard URL(filePath: output).standardized.path != URL(filePath: input).standardized.path else {
      throw CommandFailure(message: "\(output): this is the file that is read; name another one", code: 64)
    }
  }

  /// The whole file or none.
  static func write(_ bytes: [UInt8], _ output: String) throws {
    do { try Data(bytes).write(to: URL(filePath: output), options: .atomic) } catch {
      throw CommandFailure(message: "\(output): the file can't be written", code: 2)
    }
  }
}
