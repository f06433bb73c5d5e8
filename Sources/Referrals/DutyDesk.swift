import Accounts
import Basics
import CountryPack
import Records
import Vault

/// The one way to rosters: who of a desk is on duty, who answers out of hours, and who of another agency agreed to.
///
/// A roster is about members at work and not about persons: it is plain, and reading it is no audit entry.
public struct DutyDesk: Sendable {
  /// The longest single change.
  public static let longestChange = Span.days(62)
  /// More shifts no desk needs: seven days of a few members in several turns.
  static let mostShifts = 300

  let office: Office
  let offsetFromUTC: Span

  public init(_ office: Office, _ pack: CountryPack) {
    self.office = office
    offsetFromUTC = pack.offsetFromUTC
  }

  // MARK: Reading

  /// The own desk's roster, with the names of those who answer referrals, and which agencies asked this one to answer
  /// for them.
  ///
  /// Throws `Refusal.forbidden`.
  public func roster(_ actor: Actor) async throws -> DutyView {
    try actor.require(.answerReferral)
    let (office, offset, now) = (office, offsetFromUTC, office.clock.now())
    return try await office.database.read { transaction in
      let names = try Colleagues.who(may: .answerReferral, in: actor.agency, office.root, transaction)
      let roster = try DutyRecords.roster(actor.agency, at: now, transaction).kept(to: Set(names.keys))
      return DutyView(
        roster: roster, now: roster.duty(at: now, offsetFromUTC: offset), names: names,
        asked: try DutyRecords.asked(actor.agency, transaction))
    }
  }

  /// Who of an agency's desk is to be asked at a moment, inside a caller's transaction: for the clock, and for whoever
  /// tells people. Says nothing about who may know.
  public static func duty(
    of agency: AgencyID, at now: Moment, offsetFromUTC: Span, _ root: RootSecret, _ transaction: any ReadTransaction
  ) throws -> DutyRoster.Duty {
    let roster = try DutyRecords.roster(agency, at: now, transaction)
    guard roster.isKept else { return .everybody }
    let members = try Colleagues.who(may: .answerReferral, in: agency, root, transaction).keys
    return roster.kept(to: Set(members)).duty(at: now, offsetFromUTC: offsetFromUTC)
  }

  /// Whether an agency's desk has somebody on duty now, and which other agency answers where it has not: for who sends
  /// it something. Names of members are not told.
  ///
  /// Throws `Refusal.forbidden`.
  public func standing(_ actor: Actor, of agency: AgencyID) async throws -> Standing {
    try actor.requireReferrals()
    let (office, offset, now) = (office, offsetFromUTC, office.clock.now())
    return try await office.database.read { transaction in
      switch try Self.duty(of: agency, at: now, offsetFromUTC: offset, office.root, transaction) {
      case .members, .everybody: .answers
      case .agency(let other): .elsewhere(other)
      case .onCall, .nobody: .closed
      }
    }
  }

  public enum Standing: Hashable, Sendable {
    case answers, closed
    case elsewhere(AgencyID)
  }

  // MARK: The weekly pattern

  /// Puts a member on duty on some days of every week. Doing it again with the same identifiers changes nothing.
  ///
  /// - Parameters:
  ///   - ids: one for each day, by weekday (0 is Monday).
  ///   - until: not after `from`, it ends on the next day.
  ///
  /// Throws `Refusal`: `.forbidden`, or the wrong fields.
  public func add(
    _ actor: Actor, _ ids: [Int: DutyShiftID], member: MemberID, from: TimeOfDay, until: TimeOfDay
  ) async throws {
    try actor.require(.leadDesk)
    let days = ids.keys.sorted()
    guard !days.isEmpty, days.allSatisfy({ (0..<7).contains($0) }) else {
      throw Refusal.fields([FieldProblem("days", "error.choose")])
    }
    try await change(actor, "duty.add_shift") { transaction in
      try requireColleague(member, actor, transaction)
      var isNew = false
      for (weekday, id) in ids.sorted(by: { $0.key < $1.key }) {
        if let owner = try DutyRecords.owner(of: id, transaction) {
          guard owner == actor.agency else { throw Refusal.conflict }
          continue
        }
        try DutyRecords.insert(
          .init(id: id, member: member, weekday: weekday, from: from, until: until), of: actor.agency, transaction)
        isNew = true
      }
      let count = try DutyRecords.roster(actor.agency, at: office.clock.now(), transaction).shifts.count
      if count > Self.mostShifts { throw Refusal(.invalid, Phrase("error.duty_too_many")) }
      return isNew
    }
  }

  /// Takes one day of the pattern out. Doing it again changes nothing.
  public func remove(_ actor: Actor, shift: DutyShiftID) async throws {
    try actor.require(.leadDesk)
    try await change(actor, "duty.remove_shift") { try DutyRecords.delete(shift, of: actor.agency, $0) }
  }

  // MARK: Single changes

  /// Replaces the pattern for a time. Doing it again with the same identifier changes nothing.
  ///
  /// - Parameter member: who is on duty then; `nil` for nobody.
  ///
  /// Throws `Refusal`: `.forbidden`, or the wrong fields: it ends after it begins, within `longestChange`, and has not
  /// passed.
  public func change(
    _ actor: Actor, _ id: DutyChangeID, member: MemberID?, from: Moment, until: Moment
  ) async throws {
    try actor.require(.leadDesk)
    let now = office.clock.now()
    guard from < until, until > now, until - from <= Self.longestChange else {
      throw Refusal.fields([FieldProblem("until_day", "error.duty_time")])
    }
    try await change(actor, "duty.add_change") { transaction in
      if let owner = try DutyRecords.owner(of: id, transaction) {
        guard owner == actor.agency else { throw Refusal.conflict }
        return false
      }
      if let member { try requireColleague(member, actor, transaction) }
      try DutyRecords.insert(.init(id: id, member: member, from: from, until: until), of: actor.agency, transaction)
      return true
    }
  }

  public func remove(_ actor: Actor, change: DutyChangeID) async throws {
    try actor.require(.leadDesk)
    try await self.change(actor, "duty.remove_change") { try DutyRecords.delete(change, of: actor.agency, $0) }
  }

  // MARK: Out of hours

  /// Says who answers when nobody is on duty. Another agency is asked: it answers nothing until it agrees.
  ///
  /// Throws `Refusal`: `.forbidden`, or the wrong field.
  public func setOutOfHours(_ actor: Actor, _ wanted: DutyRoster.OutOfHours) async throws {
    try actor.require(.leadDesk)
    let now = office.clock.now()
    try await change(actor, "duty.set_out_of_hours") { transaction in
      let present = try DutyRecords.roster(actor.agency, at: now, transaction).outOfHours
      var value = wanted
      switch wanted {
      case .nobody: break
      case .own(let members):
        for member in members { try requireColleague(member, actor, transaction) }
        if members.isEmpty { value = .nobody }
      case .agency(let other, _):
        guard other != actor.agency, try AgencyDesk.agency(other, transaction) != nil else {
          throw Refusal.fields([FieldProblem("other", "error.choose")])
        }
        // Who was asked already, and perhaps agreed, is not asked again.
        if case .agency(other, _) = present { return false }
        value = .agency(other, agreed: false)
      }
      if value == present { return false }
      try DutyRecords.setOutOfHours(value, of: actor.agency, by: actor.member, at: now, transaction)
      return true
    }
  }

  /// Answers for the own desk whether it takes another agency's calls out of hours; it can be taken back at any time.
  ///
  /// Throws `Refusal`: `.forbidden`; `.notFound` when that agency has not asked, or asks no more.
  public func answer(_ actor: Actor, to agency: AgencyID, agrees: Bool) async throws {
    try actor.require(.leadDesk)
    try await change(actor, agrees ? "duty.agree" : "duty.refuse", on: agency) { transaction in
      guard try DutyRecords.answer(agrees, to: agency, by: actor.agency, transaction) else { throw Refusal.notFound }
      return true
    }
  }

  /// - Parameter body: whether anything changed; else there is nothing to record either.
  private func change(
    _ actor: Actor, _ action: String, on agency: AgencyID? = nil,
    _ body: @escaping @Sendable (any WriteTransaction) throws -> Bool
  ) async throws {
    let entry = AuditEntry(
      at: office.clock.now(), doer: actor.doer, action: action, objectKind: "agency",
      objectID: (agency ?? actor.agency).description)
    try await office.database.write { transaction in
      if try body(transaction) { try transaction.record(entry) }
    }
  }

  private func requireColleague(_ member: MemberID, _ actor: Actor, _ transaction: any ReadTransaction) throws {
    guard try Colleagues.who(may: .answerReferral, in: actor.agency, office.root, transaction)[member] != nil else {
      throw Refusal.fields([FieldProblem("member", "error.referral_colleague")])
    }
  }
}

/// A desk's roster for its own members.
public struct DutyView: Sendable {
  public var roster: DutyRoster
  public var now: DutyRoster.Duty
  /// Those who answer referrals, by name.
  public var names: [MemberID: String]
  /// Agencies that asked this one to answer for them out of hours, and whether it agreed.
  public var asked: [(agency: AgencyID, agrees: Bool)]
}
