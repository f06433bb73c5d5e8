import Basics
import CountryPack

/// What a mechanism would do with the cases it expects: a discrete-event simulation, the same for the same seed on every
/// machine. See `docs/mechanism.md` for what it assumes and does not say.
public struct MechanismSimulation: Sendable, Encodable {
  /// Times that cases waited. Minutes.
  public struct Waits: Hashable, Sendable, Encodable {
    public var cases: Int
    public var medianMinutes: Int?
    public var p90Minutes: Int?
    public var meanMinutes: Double
    /// Of those with a time limit.
    public var shareInTime: Double?
  }

  public struct Step: Hashable, Sendable, Encodable {
    public var code: String
    public var waits: Waits
    public var withoutDesk: Int
    public var withoutService: Int
    public var withoutWayOn: Int
  }

  public struct Desk: Hashable, Sendable, Encodable {
    public var code: String
    public var waits: Waits
    /// Work in proportion to the open time of its people; above 1 is not possible for long.
    public var use: Double
    public var passedOn: Int
    public var tookOver: Int
    /// Its part of all the waiting for desks.
    public var shareOfWaiting: Double
    public var isBottleneck: Bool
  }

  public struct Service: Hashable, Sendable, Encodable {
    public var code: String
    public var places: Int
    /// Waits for a place, after the desk has answered.
    public var waits: Waits
    public var shareAtOnce: Double?
    /// Taken places in proportion to all.
    public var use: Double
    public var isBottleneck: Bool
  }

  /// What one more place, or one more person, would change: the same cases with the same chances, run twice.
  public struct WhatIf: Hashable, Sendable, Encodable {
    public enum Kind: String, Hashable, Sendable, Encodable {
      case place
      case person
    }

    public var kind: Kind
    /// The service or the desk.
    public var code: String
    /// Of the wait for a place of this service, or for this desk. Minutes.
    public var meanWaitBefore: Double
    public var meanWaitAfter: Double
    /// After less before, over the seeds.
    public var change: Double
    public var changeStandardError: Double
    public var changeLowest: Double
    public var changeHighest: Double
    /// The share placed at once, or answered in time.
    public var shareBefore: Double?
    public var shareAfter: Double?
  }

  public struct Comparison: Hashable, Sendable, Encodable {
    public var seeds: [UInt64]
    public var casesEach: Int
    public var changes: [WhatIf]
  }

  public struct Outcomes: Hashable, Sendable, Encodable {
    public var closed: Int
    public var withoutDesk: Int
    public var withoutService: Int
    public var withoutWayOn: Int
    /// Given up after 200 steps.
    public var wentRound: Int
  }

  public var mechanism: String
  public var version: String
  public var cases: Int
  public var seed: UInt64
  /// The first cases meet empty desks and shelters and are not measured.
  public var notMeasured: Int
  /// Until the last case came.
  public var days: Int
  public var outcomes: Outcomes
  public var shareInTime: Double?
  /// From the first step to the end of the last.
  public var wholeWay: Waits
  public var steps: [Step]
  public var desks: [Desk]
  public var services: [Service]
  /// Codes of desks and services, those first for which people wait longest.
  public var bottlenecks: [String]
  public var oneMore: Comparison

  /// - Parameters:
  ///   - cases: 1 to 1,000,000.
  ///   - seed: the same seed gives the same result.
  ///   - comparisons: over how many seeds what one more would change is looked at; 0 leaves it out.
  /// - Throws: `SimulationRefusal` where the mechanism can't be simulated.
  public init(
    _ mechanism: Mechanism, terms: MechanismTerms, cases: Int, seed: UInt64, comparisons: Int = 5
  ) throws(SimulationRefusal) {
    let model = try SimulationModel(mechanism, terms)
    let warmUp = cases / 10
    let run = SimulationEngine.run(model, cases: cases, warmUp: warmUp, seed: seed)
    self.init(mechanism, model, run, seed: seed, warmUp: warmUp)
    oneMore = OneMore(mechanism, model, run, cases: min(cases, 2500), seed: seed, runs: comparisons).comparison
  }

  init(_ mechanism: Mechanism, _ model: SimulationModel, _ run: SimulationRun, seed: UInt64, warmUp: Int) {
    self.mechanism = mechanism.code
    version = mechanism.version.description
    cases = run.cases
    self.seed = seed
    notMeasured = warmUp
    days = Int(run.lastArrival / DeskCalendar.day)
    outcomes = Outcomes(
      closed: run.closed, withoutDesk: run.steps.reduce(0) { $0 + $1.withoutDesk },
      withoutService: run.steps.reduce(0) { $0 + $1.withoutService },
      withoutWayOn: run.steps.reduce(0) { $0 + $1.withoutWayOn }, wentRound: run.wentRound)
    let limited = run.steps.reduce(0) { $0 + $1.waits.limited }
    shareInTime = limited == 0 ? nil : Self.share(run.steps.reduce(0) { $0 + $1.waits.inTime }, limited)
    wholeWay = Self.waits(run.whole)
    steps = zip(mechanism.steps, run.steps).map { step, counted in
      Step(
        code: step.code, waits: Self.waits(counted.waits), withoutDesk: counted.withoutDesk,
        withoutService: counted.withoutService, withoutWayOn: counted.withoutWayOn)
    }
    let waiting = run.desks.reduce(0) { $0 + $1.waits.sum }
    desks = mechanism.desks.indices.map { number in
      let (counted, desk) = (run.desks[number], model.desks[number])
      let open = desk.calendar.openTime(until: run.lastArrival) * Int64(desk.people)
      let use = open == 0 ? 0 : Self.rounded(Double(counted.worked) / Double(open))
      let waits = Self.waits(counted.waits)
      return Desk(
        code: mechanism.desks[number].code, waits: waits, use: use, passedOn: counted.passedOn,
        tookOver: counted.tookOver,
        shareOfWaiting: waiting == 0 ? 0 : Self.rounded(Double(counted.waits.sum) / Double(waiting)),
        isBottleneck: counted.waits.sum > 0 && (use >= 0.85 || waits.shareInTime.map { $0 < 0.9 } == true))
    }
    services = mechanism.services.indices.compactMap { number in
      guard let places = mechanism.services[number].places else { return nil }
      let counted = run.services[number]
      let whole = Double(run.lastArrival) * Double(places)
      let use = whole == 0 ? 0 : Self.rounded(Double(counted.occupied) / whole)
      let measured = counted.waits.times.count
      return Service(
        code: mechanism.services[number].code, places: places, waits: Self.waits(counted.waits),
        shareAtOnce: measured == 0 ? nil : Self.share(counted.atOnce, measured), use: use,
        isBottleneck: measured > 0 && (use >= 0.85 || Self.share(counted.atOnce, measured) < 0.9))
    }
    let narrow =
      desks.filter(\.isBottleneck).map { ($0.code, $0.waits.meanMinutes * Double($0.waits.cases)) }
      + services.filter(\.isBottleneck).map { ($0.code, $0.waits.meanMinutes * Double($0.waits.cases)) }
    bottlenecks = narrow.enumerated().sorted {
      ($1.element.1, $0.offset) < ($0.element.1, $1.offset)
    }.map(\.element.0)
    oneMore = Comparison(seeds: [], casesEach: 0, changes: [])
  }

  static func waits(_ waits: SimulationRun.Waits) -> Waits {
    Waits(
      cases: waits.times.count, medianMinutes: waits.quantile(tenths: 5).map(minutes),
      p90Minutes: waits.quantile(tenths: 9).map(minutes), meanMinutes: tenth(waits.mean / 60_000),
      shareInTime: waits.limited == 0 ? nil : share(waits.inTime, waits.limited))
  }

  private static func minutes(_ time: Int64) -> Int { Int((time + 30_000) / 60_000) }
  static func tenth(_ value: Double) -> Double { (value * 10).rounded() / 10 }
  static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
  static func share(_ part: Int, _ whole: Int) -> Double { rounded(Double(part) / Double(whole)) }
}

/// Runs the same cases with and without one more place or person where people wait longest.
struct OneMore {
  let comparison: MechanismSimulation.Comparison

  /// How many services and how many desks are looked at.
  static let most = 3

  init(
    _ mechanism: Mechanism, _ model: SimulationModel, _ run: SimulationRun, cases: Int, seed: UInt64, runs: Int
  ) {
    guard runs > 0 else {
      comparison = .init(seeds: [], casesEach: 0, changes: [])
      return
    }
    let services = model.services.indices.filter { model.services[$0].places != nil }
    let longest = Self.longest(services) { run.services[$0].waits.sum }
    let desks = Self.longest(Array(model.desks.indices)) { run.desks[$0].waits.sum }.filter {
      run.desks[$0].waits.sum > 0
    }
    let seeds = (0..<UInt64(runs)).map { seed &+ $0 }
    let before = seeds.map { SimulationEngine.run(model, cases: cases, warmUp: cases / 10, seed: $0) }
    let changes =
      longest.map { number in
        var more = model
        more.services[number].places = (model.services[number].places ?? 0) + 1
        return Self.change(.place, mechanism.services[number].code, before, seeds, more, cases) { run in
          let service = run.services[number]
          return (service.waits.mean, service.atOnce, service.waits.times.count)
        }
      }
      + desks.map { number in
        var more = model
        more.desks[number].people += 1
        return Self.change(.person, mechanism.desks[number].code, before, seeds, more, cases) { run in
          let waits = run.desks[number].waits
          return (waits.mean, waits.inTime, waits.limited)
        }
      }
    comparison = .init(seeds: seeds, casesEach: cases, changes: changes)
  }

  private static func longest(_ numbers: [Int], _ waited: (Int) -> Int64) -> [Int] {
    Array(numbers.sorted { (waited($1), $0) < (waited($0), $1) }.prefix(most))
  }

  private static func change(
    _ kind: MechanismSimulation.WhatIf.Kind, _ code: String, _ before: [SimulationRun], _ seeds: [UInt64],
    _ more: SimulationModel, _ cases: Int, _ measure: (SimulationRun) -> (mean: Double, good: Int, all: Int)
  ) -> MechanismSimulation.WhatIf {
    let first = before.map(measure)
    let second = seeds.map {
      measure(SimulationEngine.run(more, cases: cases, warmUp: cases / 10, seed: $0))
    }
    let count = Double(seeds.count)
    let changes = zip(first, second).map { ($1.mean - $0.mean) / 60_000 }
    let mean = changes.reduce(0, +) / count
    let squares = changes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = seeds.count > 1 ? (squares / (count - 1) / count).squareRoot() : 0
    func share(_ runs: [(mean: Double, good: Int, all: Int)]) -> Double? {
      let all = runs.reduce(0) { $0 + $1.all }
      return all == 0 ? nil : MechanismSimulation.share(runs.reduce(0) { $0 + $1.good }, all)
    }
    func average(_ runs: [(mean: Double, good: Int, all: Int)]) -> Double {
      MechanismSimulation.tenth(runs.reduce(0) { $0 + $1.mean } / count / 60_000)
    }
    return MechanismSimulation.WhatIf(
      kind: kind, code: code, meanWaitBefore: average(first), meanWaitAfter: average(second),
      change: MechanismSimulation.tenth(mean), changeStandardError: MechanismSimulation.tenth(error),
      changeLowest: MechanismSimulation.tenth(changes.min() ?? 0),
      changeHighest: MechanismSimulation.tenth(changes.max() ?? 0), shareBefore: share(first),
      shareAfter: share(second))
  }
}
