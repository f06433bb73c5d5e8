import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Records
import Vault
import Web

/// `make bench`: what a person waits for, measured on the release build against a store with many cases.
///
/// Prints medians, the 99th percentile, the growth from the smaller to the larger store, and the ratio to the same
/// question asked directly of the engine. Ends with 1 when a figure misses its goal, with 2 when something went wrong.
@main
struct Bench {
  static func main() async {
    do { try await measure(Options(CommandLine.arguments)) } catch {
      try? FileHandle.standardError.write(contentsOf: Data("amparo-bench: \(error)\n".utf8))
      exit(2)
    }
  }

  private static func measure(_ options: Options) async throws {
    var table = FigureTable()
    let pack = try CountryPack.load(from: URL(filePath: options.pack))
    for part in Part.allCases where options.parts.contains(part) {
      switch part {
      case .papers: try await BenchPapers.add(program: options.program, pack: pack, &table)
      case .classroom:
        try await BenchClass.measure(program: options.program, pack: pack, sizes: options.classes, into: &table)
      case .screenings: try measureScreenings(options, pack, &table)
      case .mechanism:
        let bench = try BenchMechanism(
          program: options.program, packFolder: options.pack, cases: 100_000, runs: 9)
        table.add("a mechanism simulated with 100000 cases, and one more of each", bench.times, goal: 2000)
      case .items: try await measureItems(options, &table)
      case .imports: try await BenchImport.measure(options, pack, into: &table)
      case .cases: try await measureCases(options, pack, &table)
      case .casework: try await BenchCasework.measure(options, pack, into: &table)
      case .link: try await BenchLinkage.measure(pack: options.pack, into: &table)
      case .estimate: try await BenchEstimation.measure(into: &table)
      case .directory: try await measureDirectory(options, &table)
      case .refer: try await BenchReferrals.measure(options, pack, into: &table)
      case .tables: try await measureTables(options, pack, &table)
      case .plan: try await BenchPlan.measure(options, pack, into: &table)
      case .site: try await BenchPublic.measure(options, pack, into: &table)
      }
    }
    print(table.text)
    if table.missed { exit(1) }
  }

  /// What can be measured alone.
  enum Part: String, CaseIterable {
    case papers
    case classroom = "class"
    case screenings, mechanism, items
    case imports = "import"
    case cases, casework, link, estimate, directory, refer, tables, plan
    case site = "public"
  }

  private static func measureScreenings(_ options: Options, _ pack: CountryPack, _ table: inout FigureTable) throws {
    let batch = try BenchScreening(
      program: options.program, pack: pack, packFolder: options.pack, lines: options.screenings, runs: 9)
    let rates = batch.rates
    table.add(
      "screenings read and explained (\(batch.bytesPerLine) bytes a line)", value: rates[rates.count / 2], unit: "/s",
      goal: 200_000, isMore: true)
    table.add("the slowest and the fastest run", value: rates[0], unit: "/s")
    table.add("", value: rates[rates.count - 1], unit: "/s")
  }

  private static func measureItems(_ options: Options, _ table: inout FigureTable) async throws {
    var analyses: [Samples] = []
    for responses in [100_000, 1_000_000] {
      let measured = try await BenchItems.measure(program: options.program, responses: responses, samples: 12)
      let isLast = responses == 1_000_000
      table.add("item analysis of \(responses) responses, the formulas", measured.formulas)
      table.add("item analysis of \(responses) responses, from a file", measured.whole, goal: isLast ? 1000 : nil)
      analyses.append(measured.whole)
    }
    table.add(
      "growth of the item analysis for ten times the responses", value: analyses[1].median / analyses[0].median,
      unit: "×")
  }

  /// Protected tables of three columns, from ten thousand to a million live cases.
  private static func measureTables(_ options: Options, _ pack: CountryPack, _ table: inout FigureTable) async throws {
    var medians: [Double] = []
    let sizes = [10_000, 250_000, 1_000_000]
    for size in sizes {
      let measured = try await BenchTables.measure(cases: size, pack: pack, samples: min(100, options.samples))
      table.add(
        "protected table of 3 columns, \(size) cases", measured.table, goal: size == 250_000 ? 50 : nil)
      table.add("the same, one case changed before each", measured.changed, goal: size == 250_000 ? 50 : nil)
      table.add("the same, each person once", measured.persons)
      table.add("its counts asked of the store", measured.store)
      table.add("the first after a start", value: measured.first, unit: "ms")
      medians.append(measured.table.median)
    }
    table.add("growth of a protected table, 10000 to 1000000 cases", value: medians[2] / medians[0], unit: "×")
  }

  private static func measureDirectory(_ options: Options, _ table: inout FigureTable) async throws {
    let measured = try await BenchDirectory.measure(services: 10_000, samples: options.samples)
    table.add("search by need, place, person over 10000 services", measured.need, goal: 10)
    table.add("the same over all needs, with words", measured.everything, goal: 10)
    table.add("making 10000 services ready to search", measured.ready)
  }

  private static func measureCases(
    _ options: Options, _ pack: CountryPack, _ table: inout FigureTable
  ) async throws {
    var lists: [Int: Samples] = [:]
    for size in options.sizes {
      let house = try await House(program: options.program, pack: pack, cases: size)
      defer { house.remove() }
      let measured = try await house.measure(samples: options.samples)
      lists[size] = measured.list
      table.add("list of 25 with names, \(size) cases", measured.list, goal: size == options.sizes.last ? 20 : nil)
      table.add("the same query on the engine", measured.bareList)
      table.add("ratio to the engine", value: measured.list.median / measured.bareList.median, unit: "×")
      table.add("opening a file, \(size) cases", measured.file)
      table.add("search by a name with a typing error, \(size) cases", measured.search)
      table.add("work list without names, \(size) cases", measured.workList)
      if size == options.sizes.last {
        let site = try await RunningSite(program: options.program, data: house.data)
        table.add("start to first page, \(size) cases", value: site.startSeconds * 1000, unit: "ms", goal: 500)
        table.add("memory idle", value: site.residentMegabytes, unit: "MB", goal: 80)
        let views = try await site.pageViews(seconds: options.seconds)
        table.add("signed-in page views", value: views.perSecond, unit: "/s", goal: 500, isMore: true)
        table.add("one page view under that load", views.times)
        table.add("memory after the load", value: site.residentMegabytes, unit: "MB")
        site.stop()
      }
    }
    if let small = options.sizes.first.flatMap({ lists[$0] }), let large = options.sizes.last.flatMap({ lists[$0] }),
      options.sizes.count > 1
    {
      table.add(
        "growth of the list, \(options.sizes[0]) to \(options.sizes[options.sizes.count - 1]) cases",
        value: large.percentile(0.99) / small.percentile(0.99), unit: "×", goal: 1.3)
    }
  }

  struct Options {
    var program = ".build/release/amparo"
    var pack = "Packs/ecuador"
    var sizes = [10_000, 100_000]
    var samples = 400
    var seconds = 8.0
    var screenings = 400_000
    /// How many people answer at once.
    var classes = [200, 500]
    var parts = Set(Part.allCases)
    /// How many cases an agency has when names are searched for, and how many come in from a file.
    var registers = [10_000, 100_000, 1_000_000]
    /// The server's address, for measuring on PostgreSQL as well; `make bench` starts one.
    var postgreSQL = ProcessInfo.processInfo.environment["AMPARO_TEST_POSTGRES"]

    /// `--sizes 10000,100000 --program PATH --samples N --seconds S --screenings N`; `--class 200,500`: how many answer
    /// at once; `--only papers,class,screenings,mechanism,items,import,cases,casework,link,estimate,directory,
    /// refer,tables,plan,public`: these parts alone. `import`, `casework` and `refer` run on PostgreSQL too when
    /// `AMPARO_TEST_POSTGRES` names a server.
    init(_ arguments: [String]) {
      var words = arguments.dropFirst().makeIterator()
      while let word = words.next() {
        guard let value = words.next() else { break }
        switch word {
        case "--program": program = value
        case "--only": parts = Set(value.split(separator: ",").compactMap { Part(rawValue: String($0)) })
        case "--class": classes = value.split(separator: ",").compactMap { Int($0) }.filter { $0 > 0 }.sorted()
        case "--pack": pack = value
        case "--sizes":
          sizes = value.split(separator: ",").compactMap { Int($0) }.filter { $0 > 0 }.sorted()
          registers = sizes
        case "--samples": samples = Int(value) ?? samples
        case "--screenings": screenings = Int(value) ?? screenings
        case "--seconds": seconds = Double(value) ?? seconds
        default: break
        }
      }
    }
  }
}
