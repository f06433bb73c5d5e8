import Accounts
import Basics
import CountryPack
import Records

extension ReferralDesk {
  /// What a store that is measured is filled with.
  package struct Seeding: Sendable {
    /// The first is the one that is measured: a tenth of all goes to it, and a tenth comes from it.
    package var agencies: [Agency]
    /// Who has the first one's referrals in hand.
    package var members: [MemberID]
    package var from: Moment
    package var until: Moment
    /// Of a thousand, how many are still open.
    package var openPerMille: Int

    package init(agencies: [Agency], members: [MemberID], from: Moment, until: Moment, openPerMille: Int) {
      self.agencies = agencies
      self.members = members
      self.from = from
      self.until = until
      self.openPerMille = openPerMille
    }
  }

  /// Stores a history of referrals as rows, many at a time, with envelopes that nobody can open: for filling a store that is
  /// measured. Nothing a member can reach.
  package func seed(_ count: Int, _ seeding: Seeding, _ generator: inout SeededGenerator) async throws {
    let (needs, reasons, outcomes) = (
      (pack.lists[.services] ?? []).map(\.code), (pack.lists[.declineReasons] ?? []).map(\.code),
      (pack.lists[.outcomes] ?? []).map(\.code)
    )
    let span = (seeding.until - seeding.from).milliseconds
    for first in stride(from: 0, to: count, by: 5_000) {
      var referrals: [Referral] = []
      for number in first..<min(first + 5_000, count) {
        let sent = seeding.from + Span(milliseconds: span * Int64(number) / Int64(count))
        referrals.append(Self.made(sent, seeding, needs, reasons, outcomes, &generator))
      }
      let (batch, now) = (referrals, seeding.until)
      try await office.database.write { transaction in
        try ReferralRecords.insertMany(batch, transaction)
        try transaction.record(
          AuditEntry(at: now, doer: .system("referral seeding"), action: "referral.seed", objectKind: "referral"))
      }
    }
  }

  /// Stores referrals that all wait for their answers and whose reminders are due in one minute.
  package func seedDeadlines(_ count: Int, _ seeding: Seeding) async throws {
    var generator = SeededGenerator(seed: 11)
    let needs = (pack.lists[.services] ?? []).map(\.code)
    var referrals: [Referral] = []
    for number in 0..<count {
      var referral = Self.made(seeding.from + .seconds(number % 60), seeding, needs, [], [], &generator, isOpen: true)
      referral.clockAt = ReferralClock(pack).next(referral)?.at
      referrals.append(referral)
    }
    let (batch, now) = (referrals, seeding.from)
    try await office.database.write { transaction in
      try ReferralRecords.insertMany(batch, transaction)
      try transaction.record(
        AuditEntry(at: now, doer: .system("referral seeding"), action: "referral.seed", objectKind: "referral"))
    }
  }

  private static func made(
    _ sent: Moment, _ seeding: Seeding, _ needs: [String], _ reasons: [String], _ outcomes: [String],
    _ generator: inout SeededGenerator, isOpen: Bool = false
  ) -> Referral {
    let all = seeding.agencies
    func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &generator) }
    let to = roll(10) == 0 ? 0 : 1 + roll(all.count - 1)
    var from = to != 0 && roll(10) == 0 ? 0 : 1 + roll(all.count - 1)
    if from == to { from = to == all.count - 1 ? 1 : to + 1 }
    let due = sent + .hours(24)
    var referral = Referral(
      id: .random(), caseID: .random(), from: .init(all[from]), to: .init(all[to]),
      need: needs.isEmpty ? "" : needs[roll(needs.count)], purpose: "assistance", urgency: "high", state: .sent,
      sentAt: sent, dueAt: due, consent: .random(), revision: 1)
    if isOpen { return referral }
    if to == 0 { referral.claimedBy = seeding.members.randomElement(using: &generator) }
    let answered = sent + .minutes(5 + roll(2_400))
    if roll(1_000) < seeding.openPerMille {
      referral.state = [.sent, .seen, .asked, .accepted, .inService][roll(5)]
      if referral.state.isWaiting {
        if roll(2) == 0 { referral.claimedBy = nil }
        // Its clock has come to its end, so that the time that is measured is not the time's own.
        referral.clockStep = .coordinator
      } else {
        referral.answeredAt = answered
      }
      return referral
    }
    referral.state = [.completed, .completed, .completed, .declined, .withdrawn, .expired][roll(6)]
    if [.completed, .declined].contains(referral.state) { referral.answeredAt = answered }
    if referral.state == .declined, !reasons.isEmpty { referral.declineReason = reasons[roll(reasons.count)] }
    if referral.state == .completed, !outcomes.isEmpty { referral.outcome = outcomes[roll(outcomes.count)] }
    referral.endedAt = due + .days(roll(20))
    if roll(400) != 0 { referral.answerSeenAt = referral.endedAt }
    return referral
  }
}
