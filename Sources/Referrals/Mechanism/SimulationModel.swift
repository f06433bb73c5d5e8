import Basics
import CountryPack

/// A mechanism as a simulation runs through it.
struct SimulationModel {
  struct Desk {
    var people: Int
    var calendar: DeskCalendar
    var outOfHours: Int?
    var alternate: Int?
  }

  struct Service {
    var desk: Int?
    var mask: MechanismMap.Mask
    var places: Int?
    /// Milliseconds.
    var stay: Int64
    var spread: Mechanism.Duration.Spread
  }

  enum Limit {
    case none
    /// Milliseconds.
    case calendar(Int64)
    case working(Int64)
    case urgency
  }

  struct Step {
    var map: MechanismMap.Step
    var limit: Limit
    var work: Int64
    var spread: Mechanism.Duration.Spread
  }

  struct Arrival {
    var needs: [Int]
    var ages: [Int]
    var sexes: [Int]
    var provinces: [Int]
    var urgency: Int
    /// The sum of this and of all before it.
    var upTo: UInt64
  }

  var desks: [Desk]
  var services: [Service]
  var steps: [Step]
  var arrivals: [Arrival]
  var start: Int
  /// Milliseconds, by urgency.
  var urgencies: [Int64]
  var workingDays: DeskCalendar
  /// Weights before each of the 168 hours of the week that begins with the simulation, and their sum.
  var hours: [Int64]
  var perYear: Int64

  /// - Throws: `SimulationRefusal` where there is nothing to simulate.
  init(_ mechanism: Mechanism, _ terms: MechanismTerms) throws(SimulationRefusal) {
    let map = MechanismMap(mechanism, terms)
    guard let start = map.start else { throw .noStart }
    guard !mechanism.arrivals.isEmpty else { throw .noArrivals }
    self.start = start
    let first = mechanism.from ?? mechanism.version
    let holidays = mechanism.holidays.union(terms.holidays)
    desks = mechanism.desks.map { desk in
      Desk(
        people: desk.people,
        calendar: DeskCalendar(desk.hours, holidays: desk.keepsHolidays ? holidays : [], start: first),
        outOfHours: desk.outOfHours.flatMap { map.deskNumbers[$0.code] },
        alternate: desk.alternate.flatMap { map.deskNumbers[$0.code] })
    }
    services = zip(mechanism.services, map.services).map { service, mapped in
      Service(
        desk: mapped.desk, mask: mapped.mask, places: service.places, stay: Int64(service.stay?.mean ?? 0) * 60_000,
        spread: service.stay?.spread ?? .none)
    }
    steps = zip(mechanism.steps, map.steps).map { step, mapped in
      let limit: Limit =
        switch step.within {
        case nil: .none
        case .urgency: .urgency
        case .limit(let limit):
          limit.counts == .calendar ? .calendar(Int64(limit.minutes) * 60_000) : .working(Int64(limit.minutes) * 60_000)
        }
      return Step(map: mapped, limit: limit, work: Int64(step.work.mean) * 60_000, spread: step.work.spread)
    }
    func numbers(_ named: [String], _ all: [String]) -> [Int] {
      named.isEmpty ? Array(all.indices) : named.compactMap { all.firstIndex(of: $0) }
    }
    var sum: UInt64 = 0
    var arrivals: [Arrival] = []
    for arrival in mechanism.arrivals {
      let provinces = numbers(arrival.group.provinces, mechanism.provinces)
      guard !provinces.isEmpty else { throw .arrivalElsewhere(line: arrival.line) }
      sum += UInt64(arrival.perYear)
      arrivals.append(
        Arrival(
          needs: numbers(arrival.group.needs.isEmpty ? mechanism.needs : arrival.group.needs, terms.needs.map(\.code)),
          ages: numbers(arrival.group.ages, terms.ages.map(\.code)),
          sexes: numbers(arrival.group.sexes, terms.sexes.map(\.code)), provinces: provinces,
          urgency: terms.urgencies.firstIndex { $0.code == arrival.urgency } ?? 0, upTo: sum))
    }
    self.arrivals = arrivals
    perYear = Int64(sum)
    urgencies = terms.urgencies.map { Int64(terms.minutes(ofUrgency: $0.code) ?? 0) * 60_000 }
    workingDays = .workingDays(holidays: holidays, start: first)
    let weekday = ((first.daysSince1970 + 3) % 7 + 7) % 7
    hours = [0]
    for day in 0..<7 {
      for hour in 0..<24 {
        let weight = mechanism.pattern.days[(weekday + day) % 7] * mechanism.pattern.hours[hour]
        hours.append(hours[hours.count - 1] + Int64(weight))
      }
    }
  }

  /// The moment of the week's rhythm that belongs to a time of even flow.
  func moment(ofEvenTime time: Int64) -> Int64 {
    let week: Int64 = 604_800_000
    let (weeks, rest) = time.quotientAndRemainder(dividingBy: week)
    let total = hours[168]
    // What has flowed so far this week, in weights; the remainder is kept for the place within the hour.
    let flowed = rest.multipliedFullWidth(by: total)
    let (whole, left) = week.dividingFullWidth(flowed)
    var (low, high) = (0, 168)
    while high - low > 1 {
      let middle = (low + high) / 2
      if hours[middle] <= whole { low = middle } else { high = middle }
    }
    while hours[low + 1] == hours[low], low < 167 { low += 1 }
    let weight = max(1, hours[low + 1] - hours[low])
    // (whole − before + left / week) / weight of an hour.
    let inside = ((whole - hours[low]) * 3_600_000 + left / 168) / weight
    return weeks * week + Int64(low) * 3_600_000 + min(inside, 3_599_999)
  }

  /// Until when a step has to be answered that was reached at a time; `nil` without a limit.
  func due(_ limit: Limit, reached: Int64, urgency: Int) -> Int64? {
    switch limit {
    case .none: nil
    case .calendar(let length): reached + length
    case .working(let length): workingDays.add(length, to: reached)
    case .urgency: reached + urgencies[urgency]
    }
  }
}

/// Why a mechanism can't be simulated.
public enum SimulationRefusal: Error, Hashable, Sendable {
  case noStart
  case noArrivals
  /// Cases are expected from outside of the territory.
  case arrivalElsewhere(line: Int)

  public var message: String {
    switch self {
    case .noStart: "“start” names no step of the mechanism"
    case .noArrivals: "there are no “arrivals”: say how many cases a year are expected"
    case .arrivalElsewhere: "these arrivals come from provinces outside of the mechanism's territory"
    }
  }
}
