import Accounts
import ArgumentParser
import Basics
import Casework
import CountryPack
import Foundation
import Records

struct RetentionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retention",
    abstract: "What runs out, without personal data.",
    discussion: """
      Nothing is ever erased by a command or by itself: a member proposes, another one confirms, on the pages.

        amparo retention due --days 90
      """, subcommands: [Due.self])

  struct Due: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the closed cases whose time runs out, by code.")
    @Option(help: "Within so many days.") var days = 30
    @OptionGroup var options: InstallationOptions
    @OptionGroup var pack: PackOption
    @Flag(help: "Print a JSON array.") var json = false

    struct Line: Encodable {
      var code: String
      var agency: String
      var schedule: String
      var certainty: String
      var due: String
      var held: Bool
      var proposed: Bool
    }

    func validate() throws {
      guard (0...3660).contains(days) else { throw ValidationError("--days must be from 0 to 3660") }
    }

    func run() async throws {
      let (pack, days) = (try pack.load(), days)
      let lines = try await options.use { installation in
        let now = installation.office.clock.now()
        return try await installation.office.database.read {
          try DataProtectionDesk.running(pack, within: days, at: now, $0)
        }.map { row in
          Line(
            code: row.summary.code.description, agency: row.summary.agency.description, schedule: row.schedule.code,
            certainty: row.schedule.certainty.rawValue, due: row.due.description, held: row.isHeld,
            proposed: row.isProposed)
        }
      }
      if json { return try printJSON(lines) }
      for line in lines {
        print(
          [
            line.due, line.code, line.schedule, line.certainty == "unverified" ? "unverified term: proposes only" : "",
            line.held ? "held" : "", line.proposed ? "proposed" : "",
          ].filter { !$0.isEmpty }.joined(separator: "  "))
      }
      print("\(lines.count) closed cases run out within \(days) days.")
    }
  }
}
