import Basics
import CountryPack

/// Runs cases through a mechanism, event by event.
///
/// Desks and shelters are empty at the beginning; after the last case has come it goes on until nobody waits. A desk
/// takes the case whose time runs out first; work rests while the desk is closed.
struct SimulationEngine {
  private enum Event {
    case arrival(Int)
    case worked(Int)
    /// A desk that was closed while somebody waited opens.
    case opening(desk: Int)
    /// The time of a waiting case runs out; the stamp tells whether it still waits for the same desk.
    case late(Int, stamp: Int32)
    case left(service: Int)
  }

  private struct Case {
    var person: MechanismMap.Person
    var urgency: Int
    var began: Int64
    var step = 0
    var visit = 0
    var reached: Int64 = 0
    var due: Int64?
    /// The desk that the case came to first, and the one where it is.
    var firstDesk = 0
    var desk = 0
    var service: Int?
    var stamp: Int32 = 0
    var isWaiting = false
    var passed = 0
    /// The place that the person has, and until when.
    var placedAt: Int?
    var placedUntil: Int64 = 0
  }

  private struct DeskState {
    var free: Int
    var queue = EarliestFirst<(number: Int, stamp: Int32)>()
    var waiting = 0
    var opens = false
  }

  private struct ServiceState {
    var free: Int
    /// Who has asked for it and not left it.
    var load = 0
    var queue = EarliestFirst<(number: Int, since: Int64)>()
  }

  /// Nobody goes through more steps than this.
  static let mostVisits = 200

  private let model: SimulationModel
  private let seed: UInt64
  private let count: Int
  private let warmUp: Int
  private var events = EarliestFirst<Event>()
  private var cases: [Case] = []
  private var deskStates: [DeskState]
  private var serviceStates: [ServiceState]
  private var run: SimulationRun
  private var evenTime: Int64 = 0
  private var stays: [(service: Int, from: Int64, until: Int64)] = []

  /// - Parameters:
  ///   - cases: how many come.
  ///   - warmUp: how many of the first are not measured.
  static func run(_ model: SimulationModel, cases: Int, warmUp: Int, seed: UInt64) -> SimulationRun {
    var engine = SimulationEngine(model, cases: cases, warmUp: warmUp, seed: seed)
    engine.go()
    return engine.run
  }

  private init(_ model: SimulationModel, cases count: Int, warmUp: Int, seed: UInt64) {
    self.model = model
    self.seed = seed
    self.count = count
    self.warmUp = warmUp
    deskStates = model.desks.map { DeskState(free: $0.people) }
    serviceStates = model.services.map { ServiceState(free: $0.places ?? .max) }
    run = SimulationRun(steps: model.steps.count, desks: model.desks.count, services: model.services.count)
    cases.reserveCapacity(count)
  }

  private mutating func go() {
    if count > 0 { announce(0) }
    while let (time, event) = events.take() {
      switch event {
      case .arrival(let number):
        run.cases += 1
        run.lastArrival = time
        if number + 1 < count { announce(number + 1) }
        reach(number, model.start, time)
      case .worked(let number): finish(number, time)
      case .opening(let desk):
        deskStates[desk].opens = false
        serve(desk, time)
      case .late(let number, let stamp):
        if cases[number].isWaiting, cases[number].stamp == stamp { passOn(number, time) }
      case .left(let service):
        serviceStates[service].load -= 1
        serviceStates[service].free += 1
        if let next = serviceStates[service].queue.take() {
          place(next.item.number, service, since: next.item.since, time)
        }
      }
    }
    for stay in stays {
      run.services[stay.service].occupied += max(0, min(stay.until, run.lastArrival) - min(stay.from, run.lastArrival))
    }
    run.sort()
  }

  /// Draws the next case and when it comes.
  private mutating func announce(_ number: Int) {
    var draws = SimulatedDraws(seed: seed, case: number, visit: 0, .arrival)
    evenTime += SimulatedDraws.scaled(31_536_000_000 / model.perYear, draws.exponential())
    let pick = draws.below(UInt64(model.perYear))
    let kind = model.arrivals.first { pick < $0.upTo } ?? model.arrivals[0]
    func one(_ choices: [Int]) -> Int {
      choices.count == 1 ? choices[0] : choices[Int(draws.below(UInt64(choices.count)))]
    }
    let person = MechanismMap.Person(
      need: one(kind.needs), age: one(kind.ages), sex: one(kind.sexes), province: one(kind.provinces))
    let time = model.moment(ofEvenTime: evenTime)
    cases.append(Case(person: person, urgency: kind.urgency, began: time))
    events.put(.arrival(number), at: time)
  }

  // MARK: Steps

  private mutating func reach(_ number: Int, _ step: Int, _ time: Int64) {
    cases[number].step = step
    cases[number].visit += 1
    guard cases[number].visit <= Self.mostVisits else {
      run.wentRound += 1
      return
    }
    run.steps[step].reached += 1
    cases[number].reached = time
    cases[number].passed = 0
    cases[number].due = model.due(model.steps[step].limit, reached: time, urgency: cases[number].urgency)
    var desk = model.steps[step].map.desks[cases[number].person.province]
    cases[number].service = nil
    if model.steps[step].map.givesService {
      guard let service = choose(model.steps[step].map.services, number, time) else {
        run.steps[step].withoutService += 1
        return
      }
      cases[number].service = service
      serviceStates[service].load += 1
      desk = model.services[service].desk
    }
    guard let desk else {
      if let service = cases[number].service { serviceStates[service].load -= 1 }
      run.steps[step].withoutDesk += 1
      return
    }
    let first = onDuty(desk, due: cases[number].due, time)
    cases[number].firstDesk = first
    queue(number, at: first, time)
  }

  /// Where the person stays already; else the first service that takes the person and has room; else the one with the
  /// least waiting for each of its places.
  private func choose(_ services: [Int], _ number: Int, _ time: Int64) -> Int? {
    let person = cases[number].person
    if let place = cases[number].placedAt, time < cases[number].placedUntil, services.contains(place) { return place }
    var best: Int?
    for service in services where model.services[service].mask.takes(person) {
      guard let places = model.services[service].places else { return service }
      if serviceStates[service].load < places { return service }
      guard let chosen = best, let most = model.services[chosen].places else {
        best = service
        continue
      }
      if serviceStates[service].load * most < serviceStates[chosen].load * places { best = service }
    }
    return best
  }

  /// The desk itself, or who stands in while it is closed for longer than the case has time.
  private func onDuty(_ desk: Int, due: Int64?, _ time: Int64) -> Int {
    guard let due, let other = model.desks[desk].outOfHours, !model.desks[desk].calendar.isOpen(time),
      model.desks[desk].calendar.nextOpening(time) > due,
      model.desks[other].calendar.nextOpening(time) < model.desks[desk].calendar.nextOpening(time)
    else { return desk }
    return other
  }

  private mutating func queue(_ number: Int, at desk: Int, _ time: Int64) {
    cases[number].desk = desk
    cases[number].stamp += 1
    cases[number].isWaiting = true
    deskStates[desk].waiting += 1
    // Without a time limit a case counts as one that has a month.
    let due = cases[number].due ?? cases[number].reached + 30 * DeskCalendar.day
    deskStates[desk].queue.put((number, cases[number].stamp), at: due)
    serve(desk, time)
    if cases[number].isWaiting, model.desks[desk].alternate != nil, let due = cases[number].due {
      // Whoever takes over late has the same time again before the next takes over.
      let again = cases[number].passed == 0 ? due : time + max(1, due - cases[number].reached)
      events.put(.late(number, stamp: cases[number].stamp), at: max(time, again))
    }
  }

  private mutating func passOn(_ number: Int, _ time: Int64) {
    let desk = cases[number].desk
    guard let other = model.desks[desk].alternate, cases[number].passed < model.desks.count else { return }
    cases[number].passed += 1
    cases[number].isWaiting = false
    deskStates[desk].waiting -= 1
    if isMeasured(number) {
      run.desks[desk].passedOn += 1
      run.desks[other].tookOver += 1
    }
    queue(number, at: other, time)
  }

  private func isMeasured(_ number: Int) -> Bool { number >= warmUp }

  /// Gives the people of a desk who are free to those who wait.
  private mutating func serve(_ desk: Int, _ time: Int64) {
    guard deskStates[desk].free > 0, deskStates[desk].waiting > 0 else { return }
    guard model.desks[desk].calendar.isOpen(time) else {
      if !deskStates[desk].opens {
        deskStates[desk].opens = true
        events.put(.opening(desk: desk), at: model.desks[desk].calendar.nextOpening(time))
      }
      return
    }
    while deskStates[desk].free > 0, let (_, next) = deskStates[desk].queue.take() {
      let number = next.number
      // Whoever has been passed on stands in the line no more.
      guard cases[number].isWaiting, cases[number].stamp == next.stamp else { continue }
      begin(number, desk, time)
    }
  }

  private mutating func begin(_ number: Int, _ desk: Int, _ time: Int64) {
    cases[number].isWaiting = false
    deskStates[desk].waiting -= 1
    deskStates[desk].free -= 1
    run.desks[desk].mostAtWork = max(run.desks[desk].mostAtWork, model.desks[desk].people - deskStates[desk].free)
    let (step, visit) = (cases[number].step, cases[number].visit)
    var draws = SimulatedDraws(seed: seed, case: number, visit: visit, .work)
    let work = draws.time(mean: model.steps[step].work, model.steps[step].spread)
    run.steps[step].answered += 1
    if isMeasured(number) {
      let wait = time - cases[number].reached
      let isInTime = cases[number].due.map { time <= $0 }
      run.steps[step].waits.add(wait, isInTime: isInTime)
      run.desks[cases[number].firstDesk].waits.add(wait, isInTime: isInTime)
    }
    let end = model.desks[desk].calendar.add(work, to: time)
    if run.cases < count {
      run.desks[desk].worked += work
    }
    events.put(.worked(number), at: end)
  }

  private mutating func finish(_ number: Int, _ time: Int64) {
    let desk = cases[number].desk
    deskStates[desk].free += 1
    serve(desk, time)
    guard let service = cases[number].service else { return goOn(number, time) }
    guard model.services[service].places != nil else {
      serviceStates[service].load -= 1
      return goOn(number, time)
    }
    if cases[number].placedAt == service, time < cases[number].placedUntil {
      // Whoever comes back while staying there keeps the place.
      serviceStates[service].load -= 1
      goOn(number, time)
    } else if serviceStates[service].free > 0, serviceStates[service].queue.isEmpty {
      place(number, service, since: time, time)
    } else {
      serviceStates[service].queue.put((number, time), at: time)
    }
  }

  /// A place is taken; the case goes on while the person stays.
  private mutating func place(_ number: Int, _ service: Int, since: Int64, _ time: Int64) {
    serviceStates[service].free -= 1
    let (part, visit) = (model.services[service], cases[number].visit)
    run.services[service].mostTaken = max(
      run.services[service].mostTaken, (part.places ?? 0) - serviceStates[service].free)
    if isMeasured(number) {
      run.services[service].waits.add(time - since, isInTime: nil)
      if time == since { run.services[service].atOnce += 1 }
    }
    var draws = SimulatedDraws(seed: seed, case: number, visit: visit, .stay)
    let end = time + max(1, draws.time(mean: part.stay, part.spread))
    (cases[number].placedAt, cases[number].placedUntil) = (service, end)
    stays.append((service, time, end))
    events.put(.left(service: service), at: end)
    goOn(number, time)
  }

  private mutating func goOn(_ number: Int, _ time: Int64) {
    let (step, visit, person) = (cases[number].step, cases[number].visit, cases[number].person)
    if model.steps[step].map.ends {
      run.closed += 1
      if isMeasured(number) { run.whole.add(time - cases[number].began, isInTime: nil) }
      return
    }
    var total: UInt64 = 0
    for next in model.steps[step].map.next where next.mask.takes(person) { total += next.share }
    guard total > 0 else {
      run.steps[step].withoutWayOn += 1
      return
    }
    var draws = SimulatedDraws(seed: seed, case: number, visit: visit, .way)
    var pick = draws.below(total)
    for next in model.steps[step].map.next where next.mask.takes(person) {
      if pick < next.share { return reach(number, next.to, time) }
      pick -= next.share
    }
  }
}
