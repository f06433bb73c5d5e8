import Basics
import Estimation

enum EstimateRunEntity {}
/// One run of an estimate, for as long as it is kept.
typealias EstimateRunID = Identifier<EstimateRunEntity>

/// Estimates under way and just done.
struct EstimateRuns: Sendable {
  enum State: Sendable {
    /// The share of the present part that is done, 0 to 1.
    case running(Double)
    case done(EstimateStudy)
    case refused(LocalizedText)
    case tookTooLong
  }

  /// How long a result can be looked at.
  static let keptMinutes = 30
  /// A run that takes longer is broken off.
  static let mostSeconds = 120
  /// How many may be under way at once, each member's own being one.
  static let mostRunning = 4

  private let runs: MemberRuns<EstimateRunEntity, State>
  private let work: LongWork

  init(clock: Clock, work: LongWork = .shared) {
    runs = MemberRuns(
      clock: clock, kept: .minutes(Self.keptMinutes), most: Self.mostRunning, stillRunning: "error.estimate_running")
    self.work = work
  }

  /// Begins a run; one that was begun already goes on.
  ///
  /// Throws `Refusal.tooMany` while the member's last one, or too many of others, are under way.
  func start(
    _ id: EstimateRunID, owner: MemberID, _ read: EstimateStudy.Tables, _ question: EstimateQuestion
  ) throws(Refusal) {
    try runs.start(id, owner: owner) { [work] tell in
      do {
        return .done(
          try await work.run(upTo: Self.mostSeconds) { try await EstimateStudy.run(read, question, progress: tell) })
      } catch let problem as HistoryProblem { return .refused(problem.words) } catch { return .tookTooLong }
    }
  }

  /// What has become of a member's own run; `nil` when there is none, or no longer.
  func state(_ id: EstimateRunID, owner: MemberID) -> State? {
    switch runs.state(id, owner: owner) {
    case .underWay(let share, _): .running(share)
    case .ended(let end): end
    case nil: nil
    }
  }

  /// Breaks a member's own run off, or lets go of its result.
  func forget(_ id: EstimateRunID, owner: MemberID) { runs.forget(id, owner: owner) }
}
