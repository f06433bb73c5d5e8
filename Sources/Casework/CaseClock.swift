import Basics
import CountryPack
import Identification
import Records

public enum CaseClockEntity {}
public enum CaseClockEventEntity {}
public typealias CaseClockID = Identifier<CaseClockEntity>
public typealias CaseClockEventID = Identifier<CaseClockEventEntity>

/// A period that runs for one person: reflection, a permit, measures of protection. Days and codes are plain, so that
/// work lists and calendars need no key; documents and reasons are sealed under `legal`.
public struct CaseClock: Hashable, Sendable {
  public var id: CaseClockID
  /// A code of the pack's clocks.
  public var kind: String
  /// The day from which it counts; that day itself does not count.
  public var start: CalendarDay
  /// As it was when it began: a pack that changes later does not change a period that runs.
  public var terms: Terms
  /// Who sees to it.
  public var member: MemberID
  /// The day on which somebody ended it; `nil` while it runs or is suspended.
  public var ended: CalendarDay?
  public var revision: Int
  /// The oldest first.
  public var events: [CaseClockEvent] = []
  /// What its length is written in: number, authority, date. `nil` for readers without the key, or where there is none.
  public var document: String?

  public struct Terms: Hashable, Sendable {
    public var days: Int
    public var counts: DecisionTerm.Counting
    public var warnDays: Int
    /// How many days it can be extended by, once, without a document; 0 where it can't be.
    public var extendDays: Int
    /// Whether it may mark anything as due or late. By a length that nobody has verified it informs only.
    public var acts: Bool
    /// Whether a document of the person's own says how long it lasts.
    public var isByDocument: Bool
  }
}

/// What a person did to a clock.
public struct CaseClockEvent: Hashable, Sendable {
  public var id: CaseClockEventID
  public var move: CaseClockMove
  /// The day from which it holds.
  public var day: CalendarDay
  /// By how many days it was extended.
  public var days: Int?
  public var member: MemberID
  public var at: Moment
  /// `nil` for readers without the key.
  public var reason: String?
}

public enum CaseClockMove: String, Hashable, Sendable, CaseIterable, SQLConvertible {
  case suspend, resume, extend, end
}

/// What is written down when a clock begins.
public struct CaseClockRequest: Hashable, Sendable {
  public var kind: String
  public var start: CalendarDay
  /// How long the person's own document says that it lasts; `nil` for the pack's length.
  public var days: Int?
  /// What that is written in.
  public var document: String

  public init(kind: String, start: CalendarDay, days: Int? = nil, document: String = "") {
    self.kind = kind
    self.start = start
    self.days = days
    self.document = document
  }
}

/// What is written down when something is done to a clock.
public struct CaseClockChange: Hashable, Sendable {
  public var move: CaseClockMove
  public var day: CalendarDay
  /// For `extend`.
  public var days: Int?
  public var reason: String

  public init(_ move: CaseClockMove, day: CalendarDay, days: Int? = nil, reason: String) {
    self.move = move
    self.day = day
    self.days = days
    self.reason = reason
  }
}
