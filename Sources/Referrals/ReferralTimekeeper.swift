import Accounts
import Basics
import CountryPack
import Records

/// Makes the steps that the clocks of referrals owe: reminders, escalation, the end of what nobody answered.
///
/// Any number of servers on one store may call it at any time, and any of them may be killed in between: a step, its row
/// and its audit entry are one transaction, the row exists once, and the clock moves only from where it was read.
///
///     let made = try await ReferralTimekeeper(office, pack).run()
public struct ReferralTimekeeper: Sendable {
  /// So many referrals a transaction: others get their turn in between.
  public static let batch = 200
  /// How often the server looks.
  public static let interval = Span.seconds(10)

  let office: Office
  let pack: CountryPack

  public init(_ office: Office, _ pack: CountryPack) {
    self.office = office
    self.pack = pack
  }

  /// Makes everything that is due now.
  /// - Returns: how many steps it made itself.
  @discardableResult
  public func run() async throws -> Int {
    let now = office.clock.now()
    try await tellEndedBases(at: now)
    var made = 0
    while !Task.isCancelled {
      // Most looks find nothing: those hold up no writer.
      guard try await office.database.read({ try ReferralRecords.isAnyDue(at: now, $0) }) else { break }
      let (steps, looked) = try await runBatch(at: now)
      made += steps
      if looked < Self.batch { break }
    }
    return made
  }

  /// What a desk has taken on goes on when the consent runs out by its date, and its access does not: the desk is told, once.
  private func tellEndedBases(at now: Moment) async throws {
    while !Task.isCancelled {
      guard try await office.database.read({ try !ReferralRecords.baseless(at: now, limit: 1, $0).isEmpty }) else {
        return
      }
      try await office.database.write { transaction in
        for referral in try ReferralRecords.baseless(at: now, limit: Self.batch, transaction)
        where try ReferralRecords.setBasisTold(referral.id, at: now, transaction) {
          try ReferralNotices.tellBasisEnded(referral, at: now, transaction)
          try transaction.record(entry("referral.basis_ended", referral, at: now))
        }
      }
    }
  }

  private func runBatch(at now: Moment) async throws -> (steps: Int, looked: Int) {
    let clock = ReferralClock(pack)
    return try await office.database.write { transaction in
      let referrals = try ReferralRecords.due(at: now, limit: Self.batch, transaction)
      var onDuty: [AgencyID: Set<MemberID>] = [:]
      return (
        try referrals.reduce(0) { try $0 + step($1, clock, at: now, &onDuty, transaction) }, referrals.count
      )
    }
  }

  private func step(
    _ before: Referral, _ clock: ReferralClock, at now: Moment, _ onDuty: inout [AgencyID: Set<MemberID>],
    _ transaction: any WriteTransaction
  ) throws -> Int {
    let steps = clock.due(before, at: now)
    var after = before
    after.clockStep = steps.last?.step ?? before.clockStep
    after.clockAt = clock.next(after)?.at
    // Also where nothing is due after all, because the pack's times were changed: the clock goes on from there.
    guard try ReferralRecords.setClock(after, from: before, transaction) else { return 0 }
    if steps.isEmpty { try transaction.record(entry("referral.clock_set", before, at: now)) }
    let holder = before.inHandOf?.agency ?? before.to.agency
    let situation = ReferralRules.Situation(before.state, isOutside: before.isOutside)
    for due in steps {
      guard case .becomes = ReferralRules.outcome(of: due.step.move, in: situation, by: .init(.clock)) else { continue }
      try ReferralRecords.insert(due, of: before.id, at: now, agency: holder, transaction)
      if due.step == .end {
        try ReferralDesk.end(after, .expire, .system("referral clock"), now, transaction)
      } else {
        try ReferralNotices.tell(due.step, before, at: now, transaction)
        if due.step == .reminder {
          let members = try reminded(before, holder, at: now, &onDuty, transaction)
          try DutyRecords.insert(members, step: due.step, of: before.id, transaction)
        }
        try transaction.record(entry("referral." + due.step.code, before, at: now))
      }
    }
    return steps.count
  }

  /// Who has it in hand, else who of that desk is on duty now or can be called.
  private func reminded(
    _ referral: Referral, _ holder: AgencyID, at now: Moment, _ onDuty: inout [AgencyID: Set<MemberID>],
    _ transaction: any ReadTransaction
  ) throws -> Set<MemberID> {
    if holder == referral.to.agency, let member = referral.claimedBy { return [member] }
    if let known = onDuty[holder] { return known }
    let duty = try DutyDesk.duty(
      of: holder, at: now, offsetFromUTC: pack.offsetFromUTC, office.root, transaction)
    let members: Set<MemberID> =
      switch duty {
      case .members(let members), .onCall(let members): members
      case .agency, .nobody, .everybody: []
      }
    onDuty[holder] = members
    return members
  }

  private func entry(_ action: String, _ referral: Referral, at now: Moment) -> AuditEntry {
    AuditEntry(
      at: now, doer: .system("referral clock"), action: action, objectKind: "referral",
      objectID: referral.id.description, purpose: referral.purpose, consent: referral.consent)
  }
}
