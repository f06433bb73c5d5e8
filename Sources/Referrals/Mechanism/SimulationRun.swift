/// What came of a simulation: counts and times, in milliseconds.
struct SimulationRun {
  /// Waits of one step or desk.
  struct Waits {
    private(set) var times: [Int64] = []
    private(set) var inTime = 0
    /// How many had a time limit.
    private(set) var limited = 0
    private(set) var sum: Int64 = 0

    mutating func add(_ wait: Int64, isInTime: Bool?) {
      times.append(wait)
      sum += wait
      if let isInTime {
        limited += 1
        if isInTime { inTime += 1 }
      }
    }

    mutating func sort() { times.sort() }

    var mean: Double { times.isEmpty ? 0 : Double(sum) / Double(times.count) }

    /// The smallest wait that this many of ten do not exceed; only after `sort`.
    func quantile(tenths: Int) -> Int64? {
      times.isEmpty ? nil : times[max(0, (times.count * tenths + 9) / 10 - 1)]
    }
  }

  struct Desk {
    var waits = Waits()
    /// Work that was begun before the last case came.
    var worked: Int64 = 0
    var passedOn = 0
    var tookOver = 0
    /// The most people at work at the same time.
    var mostAtWork = 0
  }

  struct Service {
    var waits = Waits()
    var atOnce = 0
    /// Time on places before the last case came.
    var occupied: Int64 = 0
    var mostTaken = 0
  }

  struct Step {
    var reached = 0
    var answered = 0
    /// Cases for which it has no desk in their province, no service that takes them, or no way on.
    var withoutDesk = 0
    var withoutService = 0
    var withoutWayOn = 0
    var waits = Waits()
  }

  var steps: [Step]
  var desks: [Desk]
  var services: [Service]
  var cases = 0
  var closed = 0
  var wentRound = 0
  var unserved: Int { steps.reduce(0) { $0 + $1.withoutDesk + $1.withoutService + $1.withoutWayOn } }
  /// From the first step to the end of the last.
  var whole = Waits()
  /// When the last case came.
  var lastArrival: Int64 = 0

  init(steps: Int, desks: Int, services: Int) {
    self.steps = Array(repeating: Step(), count: steps)
    self.desks = Array(repeating: Desk(), count: desks)
    self.services = Array(repeating: Service(), count: services)
  }

  mutating func sort() {
    for index in steps.indices { steps[index].waits.sort() }
    for index in desks.indices { desks[index].waits.sort() }
    for index in services.indices { services[index].waits.sort() }
    whole.sort()
  }
}
