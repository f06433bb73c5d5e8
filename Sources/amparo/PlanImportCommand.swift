import Accounts
import ArgumentParser
import Basics
import CountryPack
import NationalPlan
import Web

extension PlanCommand {
  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Bring a plan's file into the store, whole or not at all.",
      discussion: """
        The file is read and checked as by amparo plan check, and beside the versions that are stored: two are never in \
        force on one day. With one error nothing is stored. Needs the permission to keep plans.

        Ends with 0 when the plan is stored or, with --dry-run, could be; with 1 when it can't.
        """)

    @Argument(help: "The plan's file (YAML).") var file: String
    @Flag(help: "Only look.") var dryRun = false
    @OptionGroup var worker: Worker

    func validate() throws {
      guard file != "-" else { throw ValidationError("standard input is for the password: name a file") }
    }

    func run() async throws {
      let pack = try worker.pack.load()
      let plan = try PlanCommand.read(file, pack)
      try await worker.use(about: file, pack) { desks, actor in
        let (desk, id) = (desks.plans, StoredPlanID.random())
        let findings = try await desk.findings(actor, plan, as: id)
        for finding in findings { print(PlanCommand.sentence(finding, file, worker.reads)) }
        let errors = findings.count { $0.weight == .error }
        guard errors == 0 else {
          throw CommandFailure(message: "\(file): errors: \(errors); nothing was stored")
        }
        guard !dryRun else {
          return print("\(file): \(plan.code) v\(plan.version), all right; nothing was stored")
        }
        try await desk.keep(actor, plan, as: id)
        print("\(plan.code) v\(plan.version): \(plan.activities.count) activities, stored as \(id)")
      }
    }
  }
}
