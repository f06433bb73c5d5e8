import ArgumentParser
import Foundation
import Linkage
import Statistics

extension LinkCommand {
  struct Score: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compare linked pairs with the truth.",
      discussion: """
        The truth is a CSV file with the columns list_a,id_a,list_b,id_b; or id_a,id_b; or list,id,person, where equal \
        persons are true pairs.
        """)

    @Argument(help: "Pairs as amparo link match writes them.") var pairs: String
    @Option(help: "A CSV file with the true pairs.") var truth: String
    @Flag(help: "Print one JSON object.") var json = false

    func run() throws {
      let truth = try TruePairs(truth)
      let rows = try LinkFiles.pairs(pairs)
      let found = Set(rows.filter(\.isLinked).map { truth.key($0.listA, $0.idA, $0.listB, $0.idB) })
      let score = LinkageScore(found: found, truth: truth.keys)
      let figures: [(String, ReportValue)] = [
        ("true_pairs", .count(truth.keys.count)), ("linked", .count(found.count)), ("right", .count(score.right)),
        ("wrong", .count(score.wrong)), ("missed", .count(score.missed)), ("precision", .number(score.precision)),
        ("recall", .number(score.recall)), ("f1", .number(score.f1)),
      ]
      if json { return try printJSON(ReportValue.object(figures)) }
      try ReportValue.show(
        figures, reasons: ["precision": "nothing_linked", "recall": "no_true_pair", "f1": "no_pair"], notes: [:],
        json: false)
    }
  }

  struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Draw pairs for a person to look at.",
      discussion: """
        Half of the sample are links, half pairs below the threshold, so match with --floor. Whoever has the names fills \
        the column same with yes, no, or ? where nobody can say; amparo link rates reads it.
        """)

    @Argument(help: "Pairs as amparo link match --floor writes them.") var pairs: String
    @Option(help: "How many of each kind.") var each = 200
    @Option(help: "A whole number: the same seed draws the same pairs.") var seed: UInt64 = 1
    @Option(name: [.customShort("o"), .customLong("output")], help: "The CSV file to write.") var output: String

    func run() throws {
      guard (1...100_000).contains(each) else { throw CommandFailure(message: "--each must be 1 to 100000", code: 64) }
      let rows = try LinkFiles.pairs(pairs)
      var lines = ["list_a,id_a,list_b,id_b,score,linked,of,same"]
      for isLinked in [true, false] {
        let kind = rows.filter { $0.isLinked == isLinked }
        let chosen = ClericalSample.indices(of: kind.count, count: each, seed: seed)
        for index in chosen {
          let row = kind[index]
          lines.append(
            "\(row.listA),\(row.idA),\(row.listB),\(row.idB),\(row.score),\(isLinked ? 1 : 0),\(kind.count),")
        }
        print("\(chosen.count) of \(kind.count) \(isLinked ? "links" : "pairs below the threshold")")
      }
      try LinkFiles.write(lines.joined(separator: "\n") + "\n", output, isPrivate: true)
    }
  }

  struct Rates: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "How many links are wrong and how many are missing, from a sample that a person looked at.",
      discussion: """
        With --mixture the file is PAIRS.csv from match --floor, and the two kinds of pairs are told apart by their scores \
        alone: a stand-in for a sample, good only where the scores form two hills.
        """)

    @Argument(help: "A sample with the column same filled in, or pairs with --mixture.") var file: String
    @Flag(help: "From the scores alone.") var mixture = false
    @Option(help: "With --mixture: the threshold that was used.") var threshold: Double?
    @Flag(help: "Print one JSON object.") var json = false

    func run() throws {
      let rates = mixture ? try fromScores() : try fromSample()
      if json {
        return try printJSON(
          ReportValue.object([
            ("missed_wrong", .count(rates.missed.0)), ("missed_looked", .count(rates.missed.1)),
            ("false_wrong", .count(rates.wrong.0)), ("false_looked", .count(rates.wrong.1)),
            ("missed_interval", Self.interval(rates.missed)), ("false_interval", Self.interval(rates.wrong)),
            ("from", .text(mixture ? "scores" : "sample")),
          ]))
      }
      print("--missed \(rates.missed.0)/\(rates.missed.1) --false-links \(rates.wrong.0)/\(rates.wrong.1)")
    }

    /// Wilson's 95 % interval of a share.
    private static func interval(_ share: (Int, Int)) -> ReportValue {
      let limits = SampledErrorRates.interval(wrong: share.0, looked: share.1)
      return .list([.number(limits.lower), .number(limits.upper)])
    }

    private typealias Found = (missed: (Int, Int), wrong: (Int, Int))

    private func fromScores() throws -> Found {
      guard let threshold, threshold > 0, threshold <= 1 else {
        throw CommandFailure(message: "--mixture needs --threshold, above 0 and at most 1", code: 64)
      }
      let rows = try LinkFiles.pairs(file)
      // Each record's best pair only: the others are of different people by one-to-one.
      var best: [String: Double] = [:]
      for row in rows {
        best["\(row.listA)/\(row.idA)", default: 0] = max(best["\(row.listA)/\(row.idA)"] ?? 0, row.score)
      }
      let scores = best.values.sorted()
      guard let floor = scores.first,
        let found = ScoreMixture(scores: scores, threshold: threshold, floor: floor)
      else {
        throw CommandFailure(
          message: "\(file): the scores do not form two hills that can be told apart; look at a sample instead")
      }
      let count = scores.count
      return (
        (Int((found.missedShare * Double(count)).rounded()), count),
        (Int((found.falseShare * Double(count)).rounded()), count)
      )
    }

    private func fromSample() throws -> Found {
      var links = SampledErrorRates.Kind(same: 0, looked: 0, whole: 0)
      var below = links
      try LinkFiles.naming(file) {
        var reader = try FactFile.reader(file)
        guard let kind = reader.header.firstIndex(of: "linked"), let of = reader.header.firstIndex(of: "of"),
          let same = reader.header.firstIndex(of: "same")
        else { throw LinkageProblem(line: 1, "a sample has the columns linked, of and same") }
        while try reader.next() {
          let answer = try reader.text(same).lowercased()
          guard !answer.isEmpty else { continue }
          // Nobody could say: it counts for nothing.
          if answer == "?" { continue }
          guard ["yes", "no", "si", "sí", "1", "0"].contains(answer) else {
            throw LinkageProblem(line: reader.line, "“same” must be yes, no, or ? where nobody can say")
          }
          guard let whole = Int(try reader.text(of)), whole > 0 else {
            throw LinkageProblem(line: reader.line, "“of” must be a whole number")
          }
          let isSame = answer != "no" && answer != "0"
          let isLink = try reader.text(kind) == "1"
          var found = isLink ? links : below
          found = .init(same: found.same + (isSame ? 1 : 0), looked: found.looked + 1, whole: whole)
          if isLink { links = found } else { below = found }
        }
      }
      guard links.looked > 0 else { throw CommandFailure(message: "\(file): no link was looked at") }
      guard let rates = SampledErrorRates(links: links, below: below) else {
        throw CommandFailure(message: "\(file): no pair is the same person")
      }
      if below.looked == 0 {
        Terminal.say("amparo: no pair below the threshold was looked at; missed links count as none")
      }
      return (rates.missed, rates.wrongly)
    }
  }
}

/// True pairs by key, in whichever form the file has.
struct TruePairs {
  private(set) var keys: Set<String> = []
  private let namesLists: Bool

  init(_ file: String) throws {
    var people: [String: [(String, String)]] = [:]
    var found: [[String]] = []
    var names = false
    try LinkFiles.naming(file) {
      var reader = try FactFile.reader(file)
      let header = reader.header
      let full = ["list_a", "id_a", "list_b", "id_b"].map { header.firstIndex(of: $0) }
      let entity = ["list", "id", "person"].map { header.firstIndex(of: $0) }
      let short = ["id_a", "id_b"].map { header.firstIndex(of: $0) }
      while try reader.next() {
        if let a = full[0], let ida = full[1], let b = full[2], let idb = full[3] {
          names = true
          found.append(try [a, ida, b, idb].map { try reader.text($0) })
        } else if let list = entity[0], let id = entity[1], let person = entity[2] {
          names = true
          people[try reader.text(person), default: []].append((try reader.text(list), try reader.text(id)))
        } else if let a = short[0], let b = short[1] {
          found.append(["", try reader.text(a), "", try reader.text(b)])
        } else if header.count == 2 {
          found.append(["", try reader.text(0), "", try reader.text(1)])
        } else {
          throw LinkageProblem(line: 1, "the columns must be list_a,id_a,list_b,id_b or id_a,id_b or list,id,person")
        }
      }
    }
    namesLists = names
    for records in people.values {
      for (place, first) in records.enumerated() {
        for second in records[(place + 1)...] where first.0 != second.0 {
          found.append([first.0, first.1, second.0, second.1])
        }
      }
    }
    for pair in found { keys.insert(key(pair[0], pair[1], pair[2], pair[3])) }
  }

  /// Equal whichever record stands first, where lists are named.
  func key(_ listA: String, _ idA: String, _ listB: String, _ idB: String) -> String {
    guard namesLists else { return "\(idA)\u{1F}\(idB)" }
    return ["\(listA)\u{1F}\(idA)", "\(listB)\u{1F}\(idB)"].sorted().joined(separator: "\u{1F}")
  }
}
