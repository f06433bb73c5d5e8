import Basics
import CountryPack

public enum ConferenceMove: String, Hashable, Sendable, CaseIterable { case change, hold, cancel, decide }

/// What a conference allows and must fulfil. Pure.
public enum ConferenceRules {
  /// The state a move leads to.
  ///
  /// Throws `Refusal` `.conflict` where the state does not allow it.
  public static func next(_ move: ConferenceMove, from state: Conference.State) throws(Refusal) -> Conference.State {
    switch (move, state) {
    case (.change, .planned): return .planned
    case (.hold, .planned): return .held
    case (.cancel, .planned): return .cancelled
    case (.decide, .held): return .held
    case (.decide, .planned): throw Refusal(.conflict, Phrase("error.conference_not_held"))
    case (_, .held): throw Refusal(.conflict, Phrase("error.conference_held"))
    case (_, .cancelled): throw Refusal(.conflict, Phrase("error.conference_cancelled"))
    }
  }

  public static func moves(from state: Conference.State) -> Set<ConferenceMove> {
    Set(ConferenceMove.allCases.filter { (try? next($0, from: state)) != nil })
  }

  /// On what an agency takes part: a live entry of the ledger that names conferences, the one that lasts longest. No
  /// such entry, no seat.
  public static func basis(of agency: AgencyID, among consents: [Consent], at now: Moment) -> Consent? {
    consents.filter { $0.recipient == agency && $0.kinds.contains(.conference) && $0.state(at: now) == .live }
      .max { ($0.until?.milliseconds ?? .max, $0.id) < ($1.until?.milliseconds ?? .max, $1.id) }
  }

  /// - Parameters:
  ///   - before: the day it was planned for until now; one that passed already may keep its day.
  ///   - colleagues: who can be asked.
  ///   - bases: for the agencies that can be asked, on what.
  static func problems(
    _ request: ConferenceRequest, before: CalendarDay?, colleagues: Set<MemberID>, bases: [AgencyID: ConsentID],
    on day: CalendarDay
  ) -> [FieldProblem] {
    var problems = TextRules.problems([
      ("agenda", request.content.agenda, .note), ("place", request.content.place, .line),
    ])
    func wrong(_ field: String, _ key: String) { problems.append(FieldProblem(field, key)) }
    if !request.content.agenda.contains(where: \.isLetter) { wrong("agenda", "error.missing") }
    if request.day != before {
      if request.day < day { wrong("day", "error.day_past") }
      if request.day > day.adding(days: 366) { wrong("day", "error.conference_too_far") }
    }
    if request.members.isEmpty { wrong("members", "error.conference_nobody") }
    if !request.members.isSubset(of: colleagues) { wrong("members", "error.unknown_code") }
    if !request.guests.allSatisfy({ bases[$0] != nil }) { wrong("guests", "error.conference_no_basis") }
    return problems
  }

  /// - Parameter bases: for the agencies that may still take part, on what.
  static func problems(
    _ report: ConferenceReport, of conference: Conference, bases: [AgencyID: ConsentID], on day: CalendarDay
  ) -> [FieldProblem] {
    var problems = TextRules.problems([("minutes", report.minutes, .note)])
    func wrong(_ field: String, _ key: String) { problems.append(FieldProblem(field, key)) }
    if !report.minutes.contains(where: \.isLetter) { wrong("minutes", "error.missing") }
    if report.day > day { wrong("day", "error.day_future") }
    if report.day < day.adding(days: -366) { wrong("day", "error.day_too_long_ago") }
    if report.members.isEmpty { wrong("members", "error.conference_nobody") }
    if !report.members.isSubset(of: conference.members.map(\.who)) { wrong("members", "error.unknown_code") }
    let asked = Set(conference.guests.map(\.who))
    if !report.guests.allSatisfy({ asked.contains($0) && bases[$0] != nil }) {
      wrong("guests", "error.conference_no_basis")
    }
    return problems
  }

  static func problems(
    _ request: ConferenceDecisionRequest, of conference: Conference, colleagues: Set<MemberID>, on day: CalendarDay
  ) -> [FieldProblem] {
    var problems = TextRules.problems([("words", request.words, .note)])
    func wrong(_ field: String, _ key: String) { problems.append(FieldProblem(field, key)) }
    if !request.words.contains(where: \.isLetter) { wrong("words", "error.missing") }
    if !colleagues.contains(request.owner) { wrong("owner", "error.unknown_code") }
    if let agency = request.agency, !conference.guests.contains(where: { $0.who == agency && $0.attended == true }) {
      wrong("agency", "error.conference_was_not_there")
    }
    if request.due < day { wrong("due", "error.day_past") }
    if request.due > day.adding(days: 5 * 366) { wrong("due", "error.day_too_far") }
    return problems
  }

  static func problemsOfResult(_ words: String, done: CalendarDay, on day: CalendarDay) -> [FieldProblem] {
    var problems = TextRules.problems([("result", words, .note)])
    if done > day { problems.append(FieldProblem("done", "error.day_future")) }
    if done < day.adding(days: -366 * 5) { problems.append(FieldProblem("done", "error.day_too_long_ago")) }
    return problems
  }
}
