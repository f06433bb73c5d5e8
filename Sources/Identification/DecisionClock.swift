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

  public typealias Alarm = TermClock.Alarm

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
  /// The day on which it starts does not count; `TermClock` counts the others.
  public static func reading(
    _ events: [Event], since start: Moment?, decision: Decision.Kind?, _ content: IdentificationContent, now: Moment,
    offsetFromUTC offset: Span
  ) -> Reading? {
    let state = state(events, since: start, decision: decision, content.clock)
    guard let term = content.clock, let start else { return nil }
    let isExtended: Bool
    switch state {
    case .none, .ended: return nil
    case .informs: isExtended = false
    case .running(let extended), .suspended(let extended): isExtended = extended
    }
    let turns = events.filter { $0.at >= start && $0.move != .extend && term.acts }
      .map { TermClock.Turn(CalendarDay($0.at, offsetFromUTC: offset), suspends: $0.move == .suspend) }
    let today = CalendarDay(now, offsetFromUTC: offset)
    let count = TermClock(term.counts, holidays: content.holidays).count(
      term.days + (isExtended ? term.extendDays : 0), from: CalendarDay(start, offsetFromUTC: offset), turns, on: today)
    return Reading(
      alarm: TermClock.alarm(count, warnDays: term.warnDays, acts: term.acts, on: today), due: count.due,
      daysLeft: count.daysLeft, isExtended: isExtended)
  }
}
