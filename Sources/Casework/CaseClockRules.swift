import Basics
import CountryPack
import Identification

/// Which move a clock allows, and how it is read. Pure and total.
public enum CaseClockRules {
  /// No period is longer: ten years. Our own decision.
  public static let longestDays = 3660

  public enum State: Hashable, Sendable {
    case running(extensions: Int)
    case suspended(extensions: Int)
    case ended
  }

  public struct Reading: Hashable, Sendable {
    public var alarm: TermClock.Alarm
    /// The last day; `nil` while the clock is suspended.
    public var due: CalendarDay?
    /// Days that count and are left after today.
    public var daysLeft: Int
    public var extendedBy: Int
  }

  public static func state(_ clock: CaseClock) -> State {
    if clock.ended != nil { return .ended }
    let extensions = clock.events.count { $0.move == .extend }
    return clock.events.last { $0.move != .extend }?.move == .suspend
      ? .suspended(extensions: extensions) : .running(extensions: extensions)
  }

  /// The state a move leads to. By the pack's length it is extended once, and only where the pack says by how much; by
  /// a document, each time that a document says so.
  ///
  /// Throws `Refusal` `.conflict` where the state does not allow it.
  public static func next(_ move: CaseClockMove, from state: State, _ terms: CaseClock.Terms) throws(Refusal) -> State {
    switch (move, state) {
    case (.suspend, .running(let extensions)): return .suspended(extensions: extensions)
    case (.resume, .suspended(let extensions)): return .running(extensions: extensions)
    case (.extend, .running(let extensions)) where mayExtend(terms, extensions):
      return .running(extensions: extensions + 1)
    case (.extend, .suspended(let extensions)) where mayExtend(terms, extensions):
      return .suspended(extensions: extensions + 1)
    case (.end, .running), (.end, .suspended): return .ended
    default: throw Refusal(.conflict, Phrase("error.clock_not_now"))
    }
  }

  private static func mayExtend(_ terms: CaseClock.Terms, _ extensions: Int) -> Bool {
    terms.isByDocument || terms.extendDays > 0 && extensions == 0
  }

  /// The moves to offer now.
  public static func moves(_ clock: CaseClock) -> [CaseClockMove] {
    let state = state(clock)
    return CaseClockMove.allCases.filter { (try? next($0, from: state, clock.terms)) != nil }
  }

  /// How it stands on a day; `nil` when it has ended.
  public static func reading(_ clock: CaseClock, holidays: Set<CalendarDay>, on today: CalendarDay) -> Reading? {
    guard clock.ended == nil else { return nil }
    let extended = clock.events.reduce(0) { $0 + ($1.move == .extend ? $1.days ?? 0 : 0) }
    let turns = clock.events.filter { $0.move == .suspend || $0.move == .resume }
      .map { TermClock.Turn($0.day, suspends: $0.move == .suspend) }
    let count = TermClock(clock.terms.counts, holidays: holidays).count(
      clock.terms.days + extended, from: clock.start, turns, on: today)
    return Reading(
      alarm: TermClock.alarm(count, warnDays: clock.terms.warnDays, acts: clock.terms.acts, on: today), due: count.due,
      daysLeft: count.daysLeft, extendedBy: extended)
  }

  /// The day a work list may show as due; `nil` while it is suspended, when it has ended, and where it informs only.
  static func due(_ clock: CaseClock, holidays: Set<CalendarDay>, on today: CalendarDay) -> CalendarDay? {
    clock.terms.acts ? reading(clock, holidays: holidays, on: today)?.due : nil
  }

  /// What a clock begins with; `nil` for a kind that can't begin on the day, or has no length of its own and was given
  /// none.
  static func terms(_ request: CaseClockRequest, _ pack: CountryPack) -> CaseClock.Terms? {
    guard let term = pack.clock(request.kind, on: request.start), let days = request.days ?? term.days else {
      return nil
    }
    let isByDocument = request.days != nil
    return CaseClock.Terms(
      days: days, counts: isByDocument ? .calendar : term.counts, warnDays: term.warnDays,
      extendDays: isByDocument ? 0 : term.extendDays, acts: isByDocument || term.acts, isByDocument: isByDocument)
  }

  static func problems(_ request: CaseClockRequest, _ pack: CountryPack, on day: CalendarDay) -> [FieldProblem] {
    var problems = TextRules.problems([("document", request.document, .note)])
    func wrong(_ field: String, _ key: String) { problems.append(FieldProblem(field, key)) }
    if request.start > day { wrong("start", "error.day_future") }
    if request.start < day.adding(days: -longestDays) { wrong("start", "error.day_too_long_ago") }
    guard let term = pack.clock(request.kind, on: request.start) else {
      wrong("kind", "error.unknown_code")
      return problems
    }
    if let days = request.days {
      if !(1...longestDays).contains(days) { wrong("days", "error.clock_days") }
      // Only what is written makes a length that acts.
      if !says(request.document) { wrong("document", "error.document_needed") }
    } else if term.days == nil {
      wrong("days", "error.clock_days_needed")
    }
    return problems
  }

  static func problems(
    _ change: CaseClockChange, of clock: CaseClock, on day: CalendarDay
  ) -> [FieldProblem] {
    var problems = TextRules.problems([("reason", change.reason, .note)])
    func wrong(_ field: String, _ phrase: Phrase) { problems.append(FieldProblem(field, phrase)) }
    if !says(change.reason) { wrong("reason", Phrase("error.clock_reason_needed")) }
    if change.day > day { wrong("day", Phrase("error.day_future")) }
    if change.day < (clock.events.map(\.day).max() ?? clock.start) { wrong("day", Phrase("error.clock_day_before")) }
    guard change.move == .extend else { return problems }
    let most = clock.terms.isByDocument ? longestDays : clock.terms.extendDays
    if let days = change.days, (1...max(1, most)).contains(days) {
    } else {
      wrong("days", Phrase("error.clock_extend_days", ["most": String(most)]))
    }
    return problems
  }

  private static func says(_ text: String) -> Bool { text.contains { $0.isLetter || $0.isNumber } }
}
