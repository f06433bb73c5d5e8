import Accounts
import Basics

public enum DutyShiftEntity {}
public typealias DutyShiftID = Identifier<DutyShiftEntity>
public enum DutyChangeEntity {}
public typealias DutyChangeID = Identifier<DutyChangeEntity>

/// Who of a desk is on duty when: a weekly pattern, single changes, and who answers out of hours. Pure.
///
///     let roster = DutyRoster(shifts: shifts, changes: changes, outOfHours: .own([onCall]))
///     roster.duty(at: now, offsetFromUTC: pack.offsetFromUTC)      // .members([…])
public struct DutyRoster: Hashable, Sendable {
  /// One member on one day of every week.
  public struct Shift: Hashable, Sendable {
    public var id: DutyShiftID
    public var member: MemberID
    /// 0 is Monday, 6 Sunday.
    public var weekday: Int
    public var from: TimeOfDay
    /// Not after `from`: it ends on the next day, at 00:00 with midnight.
    public var until: TimeOfDay

    public init(id: DutyShiftID, member: MemberID, weekday: Int, from: TimeOfDay, until: TimeOfDay) {
      self.id = id
      self.member = member
      self.weekday = weekday
      self.from = from
      self.until = until
    }

    /// In minutes from Monday's midnight on; the end may lie in the next week.
    var minutes: Range<Int> {
      let start = weekday * 1440 + from.minutes
      let length = until.minutes - from.minutes
      return start..<start + (length > 0 ? length : length + 1440)
    }
  }

  /// In its time the pattern does not hold: on duty is who the changes of that time name.
  public struct Change: Hashable, Sendable {
    public var id: DutyChangeID
    /// `nil`: nobody of the desk.
    public var member: MemberID?
    public var from: Moment
    public var until: Moment

    public init(id: DutyChangeID, member: MemberID?, from: Moment, until: Moment) {
      self.id = id
      self.member = member
      self.from = from
      self.until = until
    }
  }

  /// Who answers when nobody is on duty.
  public enum OutOfHours: Hashable, Sendable {
    case nobody
    /// Members of the own agency who can be called.
    case own(Set<MemberID>)
    /// Another agency's desk.
    /// - Parameter agreed: whether that agency said yes; before, it answers nothing.
    case agency(AgencyID, agreed: Bool)
  }

  /// The answer for a moment.
  public enum Duty: Hashable, Sendable {
    case members(Set<MemberID>)
    /// Nobody is on duty; these can be called.
    case onCall(Set<MemberID>)
    case agency(AgencyID)
    case nobody
    /// The desk keeps no roster: everybody who answers referrals there.
    case everybody
  }

  public var shifts: [Shift]
  public var changes: [Change]
  public var outOfHours: OutOfHours

  public init(shifts: [Shift] = [], changes: [Change] = [], outOfHours: OutOfHours = .nobody) {
    self.shifts = shifts
    self.changes = changes
    self.outOfHours = outOfHours
  }

  public var isKept: Bool { !shifts.isEmpty || !changes.isEmpty || outOfHours != .nobody }

  /// Who is on duty at a moment; a shift holds from its first minute to just before its last.
  ///
  /// - Parameter offsetFromUTC: of the country's time (Ecuador: America/Guayaquil, which knows no summer time).
  public func onDuty(at moment: Moment, offsetFromUTC: Span) -> Set<MemberID> {
    let changed = changes.filter { $0.from <= moment && moment < $0.until }
    guard changed.isEmpty else { return Set(changed.compactMap(\.member)) }
    let local = (moment + offsetFromUTC).milliseconds
    // The first of January 1970 was a Thursday, the third day after Monday. Seconds of a begun minute belong to it.
    let minute = local >= 0 ? local / 60_000 : (local - 59_999) / 60_000
    let ofWeek = Int(((minute + 3 * 1440) % 10_080 + 10_080) % 10_080)
    return Set(
      shifts.filter { $0.minutes.contains(ofWeek) || $0.minutes.contains(ofWeek + 10_080) }.map(\.member))
  }

  /// Who is to be asked at a moment.
  public func duty(at moment: Moment, offsetFromUTC: Span) -> Duty {
    guard isKept else { return .everybody }
    let members = onDuty(at: moment, offsetFromUTC: offsetFromUTC)
    guard members.isEmpty else { return .members(members) }
    return switch outOfHours {
    case .own(let members) where !members.isEmpty: .onCall(members)
    case .agency(let agency, agreed: true): .agency(agency)
    case .nobody, .own, .agency: .nobody
    }
  }

  /// The roster without those who no longer answer referrals.
  func kept(to members: Set<MemberID>) -> DutyRoster {
    var roster = self
    roster.shifts.removeAll { !members.contains($0.member) }
    roster.changes.removeAll { $0.member.map { !members.contains($0) } ?? false }
    if case .own(let named) = outOfHours { roster.outOfHours = .own(named.intersection(members)) }
    return roster
  }
}
