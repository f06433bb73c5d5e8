import Basics
import Estimation
import Foundation
import InventedPeople
import Linkage

/// `make bench BENCH='--only link'`: encoding, comparing, and how well invented people are found. CPU seconds, because
/// the machine is rarely idle; the goals are those of the reference programs times what was promised.
enum BenchLinkage {
  static let secret = Array("a secret for measuring only".utf8)
  static let day = CalendarDay(daysSince1970: 20_000)

  static func measure(pack: String, into table: inout FigureTable) async throws {
    let text = try String(contentsOfFile: "\(pack)/linkage/es-1.yaml", encoding: .utf8)
    let schema = try LinkageSchema(yaml: text)
    try encoding(schema, into: &table)
    try await comparing(schema, into: &table)
    try await finding(schema, into: &table)
    try await overlaps(schema, into: &table)
  }

  static func cpuSeconds(_ work: () async throws -> Void) async rethrows -> (cpu: Double, wall: Double) {
    let (cpu, start) = (clock(), ContinuousClock.now)
    try await work()
    return (Double(clock() - cpu) / Double(CLOCKS_PER_SEC), milliseconds(start.duration(to: .now)) / 1000)
  }

  static func encoded(_ name: String, _ people: [InventedPerson], _ schema: LinkageSchema) throws -> EncodedList {
    var encoder = try RecordEncoder(schema, secret: secret)
    let columns = try encoder.columns(in: InventedPeople.header)
    var list = EncodedList(name: name, purpose: "bench", created: day, expires: day, schema: schema, secret: secret)
    for (place, person) in people.enumerated() { list.append("\(place)", encoder.encode(person.values, columns)) }
    return list
  }

  private static func encoding(_ schema: LinkageSchema, into table: inout FigureTable) throws {
    var invented = InventedPeople(seed: 1)
    let values = (0..<50_000).map { _ in
      let person = invented.person()
      return invented.recorded(person).values
    }
    var rates: [Double] = []
    for _ in 0..<5 {
      var encoder = try RecordEncoder(schema, secret: secret)
      let columns = try encoder.columns(in: InventedPeople.header)
      let start = clock()
      var ones = 0
      for record in values { ones += encoder.encode(record, columns).filter[0].nonzeroBitCount }
      if ones > 0 { rates.append(50_000 / (Double(clock() - start) / Double(CLOCKS_PER_SEC))) }
    }
    table.add(
      "people encoded a second of CPU, cold", value: rates.sorted()[rates.count / 2], unit: "/s", goal: 150_000,
      isMore: true)
  }

  private static func comparing(_ schema: LinkageSchema, into table: inout FigureTable) async throws {
    var invented = InventedPeople(seed: 2)
    let lists = try ["a", "b"].map { name in
      try encoded(name, (0..<50_000).map { _ in invented.person() }, schema)
    }
    for threshold in [0.85, 0.73] {
      let times = try await cpuSeconds { _ = try await PairSearch.candidates(lists, threshold: threshold) }
      table.add(
        "comparisons a second of CPU, threshold \(threshold)", value: 2500 / times.cpu, unit: "M/s", goal: 300,
        isMore: true)
      table.add("50,000 by 50,000, threshold \(threshold)", value: times.wall, unit: "s", goal: 5)
    }
  }

  private static func finding(_ schema: LinkageSchema, into table: inout FigureTable) async throws {
    let threshold = schema.threshold ?? 0.73
    for (seed, noise) in [(1, 1.0), (101, 1.0), (102, 1.0), (1, 0.5), (1, 2.0)] as [(UInt64, Double)] {
      var invented = InventedPeople(seed: seed)
      let (a, b, truth) = invented.twoLists(10_000, noise: noise)
      let lists = [try encoded("a", a, schema), try encoded("b", b, schema)]
      let groups = PairSolver.groups(try await PairSearch.candidates(lists, threshold: threshold))
      let found = Set(groups.map { "\($0.records[0].index)-\($0.records[1].index)" })
      let score = LinkageScore(found: found, truth: Set(truth.map { "\($0.0)-\($0.1)" }))
      table.add(
        "F1 on 10,000 by 10,000, seed \(seed), noise \(noise)", value: score.f1 ?? 0, unit: "",
        goal: noise == 1 ? 0.96 : nil, isMore: true)
    }
  }

  /// From invented agencies to the number, the truth known: encode, compare, solve, look at a sample, estimate.
  private static func overlaps(_ schema: LinkageSchema, into table: inout FigureTable) async throws {
    let population = 20_000
    var (covered, sum) = (0, 0.0)
    for seed in 1...20 as ClosedRange<UInt64> {
      let found = try await BenchAgencies(seed: seed, population: population, schema: schema).estimate()
      sum += found.total
      if found.lower <= Double(population), found.upper >= Double(population) { covered += 1 }
    }
    let bias = abs(sum / 20 / Double(population) - 1) * 100
    table.add("bias of the total over 20 seeds, linkage errors in it", value: bias, unit: "%", goal: 5)
    table.add("95 % intervals that hold the truth, of 20", value: Double(covered), unit: "", goal: 18, isMore: true)
  }
}
