import Basics
import CountryPack

/// The time within which a formal decision is due: pure, from what happened and the pack's term.
public enum DecisionClock {
  /// What a person did to the clock. Its start and its end follow from the decisions.
  public enum Move: String, Hashable, Sendable, CaseIterable {
    case suspend, resume, extend
  }

  public struct Event: Hashable, Sendable {
    public var move: Move
    public var at: Moment
    public var member: MemberID
    /// Sealed in the store; empty where it was not opened.
    public var reason: String

    public init(_ move: Move, at: Moment, by member: MemberID, reason: String = "") {
      self.move = move
      self.at = at
      self.member = member
      self.reason = reason
    }
  }

  /// Where the clock stands, as far as moves depend on it.
  public enum State: Hashable, Sendable {
    /// There is no term, or nothing was presumed.
    case none
    /// There is a term that nobody has verified: it is told, and nothing follows from it.
    case informs
    case running(isExtended: Bool)
    case suspended(isExtended: Bool)
    /// A formal decision was made, or nothing is presumed any more.
    case ended
  }

  /// What a work list shows.
  public enum Alarm: String, Hashable, Sendable, CaseIterable {
    /// The term is not verified: nothing is ever late by it.
    case informs
    case running
    /// Few days are left.
    case warned
    /// Today is the last day.
    case due
    case overdue
    case suspended
  }

  public struct Reading: Hashable, Sendable {
    public var alarm: Alarm
    /// The last day; `nil` while the clock is suspended.
    public var due: CalendarDay?
    /// Days that count and are left after today.
    public var daysLeft: Int
    public var isExtended: Bool
  }

  /// - Parameters:
  ///   - events: oldest first.
  ///   - start: since when something is presumed; `nil` when nothing ever was.
  ///   - decision: the newest decision.
  public static func state(
    _ events: [Event], since start: Moment?, decision: Decision.Kind?, _ term: DecisionTerm?
  ) -> State {
    guard let term, let start else { return .none }
    guard let decision, !decision.isFormal, decision != .notPresumedNow else { return .ended }
    guard term.acts else { return .informs }
    let events = events.filter { $0.at >= start }
    let isExtended = events.contains { $0.move == .extend }
    return events.last { $0.move != .extend }?.move == .suspend
      ? .suspended(isExtended: isExtended) : .running(isExtended: isExtended)
  }

  /// The state a move leads to. It is extended once, and only where the term says by how much.
  ///
  /// Throws `Refusal` `.conflict` where the state does not allow it.
  public static func next(_ move: Move, from state: State, _ term: DecisionTerm?) throws(Refusal) -> State {
    switch (move, state) {
    case (.suspend, .running(let isExtended)): return .suspended(isExtended: isExtended)
    case (.resume, .suspended(let isExtended)): return .running(isExtended: isExtended)
    case (.extend, .running(isExtended: false)) where (term?.extendDays ?? 0) > 0: return .running(isExtended: true)
    case (.extend, .suspended(isExtended: false)) where (term?.extendDays ?? 0) > 0:
      return .suspended(isExtended: true)
    default: throw Refusal(.conflict, Phrase("error.clock_not_now"))
    }
  }

  /// How the clock is read at a moment; `nil` where none runs.
  ///
  /// The day on which it starts does not count. A day counts when the clock runs at its end, so that a pause within one
  /// day costs nothing; with working days, Saturdays, Sundays and holidays never count.
  public static func reading(
    _ events: [Event], since start: Moment?, decision: Decision.Kind?, _ content: IdentificationContent, now: Moment,
    offsetFromUTC offset: Span
  ) -> Reading? {
    let state = state(events, since: start, decision: decision, content.clock)
    guard let term = content.clock, let start else { return nil }
    let (isSuspended, isExtended): (Bool, Bool)
    switch state {
    case .none, .ended: return nil
    case .informs: (isSuspended, isExtended) = (false, false)
    case .running(let extended): (isSuspended, isExtended) = (false, extended)
    case .suspended(let extended): (isSuspended, isExtended) = (true, extended)
    }
    let pauses = events.filter { $0.at >= start && $0.move != .extend && term.acts }
      .map { (day: CalendarDay($0.at, offsetFromUTC: offset), suspends: $0.move == .suspend) }
    func counts(_ day: CalendarDay) -> Bool {
      if term.counts == .working, day.isWeekend || content.holidays.contains(day) { return false }
      return pauses.last { $0.day <= day }?.suspends != true
    }
    let today = CalendarDay(now, offsetFromUTC: offset)
    var (day, used, afterToday) = (CalendarDay(start, offsetFromUTC: offset), 0, 0)
    let whole = term.days + (isExtended ? term.extendDays : 0)
    while used < whole, !isSuspended || day < today {
      day = day.adding(days: 1)
      guard counts(day) else { continue }
      used += 1
      if day > today { afterToday += 1 }
    }
    guard !isSuspended else {
      return Reading(alarm: .suspended, due: nil, daysLeft: whole - used, isExtended: isExtended)
    }
    let alarm: Alarm =
      !term.acts
      ? .informs
      : today > day ? .overdue : today == day ? .due : afterToday <= term.warnDays ? .warned : .running
    return Reading(alarm: alarm, due: day, daysLeft: afterToday, isExtended: isExtended)
  }
}

extension CalendarDay {
  /// Saturday or Sunday. 1970-01-01 was a Thursday.
  var isWeekend: Bool {
    let place = ((daysSince1970 + 3) % 7 + 7) % 7
    return place >= 5
  }
}
