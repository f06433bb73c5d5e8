import Basics
import Foundation

/// A clock that history is told by: it stands where it was set.
///
/// `@unchecked Sendable` because the lock guards its only variable.
final class HistoryClock: @unchecked Sendable {
  private let lock = NSLock()
  private var moment: Moment

  init(_ moment: Moment) { self.moment = moment }

  func set(_ moment: Moment) { lock.withLock { self.moment = moment } }

  var clock: Clock { Clock { self.lock.withLock { self.moment } } }
}

/// What happens when. Steps are planned in any order and happen in the order of time, so that the audit log reads as it
/// would have been written.
struct Timeline {
  struct Step {
    var at: Moment
    var act: () async throws -> Void
  }

  private let time: HistoryClock
  private var steps: [Step] = []

  init(_ time: HistoryClock) { self.time = time }

  mutating func add(_ at: Moment, _ act: @escaping () async throws -> Void) { steps.append(Step(at: at, act: act)) }

  /// Takes the steps up to a moment; what was planned for later stays undone.
  func run(until end: Moment) async throws {
    // Equal moments keep the order in which they were planned.
    let order = steps.indices.sorted { (steps[$0].at, $0) < (steps[$1].at, $1) }
    for index in order where steps[index].at <= end {
      time.set(steps[index].at)
      try await steps[index].act()
    }
    time.set(end)
  }
}
