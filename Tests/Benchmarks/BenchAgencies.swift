import Estimation
import InventedPeople
import Linkage

/// Five invented agencies that each know some of a population, linked without names and estimated.
struct BenchAgencies {
  private let lists: [EncodedList]
  private let people: [[Int]]
  private let threshold: Double
  private let seed: UInt64

  init(seed: UInt64, population: Int, schema: LinkageSchema) throws {
    var invented = InventedPeople(seed: seed)
    let agencies = invented.agencies(population: population, chances: [0.05, 0.06, 0.04, 0.055, 0.035])
    lists = try agencies.enumerated().map { number, records in
      try BenchLinkage.encoded("L\(number)", records.map(\.record), schema)
    }
    people = agencies.map { $0.map(\.person) }
    threshold = schema.threshold ?? 0.73
    self.seed = seed
  }

  private struct Ends: Hashable {
    var first: PairSolver.Record
    var second: PairSolver.Record
  }

  func estimate() async throws -> CorrectedEstimate {
    let pairs = try await PairSearch.candidates(lists, threshold: threshold - 0.13)
    let groups = PairSolver.groups(pairs.filter { $0.score >= threshold })
    var linked: Set<Ends> = []
    for group in groups {
      for (place, first) in group.records.enumerated() {
        for second in group.records[(place + 1)...] { linked.insert(Ends(first: first, second: second)) }
      }
    }
    func isLinked(_ pair: CandidatePair) -> Bool {
      linked.contains(
        Ends(
          first: .init(list: pair.firstList, index: pair.first),
          second: .init(list: pair.secondList, index: pair.second)))
    }
    let counts = Overlap.histories(groups, sizes: lists.map(\.count))
    let table = try HistoryTable(lists: lists.map(\.name), counts: counts.map(Double.init))
    let rates = SampledErrorRates(
      links: looked(pairs.filter(isLinked)), below: looked(pairs.filter { !isLinked($0) }))
    guard let rates,
      let missed = LinkageError.Share(wrong: rates.missed.wrong, looked: rates.missed.looked),
      let wrongly = LinkageError.Share(wrong: rates.wrongly.wrong, looked: rates.wrongly.looked),
      let found = try await CorrectedEstimate.make(
        .stepwise(p: 0.02), table, error: LinkageError(missed: missed, wrongly: wrongly), resamples: 1000, seed: seed)
    else {
      throw HistoryProblem(
        es: "las instituciones inventadas no permiten estimar", en: "the invented agencies allow no estimate")
    }
    return found
  }

  /// What somebody with the names would find in a sample of 400.
  private func looked(_ pairs: [CandidatePair]) -> SampledErrorRates.Kind {
    let sample = ClericalSample.indices(of: pairs.count, count: 400, seed: seed)
    let same = sample.count { place in
      let pair = pairs[place]
      return people[pair.firstList][pair.first] == people[pair.secondList][pair.second]
    }
    return .init(same: same, looked: sample.count, whole: pairs.count)
  }
}
