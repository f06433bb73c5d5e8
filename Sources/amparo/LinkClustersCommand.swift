import ArgumentParser
import Basics
import Linkage

extension LinkCommand {
  struct Clusters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Look over who was put together with whom, the most doubtful first.",
      discussion: """
        A cluster is one person on two lists or more. Its lowest score is that of its least alike records (2: the same \
        cédula); its rivals are records that reach the threshold too and were left out. Ids and scores stay in the house.
        """)

    @Argument(help: "Two or more files of encodings.") var lists: [String]
    @OptionGroup var settings: MatchOptions
    @Option(name: [.customShort("o"), .customLong("output")], help: "Write them all: cluster,list,id,lowest,rivals.")
    var output: String?
    @Option(help: "How many to print, 0 to 1000.") var show = 20
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
      guard (0...1000).contains(show) else { throw CommandFailure(message: "--show must be 0 to 1000", code: 64) }
      // A hair below the threshold, so that candidates which were not linked are kept: they are the rivals.
      let found = try await LinkFiles.link(lists, settings, floor: settings.threshold.nextDown)
      let view = LinkageClusters(found.groups, pairs: found.pairs.filter { $0.score >= settings.threshold })
      func name(_ record: PairSolver.Record) -> (list: String, id: String) {
        (found.lists[record.list].name, found.lists[record.list].ids[record.index])
      }
      func score(_ cluster: LinkageClusters.Cluster) -> Double { (cluster.lowest * 10_000).rounded() / 10_000 }
      if let output {
        var lines = ["cluster,list,id,lowest,rivals"]
        for (number, cluster) in view.clusters.enumerated() {
          for record in cluster.records.map(name) {
            lines.append("\(number + 1),\(record.list),\(record.id),\(score(cluster)),\(cluster.rivals)")
          }
        }
        try LinkFiles.write(lines.joined(separator: "\n") + "\n", output, isPrivate: true)
      }
      if json {
        return try printJSON(
          ReportValue.object([
            ("clusters", .count(view.clusters.count)), ("doubtful", .count(view.doubtful)),
            ("largest", .count(view.sizes.last?.records ?? 0)), ("threshold", .number(settings.threshold)),
            ("purpose", .text(found.purpose)), ("expires", .text(found.expires.description)),
          ]))
      }
      for size in view.sizes { print("\(size.clusters) people on \(size.records) lists") }
      print("\(view.doubtful) of \(view.clusters.count) have rivals.")
      for cluster in view.clusters.prefix(show) {
        let records = cluster.records.map(name).map { "\($0.list) \($0.id)" }.joined(separator: ", ")
        print("\(score(cluster))  \(cluster.rivals) rivals  \(records)")
      }
      print(found.purposeLine)
    }
  }
}
