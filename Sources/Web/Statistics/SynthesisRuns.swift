import Basics
import Releases
import Statistics

enum SynthesisRunEntity {}
/// One calculation of synthetic records, for as long as it is kept.
typealias SynthesisRunID = Identifier<SynthesisRunEntity>

/// Calculations of synthetic records under way and just done: what nobody keeps as a release is gone.
struct SynthesisRuns: Sendable {
  enum State: Sendable {
    /// The share that is done, 0 to 1, and the seconds that are left; `nil` while nobody can say.
    case running(Double, left: Int?)
    case done(MadeRecords)
    /// The facts hold a code that is in no list of the pack, so that the lists can't be taken for all there are.
    case refused
    case tookTooLong
  }

  /// How long a result can be looked at and kept as a release.
  static let keptMinutes = 60
  /// A calculation that takes longer is broken off.
  static let mostSeconds = 900
  /// Each needs memory for all combinations: two at once are what a small machine bears.
  static let mostRunning = 2

  private let runs: MemberRuns<SynthesisRunEntity, State>
  private let clock: Clock
  private let work: LongWork

  init(clock: Clock, work: LongWork = .shared) {
    runs = MemberRuns(
      clock: clock, kept: .minutes(Self.keptMinutes), most: Self.mostRunning, stillRunning: "error.records_running")
    (self.clock, self.work) = (clock, work)
  }

  /// Begins a calculation.
  ///
  /// Throws `Refusal.tooMany` while the member's last one, or too many of others, are under way.
  func start(_ id: SynthesisRunID, owner: MemberID, _ source: RecordsSource) throws(Refusal) {
    try runs.start(id, owner: owner) { [work] tell in
      do {
        let made = try await work.run(upTo: Self.mostSeconds) {
          try source.make { share in
            try Task.checkCancellation()
            tell(min(1, max(0, share)))
          }
        }
        return .done(made)
      } catch is FactFileProblem { return .refused } catch { return .tookTooLong }
    }
  }

  /// What has become of a member's own calculation; `nil` when there is none, or no longer.
  func state(_ id: SynthesisRunID, owner: MemberID) -> State? {
    switch runs.state(id, owner: owner) {
    case .underWay(let share, let begun): .running(share, left: Self.left(share, since: begun, clock.now()))
    case .ended(let end): end
    case nil: nil
    }
  }

  /// From what is done to what is not, in seconds; nothing from the first two hundredths.
  static func left(_ share: Double, since begun: Moment, _ now: Moment) -> Int? {
    guard share > 0.02 else { return nil }
    let passed = Double((now - begun).milliseconds) / 1000
    return Int((passed * (1 - share) / share).rounded(.up))
  }

  /// Breaks a member's own calculation off, or lets go of its result.
  func forget(_ id: SynthesisRunID, owner: MemberID) { runs.forget(id, owner: owner) }
}
