import Basics
import CountryPack
import Records

public enum HoldEntity {}
public enum ErasureEntity {}
public enum DataRequestEntity {}
public enum EmergencyEntity {}
public typealias HoldID = Identifier<HoldEntity>
public typealias ErasureID = Identifier<ErasureEntity>
public typealias DataRequestID = Identifier<DataRequestEntity>
public typealias EmergencyID = Identifier<EmergencyEntity>

/// Why a case is erased.
public enum ErasureGround: String, Hashable, Sendable, CaseIterable, SQLConvertible {
  /// The time for which such cases are kept has run out.
  case term
  /// The person asked for it, and it was granted.
  case request
}

public enum ErasureOutcome: String, Hashable, Sendable, CaseIterable, SQLConvertible {
  case erased, declined
}

/// A closed case and when its time runs out.
public struct RetentionRow: Hashable, Sendable {
  public var summary: CaseSummary
  public var schedule: RetentionSchedule
  /// From this day on it may be proposed for erasure.
  public var due: CalendarDay
  public var isHeld: Bool
  /// A proposal that waits for a second person.
  public var isProposed: Bool
}

/// A hold that keeps a case from being erased.
public struct CaseHold: Hashable, Sendable {
  public var id: HoldID
  public var caseID: CaseID
  /// `nil` where it can't be opened.
  public var reason: String?
  public var placedBy: MemberID
  public var placedAt: Moment
  public var liftedBy: MemberID?
  public var liftedAt: Moment?
  public var liftReason: String?
  public var isLive: Bool { liftedAt == nil }
}

/// A proposal to erase a case, and what became of it. Names nobody; stays when the case is gone.
public struct CaseErasure: Hashable, Sendable {
  public var id: ErasureID
  public var caseID: CaseID
  /// While the case is there.
  public var code: CaseCode?
  public var ground: ErasureGround
  /// The code of the schedule it was due by.
  public var schedule: String?
  public var proposedBy: MemberID
  public var proposedAt: Moment
  public var decidedBy: MemberID?
  public var decidedAt: Moment?
  public var outcome: ErasureOutcome?
}

/// When a case's time runs out, and who may let it. Pure.
public enum RetentionRules {
  /// The first schedule that fits a case as it was closed; `nil` where none does: such a case is kept.
  public static func schedule(
    kind: String, reason: String?, closed: CalendarDay, _ schedules: [RetentionSchedule]
  ) -> RetentionSchedule? {
    schedules.first { schedule in
      (schedule.kinds.isEmpty || schedule.kinds.contains(kind))
        && (schedule.reasons.isEmpty || reason.map(schedule.reasons.contains) == true)
        && schedule.from.map { $0 <= closed } != false && schedule.until.map { closed <= $0 } != false
    }
  }

  public static func due(closed: CalendarDay, _ schedule: RetentionSchedule) -> CalendarDay {
    closed.adding(months: schedule.months)
  }

  /// Throws `Refusal` `.conflict` with the reason why a case can't be erased now.
  public static func requireErasable(
    status: CaseStatus, isHeld: Bool, ground: ErasureGround, due: CalendarDay?, isGranted: Bool, on day: CalendarDay
  ) throws(Refusal) {
    // A hold comes before everything else.
    if isHeld { throw Refusal(.conflict, Phrase("error.case_held")) }
    if status != .closed { throw Refusal(.conflict, Phrase("error.erase_open")) }
    switch ground {
    case .term:
      guard let due, due <= day else { throw Refusal(.conflict, Phrase("error.erase_not_due")) }
    case .request:
      guard isGranted else { throw Refusal(.conflict, Phrase("error.erase_not_granted")) }
    }
  }

  /// What stays of a case for figures: all its codes where enough others agree in them, else without form and sex where
  /// enough agree in the rest, else nothing.
  ///
  /// - Parameters:
  ///   - alike: how many cases, this one included, agree in all codes.
  ///   - coarse: how many agree without form and sex.
  public static func kept(_ facts: CaseFacts, alike: Int, coarse: Int, from threshold: Int) -> CaseFacts? {
    if alike >= threshold { return facts }
    guard coarse >= threshold else { return nil }
    var facts = facts
    (facts.form, facts.sex) = (nil, nil)
    return facts
  }
}
