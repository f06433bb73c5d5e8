import ArgumentParser
import Basics
import CountryPack
import Foundation
import NationalPlan

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "A national or local plan: find where it contradicts itself, bring it in, hand its projects on.",
    discussion: """
      A plan is a YAML file: axes, objectives, indicators, activities, money. The pack has its own in plans/; \
      docs/plan.md describes the format.

        amparo plan check Packs/ecuador/plans/pacta-2019.yaml
        amparo plan import plan.yaml --dry-run --as carlos
        amparo plan export --iati -o projects.xml --reporter XX-YYY-1 --reporter-name "…" --reporter-type 10
      """,
    subcommands: [Check.self, Import.self, Export.self])

  /// Problems of reading: all but the last are told here, the last is what the command ends with.
  static func read(_ file: String, _ pack: CountryPack) throws -> Plan {
    let place = file == "-" ? "standard input" : file
    do { return try Plan.read(try readText(file), file: place, languages: pack.languages) } catch let
      problems as PackProblems
    {
      for problem in problems.problems.dropLast() {
        FileHandle.standardError.write(Data("amparo: \(problem)\n".utf8))
      }
      throw CommandFailure(message: problems.problems.last?.description ?? place)
    }
  }

  static func today(_ pack: CountryPack) -> CalendarDay {
    CalendarDay(Clock.system.now(), offsetFromUTC: pack.offsetFromUTC)
  }

  /// One finding as the command line tells it.
  static func sentence(_ finding: PlanFinding, _ file: String, _ language: Language) -> String {
    let sign = finding.weight == .error ? "" : language == .spanish ? "(aviso) " : "(notice) "
    return "\(file):\(finding.line): \(sign)\(finding.item): \(finding.says[language]) [\(finding.problem.rawValue)]"
  }

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Find what can't be so in a plan.",
      discussion: """
        Errors: activities that wait for themselves, lie outside their plan or end before they begin, targets below \
        baselines, negative amounts, currencies that are unknown or were not in use on that day, unknown institutions, \
        provinces and parts, names that stand twice, what is done without a day or on a day to come, two values of an \
        indicator on one day, and, of several files, two versions in force on one day. Notices are worth a look.

        Ends with 0 when there is no error, with 1 when there is one or a file can't be read.
        """)

    @Argument(help: "The plans' files (YAML), or - for standard input.") var files: [String]
    @OptionGroup var pack: PackOption
    @Option(help: "Language of the sentences: es or en.") var language = "es"
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
      let pack = try pack.load()
      guard let language = Language(language), pack.languages.contains(language) else {
        throw CommandFailure(message: "--language must be es or en", code: 64)
      }
      var (result, plans, errors) = (Result(), [Plan](), 0)
      func tell(_ finding: PlanFinding, _ file: String) {
        if finding.weight == .error { errors += 1 }
        result.findings.append(.init(file: file, finding: finding))
        if !json { print(PlanCommand.sentence(finding, file, language)) }
      }
      for file in files {
        let plan = try PlanCommand.read(file, pack)
        plans.append(plan)
        for finding in PlanCheck(plan, pack: pack, today: PlanCommand.today(pack)).findings { tell(finding, file) }
      }
      for finding in PlanCheck.versions(plans) {
        tell(finding, plans.lastIndex { $0.code == finding.item }.map { files[$0] } ?? "")
      }
      result.sound = errors == 0
      result.plans = plans.map { "\($0.code) v\($0.version)" }
      if json {
        try printJSON(result)
      } else {
        for plan in plans {
          print(
            language == .spanish
              ? "\(plan.name[language]): \(plan.axes.count) ejes, \(plan.objectives.count) objetivos, "
                + "\(plan.indicators.count) indicadores, \(plan.activities.count) actividades."
              : "\(plan.name[language]): \(plan.axes.count) axes, \(plan.objectives.count) objectives, "
                + "\(plan.indicators.count) indicators, \(plan.activities.count) activities.")
        }
      }
      if errors > 0 { throw CommandFailure(message: "\(files.joined(separator: ", ")): errors: \(errors)") }
    }

    struct Result: Encodable {
      struct Found: Encodable {
        var file: String
        var finding: PlanFinding
      }
      var sound = true
      var plans: [String] = []
      var findings: [Found] = []
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a plan's projects as a file of the IATI activity standard 2.03.",
      discussion: """
        Projects only: dates, partners, budgets by year, spending, results that were entered by hand. What an indicator \
        takes from cases, screenings, referrals or people trained never goes out. Amounts in a currency that is no \
        longer used are left out and counted.

        The plan is the national one that is in force in the store of --data, another with --plan CODE, or a file with \
        --file, which needs no store. The publisher's identifier is the one it is registered with at IATI.
        """)

    @Flag(help: "IATI 2.03: the one format there is.") var iati = false
    @Option(name: .shortAndLong, help: "The file to write.") var output: String
    @Option(help: "The publisher's IATI identifier: code of the register, hyphen, number.") var reporter: String
    @Option(help: "The publisher's name.") var reporterName: String
    @Option(help: "The publisher's type, a code of IATI's list OrganisationType: 10 government, 22 national NGO, …")
    var reporterType: String
    @Option(help: "The address of a public page that explains the plan's axes; IATI asks for it with own sectors.")
    var axesURI = ""
    @Option(help: "The code of a plan in the store.") var plan: String?
    @Option(help: "A plan's file (YAML) instead of the store, or - for standard input.") var file: String?
    @OptionGroup var options: InstallationOptions
    @OptionGroup var pack: PackOption

    func validate() throws {
      guard iati else { throw ValidationError("name the format: --iati") }
      guard IATIReporter(reference: reporter, name: reporterName, type: reporterType) != nil else {
        throw ValidationError(
          "--reporter must be letters, digits and hyphens as registered, --reporter-type one of "
            + IATIReporter.types.joined(separator: ", "))
      }
      guard publisher != nil else { throw ValidationError("--axes-uri must be a whole web address without spaces") }
      guard plan == nil || file == nil else { throw ValidationError("--plan is for the store, --file for a file") }
    }

    private var publisher: IATIReporter? {
      IATIReporter(reference: reporter, name: reporterName, type: reporterType, axes: axesURI)
    }

    func run() async throws {
      guard let reporter = publisher else { return }
      let pack = try pack.load()
      let source = try await source(pack)
      let made = IATIActivities(
        source.plan, institutions: source.institutions, pack: pack, reporter: reporter, generated: Clock.system.now())
      do { try Data(made.xml.utf8).write(to: URL(filePath: output), options: .atomic) } catch {
        throw CommandFailure(message: "\(output): the file can't be written", code: 2)
      }
      print("\(output): \(source.plan.code) v\(source.plan.version), \(source.plan.activities.count) activities.")
      if made.leftOut > 0 { print("Left out, in currencies that are no longer used: \(made.leftOut) amounts.") }
    }

    private func source(_ pack: CountryPack) async throws -> (plan: Plan, institutions: InstitutionBook) {
      if let file {
        let plan = try PlanCommand.read(file, pack)
        let errors = PlanCheck(plan, pack: pack, today: PlanCommand.today(pack)).errors
        guard errors == 0 else {
          throw CommandFailure(message: "\(file): errors: \(errors); amparo plan check names them")
        }
        return (plan, InstitutionBook(pack))
      }
      return try await options.use { installation in
        do {
          return try await NationalPlanDesk(installation.office, pack).inForce(plan)
        } catch let refusal as Refusal where refusal.kind == .notFound {
          throw CommandFailure(message: "no plan is in force in this store" + (plan.map { " by the code \($0)" } ?? ""))
        }
      }
    }
  }
}
