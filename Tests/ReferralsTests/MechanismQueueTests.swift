import Basics
import CountryPack
import Foundation
import Testing

@testable import Referrals

/// The simulator against results that are known in closed form. Seeds are fixed, so that a result is the same on every
/// machine; tolerances are stated beside each.
@Suite struct MechanismQueueTests {
  private func simulate(
    _ mechanism: Mechanism, cases: Int = 60_000, seed: UInt64 = 11
  ) throws -> MechanismSimulation {
    try MechanismSimulation(mechanism, terms: try MechanismWorld.terms, cases: cases, seed: seed, comparisons: 0)
  }

  private func isNear(_ value: Double, _ expected: Double, _ tolerance: Double) -> Bool {
    abs(value - expected) <= tolerance * expected
  }

  /// One case every two hours, an hour each: ρ = 0.5.
  private let perYear = 4380

  @Test func oneServerWithExponentialTimes() throws {
    let waits = try simulate(MechanismWorld.desk(people: 1, perYear: perYear, work: 60, .wide)).desks[0].waits
    // M/M/1: Wq = ρ / (μ − λ); P(W > t) = ρ exp(−(μ − λ) t). Within 5 %, two standard errors.
    #expect(isNear(waits.meanMinutes, 60, 0.05), "\(waits.meanMinutes)")
    #expect(isNear(Double(waits.p90Minutes ?? 0), 60 * log(5) / 0.5, 0.05), "\(waits)")
    // Answered within two hours: 1 − 0.5 exp(−1). Within 1 %.
    #expect(isNear(waits.shareInTime ?? 0, 1 - 0.5 * exp(-1), 0.01), "\(waits)")
  }

  @Test func oneServerWithFixedTimes() throws {
    let waits = try simulate(MechanismWorld.desk(people: 1, perYear: perYear, work: 60, .none)).desks[0].waits
    // M/D/1: Wq = ρ / (2 μ (1 − ρ)). Within 4 %.
    #expect(isNear(waits.meanMinutes, 30, 0.04), "\(waits.meanMinutes)")
  }

  @Test func oneServerWithErlangTimes() throws {
    let waits = try simulate(MechanismWorld.desk(people: 1, perYear: perYear, work: 60, .moderate)).desks[0].waits
    // Pollaczek and Khinchine: Wq = ρ (1 + c²) / (2 μ (1 − ρ)) with c² = 1/4. Within 4 %.
    #expect(isNear(waits.meanMinutes, 37.5, 0.04), "\(waits.meanMinutes)")
  }

  private func erlangC(_ servers: Int, _ load: Double) -> Double {
    var (term, sum) = (1.0, 0.0)
    for k in 0..<servers {
      sum += term
      term *= load / Double(k + 1)
    }
    let last = term / (1 - load / Double(servers))
    return last / (sum + last)
  }

  @Test(arguments: [(2, 0.6), (5, 0.7)]) func severalServers(_ servers: Int, _ use: Double) throws {
    let perHour = use * Double(servers)
    let mechanism = MechanismWorld.desk(
      people: servers, perYear: Int((perHour * 8760).rounded()), work: 60, .wide)
    let desk = try simulate(mechanism).desks[0]
    // M/M/c: Wq = C(c, a) / (c μ − λ). Within 6 %; use within 1 %.
    let expected = 60 * erlangC(servers, perHour) / (Double(servers) - perHour)
    #expect(isNear(desk.waits.meanMinutes, expected, 0.06), "\(desk.waits.meanMinutes), expected \(expected)")
    #expect(isNear(desk.use, use, 0.01), "\(desk.use)")
  }

  private func shelter(_ places: Int, days: Int, _ spread: Mechanism.Duration.Spread) -> Mechanism.Service {
    Mechanism.Service(
      code: "beds", name: MechanismWorld.name("b"), desk: .init("d"), service: "shelter",
      group: .init(needs: ["housing"]), places: places, stay: .init(mean: days * 1440, spread: spread),
      source: "test", certainty: .decided)
  }

  @Test(arguments: Mechanism.Duration.Spread.allCases) func manyPlaces(_ spread: Mechanism.Duration.Spread) throws {
    let mechanism = MechanismWorld.desk(
      people: 100, perYear: 1000, work: 1, .none, service: shelter(500, days: 30, spread))
    let service = try simulate(mechanism, cases: 40_000).services[0]
    // M/G/∞: λ E[S] places taken on average, whatever the spread. Within 2 %.
    #expect(isNear(service.use * 500, 1000.0 / 365 * 30, 0.02), "\(service.use)")
    #expect(service.shareAtOnce == 1)
  }

  @Test func fewPlaces() throws {
    // Five places for 20 days each, λ = 0.2 a day: a = 4.
    let mechanism = MechanismWorld.desk(
      people: 100, perYear: 73, work: 1, .none, service: shelter(5, days: 20, .wide))
    let service = try simulate(mechanism, cases: 60_000).services[0]
    let chance = erlangC(5, 4)
    // M/M/c for places: the chance to wait within 5 %, the mean wait within 10 %.
    #expect(isNear(1 - (service.shareAtOnce ?? 1), chance, 0.05), "\(service), expected \(chance)")
    #expect(isNear(service.waits.meanMinutes, 1440 * chance / (5.0 / 20 - 0.2), 0.1), "\(service)")
  }

  @Test func theLogarithmIsExactEnough() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<2000 {
      let x = generator.next() >> UInt64.random(in: 0..<40, using: &generator) | 1
      let value = Double(SimulatedDraws.negatedLogarithm(x)) / 4_294_967_296
      #expect(abs(value + log(Double(x)) - 64 * log(2)) < 2e-9 * 64)
    }
    #expect(SimulatedDraws.negatedLogarithm(.max) <= 1)
  }

  @Test func casesFollowTheWeek() throws {
    var mechanism = MechanismWorld.desk(people: 50, perYear: 100_000, work: 1, .none)
    mechanism.pattern.days = [1, 1, 1, 1, 1, 0, 3]
    mechanism.pattern.hours = (0..<24).map { $0 >= 8 && $0 < 18 ? 1 : 0 }
    let model = try SimulationModel(mechanism, try MechanismWorld.terms)
    let weekday = ((MechanismWorld.day.daysSince1970 + 3) % 7 + 7) % 7
    var days = Array(repeating: 0, count: 7)
    var last: Int64 = -1
    var isWrong = false
    for step in 0..<7000 {
      let time = model.moment(ofEvenTime: Int64(step) * 8_640_000)
      isWrong = isWrong || time < last || !(8..<18).contains(Int(time % DeskCalendar.day / 3_600_000))
      last = time
      days[(weekday + Int(time / DeskCalendar.day)) % 7] += 1
    }
    #expect(!isWrong)
    #expect(days[5] == 0)
    #expect(abs(Double(days[6]) / Double(days[0]) - 3) < 0.2, "\(days)")
  }
}
