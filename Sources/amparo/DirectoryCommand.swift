import Accounts
import ArgumentParser
import Basics
import CountryPack
import Foundation
import Referrals

struct DirectoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "directory", abstract: "Read, search and hand on directories of services (HSDS 3.0).",
    subcommands: [Import.self, Export.self, Search.self, Suggest.self])

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read a directory and name every problem with its place.",
      discussion: """
        Reads HSDS 3.0: nested JSON (an array of services, an object with “services”, or one service), or a folder with \
        the tables of a data package (services.csv, organizations.csv, …). Without --as nothing is stored: this says \
        what would be taken, and -o writes that as HSDS. With --as a coordinator stores it, all or nothing; what owners \
        have edited or confirmed stays as it is. With a problem nothing is written or stored, unless --keep-good leaves \
        the services with problems out. What a directory does not keep is counted and listed; docs/directory.md has the \
        table.

          amparo directory import services.json --json
          amparo directory import package/ --keep-good -o sound.json
          amparo directory import services.json --as carlos --dry-run

        Ends with 0 when everything is sound, with 1 when it is not, also with --keep-good.
        """)

    @Argument(help: "A JSON file, a folder with CSV tables, or - for standard input.") var file: String
    @Flag(help: "Leave services with problems out instead of refusing all.") var keepGood = false
    @Option(name: .shortAndLong, help: "Where to write what is taken, as HSDS.") var output: String?
    @OptionGroup var member: DirectoryMember
    @Flag(help: "With --as: say what would be stored, and store nothing.") var dryRun = false
    @OptionGroup var pack: PackOption
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
      let pack = try pack.load()
      let codes = DirectoryCodes(pack)
      let reading = try DirectoryFile.read(file, codes)
      let taken = reading.isSound || keepGood ? reading.directory : Directory()
      if let output, reading.isSound || keepGood { try DirectoryFile.write(taken.hsds(codes), to: output) }
      var intake: DirectoryIntake?
      if member.login != nil, reading.isSound || keepGood {
        intake = try await member.use { try await DirectoryDesk($0.office, pack).bring($1, taken, isDryRun: dryRun) }
      }
      if json {
        try printJSON(Result(file, reading, taken, intake, isDryRun: dryRun))
      } else {
        for problem in reading.problems.dropLast() { DirectoryFile.tell(file, problem) }
        if reading.isSound || keepGood {
          print(
            "\(file): \(taken.services.count) of \(reading.serviceCount) services taken, "
              + "\(taken.organisations.count) organisations, \(taken.places.count) places"
              + (intake == nil || dryRun ? "; nothing was stored." : "."))
          if let intake {
            print(
              "\(intake.added) \(dryRun ? "would be new" : "new"), \(intake.changed) changed, "
                + "\(intake.unchanged) as they were, \(intake.keptByOwner) kept by their owners")
          }
          for (kind, count) in reading.notKept.sorted(by: { $0.key < $1.key }) {
            print("not kept: \(kind), \(count) times")
          }
        }
      }
      if let last = reading.problems.last {
        let more = reading.problemCount - reading.problems.count
        throw CommandFailure(
          message: DirectoryFile.sentence(file, last) + (more > 0 ? " (and \(more) more problems)" : ""))
      }
    }

    struct Result: Encodable {
      struct Problem: Encodable {
        var file: String?
        var line: Int?
        var path: String?
        var message: String
      }
      var file: String
      var services: Int
      var taken: Int
      var organisations: Int
      var places: Int
      var stored: Int
      var added: Int?
      var changed: Int?
      var unchanged: Int?
      var keptByOwner: Int?
      var problemCount: Int
      var problems: [Problem]
      var notKept: [String: Int]

      enum CodingKeys: String, CodingKey {
        case file, services, taken, organisations, places, stored, added, changed, unchanged, problems
        case keptByOwner = "kept_by_owner"
        case problemCount = "problem_count"
        case notKept = "not_kept"
      }

      init(
        _ file: String, _ reading: DirectoryReading, _ taken: Directory, _ intake: DirectoryIntake?, isDryRun: Bool
      ) {
        self.file = file
        services = reading.serviceCount
        self.taken = taken.services.count
        organisations = taken.organisations.count
        places = taken.places.count
        stored = isDryRun ? 0 : (intake?.added ?? 0) + (intake?.changed ?? 0)
        (added, changed) = (intake?.added, intake?.changed)
        (unchanged, keptByOwner) = (intake?.unchanged, intake?.keptByOwner)
        problemCount = reading.problemCount
        problems = reading.problems.map {
          Problem(
            file: $0.file, line: $0.line > 0 ? $0.line : nil, path: $0.path.isEmpty ? nil : $0.path,
            message: $0.message)
        }
        notKept = reading.notKept
      }
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a directory as HSDS 3.0.",
      discussion: """
        Undisclosed places are written as redacted, without a name, an address or coordinates. The same directory gives \
        the same bytes.

          amparo directory export --hsds -o services.json
        """)

    @OptionGroup var source: DirectorySource
    @Flag(help: "As HSDS 3.0 JSON, which is the one format there is.") var hsds = false
    @Option(name: .shortAndLong, help: "The file to write; left out: standard output.") var output: String?
    @OptionGroup var pack: PackOption

    func run() async throws {
      guard hsds else { throw CommandFailure(message: "say in which format: --hsds", code: 64) }
      let codes = DirectoryCodes(try pack.load())
      let bytes = try await source.load(codes, pack).hsds(codes)
      if let output { return try DirectoryFile.write(bytes, to: output) }
      FileHandle.standardOutput.write(Data(bytes))
    }
  }
}

/// A member signed in to the store, where one is named.
struct DirectoryMember: ParsableArguments {
  @Option(name: .customLong("as"), help: "Your login, to use the installation's own directory.") var login: String?
  @OptionGroup var password: PasswordOption
  @OptionGroup var options: InstallationOptions

  func use<Result: Sendable>(_ work: (Installation, Actor) async throws -> Result) async throws -> Result {
    try await options.signedIn(as: login ?? "", password, work)
  }
}

/// Which directory is meant.
struct DirectorySource: ParsableArguments {
  @Option(
    name: .customLong("in"),
    help: "A directory (HSDS file or folder). Left out, and without --as: the pack's demonstration, fictional.")
  var file: String?
  @OptionGroup var member: DirectoryMember

  func load(_ codes: DirectoryCodes, _ pack: PackOption) async throws -> Directory {
    if member.login != nil {
      guard file == nil else { throw CommandFailure(message: "use --in or --as, not both", code: 64) }
      let pack = try pack.load()
      return try await member.use { try await DirectoryDesk($0.office, pack).directory($1) }
    }
    return try DirectoryFile.sound(file ?? pack.folder + "/directory/demonstration.json", codes)
  }
}

/// Files of a directory.
enum DirectoryFile {
  /// A directory without a problem. Throws `CommandFailure` with the first problem and how many more there are.
  static func sound(_ path: String, _ codes: DirectoryCodes) throws -> Directory {
    let reading = try read(path, codes)
    guard let first = reading.problems.first else { return reading.directory }
    let more = reading.problemCount - 1
    throw CommandFailure(
      message: sentence(path, first) + (more > 0 ? " (and \(more) more; amparo directory import lists them)" : ""))
  }

  static func read(_ path: String, _ codes: DirectoryCodes) throws -> DirectoryReading {
    var isFolder: ObjCBool = false
    if path != "-", FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      var tables: [String: [UInt8]] = [:]
      for name in Directory.tableNames {
        let file = path + "/" + name + ".csv"
        if FileManager.default.fileExists(atPath: file) { tables[name] = try bytes(file) }
      }
      return Directory.read(tables: tables, codes)
    }
    return Directory.read(json: try bytes(path), codes)
  }

  /// At most one byte more than a directory may have, so that a huge file costs nothing.
  private static func bytes(_ path: String) throws -> [UInt8] {
    let handle = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path)
    guard let handle else { throw CommandFailure(message: "\(path): the file is missing or can't be read", code: 2) }
    var data = Data()
    do {
      while data.count <= DirectoryLimits().bytes, let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
        data.append(piece)
      }
    } catch { throw CommandFailure(message: "\(path): the file is missing or can't be read", code: 2) }
    return Array(data)
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    do { try Data(bytes).write(to: URL(filePath: path), options: .atomic) } catch {
      throw CommandFailure(message: "\(path): the file can't be written", code: 2)
    }
  }

  static func sentence(_ path: String, _ problem: DirectoryProblem) -> String {
    let place = path == "-" ? "standard input" : path
    if let file = problem.file {
      let line = problem.line > 0 ? ":\(problem.line)" : ""
      return "\(place)/\(file)\(line): \(problem.path.isEmpty ? "" : problem.path + ": ")\(problem.message)"
    }
    let line = problem.line > 0 ? ":\(problem.line)" : ""
    return "\(place)\(line): \(problem.path.isEmpty ? "" : problem.path + ": ")\(problem.message)"
  }

  static func tell(_ path: String, _ problem: DirectoryProblem) {
    FileHandle.standardError.write(Data("amparo: \(sentence(path, problem))\n".utf8))
  }
}
