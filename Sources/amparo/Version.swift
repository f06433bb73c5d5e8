import ArgumentParser

/// The program's version, as backups and `amparo version` name it.
let version = "0.1.0"

struct Version: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Print the program's version.")

  @Flag(help: "Print a JSON object.") var json = false

  func run() async throws {
    if json { try printJSON(["version": version]) } else { print("amparo \(version)") }
  }
}
