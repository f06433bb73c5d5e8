import ArgumentParser
import Basics
import Foundation
import Statistics
import Web

struct Synthesize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make records that look like the facts and belong to nobody.",
    discussion: """
      kanonymous  each record is what at least k real cases have in common, so no combination of any length is rarer \
      than k; records stay whole, so that counting them counts cases. With --from aggregates it is made from counts \
      rounded down to multiples of k, and k holds up to the reporting length only.
      dp          from counts under differential privacy (ε, δ) for adding or removing one record. The promise needs \
      true randomness: leave --seed out for what is published. Where the code lists are public, name them in --codes \
      (a CSV file with the columns column and code): far more is kept.

      Blank and not_asked cells are absent; a column called id, case_id, record_id or case is left out. The report \
      compares with the real facts, so it must stay in the house. Nothing is written until all is done.

        amparo synthesize facts.csv --method kanonymous --k 10 --length 3 -o out.csv --report report.json
        amparo synthesize facts.csv --method dp --epsilon 4 --length 3 -o out.csv --report report.html --language en
      """)

  @Argument(help: "A CSV file (commas or semicolons, UTF-8), or - for standard input.") var facts: String
  @Option(help: "kanonymous or dp.") var method: String
  @Option(help: "How many cases must share a combination, at least 2.") var k = 10
  @Option(help: "The privacy budget, above 0; 1 is strict, 10 is loose.") var epsilon = 1.0
  @Option(help: "The chance that the promise does not hold; 1/(n ln n) unless told.") var delta: Double?
  @Option(help: "The reporting length: combinations of up to so many columns are looked after, 1 to 4.") var length = 3
  @Option(help: "kanonymous: records (k at every length) or aggregates.") var from = "records"
  @Option(help: "dp: a CSV file with public code lists, columns column and code.") var codes: String?
  @Option(help: "dp: the share of made-up combinations to put up with, above 0 to 1.") var fabrication = 1.0
  @Option(help: "dp: gaussian (exact) or zcdp (holds to the letter, more noise).") var accounting = "gaussian"
  @Option(help: "A whole number: the same seed gives the same file.") var seed: UInt64?
  @Option(name: [.customShort("o"), .customLong("output")], help: "The file to write.") var output: String
  @Option(help: "The report to write: JSON, or a page with pictures where the name ends in .html.") var report: String?
  @Option(help: "The language of a report as a page: es or en.") var language = "es"

  func run() throws {
    let method = try checkedMethod()
    try checkPlaces()
    let progress = ProgressLine()
    defer { progress.end() }
    let lists = try codes.map(codeLists) ?? [:]
    let result = try FactFile.naming(facts) {
      var reader = try FactFile.reader(facts)
      if !lists.isEmpty { try check(lists, reader.header) }
      let table = try FactTable(&reader) { rows in progress.show("\(rows) rows read") }
      let coded = try CodedFacts(table, publicCodes: lists)
      progress.show("\(coded.rowCount) rows, \(coded.names.count) columns; needs about \(memory(coded)) MiB")
      return try Synthesis.make(coded, method, length: length, seed: seed) { progress.show($0) }
    }
    progress.end()
    try write(result)
    let lost = result.report.lengths.filter { $0.length <= length }.map { length in
      "length \(length.length): \(percent(length.lostShare)) of the frequent combinations lost, "
        + "\(percent(length.fabricatedShare)) made up"
    }
    print(result.report.privacy.guarantee)
    print(
      "\(result.report.syntheticRecords) records from \(result.report.realRecords); " + lost.joined(separator: "; "))
  }

  private func checkedMethod() throws -> Synthesis.Method {
    switch (method, from) {
    case ("kanonymous", "records"): return .wholeRecords(k: k)
    case ("kanonymous", "aggregates"): return .aggregates(k: k)
    case ("dp", _):
      guard let accounting = PrivateCounts.Accounting(rawValue: accounting) else {
        throw CommandFailure(message: "--accounting must be gaussian or zcdp, not “\(accounting)”", code: 64)
      }
      var settings = PrivateCounts.Settings(epsilon: epsilon, delta: delta, length: length)
      settings.codesArePublic = codes != nil
      settings.fabrication = fabrication
      settings.accounting = accounting
      return .differentiallyPrivate(settings)
    case ("kanonymous", _):
      throw CommandFailure(message: "--from must be records or aggregates, not “\(from)”", code: 64)
    default: throw CommandFailure(message: "--method must be kanonymous or dp, not “\(method)”", code: 64)
    }
  }

  private func checkPlaces() throws {
    guard ["es", "en"].contains(language) else {
      throw CommandFailure(message: "--language must be es or en, not “\(language)”", code: 64)
    }
    for place in [output, report].compactMap({ $0 }) {
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: place, isDirectory: &isFolder), isFolder.boolValue {
        throw CommandFailure(message: "\(place): this is a folder; name a file", code: 64)
      }
      let folder = URL(filePath: place).deletingLastPathComponent().path
      guard FileManager.default.isWritableFile(atPath: folder) else {
        throw CommandFailure(message: "\(place): the folder is missing or can't be written", code: 2)
      }
      guard URL(filePath: place).standardized.path != URL(filePath: facts).standardized.path else {
        throw CommandFailure(message: "\(place): this is the file of facts itself; name another one", code: 64)
      }
    }
    guard report.map({ URL(filePath: $0).standardized.path != URL(filePath: output).standardized.path }) != false else {
      throw CommandFailure(message: "\(output): the records and the report need two files", code: 64)
    }
  }

  private func codeLists(_ path: String) throws -> [String: [String]] {
    try FactFile.naming(path) {
      var reader = try FactFile.reader(path)
      guard let column = reader.header.firstIndex(of: "column"), let code = reader.header.firstIndex(of: "code") else {
        throw FactFileProblem(line: 1, "code lists need the columns column and code")
      }
      var lists: [String: [String]] = [:]
      while try reader.next() {
        let (name, text) = (try reader.text(column), try reader.text(code))
        guard !lists[name, default: []].contains(text) else {
          throw FactFileProblem(line: reader.line, "the code “\(text)” of “\(name)” stands twice")
        }
        lists[name, default: []].append(text)
      }
      return lists
    }
  }

  /// Public lists must cover every column, or the promise would need δ for the others.
  private func check(_ lists: [String: [String]], _ header: [String]) throws {
    let columns = header.filter { !FactTable.idColumns.contains($0) }
    if let missing = columns.first(where: { lists[$0] == nil }) {
      throw FactFileProblem("the code lists do not name the column “\(missing)”")
    }
    if let unknown = lists.keys.sorted().first(where: { !header.contains($0) }) {
      throw FactFileProblem("the code lists name the column “\(unknown)”, which the facts do not have")
    }
  }

  private func memory(_ facts: CodedFacts) -> Int {
    let cells = facts.rowCount * facts.names.count
    let triples = min(12_000_000, facts.attributeCount * facts.attributeCount * facts.attributeCount / 6)
    return 20 + (cells * 10 + triples * 12 + (length > 3 ? 200_000_000 : 0)) / (1 << 20)
  }

  /// Both files or none; what stood there before stays when one can't be written.
  private func write(_ result: Synthesis.Result) throws {
    let before = FileManager.default.contents(atPath: output)
    do {
      try Data(result.records.csv).write(to: URL(filePath: output), options: .atomic)
    } catch { throw CommandFailure(message: "\(output): the file can't be written", code: 2) }
    guard let report else { return }
    do {
      try written(result.report, as: report).write(to: URL(filePath: report), options: .atomic)
    } catch {
      if let before {
        try? before.write(to: URL(filePath: output), options: .atomic)
      } else {
        try? FileManager.default.removeItem(atPath: output)
      }
      throw CommandFailure(message: "\(report): the file can't be written; nothing was kept", code: 2)
    }
  }

  private func written(_ report: SynthesisReport, as name: String) throws -> Data {
    guard name.lowercased().hasSuffix(".html") else {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      return try encoder.encode(report)
    }
    return Data(try Site.recordsReport(report, language == "en" ? .english : .spanish).utf8)
  }

  private func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
}

/// How far a long command is, on a terminal only.
final class ProgressLine {
  private let isTerminal = isatty(2) == 1
  private let start = ContinuousClock.now
  private var shown = ContinuousClock.now - .seconds(1)
  private var isOpen = false

  func show(_ done: Double) {
    guard isTerminal else { return }
    let passed = ContinuousClock.now - start
    let seconds = Double(passed.components.seconds) + Double(passed.components.attoseconds) / 1e18
    let left = done > 0.02 ? ", about \(Int((seconds * (1 - done) / done).rounded(.up))) s left" : ""
    show("\(Int(done * 100)) %\(left); Ctrl-C breaks off and writes nothing")
  }

  func show(_ text: String) {
    guard isTerminal, ContinuousClock.now - shown > .milliseconds(100) else { return }
    shown = .now
    isOpen = true
    FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
  }

  func end() {
    guard isOpen else { return }
    isOpen = false
    FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
  }
}
