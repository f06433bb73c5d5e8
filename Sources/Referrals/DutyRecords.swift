import Accounts
import Basics
import Records

/// The queries about rosters, the only ones.
enum DutyRecords {
  static func roster(_ agency: AgencyID, at now: Moment, _ transaction: any ReadTransaction) throws -> DutyRoster {
    let shifts = try transaction.rows(
      "SELECT * FROM duty_shifts WHERE agency = ? ORDER BY weekday, from_minute, until_minute, id", agency
    ).compactMap { row -> DutyRoster.Shift? in
      guard let from = TimeOfDay(minutes: try row.get("from_minute")),
        let until = TimeOfDay(minutes: try row.get("until_minute"))
      else { return nil }
      return DutyRoster.Shift(
        id: try row.get("id"), member: try row.get("member"), weekday: try row.get("weekday"), from: from,
        until: until)
    }
    let changes = try transaction.rows(
      "SELECT * FROM duty_changes WHERE agency = ? AND until_at > ? ORDER BY from_at, id", agency, now
    ).map { row in
      DutyRoster.Change(
        id: try row.get("id"), member: try row.optional("member"), from: try row.get("from_at"),
        until: try row.get("until_at"))
    }
    return DutyRoster(shifts: shifts, changes: changes, outOfHours: try outOfHours(agency, transaction))
  }

  private static func outOfHours(_ agency: AgencyID, _ transaction: any ReadTransaction) throws
    -> DutyRoster.OutOfHours
  {
    if let row = try transaction.row("SELECT * FROM duty_agreements WHERE agency = ?", agency) {
      return .agency(try row.get("other"), agreed: try row.get("agrees", as: Int.self) == 1)
    }
    let members = try transaction.rows("SELECT member FROM duty_calls WHERE agency = ? ORDER BY member", agency)
    return members.isEmpty ? .nobody : .own(Set(try members.map { try $0.get("member") }))
  }

  // MARK: Shifts and changes

  static func owner(of shift: DutyShiftID, _ transaction: any ReadTransaction) throws -> AgencyID? {
    try transaction.row("SELECT agency FROM duty_shifts WHERE id = ?", shift).map { try $0.get("agency") }
  }

  static func insert(_ shift: DutyRoster.Shift, of agency: AgencyID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO duty_shifts (id, agency, member, weekday, from_minute, until_minute) VALUES (?, ?, ?, ?, ?, ?)",
      shift.id, agency, shift.member, shift.weekday, shift.from.minutes, shift.until.minutes)
  }

  static func delete(_ shift: DutyShiftID, of agency: AgencyID, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute("DELETE FROM duty_shifts WHERE id = ? AND agency = ?", shift, agency) == 1
  }

  static func owner(of change: DutyChangeID, _ transaction: any ReadTransaction) throws -> AgencyID? {
    try transaction.row("SELECT agency FROM duty_changes WHERE id = ?", change).map { try $0.get("agency") }
  }

  static func insert(_ change: DutyRoster.Change, of agency: AgencyID, _ transaction: any WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO duty_changes (id, agency, member, from_at, until_at) VALUES (?, ?, ?, ?, ?)", change.id, agency,
      change.member, change.from, change.until)
  }

  static func delete(_ change: DutyChangeID, of agency: AgencyID, _ transaction: any WriteTransaction) throws -> Bool {
    try transaction.execute("DELETE FROM duty_changes WHERE id = ? AND agency = ?", change, agency) == 1
  }

  // MARK: Out of hours

  static func setOutOfHours(
    _ value: DutyRoster.OutOfHours, of agency: AgencyID, by member: MemberID, at now: Moment,
    _ transaction: any WriteTransaction
  ) throws {
    try transaction.execute("DELETE FROM duty_agreements WHERE agency = ?", agency)
    try transaction.execute("DELETE FROM duty_calls WHERE agency = ?", agency)
    switch value {
    case .nobody: break
    case .own(let members):
      for member in members.sorted() {
        try transaction.execute("INSERT INTO duty_calls (agency, member) VALUES (?, ?)", agency, member)
      }
    case .agency(let other, let agreed):
      try transaction.execute(
        "INSERT INTO duty_agreements (agency, other, agrees, asked_by, asked_at) VALUES (?, ?, ?, ?, ?)", agency, other,
        agreed, member, now)
    }
  }

  /// - Returns: false when that agency has not asked this one.
  static func answer(
    _ agrees: Bool, to agency: AgencyID, by other: AgencyID, _ transaction: any WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "UPDATE duty_agreements SET agrees = ? WHERE agency = ? AND other = ?", agrees, agency, other) == 1
  }

  /// Agencies that asked this one, and what it said.
  static func asked(_ other: AgencyID, _ transaction: any ReadTransaction) throws -> [(agency: AgencyID, agrees: Bool)]
  {
    try transaction.rows("SELECT agency, agrees FROM duty_agreements WHERE other = ? ORDER BY asked_at, agency", other)
      .map { (try $0.get("agency"), try $0.get("agrees", as: Int.self) == 1) }
  }

  // MARK: Whom the clock named

  static func insert(
    _ members: Set<MemberID>, step: ReferralClock.Step, of referral: ReferralID, _ transaction: any WriteTransaction
  ) throws {
    for member in members.sorted() {
      try transaction.execute(
        "INSERT INTO referral_step_members (referral, step, member) VALUES (?, ?, ?)", referral, step, member)
    }
  }

  static func named(_ referral: ReferralID, _ transaction: any ReadTransaction) throws -> [ReferralClock.Step:
    [MemberID]]
  {
    let rows = try transaction.rows(
      "SELECT step, member FROM referral_step_members WHERE referral = ? ORDER BY step, member", referral
    ).map { (try $0.get("step", as: ReferralClock.Step.self), try $0.get("member", as: MemberID.self)) }
    return Dictionary(grouping: rows, by: \.0).mapValues { $0.map(\.1) }
  }
}
