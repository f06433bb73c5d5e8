import Accounts
import ArgumentParser
import Basics
import Casework
import CountryPack
import Foundation
import Web

struct CaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "case", abstract: "Bring cases in from a file, and take them out as one.",
    discussion: """
      These open sealed content, so a member signs in: --as LOGIN, and the password on the terminal, in --password-file \
      or on standard input (a second line: the digits of the authenticator, if there is one).
      """,
    subcommands: [Import.self, Undo.self, Export.self, OpenArchive.self])

  struct Undo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take back everything that an unfinished import brought.",
      discussion: "Cases that somebody has worked on since stay, and are counted.")

    @Argument(help: "The import's identifier, as the import said it.") var id: String
    @OptionGroup var worker: Worker

    func run() async throws {
      guard let id = CaseImportID(id) else { throw CommandFailure(message: "“\(id)” is no import's identifier") }
      let undone = try await worker.use { try await $0.imports.undo($1, id) }
      print("taken back: \(undone.removed) cases; kept, because somebody has worked on them: \(undone.kept.count)")
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the cases that you may read as HTCDS 2.0 (.csv or .json).",
      discussion: """
        Without --with only codes go along: no name, no date of birth, no text. Records are named anew in every export. \
        For another agency (--to, its identifier) a live basis must name it and the purpose, case by case. What is not \
        in the file is named on standard error, and in the file beside each record.

          amparo case export --htcds -o cases.json --purpose coordination --as rosa
        """)

    @Flag(help: "The Human Trafficking Case Data Standard, the only format so far.") var htcds = false
    @Option(name: .shortAndLong, help: "The file to write, .csv or .json.") var output: String
    @Option(help: "What for: a code of the pack's purposes.") var purpose: String
    @Option(help: "The agency it is for, by its identifier; left out, it stays in your own.") var to: String?
    @Option(
      name: .customLong("with"),
      help:
        "What goes along besides codes, parted by commas: identity, contact, narrative, needs, health, legal, exploitation."
    )
    var kinds = ""
    @OptionGroup var worker: Worker

    func validate() throws {
      guard htcds else { throw ValidationError("say in which format: --htcds") }
      guard output.hasSuffix(".csv") || output.hasSuffix(".json") else {
        throw ValidationError("the file must end with .csv or .json")
      }
      if let to, AgencyID(to) == nil { throw ValidationError("--to must be the 26 letters of an agency") }
    }

    func run() async throws {
      let kinds = try self.kinds.split(separator: ",").map { word in
        guard let kind = DataKind(rawValue: word.trimmingCharacters(in: .whitespaces)) else {
          throw CommandFailure(message: "--with: there is no kind of content “\(word)”")
        }
        return kind
      }
      let request = ExportRequest(purpose: purpose, recipient: to.flatMap { AgencyID($0) }, kinds: Set(kinds))
      let export = try await worker.use { try await $0.exports.htcds($1, request) }
      let bytes = output.hasSuffix(".json") ? try export.json : Array(export.csv.utf8)
      do { try Data(bytes).write(to: URL(filePath: output), options: .atomic) } catch {
        throw CommandFailure(message: "\(output): the file can't be written", code: 2)
      }
      let sentences = try worker.sentences
      for (what, count) in export.leftOut.sorted(by: { $0.key < $1.key }) {
        Terminal.say("not in it: \(sentences.leftOut(what)) (\(count) cases)")
      }
      if export.withoutBasis > 0 { Terminal.say("not in it: \(export.withoutBasis) cases without a live basis") }
      print("\(output): \(export.records.count) cases")
    }
  }
}
