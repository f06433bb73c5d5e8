import Accounts
import Basics
import Casework
import Records
import TestSupport
import Testing

@testable import Referrals

/// What must be so after each step of a year of referrals.
extension YearOfReferrals {
  /// One referral: state, history, clock, log, and who can open it.
  func check(_ id: ReferralID, andAccess: Bool = true) async throws {
    guard let known = model.known[id] else { return }
    let stored = try await world.office.database.read { transaction in
      Stored(
        referral: try ReferralRecords.referral(id, transaction),
        events: try ReferralRecords.events(id, transaction).map(\.event),
        steps: try ReferralRecords.steps(id, transaction).map(\.step),
        actions: try AuditLog.entries(transaction, objectKind: "referral", objectID: id.description)
          .map(\.entry.action))
    }
    let (found, want) = (stored.referral, known.referral)
    expect(
      found?.state == want.state && found?.revision == want.revision && found?.claimedBy == want.claimedBy
        && found?.isOutside == want.isOutside && found?.clockStep == want.clockStep && found?.clockAt == want.clockAt,
      "stored \(String(describing: found)), expected \(want)")
    // Every acknowledged move is there, once, in order.
    expect(stored.events.map(\.move) == known.moves, "\(stored.events.map(\.move)), expected \(known.moves)")
    expect(stored.events.map(\.revision) == Array(1...want.revision), "revisions \(stored.events.map(\.revision))")
    expect(stored.events.last?.state == want.state, "the last event leads elsewhere")
    expect(stored.steps == known.steps, "steps \(stored.steps), expected \(known.steps)")
    // As many entries as moves and steps: nothing unrecorded, nothing twice.
    let wanted =
      known.moves.map { "referral." + $0.rawValue }
      + known.steps.filter { $0 != .end }.map { "referral." + $0.code }
    let others = ["referral.read", "referral.view", "referral.clock_set", "referral.basis_ended"]
    // A desk that has it in hand when its consent runs out by date is told so, once; the referral itself goes on.
    let told = stored.actions.count { $0 == "referral.basis_ended" }
    expect(
      told == 0 || (told == 1 && !model.holds(want, at: world.office.clock.now())),
      "told \(told) times that the basis ended")
    let entries = stored.actions.filter { !others.contains($0) && !$0.hasPrefix("referral.code_") }
    expect(entries.sorted() == wanted.sorted(), "log \(entries.sorted()), expected \(wanted.sorted())")
    guard andAccess else { return }
    let member =
      want.to.agency == world.desk.agency
      ? world.desk
      : want.to.agency == world.third.agency ? world.third : world.senderDesk
    let opens = try await world.opensEnvelope(member, id)
    expect(opens == model.opens(want, at: world.now), "opens: \(opens) in \(want.state)")
  }

  private struct Stored: Sendable {
    var referral: Referral?
    var events: [ReferralEvent]
    var steps: [ReferralClock.Step]
    var actions: [String]
  }

  func checkAll() async throws {
    for id in model.order { try await check(id) }
    try await checkLists()
  }

  /// Nothing is forgotten: whatever waits stands in the list of who has to answer it, with a clock that goes on, and what
  /// is late stands among what is late.
  func checkLists() async throws {
    let now = world.now
    for actor in [world.desk, world.third, world.senderDesk] {
      let ours = model.known.filter { $0.value.referral.to.agency == actor.agency }
      let waiting = Set(ours.filter { $0.value.referral.state.isWaiting }.keys)
      let overdue = Set(ours.filter { $0.value.referral.isOverdue(at: now) }.keys)
      let taken = Set(ours.filter { $0.value.referral.state.isTakenOn }.keys)
      expect(try await listed(actor, .waiting) == waiting, "waiting at \(actor.agency)")
      expect(try await listed(actor, .overdue) == overdue, "overdue at \(actor.agency)")
      expect(try await listed(actor, .accepted) == taken, "taken on at \(actor.agency)")
      let counts = try await world.referrals.counts(actor)
      expect(counts.waiting == waiting.count && counts.overdue == overdue.count, "counts at \(actor.agency)")
    }
    for known in model.known.values where known.referral.state.isWaiting {
      expect(known.referral.clockAt != nil, "no clock: \(known.referral)")
    }
  }

  private func listed(_ actor: Actor, _ filter: ReferralFilter) async throws -> Set<ReferralID> {
    var (ids, page, hasMore) = (Set<ReferralID>(), 0, true)
    while hasMore {
      let found = try await world.referrals.inbox(actor, filter, page: page)
      ids.formUnion(found.referrals.map(\.id))
      (page, hasMore) = (page + 1, found.hasMore)
    }
    return ids
  }
}
