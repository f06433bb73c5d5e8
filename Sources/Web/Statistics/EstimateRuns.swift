import Basics
import Estimation
import Synchronization

enum EstimateRunEntity {}
/// One run of an estimate, for as long as it is kept.
typealias EstimateRunID = Identifier<EstimateRunEntity>

/// Estimates under way and just done, in memory only: nothing of them reaches the store, a backup or a log.
///
/// A class, because what is under way is one thing for all pages.
final class EstimateRuns: Sendable {
  enum State: Sendable {
    /// The share of the present part that is done, 0 to 1.
    case running(Double)
    case done(EstimateStudy)
    case refused(LocalizedText)
    case tookTooLong
  }

  private struct Run {
    var owner: MemberID
    /// When it was begun, then when it ended.
    var at: Moment
    var state: State
    var task: Task<Void, Never>?

    var isRunning: Bool { if case .running = state { true } else { false } }
  }

  /// How long a result can be looked at.
  static let keptMinutes = 30
  /// A run that takes longer is broken off.
  static let mostSeconds = 120
  /// How many may be under way at once, each member's own being one.
  static let mostRunning = 4

  private let runs = Mutex<[EstimateRunID: Run]>([:])
  private let clock: Clock
  private let work: LongWork

  init(clock: Clock, work: LongWork = .shared) { (self.clock, self.work) = (clock, work) }

  /// Begins a run; one that was begun already goes on, so that a second click changes nothing.
  ///
  /// Throws `Refusal.tooMany` while the member's last one, or too many of others, are under way.
  func start(
    _ id: EstimateRunID, owner: MemberID, _ read: EstimateStudy.Tables, _ question: EstimateQuestion
  ) throws(Refusal) {
    let now = clock.now()
    let refusal: Refusal? = runs.withLock { runs in
      Self.tidy(&runs, now)
      guard runs[id] == nil else { return nil }
      let running = runs.values.filter(\.isRunning)
      if running.contains(where: { $0.owner == owner }) {
        return Refusal(.tooMany, Phrase("error.estimate_running"))
      }
      guard running.count < Self.mostRunning else { return Refusal(.tooMany, Phrase("error.estimate_busy")) }
      // Who asks again no longer needs the result before.
      for (other, run) in runs where run.owner == owner { runs[other] = nil }
      let task = Task { await self.run(id, read, question) }
      runs[id] = Run(owner: owner, at: now, state: .running(0), task: task)
      return nil
    }
    if let refusal { throw refusal }
  }

  private func run(_ id: EstimateRunID, _ read: EstimateStudy.Tables, _ question: EstimateQuestion) async {
    let state: State
    do {
      let study = try await work.run(upTo: Self.mostSeconds) { [self] in
        try await EstimateStudy.run(read, question) { self.tell(id, $0) }
      }
      state = .done(study)
    } catch let problem as HistoryProblem { state = .refused(problem.words) } catch { state = .tookTooLong }
    let now = clock.now()
    runs.withLock { runs in
      guard var run = runs[id] else { return }
      (run.state, run.at, run.task) = (state, now, nil)
      runs[id] = run
    }
  }

  private func tell(_ id: EstimateRunID, _ share: Double) {
    runs.withLock { runs in
      if runs[id]?.isRunning == true { runs[id]?.state = .running(share) }
    }
  }

  /// What has become of a member's own run; `nil` when there is none, or no longer.
  func state(_ id: EstimateRunID, owner: MemberID) -> State? {
    let now = clock.now()
    return runs.withLock { runs in
      Self.tidy(&runs, now)
      return runs[id].flatMap { $0.owner == owner ? $0.state : nil }
    }
  }

  /// Breaks a member's own run off, or lets go of its result.
  func forget(_ id: EstimateRunID, owner: MemberID) {
    runs.withLock { runs in
      guard let run = runs[id], run.owner == owner else { return }
      run.task?.cancel()
      runs[id] = nil
    }
  }

  private static func tidy(_ runs: inout [EstimateRunID: Run], _ now: Moment) {
    for (id, run) in runs where !run.isRunning && now - run.at > .minutes(keptMinutes) { runs[id] = nil }
  }
}
