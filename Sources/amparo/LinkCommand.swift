import ArgumentParser
import Basics
import Foundation
import Linkage
import Statistics
import Web

struct LinkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "link",
    abstract: "Find the same people in several agencies' lists without handing over names.",
    discussion: """
      Each agency encodes its own list under a secret that the agencies share; one unit compares the encodings, keeps \
      scores inside, and gives out only how the lists overlap.

        amparo link encode PEOPLE.csv --schema es-1 --secret-file K -o shelters.clk
        amparo link match shelters.clk police.clk --threshold 0.73 -o PAIRS.csv
        amparo link overlap shelters.clk police.clk helpline.clk --threshold 0.73 -o HISTORIES.csv
        amparo estimate HISTORIES.csv --method panel
      How good the linkage is, looked at by a person in the house that has the names, or against a known truth:
        amparo link sample PAIRS.csv -o SAMPLE.csv      pairs to look at
        amparo link rates SAMPLE.csv                    what amparo estimate --missed --false-links needs
        amparo link score PAIRS.csv --truth TRUTH.csv

      Encodings are personal data, never anonymous and never to be published: delete them after linking.
      """,
    subcommands: [Encode.self, Match.self, Clusters.self, OverlapOf.self, Score.self, Sample.self, Rates.self])

  struct Encode: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Turn a list of people into encodings.",
      discussion: """
        The schema is a file or a name in the pack's folder linkage: es-1 knows Spanish names, clk-3 is clkhash's own. It \
        says which columns are read. A column id, case_id or record_id is carried along and should mean nothing outside; \
        without one, rows are numbered.

        Hardenings, in this order and the same for every list: fold, rule90, balance, flip:0.05, salt:COLUMN.
        """)

    @Argument(help: "A CSV file (commas or semicolons, UTF-8), or - for standard input.") var people: String
    @Option(help: "A schema file, or the name of one in the pack.") var schema: String
    @Option(help: "A file with the secret that the agencies share, at least 16 bytes; blanks at its end do not count.")
    var secretFile: String
    @Option(name: [.customShort("o"), .customLong("output")], help: "The file to write.") var output: String
    @Option(name: .customLong("list"), help: "The list's name; the file's name unless told.") var name: String?
    @Option(help: "What the encodings may be used for.") var purpose = "one linkage for an estimate"
    @Option(help: "The last day of use, as 2026-12-31; 30 days from now unless told.") var expires: String?
    @Option(help: "A further hardening; may be repeated.") var harden: [String] = []
    @OptionGroup var pack: PackFolderOption

    func run() throws {
      let today = LinkFiles.today
      let last = try expires.map { text in
        guard let day = CalendarDay(text), day >= today else {
          throw CommandFailure(message: "--expires must be a day to come, as 2026-12-31, not “\(text)”", code: 64)
        }
        return day
      }
      let steps = try harden.map { text in
        guard let step = LinkageSchema.Hardening(text) else {
          throw CommandFailure(
            message: "--harden must be fold, rule90, balance, flip:0.05 or salt:COLUMN, not “\(text)”", code: 64)
        }
        return step
      }
      let schema = try LinkFiles.schema(schema, pack.folder, steps)
      let secret = try LinkFiles.secret(secretFile)
      let listName = LinkFiles.listName(name ?? URL(filePath: output).deletingPathExtension().lastPathComponent)
      guard !listName.isEmpty, !purpose.contains(where: \.isNewline) else {
        throw CommandFailure(message: "--list needs letters or digits, --purpose one line", code: 64)
      }
      var list = EncodedList(
        name: listName, purpose: purpose, created: today, expires: last ?? today.adding(days: 30), schema: schema,
        secret: secret)
      let progress = ProgressLine()
      defer { progress.end() }
      let notes = try LinkFiles.naming(people) {
        var reader = try FactFile.reader(people)
        return try PeopleFile.encode(&reader, into: &list, schema, secret: secret) { progress.show("\($0) people") }
      }
      progress.end()
      try LinkFiles.write(list.text, output, isPrivate: true)
      print("\(list.count) people encoded as “\(listName)” with \(list.schema), to be used until \(list.expires).")
      if notes.empty > 0 {
        print("Note: \(notes.empty) of them have no value in any encoded column and link with nobody.")
      }
      if !notes.missing.isEmpty {
        print("Note: there is no column \(notes.missing.joined(separator: ", ")); the other lists should lack it too.")
      }
      print("Note: \(EncodedList.warning).")
    }
  }

  struct Match: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compare encoded lists and write the pairs that are the same person.",
      discussion: """
        Every record is compared with every record of the other lists. The threshold is fixed beforehand, on invented \
        people or on another exchange: 0.73 for es-1. With --floor, pairs below it are written too, marked linked 0, for \
        a sample to look at.
        """)

    @Argument(help: "Two or more files of encodings.") var lists: [String]
    @OptionGroup var settings: MatchOptions
    @Option(name: [.customShort("o"), .customLong("output")], help: "The CSV file to write.") var output: String
    @Option(help: "Also write pairs down to this score, with linked 0.") var floor: Double?
    @Option(help: "Write every person found on two lists or more: a CSV file group,list,id.") var groups: String?
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
      if let floor, !(floor > 0 && floor <= settings.threshold) {
        throw CommandFailure(message: "--floor must be above 0 and not above --threshold", code: 64)
      }
      let found = try await LinkFiles.link(lists, settings, floor: floor ?? settings.threshold)
      try LinkFiles.write(found.pairsText, output, isPrivate: true)
      if let groups { try LinkFiles.write(found.groupsText, groups, isPrivate: true) }
      if json {
        return try printJSON(
          ReportValue.object([
            ("lists", .list(found.lists.map { .text($0.name) })), ("pairs", .count(found.links.count)),
            ("candidates", .count(found.pairs.count)), ("people", .count(found.groups.count)),
            ("threshold", .number(settings.threshold)), ("purpose", .text(found.purpose)),
            ("expires", .text(found.expires.description)),
          ]))
      }
      print(
        "\(found.links.count) pairs linked, \(found.groups.count) people on two lists or more; scores stay in the house."
      )
      print(found.purposeLine)
    }
  }

  struct OverlapOf: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "overlap",
      abstract: "Count how the lists overlap, for amparo estimate.",
      discussion: "Writes capture histories only: no ids, no scores. Small counts are still small counts.")

    @Argument(help: "Two or more files of encodings.") var lists: [String]
    @OptionGroup var settings: MatchOptions
    @Option(name: [.customShort("o"), .customLong("output")], help: "The CSV file to write.") var output: String
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
      guard lists.count <= 6 else { throw CommandFailure(message: "at most six lists overlap in one table", code: 64) }
      let found = try await LinkFiles.link(lists, settings, floor: settings.threshold)
      let counts = Overlap.histories(found.groups, sizes: found.lists.map(\.count))
      var lines = [
        "# linked with \(found.lists[0].schema), threshold \(settings.threshold), \(settings.solve)",
        "# linkage errors are in these counts: amparo link sample, then amparo estimate --missed --false-links",
        (found.lists.map(\.name) + ["count"]).joined(separator: ","),
      ]
      for history in 1..<counts.count where counts[history] > 0 {
        let marks = found.lists.indices.map { String(history >> $0 & 1) }
        lines.append((marks + [String(counts[history])]).joined(separator: ","))
      }
      try LinkFiles.write(lines.joined(separator: "\n") + "\n", output, isPrivate: false)
      let people = counts.reduce(0, +)
      if json {
        return try printJSON(
          ReportValue.object([
            ("observed", .count(people)), ("records", .count(found.lists.reduce(0) { $0 + $1.count })),
            ("overlapping", .count(found.groups.count)), ("purpose", .text(found.purpose)),
            ("expires", .text(found.expires.description)),
          ]))
      }
      print("\(people) different people, \(found.groups.count) of them on two lists or more.")
      print(found.purposeLine)
    }
  }
}

/// What decides which pairs are links.
struct MatchOptions: ParsableArguments {
  @Option(help: "The least score of a link, above 0 to 1; the schema's file names one.") var threshold: Double
  @Option(help: "one-to-one (each person once a list) or greedy.") var solve = "one-to-one"
  @Flag(help: "Compare only pairs that agree in some places: for hundreds of thousands of people; loses some links.")
  var blocking = false

  func checked() throws -> PairSolver.Rule {
    guard threshold > 0, threshold <= 1 else {
      throw CommandFailure(message: "--threshold must be above 0 and at most 1, not \(threshold)", code: 64)
    }
    guard let rule = PairSolver.Rule(rawValue: solve) else {
      throw CommandFailure(message: "--solve must be one-to-one or greedy, not “\(solve)”", code: 64)
    }
    return rule
  }
}

/// The pack's folder by itself: schemas are read without reading the rest of the pack.
struct PackFolderOption: ParsableArguments {
  @Option(name: .customLong("pack"), help: "The country's pack, a folder.") var folder = "Packs/ecuador"
}
