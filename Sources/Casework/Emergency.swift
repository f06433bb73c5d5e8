import Basics
import Records

/// A file that was opened in an emergency, by who may not read it otherwise.
public struct EmergencyOpening: Hashable, Sendable {
  public enum Verdict: String, Hashable, Sendable, CaseIterable, SQLConvertible { case justified, unjustified }

  public enum State: String, Hashable, Sendable, CaseIterable {
    /// The file is open now.
    case live
    /// It ended, and nobody has reviewed it.
    case unreviewed
    case reviewed
  }

  public var id: EmergencyID
  public var caseID: CaseID
  /// While the case is there.
  public var code: CaseCode?
  public var agency: AgencyID
  public var member: MemberID
  /// Any but consent.
  public var basis: LegalBasis
  /// `nil` where it can't be opened.
  public var reason: String?
  public var openedAt: Moment
  /// It ends by itself then.
  public var until: Moment
  /// When a supervisor ended it before.
  public var endedAt: Moment?
  public var reviewDue: CalendarDay
  public var verdict: Verdict?
  public var words: String?
  public var reviewedBy: MemberID?
  public var reviewedAt: Moment?

  /// Derived from the clock: nothing has to run for it to end.
  public func isLive(at now: Moment) -> Bool { openedAt <= now && now < min(until, endedAt ?? until) }

  public func state(at now: Moment) -> State {
    verdict != nil ? .reviewed : isLive(at: now) ? .live : .unreviewed
  }
}

/// An opening with what was read while it lasted.
public struct EmergencyReview: Hashable, Sendable {
  public var opening: EmergencyOpening
  public var readings: [CaseEvent]
}
