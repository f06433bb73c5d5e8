import ArgumentParser
import Basics
import CountryPack
import Foundation
import NationalPlan
import Training

struct PackOption: ParsableArguments {
  @Option(name: .customLong("pack"), help: "The country's pack, a folder.")
  var folder = PackOption.standard

  /// `Packs/ecuador` here, else beside the program's sources or installation.
  private static var standard: String {
    let here = "Packs/ecuador"
    if FileManager.default.fileExists(atPath: here) { return here }
    let program = URL(filePath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath().deletingLastPathComponent()
    return program.appending(path: "../share/amparo/\(here)").standardized.path
  }

  func load() throws -> CountryPack {
    do { return try CountryPack.load(from: URL(filePath: folder)) } catch {
      // The first in the line that is shown; `amparo pack check` lists them all.
      let first = error.problems.first?.description ?? "unreadable"
      throw CommandFailure(message: "\(folder)/\(first)", code: 2)
    }
  }
}

struct Pack: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look after a country's pack.", subcommands: [Check.self])

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read a pack and name the file, the line and what is wrong.",
      discussion: "Ends with 0 when the pack is sound, with 1 when it is not; each problem on its own line.")

    @Argument(help: "The pack's folder. Left out: the one of --pack.") var place: String?
    @OptionGroup var pack: PackOption
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
      let folder = place ?? pack.folder
      do {
        let pack = try CountryPack.load(from: URL(filePath: folder))
        let problems =
          pack.training.checkContent() + LinkFiles.schemaProblems(in: folder)
          + pack.checkMechanisms(in: URL(filePath: folder)) + PlanShelf.problems(pack)
          + ProsecutionShelf.problems(
            pack, today: CalendarDay(Clock.system.now(), offsetFromUTC: pack.offsetFromUTC))
        guard problems.isEmpty else { throw PackProblems(problems: problems) }
        if json {
          try printJSON(Result(pack: pack.id, version: pack.version.description, problems: []))
        } else {
          let indicators = pack.instruments.reduce(0) { $0 + $1.indicators.count }
          print(
            "\(folder): sound. \(pack.provinces.count) provinces, \(pack.institutions.count) agencies, "
              + "\(pack.instruments.count) instruments with \(indicators) indicators, version \(pack.version).")
          for instrument in pack.instruments where !instrument.scores {
            print("\(instrument.id): shown, never scored.")
          }
        }
      } catch let problems as PackProblems {
        if json {
          try printJSON(
            Result(
              pack: nil, version: nil,
              problems: problems.problems.map { .init(file: $0.file, line: $0.line, message: $0.message) }))
        } else {
          for problem in problems.problems.dropLast() {
            FileHandle.standardError.write(Data("amparo: \(folder)/\(problem)\n".utf8))
          }
        }
        throw CommandFailure(message: problems.problems.last.map { "\(folder)/\($0)" } ?? folder)
      }
    }

    struct Result: Encodable {
      struct Problem: Encodable {
        var file: String
        var line: Int
        var message: String
      }
      var pack: String?
      var version: String?
      var problems: [Problem]
    }
  }
}

/// One line of JSON on standard output.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
