import Basics
import Releases
import Statistics
import Synchronization

enum SynthesisRunEntity {}
/// One calculation of synthetic records, for as long as it is kept.
typealias SynthesisRunID = Identifier<SynthesisRunEntity>

/// Calculations of synthetic records under way and just done, in memory only: what nobody keeps as a release is gone.
///
/// A class, because what is under way is one thing for all pages.
final class SynthesisRuns: Sendable {
  enum State: Sendable {
    /// The share that is done, 0 to 1, and the seconds that are left; `nil` while nobody can say.
    case running(Double, left: Int?)
    case done(MadeRecords)
    /// The facts hold a code that is in no list of the pack, so that the lists can't be taken for all there are.
    case refused
    case tookTooLong
  }

  private struct Run {
    var owner: MemberID
    /// When it was begun, then when it ended.
    var at: Moment
    var share = 0.0
    /// What became of it; `nil` while it is under way.
    var end: State?
    var task: Task<Void, Never>?
  }

  /// How long a result can be looked at and kept as a release.
  static let keptMinutes = 60
  /// A calculation that takes longer is broken off.
  static let mostSeconds = 900
  /// Each needs memory for all combinations: two at once are what a small machine bears.
  static let mostRunning = 2

  private let runs = Mutex<[SynthesisRunID: Run]>([:])
  private let clock: Clock
  private let work: LongWork

  init(clock: Clock, work: LongWork = .shared) { (self.clock, self.work) = (clock, work) }

  /// Whether one with this identifier is known; then a second click has nothing to begin.
  func knows(_ id: SynthesisRunID, owner: MemberID) -> Bool { state(id, owner: owner) != nil }

  /// Begins a calculation.
  ///
  /// Throws `Refusal.tooMany` while the member's last one, or too many of others, are under way.
  func start(_ id: SynthesisRunID, owner: MemberID, _ source: RecordsSource) throws(Refusal) {
    let now = clock.now()
    let refusal: Refusal? = runs.withLock { runs in
      Self.tidy(&runs, now)
      guard runs[id] == nil else { return nil }
      let running = runs.values.filter { $0.end == nil }
      if running.contains(where: { $0.owner == owner }) {
        return Refusal(.tooMany, Phrase("error.records_running"))
      }
      guard running.count < Self.mostRunning else { return Refusal(.tooMany, Phrase("error.estimate_busy")) }
      // Who asks again no longer needs the result before.
      for (other, run) in runs where run.owner == owner { runs[other] = nil }
      let task = Task { await self.run(id, source) }
      runs[id] = Run(owner: owner, at: now, task: task)
      return nil
    }
    if let refusal { throw refusal }
  }

  private func run(_ id: SynthesisRunID, _ source: RecordsSource) async {
    let end: State
    do {
      let made = try await work.run(upTo: Self.mostSeconds) { [self] in
        try source.make { share in
          try Task.checkCancellation()
          self.tell(id, share)
        }
      }
      end = .done(made)
    } catch is FactFileProblem { end = .refused } catch { end = .tookTooLong }
    let now = clock.now()
    runs.withLock { runs in
      guard var run = runs[id] else { return }
      (run.end, run.at, run.task) = (end, now, nil)
      runs[id] = run
    }
  }

  private func tell(_ id: SynthesisRunID, _ share: Double) {
    runs.withLock { runs in
      if runs[id]?.end == nil { runs[id]?.share = min(1, max(0, share)) }
    }
  }

  /// What has become of a member's own calculation; `nil` when there is none, or no longer.
  func state(_ id: SynthesisRunID, owner: MemberID) -> State? {
    let now = clock.now()
    return runs.withLock { runs in
      Self.tidy(&runs, now)
      guard let run = runs[id], run.owner == owner else { return nil }
      return run.end ?? .running(run.share, left: Self.left(run.share, since: run.at, now))
    }
  }

  /// From what is done to what is not, in seconds; nothing from the first two hundredths.
  static func left(_ share: Double, since begun: Moment, _ now: Moment) -> Int? {
    guard share > 0.02 else { return nil }
    let passed = Double((now - begun).milliseconds) / 1000
    return Int((passed * (1 - share) / share).rounded(.up))
  }

  /// Breaks a member's own calculation off, or lets go of its result.
  func forget(_ id: SynthesisRunID, owner: MemberID) {
    runs.withLock { runs in
      guard let run = runs[id], run.owner == owner else { return }
      run.task?.cancel()
      runs[id] = nil
    }
  }

  private static func tidy(_ runs: inout [SynthesisRunID: Run], _ now: Moment) {
    for (id, run) in runs where run.end != nil && now - run.at > .minutes(keptMinutes) { runs[id] = nil }
  }
}
