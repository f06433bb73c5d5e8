import Accounts
import Basics
import Casework
import CountryPack
import Foundation
import Records
import TestSupport
import Testing

@testable import Referrals

/// Who is told of what: the table for every move and step, and what comes to the members through the desks.
@Suite struct ReferralNoticeTests {
  private typealias Told = ReferralNotice

  private func referral(_ state: Referral.State, heldBy holder: MemberID? = nil, hours: Int = 24) -> Referral {
    let sent = Moment(milliseconds: 1_790_000_000_000)
    var referral = Referral(
      id: .random(), caseID: .random(), from: .init(agency: .random(), name: "Casa", province: "EC-P"),
      to: .init(agency: .random(), name: "Casa", province: "EC-P"), need: "shelter", purpose: "assistance",
      urgency: "high", state: state, sentAt: sent, dueAt: sent + .hours(hours), consent: .random(), revision: 1)
    referral.claimedBy = holder
    return referral
  }

  @Test func everyMoveTellsWhoMustKnow() {
    let (member, now) = (MemberID.random(), Moment(milliseconds: 1_790_000_000_000))
    for holder in [nil, member] {
      for state in Referral.State.allCases {
        let here = referral(state, heldBy: holder)
        let atHolder = holder.map(Told.Listeners.member) ?? .desk
        for move in [
          ReferralMove.send, .reply, .withdraw, .giveCode, .closeOutside, .open, .claim, .release, .handOver, .ask,
          .accept, .decline, .begin, .complete, .interrupt, .handBack, .revoke, .caseClosed, .remind, .escalate,
          .expire,
        ] {
          let told = Told.after(move, here, before: nil, at: now).map { "\($0.kind.rawValue) \($0.to)" }
          let expected: [String] =
            switch move {
            case .send: ["arrived desk"]
            case .reply: ["replied holder"]
            case .withdraw: ["withdrawn \(atHolder)"]
            case .release: ["released desk"]
            case .handOver: holder.map { ["handed_over \(Told.Listeners.member($0))"] } ?? []
            case .ask: ["asked sender"]
            case .accept: ["accepted sender"]
            case .decline: ["declined sender"]
            case .complete, .interrupt, .handBack: ["completed sender"]
            case .revoke: ["consent_ended desk", "consent_ended sender"]
            case .caseClosed: ["case_closed desk"]
            case .expire: ["expired \(atHolder)", "expired sender"]
            default: []
            }
          #expect(told == expected, "\(move) in \(state)")
        }
      }
    }
    // Who let it go with the move that ended it hears that all the same.
    #expect(Told.after(.withdraw, referral(.withdrawn), before: member, at: now).map(\.to) == [.member(member)])
    var over = referral(.expired)
    over.basisUntil = now
    #expect(Told.after(.expire, over, before: nil, at: now).map(\.kind) == [.consentEnded, .expired])
    #expect(Told.after(.send, referral(.sent, hours: 1), before: nil, at: now).map(\.kind) == [.arrivedUrgent])
  }

  @Test func everyStepTellsWhoItIsFor() {
    for state in [Referral.State.sent, .seen, .asked] {
      let here = referral(state)
      let agency = state == .asked ? here.from.agency : here.to.agency
      let told = ReferralClock.Step.allCases.map { Told.after($0, here).map { "\($0.kind.rawValue) \($0.to)" } }
      #expect(
        told == [
          ["reminder \(state == .asked ? "sender" : "holder")"], ["escalated \(Told.Listeners.leads(agency))"],
          ["unanswered sender"], ["overseen overseers"], [],
        ])
    }
  }

  // MARK: Through the desks

  private func kinds(_ world: World, _ actor: Actor, unread: Bool = true) async throws -> [NoticeKind] {
    try await NoticeDesk(world.office, offsetFromUTC: .seconds(0)).inbox(actor).notices
      .filter { !unread || $0.isUnread }.map(\.kind)
  }

  @Test(arguments: TestEngine.available) func theDeskHearsAndWhoTakesItSettlesIt(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sent = try await world.sent()
      for actor in [world.desk, world.colleague, world.chief] { #expect(try await kinds(world, actor) == [.arrived]) }
      for actor in [world.worker, world.senderDesk, world.reader, world.third, world.coordinator] {
        #expect(try await kinds(world, actor) == [])
      }
      // Whoever looks has read it; whoever takes it spares the others.
      _ = try await world.referrals.view(world.desk, sent.id)
      #expect(try await kinds(world, world.desk) == [])
      #expect(try await kinds(world, world.colleague) == [.arrived])
      try await world.make(.claim, world.desk, sent.id)
      #expect(try await kinds(world, world.colleague) == [])
      try await world.make(.ask("¿Cuándo?"), world.desk, sent.id)
      #expect(try await kinds(world, world.worker) == [.asked])
      try await world.make(.reply("Hoy"), world.worker, sent.id)
      #expect(try await kinds(world, world.worker) == [])
      #expect(try await kinds(world, world.desk) == [.replied])
      #expect(try await kinds(world, world.colleague) == [])
      try await world.make(.handOver(to: world.colleague.member), world.desk, sent.id)
      #expect(try await kinds(world, world.colleague) == [.handedOver])
      try await world.make(.accept(note: ""), world.colleague, sent.id)
      #expect(try await kinds(world, world.worker) == [.accepted])
      try await world.make(.complete(outcome: "provided", note: ""), world.colleague, sent.id)
      #expect(try await kinds(world, world.worker) == [.completed])
      for actor in [world.desk, world.colleague, world.chief] { #expect(try await kinds(world, actor) == []) }
    }
  }

  /// The same click again tells nobody twice.
  @Test(arguments: TestEngine.available) func aSecondClickTellsNothingMore(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sent = try await world.reach(.seen)
      let (event, revision) = (ReferralEventID.random(), try await world.state(sent.id).revision)
      for _ in 0..<2 {
        try await world.referrals.make(.ask("¿?"), world.desk, sent.id, event: event, revision: revision)
      }
      #expect(try await kinds(world, world.worker, unread: false) == [.asked])
    }
  }

  @Test(arguments: TestEngine.available) func whenTheConsentEndsTheWholeDeskIsToldToStop(_ engine: Engine) async throws
  {
    try await withWorld(engine) { world in
      let sent = try await world.reach(.accepted)
      try await world.withdraw(sent.consent)
      for actor in [world.desk, world.colleague, world.chief] {
        #expect(try await kinds(world, actor) == [.consentEnded])
      }
      // Who withdrew it knows.
      #expect(try await kinds(world, world.worker) == [.accepted])
      // The page can still be opened, says why, and shows nothing of the person.
      let view = try await world.referrals.view(world.desk, sent.id)
      #expect(view.referral.state == .revoked && view.envelope == nil && !view.opensFile)
      #expect(try await kinds(world, world.desk) == [])
    }
  }

  /// What was taken on goes on when the consent runs out by its date, but nobody can open the file: the desk hears why.
  @Test(arguments: TestEngine.available) func aConsentThatRunsOutIsToldOnce(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let caseID = try await world.openCase()
      _ = try await world.consent(caseID, to: world.desk, until: world.today)
      let id = ReferralID.random()
      try await world.referrals.send(world.worker, id: id, world.request(caseID, to: world.desk))
      _ = try await world.referrals.view(world.desk, id)
      try await world.make(.accept(note: ""), world.desk, id)
      try await world.timekeeper.run()
      #expect(try await kinds(world, world.desk) == [])
      world.time.move(.hours(25))
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<3 { group.addTask { try await world.timekeeper.run() } }
        try await group.waitForAll()
      }
      for actor in [world.desk, world.colleague, world.chief] {
        #expect(try await kinds(world, actor) == [.consentEnded])
      }
      #expect(try await kinds(world, world.worker) == [.consentEnded, .accepted])
      world.time.move(.hours(25))
      try await world.timekeeper.run()
      #expect(try await kinds(world, world.desk) == [.consentEnded])
      let entries = try await world.office.database.read {
        try AuditLog.entries($0, objectKind: "referral", objectID: id.description).map(\.entry.action)
      }
      #expect(entries.filter { $0 == "referral.basis_ended" }.count == 1)
    }
  }

  @Test(arguments: TestEngine.available) func theClockTellsEachInTurnAndOnce(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      _ = try await world.sent()
      func step(_ hours: Int) async throws {
        world.time.move(.hours(hours))
        try await withThrowingTaskGroup(of: Int.self) { group in
          for _ in 0..<3 { group.addTask { try await world.timekeeper.run() } }
          try await group.waitForAll()
        }
      }
      try await step(12)
      #expect(try await kinds(world, world.desk) == [.reminder, .arrived])
      try await step(12)
      #expect(try await kinds(world, world.chief) == [.escalated, .reminder, .arrived])
      #expect(try await kinds(world, world.senderDesk) == [])
      try await step(12)
      #expect(try await kinds(world, world.worker) == [.unanswered])
      try await step(12)
      #expect(try await kinds(world, world.coordinator) == [.overseen])
      try await step(24 * 40)
      #expect(try await kinds(world, world.worker) == [.expired])
      #expect(try await kinds(world, world.desk) == [.expired])
      #expect(try await kinds(world, world.coordinator) == [])
    }
  }

  @Test(arguments: TestEngine.available) func whoseSenderLeftIsToldToWhoLeadsThere(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sent = try await world.reach(.seen)
      try await world.office.database.write { transaction in
        try transaction.execute("UPDATE members SET status = 'left' WHERE id = ?", world.worker.member)
        try transaction.record(.test())
      }
      try await world.make(.accept(note: ""), world.desk, sent.id)
      #expect(try await kinds(world, world.senderDesk) == [.accepted])
    }
  }

  /// A notice says a kind, a time and where to look; nothing of the person, the case or an agency stands in it.
  @Test(arguments: TestEngine.available) func noNoticeSaysAnythingOfAnybody(_ engine: Engine) async throws {
    try await withWorld(engine) { world in
      let sent = try await world.reach(.handedBack)
      let other = try await world.reach(.accepted)
      try await world.withdraw(other.consent)
      let rows = try await world.office.database.read {
        try $0.rows("SELECT event, kind, about_kind, about FROM notices").map { row in
          try ["event", "kind", "about_kind", "about"].map { try row.get($0, as: String.self) }
        }
      }
      #expect(rows.count > 6)
      let known = Set([sent.id, other.id].map(\.description))
      let codes = try await world.cases.list(world.worker).rows.map(\.summary.code.description)
      for row in rows {
        #expect(known.contains(row[3]) && row[2] == "referral" && NoticeKind(rawValue: row[1]) != nil)
        let text = row.joined(separator: " ")
        for secret in ["CANARIO", "Casa", sent.caseID.description, other.caseID.description] + codes {
          #expect(!text.contains(secret))
        }
      }
    }
  }
}
