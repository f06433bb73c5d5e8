import Basics
import CountryPack
import Records

/// What is due when for a referral that waits for an answer: pure, so that it can be tried with any clock.
///
/// The deadline is the urgency's; the steps are the pack's (`ReferralContent`). Each step happens once, in order, and
/// none before its time, however seldom somebody looks.
public struct ReferralClock: Hashable, Sendable {
  /// Who hears when nobody answers. Coded in the store by these numbers: never changed.
  public enum Step: Int, Hashable, Sendable, CaseIterable, Comparable {
    /// Whoever has it in hand.
    case reminder = 1
    /// The supervisors of the agency that has it in hand.
    case supervisor = 2
    /// The sending agency, to look for another desk.
    case sender = 3
    /// Whoever oversees referrals of all agencies.
    case coordinator = 4
    /// It ends: nobody answered, or the consent ran out first.
    case end = 5

    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

    /// As events and audit entries name it.
    public var code: String {
      switch self {
      case .reminder: "reminder"
      case .supervisor: "supervisor"
      case .sender: "sender"
      case .coordinator: "coordinator"
      case .end: "end"
      }
    }

    var move: ReferralMove {
      switch self {
      case .reminder: .remind
      case .supervisor, .sender, .coordinator: .escalate
      case .end: .expire
      }
    }
  }

  /// A step and when it is due.
  public struct Due: Hashable, Sendable {
    public var step: Step
    public var at: Moment
  }

  private let calendar: WorkingCalendar
  private let content: ReferralContent
  private let hours: [String: Int]

  public init(_ pack: CountryPack) {
    calendar = WorkingCalendar(pack)
    content = pack.referrals
    hours = (pack.lists[.urgencies] ?? []).reduce(into: [:]) { hours, term in
      hours[term.code] = term.details["hours"].flatMap(Int.init)
    }
  }

  /// When the answer is due; `nil` for an urgency that the pack does not have.
  public func deadline(_ urgency: String, from sent: Moment) -> Moment? {
    moment(100, urgency, from: sent)
  }

  /// All steps of a referral with their times, as if nobody ever answered it.
  ///
  /// The supervisor's comes at the stored deadline or after it, also where the pack's hours have changed since it was
  /// sent. A consent that runs out earlier brings the end forward.
  public func plan(_ referral: Referral) -> [Due] {
    let (sent, due) = (referral.sentAt, referral.dueAt)
    func at(_ percent: Int) -> Moment {
      if let moment = moment(percent, referral.urgency, from: sent), deadline(referral.urgency, from: sent) == due {
        return moment
      }
      return sent + Span(milliseconds: (due - sent).milliseconds * Int64(percent) / 100)
    }
    var end = due + .days(content.expireDays)
    var dues = [
      Due(step: .reminder, at: at(content.remind)), Due(step: .supervisor, at: max(due, at(content.supervisor))),
      Due(step: .sender, at: max(due, at(content.sender))),
      Due(step: .coordinator, at: max(due, at(content.coordinator))),
    ]
    end = max(end, dues[3].at)
    if let until = referral.basisUntil { end = min(end, until) }
    dues.append(Due(step: .end, at: end))
    return dues
  }

  /// The next step that has not been made; `nil` when the clock stands, because nobody owes an answer.
  public func next(_ referral: Referral) -> Due? {
    guard referral.state.isWaiting else { return nil }
    let left = plan(referral).filter { due in referral.clockStep.map { due.step > $0 } ?? true }
    // The end may lie before a step: what has ended reminds nobody.
    guard let first = left.first, let last = left.last else { return nil }
    return last.at <= first.at ? last : first
  }

  /// The steps to make now, in order. After a pause several may have become due: each is made, but for a reminder that
  /// comes after the deadline, which would only repeat what the supervisor is told.
  public func due(_ referral: Referral, at now: Moment) -> [Due] {
    guard referral.state.isWaiting else { return [] }
    var (steps, copy) = ([Due](), referral)
    while let next = next(copy), next.at <= now {
      copy.clockStep = next.step
      steps.append(next)
      if next.step == .end { break }
    }
    if steps.count > 1, steps[0].step == .reminder { steps.removeFirst() }
    return steps
  }

  private func moment(_ percent: Int, _ urgency: String, from sent: Moment) -> Moment? {
    hours[urgency].map { hours in
      calendar.add(
        Span(milliseconds: Span.hours(hours).milliseconds * Int64(percent) / 100), to: sent,
        counting: content.counts[urgency] ?? .calendar)
    }
  }
}

extension ReferralClock.Step: SQLConvertible {
  public var sqlValue: SQLValue { .integer(Int64(rawValue)) }
  public static func fromSQL(_ value: SQLValue) -> Self? {
    if case .integer(let number) = value { Self(rawValue: Int(number)) } else { nil }
  }
}
