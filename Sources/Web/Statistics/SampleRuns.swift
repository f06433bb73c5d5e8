import Basics
import Linkage
import Synchronization

enum SampleRunEntity {}
/// One sample of pairs to be judged, for as long as it is kept.
typealias SampleRunID = Identifier<SampleRunEntity>

/// Samples drawn after a comparison, in memory only and each for its member alone: nothing of them reaches the store, a
/// backup or a log.
///
/// A class, because what is kept is one thing for all pages.
final class SampleRuns: Sendable {
  /// What is kept of a comparison.
  struct Sample: Sendable {
    var lists: [String]
    var sheet: ClericalSheet
    /// The overlaps as `HistoryFile` reads them.
    var table: String
    /// The clusters to look over, the most doubtful first, by the identifiers that the lists gave.
    var clusters: [Cluster]
    /// How many clusters there are, and of how many records.
    var sizes: [(records: Int, clusters: Int)]
    var doubtful: Int
  }

  struct Cluster: Sendable {
    /// List and identifier.
    var records: [String]
    var lowest: Double
    var rivals: Int
  }

  static let keptMinutes = EstimateRuns.keptMinutes
  /// How many clusters one can look over.
  static let mostClusters = 100

  private struct Kept {
    var owner: MemberID
    var at: Moment
    var sample: Sample
  }

  private let kept = Mutex<[SampleRunID: Kept]>([:])
  private let clock: Clock

  init(clock: Clock) { self.clock = clock }

  /// Keeps a member's sample; the one before goes.
  func keep(_ id: SampleRunID, owner: MemberID, _ sample: Sample) {
    let now = clock.now()
    kept.withLock { kept in
      Self.tidy(&kept, now)
      for (other, run) in kept where run.owner == owner { kept[other] = nil }
      kept[id] = Kept(owner: owner, at: now, sample: sample)
    }
  }

  /// A member's own sample; `nil` when there is none, or no longer.
  func sample(_ id: SampleRunID, owner: MemberID) -> Sample? {
    let now = clock.now()
    return kept.withLock { kept in
      Self.tidy(&kept, now)
      return kept[id].flatMap { $0.owner == owner ? $0.sample : nil }
    }
  }

  func forget(_ id: SampleRunID, owner: MemberID) {
    kept.withLock { kept in
      if kept[id]?.owner == owner { kept[id] = nil }
    }
  }

  private static func tidy(_ kept: inout [SampleRunID: Kept], _ now: Moment) {
    for (id, run) in kept where now - run.at > .minutes(keptMinutes) { kept[id] = nil }
  }
}
