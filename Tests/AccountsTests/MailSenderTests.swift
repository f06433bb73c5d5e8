import Basics
import Foundation
import Records
import TestSupport
import Testing
import Vault

@testable import Accounts

@Suite struct MailSenderTests {
  @Test(arguments: TestEngine.available) func oneMailTellsOfAllThatIsNew(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      // Without an address there is nothing to send.
      try await room.tell(.asked)
      #expect(try await room.sender.run() == .init())
      try await room.confirm()
      try await room.choose(.atOnce)
      #expect(try await room.sender.run().sent == 1)
      #expect(room.news.map(\.text) == ["es 1"])
      for _ in 0..<3 { try await room.tell(.asked) }
      #expect(try await room.sender.run().sent == 1)
      #expect(room.news.map(\.text) == ["es 1", "es 3"])
      #expect(Set(room.news.map(\.id)).count == 2 && room.news.allSatisfy { $0.id.hasSuffix("@amparo.example.org") })
      #expect(try await room.sender.run() == .init())
      // What was read meanwhile needs no mail.
      try await room.tell(.asked)
      try await room.desk.readAll(room.ana, upTo: room.office.clock.now())
      #expect(try await room.sender.run().sent == 0)
      #expect(try await room.overview().waiting == 0)
      try await room.choose(.page)
      try await room.tell(.asked)
      #expect(try await room.sender.run().sent == 0)
    }
  }

  @Test(arguments: TestEngine.available) func quietHoursAndTheDailyHourAreKept(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      try await room.confirm()
      try await room.choose(.daily, daily: "07:00")
      try room.move(to: "12:00")
      try await room.tell(.accepted)
      try await room.tell(.declined)
      #expect(try await room.sender.run().sent == 0)
      #expect(try await room.overview().later == 1)
      try room.move(to: "07:00")
      #expect(try await room.sender.run().sent == 1)
      #expect(room.news.map(\.text) == ["es 2"])
      try await room.choose(.atOnce, quiet: ("20:00", "06:00"))
      try room.move(to: "22:00")
      try await room.tell(.accepted)
      #expect(try await room.sender.run().sent == 0)
      // An urgent one goes, and takes along only what is due.
      try await room.tell(.consentEnded)
      #expect(try await room.sender.run().sent == 1)
      #expect(room.news.last?.text == "es 1")
      try room.move(to: "06:00")
      #expect(try await room.sender.run().sent == 1)
      #expect(room.news.map(\.text) == ["es 2", "es 1", "es 1"])
    }
  }

  @Test(arguments: TestEngine.available) func whatIsChosenAnewCountsForWhatWaits(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      try await room.confirm()
      try await room.choose(.daily, daily: "07:00")
      try room.move(to: "12:00")
      try await room.tell(.accepted)
      try await room.choose(.atOnce)
      #expect(try await room.sender.run().sent == 1)
      try await room.choose(.daily, daily: "07:00")
      try await room.tell(.accepted)
      try await room.choose(.page)
      try room.move(to: "07:30")
      #expect(try await room.sender.run().sent == 0)
      #expect(try await room.overview().later == 0)
    }
  }

  @Test(arguments: TestEngine.available) func aMailServerThatIsDownLosesNothing(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      let luis = try await room.house.join("luis", [.caseWorker])
      try await room.confirm()
      try await room.confirm("luis@example.org", try await room.house.actor("luis"))
      try await room.tell(.asked, to: [room.ana.member, luis])
      room.carrier.fail(.unreachable)
      var pass = try await room.sender.run()
      #expect(pass == .init(sent: 0, failed: 1, trouble: .unreachable))
      var overview = try await room.overview()
      #expect(overview.waiting == 2 && overview.failing == 1 && overview.lastFailure == .unreachable)
      #expect(overview.oldest == room.office.clock.now())
      // The one that was not tried goes at the next look, the other after its pause; more notices join it.
      pass = try await room.sender.run()
      #expect(pass.sent == 1)
      try await room.tell(.asked, to: [room.ana.member, luis])
      #expect(try await room.sender.run().sent == 1)
      room.house.time.move(.minutes(1))
      #expect(try await room.sender.run().sent == 1)
      #expect(room.news.map(\.text).sorted() == ["es 1", "es 1", "es 2"])
      overview = try await room.overview()
      #expect(overview.waiting == 0 && overview.sentToday == 5 && overview.lastFailure == nil)
    }
  }

  @Test(arguments: TestEngine.available) func whatIsGivenUpIsSeenAndTriedAgain(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      try await room.confirm()
      try await room.tell(.asked)
      room.carrier.fail(.busy)
      _ = try await room.sender.run()
      room.house.time.move(.days(5))
      room.carrier.fail(.timedOut)
      _ = try await room.sender.run()
      #expect(try await room.overview().givenUp == 1)
      #expect(try await room.sender.run().sent == 0)
      #expect(try await room.desk.retryMail(room.house.actor("ana")) == 1)
      #expect(try await room.sender.run().sent == 1)
      #expect(room.news.map(\.text) == ["es 1"])
      _ = try await room.house.join("luis", [.supervisor])
      let luis = try await room.house.actor("luis")
      #expect(await refused { _ = try await room.desk.mail(luis) }?.kind == .forbidden)
      #expect(await refused { _ = try await room.desk.retryMail(luis) }?.kind == .forbidden)
    }
  }

  @Test(arguments: TestEngine.available) func aRefusedAddressIsLeftAlone(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      try await room.confirm()
      try await room.tell(.asked)
      room.carrier.fail(.recipient)
      #expect(try await room.sender.run() == .init(sent: 0, failed: 1, trouble: nil))
      #expect(try await room.addresses.own(room.ana).isRefused)
      #expect(try await room.overview().refused == 1)
      try await room.tell(.asked)
      #expect(try await room.sender.run() == .init())
      // Confirmed again, it is used again.
      try await room.confirm()
      try await room.tell(.asked)
      #expect(try await room.sender.run().sent == 1)
    }
  }

  @Test(arguments: TestEngine.available) func whatComesWhileAMailGoesGetsTheNextOne(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      try await room.confirm()
      try await room.choose(.atOnce)
      let slow = PaperCarrier { arrived in
        do {
          if arrived == 0 { try await room.tell(.accepted) }
        } catch { Issue.record(error) }
      }
      try await room.tell(.asked)
      #expect(try await room.sender(slow).run().sent == 2)
      #expect(slow.letters.map(\.text) == ["es 1", "es 1"])
    }
  }

  /// A server is killed after the mail server took a mail and before it wrote that down: another goes on when the hold has
  /// run out, with the same Message-ID.
  @Test(arguments: TestEngine.available) func aKilledServerForgetsNothing(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      try await room.confirm()
      try await room.tell(.asked)
      let now = room.office.clock.now()
      let held = try await room.office.database.keepBooks {
        try OutboxRecords.take("killed", at: now, limit: 10, $0)
      }
      #expect(held.count == 1)
      #expect(try await room.sender.run().sent == 0)
      room.house.time.move(OutboxRules.lease)
      room.house.time.move(.seconds(1))
      #expect(try await room.sender.run().sent == 1)
      #expect(room.news.map(\.id) == ["\(held[0].id)@amparo.example.org"])
      // The one that was thought dead finds that it holds nothing any more.
      let late = room.office.clock.now()
      let (isHeld, ended) = try await room.office.database.keepBooks { transaction in
        (
          try OutboxRecords.renew("killed", held[0].id, at: late, transaction),
          try OutboxRecords.end(held[0].id, "killed", .sent, at: late, transaction)
        )
      }
      #expect(isHeld == 0 && !ended)
    }
  }

  /// Many servers on one store: every mail once.
  @Test(arguments: TestEngine.available) func racingServersSendOnce(_ engine: Engine) async throws {
    let members = 40
    try await withFreshAddress(engine) { open in
      let servers = [try await open(), try await open(), try await open()]
      try await servers[0].migrate(AuditLog.migrations + AccountsSchema.migrations)
      let house = try await House(servers[0])
      let room = try await MailRoom(house)
      let root = house.office.root
      let now = house.office.clock.now()
      let agency = room.ana.agency
      try await servers[0].write { transaction in
        for number in 0..<members {
          let id = MemberID.random()
          try transaction.execute(
            """
            INSERT INTO members (id, agency, login_tag, profile, roles, language, status, salt, passes, kibibytes,
              verifier, keys_by_password, recovery_verifier, keys_by_recovery, public_key, public_signing_key,
              one_time_used, created_at)
            VALUES (?, ?, ?, ?, 'referral_desk', 'es', 'active', ?, 1, 1, ?, ?, ?, ?, ?, ?, 0, 1)
            """, id, agency, Array(id.description.utf8), [UInt8](), [UInt8](), [UInt8](), [UInt8](), [UInt8](),
            [UInt8](), [UInt8](), [UInt8]())
          try MailAddressRecords.setPending(
            try root.seal(
              Array("m\(number)@example.org".utf8), purpose: "mail-address", context: Array(id.description.utf8)),
            code: [1], until: now, of: id, transaction)
          try MailAddressRecords.confirm(id, at: now, transaction)
          try NoticeBoard.post(.asked, about: .referral(.random()), event: "e", to: [id], at: now, transaction)
        }
        try transaction.record(.test())
      }
      let carrier = PaperCarrier(pause: .milliseconds(2))
      let passes = try await withThrowingTaskGroup(of: MailSender.Pass.self) { group in
        for database in servers {
          let office = Office(database: database, root: root, clock: house.time.clock, passwordCost: .test)
          let sender = room.sender(carrier, office: office)
          for _ in 0..<2 { group.addTask { try await sender.run() } }
        }
        return try await group.reduce(into: [MailSender.Pass]()) { $0.append($1) }
      }
      #expect(passes.reduce(0) { $0 + $1.sent } == members)
      #expect(carrier.letters.count == members && Set(carrier.letters.map(\.to)).count == members)
      for server in servers { await server.close() }
    }
  }

  @Test(arguments: TestEngine.available) func oldThingsAreTidiedAway(_ engine: Engine) async throws {
    try await withMailRoom(engine) { room in
      try await room.confirm()
      try await room.tell(.asked)
      _ = try await room.sender.run()
      room.house.time.move(OutboxRules.memory)
      room.house.time.move(.days(1))
      try await room.sender.tidy()
      #expect(try await room.desk.inbox(room.ana).total == 1)
      let mails = try await room.office.database.read { try $0.value(Int.self, "SELECT COUNT(*) FROM mail_outbox") }
      #expect(mails == 0)
      room.house.time.move(OutboxRules.noticeMemory)
      try await room.sender.tidy()
      #expect(try await room.desk.inbox(room.ana).total == 0)
    }
  }
}
