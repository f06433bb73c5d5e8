import Accounts
import ArgumentParser
import Basics
import CountryPack
import Demonstration
import Foundation
import Records
import Referrals
import Web

struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fill a new data folder with made-up content and start the server on it.",
    discussion: """
      Makes agencies in Quito, Machala, Francisco de Orellana and on the northern border, members for every role, and \
      the fictional case load of 2007. Nobody in it exists. The same seed makes the same content. A folder that was \
      filled before is kept as it is: what you did there stays.

        amparo demo --data ./data
        amparo demo --data ./bench --prepare-only --cases 10000
      """)

  @Flag(help: "Make the content and don't start the server.") var prepareOnly = false
  @Option(help: "How many cases.") var cases = CaseLoad.yearOf2007
  @Option(help: "Where all made-up names and numbers come from.") var seed: UInt64 = 2007
  @OptionGroup var server: ServerOptions
  @OptionGroup var options: InstallationOptions
  @OptionGroup var pack: PackOption
  @Flag(help: "Print the members to sign in as, as a JSON object; needs --prepare-only.") var json = false

  func validate() throws {
    guard (0...1_000_000).contains(cases) else { throw ValidationError("--cases must be from 0 to 1000000") }
    if json, !prepareOnly { throw ValidationError("--json needs --prepare-only") }
  }

  func run() async throws {
    let pack = try pack.load()
    if DemonstrationMark(options.folder).exists {
      if !json { print("\(options.folder): made before, kept as it is.") }
    } else {
      try await prepare(pack)
    }
    if json {
      try printJSON(MadeUp())
    } else {
      print(Tour(address: server.address.publicAddress, data: options.folder, isServing: !prepareOnly).text)
    }
    // Practice beside it, where the port is known.
    let practicePort = server.port > 0 && server.port < 65535 ? server.port + 1 : nil
    if !prepareOnly { try await server.serve(options, pack, practicePort: practicePort) }
  }

  private func prepare(_ pack: CountryPack) async throws {
    let lock = try FolderLock(options.folder)
    defer { withExtendedLifetime(lock) {} }
    let taken = CommandFailure(
      message: "\(options.folder): holds an installation that is no demonstration; choose another --data", code: 2)
    guard !FileManager.default.fileExists(atPath: options.storePath) else { throw taken }
    if !json { Terminal.say("Making \(cases) fictional cases (seed \(seed)) …") }
    // In a folder beside, so that what is broken off half-way never passes for the whole.
    var making = options
    if options.server == nil {
      making.data = options.folder + "/making"
      try? FileManager.default.removeItem(atPath: making.data)
    }
    let installation = try await making.make(isDurable: false)
    do {
      guard try await AgencyDesk(installation.office).agencies(.console).isEmpty else { throw taken }
      _ = try await Demonstration(
        office: installation.office, pack: pack, seed: seed, cases: cases, directory: fictionalDirectory(pack),
        mechanism: fictionalMechanism, names: try Site.openDataNames(pack)
      ).fill()
      try await installation.sign()
      await installation.close()
    } catch {
      await installation.close()
      throw error
    }
    try DemonstrationMark(making.folder).leave()
    if making.folder != options.folder { try move(from: making) }
  }

  /// The pack's invented services; none where the pack has no such file.
  private func fictionalDirectory(_ loaded: CountryPack) throws -> Directory {
    let file = pack.folder + "/directory/demonstration.json"
    guard FileManager.default.fileExists(atPath: file) else { return Directory() }
    return try DirectoryFile.sound(file, DirectoryCodes(loaded))
  }

  /// The pack's mechanism with invented desks; empty where the pack has none.
  private var fictionalMechanism: String {
    (try? String(contentsOfFile: pack.folder + "/mechanisms/frontera-norte.yaml", encoding: .utf8)) ?? ""
  }

  /// The store comes last: a folder without it counts as empty.
  private func move(from making: InstallationOptions) throws {
    try failing(options.folder) {
      let store = try FileHandle(forUpdating: URL(filePath: making.storePath))
      try store.synchronize()
      try store.close()
      for name in ["secret", "checkpoints.txt", "demonstration", "amparo.sqlite"] {
        let target = options.folder + "/" + name
        guard FileManager.default.fileExists(atPath: making.folder + "/" + name) else { continue }
        try? FileManager.default.removeItem(atPath: target)
        try FileManager.default.moveItem(atPath: making.folder + "/" + name, toPath: target)
      }
      try FileManager.default.removeItem(atPath: making.folder)
    }
    synchronizeFolder(options.folder)
  }
}

/// A mark in the data folder that its content is made up, so that every later start says so on every page.
struct DemonstrationMark {
  private let path: String

  init(_ folder: String) { path = folder + "/demonstration" }

  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  func leave() throws {
    try failing(path) { try Data("Everything in this folder is made up.\n".utf8).write(to: URL(filePath: path)) }
  }
}

/// Who to sign in as, for programs.
private struct MadeUp: Encodable {
  struct Member: Encodable {
    var login: String
    var name: String
    var agency: String
    var roles: [String]
  }

  var password = Demonstration.password
  var members = MadeUpMember.everyone.map {
    Member(login: $0.login, name: $0.name, agency: $0.agency, roles: $0.roles.map(\.rawValue).sorted())
  }
}

/// The way through the demonstration, in six lines.
struct Tour {
  let text: String

  init(address: String, data: String, isServing: Bool) {
    let open = isServing ? "" : "Start it: amparo serve --data \(data)\n"
    text = """

      \(open)Open \(address) and sign in; every password is \(Demonstration.password)
        1. marta   screens a person at the migration office: safety first, then the questions
        2. jorge   decides about a screening, with a reason
        3. rosa    opens the case at Casa Canario, records the consent, refers to another agency
        4. byron   answers the referral in Machala, sees what the consent covers and no more
        5. teresa  holds the course: participants, tests, attendance, certificates
        6. carlos  reads the figures; nobody's name is in them

      """
  }
}
