import Accounts
import ArgumentParser
import Basics
import Foundation
import Training
import Web

struct TrainingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "training", abstract: "Take out what a training holds for other systems.", subcommands: [XAPI.self])

  struct XAPI: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "xapi", abstract: "Print a cohort as xAPI 1.0.3 statements.",
      discussion: """
        A JSON array, ready to be posted to a learning record store with the header X-Experience-API-Version: 1.0.3. \
        Accounts are random, names are nowhere in it. The same act has the same identifier every time, so posting the \
        file twice changes nothing. The export is an entry of the audit log. The cohort's identifier stands in the \
        address of its page.

          amparo training xapi --cohort 7zf34r575170hn0qbwvbyemmmn --home https://amparo.example.org > statements.json
        """)

    @Option(help: "The cohort's identifier.") var cohort: String
    @Option(help: "The public address of this installation, which accounts and activities are named by.")
    var home = "http://localhost:8080"
    @OptionGroup var options: InstallationOptions
    @OptionGroup var pack: PackOption

    func validate() throws {
      guard CohortID(cohort) != nil else { throw ValidationError("--cohort must be the 26 letters of a cohort") }
      guard let url = URL(string: home), ["http", "https"].contains(url.scheme), url.host() != nil else {
        throw ValidationError("--home must begin with http:// or https://")
      }
    }

    func run() async throws {
      guard let id = CohortID(cohort) else { return }
      let pack = try pack.load()
      let address = home.hasSuffix("/") ? String(home.dropLast()) : home
      let statements = try await options.use { installation in
        do {
          return try await AfterDesk(installation.office, pack).statements(.console, id, home: address)
        } catch let refusal as Refusal where refusal.kind == .notFound {
          throw CommandFailure(message: "there is no cohort \(cohort)")
        }
      }
      FileHandle.standardOutput.write(Data(try ExperienceFile.bytes(statements) + Array("\n".utf8)))
    }
  }
}
