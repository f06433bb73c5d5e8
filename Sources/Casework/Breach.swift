import Basics
import CountryPack

public enum BreachEntity {}
public typealias BreachID = Identifier<BreachEntity>

/// A breach of security: what happened, when it was known, and who must be told by when.
public struct Breach: Hashable, Sendable {
  public var id: BreachID
  public var agency: AgencyID
  /// The day on which it was known: the terms run from there.
  public var knownOn: CalendarDay
  /// The days whose readings may have been somebody else's.
  public var from: CalendarDay
  public var until: CalendarDay
  /// Whose sign-in was misused; `nil` for anybody's.
  public var member: MemberID?
  /// What happened; `nil` where it can't be opened.
  public var words: String?
  public var recordedBy: MemberID
  public var closedAt: Moment?
  /// Who was told, and on which day, by the code of the pack.
  public var told: [String: CalendarDay]

  /// Who must be told by when, and who was.
  public func duties(_ content: DataProtectionContent, holidays: Set<CalendarDay>) -> [Duty] {
    content.breach.map {
      Duty(notice: $0, due: $0.term.due(from: knownOn, holidays: holidays), toldOn: told[$0.code])
    }
  }

  public struct Duty: Hashable, Sendable {
    public var notice: BreachNotice
    public var due: CalendarDay
    public var toldOn: CalendarDay?
  }
}

/// A case that was opened while a breach lasted, as the audit log has it.
public struct BreachedCase: Hashable, Sendable {
  public var caseID: CaseID
  /// `nil` when the case was erased since.
  public var code: CaseCode?
  /// How often it was opened.
  public var count: Int
  public var first: Moment
  public var last: Moment
}

/// What may have been seen: the cases that were opened, and how often lists or searches with names were shown.
public struct BreachScope: Hashable, Sendable {
  public var cases: [BreachedCase]
  public var lists: Int
}
