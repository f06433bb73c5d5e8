import Accounts
import ArgumentParser
import Basics
import CountryPack
import Foundation
import NationalPlan

struct ProsecutionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prosecution",
    abstract: "Counts of investigations, prosecutions and convictions: look through a file of them, take it in.",
    discussion: """
      A file is CSV in UTF-8 with one count a line: year, institution, stage, what is counted, offence, number, document. \
      docs/plan.md describes the columns; /plan/prosecution/template.csv is a file to fill in. Never persons.

        amparo prosecution check counts.csv                     what can't be so in it, without any store
        amparo prosecution import counts.csv --dry-run --as rosa  what would happen, beside what is stored
        amparo prosecution import counts.csv --as rosa
      """,
    subcommands: [Check.self, Import.self])

  static func bytes(_ file: String) throws -> [UInt8] {
    if file == "-" { return Array(FileHandle.standardInput.readDataToEndOfFile().prefix(ProsecutionFile.largest + 1)) }
    guard let data = FileManager.default.contents(atPath: file) else {
      throw CommandFailure(message: "\(file): the file is missing or can't be read", code: 2)
    }
    return Array(data.prefix(ProsecutionFile.largest + 1))
  }

  static func language(_ text: String, _ pack: CountryPack) throws -> Language {
    guard let language = Language(text), pack.languages.contains(language) else {
      throw CommandFailure(message: "--language must be es or en", code: 64)
    }
    return language
  }

  static func line(_ finding: ProsecutionFinding, _ file: String, _ language: Language) -> String {
    let sign = finding.weight == .error ? "" : language == .spanish ? "(aviso) " : "(notice) "
    let field = finding.field.isEmpty ? "" : finding.field + ": "
    return "\(file):\(finding.line): \(sign)\(field)\(finding.says[language]) [\(finding.problem.rawValue)]"
  }

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Find what can't be so in a file of counts. Needs no store.",
      discussion: """
        Errors: negative numbers, years to come, unknown codes, parts that make more than their whole, the same source \
        twice with different numbers, texts that look like the number of a case file or of a person. Notices: sources \
        that disagree, more convictions than prosecutions until then.

        Ends with 0 when there is no error, with 1 when there is one or the file can't be read.
        """)

    @Argument(help: "The file (CSV), or - for standard input.") var file: String
    @OptionGroup var pack: PackOption
    @Option(help: "Language of the sentences: es or en.") var language = "es"

    func run() async throws {
      let pack = try pack.load()
      let language = try ProsecutionCommand.language(language, pack)
      let today = CalendarDay(Clock.system.now(), offsetFromUTC: pack.offsetFromUTC)
      let terms = ProsecutionTerms(pack)
      let read = ProsecutionFile(
        try ProsecutionCommand.bytes(file), terms: terms, languages: pack.languages, today: today)
      let check = ProsecutionCheck(
        read.rows.map { .init(id: String($0.line), line: $0.line, count: $0.count) }, terms: terms, today: today)
      let findings = (read.findings + check.findings).sorted { ($0.line, $0.field) < ($1.line, $1.field) }
      for finding in findings { print(ProsecutionCommand.line(finding, file, language)) }
      let errors = findings.count { $0.weight == .error }
      if errors > 0 { throw CommandFailure(message: "\(file): errors: \(errors)") }
      print("\(file): \(read.rows.count) counts, no error")
    }
  }

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take a file of counts in: all of it or nothing.",
      discussion: """
        Lines that are stored already, word for word, are passed over, so that the same file can be sent again. A number \
        that changed is corrected on its page, where the former one stays to be read.
        """)

    @Argument(help: "The file (CSV), or - for standard input, with the password in --password-file.") var file: String
    @Flag(help: "Only look.") var dryRun = false
    @OptionGroup var worker: Worker

    func validate() throws {
      guard file != "-" || worker.password.passwordFile != nil else {
        throw ValidationError("standard input holds the file: give the password with --password-file")
      }
    }

    func run() async throws {
      let pack = try worker.pack.load()
      let language = worker.reads
      let bytes = try ProsecutionCommand.bytes(file)
      let (file, dryRun) = (file, dryRun)
      let outcome = try await worker.options.signedIn(as: worker.login, worker.password) { installation, actor in
        let desk = ProsecutionDesk(installation.office, pack)
        let looked = try await desk.look(actor, bytes)
        guard looked.isSound, !dryRun else { return looked }
        return try await desk.take(actor, bytes, id: .random())
      }
      for finding in outcome.findings { Terminal.say(ProsecutionCommand.line(finding, file, language)) }
      let wrong = Set(outcome.findings.filter { $0.weight == .error }.map(\.line)).count
      guard outcome.isSound else {
        throw CommandFailure(message: "\(file): lines with errors: \(wrong); nothing was stored")
      }
      print(
        "\(file): \(outcome.rows) lines, \(outcome.new) new, \(outcome.known) known already"
          + (dryRun ? "; nothing was stored" : ""))
    }
  }
}
