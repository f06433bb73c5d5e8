import Basics
import Synchronization

/// Long calculations under way and just done, each its member's alone and in memory only: nothing of them reaches the
/// store, a backup or a log.
///
/// A class, because what is under way is one thing for all pages.
final class MemberRuns<Entity, End: Sendable>: Sendable {
  typealias ID = Identifier<Entity>

  enum State: Sendable {
    /// The share that is done, 0 to 1, and when it was begun.
    case underWay(Double, since: Moment)
    case ended(End)
  }

  private struct Run {
    var owner: MemberID
    /// When it was begun, then when it ended.
    var at: Moment
    var share = 0.0
    /// What became of it; `nil` while it is under way.
    var end: End?
    var task: Task<Void, Never>?
  }

  private let runs = Mutex<[ID: Run]>([:])
  private let clock: Clock
  private let kept: Span
  private let most: Int
  private let stillRunning: String

  /// - Parameters:
  ///   - kept: how long a result can be looked at.
  ///   - most: how many may be under way at once, each member's own being one.
  ///   - stillRunning: the text for a member whose last one is under way.
  init(clock: Clock, kept: Span, most: Int, stillRunning: String) {
    (self.clock, self.kept, self.most, self.stillRunning) = (clock, kept, most, stillRunning)
  }

  /// Begins one; one that was begun already goes on, so that a second click changes nothing.
  ///
  /// - Parameter work: is given what to tell of the share that is done.
  ///
  /// Throws `Refusal.tooMany` while the member's last one, or too many of others, are under way.
  func start(_ id: ID, owner: MemberID, _ work: @escaping @Sendable (@escaping @Sendable (Double) -> Void) async -> End)
    throws(Refusal)
  {
    let now = clock.now()
    let refusal: Refusal? = runs.withLock { runs in
      tidy(&runs, now)
      guard runs[id] == nil else { return nil }
      let running = runs.values.filter { $0.end == nil }
      if running.contains(where: { $0.owner == owner }) { return Refusal(.tooMany, Phrase(stillRunning)) }
      guard running.count < most else { return Refusal(.tooMany, Phrase("error.estimate_busy")) }
      // Who asks again no longer needs the result before.
      for (other, run) in runs where run.owner == owner { runs[other] = nil }
      let task = Task { self.finish(id, await work { self.tell(id, $0) }) }
      runs[id] = Run(owner: owner, at: now, task: task)
      return nil
    }
    if let refusal { throw refusal }
  }

  private func finish(_ id: ID, _ end: End) {
    let now = clock.now()
    runs.withLock { runs in
      guard var run = runs[id] else { return }
      (run.end, run.at, run.task) = (end, now, nil)
      runs[id] = run
    }
  }

  private func tell(_ id: ID, _ share: Double) {
    runs.withLock { runs in
      if runs[id]?.end == nil { runs[id]?.share = share }
    }
  }

  /// What has become of a member's own; `nil` when there is none, or no longer.
  func state(_ id: ID, owner: MemberID) -> State? {
    let now = clock.now()
    return runs.withLock { runs in
      tidy(&runs, now)
      guard let run = runs[id], run.owner == owner else { return nil }
      return run.end.map(State.ended) ?? .underWay(run.share, since: run.at)
    }
  }

  /// Breaks a member's own off, or lets go of its result.
  func forget(_ id: ID, owner: MemberID) {
    runs.withLock { runs in
      guard let run = runs[id], run.owner == owner else { return }
      run.task?.cancel()
      runs[id] = nil
    }
  }

  private func tidy(_ runs: inout [ID: Run], _ now: Moment) {
    for (id, run) in runs where run.end != nil && now - run.at > kept { runs[id] = nil }
  }
}
