import Basics
import Foundation

/// Makes records that look like the facts and belong to nobody, with a report on both halves of that sentence.
public enum Synthesis {
  public enum Method: Sendable {
    /// Each record is what at least k real cases share: k holds at every length.
    case wholeRecords(k: Int)
    /// From counts rounded down to multiples of k: k holds up to the reporting length.
    case aggregates(k: Int)
    case differentiallyPrivate(PrivateCounts.Settings)
  }

  public struct Result: Sendable {
    public var records: CodedFacts
    public var report: SynthesisReport
    /// What an aggregate-seeded file was made from, and nothing else.
    public var counts: CombinationCounts?
  }

  /// - Parameters:
  ///   - length: the reporting length, 1 to 4 and not above the columns.
  ///   - seed: the same seed gives the same file; `nil` for true randomness, which the differentially private promise
  ///     needs.
  ///   - progress: told the share that is done, from 0 to 1; throws to break off.
  /// - Throws: `FactFileProblem` for a wrong parameter.
  public static func make(
    _ facts: CodedFacts, _ method: Method, length: Int, seed: UInt64? = nil,
    progress: @escaping (Double) throws -> Void = { _ in }
  ) throws -> Result {
    try check(facts, method, length)
    var system = SystemRandomNumberGenerator()
    let drawing = seed ?? system.next()
    let step = { (from: Double, to: Double) in { (done: Double) in try progress(from + (to - from) * done) } }
    let rows: [[Int]]
    var privacy: SynthesisReport.Privacy
    var counts: CombinationCounts?
    let k: Int
    switch method {
    case .wholeRecords(let resolution):
      k = resolution
      let real = try CombinationCounts(facts, longest: min(3, length), least: k, progress: step(0, 0.1))
      var maker = WholeRecords(facts, real: real, k: k, seed: drawing)
      rows = try maker.records(progress: step(0.1, 0.8))
      privacy = .init(
        guarantee: "Every combination of any length in this file is shared by at least \(k) real records.", k: k)
    case .aggregates(let resolution):
      k = resolution
      let real = try CombinationCounts(facts, longest: length, least: k, progress: step(0, 0.2))
      let rounded = real.roundedDown(to: k)
      var maker = AggregateRecords(rounded, columnOfAttribute: facts.columnOfAttribute, seed: drawing)
      rows = try maker.records(target: nil, progress: step(0.2, 0.8))
      counts = rounded
      privacy = .init(
        guarantee:
          "Every combination of up to \(length) columns in this file is shared by at least \(k) real records; longer "
          + "ones are made up, and a rare real one can come about by chance.", k: k)
    case .differentiallyPrivate(let settings):
      k = 10
      let made: PrivateCounts
      if seed != nil {
        var generator = SeededGenerator(seed: drawing)
        made = try PrivateCounts(facts, settings, using: &generator, progress: step(0, 0.3))
      } else {
        made = try PrivateCounts(facts, settings, using: &system, progress: step(0, 0.3))
      }
      var maker = AggregateRecords(made.counts, columnOfAttribute: facts.columnOfAttribute, seed: drawing &+ 1)
      rows = try maker.records(target: made.recordCount, progress: step(0.3, 0.8))
      counts = made.counts
      privacy = .init(
        guarantee:
          "Differential privacy with ε = \(settings.epsilon) and δ = \(made.delta) for adding or removing one record.",
        k: nil)
      privacy.epsilon = settings.epsilon
      privacy.delta = made.delta
      privacy.unit = "one record"
      privacy.accounting = settings.accounting.rawValue
      privacy.codesArePublic = settings.codesArePublic
      privacy.lengths = made.spent
    }
    let records = facts.with(records: rows)
    privacy.isSeeded = seed != nil
    let report = try SynthesisReport(
      real: facts, synthetic: records, k: k, length: length, privacy: privacy, progress: step(0.8, 1))
    return Result(records: records, report: report, counts: counts)
  }

  private static func check(_ facts: CodedFacts, _ method: Method, _ length: Int) throws {
    guard length >= 1, length <= CombinationCounts.longestLength else {
      throw FactFileProblem("the length must be from 1 to \(CombinationCounts.longestLength), not \(length)")
    }
    guard length <= facts.names.count else {
      throw FactFileProblem("the length \(length) is above the number of columns, \(facts.names.count)")
    }
    guard facts.attributeCount < FactTable.mostCodes else {
      throw FactFileProblem("the columns have more than \(FactTable.mostCodes) different codes together")
    }
    switch method {
    case .wholeRecords(let k), .aggregates(let k):
      guard k >= 2 else { throw FactFileProblem("k must be at least 2, not \(k): with 1 every person could stand out") }
      guard k <= facts.rowCount else {
        throw FactFileProblem("k is \(k), but there are only \(facts.rowCount) rows: pool more years or areas")
      }
    case .differentiallyPrivate(let settings):
      guard settings.epsilon > 0, settings.epsilon.isFinite, settings.epsilon <= 100 else {
        throw FactFileProblem("ε must be above 0 and at most 100, not \(settings.epsilon)")
      }
      guard settings.epsilon >= 0.01 else { throw FactFileProblem("with ε below 0.01 nothing but noise would be left") }
      if let delta = settings.delta, !(delta > 1e-15 && delta < 0.1) {
        throw FactFileProblem("δ must be above 0 and below 0.1, not \(delta)")
      }
      guard settings.fabrication > 0, settings.fabrication <= 1 else {
        throw FactFileProblem("the share of spurious combinations must be above 0 and at most 1")
      }
    }
  }
}

extension CombinationCounts {
  /// Every count rounded down to a multiple of k, so that no single case shows.
  func roundedDown(to k: Int) -> CombinationCounts { mapped { $0 / Int32(k) * Int32(k) } }
}
