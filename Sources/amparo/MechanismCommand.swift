import ArgumentParser
import Basics
import CountryPack
import Foundation
import Referrals

struct MechanismCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mechanism",
    abstract: "Design a territory's referral mechanism: find its gaps, try it out, hand it on.",
    discussion: """
      A mechanism is a YAML file: steps, desks, time limits, hand-over criteria, alternates, forms, services. The pack \
      has examples in mechanisms/; docs/mechanism.md describes the format. Nothing is stored.

        amparo mechanism check Packs/ecuador/mechanisms/frontera-norte.yaml
        amparo mechanism simulate FILE --cases 10000 --seed 7
        amparo mechanism export FILE -o procedure.html
      """,
    subcommands: [Check.self, Simulate.self, Export.self])

  /// The file and the pack it is read with.
  struct Source: ParsableArguments {
    @Argument(help: "The mechanism's file (YAML), or - for standard input.") var file: String
    @OptionGroup var pack: PackOption
    @Option(help: "Language of the sentences: es or en.") var language = "es"

    var place: String { file == "-" ? "standard input" : file }

    func language(of pack: CountryPack) throws -> Language {
      guard let language = Language(language), pack.languages.contains(language) else {
        throw CommandFailure(message: "--language must be es or en", code: 64)
      }
      return language
    }

    /// Problems of reading: all but the last are told here, the last is what the command ends with.
    func read(_ terms: MechanismTerms) throws -> Mechanism {
      let text = try readText(file)
      do { return try Mechanism.read(text, file: place, terms: terms) } catch {
        for problem in error.problems.dropLast() {
          FileHandle.standardError.write(Data("amparo: \(problem)\n".utf8))
        }
        throw CommandFailure(message: error.problems.last?.description ?? place)
      }
    }
  }

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Find where somebody would fall through.",
      discussion: """
        Gaps: a step without a desk, a need that no service answers for some people, a cycle without a way out, a step \
        that nobody reaches, a time limit longer than the law's, a desk that is closed with nobody standing in, \
        alternates that lead back, missing hand-over criteria, forms that do not exist, no word back to the referrer. \
        Notices are worth a look.

        Ends with 0 when there is no gap, with 1 when there is one or the file can't be read.
        """)

    @OptionGroup var source: Source
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
      let pack = try source.pack.load()
      let language = try source.language(of: pack)
      let terms = MechanismTerms(pack)
      let mechanism: Mechanism
      if json {
        do { mechanism = try Mechanism.read(try readText(source.file), file: source.place, terms: terms) } catch let
          problems as PackProblems
        {
          try printJSON(Result(problems: problems.problems.map { .init(line: $0.line, message: $0.message) }))
          throw CommandFailure(message: problems.problems.last?.description ?? source.place)
        }
      } else {
        mechanism = try source.read(terms)
      }
      let check = MechanismCheck(mechanism, terms: terms)
      if json {
        try printJSON(Result(mechanism, check))
      } else {
        for finding in check.findings {
          let sign = finding.weight == .gap ? "" : language == .spanish ? "(aviso) " : "(notice) "
          print("\(source.place):\(finding.line): \(sign)\(finding.says[language])")
          print("    → \(finding.advice[language]) [\(finding.code.rawValue)]")
        }
        let notices = check.findings.count - check.gaps
        print(
          language == .spanish
            ? "\(mechanism.name[language]): \(mechanism.steps.count) pasos, \(mechanism.desks.count) mesas, "
              + "\(check.gaps) vacíos, \(notices) avisos."
            : "\(mechanism.name[language]): \(mechanism.steps.count) steps, \(mechanism.desks.count) desks, "
              + "\(check.gaps) gaps, \(notices) notices.")
      }
      if check.gaps > 0 { throw CommandFailure(message: "\(source.place): gaps: \(check.gaps)") }
    }

    struct Result: Encodable {
      struct Problem: Encodable {
        var line: Int
        var message: String
      }
      var mechanism: String?
      var version: String?
      var sound = false
      var gaps: Int?
      var notices: Int?
      var findings: [MechanismFinding] = []
      var problems: [Problem] = []

      init(problems: [Problem]) { self.problems = problems }

      init(_ mechanism: Mechanism, _ check: MechanismCheck) {
        self.mechanism = mechanism.code
        version = mechanism.version.description
        sound = check.gaps == 0
        gaps = check.gaps
        notices = check.findings.count - check.gaps
        findings = check.findings
      }
    }
  }

  struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Run expected cases against desks, opening hours and places.",
      discussion: """
        Prints waits (median, and what nine of ten do not exceed), the share answered in time by step and desk, where \
        it is narrow, and what one more place or one more person would change, with its spread over seeds. The same \
        seed gives the same result on every machine. docs/mechanism.md says what it assumes; it foresees nobody's case.
        """)

    @OptionGroup var source: Source
    @Option(help: "How many cases come, 1 to 1000000.") var cases = 10_000
    @Option(help: "A whole number: the same seed gives the same result.") var seed: UInt64 = 1
    @Option(help: "Over how many seeds “one more” is looked at, 0 to 50.") var seeds = 5
    @Flag(help: "Print one JSON object.") var json = false

    func validate() throws {
      guard (1...1_000_000).contains(cases) else { throw ValidationError("--cases must be from 1 to 1000000") }
      guard (0...50).contains(seeds) else { throw ValidationError("--seeds must be from 0 to 50") }
    }

    func run() async throws {
      let pack = try source.pack.load()
      let language = try source.language(of: pack)
      let terms = MechanismTerms(pack)
      let mechanism = try source.read(terms)
      do {
        let simulation = try MechanismSimulation(
          mechanism, terms: terms, cases: cases, seed: seed, comparisons: seeds)
        if json { return try printJSON(simulation) }
        print(SimulationText(simulation, mechanism, language).text)
      } catch let refusal as SimulationRefusal {
        var place = source.place
        if case .arrivalElsewhere(let line) = refusal { place += ":\(line)" }
        throw CommandFailure(message: "\(place): \(refusal.message)")
      }
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the mechanism as a procedure that people read: one HTML page with its flow diagram and tables.",
      discussion: "The page loads nothing from elsewhere and holds no script. It can be printed.")

    @OptionGroup var source: Source
    @Option(name: .shortAndLong, help: "The file to write.") var output: String

    func run() async throws {
      let pack = try source.pack.load()
      let language = try source.language(of: pack)
      let terms = MechanismTerms(pack)
      let page = MechanismPage(try source.read(terms), terms: terms, language: language)
      do { try Data(page.html.utf8).write(to: URL(filePath: output), options: .atomic) } catch {
        throw CommandFailure(message: "\(output): the file can't be written", code: 2)
      }
    }
  }
}
