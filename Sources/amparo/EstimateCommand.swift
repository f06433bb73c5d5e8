import ArgumentParser
import Basics
import Estimation
import Documents
import Foundation
import Web

struct EstimateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate",
    abstract: "Estimate how many were never found, from the overlap of several lists.",
    discussion: """
      The file has one 0/1 column a list and the column count; lines that begin with # are comments. amparo link overlap \
      writes one.

      independence  the lists find people independently of one another
      stepwise      pairs of lists are joined while their overlap differs from what the model expects (p below 0.02)
      aic-stepwise  pairs are joined while the AIC falls
      bic           the lowest BIC of all hierarchical models up to --max-order
      graphs        the average of all decomposable graphs
      latent        classes of people who differ in how they reach lists; nothing where the chains do not agree
      panel         all of them, each list left out once, each two lists merged, and a verdict

        amparo estimate histories.csv --method panel
        amparo estimate histories.csv --method stepwise --missed 48/1000 --false-links 11/600 --json

      --missed and --false-links say what a person found in a sample of pairs (amparo link sample): so many true pairs \
      that were not linked, so many links that are wrong. The table is then corrected and the interval holds the \
      linkage's errors. Ctrl-C breaks off and writes nothing.
      """)

  @Argument(help: "A CSV file, or - for standard input.") var file: String
  @Option(help: "independence, stepwise, aic-stepwise, bic, graphs, latent or panel.") var method = "panel"
  @Option(help: "bic: how many lists one interaction may join.") var maxOrder: Int?
  @Option(help: "Resamples of the bootstrap, 100 to 100000; 0 for none.") var bootstrap = 1000
  @Option(help: "A whole number: the same seed gives the same digits.") var seed: UInt64 = 1
  @Option(help: "graphs: the largest total to consider.") var cap: Int?
  @Option(help: "Lists to count as one, A+B; may be repeated.") var merge: [String] = []
  @Option(help: "A column of groups, for example sex; may be repeated.") var strata: [String] = []
  @Option(help: "Groups with fewer cases are joined and not shown by themselves, at least 10.") var least = 50
  @Option(help: "True pairs not linked, of those looked at: 48/1000.") var missed: String?
  @Option(help: "Wrong links, of those looked at: 11/600.") var falseLinks: String?
  @Option(help: "A page for a minister and an annex for a statistician to write, FILE.html or FILE.pdf.")
  var report: String?
  @Option(help: "The report's language, es or en.") var language = "es"
  @Flag(help: "Print one JSON object.") var json = false

  func run() async throws {
    let (question, merge) = try checked()
    let text = try readText(file)
    let read: EstimateStudy.Tables
    do { read = try HistoryFile.read(text, strata: strata, merge: merge) } catch { throw named(error) }
    let progress = ProgressLine()
    defer { progress.end() }
    let shared = SharedProgress(progress)
    do {
      let answer = try await EstimateStudy.run(read, question) { shared.show($0) }
      progress.end()
      if let report { try write(EstimateNote(answer, language: language == "en" ? .english : .spanish), report) }
      if json { try printJSON(answer.json) } else { answer.tell() }
    } catch let problem as HistoryProblem { throw named(problem) }
  }

  private func named(_ problem: HistoryProblem) -> CommandFailure {
    let place = file == "-" ? "standard input" : file
    return CommandFailure(
      message: problem.line > 0 ? "\(place):\(problem.line): \(problem.message)" : "\(place): \(problem.message)")
  }

  private func write(_ note: EstimateNote, _ path: String) throws {
    let bytes: Data
    do {
      bytes =
        path.hasSuffix(".pdf") ? Data(try EstimateSheet(note).bytes(made: Clock.system.now())) : Data(note.html.utf8)
    } catch is DocumentProblem { throw CommandFailure(message: "the document can't be made", code: 2) }
    do { try bytes.write(to: URL(filePath: path), options: .atomic) } catch {
      throw CommandFailure(message: "\(path): the file can't be written", code: 2)
    }
  }

  private func checked() throws -> (question: EstimateQuestion, merge: [[String]]) {
    guard let method = EstimationMethod(rawValue: method) else {
      let all = EstimationMethod.allCases.map(\.rawValue).joined(separator: ", ")
      throw CommandFailure(message: "--method must be one of \(all), not “\(method)”", code: 64)
    }
    guard bootstrap == 0 || (100...100_000).contains(bootstrap) else {
      throw CommandFailure(message: "--bootstrap must be 0 or 100 to 100000, not \(bootstrap)", code: 64)
    }
    if let maxOrder, !(1...6).contains(maxOrder) {
      throw CommandFailure(message: "--max-order must be 1 to 6, not \(maxOrder)", code: 64)
    }
    guard least >= 10 else { throw CommandFailure(message: "--least must be at least 10, not \(least)", code: 64) }
    guard language == "es" || language == "en" else {
      throw CommandFailure(message: "--language must be es or en, not “\(language)”", code: 64)
    }
    if let report, !report.hasSuffix(".html"), !report.hasSuffix(".pdf") {
      throw CommandFailure(message: "--report must end in .html or .pdf, not “\(report)”", code: 64)
    }
    var settings = EstimationSettings()
    (settings.maxOrder, settings.bootstrap, settings.seed, settings.cap) = (maxOrder, bootstrap, seed, cap)
    let merge = merge.map { $0.split(separator: "+").map { $0.trimmingCharacters(in: .whitespaces) } }
    if let odd = merge.first(where: { $0.count < 2 || Set($0).count < $0.count }) {
      throw CommandFailure(message: "--merge is written A+B, not “\(odd.joined(separator: "+"))”", code: 64)
    }
    let all = merge.joined()
    guard Set(all).count == all.count else {
      throw CommandFailure(message: "--merge names a list twice", code: 64)
    }
    var error: LinkageError?
    switch (try missed.map { try share("--missed", $0) }, try falseLinks.map { try share("--false-links", $0) }) {
    case (let missed?, let wrongly?): error = LinkageError(missed: missed, wrongly: wrongly)
    case (nil, nil): break
    default: throw CommandFailure(message: "--missed and --false-links go together", code: 64)
    }
    if error != nil, [.graphs, .latent].contains(method) {
      throw CommandFailure(message: "--missed works with independence, stepwise, aic-stepwise, bic and panel", code: 64)
    }
    var question = EstimateQuestion(method, settings: settings)
    (question.hasGroups, question.least, question.error) = (!strata.isEmpty, least, error)
    return (question, merge)
  }

  private func share(_ option: String, _ text: String) throws -> LinkageError.Share {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let wrong = Int(parts[0]), let looked = Int(parts[1]),
      let share = LinkageError.Share(wrong: wrong, looked: looked)
    else { throw CommandFailure(message: "\(option) is written 48/1000, not “\(text)”", code: 64) }
    return share
  }
}

/// Progress is told from several threads at once.
/// `@unchecked Sendable` because the lock guards every use of the line.
final class SharedProgress: @unchecked Sendable {
  private let lock = NSLock()
  private let line: ProgressLine
  init(_ line: ProgressLine) { self.line = line }
  func show(_ done: Double) { lock.withLock { line.show(done) } }
}
