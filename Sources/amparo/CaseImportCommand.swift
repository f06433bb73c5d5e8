import Accounts
import ArgumentParser
import Basics
import Casework
import Foundation
import Web
import Yams

extension CaseCommand {
  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Bring a register in: a CSV file with a mapping, or HTCDS 2.0 (.csv, .json).",
      discussion: """
        Everything is looked at before anything is stored. Unless --keep-good-rows is given, one wrong row keeps all out. \
        What breaks in the middle (a power cut, a full disk) is gone on with by calling the same again: no row is taken \
        in twice. Ends with 1 when a row was refused or the import stopped.

          amparo case import register.csv --guess --print-map > map.yaml      what the headings suggest, to be corrected
          amparo case import register.csv --map map.yaml --dry-run --as rosa  what is wrong, line by line
          amparo case import register.csv --map map.yaml --as rosa

        A map:
          columns: {given_names: Nombres, surnames: Apellidos, birth: Nacimiento, sex: Sexo}
          values: {sex: {H: male, M: female}}
          fixed: {kind: trafficking, province: EC-P}
          days: day_first
        """)

    @Argument(help: "The file.") var file: String
    @Option(help: "A YAML file that says which column holds what.") var map: String?
    @Flag(help: "Take what the headings suggest.") var guess = false
    @Flag(help: "The file is HTCDS 2.0.") var htcds = false
    @Option(help: "What holds for rows that say nothing, as field=value; repeat for several.") var fixed: [String] = []
    @Flag(help: "Print the map and end.") var printMap = false
    @Flag(help: "Only look.") var dryRun = false
    @Flag(help: "Take in the rows that are right and leave the others.") var keepGoodRows = false
    @Flag(help: "Take a file in that was taken in before.") var again = false
    @Option(help: "A file to write the refused rows to, with what is wrong.") var refused: String?
    @OptionGroup var worker: Optionally

    /// Printing the map needs nobody.
    struct Optionally: ParsableArguments {
      @Option(name: .customLong("as"), help: "Your login.") var login: String?
      @Option(help: "Language of the sentences: es or en.") var language = "es"
      @OptionGroup var password: PasswordOption
      @OptionGroup var pack: PackOption
      @OptionGroup var options: InstallationOptions
    }

    func validate() throws {
      guard [map != nil, guess, htcds].count(where: { $0 }) == 1 else {
        throw ValidationError("say how the file is to be read: one of --map FILE, --guess, --htcds")
      }
      guard printMap || worker.login != nil else { throw ValidationError("say who you are: --as LOGIN") }
      guard ["es", "en"].contains(worker.language) else { throw ValidationError("--language must be es or en") }
    }

    func run() async throws {
      let sentences = try ImportFile.Sentences(Language(worker.language) ?? .spanish)
      let data = try WholeFile.read(file, most: 500)
      let source: ImportDesk.Source
      do throws(Refusal) {
        source = ImportDesk.Source(bytes: Array(data), table: try ImportFile.table(Array(data)))
      } catch { throw CommandFailure(message: "\(file): \(sentences(error))") }
      let mapping = try mapping(source.table.header)
      if printMap, case .columns(let mapping) = mapping { return print(try MapFile(mapping).yaml, terminator: "") }
      let pack = try worker.pack.load()
      do {
        try await worker.options.signedIn(as: worker.login ?? "", worker.password) { installation, actor in
          try await take(Desks(installation.office, pack).imports, actor, source, mapping, sentences)
        }
      } catch let refusal as Refusal where !["error.sign_in", "error.second_factor"].contains(refusal.phrase.key) {
        throw CommandFailure(message: "\(file): \(sentences(refusal))")
      }
    }

    private func take(
      _ desk: ImportDesk, _ actor: Actor, _ source: ImportDesk.Source, _ mapping: ImportMapping,
      _ sentences: ImportFile.Sentences
    ) async throws {
      let report = try await desk.look(actor, source.table, mapping)
      for problem in report.problems {
        Terminal.say("\(file):\(problem.line): \(sentences(problem))")
      }
      for (column, count) in report.unused.sorted(by: { $0.key < $1.key }) {
        Terminal.say("\(file): not taken over: the column “\(column)” (\(count) rows)")
      }
      if let refused, !report.isSound {
        let rows = try await desk.refused(actor, source.table, mapping)
        let text = ImportFile.refused(source.table.header, rows, sentences)
        do { try Data(text.utf8).write(to: URL(filePath: refused), options: .atomic) } catch {
          throw CommandFailure(message: "\(refused): the file can't be written", code: 2)
        }
      }
      let wrong = "\(file): \(report.wrongRows) of \(report.rows) rows are wrong"
      if dryRun {
        if !report.isSound { throw CommandFailure(message: wrong) }
        return print("\(file): \(report.rows) rows, all right; nothing was stored")
      }
      guard report.isSound || keepGoodRows else { throw CommandFailure(message: wrong + "; nothing was stored") }
      let begun = try await desk.begin(
        actor, .random(), source, mapping, keepGoodRows ? .keepGoodRows : .allOrNothing, again: again)
      if begun.done > 0 { Terminal.say("import \(begun.id): going on after row \(begun.done)") }
      try await run(desk, actor, begun, source, mapping, sentences)
      if !report.isSound { throw CommandFailure(message: wrong + "; the others are in") }
    }

    private func run(
      _ desk: ImportDesk, _ actor: Actor, _ begun: CaseImport, _ source: ImportDesk.Source, _ mapping: ImportMapping,
      _ sentences: ImportFile.Sentences
    ) async throws {
      let start = ContinuousClock.now
      let isTerminal = isatty(STDERR_FILENO) == 1
      do {
        let done = try await desk.run(actor, begun.id, source, mapping) { state in
          if isTerminal { Terminal.say("\r\(state.done) / \(state.rows)", newline: state.done == state.rows) }
        }
        let seconds = start.duration(to: .now) / .seconds(1)
        print(
          "import \(done.id): \(done.opened) cases opened, \(done.refused) rows refused"
            + String(format: " (%.1f s, %.0f a second)", seconds, Double(done.rows - begun.done) / max(seconds, 0.001)))
      } catch let stopped as ImportStopped {
        let reason = Sentences.failure(stopped.reason).map(\.message) ?? "something unexpected happened"
        var message = "\(file):\(stopped.line): stopped before this row: \(reason)"
        // All or nothing: what is in goes out again, where the store lets us.
        if begun.choice == .allOrNothing, (try? await desk.undo(actor, stopped.id)) != nil {
          message += "; nothing was kept, call the same again"
        } else {
          message += "; \(stopped.done) rows are in: call the same again to go on, or amparo case undo \(stopped.id)"
        }
        throw CommandFailure(message: message, code: 2)
      }
    }

    // MARK: The mapping

    private func mapping(_ header: [String]) throws -> ImportMapping {
      var fixed: [String: String] = [:]
      for pair in self.fixed {
        let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw CommandFailure(message: "--fixed must be field=value, not “\(pair)”") }
        fixed[parts[0]] = parts[1]
      }
      if htcds { return .htcds(fixed: fixed) }
      var mapping = ColumnMapping.suggestion(for: header)
      if let map {
        let text = try readText(map)
        do { mapping = try YAMLDecoder().decode(MapFile.self, from: text).mapping } catch {
          throw CommandFailure(message: "\(map): this is no map: columns, values, fixed, days")
        }
      }
      mapping.fixed.merge(fixed) { $1 }
      return .columns(mapping)
    }
  }

  /// A mapping as a file people edit.
  struct MapFile: Codable {
    var columns: [String: String]
    var values: [String: [String: String]]?
    var fixed: [String: String]?
    var days: DayOrder?

    init(_ mapping: ColumnMapping) {
      columns = mapping.columns
      values = mapping.values
      fixed = mapping.fixed
      days = mapping.days
    }

    var mapping: ColumnMapping {
      ColumnMapping(columns: columns, values: values ?? [:], fixed: fixed ?? [:], days: days ?? .dayFirst)
    }

    var yaml: String {
      get throws {
        let encoder = YAMLEncoder()
        encoder.options.allowUnicode = true
        encoder.options.sortKeys = true
        return try encoder.encode(self)
      }
    }
  }
}
