import Estimation
import Foundation

/// `make bench BENCH='--only estimate'`: the published tables, against the CPU seconds of the programs in R that the
/// reference values come from (SparseMSE 2.0.1: 142 and 439 s; dga 2.0.2: 2.6 s).
enum BenchEstimation {
  static func measure(into table: inout FigureTable) async throws {
    for (name, goal) in [("uk2013_5", 142.0 / 50), ("uk2013_6", 439.0 / 50)] {
      let lists = try self.table(name)
      let times = try await BenchLinkage.cpuSeconds {
        _ = try await BootstrapInterval.make(.stepwise(p: 0.02), lists, resamples: 1000, seed: 1)
      }
      table.add("stepwise with 1,000 BCa resamples, \(name), CPU", value: times.cpu, unit: "s", goal: goal)
    }
    let five = try self.table("uk2013_5")
    var admissible = 0
    let models = try await BenchLinkage.cpuSeconds { admissible = try ModelRanking(five, maxOrder: 4).models.count }
    table.add("6,893 hierarchical models of five lists, CPU", value: models.cpu, unit: "s", goal: 0.5)
    table.add("of them with an estimate", value: Double(admissible), unit: "", goal: 6519, isMore: true)
    var mean = 0.0
    let graphs = await BenchLinkage.cpuSeconds { mean = GraphAverage(five, cap: 40_000)?.mean ?? 0 }
    table.add("822 graphs, every total to 40,000, CPU", value: graphs.cpu, unit: "s", goal: 2.6 / 4)
    table.add("their mean less the reference's 21,239.96", value: abs(mean - 21_239.96), unit: "", goal: 0.01)
  }

  private static func table(_ name: String) throws -> HistoryTable {
    try HistoryFile.read(String(contentsOfFile: "Tests/Fixtures/mse/\(name).csv", encoding: .utf8)).table
  }
}
