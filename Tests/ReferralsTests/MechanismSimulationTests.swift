import Basics
import CountryPack
import Foundation
import TestSupport
import Testing

@testable import Referrals

@Suite struct MechanismSimulationTests {
  /// A mechanism of random steps, desks, hours, ways and services: also unsound ones.
  private func random(_ generator: inout SeededGenerator, _ terms: MechanismTerms) -> Mechanism {
    func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    func some(_ codes: [String], _ most: Int) -> [String] {
      (0..<number(0...most)).compactMap { _ in codes.randomElement(using: &generator) }
    }
    let provinces = ["EC-U", "EC-C", "EC-E"]
    let (needs, ages, sexes) = (terms.needs.map(\.code), terms.ages.map(\.code), terms.sexes.map(\.code))
    let spreads = Mechanism.Duration.Spread.allCases
    let (deskCount, serviceCount, stepCount) = (number(1...6), number(0...5), number(1...8))
    func group() -> Mechanism.Group {
      Mechanism.Group(
        needs: some(needs, 3), ages: some(ages, 3), sexes: some(sexes, 2), provinces: some(provinces, 2))
    }
    let desks = (0..<deskCount).map { index in
      let opens = number(0...1200)
      let hours: Mechanism.OpeningHours =
        number(0...2) == 0
        ? .always
        : .weekly([
          .init(days: Array(0..<number(1...7)), from: opens, until: number(opens + 1...1440))
        ])
      return Mechanism.Desk(
        code: "d\(index)", name: MechanismWorld.name("d"), kind: "ngo", provinces: some(provinces, 2),
        people: number(1...3), hours: hours, keepsHolidays: number(0...1) == 0,
        outOfHours: number(0...1) == 0 ? .init("d\(number(0...deskCount))") : nil,
        alternate: number(0...1) == 0 ? .init("d\(number(0...deskCount))") : nil, source: "test", certainty: .decided)
    }
    let services = (0..<serviceCount).map { index in
      let hasPlaces = number(0...3) > 0
      return Mechanism.Service(
        code: "v\(index)", name: MechanismWorld.name("v"), desk: .init("d\(number(0...deskCount))"),
        service: "shelter", group: group(), places: hasPlaces ? number(1...20) : nil,
        stay: hasPlaces
          ? .init(mean: number(1...60_000), spread: spreads.randomElement(using: &generator) ?? .none) : nil,
        source: "test", certainty: .decided)
    }
    let steps = (0..<stepCount).map { index in
      let gives = serviceCount > 0 && number(0...2) == 0
      let ends = number(0...3) == 0
      let limits: [Mechanism.Within?] = [
        nil, .urgency, .limit(.init(minutes: number(1...5000), counts: .calendar)),
        .limit(.init(minutes: number(1...9000), counts: .working)),
      ]
      return Mechanism.Step(
        code: "s\(index)", name: MechanismWorld.name("s"), text: MechanismWorld.name("s"),
        desks: gives ? [] : (0...deskCount).shuffled(using: &generator).map { .init("d\($0)") },
        services: gives ? (0..<serviceCount).map { .init("v\($0)") } : [],
        within: limits.randomElement(using: &generator) ?? nil,
        work: .init(mean: number(1...600), spread: spreads.randomElement(using: &generator) ?? .none),
        next: ends
          ? []
          : (0..<number(1...3)).map { _ in
            .init(
              to: .init("s\(number(0...stepCount))"), group: number(0...2) == 0 ? group() : .init(),
              share: number(1...9))
          },
        ends: ends)
    }
    return Mechanism(
      code: "random", name: MechanismWorld.name("r"), text: MechanismWorld.name("r"), version: MechanismWorld.day,
      source: "test", certainty: .decided, provinces: provinces, needs: needs, start: .init("s0"),
      holidays: Set((0..<number(0...20)).map { _ in MechanismWorld.day.adding(days: number(0...364)) }), desks: desks,
      services: services, steps: steps,
      arrivals: (0...number(0...3)).map { _ in
        .init(
          perYear: number(1...5000), group: group(),
          urgency: terms.urgencies.randomElement(using: &generator)?.code ?? "",
          source: "test", certainty: .decided)
      })
  }

  /// Nobody is lost, nobody is counted twice, nobody works beside a full desk or sleeps in a taken bed.
  @Test func casesAreConserved() throws {
    var generator = SeededGenerator(seed: testSeed("mechanism simulation"))
    let terms = try MechanismWorld.terms
    for _ in 0..<40 {
      let mechanism = random(&generator, terms)
      let model = try SimulationModel(mechanism, terms)
      let run = SimulationEngine.run(model, cases: 300, warmUp: 0, seed: generator.next())
      #expect(run.cases == 300)
      #expect(run.closed + run.wentRound + run.unserved == 300)
      #expect(run.whole.times.count == run.closed)
      for step in run.steps {
        #expect(step.reached == step.answered + step.withoutDesk + step.withoutService)
        #expect(step.waits.times.count == step.answered)
        #expect(step.waits.times.allSatisfy { $0 >= 0 })
        #expect(step.waits.inTime <= step.waits.limited)
      }
      #expect(run.desks.reduce(0) { $0 + $1.waits.times.count } == run.steps.reduce(0) { $0 + $1.answered })
      #expect(run.desks.reduce(0) { $0 + $1.passedOn } == run.desks.reduce(0) { $0 + $1.tookOver })
      for (desk, written) in zip(run.desks, mechanism.desks) { #expect(desk.mostAtWork <= written.people) }
      for (service, written) in zip(run.services, mechanism.services) {
        guard let places = written.places else { continue }
        #expect(service.mostTaken <= places)
        #expect(service.occupied <= run.lastArrival * Int64(places))
      }
    }
  }

  private func json(_ simulation: MechanismSimulation) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(simulation), as: UTF8.self)
  }

  @Test func theSameSeedGivesTheSame() throws {
    let terms = try MechanismWorld.terms
    let mechanism = try MechanismWorld.shipped("frontera-norte")
    let first = try MechanismSimulation(mechanism, terms: terms, cases: 2000, seed: 5, comparisons: 2)
    let again = try MechanismSimulation(mechanism, terms: terms, cases: 2000, seed: 5, comparisons: 2)
    let other = try MechanismSimulation(mechanism, terms: terms, cases: 2000, seed: 6, comparisons: 2)
    #expect(try json(first) == json(again))
    #expect(try json(first) != json(other))
  }

  /// What this run gave when it was written: another machine, another compiler must give it too.
  @Test func everyMachineGivesTheSame() throws {
    let run = SimulationEngine.run(
      try SimulationModel(try MechanismWorld.read(MechanismWorld.sound), try MechanismWorld.terms), cases: 1000,
      warmUp: 100, seed: 2007)
    #expect(run.lastArrival == 161_339_832_090)
    #expect(run.desks.map(\.waits.sum) == [75_262_515, 49_299_766])
    #expect(run.services.map(\.waits.sum) == [57_991_703_183_490])
  }

  @Test func onePlaceMoreNeverMakesAnybodyWaitLonger() throws {
    var mechanism = try MechanismWorld.read(MechanismWorld.sound)
    mechanism.services[0].places = 7
    let simulation = try MechanismSimulation(
      mechanism, terms: try MechanismWorld.terms, cases: 3000, seed: 9, comparisons: 6)
    let change = try #require(simulation.oneMore.changes.first { $0.kind == .place })
    #expect(change.code == "beds" && change.changeHighest < 0)
    #expect(change.changeLowest <= change.change && change.change <= change.changeHighest)
    #expect((change.shareAfter ?? 0) > (change.shareBefore ?? 1))
    #expect(simulation.oneMore.seeds == [9, 10, 11, 12, 13, 14])
    #expect(simulation.bottlenecks.first == "beds")
  }

  @Test func whatIsLatePassesToTheAlternate() throws {
    var mechanism = try MechanismWorld.read(MechanismWorld.sound)
    // A desk of one for far too many: what it can't answer in a day goes to the other.
    mechanism.arrivals[0].perYear = 20_000
    mechanism.desks[1].people = 50
    mechanism.services[0].places = 5000
    let simulation = try MechanismSimulation(
      mechanism, terms: try MechanismWorld.terms, cases: 4000, seed: 1, comparisons: 0)
    #expect(simulation.desks[0].passedOn > 1000)
    #expect(simulation.desks[1].tookOver == simulation.desks[0].passedOn)
    // Nobody waits longer than the limit by more than the other desk needs to begin.
    #expect((simulation.desks[0].waits.p90Minutes ?? .max) <= 1441)
  }

  @Test func atNightTheDeskOnDutyTakesIt() throws {
    var mechanism = try MechanismWorld.read(MechanismWorld.sound)
    mechanism.desks[0].hours = .weekly([.init(days: [0], from: 480, until: 1020)])
    mechanism.services[0].places = 5000
    mechanism.desks[1].people = 50
    func share(_ mechanism: Mechanism) throws -> Double {
      let simulation = try MechanismSimulation(
        mechanism, terms: try MechanismWorld.terms, cases: 2000, seed: 1, comparisons: 0)
      return try #require(simulation.steps[0].waits.shareInTime)
    }
    mechanism.desks[0].alternate = nil
    let alone = try share(mechanism)
    mechanism.desks[0].outOfHours = .init("back")
    #expect(alone < 0.5)
    #expect(try share(mechanism) == 1)
  }

  @Test func withoutExpectedCasesThereIsNothingToSimulate() throws {
    var mechanism = try MechanismWorld.read(MechanismWorld.sound)
    let terms = try MechanismWorld.terms
    func refusal(_ mechanism: Mechanism) -> SimulationRefusal? {
      do {
        _ = try MechanismSimulation(mechanism, terms: terms, cases: 10, seed: 1)
        return nil
      } catch { return error }
    }
    #expect(refusal(mechanism) == nil)
    mechanism.arrivals[0].group.provinces = ["EC-P"]
    #expect(refusal(mechanism) == .arrivalElsewhere(line: mechanism.arrivals[0].line))
    mechanism.arrivals = []
    #expect(refusal(mechanism) == .noArrivals)
    mechanism.start = .init("nowhere")
    #expect(refusal(mechanism) == .noStart)
  }
}

@Suite struct DeskCalendarTests {
  private let hour: Int64 = 3_600_000

  /// Open time counted minute by minute, against the calendar.
  @Test func openTimeAgreesWithCounting() {
    let start = MechanismWorld.day
    let hours = Mechanism.OpeningHours.weekly([
      .init(days: [0, 1, 2, 3, 4], from: 480, until: 1020), .init(days: [5], from: 0, until: 1440),
      .init(days: [0], from: 1000, until: 1100),
    ])
    let free: Set<CalendarDay> = [start.adding(days: 3), start.adding(days: 20)]
    let calendar = DeskCalendar(hours, holidays: free, start: start)
    var open: Int64 = 0
    for minute in stride(from: 0, to: 40 * 1440, by: 10) {
      let time = Int64(minute) * 60_000
      if calendar.openTime(until: time) != open { Issue.record("minute \(minute)") }
      let day = start.adding(days: minute / 1440)
      let (weekday, rest) = ((day.daysSince1970 + 3) % 7, minute % 1440)
      let isOpen =
        !free.contains(day)
        && (weekday < 5 && rest >= 480 && rest < 1020 || weekday == 5 || weekday == 0 && rest >= 1000 && rest < 1100)
      if calendar.isOpen(time) != isOpen { Issue.record("minute \(minute)") }
      if isOpen { open += 600_000 }
    }
    for time in stride(from: Int64(0), to: 60 * DeskCalendar.day, by: 17_777_777) {
      let end = calendar.add(5 * hour, to: time)
      #expect(calendar.openTime(until: end) - calendar.openTime(until: time) == 5 * hour)
      #expect(calendar.openTime(until: end - 1) < calendar.openTime(until: end))
      #expect(calendar.isOpen(calendar.nextOpening(time)))
    }
  }
}
