import ArgumentParser
import Foundation
import Training

struct Evaluate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what a training changed, and how its questions behaved.", subcommands: [Gain.self, Items.self])

  struct Gain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compare the same people before and after.",
      discussion: """
        Files are CSV with the columns participant and score (0 to 100, or up to the column max). Only people in both \
        files are compared. What can't be computed is null, and “reasons” says why.

          amparo evaluate gain --pre before.csv --post after.csv --follow six-months.csv --json
        """)

    @Option(help: "Scores before.") var pre: String
    @Option(help: "Scores after.") var post: String
    @Option(help: "Scores months later.") var follow: String?
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
      let result = PairedResult(
        pre: try scores(pre), post: try scores(post), follow: try follow.map { try scores($0) })
      let figures: [(String, ReportValue)] = [
        ("matched_n", .count(result.matched)), ("attrition", .number(result.attrition)),
        ("pre_mean", .number(result.preMean)), ("post_mean", .number(result.postMean)), ("gain", .number(result.gain)),
        ("mean_difference", .number(result.meanDifference)), ("sd_difference", .number(result.sdDifference)),
        ("t", .number(result.t)), ("df", result.df.map { .count($0) } ?? .number(nil)), ("p", .number(result.p)),
        ("ci_low", .number(result.ciLow)), ("ci_high", .number(result.ciHigh)), ("d_z", .number(result.dZ)),
        ("d_av", .number(result.dAv)), ("g_z", .number(result.gZ)), ("retention", .number(result.retention)),
      ]
      let notes = result.isTooFewToJudge ? ["matched_n": "too_few_to_judge"] : [:]
      try ReportValue.show(figures, reasons: result.reasons, notes: notes, json: json)
    }

    private func scores(_ file: String) throws -> [String: Double] {
      let text = try readText(file)
      do { return try MarkFiles.scores(text) } catch {
        throw CommandFailure(message: "\(file):\(error.line): \(error.message)")
      }
    }
  }

  struct Items: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Look at the questions of a test.",
      discussion: """
        The file is CSV: participant, then one column an item with its mark; a row named max may hold the full marks. \
        Discrimination compares the upper and lower 27 %; people tied at the border count with equal shares.

          amparo evaluate items responses.csv --json
        """)

    @Argument(help: "A CSV file, or - for standard input.") var file: String
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
      let text = try readText(file)
      let result: ItemAnalysis
      do { result = try MarkFiles.items(text) } catch {
        throw CommandFailure(message: "\(file):\(error.line): \(error.message)")
      }
      let items = result.items.map { item in
        ReportValue.object(
          [
            ("item", .text(item.name)), ("facility", .number(item.facility)),
            ("discrimination", .number(item.discrimination)),
            ("point_biserial_total", .number(item.correlationWithTotal)),
            ("point_biserial_rest", .number(item.correlationWithRest)),
            ("discriminative_efficiency", .number(item.efficiency)),
            ("alpha_if_deleted", .number(item.alphaIfDeleted)),
          ] + (item.reasons.isEmpty ? [] : [("reasons", .reasons(item.reasons))]))
      }
      let notes = result.isTooFewToJudge ? ["alpha": "too_few_to_judge", "kr20": "too_few_to_judge"] : [:]
      try ReportValue.show(
        [
          ("n", .count(result.n)), ("k", .count(result.k)), ("alpha", .number(result.alpha)),
          ("kr20", .number(result.kr20)), ("sem", .number(result.sem)), ("items", .list(items)),
        ], reasons: result.reasons, notes: notes, json: json)
    }
  }
}

/// A figure for a program (JSON, with null where it can't be computed) and for a person.
indirect enum ReportValue: Encodable {
  case count(Int)
  case number(Double?)
  case text(String)
  case reasons([String: String])
  case object([(String, ReportValue)])
  case list([ReportValue])

  struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .count(let count): try count.encode(to: encoder)
    case .number(let number):
      var container = encoder.singleValueContainer()
      if let number { try container.encode(number) } else { try container.encodeNil() }
    case .text(let text): try text.encode(to: encoder)
    case .reasons(let reasons): try reasons.encode(to: encoder)
    case .list(let list): try list.encode(to: encoder)
    case .object(let entries):
      var container = encoder.container(keyedBy: Key.self)
      for (name, figure) in entries { try container.encode(figure, forKey: Key(stringValue: name)) }
    }
  }

  static func show(
    _ entries: [(String, ReportValue)], reasons: [String: String], notes: [String: String], json: Bool
  ) throws {
    if json {
      return try printJSON(ReportValue.object(entries + [("reasons", .reasons(reasons)), ("notes", .reasons(notes))]))
    }
    for (name, figure) in entries { figure.tell(name, reasons, notes) }
  }

  private func tell(_ name: String, _ reasons: [String: String], _ notes: [String: String], indent: String = "") {
    let note = notes[name].map { " (\($0.replacing("_", with: " ")))" } ?? ""
    switch self {
    case .count(let count): print("\(indent)\(name): \(count)\(note)")
    case .number(let number):
      let reason = reasons[name].map { ": " + $0.replacing("_", with: " ") } ?? ""
      print("\(indent)\(name): " + (number.map { String(format: "%.4f", $0) + note } ?? "not computable\(reason)"))
    case .text(let text): print("\(indent)\(text)")
    case .reasons: break
    case .list(let list): for figure in list { figure.tell("", [:], [:]) }
    case .object(let entries):
      var own: [String: String] = [:]
      for case (_, .reasons(let found)) in entries { own = found }
      for (name, figure) in entries { figure.tell(name, own, [:], indent: name == "item" ? "" : "  ") }
    }
  }
}
